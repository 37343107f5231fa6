"""Small invented records for the tests of figures. Every account and number here is simulated."""

from __future__ import annotations

from datetime import UTC, datetime
from math import log
from typing import Any

from attrigraph.inference.records import (
    Assessment,
    Belief,
    ClassScore,
    Explanation,
    Item,
    LeaveOneOut,
    Waterfall,
    WaterfallKind,
    WaterfallRow,
)

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


ACCOUNT = account_id(7)
_CLASSES = ("network", "behaviour", "persona", "social")
_NATS = {
    "PT": ((2.2, 2.4, 1.4), (1.4, 1.5, 0.9), (-0.3, -0.4, 0.0), (0.4, 0.5, 0.1)),
    "NZ": ((-1.1, -1.3, -0.2), (-2.1, -2.4, -0.6), (1.8, 2.1, 0.0), (0.2, 0.2, 0.1)),
    "UY": ((-1.3, -1.5, -0.4), (0.3, 0.3, 0.1), (-0.3, -0.4, 0.0), (-0.1, -0.1, 0.0)),
    "OTHER": ((-1.2, -1.4, -0.3), (-0.5, -0.6, -0.1), (-0.3, -0.4, 0.0), (-0.2, -0.3, 0.0)),
}
"""Mixed, honest and cover score of each class before its limit."""

_PARTS = {code: tuple((cls, *n) for cls, n in zip(_CLASSES, nats, strict=True)) for code, nats in _NATS.items()}
_CAP = {"NZ": -0.8}
_STORY = {"PT": -0.1, "NZ": -0.2, "UY": -0.1, "OTHER": -0.1}
_INFRA = {"PT": 0.6, "NZ": -0.4, "UY": -0.2, "OTHER": -0.3}
_POSTERIOR = {"PT": 0.91, "NZ": 0.01, "UY": 0.004, "OTHER": 0.013, "UNKNOWN": 0.063}
_PRIOR = PRIORS | {"OTHER": 0.35, "UNKNOWN": 0.20}
RESTS_ON = {
    "network": "31 login days; 6 VPN days set aside",
    "behaviour": "hours and DST, 214 active hours",
    "persona": "4 profile fields, one signal",
    "social": "12 reciprocal ties",
}


def waterfall_of(territory: str) -> Waterfall:
    rows: list[WaterfallRow] = []
    at = 0.0

    def add(kind: WaterfallKind, label: str, value: float, **more: Any) -> None:
        nonlocal at
        rows.append(WaterfallRow(kind, label, value, at, at + value, **more))
        at += value

    add("prior", "prior", log(_PRIOR[territory]), p=_PRIOR[territory], rests_on="case mix “harbour-a”")
    for cls, value, honest, cover in _PARTS[territory]:
        add(
            "class", cls, value, honest=honest, cover=cover, rests_on=RESTS_ON[cls], evidence=(f"r1/{ACCOUNT}/{cls}/0",)
        )
        if cls == "persona" and territory in _CAP:
            add("cap", "persona", _CAP[territory], rests_on="raw +1.8, at most +1.0 counts")
    rows.append(WaterfallRow("class", "acquisition", 0.0, at, at, present=False))
    add("story", "story", _STORY[territory], rests_on="honest and cover, mixed by their weight")
    add("infra", "infra", _INFRA[territory], rests_on="2 devices, 12 other accounts")
    rows.append(WaterfallRow("result", "result", at, 0.0, at, p=_POSTERIOR[territory]))
    return Waterfall(ACCOUNT, territory, tuple(rows))


def explanation(handle: str = "harbour_7") -> Explanation:
    return Explanation(
        account=ACCOUNT,
        handle=handle,
        run="r1",
        assessment=Assessment(
            account=ACCOUNT,
            run="r1",
            outcome="supported",
            confidence="high",
            top="PT",
            p=0.91,
            runner_up="NZ",
            runner_up_p=0.01,
            strongest_class="network",
            survives=True,
            without_strongest="PT",
            without_strongest_p=0.56,
            honest_share=0.83,
            tension=0.2,
            region=None,
            reasons=("network and behaviour agree", "anonymiser check done"),
        ),
        prior_mix="harbour-a",
        deceivers=0.2,
        deceivers_account=0.25,
        deception=0.1,
        calibration="uncalibrated v0",
        beliefs=tuple(map(_belief, _POSTERIOR)),
        scores={code: tuple(_score(code, *part) for part in parts) for code, parts in _PARTS.items()},
        waterfalls=(waterfall_of("PT"), waterfall_of("NZ")),
        leave_one_out=(LeaveOneOut("network", "PT", 0.56), LeaveOneOut("behaviour", "PT", 0.71)),
        items=tuple(map(_item, RESTS_ON)),
        neighbours=12,
        first_at=FIRST,
        last_at=LAST,
    )


def _score(code: str, cls: str, value: float, honest: float, cover: float) -> ClassScore:
    cut = _CAP.get(code, 0.0) if cls == "persona" else 0.0
    share = (value - cover) / (honest - cover) if honest != cover else 1.0
    return ClassScore(cls, value + cut, honest + cut / share, cover, honest, cover, capped=cut != 0, raw_mixed=value)


def _belief(code: str) -> Belief:
    total = sum(part[1] for part in _PARTS.get(code, ())) + _CAP.get(code, 0.0) + _STORY.get(code, 0.0)
    return Belief(
        account=ACCOUNT,
        territory=code,
        p=_POSTERIOR[code],
        own=_POSTERIOR[code],
        told=_POSTERIOR[code],
        prior=_PRIOR[code],
        shown=0.0,
        llr=total,
        llr_honest=total,
        llr_cover=0.0,
        infra=_INFRA.get(code, 0.0),
        deception=0.1,
        deceivers=0.25,
        classes=tuple(part[0] for part in _PARTS.get(code, ())),
        honest=tuple(part[2] for part in _PARTS.get(code, ())),
        cover=tuple(part[3] for part in _PARTS.get(code, ())),
    )


def _item(cls: str) -> Item:
    return Item(
        account=ACCOUNT,
        cls=cls,
        signal=f"{cls}_signal",
        llr={"PT": 1.0, "NZ": -1.0},
        llr_cover={"PT": 0.4},
        llr_default=-0.5,
        cover_default=0.0,
        summary="31 days from 192.0.2.7, as x:1007 says",
        n=31,
        id=f"r1/{ACCOUNT}/{cls}/0",
        run="r1",
    )
