"""One measure and what was wanted of it: the rows of the table that `python -m evaluation` prints.

A module of this room has `rows(quick: bool) -> Iterable[Row]`. Where its data are absent it yields `missing(...)`,
which is printed as not measured and never as reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["SHARED", "Row", "all_reached", "at_least", "at_most", "below", "between", "missing", "said", "table"]

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
"""Where the data lie that are not part of the project."""


@dataclass(frozen=True, slots=True)
class Row:
    """A measure in words, what is wanted, what was found, whether that is reached (None: nothing is wanted, or it was
    not measured), and a remark.
    """

    measure: str
    wanted: str
    found: str
    reached: bool | None
    remark: str = ""


def at_least(measure: str, found: float, wanted: float, *, digits: int = 3, remark: str = "") -> Row:
    """Reached from `wanted` upwards; a value that is no number is not reached."""
    return Row(measure, f"at least {wanted:g}", f"{found:.{digits}f}", bool(found >= wanted), remark)


def at_most(measure: str, found: float, wanted: float, *, digits: int = 3, remark: str = "") -> Row:
    """Reached up to `wanted`."""
    return Row(measure, f"at most {wanted:g}", f"{found:.{digits}f}", bool(found <= wanted), remark)


def below(measure: str, found: float, wanted: float, *, digits: int = 3, remark: str = "") -> Row:
    """Reached below `wanted` only."""
    return Row(measure, f"below {wanted:.{digits}f}", f"{found:.{digits}f}", bool(found < wanted), remark)


def between(measure: str, found: float, low: float, high: float, *, digits: int = 3, remark: str = "") -> Row:
    """Reached within the bounds, both included."""
    return Row(measure, f"{low:g} to {high:g}", f"{found:.{digits}f}", bool(low <= found <= high), remark)


def said(measure: str, found: str, remark: str = "") -> Row:
    """A figure printed beside the others; nothing is wanted of it."""
    return Row(measure, "", found, None, remark)


def missing(measure: str, why: str) -> Row:
    """A measure that could not be taken."""
    return Row(measure, "", "not measured", None, why)


def all_reached(rows: Iterable[Row]) -> bool:
    """Whether no row missed what was wanted."""
    return all(row.reached is not False for row in rows)


def table(rows: Sequence[Row]) -> str:
    """The rows as aligned text: measure, wanted, found, reached, remark."""
    cells = [(r.measure, r.wanted, r.found, {True: "yes", False: "NO", None: ""}[r.reached], r.remark) for r in rows]
    cells.insert(0, ("measure", "wanted", "found", "reached", ""))
    widths = [max(len(row[i]) for row in cells) for i in range(4)]
    lines = ["  ".join([*(c.ljust(w) for c, w in zip(row[:4], widths, strict=True)), row[4]]).rstrip() for row in cells]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])
