"""Prior mixes of a case: named tables, users of its platforms, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from case_graph import CaseGraph

from attrigraph.case import Case
from attrigraph.errors import CaseError, InputError
from attrigraph.inference.weights import load_weights
from attrigraph.inference.world import priors_of
from attrigraph.priors import mix_in_use
from attrigraph.settings import read_settings


class FakeCase(Case):
    """A case whose graph is the store of the test."""

    def __init__(self, case: Case, store: Any) -> None:
        super().__init__(case.folder, case.settings)
        self._store = store


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with Case.create(tmp_path / "harbour") as made:
        yield made


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mix.csv"
    path.write_text(text, encoding="utf-8")
    return path


def priors(case: Case, name: str) -> dict[str, float]:
    mix = mix_in_use(case, name)
    return priors_of(mix.name, mix.weights, {"PT"}, load_weights())


def test_a_named_mix_is_kept_with_its_source(case: Case, tmp_path: Path) -> None:
    case.load_prior(table(tmp_path, "country,users\nUnited States,300\nRU,100\n"), name="survey", source="survey, 2026")
    again = Case.open(case.folder.root)
    found = priors(again, "survey")

    assert found["US"] / found["RU"] == pytest.approx(3.0)
    assert sum(found.values()) == pytest.approx(0.9)
    assert mix_in_use(again, "survey").source == "survey, 2026"
    assert again.custody.entries("prior")[0].data["source"] == "survey, 2026"
    row = next(row for row in again.prior_mixes() if row["mix"] == "survey")
    assert (row["territories"], row["first"], row["used"]) == (
        2,
        "United States 75\u202f%, Russia 25\u202f%",
        False,
    )


def test_what_shares_leave_belongs_to_all_others_alike(case: Case, tmp_path: Path) -> None:
    case.load_prior(table(tmp_path, "territory,share\nUS,0.5\nRU,0.3\n"), name="expected")
    found = priors(case, "expected")

    assert found["US"] == pytest.approx(0.9 * 0.5)
    assert found["RU"] == pytest.approx(0.9 * 0.3)
    assert sum(p for code, p in found.items() if code not in ("US", "RU")) == pytest.approx(0.9 * 0.2)
    assert found["PT"] == pytest.approx(found["NZ"])


def test_users_of_the_platforms_are_weighed_by_the_accounts_there(case: Case, store: Any, tmp_path: Path) -> None:
    graph = CaseGraph(store, "US", "RU")
    graph.accounts("x:1", "x:2", "x:3", platform="x")
    graph.accounts("vk:1", platform="vk")
    case.load_prior(table(tmp_path, "territory,users\nUS,90\nRU,10\n"), platform="x")
    here = FakeCase(case, store)
    with pytest.raises(InputError, match="users of platform 'vk', where the case has 1 accounts"):
        mix_in_use(here, "users")
    here.load_prior(table(tmp_path, "territory,users\nRU,80\nUS,20\n"), platform="VK")
    found = priors(here, "users")

    assert found["US"] / found["RU"] == pytest.approx((3 * 0.9 + 0.2) / (3 * 0.1 + 0.8))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("territory,share\nUS,0.8\nRU,0.4\n", "the shares sum to 1.2"),
        ("territory,users\nUS,nan\n", "line 2: 'nan' is no positive number"),
        ("territory,users\nUS,-3\n", "no positive number"),
        ("territory,users\nUS,inf\n", "no positive number"),
        ("territory,users\nUS,\n", "no positive number"),
        ("territory,users\nAtlantis,5\n", "'Atlantis' names no single territory"),
        ("territory,users\nKorea,5\n", "names no single territory"),
        ("territory,users\nUS,5\nUnited States,6\n", "line 3: United States is there twice"),
        ("place,users\nUS,5\n", "columns are place, users"),
        ("territory,users\n", "no rows"),
    ],
)
def test_a_table_with_a_hole_is_refused_with_the_place(case: Case, tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        case.load_prior(table(tmp_path, text), name="mix")
    assert not case.settings.priors


def test_a_mix_needs_a_name_that_is_free_and_a_table_that_is_there(case: Case, tmp_path: Path) -> None:
    path = table(tmp_path, "territory,users\nUS,5\n")
    with pytest.raises(InputError, match="'uniform' is taken"):
        case.load_prior(path, name="uniform")
    with pytest.raises(InputError, match="--name for a prior mix, or --platform"):
        case.load_prior(path)
    with pytest.raises(InputError, match="cannot be read"):
        case.load_prior(tmp_path / "none.csv", name="mix")
    with pytest.raises(InputError, match=r"no prior mix 'nowhere'.*case, uniform"):
        mix_in_use(case, "nowhere")


@pytest.mark.parametrize("value", ["nan", "inf", "-1.0"])
def test_a_prior_that_is_no_number_is_refused_in_the_settings(case: Case, value: str) -> None:
    path = case.folder.settings
    path.write_text(path.read_text() + f"\n[prior]\nUS = {value}\n")

    with pytest.raises(CaseError, match=r"prior\.US"):
        read_settings(path)


def test_weights_in_the_settings_still_are_a_mix_of_any_other_name(case: Case) -> None:
    case.save_settings(prior={"US": 2.0, "RU": 1.0}, prior_mix="mine")
    found = priors(Case.open(case.folder.root), "mine")

    assert found["US"] / found["RU"] == pytest.approx(2.0)
    assert next(row for row in case.prior_mixes() if row["mix"] == "mine")["used"]
