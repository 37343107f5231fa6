"""Links of a case leave it: GEXF and CSV from the command line and Python, and the whole graph as networkx."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from cases import case_on
from commands import run_cli, run_process
from conftest import Engine

import attrigraph as ag
from attrigraph.errors import InputError, NotAssessed

DAY = 86_400


def posts() -> str:
    """1, 2 and 3 repeat the same posts within seconds, at times that follow no rhythm; others repeat what they like."""
    random = np.random.default_rng(3)
    rows = ["post_id,account_id,platform,at,repost_of"]
    start = np.datetime64("2026-01-01T00:00:00")
    shared = [(n, at + n * 5, f"x{i}") for i, at in enumerate(random.integers(0, 40 * DAY, 12)) for n in (1, 2, 3)]
    alone = [(n, at, f"y{i % 40}") for i, at in enumerate(random.integers(0, 40 * DAY, 120)) for n in (4 + i % 6,)]
    for i, (account, at, what) in enumerate(shared + alone):
        rows.append(f"p{i},{account},x,{start + np.timedelta64(int(at), 's')}Z,{what}")
    return "\n".join([*rows, ""])


@pytest.fixture
def case(engines: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ag.Case]:
    """A case with posts, linked but not inferred, on each engine."""
    (tmp_path / "posts.csv").write_text(posts(), encoding="utf-8")
    with case_on(engines, tmp_path / "harbour", monkeypatch) as made:
        made.load(tmp_path / "posts.csv")
        yield made


def test_links_leave_the_case(case: ag.Case, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Nothing is linked in this case yet"):
        case.export("links", tmp_path / "none.gexf")
    with pytest.raises(NotAssessed):
        case.to_networkx()
    clusters = case.link(networks=["co_retweet"]).clusters
    assert (clusters["clusters"], clusters["clustered"], clusters["found"][0]["size"]) == (1, 3, 3)
    assert clusters["cleared_first"] == [f"x:{n}" for n in range(4, 10)]  # 20 posts each, the linked ones 12

    assert case.export("links", tmp_path / "l1.gexf") == 6
    found = nx.read_gexf(tmp_path / "l1.gexf")
    assert sorted(found) == ["x:1", "x:2", "x:3"]
    assert {found.nodes[a]["cluster"] for a in found} == {"l1/c1"}
    assert "outcome" not in found.nodes["x:1"]
    assert found.edges["x:1", "x:2"]["weight"] == 12.0
    assert "pairs tested at level 0.05" in (tmp_path / "l1.gexf").read_text(encoding="utf-8")

    case.infer()
    assert case.export("links", tmp_path / "l1.csv", run="l1") == 6
    with (tmp_path / "l1-accounts.csv").open(encoding="utf-8", newline="") as file:
        assert [(row["Id"], row["outcome"]) for row in csv.DictReader(file)] == [
            ("x:1", "insufficient"), ("x:2", "insufficient"), ("x:3", "insufficient"),
        ]  # fmt: skip
    exported = case.custody.entries("exported")[-1].data
    assert exported == {"what": "links", "file": "l1.csv", "rows": 6}
    for name, says in (("l1.gexf", "--overwrite"), ("l1.csv", "--overwrite"), ("l1.parquet", "ends in .gexf or .csv")):
        with pytest.raises(InputError, match=says):
            case.export("links", tmp_path / name)
    with pytest.raises(InputError, match="no run of links 'l7'"):
        case.export("links", tmp_path / "l7.csv", run="l7")


def test_the_graph_with_its_links_as_networkx(case: ag.Case, tmp_path: Path) -> None:
    case.link(networks=["co_retweet"])
    graph = case.to_networkx()
    acts = [(a, b, d) for a, b, d in graph.edges(data=True) if d["type"] == "ACTS_WITH"]
    assert len(acts) == 6
    types = {"weight": float, "n": int, "q_value": float, "first_at": str}
    assert {name: type(acts[0][2][name]) for name in types} == types
    assert graph.nodes["x:1"]["cluster"] == "l1/c1"
    assert graph.graph == {"case": "harbour", "run": "", "links": "l1"}
    nx.write_graphml(graph, tmp_path / "all.graphml")
    assert nx.read_graphml(tmp_path / "all.graphml").number_of_edges() == graph.number_of_edges()
    case.infer()
    assert case.to_networkx(links="l1").nodes["x:1"]["outcome"] == "insufficient"


@pytest.mark.parametrize("engines", ["embedded"], indirect=True)
def test_links_on_the_command_line(case: ag.Case, tmp_path: Path) -> None:
    where = ("--case", str(case.folder.root))
    case.link(networks=["co_retweet"])
    said = run_process("export", "links", str(tmp_path / "net.gexf"), *where)
    assert f"Written: {tmp_path / 'net.gexf'}, 6 rows" in said.stdout.replace("\n", ""), said.stderr
    assert "l1/c1" in run_cli("group", *where).stdout
