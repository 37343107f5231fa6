"""Every investigation of the pack: a small graph and the rows it must find, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from case_graph import CaseGraph, at

from attrigraph.graph import Store
from attrigraph.queries import Registry, run

NOWHERE = Path("/nonexistent")
BUILT_IN = Registry.load(user_queries=NOWHERE)


def rows(store: Store, name: str, *columns: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """The result cut down to some columns (all when none is named); declared columns and types are checked by `run`."""
    result = run(store, BUILT_IN, name, parameters)
    found = result.to_dicts()
    return [tuple(row[c] for c in columns or result.columns) for row in found]


@pytest.fixture
def case(store: Store) -> CaseGraph:
    return CaseGraph(store, "RS", "ME", "US", "DE")


def test_accounts_by_territory(case: CaseGraph) -> None:
    case.accounts(*[f"x:{n}" for n in range(1, 9)])
    case.run("r1", "07-01")
    case.run("r2", "07-02")
    case.run("r3", "07-03", complete=False)
    case.assessed("x:1", "supported", "US", 0.99, run="r1", confidence="high")
    case.assessed("x:8", "supported", "DE", 0.99, run="r3", confidence="high")
    for account, confidence in (("x:1", "high"), ("x:2", "low"), ("x:3", "moderate")):
        case.assessed(account, "supported", "RS", 0.9, run="r2", confidence=confidence)
    case.assessed("x:4", "supported", "ME", 0.8, run="r2", confidence="moderate")
    case.assessed("x:5", "contested", "ME", 0.7, run="r2")
    case.assessed("x:6", "insufficient", "UNKNOWN", 0.6, run="r2")
    case.assessed("x:7", "insufficient", "RS", 0.4, run="r2", region="Southern Europe")
    name = "accounts-by-territory"
    assert rows(case.store, name) == [
        ("supported", "RS", "name of RS", None, 3, 0.375, 1, 1, 1),
        ("supported", "ME", "name of ME", None, 1, 0.125, 0, 1, 0),
        ("contested", None, None, None, 1, 0.125, 0, 0, 0),
        ("insufficient", None, None, "Southern Europe", 1, 0.125, 0, 0, 0),
        ("insufficient", None, None, None, 1, 0.125, 0, 0, 0),
        ("not assessed", None, None, None, 1, 0.125, 0, 0, 0),
    ]
    assert rows(case.store, name, "outcome", "territory", "accounts", run="r1") == [
        ("supported", "US", 1),
        ("not assessed", None, 7),
    ]


def test_accounts_by_territory_before_inference(case: CaseGraph) -> None:
    case.accounts("x:1", "x:2")
    assert rows(case.store, "accounts-by-territory", "outcome", "accounts", "share") == [("not assessed", 2, 1.0)]


def test_accounts_that_changed(case: CaseGraph) -> None:
    case.accounts("x:1", "x:2", "x:3")
    case.run("r1", "07-01")
    case.store.write_nodes("Run", [{"id": "r1", "windows": ["r1/0", "r1/1", "r1/2"]}])
    for account in ("x:1", "x:2", "x:3"):
        case.assessed(account, "supported", "RS", 0.9)
    windows = [
        ("x:1", 0, "insufficient", "UNKNOWN"), ("x:1", 1, "supported", "RS"), ("x:1", 2, "supported", "DE"),
        ("x:2", 1, "supported", "RS"), ("x:2", 2, "supported", "RS"),
        ("x:3", 1, "insufficient", "UNKNOWN"), ("x:3", 2, "supported", "RS"),
    ]  # fmt: skip
    for account, number, outcome, top in windows:
        about = {"window": number, "now": number == 2, "opened_by": ["handle"], "starts": at("06-01")}
        case.assessed(account, outcome, top, 0.8, run=f"r1/{number}", **about)
    name = "accounts-that-changed"
    moved = ("x:1", "1", 3, ["insufficient", "supported", "supported"], ["RS", "DE"], "DE", "supported", ["handle"],
             at("06-01"), "RS")  # fmt: skip
    assert rows(case.store, name) == [moved]
    assert [row[0] for row in rows(case.store, name, "account", only_changed=False)] == ["x:1", "x:2", "x:3"]


def test_accounts_on_one_device(case: CaseGraph) -> None:
    case.accounts("x:1", "x:2", "x:3", "x:4")
    case.run()
    case.assessed("x:1", "supported", "RS", 0.9)
    case.assessed("x:2", "contested", "ME", 0.7)
    case.uses("x:1", "Device", "d1", "06-02", "06-04")
    case.uses("x:2", "Device", "d1", "06-01", "06-03")
    case.uses("x:3", "Device", "d1", "06-03", "06-05")
    case.uses("x:3", "Device", "alone")
    case.uses("x:3", "Cookie", "c1")
    case.uses("x:4", "Cookie", "c1")
    case.uses("x:3", "Domain", "example.org")
    case.uses("x:4", "Domain", "example.org")
    name = "accounts-on-one-device"
    device = ("device", "d1…", 3, ["x:1", "x:2", "x:3"], ["RS"], 2, at("06-01"), at("06-05"))
    cookie = ("cookie", "c1…", 2, ["x:3", "x:4"], [], 2, at("06-01"), at("06-30"))
    assert rows(case.store, name) == [device]
    assert rows(case.store, name, kind="any") == [device, cookie]
    assert rows(case.store, name, kind="any", min_accounts=3) == [device]


def test_accounts_on_one_address(case: CaseGraph) -> None:
    case.accounts("x:1", "x:2", "x:3")
    case.run()
    case.assessed("x:1", "supported", "RS", 0.9)
    case.address("192.0.2.1", "residential", network="AS64500 Home Net")
    case.address("192.0.2.2", "vpn", network="AS64501 Tunnel")
    case.address("192.0.2.3", None)
    for ip in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
        case.login("x:1", ip)
        case.login("x:2", ip)
    case.login("x:3", "192.0.2.1")
    case.shares(
        "x:1", "x:2", 0.75, n=3, message_ids=["s1:line 2"], first_at=at("06-01 10:00"), last_at=at("06-03 10:00")
    )
    case.shares("x:2", "x:3", 0.1, n=1)
    case.shares("x:1", "x:3", 0.9, run="r0", n=1)
    seen = (at("06-01 10:00"), at("06-03 10:00"), ["s1:line 2"])
    assert rows(case.store, "accounts-on-one-address") == [
        ("x:1", "x:2", 0.75, 3, ["192.0.2.1", "192.0.2.3"], 3, ["Home Net"], "RS", None, *seen)
    ]
    assert rows(case.store, "accounts-on-one-address", "account", "other", min_hold=0.05) == [
        ("x:1", "x:2"),
        ("x:2", "x:3"),
    ]


def test_accounts_on_one_network(case: CaseGraph) -> None:
    case.accounts("x:1", "x:2", "x:3", "x:4")
    case.address("198.51.100.7", "residential", {"a": "RS", "b": "ME"}, "AS64500 Home Net")
    for ip, kind in (
        ("198.51.100.9", None),
        ("198.51.100.200", "vpn"),
        ("2001:db8::1", None),
        ("2001:db8:0:5::1", None),
    ):
        case.address(ip, kind)
    case.login("x:1", "198.51.100.7", first="06-01 10:00", last="06-01 12:00")
    case.login("x:2", "198.51.100.9", first="06-02 11:00", last="06-02 11:00")
    case.login("x:3", "198.51.100.200", first="06-01 11:00", last="06-01 11:00")
    case.login("x:4", "198.51.100.7", first="06-09", last="06-09")
    case.login("x:3", "2001:db8::1", first="06-03", last="06-03")
    case.login("x:4", "2001:db8:0:5::1", first="06-03", last="06-03")
    v4 = ("198.51.100.0/24", 2, ["x:1", "x:2"], ["198.51.100.7", "198.51.100.9"], 3, ["residential", "unknown"])
    v4 += (["Home Net"], ["ME", "RS"], at("06-01 10:00"), at("06-02 11:00"))
    addresses = ["2001:db8::1", "2001:db8:0:5::1"]
    v6 = ("2001:db8::/48", 2, ["x:3", "x:4"], addresses, 2, ["unknown"], [], [], at("06-03"), at("06-03"))
    name = "accounts-on-one-network"
    assert rows(case.store, name) == [v4, v6]
    assert rows(case.store, name, "network", "accounts", hours=22) == [("2001:db8::/48", 2)]
    assert rows(case.store, name, "network", "accounts", private=False)[0] == ("198.51.100.0/24", 3)
    assert rows(case.store, name, "network", max_accounts=2) == [("2001:db8::/48",)]


def test_anonymised_logins(case: CaseGraph) -> None:
    case.accounts("x:1", "x:2", "x:3")
    case.address("192.0.2.1", "residential", {"a": "RS", "b": "RS"}, "AS64500 Home Net")
    case.address("192.0.2.2", "vpn", {"a": "US", "b": "DE"}, "AS64501 Tunnel")
    case.address("192.0.2.3", "hosting", {"a": "DE"}, "AS64502 Racks")
    case.address("192.0.2.4", None)
    case.login("x:1", "192.0.2.1", count=5)
    case.login("x:1", "192.0.2.2", count=3)
    case.login("x:1", "192.0.2.3", count=2)
    case.login("x:2", "192.0.2.2", count=1)
    case.login("x:2", "192.0.2.4", count=3)
    case.login("x:3", "192.0.2.1", count=9)
    name = "anonymised-logins"
    found = {row[0]: row for row in rows(case.store, name)}
    assert list(found) == ["x:1", "x:2"]
    assert found["x:1"] == ("x:1", "1", 10, 5, 0.5, 3, 2, 0, 0, 0, ["DE", "US"], ["Racks", "Tunnel"], ["RS"], 0)
    assert found["x:2"][2:5] + found["x:2"][12:] == (4, 1, 0.25, [], 3)
    assert rows(case.store, name, "account", min_share=0.3) == [("x:1",)]
    assert rows(case.store, name, "account", min_share=0, min_logins=9) == [("x:1",), ("x:3",)]


def test_contested_accounts(case: CaseGraph) -> None:
    case.accounts("x:1", "x:2")
    case.run()
    why = ["Without network the answer is ME."]
    case.assessed(
        "x:1", "contested", "RS", 0.7, runner_up="ME", runner_up_p=0.2, strongest_class="network",
        without_strongest="ME", without_strongest_p=0.6, tension=0.4, reasons=why,
    )  # fmt: skip
    case.assessed("x:2", "supported", "RS", 0.9)
    assert rows(case.store, "contested-accounts") == [
        ("x:1", "1", "RS", 0.7, "network", "ME", 0.6, "ME", 0.2, 0.4, why)
    ]


def test_label_contradicts_logins(case: CaseGraph) -> None:
    case.accounts("x:1", "x:2", "x:3", "x:4")
    case.address("192.0.2.1", "residential", {"a": "RS", "b": "RS"})
    case.address("192.0.2.2", "vpn", {"a": "DE"})
    case.address("192.0.2.3", "mobile", {"a": "US", "b": "ME"})
    case.address("192.0.2.4", "unknown")
    case.points_at("x:1", "US", "platform_country", "United States", accurate=False)
    case.login("x:1", "192.0.2.1", count=6, first="06-02", last="06-20")
    case.login("x:1", "192.0.2.2", count=50)
    case.login("x:1", "192.0.2.3", count=2)
    case.login("x:1", "192.0.2.4", count=1)
    case.points_at_region("x:2", "Southern Europe", ["RS", "ME"], "platform_region")
    case.login("x:2", "192.0.2.1", count=6)
    case.points_at("x:3", "DE", "store_country", "Germany")
    case.login("x:3", "192.0.2.1", count=6)
    case.points_at("x:4", "DE", "platform_country", "Germany")
    case.login("x:4", "192.0.2.1", count=1)
    case.login("x:4", "192.0.2.3", count=2)
    name = "label-contradicts-logins"
    mine = ("x:1", "1", "United States", "platform_country", False, ["US"], 6, 2, 50, 1, ["RS"])
    other = ("x:4", "4", "Germany", "platform_country", None, ["DE"], 3, 0, 0, 0, ["ME", "RS", "US"])
    assert rows(case.store, name) == [(*mine, at("06-02"), at("06-20")), (*other, at("06-01"), at("06-30"))]
    assert rows(case.store, name, "account", min_logins=4) == [("x:1",)]
    assert rows(case.store, name, "account", min_share=0.8) == [("x:4",)]


def test_registration_bursts(case: CaseGraph) -> None:
    case.accounts(*[f"x:{n}" for n in range(1, 8)])
    case.accounts("x:8", created_at=at("06-01 11:00"))
    case.address("192.0.2.1", "mobile", {"a": "RS"}, "AS64500 Carrier")
    case.address("192.0.2.2", "hosting", {"a": "DE", "b": "RS"}, "AS64500 Carrier")
    case.address("192.0.2.9", "mobile", {"a": "US"}, "AS64999 Elsewhere")
    for account, ip, when in (
        ("x:1", "192.0.2.1", "06-01 10:00"),
        ("x:2", "192.0.2.1", "06-01 10:20"),
        ("x:3", "192.0.2.2", "06-01 10:40"),
        ("x:4", "192.0.2.1", "06-01 12:01"),
        ("x:5", "192.0.2.1", "06-02 10:00"),
        ("x:6", "192.0.2.9", "06-01 10:00"),
        ("x:7", "192.0.2.9", None),
        ("x:8", "192.0.2.1", None),
    ):
        case.registered(account, ip, when)
    name = "registration-bursts"
    assert rows(case.store, name) == []
    burst = ("AS64500", "Carrier", 4, at("06-01 10:00"), at("06-01 11:00"), 2, ["hosting", "mobile"], ["DE", "RS"], 6)
    assert rows(case.store, name, min_accounts=2) == [(*burst, ["x:1", "x:2", "x:3", "x:8"])]
    assert rows(case.store, name, "size", "accounts", min_accounts=2, gap_minutes=61) == [
        (5, ["x:1", "x:2", "x:3", "x:8", "x:4"])
    ]


def test_claimed_organisations(case: CaseGraph) -> None:
    case.accounts("x:1", "x:2")
    case.source("s1", "report.csv")
    said = {"claimed_at": at("06-01"), "grade": "B2", "url": "https://example.org/report", "sources": ["s1"]}
    case.claimed("s1:1", "x:1", "Platform A", "linked to", of="Harbour Media", **said)
    case.claimed("s1:2", "x:1", "Ministry B", "run by", of="Harbour Media")
    case.claimed("s1:3", "x:2", "Ministry B", "run by", of="Other Group")
    case.claimed("s1:4", "x:2", "Ministry B", "operated from", code="RS")
    name = "claimed-organisations"
    first = ("Harbour Media", "x:1", "1", "linked to", "Platform A", at("06-01"), "B2", "https://example.org/report", 2)
    assert rows(case.store, name) == [
        (*first, ["report.csv"]),
        ("Harbour Media", "x:1", "1", "run by", "Ministry B", None, None, None, 2, []),
        ("Other Group", "x:2", "2", "run by", "Ministry B", None, None, None, 1, []),
    ]
    assert rows(case.store, name, "account", organisation="harbour", claimant="ministry") == [("x:1",)]


def test_evidence_of_one_account(case: CaseGraph) -> None:
    case.accounts("x:1", "x:2")
    case.run()
    case.source("0123456789abcdef", "logins.csv")
    case.evidence(
        "r1/x:1/login/1", "x:1", "network", {"RS": (2.4, 1.4), "ME": (0.5, 0.25)}, llr_default=-1.5, cover_default=-1.0,
        n=12, summary="12 logins from residential networks in RS", sources=["0123456789abcdef:line 2"],
        **{"from": at("06-01"), "to": at("06-30")},
    )  # fmt: skip
    case.evidence("r1/x:1/persona/1", "x:1", "persona", {}, llr_default=0.25, cover_default=0.0, n=1)
    case.evidence("r1/x:2/login/1", "x:2", "network", {"US": (3.0, 1.0)})
    case.evidence("r0/x:1/login/1", "x:1", "network", {"US": (3.0, 1.0)}, run="r0")
    summary = "12 logins from residential networks in RS"
    behind = (12, at("06-01"), at("06-30"), ["0123456789abcdef:line 2"], ["logins.csv"])
    assert rows(case.store, "evidence-of-one-account", account="x:1") == [
        ("network", "network signal", summary, "RS", 2.4, 1.4, -1.5, -1.0, *behind),
        ("network", "network signal", summary, "ME", 0.5, 0.25, -1.5, -1.0, *behind),
        ("persona", "persona signal", None, None, None, None, 0.25, 0.0, 1, None, None, [], []),
    ]


def test_claims_against_assessments(case: CaseGraph) -> None:
    case.accounts("x:1", "x:2", "x:3", "x:4", "x:5")
    case.run()
    case.assessed("x:1", "supported", "RS", 0.95, confidence="high", runner_up="ME", runner_up_p=0.02)
    case.assessed("x:2", "supported", "ME", 0.8, confidence="low")
    case.assessed("x:3", "contested", "RS", 0.7)
    case.assessed("x:4", "insufficient", "RS", 0.4, region="Southern Europe")
    case.believed("x:2", "RS", 0.125)
    for n in range(1, 6):
        case.claimed(
            f"s1:{n}", f"x:{n}", "Platform A", "operated from", code="RS", claimed_at=at("06-01"), sources=["s1"]
        )
    case.claimed("s1:6", "x:1", "Ministry B", "paid by", of="Harbour Media")
    name = "claims-against-assessments"
    assert rows(case.store, name, "claimant", "account", "territory", "verdict", "confidence", "top", "claimed_p") == [
        ("Ministry B", "x:1", None, "not judged", "high", "RS", None),
        ("Platform A", "x:1", "RS", "supported", "high", "RS", None),
        ("Platform A", "x:2", "RS", "contradicted", "low", "ME", 0.125),
        ("Platform A", "x:3", "RS", "contested", None, "RS", None),
        ("Platform A", "x:4", "RS", "cannot be told", None, "RS", None),
        ("Platform A", "x:5", "RS", "cannot be told", None, None, None),
    ]
    first = ("Platform A", "operated from", "RS", None, at("06-01"), None, None, "x:1", "1", "supported", "supported")
    assert rows(case.store, name, claimant="platform")[0] == (
        *first, "high", "RS", 0.95, "ME", 0.02, None, None, ["supported RS"], "s1:1",
    )  # fmt: skip
    assert rows(case.store, name, "organisation", "relation", claimant="ministry") == [("Harbour Media", "paid by")]


def test_identifiers_across_territories(case: CaseGraph) -> None:
    case.accounts("x:1", "x:2", "x:3", "x:4")
    case.run()
    case.assessed("x:1", "supported", "RS", 0.9)
    case.assessed("x:2", "supported", "ME", 0.9)
    case.assessed("x:3", "contested", "US", 0.7)
    case.assessed("x:4", "supported", "RS", 0.9)
    for account in ("x:1", "x:2", "x:3"):
        case.uses(account, "PhoneNumber", "p1")
    for account in ("x:1", "x:4"):
        case.uses(account, "Device", "d1")
    for account in ("x:1", "x:2"):
        case.uses(account, "Domain", "example.org")
    assert rows(case.store, "identifiers-across-territories") == [
        ("phone", "p1…", ["ME", "RS"], ["x:2", "x:1"], ["x:3"], at("06-01"), at("06-30"))
    ]


def test_addresses_in_dispute(case: CaseGraph) -> None:
    case.accounts("x:1", "x:2")
    case.address("192.0.2.1", "hosting", {"a": "RS", "b": "DE"}, "AS64500 Racks")
    case.located("192.0.2.1", "US", "a", "registered")
    case.address("192.0.2.2", "mobile", {"a": "RS", "b": "RS"})
    case.located("192.0.2.2", "US", "a", "registered")
    case.address("192.0.2.3", None, {"a": "RS", "b": "ME"})
    case.login("x:1", "192.0.2.1", count=3, last="06-10")
    case.login("x:2", "192.0.2.1", count=4, last="06-20")
    case.login("x:2", "192.0.2.2", count=9)
    case.login("x:2", "192.0.2.3", count=1)
    places = ["a country RS", "a registered US", "b country DE"]
    first = ("192.0.2.1", "hosting", "Racks", places, 2, 7, at("06-20"))
    second = ("192.0.2.3", "unknown", None, ["a country RS", "b country ME"], 1, 1, at("06-30"))
    assert rows(case.store, "addresses-in-dispute") == [first, second]
    assert rows(case.store, "addresses-in-dispute", min_logins=2) == [first]


def displaying(case: CaseGraph, account: str, outcome: str, top: str, p: float, **more: Any) -> None:
    """An assessed account whose profile displays the US with .75."""
    case.assessed(account, outcome, top, p, displays="US", displays_share=0.75, **more)


def test_persona_against_assessment(case: CaseGraph) -> None:
    case.accounts("x:1", "x:2", "x:3", "x:4", "x:5")
    case.run()
    more = {"persona": "contradicts", "displays_p": 0.05, "under_cover": 0.75}
    displaying(case, "x:1", "supported", "RS", 0.9, confidence="moderate", **more)
    case.believed("x:1", "RS", 0.9, deceivers=0.4, classes=["network"])
    displaying(case, "x:2", "supported", "US", 0.9, persona="agrees", displays_p=0.9)
    displaying(case, "x:3", "insufficient", "RS", 0.5, **more)
    displaying(case, "x:4", "contested", "RS", 0.6, persona="not decided")
    case.assessed("x:5", "supported", "RS", 0.9)
    name = "persona-against-assessment"
    assert rows(case.store, name) == [
        ("x:1", "1", "US", 0.75, 0.05, "supported", "moderate", "RS", 0.9, 0.75, ["network"])
    ]
    assert rows(case.store, name, "account", supported_only=False) == [("x:1",), ("x:3",)]
    assert rows(case.store, name, "account", min_share=0.8) == []


def test_personas_by_territory(case: CaseGraph) -> None:
    case.accounts("x:1", "x:2", "x:3", "x:4", "x:5")
    case.run()
    for account, cover in (("x:1", 0.5), ("x:2", 1.0)):
        displaying(case, account, "supported", "RS", 0.9, persona="contradicts", under_cover=cover)
    displaying(case, "x:3", "supported", "US", 0.9, persona="agrees", under_cover=0.1)
    displaying(case, "x:4", "insufficient", "RS", 0.4, persona="contradicts", under_cover=0.5)
    case.assessed("x:5", "supported", "US", 0.9, under_cover=0.2)
    assert rows(case.store, "personas-by-territory") == [
        ("US", "supported", "RS", 2, 2, 0.75),
        ("US", "insufficient", None, 1, 1, 0.5),
        ("US", "supported", "US", 1, 0, 0.1),
        (None, "supported", "US", 1, 0, 0.2),
    ]


def test_what_would_settle(case: CaseGraph) -> None:
    case.accounts("x:1", "x:2", "x:3", "x:4")
    case.run()
    case.assessed("x:1", "supported", "RS", 0.9)
    case.assessed("x:2", "insufficient", "RS", 0.5)
    case.assessed("x:3", "contested", "ME", 0.7)
    case.evidence("e1", "x:2", "persona", {"US": (1.0, 0.0)})
    case.evidence("e2", "x:2", "network", {"RS": (1.0, 0.0)})
    case.evidence("e3", "x:3", "acquisition", {"RS": (1.0, 0.0)})
    case.address("192.0.2.1", "residential")
    case.address("192.0.2.2", "vpn")
    case.login("x:2", "192.0.2.1", count=9, days=2)
    case.login("x:2", "192.0.2.2", count=4, days=4)
    case.uses("x:2", "Device", "d1")
    case.uses("x:3", "Domain", "example.org")
    days, phone = "three login days from residential or mobile networks", "a phone number or an app store"
    shared = "devices or addresses shared with other accounts"
    name = "what-would-settle"
    assert rows(case.store, name) == [
        ("x:3", "3", "contested", "ME", 0.7, ["acquisition"], 0, 0, [days, shared]),
        ("x:2", "2", "insufficient", "RS", 0.5, ["network", "persona"], 2, 4, [days, phone]),
        ("x:4", "4", "not assessed", None, None, [], 0, 0, [days, phone, shared]),
    ]
    assert rows(case.store, name, "account", accounts="x:1, x:2") == [("x:2",)]


def test_pairs_that_act_together(case: CaseGraph) -> None:
    case.accounts("x:1", "x:2", "x:3")
    about = {"p_value": 0.0001, "shift_p": 0.005, "weight": 3.0, "n": 3, "window_s": 60.0, "median_delta_s": 4.0}
    about |= {"message_ids": ["1", "2"], "other_ids": ["8", "9"], "first_at": at("06-01"), "last_at": at("06-02")}
    case.acts("x:1", "x:2", 0.001, **about)
    case.acts("x:3", "x:2", 0.2, network="co_link", weight=2.0)
    case.acts("x:1", "x:3", 0.0001, run="l0", weight=9.0)
    name = "pairs-that-act-together"
    behind = (0.001, 0.0001, 0.005, 3.0, 3, 60.0, 4.0, at("06-01"), at("06-02"), ["1", "2"], ["8", "9"])
    assert rows(case.store, name) == [("x:1", "x:2", "co_retweet", *behind)]
    assert rows(case.store, name, "account", "other", max_q=1) == [("x:1", "x:2"), ("x:3", "x:2")]
    assert rows(case.store, name, "messages", max_q=1, network="co_link") == [([],)]
    assert rows(case.store, name, "account", max_q=1, account="x:3") == [("x:3",)]
    assert rows(case.store, name, "q_value", links="l0") == [(0.0001,)]


def test_the_newest_link_run_is_the_one_with_the_highest_number(case: CaseGraph) -> None:
    case.accounts("x:1", "x:2")
    for links, q in (("l9", 0.01), ("l10", 0.02)):
        case.acts("x:1", "x:2", q, run=links)
    assert rows(case.store, "pairs-that-act-together", "q_value") == [(0.02,)]


def test_clusters_of_accounts(case: CaseGraph) -> None:
    case.accounts(*[f"x:{n}" for n in range(1, 7)])
    case.run()
    about = {"networks": ["co_link", "co_retweet"], "edges": 4, "stability": 0.9, "e_value": 40.0, "significant": True}
    about |= {"first_at": at("06-01 10:00"), "last_at": at("06-11 12:00")}
    case.cluster("l1/c1", {"x:1": "initiator", "x:2": "amplifier", "x:3": "bridge", "x:4": "member"}, **about)
    case.cluster("l1/c2", {"x:5": "member", "x:6": "member"})
    case.cluster("l0/c1", {"x:1": "member"})
    case.assessed("x:1", "supported", "RS", 0.9)
    case.assessed("x:2", "supported", "RS", 0.9)
    case.assessed("x:3", "contested", "ME", 0.6)
    case.assessed("x:4", "supported", "ME", 0.9)
    case.assessed("x:5", "insufficient", "RS", 0.4)
    name = "clusters-of-accounts"
    first = ("l1/c1", 4, ["co_link", "co_retweet"], 4, at("06-01 10:00"), at("06-11 12:00"), 10, 0.9, 40.0, True)
    assert rows(case.store, name) == [
        (*first, ["RS 2", "ME 1"], 3, 1, 0, 0, ["x:1"], ["x:3"]),
        ("l1/c2", 2, [], None, None, None, None, None, None, None, [], 0, 0, 1, 1, [], []),
    ]
    assert rows(case.store, name, "cluster", min_accounts=3) == [("l1/c1",)]
    assert rows(case.store, name, "cluster", links="l0", min_accounts=1) == [("l0/c1",)]


def two_clusters(case: CaseGraph) -> None:
    """Clusters l1/c1 (x:1, x:2) and l1/c2 (x:3, x:4)."""
    case.accounts("x:1", "x:2", "x:3", "x:4")
    case.cluster("l1/c1", {"x:1": "member", "x:2": "bridge"})
    case.cluster("l1/c2", {"x:3": "initiator", "x:4": "member"})


def test_bridges_between_clusters(case: CaseGraph) -> None:
    two_clusters(case)
    case.acts("x:1", "x:2", 0.01)
    case.acts("x:3", "x:2", 0.02, weight=2.0, n=2, times=["06-01 10:00", "06-02 10:00"])
    case.shares("x:1", "x:4", 0.75, run="l1", rule="device", n=1, node_ids=["d1"])
    case.shares("x:1", "x:3", 0.75, run="r1", n=1)
    name = "bridges-between-clusters"
    both = ("l1/c1", "l1/c2")
    acts = ("acts", "co_retweet", 0.02, 2.0, 2, at("06-01 10:00"), at("06-02 10:00"), ["x:3/m1", "x:3/m2"])
    assert rows(case.store, name) == [
        (*both, "x:2", "bridge", "x:3", "initiator", *acts),
        (*both, "x:1", "member", "x:4", "member", "shares", "device", None, 0.75, 1, None, None, ["d1"]),
    ]
    there = rows(case.store, name, "cluster", "account", cluster="l1/c2", other_cluster="l1/c1")
    assert there == [("l1/c2", "x:3"), ("l1/c2", "x:4")]
    assert rows(case.store, name, "cluster", other_cluster="l1/c2") == [("l1/c1",), ("l1/c1",)]
    assert rows(case.store, name, cluster="l1/c1", other_cluster="l1/c9") == []


def test_chains_of_shared_infrastructure(case: CaseGraph) -> None:
    case.accounts("x:1", "x:2", "x:3", "x:4", "x:5")
    seen = {"run": "l1", "first_at": at("06-01"), "last_at": at("06-03")}
    case.shares("x:1", "x:3", 0.9, rule="device", node_ids=["d1", "d2"], **seen)
    case.shares("x:2", "x:3", 0.5, rule="phone", node_ids=["p1"], **(seen | {"last_at": at("06-09")}))
    case.shares("x:1", "x:4", 0.4, rule="cookie", node_ids=["c1"], **seen)
    case.shares("x:4", "x:2", 0.9, rule="cookie", node_ids=["c2"], **seen)
    case.shares("x:4", "x:5", 0.9, rule="cookie", node_ids=["c2"], **seen)
    case.shares("x:1", "x:2", 0.1, rule="domain", node_ids=["example.org"], **seen)
    case.shares("x:1", "x:2", 0.9)
    name, ends = "chains-of-shared-infrastructure", {"account": "x:1", "other": "x:2"}
    best = (2, ["x:1", "x:3", "x:2"], ["device", "phone"], ["d1", "p1"], 0.5, at("06-01"), at("06-09"))
    second = (2, ["x:1", "x:4", "x:2"], ["cookie", "cookie"], ["c1", "c2"], 0.4, at("06-01"), at("06-03"))
    assert rows(case.store, name, **ends) == [best, second]
    assert rows(case.store, name, chains=1, **ends) == [best]
    assert rows(case.store, name, "accounts", min_weight=0.05, **ends) == [(["x:1", "x:2"],)]
    assert rows(case.store, name, min_weight=0.6, **ends) == []
    far = rows(case.store, name, "steps", "accounts", account="x:3", other="x:5")
    assert far == [(3, ["x:3", "x:2", "x:4", "x:5"]), (3, ["x:3", "x:1", "x:4", "x:5"])]


def test_new_accounts_in_clusters(case: CaseGraph) -> None:
    two_clusters(case)
    case.run()
    case.assessed("x:2", "supported", "RS", 0.9)
    case.assessed("x:4", "contested", "RS", 0.6)
    case.accounts("x:2", created_at=at("05-30"))
    case.acts("x:1", "x:2", 0.01, times=["06-20 10:00"])
    case.acts("x:2", "x:1", 0.02, times=["06-21 10:00"], network="co_link")
    case.acts("x:3", "x:2", 0.001, times=["05-01 10:00"])
    case.acts("x:3", "x:4", 0.01, times=["06-01 10:00", "06-25 10:00"])
    name = "new-accounts-in-clusters"
    joined, networks = at("06-20 10:00"), ["co_link", "co_retweet"]
    assert rows(case.store, name, since="2026-06-15") == [
        ("l1/c1", "x:1", "1", joined, None, "member", 0.75, 1, networks, 0.01, "not assessed", None),
        ("l1/c1", "x:2", "2", joined, at("05-30"), "bridge", 0.75, 1, networks, 0.01, "supported", "RS"),
    ]
    found = rows(case.store, name, "account", "outcome", "territory", since="2026-06-01", cluster="l1/c2")
    assert found == [("x:3", "not assessed", None), ("x:4", "contested", None)]


def test_timeline_of_a_burst(case: CaseGraph) -> None:
    two_clusters(case)
    case.acts("x:1", "x:2", 0.01, times=["06-01 10:00", "06-02 10:00"])
    case.acts("x:2", "x:1", 0.01, times=["06-01 10:01"])
    case.acts("x:2", "x:1", 0.01, times=["06-01 10:01"], network="co_link")
    case.acts("x:3", "x:4", 0.01, times=["06-01 10:11", "06-02 10:12"])
    case.acts("x:4", "x:3", 0.01, times=["06-02 10:05"])
    name = "timeline-of-a-burst"
    assert rows(case.store, name) == [
        (at("06-01 10:00"), "x:1", "x:1/m1", ["co_retweet"], ["x:2"], 0.0, 3, 3),
        (at("06-01 10:01"), "x:2", "x:2/m1", ["co_link", "co_retweet"], ["x:1"], 60.0, 3, 3),
        (at("06-01 10:11"), "x:3", "x:3/m1", ["co_retweet"], ["x:4"], 660.0, 3, 3),
    ]
    assert rows(case.store, name, "account", gap_s=419) == [("x:1",), ("x:2",)]
    assert rows(case.store, name, "account", cluster="l1/c2") == [("x:4",), ("x:3",)]
    assert rows(case.store, name, "message", network="co_link") == [("x:2/m1",)]
    assert rows(case.store, name, "account", around="2026-06-02T10:05:00Z") == [("x:1",), ("x:4",), ("x:3",)]


def test_mirrors(case: CaseGraph) -> None:
    case.accounts(*[f"x:{n}" for n in range(1, 7)])
    case.run("r1", "07-01")
    case.assessed("x:1", "supported", "RS", 0.9)
    case.assessed("x:2", "insufficient", "US", 0.4)
    about = {"prior": 0.00005, "weight": 20.0, "n": 2, "copied_share": 0.5, "median_delta_s": 7200.0}
    about |= {"reasons": ["name and bio agree"], "values": ["look alike"], "message_ids": ["7"], "other_ids": ["5"]}
    case.mirrors("x:2", "x:1", "clone_of", 0.97, **about)
    case.mirrors("x:3", "x:4", "twin", 0.9)
    case.mirrors("x:5", "x:6", "twin", 0.6)
    case.mirrors("x:1", "x:6", "twin", 0.99, run="m9")
    name = "mirrors"
    behind = (0.00005, 20.0, 2, 0.5, 7200.0, ["name and bio agree"], ["look alike"], None, "RS", ["7"], ["5"])
    assert rows(case.store, name)[0] == ("x:2", "clone_of", "x:1", 0.97, *behind)
    assert rows(case.store, name, "account", "verdict", "of") == [("x:2", "clone_of", "x:1"), ("x:3", "twin", "x:4")]
    assert rows(case.store, name, "account", min_p=0.5) == [("x:2",), ("x:3",), ("x:5",)]
    assert rows(case.store, name, "account", "of", search="m9") == [("x:1", "x:6")]


def test_mirrors_before_a_search(case: CaseGraph) -> None:
    case.accounts("x:1")
    assert rows(case.store, "mirrors") == []


def test_every_investigation_has_a_test(request: pytest.FixtureRequest) -> None:
    tests: set[str] = {item.originalname for item in request.session.items if hasattr(item, "originalname")}
    named: Callable[[str], str] = lambda name: f"test_{name.replace('-', '_')}"  # noqa: E731
    assert {q.id for q in BUILT_IN.queries() if not hasattr(request.module, named(q.id))} == set()
    assert tests  # the session holds them


def test_the_pack_has_no_broken_file() -> None:
    assert BUILT_IN.problems == ()
    assert len(BUILT_IN.queries()) >= 10
