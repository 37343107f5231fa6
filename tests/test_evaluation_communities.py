"""Measures of communities against categories, by hand; and the module runs where its data are."""

from __future__ import annotations

import numpy as np
import pytest

from attrigraph.links.communities import adjusted_rand
from evaluation import communities


def test_purity_by_hand():
    community, category = np.array([0, 0, 0, 1, 1, 2]), np.array(["a", "a", "b", "b", "b", "a"])
    assert communities.purity(community, category) == 5 / 6
    assert communities.purity(community[:0], category[:0]) == 1.0


def test_chance_is_no_agreement_on_average():
    community, category = np.repeat(np.arange(6), 10), np.tile(np.arange(3), 20)
    dealt = communities.by_chance(community, category, 400)
    assert len(dealt) == 400
    assert dealt.mean() == pytest.approx(0.0, abs=0.01)
    assert adjusted_rand(community, community) > np.quantile(dealt, 0.95)
    assert (dealt == communities.by_chance(community, category, 400)).all()


def test_without_data_nothing_is_measured(monkeypatch, tmp_path):
    monkeypatch.setattr(communities, "DATA", tmp_path / "tweets.parquet")
    (row,) = communities.rows(quick=True)
    assert (row.found, row.reached) == ("not measured", None)
