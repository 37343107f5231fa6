"""Small invented records of hours, clock rules, windows, bins and curves for the tests of figures."""

from __future__ import annotations

from datetime import UTC, datetime
from math import exp

from attrigraph.inference.calibration.metrics import Bin
from attrigraph.viz.records import BeliefWindow, ClockRule, ClockRules, HourGrid, Night, RiskCurve


def on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def night(offset: int, other_season: int = 0) -> tuple[float, ...]:
    """Half hours of 00 to 06 local at `offset` hours from UTC; half of the year `other_season` hours further east."""
    shares = [0.0] * 48
    for half in range(12):
        shares[(half - 2 * offset) % 48] += 0.5
        shares[(half - 2 * (offset + other_season)) % 48] += 0.5
    return tuple(shares)


def counts() -> tuple[tuple[int, ...], ...]:
    """A working day around 15:30 UTC, less on weekends, nothing from 00 to 07."""
    return tuple(
        tuple(0 if hour < 7 else int((30 if day < 5 else 9) * exp(-(((hour - 15.5) / 4.2) ** 2))) for hour in range(24))
        for day in range(7)
    )


HOURS = HourGrid(
    "account A07",
    counts(),
    candidates=(
        Night("PT", night(0, 1), 0.01),
        Night("NZ", night(12, 1), 0.41),
        Night("US", tuple(0.6 * a + 0.4 * b for a, b in zip(night(-5), night(-8), strict=True)), 0.12),
        Night("BA", night(1, 1), 0.02),
        Night("UY", night(-3), 0.03),
    ),
    days=214,
)

CLOCK = ClockRules(
    "account A07",
    812,
    (
        ClockRule("none", -3.4, -2.0, ("UY",)),
        ClockRule("EU", 4.6, 2.0, ("PT", "BA")),
        ClockRule("US", 0.4, 0.4),
        ClockRule("South", -1.1, -1.1, ("NZ",)),
    ),
)

WINDOWS = (
    BeliefWindow(
        on(2025, 1, 1), on(2025, 5, 1), "insufficient", "PT", {"PT": 0.34, "NZ": 0.31, "OTHER": 0.08, "UNKNOWN": 0.27},
        prior=0.1,
    ),
    BeliefWindow(
        on(2025, 5, 1), on(2025, 8, 1), "supported", "PT", {"PT": 0.63, "NZ": 0.15, "OTHER": 0.06, "UNKNOWN": 0.16},
        "new handle", 0.1,
    ),
    BeliefWindow(
        on(2025, 11, 13), on(2026, 3, 14), "supported", "PT", {"PT": 0.83, "NZ": 0.04, "OTHER": 0.04, "UNKNOWN": 0.09},
        "after 104 silent days", 0.1,
    ),
    BeliefWindow(
        on(2026, 3, 14), on(2026, 6, 30), "supported", "PT",
        {"PT": 0.91, "NZ": 0.01, "UY": 0.004, "OTHER": 0.013, "UNKNOWN": 0.063}, "new store", 0.1,
    ),
)  # fmt: skip

BINS = (
    Bin(0.0, 0.1, 31, 0.03, 1 / 31),
    Bin(0.1, 0.2, 64, 0.12, 9 / 64),
    Bin(0.3, 0.4, 88, 0.33, 30 / 88),
    Bin(0.4, 0.5, 22, 0.48, 12 / 22),
    Bin(0.6, 0.7, 120, 0.68, 74 / 120),
    Bin(0.8, 0.9, 143, 0.88, 116 / 143),
    Bin(0.9, 1.0, 61, 0.97, 56 / 61),
)


def _curve(risk: float) -> tuple[tuple[float, float], ...]:
    return tuple((n / 50, risk * (n / 50) ** 1.5) for n in range(1, 51))


CURVES = (
    RiskCurve("attrigraph", _curve(0.15), 2600, 0.07),
    RiskCurve("login without anonymisers", _curve(0.26), 2600, 0.12),
    RiskCurve("naive addition", _curve(0.28), 2600, 0.13),
    RiskCurve("majority login", _curve(0.73), 2600, 0.34),
)
