"""What is compared about two accounts: one `Feature` a comparison, none where either of them has no value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import duckdb

from attrigraph.links.mirrors.blocking import holders, picture_bits, profiles, run_sql
from attrigraph.links.mirrors.fold import latin, looks, mixed_scripts, sounds
from attrigraph.links.mirrors.records import (
    Candidates,
    Compared,
    Copies,
    Feature,
    MirrorOptions,
    Profile,
)
from attrigraph.links.text import canonical_url, cleaned
from attrigraph.wording import percent, prose_day

__all__ = ["compared", "likeness", "similarity"]

CLOSE, ALIKE = 0.85, 0.7
"""Similarity of folded handles and names (share of letters in common order) from which they are close, and alike."""
SAME_BITS = 2
BIO_SAME, BIO_CLOSE, BIO_ALIKE = 0.9, 0.5, 0.2
LEAST_BIO = 4
MANY, MOST, ENOUGH = 5, 0.3, 20
"""So many copied texts are many; this share of all texts is most; that many texts of each make none a finding."""
LEAST_ORDER, ONE_WAY = 3, 0.9
"""Fewer copied texts tell no order; from this share on one account is nearly always first."""
TOGETHER_DAYS, NEAR_DAYS = 7, 90
FEWER = 10.0
KIT = ("device", "cookie", "payment_card", "phone", "email")


@dataclass(frozen=True, slots=True)
class _Shared:
    """What pairs share beside their profiles, by (one, two); and what each account has at all."""

    copies: Mapping[tuple[str, str], Copies]
    things: Mapping[tuple[str, str], list[tuple[str, int, int]]]
    handles: Mapping[tuple[str, str], tuple[str, str | None]]
    texts: Mapping[str, int]
    kinds: Mapping[str, frozenset[str]]
    holders: Mapping[tuple[str, str], int]


def compared(connection: duckdb.DuckDBPyConnection, found: Candidates, options: MirrorOptions) -> Iterator[Compared]:
    """The features of every pair, in the order of the candidates; `connection` is the one they were found on."""
    known, shared = profiles(connection), _read(connection, options)
    for pair in found.pairs:
        one, two = (known.get(account) or _bare(account) for account in (pair.one, pair.two))
        features = tuple(f for part in _PARTS for f in part(one, two, shared, options))
        yield Compared(pair, features, shared.copies.get((pair.one, pair.two)))


def likeness(one: Profile, two: Profile, options: MirrorOptions) -> Iterator[Feature]:
    """What the profiles alone show of two accounts: handle, name, picture, bio."""
    nothing = _Shared({}, {}, {}, {}, {}, {})
    for part in (_handle, _display_name, _picture, _bio):
        yield from part(one, two, nothing, options)


def _bare(account: str) -> Profile:
    """An account that posted or used something and has no profile row."""
    return Profile(account, None, None, None, None, None, None, None, frozenset())


def similarity(one: str, two: str) -> float:
    """How alike two handles or names are, 0..1: the better of looks and Latin letters, words in any order."""
    pairs = ((looks(one) or one.lower(), looks(two) or two.lower()), (_ordered(one), _ordered(two)))
    return max(_ratio()(a, b) for a, b in pairs)


@cache
def _ratio() -> Callable[[str, str], float]:
    """Twice the letters in common order over all letters; `rapidfuzz` is a hundred times as fast as `difflib`."""
    try:
        from rapidfuzz.distance import Indel
    except ImportError:
        from difflib import SequenceMatcher

        return lambda one, two: SequenceMatcher(None, one, two, autojunk=False).ratio()
    return Indel.normalized_similarity


def _ordered(text: str) -> str:
    return "".join(sorted(latin(text).split()))


def _read(connection: duckdb.DuckDBPyConnection, options: MirrorOptions) -> _Shared:
    texts = dict(run_sql(connection, "own_texts").fetchall())
    copies = {}
    for row in run_sql(connection, "copies", rare_text=options.rare_text).fetchall():
        one, two, count, one_first, two_first, lag, apart, one_ids, two_ids = row
        copies[one, two] = Copies(
            count, one_first, two_first, lag, apart, texts[one], texts[two], tuple(one_ids), tuple(two_ids)
        )
    things: dict[tuple[str, str], list[tuple[str, int, int]]] = {}
    for one, two, kind, count, accounts in run_sql(connection, "shared_things").fetchall():
        things.setdefault((one, two), []).append((kind, count, accounts))
    handles = {(one, two): (h, first) for one, two, h, first in run_sql(connection, "taken_handles").fetchall()}
    kinds = {account: frozenset(kinds) for account, kinds in run_sql(connection, "kinds_of_things").fetchall()}
    return _Shared(copies, things, handles, texts, kinds, holders(connection))


def _handle(one: Profile, two: Profile, shared: _Shared, _: MirrorOptions) -> Iterator[Feature]:
    if one.handle and two.handle:
        yield _name_of("handle", one.handle, two.handle, shared, ("handle", looks))


def _display_name(one: Profile, two: Profile, shared: _Shared, _: MirrorOptions) -> Iterator[Feature]:
    if one.name and two.name:
        yield _name_of("display_name", one.name, two.name, shared, ("name", looks), ("sound", sounds))


def _name_of(feature: str, one: str, two: str, shared: _Shared, *keys: tuple[str, Callable[[str], str]]) -> Feature:
    text = f"{one} and {two}"
    for kind, fold in keys:
        key = fold(one)
        if key and key == fold(two):
            count = shared.holders.get((kind, key), 2)
            said = "sound alike" if kind == "sound" else "look alike" if one.lower() != two.lower() else "are the same"
            return Feature(feature, "same", f"{text} {said}{_scripts(one, two)}; {_held(count)}", holders=count)
    alike = similarity(one, two)
    level = "close" if alike >= CLOSE else "alike" if alike >= ALIKE else "other"
    return Feature(feature, level, f"{text}, similarity {alike:.2f}{_scripts(one, two)}")


def _scripts(one: str, two: str) -> str:
    """A word that mixes scripts is written to look like another."""
    mixed = [name for name in (one, two) if mixed_scripts(name)]
    return f", {' and '.join(mixed)} with letters of two scripts" if mixed else ""


def _held(count: int) -> str:
    """How common what both have is."""
    return "nobody else has it" if count <= 2 else f"{count} accounts have it"


def _picture(one: Profile, two: Profile, shared: _Shared, options: MirrorOptions) -> Iterator[Feature]:
    if not one.picture or not two.picture:
        return
    bits = 0 if one.picture == two.picture else picture_bits(one.picture, two.picture)
    if bits == 0:
        count = shared.holders.get(("picture", one.picture), 2)
        yield Feature("picture", "same", f"the same hash; {_held(count)}", holders=count)
    elif bits is not None:
        level = "same" if bits <= SAME_BITS else "close" if bits <= options.near_bits else "other"
        yield Feature("picture", level, f"hashes differ in {bits} bits", holders=2 if level == "same" else None)


def _bio(one: Profile, two: Profile, shared: _Shared, _: MirrorOptions) -> Iterator[Feature]:
    first, second = ((cleaned(p.bio) or "").split() for p in (one, two))
    if min(len(first), len(second)) < LEAST_BIO:
        return
    index = len(set(first) & set(second)) / len(set(first) | set(second))
    text = f"{percent(index)} of the words in common"
    if index >= BIO_SAME:
        count = shared.holders.get(("bio", " ".join(first[:8])), 2)
        yield Feature("bio", "same", f"{text}; {_held(count)}", holders=count)
    else:
        level = "close" if index >= BIO_CLOSE else "alike" if index >= BIO_ALIKE else "other"
        yield Feature("bio", level, text)


def _web(one: Profile, two: Profile, shared: _Shared, _: MirrorOptions) -> Iterator[Feature]:
    first, second = canonical_url(one.url), canonical_url(two.url)
    if first and second and first == second:
        count = shared.holders.get(("url", first), 2)
        yield Feature("profile_link", "same", f"{one.url}; {_held(count)}", holders=count)
    elif first and second:
        yield Feature("profile_link", "other", f"{one.url} and {two.url}")
    for kind, count, accounts in shared.things.get((one.account, two.account), []):
        if kind == "domain":
            yield Feature("domain", "same", f"{count} domains; {_held(accounts)}", holders=accounts, n=count)


def _copies(one: Profile, two: Profile, shared: _Shared, options: MirrorOptions) -> Iterator[Feature]:
    own = tuple(shared.texts.get(p.account, 0) for p in (one, two))
    found = shared.copies.get((one.account, two.account))
    if found:
        many = "most" if found.texts / min(own) >= MOST else "many"
        level = "one" if found.texts == 1 else "few" if found.texts < MANY else many
        text = f"{found.texts} texts that few others post, of {own[0]} and {own[1]}"
        yield Feature("copies", level, text, n=found.texts)
        if found.texts >= LEAST_ORDER:
            yield _order(one, two, found, options.near_s)
    elif min(own) >= ENOUGH:
        yield Feature("copies", "none", f"none of {own[0]} and {own[1]} texts in common", n=min(own))


def _order(one: Profile, two: Profile, copies: Copies, near_s: float) -> Feature:
    """Who was first: the earlier creator of copied content is the source. Near zero both ways is one hand."""
    first = max(copies.one_first, copies.two_first)
    later = two if copies.one_first > copies.two_first else one
    copier = later.account if first >= ONE_WAY * copies.texts else None
    near, far = ("at_once", "follows") if copier else ("together", "mixed")
    text = (
        f"first {copies.one_first} and {copies.two_first} times of {copies.texts}, {copies.apart_s:.0f} s apart in the "
        "median"
    )
    return Feature("order", near if copies.apart_s <= near_s else far, text, copier=copier, n=copies.texts)


def _creation(one: Profile, two: Profile, _: _Shared, __: MirrorOptions) -> Iterator[Feature]:
    if one.created_at is None or two.created_at is None:
        return
    days = abs((one.created_at - two.created_at).total_seconds()) / 86_400
    younger = (one if one.created_at > two.created_at else two).account
    level = "together" if days <= TOGETHER_DAYS else "near" if days <= NEAR_DAYS else "later"
    text = f"{prose_day(one.created_at)} and {prose_day(two.created_at)}"
    yield Feature("creation", level, text, copier=None if level == "together" else younger)


def _followers(one: Profile, two: Profile, _: _Shared, __: MirrorOptions) -> Iterator[Feature]:
    if one.followers is None or two.followers is None:
        return
    ratio = (one.followers + 10) / (two.followers + 10)  # a handful of followers is as good as none
    text = f"{one.followers} and {two.followers}"
    if 1 / FEWER < ratio < FEWER:
        yield Feature("followers", "similar", text)
    else:
        yield Feature("followers", "fewer", text, copier=(one if ratio < 1 else two).account)


def _history(one: Profile, two: Profile, shared: _Shared, _: MirrorOptions) -> Iterator[Feature]:
    if (one.account, two.account) in shared.handles:
        handle, first = shared.handles[one.account, two.account]
        if first is None:
            yield Feature("handle_history", "undated", f"both had the handle {handle}")
        else:
            taker = two.account if first == one.account else one.account
            yield Feature("handle_history", "taken", f"{taker} has {handle}, which was {first}'s", copier=taker)


def _kit(one: Profile, two: Profile, shared: _Shared, _: MirrorOptions) -> Iterator[Feature]:
    found = [thing for thing in shared.things.get((one.account, two.account), []) if thing[0] in KIT]
    for kind, count, accounts in found:
        said = kind.replace("_", " ")
        yield Feature("shared_kit", "same", f"{count} {said}; {_held(accounts)}", holders=accounts, n=count)
    nothing: frozenset[str] = frozenset()
    both = shared.kinds.get(one.account, nothing) & shared.kinds.get(two.account, nothing) & set(KIT)
    if not found and both:
        yield Feature("shared_kit", "none", f"nothing in common though both used: {', '.join(sorted(both))}")


_PARTS: tuple[Callable[[Profile, Profile, _Shared, MirrorOptions], Iterator[Feature]], ...] = (
    _handle, _display_name, _picture, _bio, _web, _copies, _creation, _followers, _history, _kit,
)  # fmt: skip
