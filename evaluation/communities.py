"""Communities against labels that took no part: accounts of the Internet Research Agency and their categories.

300 authors, each in one of seven categories that researchers gave by what they posted about (Linvill and Warren 2020).
Linking reads texts, hashtags and times to the minute. The file has no ids of reposted posts, so a repeated text stands
for the post; links in it are shortened anew for every post, and say nothing. Agreement is the adjusted Rand index over
the accounts that have a surviving edge and a known category; chance are the same communities with the categories dealt
anew. A category may be several communities, which lowers the index; purity says how mixed they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attrigraph.duck import connect
from attrigraph.links.clusters import Clusters, find_clusters
from attrigraph.links.communities import adjusted_rand
from attrigraph.links.messages import Messages, read_messages
from attrigraph.links.records import LinkOptions
from attrigraph.links.run import RunOptions, link_networks
from evaluation.rows import SHARED, Row, at_least, missing, said

__all__ = ["by_chance", "purity", "rows"]

DATA = SHARED / "data" / "ira" / "tweets.parquet"
NETWORKS = ("co_retweet", "co_tweet", "co_similar", "hashtag_sequence", "co_hashtag")
WINDOWS = {"60 s": 60.0, "1 hour": 3_600.0, "1 day": 86_400.0}
DEALS, QUICK_DEALS = 1_000, 100
NAMED = 8
POSTS = """
CREATE TABLE posts AS
SELECT row_number() OVER (ORDER BY author, publish_date, content) AS record, record::VARCHAR AS post_id,
       'ira' AS source, 'x:' || author AS account_id, 'x' AS platform, (publish_date || '+00')::TIMESTAMPTZ AS "at",
       content AS text, NULL::VARCHAR AS reply_to, CASE WHEN retweet = 1 THEN md5(content) END AS repost_of,
       []::VARCHAR[] AS urls, regexp_extract_all(content, '#(\\w+)', 1) AS hashtags
FROM read_parquet(?)
"""
CATEGORIES = "SELECT DISTINCT 'x:' || author, account_category FROM read_parquet(?) WHERE account_category <> 'Unknown'"


def rows(quick: bool) -> Iterable[Row]:
    """How well the communities of each window agree with the categories."""
    if not DATA.exists():
        yield missing("communities of 300 IRA authors", f"{DATA.name} is not there")
        return
    with connect() as connection:
        connection.execute(POSTS, [str(DATA)])
        category = dict(connection.execute(CATEGORIES, [str(DATA)]).fetchall())
        messages = read_messages(connection)
        for name, window_s in WINDOWS.items():
            found = _clusters(messages, window_s, draws=20 if quick else 200)
            yield from _measures(name, found, category, QUICK_DEALS if quick else DEALS)
        yield from _largest(found, category)


def _clusters(messages: Messages, window_s: float, draws: int) -> Clusters:
    options = RunOptions(networks=NETWORKS, link=LinkOptions(window_s=window_s), draws=draws)
    with connect() as connection:
        link_networks(messages, options, connection)
        query = "FROM edges WHERE survives ORDER BY network, source, target"
        return find_clusters(connection.execute(query).fetchnumpy())


def _measures(window: str, found: Clusters, category: Mapping[str, str], deals: int) -> Iterator[Row]:
    known = [i for i, account in enumerate(found.fused.accounts) if account in category]
    community, own = found.community[known], np.array([category[found.fused.accounts[i]] for i in known])
    dealt = by_chance(community, own, deals)
    measure, least = f"window {window}: adjusted Rand of communities and categories", np.quantile(dealt, 0.95).item()
    remark = f"{len(known)} of {len(category)} accounts; wanted: 95 % quantile of chance, mean {abs(dealt.mean()):.3f}"
    yield at_least(measure, adjusted_rand(community, own), round(least, 4), remark=remark)
    random = np.random.default_rng(1)
    mixed = np.mean([purity(community, random.permutation(own)) for _ in range(deals)])
    yield said(f"window {window}: purity", f"{purity(community, own):.3f}", f"by chance {mixed:.3f}")
    told = f"{len(found.clusters)} of {found.options.min_members} accounts and more"
    how = f"{found.method}, resolution {found.resolution:g}, seeds agree {found.agreement:.3f}"
    yield said(f"window {window}: clusters", told, how)


def _largest(found: Clusters, category: Mapping[str, str]) -> Iterator[Row]:
    for cluster in found.clusters[:NAMED]:
        counts = Counter(category.get(account, "not known") for account in cluster.accounts)
        yield said(
            f"{cluster.id}, {len(cluster.accounts)} accounts", ", ".join(f"{c} {n}" for c, n in counts.most_common())
        )


def by_chance(community: NDArray[Any], category: NDArray[Any], deals: int, seed: int = 1) -> NDArray[np.float64]:
    """The adjusted Rand index with the categories dealt anew, once for every deal."""
    random = np.random.default_rng(seed)
    return np.array([adjusted_rand(community, random.permutation(category)) for _ in range(deals)])


def purity(community: NDArray[Any], category: NDArray[Any]) -> float:
    """Share of the things that are in the most frequent category of their community; single things are."""
    pairs = Counter(zip(community.tolist(), category.tolist(), strict=True))
    most: dict[Any, int] = {}
    for (label, _), count in pairs.items():
        most[label] = max(count, most.get(label, 0))
    return sum(most.values()) / len(community) if len(community) else 1.0
