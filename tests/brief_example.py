"""A small fixed case for the tests of briefs: twelve accounts, two territories, two claims; all invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from attrigraph.briefs.input import (
    AccountFacts,
    BriefInput,
    CaseFacts,
    Chosen,
    ClaimCheck,
    ClaimedAccount,
    ClassFacts,
    Databases,
    IpSource,
    NetworkUse,
    QueryUse,
    SharedResource,
    SignalFacts,
    SourceFile,
)
from attrigraph.custody import Entry
from attrigraph.inference.hypotheses import ClassUse, HypothesisRow, HypothesisScores, Spread
from attrigraph.inference.records import (
    Assessment,
    Belief,
    ClassScore,
    Explanation,
    Item,
    LeaveOneOut,
    RunRecord,
    Waterfall,
    WaterfallRow,
)
from attrigraph.wording import UNCALIBRATED

PRIORS = {"PT": 0.30, "NZ": 0.30, "UY": 0.20, "BR": 0.05, "OTHER": 0.05, "UNKNOWN": 0.10}
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
LAST = datetime(2026, 6, 30, 23, 59, tzinfo=UTC)
LOGINS, PROFILES, CLAIMS = "9f31c0aa00000001", "41ba770000000002", "c07e150000000003"


def account(n: int) -> str:
    """x:1001, x:1002, ..."""
    return f"x:{1000 + n}"


NUMBERS = {account(n): f"A{n:02d}" for n in range(1, 13)}


def assessment(n: int, outcome: str, top: str, p: float, second: tuple[str, float], **more: Any) -> Assessment:
    """An assessment with the fields a test does not care about filled in."""
    confidence = more.pop("confidence", None)
    found = Assessment(
        account=account(n),
        run="r1",
        outcome=outcome,  # type: ignore[arg-type]
        confidence=confidence,
        top=top,
        p=p,
        runner_up=second[0],
        runner_up_p=second[1],
        strongest_class="network",
        survives=True,
        without_strongest=top,
        without_strongest_p=0.6,
        honest_share=0.7,
        tension=0.2,
        region=None,
        reasons=("For Portugal speak, in nats: network +2.1.",),
    )
    return replace(found, **more)


ASSESSMENTS = (
    assessment(1, "supported", "PT", 0.94, ("NZ", 0.03), confidence="high", without_strongest_p=0.71),
    assessment(2, "supported", "PT", 0.83, ("NZ", 0.08), confidence="moderate"),
    assessment(3, "supported", "PT", 0.81, ("NZ", 0.09), confidence="moderate"),
    assessment(4, "supported", "PT", 0.72, ("NZ", 0.15), confidence="moderate"),
    assessment(5, "supported", "PT", 0.61, ("UNKNOWN", 0.20), confidence="low", survives=False, without_strongest="NZ"),
    assessment(6, "supported", "UY", 0.78, ("PT", 0.10), confidence="moderate", strongest_class="acquisition"),
    assessment(7, "supported", "UY", 0.58, ("NZ", 0.22), confidence="low"),
    assessment(
        8, "contested", "PT", 0.56, ("NZ", 0.31), without_strongest="NZ", without_strongest_p=0.64, survives=False
    ),
    assessment(9, "insufficient", "NZ", 0.41, ("UNKNOWN", 0.30), without_strongest="UNKNOWN", survives=False),
    assessment(10, "insufficient", "UNKNOWN", 0.44, ("NZ", 0.22), strongest_class=None, without_strongest=None),
    assessment(11, "insufficient", "BR", 0.35, ("UY", 0.33), region="South America"),
    assessment(12, "insufficient", "PT", 0.62, ("NZ", 0.20), strongest_class="acquisition"),
)


def item(n: int, cls: str, signal: str, points: tuple[str, float], said: tuple[str, str]) -> Item:
    """An item that points at a territory; `said` is its summary and the record it comes from."""
    (code, llr), (summary, record) = points, said
    source = PROFILES if cls in ("persona", "acquisition") else LOGINS
    return Item(
        account=account(n),
        cls=cls,
        signal=signal,
        llr={code: llr},
        llr_cover={code: llr / 2},
        llr_default=-llr,
        cover_default=-llr / 2,
        summary=summary,
        sources=(f"{source}:{record}",),
        id=f"r1|{account(n)}|{signal}|{code}",
        run="r1",
    )


ITEMS = (
    item(
        1, "network", "login_ip", ("PT", 2.4), ("31 logins on 20 days from residential addresses in Portugal", "line 2")
    ),
    item(1, "acquisition", "store_country", ("PT", 1.6), ("app store of Portugal", "line 2")),
    item(1, "persona", "location_text", ("NZ", 0.9), ('the profile text "Lisbon or bust" names New Zealand', "line 3")),
    item(8, "network", "login_ip", ("PT", 2.1), ("9 logins from 192.0.2.77, residential, in Portugal", "line 40")),
    item(8, "persona", "location_text", ("NZ", 1.1), ("@harbour_eight shows New Zealand", "line 9")),
    item(9, "persona", "time_zone", ("NZ", 0.8), ("time zone of New Zealand", "line 10")),
)


def explanation(n: int, beliefs: dict[str, float]) -> Explanation:
    """What `explain` tells about an account, in little."""
    one = next(a for a in ASSESSMENTS if a.account == account(n))
    found = tuple(
        Belief(
            account(n),
            code,
            p,
            p,
            p,
            PRIORS[code],
            0.3,
            1.5,
            2.4,
            1.2,
            0.4 if code == "PT" else 0.0,
            0.1,
            0.2,
            (),
            (),
            (),
        )
        for code, p in beliefs.items()
    )
    rows = (
        WaterfallRow("prior", "prior", -1.2, 0.0, -1.2, p=PRIORS[one.top]),
        WaterfallRow("class", "network", 2.1, -1.2, 0.9, honest=2.4, cover=1.4, rests_on="logins"),
        WaterfallRow("class", "acquisition", 0.0, 0.9, 0.9, present=False),
        WaterfallRow("story", "story", 0.1, 0.9, 1.0),
        WaterfallRow("infra", "shared infrastructure", 0.4, 1.0, 1.4),
        WaterfallRow("result", "result", 1.4, 0.0, 1.4, p=one.p),
    )
    return Explanation(
        account=account(n),
        handle=f"harbour_{n}",
        run="r1",
        assessment=one,
        prior_mix="case",
        deceivers=0.2,
        deceivers_account=0.15,
        deception=0.4,
        calibration=UNCALIBRATED,
        beliefs=found,
        scores={
            "PT": (
                ClassScore("network", 2.1, 2.4, 1.4, 2.4, 1.4, False, 2.1),
                ClassScore("persona", -0.8, -0.9, 0, -0.9, 0, False, -0.8),
            ),
            "NZ": (
                ClassScore("network", -1.7, -1.8, -1.3, -1.8, -1.3, False, -1.7),
                ClassScore("persona", 1.0, 1.1, 0, 1.8, 0, True, 1.6),
            ),
        },
        waterfalls=(Waterfall(account(n), one.top, rows),),
        leave_one_out=(LeaveOneOut("network", one.without_strongest or "UNKNOWN", 0.5),),
        items=tuple(i for i in ITEMS if i.account == account(n)),
        neighbours=2,
        first_at=FIRST,
        last_at=LAST,
    )


def facts(n: int) -> AccountFacts:
    """Account n with its logins."""
    logins = {"residential": 20, "mobile": 4, "vpn": 2} if n < 10 else {"vpn": 9, "hosting": 3}
    return AccountFacts(
        account(n),
        "x",
        handle=f"harbour_{n}",
        display_name=f"Joana Maré {n}",
        supporting=("network", "acquisition") if n == 1 else ("network",),
        anonymisers_checked=True,
        logins=logins if n != 12 else None,
        displays="NZ" if n in (1, 2, 3, 8, 9) else "PT",
        first_at=FIRST,
        last_at=LAST,
    )


def entry(seq: int, event: str, **data: Any) -> Entry:
    """A line of the custody log; its hash is not checked here."""
    return Entry(
        seq, f"2026-07-0{seq}T10:00:00+00:00", "maria", "attrigraph 0.1.0", event, data, "0" * 64, f"{seq:x}" * 64
    )


RUN = RunRecord(
    id="r1",
    started_at=datetime(2026, 7, 2, 10, tzinfo=UTC),
    finished_at=datetime(2026, 7, 2, 10, 1, tzinfo=UTC),
    deceivers=0.2,
    prior_mix="case",
    priors=PRIORS,
    weights="v0",
    weights_sha256="ab" * 32,
    calibration=UNCALIBRATED,
    engine="embedded",
    accounts=12,
    items=6,
    counts={},
    skipped={"phone_region": 7},
    seconds={"all": 1.0},
)

SOURCES = (
    SourceFile(LOGINS, "logins.csv", "9f31c0aa" * 8, ("logins",), 320, 312, 8, "platform return", "B2", "order 12/2026",
               FIRST, LAST, (("a time without a zone", 8),)),
    SourceFile(PROFILES, "profiles.csv", "41ba7700" * 8, ("accounts",), 24, 24, 0, "platform return", "B2"),
    SourceFile(CLAIMS, "claims.csv", "c07e1500" * 8, ("claims",), 9, 9, 0, None, None, None),
)  # fmt: skip


def claimed(n: int, verdict: str, reason: str) -> ClaimedAccount:
    """One account of a claim."""
    return ClaimedAccount(account(n), verdict, reason)  # type: ignore[arg-type]


CLAIM_CHECKS = (
    ClaimCheck(
        "Ministry of Harbours", "Portuguese accounts run from", "PT", None, datetime(2026, 5, 4, tzinfo=UTC),
        "https://ministry.example/statement-4", "C3", 5, 2, 1, 1, 1,
        (
            claimed(1, "supported", "assessed as operated from Portugal"),
            claimed(2, "supported", "assessed as operated from Portugal"),
            claimed(6, "contradicted", "assessed as operated from Uruguay"),
            claimed(8, "contested", "Portugal or New Zealand"),
            claimed(9, "cannot be told", "the evidence names no territory"),
        ),
        (f"{CLAIMS}:line 2",),
    ),
    ClaimCheck(
        "Newspaper", "linked to", None, "Harbour Media", None, None, None, 3, sources=(f"{CLAIMS}:line 7",),
    ),
)  # fmt: skip


HYPOTHESIS_SCORES = HypothesisScores(
    territory="PT",
    rival="NZ",
    accounts=5,
    rows=(
        HypothesisRow("network", 5, 2.1, -1.7, 0.0, 0.2),
        HypothesisRow("persona", 3, -0.8, 1.0, -0.4, 0.0),
        HypothesisRow("infra", 3, 0.4, 0.0, -0.6, -0.6),
    ),
    story=HypothesisRow("story", 5, -0.2, -0.5, -0.4, -1.6),
    sum=HypothesisRow("sum", 5, 1.6, -1.2, -0.9, -1.8),
    p=Spread(0.61, 0.94),
    rival_p=Spread(0.03, 0.15),
    unknown_p=Spread(0.02, 0.20),
    under_cover=Spread(0.06, 0.41),
    with_network=5,
    kept_without_network=4,
    kept_under_cover=4,
    kept_if_staged=2,
    unstaged=("behaviour", "infra"),
    falls_without=(("network", 1),),
    kept_at=((0.05, 5), (0.4, 4)),
)


def example(**changes: Any) -> BriefInput:
    """The case; `changes` replace fields of it."""
    found = BriefInput(
        case=CaseFacts(
            name="harbour",
            question="From which territory are these 12 accounts operated?",
            tlp="AMBER",
            redaction="numbers",
            simulated=True,
            version="0.1",
            made_at=datetime(2026, 7, 3, 9, tzinfo=UTC),
            tool="attrigraph 0.1.0",
            authors=("analyst 1",),
        ),
        run=RUN,
        assessments=ASSESSMENTS,
        accounts=tuple(facts(n) for n in range(1, 13)),
        numbers=NUMBERS,
        chosen=(
            Chosen(explanation(1, {"PT": 0.94, "NZ": 0.03, "UNKNOWN": 0.02, "OTHER": 0.01})),
            Chosen(explanation(8, {"PT": 0.56, "NZ": 0.31, "UNKNOWN": 0.13})),
            Chosen(explanation(9, {"NZ": 0.41, "UNKNOWN": 0.30, "PT": 0.29})),
        ),
        items=ITEMS,
        classes=(
            ClassFacts("network", ("login_ip",), 4, 11, 9.0, -4.0, 0.5),
            ClassFacts("acquisition", ("store_country",), 1, 1, 9.0, -3.0, 0.5),
            ClassFacts("persona", ("location_text", "time_zone"), 3, 3, 9.0, -3.0, 0.0),
            ClassFacts("geotag", (), 0, 0),
        ),
        sources=SOURCES,
        ip_sources=(
            IpSource("bundled country table", "database", "country", date(2026, 6, 17), "aa" * 32, 400_000),
            IpSource("VPN list", "list", "vpn", date(2026, 6, 28), "bb" * 32, 9_000),
        ),
        databases=Databases(addresses=96, located=95, compared=90, disagreeing=3),
        networks=(
            NetworkUse("residential", 70, 180, 9),
            NetworkUse("vpn", 12, 36, 11),
            NetworkUse("unknown", 14, 30, 8),
        ),
        shared=(
            SharedResource("device", (account(1), account(2), account(3)), FIRST, LAST, 0.9),
            SharedResource("payment_card", (account(6), account(7)), None, None, 0.85),
        ),
        claims=CLAIM_CHECKS,
        queries=(
            QueryUse("accounts-on-one-device", "Accounts on one device", 1, "MATCH (a:Account)\nRETURN a.id AS account",
                     {"min_accounts": 2, "ip": "192.0.2.77"}, 3),
        ),
        custody=(
            entry(1, "created", name="harbour"),
            entry(2, "loaded", file="/home/maria/logins.csv", rows=320, loaded=312, rejected=8),
            entry(3, "inferred", run="r1", deceivers=0.2),
        ),
        custody_head="3" * 64,
        first_at=FIRST,
        last_at=LAST,
        signals=(
            SignalFacts("network", "login_ip", 4, 11),
            SignalFacts("acquisition", "store_country", 1, 1),
            SignalFacts("persona", "location_text", 2, 2),
            SignalFacts("persona", "time_zone", 1, 1),
        ),
        class_uses=(
            ClassUse("network", 11, 7, 1, 3.9),
            ClassUse("persona", 3, 1, 2, 1.9),
            ClassUse("infra", 5, 2, 0, 0.6),
        ),
        hypotheses=HYPOTHESIS_SCORES,
        analyst={"H5": "Two accounts post on travels, which their logins follow."},
        several_windows=2,
        ranges={account(1): ((0.05, 0.97), (0.2, 0.94), (0.4, 0.88))},
        cities=frozenset({"Lisbon", "Auckland", "Reading", "Most"}),
    )  # fmt: skip
    return replace(found, **changes)
