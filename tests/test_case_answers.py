"""What an inferred case answers: claims, exports, figures, brief, the whole graph, saved queries, on both engines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cases import case_on
from conftest import Engine
from harbour import write_files

import attrigraph as ag
from attrigraph.errors import InputError


@pytest.fixture(scope="module")
def case(engines_of_module: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ag.Case]:
    """A case, inferred once; read by every test here."""
    folder = tmp_path_factory.mktemp("answers")
    with (
        pytest.MonkeyPatch.context() as patch,
        case_on(engines_of_module, folder / "harbour", patch, question="Where from?") as made,
    ):
        made.load(*write_files(folder).values())
        made.infer()
        yield made


def test_what_claimants_say_stands_beside_the_assessment(case: ag.Case) -> None:
    rows = {(r["account"], r["relation"]): r["verdict"] for r in case.claims().account_rows()}
    assert rows["x:1", "operated from"] == "supported"
    assert rows["x:2", "operated from"] == "contradicted"
    assert rows["x:3", "linked to"] == "cannot be told"


def test_exports_have_the_promised_columns(case: ag.Case, tmp_path: Path) -> None:
    case.export("assessments", tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    columns = [
        "account",
        "outcome",
        "confidence",
        "top",
        "p",
        "runner_up",
        "runner_up_p",
        "strongest_class",
        "survives",
        "reasons",
    ]
    assert list(rows[0])[:10] == columns
    assert list(rows[0])[10:] == ["prior", "displays", "displays_share", "displays_p", "persona", "under_cover"]
    assert len(rows) == 3
    case.export("beliefs", tmp_path / "b.jsonl")
    first = json.loads((tmp_path / "b.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert list(first) == ["account", "territory", "p", "own", "prior", "prior_free", "shown"]
    assert case.export("evidence", tmp_path / "e.parquet") > 0
    with pytest.raises(InputError, match="overwrite"):
        case.export("beliefs", tmp_path / "b.jsonl")
    with pytest.raises(InputError, match="xlsx"):
        case.export("beliefs", tmp_path / "b.xlsx")


def test_figures_and_brief_are_written_without_an_address_outside(case: ag.Case) -> None:
    network = case.write_figure("network")
    assert network.exists()
    assert case.write_figure("waterfall", "x:1").name.startswith("waterfall-A")
    html, markdown = sorted(case.brief(), key=lambda p: p.suffix)
    assert (html.suffix, markdown.suffix) == (".html", ".md")
    text = markdown.read_text(encoding="utf-8")
    assert "harbour_one" not in text
    assert "85.240.10." not in text
    assert "uncalibrated v0" in text
    assert [e.event for e in case.custody.entries()][-3:] == ["drew", "drew", "briefed"]


def test_the_graph_as_networkx(case: ag.Case) -> None:
    graph = case.to_networkx()
    labels = {data["label"] for _, data in graph.nodes(data=True)}
    assert labels >= {"Account", "Device", "Territory"}
    assert ("x:1", "PT") in graph.edges()


def test_saved_queries_run_with_typed_parameters(case: ag.Case) -> None:
    frame = case.query("accounts-on-one-device", min_accounts="2").to_pandas()
    assert frame["accounts"].tolist() == [["x:1", "x:2"]]
