"""Calibration and evaluation of a case: from labels to a file in use, on the graph and from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from cases import case_on
from conftest import Engine
from evidence_fixture import ACCOUNTS, RUN, build, fusion, read_beliefs
from typer.testing import CliRunner

from attrigraph import Case
from attrigraph.cli.app import app
from attrigraph.cli.resolved import show_calibration, show_report
from attrigraph.errors import InputError
from attrigraph.graph import Store
from attrigraph.inference.calibration.candidates import Label, Labels, candidates
from attrigraph.inference.calibration.files import read_calibration
from attrigraph.inference.calibration.fit import mapped
from attrigraph.inference.fuse import Fusion
from attrigraph.inference.results import beliefs_of
from attrigraph.inference.weights import load_weights
from attrigraph.inference.weights.fitted import Fitted, with_fitted

KNOTS = ((0.2, 0.1), (0.6, 0.3), (0.95, 0.8))


def test_the_map_in_the_graph_is_the_map_of_the_fit(store: Store) -> None:
    build(store)
    fusion().fuse(store, ACCOUNTS)
    fusion().propagate(store, ACCOUNTS)
    labels = Labels({account: Label(account, "RU") for account in ACCOUNTS})
    found = candidates(beliefs_of(store, RUN, ACCOUNTS), labels, fusion().priors, load_weights(), 0.2)
    wanted = mapped(found, found.p, KNOTS)

    weights = with_fitted(load_weights(), Fitted(knots=KNOTS), "calibrated")
    Fusion(RUN, fusion().priors, 0.2, weights).recalibrate(store, ACCOUNTS)

    p = read_beliefs(store, "p")
    for row, owner in enumerate(found.owner):
        assert p[found.accounts[owner]][str(found.codes[row])] == pytest.approx(wanted[row], abs=1e-12)
    # a1: .9395 lies between .6 and .95
    assert p["x:a1"]["RU"] == pytest.approx(0.3 + 0.5 * (0.9395 - 0.6) / 0.35, abs=1e-4)


def test_a_temperature_is_the_scores_divided_by_it(store: Store) -> None:
    build(store)
    weights = with_fitted(load_weights(), Fitted(temperature=2.0), "calibrated")
    cold = Fusion(RUN, fusion().priors, 0.2, weights)
    cold.fuse(store, ACCOUNTS)
    cold.propagate(store, ACCOUNTS)
    labels = Labels({account: Label(account, "RU") for account in ACCOUNTS})
    found = candidates(beliefs_of(store, RUN, ACCOUNTS), labels, fusion().priors, load_weights(), 0.2)
    assert found.p == pytest.approx(found.probabilities(found.scores(), 2.0), abs=1e-9)
    # what accounts betray to each other stays as the story says it
    assert read_beliefs(store, "told")["x:a1"]["RU"] == pytest.approx(0.9689, abs=5e-5)


@pytest.fixture
def resolved(embedded: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sixty accounts whose store and platform label mostly tell the truth, of six operations and none."""
    dice = np.random.default_rng(7)
    signals, labels = (
        ["account_id,platform,signal,value"],
        ["account_id,platform,territory,basis,labelled_by,operation"],
    )
    for n in range(60):
        truth, other = ("PT", "NZ") if n % 2 else ("NZ", "PT")
        for signal in ("platform_country", "store_country"):
            signals += [f"{n},x,{signal},{truth if dice.random() < 0.8 else other}"]
        labels.append(f"{n},x,{truth},takedown,platform,{f'op {n % 6}' if n < 30 else ''}")
    labels.append("0,x,PT,takedown,platform,op 0")  # contradicts the first
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "signals.csv").write_text("\n".join(signals) + "\n")
    (folder / "labels.csv").write_text("\n".join(labels) + "\n")
    with case_on(embedded, tmp_path / "case", monkeypatch) as case:
        case.load(folder / "signals.csv", folder / "labels.csv")
    return tmp_path / "case"


def test_a_file_is_fitted_put_in_use_and_said(resolved: Path) -> None:
    with Case.open(resolved) as case:
        case.infer()
        before = case.evaluate()
        path, made = case.calibrate(use=True)
        run = case.infer()
        after = case.evaluate()

    assert (before.accounts, before.contradicting, before.operations) == (59, 1, 6)
    assert before.calibration == "uncalibrated v0"
    assert made.fitted == ["temperature"]
    assert (made.accounts, made.contradicting, made.bases) == (59, 1, {"takedown": 59})
    assert read_calibration(path) == made
    assert run.calibration == after.calibration == made.status
    assert made.status.startswith("calibrated on 59 resolved accounts of 6 operations")
    assert [r["id"] for r in _runs(resolved)] == ["r1", "r2"]


def _runs(folder: Path) -> list[dict[str, object]]:
    from attrigraph.inference.results import runs

    with Case.open(folder) as case:
        return runs(case.store)


def test_calibrate_and_evaluate_from_the_command_line(resolved: Path) -> None:
    def call(*words: str) -> str:
        done = CliRunner().invoke(app, [*words, "--case", str(resolved)], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    call("infer")
    text = call("evaluate")
    assert "59 labelled accounts of 6 operations" in text
    assert "uncalibrated v0" in text
    found = json.loads(call("evaluate", "--format", "json"))
    assert found["accounts"] == 59
    assert sum(row["n"] for row in found["outcomes"] if row["confidence"] != "all") == 59
    assert "fitted: temperature" in call("calibrate", "--use")
    assert "calibrated on 59 resolved accounts" in call("infer")
    assert "uncalibrated v0" in call("infer", "--calibration", "none")


def test_a_case_without_labels_says_what_to_load(
    embedded: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "signals.csv").write_text("account_id,platform,signal,value\n1,x,store_country,PT\n")
    with case_on(embedded, tmp_path / "case", monkeypatch) as case:
        case.load(tmp_path / "signals.csv")
        case.infer()
        with pytest.raises(InputError, match=r"attrigraph load resolved\.csv --table labels"):
            case.evaluate()
        with pytest.raises(InputError, match="No account of the case has a label"):
            case.calibrate()


def test_one_labelled_account_calibrates_nothing(
    embedded: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "signals.csv").write_text("account_id,platform,signal,value\n1,x,store_country,PT\n")
    (tmp_path / "labels.csv").write_text(
        "account_id,platform,territory,basis,labelled_by,operation\n1,x,PT,takedown,platform,op\n"
    )
    with case_on(embedded, tmp_path / "case", monkeypatch) as case:
        case.load(tmp_path / "signals.csv", tmp_path / "labels.csv")
        needed = "accounts: 1, operations among them: 1; at least 30 accounts and 3 operations are needed"
        with pytest.raises(InputError, match=needed):
            case.calibrate(use=True)
        assert case.infer().calibration == "uncalibrated v0"
        show_report(case.evaluate())
    assert "1 labelled account of 1 operation, 1 answered" in capsys.readouterr().out


def test_a_file_that_rests_on_too_little_is_refused(resolved: Path) -> None:
    with Case.open(resolved) as case:
        path, made = case.calibrate()
        few = made.model_copy(update={"operations": {"op 0": 59}, "held_out": []})
        path.write_text(few.model_dump_json(exclude={"remarks"}))  # as an earlier version wrote it
        with pytest.raises(InputError, match="operations: 1, held out: 0; at least 30 and 3 are needed"):
            case.infer(calibration=path)


def test_what_speaks_against_a_file_is_recorded_and_said(resolved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Case.open(resolved) as case:
        _, made = case.calibrate()
    better = made.model_copy(update={"after": made.before, "parameters": Fitted(temperature=1.5)})
    assert better.remarked().remarks == []
    assert "but" not in better.status

    cold = better.model_copy(update={"parameters": Fitted(temperature=0.2500001)}).remarked()
    assert "temperature 0.25 is at a bound of what is fitted, 0.25 to 5" in cold.remarks[0]
    assert cold.status.endswith(", but its temperature is at a bound")

    losses = made.before.model_copy(update={"log_loss": made.before.log_loss + 1})
    worse = better.model_copy(update={"after": losses}).remarked()
    assert "using it is not recommended" in worse.remarks[0]
    assert worse.worse[0].startswith("log loss")
    assert worse.status.endswith(", but worse on held-out accounts than without")
    show_calibration(worse)
    assert "not recommended" in " ".join(capsys.readouterr().out.split())


def test_a_file_of_other_weights_is_refused(resolved: Path) -> None:
    with Case.open(resolved) as case:
        path, _ = case.calibrate()
        text = json.loads(path.read_text()) | {"weights_sha256": "0" * 64}
        path.write_text(json.dumps(text))
        with pytest.raises(InputError, match="Fit it again with: attrigraph calibrate"):
            case.infer(calibration=path)
        path.write_text("{}")
        with pytest.raises(InputError, match="is not a calibration file"):
            case.infer(calibration=path)
