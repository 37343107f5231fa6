"""Operations with known truth, for the demo, tests and calibration.

>>> from attrigraph.simulation import demo_plan, simulate
>>> len(simulate(demo_plan(), seed=1).truth)
150
"""

from attrigraph.simulation.generate import simulate
from attrigraph.simulation.plan import BenignPlan, ClaimPlan, OperationPlan, Plan
from attrigraph.simulation.plans import demo_plan, evaluation_plan, random_plan
from attrigraph.simulation.scoring import score
from attrigraph.simulation.world import World, Written

__all__ = [
    "BenignPlan",
    "ClaimPlan",
    "OperationPlan",
    "Plan",
    "World",
    "Written",
    "demo_plan",
    "evaluation_plan",
    "random_plan",
    "score",
    "simulate",
]
