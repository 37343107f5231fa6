"""Coordinates and towns: coarse by default, with the territory found before."""

from __future__ import annotations

import json
from pathlib import Path

from loading import Bench

from attrigraph.loaders.observations import Observations

POSTS = """post_id,account_id,at,text,lat,lon,city
1,x:1,2026-01-02T03:04:05Z,a,48.5801,7.7502,Strasbourg
2,x:1,2026-01-02T03:04:05Z,b,38.7223,-9.1393,Lisbon
3,x:1,2026-01-02T03:04:05Z,c,0.01,0.02,
4,x:1,2026-01-02T03:04:05Z,d,38.7223N,-9.1393,Lisbon
5,x:1,2026-01-02T03:04:05Z,e,,,
"""


def test_coordinates_of_posts_are_stored_whole_with_their_territories(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    report = bench.load("posts.csv", POSTS)

    assert bench.table("posts", "latitude", "longitude", "territory", "raw", "unread") == [
        (49.0, 8.0, "DE FR", None, None),
        (39.0, -9.0, "PT", None, None),
        (0.0, 0.0, "", None, None),
        (None, -9.0, None, None, '{"latitude":["38.7…"]}'),
        (None, None, None, None, None),
    ]
    assert report.notes == ("Fine locations are left out: city. With --keep-fine-location they are kept.",)


def test_nothing_fine_is_in_the_files_of_the_case(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    lines = [
        json.dumps({"post_id": f"{i}", "account_id": "x:1", "at": 1767323045, "geo": [38.7223, -9.1393], "n": i})
        for i in range(3)
    ]
    bench.load("posts.csv", POSTS)
    bench.load("posts.jsonl", "\n".join(lines))
    rows = ['x:1,geotag,"38.7223, -9.1393",Lisbon', "x:1,geotag,Praia de Lisbon,"]
    bench.load("signals.csv", "account_id,signal,value,town\n" + "\n".join(rows))

    observed = Observations(bench.folder)
    kept = str([observed.connection().table(name).fetchall() for name in ("posts", "signals")])
    kept += str([observed.rejects(source) for source in observed.sources()])
    assert not [fine for fine in ("38.72", "48.58", "-9.13", "Lisbon", "Strasbourg") if fine in kept]
    assert bench.table("signals", "value", "territory") == [("39,-9", "PT")]


def test_fine_locations_are_kept_when_asked(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    report = bench.load("posts.csv", POSTS, keep_fine_location=True)

    assert bench.table("posts", "latitude", "longitude", "territory", "raw")[:2] == [
        (48.5801, 7.7502, "DE FR", '{"city":"Strasbourg"}'),
        (38.7223, -9.1393, "PT", '{"city":"Lisbon"}'),
    ]
    assert report.notes == ("Kept in raw, not read: city.",)


def test_a_geotag_that_is_no_point_is_a_reject(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    rows = ["x:1,geotag,Rua Augusta 3", 'x:1,geotag,"91, 0"', "x:1,platform_country,Lisbon", 'x:1,geotag,"10, 20"']
    report = bench.load("signals.csv", "account_id,signal,value\n" + "\n".join(rows))

    assert report.reasons == {"value: not coordinates": 2}
    assert bench.table("signals", "value", "territory") == [("Lisbon", None), ("10,20", "TD")]
