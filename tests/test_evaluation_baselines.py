"""What an analyst would say by hand: three baselines over signs."""

import pytest

from attrigraph.simulation import BenignPlan, Plan, simulate
from evaluation.baselines import BASELINES, addition, case_shares, majority, unlisted
from evaluation.sheet import LOGIN, LOGIN_LISTED, Sign, listed_in, sheet, sheet_of


def sign(account: str, kind: str, code: str, count: int = 1) -> Sign:
    return Sign(account, kind, code, {code: 1.0}, count)


SIGNS = [
    sign("x:1", LOGIN, "PT", 2), sign("x:1", LOGIN_LISTED, "NZ", 8), sign("x:1", "label", "NZ"),
    sign("x:2", LOGIN_LISTED, "NZ", 5), sign("x:2", "label", "NZ"), sign("x:2", "store", "PT"),
    sign("x:3", "phone", "PT"), sign("x:3", "store", "NZ"), sign("x:3", "location", "NZ"),
]  # fmt: skip
"""One that slips behind a VPN, one seen only through it, one without logins. x:4 shows nothing."""
ACCOUNTS = ("x:1", "x:2", "x:3", "x:4")


def top(shares: dict[str, float]) -> str:
    return max(shares, key=lambda code: shares[code])


def test_shares_of_the_case_are_votes() -> None:
    assert case_shares(SIGNS) == {"NZ": 3 / 6, "PT": 3 / 6}


def test_majority_believes_the_exit() -> None:
    found = majority(SIGNS, ACCOUNTS)
    assert found["x:1"] == pytest.approx({"NZ": 0.9 * 0.8 + 0.1 * 0.5, "PT": 0.9 * 0.2 + 0.1 * 0.5})
    assert found["x:2"] == pytest.approx({"NZ": 0.95, "PT": 0.05})
    assert found["x:3"] == found["x:4"] == {"NZ": 0.5, "PT": 0.5}


def test_unlisted_sees_through_listed_exits() -> None:
    found = unlisted(SIGNS, ACCOUNTS)
    assert [top(found[account]) for account in ACCOUNTS[:3]] == ["PT", "NZ", "PT"]
    assert found["x:4"] == {"NZ": 0.5, "PT": 0.5}


def test_addition_counts_everything() -> None:
    found = addition(SIGNS, ACCOUNTS)
    sure = {"label": 0.8, "store": 0.85, LOGIN_LISTED: 0.15}
    odds = 1.0
    for kind, towards in ((LOGIN_LISTED, 1), ("label", 1), ("store", -1)):
        q = sure[kind]
        odds *= ((q + (1 - q) * 0.5) / ((1 - q) * 0.5)) ** towards
    assert found["x:2"]["NZ"] / found["x:2"]["PT"] == pytest.approx(odds)
    assert found["x:4"] == pytest.approx({"NZ": 0.5, "PT": 0.5})


@pytest.mark.parametrize("name", BASELINES)
def test_beliefs_sum_to_one(name: str) -> None:
    for shares in BASELINES[name](SIGNS, ACCOUNTS).values():
        assert sum(shares.values()) == pytest.approx(1.0)


def test_lists_hold_networks_and_addresses() -> None:
    listed = listed_in(["192.0.2.0/24", "198.51.100.7", "2001:db8::/32"])
    assert listed("192.0.2.200")
    assert listed("198.51.100.7")
    assert listed("2001:db8:1::1")
    assert not listed("198.51.100.8")
    assert not listed("2001:db9::1")


def test_signs_of_plain_rows() -> None:
    row = {"platform": "x", "account_id": "1"}
    tables = {
        "logins": [
            row | {"ip": ip, "kind": "login"} for ip in ("192.0.2.1", "::ffff:192.0.2.1", "198.51.100.7", "10.0.0.1")
        ],
        "signals": [
            row | {"signal": "platform_country", "value": "Korea"},
            row | {"signal": "store_country", "value": "Portugal App Store"},
            row | {"signal": "handle_change", "value": "PT"},
        ],
        "identifiers": [row | {"kind": "phone", "value": "+351912345678"}, row | {"kind": "device", "value": "d"}],
        "accounts": [
            row | {"location": "Lisboa, Portugal", "observed_at": "2026-01-01"},
            row | {"location": "here and there", "time_zone": "Europe/Lisbon", "observed_at": "2026-02-01"},
        ],
        "posts": [row | {"at": f"2026-01-{day:02d}T{hour:02d}:10:00Z"} for day in (1, 2, 3) for hour in range(8, 24)],
    }
    found = sheet(tables, {"192.0.2.1": "NZ", "198.51.100.7": "PT"}.get, listed_in(["198.51.100.0/24"]))
    assert [(s.kind, s.value, s.count) for s in found] == [
        (LOGIN, "NZ", 2),
        (LOGIN_LISTED, "PT", 1),
        ("label", "Korea", 1),
        ("store", "Portugal", 1),
        ("phone", "PT", 1),
        ("time_zone", "Europe/Lisbon", 1),
        ("hours", "UTC+0", 1),
    ]
    assert found[2].fits == {"KP": 0.5, "KR": 0.5}


def test_people_who_hide_nothing_are_found_by_all() -> None:
    rates = {"logins": 1.0, "privacy": 0.0, "misplaced": 0.0}
    groups = tuple(BenignPlan(f"people of {code}", "local", code, 30, rates=rates) for code in ("PT", "NZ"))
    world = simulate(Plan("plain", benign=groups), seed=1)
    signs = sheet_of(world)
    for baseline in BASELINES.values():
        found = baseline(signs, [t["account_id"] for t in world.truth])
        assert sum(top(found[t["account_id"]]) == t["territory"] for t in world.truth) >= 59
