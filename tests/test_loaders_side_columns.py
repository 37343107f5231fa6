"""One row an account, one column a fact: columns of a table of accounts that become signals, logins and identifiers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from loading import Bench, as_csv, parquet

from attrigraph.errors import InputError, UnrecognisedFile
from attrigraph.loaders.load import LoadOptions
from attrigraph.loaders.preview import preview
from attrigraph.loaders.side_columns import MOMENTS, NAMED, SAID_WHEN, SIDES
from attrigraph.loaders.tables import TABLES, fold, table

WIDE = {
    "account": "x:1", "Name": "Ann", "created": "2020-01-02T03:04:05Z", "App Store country": "Serbia",
    "SIM carrier": "us.verizon", "phone": "+351912345678", "second phone": "", "registration IP": "192.0.2.1:443",
    "last login IP": "192.0.2.7", "last login": "2024-02-03T04:05:06Z", "team": "blue",
}  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    yield Bench(tmp_path)


def content_of(kind: str, folder: Path) -> str | bytes:
    """The wide table as a file of a kind, once with a damaged record before it."""
    line = json.dumps(WIDE)
    if kind == "parquet":
        texts = ", ".join(f"'{value}' AS \"{name}\"" for name, value in WIDE.items())
        return parquet(folder / "made.parquet", f"SELECT {texts}").read_bytes()
    header, row = as_csv(WIDE).splitlines()
    return {
        "csv": as_csv(WIDE),
        "damaged.csv": f"{header}\nx:9,cut\n{row}\n",
        "jsonl": line,
        "damaged.jsonl": f"{line[:-3]}\n{line}\n",
        "json": f"[{line}]",
    }[kind]


@pytest.mark.parametrize("kind", ["csv", "damaged.csv", "jsonl", "damaged.jsonl", "json", "parquet"])
def test_a_row_an_account_gives_a_row_a_fact(bench: Bench, tmp_path: Path, kind: str) -> None:
    report = bench.load(f"wide.{kind}", content_of(kind, tmp_path))

    assert bench.table("signals", "account_id", "signal", "value") == [
        ("x:1", "store_country", "Serbia"),
        ("x:1", "sim_carrier", "us.verizon"),
    ]
    assert bench.table("logins", "account_id", "kind", "at", "ip", "port") == [
        ("x:1", "registration", "2020-01-02 03:04:05+00", "192.0.2.1", 443),
        ("x:1", "login", "2024-02-03 04:05:06+00", "192.0.2.7", None),
    ]
    assert bench.table("identifiers", "kind", "display", "region") == [("phone", "+35…78", "PT")]
    assert [json.loads(raw) for (raw,) in bench.table("accounts", "raw")][-1]["team"] == "blue"
    assert report.tables == {"accounts": 1, "identifiers": 1, "signals": 2, "logins": 2}
    assert report.rejected == kind.startswith("damaged")
    assert report.notes == (
        "Kept in raw, not read: second phone, team.",
        "Became identifiers, of which keyed hashes are kept: phone.",
        "Became logins: registration IP, last login IP.",
        "Became signals: App Store country, SIM carrier.",
    )


def test_signals_are_of_the_day_the_profile_was_seen(bench: Bench) -> None:
    bench.load("a.csv", "account_id,store_country,observed_at\nx:1,Serbia,2026-01-02T03:04:05Z\nx:2,,\n")
    assert bench.table("accounts", "account_id") == [("x:1",), ("x:2",)]
    assert bench.table("signals", "account_id", "value", "observed_at", "record") == [
        ("x:1", "Serbia", "2026-01-02 03:04:05+00", "row 1")
    ]


def test_other_headers_are_named_with_map(bench: Bench) -> None:
    rows = "account_id,handle,language,Land,Telefon\nx:1,ann,de,Serbia,+351912345678\n"
    given = {"Land": "declared_country", "Telefon": "phone", "language": "content_language"}
    bench.load("a.csv", rows, mapping=given)

    assert bench.table("signals", "signal", "value") == [("content_language", "de"), ("declared_country", "Serbia")]
    assert bench.table("identifiers", "kind", "region") == [("phone", "PT")]
    assert bench.table("accounts", "language", "raw") == [(None, None)]


def test_several_columns_may_become_one_kind(bench: Bench) -> None:
    report = bench.load("a.csv", "account_id,handle,phone,mobile\nx:1,ann,+351912345678,+381641234567\n")
    assert bench.table("identifiers", "kind", "region") == [("phone", "PT"), ("phone", "RS")]
    assert report.notes == ("Became identifiers, of which keyed hashes are kept: phone, mobile.",)


def test_a_country_by_itself_is_nobodys_word(bench: Bench) -> None:
    report = bench.load("a.csv", "account_id,handle,country\nx:1,ann,Serbia\n")
    assert report.tables == {"accounts": 1}
    assert report.notes == ("Kept in raw, not read: country.",)


def test_an_address_without_a_moment_stays_in_raw(bench: Bench) -> None:
    path = bench.write("a.csv", "account_id,handle,registration_ip\nx:1,ann,192.0.2.1\n")
    shown = preview(path)
    assert shown.unmapped == {"registration_ip": "kept in raw, not read: no column says when (created_at)"}
    assert shown.tables == {"accounts": 1}


def test_an_address_that_is_named_needs_a_moment(bench: Bench) -> None:
    rows = "account_id,handle,ip,seen\nx:1,ann,192.0.2.1,2026-01-02T03:04:05Z\n"
    with pytest.raises(
        InputError, match=r'"ip=last_login_ip" needs a column last_login_at, which a\.csv does not have'
    ):
        bench.load("a.csv", rows, mapping={"ip": "last_login_ip"})
    with pytest.raises(InputError, match='"seen=last_login_at" needs a column last_login_ip'):
        bench.load("a.csv", rows, mapping={"seen": "last_login_at"})
    bench.load("a.csv", rows, mapping={"ip": "last_login_ip", "seen": "last_login_at"})
    assert bench.table("logins", "kind", "ip", "at") == [("login", "192.0.2.1", "2026-01-02 03:04:05+00")]


def test_what_cannot_be_read_is_a_reject_and_the_account_stays(bench: Bench) -> None:
    rows = "account_id,created_at,registration_ip,phone\nx:1,yesterday,192.0.2.1,12\nx:2,2020-01-02T03:04:05Z,home,\n"
    report = bench.load("a.csv", rows)
    assert report.tables == {"accounts": 2}
    assert (report.records, report.loaded, report.rejected) == (5, 2, 3)
    assert sorted(bench.rejects(report)) == [
        ("row 1", "at", "yesterday", "not a time"),
        ("row 1", "value", "12…", "not a telephone number with its calling code"),
        ("row 2", "ip", "home", "not an address"),
    ]


@pytest.mark.parametrize(
    ("rows", "namibia"),
    [("x:1,ann,NA\nx:2,bob,Serbia\n", True), ("x:1,NA,NA\nx:2,bob,Serbia\n", False)],
)
def test_na_is_namibia_unless_other_columns_hold_it(bench: Bench, rows: str, namibia: bool) -> None:
    report = bench.load("a.csv", "account_id,display_name,store_country\n" + rows)
    found = [value for (value,) in bench.table("signals", "value")]
    assert found == (["NA", "Serbia"] if namibia else ["Serbia"])
    meaning = "Namibia, since no other column holds it" if namibia else "missing, as in its other columns"
    assert f'"NA" in store_country (1 rows) was read as {meaning}.' in report.notes


def test_only_a_table_of_accounts_has_such_columns(bench: Bench) -> None:
    rows = "account_id,at,ip,shop\nx:1,2026-01-02T03:04:05Z,192.0.2.1,Serbia\n"
    with pytest.raises(
        InputError, match=r'"shop=store_country" is for a table of accounts, and a\.csv is one of logins'
    ):
        bench.load("a.csv", rows, mapping={"shop": "store_country"})
    with pytest.raises(InputError, match="'store_country' is no column of logins"):
        bench.load("a.csv", rows, mapping={"shop": "store_country"}, table="logins")
    with pytest.raises(InputError, match=r"'store_land' is no column of any table\. Did you mean store_country"):
        preview(bench.write("b.csv", rows), LoadOptions(mapping={"shop": "store_land"}))
    with pytest.raises(UnrecognisedFile, match="no table and no format known here"):
        bench.load("c.csv", "account_id,colour\nx:1,red\n")


def test_no_header_means_two_things() -> None:
    ours = {fold(name) for c in table("accounts").columns for name in (c.name, *c.synonyms)}
    headers = [name for side in SIDES for name in side.headers] + [name for names in MOMENTS.values() for name in names]
    assert headers == [fold(name) for name in headers]
    assert len(headers) == len(set(headers))
    assert not ours & set(headers)
    assert not NAMED.keys() & SAID_WHEN.keys()
    assert {side.table for side in SIDES} <= {t.name for t in TABLES}
