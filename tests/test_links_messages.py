"""Reading posts as integers, and what the sweep does with many of them."""

import numpy as np
import pytest

from attrigraph.links.compute import compute
from attrigraph.links.messages import codes, read_messages
from attrigraph.links.networks import NETWORKS, rows_of
from attrigraph.links.records import LinkOptions
from attrigraph.links.sweep import MIX, Rows, by_key, once, sweep, windows
from attrigraph.loaders.observations import Observations
from tests.links_posts import Post, messages_of, weights
from tests.loading import Bench
from tests.observed import Rows as Tables

ONE = LinkOptions(min_weight=1)


def test_files_in_any_order_and_a_post_in_both(tmp_path):
    bench = Bench(tmp_path)
    head = "post_id,account_id,at,text,repost_of\n"
    late = head + "".join(f"{n},b,2026-01-02T00:00:{n:02}Z,,o{n}\n" for n in (50, 9, 30))
    early = (
        head
        + "9,a,2025-01-01T00:00:00Z,,o9\n"
        + "".join(f"{n + 100},a,2026-01-02T00:01:{n:02}Z,,o{n}\n" for n in (30, 9))
    )
    for name, content in (("late.csv", late), ("early.csv", early)):
        bench.load(name, content, platform="x")
    messages = read_messages(Observations(bench.folder).connection())
    edges = compute(messages, "co_retweet", ONE)
    first_wins = messages.repeated == 1 and len(messages) == 5
    assert first_wins and (np.diff(messages.at) >= 0).all()
    found = {(e.source, e.target): e.message_ids for e in edges}
    assert found["x:a", "x:b"][-1] == "130"
    assert messages.ids()[4] == "130" and messages.values("post_id", np.array([4, 3])) == ["130", "109"]


def test_posts_without_ids_are_told_apart_by_their_record():
    rows = [p.row(0) | {"post_id": None, "source": s} for s, p in (("s1", Post("A", 0)), ("s2", Post("B", 1)))]
    messages = read_messages(Tables(posts=rows).connection())
    assert list(messages.ids()) == ["s1:line 1", "s2:line 2"]


def test_ids_of_a_few_messages_without_reading_all():
    messages = messages_of(Post("A", 9, id="late"), Post("B", 1, id="early"))
    assert messages.ids().pick(np.array([1, 0, 1])) == ["late", "early", "late"]
    assert not messages._ids


def test_200_000_shares_of_one_link_within_the_window():
    connection = Tables().connection()
    connection.execute(
        'INSERT INTO posts (post_id, account_id, platform, "at", urls, source, record) '
        "SELECT i::VARCHAR, 'x:' || i, 'x', TIMESTAMPTZ '2026-01-01 00:00:00Z' + to_milliseconds(i // 4), "
        "['http://example.org/hot'], 's1', i::VARCHAR FROM range(200000) t(i)"
    )
    found = compute(read_messages(connection), "co_link", ONE)
    assert len(found) == 0
    assert [(h.key, h.accounts, h.pairs > 2e10) for h in found.hot] == [("http://example.org/hot", 200_000, True)]


def test_more_pairs_of_one_account_than_fit_in_a_block():
    posts = [Post(u, n / 100, repost="O") for n in range(700) for u in "AB"]
    edges = compute(messages_of(*posts), "co_retweet", LinkOptions(min_weight=700))
    assert weights(edges) == {"A>B": 700, "B>A": 700}


@pytest.mark.parametrize("seed", range(5))
def test_keys_that_look_alike_are_told_apart(seed):
    dice = np.random.default_rng(seed)
    inverse = pow(int(MIX), -1, 2**64)
    alike = np.array([n * inverse % 2**64 for n in range(40)], dtype=np.uint64).view(np.int64)  # mixed, 0 to 39
    key = alike[dice.integers(0, 40, 500)]
    order = by_key(key)
    values, counts = np.unique(key, return_counts=True)
    assert sorted(order.tolist()) == np.flatnonzero(np.isin(key, values[counts > 1])).tolist()
    assert len(once(key[order])) == 1 + (np.diff(key[order]) != 0).sum()  # equal keys stand together
    together = key[order][1:] == key[order][:-1]
    assert (np.diff(order)[together] > 0).all()


def test_more_keys_and_time_than_one_axis_holds():
    at = np.arange(40, dtype=np.int64) * 2**52
    rows = Rows(np.arange(40) % 20, np.arange(40) // 20, at, np.arange(40))
    assert sweep(windows(rows, 20 * 2**52), 2, 1).messages.tolist() == list(range(40))
    assert sweep(windows(rows, 20 * 2**52 - 1), 2, 1).messages.tolist() == []


def test_too_many_accounts_to_pack():
    rows = rows_of(messages_of(Post("A", 0, repost="O"), Post("B", 0, repost="O")), NETWORKS["co_retweet"], ONE)
    with pytest.raises(OverflowError, match="do not fit"):
        sweep(windows(rows, 0), 2**31, 1)


def test_codes_where_hashes_share_their_upper_bits():
    known = np.array([1, 2, 3, -1, -2, 2**62], dtype=np.int64)
    assert codes(known[[5, 0, 3, 2, 2, 1, 4]], known).tolist() == [5, 0, 3, 2, 2, 1, 4]
    assert codes(known[:0], known[:0]).tolist() == []
