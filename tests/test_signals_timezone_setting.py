"""The time zone a profile is set to."""

from __future__ import annotations

import pytest
from case_graph import CaseGraph
from observed import Rows
from test_signals_ui_language import profile, profiles

from attrigraph.graph import Store
from attrigraph.inference.signals.timezone_setting import SIGNAL
from attrigraph.inference.zones import is_los_angeles, main_offsets_s, zone_shares
from attrigraph.territories import territories


def test_filled_zones_are_read(store: Store) -> None:
    CaseGraph(store).accounts("x:1", time_zone="Lisbon")
    (found,) = SIGNAL.fields(store, Rows(accounts=[{"account_id": "x:1", "time_zone": "Lisbon"}]))

    assert (found.value, found.sources) == ("Lisbon", ("s1:line 1",))


@pytest.mark.parametrize(
    ("value", "code", "share"),
    [
        ("Europe/Moscow", "RU", 0.61),
        ("Moscow", "RU", 0.63),
        ("(GMT+03:00) Moscow", "RU", 0.63),
        ("Asia/Calcutta", "IN", 1.0),
        ("america/new_york", "US", 0.43),
        ("Eastern Time (US & Canada)", "CA", 0.58),
        ("UTC+05:45", "NP", 1.0),
        ("GMT-3", "UY", 1.0),
    ],
)
def test_the_share_of_people_who_live_by_the_zone(value: str, code: str, share: float) -> None:
    assert (zone_shares(value) or {})[code] == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize("value", ["", "UTC", "Etc/UTC", "GMT", "Middle-earth", "+", "UTC+99:99"])
def test_what_is_no_zone_of_people_says_nothing(value: str) -> None:
    assert zone_shares(value) is None


def test_the_zone_delivered_by_platforms_does_not_leak() -> None:
    assert is_los_angeles("Pacific Time (US & Canada)")
    assert not any(profile(profiles(), location_text="Lisboa", timezone_setting="Pacific Time (US & Canada)").leaks)
    assert profile(profiles(), location_text="Austin, TX", timezone_setting="Moscow").leaks == (False, True)


def test_nearly_every_territory_has_a_clock() -> None:
    assert set(territories()) - set(main_offsets_s()) == {"BV", "HM"}
    assert main_offsets_s()["RU"] == 3 * 3600
