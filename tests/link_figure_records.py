"""Small invented records for the figures of links."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations

from figure_records import account_id, account_rows

from attrigraph.viz import (
    BurstPost,
    BurstTimeline,
    CoordinationLink,
    CoordinationScene,
    LagHistogram,
    MirrorCard,
    MirrorField,
    Tested,
    scene_from_rows,
)

TESTED = Tested("shared posts fall on accounts at random, by how much each posts", 41_210, 0.05)
START = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
GROUPS = {"l1/c1": (1, 2, 3, 4, 5, 10, 11, 30, 34), "l1/c2": (6, 7, 12, 13, 22), "l1/c3": (8, 9)}
ROLES = {1: "initiator", 2: "amplifier", 5: "bridge", 6: "initiator", 7: "bridge", 8: "initiator"}


def coordination(**more: object) -> CoordinationScene:
    """Three clusters of 16 of the 40 accounts, with one link between the first two."""
    marks = scene_from_rows(account_rows(), [], []).accounts
    pairs = [pair for group in GROUPS.values() for pair in combinations(group, 2) if sum(pair) % 3 or len(group) < 3]
    links = [
        CoordinationLink(account_id(a), account_id(b), ("co_retweet",), 0.001 * (a + b), 3.0, 60.0) for a, b in pairs
    ]
    links.append(CoordinationLink(account_id(5), account_id(7), ("co_link", "co_retweet"), 0.04, 2.0, 60.0))
    return CoordinationScene(
        accounts=marks,
        cluster={account_id(n): name for name, group in GROUPS.items() for n in group},
        role={account_id(n): role for n, role in ROLES.items()},
        links=tuple(links),
        tested=TESTED,
        **({"accounts_tested": 40} | more),  # type: ignore[arg-type]
    )


def burst(accounts: int = 6) -> BurstTimeline:
    """`accounts` accounts in 28 seconds, with a message of each before it."""
    joint = [
        BurstPost(f"A{n:02d}", START + timedelta(seconds=28 * (n - 1) / max(accounts - 1, 1)), True, f"m{n}")
        for n in range(1, accounts + 1)
    ]
    around = [BurstPost(post.account, START - timedelta(seconds=20 + 7 * n), False) for n, post in enumerate(joint[:6])]
    end = START + timedelta(seconds=28)
    return BurstTimeline("cluster 1", (*around, *joint), START, end, accounts, 60.0, TESTED, ("co_retweet",), 0.004)


def lags(count: int = 200) -> LagHistogram:
    """Most within seconds, a few up to the window."""
    deltas = [((n * 37) % 100 - 40) / 9 if n % 5 else (n * 53) % 120 - 60 for n in range(count)]
    return LagHistogram("A01", "A02", "co_retweet", deltas, 60.0, TESTED, 0.0004, 0.005)


def card(verdict: str = "clone_of") -> MirrorCard:
    """A copy of a profile, with every kind of match."""
    return MirrorCard(
        left="A03",
        right="A17",
        verdict=verdict,
        fields=(
            MirrorField("handle", "harbour_watch", "harb0ur.watch", "similar", 1.2),
            MirrorField("name", "Harbour Watch", "Harbour Watch", "same", 0.8),
            MirrorField(
                "bio",
                "Ships, tides and the people of the old harbour. Photographs every morning. Opinions are my own.",
                "Ships, tides and the people of the old harbour. Photographs every morning!",
                "similar", 2.4,
            ),
            MirrorField("picture", "8 of 64 bits differ", "8 of 64 bits differ", "similar", 3.1),
            MirrorField("created", "2026-03-01", "2019-11-20", "different", -0.6),
            MirrorField("posts copied", "31 of 44, 40 min later", None, "unknown", 4.0),
            MirrorField("mail", None, None, "same", 0.4, withheld=True),
        ),
        p=0.97,
        prior=0.02,
        reasons=("A17 posted first in 29 of 31 copied posts",),
        pairs=1_204,
        level=0.95,
    )  # fmt: skip
