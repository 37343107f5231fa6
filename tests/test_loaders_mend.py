"""Files with a few unsound records or lines: read by duckdb as sound ones are, with the same rows as line by line."""

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
    "\t\u2003\v\n",
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
        return rows, sorted(bench.rejects(report)), report.reasons


UNQUOTED = tuple(record for record in RECORDS if '"' not in record)
some_records = st.lists(st.sampled_from(RECORDS), max_size=12) | st.lists(st.sampled_from(UNQUOTED), max_size=12)


@given(some_records, st.booleans(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_mended_file_gives_the_rows_of_the_careful_reader(records: list[str], returns: bool, cut: bool) -> None:
    text = HEADER + RECORDS[0] + "".join(records) + "x:9,1767355200,last\n" + RECORDS[0]
    text = text.replace("\n", "\r\n") if returns else text
    content = (text.rstrip("\r\n") if cut else text).encode()
    lines_in_cells = returns and any("\n" in record[:-1] for record in records)
    mended = _loaded(content, "a.csv", "" if lines_in_cells else "carefully")
    assert mended == _loaded(content, "a.csv", "mended")


def test_records_cut_off_are_refused_on_the_way_where_no_quotation_mark_hides_a_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = (HEADER + "x:1,1767355200\n,,\nx:2,1767355200,,\nx:1,1767355200,cut o").encode()
    careful = _loaded(content, "a.csv", "quickly")
    monkeypatch.setattr(_File, "mended", lambda *_: None)
    assert _loaded(content, "a.csv", "carefully") == careful
    assert careful[1] == [
        ("row 1", "", "x:1,1767355200", "2 cells where the header has 4"),
        ("row 2", "", ",,", "3 cells where the header has 4"),
        ("row 4", "", "x:1,1767355200,cut o", "3 cells where the header has 4"),
    ]


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_other_delimiters_and_packed_files(delimiter: str) -> None:
    text = (HEADER + RECORDS[0] + RECORDS[7] + RECORDS[0]).replace(",", delimiter)
    found = _loaded(gzip.compress(text.encode()), "a.csv.gz", "carefully")
    assert found[1] == [("row 2", "", f"x:1{delimiter}1767355200", "2 cells where the header has 4")]
    assert [row[4] for row in found[0]] == ["row 1", "row 3"]  # type: ignore[attr-defined]


LINES = (
    '{"account_id": "x:2", "at": 1767355200, "text": "sound", "more": 1}\n',
    '{"account_id": "x:3", "at": "1767355200", "text": "\\u0416 \\"said\\""}\n',
    '{"text": "another order", "at": 1767355200, "account_id": "x:4"}\n',
    '{"account_id": "x:5", "at": 1767355200, "text": null, "late": {"a": [1.0, null]}}\n',
    '{"account_id": "x:6", "at": 1767355200, "text": "twice", "text": "and again"}\n',
    '{"account_id": "x:7", "at": 1767355200, "TEXT": "another case", "Text": "and another"}\n',
    '{"account_id": "x:8", "at": 1767355200, "text": ["a", {"b": "c"}], "more": {}}\n',
    '  {"account_id": "x:9", "at": "yesterday", "text": "indented"}  \n',
    '{"account_id": "x:10", "at":\n',
    '{"account_id": "x:11", "at": 17\n',
    '{"account_id": "x:12", "at": 1767355200, "text": "cut\n',
    '{"account_id": "x:13",\n"at": 1767355200}\n',
    '{"account_id": "x:14", "at": 1767355200} and more\n',
    '{"account_id": "x:15", "at": 1767355200, "text": "a \x1f b"}\n',
    "{}\n",
    "[1, 2]\n",
    "null\n",
    "7\n",
    "text,\n",
    "Привет\n",
)


@given(st.lists(st.sampled_from(LINES), max_size=8), st.booleans(), st.booleans(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_json_lines_give_the_rows_of_the_careful_reader(lines: list[str], more: bool, returns: bool, cut: bool) -> None:
    first = LINES[0] if more else LINES[0].replace(', "more": 1', "")
    text = first + first.replace("x:2", "x:20") + "".join(lines) + first.replace("x:2", "x:21")
    text = text.replace("\n", "\r\n") if returns else text
    content = (text.rstrip("\r\n") if cut else text).encode()
    assert _loaded(content, "a.jsonl") == _loaded(content, "a.jsonl", "quickly")


@pytest.mark.parametrize("damaged", LINES[8:11])
def test_a_damaged_line_takes_no_other_along(damaged: str) -> None:
    text = LINES[2] + damaged + LINES[2] + LINES[3] + damaged
    rows, rejects, _ = _loaded(gzip.compress(text.encode()), "a.jsonl.gz", "carefully")
    assert [row[4] for row in rows] == ["line 1", "line 3", "line 4"]  # type: ignore[attr-defined]
    assert rejects == [(f"line {n}", "", damaged[:-1], "not whole JSON") for n in (2, 5)]
