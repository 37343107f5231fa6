"""Mobile carriers as telephones and exports write them."""

import csv
from pathlib import Path

import pytest

from attrigraph.loaders.places import place_of_signal


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("us.verizon", ("US",)),
        ("Ncell", ("NP",)),
        ("vodafone PT", ("PT",)),
        ("O2 - DE", ("DE",)),
        ("MTS RUS", ("RU",)),
        ("Vodafone (TR)", ("TR",)),
        ("MTN Nigeria", ("NG",)),
        ("JIO 4G", ("IN",)),
        ("Telenor PK LTE", ("PK",)),
    ],
)
def test_the_territory_of_a_carrier(written: str, codes: tuple[str, ...]) -> None:
    place = place_of_signal("sim_carrier", written)
    assert place is not None
    assert place.codes == codes


@pytest.mark.parametrize(
    ("brand", "some"),
    [
        ("Vodafone", "CY DE PT TR"),
        ("Airtel", "GG IN KE NG"),
        ("MTN", "CM GH NG SZ ZA"),
        ("A1", "AT BG BY HR MK RS SI"),
        ("Zain", "BH IQ JO KW SA SD SS"),
        ("3", "AT GB HK ID IE SE"),
        ("three", "AT GB HK ID IE SE"),
        ("Yettel", "BG HU RS"),
        ("Orange LTE", "BE ES FR PL RO"),
    ],
)
def test_a_brand_of_several_territories_names_all_of_them(brand: str, some: str) -> None:
    place = place_of_signal("sim_carrier", brand)
    assert place is not None
    assert place.code is None
    assert set(some.split()) <= set(place.codes)


def test_the_tables_of_brands_say_where_they_are_from() -> None:
    with (Path(__file__).resolve().parent.parent / "tools" / "carrier_brands.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        place = place_of_signal("sim_carrier", row["brand"])
        assert place and row["source"]
        assert set(row["territories"].split()) <= set(place.codes)


@pytest.mark.parametrize("written", ["Home WIFI", "No SIM", "ROAMING", "x" * 500 + " PT"])
def test_what_is_no_carrier_names_none(written: str) -> None:
    assert place_of_signal("sim_carrier", written) is None
