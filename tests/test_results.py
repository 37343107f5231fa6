"""Exports: the columns promised, in three formats."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from evidence_fixture import ACCOUNTS, build
from test_explain import finish

from attrigraph.errors import InputError
from attrigraph.graph import Store
from attrigraph.inference.results import EXPORTS, ExportName, export_rows, write_rows

ASSESSMENTS = (
    "account, outcome, confidence, top, p, runner_up, runner_up_p, strongest_class, survives, reasons, "
    "prior, displays, displays_share, displays_p, persona, under_cover"
)
ROW = dict.fromkeys(EXPORTS["assessments"]) | {
    "account": "x:1",
    "outcome": "insufficient",
    "p": 0.25,
    "survives": False,
}


@pytest.mark.parametrize("what", ["assessments", "beliefs", "evidence"])
def test_exports_have_their_columns(store: Store, what: ExportName) -> None:
    build(store)
    finish(store, ACCOUNTS, ACCOUNTS)

    rows = export_rows(store, what)
    assert all(list(row) == list(EXPORTS[what]) for row in rows)
    assert {row["account"] for row in rows} == set(ACCOUNTS)


def test_the_columns_are_those_promised() -> None:
    assert ", ".join(EXPORTS["assessments"]) == ASSESSMENTS
    assert ", ".join(EXPORTS["beliefs"]) == "account, territory, p, own, prior, prior_free, shown"


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_every_format_reads_back(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out.{ending}"

    assert write_rows([ROW, ROW | {"account": "x:2", "p": 0.5}], path) == 2
    read = duckdb.sql(f"SELECT account, p, confidence FROM '{path}' ORDER BY account").fetchall()
    assert [(account, float(p), confidence) for account, p, confidence in read] == [
        ("x:1", 0.25, None),
        ("x:2", 0.5, None),
    ]


def test_no_rows_still_give_a_file_with_columns(tmp_path: Path) -> None:
    assert write_rows([], tmp_path / "none.csv") == 0
    assert (tmp_path / "none.csv").read_text().strip() == ASSESSMENTS.replace(" ", "")


def test_a_file_is_not_overwritten_unless_told(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_rows([ROW], path)

    with pytest.raises(InputError, match="there already"):
        write_rows([ROW], path)
    assert write_rows([ROW, ROW], path, overwrite=True) == 2


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.csv, \.jsonl, \.parquet"):
        write_rows([ROW], tmp_path / "out.xlsx")


def test_a_place_that_cannot_be_written_gives_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write_rows([ROW], tmp_path / "file" / "out.csv")
