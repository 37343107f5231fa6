"""Words shared by all figures: captions, counts in sentences, numbers for accounts, and what redaction takes out."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from ipaddress import ip_network
from typing import Literal

from attrigraph.territories import territory_name
from attrigraph.wording import UNCALIBRATED, likelihood_word, number, percent, prose_day

__all__ = ["Redaction", "account_numbers", "caption_text", "estimate", "number_word", "withhold"]

Redaction = Literal["numbers", "handles", "none"]

REDACTION_WORDS: dict[Redaction, str] = {
    "numbers": "accounts numbered, no handles",
    "handles": "handles shown, identifiers withheld",
    "none": "none",
}

WITHHELD = "withheld"
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_TOKEN = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|(?<![\w.:])[0-9A-Fa-f.:]+(?:/\d{1,3})?(?![\w:])")
"""What may be a mail address, or an address of a network; the latter is then parsed to be sure."""


def account_numbers(accounts: Iterable[str], key: bytes | None = None) -> dict[str, str]:
    """The number of each account of a case, A01, A02, ...: as wide as the last needs.

    Give it every account of the case, not those of one figure, so that a number means the same everywhere. With the
    case's `key` the order is that of keyed hashes and tells nothing; without, that of the ids.

    >>> account_numbers(["x:20", "x:10"])
    {'x:10': 'A01', 'x:20': 'A02'}
    """

    def place(account: str) -> str:
        return account if key is None else hmac.new(key, account.encode(), "sha256").hexdigest()

    ids = sorted(set(accounts), key=place)
    width = max(2, len(str(len(ids))))
    return {account: f"A{count:0{width}d}" for count, account in enumerate(ids, 1)}


def withhold(text: str, hidden: Mapping[str, str], redaction: Redaction) -> str:
    """`text` without what the redaction does not allow: names in `hidden` give way to their replacement.

    Unless redaction is "none", addresses of networks and mail boxes become "withheld" as well.

    >>> withhold("x:10 from 192.0.2.7 and 2001:db8::1 at 10:20:30Z", {"x:10": "A01"}, "numbers")
    'A01 from withheld and withheld at 10:20:30Z'
    """
    if redaction == "none":
        return text
    if hidden:
        names = "|".join(re.escape(name) for name in sorted(hidden, key=len, reverse=True))
        text = re.sub(rf"(?<!\w)(?:{names})(?!\w)", lambda found: hidden[found[0]], text)
    return _TOKEN.sub(lambda found: WITHHELD if _is_address(found[0].rstrip(".:")) else found[0], text)


def _is_address(token: str) -> bool:
    if "@" in token:
        return True
    try:
        ip_network(token, strict=False)
    except ValueError:
        return False
    return True


def caption_text(
    *,
    figure: int | None = None,
    caveat: str = "",
    sources: str = "",
    first: datetime | None = None,
    last: datetime | None = None,
    redaction: Redaction = "numbers",
    calibration: str = UNCALIBRATED,
    simulated: bool = False,
) -> str:
    """The caption of a figure (visual language, section 7). `sources` are ids, such as "S-1, E-0207 to E-0214".

    >>> caption_text(figure=3, sources="S-1", simulated=True)
    'Figure 3. Sources S-1. Redaction: accounts numbered, no handles. Uncalibrated v0. Simulated data.'
    """
    period = f"{prose_day(first)} to {prose_day(last)}, UTC" if first and last else ""
    parts = (
        f"Figure {figure}" if figure is not None else "",
        caveat.rstrip("."),
        f"Sources {sources}" if sources else "",
        period,
        f"Redaction: {REDACTION_WORDS[redaction]}",
        calibration[:1].upper() + calibration[1:],
        "Simulated data" if simulated else "",
    )
    return " ".join(f"{part}." for part in parts if part)


def number_word(count: int) -> str:
    """Numbers up to ten as words, as prose has them.

    >>> number_word(7), number_word(28)
    ('seven', '28')
    """
    return _WORDS[count] if 0 <= count < len(_WORDS) else number(count)


def estimate(territory: str, p: float, prior: float | None) -> str:
    """Word, number and prior, always together.

    >>> estimate("PT", .72, .10)
    'Portugal: likely, 72\u202f% (prior 10\u202f%)'
    """
    return f"{territory_name(territory)}: {likelihood_word(p)}, {percent(p)} (prior {percent(prior)})"
