"""What one more signal would be worth: against sums done by hand, and the bounds that must hold."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log

import numpy as np
import pytest
from evidence_fixture import item
from hypothesis import given, settings
from hypothesis import strategies as st
from test_ranges import Scores, account

from attrigraph.inference.algebra import point_score, posterior, total
from attrigraph.inference.missing import Missing
from attrigraph.inference.records import Belief, Item
from attrigraph.inference.signal import ScoreSignal
from attrigraph.inference.weights import load_weights
from attrigraph.inference.world import World, kept, kept_world, priors_of
from attrigraph.territories import territories

WEIGHTS = load_weights()
EVEN = {"PT": 0.3, "NZ": 0.3, "OTHER": 0.3, "UNKNOWN": 0.1}
OTHERS = sorted(set(territories()) - set(EVEN))
WORLD = World(WEIGHTS, dict.fromkeys(OTHERS, 0.3 / len(OTHERS)) | {"PT": 0.3, "NZ": 0.3}, {})


def entropy(p: Mapping[str, float] | list[float]) -> float:
    values = p.values() if isinstance(p, Mapping) else p
    return -sum(x * log(x) for x in values if x)


def believed(
    classes: Mapping[str, Scores], priors: Mapping[str, float] = EVEN, d: float = 0.2
) -> tuple[list[Belief], list[Item]]:
    """Beliefs of an account, and the items they follow from: one a class."""
    items = [
        item("x:1", cls, {c: s for c, s in says.items() if c != "OTHER"}, says.get("OTHER", (0.0, 0.0)))
        for cls, says in classes.items()
    ]
    return account(classes, priors, d=d), items


def worth(beliefs: list[Belief], items: list[Item], world: World = WORLD) -> dict[str, float]:
    return {m.signal: m.drop for m in Missing(world).of(beliefs, items)}


def by_hand(beliefs: list[Belief], world: World, signal: str, cls: str) -> float:
    """The same sum for an account without evidence, one outcome after the other, with dictionaries."""
    own, prior = WEIGHTS.signal(signal), {b.territory: b.prior for b in beliefs}
    outside = [c for c in world.priors if c not in prior]
    whole = sum(world.priors[c] for c in outside)
    fine = {c: p for c, p in prior.items() if c != "OTHER"} | {
        c: prior["OTHER"] * world.priors[c] / whole for c in outside
    }
    drops, chances = [], []
    for x in world.priors:
        e_in, e_out, b, llr, other = point_score(own.alpha or 0, world.priors[x], world.pi(signal, (x,)), 1.0, 0.05)
        real, _, anywhere = WEIGHTS.classes[cls].cover or (1, 0, 0)
        cover = {True: log(real * e_in + anywhere * world.pi(signal, (x,)) / b)}
        cover[False] = log(real * e_out + anywhere * world.pi(signal, (x,)) / b)
        honest = {True: llr, False: other}
        limited = {k: max(-3.0, min(3.0, v)) if own.limit else v for k, v in honest.items()}
        cover = {k: max(-3.0, min(3.0, v)) if own.limit else v for k, v in cover.items()}
        weight = {
            c: q * (1.0 if c == "UNKNOWN" else exp(total(limited[c == x], cover[c == x], 0.0, 0.2)))
            for c, q in fine.items()
        }
        coarse: dict[str, float] = {}
        for c, w in weight.items():
            coarse[c if c in prior else "OTHER"] = coarse.get(c if c in prior else "OTHER", 0.0) + w
        drops.append(entropy(prior) - entropy(posterior([log(w) for w in coarse.values()])))
        chances.append((b, limited, cover))
    chance = np.zeros(len(chances))
    for c, q in fine.items():
        for share, story in ((0.8, 1), (0.2, 2)):
            outcomes = zip(world.priors, chances, strict=True)
            says = np.array([b * (1.0 if c == "UNKNOWN" else exp(s[story - 1][c == x])) for x, (b, *s) in outcomes])
            chance += q * share * says / says.sum()
    return float(np.dot(chance / chance.sum(), drops))


@pytest.mark.parametrize(("signal", "cls"), [("phone_region", "acquisition"), ("store_country", "acquisition")])
def test_without_evidence_the_drop_is_the_sum_done_by_hand(signal: str, cls: str) -> None:
    beliefs, _ = believed({})

    assert worth(beliefs, [])[signal] == pytest.approx(by_hand(beliefs, WORLD, signal, cls), abs=1e-9)


def test_the_strongest_signal_is_worth_most() -> None:
    found = worth(*believed({}))

    assert next(iter(found)) == "login_ip"
    assert found["phone_region"] > found["platform_country"] > 0


def test_what_is_there_is_not_asked_for_again() -> None:
    beliefs, _ = believed({"acquisition": {"PT": (1.0, 0.5), "NZ": (-1.0, -0.5), "OTHER": (-1.0, -0.5)}})
    store = Item("x:1", "acquisition", "store_country", {"PT": 1.0}, {"PT": 0.5}, -1.0, -0.5, "a store")
    found = worth(beliefs, [store])

    assert "store_country" not in found
    assert "login_ip" in found


def test_a_class_that_has_spoken_leaves_less_to_say() -> None:
    told = {"acquisition": {"PT": (2.0, 1.0), "NZ": (-1.0, -0.5), "OTHER": (-1.0, -0.5)}}
    beliefs, items = believed(told)
    elsewhere = [item("x:1", "network", told["acquisition"], (-1.0, -0.5))]
    moved, _ = believed({"network": told["acquisition"]})

    assert worth(beliefs, items)["phone_region"] < worth(moved, elsewhere)["phone_region"]


def test_a_settled_answer_gains_little_and_stays_settled() -> None:
    firm = {"network": {"PT": (6.0, 5.0), "NZ": (-4.0, -3.0), "OTHER": (-4.0, -3.0)}}
    open_, sure = believed({}), believed(firm)
    settled = {m.signal: m.settles for m in Missing(WORLD).of(*sure)}

    assert worth(*sure)["phone_region"] < 0.1 * worth(*open_)["phone_region"]
    assert settled["phone_region"] > 0.95


def test_a_run_keeps_what_its_evidence_was_weighed_against() -> None:
    world = World(
        WEIGHTS, priors_of("case", None, {"PT"}, WEIGHTS), {"b": WORLD.priors, "a": dict.fromkeys(WORLD.priors, 0.1)}
    )

    assert kept_world(kept(world), WEIGHTS) == world
    assert kept_world(dict.fromkeys(("territories", "priors", "pools", "shares")), WEIGHTS) is None


score = st.floats(-3, 3)
ASKED = Missing(WORLD)


@given(st.dictionaries(st.sampled_from(["PT", "NZ", "OTHER"]), st.tuples(score, score)), st.floats(0.02, 0.6))
@settings(max_examples=40)
def test_one_more_signal_of_a_silent_class_never_adds_doubt(says: dict[str, tuple[float, float]], d: float) -> None:
    beliefs, items = believed({"behaviour": says}, d=d)
    now = entropy([b.p for b in beliefs])
    for found in ASKED.of(beliefs, items):
        assert found.drop <= now
        assert 0.0 <= found.settles <= 1.0 + 1e-9
        if found.signal in ("phone_region", "platform_country"):  # one item, no limit of its own: Bayes holds
            assert found.drop >= -0.01 * now


def test_hours_tell_apart_what_keeps_another_time(monkeypatch: pytest.MonkeyPatch) -> None:
    hours = ScoreSignal(
        name="activity_hours", cls="behaviour", ask="hours", score=lambda *_: iter(()),
        unit=("", ""), means="", misleads="", confirm="",
    )  # fmt: skip
    monkeypatch.setattr("attrigraph.inference.missing.all_signals", lambda: (hours,))
    near = {"PT": 0.45, "GB": 0.44, "OTHER": 0.01, "UNKNOWN": 0.1}
    far = {"PT": 0.45, "NZ": 0.44, "OTHER": 0.01, "UNKNOWN": 0.1}

    def drop(priors: Mapping[str, float]) -> float:
        named = {c: p for c, p in priors.items() if c not in ("OTHER", "UNKNOWN")}
        rest = [c for c in territories() if c not in named and c not in ("OTHER", "UNKNOWN")]
        world = World(WEIGHTS, dict.fromkeys(rest, priors["OTHER"] / len(rest)) | named, {})
        (found,) = Missing(world).of(account({}, priors), [])
        return found.drop

    assert drop(near) < 0.12
    assert drop(far) > 0.2
