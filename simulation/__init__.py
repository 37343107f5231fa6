"""Operations with known truth, for the demo, tests and calibration.

>>> from attrigraph.simulation import demo_plan, simulate
>>> len(simulate(demo_plan(), seed=1).truth)
150
"""

from attrigraph.simulation.generate import simulate
from attrigraph.simulation.plan import BenignPlan, ClaimPlan, OperationPlan, Plan
from attrigraph.simulation.plans import demo_plan, random_plan
from attrigraph.simulation.scoring import Score, ScoreRow, score
from attrigraph.simulation.world import TRUTH_FILE, Truth, World, list_files

__all__ = [
    "TRUTH_FILE",
    "BenignPlan",
    "ClaimPlan",
    "OperationPlan",
    "Plan",
    "Score",
    "ScoreRow",
    "Truth",
    "World",
    "demo_plan",
    "list_files",
    "random_plan",
    "score",
    "simulate",
]
