"""Networks of links as files: typed, complete, and the same bytes for the same result."""

from __future__ import annotations

import csv
from io import BytesIO
from pathlib import Path

import networkx as nx
import pytest

from attrigraph.inference.results import write_rows
from attrigraph.links.clusters import find_clusters
from attrigraph.links.export import account_rows, edge_rows, gexf, link_graph
from tests.links_edges import Link, clique, columns, two_cliques

KNOWN = {
    "x:a": {"handle": "harbour\x00 & <co>", "outcome": "supported", "top": "PT", "confidence": "low", "p": 1},
    "x:b": {"handle": "bé", "outcome": "insufficient", "top": "OTHER", "confidence": None, "p": 0.5},
    "x:z": {"handle": "not linked"},
}


@pytest.fixture
def graph() -> nx.MultiDiGraph[str]:
    edges = columns(
        [*clique("abc"), Link("a", "b", network="co_link", q=None, at=60), Link("z", "a", q=0.7, survives=False)]
    )
    members = [
        {"account_id": m.account_id, "cluster": m.cluster, "role": m.role, "stability": m.stability}
        for m in find_clusters(edges).members
    ]
    return link_graph(edges, members, KNOWN, run="l1")


def test_accounts_and_edges_have_typed_attributes(graph):
    assert list(graph) == ["x:a", "x:b", "x:c"]
    assert graph.number_of_edges() == 7
    cluster = {"cluster": "l1/c1", "role": "member", "stability": 1.0}
    assert graph.nodes["x:a"] == cluster | {
        "label": "harbour\x00 & <co>", "platform": "x", "outcome": "supported", "territory": "PT", "confidence": "low",
        "p": 1.0,
    }  # fmt: skip
    assert graph.nodes["x:c"] == cluster | {"label": "c", "platform": "x"}
    assert graph.edges["x:a", "x:b", "co_link"] == {
        "network": "co_link", "weight": 2.0, "window_s": 60.0, "median_delta_s": 5.0, "shift_p": 0.005,
        "first_at": "2026-01-01T00:01:00+00:00", "last_at": "2026-01-01T00:01:30+00:00",
    }  # fmt: skip
    assert isinstance(graph.nodes["x:a"]["p"], float)


def test_gexf_is_read_back_with_its_types(graph):
    written = gexf(graph, date="2026-01-02", description="run l1 & more")
    found = nx.read_gexf(BytesIO(written))
    assert isinstance(found, nx.MultiDiGraph)
    assert found.nodes["x:a"] == graph.nodes["x:a"] | {"label": "harbour\ufffd & <co>"}
    assert found.nodes["x:b"] == graph.nodes["x:b"]
    assert sorted(found.edges(keys=True)) == sorted(graph.edges(keys=True))
    attributes = found["x:a"]["x:b"]["co_tweet"]
    assert {name: type(attributes[name]) for name in graph.edges["x:a", "x:b", "co_tweet"]} == {
        "network": str, "weight": float, "window_s": float, "median_delta_s": float, "p_value": float,
        "q_value": float, "shift_p": float, "first_at": str, "last_at": str,
    }  # fmt: skip
    assert b'lastmodifieddate="2026-01-02"' in written
    assert b"<description>run l1 &amp; more</description>" in written


def test_the_same_result_is_the_same_bytes():
    one, two = (gexf(link_graph(two_cliques()), date="2026-01-02", description="") for _ in range(2))
    assert one == two


def test_every_attribute_is_declared_once_with_one_type(graph):
    """Gephi makes two columns of an attribute that is declared twice."""
    text = gexf(graph, date="2026-01-02", description="").decode()
    titles = [part.partition('"')[0] for part in text.split('title="')[1:]]
    assert len(titles) == len(set(titles)) > 10


def test_tables_have_the_columns_gephi_knows(graph, tmp_path: Path):
    write_rows(edge_rows(graph), tmp_path / "edges.csv")
    write_rows(account_rows(graph), tmp_path / "accounts.csv")
    with (tmp_path / "edges.csv").open(encoding="utf-8", newline="") as file:
        edges = list(csv.DictReader(file))
    with (tmp_path / "accounts.csv").open(encoding="utf-8", newline="") as file:
        accounts = list(csv.DictReader(file))
    assert list(edges[0])[:5] == ["Source", "Target", "Type", "Weight", "network"]
    assert [edges[0][name] for name in ("Source", "Target", "Type", "Weight", "network", "q_value", "first_at")] == [
        "x:a", "x:b", "Directed", "2", "co_link", "", "2026-01-01T00:01:00+00:00",
    ]  # fmt: skip
    assert edges[1]["q_value"] == "0.001"
    assert [(row["Id"], row["cluster"], row["territory"], row["p"]) for row in accounts] == [
        ("x:a", "l1/c1", "PT", "1"), ("x:b", "l1/c1", "OTHER", "0.5"), ("x:c", "l1/c1", "", ""),
    ]  # fmt: skip
    assert (len(edges), len(accounts)) == (7, 3)
