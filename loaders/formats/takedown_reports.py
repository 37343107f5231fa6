"""Reports of takedowns and other public statements as rows: who says what of which accounts (formats.md, 4.2 and 8).

They become claims, with the verb as it was said, and ties; never evidence about a territory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrigraph.loaders.formats.base import Format, Gives, Match, Reject, Row
from attrigraph.loaders.formats.columns import named_columns, rows_of, written_list
from attrigraph.loaders.formats.holder import filled, rest
from attrigraph.loaders.sniff import Head
from attrigraph.territories import resolve_place

__all__ = ["FORMATS"]

Cells = Mapping[str, Any]
ACCOUNTS = ("account_ids", "accounts")
VERBS = ("verb", "wording", "relation", "statement")
ORIGINS = ("origin", "origins", "territory", "country")
ORGANISATIONS = ("organisation", "organization", "organisations", "organizations", "attributed_to")
CLAIMANTS = ("claimant", "publisher", "said_by", "company", "claimed_by")
DATES = ("claimed_at", "date", "published_at", "report_date")
URLS = ("url", "link", "report_url")
LINKED = ("linked_accounts", "linked_to")
COUNTED = ("pages", "groups")
"""Columns that stand beside numbers of accounts, where a report counts them and names none."""
USED = (*ACCOUNTS, *VERBS, *ORIGINS, *ORGANISATIONS, *CLAIMANTS, *DATES, *URLS, *LINKED, "platform", "grade")
NAMELESS = "the row names no account: add a column account_ids, or load it with --account"
OPERATION = "a statement about an operation that names no account"
INTERFERENCE = ("disinformant", "disinformant_nation", "attribution_url", "attribution_date")


def recognises(head: Head) -> Match | None:
    """Accounts (more than one a row), a verb, and an origin or an organisation."""
    about = any(named_columns(head, name) for name in (*ORIGINS, *ORGANISATIONS))
    verb = any(named_columns(head, name) for name in VERBS)
    named = any(named_columns(head, name) for name in ACCOUNTS) and not named_columns(head, "account_id")
    return Match(80, "accounts, a verb and an origin") if about and verb and named else None


def read(head: Head) -> Iterator[Row | Reject]:
    """Claims about every account of a row, and ties where it names accounts that they are linked to."""
    counted = any(named_columns(head, name) for name in COUNTED)
    for found in rows_of(head, [name for name in (*ACCOUNTS, *VERBS) if named_columns(head, name)]):
        if isinstance(found, Reject):
            yield found
            continue
        row, where = found.value, found.where
        accounts = _accounts(row, counted=counted) or ([head.account] if head.account else [])
        if not accounts:
            yield Reject(where, "accounts", str(_first(row, ACCOUNTS) or "")[:200], NAMELESS)
        for position, account in enumerate(accounts):
            yield from _claims(row, account, f"{where}.accounts[{position}]")


def _first(row: Cells, names: tuple[str, ...]) -> Any:
    return next((row[name] for name in names if filled(row.get(name))), None)


def _accounts(row: Cells, *, counted: bool) -> list[str]:
    cell = _first(row, ACCOUNTS)
    if counted and not filled(row.get("account_ids")) and re.fullmatch(r"[\d,. ]*", str(cell or "")):
        return []
    return _listed(cell)


def _listed(cell: Any) -> list[str]:
    """The items of a cell, parted by bars, semicolons, commas, blanks or lines, or a written list."""
    if isinstance(cell, list) or str(cell or "").lstrip().startswith("["):
        return written_list(cell)
    return [part for part in re.split(r"[\s,;|]+", str(cell or "")) if filled(part)]


def _names(cell: Any) -> list[str]:
    """Names of organisations, which hold blanks and commas: parted by bars, semicolons or lines."""
    if isinstance(cell, list):
        return written_list(cell)
    return [part.strip() for part in re.split(r"[;|\n]", str(cell or "")) if filled(part)]


def _origins(cell: Any) -> list[str]:
    """One place, or several: what names a place as a whole is one ("Korea, South")."""
    if cell is None or isinstance(cell, list):
        return written_list(cell)
    if resolve_place(str(cell)) is not None:
        return [str(cell)]
    return [part.strip() for part in re.split(r"[;|,/\n]|\band\b|&", str(cell)) if filled(part)]


def _claims(row: Cells, account: str, where: str) -> Iterator[Row]:
    who = {"account_id": account, "platform": row.get("platform")}
    verb = _first(row, VERBS)
    said = who | {
        "relation": verb,
        "claimant": _first(row, CLAIMANTS),
        "claimed_at": _first(row, DATES),
        "url": _first(row, URLS),
        "grade": row.get("grade") if filled(row.get("grade")) else "B2",
    }
    left = rest(row, *USED)
    origins, organisations = _origins(_first(row, ORIGINS)), _names(_first(row, ORGANISATIONS))
    for position, origin in enumerate(origins):
        here = where if len(origins) == 1 else f"{where}.origin[{position}]"
        several = {"one_of": origins} if len(origins) > 1 else {}
        yield Row("claims", said | {"territory": origin}, here, left | several)
    for position, name in enumerate(organisations):
        yield Row("claims", said | {"organisation": name}, f"{where}.organisation[{position}]", left)
    if not origins and not organisations:
        yield Row("claims", said, where, left)
    for position, other in enumerate(_listed(_first(row, LINKED))):
        yield Row("ties", who | {"other_id": other, "kind": verb}, f"{where}.linked[{position}]")


def recognises_interference(head: Head) -> Match | None:
    """DFRLab's table of attributions."""
    return Match(100, "attributions") if named_columns(head, *INTERFERENCE) else None


def read_interference(head: Head) -> Iterator[Row | Reject]:
    """Every row is a reject that says who claims what of whom: no account is named."""
    for found in rows_of(head, INTERFERENCE):
        if isinstance(found, Reject):
            yield found
            continue
        row = found.value
        words = (
            row.get(name) for name in ("source", "disinformant_attribution", "disinformant_nation", "attribution_url")
        )
        yield Reject(found.where, "accounts", " · ".join(str(w) for w in words if filled(w))[:200], OPERATION)


FORMATS = (
    Format(
        name="takedown-report",
        title="Takedown reports and statements",
        help="A table with a row for each statement: the accounts, the verb, an origin or organisations, who says it.",
        grade="B2",
        looks_for="takedown reports (accounts, verb, origin or organisation, claimant)",
        recognises=recognises,
        read=read,
        timezone="UTC",
        gives=(
            Gives("account_ids or accounts", "claims.account_id", "", "several in a cell; without any, --account"),
            Gives(
                "verb, wording, relation or statement", "claims.relation", "", "word for word: verbs differ in strength"
            ),
            Gives("origin, territory or country", "claims.territory", "", "several are a claim each"),
            Gives("organisation, attributed_to", "claims.organisation", "", "listed, never judged"),
            Gives("claimant, publisher or company; date; url; grade", "claims"),
            Gives("linked_accounts", "ties", "", "kind: the verb"),
        ),
        ignores=("targets, followers, spending: kept in raw", "numbers of accounts where none is named"),
        example="takedowns.csv",
    ),
    Format(
        name="dfrlab-interference",
        title="DFRLab interference data",
        help="One row a claim that a state interfered; recognised to say that it is about no account.",
        grade="B2",
        looks_for="DFRLab interference data (disinformant_nation, attribution_url, ...)",
        recognises=recognises_interference,
        read=read_interference,
        ignores=("everything: claims about operations, no accounts",),
        example="DFRLab_interference2020.csv",
    ),
)
