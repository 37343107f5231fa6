"""Claims beside assessments: verdicts in sum and account by account, and what would settle the rest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from case_graph import CaseGraph, at
from hypothesis import given
from hypothesis import strategies as st

from attrigraph.errors import NotAssessed
from attrigraph.graph import Store
from attrigraph.inference import claims
from attrigraph.inference.claims import ClaimedAccount, check_claims, what_would_settle

DAYS = "three login days from residential or mobile networks"
PHONE = "a phone number or an app store"
SHARED = "devices or addresses shared with other accounts"


@pytest.fixture
def case(store: Store) -> CaseGraph:
    """Platform A says that five accounts are operated from RS, and who runs one of them."""
    graph = CaseGraph(store, "RS", "ME")
    graph.accounts("x:1", "x:2", "x:3", "x:4", "x:5")
    graph.run("r1", "07-01")
    graph.assessed("x:1", "supported", "RS", 0.95, confidence="high")
    graph.assessed("x:2", "supported", "ME", 0.75, confidence="low")
    graph.assessed("x:3", "contested", "RS", 0.7)
    graph.assessed("x:4", "insufficient", "RS", 0.5)
    graph.believed("x:2", "RS", 0.125)
    said = {"claimed_at": at("06-01 09:00"), "grade": "B2", "url": "https://example.org/a", "sources": ["s1"]}
    for number in range(1, 6):
        graph.claimed(f"s1:{number}", f"x:{number}", "Platform A", "are operated from", code="RS", **said)
    return graph


def test_a_claim_in_sum(case: CaseGraph) -> None:
    report = check_claims(case.store)
    assert report.run == "r1"
    assert report.sum_rows() == [
        {
            "claimant": "Platform A",
            "relation": "are operated from",
            "claim": "Serbia",
            "claimed_at": at("06-01 09:00"),
            "judged": True,
            "claimed": 5,
            "supported": 1,
            "contradicted": 1,
            "contested": 1,
            "cannot_be_told": 2,
        }
    ]
    assert tuple(report.sum_rows()[0]) == report.SUM_COLUMNS


def test_a_claim_account_by_account(case: CaseGraph) -> None:
    (claim,) = check_claims(case.store).claims
    assert (claim.grade, claim.url) == ("B2", "https://example.org/a")
    assert claim.sources == ("s1:1", "s1:2", "s1:3", "s1:4", "s1:5")
    lacks = (DAYS, PHONE, SHARED)
    none = (None, None, None, None)
    here, there = (0.95, None, ("supported RS",), ()), (0.75, 0.125, ("supported ME",), ())
    silent = ("The account was not assessed in this run.",)
    assert claim.accounts == (
        ClaimedAccount("x:1", "1", "supported", "supported", "high", "RS", *here, ("s1:1",)),
        ClaimedAccount("x:2", "2", "contradicted", "supported", "low", "ME", *there, ("s1:2",)),
        ClaimedAccount("x:3", "3", "contested", "contested", *none, ("contested RS",), lacks, ("s1:3",)),
        ClaimedAccount("x:4", "4", "cannot be told", "insufficient", *none, ("insufficient RS",), lacks, ("s1:4",)),
        ClaimedAccount("x:5", "5", "cannot be told", "not assessed", *none, silent, lacks, ("s1:5",)),
    )  # fmt: skip
    row = check_claims(case.store).account_rows()[1]
    assert tuple(row) == check_claims(case.store).ACCOUNT_COLUMNS
    assert (row["verdict"], row["assessed"], row["confidence"], row["claim"]) == ("contradicted", "ME", "low", "Serbia")


def test_what_would_settle_the_rest(case: CaseGraph) -> None:
    case.address("192.0.2.1", "residential")
    case.login("x:3", "192.0.2.1", days=3)
    case.evidence("r1/x:4/store/1", "x:4", "acquisition", {"RS": (1.0, 0.5)})
    case.uses("x:4", "Device", "d1")
    case.accounts("x:6")
    report = check_claims(case.store)
    assert [account.missing for account in report.claims[0].accounts[2:]] == [
        (PHONE, SHARED),
        (DAYS,),
        (DAYS, PHONE, SHARED),
    ]
    assert report.settle == (
        f"2 of 3 undecided accounts lack {PHONE}.",
        f"2 of 3 undecided accounts lack {SHARED}.",
        f"2 of 3 undecided accounts lack {DAYS}.",
    )
    assert what_would_settle(case.store)[0] == f"3 of 4 undecided accounts lack {PHONE}."
    assert what_would_settle(case.store, accounts=["x:4"]) == (f"1 of 1 undecided accounts lack {DAYS}.",)


def test_organisations_are_listed_and_never_judged(case: CaseGraph) -> None:
    case.claimed("s1:9", "x:1", "Ministry B", "is paid by", of="Harbour Media")
    listed = check_claims(case.store).claims[0]
    assert (listed.claimant, listed.relation, listed.text, listed.judged) == (
        "Ministry B", "is paid by", "Harbour Media", False,
    )  # fmt: skip
    assert [(a.account, a.verdict) for a in listed.accounts] == [("x:1", "not judged")]
    assert check_claims(case.store).sum_rows()[0] | {"claimed_at": None} == {
        "claimant": "Ministry B", "relation": "is paid by", "claim": "Harbour Media", "claimed_at": None,
        "judged": False, "claimed": 1, "supported": 0, "contradicted": 0, "contested": 0, "cannot_be_told": 0,
    }  # fmt: skip


def test_the_verb_and_the_day_tell_claims_apart(case: CaseGraph) -> None:
    case.claimed("s2:1", "x:1", "Platform A", "linked to", code="RS", claimed_at=at("06-01 20:00"))
    case.claimed("s2:2", "x:1", "Platform A", "are operated from", code="ME", claimed_at=at("06-01 20:00"))
    case.claimed("s2:3", "x:1", "Platform A", "are operated from", code="RS", claimed_at=at("06-02"))
    case.claimed(
        "s2:4", "x:1", "Platform A", "are operated from", code="RS", claimed_at=at("06-01 23:00"), sources=["s2"]
    )
    found = [
        (c.relation, c.territory, c.claimed_at, c.claimed, c.count("supported"))
        for c in check_claims(case.store).claims
    ]
    assert found == [
        ("are operated from", "RS", at("06-01 09:00"), 5, 1),
        ("are operated from", "ME", at("06-01 20:00"), 1, 0),
        ("linked to", "RS", at("06-01 20:00"), 1, 1),
        ("are operated from", "RS", at("06-02"), 1, 1),
    ]
    assert check_claims(case.store).claims[0].sources[-1] == "s2:4"


def test_a_claim_is_no_evidence_about_itself(case: CaseGraph) -> None:
    before = [a.verdict for a in check_claims(case.store).claims[0].accounts]
    for number in range(20):
        case.claimed(f"s3:{number}", "x:4", f"Echo {number}", "is run from", code="RS")
    after = {c.claimant: [a.verdict for a in c.accounts] for c in check_claims(case.store).claims}
    assert after["Platform A"] == before
    assert after["Echo 7"] == ["cannot be told"]


def test_the_run_chooses(case: CaseGraph) -> None:
    case.run("r2", "07-02")
    case.assessed("x:1", "supported", "ME", 0.9, run="r2", confidence="moderate")
    assert [check_claims(case.store, run).claims[0].count("supported") for run in ("r1", None)] == [1, 0]
    assert check_claims(case.store).claims[0].count("cannot be told") == 4


def test_no_claims_and_no_run(store: Store) -> None:
    with pytest.raises(NotAssessed, match="attrigraph infer"):
        check_claims(store)
    CaseGraph(store).run()
    report = check_claims(store)
    assert (report.claims, report.settle, report.sum_rows(), report.account_rows()) == ((), (), [], [])


ROW = st.fixed_dictionaries(
    {
        "claimant": st.sampled_from(["A", "B"]),
        "relation": st.sampled_from(["operated from", "linked to"]),
        "territory": st.sampled_from(["RS", "ME"]),
        "organisation": st.none(),
        "claimed_at": st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 3)),
        "grade": st.none(),
        "url": st.none(),
        "account": st.sampled_from(["x:1", "x:2", "x:3"]),
        "handle": st.none(),
        "verdict": st.sampled_from(["supported", "contradicted", "contested", "cannot be told"]),
        "outcome": st.just("supported"),
        "confidence": st.none(),
        "top": st.just("RS"),
        "p": st.just(0.9),
        "claimed_p": st.none(),
        "reasons": st.just([]),
        "source": st.sampled_from(["s1:1", "s2:1"]),
    }
)


@given(st.lists(ROW, max_size=30))
def test_counts_add_up(rows: list[dict[str, Any]]) -> None:
    found = claims._claims(rows, {})
    assert sum(claim.claimed for claim in found) == len(
        {
            (r["claimant"], r["relation"], r["territory"], r["claimed_at"] and r["claimed_at"].date(), r["account"])
            for r in rows
        }
    )
    for row in claims.ClaimsReport("r1", None, found, ()).sum_rows():
        verdicts = ("supported", "contradicted", "contested", "cannot_be_told")
        assert sum(row[verdict] for verdict in verdicts) == row["claimed"]
