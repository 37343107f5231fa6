"""Tables in the terminal and in a pipe: no cell is cut."""

from __future__ import annotations

import pytest

from attrigraph.cli import render
from attrigraph.cli.render import Format, show_rows
from attrigraph.wording import NARROW_SPACE

ROW = {
    "account": "simulated:9001",
    "run": "r2/1",
    "from": "2018-03-03 04:40:04Z",
    "to": "2025-06-13 15:59:57Z",
    "began_with": "first rows",
    "rows": 4,
    "outcome": "insufficient",
    "tables": {"posts": 6960, "signals": 1},
    "said": "a sentence of many words that a narrow terminal folds and a pipe leaves as it is",
    "confidence": "none",
    "p": 0.9,
    "now": False,
}


def test_a_pipe_gets_every_row_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    show_rows([ROW], list(ROW), Format.table)
    head, _, line = capsys.readouterr().out.splitlines()
    assert head.split()[-1] == "now"
    assert line.rstrip().endswith("no")
    assert ROW["said"] in line
    assert ROW["from"] in line


def test_counts_by_name_are_words_in_a_table_and_json_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    show_rows([ROW], ["tables"], Format.table)
    assert f"6{NARROW_SPACE}960 posts, 1 signal" in capsys.readouterr().out
    show_rows([ROW], ["tables"], Format.csv)
    assert '{""posts"": 6960, ""signals"": 1}' in capsys.readouterr().out


@pytest.mark.parametrize("width", [80, 118, 121, 140, 400])
def test_a_terminal_folds_and_cuts_nothing(width: int) -> None:
    table = render.table_of([ROW], list(ROW))
    widths = render._widths(table, width)
    least = [column.min_width or 0 for column in table.columns]
    assert all(found >= needed for found, needed in zip(widths, least, strict=True))
    assert render._whole(widths) <= max(width, render._whole(least))
