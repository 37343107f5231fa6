"""Takedown reports and statements as rows: claims with the verb as it was said (formats.md, 4.2 and 8)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from loading import Bench

from attrigraph.errors import InputError

HEADER = "network;accounts;verb;origin;organisation;claimant;date;url;targets\n"
VERB = "found direct links to an individual based in"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def row(accounts: str = "1042, 1043", origin: str = "Serbia", organisation: str = "") -> str:
    return f"Quay;{accounts};{VERB};{origin};{organisation};Meta;2024-05-29;https://example.org/r;US\n"


def claims(bench: Bench) -> list[tuple[Any, ...]]:
    return sorted(bench.table("claims", "account_id", "territory", "organisation"), key=str)


def test_every_account_of_a_row_is_claimed(bench: Bench) -> None:
    report = bench.load("takedowns.csv", HEADER + row(), platform="facebook")
    assert (report.format, report.grade, report.tables) == ("takedown-report", "B2", {"claims": 2})
    assert claims(bench) == [("facebook:1042", "RS", None), ("facebook:1043", "RS", None)]
    assert bench.table("claims", "relation", "claimant", "claimed_at", "grade")[0] == (
        VERB, "Meta", "2024-05-29 00:00:00+00", "B2",
    )  # fmt: skip


def test_organisations_are_claims_of_their_own(bench: Bench) -> None:
    bench.load("takedowns.csv", HEADER + row("1042", "", '"Quay, Ltd | Mole Media"'), platform="x")
    assert claims(bench) == [("x:1042", None, "Mole Media"), ("x:1042", None, "Quay, Ltd")]


def test_several_origins_are_a_claim_each(bench: Bench) -> None:
    bench.load("takedowns.csv", HEADER + row("1042", "Macedonia, Kosovo"), platform="x")
    assert claims(bench) == [("x:1042", "MK", None), ("x:1042", "XK", None)]
    assert len(set(bench.table("claims", "record"))) == 2


def test_a_place_nobody_knows_is_a_reject(bench: Bench) -> None:
    report = bench.load("takedowns.csv", HEADER + row() + row("1044", "Fictionia"), platform="x")
    assert [r[2:] for r in bench.rejects(report)] == [("Fictionia", "not the name or code of a territory")]


def test_numbers_of_accounts_are_no_accounts(bench: Bench) -> None:
    text = (
        "network,accounts,pages,groups,verb,origin,publisher,date\nQuay,37,12,1,originating in,Serbia,Meta,2024-05-29\n"
    )
    with pytest.raises(InputError, match="the row names no account"):
        bench.load("counts.csv", text, platform="facebook")
    assert bench.load("counts.csv", text, platform="facebook", account="1042").tables == {"claims": 1}


def test_linked_accounts_are_ties_and_no_evidence(bench: Bench) -> None:
    text = (
        "account_ids,platform,verb,origin,claimant,linked_accounts\n1042,x,likely on behalf of,Serbia,Meta,1043 1044\n"
    )
    report = bench.load("takedowns.csv", text)
    assert report.tables == {"claims": 1, "ties": 2}
    assert bench.table("ties", "other_id", "kind") == [
        ("x:1043", "likely on behalf of"), ("x:1044", "likely on behalf of"),
    ]  # fmt: skip


def test_the_generic_table_of_claims_stays_what_it_is(bench: Bench) -> None:
    text = "account_id,territory,relation,claimant\nx:1042,RS,operated from,Meta\n"
    assert bench.load("claims.csv", text).format == "claims from CSV"


def test_claims_about_operations_are_refused_in_words(bench: Bench) -> None:
    header = "source,disinformant,disinformant_nation,disinformant_attribution,attribution_url,attribution_date\n"
    with pytest.raises(InputError, match="a statement about an operation that names no account"):
        bench.load("interference.csv", header + "NBC,IRA,Russia,Direct Attribution,https://example.org,11/7/2018\n")
