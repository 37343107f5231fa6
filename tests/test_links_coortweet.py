"""Networks as CooRTweet makes them: its hand cases, and its own data to the last row."""

import csv

import numpy as np
import pytest

from attrigraph.links.coortweet import Shares, coortweet, read_shares, shares_of
from attrigraph.links.records import LinkOptions
from tests.links_posts import Post, messages_of
from tests.shared_data import coortweet_data


def shares(text: str) -> Shares:
    """`O A c1 0; O B c2 10`: object, account, content, second."""
    rows = sorted((part.split() for part in text.split(";")), key=lambda row: float(row[3]))
    names = sorted({row[1] for row in rows})
    code = {name: n for n, name in enumerate(sorted({row[i] for row in rows for i in (0, 2)}))}
    columns = ([code[r[0]] for r in rows], [names.index(r[1]) for r in rows], [code[r[2]] for r in rows])
    at = np.array([float(row[3]) * 1e6 for row in rows]).astype(np.int64)
    return Shares(*(np.array(c, dtype=np.int64) for c in columns), at, names)


@pytest.mark.parametrize(
    ("text", "window", "least", "edges"),
    [
        ("O A c1 0; O B c2 10", 10, 1, "A-B 1"),
        ("O A c1 0; O B c2 10", 9, 1, ""),
        (C2 := "O A c1 0; O A c2 1; O A c3 2; O B c4 3; O B c5 4", 10, 1, "A-B 6"),
        (C2, 2, 1, "A-B 3"),
        (
            C3 := "O1 A c1 0; O1 B c3 1; O1 F c11 2; O2 A c2 100; O2 C c5 101; O3 D c7 0; O3 E c9 1;"
            "X B c4 500; Y C c6 600; Z1 D c8 900; Z2 E c10 901",
            10, 2, "A-B 1, A-C 1",
        ),
        (C3, 10, 1, "A-B 1, A-C 1, A-F 1, B-F 1, D-E 1"),
        ("O A c1 0; O A c2 1; O B O 2; O C c3 3", 10, 1, "A-C 2"),
    ],
)  # fmt: skip
def test_hand_cases(text, window, least, edges):
    found = coortweet(shares(text), window, least)
    assert ", ".join(f"{e.source}-{e.target} {e.weight}" for e in found) == edges


def test_sides_of_an_edge():
    (edge,) = coortweet(shares(C2), 10, 1)
    assert (edge.mean_delta_s, edge.n_older, edge.n_newer, edge.symmetry) == (2.5, 3, 2, pytest.approx(2 / 3))
    mixed = "O1 A c1 0; O1 B c2 1; O1 B c3 2; O1 B c4 3; O2 B c5 100; O2 A c6 101; O2 A c7 102; O2 A c8 103"
    (edge,) = coortweet(shares(mixed), 10, 1)
    assert (edge.n_older, edge.n_newer, edge.symmetry) == (2, 6, pytest.approx(1 / 3))
    assert (edge.n_source, edge.n_target, edge.symmetry_own) == (4, 4, 1)


def test_posts_of_a_case_are_shares():
    posts = [Post("A", 0, repost="O"), Post("B", 3, repost="O"), Post("A", 50), Post("B", 4, repost="P")]
    found = coortweet(shares_of(messages_of(*posts), "co_retweet", LinkOptions(mode="coortweet")), 10, 1)
    assert [(e.source, e.target, e.weight) for e in found] == [("x:A", "x:B", 1)]


@pytest.fixture(scope="module")
def russian() -> Shares:
    return read_shares(coortweet_data("russian_coord_tweets.parquet"))


@pytest.mark.parametrize(
    ("window", "least", "totals"),
    [
        (10, 5, (22, 23, 20)),
        (10, 2, (447, 525, 442)),
        (60, 5, (1235, 772, 1193)),
        (60, 1, (6281, 3954, 6206)),
        (120, 2, (7883, 2778, 7696)),
    ],
)
def test_pairs_accounts_and_edges_of_its_own_data(russian, window, least, totals):
    found = coortweet(russian, window, least)
    assert (found.pairs, len({*found.source, *found.target}), len(found)) == totals


@pytest.mark.parametrize(("window", "least", "mixed"), [(10, 2, 0), (60, 5, 3)])
def test_every_row_of_the_golden_files(russian, window, least, mixed):
    with coortweet_data(f"golden_tw{window}_minp{least}.csv").open(encoding="utf-8") as file:
        golden = {tuple(sorted((row["from"], row["to"]))): row for row in csv.DictReader(file)}
    found = {(e.source, e.target): e for e in coortweet(russian, window, least)}
    assert found.keys() == golden.keys()
    for pair, row in golden.items():
        edge = found[pair]
        assert (edge.weight, edge.n_older, edge.n_newer, int(edge.strong)) == tuple(
            int(row[name]) for name in ("weight", "n_content_id", "n_content_id_y", "weight_threshold")
        )
        assert edge.mean_delta_s == pytest.approx(float(row["avg_time_delta"]), abs=1e-9)
        assert edge.symmetry == pytest.approx(float(row["edge_symmetry_score"]), abs=1e-9)
    assert sum(e.symmetry != pytest.approx(e.symmetry_own) for e in found.values()) == mixed
