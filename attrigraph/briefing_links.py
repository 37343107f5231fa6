"""What the brief of a case says of links: the newest run of links, its clusters, and the newest search for mirrors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from attrigraph import link_figures, viz
from attrigraph.briefs.input_links import LinkedCluster, LinkedNetwork, LinkFacts, SharedKind
from attrigraph.drawing import caption
from attrigraph.duck import connect
from attrigraph.links.infrastructure import RULES
from attrigraph.links.run import LinkRun
from attrigraph.links.write import edges_path, link_run_ids, read_link_run, read_members

if TYPE_CHECKING:
    from attrigraph.case import Case

__all__ = ["link_facts"]

PAIRS = """
SELECT count(*) FROM (SELECT DISTINCT least(source, target), greatest(source, target)
                      FROM read_parquet(?) WHERE survives)
"""


def link_facts(case: Case, run: str, names: Mapping[str, str]) -> LinkFacts | None:
    """Facts for section 7, with the outcomes of the inference run `run`; None when the case has no run of links."""
    if not link_run_ids(case.folder):
        return None
    of = read_link_run(case.folder)
    with connect() as connection:
        found = connection.execute(PAIRS, [str(edges_path(case.folder, of.id))]).fetchone()
    members = read_members(case.folder, of.id)
    scene = link_figures.coordination(case, run, names, of.id) if members else None
    shared = of.infrastructure
    return LinkFacts(
        run=of.id,
        finished_at=of.finished_at,
        posts=of.posts,
        window_s=of.options.link.window_s,
        level=of.options.level,
        draws=of.options.draws,
        null=of.null,
        shift_null=of.shift_null,
        cluster_null=of.clusters.get("significance", {}).get("null", ""),
        networks=_networks(of),
        clusters=_clusters(of, members),
        pairs=int(found[0]) if found else 0,
        shared=tuple(
            SharedKind(
                words=RULES.get(r["rule"], r["rule"]),
                **{name: r.get(name, 0) for name in ("pairs", "linked", "accounts", "rarest", "commonest")},
            )
            for r in shared.get("rules", ())
        ),
        hubs=shared.get("hubs_left_out", 0),
        max_degree=shared.get("max_degree", 0),
        unseen=len(set(case.loaded()) - set(of.sources)),
        mirrors=_mirrors(case),
        figure=viz.coordination_network(scene, caption=caption(case)) if scene else None,
    )


def _networks(of: LinkRun) -> tuple[LinkedNetwork, ...]:
    return tuple(
        LinkedNetwork(
            name=n.name,
            messages=n.messages,
            accounts=n.accounts,
            tests=n.tests,
            edges=n.edges,
            passing=n.passing,
            surviving=n.surviving,
            hot=len(n.hot),
            largest=max((key.accounts for key in n.hot), default=0),
        )
        for n in of.networks
    )


def _clusters(of: LinkRun, members: Sequence[Mapping[str, Any]]) -> tuple[LinkedCluster, ...]:
    by_cluster: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for member in members:
        by_cluster[member["cluster"]].append((member["account_id"], member["role"]))
    return tuple(
        LinkedCluster(
            number=row["id"].rpartition("/c")[2],
            accounts=tuple(account for account, _ in by_cluster[row["id"]]),
            networks=tuple(row["networks"]),
            edges=row["edges"],
            stability=row["stability"],
            first_at=_time(row.get("first_at")),
            last_at=_time(row.get("last_at")),
            initiators=tuple(account for account, role in by_cluster[row["id"]] if role == "initiator"),
            e_value=row.get("e_value"),
            significant=row.get("significant"),
            bridges=tuple(account for account, role in by_cluster[row["id"]] if role == "bridge"),
        )
        for row in of.clusters.get("found", ())
    )


def _time(at: Any) -> datetime | None:
    return datetime.fromisoformat(at) if isinstance(at, str) else at


def _mirrors(case: Case) -> dict[str, int]:
    from attrigraph.mirroring import mirror_runs, read_mirrors

    return read_mirrors(case).counts() if mirror_runs(case.folder) else {}
