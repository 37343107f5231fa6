"""The simulation: the same seed gives the same bytes, the truth is complete, and naive reading is fooled."""

import csv
import gzip
import ipaddress
import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from attrigraph.errors import InputError
from attrigraph.folder import CaseFolder
from attrigraph.loaders.ip.addresses import parse
from attrigraph.loaders.ip.tables import as_table, country_table
from attrigraph.loaders.load import LoadOptions, load_file
from attrigraph.loaders.tables import IDENTIFIER_KINDS, table
from attrigraph.simulation import (
    BenignPlan,
    OperationPlan,
    Plan,
    World,
    demo_plan,
    random_plan,
    score,
    simulate,
)
from attrigraph.simulation.addresses import blocks
from attrigraph.simulation.bulk import bulk
from attrigraph.simulation.places import places
from attrigraph.simulation.world import COLUMNS
from attrigraph.territories import resolve_place


@pytest.fixture(scope="module")
def demo() -> World:
    return simulate(demo_plan(), seed=1)


@pytest.fixture(scope="module")
def random_world() -> World:
    return simulate(random_plan(800, 0.25, seed=4), seed=4)


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def territory_of(address: str) -> set[str]:
    at = ipaddress.ip_address(address)
    return {b.territory for group in blocks().values() for b in group if at in b.network}


def logins_by_account(world: World) -> dict[str, Counter[str]]:
    """Account -> territories its logins seem to come from."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in world.tables["logins"]:
        address = row["ip"].removeprefix("::ffff:")
        if row["account_id"] and address in world.seen:
            found[f"simulated:{row['account_id']}"][world.seen[address]] += 1
    return found


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        simulate(demo_plan(), seed=5).write(tmp_path / name)
    simulate(demo_plan(), seed=6).write(tmp_path / "other")
    assert files_of(tmp_path / "first") == files_of(tmp_path / "second")
    assert files_of(tmp_path / "first") != files_of(tmp_path / "other")


def test_files_written(demo: World, tmp_path: Path) -> None:
    written = demo.write(tmp_path)
    assert [p.name for p in written.tables] == [
        "accounts.csv", "logins.csv", "posts.csv.gz", "signals.csv", "identifiers.csv", "ties.jsonl", "claims.csv",
    ]  # fmt: skip
    assert (tmp_path / "accounts.csv").read_bytes().startswith(b"\xef\xbb\xbfaccount_id,platform,handle")
    assert b"\r\n" in (tmp_path / "accounts.csv").read_bytes()
    assert written.truth == tmp_path / "labels" / "truth.csv"
    assert [kind for kind, _ in written.lists] == ["vpn", "hosting", "tor"]
    with gzip.open(tmp_path / "posts.csv.gz", "rt", encoding="utf-8", newline="") as source:
        assert sum(1 for _ in csv.DictReader(source)) == len(demo.tables["posts"])
    ties = [json.loads(line) for line in (tmp_path / "ties.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {type(tie["reciprocal"]) for tie in ties if "reciprocal" in tie} == {bool}


@pytest.mark.parametrize("name", sorted(COLUMNS))
def test_headers_are_those_of_the_loaders(name: str) -> None:
    assert COLUMNS[name] == tuple(column.name for column in table(name).columns)


def test_choices_are_those_of_the_loaders(demo: World) -> None:
    broken = {"passport"}
    assert {row["kind"] for row in demo.tables["identifiers"]} - broken < set(IDENTIFIER_KINDS)
    assert {row["kind"] for row in demo.tables["logins"]} == set(table("logins").column("kind").choices)


def test_demo_is_marked_as_simulated(demo: World) -> None:
    assert len(demo.tables["accounts"]) == 150
    for row in demo.tables["accounts"]:
        assert row["platform"] == "simulated"
        assert row["handle"].startswith("sim_")
        assert row["bio"].startswith("SIMULATED")
    assert all(row["text"].startswith("SIMULATED") for row in demo.tables["posts"])


def test_claim_is_partly_right_partly_wrong(demo: World) -> None:
    truth = {t["account_id"]: t for t in demo.truth}
    claimed: dict[str, Counter[bool]] = defaultdict(Counter)
    for row in demo.tables["claims"]:
        if row["claimant"] == "Example Observatory" and row["territory"]:
            code = resolve_place(row["territory"])
            assert code is not None
            claimed[row["territory"]][code.code == truth[row["account_id"]]["territory"]] += 1
    assert claimed == {"Portugal": {True: 15, False: 4}, "Uruguay": {True: 15, False: 9}}
    assert sum(bool(row["organisation"]) for row in demo.tables["claims"]) == 8


def test_truth_is_complete(demo: World) -> None:
    accounts = {f"simulated:{row['account_id']}" for row in demo.tables["accounts"]}
    assert accounts == {t["account_id"] for t in demo.truth}
    assert len(demo.truth) == 150
    for truth in demo.truth:
        assert truth["territory"] in places()
        assert truth["persona"] in places()
        assert (truth["kind"] == "operation") == bool(truth["operation"])
    assert Counter(t["operation"] for t in demo.truth if t["operation"]) == {
        "harbour": 26,
        "estuary": 22,
        "lantern": 16,
    }


def test_truth_is_in_no_file_that_is_loaded(demo: World, tmp_path: Path) -> None:
    for path in demo.write(tmp_path).tables:
        content = path.read_bytes()
        content = gzip.decompress(content) if path.suffix == ".gz" else content
        for operation in (b"harbour", b"estuary", b"lantern"):
            assert operation not in content


def test_broken_rows_are_copies_of_good_ones(demo: World) -> None:
    assert demo.broken == {"logins": 6, "posts": 2, "signals": 1, "identifiers": 1}
    assert sum(not row["account_id"] for row in demo.tables["logins"]) == 1
    assert sum(row["ip"] == "999.12.3.4" for row in demo.tables["logins"]) == 1
    sound = simulate(Plan("sound", benign=(BenignPlan("people", "local", "PT", 5),)), seed=1)
    assert sound.broken == {}


def test_values_take_the_shapes_that_occur(demo: World) -> None:
    times = [row["at"] for row in demo.tables["logins"]]
    assert any(at.isdigit() and len(at) == 13 for at in times)
    assert sum(at.endswith("Z") for at in times) > 0.9 * len(times)
    labels = {row["value"] for row in demo.tables["signals"] if row["signal"] == "platform_country"} - {""}
    assert any(len(place.codes) > 1 for place in map(resolve_place, labels) if place)
    stores = {row["value"] for row in demo.tables["signals"] if row["signal"] == "store_country"}
    assert any(value.endswith(" App Store") for value in stores)
    assert any(row["ip"].startswith("::ffff:") for row in demo.tables["logins"])
    assert any(":" in row["ip"] and "." not in row["ip"] for row in demo.tables["logins"])


def test_every_place_is_known_to_the_territories() -> None:
    for code, place in places().items():
        assert {resolve_place(name).code for name in place.names if resolve_place(name)} == {code}  # type: ignore[union-attr]
        region = resolve_place(place.region)
        assert region is not None
        assert code in region.codes


def test_addresses_come_from_the_networks_of_their_territory(demo: World) -> None:
    for address, seen in list(demo.seen.items())[:300]:
        assert territory_of(address) == {seen}


def test_no_line_of_a_subscriber_is_used(demo: World) -> None:
    subscriber = [b.network for (_, kind), group in blocks().items() for b in group if kind in ("fixed", "mobile")]
    for address in demo.seen:
        at = ipaddress.ip_address(address)
        if any(at in network for network in subscriber):
            assert int(at) % 256 in (0, 255)


def test_lists_name_most_exits(demo: World, tmp_path: Path) -> None:
    written = demo.write(tmp_path)
    networks = {
        kind: [ipaddress.ip_network(line) for line in path.read_text().splitlines() if not line.startswith("#")]
        for kind, path in written.lists
    }
    exits = [b.network for (_, kind), group in blocks().items() for b in group if kind == "vpn"]
    used = [ip for ip in map(ipaddress.ip_address, demo.seen) if any(ip in network for network in exits)]
    listed = [ip for ip in used if any(ip in network for network in networks["vpn"])]
    assert 0.6 * len(used) < len(listed) < len(used)
    assert networks["tor"]


def test_login_countries_fool_for_posing_accounts_only(random_world: World) -> None:
    seen = logins_by_account(random_world)
    right: dict[bool, list[bool]] = {True: [], False: []}
    for truth in random_world.truth:
        if truth["account_id"] in seen:
            top = seen[truth["account_id"]].most_common(1)[0][0]
            right[truth["kind"] == "operation"].append(top == truth["territory"])
    assert sum(right[True]) / len(right[True]) < 0.4
    assert sum(right[False]) / len(right[False]) > 0.9


def test_some_posing_accounts_slip_and_some_never_do(random_world: World) -> None:
    seen = logins_by_account(random_world)
    operators = [t for t in random_world.truth if t["operation"] and t["account_id"] in seen]
    slipped = [seen[t["account_id"]][t["territory"]] > 0 for t in operators]
    assert 0.1 < sum(slipped) / len(slipped) < 0.9


def test_rates_differ_between_operations(random_world: World) -> None:
    truth = {t["account_id"]: t for t in random_world.truth}
    devices: dict[str, list[str]] = defaultdict(list)
    for row in random_world.tables["identifiers"]:
        if row["kind"] == "device":
            devices[truth[f"simulated:{row['account_id']}"]["operation"]].append(row["value"])
    shared = [len(set(values)) / len(values) for name, values in devices.items() if name and len(values) > 5]
    assert max(shared) - min(shared) > 0.2


def test_every_kind_of_trace_is_missing_for_some(random_world: World) -> None:
    everybody = {row["account_id"] for row in random_world.tables["accounts"]}
    for name in ("logins", "signals", "identifiers"):
        present = {row["account_id"] for row in random_world.tables[name]}
        assert 0.3 < len(present) / len(everybody) < 1


def test_posts_follow_the_operators_day() -> None:
    rates = {"scheduled": 0.0, "night_shift": 0.0}
    plan = Plan("clock", (OperationPlan("night", "NZ", "PT", 80, cells=20, rates=rates),), posts=40)
    hours = Counter(int(row["at"][11:13]) for row in simulate(plan, seed=3).tables["posts"])
    morning_in_auckland = sum(hours[h] for h in (20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 6, 7))
    assert morning_in_auckland > 0.75 * sum(hours.values())


def test_scheduled_posts_fall_on_round_minutes() -> None:
    plan = Plan("clock", (OperationPlan("robot", "NZ", "PT", 5, rates={"scheduled": 1.0, "campaign": 0.0}),))
    posts = simulate(plan, seed=3).tables["posts"]
    assert {row["client"] for row in posts} == {"SimulatedScheduler"}
    assert all(row["at"][14:19] in {f"{m:02d}:00" for m in range(0, 60, 5)} for row in posts)


def test_a_team_posts_its_messages_together() -> None:
    plan = Plan("choir", (OperationPlan("choir", "NZ", "PT", 10, cells=1, rates={"campaign": 1.0}),))
    texts = Counter(row["text"] for row in simulate(plan, seed=3).tables["posts"] if row.get("hashtags"))
    assert set(texts.values()) == {10}


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (Plan("p", benign=(BenignPlan("a", "local", "ZZ", 1),)), "does not know the territory 'ZZ'"),
        (Plan("p", benign=(BenignPlan("a", "traveller", "PT", 1),)), "needs `other`"),
        (Plan("p", benign=(BenignPlan("a", "local", "PT", 1), BenignPlan("a", "local", "PT", 1))), "rename one"),
        (Plan("p", (OperationPlan("a", "PT", "NZ", 3, silent=4),)), "has 3 accounts but 4 silent"),
        (Plan("p", (OperationPlan("a", "PT", "NZ", 3, rates={"slips": 0.1}),)), "no rate 'slips'"),
        (Plan("p", (OperationPlan("a", "PT", "NZ", 3, rates={"slip": 1.1}),)), "is 1.1; it is a share"),
    ],
)
def test_impossible_plans_are_refused(plan: Plan, message: str) -> None:
    with pytest.raises(InputError, match=message):
        simulate(plan, seed=1)


def test_score_counts_abstentions_and_personas() -> None:
    posing = {"territory": "PT", "persona": "NZ", "kind": "operation"}
    local = {"territory": "CA", "persona": "CA", "kind": "local"}
    truth = [{"account_id": f"s:{n}"} | (posing if n < 4 else local) for n in range(8)]
    found = [
        ("s:0", "supported", "high", "PT"),
        ("s:1", "supported", "moderate", "NZ"),
        ("s:2", "supported", "moderate", "UY"),
        ("s:3", "contested", None, "NZ"),
        ("s:4", "supported", "high", "CA"),
        ("s:5", "insufficient", None, "UNKNOWN"),
        ("s:6", "insufficient", None, "CA"),
        ("other", "supported", "high", "FR"),
    ]
    table = score(truth, [dict(zip(("account", "outcome", "confidence", "top"), row, strict=True)) for row in found])
    assert [tuple(row.values()) for row in table if row["accounts"] == "all"] == [
        ("all", "supported", "high", 2, 2, 0, 0, 0),
        ("all", "supported", "moderate", 2, 0, 2, 0, 1),
        ("all", "supported", "low", 0, 0, 0, 0, 0),
        ("all", "contested", "", 1, 0, 0, 1, 0),
        ("all", "insufficient", "", 2, 0, 0, 2, 0),
        ("all", "not assessed", "", 1, 0, 0, 1, 0),
        ("all", "sum", "", 8, 2, 2, 4, 1),
    ]
    assert list(table[0]) == [
        "accounts", "outcome", "confidence", "n", "correct", "wrong", "abstained", "called_persona",
    ]  # fmt: skip
    assert tuple(table[-1].values()) == ("posing", "sum", "", 4, 1, 2, 1, 1)


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_bulk_files_have_the_rows_asked_for(tmp_path: Path, format: str) -> None:
    made = bulk(200, 10, seed=1, folder=tmp_path, posts=3, format=format)  # type: ignore[arg-type]
    assert made.rows == {"accounts": 200, "logins": 2000, "signals": 400, "identifiers": 200, "posts": 600}
    assert set(made.files) == {"accounts", "logins", "signals", "identifiers", "posts"}
    assert all(path.suffix == f".{format}" for path in (*made.files.values(), made.truth))
    assert made.truth.parent.name == "labels"


def test_bulk_is_deterministic_and_in_real_networks(tmp_path: Path) -> None:
    first, second = (bulk(50, 4, seed=2, folder=tmp_path / name) for name in ("a", "b"))
    assert files_of(tmp_path / "a") == files_of(tmp_path / "b")
    with first.files["logins"].open(encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    assert len(rows) == 200
    assert all(len(territory_of(row["ip"])) == 1 for row in rows)
    assert set(rows[0]) <= {column.name for column in table("logins").columns}
    assert second.rows == first.rows


def test_bundled_tables_resolve_every_address(demo: World) -> None:
    countries, systems = country_table(), as_table()
    networks = [block for group in blocks().values() for block in group]
    ends = [at for block in networks for at in (str(block.network[0]), str(block.network[-1]))]
    expected = [block for block in networks for _ in range(2)]
    addresses = parse(ends)
    assert [countries.codes[i] for i in countries.ranges.find(addresses)] == [block.territory for block in expected]
    assert [systems.numbers[i] for i in systems.ranges.find(addresses)] == [block.asn for block in expected]
    seen = parse(demo.seen)
    assert [countries.codes[i] for i in countries.ranges.find(seen)] == list(demo.seen.values())


def test_loaders_reject_exactly_the_broken_rows(demo: World, tmp_path: Path) -> None:
    written = demo.write(tmp_path / "input")
    case = CaseFolder(tmp_path / "case")
    case.root.mkdir()
    reports = {path: load_file(path, case, LoadOptions()) for path in (*written.tables, written.truth)}
    assert [set(report.tables) for report in reports.values()] == [{name} for name in (*COLUMNS, "labels")]
    rejected = {name: r.rejected for r in reports.values() for name in r.tables if r.rejected}
    assert rejected == demo.broken
    assert all(report.records == report.loaded + report.rejected for report in reports.values())
