"""Small pieces of prose: lists, plurals, counts, places, ranges of ids. Numbers are worded in `attrigraph.wording`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from attrigraph.inference.assess import INFRA
from attrigraph.territories import OTHER, UNKNOWN, territory_name
from attrigraph.viz.scene import KIND_WORDS
from attrigraph.wording import number, percent, prose_day

__all__ = [
    "class_evidence",
    "count",
    "each",
    "id_ranges",
    "kind_word",
    "listed",
    "part",
    "period",
    "place",
]

WITH_ARTICLE = frozenset(
    code
    for codes in (
        ("AE", "AX", "BS", "CC", "CD", "CF", "CG", "CK", "DO", "FK", "FO", "GB", "GM", "IM", "KM", "KY", "MH"),
        ("MP", "MV", "NL", "PH", "SB", "TC", "TF", "US", "VA", "VG", "VI"),
    )
    for code in codes
)
"""Territories whose English name takes "the" in a sentence."""


def place(code: str) -> str:
    """A territory in the middle of a sentence.

    >>> place("PT"), place("US"), place("OTHER")
    ('Portugal', 'the United States', 'a territory that no evidence names')
    """
    if code == OTHER:
        return "a territory that no evidence names"
    if code == UNKNOWN:
        return "unknown"
    return ("the " if code in WITH_ARTICLE else "") + territory_name(code)


def kind_word(kind: str) -> str:
    """A kind of shared resource, given as in the table `identifiers` or as the label of its node.

    >>> kind_word("payment_card"), kind_word("PaymentCard"), kind_word("device")
    ('card', 'card', 'device')
    """
    label = "".join(word[:1].upper() + word[1:] for word in kind.split("_"))
    label = {"Phone": "PhoneNumber", "Email": "EmailAddress"}.get(label, label)
    return KIND_WORDS.get(label, kind.replace("_", " "))


def listed(parts: Sequence[str], last: str = "and") -> str:
    """Parts in a row.

    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def part(n: int, of: int) -> str:
    """A share as a count first; never 0 or 100 percent.

    >>> part(9, 12), part(0, 12), part(12, 12), part(0, 0)
    ('9 of 12 (75\u202f%)', 'none of 12', 'all 12', 'none')
    """
    if not of:
        return "none"
    if n == 0:
        return f"none of {number(of)}"
    return f"all {number(of)}" if n == of else f"{number(n)} of {number(of)} ({percent(n / of)})"


def count(n: int, of: int) -> str:
    """A count out of a total, without a percentage.

    >>> count(3, 40), count(40, 40)
    ('3 of the 40', 'all 40')
    """
    return f"all {number(of)}" if n == of else f"{number(n)} of the {number(of)}"


def each(p: float, bound: str) -> str:
    """A probability that is the `bound` of several ("or more", "or less"); "< 1 %" and "> 99 %" say it alone.

    >>> each(0.03, "or less"), each(0.001, "or less"), each(0.999, "or more")
    ('3\u202f% or less each', '<\u202f1\u202f% each', '>\u202f99\u202f% each')
    """
    told = percent(p)
    return f"{told} each" if told[0] in "<>" else f"{told} {bound} each"


def class_evidence(classes: Sequence[str]) -> str:
    """Classes of evidence in the middle of a sentence.

    >>> class_evidence(["network", "persona_leak"]), class_evidence(["infra"])
    ('network and persona leak evidence', 'evidence of shared infrastructure')
    """
    own = [cls.replace("_", " ") for cls in classes if cls != INFRA]
    shared = ["evidence of shared infrastructure"] if INFRA in classes else []
    return listed(([f"{listed(own)} evidence"] if own else []) + shared)


def period(first: datetime | None, last: datetime | None) -> str:
    """The dates an observation window spans, for prose and captions.

    >>> period(datetime(2025, 1, 1), datetime(2026, 6, 30))
    '1 Jan 2025 to 30 Jun 2026, UTC'
    """
    if first is None or last is None:
        return "Dates of the observations unknown"
    if prose_day(first) == prose_day(last):
        return f"{prose_day(first)}, UTC"
    return f"{prose_day(first)} to {prose_day(last)}, UTC"


def id_ranges(ids: Iterable[str]) -> list[tuple[str, str]]:
    """Ids as first and last of each unbroken run, in order of prefix and number; a single id is a run of one.

    >>> id_ranges(["E-0002", "E-0001", "E-0004", "R-r1"])
    [('E-0001', 'E-0002'), ('E-0004', 'E-0004'), ('R-r1', 'R-r1')]
    """
    found: list[list[tuple[str, int, str]]] = []
    for key in sorted({_split(i) for i in ids}):
        if found and found[-1][-1][0] == key[0] and found[-1][-1][1] + 1 == key[1]:
            found[-1].append(key)
        else:
            found.append([key])
    return [(run[0][2], run[-1][2]) for run in found]


def _split(identifier: str) -> tuple[str, int, str]:
    match = re.fullmatch(r"(.*?)(\d+)", identifier)
    return (match[1], int(match[2]), identifier) if match else (identifier, 0, identifier)
