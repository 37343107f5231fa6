"""Plans: the world of `attrigraph demo`, and worlds drawn at random for tests and calibration."""

from __future__ import annotations

import numpy as np

from attrigraph.errors import InputError
from attrigraph.simulation.cast import stream
from attrigraph.simulation.places import places
from attrigraph.simulation.plan import BenignKind, BenignPlan, ClaimPlan, OperationPlan, Plan

__all__ = ["demo_plan", "random_plan"]

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
