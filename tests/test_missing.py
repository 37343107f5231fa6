"""What one more signal would be worth: against sums done by hand, and the bounds that must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import exp, log

import pytest
from evidence_fixture import item
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import fuse
from test_ranges import Scores, account

from attrigraph.inference.algebra import honest_share
from attrigraph.inference.missing import Missing
from attrigraph.inference.records import Belief, Item
from attrigraph.inference.signal import ScoreSignal, Sighting
from attrigraph.inference.signals import point_signals
from attrigraph.inference.weights import load_weights
from attrigraph.inference.world import World, kept, kept_world, point_item, priors_of
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


SMALL = World(WEIGHTS, {"PT": 0.3, "NZ": 0.3, "US": 0.2, "RU": 0.1}, {})
SPOKEN = (
    item("x:1", "network", {"PT": (2.0, 1.4)}, (-1.5, -0.6)),
    item("x:1", "acquisition", {"NZ": (1.2, 0.9), "PT": (-0.2, 0.1)}, (-1.0, -0.4)),
    item("x:1", "acquisition", {"PT": (2.8, 1.8)}, (-1.9, -0.7)),
    item("x:1", "persona", {"NZ": (1.1, 0.0)}, (-0.9, 0.0)),
)
SHOWN = {"PT": 0.7}


def beliefs_from(rows: Mapping[str, Mapping[str, float]], d: float) -> list[Belief]:
    """Beliefs from the reference."""
    blank = account({}, {code: row["prior"] for code, row in rows.items()}, d=d, shown=SHOWN)
    return [
        replace(b, p=row["own"], llr_honest=row["S"], llr_cover=row["C"])
        for b, row in ((b, rows[b.territory]) for b in blank)
    ]


def spread(p: Mapping[str, float]) -> dict[str, float]:
    """What OTHER holds over the territories nobody names, by prior."""
    outside = {code: prior for code, prior in SMALL.priors.items() if code not in p}
    whole = sum(outside.values())
    return {c: x for c, x in p.items() if c != "OTHER"} | {c: p["OTHER"] * x / whole for c, x in outside.items()}


def by_hand(items: tuple[Item, ...], name: str, d: float = 0.2) -> float:
    """The same sum with the reference: fuse once more for every territory the signal may name."""
    (signal,) = (s for s in point_signals() if s.name == name)
    rows = fuse(items, SHOWN, SMALL.priors, d, WEIGHTS)
    now = spread({code: row["own"] for code, row in rows.items()})
    alpha = WEIGHTS.signal(name).alpha or 0.0
    drops, says = {}, {}
    for x in SMALL.priors:
        new = point_item(signal, Sighting("x:1", (x,), alpha, name, ""), SMALL, SHOWN)
        then = {code: row["own"] for code, row in fuse((*items, new), SHOWN, SMALL.priors, d, WEIGHTS).items()}
        drops[x], says[x] = entropy(now) - entropy(spread(then)), new
    chance = dict.fromkeys(SMALL.priors, 0.0)
    outside = [c for c in SMALL.priors if c not in rows]
    for code in [*SMALL.priors, "UNKNOWN"]:
        row = rows.get(code, rows["OTHER"])
        share = 1.0 if code in rows else SMALL.priors[code] / sum(SMALL.priors[c] for c in outside)
        r = honest_share(row["S"], row["C"], row["shown"], d)
        for weight, story in ((r, "honest"), (1.0 - r, "cover")):
            seen = {}
            for x, new in says.items():
                b = alpha * SMALL.priors[x] + (1.0 - alpha) * SMALL.priors[x]  # no pool was counted: pi is the prior
                llr = new.llr.get(code, new.llr_default)
                cover = new.llr_cover.get(code, new.cover_default)
                seen[x] = b * (1.0 if code == "UNKNOWN" else exp(llr if story == "honest" else cover))
            for x, value in seen.items():
                chance[x] += row["own"] * share * weight * value / sum(seen.values())
    return sum(chance[x] * drops[x] for x in chance)


@pytest.mark.parametrize("name", ["phone_region", "store_country", "platform_country"])
@pytest.mark.parametrize("spoken", [1, 3, 4], ids=["another class", "its class spoke", "all four"])
def test_the_drop_is_the_sum_done_by_hand(name: str, spoken: int) -> None:
    items = SPOKEN[:spoken]
    beliefs = beliefs_from(fuse(items, SHOWN, SMALL.priors, 0.2, WEIGHTS), 0.2)

    assert worth(beliefs, list(items), SMALL)[name] == pytest.approx(by_hand(items, name), abs=1e-9)


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
    rest = next(b.p for b in beliefs if b.territory == "OTHER")
    now = entropy([b.p for b in beliefs]) + rest * log(len(OTHERS))
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
