"""List files of the user: every shape in use is read, every bad line is named, and the counts add up."""

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_data import ip_lists, maxmind

from attrigraph.errors import InputError, UnreadableFile
from attrigraph.loaders.ip.addresses import parse
from attrigraph.loaders.ip.kinds import list_kind
from attrigraph.loaders.ip.lists import IpList, read_list
from attrigraph.loaders.ip.ranges import NONE
from attrigraph.loaders.ip.sources import IpSources


def read(tmp_path: Path, text: str | bytes, kind: str = "vpn", name: str = "list.txt") -> IpList:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_list(path, kind)


def listed(found: IpList, *addresses: str) -> list[bool]:
    return [bool(at != NONE) for at in found.ranges.find(parse(addresses))]


def reasons(found: IpList) -> list[tuple[str, str]]:
    return [(reject.record, reject.reason) for reject in found.rejects]


# ---- shapes


def test_networks_addresses_spans_and_systems_one_a_line(tmp_path: Path) -> None:
    text = """# my list, 2026-08-01

9.9.9.0/24
8.8.8.8 ; one address
  7.0.0.1-7.0.0.9
2a00::/32 // v6
AS64500 # name
as64501
"""
    found = read(tmp_path, text)
    assert listed(found, "9.9.9.200", "8.8.8.8", "7.0.0.5", "2a00::1") == [True, True, True, True]
    assert listed(found, "9.9.8.1", "8.8.8.9", "7.0.0.10", "2a01::1") == [False, False, False, False]
    assert found.asns == {64500, 64501}
    assert (found.records, found.entries, found.rejects) == (6, 6, ())


def test_csv_of_systems_with_odd_spaces(tmp_path: Path) -> None:
    text = 'ASN,Entity\r\n64500,"NAME, XX"\r\n64501, "Other Name, YY" \r\n"64502","Third"\r\n'
    found = read(tmp_path, text, "hosting")
    assert found.asns == {64500, 64501, 64502}
    assert found.records == 3


def test_csv_of_tor_nodes(tmp_path: Path) -> None:
    text = "fingerprint, ipaddr, port\nAB12, 9.9.9.9, 444\nAB12, 2a00:6:7003::141, 81\n"
    found = read(tmp_path, text, "tor")
    assert listed(found, "9.9.9.9", "2a00:6:7003::141", "9.9.9.8") == [True, True, False]


def test_csv_of_data_centres(tmp_path: Path) -> None:
    found = read(tmp_path, '"cidr","hostmin","hostmax","vendor"\n"9.8.0.0/16","9.8.0.1","9.8.255.254","V"\n', "hosting")
    assert listed(found, "9.8.200.1", "9.9.0.1") == [True, False]


def test_csv_of_countries(tmp_path: Path) -> None:
    found = read(tmp_path, "cidr,country\n9.8.0.0/16,rs\n9.8.7.0/24,UK\n9.7.0.0/16,XX\n", "country")
    at = found.ranges.find(parse(["9.8.1.1", "9.8.7.1", "9.7.0.1"])).tolist()
    assert [found.codes[i] if i != NONE else None for i in at] == ["RS", "GB", None]
    assert reasons(found) == [("line 4", "not an ISO 3166-1 country code")]


@pytest.mark.parametrize("encode", [lambda t: b"\xef\xbb\xbf" + t.encode(), lambda t: t.encode("utf-16")])
def test_byte_order_marks(tmp_path: Path, encode: object) -> None:
    found = read(tmp_path, encode("9.9.9.0/24\r\n8.8.8.8\r\n"))  # type: ignore[operator]
    assert (found.records, found.entries) == (2, 2)


def test_compressed(tmp_path: Path) -> None:
    assert read(tmp_path, gzip.compress(b"9.9.9.0/24\n"), name="list.gz").entries == 1


def test_host_bits_may_be_set(tmp_path: Path) -> None:
    assert listed(read(tmp_path, "9.9.9.77/24\n"), "9.9.9.1") == [True]


# ---- bad lines


def test_every_bad_line_is_named_with_its_reason(tmp_path: Path) -> None:
    found = read(
        tmp_path, "9.9.9.0/24\nhello\n9.9.9.0/40\n0.0.0.0/0\n64500\n9.9.9.9-9.9.9.1\nAS0\nAS99999999999\n::/8\n"
    )
    assert reasons(found) == [
        ("line 2", "neither a network, an address nor an AS number"),
        ("line 3", "neither a network, an address nor an AS number"),
        ("line 4", "wider than /8: covers too much to be a list of vpn"),
        ("line 5", "a bare number; write AS before it if it is an autonomous system"),
        ("line 6", "neither a network, an address nor an AS number"),
        ("line 7", "outside the range of AS numbers (1 to 4294967294)"),
        ("line 8", "neither a network, an address nor an AS number"),
        ("line 9", "wider than /16: covers too much to be a list of vpn"),
    ]
    assert (found.records, found.entries) == (9, 1)


def test_missing_cells_are_rejected(tmp_path: Path) -> None:
    found = read(tmp_path, "asn,entity\n64500,a\n,b\nx9,c\n", "hosting")
    assert reasons(found) == [("line 3", "the AS number is missing"), ("line 4", "not an AS number")]


def test_a_long_cell_is_cut(tmp_path: Path) -> None:
    found = read(tmp_path, "9.9.9.0/24\n" + "x" * 1_000_000 + "\n")
    assert [len(reject.value) for reject in found.rejects] == [200]


@settings(deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=20), max_size=8))
def test_counts_always_add_up(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    path = tmp_path_factory.mktemp("lists") / "list.txt"
    path.write_bytes("\n".join([*lines, "9.9.9.9"]).encode())
    found = read_list(path, "vpn")
    assert found.records == found.entries + len(found.rejects) > 0


# ---- files that cannot be used


def test_nothing_in_it(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"^empty\.txt lists no network, address or autonomous system\. Give one"):
        read(tmp_path, "# nothing\n", name="empty.txt")
    with pytest.raises(UnreadableFile, match=r"; line 1: neither a network"):
        read(tmp_path, "hello\nworld\n")


def test_a_database_is_no_list(tmp_path: Path) -> None:
    with pytest.raises(
        UnreadableFile, match=r"is not a text file, so it is no list\. It is a database: give it with --mmdb"
    ):
        read_list(maxmind("GeoLite2-ASN-Test.mmdb"), "vpn")
    with pytest.raises(UnreadableFile, match="is not a text file"):
        read(tmp_path, b"\x89PNG\0\0")


def test_a_cut_archive(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"list\.gz cannot be read"):
        read(tmp_path, gzip.compress(b"9.9.9.0/24\n" * 1000)[:40], name="list.gz")


def test_kinds_and_their_other_names() -> None:
    assert [list_kind(word) for word in ("VPN", "datacenter", "residential-proxy", "Tor exit")] == [
        "vpn",
        "hosting",
        "proxy",
        "tor",
    ]
    with pytest.raises(InputError, match=r"'nice' is no kind of IP list\. Use one of: tor, vpn, proxy"):
        list_kind("nice")


# ---- descriptions


def test_the_date_is_the_one_given_or_that_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("9.9.9.9\n")
    os.utime(path, (1_750_000_000, 1_750_000_000))
    given_, file = IpSources.from_files([("vpn", f"{path},date=2026-08-22"), ("tor", path)]).lists
    assert (given_.date, given_.date_from) == ("2026-08-22", "given")
    assert (file.date, file.date_from) == ("2025-06-15", "file")
    with pytest.raises(InputError, match=r"'soon' is no date of the list a\.txt"):
        IpSources.from_files([("vpn", f"{path},date=soon")])
    with pytest.raises(InputError, match=r"a\.txt is said to be of 2062-08-22, which is in the future"):
        IpSources.from_files([("vpn", f"{path},date=2062-08-22")])
    with pytest.raises(InputError, match="is not there"):
        IpSources.from_files([("vpn", tmp_path / "b.txt")])


def test_kept_copies_open_again_and_a_changed_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("9.9.9.9\nbad line\n")
    kept = IpSources.from_files([("vpn", path)], [maxmind("GeoLite2-ASN-Test.mmdb")]).keep(tmp_path / "lists")
    names = {p.name for p in (tmp_path / "lists").iterdir()}
    assert names == {f"{kept.lists[0].sha256}.txt", f"{kept.databases[0].sha256}.mmdb"}
    again = IpSources.from_dict(kept.to_dict(), tmp_path / "lists")
    assert again == kept
    assert [(r.file, r.record) for r in again.rejects()] == [("a.txt", "line 2")]


def test_a_changed_or_missing_copy_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("9.9.9.9\n")
    kept = IpSources.from_files([("vpn", path)]).keep(tmp_path / "lists")
    kept.lists[0].path.write_text("9.9.9.8\n")
    with pytest.raises(UnreadableFile, match=r"^a\.txt was changed after it was given"):
        kept.open()
    kept.lists[0].path.unlink()
    with pytest.raises(UnreadableFile, match=r"^a\.txt is missing"):
        kept.open()


def test_a_newer_list_of_the_same_name_replaces_the_older(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("9.9.9.9\n")
    older = IpSources.from_files([("vpn", f"{path},date=2026-07-01")]).keep(tmp_path / "lists")
    path.write_text("9.9.9.8\n")
    newer = IpSources.from_files([("vpn", f"{path},date=2026-08-01")])
    assert [source.date for source in older.joined(newer).lists] == ["2026-08-01"]


def test_joined_descriptions_keep_each_file_once(tmp_path: Path) -> None:
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    one.write_text("9.9.9.9\n")
    two.write_text("9.9.9.8\n")
    first = IpSources.from_files([("vpn", one)])
    both = first.joined(IpSources.from_files([("vpn", one), ("tor", two)]))
    assert [(s.kind, s.name) for s in both.lists] == [("vpn", "one.txt"), ("tor", "two.txt")]
    with pytest.raises(InputError, match="Two lists of vpn are called one"):
        IpSources.from_files([("vpn", one), ("vpn", one)])


# ---- the real lists


@pytest.mark.parametrize(
    ("name", "kind", "entries", "asns"),
    [
        ("vpn-ipv4.txt", "vpn", 10_862, 0),
        ("vpn-ipv6.txt", "vpn", 498, 0),
        ("datacenter-ipv4.txt", "hosting", 42_566, 0),
        ("datacenter-ipv6.txt", "hosting", 8_752, 0),
        ("hosting-asns.csv", "hosting", 742, 723),
        ("tor-exits.csv", "tor", 5_933, 0),
    ],
)
def test_real_lists_are_read_whole(name: str, kind: str, entries: int, asns: int) -> None:
    found = read_list(ip_lists(name), kind)
    assert (found.records, found.entries, found.rejects) == (entries, entries, ())
    assert len(found.asns) == asns


def test_a_real_list_of_countries() -> None:
    found = read_list(ip_lists("rir-country-ipv4.csv.gz"), "country")
    assert (found.entries, found.rejects) == (175_195, ())
    at = found.ranges.find(parse(["39.32.0.1", "46.172.224.1"]))
    assert [found.codes[i] for i in at] == ["PK", "AD"]
