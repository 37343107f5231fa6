"""Addresses as columns, ranges, the bundled tables and how they are built."""

import importlib.util
import io
import ipaddress
import random
import time
import tracemalloc
import zipfile
from pathlib import Path
from types import ModuleType

import maxminddb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_data import PACKAGES, needed

from attrigraph.loaders.ip.addresses import parse, parse_one
from attrigraph.loaders.ip.curated import systems
from attrigraph.loaders.ip.kinds import PRECEDENCE
from attrigraph.loaders.ip.ranges import NONE, Range, build, network
from attrigraph.loaders.ip.special import SPECIAL, special_names, special_table
from attrigraph.loaders.ip.tables import (
    AsTable,
    TableInfo,
    as_table,
    bundled_info,
    country_table,
    read_file,
    write_file,
)
from attrigraph.territories import resolve_code

ROOT = Path(__file__).parents[1]


# ---- addresses


def test_addresses_are_read_by_column() -> None:
    found = parse(["1.2.3.4", "nonsense", "2001:db8::1", "::ffff:1.2.3.4", "1.2.3", "", "1.2.3.4 ", "fe80::1%eth0"])
    assert found.version.tolist() == [4, 0, 6, 4, 0, 0, 0, 0]
    assert found.v4_at.tolist() == [0, 3]
    assert found.v4.tolist() == [0x01020304, 0x01020304]
    assert found.v6_at.tolist() == [2]


def test_no_address_at_all() -> None:
    assert len(parse([])) == 0
    assert country_table().ranges.find(parse([])).tolist() == []


@settings(deadline=None)
@given(st.lists(st.one_of(st.ip_addresses().map(str), st.text(max_size=12))))
def test_columns_agree_with_reading_one_by_one(texts: list[str]) -> None:
    found = parse(texts)
    alone = [parse_one(text) for text in texts]
    assert found.version.tolist() == [read[0] if read else 0 for read in alone]
    values = dict(zip(found.v4_at.tolist(), found.v4.tolist(), strict=True))
    assert values == {i: int.from_bytes(read[1], "big") for i, read in enumerate(alone) if read and read[0] == 4}


# ---- ranges

PREFIXES = st.one_of(
    st.tuples(st.ip_addresses(v=4), st.integers(0, 32)), st.tuples(st.ip_addresses(v=6), st.integers(0, 128))
)


@settings(deadline=None)
@given(PREFIXES)
def test_networks_are_those_of_the_standard_library(prefix: tuple[ipaddress.IPv4Address, int]) -> None:
    expected = ipaddress.ip_network(f"{prefix[0]}/{prefix[1]}", strict=False)
    if expected.version == 6 and parse_one(str(prefix[0]))[0] == 4:  # type: ignore[index]
        return  # IPv4-mapped: read as IPv4
    assert network(f"{prefix[0]}/{prefix[1]}") == Range(
        expected.version, int(expected.network_address), int(expected.broadcast_address)
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/8",
        "1.2.3.0/",
        "1.2.3.0/33",
        "1.2.3.0/-1",
        "1.2.3.0/٨",
        "::/129",
        "::ffff:1.2.3.0/95",
        "1.2.3.0/" + "9" * 5000,
        "a/8",
        "1.2.3",
    ],
)
def test_what_is_no_network_is_none(text: str) -> None:
    assert network(text) is None


def mapped(text: str) -> Range | None:
    return network(text)


def test_a_mapped_network_is_the_ipv4_network_it_means() -> None:
    assert mapped("::ffff:192.0.2.0/120") == mapped("192.0.2.0/24")
    assert mapped("::ffff:192.0.2.0/90") is None


SMALL = st.integers(0, 40)
FIRST = {4: [0, 2**32 - 41], 6: [0, 2**64 - 20, 2**128 - 41]}


@st.composite
def small_ranges(draw: st.DrawFn) -> Range:
    version = draw(st.sampled_from([4, 6]))
    base = draw(st.sampled_from(FIRST[version]))
    first = draw(SMALL)
    return Range(version, base + first, base + draw(st.integers(first, 40)), draw(st.integers(0, 2)))


def linear(ranges: list[Range], version: int, address: int) -> int:
    """The plain meaning: of the ranges that hold the address, the one that starts last; among those the shortest."""
    holds = [
        (r.first, -r.last, i, r.value)
        for i, r in enumerate(ranges)
        if r.version == version and r.first <= address <= r.last
    ]
    return max(holds)[3] if holds else NONE


@settings(deadline=None)
@given(st.lists(small_ranges(), max_size=12))
def test_search_equals_a_plain_scan(ranges: list[Range]) -> None:
    asked = [(v, base + i) for v in (4, 6) for base in FIRST[v] for i in range(41)]
    texts = [str(ipaddress.IPv4Address(a) if v == 4 else ipaddress.IPv6Address(a)) for v, a in asked]
    table = build(ranges)
    assert table.find(parse(texts)).tolist() == [linear(ranges, v, a) for v, a in asked]
    assert (table.v4_values[1:] != table.v4_values[:-1]).all()
    assert (table.v6_values[1:] != table.v6_values[:-1]).all()


@settings(deadline=None)
@given(st.lists(small_ranges(), max_size=12))
def test_a_table_survives_its_file(ranges: list[Range]) -> None:
    info = TableInfo("s", "2026-01-01", "p", "1", "0" * 64, "CC BY 4.0", "somebody")
    table, files = build(ranges), [io.BytesIO(), io.BytesIO()]
    for file in files:
        write_file(file, info, table, extra=np.arange(3, dtype=np.uint8))
    assert files[0].getvalue() == files[1].getvalue()
    files[0].seek(0)
    read_info, read, extra = read_file(files[0])
    assert read_info == info
    assert extra["extra"].tolist() == [0, 1, 2]
    assert read.v4_starts.tolist() == table.v4_starts.tolist()
    assert read.v4_values.tolist() == table.v4_values.tolist()
    assert read.v6_starts.tolist() == table.v6_starts.tolist()
    assert read.v6_values.tolist() == table.v6_values.tolist()


# ---- special addresses


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("10.1.2.3", "private"),
        ("172.31.255.255", "private"),
        ("100.64.0.1", "carrier-grade NAT"),
        ("192.0.2.1", "documentation"),
        ("224.0.0.1", "multicast"),
        ("255.255.255.255", "broadcast"),
        ("::1", "loopback"),
        ("2001:db8::1", "documentation"),
        ("fd00::1", "private"),
        ("fe80::1", "link-local"),
        ("2002:102:304::1", "6to4"),
        ("2001:0:1::1", "Teredo"),
    ],
)
def test_special_addresses_are_named(address: str, name: str) -> None:
    assert special_names()[special_table().find(parse([address]))[0]] == name


@settings(deadline=None)
@given(st.ip_addresses())
def test_special_means_not_global_in_the_standard_library(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if address.version == 6 and parse_one(str(address))[0] == 4:  # type: ignore[index]
        return
    ours = special_table().find(parse([str(address)]))[0] != NONE
    tunnels_and_new = ("2002::/16", "3fff::/20", "192.88.99.0/24", "192.0.0.0/24", "2001::/23")
    if any(address in ipaddress.ip_network(net) for net in tunnels_and_new):
        assert ours
        return
    site_local = address.version == 6 and address.is_site_local
    assert ours == (not address.is_global or address.is_multicast or address.is_reserved or site_local)


def test_every_special_range_is_in_the_table() -> None:
    first = [str(ipaddress.ip_network(net)[0]) for net, _ in SPECIAL if net not in ("::/3", "::/128")]
    assert (special_table().find(parse(first)) != NONE).all()


# ---- bundled tables


def country_of(address: str) -> str | None:
    table = country_table()
    at = table.ranges.find(parse([address]))[0]
    return table.codes[at] if at != NONE else None


def system_of(address: str) -> tuple[int, str] | None:
    table = as_table()
    at = table.ranges.find(parse([address]))[0]
    return (int(table.numbers[at]), table.names[at]) if at != NONE else None


def test_well_known_addresses() -> None:
    assert country_of("39.32.0.1") == "PK"
    assert country_of("2405:200::1") == "IN"
    assert country_of("10.0.0.1") is None
    assert system_of("39.32.0.1") == (17557, "Pakistan Telecommuication company limited")
    assert system_of("1.1.1.1") == (13335, "Cloudflare, Inc.")
    assert system_of("2a01:4f8::1") == (24940, "Hetzner Online GmbH")
    assert system_of("240.0.0.1") is None


def test_names_by_number() -> None:
    assert as_table().name(9009) == "M247 Europe SRL"
    assert as_table().name(1) is not None
    assert as_table().name(4_199_999_999) is None


def test_the_tables_say_what_they_are() -> None:
    country, system = bundled_info()
    assert (country.source, country.build_date, country.licence) == ("geo-whois-asn-country", "2026-06-17", "CC BY 4.0")
    assert (system.package, system.build_date) == ("@ip-location-db/asn", "2026-06-17")
    assert "nro.net" in country.attribution
    assert all(word in system.attribution for word in ("routeviews.org", "db-ip.com", "nro.net"))


def test_the_tables_are_small_and_quick() -> None:
    folder = ROOT / "loaders" / "ip" / "data"
    assert sum(path.stat().st_size for path in folder.glob("*.npz")) <= 12_000_000
    for table in (country_table, as_table):
        began = time.process_time()
        table.__wrapped__()
        assert time.process_time() - began < 0.3


def test_the_tables_are_small_in_memory() -> None:
    tracemalloc.start()
    kept: AsTable = as_table.__wrapped__()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(kept.names) > 80_000
    assert held < 40_000_000


def test_codes_are_territories_but_for_one_that_is_no_more() -> None:
    assert [code for code in country_table().codes if resolve_code(code) is None] == ["AN"]


def test_boundaries_rise_and_values_change() -> None:
    for ranges in (country_table().ranges, as_table().ranges):
        assert (ranges.v4_starts[1:] > ranges.v4_starts[:-1]).all()
        assert (ranges.v6_starts[1:] > ranges.v6_starts[:-1]).all()
        assert (ranges.v4_values[1:] != ranges.v4_values[:-1]).all()


# ---- against the packages


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_ip_tables", ROOT / "tools" / "build_ip_tables.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    needed(
        module.archive_of(module.COUNTRY, PACKAGES) if PACKAGES.exists() else PACKAGES, "the npm packages of IP data"
    )
    return module


def test_bundled_countries_equal_the_database(builder: ModuleType, tmp_path: Path) -> None:
    archive = builder.archive_of(builder.COUNTRY, PACKAGES)
    rng = random.Random(7)
    for version, bits in ((4, 32), (6, 128)):
        path = tmp_path / f"v{version}.mmdb"
        path.write_bytes(builder.member(archive, f"geo-whois-asn-country-ipv{version}.mmdb"))
        kind = ipaddress.IPv4Address if version == 4 else ipaddress.IPv6Address
        top = 0 if version == 4 else 0x2 << 124
        asked = [str(kind(top | rng.getrandbits(bits if version == 4 else 125))) for _ in range(50_000)]
        with maxminddb.open_database(path) as reader:
            expected = [record["country_code"] if (record := reader.get(a)) else None for a in asked]
        table = country_table()
        assert [table.codes[i] if i != NONE else None for i in table.ranges.find(parse(asked))] == expected


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.slow
def test_building_again_gives_the_bundled_tables(builder: ModuleType) -> None:
    folder = ROOT / "loaders" / "ip" / "data"
    assert members(builder.country_file(PACKAGES)) == members((folder / "country.npz").read_bytes())
    assert members(builder.asn_file(PACKAGES)) == members((folder / "asn.npz").read_bytes())


# ---- curated list


def test_every_curated_system_has_a_type_a_reason_and_a_known_number() -> None:
    assert len(systems()) > 60
    for system in systems().values():
        assert system.type in PRECEDENCE
        assert len(system.reason) > 10
        assert as_table().name(system.asn), system


def test_curated_systems_are_in_the_order_of_their_types() -> None:
    types = [system.type for system in systems().values()]
    assert types == sorted(types, key=list(dict.fromkeys(types)).index)
