"""Several editions of one source: each speaks about the time nearest to its date."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from case_graph import CaseGraph
from mmdb_writer import MMDBWriter
from netaddr import IPSet
from observed import Rows, at

from attrigraph.errors import InputError
from attrigraph.graph import Store
from attrigraph.inference.signals.hidden_logins import SIGNAL as HIDDEN_LOGINS
from attrigraph.inference.signals.login_ip import SIGNAL as LOGIN_IP
from attrigraph.inference.signals.registration_ip import SIGNAL as REGISTRATION_IP
from attrigraph.inference.weights import load_weights
from attrigraph.loaders.enrich import enrich
from attrigraph.loaders.ip import IpFacts, IpSources, lookup
from attrigraph.loaders.ip.kinds import NETWORK_TYPES
from attrigraph.loaders.ip.lookup import Used

MARCH, MAY, JUNE, AUGUST = (datetime(2026, month, 1, tzinfo=UTC).timestamp() for month in (3, 5, 6, 8))
MOVED = "139.28.84.1"


def built(path: Path, day: float, code: str) -> Path:
    """A database of countries, built that day, in which the network is in one territory."""
    writer = MMDBWriter(6, "GeoLite2-Country", ipv4_compatible=True)
    writer.insert_network(IPSet(["139.28.84.0/24"]), {"country": {"iso_code": code}})
    with mock.patch("mmdb_writer.time.time", return_value=day):
        writer.to_db_file(str(path))
    return path


@pytest.fixture
def two_builds(tmp_path: Path) -> IpSources:
    march = built(tmp_path / "march.mmdb", MARCH, "FR")
    return IpSources.from_files(databases=[built(tmp_path / "august.mmdb", AUGUST, "GB"), march])


def used(*spans: tuple[float, float]) -> Used:
    first, last = np.array(spans, np.float64).T
    return first, last


def said(facts: IpFacts, at_: int = 0) -> list[tuple[str, str]]:
    """What sources other than the bundled one say: date of the build and territory."""
    return [(p.build_date, p.codes[p.at[at_]]) for p in facts.places[1:] if p.at[at_] >= 0]


def test_builds_of_one_database_are_editions_of_one_source(two_builds: IpSources) -> None:
    assert [s.source for s in two_builds.databases] == ["GeoLite2-Country", "GeoLite2-Country 2026-03-01"]
    assert two_builds.editions() == {"GeoLite2-Country": ("2026-03-01", "2026-08-01")}


def test_the_build_nearest_to_the_use_speaks(two_builds: IpSources) -> None:
    spans = [(MARCH, MARCH), (AUGUST, AUGUST), (MARCH, AUGUST), (float("nan"), float("nan"))]
    facts = lookup([MOVED] * 4, two_builds, used(*spans))

    both = [("2026-08-01", "GB"), ("2026-03-01", "FR")]
    assert [said(facts, i) for i in range(4)] == [[both[1]], [both[0]], both, [both[0]]]
    assert [bool(d) for d in facts.disagreement[[0, 2]]] == [len({"FR", facts_of_bundled()}) > 1, True]
    assert said(lookup([MOVED], two_builds)) == [both[0]]


def facts_of_bundled() -> str:
    place = lookup([MOVED]).places[0]
    return place.codes[place.at[0]]


def vpn_lists(folder: Path, **addresses: str) -> list[tuple[str, str]]:
    """Lists called vpn.txt, each of one address, by month of 2026."""
    given = []
    for month, address in addresses.items():
        path = folder / month / "vpn.txt"
        path.parent.mkdir()
        path.write_text(f"{address}\n")
        given.append(("vpn", f"{path},date=2026-{month[1:]}-01"))
    return given


def test_a_list_of_two_dates_tells_the_network_of_each_time(tmp_path: Path) -> None:
    given = vpn_lists(tmp_path, m03=MOVED, m08="9.9.9.9")
    sources = IpSources.from_files(given)

    facts = lookup([MOVED, MOVED], sources, used((MARCH, MAY), (JUNE, AUGUST)))
    assert [NETWORK_TYPES[i] for i in facts.network_type] == ["vpn", "unknown"]
    assert facts.deciders[facts.decided_by[0]] == "vpn.txt (vpn, 2026-03-01)"
    newer = IpSources.from_files([("vpn", f"{tmp_path / 'm08' / 'vpn.txt'},date=2026-09-01")])
    assert [s.date for s in sources.joined(newer).lists] == ["2026-09-01"]
    with pytest.raises(InputError, match=r"Two lists of vpn are called vpn\.txt and have one date"):
        IpSources.from_files([given[0], given[0]])


def located(store: Store) -> set[tuple[str, str, str]]:
    text = "MATCH (:IPAddress)-[l:LOCATED_IN]->(t:Territory) RETURN l.source, l.build_date, t.code"
    return {tuple(row) for row in store.read_only(text, {}).rows if not row[0].startswith("geo-whois")}


def test_enrichment_reads_when_addresses_were_in_use(store: Store, two_builds: IpSources) -> None:
    case = CaseGraph(store)
    case.accounts("x:1")
    case.address(MOVED, None)
    case.login("x:1", MOVED, first="03-01", last="04-01")
    enrich(store, two_builds)
    assert located(store) == {("GeoLite2-Country 2026-03-01", "2026-03-01", "FR")}

    case.registered("x:1", MOVED, "08-01")
    enrich(store, two_builds)
    assert located(store) == {
        ("GeoLite2-Country 2026-03-01", "2026-03-01", "FR"),
        ("GeoLite2-Country", "2026-08-01", "GB"),
    }


def test_logins_are_placed_where_the_network_was_at_their_time(store: Store) -> None:
    case = CaseGraph(store, "FR", "GB")
    case.accounts("x:1")
    case.address(MOVED, "residential")
    for source, day, code in (("a", "2026-08-01", "GB"), ("a 2026-03-01", "2026-03-01", "FR")):
        row = {"start": MOVED, "end": code, "source": source, "kind": "country", "build_date": day}
        store.write_relationships("LOCATED_IN", "IPAddress", "Territory", [row])
    case.registered("x:1", MOVED, "03-01")
    moments = [at("2026-03-01 12:00"), at("2026-05-16 11:59"), at("2026-05-16 12:00")]
    logins = Rows(logins=[{"account_id": "x:1", "ip": MOVED, "at": moment} for moment in moments])

    found = {s.places: s.first_at for s in LOGIN_IP.sightings(store, logins, load_weights())}
    assert found == {("FR",): moments[0], ("GB",): moments[2]}
    (created,) = REGISTRATION_IP.sightings(store, logins, load_weights())
    assert created.places == ("FR",)


def types(store: Store) -> tuple[str, list[str]]:
    """Of the only address: the worst type, and the types over time."""
    (row,) = store.read_only("MATCH (i:IPAddress) RETURN i.network_type, i.types_over_time", {}).rows
    return row[0], row[1]


def test_logins_are_weighed_by_the_type_of_network_at_their_time(store: Store, tmp_path: Path) -> None:
    case = CaseGraph(store, "PT")
    case.accounts("x:1")
    case.address(MOVED, None)
    case.login("x:1", MOVED, first="03-01", last="08-01")
    case.registered("x:1", MOVED, "03-01")
    moments = [at("2026-03-02 12:00"), at("2026-05-16 12:00"), at("2026-08-01 12:00")]
    logins = Rows(logins=[{"account_id": "x:1", "ip": MOVED, "at": moment} for moment in moments])

    enrich(store, IpSources.from_files(vpn_lists(tmp_path, m03="9.9.9.9", m08=MOVED)))
    assert types(store) == ("vpn", ["unknown", "2026-05-16T12:00:00+00:00 vpn"])
    kinds = {s.pool: s.count for s in LOGIN_IP.sightings(store, logins, load_weights())}
    assert kinds == {"login_ip/unknown": 1, "login_ip/vpn": 2}
    (used_,) = HIDDEN_LOGINS.conduct(store, logins, load_weights(), {})
    assert used_.summary.startswith("2 of 3 logins")
    (created,) = REGISTRATION_IP.sightings(store, logins, load_weights())
    assert created.pool == "registration_ip/unknown"

    enrich(store, IpSources.from_files(vpn_lists(tmp_path, m09=MOVED)))
    assert types(store) == ("vpn", [])
    assert [s.pool for s in LOGIN_IP.sightings(store, logins, load_weights())] == ["login_ip/vpn"]
