"""Look-up by column: sources side by side, one decision about the network type, and what counts as checked."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mmdb_writer import MMDBWriter
from netaddr import IPSet
from shared_data import ip_lists, maxmind

from attrigraph.loaders.ip import IpFacts, IpSources, lookup
from attrigraph.loaders.ip.kinds import NETWORK_TYPES, PRECEDENCE


def given_lists(tmp_path: Path, **lists: str) -> IpSources:
    """Lists by kind, written to files dated 2026-08-22."""
    found = []
    for kind, text in lists.items():
        path = tmp_path / f"{kind}.txt"
        path.write_text(text)
        found.append((kind, f"{path},date=2026-08-22"))
    return IpSources.from_files(found)


def decision(facts: IpFacts, at: int = 0) -> tuple[str, str]:
    return NETWORK_TYPES[facts.network_type[at]], facts.deciders[facts.decided_by[at]]


def places(facts: IpFacts, at: int = 0) -> list[tuple[str, str, str]]:
    return [(p.source, p.kind, p.codes[p.at[at]]) for p in facts.places if p.at[at] >= 0]


def country_database(path: Path, rows: dict[str, str]) -> Path:
    writer = MMDBWriter(6, "country ipvAll", ipv4_compatible=True)
    for net, code in rows.items():
        writer.insert_network(IPSet([net]), {"country_code": code})
    writer.to_db_file(str(path))
    return path


# ---- the bundled tables alone


def test_without_any_file_of_the_user() -> None:
    facts = lookup(["39.32.0.1", "2405:200::1"])
    assert places(facts, 0) == [("geo-whois-asn-country", "country", "PK")]
    assert places(facts, 1) == [("geo-whois-asn-country", "country", "IN")]
    assert facts.places[0].build_date == "2026-06-17"
    assert [(n.source, n.numbers.tolist(), n.names[17557]) for n in facts.networks] == [
        ("ip-location-db asn", [17557, 55836], "Pakistan Telecommuication company limited")
    ]
    assert decision(facts) == ("unknown", "no list and no database names it")
    assert facts.anonymiser_checked.tolist() == [False, False]
    assert facts.answers.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("address", "network_type", "source"),
    [
        ("5.9.0.1", "hosting", "attrigraph AS list (hosting, 2026-11-22)"),
        ("2a01:4f8::1", "hosting", "attrigraph AS list (hosting, 2026-11-22)"),
        ("185.197.248.1", "vpn", "attrigraph AS list (vpn, 2026-11-22)"),
        ("98.97.32.1", "unknown", "attrigraph AS list (satellite, 2026-11-22)"),
        ("10.0.0.1", "unknown", "not routable: private"),
        ("203.0.113.9", "unknown", "not routable: documentation"),
        ("2001:db8::9", "unknown", "not routable: documentation"),
        ("what?", "unknown", "not an address"),
    ],
)
def test_what_the_project_knows_by_itself(address: str, network_type: str, source: str) -> None:
    assert decision(lookup([address])) == (network_type, source)


def test_addresses_that_are_not_routable_have_no_facts(tmp_path: Path) -> None:
    sources = given_lists(tmp_path, vpn="10.0.0.0/8\n", country="10.0.0.0/8,RS\n", hosting="AS64500\n", tor="9.9.9.9\n")
    facts = lookup(["10.1.1.1", "224.0.0.1", "fd00::1"], sources)
    assert [places(facts, i) for i in range(3)] == [[], [], []]
    assert facts.networks[0].numbers.tolist() == [0, 0, 0]
    assert decision(facts) == ("unknown", "not routable: private")
    assert not facts.routable.any()
    assert not facts.anonymiser_checked.any()


# ---- several sources


def test_sources_stand_side_by_side_and_their_disagreement_is_kept(tmp_path: Path) -> None:
    path = country_database(tmp_path / "second.mmdb", {"39.32.0.0/16": "PK", "39.33.0.0/16": "AE"})
    facts = lookup(["39.32.0.1", "39.33.0.1", "39.34.0.1"], IpSources.from_files(databases=[path]))
    assert places(facts, 1) == [("geo-whois-asn-country", "country", "PK"), ("second", "country", "AE")]
    assert facts.disagreement.tolist() == [False, True, False]
    assert facts.answers.tolist() == [2, 2, 1]


def test_a_registered_country_is_no_disagreement() -> None:
    facts = lookup(["2.125.160.217"], IpSources.from_files(databases=[maxmind("GeoIP2-Country-Test.mmdb")]))
    assert places(facts) == [
        ("geo-whois-asn-country", "country", "GB"),
        ("GeoIP2-Country", "country", "GB"),
        ("GeoIP2-Country", "registered", "FR"),
    ]
    assert facts.disagreement.tolist() == [False]


def test_two_names_of_one_territory_agree_and_no_territory_is_silence(tmp_path: Path) -> None:
    path = country_database(tmp_path / "x.mmdb", {"2.125.160.0/24": "UK", "39.32.0.0/16": "EU"})
    facts = lookup(["2.125.160.217", "39.32.0.1"], IpSources.from_files(databases=[path]))
    assert places(facts, 0)[1] == ("x", "country", "GB")
    assert (facts.disagreement.tolist(), facts.answers.tolist()) == ([False, False], [2, 1])


def test_a_list_of_countries_is_a_source(tmp_path: Path) -> None:
    facts = lookup(["39.32.0.1"], given_lists(tmp_path, country="cidr,country\n39.32.0.0/11,AE\n"))
    assert places(facts)[1] == ("country.txt", "country", "AE")
    assert facts.places[1].build_date == "2026-08-22"
    assert facts.disagreement.tolist() == [True]


# ---- one decision


@settings(max_examples=30, deadline=None)
@given(st.sets(st.sampled_from(PRECEDENCE), min_size=1))
def test_the_first_kind_in_the_order_wins(tmp_path_factory: pytest.TempPathFactory, kinds: set[str]) -> None:
    sources = given_lists(tmp_path_factory.mktemp("lists"), **dict.fromkeys(sorted(kinds), "39.32.0.0/24\n"))
    first = min(kinds, key=PRECEDENCE.index)
    expected = "unknown" if first == "satellite" else first
    assert decision(lookup(["39.32.0.1"], sources)) == (expected, f"{first}.txt ({first}, 2026-08-22)")


def test_lists_go_before_databases_and_those_before_the_curated_list(tmp_path: Path) -> None:
    database = maxmind("GeoIP2-Anonymous-IP-Test.mmdb")
    listed = given_lists(tmp_path, vpn="1.2.0.0/24\n")
    both = IpSources(listed.lists, IpSources.from_files(databases=[database]).databases)
    assert decision(lookup(["1.2.0.1"], both)) == ("vpn", "vpn.txt (vpn, 2026-08-22)")
    assert decision(lookup(["1.2.1.1"], both)) == ("vpn", "GeoIP2-Anonymous-IP (vpn, 2026-02-04)")
    hosting = given_lists(tmp_path, hosting="5.9.0.0/24\n")
    assert decision(lookup(["5.9.0.1"], hosting)) == ("hosting", "hosting.txt (hosting, 2026-08-22)")


def test_a_list_of_systems_marks_their_addresses(tmp_path: Path) -> None:
    facts = lookup(["39.32.0.1", "39.63.0.1", "5.9.0.1"], given_lists(tmp_path, mobile="AS17557 # example\n"))
    assert [decision(facts, i)[0] for i in range(3)] == ["mobile", "mobile", "hosting"]


def test_the_system_of_a_database_counts_too(tmp_path: Path) -> None:
    listed = given_lists(tmp_path, vpn="AS1221\n")
    databases = IpSources.from_files(databases=[maxmind("GeoLite2-ASN-Test.mmdb")]).databases
    facts = lookup(["1.128.0.1"], IpSources(listed.lists, databases))
    assert [network.numbers.tolist() for network in facts.networks][1] == [1221]
    assert decision(facts)[0] == "vpn"


# ---- checked


@pytest.mark.parametrize("kinds", [k for n in range(4) for k in itertools.combinations(("vpn", "hosting", "tor"), n)])
def test_checked_needs_vpn_hosting_and_tor_lists(tmp_path: Path, kinds: tuple[str, ...]) -> None:
    sources = given_lists(tmp_path, **dict.fromkeys(kinds, "9.9.9.0/24\n"))
    assert lookup(["39.32.0.1"], sources).anonymiser_checked.tolist() == [len(kinds) == 3]


def test_ipv4_lists_do_not_check_ipv6(tmp_path: Path) -> None:
    sources = given_lists(tmp_path, vpn="9.9.9.0/24\n", hosting="AS64500\n", tor="9.9.9.9\n2a00::1\n")
    assert lookup(["39.32.0.1", "2405:200::1"], sources).anonymiser_checked.tolist() == [True, False]


def test_an_anonymous_ip_database_checks_all_three() -> None:
    sources = IpSources.from_files(databases=[maxmind("GeoIP2-Anonymous-IP-Test.mmdb")])
    assert lookup(["39.32.0.1", "2405:200::1"], sources).anonymiser_checked.tolist() == [True, True]


def test_other_databases_check_nothing() -> None:
    names = ("GeoIP2-City-Test", "GeoIP2-ISP-Test", "GeoIP-Residential-Proxy-Test", "GeoIP2-Connection-Type-Test")
    sources = IpSources.from_files(databases=[maxmind(f"{name}.mmdb") for name in names])
    assert lookup(["39.32.0.1"], sources).anonymiser_checked.tolist() == [False]


# ---- columns


def test_as_a_table(tmp_path: Path) -> None:
    frame = lookup(["39.32.0.1", "10.0.0.1"], given_lists(tmp_path, vpn="39.32.0.0/24\n")).to_pandas()
    assert frame.columns.tolist() == [
        "address",
        "version",
        "routable",
        "special",
        "country (geo-whois-asn-country)",
        "asn (ip-location-db asn)",
        "disagreement",
        "network_type",
        "network_type_source",
        "anonymiser_checked",
    ]
    assert frame["network_type"].astype("str").tolist() == ["vpn", "unknown"]
    assert frame["country (geo-whois-asn-country)"].isna().tolist() == [False, True]


def test_order_and_repetition_do_not_matter(tmp_path: Path) -> None:
    addresses = ["39.32.0.1", "::ffff:39.32.0.1", "x", "2a01:4f8::1", "10.0.0.1", "39.32.0.1"]
    facts, backwards = lookup(addresses), lookup(addresses[::-1])
    assert len(facts) == 6
    assert np.array_equal(facts.network_type, backwards.network_type[::-1])
    assert np.array_equal(facts.places[0].at, backwards.places[0].at[::-1])
    assert places(facts, 0) == places(facts, 1) == places(facts, 5)


def test_the_real_lists() -> None:
    names = {
        "vpn": ("vpn-ipv4.txt", "vpn-ipv6.txt"),
        "hosting": ("datacenter-ipv4.txt", "datacenter-ipv6.txt", "hosting-asns.csv"),
        "tor": ("tor-exits.csv",),
    }
    given = [(kind, f"{ip_lists(name)},date=2026-08-22") for kind, files in names.items() for name in files]
    facts = lookup(
        ["2.26.157.9", "1.12.0.1", "204.8.96.141", "39.32.0.1", "2620:7:6003::141"], IpSources.from_files(given)
    )
    assert [decision(facts, i)[0] for i in range(5)] == ["vpn", "hosting", "tor", "unknown", "tor"]
    assert facts.anonymiser_checked.all()
