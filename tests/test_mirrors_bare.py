"""Accounts without a profile row: they post or use something, and are compared by that alone."""

from __future__ import annotations

from observed import Rows

from attrigraph.links.mirrors.find import find_mirrors


def test_accounts_without_a_profile_are_compared_by_what_they_share() -> None:
    devices = [{"account_id": f"x:{n}", "kind": "device", "value": "d1"} for n in (1, 2)]
    rows = Rows(accounts=[{"account_id": "x:1", "handle": "harbour"}], identifiers=devices)
    (pair,) = find_mirrors(rows.connection()).mirrors
    assert (pair.source, pair.target, pair.verdict) == ("x:1", "x:2", "insufficient")
