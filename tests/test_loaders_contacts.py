"""Mail addresses, telephone numbers and streets in generic tables: hashed, masked or left out, never in clear."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from loading import Bench, as_csv, parquet

from attrigraph.loaders.observations import Observations

ACCOUNTS = {"account_id": "x:1", "handle": "ann", "E-Mail": "ann.private@mail.pt", "phone": "+351912345678"}
CLEAR = ("ann.private", "912345678", "912 345 678", "Rua das Flores", "1250-096")


def everything(bench: Bench) -> str:
    """What the case holds, in words, the files as they stand included."""
    observed = Observations(bench.folder)
    tables = ("accounts", "identifiers", "logins", "signals")
    kept = str([observed.connection().table(name).fetchall() for name in tables])
    kept += str([observed.rejects(source) for source in observed.sources()])
    return kept + "".join(path.read_bytes().decode("latin-1") for path in bench.folder.root.rglob("*.parquet"))


def test_mail_and_telephone_of_accounts_become_identifiers(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    seen = {"observed_at": "2026-01-02T03:04:05Z"}
    report = bench.load("accounts.csv", as_csv(ACCOUNTS | seen, {"account_id": "x:2", "handle": "bob"} | seen))

    columns = ("account_id", "platform", "kind", "display", "region", "first_seen", "record")
    moment = "2026-01-02 03:04:05+00"
    assert bench.table("identifiers", *columns) == [
        ("x:1", "x", "email", "a…@mail.pt", None, moment, "row 1"),
        ("x:1", "x", "phone", "+35…78", "PT", moment, "row 1"),
    ]
    assert report.tables == {"accounts": 2, "identifiers": 2}
    assert (report.records, report.loaded, report.rejected) == (4, 4, 0)
    assert report.notes == ("Became identifiers, of which keyed hashes are kept: E-Mail, phone.",)
    assert not [clear for clear in CLEAR if clear in everything(bench)]


@pytest.mark.parametrize("kind", ["jsonl", "damaged jsonl", "json", "parquet"])
def test_every_kind_of_file_gives_them(tmp_path: Path, kind: str) -> None:
    bench = Bench(tmp_path)
    line = json.dumps(ACCOUNTS)
    if kind == "parquet":
        texts = ", ".join(f"'{value}' AS \"{name}\"" for name, value in ACCOUNTS.items())
        content: str | bytes = parquet(tmp_path / "a.parquet", f"SELECT {texts}").read_bytes()
    else:
        content = {"jsonl": line, "damaged jsonl": f'{line}\n{line[:-3]}\n{line[:-1]}, "n": 1}}', "json": f"[{line}]"}[
            kind
        ]
    bench.load(f"accounts.{kind.rsplit(maxsplit=1)[-1]}", content)

    assert set(bench.table("identifiers", "kind", "display")) == {("email", "a…@mail.pt"), ("phone", "+35…78")}
    assert not [clear for clear in CLEAR if clear in everything(bench)]


def test_what_is_no_number_is_a_reject_and_masked(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    report = bench.load("accounts.csv", "account_id,handle,phone\nx:1,ann,912345678\n")

    assert report.tables == {"accounts": 1}
    assert bench.rejects(report) == [
        ("row 1", "value", "9123…", "not a telephone number with its calling code"),
    ]


def test_other_tables_leave_them_out_and_say_where_they_belong(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    report = bench.load(
        "logins.csv", "account_id,at,ip,phone,colour\nx:1,2026-01-02T03:04:05Z,192.0.2.1,+351912345678,red\n"
    )

    assert bench.table("logins", "raw") == [('{"colour":"red"}',)]
    assert report.notes == (
        "Personal columns are left out: phone. As a table identifiers (account_id, kind, value) they are kept as keyed "
        "hashes.",
        "Kept in raw, not read: colour.",
    )


def test_what_looks_like_one_is_masked_in_other_columns(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    notes = [
        "call +351 912 345 678 or write to ann.private@mail.pt",
        "+351912345678",
        "2026-01-02T03:04:05+02:00, Thu Jan 01 00:00:00 +0000 2026, @ann, https://youtube.com/@ann.b, 1+2",
    ]
    bench.load("accounts.csv", as_csv(*({"account_id": f"x:{i}", "handle": "a", "c": n} for i, n in enumerate(notes))))

    assert [json.loads(raw)["c"] for (raw,) in bench.table("accounts", "raw")] == [
        "call +35…78 or write to a…@mail.pt",
        "+35…78",
        notes[2],
    ]


def test_street_addresses_are_left_out_as_fine_locations(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    content = "account_id,handle,home_address,postcode\nx:1,ann,Rua das Flores 1,1250-096\n"
    report = bench.load("accounts.csv", content)
    assert bench.table("accounts", "raw") == [(None,)]
    assert "left out: home_address, postcode." in report.notes[0]

    (tmp_path / "kept").mkdir()
    kept = Bench(tmp_path / "kept")
    kept.load("accounts.csv", content, keep_fine_location=True)
    assert kept.table("accounts", "raw") == [('{"home_address":"Rua das Flores 1","postcode":"1250-096"}',)]


@pytest.mark.parametrize("keep_fine", [False, True])
def test_a_whole_number_as_region_is_its_region(tmp_path: Path, keep_fine: bool) -> None:
    bench = Bench(tmp_path)
    values = ["+351912345678", "0044 20 7946 0958", "+7", "Portugal", "912345678", "+39"]
    rows = [f"x:{i},phone_region,{value}" for i, value in enumerate(values)]
    rows.append("x:9,phone_change,+351912345678")
    report = bench.load("signals.csv", "account_id,signal,value\n" + "\n".join(rows), keep_fine_location=keep_fine)

    assert [value for (value,) in bench.table("signals", "value")] == ["PT", "GB", "+7", "Portugal", "+39", "+35…78"]
    assert bench.rejects(report) == [("row 5", "value", "9123…", "a telephone number of no known region")]
    assert not [clear for clear in CLEAR if clear in everything(bench)]


def test_rejected_lines_are_masked(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    content = as_csv(ACCOUNTS) + "x:2,bob,ann.private@mail.pt,+351912345678,1,2\nx:3,caf\xe9,,\n"
    report = bench.load("accounts.csv", content.encode("latin-1"))

    assert [value for _, _, value, _ in bench.rejects(report)] == ["x:2,bob,a…@mail.pt,+35…78,1,2"]
    moment = bench.load("logins.csv", "account_id,at,ip\nx:1,ann.private@mail.pt,192.0.2.1\nx:1,1767323045,1.1.1.1\n")
    assert [value for _, _, value, _ in bench.rejects(moment)] == ["a…@mail.pt"]
    assert not [clear for clear in CLEAR if clear in everything(bench)]


def test_cells_that_could_not_be_read_are_masked(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.load("accounts.csv", "account_id,handle,created_at,followers\nx:1,a,ann.private@mail.pt,+351 912 345 678\n")

    assert bench.table("accounts", "unread") == [('{"created_at":["a…@mail.pt"],"followers":["+35…78"]}',)]
    assert not [clear for clear in CLEAR if clear in everything(bench)]
