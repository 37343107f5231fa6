"""How cells become values: one reader a kind, the same for every format (loaders/values.sql, loaders/cells.py)."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attrigraph.duck import connect_limited
from attrigraph.loaders.cells import hash_with, read_identifier, read_ip, read_territory
from attrigraph.loaders.workspace import teach_values

SQL = connect_limited()
teach_values(SQL)
many = settings(deadline=None, max_examples=25)
"""Few examples, each a list: one query reads them all."""


def ask(expression: str, **cells: Any) -> Any:
    """The value of an SQL expression; $names are the cells."""
    used = {name: value for name, value in cells.items() if f"${name}" in expression}
    row = SQL.execute(f"SELECT {expression}", used).fetchone()
    assert row
    return row[0]


def time(x: str, zone: str | None = None) -> datetime | None:
    at = ask("read_time(instant($x, $zone))::TIMESTAMP", x=x, zone=zone)
    return at.replace(tzinfo=UTC) if at else None


def why(x: str, zone: str | None = None) -> str:
    return str(ask("time_problem($x, instant($x, $zone), $zone)", x=x, zone=zone))


def account(x: str, platform: str | None = None) -> str | None:
    return ask("read_account(cell($x), own_platform(cell($x)), $platform)", x=x, platform=platform)


NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-02T12:00:00Z", "2026-01-02T12:00:00.000Z", "2026-01-02 12:00:00 UTC", "2026-01-02 12:00 UTC",
        "2026-01-02T12:00Z", "2026-01-02T14:00:00+02:00", "2026-01-02 14:00:00+0200", "2026-01-02 14:00:00 +02",
        "2026-01-02T17:30:00+05:30", "2026-01-02 12:00:00+00", "2026/01/02 12:00:00Z", " 2026-01-02T12:00:00Z ",
        "1767355200", "1767355200.0", "1767355200000", "1767355200000000",
        "Fri Jan 02 12:00:00 +0000 2026", "Fri Jan 02 12:00:00 UTC 2026", "Fri Jan  2 14:00:00 +0200 2026",
    ],
)  # fmt: skip
def test_a_time_is_read_in_every_form_that_exports_use(text: str) -> None:
    assert time(text) == NOON


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-01-02 12:00:00", "a time without a zone"),
        ("2026-01-02", "a time without a zone"),
        ("2026-02-30T12:00:00Z", "not a time"),
        ("2026-01-02T12:00:00+26:00", "not a time"),
        ("01/02/2026 12:00", "not a time"),
        ("last Tuesday", "not a time"),
        ("1.7E+09", "not a time"),
        ("infinity", "not a time"),
        ("2026", "a time before 1990"),
        ("20260102", "a time before 1990"),
        ("1989-12-31T23:59:59Z", "a time before 1990"),
        ("3026-01-02T12:00:00Z", "a time in the future"),
    ],
)
def test_a_time_that_is_none_says_why(text: str, reason: str) -> None:
    assert (time(text), why(text)) == (None, reason)


def test_a_zone_given_is_used_only_where_the_time_has_none() -> None:
    assert time("2026-01-02 13:00:00", "Europe/Lisbon") == datetime(2026, 1, 2, 13, tzinfo=UTC)
    assert time("2026-07-02 13:00:00", "Europe/Lisbon") == datetime(2026, 7, 2, 12, tzinfo=UTC)
    assert time("2026-01-02T12:00:00Z", "Asia/Manila") == NOON
    assert time("1767355200", "Asia/Manila") == NOON


@pytest.mark.parametrize("text", ["2026-01-02 12:00:00.5", "2026-01-02T12:00:00"])
@pytest.mark.parametrize("offset", ["Z", " UTC", "+00", "+00:00", "-09:30", "+0530", "+16:00", "+05:60", " +02", "+5"])
def test_common_forms_are_read_like_any_other(text: str, offset: str) -> None:
    assert ask("plain_instant($x, NULL) IS NULL OR plain_instant($x, NULL) = any_instant($x, NULL)", x=text + offset)


def times(texts: list[str], zone: str | None = None) -> list[datetime | None]:
    rows = SQL.execute(
        "SELECT read_time(instant(x, $zone))::TIMESTAMP FROM (SELECT unnest($texts) AS x)",
        {"texts": texts, "zone": zone},
    ).fetchall()
    return [at.replace(tzinfo=UTC) if at else None for (at,) in rows]


moments = st.datetimes(datetime(1990, 1, 2), datetime(2025, 12, 31))
seconds = moments.map(lambda t: t.replace(microsecond=0))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))


@many
@given(st.lists(st.builds(lambda at, zone: at.replace(tzinfo=zone), moments, offsets), min_size=1))
def test_reading_what_python_writes_gives_the_same_moment(moments: list[datetime]) -> None:
    assert times([at.isoformat() for at in moments]) == moments


@many
@given(st.lists(st.tuples(seconds, st.sampled_from([1, 1000, 1_000_000])), min_size=1))
def test_unix_time_in_each_unit(cases: list[tuple[datetime, int]]) -> None:
    expected = [at.replace(tzinfo=UTC) for at, _ in cases]
    assert times([str(int(at.timestamp()) * unit) for at, (_, unit) in zip(expected, cases, strict=True)]) == expected


@many
@given(st.lists(seconds, min_size=1), st.sampled_from(["Europe/Belgrade", "Asia/Kolkata"]))
def test_local_times_agree_with_the_zone_database(moments: list[datetime], zone: str) -> None:
    told = [at.replace(tzinfo=ZoneInfo(zone)) for at in moments]
    once = [at for at in told if at.utcoffset() == at.replace(fold=1).utcoffset()]
    assert times([at.replace(tzinfo=None).isoformat(" ") for at in once], zone) == once


READERS = (
    "instant(x, NULL)", "read_integer(x, 0, 10)", "read_float(x, -90, 90)", "read_boolean(x)", "read_list(x)",
    "read_id(x)", "read_platform(x)", "read_choice(x, ['login'])", "account_problem(x, own_platform(x), NULL)",
    "time_problem(x, instant(x, NULL), NULL)", "verbatim(x)", "place_cell(x, true)",
)  # fmt: skip


@many
@given(st.lists(st.text(max_size=40), min_size=1))
def test_no_text_breaks_a_reader(texts: list[str]) -> None:
    rows = SQL.execute(f"SELECT {', '.join(READERS)} FROM (SELECT unnest($texts) AS x)", {"texts": texts}).fetchall()
    assert len(rows) == len(texts)
    assert all((read_ip(text).ip is None) == (read_ip(text).problem is not None) for text in texts)


@pytest.mark.parametrize(
    ("cell", "platform", "id_"),
    [
        ("1042", "x", "x:1042"),
        ("x:1042", None, "x:1042"),
        ("x:1042", "x", "x:1042"),
        ("Twitter:1042", None, "x:1042"),
        ("1042.0", "x", "x:1042"),
        ("@harbour", "x", "x:harbour"),
        ("did:plc:abc", "bluesky", "bluesky:did:plc:abc"),
        ("vMm2zemFOF7kmXoDyX24Bo+TorqhNutpZlATYyxsE=", "x", "x:vMm2zemFOF7kmXoDyX24Bo+TorqhNutpZlATYyxsE="),
        ("a:b", "forum", "forum:a:b"),
    ],
)
def test_account_ids_get_their_platform(cell: str, platform: str | None, id_: str) -> None:
    assert account(cell, platform) == id_


@pytest.mark.parametrize(
    ("cell", "platform", "reason"),
    [
        ("1042", None, "the platform is not known"),
        ("did:plc:abc", None, "the platform is not known"),
        ("1.2E+18", "x", "digits lost to scientific or decimal notation"),
        ("1.234567890123456e+18", "x", "digits lost to scientific or decimal notation"),
        ("1234567890123456789.0", "x", "digits lost to scientific or decimal notation"),
        ("x:1.2E+18", "x", "digits lost to scientific or decimal notation"),
        ("facebook:5", "x", "the id names another platform than the row"),
        ("x:", "x", "not an account id"),
        ("y" * 257, "x", "longer than 256 bytes"),
    ],
)
def test_account_ids_that_are_none(cell: str, platform: str | None, reason: str) -> None:
    assert account(cell, platform) is None
    assert ask("account_problem($x, own_platform($x), $platform)", x=cell, platform=platform) == reason


@pytest.mark.parametrize(
    ("cell", "ip", "port"),
    [
        ("192.0.2.1", "192.0.2.1", None),
        (" 192.0.2.1 ", "192.0.2.1", None),
        ("192.0.2.1:22859", "192.0.2.1", 22859),
        ("[2001:DB8::1]:443", "2001:db8::1", 443),
        ("[2001:db8::1]", "2001:db8::1", None),
        ("2001:0DB8:0:0::0001", "2001:db8::1", None),
        ("::ffff:192.0.2.1", "192.0.2.1", None),
        ("192[.]0[.]2[.]1", "192.0.2.1", None),
        ("10.0.0.1", "10.0.0.1", None),
        ("192.0.2.1/32", "192.0.2.1", None),
        ("2001:DB8::1/128", "2001:db8::1", None),
    ],
)
def test_addresses(cell: str, ip: str, port: int | None) -> None:
    found = read_ip(cell)
    assert (found.ip, found.port, found.problem) == (ip, port, None)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("192.0.2.0/24", "a network, not an address"),
        ("192.0.2.1, 10.0.0.1", "several addresses"),
        ("XX.XX.XX.XXX", "a masked address"),
        ("192.0.2.***", "a masked address"),
        ("192.0.2.256", "not an address"),
        ("192.0.2", "not an address"),
        ("192.0.2.01", "not an address"),
        ("192.0.2.1:99999", "the port after the address is not 1 to 65535"),
        ("0.0.0.0", "an address no host can have"),
        ("fe80::1%eth0", "an address of a local interface"),
    ],
)
def test_impossible_addresses_say_why(cell: str, reason: str) -> None:
    assert (read_ip(cell).ip, read_ip(cell).problem) == (None, reason)


@settings(deadline=None)
@given(st.ip_addresses())
def test_an_address_is_its_own_canonical_text(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    found = read_ip(str(address)).ip
    mapped = getattr(address, "ipv4_mapped", None)
    if address.is_unspecified or str(mapped or address) in ("255.255.255.255", "0.0.0.0"):
        assert found is None
    elif not getattr(address, "scope_id", None):
        assert found == str(mapped or address)
        assert read_ip(found).ip == found


quads = st.lists(st.one_of(st.integers(0, 299).map(str), st.just("01")), min_size=4, max_size=4).map(".".join)


@many
@given(st.lists(quads, min_size=1))
def test_sql_takes_exactly_the_plain_addresses_that_python_takes(texts: list[str]) -> None:
    rows = SQL.execute(
        "SELECT plain_ipv4(x), plain_ip(x) FROM (SELECT unnest($texts) AS x)", {"texts": texts}
    ).fetchall()
    assert rows == [(sound, sound) for sound in (read_ip(text).ip is not None for text in texts)]


groups = st.lists(st.sampled_from(["0", "0", "1", "a0", "ffff", "db8", "01", "G", ""]), min_size=1, max_size=9)


@many
@given(st.lists(st.one_of(groups.map(":".join), st.ip_addresses(v=6).map(str)), min_size=1))
def test_sql_takes_only_addresses_that_python_leaves_as_they_are(texts: list[str]) -> None:
    sql = "SELECT x, plain_ipv6(x), usual_ip(x) FROM (SELECT unnest($texts) AS x)"
    rows = SQL.execute(sql, {"texts": texts}).fetchall()
    assert [x for x, plain, _ in rows if plain and read_ip(x).ip != x] == []
    assert [x for x, plain, usual in rows if usual and not plain] == []


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("2001:db8::1", True),
        ("2001:db8:1:2:3:4:5:6", True),
        ("fe80::", True),
        ("::1", True),
        ("1:2:3:4:5:6::", True),
        ("1:2:3:4:5:6:7::", False),
        ("1::3:4:5:6:7:8", False),
        ("2001:db8::0:1", False),
        ("2001:db8:0:0:3:4:5:6", False),
        ("2001:DB8::1", False),
        ("::ffff:102:304", False),
        ("::", False),
        ("10:00", False),
    ],
)
def test_sql_knows_addresses_of_version_6_in_their_usual_form(text: str, plain: bool) -> None:
    assert ask("plain_ipv6($x)", x=text) is plain
    assert ask("plain_ip($x)", x=text) is plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True),
        ("False", False),
        ("1", True),
        ("0", False),
        ("Yes", True),
        ("n", False),
        ("maybe", None),
        ("", None),
    ],
)
def test_booleans_are_explicit(text: str, expected: bool | None) -> None:
    assert ask("read_boolean($x)", x=text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("19", 19),
        ("19.0", 19),
        (" 19 ", 19),
        ("1,900", None),
        ("19.5", None),
        ("-1", None),
        ("1e3", None),
        ("NA", None),
    ],
)
def test_whole_numbers(text: str, expected: int | None) -> None:
    assert ask("read_integer($x, 0, NULL)", x=text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("45.5", 45.5), ("-45", -45.0), ("91", None), ("45,5", None), ("nan", None), ("45.1 (accuracy 30m)", None)],
)
def test_degrees(text: str, expected: float | None) -> None:
    assert ask("read_float($x, -90, 90)", x=text) == expected


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ('["a", "b"]', ["a", "b"]),
        ("['a', 'b']", ["a", "b"]),
        ("[a, b]", ["a", "b"]),
        ("a|b", ["a", "b"]),
        ("a,b;c", ["a", "b", "c"]),
        ("#a #b", ["#a", "#b"]),
        ("https://example.org/?x=1,2", ["https://example.org/?x=1,2"]),
        ("https://example.org/a,https://example.org/b", ["https://example.org/a", "https://example.org/b"]),
        ("https://example.org/a https://example.org/b", ["https://example.org/a", "https://example.org/b"]),
        ('["", "a"]', ["a"]),
        ("[]", []),
        ("", None),
    ],
)
def test_lists(text: str, items: list[str] | None) -> None:
    assert ask("read_list($x)", x=text) == items


@pytest.mark.parametrize("text", ["", " ", "NA", "N/A", "null", "None", "NaN", "-", "\\N"])
def test_words_that_mean_missing(text: str) -> None:
    assert ask("cell($x)", x=text) is None


def test_na_is_namibia_where_a_file_does_not_use_it_for_missing() -> None:
    assert ask("place_cell('NA', false)") == "NA"
    assert ask("place_cell('NA', true)") is None
    assert ask("verbatim('NA')") == "NA"


def test_territories_are_codes_and_never_guessed() -> None:
    assert read_territory("Russian Federation") == ("RU", None)
    assert read_territory("rs") == ("RS", None)
    assert read_territory("England") == ("GB", None)
    assert read_territory("Korea") == (None, "names several territories")
    assert read_territory("South Asia") == (None, "names a region")
    assert read_territory("Isloo") == (None, "not the name or code of a territory")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Россия", "RU"), ("中国", "CN"), ("ایران", "IR"), ("Polska", "PL"), ("Hong Kong SAR", "HK"), ("🇷🇸", "RS"),
        ("🇳🇬 Nigeria", "NG"), ("Нигерия 🇳🇬", "NG"), ("🇳🇬 Serbia", None), ("🇷🇸🇳🇬", None), ("🇪🇺", None),
        ("Granada", None), ("NGA", "NG"), ("ira", None),
    ],
)  # fmt: skip
def test_territories_in_other_languages_and_by_flags(text: str, code: str | None) -> None:
    assert read_territory(text)[0] == code


KEY = b"k" * 32


def test_identifiers_are_keyed_hashes_of_their_normal_form() -> None:
    hashed = hash_with(KEY)
    expected = hmac.new(KEY, b"ann@example.org", hashlib.sha256).hexdigest()[:32]
    found = read_identifier("email", "Ann@Example.org", hashed)
    assert (found.key, found.display) == (expected, "a…@example.org")
    assert read_identifier("payment_card", "4111 1111-1111 1111", hashed).key == hashed("4111111111111111")
    assert read_identifier("domain", "hxxps://www.Example[.]org/page", hashed).key == "example.org"
    assert read_identifier("device", "0123456789abcdef", hashed).display == "0123…"
    assert read_identifier("analytics", " ua-1234567-1", hashed).key == hashed("UA-1234567-1")


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("payment_card", "411111******1111", "a masked identifier"),
        ("device", "UKPJ****", "a masked identifier"),
        ("email", "not a mail", "not a mail address"),
        ("domain", "localhost", "not a domain"),
        ("phone", "0601234567", "not a telephone number with its calling code"),
        ("phone", "2125550100", "not a telephone number with its calling code"),
        ("device", "x" * 600, "longer than 512 characters"),
    ],
)
def test_identifiers_that_are_no_key(kind: str, text: str, reason: str) -> None:
    found = read_identifier(kind, text, hash_with(KEY))
    assert (found.key, found.problem) == (None, reason)


def test_phones_give_territory_and_kind() -> None:
    pytest.importorskip("phonenumbers")
    hashed = hash_with(KEY)
    mobile = read_identifier("phone", "00381 60 1234567", hashed)
    assert (mobile.region, mobile.number_kind, mobile.display) == ("RS", "mobile", "+38…67")
    assert mobile.key == read_identifier("phone", "+381601234567", hashed).key == hashed("+381601234567")
    assert read_identifier("phone", "+7 701 123 45 67", hashed).region == "KZ"
    assert read_identifier("phone", "+1 800 555 0199", hashed).number_kind == "toll_free"
    assert read_identifier("phone", "+44 56 0000 0000", hashed).number_kind == "voip"
    assert read_identifier("phone", "+44 7911 123456", hashed).region == "GG"


@pytest.mark.parametrize(
    ("number", "region", "kind"),
    [
        ("+7 100 000 00 00", "KZ RU", "invalid"),
        ("+881 612 345 678", None, "mobile"),
        ("+39 06 698 12345", "VA", "fixed_line"),
    ],
)
def test_codes_of_several_territories_and_of_none(number: str, region: str | None, kind: str) -> None:
    pytest.importorskip("phonenumbers")
    found = read_identifier("phone", number, hash_with(KEY))
    assert (found.region, found.number_kind) == (region, kind)


@pytest.fixture
def without_phonenumbers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from attrigraph.loaders.cells import _phone_facts

    _phone_facts.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "phonenumbers", None)
    yield
    _phone_facts.cache_clear()


def test_without_the_extra_the_hash_is_the_same_and_the_territory_unknown(without_phonenumbers: None) -> None:
    hashed = hash_with(KEY)
    found = read_identifier("phone", "00381 60 1234567", hashed)
    assert (found.key, found.region, found.number_kind) == (hashed("+381601234567"), None, "unknown")
