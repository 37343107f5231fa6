"""Networks of a run of links as files, with what the newest inference says of their accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrigraph.duck import connect
from attrigraph.errors import InputError, NotAssessed
from attrigraph.graph import statement
from attrigraph.inference.results import latest_run, write_rows
from attrigraph.links.export import account_rows, edge_rows, gexf, link_graph
from attrigraph.links.write import edges_path, members_path, read_link_run
from attrigraph.wording import number

if TYPE_CHECKING:
    import networkx as nx

    from attrigraph.links.run import LinkRun
    from attrigraph.opencase import OpenCase

__all__ = ["NODES", "account_values", "export_links", "graph_of_links", "links_members"]

NODES = "-accounts"
"""What the name of the table of accounts has before its ending, beside that of the edges."""


def account_values(case: OpenCase, run: str | None = None) -> dict[str, Mapping[str, Any]]:
    """Of every account its handle, and outcome, territory, confidence and p in a run, where there is one."""
    try:
        run = run or latest_run(case.store)
    except NotAssessed:
        run = ""
    return {row["account"]: row for row in case.store.read(statement("facts/network_accounts"), run=run)}


def links_members(case: OpenCase, run: str) -> list[dict[str, Any]]:
    """Who belongs to which cluster in a run of links: account_id, cluster, role, stability."""
    path = members_path(case.folder, run)
    if not path.exists():
        return []
    names = ("account_id", "cluster", "role", "stability")
    query = f"SELECT {', '.join(names)} FROM read_parquet(?) WHERE period IS NULL"  # noqa: S608
    with connect() as connection:
        rows: Sequence[Any] = connection.execute(query, [str(path)]).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


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
        _write(path, gexf(graph, date=f"{about.finished_at:%Y-%m-%d}", description=_said(about)), overwrite)
    return graph.number_of_edges()


def _said(about: LinkRun) -> str:
    """What a reader of the file must know: null, number of tests, level."""
    return (
        f"attrigraph, run of links {about.id}: {number(about.surviving)} edges survive of {number(about.tests)} pairs "
        f"tested at level {about.options.level:g}. {about.null} {about.shift_null} "
        "Acting together is no proof of coordination, and says nothing about a territory."
    )


def _write(path: Path, content: bytes, overwrite: bool) -> None:
    if path.exists() and not overwrite:
        raise InputError(f"{path} is there already. Choose another name, or say --overwrite.")
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise InputError(f"{path} cannot be written: {error}. Choose another place.") from None
