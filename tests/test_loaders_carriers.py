"""Mobile carriers as telephones and exports write them."""

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


@pytest.mark.parametrize("written", ["Vodafone", "Airtel", "Home WIFI", "No SIM", "ROAMING", "x" * 500 + " PT"])
def test_brands_of_many_territories_name_none(written: str) -> None:
    assert place_of_signal("sim_carrier", written) is None
