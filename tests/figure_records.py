"""Small invented records for the tests of figures. Every account and number here is simulated."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

FIRST, LAST = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 6, 30, tzinfo=UTC)

SLOTS = {"PT": 1, "UY": 2, "NZ": 3}
PRIORS = {"PT": 0.10, "NZ": 0.30, "UY": 0.05}

OUTCOMES = {
    "PT high": range(1, 10),
    "PT moderate": range(10, 19),
    "PT low": range(19, 22),
    "UY moderate": range(22, 26),
    "UY low": range(26, 28),
    "NZ moderate": range(28, 30),
    "PT or NZ": range(30, 33),
    "PT or UY": range(33, 34),
    "insufficient": range(34, 41),
}
"""Accounts by what is said of them: 40 in all, 29 with a territory, 4 contested, 7 insufficient."""

RESOURCES = {
    ("Device", "a"): (1, 2, 3, 4, 7, 10, 11, 30),
    ("Device", "b"): (5, 6, 7, 12, 13, 19),
    ("PaymentCard", "c"): (4, 6, 8, 9, 14),
    ("PhoneNumber", "d"): (14, 15, 31, 34),
    ("Cookie", "e"): (5, 15, 16, 17),
    ("Device", "f"): (22, 23, 24, 35),
    ("EmailAddress", "g"): (24, 25, 26, 33),
}
TOGETHER = ((1, 2), (2, 3), (3, 11), (10, 11), (8, 9), (5, 6), (6, 12), (12, 13), (16, 17))


def account_id(number: int) -> str:
    return f"x:{1000 + number}"


def account_rows() -> list[dict[str, Any]]:
    return [_account(number, said) for said, numbers in OUTCOMES.items() for number in numbers]


def _account(number: int, said: str) -> dict[str, Any]:
    row: dict[str, Any] = {"account": account_id(number), "handle": f"harbour_{number}", "reasons": ["Invented."]}
    if said == "insufficient":
        row |= {"outcome": said, "top": "PT", "p": 0.41, "prior": PRIORS["PT"], "strongest_class": "persona"}
        return row
    top, _, rest = said.partition(" ")
    row |= {"top": top, "p": 0.91, "prior": PRIORS[top], "strongest_class": "network"}
    if rest.startswith("or "):
        return row | {"outcome": "contested", "p": 0.56, "runner_up": rest[3:], "without_strongest": rest[3:]}
    return row | {"outcome": "supported", "confidence": rest}


def use_rows() -> list[dict[str, Any]]:
    return [
        {"account": account_id(n), "resource": name, "kind": kind, "n": 3, "first_at": FIRST, "last_at": LAST}
        for (kind, name), numbers in RESOURCES.items()
        for n in numbers
    ]


def link_rows() -> list[dict[str, Any]]:
    common = {"kind": "acts", "rule": "same text", "n": 6, "q_value": 0.02, "window_s": 60.0, "weight": 6.0}
    return [
        common | {"source": account_id(a), "target": account_id(b), "first_at": FIRST, "last_at": LAST}
        for a, b in TOGETHER
    ]
