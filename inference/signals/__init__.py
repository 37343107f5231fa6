"""The signals, one module each. A module with a `SIGNAL` is found here by itself; its name is the signal's."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from attrigraph.inference.signal import LinkSignal, PersonaSignal, PointSignal, ScoreSignal, Signal, StorySignal

__all__ = [
    "all_signals",
    "link_signals",
    "persona_signals",
    "point_signals",
    "score_signals",
    "signal",
    "story_signals",
]


@cache
def all_signals() -> tuple[Signal, ...]:
    """Every signal, by name."""
    modules = [import_module(f"{__name__}.{m.name}") for m in sorted(iter_modules(__path__), key=lambda m: m.name)]
    return tuple(m.SIGNAL for m in modules if hasattr(m, "SIGNAL"))


def signal(name: str) -> Signal:
    """The signal of that name. Raises KeyError for an unknown one."""
    return {s.name: s for s in all_signals()}[name]


def point_signals() -> tuple[PointSignal, ...]:
    """Signals whose facts point at territories."""
    return tuple(s for s in all_signals() if isinstance(s, PointSignal))


def persona_signals() -> tuple[PersonaSignal, ...]:
    """Profile fields."""
    return tuple(s for s in all_signals() if isinstance(s, PersonaSignal))


def score_signals() -> tuple[ScoreSignal, ...]:
    """Signals that score every territory."""
    return tuple(s for s in all_signals() if isinstance(s, ScoreSignal))


def story_signals() -> tuple[StorySignal, ...]:
    """Signals that tell the stories apart."""
    return tuple(s for s in all_signals() if isinstance(s, StorySignal))


def link_signals() -> tuple[LinkSignal, ...]:
    """Signals that tie accounts to each other."""
    return tuple(s for s in all_signals() if isinstance(s, LinkSignal))
