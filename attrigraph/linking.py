"""Runs of links of a case: made, listed, written into the graph again, taken out with the sources they rest on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrigraph.errors import InputError
from attrigraph.folder import CaseFolder, sha256_of
from attrigraph.links.write import (
    link_digest,
    link_run_ids,
    next_link_run,
    read_link_run,
    remove_files,
    remove_from_graph,
)
from attrigraph.progress import SILENT, Progress

if TYPE_CHECKING:
    import duckdb

    from attrigraph.links.messages import Messages
    from attrigraph.links.run import LinkRun, RunOptions
    from attrigraph.opencase import OpenCase

__all__ = ["check_links", "duration_s", "link_case", "link_rows", "link_runs", "options_of", "restore_links", "stale"]

UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0, "w": 604_800.0}
DURATION = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*([smhdw]?)\s*")


def duration_s(text: str | float) -> float:
    """Seconds of `90`, `60s`, `5m`, `2h`, `7d`, `1w`. Raises InputError for anything else."""
    found = DURATION.fullmatch(str(text))
    if not found:
        raise InputError(f"{text!r} is no length of time. Write it as 60s, 5m, 2h, 7d or 1w.")
    return float(found[1]) * UNITS[found[2]]


def options_of(given: Mapping[str, Any]) -> RunOptions:
    """Options of a run from their names; None is the default. Raises InputError for a name or value that is none.

    `window`, `fast` and `periods` are lengths of time; the others are those of `RunOptions` and `LinkOptions`.
    """
    from attrigraph.links.records import LinkOptions
    from attrigraph.links.run import RunOptions, checked

    named = {"window": "window_s", "fast": "fast_s", "periods": "period_s"}
    values: dict[str, Any] = {
        named.get(k, k): duration_s(v) if k in named else v for k, v in given.items() if v is not None
    }
    own, of_links = ({f.name for f in fields(kind)} for kind in (RunOptions, LinkOptions))
    unknown = [name for name in values if name not in own | of_links or name == "link"]
    if unknown:
        raise InputError(f"link knows no option {unknown[0]!r}. See them with: attrigraph link --help")
    link = LinkOptions(**{k: v for k, v in values.items() if k in of_links})
    rest = {k: v for k, v in values.items() if k in own}
    if "networks" in rest:
        rest["networks"] = _networks(rest["networks"])
    return checked(RunOptions(link=link, **rest))


def _networks(given: str | Sequence[str]) -> tuple[str, ...]:
    from attrigraph.links.compute import MEANINGS

    names = given.split(",") if isinstance(given, str) else list(given)
    names = list(MEANINGS) if names == ["all"] else names
    return tuple(dict.fromkeys(name.strip().replace("-", "_") for name in names if name.strip()))


def link_case(case: OpenCase, options: RunOptions, *, again: bool = False, progress: Progress = SILENT) -> LinkRun:
    """Link the posts of a case; a run with these options on these sources is not made again unless asked.

    A run that was stopped left no record: what it left behind is removed, and this one takes its id.
    """
    with case.folder.writing("link"):
        before = _same(case, options)
        if before and not again:
            return before
        run = next_link_run(case.folder)
        remove_files(case.folder, run)
        remove_from_graph(case.store, run)
        made = _link(case, options, run, progress)
        case.custody.append(
            "linked",
            run=made.id,
            networks=list(options.networks),
            mode=options.link.mode,
            window_s=options.link.window_s,
            tests=made.tests,
            surviving=made.surviving,
            files=made.files,
        )
    return made


def _same(case: OpenCase, options: RunOptions) -> LinkRun | None:
    """The newest run with these options on these sources; of the others only the beginning is read."""
    from attrigraph.links.run import digest_of

    wanted = digest_of(options, case.loaded())
    found = (run for run in reversed(link_run_ids(case.folder)) if link_digest(case.folder, run) == wanted)
    newest = next(found, None)
    return read_link_run(case.folder, newest) if newest else None


def _link(case: OpenCase, options: RunOptions, run: str, progress: Progress) -> LinkRun:
    from attrigraph.duck import connect
    from attrigraph.links import table
    from attrigraph.links.messages import read_messages
    from attrigraph.links.run import LinkRun, digest_of, link_networks, shift_null
    from attrigraph.links.write import edges_path, save_link_run, write_graph

    started = _now()
    progress.step("reading posts")
    messages = read_messages(case.observations.connection())
    edges_path(case.folder, run).parent.mkdir(parents=True)
    with connect() as connection:
        reports = link_networks(messages, options, connection, progress)
        table.write(connection, edges_path(case.folder, run))
        clusters = _clusters(case, connection, messages, options, run=run, progress=progress)
    made = LinkRun(
        id=run,
        digest=digest_of(options, case.loaded()),
        started_at=started,
        finished_at=_now(),
        options=options,
        networks=reports,
        sources=tuple(sorted(case.loaded())),
        posts=len(messages),
        repeated=messages.repeated,
        files={p.name: sha256_of(p) for p in sorted(edges_path(case.folder, run).parent.glob("*.parquet"))},
        clusters=clusters,
        infrastructure=_infrastructure(case, run, progress),
        shift_null=shift_null(reports, options),
    )
    write_graph(case.store, case.folder, made, progress)
    save_link_run(case.folder, made)
    return made


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _clusters(
    case: OpenCase,
    connection: duckdb.DuckDBPyConnection,
    messages: Messages,
    options: RunOptions,
    *,
    run: str,
    progress: Progress,
) -> dict[str, Any]:
    """Find the clusters of the surviving edges, test them, write who belongs to them, and tell what was found."""
    from attrigraph.links.clusters import ClusterOptions, find_clusters
    from attrigraph.links.evalues import with_significance
    from attrigraph.links.matching import clusters_by_period
    from attrigraph.links.roles import with_roles
    from attrigraph.links.write import members_path, write_members

    edges = connection.execute("FROM edges WHERE survives ORDER BY network, source, target").fetchnumpy()
    asked = ClusterOptions(method=options.communities, resolution=options.resolution)
    found = with_roles(find_clusters(edges, asked, run=run, progress=progress), edges, messages)
    tested = connection.execute("SELECT source, target, e_value FROM edges WHERE e_value IS NOT NULL").fetchnumpy()
    found = with_significance(found, tested, level=options.level, draws=options.draws)
    begins = connection.execute("SELECT DISTINCT unnest(found_in) AS p FROM edges WHERE survives ORDER BY p").fetchall()
    during = "FROM edges WHERE survives AND list_contains(found_in, ?) ORDER BY network, source, target"
    periods = ((p, connection.execute(during, [p]).fetchnumpy()) for (p,) in begins)
    members = [*found.members, *clusters_by_period(periods, asked, run=run, progress=progress)]
    write_members(members, members_path(case.folder, run))
    return found.summary()


def _infrastructure(case: OpenCase, run: str, progress: Progress) -> dict[str, Any]:
    """Write what accounts share of devices, addresses and the like, as edges of the run."""
    from attrigraph.enrichment import enrich_pending
    from attrigraph.links.infrastructure import share_links

    enrich_pending(case.folder, case.custody, case.store, progress)
    told: dict[str, Any] = json.loads(json.dumps(asdict(share_links(case.store, case.observations, run, progress))))
    return told


# ---- what is there


def link_runs(folder: CaseFolder) -> list[LinkRun]:
    """The complete runs of links, oldest first."""
    return [read_link_run(folder, run) for run in link_run_ids(folder)]


def stale(case: OpenCase, run: LinkRun) -> str:
    """Why a run does not speak for the case as it is now; empty when it does."""
    now = set(case.loaded())
    added, gone = len(now - set(run.sources)), len(set(run.sources) - now)
    told = [f"{count} sources {what}" for count, what in ((added, "added"), (gone, "removed")) if count]
    return " and ".join(told) + " since" if told else ""


def link_rows(case: OpenCase) -> list[dict[str, Any]]:
    """One row a run of links: when, what, tests and surviving edges, and whether sources have changed since."""
    return [
        {
            "run": run.id,
            "finished": run.finished_at,
            "networks": ", ".join(run.options.networks),
            "mode": run.options.link.mode,
            "window_s": run.options.link.window_s,
            "tested": run.tests,
            "survive": run.surviving,
            "clusters": len(run.clusters.get("found", ())),
            "significant": run.clusters.get("significance", {}).get("significant"),
            "stale": stale(case, run) or "no",
        }
        for run in link_runs(case.folder)
    ]


def restore_links(case: OpenCase, progress: Progress = SILENT) -> None:
    """Write every run of links into an empty graph again; those that rest on a source taken out are removed."""
    from attrigraph.links.write import write_graph

    sources = set(case.loaded())
    for run in link_runs(case.folder):
        if not set(run.sources) <= sources:
            remove_files(case.folder, run.id)
            case.custody.append("unlinked", run=run.id, removed=sorted(set(run.sources) - sources))
            continue
        write_graph(case.store, case.folder, run, progress)
        _infrastructure(case, run.id, progress)


def check_links(case: OpenCase) -> Iterator[tuple[bool, str]]:
    """What `verify` says of the runs of links: whether it is sound, and a sentence."""
    runs = link_runs(case.folder)
    for run in runs:
        wrong = [n for n, digest in run.files.items() if not _unchanged(case.folder.links / run.id / n, digest)]
        for name in wrong:
            yield False, f"links/{run.id}/{name} is missing or was changed; link again: attrigraph link --again"
        old = stale(case, run)
        if old:
            yield True, f"run of links {run.id} is stale: {old}; it stands as it was made. Next: attrigraph link"
    yield from _graph_of(case, runs)


def _unchanged(path: Path, digest: str) -> bool:
    return path.exists() and sha256_of(path) == digest


def _graph_of(case: OpenCase, runs: Sequence[LinkRun]) -> Iterator[tuple[bool, str]]:
    from attrigraph.graph import statement

    asked = {"edges": "links/joint_edges", "members": "links/cluster_sizes"}
    held = {what: {r["run"]: r[what] for r in case.store.read(statement(name))} for what, name in asked.items()}
    expected = {
        "edges": {run.id: run.surviving for run in runs},
        "members": {run.id: run.clusters.get("clustered", 0) for run in runs},
    }
    sound = True
    for what, counts in expected.items():
        for run in sorted({*counts, *held[what]}):
            wanted, found = counts.get(run), held[what].get(run, 0)
            if wanted is None:
                sound = False
                yield (
                    False,
                    f"the graph holds {found} {what} of links {run}, which was stopped; link again to remove it",
                )
            elif wanted != found:
                sound = False
                yield (
                    False,
                    f"links {run}: {wanted} {what} were written, the graph holds {found}; run: attrigraph rebuild",
                )
    if runs and sound:
        edges = sum(expected["edges"].values())
        yield True, f"{edges} edges of run{'s' if len(runs) > 1 else ''} {', '.join(expected['edges'])} as written"
