"""Networks of a run of links as a networkx graph, and as files that Gephi opens: GEXF, or CSV of accounts and edges.

A pure function of the result: the same run gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from attrigraph.links.fused import Columns, column

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["ACCOUNT", "EDGE", "account_rows", "edge_rows", "gexf", "link_graph", "plain"]

ACCOUNT: dict[str, tuple[type, str]] = {
    "label": (str, "handle, or the id without its platform"),
    "platform": (str, "part of the id before the colon"),
    "cluster": (str, "id of its cluster, such as l1/c1"),
    "role": (str, "initiator, bridge, amplifier, member"),
    "stability": (float, "share of seeds in which it stays with the core of its cluster"),
    "outcome": (str, "of the newest inference: supported, contested, insufficient"),
    "territory": (str, "leading territory then, ISO 3166 alpha-2"),
    "confidence": (str, "of a supported outcome"),
    "p": (float, "probability that it is operated from that territory"),
}
"""Attributes of accounts: type and meaning. What is not known is left out."""
EDGE: dict[str, tuple[type, str]] = {
    "network": (str, "what two messages share"),
    "weight": (float, "messages of the source that count"),
    "weight_half": (float, "the same within half the window"),
    "weight_double": (float, "the same within twice the window"),
    "fast_weight": (float, "the same within the fast window"),
    "window_s": (float, "the window, seconds"),
    "median_delta_s": (float, "median seconds to the nearest message of the target"),
    "p_value": (float, "hypergeometric"),
    "q_value": (float, "after Benjamini and Hochberg"),
    "shift_p": (float, "of shifts in time"),
    "periods": (int, "rolling periods that have the edge"),
    "first_at": (str, "first message that counts, ISO 8601"),
    "last_at": (str, "last message that counts, ISO 8601"),
}
"""Attributes of edges: type and meaning."""
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML file may hold."""


def plain(value: Any, kind: type) -> Any:
    """A value as str, int or float; None for what is not known. Times are ISO 8601 in UTC."""
    if value is None or (isinstance(value, float | np.floating | np.datetime64) and np.isnan(value)):
        return None
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[us]").item()
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    return kind(value)


def link_graph(
    edges: Columns,
    members: Iterable[Mapping[str, Any]] = (),
    accounts: Mapping[str, Mapping[str, Any]] | None = None,
    **about: str,
) -> nx.MultiDiGraph[str]:
    """The surviving edges between the accounts that have one, each network an edge of its own (the key).

    `edges` are columns of edges.parquet, `members` rows account_id, cluster, role, stability, `accounts` what is known
    of an account: handle, outcome, top, confidence, p. Attributes have the types of `ACCOUNT` and `EDGE`.
    """
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.graph.update(about)
    kept = np.flatnonzero(column(edges, "survives").astype(bool))
    there = [name for name in EDGE if name in edges]
    rows = [dict(zip(there, row, strict=True)) for row in zip(*(column(edges, n)[kept] for n in there), strict=True)]
    source, target = (column(edges, name)[kept].tolist() for name in ("source", "target"))
    belongs = {row["account_id"]: row for row in members}
    for account in sorted({*source, *target}):
        graph.add_node(account, **_account(account, belongs.get(account, {}), (accounts or {}).get(account, {})))
    named = sorted(zip(source, target, rows, strict=True), key=lambda row: (row[0], row[1], row[2]["network"]))
    for start, end, row in named:
        values = {name: plain(row.get(name), kind) for name, (kind, _) in EDGE.items()}
        graph.add_edge(start, end, key=row["network"], **{k: v for k, v in values.items() if v is not None})
    return graph


def _account(account: str, member: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    platform, _, native = account.partition(":")
    values = {**known, **member, "label": known.get("handle") or native, "platform": platform}
    values["territory"] = known.get("top")
    typed = {name: plain(values.get(name), kind) for name, (kind, _) in ACCOUNT.items()}
    return {name: value for name, value in typed.items() if value is not None}


def gexf(graph: nx.MultiDiGraph[str], *, date: str, description: str) -> bytes:
    """The graph as GEXF 1.2; `date` (ISO) and `description` say what it is a result of."""
    from xml.etree.ElementTree import SubElement

    from networkx.readwrite.gexf import GEXFWriter

    clean = graph.__class__()
    for account, values in graph.nodes(data=True):
        clean.add_node(_clean(account), **{name: _clean(value) for name, value in values.items()})
    for source, target, key, values in graph.edges(keys=True, data=True):
        clean.add_edge(_clean(source), _clean(target), key=key, **{n: _clean(v) for n, v in values.items()})
    writer = GEXFWriter(encoding="utf-8", prettyprint=True)
    writer.add_graph(clean)
    meta = writer.xml[0]
    meta.set("lastmodifieddate", date)
    SubElement(meta, "description").text = _clean(description)
    found = BytesIO()
    writer.write(found)
    return found.getvalue()


def _clean(value: Any) -> Any:
    return NO_XML.sub("\ufffd", value) if isinstance(value, str) else value


def account_rows(graph: nx.MultiDiGraph[str]) -> list[dict[str, str | None]]:
    """One row an account, with the column names Gephi knows: Id, Label."""
    names = [name for name in ACCOUNT if name != "label"]
    return [
        {"Id": account, "Label": values["label"]} | {name: _text(values.get(name)) for name in names}
        for account, values in graph.nodes(data=True)
    ]


def edge_rows(graph: nx.MultiDiGraph[str]) -> list[dict[str, str | None]]:
    """One row an edge, with the column names Gephi knows: Source, Target, Type, Weight."""
    names = [name for name in EDGE if name != "weight"]
    return [
        {"Source": source, "Target": target, "Type": "Directed", "Weight": _text(values["weight"])}
        | {name: _text(values.get(name)) for name in names}
        for source, target, values in graph.edges(data=True)
    ]


def _text(value: Any) -> str | None:
    return None if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)
