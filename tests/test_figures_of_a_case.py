"""Figures drawn from a loaded case, with real rows behind them, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from cases import case_on
from conftest import Engine

import attrigraph as ag
from attrigraph import measures
from attrigraph.drawing import FIGURES, OF_AN_ACCOUNT
from attrigraph.errors import InputError
from attrigraph.inference.activity.nights import night_during, night_shares
from attrigraph.link_drawing import LINK_FIGURES
from attrigraph.viz.figure import words

ACCOUNTS = """\
account_id,platform,handle,location,language,time_zone
1,x,harbour_one,Lisbon,pt,Europe/Lisbon
2,x,harbour_two,Auckland,en,Pacific/Auckland
3,x,harbour_three,,,
"""
LABELS = "account_id,platform,territory,basis,labelled_by,operation\n1,x,PT,legal return,court,a\n2,x,PT,same,court,a\n"
START = datetime(2025, 1, 6, 9, 30, tzinfo=UTC)
"""A Monday."""


def plain(text: str | None) -> str:
    return (text or "").replace("\u202f", " ").replace("\u00a0", " ")


def posts() -> str:
    """Account 1: weekdays at 09:30, 14:30 and 19:30; one post has no time."""
    rows = ["account_id,platform,post_id,at"]
    days = [START + timedelta(days=n) for n in range(28)]
    times = [day + timedelta(hours=h) for day in days if day.weekday() < 5 for h in (0, 5, 10)]
    rows += [f"1,x,p{n},{at.isoformat()}" for n, at in enumerate(times)]
    return "\n".join([*rows, "1,x,none,", ""])


def logins() -> str:
    rows = ["account_id,platform,at,ip,kind"]
    for day in range(1, 21):
        rows += [f"{account},x,2025-01-{day:02d}T20:15:00Z,85.240.10.{day},login" for account in (1, 2)]
    return "\n".join([*rows, ""])


@pytest.fixture(scope="module")
def case(engines_of_module: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ag.Case]:
    folder = tmp_path_factory.mktemp("figures")
    texts = {"accounts": ACCOUNTS, "posts": posts(), "logins": logins()}
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    with (
        pytest.MonkeyPatch.context() as patch,
        case_on(engines_of_module, folder / "harbour", patch, question="Where from?") as made,
    ):
        made.load(*(folder / f"{name}.csv" for name in texts))
        made.infer()
        yield made


def test_figures_show_what_the_case_holds(case: ag.Case) -> None:
    grid = measures.hour_grid(case, "account A1", ["PT", "NZ"], "x:1")
    assert (grid.unit, grid.total, grid.days) == ("posts", 60, 20)
    assert [(day, hour, n) for day, row in enumerate(grid.counts) for hour, n in enumerate(row) if n][:4] == [
        (0, 9, 4), (0, 14, 4), (0, 19, 4), (1, 9, 4),
    ]  # fmt: skip
    assert [night.during for night in grid.candidates] == [0.0, pytest.approx(1 / 3)]  # 14:30 UTC: 03:30 in NZ
    hours = words(case.figure("hours", "x:1"))
    assert (hours.table.rows[0][10], "accounts numbered, no handles" in hours.caption) == ("4", True)
    assert measures.hour_grid(case, "account A2", [], "x:2").unit == "logins"
    nothing = case.figure("hours", "x:3")
    assert any("No posts or logins with a time" in (note.text or "") for note in nothing.layout.annotations)
    assert words(case.figure("hours")).sub.startswith("Posts of all 3 accounts by weekday and hour, UTC.")

    assert sum(int(row[1] or 0) for row in words(case.figure("map")).table.rows) == len(case.assessments()) == 3

    assert words(case.figure("clock", "x:1")).title.startswith("No evidence on clock changes of account A0")

    one = words(case.figure("windows", "harbour_one"))
    assert (one.title.endswith("in its one window"), len(one.table.rows)) == (True, 1)


def test_every_figure_is_written_and_noted(case: ag.Case) -> None:
    own = [name for name in FIGURES if name not in LINK_FIGURES]
    for name in own:
        path = case.write_figure(name, "x:1" if name in OF_AN_ACCOUNT else None)
        assert path.parent == case.folder.figures
        assert "Plotly.newPlot" in path.read_text(encoding="utf-8")
    assert [entry.data["figure"] for entry in case.custody.entries("drew")] == own
    with pytest.raises(InputError, match="Leave the account out: attrigraph figure map"):
        case.figure("map", "x:1")
    with pytest.raises(InputError, match="Next: attrigraph link"):
        case.figure("coordination")
    with pytest.raises(InputError, match="attrigraph figure windows ACCOUNT"):
        case.figure("windows")


def test_measures_need_resolved_cases(case: ag.Case, tmp_path: Path) -> None:
    assert words(case.figure("reliability")).title == words(case.figure("risk")).title == "No resolved cases"
    (tmp_path / "labels.csv").write_text(LABELS, encoding="utf-8")
    case.load(tmp_path / "labels.csv")
    assert plain(words(case.figure("reliability")).title).startswith(("Strong words", "No answer"))
    assert "resolved" not in words(case.figure("risk")).title


def test_a_night_counts_zones_by_people_and_both_seasons() -> None:
    january, july = (int(datetime(2025, month, 15, tzinfo=UTC).timestamp()) for month in (1, 7))
    assert night_shares("PT", january, january)[:13] == pytest.approx([1.0] * 10 + [1.0] * 2 + [0.05], abs=0.06)  # type: ignore[index]
    summer = night_shares("PT", july, july)
    assert summer and summer[46] == pytest.approx(0.95, abs=0.06)
    assert night_shares("XX", january, july) is None
    two = np.array([january, january + 12 * 3600], dtype=np.int64)
    assert night_during("NZ", two, np.array([1, 3])) == pytest.approx(0.75)
    assert night_during("NZ", two[:0], two[:0]) is None
