"""The registry of signals: what every signal declares, and what happens when its packages are missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from case_graph import CaseGraph
from observed import Rows

from attrigraph.errors import InputError
from attrigraph.graph import Store, statement
from attrigraph.inference import signal as signal_module
from attrigraph.inference.docs import signals_page
from attrigraph.inference.results import items
from attrigraph.inference.run import infer
from attrigraph.inference.signal import LinkSignal, Signal
from attrigraph.inference.signals import all_signals
from attrigraph.inference.weights import load_weights, read_weights
from attrigraph.inference.world import priors_of

ROOT = Path(__file__).parent.parent
EVERY = pytest.mark.parametrize("declared", all_signals(), ids=lambda s: s.name)


@EVERY
def test_a_signal_has_one_query_one_test_and_a_text(declared: Signal) -> None:
    assert declared.columns or statement(declared.facts).text
    assert (ROOT / "tests" / f"test_signals_{declared.name}.py").exists()
    assert all(text.endswith(".") for text in (declared.means, declared.misleads, declared.confirm))
    assert f"## {declared.name}\n" in signals_page()


@EVERY
def test_a_signal_belongs_to_a_class_of_the_weights(declared: Signal) -> None:
    weights = load_weights()

    assert declared.cls in weights.classes or isinstance(declared, LinkSignal)
    assert declared.name in weights.signals or isinstance(declared, LinkSignal)


def test_the_module_has_the_name_of_its_signal() -> None:
    modules = {path.stem for path in (ROOT / "inference" / "signals").glob("[a-z]*.py")}
    assert {s.name for s in all_signals()} == modules


def test_signals_without_their_packages_are_skipped_and_counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal_module, "find_spec", lambda name: None)
    graph = CaseGraph(store, "PT")
    graph.accounts("x:1", location="Lisboa", language="pt", time_zone="Lisbon")
    graph.accounts("x:2", location="Porto")
    graph.uses("x:2", "PhoneNumber", "p1")
    graph.points_at("x:2", "PT", "phone_region", "+351")

    record = infer(store, Rows(), run="r1")
    assert record.skipped == {"location_text": 2, "phone_region": 1, "ui_language": 1}
    assert {i.signal for i in items(store)} == {"timezone_setting", "phone_region"}


def test_weights_say_where_every_number_comes_from() -> None:
    weights = load_weights()
    tables = [weights.case, weights.shown, weights.persona, weights.login, weights.infra, weights.verdict]
    tables += [*weights.classes.values(), *weights.signals.values()]

    assert all("section" in table.source for table in tables)
    assert weights.calibration == "uncalibrated v0"
    assert len(weights.sha256) == 64


def test_wrong_weights_are_refused_with_the_place() -> None:
    text = (ROOT / "inference" / "weights" / "v0.toml").read_text()

    with pytest.raises(InputError, match=r"classes\.network\.rho = 1\.5"):
        read_weights(text.replace("rho = 0.5\ncap_pos", "rho = 1.5\ncap_pos", 1).encode())
    with pytest.raises(InputError, match="cannot be read as weights"):
        read_weights(b"name = ")
    with pytest.raises(InputError, match="disagreement"):
        read_weights(text.replace('source = "section 7: share', 'other = "section 7: share').encode())


@pytest.mark.parametrize(
    ("mix", "own", "expected"),
    [
        pytest.param("case", None, {"PT": 0.09, "NZ": 0.09, "US": 0.0029}, id="territories of a small case"),
        pytest.param("uniform", None, {"PT": 0.0036, "US": 0.0036}, id="all alike"),
        pytest.param("harbour", {"PT": 3.0, "US": 1.0}, {"PT": 0.6005, "US": 0.2002, "NZ": 0.0004}, id="a table"),
    ],
)
def test_prior_mixes_sum_to_ninety_hundredths(
    mix: str, own: dict[str, float] | None, expected: dict[str, float]
) -> None:
    priors = priors_of(mix, own, {"PT", "NZ"}, load_weights())

    assert sum(priors.values()) == pytest.approx(0.9)
    assert {code: priors[code] for code in expected} == pytest.approx(expected, abs=5e-5)
    assert len(priors) == 250


@pytest.mark.parametrize(
    ("own", "message"), [(None, "has no table"), ({"XX": 1.0}, "'XX'"), ({"PT": 0.0}, "weight of PT is 0")]
)
def test_a_prior_mix_that_cannot_be_used_says_why(own: dict[str, float] | None, message: str) -> None:
    with pytest.raises(InputError, match=message):
        priors_of("harbour", own, set(), load_weights())


def test_every_source_of_a_number_is_a_section_of_the_page() -> None:
    page = (ROOT / "docs" / "inference.md").read_text()
    headings = {line.split()[1].rstrip(".") for line in page.splitlines() if line.startswith("## ")}
    text = (ROOT / "inference" / "weights" / "v0.toml").read_text()

    assert set(re.findall(r"section (\d+)", text)) <= headings


def test_fields_that_cannot_be_read_are_counted_with_the_reason(store: Store) -> None:
    CaseGraph(store)
    filled = [
        ("x:1", "Mars/Phobos", "klingon"),
        ("x:2", "Europe/Lisboa", "xx"),
        ("x:3", "GMT+25", "zz"),
        ("x:4", "UTC", "pt"),
        ("x:5", "Lisbon", "en-GB"),
    ]
    store.write_nodes("Account", [{"id": a, "time_zone": zone, "language": tag} for a, zone, tag in filled])
    listed = [
        {"account_id": "x:4", "signal": "timezone_setting", "value": "Nowhere/Land"},  # the profile has one
        {"account_id": "x:6", "signal": "timezone_setting", "value": "Nowhere/Land"},
        {"account_id": "x:6", "signal": "display_language", "value": "qqq"},
        {"account_id": "x:6", "signal": "declared_country", "value": "Europe"},
        {"account_id": "x:6", "signal": "content_language", "value": "zz"},
    ]
    posts = [{"account_id": "x:1", "language": "zz", "text": "qapla"} for _ in range(5)]
    store.write_nodes("Account", [{"id": "x:6"}])

    record = infer(store, Rows(signals=listed, posts=posts), run="r1")
    assert record.skipped == {
        "timezone_setting: names no time zone": 4,
        "ui_language: names no language in use anywhere": 3,
        "display_language: names no language in use anywhere": 1,
        "content_language: names no language in use anywhere": 2,
        "declared_country: names a region, no country": 1,
    }
