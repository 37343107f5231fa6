"""Runs of links of a case, in Python and on the command line, on both engines: made, kept, restored, taken out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cases import case_on
from commands import named_server, run_cli, run_process
from conftest import Engine

import attrigraph as ag
from attrigraph import linking
from attrigraph.errors import CaseDamaged, InputError
from attrigraph.linking import duration_s, options_of
from attrigraph.links import write
from attrigraph.links.run import DEFAULT_NETWORKS, digest_of

ALONE = {"networks": "co_retweet", "periods": "14d"}


def posts(*, more: int = 0) -> str:
    """A, B and C repost twelve posts within seconds; D and E one; others repost by themselves."""
    rows = ["account_id,platform,post_id,at,text,repost_of"]
    moments = np.random.default_rng(5).integers(0, 40 * 86_400, 12 + more)
    for i, at in enumerate(moments):
        rows += [f"{u},x,{u}{i},{1767225600 + int(at) + n * 7},,k{i}" for n, u in enumerate("ABC")]
    rows += [f"{u},x,{u}0,{1767225600 + n},,same" for n, u in enumerate("DE")]
    for i in range(60):
        rows += [f"n{i % 10}{s},x,n{i}-{s},{1767225600 + i * 5000 + s * 1000},,noise{i}" for s in (0, 1)]
    return "\n".join([*rows, ""])


@pytest.fixture
def case(engines: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ag.Case]:
    """A case with posts, on each engine."""
    (tmp_path / "posts.csv").write_text(posts(), encoding="utf-8")
    with case_on(engines, tmp_path / "case", monkeypatch) as made:
        made.load(tmp_path / "posts.csv", table="posts", platform="x")
        yield made


def read(case: ag.Case, cypher: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in case.store.read_only(cypher, {}).rows]


EDGES = "MATCH (a)-[r:ACTS_WITH]->(b) RETURN r.run, a.id, b.id, r.weight ORDER BY r.run, a.id, b.id"
TRIANGLE = [("l1", f"x:{a}", f"x:{b}", 12.0) for a in "ABC" for b in "ABC" if a != b]


def test_what_survives_is_in_the_graph(case: ag.Case) -> None:
    run = case.link(**ALONE)
    assert (run.id, run.tests, run.surviving, run.posts, run.sources) == (
        "l1",
        25 * 24 // 2,
        6,
        158,
        tuple(case.loaded()),
    )
    assert read(case, EDGES) == TRIANGLE
    asked = """MATCH (:Account {id: 'x:A'})-[r:ACTS_WITH]->(:Account {id: 'x:B'})
        RETURN r.rule, r.network, r.mode, r.window_s, r.n, r.median_delta_s, r.q_value < 0.001, r.shift_p,
               size(r.message_ids), r.periods"""
    (found,) = read(case, asked)
    assert found[:8] == ("co_retweet", "co_retweet", "attrigraph", 60.0, 12, 7.0, True, 1 / 201)
    assert (found[8], found[9]) == (12, run_column(case, "periods")[0])
    members = "MATCH (a)-[m:MEMBER_OF]->(c:Cluster) RETURN c.id, c.run, c.size, a.id, m.run ORDER BY a.id"
    assert read(case, members) == [("l1/c1", "l1", 3, f"x:{u}", "l1") for u in "ABC"]
    assert read(case, "MATCH (c:Cluster) RETURN c.e_value > 100, c.significant") == [(True, True)]
    told = run.clusters["significance"]
    assert (told["tests"], told["level"], told["pairs"], told["significant"]) == (1, 0.05, 3, 1)
    assert case.groups()["l1/c1"] == 3
    (entry,) = case.custody.entries("linked")
    assert (entry.data["run"], entry.data["tests"], entry.data["files"]) == ("l1", 300, run.files)
    assert sorted(run.files) == ["clusters.parquet", "edges.parquet"]


def run_column(case: ag.Case, name: str) -> list[Any]:
    from attrigraph.duck import connect

    with connect() as connection:
        query = f"SELECT {name} FROM read_parquet(?) WHERE survives ORDER BY source, target"
        return [v for (v,) in connection.execute(query, [str(write.edges_path(case.folder, "l1"))]).fetchall()]


def test_nothing_is_linked_twice_unless_asked(case: ag.Case) -> None:
    first = case.link(**ALONE)
    assert case.link(**ALONE) == case.read_links() == case.read_links("l1") == first
    assert case.link_runs() == [first]
    with pytest.raises(InputError, match="no run of links 'l7'; there are: l1"):
        case.read_links("l7")
    assert case.link(**ALONE, draws=99).id == "l2"
    again = case.link(**ALONE, again=True)
    assert (again.id, again.networks[0].surviving) == ("l3", 6)
    assert len(read(case, EDGES)) == 18


def test_communities_and_resolution_are_kept_in_the_run(case: ag.Case) -> None:
    run = case.link(**ALONE, communities="louvain", resolution=0.5)
    assert (run.options.communities, run.options.resolution) == ("louvain", 0.5)
    assert (run.clusters["method"], run.clusters["resolution_given"]) == ("louvain", True)
    assert read(case, "MATCH (c:Cluster) RETURN c.method, c.resolution") == [("louvain", 0.5)]
    assert case.link(**ALONE, communities="louvain", resolution=0.5) == run
    assert case.link(**ALONE, communities="louvain").id == "l2"


def test_records_of_other_runs_are_not_read_to_know_that_a_run_is_new(case: ag.Case) -> None:
    first, second = case.link(**ALONE), case.link(**ALONE, draws=99)
    record = case.folder.links / "l1.json"
    record.write_text(record.read_text(encoding="utf-8")[:300], encoding="utf-8")
    assert case.link(**ALONE, draws=99.0) == second
    assert first.digest != second.digest == digest_of(second.options, case.loaded())
    with pytest.raises(CaseDamaged):
        case.link(**ALONE)


def test_a_new_source_makes_runs_stale(case: ag.Case, tmp_path: Path) -> None:
    case.link(**ALONE)
    (tmp_path / "more.csv").write_text("account_id,platform,post_id,at,text\nF,x,f1,1767225600,some text\n")
    case.load(tmp_path / "more.csv", table="posts", platform="x")
    assert [row["stale"] for row in case.link_rows()] == ["1 sources added since"]
    assert any("run of links l1 is stale: 1 sources added since" in check.detail for check in case.verify().checks)
    assert case.verify().sound
    assert case.link(**ALONE).id == "l2"
    assert [row["stale"] for row in case.link_rows()] == ["1 sources added since", "no"]


def test_a_source_taken_out_takes_its_runs_with_it(case: ag.Case, tmp_path: Path) -> None:
    first = next(iter(case.loaded()))
    case.link(**ALONE)
    (tmp_path / "more.csv").write_text(posts(more=3).replace("x,A", "x,a"), encoding="utf-8")
    case.load(tmp_path / "more.csv", table="posts", platform="x")
    case.link(**ALONE)
    case.remove_source(next(s for s in case.loaded() if s != first))
    assert [row["run"] for row in case.link_rows()] == ["l1"]
    assert read(case, EDGES) == TRIANGLE
    assert case.verify().sound
    case.remove_source(first)
    assert case.link_rows() == []
    assert not list(case.folder.links.glob("*"))
    assert [entry.data["run"] for entry in case.custody.entries("unlinked")] == ["l2", "l1"]
    assert read(case, EDGES) == []
    run = case.link(periods="7d")  # there are no posts left
    assert [n.name for n in run.networks] == list(DEFAULT_NETWORKS)
    assert (run.id, run.tests, run.surviving, run.posts, run.clusters["found"]) == ("l1", 0, 0, 0, [])


def test_rebuild_writes_links_again(case: ag.Case) -> None:
    case.link(**ALONE)
    before = case.store.counts()
    case.rebuild()
    assert case.store.counts() == before
    assert read(case, EDGES) == TRIANGLE


def test_a_run_that_was_stopped_is_made_again(case: ag.Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(write, "save_link_run", stopped)
        with pytest.raises(KeyboardInterrupt):
            case.link(**ALONE, window="120s")
    assert case.link_runs() == []
    assert len(read(case, EDGES)) == 6
    report = case.verify()
    assert not report.sound
    assert any("edges of links l1, which was stopped" in check.detail for check in report.checks)
    assert case.link(**ALONE).options.link.window_s == 60
    assert read(case, EDGES) == TRIANGLE
    assert read(case, "MATCH (:Account)-[r:ACTS_WITH]->() RETURN DISTINCT r.window_s") == [(60.0,)]
    assert case.verify().sound


def test_verify_finds_changed_tables_and_missing_edges(case: ag.Case) -> None:
    case.link(**ALONE)
    write.members_path(case.folder, "l1").write_bytes(b"changed")
    write.remove_from_graph(case.store, "l1")
    said = [check.detail for check in case.verify().checks if not check.sound]
    assert said == [
        "links/l1/clusters.parquet is missing or was changed; link again: attrigraph link --again",
        "links l1: 6 edges were written, the graph holds 0; run: attrigraph rebuild",
        "links l1: 3 members were written, the graph holds 0; run: attrigraph rebuild",
    ]


def test_links_carry_no_country(case: ag.Case) -> None:
    """Joint activity changes nothing in what is inferred."""
    case.infer()
    before = [(a.account, a.outcome, a.p) for a in case.assessments()]
    case.link(**ALONE)
    case.infer()
    assert [(a.account, a.outcome, a.p) for a in case.assessments()] == before


def test_lengths_of_time() -> None:
    assert [duration_s(t) for t in ("60s", "5m", "2h", "7d", "1w", "90", " .5h ", 12)] == [
        60, 300, 7_200, 604_800, 604_800, 90, 1_800, 12,
    ]  # fmt: skip
    for wrong in ("", "soon", "-5s", "5 years", "1e3"):
        with pytest.raises(InputError, match="no length of time"):
            duration_s(wrong)


def test_names_of_options() -> None:
    assert options_of({"networks": "co-tweet, co_link,co_tweet", "window": None}).networks == ("co_tweet", "co_link")
    assert "activity_sync" in options_of({"networks": "all"}).networks
    with pytest.raises(InputError, match="no option 'speed'"):
        options_of({"speed": 1})


def test_the_commands_say_what_was_tested(case: ag.Case) -> None:
    where, server = ("--case", str(case.folder.root)), named_server()
    case.close()
    said = run_process("link", "--networks", "co_retweet", "--level", ".05", *where, **server)
    assert said.returncode == 0, said.stderr
    text = " ".join(said.stdout.split())
    assert "Run l1: 158 posts, window 60 s, minimum weight 2, mode attrigraph" in text
    assert "Weight alone is not coordination" in text
    assert "hypergeometric" in text
    assert "1 clusters of 3 accounts" in text
    assert "1 of 1 are significant as a whole: e-values of 200 shifts, e-BH at level 0.05, over 3 pairs of 3" in text
    assert "Null of clusters: Given which pairs of accounts pass the first test" in text
    assert "Nothing has changed since run l1" in run_cli("link", "--networks", "co_retweet", *where, **server).stdout
    told = json.loads(run_cli("link", "--networks", "co_retweet", "--format", "json", *where, **server).stdout)
    assert (told["id"], told["options"]["level"], told["null"][:26]) == ("l1", 0.05, "An account uses as many of")
    (row,) = told["networks"]
    assert (row["tests"], row["sharing"], row["edges"], row["surviving"], row["pairs"]) == (300, 4, 6, 6, 3)
    (listed,) = json.loads(run_cli("links", "--format", "json", *where, **server).stdout)
    assert (listed["run"], listed["survive"], listed["significant"], listed["stale"]) == ("l1", 6, 1, "no")
    refused = run_cli("link", "--window", "soon", *where, **server)
    assert (refused.returncode, refused.stderr) == (
        1, "attrigraph: 'soon' is no length of time. Write it as 60s, 5m, 2h, 7d or 1w.\n",
    )  # fmt: skip


def test_members_of_nothing(tmp_path: Path) -> None:
    write.write_members([], tmp_path / "none.parquet")
    assert (tmp_path / "none.parquet").exists()
    assert linking.UNITS["d"] == 86_400
