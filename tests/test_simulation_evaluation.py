"""Cases for the evaluation: what they consist of, that they are as hard as life, that they owe the model nothing."""

import ast
import tomllib
from collections import Counter, defaultdict
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from attrigraph.errors import InputError
from attrigraph.folder import CaseFolder
from attrigraph.loaders.load import LoadOptions, load_file
from attrigraph.loaders.tables import CHANGE_SIGNALS, SIGNALS, TABLES
from attrigraph.simulation import BenignPlan, OperationPlan, Plan, World, evaluation_plan, simulate
from attrigraph.simulation.actors import stream
from attrigraph.simulation.places import place, places
from attrigraph.simulation.plans import EvaluationMix
from attrigraph.simulation.rates import cover_and_observed, people_and_observed
from attrigraph.territories import resolve_place
from evaluation.baselines import addition
from evaluation.sheet import sheet_of

ROOT = Path(__file__).resolve().parent.parent
OPEN: dict[str, float] = {"logins": 1, "phone": 1, "store": 1, "mails": 1, "devices": 1, "changes": 1, "profile": 1}
"""Everything that these tests look at is in the files."""


@pytest.fixture(scope="module")
def case() -> World:
    return simulate(evaluation_plan(2, accounts=1300), seed=2)


def rows_of(world: World, table: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in world.tables[table]:
        found[f"{row['platform']}:{row['account_id']}"].append(row)
    return found


@pytest.mark.parametrize(("mix", "share"), [("mixed", 0.19), ("benign", 0.0), ("adversarial", 0.4)])
def test_size_and_share_of_deceivers(mix: EvaluationMix, share: float) -> None:
    for seed in range(20):
        plan = evaluation_plan(seed, mix)
        assert abs(plan.accounts - 2600) <= 60
        deceivers = sum(operation.accounts for operation in plan.operations)
        assert deceivers / plan.accounts == pytest.approx(share, abs=0.01)
        assert len(plan.operations) >= (8 if share else 0)


def test_same_seed_same_plan() -> None:
    assert evaluation_plan(5) == evaluation_plan(5)
    assert evaluation_plan(5) != evaluation_plan(6)


def test_operations_of_every_kind_occur() -> None:
    operations = [o for seed in range(8) for o in evaluation_plan(seed).operations]
    assert 0.2 < sum(o.bought > 0 for o in operations) / len(operations) < 0.5
    assert 0.05 < sum(o.hired > 0 for o in operations) / len(operations) < 0.35
    assert 0.05 < sum(o.moved_at is not None for o in operations) / len(operations) < 0.3


def test_impossible_cases_are_refused() -> None:
    with pytest.raises(InputError, match="There is no mix 'mad'"):
        evaluation_plan(1, "mad")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="of 20 accounts is too small"):
        evaluation_plan(1, accounts=20)


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (OperationPlan("a", "PT", "NZ", 3, bought=0.5), "say where they come from with `bought_from`"),
        (OperationPlan("a", "PT", "NZ", 3, hired=0.5), "say where they come from with `hired_in`"),
        (OperationPlan("a", "PT", "NZ", 3, hired=1.5, hired_in="KE"), "the share hired is 1.5"),
        (OperationPlan("a", "PT", "NZ", 3, bought=0.5, bought_from="ZZ"), "does not know the territory 'ZZ'"),
        (OperationPlan("a", "PT", "NZ", 3, moved_from="KE"), "give both `moved_from` and `moved_at`"),
        (OperationPlan("a", "PT", "NZ", 3, moved_from="KE", moved_at=Plan("p").end), "outside the period"),
    ],
)
def test_impossible_operations_are_refused(operation: OperationPlan, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Plan("p", (operation,)).check()


def test_every_signal_of_the_loaders_occurs(case: World) -> None:
    """As a row of `signals`, or as what another table shows."""
    elsewhere = {
        "phone_region": any(row["kind"] == "phone" for row in case.tables["identifiers"]),
        "location_text": any(row.get("location") for row in case.tables["accounts"]),
        "timezone_setting": any(row.get("time_zone") for row in case.tables["accounts"]),
        "ui_language": any(row.get("language") for row in case.tables["accounts"]),
        "content_language": any(row.get("language") for row in case.tables["posts"]),
        "activity_times": len(case.tables["posts"]) > 0,
        "geotag": any(row.get("latitude") for row in case.tables["posts"]),
        "linked_domain": any(row.get("urls") for row in case.tables["posts"]),
    }
    assert all(elsewhere.values())
    written = {row["signal"] for row in case.tables["signals"]}
    assert written == (set(SIGNALS) - set(elsewhere)) | ({"handle_change"} & set(CHANGE_SIGNALS))


def test_every_row_loads(tmp_path: Path) -> None:
    written = simulate(evaluation_plan(1, accounts=200), seed=1).write(tmp_path / "input")
    folder = CaseFolder(tmp_path / "case")
    folder.create()
    folder.key()
    loaded = {}
    for path in (*written.tables, written.truth):
        report = load_file(path, folder, LoadOptions())
        assert report.rejected == 0
        loaded |= report.tables
    assert set(loaded) == {t.name for t in TABLES} - {"claims"}


def test_labels_name_operation_and_cell(case: World) -> None:
    for truth in case.truth:
        assert truth["territory"] in places()
        assert bool(truth["operation"]) == bool(truth["cell"]) == bool(truth["real_login"])
        assert truth["cell"].startswith(truth["operation"])
        assert bool(truth["former_territory"]) == bool(truth["changed_at"])
    assert {t["real_login"] for t in case.truth} == {"", "self", "peer", "none"}


def test_real_login_means_what_it_says(case: World) -> None:
    truth = {t["account_id"]: t for t in case.truth if t["operation"]}
    shown = {
        account: {case.seen[row["ip"].removeprefix("::ffff:")] for row in rows}
        for account, rows in rows_of(case, "logins").items()
    }
    for account, t in truth.items():
        if t["real_login"] == "self":
            assert t["territory"] in shown[account]
        if t["real_login"] == "peer":
            peers = [a for a, o in truth.items() if o["cell"] == t["cell"] and o["real_login"] == "self"]
            assert any(truth[a]["territory"] == t["territory"] for a in peers)


def test_bought_accounts_carry_their_owner_of_before() -> None:
    rates = OPEN | {"slip": 1.0, "careful": 0.0, "rekit": 1.0, "own_language": 0.0, "post_language": 1.0}
    plan = Plan("shop", (OperationPlan("shop", "PT", "NZ", 40, bought=1.0, bought_from="JP", rates=rates),), posts=80)
    world = simulate(plan, seed=1)
    truth = {t["account_id"]: t for t in world.truth}
    assert {(t["territory"], t["former_territory"]) for t in truth.values()} == {("PT", "JP")}
    languages: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for account, rows in rows_of(world, "posts").items():
        for row in rows:
            languages[row["at"] < truth[account]["changed_at"]][row["language"]] += 1
    assert languages[True].most_common(1)[0][0] == "ja"
    assert set(languages[False]) == {"en"}
    phones = [row["value"] for row in world.tables["identifiers"] if row["kind"] == "phone"]
    assert sum(p.startswith("+81") for p in phones) == 40 == len(phones) - 40
    assert {row["signal"] for row in world.tables["signals"]} >= {"handle_change", "store_country"}
    assert 40 < len(world.tables["accounts"]) < 80
    handles = {row["handle"] for row in world.tables["accounts"]}
    assert len(handles) > 40


def test_what_is_not_changed_stays() -> None:
    rates = OPEN | {"rekit": 0.0}
    plan = Plan("shop", (OperationPlan("shop", "PT", "NZ", 20, bought=1.0, bought_from="JP", rates=rates),))
    phones = [row for row in simulate(plan, seed=1).tables["identifiers"] if row["kind"] == "phone"]
    assert len(phones) == 20
    assert all(row["value"].startswith("+81") for row in phones)


def test_hired_people_work_where_they_are() -> None:
    rates = OPEN | {"exit_persona": 1.0}
    plan = Plan("gig", (OperationPlan("gig", "PT", "NZ", 20, hired=1.0, hired_in="KE", rates=rates),))
    world = simulate(plan, seed=1)
    assert {(t["territory"], t["hired"], t["kind"]) for t in world.truth} == {("KE", "true", "operation")}
    seen = Counter(world.seen[row["ip"].removeprefix("::ffff:")] for row in world.tables["logins"])
    assert seen.most_common(1)[0][0] == "KE"
    assert seen["KE"] > 0.7 * sum(seen.values())


def test_a_move_changes_lines_and_clock() -> None:
    moved_at = Plan("p").begin + (Plan("p").end - Plan("p").begin) / 2
    rates = OPEN | {"slip": 1.0, "careful": 0.0, "scheduled": 0.0, "night_shift": 0.0, "campaign": 0.0}
    operation = OperationPlan("van", "NZ", "CA", 40, cells=20, rates=rates, moved_from="PT", moved_at=moved_at)
    world = simulate(Plan("road", (operation,), posts=40), seed=2)
    assert {(t["territory"], t["former_territory"]) for t in world.truth} == {("NZ", "PT")}
    lines: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for row in world.tables["logins"]:
        if row["kind"] != "registration" and not row["at"].isdigit():
            lines[row["at"] < f"{moved_at:%Y-%m-%dT}"][world.seen[row["ip"].removeprefix("::ffff:")]] += 1
    assert lines[True]["PT"] > 0.5 * sum(lines[True].values())
    assert lines[False]["NZ"] > 0.5 * sum(lines[False].values())
    assert lines[True]["NZ"] == 0
    hours: dict[bool, list[int]] = {True: [], False: []}
    for row in world.tables["posts"]:
        hours[row["at"] < f"{moved_at:%Y-%m-%dT}"].append(int(row["at"][11:13]))
    day = {before: sum(8 <= h < 20 for h in found) / len(found) for before, found in hours.items()}
    assert day[True] > 0.6
    assert day[False] < 0.4


def test_a_night_shift_works_in_the_day_of_the_persona() -> None:
    hours: dict[float, Counter[int]] = {}
    for night in (0.0, 1.0):
        rates = {"scheduled": 0.0, "night_shift": night, "campaign": 0.0}
        plan = Plan("clock", (OperationPlan("desk", "NZ", "PT", 80, cells=20, rates=rates),), posts=40)
        hours[night] = Counter(int(row["at"][11:13]) for row in simulate(plan, seed=3).tables["posts"])
    in_lisbon = {night: sum(found[h] for h in range(8, 20)) / sum(found.values()) for night, found in hours.items()}
    assert in_lisbon[0.0] < 0.3
    assert in_lisbon[1.0] > 0.6


def test_clocks_change_with_the_season() -> None:
    plan = Plan("clock", benign=(BenignPlan("people", "local", "PT", 300),), posts=60)
    rows = simulate(plan, seed=1).tables["posts"]
    middle = {}
    for name, months in (("winter", ("01", "02", "12")), ("summer", ("06", "07", "08"))):
        angles = [(int(r["at"][11:13]) + int(r["at"][14:16]) / 60) * np.pi / 12 for r in rows if r["at"][5:7] in months]
        middle[name] = np.angle(np.exp(1j * np.array(angles)).mean()) * 12 / np.pi % 24
    assert middle["winter"] - middle["summer"] == pytest.approx(1.0, abs=0.3)


def test_workers_rest_on_holidays_of_their_own_territory() -> None:
    rates = {"scheduled": 0.0, "holiday": 0.05, "campaign": 0.0}
    plan = Plan("rest", (OperationPlan("desk", "PT", "NZ", 100, cells=10, rates=rates),), posts=80)
    days = Counter(row["at"][5:10] for row in simulate(plan, seed=3).tables["posts"] if row["at"][5:10] >= "04-20")
    usual = np.median([n for day, n in days.items() if "05-04" <= day <= "05-28"])
    assert days["05-01"] < 0.4 * usual


def test_places_are_what_they_say() -> None:
    import phonenumbers

    rng = stream(1, "numbers")
    for code, where in places().items():
        assert len(where.coordinates) == len(where.cities)
        assert len(where.currency) == 3
        assert where.holidays
        if where.voip:
            number = phonenumbers.parse(where.phone_number(rng, voip=True))
            assert phonenumbers.region_code_for_number(number) == code
            assert phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.VOIP


def test_geotags_lie_near_cities_of_persona_or_operator(case: World) -> None:
    truth = {t["account_id"]: t for t in case.truth}
    for account, rows in rows_of(case, "posts").items():
        allowed = {truth[account][k] for k in ("territory", "persona", "former_territory")} - {""}
        for row in (r for r in rows if r.get("latitude")):
            at = float(row["latitude"]), float(row["longitude"])
            spots = [s for code in allowed for s in place(code).coordinates]
            assert min(abs(at[0] - a) + abs(at[1] - b) for a, b in spots) < 0.5


# ---- as hard as life


def test_naive_addition_takes_half_of_the_posing_accounts_for_their_persona(case: World) -> None:
    """Measured on eight cases of 2,600: see docs/simulation.md."""
    posing = {t["account_id"]: t["persona"] for t in case.truth if t["operation"] and t["persona"] != t["territory"]}
    beliefs = addition(sheet_of(case), posing)
    sure = [beliefs[account].get(persona, 0.0) >= 0.8 for account, persona in posing.items()]
    assert 0.45 < sum(sure) / len(sure) < 0.85


def test_ordinary_people_are_not_all_simple(case: World) -> None:
    """Some have a store, a phone or a label of a territory they are not in."""
    truth = {t["account_id"]: t for t in case.truth if not t["operation"]}
    wrong: dict[str, list[bool]] = defaultdict(list)
    for account, rows in rows_of(case, "signals").items():
        for row in rows:
            if account in truth and row["signal"] in ("store_country", "platform_country", "sim_carrier"):
                value = row["value"].removesuffix(" App Store").removesuffix(" Android App")
                found = resolve_place(value)
                assert found is not None
                wrong[row["signal"]].append(truth[account]["territory"] not in found.codes)
    for misled in wrong.values():
        assert 0.01 < sum(misled) / len(misled) < 0.3


# ---- independent of the model


def numbers_of(value: Any) -> set[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return {n for part in value for n in numbers_of(part)}
    return {float(value)} if isinstance(value, int | float) and not isinstance(value, bool) else set()


def round_number(number: float) -> bool:
    """Whole, or a multiple of a hundredth: among so many numbers these coincide by chance."""
    return abs(number * 100 - round(number * 100)) < 1e-9


def test_no_constant_of_the_model_is_in_the_simulation() -> None:
    """The simulation reads nothing of the model, and none of the model's numbers that are not round stands in it."""
    weights = tomllib.loads((ROOT / "inference" / "weights" / "v0.toml").read_text(encoding="utf-8"))
    model = {n for n in numbers_of({k: v for k, v in weights.items() if k != "disagreement"}) if not round_number(n)}
    assert model
    for path in sorted((ROOT / "simulation").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        modules = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
        assert not [m for m in modules if m.startswith("attrigraph.inference")]
        written = {abs(n.value) for n in ast.walk(tree) if isinstance(n, ast.Constant) and type(n.value) is float}
        assert not written & model, path.name


def test_habits_are_drawn_from_wide_distributions() -> None:
    """Over operations and groups every habit differs, most by a fifth or more between the tenth and the last tenth."""
    for draw in (cover_and_observed, people_and_observed):
        drawn = [draw(stream(n, "habits"), {}) for n in range(300)]
        for part in (0, 1):
            for field in fields(drawn[0][part]):
                values = np.array([getattr(pair[part], field.name) for pair in drawn])
                low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
                assert high - low > max(0.02, 0.5 * middle) or high - low > 0.2, field.name


def test_how_well_a_signal_points_differs_between_groups(case: World) -> None:
    """The model has one strength for stores; here the share of true ones is anything, operation by operation."""
    truth = {t["account_id"]: t for t in case.truth if t["operation"]}
    right: dict[str, list[bool]] = defaultdict(list)
    for account, rows in rows_of(case, "signals").items():
        for row in rows:
            if account in truth and row["signal"] == "store_country":
                home = place(truth[account]["territory"]).names[0]
                right[truth[account]["operation"]].append(row["value"].startswith(home))
    shares = [sum(values) / len(values) for values in right.values() if len(values) >= 5]
    assert max(shares) - min(shares) > 0.4
