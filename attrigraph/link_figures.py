"""Records for the figures of links, read from a run of links and a search for mirrors. Reads; draws nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from attrigraph.duck import connect
from attrigraph.errors import InputError
from attrigraph.graph import statement
from attrigraph.inference.records import Item
from attrigraph.links.run import LinkRun
from attrigraph.links.write import edges_path, members_path, read_link_run, read_members
from attrigraph.viz.captions import withhold
from attrigraph.viz.link_records import (
    BurstPost,
    BurstTimeline,
    CoordinationLink,
    CoordinationScene,
    LagHistogram,
    Match,
    MirrorCard,
    MirrorField,
    Tested,
)
from attrigraph.viz.scene import STATEMENTS, scene_from_rows
from attrigraph.wording import day

if TYPE_CHECKING:
    from attrigraph.case import Case

__all__ = ["burst", "coordination", "lags", "mirror_card", "tested"]

AROUND = 2_000
"""Messages drawn around a burst, the nearest ones."""
PAIRS = """
SELECT least(source, target) AS a, greatest(source, target) AS b, list_sort(list(DISTINCT network)), min(q_value),
       max(weight)
FROM read_parquet($edges) WHERE survives GROUP BY a, b ORDER BY min(q_value), a, b
"""
BURSTS = """
WITH joint AS (
    SELECT source AS account, network, q_value, unnest(message_ids) AS id, unnest(message_at) AS sent
    FROM read_parquet($edges) WHERE survives AND ($account IS NULL OR source = $account OR target = $account)
), posts AS (
    SELECT account, id, sent, min(q_value) AS q, list(DISTINCT network) AS networks
    FROM joint GROUP BY account, id, sent
), grouped AS (
    SELECT p.*, CASE WHEN $account IS NULL THEN m.cluster END AS cluster FROM posts p
    LEFT JOIN (SELECT account_id, cluster FROM read_parquet($members) WHERE period IS NULL) m
    ON m.account_id = p.account
), marked AS (
    SELECT *, sent - lag(sent, 1, -1e12) OVER w > $gap AS new FROM grouped
    WINDOW w AS (PARTITION BY cluster ORDER BY sent, account, id)
), numbered AS (
    SELECT *, sum(new::INT) OVER (PARTITION BY cluster ORDER BY sent, account, id ROWS UNBOUNDED PRECEDING) AS burst
    FROM marked
), best AS (
    SELECT cluster, burst FROM numbered GROUP BY cluster, burst
    ORDER BY count(DISTINCT account) DESC, count(*) DESC, min(sent), cluster LIMIT 1
)
SELECT n.cluster, n.account, n.id, n.sent, n.q, n.networks FROM numbered n
JOIN best b ON b.burst = n.burst AND b.cluster IS NOT DISTINCT FROM n.cluster ORDER BY n.sent, n.account
"""
"""Messages of the burst with the most accounts: joint messages of one cluster without a pause longer than $gap."""
BESIDE = """
SELECT account_id, epoch("at") AS sent FROM posts
WHERE list_contains($accounts, account_id) AND epoch("at") BETWEEN $first AND $last
ORDER BY least(abs(epoch("at") - $begins), abs(epoch("at") - $ends)), sent, account_id LIMIT $most
"""
LAGS = """
SELECT network, delta_s, window_s, q_value, shift_p FROM read_parquet($edges)
WHERE source = $source AND target = $target AND len(list_filter(delta_s, d -> d IS NOT NULL)) > 0
ORDER BY survives DESC, q_value, weight DESC, network LIMIT 1
"""
PROFILES = """
SELECT account_id, handle, name AS display_name, bio, url AS profile_link, picture, created_at::TIMESTAMP AS creation,
       followers::VARCHAR AS followers
FROM mirror_profiles WHERE list_contains($accounts, account_id)
"""
LIKENESS = ("handle", "display_name", "picture", "bio", "profile_link")
"""Features whose two values are like each other or not; of the others only the nats say what they mean."""
PERSONAL = ("handle", "display_name", "bio", "profile_link", "domain", "handle_history")
"""Features whose values say who somebody is; shown only where the redaction allows handles."""


def tested(run: LinkRun) -> Tested:
    """What a run tested, for the line under every figure."""
    null = (
        "keys fall on accounts at random, by how many each uses (hypergeometric), and "
        f"{run.options.draws} circular shifts of its times"
    )
    return Tested(null, run.tests, run.options.level)


def coordination(case: Case, run: str, numbers: Mapping[str, str], links: str | None = None) -> CoordinationScene:
    """Clusters, roles and surviving pairs of a run of links; outcomes are those of the inference run `run`, if any."""
    of = read_link_run(case.folder, links)
    with connect() as connection:
        pairs = connection.execute(PAIRS, {"edges": str(edges_path(case.folder, of.id))}).fetchall()
    members = read_members(case.folder, of.id)
    cluster = {member["account_id"]: member["cluster"] for member in members}
    rows = case.store.read(statement(STATEMENTS["accounts"]), run=run)
    known = scene_from_rows(
        [row for row in rows if row["account"] in cluster], [], [], redaction=case.settings.redaction, numbers=numbers
    )
    return CoordinationScene(
        accounts=known.accounts,
        cluster=cluster,
        role={member["account_id"]: member["role"] for member in members},
        links=tuple(
            CoordinationLink(a, b, tuple(networks), q, float(weight), of.options.link.window_s)
            for a, b, networks, q, weight in pairs
            if a in cluster and b in cluster
        ),
        tested=tested(of),
        accounts_tested=len(rows),
    )


def burst(
    case: Case, numbers: Mapping[str, str], account: str | None = None, links: str | None = None
) -> BurstTimeline:
    """The burst of the most accounts, of one cluster or of those around `account`, and what they post beside it."""
    of = read_link_run(case.folder, links)
    window = of.options.link.window_s
    asked = {"account": account, "gap": max(window, 1.0)}
    asked |= {"edges": str(edges_path(case.folder, of.id)), "members": str(members_path(case.folder, of.id))}
    with connect() as connection:
        found = connection.execute(BURSTS, asked).fetchall()
    moment = datetime.fromtimestamp(0, UTC)
    if not found:
        return BurstTimeline("the case", (), moment, moment, 0, window, tested(of))
    first, last = found[0][3], found[-1][3]
    joint = {(account_id, at) for _, account_id, _, at, _, _ in found}
    accounts = sorted({account_id for account_id, _ in joint})
    room = max(last - first, 60.0)
    beside = case.observations.connection().execute(
        BESIDE,
        {
            "accounts": accounts,
            "first": first - room,
            "last": last + room,
            "begins": first,
            "ends": last,
            "most": AROUND,
        },
    )
    others = [(one, at) for one, at in beside.fetchall() if (one, at) not in joint]
    shown = case.settings.redaction != "numbers"
    posts = [BurstPost(numbers[one], _at(at), False) for one, at in others]
    posts += [BurstPost(numbers[one], _at(at), True, name if shown else "") for _, one, name, at, _, _ in found]
    cluster = found[0][0]
    return BurstTimeline(
        subject=_subject(cluster, account, numbers),
        posts=tuple(posts),
        first=_at(first),
        last=_at(last),
        accounts=len(accounts),
        window_s=window,
        tested=tested(of),
        networks=tuple(sorted({name for row in found for name in row[5]})),
        q=min((row[4] for row in found if row[4] is not None), default=None),
    )


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)


def _subject(cluster: str | None, account: str | None, numbers: Mapping[str, str]) -> str:
    if account is not None:
        return f"those around {numbers[account]}"
    return f"cluster {cluster.rpartition('/c')[2]}" if cluster else "no cluster"


def lags(case: Case, source: str, target: str, numbers: Mapping[str, str], links: str | None = None) -> LagHistogram:
    """Seconds between the joint messages of two accounts, in the network in which they are least likely by chance.

    Raises InputError when they have no edge with known times.
    """
    of = read_link_run(case.folder, links)
    asked = {"edges": str(edges_path(case.folder, of.id)), "source": source, "target": target}
    with connect() as connection:
        row = connection.execute(LAGS, asked).fetchone()
    if row is None:
        raise InputError(
            f"{source} and {target} share nothing within the window in {of.id}. Pairs that do are listed by: "
            "attrigraph query run pairs-that-act-together"
        )
    network, deltas, window, q, shift = row
    known = [delta for delta in deltas if delta is not None]
    return LagHistogram(numbers[source], numbers[target], network, known, window, tested(of), q, shift)


def mirror_card(case: Case, one: str, two: str, numbers: Mapping[str, str]) -> MirrorCard:
    """What was compared of two accounts in the newest search for mirrors. Raises InputError when they were not."""
    from attrigraph.links.mirrors.weights import load_mirror_weights
    from attrigraph.mirroring import mirror_of, read_mirrors

    found = read_mirrors(case)
    mirror = mirror_of(found, one, two)
    redaction = case.settings.redaction
    profiles = _profiles(case, mirror.source, mirror.target)
    sides = profiles.get(mirror.source, {}), profiles.get(mirror.target, {})
    hidden = {}
    for account, side in zip((mirror.source, mirror.target), sides, strict=True):
        hidden[account] = numbers[account]
        if (handle := side.get("handle")) and redaction == "numbers":
            hidden[handle] = hidden[f"@{handle}"] = numbers[account]

    def shown(text: str) -> str:
        return withhold(text, hidden, redaction)

    return MirrorCard(
        left=numbers[mirror.source],
        right=numbers[mirror.target],
        verdict=mirror.verdict,
        fields=tuple(
            _field(item, nats, sides, shown, held=item.signal in PERSONAL and redaction == "numbers")
            for item, nats in zip(mirror.items, mirror.nats, strict=True)
        ),
        p=mirror.p,
        prior=mirror.prior,
        reasons=tuple(map(shown, mirror.reasons)),
        pairs=len(found.mirrors),
        level=load_mirror_weights().verdict.p,
    )


def _profiles(case: Case, *accounts: str) -> dict[str, dict[str, Any]]:
    """The profiles as the search for mirrors reads them, so that what is shown is what was compared."""
    from attrigraph.links.mirrors.blocking import run_sql

    connection = case.observations.connection()
    run_sql(connection, "profiles")
    cursor = connection.execute(PROFILES, {"accounts": list(accounts)})
    names = [column[0] for column in cursor.description]
    return {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


def _field(
    item: Item, nats: float, sides: tuple[Mapping[str, Any], ...], shown: Callable[[str], str], *, held: bool
) -> MirrorField:
    name = item.signal.replace("_", " ")
    values = [side.get(item.signal) for side in sides]
    if not any(item.signal in side for side in sides):
        return MirrorField(name, shown(item.summary), "", _match(item, values, nats), nats, held)
    left, right = (day(v) if isinstance(v, datetime) else v for v in values)
    return MirrorField(name, left, right, _match(item, values, nats), nats, held)


def _match(item: Item, values: list[Any], nats: float) -> Match:
    if None not in values and values[0] == values[1]:
        return "same"
    if item.signal not in LIKENESS:
        return "told"
    return "similar" if nats > 0 else "different"
