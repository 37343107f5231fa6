"""What must not appear in a brief, found and taken out by the same patterns (rule R1).

`Privacy.clean` is used on every text that comes from data before it enters the document; `Privacy.find` is used by lint
on every text of the finished document, so that a slip in one is caught by the other.
"""

from __future__ import annotations

import csv
import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

from attrigraph.territories import regions, territories

if TYPE_CHECKING:
    from attrigraph.briefs.input import BriefInput

__all__ = ["Found", "Privacy", "Redaction"]

Redaction = Literal["numbers", "handles", "none"]
WITHHELD = "withheld"
MASKED_BITS = {4: 24, 6: 48}
"""Longest prefix that may be shown, by version of the address."""

DOT = r"(?:\.|\[\.\]|\(\.\)|\[dot\])"
OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
IPV4 = re.compile(rf"(?<![\w.]){OCTET}(?:{DOT}{OCTET}){{3}}(?P<bits>/\d{{1,2}})?(?![\w]|\.\d)")
IPV6_RUN = re.compile(r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
"""Anything that may hold an IPv6 address; what it is, `ipaddress` decides."""
IPV6_BITS = re.compile(r"/\d{1,3}")
MAC = re.compile(r"(?<![\w:-])[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}(?![\w:-])")
EMAIL = re.compile(
    r"[\w.+'-]+\s?(?:@|\[at\]|\(at\)|\[@\])\s?[\w-]+(?:(?:\.|\[\.\]|\(\.\)|\[dot\])[\w-]+)*"
    r"(?:\.|\[\.\]|\(\.\)|\[dot\])[A-Za-z]{2,}",
    re.IGNORECASE,
)
HANDLE = re.compile(r"(?<![\w.@/])@\w[\w.-]{0,49}")
PROFILE = re.compile(
    r"(?<![\w.])(?:https?://)?(?:(?:www|m|mobile|old)\.)?(?:x|twitter|facebook|fb|instagram|tiktok|t|telegram|vk|youtube"
    r"|threads|bsky|ok|linkedin|reddit|weibo)\.(?:com|me|net|app|ru|org)/[@\w][\w./@?=&%-]*",
    re.IGNORECASE,
)
PHONE = re.compile(
    r"(?<![\w.])\+\d{1,3}(?:[\s.\u00a0\u202f-]?\(?\d{2,5}\)?){2,6}(?!\d)"
    r"|(?<![\w.])\(\d{2,5}\)[\s.-]?\d{3,4}[\s.-]?\d{3,4}(?!\d)"
    r"|(?<![\w.-])\d{3}[-.]\d{3}[-.]\d{4}(?![\w-])"
    r"|(?<![\w.])00\d{9,13}(?!\d)"
    r"|\btel:\+?\d[\d-]{5,}",
    re.IGNORECASE,
)
COORDINATES = re.compile(
    r"(?<![\w.])[-\u2212]?\d{1,3}\.\d{3,}\s*[,;/]\s*[-\u2212]?\d{1,3}\.\d{3,}(?!\w|\.\d)"
    r"|\d{1,3}(?:\.\d+)?\s?°\s?(?:\d{1,2}\s?['′’]\s?)?(?:\d{1,2}(?:\.\d+)?\s?[\"″”]\s?)?[NSEW]?\b"
    r"|(?<![\w.])\d{1,3}\.\d+\s?[NS]\b[\s,;]+\d{1,3}\.\d+\s?[EW]\b"
    r"|\b(?:lat|latitude|lon|lng|long|longitude)\s?[=:]\s?[-\u2212]?\d{1,3}\.\d+"
    r"|\bgeo:[-\u2212]?\d"
    r"|(?<![\w+])[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}(?![\w+])",
    re.IGNORECASE,
)
ANYWHERE = (
    ("an e-mail address", EMAIL),
    ("a phone number", PHONE),
    ("coordinates", COORDINATES),
    ("a device address", MAC),
)
TOKEN = re.compile(r"[^\W_]+")
LONGEST_NAME = 6
MOST_PASSES = 4


@dataclass(frozen=True, slots=True)
class Found:
    """Something that must not be shown: `kind` in words, the text, where it is, what to put instead."""

    kind: str
    text: str
    start: int
    end: int
    instead: str


@cache
def ordinary_words() -> frozenset[str]:
    """Words of the brief's own sentences and of place names: alone they are no trace of a person or a city."""
    table = files("attrigraph.briefs").joinpath("words.csv").read_text(encoding="utf-8").splitlines()
    words = {row["word"] for row in csv.DictReader(table)}
    for territory in territories().values():
        for name in (territory.name, *territory.aliases):
            words.update(_tokens(name))
    for name in regions():
        words.update(_tokens(name))
    return frozenset(words)


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(t.casefold() for t in TOKEN.findall(text))


class Privacy:
    """Finds and cleans. `names`: handle, display name or id -> what to print instead; `cities`: names of places.

    A name matches in any case, with a sign or a space between its words. A name of one or two letters, a short number
    and a name made of ordinary words (a handle "portugal" or "harbour_news") match as they are written, and then only
    with a sign that makes them a handle, an @ before or a separator inside: otherwise they could not be told from the
    brief's own sentences.
    """

    def __init__(self, names: Mapping[str, str], cities: Iterable[str], redaction: Redaction) -> None:
        self.redaction = redaction
        self._names: dict[tuple[str, ...], tuple[str, str]] = {}
        for name, instead in names.items():
            key = _tokens(name)[:LONGEST_NAME]
            if key:
                self._names[key] = (name, instead)
        self._cities = {key for key in map(_tokens, cities) if key and not self._ordinary(key)}
        self._longest = max((len(k) for k in (*self._names, *self._cities)), default=0)

    @classmethod
    def of(cls, data: BriefInput) -> Privacy:
        """The guard of a brief: ids, handles and display names of its accounts, and the names and cities handed in."""
        names = dict.fromkeys(data.names, WITHHELD)
        for account in data.accounts:
            number = data.numbers[account.id]
            native = account.id.partition(":")[2]
            names |= {n: number for n in (native, account.id, account.handle, account.display_name) if n}
        return cls(names, data.cities, data.case.redaction)

    @staticmethod
    def _ordinary(key: tuple[str, ...]) -> bool:
        short = len(key) == 1 and len(key[0]) < 3
        numeric = len(key) == 1 and key[0].isdigit() and len(key[0]) < 6
        return short or numeric or all(word in ordinary_words() for word in key)

    def find(self, text: str, *, quoted: bool = False) -> list[Found]:
        """Everything in `text` that must not be shown, left to right, without overlaps.

        In somebody's `quoted` words places are left as they were said.
        """
        found = sorted(self._all(text, quoted), key=lambda f: (f.start, -f.end))
        kept: list[Found] = []
        for one in found:
            if not kept or one.start >= kept[-1].end:
                kept.append(one)
        return kept

    def clean(self, text: str, *, quoted: bool = False) -> str:
        """`text` with every finding replaced: addresses cut, names numbered, the rest withheld.

        What is left is looked at again, because a replacement may complete another pattern; a text that does not come
        clean is withheld whole. So `find(clean(text))` is always empty.
        """
        for _ in range(MOST_PASSES):
            found = self.find(text, quoted=quoted)
            if not found:
                return text
            text = _replaced(text, found)
        return WITHHELD

    def _all(self, text: str, quoted: bool) -> Iterator[Found]:
        if self.redaction != "none":
            yield from _addresses(text)
        if self.redaction == "numbers":
            for pattern in (PROFILE, HANDLE):
                for match in pattern.finditer(text):
                    yield Found("a handle", match[0], match.start(), match.end(), self._handle(match[0]))
        for kind, pattern in ANYWHERE:
            for match in pattern.finditer(text):
                if kind != "a phone number" or sum(c.isdigit() for c in match[0]) >= 7:
                    yield Found(kind, match[0], match.start(), match.end(), WITHHELD)
        yield from self._known(text, quoted)

    def _handle(self, text: str) -> str:
        known = self._names.get(_tokens(text.rpartition("/")[2]))
        return known[1] if known else WITHHELD

    def _known(self, text: str, quoted: bool) -> Iterator[Found]:
        if not self._longest:
            return
        tokens = [(m[0].casefold(), m.start(), m.end()) for m in TOKEN.finditer(text)]
        for first in range(len(tokens)):
            for last in range(min(first + self._longest, len(tokens)), first, -1):
                key = tuple(t for t, _, _ in tokens[first:last])
                start, end = tokens[first][1], tokens[last - 1][2]
                shown = text[start:end]
                if self.redaction == "numbers" and key in self._names and self._same(shown, key):
                    at = start - 1 if start and text[start - 1] == "@" else start
                    yield Found("a name of the case", text[at:end], at, end, self._names[key][1])
                elif not quoted and key in self._cities and (shown[0].isupper() or len(shown) > 4):
                    yield Found("a city", shown, start, end, WITHHELD)

    def _same(self, shown: str, key: tuple[str, ...]) -> bool:
        name = self._names[key][0]
        if ":" in name:  # an id such as x:1042
            return shown.casefold() == name.casefold()
        same = shown.casefold() == name.casefold()
        if self._ordinary(key):
            return same and any(c in name for c in "_.-") and " " not in name
        return same or all(len(gap) < 2 and gap in " _.-'’" for gap in TOKEN.split(shown))


def _replaced(text: str, found: list[Found]) -> str:
    parts, at = [], 0
    for one in found:
        parts += [text[at : one.start], one.instead]
        at = one.end
    return "".join((*parts, text[at:]))


def _addresses(text: str) -> Iterator[Found]:
    for start, end in (*(m.span() for m in IPV4.finditer(text)), *_ipv6_spans(text)):
        plain = re.sub(r"\[\.\]|\(\.\)|\[dot\]", ".", text[start:end]).strip("[]").replace("]/", "/")
        try:
            network = ipaddress.ip_network(plain, strict=False)
        except ValueError:
            continue
        bits = MASKED_BITS[network.version]
        if "/" in plain and network.prefixlen <= bits and _host_bits_zero(plain):
            continue
        masked = ipaddress.ip_network(f"{network.network_address}/{bits}", strict=False)
        yield Found("an address", text[start:end], start, end, str(masked))


def _ipv6_spans(text: str) -> Iterator[tuple[int, int]]:
    """Runs of hexadecimal digits and colons without the signs around them, with brackets and prefix length."""
    for match in IPV6_RUN.finditer(text):
        run, start = match[0], match.start()
        lead = 1 if run[0] in ".:" and not run.startswith("::") else 0
        trail = 1 if run[-1] in ".:" and not run.endswith("::") else 0
        start, end = start + lead, match.end() - trail
        inside_word = (not lead and text[start - 1 : start].isalnum()) or text[end : end + 1].isalnum()
        if inside_word or not any(c.isalnum() for c in text[start:end]):
            continue
        if text[start - 1 : start] == "[" and text[end : end + 1] == "]":
            start, end = start - 1, end + 1
        bits = IPV6_BITS.match(text, end)
        yield start, bits.end() if bits else end


def _host_bits_zero(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True
