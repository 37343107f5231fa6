"""Why an outcome and a confidence were given, as sentences; the decisive one first.

Sentences hold no account, no address and no likelihood word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from attrigraph.inference.records import Confidence, LeaveOneOut, Outcome, PersonaRelation
from attrigraph.inference.weights import VerdictWeights
from attrigraph.territories import OTHER, UNKNOWN, territory_name
from attrigraph.wording import nats, percent

__all__ = ["CLASS_WORDS", "Finding", "PersonaFinding", "hours_unused", "reasons", "why_persona", "why_unused"]

CLASS_WORDS = {
    "network": "network",
    "acquisition": "acquisition",
    "persona": "persona",
    "persona_leak": "persona leak",
    "behaviour": "behaviour",
    "geotag": "geotags",
    "web": "web",
    "social": "social ties",
    "infra": "shared infrastructure",
    "conduct": "conduct",
}
"""How a class is called in a sentence or a table."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the rules look at: `scores` are the class scores of the leading territory, both stories mixed."""

    top: str
    p: float
    scores: Mapping[str, float]
    strongest: str | None
    alternative: LeaveOneOut | None
    survives: bool
    falls_with: tuple[LeaveOneOut, ...]
    shown: float
    anonymiser_checked: bool
    tense: tuple[str, str] | None

    def supporting(self, classes: Iterable[str], w: VerdictWeights) -> list[str]:
        """Those of the classes that speak for the leading territory, strongest first."""
        found = [k for k in classes if self.scores.get(k, 0.0) >= w.support]
        return sorted(found, key=lambda k: (-self.scores[k], k))

    def only_kit(self, others: Iterable[str], w: VerdictWeights) -> bool:
        """A phone and a store name where the kit comes from: acquisition speaks, nothing else does, p is modest."""
        return bool(self.supporting(["acquisition"], w)) and not self.supporting(others, w) and self.p < w.p_kit


@dataclass(frozen=True, slots=True)
class PersonaFinding:
    """The territory a profile displays (its `share` of the persona) beside the answer.

    `p` is the probability that the account is operated from there, `prior` its prior; None when no evidence names it.
    """

    displays: str
    share: float
    p: float | None
    relation: PersonaRelation
    prior: float | None = None


def why_persona(found: PersonaFinding | None) -> tuple[str, ...]:
    """A contradiction between persona and evidence as a sentence; nothing otherwise."""
    if found is None or found.relation != "contradicts":
        return ()
    keeps = (
        "no evidence names"
        if found.p is None
        else f"the evidence leaves {percent(found.p)} (prior {percent(found.prior)})"
    )
    return (f"The profile displays {territory_name(found.displays)}, which {keeps}.",)


UNUSED = "Its hours of activity do not count: "


def why_unused(reason: str) -> tuple[str, ...]:
    """Why hours of activity could not be used as a sentence; nothing without a reason.

    >>> why_unused("times look scheduled")
    ('Its hours of activity do not count: its times look scheduled.',)
    """
    return (f"{UNUSED}its {reason}.",) if reason else ()


def hours_unused(sentences: Iterable[str]) -> bool:
    """Whether one of the sentences of an assessment says so: more hours of such an account would tell nothing."""
    return any(sentence.startswith(UNUSED) for sentence in sentences)


def reasons(
    f: Finding, outcome: Outcome, confidence: Confidence | None, region: str | None, w: VerdictWeights
) -> tuple[str, ...]:
    """The sentences for one assessment."""
    found = []
    if outcome == "insufficient":
        found.append(_why_insufficient(f, w))
        if region:
            found.append(f"The evidence points within {region}; no country is named.")
    elif outcome == "contested" and f.alternative and f.strongest:
        found.append(
            f"Without {_word(f.strongest)} the leading territory is {territory_name(f.alternative.top)}, "
            f"not {territory_name(f.top)}."
        )
    if outcome != "insufficient":
        found.append(_what_speaks(f, w))
    if outcome == "supported" and confidence != "high":
        found += _why_not_high(f, w)
    if confidence == "high":
        found.append(
            "The answer is the same whichever class is left out, and every address was checked for anonymisers."
        )
    if f.tense:
        found.append(_why_tense(f.tense))
    return tuple(found)


def _why_insufficient(f: Finding, w: VerdictWeights) -> str:
    place = territory_name(f.top)
    if not f.scores and f.top in (OTHER, UNKNOWN):
        return "There is no evidence about the account."
    if f.top == UNKNOWN:
        return "Unknown leads: the evidence says too little, or contradicts itself."
    if f.top == OTHER:
        return "Some territory that no evidence names leads."
    if f.p < w.p_supported:
        return f"No territory reaches {w.p_supported:.2f}; {place} leads."
    if f.only_kit(("network", "geotag", "infra", "behaviour"), w) and f.supporting(["acquisition"], w):
        return f"Only acquisition supports {place}: a phone or a store says where the kit was bought."
    return (
        f"No network, acquisition, geotag or shared-infrastructure evidence supports {place}; "
        "a persona and hours alone never decide."
    )


def _what_speaks(f: Finding, w: VerdictWeights) -> str:
    words = [f"{_word(k)} {nats(f.scores[k])}" for k in f.supporting(f.scores, w)]
    return f"{territory_name(f.top)} is supported by {_listed(words)} nats."


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _why_not_high(f: Finding, w: VerdictWeights) -> list[str]:
    firm = [k for k in f.supporting(f.scores, w) if not k.startswith("persona")]
    found = []
    if not f.survives:
        cls = ", ".join(_word(x.cls) for x in f.falls_with)
        found.append(f"The answer does not survive leaving out {cls}.")
    if len(firm) < 2:
        found.append("Only one class besides the persona supports it.")
    elif f.shown >= w.shown and "behaviour" not in firm and len(firm) < 3:
        found.append("It is the territory the account displays, and neither behaviour nor a third class confirms it.")
    opposed = [k for k, score in f.scores.items() if score <= w.against]
    found += [f"It is contradicted by {_word(k)} {nats(f.scores[k])} nats." for k in opposed]
    if not f.anonymiser_checked:
        found.append("Not every address was checked against VPN, hosting and Tor lists.")
    if f.p < w.p_high:
        found.append(f"Its probability is below {w.p_high:.2f}.")
    return found


def _why_tense(pair: tuple[str, str]) -> str:
    persona = any(k.startswith("persona") for k in pair)
    return f"{_word(pair[0]).capitalize()} and {_word(pair[1])} point at different territories" + (
        "; a false flag makes them differ by design." if persona else "."
    )


def _word(cls: str) -> str:
    return CLASS_WORDS.get(cls, cls)
