"""Simulated twins and clones of real profiles: the truth is consistent, and most of it is found on kinds held out."""

import pytest

from evaluation.mirror_cases import HANDLES, authors, make_case
from evaluation.mirrors import DATA, Tally, measured

pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"the shared data are not here: {DATA.name}")


def test_kinds_of_edits_and_authors_are_held_out() -> None:
    real = authors(str(DATA))
    seen, held = (make_case(real, split, 1, 5) for split in ("seen", "held out"))
    assert HANDLES["seen"].keys().isdisjoint(HANDLES["held out"])
    names = {author.handle for author in real}
    ids = [
        {row["handle"] for row in case.accounts if row["account_id"] == f"x:{row['handle']}"} for case in (seen, held)
    ]
    assert ids[0].isdisjoint(ids[1]) and ids[0] | ids[1] == names


def test_the_truth_names_accounts_of_the_case_and_a_clone_before_its_source() -> None:
    case = make_case(authors(str(DATA)), "held out", 1, 10)
    ids = {row["account_id"] for row in case.accounts}
    assert len(ids) == len(case.accounts) and len(case.truth) == 20
    for pair, (what, one, two) in case.truth.items():
        assert pair == {one, two} <= ids
        assert one.endswith("clone_of") if what == "clone_of" else one < two


def test_most_mirrors_are_found_and_hardly_a_stranger() -> None:
    found = measured("held out", [301], mirrors=20)
    assert found.truth == 40 and found.precision >= 0.9 and found.recall >= 0.75


def test_precision_at_a_recall() -> None:
    tally = Tally(truth=2, ranked=[(0.9, True), (0.8, False), (0.7, True)])
    assert (tally.precision_at(0.5), tally.precision_at(1.0)) == (1.0, 2 / 3)
    assert Tally(truth=3, ranked=[(0.9, True)]).precision_at(0.9) == 0.0
