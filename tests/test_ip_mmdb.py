"""Databases in MaxMind's format: the shapes in use, and damaged files that cost one sentence each."""

import random
import subprocess
import sys
from pathlib import Path

import geoip2.models
import maxminddb
import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet
from shared_data import maxmind

from attrigraph.errors import InputError, UnreadableFile
from attrigraph.loaders.ip.addresses import parse
from attrigraph.loaders.ip.lookup import lookup
from attrigraph.loaders.ip.mmdb import Database, geoip2_reader, open_database
from attrigraph.loaders.ip.sources import IpSources

BAD = [
    "bad-unicode-in-map-key",
    "cyclic-data-structure",
    "invalid-bytes-length",
    "invalid-data-record-offset",
    "invalid-map-key-length",
    "invalid-string-length",
    "libmaxminddb-corrupt-search-tree",
    "libmaxminddb-deep-array-nesting",
    "libmaxminddb-deep-nesting",
    "libmaxminddb-empty-array-last-in-metadata",
    "libmaxminddb-metadata-marker-only",
    "libmaxminddb-offset-integer-overflow",
    "libmaxminddb-oversized-array",
    "libmaxminddb-oversized-map",
    "libmaxminddb-separator-record-max-left",
    "libmaxminddb-separator-record-min-left",
    "libmaxminddb-separator-record-min-right",
    "libmaxminddb-uint64-max-epoch",
    "metadata-is-an-uint128",
    "unexpected-bytes",
]


def written(path: Path, database_type: str, rows: dict[str, object], ip_version: int = 6) -> Path:
    writer = MMDBWriter(ip_version, database_type, ipv4_compatible=ip_version == 6)
    for net, record in rows.items():
        writer.insert_network(IPSet([net]), record)
    writer.to_db_file(str(path))
    return path


def values(database: Database, addresses: list[str], path: tuple[str, ...]) -> list[object]:
    records = database.records(parse(addresses))
    of_records = records.field(path)
    return [of_records[i] for i in records.at]


def statements(database: Database, *addresses: str) -> dict[str, set[str]]:
    parsed = parse(addresses)
    found: dict[str, set[str]] = {address: set() for address in addresses}
    for mask, kind in database.records(parsed).types():
        for i in mask.nonzero()[0]:
            found[addresses[i]].add(kind)
    return found


# ---- damaged files


@pytest.mark.parametrize("name", BAD)
@pytest.mark.timeout(20)
def test_a_bad_database_costs_one_sentence(name: str) -> None:
    path = maxmind(f"bad/{name}.mmdb")
    with pytest.raises(UnreadableFile) as refused:
        IpSources.from_files(databases=[path])
    said = str(refused.value)
    assert said.startswith(f"{name}.mmdb ")
    assert said.count("\n") == 0
    assert len(said) < 250


def test_the_list_of_bad_databases_is_whole() -> None:
    assert sorted(path.stem for path in maxmind("bad").iterdir()) == BAD


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "no readable MaxMind database"), (b"hello", "no readable MaxMind database"), (None, "is not there")],
)
def test_what_is_no_database(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "x.mmdb"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=says):
        open_database(path)


def test_a_loop_in_the_tree_is_found(tmp_path: Path) -> None:
    path = written(tmp_path / "x.mmdb", "GeoLite2-Country", {"9.0.0.0/8": {"country": {"iso_code": "RS"}}}, 4)
    data = bytearray(path.read_bytes())
    data[0:3] = bytes(3)  # the left record of the root leads to the root
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match="a path through its search tree is longer than an address"):
        open_database(path)


def test_cut_and_spoiled_databases_never_raise_anything_else(tmp_path: Path) -> None:
    good = maxmind("GeoIP2-City-Test.mmdb").read_bytes()
    rng = random.Random(3)
    refused = 0
    for attempt in range(60):
        data = bytearray(good)
        for _ in range(40):
            data[rng.randrange(len(data))] = rng.randrange(256)
        path = tmp_path / "spoiled.mmdb"
        path.write_bytes(data[: rng.randrange(len(data))] if attempt % 3 == 0 else data)
        try:
            lookup(["2.125.160.216", "81.2.69.160", "2001:218::1"], IpSources.from_files(databases=[path]))
        except UnreadableFile as error:
            assert "\n" not in str(error)
            refused += 1
    assert refused > 20


# ---- shapes


@pytest.mark.parametrize(
    ("name", "address", "expected"),
    [
        ("GeoIP2-Country-Test", "2.125.160.217", {"country": "GB", "registered": "FR", "represented": None}),
        ("GeoLite2-City-Test", "67.43.156.1", {"country": "BT", "registered": "RO", "represented": None}),
        ("GeoIP2-City-Test", "202.196.224.1", {"country": "PH", "registered": "PH", "represented": "US"}),
    ],
)
def test_country_registered_and_represented_are_three_statements(
    name: str, address: str, expected: dict[str, str | None]
) -> None:
    database = open_database(maxmind(f"{name}.mmdb"))
    assert database.build_date == "2026-02-04"
    assert {kind: values(database, [address], path)[0] for kind, path in database.shape.places.items()} == expected


def test_systems_of_asn_and_isp_databases() -> None:
    for name, address, number, organisation in (
        ("GeoLite2-ASN-Test", "1.128.0.1", 1221, "Telstra Pty Ltd"),
        ("GeoIP2-ISP-Test", "1.128.0.1", 1221, "Telstra Pty Ltd"),
    ):
        numbers, names = open_database(maxmind(f"{name}.mmdb")).records(parse([address, "10.0.0.1"])).numbers()
        assert numbers.tolist() == [number, 0]
        assert names == {number: organisation}


def test_a_mobile_network_code_means_mobile() -> None:
    database = open_database(maxmind("GeoIP2-ISP-Test.mmdb"))
    assert statements(database, "149.101.100.1", "1.128.0.1") == {"149.101.100.1": {"mobile"}, "1.128.0.1": set()}


@pytest.mark.parametrize("name", ["GeoIP2-Anonymous-IP-Test", "GeoIP-Anonymous-Plus-Test"])
def test_anonymiser_flags_as_the_database_has_them(name: str) -> None:
    path = maxmind(f"{name}.mmdb")
    flags = {
        "is_tor_exit_node": "tor",
        "is_anonymous_vpn": "vpn",
        "is_public_proxy": "proxy",
        "is_residential_proxy": "proxy",
        "is_hosting_provider": "hosting",
        "is_anonymous": "proxy",
    }
    with maxminddb.open_database(path) as reader:
        records = {str(net[0]): record for net, record in reader if isinstance(record, dict)}
    set_ = {a: [f for f, on in record.items() if f in flags and on] for a, record in records.items()}
    expected = {a: {flags[f] for f in found if f != "is_anonymous" or len(found) == 1} for a, found in set_.items()}
    assert statements(open_database(path), *records) == expected
    assert {"tor", "vpn", "hosting", "proxy"} <= set().union(*expected.values())


def test_the_flag_for_any_way_of_hiding_counts_only_where_no_other_is_set(tmp_path: Path) -> None:
    rows: dict[str, object] = {
        "9.9.9.0/24": {"is_anonymous": True, "is_hosting_provider": True},
        "9.9.8.0/24": {"is_anonymous": True},
    }
    path = written(tmp_path / "x.mmdb", "GeoIP2-Anonymous-IP", rows)
    found = statements(open_database(path), "9.9.9.1", "9.9.8.1")
    assert found == {"9.9.9.1": {"hosting"}, "9.9.8.1": {"proxy"}}


def test_a_residential_proxy_database_lists_proxies() -> None:
    database = open_database(maxmind("GeoIP-Residential-Proxy-Test.mmdb"))
    assert statements(database, "1.2.0.4", "9.9.9.9") == {"1.2.0.4": {"proxy"}, "9.9.9.9": set()}
    assert database.shape.checks == ()


def test_connection_types() -> None:
    database = open_database(maxmind("GeoIP2-Connection-Type-Test.mmdb"))
    assert statements(database, "1.0.0.1", "1.0.1.1", "9.9.9.9") == {
        "1.0.0.1": {"residential"},
        "1.0.1.1": {"mobile"},
        "9.9.9.9": set(),
    }


def test_user_types_of_enterprise(tmp_path: Path) -> None:
    record = {
        "country": {"iso_code": "RS"},
        "traits": {
            "user_type": "consumer_privacy_network",
            "autonomous_system_number": 64500,
            "is_anonymous_vpn": True,
        },
    }
    database = open_database(written(tmp_path / "e.mmdb", "GeoIP2-Enterprise", {"9.9.9.0/24": record}))
    assert statements(database, "9.9.9.1") == {"9.9.9.1": {"relay", "vpn"}}
    assert database.records(parse(["9.9.9.1"])).numbers()[0].tolist() == [64500]


@pytest.mark.parametrize(
    ("database_type", "record"),
    [
        ("country ipvAll", {"country_code": "PK"}),
        ("DBIP-Country-Lite", {"country": {"iso_code": "PK"}}),
        ("my own table", {"country_code": "PK"}),
        ("ipinfo standard_location", {"country": "PK", "asn": "AS64500", "as_name": "Name"}),
    ],
)
def test_flat_and_unknown_shapes(tmp_path: Path, database_type: str, record: object) -> None:
    database = open_database(written(tmp_path / "flat.mmdb", database_type, {"9.9.9.0/24": record}))
    assert values(database, ["9.9.9.1", "9.9.8.1"], database.shape.places["country"]) == ["PK", None]


def test_a_database_of_something_else(tmp_path: Path) -> None:
    path = written(tmp_path / "x.mmdb", "Weather", {"9.9.9.0/24": {"rain": True}})
    with pytest.raises(UnreadableFile, match=r"^x\.mmdb has the type 'Weather' and none of the fields that are read"):
        open_database(path)


def test_an_ipv4_database_is_not_asked_about_ipv6(tmp_path: Path) -> None:
    path = written(tmp_path / "x.mmdb", "GeoLite2-Country", {"9.9.9.0/24": {"country": {"iso_code": "PK"}}}, 4)
    database = open_database(path)
    assert values(database, ["2a00::1", "9.9.9.1", "nonsense", "::ffff:9.9.9.2"], ("country", "iso_code")) == [
        None,
        "PK",
        None,
        "PK",
    ]
    assert (database.covers(4), database.covers(6)) == (True, False)


def test_names_of_databases_stay_apart(tmp_path: Path) -> None:
    flat = {"9.9.9.0/24": {"country_code": "PK"}}
    one = written(tmp_path / "one-country.mmdb", "country ipvAll", flat)
    two = written(tmp_path / "two-country.mmdb", "country ipvAll", flat)
    found = IpSources.from_files(databases=[one, two, maxmind("GeoIP2-City-Test.mmdb")])
    assert [source.source for source in found.databases] == ["one-country", "two-country", "GeoIP2-City"]
    with pytest.raises(InputError, match="is the same database as one given before it"):
        IpSources.from_files(databases=[one, one, one])


# ---- geoip2 types


def test_geoip2_types_for_those_who_want_them(tmp_path: Path) -> None:
    with geoip2_reader(maxmind("GeoIP2-City-Test.mmdb")) as reader:
        record = reader.city("2.125.160.216")
    assert isinstance(record, geoip2.models.City)
    assert record.country.iso_code == "GB"
    flat = written(tmp_path / "flat.mmdb", "country ipvAll", {"9.9.9.0/24": {"country_code": "PK"}})
    with (
        pytest.raises(UnreadableFile, match="has the flat type 'country ipvAll', which geoip2 cannot read"),
        geoip2_reader(flat),
    ):
        pass


def test_geoip2_is_not_imported_for_nothing() -> None:
    code = "import sys, attrigraph.loaders.ip; sys.exit('geoip2' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
