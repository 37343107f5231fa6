"""Coordinates on posts and photos."""

from __future__ import annotations

from typing import Any

from case_graph import CaseGraph
from observed import Rows, at

from attrigraph.graph import Store
from attrigraph.inference.signal import Skipped
from attrigraph.inference.signals.geotag import SIGNAL
from attrigraph.inference.weights import load_weights
from attrigraph.points import territories_at

LISBON, STRASBOURG, PARIS, AT_SEA = (38.72, -9.14), (48.58, 7.75), (48.85, 2.35), (0.0, 0.0)


def tagged(account: str, point: tuple[float, float], *days: int) -> list[dict[str, Any]]:
    y, x = point
    return [{"account_id": account, "at": at(f"2026-03-{d:02d} 09:00"), "latitude": y, "longitude": x} for d in days]


def test_tags_on_three_days_are_a_sighting_and_fewer_are_none(store: Store) -> None:
    CaseGraph(store)
    rows = Rows(posts=tagged("x:1", LISBON, 1, 2, 2, 3) + tagged("x:2", LISBON, 1, 1, 2))

    (found,) = SIGNAL.sightings(store, rows, load_weights())
    assert (found.account, found.places, found.alpha, found.count) == ("x:1", ("PT",), 0.85, 3)
    assert found.summary == "Posts carry coordinates in Portugal on 3 days, 4 in all."
    assert (found.first_at, found.last_at) == (at("2026-03-01 09:00"), at("2026-03-03 09:00"))
    assert found.sources == ("s1:line 1", "s1:line 2", "s1:line 3", "s1:line 4")


def test_a_tag_near_a_border_goes_where_the_others_are_and_else_names_both(store: Store) -> None:
    CaseGraph(store)
    rows = Rows(posts=tagged("x:1", PARIS, 1, 2) + tagged("x:1", STRASBOURG, 3) + tagged("x:2", STRASBOURG, 1, 2, 3))

    found = {s.account: s.places for s in SIGNAL.sightings(store, rows, load_weights())}
    assert found == {"x:1": ("FR",), "x:2": ("DE", "FR")}


def test_points_in_no_territory_and_what_is_no_point_are_counted(store: Store) -> None:
    CaseGraph(store)
    values = [f"{LISBON[0]}, {LISBON[1]}", "Lisbon", "nan, nan", "999, 0"]
    signals = [
        {"account_id": "x:1", "signal": "geotag", "value": v, "observed_at": at("2026-03-03 09:00")} for v in values
    ]
    rows = Rows(posts=tagged("x:1", LISBON, 1, 2) + tagged("x:1", AT_SEA, 1, 2), signals=signals)

    unread, at_sea, found = SIGNAL.sightings(store, rows, load_weights())
    assert unread == Skipped("not coordinates", 2)
    assert at_sea == Skipped("coordinates in no territory", 3)
    assert (found.places, found.count) == (("PT",), 3)


def test_territories_found_at_loading_count_where_the_coordinates_are_coarse(store: Store) -> None:
    CaseGraph(store)
    coarse = [row | {"latitude": 49.0, "longitude": 8.0} for row in tagged("x:1", STRASBOURG, 1, 2, 3)]
    signals = [
        {
            "account_id": "x:2",
            "signal": "geotag",
            "value": "39,-9",
            "territory": "PT",
            "observed_at": at(f"2026-03-{day:02d} 09:00"),
        }
        for day in (1, 2, 3)
    ]
    rows = Rows(posts=[row | {"territory": "FR"} for row in coarse], signals=signals)

    found = {s.account: s.places for s in SIGNAL.sightings(store, rows, load_weights())}
    assert found == {"x:1": ("FR",), "x:2": ("PT",)}
    assert territories_at([49.0], [8.0]) == [("DE", "FR")]


def test_territories_of_points() -> None:
    points = {
        "Maseru": (-29.31, 27.48),
        "Cayenne": (4.92, -52.31),
        "Pristina": (42.66, 21.16),
        "Suva": (-18.14, 178.44),
    }
    points |= {"Simferopol": (44.95, 34.1), "pole": (-90.0, 180.0), "nan": (float("nan"), 1.0), "far": (91.0, 1.0)}

    found = dict(
        zip(points, territories_at([y for y, _ in points.values()], [x for _, x in points.values()]), strict=True)
    )
    assert found["Maseru"] == ("LS", "ZA")
    assert [found[n] for n in ("Cayenne", "Pristina", "Suva")] == [("GF",), ("XK",), ("FJ",)]
    assert found["Simferopol"] == ("RU", "UA")
    assert found["nan"] == found["far"] == ()
