"""The rules a brief must keep (section "lint rules" of docs/briefs.md): run on every brief, an error refuses it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrigraph.briefs import lint_evidence, lint_words
from attrigraph.briefs.finding import Finding
from attrigraph.briefs.model import Brief
from attrigraph.briefs.privacy import Privacy
from attrigraph.briefs.walk import Piece, pieces
from attrigraph.errors import BriefRefused

__all__ = ["RULES", "Finding", "check", "lint"]

Rule = Callable[[Brief, tuple[Piece, ...], Privacy], Iterator[Finding]]

RULES: dict[str, Rule] = {
    "P1": lint_words.likelihood_apart_from_confidence,
    "P2": lint_words.one_yardstick_row,
    "P3": lint_words.word_fits_number,
    "P4": lint_words.nothing_is_certain,
    "C1": lint_evidence.high_is_earned,
    "C2": lint_evidence.calibration_stated,
    "C3": lint_evidence.runner_up_present,
    "E1": lint_evidence.evidence_resolves,
    "E2": lint_evidence.address_sources_dated,
    "R1": lint_words.nothing_identifies,
    "R3": lint_words.territory_not_nationality,
    "S3": lint_evidence.figures_complete,
    "S4": lint_evidence.prior_beside_posterior,
}
MOST_SHOWN = 8


def lint(brief: Brief, privacy: Privacy) -> list[Finding]:
    """Everything that breaks a rule, in the order of the rules. `privacy` knows the names and cities of the case."""
    texts = tuple(pieces(brief))
    return [finding for rule in RULES.values() for finding in rule(brief, texts, privacy)]


def check(brief: Brief, privacy: Privacy) -> None:
    """Raise BriefRefused when a rule is broken; the message lists where and how to mend it."""
    errors = [f for f in lint(brief, privacy) if f.level == "error"]
    if not errors:
        return
    lines = [str(f) for f in errors[:MOST_SHOWN]]
    if len(errors) > MOST_SHOWN:
        lines.append(f"and {len(errors) - MOST_SHOWN} more")
    n = len(errors)
    raise BriefRefused("\n".join((f"The brief breaks lint rules at {n} {'place' if n == 1 else 'places'}:", *lines)))
