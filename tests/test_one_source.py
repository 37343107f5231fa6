"""One address seen through several windows is one source."""

from __future__ import annotations

import pytest

from attrigraph.inference.one_source import one_source
from attrigraph.inference.signal import PointSignal, Sighting
from attrigraph.inference.signals import admin_country, login_ip, platform_country, platform_region, store_country

LOGIN, LABEL, REGION = login_ip.SIGNAL, platform_country.SIGNAL, platform_region.SIGNAL
MANAGERS, STORE = admin_country.SIGNAL, store_country.SIGNAL


def seen(signal: PointSignal, *places: str, alpha: float = 0.85, n: float = 1.0) -> tuple[PointSignal, Sighting]:
    return signal, Sighting("x:1", places, alpha, signal.name, f"{signal.name}.", n, sources=(f"s1:{signal.name}",))


def names(pairs: list[tuple[PointSignal, Sighting]]) -> list[tuple[str, tuple[str, ...]]]:
    return [(signal.name, sighting.places) for signal, sighting in pairs]


def test_a_label_that_repeats_the_logins_is_told_with_the_strongest_of_them() -> None:
    home, exit_ = seen(LOGIN, "PT", alpha=0.89, n=2.0), seen(LOGIN, "PT", alpha=0.05)

    kept, other = one_source([seen(LABEL, "PT"), exit_, home])
    assert (other[1].alpha, other[1].n) == (0.89, 2.0)
    assert other[1].summary == "login_ip. platform_country. This is the same source and not counted again."
    assert other[1].sources == ("s1:login_ip", "s1:platform_country")
    assert kept == exit_


@pytest.mark.parametrize(
    ("given", "left"),
    [
        pytest.param([seen(LABEL, "US"), seen(LOGIN, "PT")], [("login_ip", ("PT",)), ("platform_country", ("US",))],
                     id="a label that contradicts the logins stays"),
        pytest.param([seen(REGION, "NO", "PT"), seen(LOGIN, "PT")], [("login_ip", ("PT",))],
                     id="a region around the logins repeats them"),
        pytest.param([seen(LABEL, "PT"), seen(LOGIN, "ES", "PT")],
                     [("login_ip", ("ES", "PT")), ("platform_country", ("PT",))],
                     id="a label tells more than an address two databases place differently"),
        pytest.param([seen(LABEL, "PT"), seen(MANAGERS, "PT", alpha=0.5)], [("platform_country", ("PT",))],
                     id="of two labels the stronger stays"),
        pytest.param([seen(LABEL, "PT"), seen(STORE, "PT")],
                     [("store_country", ("PT",)), ("platform_country", ("PT",))],
                     id="a store is another source"),
    ],
)  # fmt: skip
def test_labels_stay_unless_they_repeat_addresses(
    given: list[tuple[PointSignal, Sighting]], left: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert names(one_source(given)) == left
