"""What a brief says: title and bottom line, findings, abstentions, statements of others, evidence ids."""

import doctest
import json
from dataclasses import replace

import pytest
from brief_example import ASSESSMENTS, CLAIM_CHECKS, ITEMS, NUMBERS, RUN, assessment, example, facts
from measured_records import BINS, HOURS, WINDOWS

from attrigraph.briefs import draft, estimative, phrases, register
from attrigraph.briefs.compose import compose
from attrigraph.briefs.input import BriefInput
from attrigraph.briefs.lint import check
from attrigraph.briefs.model import Brief, FigureBlock, Findings, Paragraph, Table, to_json
from attrigraph.briefs.privacy import Privacy
from attrigraph.briefs.walk import figures, pieces, tables
from attrigraph.errors import NotAssessed
from attrigraph.viz import belief_windows, hours, reliability, territory_map


def plain(text: str) -> str:
    return text.replace("\u202f", " ")


def bottom_line(brief: Brief) -> list[str]:
    block = brief.sections[0].blocks[0]
    assert isinstance(block, Paragraph)
    return [plain(s.text) for s in block.sentences]


def findings(data: BriefInput) -> list[str]:
    block = compose(data).sections[1].blocks[0]
    assert isinstance(block, Findings)
    return [plain(s.text) for s in block.items]


def table(brief: Brief, section: int, caption: str) -> list[list[str]]:
    found = brief.section(section)
    assert found
    one = next(t for t in tables(found) if t.caption.startswith(caption))
    return [[plain(c.text) for c in row.cells] for row in one.rows]


def words_of(brief: Brief, section: int) -> str:
    return " ".join(plain(p.text) for p in pieces(brief) if p.section == section and p.role == "sentence")


@pytest.mark.parametrize("module", [draft, phrases, estimative])
def test_examples_in_docstrings(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


def test_title_and_bottom_line_give_counts_with_the_word_of_the_weakest_account() -> None:
    brief = compose(example())
    assert brief.header.title.text == "Harbour: 5 of 12 accounts likely operated from Portugal"
    assert bottom_line(brief) == [
        "Of 12 accounts, 5 are likely operated from Portugal, at 61 % or more each (prior 30 %); "
        "2 are likely operated from Uruguay, at 58 % or more each (prior 20 %).",
        "Confidence in these 7 judgements is high for 1, moderate for 4 and low for 2: 1 of the 7 rests on two or more "
        "classes of evidence, and 6 of the 7 answers stay when the strongest class of evidence is left out.",
        "The runner-up to Portugal is most often New Zealand, second for 4 of the 5: 15 % or less each, very unlikely "
        "(prior 30 %).",
        "For 5 of the 12 accounts the evidence does not decide: 1 is contested and 4 are insufficient, and no "
        "territory is named for them.",
        "This says where accounts are operated from, not who operates them, nor on whose behalf.",
    ]


def test_title_names_every_territory_that_leads() -> None:
    both = tuple(a for a in ASSESSMENTS if a.top in ("PT", "UY") and a.account not in ("x:1003", "x:1004", "x:1005"))
    title = compose(example(assessments=both, chosen=(), items=(), ranges={})).header.title.text
    assert title == "Harbour: 2 of 6 accounts likely operated from Portugal and 2 from Uruguay"


def test_a_case_in_which_nothing_is_decided_names_no_territory() -> None:
    undecided = tuple(a for a in ASSESSMENTS if a.outcome != "supported")
    brief = compose(example(assessments=undecided, chosen=()))
    assert brief.header.title.text == "Harbour: no territory can be named for any of 5 accounts"
    assert bottom_line(brief) == [
        "The evidence does not name a territory for any of 5 accounts.",
        "For all 5 accounts the evidence does not decide: 1 is contested and 4 are insufficient, and no territory is "
        "named for them.",
        "This says where accounts are operated from, not who operates them, nor on whose behalf.",
    ]


def test_one_account() -> None:
    brief = compose(example(assessments=ASSESSMENTS[:1], chosen=()))
    assert brief.header.title.text == "Harbour: all 1 account very likely operated from Portugal"
    assert bottom_line(brief)[0] == "Of 1 account, 1 is very likely operated from Portugal, at 94 % (prior 30 %)."


def test_without_assessments_there_is_nothing_to_write() -> None:
    with pytest.raises(NotAssessed, match="attrigraph infer"):
        compose(example(assessments=()))


def test_the_unknown_can_be_the_runner_up() -> None:
    one = (assessment(1, "supported", "PT", 0.7, ("UNKNOWN", 0.25), confidence="low"),)
    assert bottom_line(compose(example(assessments=one, chosen=())))[2] == (
        "The runner-up to Portugal is most often that the evidence tells nothing, second for all 1: 25 %, unlikely "
        "(prior 10 %)."
    )


def test_sections_keep_the_numbers_of_the_table_of_contents() -> None:
    assert [s.number for s in compose(example()).sections] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14]


def test_key_findings_are_four_to_six_and_each_has_evidence() -> None:
    block = compose(example()).sections[1].blocks[0]
    assert isinstance(block, Findings)
    assert 4 <= len(block.items) <= 6
    assert [(s.tag, s.evidence) for s in block.items][:2] == [("F", ("R-r1", "S-1")), ("A", ("E-0001",))]
    assert plain(block.items[0].text) == "5 accounts used 2 resources in common: 1 device and 1 card."


def test_finding_on_displayed_territories_is_the_most_frequent_one() -> None:
    shown = tuple(replace(facts(n), displays="NZ" if n < 11 else None) for n in range(1, 13))
    assert (
        "10 profiles display New Zealand; all 7 accounts with an assessed territory display another one."
        in findings(example(accounts=shown))
    )


def test_strip_counts_every_account_once() -> None:
    brief = compose(example())
    rows = table(brief, 1, "Accounts by outcome")
    assert rows == [
        ["Portugal", "5", "1", "3", "1"],
        ["Uruguay", "2", "", "1", "1"],
        ["Contested", "1", "", "", ""],
        ["Insufficient", "4", "", "", ""],
    ]
    assert sum(int(row[1]) for row in rows) == 12


def test_every_account_has_a_row_and_the_undecided_show_no_territory() -> None:
    rows = table(compose(example()), 6, "Posterior of every account")
    assert [row[0] for row in rows] == [f"A{n:02d}" for n in range(1, 13)]
    assert rows[0][:8] == ["A01", "supported", "Portugal", "94 %", "30 %", "New Zealand 3 %", "30 %", "high"]
    assert rows[9][:4] == ["A10", "insufficient", "not decided; strongest unknown", "44 %"]


def test_range_over_assumed_shares_only_where_it_was_handed_over() -> None:
    said = words_of(compose(example()), 6)
    assert "94 %, 88 % to 97 % over assumed shares of deceiving accounts from .05 to .4 (prior 30 %)" in said
    assert "over assumed shares" not in words_of(compose(example(ranges={})), 6)


def test_a_range_that_prints_alike_is_said_once() -> None:
    flat = {ASSESSMENTS[0].account: ((0.05, 0.941), (0.2, 0.94), (0.4, 0.939))}
    said = words_of(compose(example(ranges=flat)), 6)
    assert "94 % over all assumed shares of deceiving accounts from .05 to .4 (prior 30 %)" in said


def test_shared_infrastructure_is_named_as_evidence_of_it() -> None:
    shared = tuple(replace(a, strongest_class="infra") for a in example().assessments)
    said = " ".join(findings(example(assessments=shared)))
    assert "Evidence of shared infrastructure is the strongest class for" in said
    assert "nfra evidence" not in said


def test_contested_and_insufficient_accounts_are_worded_as_such() -> None:
    said = words_of(compose(example()), 6)
    assert "Portugal or New Zealand: the answer changes when network evidence is left out." in said
    assert "the strongest, New Zealand, reaches 41 % (prior 30 %) and 55 % is required." in said


def test_a_value_that_rounds_to_the_threshold_is_not_said_to_reach_it() -> None:
    chosen = example().chosen[2]
    near = replace(chosen.explanation, assessment=replace(chosen.explanation.assessment, p=0.548))
    said = words_of(compose(example(chosen=(replace(chosen, explanation=near),))), 6)
    assert "the strongest, New Zealand, stays just below (prior 30 %) and 55 % is required." in said


def test_statements_of_others_stand_beside_the_assessments() -> None:
    brief = compose(example())
    assert (
        "“Ministry of Harbours” said on 4 May 2026 of 5 accounts: “Portuguese accounts run from” Portugal."
        in words_of(brief, 10)
    )
    assert table(brief, 10, "Statements about a territory")[0][2:] == ["2026-05-04", "C3", "5", "2", "1", "1", "1"]
    assert table(brief, 10, "Statements account by account")[2] == [
        "A06", "“Ministry of Harbours”", "Portugal", "contradicted", "assessed as operated from Uruguay",
    ]  # fmt: skip
    assert table(brief, 10, "Statements about organisations") == [
        ["“Newspaper”", "“linked to”", "“Harbour Media”", "unknown", "F6", "3"]
    ]
    assert "No public statement" in words_of(compose(example(claims=())), 10)


def test_a_statement_never_becomes_evidence() -> None:
    kept = compose(example())
    without = compose(example(claims=()))
    assert kept.judgements == without.judgements
    assert table(kept, 14, "Evidence items") == table(without, 14, "Evidence items")
    assert CLAIM_CHECKS[0].claimed == 5


def test_evidence_is_numbered_by_class_and_leads_to_source_and_record() -> None:
    rows = table(compose(example()), 14, "Evidence items")
    assert [row[0] for row in rows] == [f"E-{n:04d}" for n in range(1, 7)]
    assert rows[0] == [
        "E-0001", "A01", "network, login ip", "Portugal +2.4",
        "31 logins on 20 days from residential addresses in Portugal", "S-1 line 2",
    ]  # fmt: skip


def test_too_many_items_are_cut_to_the_accounts_shown_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "MOST_EVIDENCE", 5)
    brief = compose(example(chosen=example().chosen[:1]))
    assert [row[1] for row in table(brief, 14, "Evidence items")] == ["A01"] * 3
    assert "3 items of accounts not shown in full are not listed" in words_of(brief, 14)
    assert len(ITEMS) == 6


def test_every_id_stands_for_something_listed_once() -> None:
    brief = compose(example())
    ids = [r.id for r in brief.references]
    assert len(ids) == len(set(ids))
    cited = {i for p in pieces(brief) for i in p.evidence}
    assert cited <= set(ids)


def test_figures_are_numbered_in_order_and_carry_all_a_caption_needs() -> None:
    found = [f for _, f in figures(compose(example()))]
    assert [f.number for f in found] == list(range(1, 9))
    assert {(f.period, f.redaction, f.simulated) for f in found} == {
        ("1 Jan 2025 to 30 Jun 2026, UTC", "accounts numbered, no handles", True)
    }


def test_a_bare_case_still_makes_a_whole_brief() -> None:
    bare = example(
        accounts=(), chosen=(), items=(), classes=(), sources=(), ip_sources=(), databases=None, networks=(), shared=(),
        claims=(), queries=(), custody=(), custody_head="", first_at=None, last_at=None, ranges={},
    )  # fmt: skip
    brief = compose(replace(bare, numbers=NUMBERS))
    assert "No login or registration address was supplied." in words_of(brief, 8)
    assert "No list of VPN, hosting or Tor addresses was used." in words_of(brief, 4)
    assert brief.header.cutoff == "date of the data unknown"


def test_json_is_canonical_and_whole() -> None:
    brief = compose(example())
    text = to_json(brief)
    read = json.loads(text)
    assert text == json.dumps(read, ensure_ascii=False, sort_keys=True, indent=2) + "\n"
    assert read["header"]["title"]["text"] == brief.header.title.text
    kinds = {b["block"] for s in read["sections"] for b in s["blocks"]}
    assert kinds == {"Paragraph", "Findings", "Heading", "Table", "FigureBlock", "Terms", "Code"}


def test_tables_are_rectangular() -> None:
    for section in compose(example()).sections:
        for one in tables(section):
            assert {len(row.cells) for row in one.rows} <= {len(one.columns)}
        assert all(isinstance(b, FigureBlock | Table) or b for b in section.blocks)


def test_evidence_matrix_sorts_signals_by_trace_and_by_who_can_see_them() -> None:
    assert table(compose(example()), 5, "Evidence by kind of trace") == [
        ["technical", "no evidence", "login IP 4 and store country 1", "not relied on"],
        ["behavioural", "no evidence", "no evidence", "not relied on"],
        ["contextual", "location text 2 and time zone 1", "no evidence", "not relied on"],
        ["legal", "public", "1 of 3 files with a legal basis stated", "not relied on"],
    ]
    assert table(compose(example()), 5, "What each class says") == [
        ["network", "technical", "4", "11", "B2", "7", "1", "3.9"],
        ["persona", "contextual", "3", "3", "B2", "1", "2", "1.9"],
        ["shared infrastructure", "technical", "messages", "5", "B2", "2", "0", "0.6"],
    ]


def test_every_hypothesis_is_addressed_by_model_or_analyst_or_said_to_be_not_assessed() -> None:
    rows = table(compose(example()), 9, "Hypotheses carried")
    assert [(row[0], row[2]) for row in rows] == [
        ("H1", "model"), ("H2", "model"), ("H3", "model"), ("H4", "not assessed"), ("H5", "analyst"),
        ("H6", "not assessed"), ("H7", "model"), ("H8", "not assessed"),
    ]  # fmt: skip
    said = {row[0]: row[3] for row in rows}
    assert said["H1"] == "Probability 61 % to 94 % (prior 30 %) over 5 accounts; the sum of all evidence is +1.6 nats."
    assert said["H3"].startswith("Without network evidence 4 of the 5 accounts that have it keep X; unknown keeps 2 %")
    assert said["H5"] == "Two accounts post on travels, which their logins follow."
    assert said["H8"] == "not assessed: 2 accounts have several time windows, section 6"


def test_classes_stand_against_hypotheses_with_their_sum() -> None:
    rows = table(compose(example()), 9, "Log-likelihood ratios")
    assert rows[0] == ["network", "5", "+2.1", "−1.7", "0.0", "+0.2", "3.8"]
    assert [row[0] for row in rows] == ["network", "persona", "shared infrastructure", "story", "sum"]
    assert "Linchpins, with the number of these 5 accounts that change without them: network (1)." in words_of(
        compose(example()), 9
    )


def test_without_a_named_territory_hypotheses_are_listed_and_not_scored() -> None:
    undecided = tuple(a for a in ASSESSMENTS if a.outcome != "supported")
    brief = compose(example(assessments=undecided, chosen=(), hypotheses=None, several_windows=None))
    assert words_of(brief, 9) == "No territory is named, so there is no answer to set against others."
    rows = table(brief, 9, "Hypotheses carried")
    assert [row[0] for row in rows] == [f"H{n}" for n in range(1, 9)]
    assert rows[0][3] == "not assessed: no territory is named"
    assert rows[7][3] == "not assessed: the run did not look for changes of the operator"


def test_deception_says_what_stays_without_what_can_be_staged() -> None:
    said = words_of(compose(example()), 8)
    assert "Without any address, 4 of the 5 accounts assessed as operated from Portugal" in said
    assert "Were all of these accounts under cover, 4 of the 5 would keep it;" in said
    assert [row[:4] for row in table(compose(example()), 8, "Techniques")] == [
        ["T0149.007", "VPN Asset", "logins from VPN addresses", "11 accounts"],
        ["T0097.101", "Local Persona", "a profile of another territory than the one assessed", "5 accounts"],
    ]


def test_the_map_stands_in_section_6_with_its_counts_as_a_table() -> None:
    drawing = territory_map(list(ASSESSMENTS))
    brief = compose(example(map=drawing))
    assert check(brief, Privacy.of(example())) is None
    assert table(brief, 6, "Accounts on the map")[:2] == [
        ["Portugal", "5", "1\u00a0high, 3\u00a0moderate, 1\u00a0low"],
        ["Uruguay", "2", "1\u00a0moderate, 1\u00a0low"],
    ]
    figure = next(f for s, f in figures(brief) if s.number == 6)
    assert (figure.number, figure.caveat.startswith("Boundaries: Natural Earth")) == (2, True)


def test_hours_windows_and_reliability_are_shown_when_they_were_drawn() -> None:
    data = example(
        hours=hours(HOURS, {"PT": 1}),
        windows=belief_windows(WINDOWS, {"PT": 1}, label="A01"),
        reliability=reliability(BINS),
    )
    brief = compose(data)
    assert check(brief, Privacy.of(data)) is None
    captions = [f.table.caption for s, f in figures(brief) if s.number == 6][-3:]
    assert captions == [
        "Activity by weekday and hour, UTC",
        "Belief by time window",
        "Said against found on resolved accounts",
    ]
    windows = next(f.table for _, f in figures(brief) if f.table.caption == "Belief by time window")
    assert [c.holds for c in windows.columns] == ["", "", "", "p", "p", "p", "p", "prior"]


def test_the_prior_of_unknown_is_what_the_territories_leave() -> None:
    priors = {"PT": 0.5, "NZ": 0.4}
    assert draft.Draft(example(run=replace(RUN, priors=priors))).prior("UNKNOWN") == pytest.approx(0.1)


def test_a_supplied_prior_mix_names_where_it_comes_from() -> None:
    method = compose(example(prior_source="survey of users, 2026")).section(4)
    assert method
    assert "Prior mix “case”, from survey of users, 2026" in [t.caption for t in tables(method)]
