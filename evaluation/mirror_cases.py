"""Simulated twins and clones of real profiles, and strangers that look like mirrors: cases with known truth.

The profiles are 227 authors of the Internet Research Agency: their handles, followers, days and posts are real. What
the file does not hold is stood in for: the display name by the words of the handle, the description by a post nobody
else wrote, the picture by a random hash. Every change is made by a *kind of edit*; some kinds were in sight when the
weights were set (`seen`), the others were not (`held out`), and neither the kinds nor the halves of the authors mix.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from attrigraph.duck import connect

__all__ = ["Author", "MirrorCase", "Split", "authors", "make_case"]

Split = Literal["seen", "held out"]
Text = Callable[[str, random.Random], str]
PICTURE_BITS = 64
POSTS = 80
CYRILLIC = dict(zip("abvgdeziklmnoprstuf", "абвгдезиклмнопрстуф", strict=True)) | {"y": "й", "h": "х", "j": "ж"}
LOOKALIKE = {"a": "а", "e": "е", "o": "о", "p": "р", "c": "с", "i": "і", "x": "х", "y": "у"}
LEET = {"o": "0", "l": "1", "i": "1", "e": "3", "a": "4", "s": "5"}


@dataclass(frozen=True, slots=True)
class Author:
    """A real author: handle, followers, first day, and posts (time, text), oldest first."""

    handle: str
    followers: int
    since: datetime
    posts: tuple[tuple[datetime, str], ...]


def authors(path: str) -> list[Author]:
    """All authors with three posts of their own or more, by handle; at most 80 posts each, spread over their time."""
    with connect() as connection:
        rows = connection.execute(
            "SELECT author, max(followers), list((publish_date::TIMESTAMP, content) ORDER BY publish_date, content) "
            f"FROM read_parquet('{path}') WHERE retweet = 0 AND len(string_split(content, ' ')) > 4 "
            "GROUP BY author HAVING count(*) >= 3 ORDER BY author"
        ).fetchall()
    found = []
    for handle, followers, posts in rows:
        step = max(1, len(posts) // POSTS)
        kept = tuple((post[0], post[1]) for post in posts[::step][:POSTS])
        found.append(Author(handle, followers, kept[0][0], kept))
    return found


# ---- kinds of edits of a name


def _some(text: str, table: Mapping[str, str], rng: random.Random, share: float = 0.5) -> str:
    places = [i for i, c in enumerate(text) if c.lower() in table]
    chosen = set(rng.sample(places, max(1, round(share * len(places))))) if places else set()
    return "".join(table[c.lower()] if i in chosen else c for i, c in enumerate(text))


def _swap(text: str, rng: random.Random) -> str:
    if len(text) < 4:
        return text + text[-1:]
    i = rng.randrange(1, len(text) - 2)
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def _doubled(text: str, rng: random.Random) -> str:
    i = rng.randrange(len(text))
    return text[:i] + text[i] + text[i:]


HANDLES: dict[Split, dict[str, Text]] = {
    "seen": {
        "digits behind": lambda t, r: f"{t}{r.randint(1, 9999)}",
        "separators": lambda t, r: re.sub(r"(?<=[a-z])(?=[A-Z])", r.choice("._"), t).replace("_", r.choice(["", "."])),
        "digits for letters": lambda t, r: _some(t, LEET, r),
        "a letter doubled": _doubled,
    },
    "held out": {
        "look-alike letters": lambda t, r: _some(t, LOOKALIKE, r),
        "rn for m, l for i": lambda t, _: t.replace("m", "rn").replace("I", "l").replace("i", "l"),
        "two letters swapped": _swap,
        "a letter left out": lambda t, r: t[: (i := r.randrange(1, len(t)))] + t[i + 1 :],
        "official": lambda t, r: r.choice(["real{}", "{}_official", "the_{}", "{}.backup"]).format(t),
        "another handle": lambda _, r: "".join(r.choices("bcdfghjklmnprstvwz", k=4)) + str(r.randint(10, 99)),
    },
}
NAMES: dict[Split, dict[str, Text]] = {
    "seen": {"the same": lambda t, _: t, "case": lambda t, r: r.choice([t.upper(), t.lower()])},
    "held out": {
        "the same": lambda t, _: t,
        "look-alike letters": lambda t, r: _some(t, LOOKALIKE, r, 0.4),
        "words turned round": lambda t, _: " ".join(reversed(t.split())),
        "signs added": lambda t, r: f"{r.choice('★☆✓♥')} {t} {r.choice('★☆✓♥')}",
        "Cyrillic": lambda t, _: "".join(CYRILLIC.get(c, c) for c in t.lower()),
    },
}
BIOS: dict[Split, dict[str, Text]] = {
    "seen": {
        "the same": lambda t, _: t,
        "cut short": lambda t, _: " ".join(t.split()[: max(4, len(t.split()) * 3 // 4)]),
    },
    "held out": {
        "the same": lambda t, _: t,
        "words changed": lambda t, r: " ".join(w if r.random() > 0.2 else r.choice(FILLERS) for w in t.split()),
        "words added": lambda t, r: " ".join([*r.sample(FILLERS, 2), *t.split(), *r.sample(FILLERS, 2)]),
        "signs": lambda t, r: f"{t} {r.choice('★☆✓♥')} DM open",
    },
}
PICTURES: dict[Split, dict[str, int]] = {
    "seen": {"the same": 0, "saved again": 2, "another": PICTURE_BITS},
    "held out": {"the same": 0, "smaller": 3, "cropped": 6, "another": PICTURE_BITS},
}
"""Bits of the hash that change."""
FILLERS = ("proud", "daily", "news", "love", "team", "first", "always", "here", "for", "truth", "music", "coffee")
SLOGANS = (
    "god family country and the truth every single day",
    "news from our city as it happens every day",
    "мы за правду и за мир во всем мире",
)


@dataclass(slots=True)
class MirrorCase:
    """Rows of the tables, and the truth: (twin | clone_of, source, target); a clone stands before its source."""

    split: Split
    seed: int
    accounts: list[dict[str, Any]] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    identifiers: list[dict[str, Any]] = field(default_factory=list)
    truth: dict[frozenset[str], tuple[str, str, str]] = field(default_factory=dict)
    kinds: dict[frozenset[str], tuple[str, ...]] = field(default_factory=dict)
    distractors: dict[str, str] = field(default_factory=dict)


def make_case(found: list[Author], split: Split, seed: int, mirrors: int = 40) -> MirrorCase:
    """Half of the authors, so many twins and as many clones of them, and as many strangers of each misleading kind."""
    rng = random.Random(f"{split}{seed}")
    half = [a for place, a in enumerate(found) if (place % 2 == 0) == (split == "seen")]
    case = MirrorCase(split, seed)
    said = Counter(text for author in half for text in {text for _, text in author.posts})
    common = {text for text, count in said.items() if count > 1}
    profiles = [_real(case, author, common, rng) for author in half]
    chosen = rng.sample(range(len(half)), min(2 * mirrors, len(half)))
    for place, index in enumerate(chosen):
        _mirror(case, half[index], profiles[index], "twin" if place % 2 else "clone_of", rng)
    for index in rng.sample(range(len(half)), mirrors):
        _stranger(case, half[index], profiles[index], rng)
    return case


def _real(case: MirrorCase, author: Author, common: set[str], rng: random.Random) -> dict[str, Any]:
    own = [text for _, text in author.posts if text not in common] or [author.handle]
    texts = [re.sub(r"https?://\S+|[@#]\S+", "", text).strip() for text in own]
    row = {
        "account_id": f"x:{author.handle}",
        "platform": "x",
        "handle": author.handle,
        "display_name": " ".join(re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", author.handle)).title() or author.handle,
        "bio": " ".join(max(texts, key=len).split()[:20]) if rng.random() > 0.2 else None,
        "image_hash": f"{rng.getrandbits(PICTURE_BITS):016x}" if rng.random() > 0.15 else "0" * 16,
        "created_at": author.since - timedelta(days=rng.uniform(0, 200)),
        "followers": author.followers,
    }
    if row["bio"] and rng.random() < 0.1:
        row["bio"] = rng.choice(SLOGANS)
    case.accounts.append(row)
    _say(case, row, author.posts)
    if rng.random() < 0.3:
        _uses(case, row, f"d-{author.handle}")
    return row


def _mirror(case: MirrorCase, author: Author, row: dict[str, Any], what: str, rng: random.Random) -> None:
    """A twin or a clone. Each field is carried over by one kind of edit, or left alone; a twin copies less of them."""
    split, twin = case.split, what == "twin"
    keeps = 0.6 if twin else 0.85
    handle, edit_handle = _pick(HANDLES[split], rng)
    name, edit_name = _pick(NAMES[split], rng)
    bio, edit_bio = _pick(BIOS[split], rng)
    picture, bits = _pick(PICTURES[split], rng)
    new = {
        "account_id": f"x:{len(case.accounts)}-{what}",
        "platform": "x",
        "handle": edit_handle(author.handle, rng),
        "display_name": edit_name(str(row["display_name"]), rng)
        if rng.random() < keeps
        else _pick(NAMES[split], rng)[0],
        "bio": edit_bio(row["bio"], rng) if row["bio"] and rng.random() < keeps else None,
        "image_hash": _changed(row["image_hash"], bits, rng) if rng.random() < keeps else None,
        "created_at": row["created_at"] + timedelta(days=rng.uniform(0, 20) if twin else rng.lognormvariate(5.0, 1.2)),
        "followers": int(author.followers * rng.lognormvariate(0, 0.8)) if twin else int(rng.lognormvariate(2.5, 1.2)),
    }
    new["handle"] = _free(case, new["handle"])
    case.accounts.append(new)
    pair = frozenset((row["account_id"], new["account_id"]))
    one, two = (min(pair), max(pair)) if twin else (new["account_id"], row["account_id"])
    case.truth[pair] = (what, one, two)
    case.kinds[pair] = (handle, name, bio, picture)
    _copy(case, author, new, twin, rng)
    if twin and rng.random() < 0.6:
        for account in (row, new):
            _uses(case, account, f"d-both-{len(case.accounts)}")


def _copy(case: MirrorCase, author: Author, new: dict[str, Any], twin: bool, rng: random.Random) -> None:
    """Most mirrors post what the other posts: twins within a minute in either order, clones minutes to weeks later."""
    words = [" ".join(rng.choices(FILLERS, k=2)) for _ in range(rng.randint(0, 20))]
    own = [
        (at + timedelta(hours=rng.uniform(1, 900)), f"{said} {rng.random()} of my own")
        for said, (at, _) in zip(words, author.posts, strict=False)
    ]
    copied: list[tuple[datetime, str]] = []
    if rng.random() < 0.75:
        chosen = rng.sample(author.posts, max(1, round(len(author.posts) * rng.uniform(0.1, 0.9))))
        scale = rng.lognormvariate(9.0, 1.5)
        copied = [
            (at + timedelta(seconds=rng.uniform(-50, 50) if twin else rng.uniform(0.2, 3) * scale), text)
            for at, text in chosen
        ]
    _say(case, new, (*own, *copied))


def _stranger(case: MirrorCase, author: Author, row: dict[str, Any], rng: random.Random) -> None:
    """An unrelated account that looks like a mirror in one way, or in two that are common."""
    kind = rng.choice(("namesake", "namesake with a slogan", "fan", "same handle", "namesake without a picture"))
    new: dict[str, Any] = {
        "account_id": f"x:{len(case.accounts)}-stranger",
        "platform": "x",
        "handle": "".join(rng.choices("bcdfghjklmnprstvwz", k=5)) + rng.choice(["", "_x", "99"]),
        "display_name": "".join(rng.choices("bcdfghjklmnprstvwz", k=6)).title(),
        "bio": " ".join(rng.choices(FILLERS, k=10)),
        "image_hash": f"{rng.getrandbits(PICTURE_BITS):016x}",
        "created_at": row["created_at"] + timedelta(days=rng.uniform(-900, 900)),
        "followers": int(rng.lognormvariate(5, 2)),
    }
    if kind.startswith("namesake"):
        new |= {"display_name": row["display_name"], "handle": _pick(HANDLES[case.split], rng)[1](author.handle, rng)}
    if kind == "namesake with a slogan":
        new["bio"] = rng.choice(SLOGANS)
    if kind == "namesake without a picture":
        new |= {"image_hash": "0" * 16, "bio": None}
    if kind == "same handle":
        new |= {"handle": author.handle, "platform": "mastodon", "account_id": f"mastodon:{len(case.accounts)}"}
    if kind != "same handle":
        new["handle"] = _free(case, new["handle"])
    case.accounts.append(new)
    case.distractors[new["account_id"]] = kind
    if kind == "fan":  # says what its idol says, as many do, and is nobody else's copy
        quoted = rng.sample(author.posts, min(3, len(author.posts)))
        _say(case, new, [(at + timedelta(hours=rng.uniform(1, 90)), text) for at, text in quoted])


def _free(case: MirrorCase, handle: str) -> str:
    """The handle, or with a sign behind it when somebody has it: platforms give each one once."""
    taken = {row["handle"].lower() for row in case.accounts}
    while handle.lower() in taken:
        handle += "_"
    return handle


def _pick(kinds: Mapping[str, Any], rng: random.Random) -> tuple[str, Any]:
    return rng.choice(list(kinds.items()))


def _changed(picture: str, bits: int, rng: random.Random) -> str:
    if bits == PICTURE_BITS:
        return f"{rng.getrandbits(PICTURE_BITS):016x}"
    number = int(picture, 16)
    for bit in rng.sample(range(PICTURE_BITS), bits):
        number ^= 1 << bit
    return f"{number:016x}"


def _say(case: MirrorCase, row: dict[str, Any], posts: Any) -> None:
    for at, text in posts:
        about = {"post_id": f"p{len(case.posts)}", "account_id": row["account_id"], "platform": row["platform"]}
        case.posts.append(about | {"at": at, "text": text, "source": "s", "record": str(len(case.posts))})


def _uses(case: MirrorCase, row: dict[str, Any], device: str) -> None:
    about = {"account_id": row["account_id"], "platform": row["platform"], "kind": "device", "value": device}
    case.identifiers.append(about | {"source": "s", "record": str(len(case.identifiers))})
