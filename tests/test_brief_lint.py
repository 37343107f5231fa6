"""Each lint rule with a brief that breaks it and one that does not. The unchanged example breaks none."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import plotly.graph_objects as go
import pytest
from brief_example import example

from attrigraph.briefs.compose import compose
from attrigraph.briefs.lint import RULES, check, lint
from attrigraph.briefs.model import (
    Block,
    Brief,
    Cell,
    Code,
    Column,
    FigureBlock,
    Findings,
    Note,
    Paragraph,
    Row,
    Section,
    Sentence,
    Table,
)
from attrigraph.briefs.privacy import Privacy
from attrigraph.briefs.render import render
from attrigraph.errors import BriefRefused

DATA = example()
GOOD = compose(DATA)
PRIVACY = Privacy.of(DATA)


def section(brief: Brief, number: int, change: Callable[[Section], Section]) -> Brief:
    return replace(brief, sections=tuple(change(s) if s.number == number else s for s in brief.sections))


def add(block: Block, number: int = 12, brief: Brief = GOOD) -> Brief:
    """The good brief with one more block at the end of a section."""
    return section(brief, number, lambda s: replace(s, blocks=(*s.blocks, block)))


def say(text: str, number: int = 12, **more: Any) -> Brief:
    """The good brief with one more sentence."""
    sentence = Sentence(text, more.pop("tag", "A"), more.pop("evidence", ("R-r1",)), **more)
    return add(Paragraph((sentence,)), number)


def without(kind: type, number: int) -> Brief:
    """The good brief with a section that lost its blocks of a kind."""
    return section(GOOD, number, lambda s: replace(s, blocks=tuple(b for b in s.blocks if not isinstance(b, kind))))


def rules(brief: Brief) -> set[str]:
    return {f.id for f in lint(brief, PRIVACY)}


def found(brief: Brief) -> list[tuple[str, str]]:
    return [(f.id, f.text) for f in lint(brief, PRIVACY)]


def test_the_example_breaks_no_rule() -> None:
    assert found(GOOD) == []
    check(GOOD, PRIVACY)


def test_a_refusal_says_where_what_and_how_to_mend_it() -> None:
    with pytest.raises(BriefRefused) as refusal:
        check(say("This proves it."), PRIVACY)
    assert str(refusal.value) == (
        "The brief breaks lint rules at 1 place:\n"
        "P4 in section 12, block 4, sentence 1: “proves”. Expected: a hedge: < 1 %, > 99 %, a likelihood word. "
        "Say it as an assessment."
    )


def test_a_long_refusal_is_cut() -> None:
    with pytest.raises(BriefRefused, match=r"at 12 places(.|\n)*and 4 more$"):
        check(say(" ".join(["This proves it."] * 12)), PRIVACY)


def test_nothing_is_rendered_of_a_brief_that_breaks_a_rule() -> None:
    asked = replace(DATA, case=replace(DATA.case, question="Which Portuguese trolls run these accounts?"))
    with pytest.raises(BriefRefused, match="R3 in question"):
        render(asked)


# --- words ----------------------------------------------------------------------------------------------------------


def test_p1_likelihood_and_confidence_in_one_sentence() -> None:
    assert rules(say("It is likely Portugal, with moderate confidence.")) == {"P1"}
    assert rules(say("We are confident that it is unlikely.")) == {"P1"}
    assert rules(say("It is likely Portugal. Confidence is moderate.")) == set()


@pytest.mark.parametrize("word", ["probable", "highly likely", "remote", "a realistic possibility", "nearly certain"])
def test_p2_words_of_another_yardstick_row(word: str) -> None:
    assert "P2" in rules(say(f"Portugal is {word}."))


def test_p2_words_of_the_first_row() -> None:
    words = "almost no chance, very unlikely, unlikely, a roughly even chance, likely, very likely, almost certain"
    assert rules(say(f"Portugal is {words}.")) == set()


@pytest.mark.parametrize(
    "text",
    [
        "It is likely Portugal: 85 % (prior 10 %).",
        "It is very likely Portugal (79 %, prior 10 %).",
        "New Zealand: 3 %, very unlikely (prior 30 %).",
        "It is almost certain: 94 % (prior 10 %).",
        "It is likely: 60 % (prior 10 %); it is unlikely: 46 % (prior 10 %).",
        "Likely: 50 to 80 %.",
    ],
)
def test_p3_word_and_number_of_different_bands(text: str) -> None:
    assert "P3" in rules(say(text, number=6))


@pytest.mark.parametrize(
    "text",
    [
        "It is very likely Portugal: 80\u202f% (prior 10\u202f%).",
        "It is likely Portugal: 55 %, 41 to 79 % over assumed shares (prior 3 %).",
        "New Zealand: 4 % or less each, almost no chance (prior 30 %).",
        "It is almost no chance: < 1 % (prior 10 %).",
        "It is almost certain: > 99 % (prior 10 %).",
        "Likely: 55 to 80 %. Almost certain: 95 to 99 %.",
    ],
)
def test_p3_word_and_number_of_one_band(text: str) -> None:
    assert rules(say(text, number=6)) == set()


@pytest.mark.parametrize(
    "text",
    ["This proves it.", "It is definitely so.", "It is certainly so.", "A share of 100 %.", "A share of 0\u202f%.",
     "There is proof.", "It is beyond doubt.", "It is certain."],
)  # fmt: skip
def test_p4_certainty(text: str) -> None:
    assert "P4" in rules(say(text, tag="F"))


@pytest.mark.parametrize("text", ["It is almost certainly so.", "A share of 10 % and 90 %.", "It is uncertain."])
def test_p4_hedged(text: str) -> None:
    assert rules(say(text, tag="F")) == set()


# --- confidence -----------------------------------------------------------------------------------------------------


def with_first(**changes: Any) -> Brief:
    """The good brief with its only high-confidence account changed."""
    first, *rest = GOOD.judgements
    return replace(GOOD, judgements=(replace(first, **changes), *rest))


@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({"p": 0.89}, "p is 0.89"),
        ({"supporting": ("network", "persona")}, "two classes at +0.7 nats"),
        ({"supporting": None}, "the supporting classes"),
        ({"survives": False}, "an answer that stays when a class is left out"),
        ({"anonymisers_checked": False}, "the anonymiser check"),
        ({"anonymisers_checked": None}, "the anonymiser check"),
    ],
)
def test_c1_high_that_is_not_earned(changes: dict[str, Any], lacks: str) -> None:
    (finding,) = lint(with_first(**changes), PRIVACY)
    assert (finding.id, finding.where, finding.fix) == ("C1", "assessment of A01", f"It lacks: {lacks}.")


def test_c1_high_needs_section_8() -> None:
    emptied = section(GOOD, 8, lambda s: replace(s, blocks=()))
    assert rules(emptied) == {"C1"}


def test_c1_high_said_of_accounts_that_are_not() -> None:
    none_high = with_first(confidence="moderate")
    assert rules(none_high) == {"C1"}  # the bottom line still says "high for 1"


def test_c2_confidence_without_calibration_status() -> None:
    def drop(s: Section) -> Section:
        kept = []
        for block in s.blocks:
            if isinstance(block, Paragraph):
                said = tuple(x for x in block.sentences if "alibrat" not in x.text)
                notes = tuple(n for n in block.notes if "alibrat" not in n.sentence.text)
                block = replace(block, sentences=said, notes=notes)
            kept.append(block)
        return replace(s, blocks=tuple(kept))

    assert rules(section(GOOD, 4, drop)) == {"C2"}
    assert rules(section(GOOD, 12, drop)) == set()


def test_c3_runner_up_missing() -> None:
    def drop(s: Section) -> Section:
        block = s.blocks[0]
        assert isinstance(block, Paragraph)
        said = tuple(x for x in block.sentences if "runner-up" not in x.text)
        return replace(s, blocks=(replace(block, sentences=said), *s.blocks[1:]))

    assert rules(section(GOOD, 1, drop)) == {"C3"}


@pytest.mark.parametrize(("cell", "broken"), [("", {"C3"}), ("none named", set())])
def test_c3_runner_up_column(cell: str, broken: set[str]) -> None:
    table = Table("More", (Column("account"), Column("next", holds="runner_up")), (Row((Cell("x"), Cell(cell))),))
    assert rules(add(table)) == broken


def test_c3_every_hypothesis_has_a_row_that_says_something() -> None:
    def drop(s: Section) -> Section:
        blocks = [
            replace(b, rows=b.rows[1:]) if isinstance(b, Table) and b.columns[0].name == "id" else b for b in s.blocks
        ]
        return replace(s, blocks=tuple(blocks))

    assert found(section(GOOD, 9, drop)) == [("C3", "H1")]
    assert rules(section(GOOD, 9, lambda s: replace(s, blocks=()))) == {"C3"}


# --- evidence -------------------------------------------------------------------------------------------------------


def test_e1_fact_or_number_without_an_id() -> None:
    assert rules(say("It happened.", tag="F", evidence=())) == {"E1"}
    assert rules(say("It happened 7 times.", tag="A", evidence=())) == {"E1"}
    assert rules(say("It may be so.", tag="A", evidence=())) == set()
    assert rules(say("It happened 7 times.", tag="F", evidence=("S-1", "E-0002"))) == set()


def test_e1_id_that_leads_nowhere() -> None:
    assert found(say("It happened.", tag="F", evidence=("E-0999",))) == [("E1", "E-0999")]
    assert rules(add(Findings((Sentence("It happened.", "F", ("S-9",)),)))) == {"E1"}


def test_e1_note_and_table_with_numbers() -> None:
    note = Note("Count", Sentence("7 of them."))
    assert rules(add(Paragraph((Sentence("So.", "A"),), (note,)))) == {"E1"}
    table = Table("Counts", (Column("n", number=True),), (Row((Cell("7"),)),))
    assert rules(add(table)) == {"E1"}
    assert rules(add(replace(table, definition=True))) == set()
    assert rules(add(replace(table, evidence=("R-r1",)))) == set()
    assert rules(add(replace(table, rows=(Row((Cell("7", ids=("E-0888",)),)),), evidence=("R-r1",)))) == {"E1"}


def test_e2_undated_sources_of_address_facts() -> None:
    undated = tuple(replace(s, build_date=None) if s.kind == "list" else s for s in DATA.ip_sources)
    brief = compose(replace(DATA, ip_sources=undated))
    assert found(brief) == [("E2", "Anonymiser lists: no date"), ("E2", "S-5 VPN list")]
    assert rules(compose(replace(DATA, ip_sources=()))) == {"E2"}


def test_e2_without_lists_the_brief_must_say_so() -> None:
    only_database = tuple(s for s in DATA.ip_sources if s.kind == "database")
    brief = compose(replace(DATA, ip_sources=only_database))
    assert rules(brief) == set()
    assert rules(section(brief, 4, lambda s: replace(s, blocks=s.blocks[:2] + s.blocks[3:]))) >= {"E2"}


def test_e2_is_not_asked_where_no_address_counts() -> None:
    data = replace(DATA, ip_sources=(), networks=(), classes=DATA.classes[1:])
    assert "E2" not in rules(compose(data))


@pytest.mark.parametrize("field", ["head", "alt", "period", "redaction", "evidence"])
def test_s3_figure_without_what_its_caption_needs(field: str) -> None:
    def cut(s: Section) -> Section:
        empty: Any = () if field == "evidence" else ""
        return replace(
            s, blocks=tuple(replace(b, **{field: empty}) if isinstance(b, FigureBlock) else b for b in s.blocks)
        )

    assert rules(section(GOOD, 1, cut)) == {"S3"}


def test_s4_probability_without_its_prior() -> None:
    assert rules(say("It is likely: 72 %.", number=6)) == {"S4"}
    assert rules(say("Portugal reaches 41 %.", number=6)) == {"S4"}
    assert rules(say("Portugal reaches 41 % (prior 10 %).", number=6)) == set()


def test_s4_assumed_share_once_a_section() -> None:
    said = "It is likely Portugal: 72 % (prior 10 %)."
    assert rules(say(said, number=6)) == set()
    assert found(say(said, number=12)) == [("S4", "probabilities")]
    shares = "The assumed share of deceiving accounts is 20 %."
    both = add(Paragraph((Sentence(said, "A", ("R-r1",)), Sentence(shares, "F", ("R-r1",)))))
    assert rules(both) == set()


def test_s4_column_of_probabilities_beside_a_column_of_priors() -> None:
    p, prior = Column("p", holds="p"), Column("prior", holds="prior")
    cells = Row((Cell("72 %"), Cell("10 %")))
    alone = Table("Estimates", (p,), (Row((Cell("72 %"),)),), ("R-r1",))
    assert rules(add(alone, 6)) == {"S4"}
    assert rules(add(Table("Estimates", (p, prior), (cells,), ("R-r1",)), 6)) == set()


# --- what identifies ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["from 192.0.2.17", "from 2001:db8::17", "a@mail.example", "+44 7911 123456", "38.7223, -9.1393", "@somebody",
     "harbour_3", "Joana Maré 3", "in Lisbon", "x:1003"],
)  # fmt: skip
def test_r1_wherever_it_stands(text: str) -> None:
    table = Table("More", (Column("what"),), (Row((Cell(text),)),), ("R-r1",))
    figure = go.Figure(go.Scatter(x=[1], y=[1], text=[text], hovertemplate="%{text}"))
    drawn = next(b for b in GOOD.sections[0].blocks if isinstance(b, FigureBlock))
    for brief in (
        say(f"It was {text}.", evidence=("R-r1",)),
        add(table),
        add(Code("Q-1", "again", "RETURN 1", (("value", text),)), 14),
        add(Code("Q-1", "again", f"RETURN '{text}'"), 14),
        add(replace(drawn, number=99, figure=figure), 1),
        replace(GOOD, header=replace(GOOD.header, question=f"Is it {text}?")),
    ):
        assert "R1" in rules(brief), text


def test_r1_masked_addresses_and_numbers_are_fine() -> None:
    assert rules(say("A07 used 192.0.2.0/24 and 2001:db8::/48 on 2026-06-30 12:30:45Z.")) == set()


@pytest.mark.parametrize(
    "text",
    [
        "The nationality of the operators is open.",
        "A Portuguese operator runs them.",
        "The network is run by Russians.",
        "Chinese state-backed actors run them.",
        "A South Korean troll farm runs them.",
        "The operators are most often Iranian.",
        "They are Ukrainian nationals.",
        "It is operated by the British.",
        "American-backed influence accounts were found.",
    ],
)
def test_r3_nationality_of_an_operator(text: str) -> None:
    assert rules(say(text)) == {"R3"}


@pytest.mark.parametrize(
    "text",
    [
        "They are operated from Portugal.",
        "The interface language is Portuguese.",
        "Portuguese-language accounts were counted.",
        "The accounts write in Russian script.",
        "International networks and polish accounts.",
    ],
)
def test_r3_territory_and_language(text: str) -> None:
    assert rules(say(text)) == set()


def test_r3_others_keep_their_words_in_quotes() -> None:
    assert rules(say("“Ministry” said: “Portuguese trolls”.", number=10, quoted=True)) == set()


def test_every_rule_of_the_issue_is_there_and_tested() -> None:
    assert list(RULES) == ["P1", "P2", "P3", "P4", "C1", "C2", "C3", "E1", "E2", "R1", "R3", "S3", "S4"]
