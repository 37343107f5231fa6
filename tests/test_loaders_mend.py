"""Delimited text with a few unsound records: read as fast as sound text, with the same rows as line by line."""

from __future__ import annotations

import gzip
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loading import Bench

from attrigraph.loaders.readers import _File

RECORDS = (
    "x:1,1767355200,sound,more\n",
    'x:1,1767355200,"a quoted, ""said"" cell",\n',
    'x:1,1767355200,"two\nlines",\n',
    'x:1,1767355200,"a record inside\nx:7,1767355200,a cell,no record\n",\n',
    'x:1,1767355200,"never closed,\n',
    'x:1,1767355200,"closed" and more,\n',
    'x:1,1767355200,5" pipe,\n',
    "x:1,1767355200\n",
    "x:1,1767355200,too,many,cells\n",
    "x:1,1767355200,empty cells,too many,,\n",
    "x:1,yesterday,no time,\n",
    "\n",
    "   \n",
    "x:1,1767355200,Привет,\U0001f600\n",
)
HEADER = "account_id,at,text,more\n"


def _loaded(content: bytes, name: str, without: str = "") -> tuple[object, ...]:
    """Rows and rejects of a file, read in any way but the one named."""
    with TemporaryDirectory() as room, pytest.MonkeyPatch.context() as patch:
        if without:
            patch.setattr(_File, without, lambda *_: None)
        bench = Bench(Path(room))
        report = bench.load(name, content)
        rows = bench.table("posts", "account_id", "at", "text", "raw", "record")
        assert report.records == report.loaded + report.rejected
        return rows, bench.rejects(report), report.reasons


@given(st.lists(st.sampled_from(RECORDS), max_size=12), st.booleans(), st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_mended_file_gives_the_rows_of_the_careful_reader(records: list[str], returns: bool, cut: bool) -> None:
    text = HEADER + RECORDS[0] + "".join(records) + "x:9,1767355200,last\n" + RECORDS[0]
    text = text.replace("\n", "\r\n") if returns else text
    content = (text.rstrip("\r\n") if cut else text).encode()
    lines_in_cells = returns and any("\n" in record[:-1] for record in records)
    mended = _loaded(content, "a.csv", "" if lines_in_cells else "carefully")
    assert mended == _loaded(content, "a.csv", "mended")


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_other_delimiters_and_packed_files(delimiter: str) -> None:
    text = (HEADER + RECORDS[0] + RECORDS[7] + RECORDS[0]).replace(",", delimiter)
    found = _loaded(gzip.compress(text.encode()), "a.csv.gz", "carefully")
    assert found[1] == [("row 2", "", f"x:1{delimiter}1767355200", "2 cells where the header has 4")]
    assert [row[4] for row in found[0]] == ["row 1", "row 3"]  # type: ignore[attr-defined]
