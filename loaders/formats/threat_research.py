"""Indicators of influence operations as Meta publishes them (facebook/threat-research; formats.md, 4.2 and 12).

Three shapes: a CSV of tactics in six generations of its header, the older list of indicators (CSV, TSV, JSON), and
tables in Markdown. They name accounts and websites of a network; where it was run from stands in the name of the file
or in a sentence. Both are somebody's word: rows of `claims`, never evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.holder import filled
from attrigraph.loaders.formats.profiles import WEB, host_of, profile_of, refanged
from attrigraph.loaders.formats.reading import Record, get, has, parse_json, records, shown, table_rows, text_of
from attrigraph.loaders.sniff import Head
from attrigraph.loaders.tables import fold
from attrigraph.territories import resolve_place

__all__ = ["FORMATS", "network_of"]

CLAIMANT = "Meta"
TACTICS = ("tactic", "technique", "procedure", "indicator")
OLDER = ("indicator_type", "indicator_value")
TAGS = {
    "0.1.1": "proxy addresses", "0.1.2": "VPN", "0.3.1": "mobile telephones", "0.3.2": "VoIP telephones",
    "1.2.8": "personas in the target region", "3.3.2": "one physical place", "5.3.1": "activity by way of target areas",
    "5.5.1": "proxy addresses in the target country",
}  # fmt: skip
"""Steps of the kill chain that say how far signals of place can be trusted."""
STEP = re.compile(r"\s*(\d+\.\d+\.\d+)")
BASED = re.compile(r"[ _-](?:cib[ _-])?based(?![a-z])", re.IGNORECASE)
NO_NAME = re.compile(r"(?<![a-z0-9])(?:[qh]\d(?:-\d)?|20\d\d|githubiocs|meta)(?![a-z0-9])", re.IGNORECASE)
"""Parts of a file's name that say when and what, not who."""
LONGEST_PLACE = 4
ORIGIN = re.compile(
    r"\b(network|operation|campaign|cluster|accounts?)\b[^.]{0,80}?\b"
    r"(?P<verb>originat(?:ed|ing) (?:in|from)|based in|operated from|run from)\s+"
    r"(?P<place>(?:the\s+)?[A-Z][\w’'-]+(?:(?:\s+(?:and|of|the))*\s+[A-Z][\w’'-]+){0,3})"
)
NO_DAY = "not a day as 2025-01-31"
LINE = re.compile(r"^\s*\|(.+)\|\s*$")
RULE = re.compile(r"^[\s|:-]+$")
NAMES_SITES = ("domain", "url", "account", "page", "channel", "site", "link")
"""Types of indicator that may name an account or a website; the others are files, apps and addresses."""


@dataclass(frozen=True, slots=True)
class Network:
    """What a file says of the network as a whole: who, from where, in which words, and when it was reported."""

    name: str
    territories: tuple[str, ...] = ()
    words: str = ""
    reported: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def rows(self, where: str, value: str, raw: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[Row | Reject]:
        """An account or a website, and the claim about it; a reject for a value that is neither."""
        address = refanged(value)
        host, found = host_of(address), profile_of(address)
        if host is None or (found is None and _on_platform(host)):
            yield Reject(where, "indicator", value, _what(address, host))
            return
        account = {"account_id": found.native if found else host, "platform": found.platform if found else WEB}
        details = {"network": self.name} | {k: v for k, v in raw.items() if filled(v)}
        details |= {"tactics": dict(self.tags)} if self.tags else {}
        yield Row(
            "accounts", account | {"handle": found.native if found else None, "profile_url": address}, where, details
        )
        if not found:
            yield Row("identifiers", account | {"kind": "domain", "value": host}, where)
        claim = account | {"relation": self.words, "claimed_at": self.reported} | dict(said)
        claim |= {"claimant": CLAIMANT, "grade": "B2"}
        if "territory" in said or "organisation" in said:
            yield Row("claims", claim, where, {"network": self.name})
            return
        for place in self.territories:
            yield Row("claims", claim | {"territory": place}, where, {"network": self.name})


def _on_platform(host: str) -> bool:
    return profile_of(f"{host}/name") is not None


def _what(address: str, host: str | None) -> str:
    if host:
        return "a page of a platform that is no account"
    if re.fullmatch(r"[\d.]+(?:/\d+)?|[0-9a-fA-F:]*:[0-9a-fA-F:]+", address):
        return "an address of a network: no account or website is named with it"
    return "no account or website is named"


def network_of(name: str) -> tuple[str, tuple[str, ...], str]:
    """Name of the network, the places it was run from, and the words that say so, from the name of a file.

    Only what stands before "based" is an origin: `…_TARGETING_…` names targets.

    >>> network_of("Q1_2025_ROMANIA_BASED_CIB_NETWORK.csv")
    ('ROMANIA BASED CIB NETWORK', ('ROMANIA',), 'ROMANIA BASED CIB NETWORK')
    >>> network_of("Q2_2024_NETWORK_TARGETING_MOLDOVA.csv")[1]
    ()
    """
    stem = re.sub(r"\.[A-Za-z0-9]+$", "", name.rsplit("/", 1)[-1])
    based = BASED.search(stem)
    shown = " ".join(re.sub(r"_", " ", NO_NAME.sub(" ", re.sub(r"_", " ", stem))).split()).strip(" -&")
    places = _places(re.split(r"[^\w]+|_", NO_NAME.sub(" ", stem[: based.start()].replace("_", " ")))) if based else ()
    return shown, places, shown if places else ""


def _places(words: Sequence[str]) -> tuple[str, ...]:
    """The names of territories among words, the longest first: "Togo Burkina Faso" names two."""
    left, found = [w for w in words if w], []
    while left:
        longest = next((n for n in range(min(LONGEST_PLACE, len(left)), 0, -1) if _is_place(" ".join(left[:n]))), 0)
        found += [" ".join(left[:longest])] if longest else []
        left = left[max(1, longest) :]
    return tuple(dict.fromkeys(found))


def _is_place(words: str) -> bool:
    """Short words are codes only in capitals, and AND is a word."""
    place = resolve_place(words)
    return bool(place and place.code) and (len(words) > 3 or (words.isupper() and words != "AND"))


def _network(head: Head, text: str = "") -> Network:
    """The network of a file: a sentence of the text says more than its name."""
    name, places, words = network_of(head.label)
    found = ORIGIN.search(text)
    told = _places(re.split(r"\W+", found["place"])) if found else ()
    if found and told:
        places, words = told, found["verb"]
    return Network(name, places, words, _reported(head))


def _reported(head: Head) -> str | None:
    """When the network was reported, as the index beside the file says it."""
    return _day(_of_index(head)[0])


def _unread_index(head: Head) -> Iterator[Reject]:
    """A remark when an index beside the file, or the day it says, cannot be read."""
    said, damaged = _of_index(head)
    if damaged:
        yield Reject(
            "$", "index.json", "", "the index beside the file is no JSON: when it was reported is unknown", "field"
        )
    if filled(said) and _day(said) is None:
        yield Reject("$", "reported_ds", shown(said), NO_DAY, "field")


def _of_index(head: Head) -> tuple[Any, bool]:
    """What the index beside the file has for its day, and whether one could not be read."""
    name, damaged = head.label.rsplit("/", 1)[-1].strip(), False
    for _, data in head.place.beside("index.json"):
        try:
            listed = parse_json(data.decode("utf-8", "replace")).value
        except ValueError:
            damaged = True
            continue
        for item in listed if isinstance(listed, list) else []:
            indicators = get(item, "indicators")
            groups = indicators.values() if isinstance(indicators, Mapping) else ()
            files = (f for group in groups if isinstance(group, list) for f in group)
            if any(str(f).rsplit("/", 1)[-1].strip() == name for f in files):
                return get(item, "reported_ds", "added_ds"), False
    return None, damaged


def _day(text: Any) -> str | None:
    return f"{text}T00:00:00Z" if re.fullmatch(r"\d{4}-\d\d-\d\d", str(text or "")) else None


# ---- the CSV of tactics


def _is_tactics(header: Sequence[str]) -> bool:
    return [fold(h) for h in header[:4]] == list(TACTICS)


def recognises_tactics(head: Head) -> Match | None:
    """A header that begins Tactic, Technique, Procedure, Indicator; what follows differs by generation."""
    return Match(100, "tactics and indicators") if head.kind == "csv" and _is_tactics(head.columns) else None


def read_tactics(head: Head) -> Iterator[Row | Reject]:
    """Accounts and websites; what else the network did is told with each of them."""
    yield from _unread_index(head)
    found = list(table_rows(head, _is_tactics))
    network = _network(head)
    told = {}
    for record in found:
        step = STEP.match(str(get(record.value, "Procedure") or "")) if isinstance(record, Record) else None
        if step and step[1] in TAGS and isinstance(record, Record):
            told[TAGS[step[1]]] = " ".join(str(get(record.value, "Indicator") or "").split())[:300]
    network = Network(network.name, network.territories, network.words, network.reported, told)
    for record in found:
        if isinstance(record, Reject):
            yield record
        else:
            yield from _tactic(record, network)


def _tactic(record: Record, network: Network) -> Iterator[Row | Reject]:
    cells = {fold(key): " ".join(str(cell).split()) for key, cell in record.value.items()}
    value = cells.get("indicator", "")
    notes = next((cell for key, cell in cells.items() if key.startswith(("note", "comm")) and cell), "")
    raw = {"technique": cells.get("technique"), "procedure": cells.get("procedure"), "notes": notes}
    values = [v for v in re.split(r"\s*[,;\n]\s*|\s+(?=https?:|hxxps?:)", value) if v]
    if len(values) > 1 and all(host_of(refanged(v)) for v in values):
        for index, part in enumerate(values):
            yield from network.rows(f"{record.where}.{index}", part, raw, {})
        return
    step = STEP.match(cells.get("procedure", ""))
    if step and step[1] in TAGS and not host_of(refanged(value)):
        reason = f"what the network did ({TAGS[step[1]]}): kept with its accounts, no row of its own"
        yield Reject(record.where, "procedure", value, reason)
        return
    yield from network.rows(record.where, value, raw, {})


# ---- the older list


def recognises_list(head: Head) -> Match | None:
    """The four columns indicator_type, indicator_value, comment, ds, as CSV, TSV or JSON."""
    known = head.kind in ("csv", "json", "jsonl") and has(head.columns, *OLDER)
    return Match(100, "a list of indicators") if known else None


def read_list(head: Head) -> Iterator[Row | Reject]:
    """Websites and accounts, with the group that the comment names before its colon."""
    yield from _unread_index(head)
    network = _network(head)
    for found in table_rows(head, OLDER) if head.kind == "csv" else records(head):
        if isinstance(found, Reject):
            yield found
            continue
        kind, value = (str(get(found.value, key) or "") for key in OLDER)
        comment = get(found.value, "comment") or ""
        if not isinstance(comment, str):
            yield Reject(found.where, "comment", str(comment)[:200], "not text", "field")
            comment = ""
        if not any(word in kind.casefold() for word in NAMES_SITES):
            yield Reject(found.where, kind[:80], value, f"{kind or 'no type'}: names no account and no website")
            continue
        if filled(comment) and ":" not in comment:
            yield Reject(found.where, "comment", comment[:200], "names no group before a colon", "field")
        day = _day(get(found.value, "ds"))
        if filled(get(found.value, "ds")) and day is None:
            yield Reject(found.where, "ds", shown(get(found.value, "ds")), NO_DAY, "field")
        said = _said(comment) | ({"claimed_at": day} if day else {})
        yield from network.rows(found.where, value, {"type": kind, "comment": comment}, said)


def _said(comment: str) -> dict[str, str]:
    """The group or the territory before the colon of a comment ("APT32: Domain"), with its words."""
    group, colon, _ = comment.partition(":")
    name = group.strip()
    if not colon or not name or name.casefold() in ("cib", "url", "http", "https"):
        return {}
    return {"territory" if _is_place(name) else "organisation": name, "relation": comment}


# ---- Markdown


def recognises_page(head: Head) -> Match | None:
    """Markdown with a table of indicators, or a report of a network without one."""
    if head.kind != "csv":
        return None
    text = head.start.decode("utf-8", "replace")
    if re.search(r"^\s*\|\s*Indicator Type\s*\|\s*Indicator Value\s*\|", text, re.MULTILINE | re.IGNORECASE):
        return Match(100, "a table of indicators in Markdown")
    report = text.lstrip("\ufeff \r\n").startswith("#") and "Indicators of Compromise" in text and "Meta" in text
    return Match(60, "a report in Markdown") if report else None


def read_page(head: Head) -> Iterator[Row | Reject]:
    """The rows of the tables, with the origin that the report states in words."""
    yield from _unread_index(head)
    text = text_of(head)
    network, inside = _network(head, text), False
    number = 0
    for at, line in enumerate(text.split("\n"), 1):
        cells = [cell.strip() for cell in found[1].split("|")] if (found := LINE.match(line)) else []
        if not cells:
            inside = False
        elif [fold(cell) for cell in cells[:2]] == ["indicatortype", "indicatorvalue"]:
            inside = True
        elif inside and not RULE.match(line):
            number += 1
            if len(cells) < 2:
                yield Reject(f"line {at}", "", line[:200], "fewer cells than the table has columns")
            else:
                yield from network.rows(f"line {at}", cells[1], {"type": cells[0]}, {})
    if not number:
        yield Reject("line 1", "", text.split("\n")[0][:200], "a report without a table of indicators")


CLAIMS = (
    Gives("name of the file, or a sentence of the report", "claims.territory", "B2", "targets are no origin"),
    Gives("index.json beside it: reported_ds", "claims.claimed_at"),
)  # fmt: skip
SITES = Gives(
    "accounts and websites, made harmless or not", "accounts; identifiers: domain", note="websites are web:host"
)
NO_PLACE = "addresses, numbers of accounts and Pages, words on behaviour: rejects, each with its reason"
FORMATS = (
    Format(
        name="meta-tactics",
        title="Meta threat research: tactics and indicators",
        help="CSV with Tactic, Technique, Procedure, Indicator, in any of its six headers.",
        grade="B2",
        looks_for="Meta threat indicators (CSV with Tactic, Technique, Procedure, Indicator)",
        recognises=recognises_tactics,
        read=read_tactics,
        gives=(
            SITES,
            *CLAIMS,
            Gives("procedures on proxies, VPN, telephones, personas", "raw of the accounts: tactics"),
        ),
        ignores=(NO_PLACE,),
        example="Q1_2025_ROMANIA_BASED_CIB_NETWORK.csv",
    ),
    Format(
        name="meta-indicators",
        title="Meta threat research: list of indicators",
        help="CSV, TSV or JSON with indicator_type, indicator_value, comment, ds.",
        grade="B2",
        looks_for="a list of indicators (indicator_type, indicator_value)",
        recognises=recognises_list,
        read=read_list,
        gives=(SITES, Gives("comment before its colon", "claims.organisation"), Gives("ds", "claims.claimed_at")),
        ignores=("hashes of files", NO_PLACE),
        example="2020_12_taking_action_against_hackers.csv",
    ),
    Format(
        name="meta-report",
        title="Meta threat research: report in Markdown",
        help="Markdown with a table of Indicator Type and Indicator Value.",
        grade="B2",
        looks_for="a report with a table of indicators (Markdown)",
        recognises=recognises_page,
        read=read_page,
        gives=(SITES, *CLAIMS),
        ignores=(NO_PLACE,),
        example="meta-h1-2026-china-based-cib-network.md",
    ),
)
