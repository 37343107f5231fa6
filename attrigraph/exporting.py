"""Networks of a run of links as files, with what the newest inference says of their accounts."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from attrigraph.duck import connect
from attrigraph.errors import InputError, NotAssessed
from attrigraph.folder import given_file
from attrigraph.graph import statement
from attrigraph.inference.results import ExportName, export_rows, latest_run, write_rows
from attrigraph.links.export import account_rows, edge_rows, gexf, link_graph, plain
from attrigraph.links.write import edges_path, link_run_ids, members_path, read_link_run, read_members
from attrigraph.viz.scene import HUB, STATEMENTS
from attrigraph.wording import number

if TYPE_CHECKING:
    import networkx as nx

    from attrigraph.links.run import LinkRun
    from attrigraph.opencase import OpenCase

__all__ = ["NODES", "account_values", "export", "export_links", "graph_of_links", "links_members", "to_networkx"]

NODES = "-accounts"
"""What the name of the table of accounts has before its ending, beside that of the edges."""


def export(case: OpenCase, what: ExportName | Literal["links"], path: Path, run: str | None, *, overwrite: bool) -> int:
    """Write rows of a run of the inference, or the edges of a run of links; returns how many."""
    if what == "links":
        return export_links(case, path, run, overwrite=overwrite)
    return write_rows(export_rows(case.store, what, run), path, overwrite=overwrite)


def account_values(case: OpenCase, run: str | None = None) -> dict[str, Mapping[str, Any]]:
    """Of every account its handle, and outcome, territory, confidence and p in a run, where there is one."""
    if run is None:
        with suppress(NotAssessed):
            run = latest_run(case.store)
    return {row["account"]: row for row in case.store.read(statement("facts/network_accounts"), run=run or "")}


def links_members(case: OpenCase, run: str) -> list[dict[str, Any]]:
    """Who belongs to which cluster in a run of links: account_id, cluster, role, stability."""
    return read_members(case.folder, run) if members_path(case.folder, run).exists() else []


def graph_of_links(case: OpenCase, run: str | None = None) -> tuple[LinkRun, nx.MultiDiGraph[str]]:
    """A run of links, the newest by default, and its surviving edges. Raises InputError when there is none."""
    about = read_link_run(case.folder, run)
    with connect() as connection:
        edges = connection.execute(
            "FROM read_parquet(?) WHERE survives", [str(edges_path(case.folder, about.id))]
        ).fetchnumpy()
    members = links_members(case, about.id)
    return about, link_graph(edges, members, account_values(case), case=case.settings.name, run=about.id)


def export_links(case: OpenCase, path: Path, run: str | None = None, *, overwrite: bool = False) -> int:
    """Write the surviving edges of a run of links as GEXF, or as CSV with a second table of the accounts beside it.

    Returns the number of edges. Raises InputError for another ending, a file that is there, or when nothing survived.
    """
    if path.suffix.lower() not in (".gexf", ".csv"):
        raise InputError(f"{path.name}: networks of links go to a file that ends in .gexf or .csv.")
    about, graph = graph_of_links(case, run)
    if not graph.number_of_edges():
        raise InputError(f"In {about.id} no edge survived its tests: there is nothing to export.")
    if path.suffix.lower() == ".csv":
        beside = path.with_name(f"{path.stem}{NODES}{path.suffix}")
        if beside.exists() and not overwrite:
            raise InputError(f"{beside} is there already. Choose another name, or say --overwrite.")
        write_rows(edge_rows(graph), path, overwrite=overwrite)
        write_rows(account_rows(graph), beside, overwrite=overwrite)
    else:
        content = gexf(graph, date=f"{about.finished_at:%Y-%m-%d}", description=_said(about))
        with given_file(path, overwrite=overwrite) as part:
            part.write_bytes(content)
    return graph.number_of_edges()


def _said(about: LinkRun) -> str:
    """What a reader of the file must know: null, number of tests, level."""
    return (
        f"attrigraph, run of links {about.id}: {number(about.surviving)} edges survive of {number(about.tests)} pairs "
        f"tested at level {about.options.level:g}. {about.null} {about.shift_null} "
        "Acting together is no proof of coordination, and says nothing about a territory."
    )


def to_networkx(case: OpenCase, run: str | None = None, links: str | None = None) -> nx.MultiDiGraph[str]:
    """Accounts, shared resources and assessed territories as a networkx graph; keys are our ids.

    Values are text, numbers and truth values, so that every format of networkx can hold them: times are ISO 8601, lists
    are joined by "; ". Links are those of a run of links, by default the newest, and of the newest search for mirrors;
    accounts have their cluster in that run. What there is no run of is left out; without any, raises NotAssessed.
    """
    import networkx as nx

    runs = link_run_ids(case.folder)
    links = read_link_run(case.folder, links).id if links else runs[-1] if runs else ""
    try:
        run = run or latest_run(case.store)
    except NotAssessed:
        if not links:
            raise
        run = ""
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    known = account_values(case, run)
    found.graph.update({"case": case.settings.name, "run": run, "links": links})
    for account, row in known.items():
        left_out = ("account", "reasons")
        found.add_node(account, label="Account", **_plain({k: v for k, v in row.items() if k not in left_out}))
        if row["outcome"] == "supported":
            found.add_node(row["top"], label="Territory")
            found.add_edge(account, row["top"], type="ASSESSED_AS", p=row["p"])
    _add_resources(case, found, run)
    for row in case.store.read(statement("links/members"), links=links):
        found.nodes[row["account"]].update(_plain({k: row[k] for k in ("cluster", "role", "stability")}))
    for row in case.store.read(statement("links/network"), links=links):
        values = _plain(row["link"]["properties"])
        found.add_edge(row["source"], row["target"], type=row["type"], **values)
    return found


def _add_resources(case: OpenCase, found: nx.MultiDiGraph[str], run: str) -> None:
    """What accounts used together, and private addresses they shared within a day, as the run has it."""
    for row in case.store.read(statement(STATEMENTS["uses"]), run=run, hub=HUB):
        resource = f"{row['kind']}/{row['resource']}"
        found.add_node(resource, label=row["kind"])
        found.add_edge(row["account"], resource, type="USED", n=row["n"])
    for row in case.store.read(statement(STATEMENTS["links"]), run=run):
        found.add_edge(row["source"], row["target"], type=row["kind"], rule=row["rule"], weight=row["weight"])


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is known, as text, numbers and truth values."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, datetime):
            found[name] = plain(value, str)
        elif isinstance(value, list | tuple):
            found[name] = "; ".join(map(str, value))
        elif value is not None:
            found[name] = value
    return found
