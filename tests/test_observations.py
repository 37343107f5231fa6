"""Reading observations back: views, counts, rows behind locators, spans, sources."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from loading import GOOD, LOGINS, Bench

from attrigraph.errors import CaseDamaged
from attrigraph.loaders.observations import Observations
from attrigraph.loaders.tables import TABLES, table


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_an_empty_case_has_every_view_with_its_types(bench: Bench) -> None:
    connection = Observations(bench.folder).connection()
    for each in TABLES:
        described = connection.execute(f"DESCRIBE {each.name}").fetchall()
        assert [(row[0], row[1].replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")) for row in described] == [
            (c.name, c.sql_type) for c in each.stored
        ]


def test_files_have_the_columns_of_their_source(bench: Bench) -> None:
    report = bench.load("a.csv", LOGINS + GOOD)
    connection = Observations(bench.folder).connection()
    types = {row[0]: row[1] for row in connection.execute(f"DESCRIBE FROM '{report.files[0]}'").fetchall()}
    declared = {c.name: c.sql_type for c in table("logins").stored}
    assert list(types) == [
        "account_id", "platform", "at", "ip", "port", "source", "record", "record_number", "raw", "unread"
    ]  # fmt: skip
    assert types.pop("record_number") == "BIGINT"
    types["at"] = "TIMESTAMPTZ"
    assert types.items() <= declared.items()


def test_records_are_whole_in_the_views(bench: Bench) -> None:
    bench.load("a.csv", LOGINS + GOOD)
    bench.load("b.jsonl", '{"account_id": "x:2", "at": "2024-02-01T10:00:00Z", "ip": "192.0.2.1"}\n')
    records = (
        Observations(bench.folder).connection().execute("SELECT record FROM logins ORDER BY account_id").fetchall()
    )
    assert records == [("row 1",), ("line 1",)]


def test_sources_counts_facts_and_rejects(bench: Bench) -> None:
    one = bench.load("a.csv", LOGINS + GOOD + "x:2,never,192.0.2.1\n", provider="the platform", grade="B2")
    two = bench.load("s.csv", "account_id,signal,value\nx:1,platform_country,Serbia\n")
    observations = Observations(bench.folder)
    assert observations.sources() == sorted([one.source, two.source])
    assert observations.counts() == {one.source: {"logins": 1}, two.source: {"signals": 1}}
    facts = observations.facts(one.source)
    assert (facts["name"], facts["provider"], facts["grade"], facts["loaded"], facts["rejected"]) == (
        "a.csv", "the platform", "B2", 1, 1,
    )  # fmt: skip
    assert observations.rejects(one.source) == [
        {"file": "a.csv", "record": "row 2", "field": "at", "value": "never", "reason": "not a time", "kind": "row"}
    ]
    assert observations.facts("0" * 16) == {}


def test_only_the_sources_named_are_read(bench: Bench) -> None:
    one = bench.load("a.csv", LOGINS + GOOD)
    bench.load("b.csv", LOGINS + GOOD.replace("x:1", "x:2"))
    rows = Observations(bench.folder, [one.source]).connection().execute("SELECT account_id FROM logins").fetchall()
    assert rows == [("x:1",)]


def test_rows_behind_locators_in_their_order(bench: Bench) -> None:
    one = bench.load("a.csv", LOGINS + GOOD + GOOD.replace("192.0.2.1", "192.0.2.2"))
    two = bench.load("s.csv", "account_id,signal,value,accurate\nx:1,platform_country,Serbia,false\n")
    found = Observations(bench.folder).rows([f"{two.source}:row 1", f"{one.source}:row 2", f"{one.source}:row 9"])
    assert found == [
        {
            "source": two.source, "record": "row 1", "table": "signals",
            "values": {"account_id": "x:1", "signal": "platform_country", "value": "Serbia", "accurate": False},
        },
        {
            "source": one.source, "record": "row 2", "table": "logins",
            "values": {"account_id": "x:1", "at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "ip": "192.0.2.2"},
        },
    ]  # fmt: skip


def test_spans(bench: Bench) -> None:
    assert Observations(bench.folder).span() == (None, None)
    one = bench.load("a.csv", LOGINS + GOOD + GOOD.replace("2026-01-02", "2026-02-03"))
    bench.load("c.csv", "account_id,handle,created_at\nx:1,a,2011-01-01T00:00:00Z\n")
    expected = (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2026, 2, 3, 3, 4, 5, tzinfo=UTC))
    assert Observations(bench.folder).span() == expected
    assert Observations(bench.folder).spans() == {one.source: expected}


def test_a_file_of_an_earlier_version_leaves_new_columns_unknown(bench: Bench) -> None:
    report = bench.load(
        "a.csv", "account_id,handle,created_at,observed_at\nx:1,a,2011-01-01T00:00:00Z,2012-01-01T00:00:00Z\n"
    )
    file, before = str(report.files[0]), str(report.files[0].with_suffix(".before"))
    duckdb.execute(f"COPY (SELECT * EXCLUDE (observed_at) FROM read_parquet('{file}')) TO '{before}' (FORMAT parquet)")
    Path(before).replace(file)
    observations = Observations(bench.folder)
    assert observations.connection().execute("SELECT handle, observed_at FROM accounts").fetchall() == [("a", None)]
    (row,) = observations.rows([f"{report.source}:row 1"])
    assert (row["values"]["handle"], "observed_at" in row["values"]) == ("a", False)


def test_a_damaged_file_is_one_sentence(bench: Bench) -> None:
    report = bench.load("a.csv", LOGINS + GOOD)
    report.files[0].write_bytes(b"not parquet")
    with pytest.raises(CaseDamaged, match="observations of logins cannot be read"):
        Observations(bench.folder).connection()
