"""A case read through py2neo, on a real Neo4j."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cases import case_on
from conftest import Engine

import attrigraph as ag
from attrigraph.errors import InputError
from attrigraph.graph.embedded import stop

py2neo = pytest.importorskip("py2neo", reason="NOT TESTED: py2neo is not installed (attrigraph[legacy])")

ACCOUNTS = "account_id,platform,handle,created_at\n1,x,one,2024-03-01T10:00:00Z\n2,x,two,\n3,x,three,\n"


@pytest.fixture
def case(neo4j_server: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ag.Case]:
    assert neo4j_server.server
    (tmp_path / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")
    with case_on(neo4j_server, tmp_path / "harbour", monkeypatch) as made:
        made.load(tmp_path / "accounts.csv")
        yield made


def test_neo4j_is_read_as_py2neo_objects_and_frames(case: ag.Case) -> None:
    case.infer()
    edge = {"run": "l1", "rule": "co_tweet", "network": "co_tweet", "weight": 3.0, "message_ids": ["m1", "m2"]}
    at = datetime(2026, 1, 1, tzinfo=UTC)
    case.store.write_relationships(
        "ACTS_WITH", "Account", "Account", [{"start": "x:1", "end": "x:2", "first_at": at} | edge]
    )
    case.store.write_nodes("Cluster", [{"id": "l1/c1", "run": "l1", "size": 2}])
    members = [{"start": a, "end": "l1/c1", "run": "l1", "role": "member"} for a in ("x:1", "x:2")]
    case.store.write_relationships("MEMBER_OF", "Account", "Cluster", members)
    with case.py2neo() as found:
        assert isinstance(found.graph, py2neo.Graph)
        assert (found.run, found.links) == ("r1", "")  # no record of a run of links: it has to be named
        accounts = found.accounts().set_index("id")
        assert accounts["handle"].to_dict() == {"x:1": "one", "x:2": "two", "x:3": "three"}
        assert accounts.loc["x:1", "created_at"] == datetime(2024, 3, 1, 10, tzinfo=UTC)
        assessments = found.assessments()
        assert assessments["account"].tolist() == ["x:1", "x:2", "x:3"]
        assert set(assessments["outcome"]) == {"insufficient"}
        edges = found.edges("l1")
        assert edges[["start", "end", "type"]].values.tolist() == [
            ["x:1", "x:2", "ACTS_WITH"], ["x:1", "l1/c1", "MEMBER_OF"], ["x:2", "l1/c1", "MEMBER_OF"],
        ]  # fmt: skip
        assert edges.loc[0, "first_at"] == at
        assert edges.loc[0, "message_ids"] == ["m1", "m2"]

        whole = found.subgraph(links="l1")
        assert sorted(n["id"] for n in whole.nodes if n.has_label("Account")) == ["x:1", "x:2", "x:3"]
        assert whole.types() == {"ASSESSED_AS", "ACTS_WITH", "MEMBER_OF"}
        assert len(whole.relationships) == 3 + 1 + 2
        (acts,) = (r for r in whole.relationships if type(r).__name__ == "ACTS_WITH")
        assert (acts.start_node["handle"], acts.end_node["handle"], acts["weight"]) == ("one", "two", 3.0)


def test_the_embedded_engine_is_not_for_py2neo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEO4J_URI", raising=False)
    with ag.Case.create(tmp_path / "harbour") as case, pytest.raises(InputError, match="attrigraph rebuild --neo4j"):
        case.py2neo()
    stop(tmp_path / "harbour" / "graph")
