"""The page about signals, written from their declarations and weights."""

from __future__ import annotations

from attrigraph.inference.signal import PersonaSignal, PointSignal, ScoreSignal, Signal, StorySignal
from attrigraph.inference.signals import all_signals
from attrigraph.inference.weights import Weights, load_weights

__all__ = ["signals_page"]

HEAD = """<!-- Written by `make docs`; change the declarations, not this page. -->
# Signals

What each signal means, how it misleads, and how to confirm it. A signal is one module in `inference/signals/`, one
query in `cypher/facts/` (or columns of the observations, or what `stated.cypher` reads for all) and one test; it is
found by itself. The arithmetic is in [inference.md](inference.md).
All numbers are {calibration}.

| signal | class | strength | needs |
|---|---|---|---|
"""


def signals_page() -> str:
    """`docs/signals.md`."""
    weights = load_weights()
    text = HEAD.format(calibration=weights.calibration)
    for signal in all_signals():
        needs = "extra `geo`" if signal.needs else ""
        text += f"| [`{signal.name}`](#{signal.name}) | {signal.cls} | {_strength(signal, weights)} | {needs} |\n"
    for signal in all_signals():
        text += f"\n## {signal.name}\n\n"
        text += f"**Means.** {signal.means}\n\n**Misleads.** {signal.misleads}\n\n**Confirm.** {signal.confirm}\n"
        facts = f"Columns: {signal.columns}" if signal.columns else f"Facts: `cypher/{signal.facts}.cypher`"
        text += f"\n{facts}. Counted in {signal.unit[1]}."
        text += f" Strength: {weights.signal(signal.name).source}.\n" if _weighed(signal) else "\n"
    return text + _classes(weights)


def _weighed(signal: Signal) -> bool:
    return isinstance(signal, PointSignal | PersonaSignal | ScoreSignal | StorySignal)


def _strength(signal: Signal, weights: Weights) -> str:
    own = weights.signal(signal.name)
    if not _weighed(signal):
        return "propagated"
    if isinstance(signal, StorySignal):
        return "tells the stories apart"
    if isinstance(signal, ScoreSignal):
        against = own.against or own.limit
        return f"from +{own.limit:.1f} to −{against:.1f} nats" if own.limit else "likelihood ratio"
    if own.alpha is None:
        text = "by network and territory" if isinstance(signal, PointSignal) else "shares of people"
        return (signal.strength or text) + (f", at most {own.limit:.1f} nats" if own.limit else "")
    return f"α {own.alpha:.2f}" + (f", at most {own.limit:.1f} nats" if own.limit else "")


def _classes(weights: Weights) -> str:
    text = "\n## Classes\n\nItems of one class share causes: each further one counts less, the sum is limited.\n\n"
    text += "| class | limits, nats | each further item | kind |\n|---|---|---|---|\n"
    for name, k in weights.classes.items():
        text += f"| {name} | +{k.cap_pos:g} / {k.cap_neg:g} | × {k.rho:g} | {k.category} |\n"
    infra = weights.infra
    return text + f"| infra | ±{infra.limit:g} | sum of k messages / (1 + {infra.dependence:g} (k − 1)) | technical |\n"
