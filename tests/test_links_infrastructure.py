"""Links over shared infrastructure: what counts, what does not, and that the inference never reads them."""

from __future__ import annotations

from math import log
from typing import Any

import pytest
from case_graph import CaseGraph
from evidence_fixture import ACCOUNTS, build, fusion, read_beliefs
from observed import Rows, at

from attrigraph.graph import Store
from attrigraph.links.infrastructure import InfrastructureReport, rarity, share_links

HOME, NEXT_DOOR, TUNNEL, MOBILE, TOR = "203.0.113.7", "203.0.113.9", "198.51.100.9", "192.0.2.1", "198.51.100.77"
READ = (
    "MATCH (a)-[s:SHARES_WITH {run: 'l1'}]->(b) RETURN a.id, b.id, s.rule, s.weight, s.n, s.node_ids, s.node_accounts"
)


@pytest.fixture
def case(store: Store) -> CaseGraph:
    case = CaseGraph(store)
    case.accounts("x:1", "x:2", "x:3", "x:4")
    for ip, kind in (
        (HOME, "residential"), (NEXT_DOOR, "unknown"), (TUNNEL, "vpn"), (MOBILE, "mobile"), (TOR, "tor"),
        ("2001:db8:1:2::9", "business"), ("2001:db8:1:3::9", "business"),
    ):  # fmt: skip
        case.address(ip, kind)
    return case


def login(account: str, when: str, ip: str, **more: Any) -> dict[str, Any]:
    return {"account_id": account, "at": at(when), "ip": ip, **more}


def linked(store: Store, *logins: dict[str, Any]) -> InfrastructureReport:
    return share_links(store, Rows(logins=logins), "l1")


def edges(store: Store) -> dict[tuple[str, str, str], dict[str, Any]]:
    table = store.read_only(READ, {})
    return {row[:3]: dict(zip(("weight", "n", "nodes", "degrees"), row[3:], strict=True)) for row in table.rows}


def test_a_thing_counts_by_how_many_use_it(case: CaseGraph) -> None:
    for account in ("x:1", "x:2"):
        case.uses(account, "Device", "d1")
    for account in ("x:1", "x:2", "x:3"):
        case.uses(account, "Device", "d2")
        case.uses(account, "Domain", "example.org")
    for account in ("x:2", "x:3"):
        case.uses(account, "AnalyticsId", "a1")
    report = linked(case.store)
    found = edges(case.store)

    assert {(a, b) for a, b, _ in found} == {("x:1", "x:2"), ("x:1", "x:3"), ("x:2", "x:3")}
    pair = found["x:1", "x:2", "device"]
    assert pair["weight"] == pytest.approx(1 / log(3) + 1 / log(4))
    assert (pair["n"], pair["nodes"], pair["degrees"]) == (2, ["d1", "d2"], [2, 3])
    assert found["x:1", "x:3", "domain"]["weight"] == pytest.approx(1 / log(4))
    assert found["x:2", "x:3", "analytics"]["weight"] == pytest.approx(1 / log(3))
    assert (report.pairs, report.edges) == (3, 7)
    device = next(rule for rule in report.rules if rule.rule == "device")
    assert (device.pairs, device.linked, device.accounts) == (3, 3, 3)
    assert (device.rarest, device.commonest) == (2, 3)


def test_a_number_given_to_somebody_else_links_nobody(case: CaseGraph) -> None:
    for label in ("PhoneNumber", "EmailAddress", "PaymentCard"):
        case.uses("x:1", label, "old", "01-01", "01-10")
        case.uses("x:2", label, "old", "02-25", "06-01")
    case.uses("x:3", "PhoneNumber", "kept", "01-01", "04-17")
    case.uses("x:4", "PhoneNumber", "kept", "06-01", "06-30")
    linked(case.store)

    assert {(a, rule) for a, _, rule in edges(case.store)} == {
        ("x:1", "email"), ("x:1", "payment_card"), ("x:3", "phone"),
    }  # fmt: skip


def test_a_private_address_counts_within_a_day_and_once(case: CaseGraph) -> None:
    linked(
        case.store,
        *(login(account, "2026-03-01 08:00", HOME) for account in ("x:1", "x:2", "x:3")),
        *(login(account, "2026-03-02 23:00", HOME) for account in ("x:1", "x:2")),
        login("x:4", "2026-03-03 00:10", HOME),
    )
    found = edges(case.store)

    assert set(found) == {(a, b, "address_day") for a, b in (("x:1", "x:2"), ("x:1", "x:3"), ("x:2", "x:3"))}
    assert found["x:1", "x:2", "address_day"] == {
        "weight": pytest.approx(1 / log(3)), "n": 2, "nodes": [HOME], "degrees": [2],
    }  # fmt: skip
    assert found["x:1", "x:3", "address_day"]["weight"] == pytest.approx(1 / log(4))


def test_a_network_counts_only_where_its_addresses_differ(case: CaseGraph) -> None:
    linked(
        case.store,
        login("x:1", "2026-03-01 08:00", HOME),
        login("x:2", "2026-03-01 09:00", NEXT_DOOR),
        login("x:3", "2026-03-02 09:00", "2001:db8:1:2::9"),
        login("x:4", "2026-03-02 10:00", "2001:db8:1:3::9"),
    )
    assert {key: row["nodes"] for key, row in edges(case.store).items()} == {
        ("x:1", "x:2", "network_day"): ["203.0.113.0/24"],
        ("x:3", "x:4", "network_day"): ["2001:db8:1::/48"],
    }


def test_an_exit_counts_by_all_who_ever_used_it(case: CaseGraph) -> None:
    linked(
        case.store,
        *(login(account, "2026-03-01 08:00", TUNNEL) for account in ("x:1", "x:2")),
        login("x:3", "2026-04-01 08:00", TUNNEL),
        *(login(account, "2026-03-01 08:00", TOR) for account in ("x:1", "x:4")),
    )
    found = edges(case.store)
    assert list(found) == [("x:1", "x:2", "exit_day")]
    assert found["x:1", "x:2", "exit_day"]["degrees"] == [3]


def test_a_mobile_address_needs_the_same_user_agent_within_ten_minutes(case: CaseGraph) -> None:
    linked(
        case.store,
        login("x:1", "2026-03-01 08:00", MOBILE, user_agent="A"),
        login("x:2", "2026-03-01 08:10", MOBILE, user_agent="A"),
        login("x:3", "2026-03-01 08:05", MOBILE, user_agent="B"),
        login("x:4", "2026-03-01 08:21", MOBILE, user_agent="A"),
        login("x:3", "2026-03-01 08:05", MOBILE),
    )
    assert {(key, row["n"]) for key, row in edges(case.store).items()} == {(("x:1", "x:2", "mobile_session"), 1)}


def test_what_too_many_share_is_left_out_and_said(case: CaseGraph) -> None:
    crowd = [f"x:{n}" for n in range(1, 202)]
    case.accounts(*crowd)
    case.store.write_nodes("Device", [{"id": "d1", "display": "d1…"}])
    case.store.write_relationships("USED", "Account", "Device", [{"start": a, "end": "d1"} for a in crowd])
    report = linked(case.store, *(login(account, "2026-03-01 08:00", HOME) for account in crowd))

    assert edges(case.store) == {}
    assert [(hub.rule, hub.shown, hub.accounts) for hub in report.hubs] == [
        ("device", "d1…", 201), ("address_day", "203.0.113.0/24", 201), ("network_day", "203.0.113.0/24", 201),
    ]  # fmt: skip
    assert (report.hubs_left_out, report.max_degree) == (3, 200)


def test_twice_is_once(case: CaseGraph) -> None:
    for account in ("x:1", "x:2"):
        case.uses(account, "Cookie", "c1")
    linked(case.store)
    linked(case.store)
    assert len(edges(case.store)) == case.store.counts()["SHARES_WITH"] == 1


def test_the_inference_does_not_read_them(store: Store) -> None:
    build(store)
    fusion().fuse(store, ACCOUNTS)
    fusion().propagate(store, ACCOUNTS)
    before = {name: read_beliefs(store, name) for name in ("p", "infra", "deceivers")}
    case = CaseGraph(store)
    case.address(HOME, "residential")
    linked(store, *(login(account, "2026-03-01 08:00", HOME) for account in ACCOUNTS))
    fusion().propagate(store, ACCOUNTS)

    assert len(edges(store)) >= 3
    for name, values in before.items():
        for account, beliefs in values.items():
            assert read_beliefs(store, name)[account] == pytest.approx(beliefs, abs=1e-12)


def test_rarity_is_said_in_words() -> None:
    assert rarity(3, 41210) == "3 of 41\u202f210 accounts"
