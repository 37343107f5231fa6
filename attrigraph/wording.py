"""How numbers become words, once, for terminal, figures and briefs.

Likelihood words are those of ICD 203 (Office of the Director of National Intelligence, "Analytic Standards"),
first row of the table; a bound belongs to the higher band (80 % is "very likely").
"""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = [
    "UNCALIBRATED",
    "day",
    "likelihood_word",
    "likely",
    "moment",
    "nats",
    "number",
    "percent",
    "plural",
    "prose_day",
]

UNCALIBRATED = "uncalibrated v0"
"""The label of every probability until a calibration file is fitted on resolved cases."""

NARROW_SPACE = "\u202f"
MINUS = "\u2212"

ICD203_BANDS: tuple[tuple[float, str], ...] = (
    (0.05, "almost no chance"),
    (0.20, "very unlikely"),
    (0.45, "unlikely"),
    (0.55, "roughly even chance"),
    (0.80, "likely"),
    (0.95, "very likely"),
    (1.01, "almost certain"),
)
"""Upper bound (exclusive) and word of each band."""


def likelihood_word(p: float) -> str:
    """The ICD 203 word for the probability `p` as it is printed (rounded to two figures).

    >>> likelihood_word(0.72), likelihood_word(0.80), likelihood_word(0.03)
    ('likely', 'very likely', 'almost no chance')
    """
    printed = round(100 * p) / 100
    return next(word for bound, word in ICD203_BANDS if printed < bound)


def likely(word: str) -> str:
    """A likelihood word as it stands before a verb form: "is almost certainly operated from".

    >>> likely("almost certain"), likely("very likely")
    ('almost certainly', 'very likely')
    """
    return "almost certainly" if word == "almost certain" else word


def plural(n: int, one: str, many: str = "") -> str:
    """A count with its noun.

    >>> plural(1, "account"), plural(2, "account"), plural(0, "address", "addresses")
    ('1 account', '2 accounts', '0 addresses')
    """
    return f"{number(n)} {one if n == 1 else many or one + 's'}"


def percent(p: float | None) -> str:
    """Two figures at most, never 0 % or 100 %.

    >>> percent(0.724), percent(0.001), percent(0.9999), percent(None)
    ('72\u202f%', '<\u202f1\u202f%', '>\u202f99\u202f%', 'unknown')
    """
    if p is None:
        return "unknown"
    whole = round(100 * p)
    if whole == 0:
        return f"<{NARROW_SPACE}1{NARROW_SPACE}%"
    if whole == 100:
        return f">{NARROW_SPACE}99{NARROW_SPACE}%"
    return f"{whole}{NARROW_SPACE}%"


def nats(value: float | None, digits: int = 1) -> str:
    """A signed number with a true minus; zero has no sign.

    >>> nats(2.24), nats(-1.06), nats(0.01)
    ('+2.2', '\u22121.1', '0.0')
    """
    if value is None:
        return "unknown"
    text = f"{abs(value):.{digits}f}"
    if float(text) == 0:
        return text
    return (MINUS if value < 0 else "+") + text


def number(value: int) -> str:
    """A whole number with narrow spaces between thousands.

    >>> number(1234567)
    '1\u202f234\u202f567'
    """
    return f"{value:,}".replace(",", NARROW_SPACE)


def _as_utc(at: datetime | str) -> datetime:
    found = datetime.fromisoformat(at) if isinstance(at, str) else at
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def day(at: datetime | str | None) -> str:
    """ISO date for tables.

    >>> day("2026-06-30T23:00:00+00:00")
    '2026-06-30'
    """
    return "unknown" if at is None else _as_utc(at).date().isoformat()


def prose_day(at: datetime | str | None) -> str:
    """A date in prose.

    >>> prose_day("2026-06-30T23:00:00+00:00")
    '30 Jun 2026'
    """
    return "unknown" if at is None else f"{_as_utc(at).day} {_as_utc(at):%b %Y}"


def moment(at: datetime | str | None) -> str:
    """A time to the second, always UTC.

    >>> moment("2026-06-30T23:00:00+00:00")
    '2026-06-30 23:00:00Z'
    """
    return "unknown" if at is None else f"{_as_utc(at):%Y-%m-%d %H:%M:%SZ}"
