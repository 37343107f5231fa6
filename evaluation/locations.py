"""Country of location strings, against hand labels: precision, recall and F1 of the parser.

A string counts as answered when the parser names a territory, as right when the leading one is among its labels (all of
them when several lead together). The halves are printed too: rules were written with the errors of the first in sight,
of the second only its figures were looked at.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence

from attrigraph.inference import places
from attrigraph.inference.places import place_shares
from evaluation.rows import SHARED, Row, at_least, at_most, missing, said

__all__ = ["leading", "rows", "scores"]

DATA = SHARED / "evaluation" / "location_strings.csv"
PRECISION, F1, MICROSECONDS = 0.92, 0.86, 50.0

Labelled = tuple[str, frozenset[str]]


def labelled() -> list[Labelled]:
    """(text, territories named); no territory where the text names none."""
    with DATA.open(encoding="utf-8", newline="") as handle:
        found = [(row["location"], row["countries"]) for row in csv.DictReader(handle)]
    return [(text, frozenset(() if "nan" in codes else ast.literal_eval(codes))) for text, codes in found]


def leading(shares: Mapping[str, float] | None) -> frozenset[str]:
    """The territory with the largest part of the text, or all that lead together."""
    most = max(shares.values(), default=0.0) if shares else 0.0
    return frozenset(code for code, share in (shares or {}).items() if share > most - 1e-9)


def scores(texts: Sequence[Labelled]) -> tuple[float, float, float]:
    """Precision, recall and F1 of the leading territory."""
    answers = [(leading(place_shares(text)), codes) for text, codes in texts]
    right = sum(bool(answer) and answer <= codes for answer, codes in answers)
    precision = right / max(1, sum(bool(answer) for answer, _ in answers))
    recall = right / max(1, sum(bool(codes) for _, codes in answers))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def microseconds(texts: Sequence[Labelled], rounds: int) -> float:
    """CPU time a string, none of them seen before in its round; the best round."""
    best = float("inf")
    for _ in range(rounds):
        places.forget()
        began = time.process_time()
        for text, _ in texts:
            place_shares(text)
        best = min(best, (time.process_time() - began) / len(texts) * 1e6)
    return best


def in_first_half(text: str) -> bool:
    """Whether errors on the string were in sight when rules were written."""
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 0


def rows(quick: bool) -> Iterable[Row]:
    """The targets, the halves, and the time a string takes."""
    if not DATA.exists():
        yield missing("country of location strings", f"{DATA.name} is not there")
        return
    texts = labelled()
    precision, recall, f1 = scores(texts)
    yield at_least("country of location strings: precision", precision, PRECISION, remark=f"{len(texts)} strings")
    yield at_least("country of location strings: F1", f1, F1, remark=f"recall {recall:.3f}")
    for name, first in (("rules written in sight of its errors", True), ("errors never looked at", False)):
        half = [(text, codes) for text, codes in texts if in_first_half(text) is first]
        p, r, f = scores(half)
        yield said(f"the same, half of the strings: {name}", f"{p:.3f} / {r:.3f} / {f:.3f}", "precision / recall / F1")
    yield at_most("parser: CPU microseconds a string", microseconds(texts, 2 if quick else 10), MICROSECONDS, digits=1)
