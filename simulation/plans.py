"""Plans: the world of `attrigraph demo`, and worlds drawn at random for tests, calibration and evaluation."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from attrigraph.errors import InputError
from attrigraph.simulation.actors import stream, third
from attrigraph.simulation.places import places
from attrigraph.simulation.plan import BenignKind, BenignPlan, ClaimPlan, OperationPlan, Plan

__all__ = ["EVALUATION_MIXES", "EvaluationMix", "demo_plan", "evaluation_plan", "random_plan"]

OBSERVATORY = "Example Observatory"
PRESS = "Sample Press Agency"


def demo_plan() -> Plan:
    """150 accounts around a public claim: 19 accounts are run from Portugal, 24 from Uruguay.

    The claim is partly right (accounts of "harbour" and "estuary" that are claimed for their own territory), partly
    wrong (accounts of "lantern", run from Kenya through exits elsewhere, and ordinary people) and partly not knowable
    (accounts of which next to nothing is observed). Everything in it is invented.
    """
    operations = (
        OperationPlan("harbour", "PT", "NZ", 26, cells=4, silent=4, rates=HARBOUR),
        OperationPlan("estuary", "UY", "CA", 22, cells=3, silent=5, rates=ESTUARY),
        OperationPlan("lantern", "KE", "IE", 16, cells=2, silent=2, rates=LANTERN),
    )
    benign = (
        BenignPlan("locals of New Zealand", "local", "NZ", 14),
        BenignPlan("locals of Canada", "local", "CA", 10),
        BenignPlan("locals of Ireland", "local", "IE", 8),
        BenignPlan("locals of Portugal", "local", "PT", 8),
        BenignPlan("locals of Uruguay", "local", "UY", 8),
        BenignPlan("locals of Spain", "local", "ES", 6),
        BenignPlan("expatriates in New Zealand", "expatriate", "NZ", 6, other="GB"),
        BenignPlan("travellers of Canada", "traveller", "CA", 6, other="US"),
        BenignPlan("diaspora in Ireland", "diaspora", "IE", 6, other="PT"),
        BenignPlan("one café in Canada", "cafe", "CA", 6),
        BenignPlan("one mobile gateway in Kenya", "cgnat", "KE", 8),
    )
    url = "https://observatory.example/statement/"
    claims = (
        ClaimPlan(
            OBSERVATORY, "operated from", territory="PT", url=f"{url}14", grade="C3",
            about={"harbour": (12, 3), "locals of New Zealand": (2, 0), "diaspora in Ireland": (2, 0)},
        ),
        ClaimPlan(
            OBSERVATORY, "operated from", territory="UY", url=f"{url}14", grade="C3",
            about={"estuary": (11, 4), "lantern": (5, 1), "travellers of Canada": (2, 0), "locals of Canada": (1, 0)},
        ),
        ClaimPlan(
            OBSERVATORY, "linked to", organisation="Example Communications Ltd", url=f"{url}15", grade="D4",
            about={"harbour": (8, 0)},
        ),
        ClaimPlan(
            PRESS, "run from", territory="NZ", url="https://press.example/simulated", grade="F6",
            about={"harbour": (5, 0)},
        ),
    )  # fmt: skip
    return Plan("harbour", operations, benign, claims, defects=True)


HARBOUR = {
    "slip": 0.35, "careful": 0.2, "exit_persona": 0.8, "exit_elsewhere": 0.2, "residential": 0.0, "tor": 0.0,
    "shared_device": 0.8, "shared_card": 0.3, "shared_phone": 0.2, "phone_persona": 0.4, "store_persona": 0.3,
    "logins": 0.85, "label": 0.5, "store": 0.6, "phone": 0.6, "devices": 0.9, "cards": 0.6, "profile": 0.95,
}  # fmt: skip
"""Cheap cover: exits in the persona's territory, many slips, devices shared in each cell."""

ESTUARY = {
    "slip": 0.25, "careful": 0.3, "exit_persona": 0.7, "exit_elsewhere": 0.2, "residential": 0.1, "tor": 0.0,
    "shared_device": 0.7, "shared_cookie": 0.5, "phone_persona": 0.5, "store_persona": 0.5,
    "logins": 0.85, "label": 0.6, "store": 0.5, "phone": 0.6, "devices": 0.9, "profile": 0.95,
}  # fmt: skip
"""Better cover: bought kit, now and then a residential proxy."""

LANTERN = {
    "slip": 0.15, "careful": 0.4, "exit_persona": 0.55, "exit_elsewhere": 0.3, "residential": 0.1, "tor": 0.05,
    "shared_device": 0.6, "shared_card": 0.5, "phone_persona": 0.6, "store_persona": 0.6,
    "logins": 0.9, "label": 0.6, "store": 0.6, "phone": 0.6, "devices": 0.8, "profile": 0.95,
}  # fmt: skip
"""Careful: few slips, exits all over, kit of the persona."""

KINDS: tuple[tuple[BenignKind, float], ...] = (
    ("local", 0.62), ("expatriate", 0.1), ("traveller", 0.1), ("diaspora", 0.08), ("cafe", 0.05), ("cgnat", 0.05),
)  # fmt: skip
"""Share of each kind among ordinary people of a random plan."""


def random_plan(accounts: int, deceiving: float, seed: int) -> Plan:
    """A world of about `accounts` accounts, of which the share `deceiving` belongs to operations.

    Territories, cells and every rate are drawn. Raises InputError for a share outside 0..1 and for fewer than 20
    accounts.
    """
    if not 0 <= deceiving <= 1:
        raise InputError(f"The share of deceiving accounts is {deceiving}; it lies between 0 and 1.")
    if accounts < 20:
        raise InputError(f"A random plan of {accounts} accounts is too small; ask for 20 or more.")
    rng = stream(seed, "random plan")
    codes = [str(code) for code in rng.permutation(list(places()))]
    targets, others = codes[:8], codes[8:]
    operations = _operations(rng, round(accounts * deceiving), targets, others)
    people = accounts - sum(o.accounts for o in operations)
    weights = rng.dirichlet(np.full(len(targets), 1.5))
    benign = []
    for code, weight in zip(targets, weights, strict=True):
        for kind, share in KINDS:
            count = round(people * float(weight) * share)
            if count:
                other = str(rng.choice([c for c in codes if c != code]))
                silent = int(rng.binomial(count, 0.05))
                benign.append(BenignPlan(f"{kind} {code}", kind, code, count, other, silent))
    return Plan(f"random-{seed}", tuple(operations), tuple(benign))


EvaluationMix = Literal["mixed", "benign", "adversarial"]
EVALUATION_MIXES: dict[str, float] = {"mixed": 0.19, "benign": 0.0, "adversarial": 0.4}
"""Share of accounts of deceiving operations, by the name of the mix."""
ABROAD = 0.14
"""Share of the ordinary people of an evaluation case who live where nobody pretends to live, among them operators' own
territories."""


def evaluation_plan(seed: int, mix: EvaluationMix = "mixed", accounts: int = 2600) -> Plan:
    """A case for the evaluation: about `accounts` accounts, of which the share of `EVALUATION_MIXES` deceives.

    Operations may have bought accounts, hired locals, moved house; which, and how many accounts, is drawn. So are the
    kinds of ordinary people, and how many VPN exits somebody else uses too. Raises InputError for an unknown mix and
    for fewer than 100 accounts.
    """
    if mix not in EVALUATION_MIXES:
        raise InputError(f"There is no mix {mix!r}; there are {', '.join(EVALUATION_MIXES)}.")
    if accounts < 100:
        raise InputError(f"An evaluation case of {accounts} accounts is too small; ask for 100 or more.")
    rng = stream(seed, "evaluation plan", mix)
    codes = [str(code) for code in rng.permutation(list(places()))]
    targets, others = codes[:8], codes[8:]
    frame = Plan("frame")
    plain = _operations(rng, round(accounts * EVALUATION_MIXES[mix]), targets, others)
    operations = tuple(_with_past(rng, operation, frame) for operation in plain)
    people = accounts - sum(o.accounts for o in operations)
    abroad = rng.permutation(sorted({*others, *(o.territory for o in operations)} - set(targets)))[:10].tolist()
    counts = _counts(rng, round(people * (1 - ABROAD)), targets) | _counts(rng, round(people * ABROAD), abroad)
    benign = [group for code, count in counts.items() for group in _people(rng, code, count, codes)]
    shared = float(stream(seed, "exits", mix).beta(4, 3))
    return Plan(f"evaluation-{mix}-{seed}", operations, tuple(benign), posts=40, shared_exits=shared)


def _with_past(rng: np.random.Generator, operation: OperationPlan, plan: Plan) -> OperationPlan:
    """Some operations buy accounts, some hire people, some have moved."""
    own, persona = operation.territory, operation.persona
    somewhere = third(rng, own, persona)
    if rng.random() < 0.36:
        origin = persona if rng.random() < 0.55 else somewhere
        operation = replace(operation, bought=float(rng.beta(1.3, 2.2)), bought_from=origin)
    if rng.random() < 0.17:
        origin = persona if rng.random() < 0.45 else somewhere
        operation = replace(operation, hired=float(rng.beta(1, 3)), hired_in=origin)
    if rng.random() < 0.13:
        at = plan.begin + (plan.end - plan.begin) * float(rng.uniform(0.25, 0.85))
        operation = replace(operation, moved_from=third(rng, own, persona), moved_at=at)
    return operation


def _counts(rng: np.random.Generator, people: int, codes: list[str]) -> dict[str, int]:
    weights = rng.dirichlet(np.full(len(codes), 1.5))
    return {code: round(people * float(weight)) for code, weight in zip(codes, weights, strict=True)}


def _people(rng: np.random.Generator, code: str, count: int, codes: list[str]) -> list[BenignPlan]:
    """Ordinary people of one territory, kinds in drawn proportions."""
    shares = rng.dirichlet([share * 22 for _, share in KINDS])
    found = []
    for (kind, _), share in zip(KINDS, shares, strict=True):
        size = round(count * float(share))
        if size:
            other = str(rng.choice([c for c in codes if c != code]))
            found.append(BenignPlan(f"{kind} {code}", kind, code, size, other, int(rng.binomial(size, 0.05))))
    return found


def _operations(rng: np.random.Generator, total: int, targets: list[str], others: list[str]) -> list[OperationPlan]:
    """Operations of 8 to 60 accounts, run from any territory, displaying one of the targets."""
    found: list[OperationPlan] = []
    left = total
    while left > 0:
        size = min(left, int(rng.integers(8, 61)))
        persona = str(rng.choice(targets))
        home = str(rng.choice([c for c in (*others, *targets) if c != persona]))
        silent = int(rng.binomial(size, float(rng.beta(1, 8))))
        found.append(OperationPlan(f"op-{len(found) + 1}", home, persona, size, max(1, size // 8), silent))
        left -= size
    return found
