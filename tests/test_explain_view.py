"""An explanation to look at: terminal and notebook say the same, from the record alone."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from io import StringIO

import pytest
from figure_records import explanation
from rich.console import Console

from attrigraph.explain_html import explain_html
from attrigraph.explain_text import answer_lines, assumption_lines
from attrigraph.explain_view import ExplainedAccount, ExplainView
from attrigraph.inference.records import Answer, Explanation, MissingSignal, Sensitivity, Turn
from attrigraph.wording import NARROW_SPACE

NOW = Answer("supported", "PT", 0.91, 0.91)
INSUFFICIENT = Answer("insufficient", "OTHER", 0.39, 0.2)
NEW_ZEALAND = Answer("supported", "NZ", 0.62, 0.3)
MOVES = Sensitivity(
    share=0.2,
    shares=((0.05, Answer("supported", "PT", 0.94, 0.94)), (0.2, NOW), (0.4, NEW_ZEALAND)),
    verdict_turns=(Turn(0.012, INSUFFICIENT, False), Turn(0.33, NEW_ZEALAND, False)),
    leader_turns=(Turn(0.31, NEW_ZEALAND, True),),
    cover=NEW_ZEALAND,
    staged=INSUFFICIENT,
    unstaged=("behaviour", "infra"),
    prior=0.1,
    prior_turn=Turn(0.02, NEW_ZEALAND, True),
    runner_up="NZ",
    runner_up_prior=0.88,
    prior_free=(("PT", 4.3), ("UNKNOWN", 0.0), ("NZ", -2.4)),
)
MISSING = (
    MissingSignal("store_country", "the app store's country", 0.21, 0.9),
    MissingSignal("phone_region", "the phone number's country", 0.11, 0.8),
    MissingSignal("platform_country", "the platform's own label", 0.001, 0.8),
)


def told(**more: object) -> Explanation:
    """The example with its persona, how it moves and what is missing."""
    e = explanation()
    persona = {"displays": "NZ", "displays_share": 0.93, "displays_p": 0.01, "persona": "contradicts"}
    a = replace(e.assessment, prior=0.1, under_cover=0.4, **(persona | more))  # type: ignore[arg-type]
    return replace(e, assessment=a, sensitivity=MOVES, missing=MISSING)


def lines(e: Explanation) -> dict[str, str]:
    """Label -> text, with ordinary spaces."""
    found = (*answer_lines(e), *assumption_lines(e))
    return {line.label: "".join(text for text, _ in line.parts).replace(NARROW_SPACE, " ") for line in found}


def printed(e: Explanation, width: int = 104, encoding: str = "utf-8") -> str:
    console = Console(width=width, file=StringIO(), record=True, highlight=False, no_color=True)
    console.print(ExplainView(e, "harbour", simulated=True))
    return console.export_text()


def test_the_lines_say_what_the_record_holds() -> None:
    assert lines(told()) == {
        "operated from": "Portugal  91 %, very likely   prior 10 %",
        "displays": "New Zealand  contradiction: operated from there 1 %   93 % of the persona",
        "confidence": "high  network and behaviour agree",
        "next": "New Zealand 1 %, Uruguay < 1 %",
        "if network is wrong": "Portugal 56 %",
        "honest story": "83 % of the answer rests on it   assumed share deceiving 0.20, for this account 0.25; "
        "under cover 40 %",
        "other shares": "0.05: 94 %   0.20: 91 %   0.40: New Zealand 62 %   "
        "below 0.01 insufficient; above 0.33 New Zealand",
        "if under cover": "New Zealand 62 %   share deceiving 1",
        "if all is staged": "insufficient, other 39 %   left: behaviour, shared infrastructure",
        "other priors": "Portugal leads down to a prior of 2 %   New Zealand would lead from 88 % on   "
        "without any prior Portugal +4.3 nats",
        "would settle it": "the app store's country   expected doubt −0.21 nats; the phone number's country −0.11",
    }


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"displays": None, "persona": None}, "no single territory in its profile"),
        ({"displays_p": None}, "New Zealand  contradiction: no evidence names it   93 % of the persona"),
        ({"persona": "agrees"}, "New Zealand  agrees: operated from there 1 %   93 % of the persona"),
    ],
)
def test_the_persona_is_beside_the_answer(more: dict[str, object], text: str) -> None:
    assert lines(told(**more))["displays"] == text


def test_a_territory_without_a_column_says_why_it_is_named() -> None:
    free = replace(MOVES, prior_free=(("UY", 3.8), ("PT", 3.1)))
    said = lines(replace(told(), sensitivity=free))["other priors"]
    assert said.endswith(
        "without any prior Uruguay +3.8 nats, the most of all candidates; from its prior of 5 % that makes < 1 %"
    )


def test_territories_that_tie_without_a_prior_are_named_together() -> None:
    free = replace(MOVES, prior_free=(("UY", 3.8), ("NZ", 3.8), ("PT", 3.1)))
    said = lines(replace(told(), sensitivity=free))["other priors"]
    assert said.endswith("without any prior New Zealand or Uruguay +3.8 nats")


def test_an_answer_that_nothing_changes_says_so() -> None:
    firm = replace(told(), sensitivity=replace(MOVES, verdict_turns=()), missing=())

    assert lines(firm)["other shares"].endswith("the verdict is the same under every share")
    assert "would settle it" not in lines(firm)


@pytest.mark.parametrize("width", [104, 84, 72])
def test_the_terminal_keeps_to_its_width_and_to_its_order(width: int) -> None:
    text = printed(told(), width)

    assert max(map(len, text.splitlines())) <= width
    order = ("x:1007", "operated from", "displays", "nats", "sum", "result", "no evidence, not zero", "would settle it")
    flowing = " ".join(text.split())
    places = [flowing.index(word) for word in order]
    assert places == sorted(places)


def test_a_terminal_without_utf_8_gets_plain_marks() -> None:
    raw = StringIO()
    console = Console(width=104, file=raw, no_color=True)
    view = ExplainView(told(), "harbour")
    options = console.options
    options.encoding = "ascii"
    console.print(*view.__rich_console__(console, options))

    assert "///" in raw.getvalue()
    assert "╱" not in raw.getvalue()


def test_a_notebook_gets_the_same_lines_without_script_or_address() -> None:
    e = ExplainedAccount.of(told(), "harbour <b>", simulated=True)
    html = e._repr_html_()

    for word in ("Portugal", "contradiction", "would settle it", "the app store&#x27;s country", "SIMULATED", "+4.3"):
        assert word in html
    assert "harbour &lt;b&gt;" in html
    assert all(word not in html for word in ("<script", "http", "javascript", "harbour <b>"))
    assert html.count("<div") == html.count("</div>")


def test_hatch_is_no_evidence_and_a_cap_names_its_raw_value() -> None:
    html = explain_html(told(), "harbour", simulated=False)

    assert html.count('<td class="none n" colspan="3">') == 2  # acquisition, in both panels
    assert "+1.0 <i>of +1.8</i>" in html
    assert "SIMULATED" not in html


def test_a_handle_cannot_write_into_the_page() -> None:
    html = explain_html(replace(told(), handle="<img src=x>"), "harbour", simulated=False)

    assert "<img" not in html


def test_json_holds_all_of_it() -> None:
    found = json.loads(json.dumps(asdict(told()), default=str))

    assert found["sensitivity"]["verdict_turns"][1]["at"] == 0.33
    assert found["sensitivity"]["staged"]["outcome"] == "insufficient"
    assert found["missing"][0]["drop"] == 0.21
    assert found["assessment"]["persona"] == "contradicts"
