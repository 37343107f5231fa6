"""What an explanation says of one account in words: labelled lines that terminal and notebook both render.

Every number is taken from the record; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from attrigraph.inference.reasons import CLASS_WORDS
from attrigraph.inference.records import Answer, Assessment, Explanation, Sensitivity, Turn
from attrigraph.territories import UNKNOWN, territory_name
from attrigraph.wording import likelihood_word, nats, percent, prose_day

__all__ = ["Line", "Part", "answer_lines", "assumption_lines", "class_word", "head"]

Look = Literal["plain", "strong", "quiet"]
Part = tuple[str, Look]
SETTLES = 3
"""At most so many missing signals are named."""
LEAST_DROP = 0.005
"""Nats; what is worth less would print as nothing."""


@dataclass(frozen=True, slots=True)
class Line:
    """A label and what stands beside it."""

    label: str
    parts: tuple[Part, ...]


def class_word(cls: str | None) -> str:
    """How a class is called in a table or a sentence."""
    return CLASS_WORDS.get(cls or "", cls or "")


def head(e: Explanation, case: str, simulated: bool) -> tuple[str, str]:
    """The account, and case, run, window and status in one line."""
    window = f"{prose_day(e.first_at)} to {prose_day(e.last_at)} UTC" if e.first_at else "no dated evidence"
    parts = [f"case {case}", f"run {e.run}", window, e.calibration, *(["SIMULATED"] if simulated else [])]
    return e.account + (f" ({e.handle})" if e.handle else ""), ", ".join(parts)


def answer_lines(e: Explanation) -> Iterator[Line]:
    """The answer, what the profile displays, confidence, the next ones, the answer without the strongest class."""
    a = e.assessment
    yield Line("operated from", (*_answer(a), (f"   prior {percent(a.prior)}", "quiet")))
    yield Line("displays", _persona(a))
    yield Line("confidence", ((a.confidence or "none", "strong"), ("  " + "; ".join(a.reasons[:1]), "quiet")))
    rest = [b for b in e.beliefs if b.territory != a.top][:2]
    yield Line("next", ((", ".join(f"{territory_name(b.territory)} {percent(b.p)}" for b in rest) or "none", "plain"),))
    if a.strongest_class and a.without_strongest:
        then = f"{territory_name(a.without_strongest)} {percent(a.without_strongest_p)}"
        yield Line(f"if {class_word(a.strongest_class)} is wrong", ((then, "plain"),))


def assumption_lines(e: Explanation) -> Iterator[Line]:
    """How the answer moves with what is assumed, and what would cut the doubt most."""
    yield Line("honest story", _stories(e))
    if e.sensitivity:
        yield from _sensitivity(e, e.sensitivity)
    best = [m for m in e.missing if m.drop >= LEAST_DROP][:SETTLES]
    if best:
        first, *others = best
        also = "".join(f"; {m.words} {nats(-m.drop, 2)}" for m in others)
        told = f"   expected doubt {nats(-first.drop, 2)} nats{also}"
        yield Line("would settle it", ((first.words, "strong"), (told, "quiet")))


def _answer(a: Assessment) -> tuple[Part, ...]:
    if a.outcome == "supported":
        return (territory_name(a.top), "strong"), (f"  {percent(a.p)}, {likelihood_word(a.p)}", "plain")
    if a.outcome == "contested":
        other = territory_name(a.without_strongest or a.runner_up or UNKNOWN)
        return ("contested", "strong"), (f"  {territory_name(a.top)} {percent(a.p)}, or {other}", "plain")
    within = f"; within {a.region}; no country is named" if a.region else ""
    return ("insufficient", "strong"), (f"  strongest: {territory_name(a.top)} {percent(a.p)}{within}", "plain")


def _persona(a: Assessment) -> tuple[Part, ...]:
    if a.displays is None:
        return (("no single territory in its profile", "quiet"),)
    keeps = "no evidence names it" if a.displays_p is None else f"operated from there {percent(a.displays_p)}"
    word = "contradiction" if a.persona == "contradicts" else a.persona
    return (
        (territory_name(a.displays), "strong"),
        (f"  {word}: {keeps}", "plain"),
        (f"   {percent(a.displays_share)} of the persona", "quiet"),
    )


def _stories(e: Explanation) -> tuple[Part, ...]:
    told = f"   assumed share deceiving {e.deceivers:.2f}, for this account {e.deceivers_account:.2f}"
    cover = e.assessment.under_cover
    return (
        (f"{percent(e.assessment.honest_share)} of the answer rests on it", "plain"),
        (told + (f"; under cover {percent(cover)}" if cover is not None else ""), "quiet"),
    )


def _sensitivity(e: Explanation, s: Sensitivity) -> Iterator[Line]:
    now = e.assessment
    shares = "   ".join(f"{share:.2f}: {_short(answer, now)}" for share, answer in s.shares)
    yield Line("other shares", ((shares, "plain"), ("   " + _turns(s), "quiet")))
    left = ", ".join(map(class_word, s.unstaged)) or "nothing"
    yield Line("if under cover", ((_verdict(s.cover), "plain"), ("   share deceiving 1", "quiet")))
    yield Line("if all is staged", ((_verdict(s.staged), "plain"), (f"   left: {left}", "quiet")))
    yield Line("other priors", tuple(_priors(e, s)))


def _short(answer: Answer, now: Assessment) -> str:
    """The probability alone where the verdict is that of the run."""
    same = answer.outcome == now.outcome and answer.top == now.top
    return percent(answer.p) if same else _verdict(answer)


def _verdict(answer: Answer) -> str:
    named = f"{territory_name(answer.top)} {percent(answer.p)}"
    return named if answer.outcome == "supported" else f"{answer.outcome}, {named}"


def _turns(s: Sensitivity) -> str:
    if not s.verdict_turns:
        return "the verdict is the same under every share"
    return "; ".join(f"{_side(turn, s.share)} {turn.at:.2f} {_named(turn.answer)}" for turn in s.verdict_turns)


def _side(turn: Turn, share: float) -> str:
    return "below" if turn.at < share else "above"


def _named(answer: Answer) -> str:
    return answer.outcome if answer.outcome != "supported" else territory_name(answer.top)


def _priors(e: Explanation, s: Sensitivity) -> Iterator[Part]:
    leader = territory_name(e.beliefs[0].territory) if e.beliefs else territory_name(UNKNOWN)
    if s.prior_turn:
        yield f"{leader} leads down to a prior of {percent(s.prior_turn.at)}", "plain"
    if s.runner_up and s.runner_up_prior is not None:
        yield f"   {territory_name(s.runner_up)} would lead from {percent(s.runner_up_prior)} on", "quiet"
    if s.prior_free_best:
        codes, score = s.prior_free_best
        leading = " or ".join(map(territory_name, codes))
        why = _unlisted(e, codes[0]) if len(codes) == 1 else ""
        yield f"   without any prior {leading} {nats(score)} nats{why}", "quiet"


def _unlisted(e: Explanation, code: str) -> str:
    """Why a territory is named that the table above does not show."""
    belief = next((b for b in e.beliefs if b.territory == code), None)
    if belief is None or code in (fall.territory for fall in e.waterfalls):
        return ""
    return f", the most of all candidates; from its prior of {percent(belief.prior)} that makes {percent(belief.p)}"
