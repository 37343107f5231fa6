"""Section 7 of a brief: what was tested and survived, clusters with their abstentions, what was left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from brief_example import account, example
from link_figure_records import coordination

from attrigraph.briefs.compose import compose
from attrigraph.briefs.input import BriefInput
from attrigraph.briefs.input_links import LinkedCluster, LinkedNetwork, LinkFacts, SharedKind
from attrigraph.briefs.lint import check
from attrigraph.briefs.model import FigureBlock, Paragraph
from attrigraph.briefs.privacy import Privacy
from attrigraph.briefs.render import render
from attrigraph.briefs.walk import pieces, tables
from attrigraph.viz import coordination_network

AT = datetime(2026, 6, 1, tzinfo=UTC)
FACTS = LinkFacts(
    run="l2",
    finished_at=AT,
    posts=12_345,
    window_s=60.0,
    level=0.05,
    draws=200,
    null="An account uses as many keys as it does, but any of them (hypergeometric).",
    shift_null="The times of each account are moved circularly by a random offset.",
    networks=(
        LinkedNetwork("co_retweet", 9_000, 12, 41_210, 30, 12, 8, 2, 2_400),
        LinkedNetwork("co_link", 3_000, 11, 900, 4, 0, 0),
    ),
    clusters=(
        LinkedCluster("1", (account(1), account(2), account(6), account(9)), ("co_retweet",), 5, 0.875, AT, AT,
                      (account(1),), e_value=123.4, significant=True),
        LinkedCluster("2", (account(10), account(11)), ("co_retweet",), 1, 1.0, e_value=3.0, significant=False),
    ),
    pairs=6,
    shared=(SharedKind("the same device", 3, 3, 11, 2, 3), SharedKind("the same telephone number", 0, 0, 4)),
    hubs=1,
    max_degree=200,
    unseen=1,
    cluster_null="The times of each account in a cluster may be moved.",
    mirrors={"clone_of": 1, "twin": 0},
)  # fmt: skip


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def said(data: BriefInput) -> str:
    return " ".join(plain(p.text) for p in pieces(compose(data)) if p.section == 7 and p.role == "sentence")


def rows(data: BriefInput, caption: str) -> list[list[str]]:
    section = compose(data).section(7)
    assert section
    (found,) = [t for t in tables(section) if t.caption.startswith(caption)]
    return [[plain(cell.text) for cell in row.cells] for row in found.rows]


def test_without_a_run_of_links_there_is_one_sentence() -> None:
    section = compose(example()).section(7)
    assert section
    (block,) = section.blocks
    assert isinstance(block, Paragraph)
    assert [s.text for s in block.sentences] == ["No links between the accounts were looked for."]


def test_null_number_of_tests_and_level_are_said() -> None:
    text = said(example(links=FACTS))
    assert "12 345 posts were compared in 2 networks: co retweet and co link." in text
    assert "42 110 pairs of accounts were tested; an edge survives when q and the p of 200 shifts" in text
    assert "are both at most 0.05." in text
    assert "Null: An account uses as many keys as it does" in text
    assert "Null of the shifts: The times" in text
    assert (
        "6 pairs of accounts act together beyond what the null explains; 6 of the 12 accounts form 2 clusters." in text
    )
    assert "no country is passed along these edges" in text
    assert "Null of the clusters: The times of each account in a cluster may be moved." in text
    assert "Of 2 clusters tested 1 is significant as a whole, by e-values of 200 shifts and e-BH at level 0.05." in text


def test_clusters_of_an_older_run_are_said_to_be_untested() -> None:
    old = tuple(replace(c, e_value=None, significant=None) for c in FACTS.clusters)
    data = example(links=replace(FACTS, clusters=old, cluster_null=""))
    assert "Null of the clusters" not in said(data)
    assert [row[-1] for row in rows(data, "Clusters")] == ["not tested", "not tested"]


def test_what_was_left_out_is_said() -> None:
    text = said(example(links=FACTS))
    assert "2 keys shared by too many accounts, the largest by 2 400, were left out" in text
    assert "1 thing used by more than 200 accounts was left out." in text
    assert "1 source came later and is not in this run." in text


def test_every_network_has_a_row_of_its_tests() -> None:
    assert rows(example(links=FACTS), "What was tested") == [
        ["co retweet", "9 000", "12", "41 210", "30", "12", "8", "2"],
        ["co link", "3 000", "11", "900", "4", "0", "0", "0"],
    ]


def test_clusters_count_territories_and_the_undecided() -> None:
    first, second = rows(example(links=FACTS), "Clusters")
    assert first == [
        "1", "4", "A01, A02, A06, A09", "A01", "co retweet", "5", "2026-06-01", "2026-06-01",
        "Portugal 2, Uruguay 1", "1", "0.88", "123",
    ]  # fmt: skip
    assert second[6:] == ["unknown", "unknown", "none named", "2", "1.00", "3 (not significant)"]


def test_only_what_is_shared_is_listed() -> None:
    assert rows(example(links=FACTS), "Shared infrastructure") == [["the same device", "3", "3", "2 to 3 of 11"]]
    nothing = example(links=replace(FACTS, shared=(), hubs=0))
    assert "No two accounts share a device, an identifier or an address." in said(nothing)


def test_nothing_survives() -> None:
    text = said(example(links=replace(FACTS, clusters=(), pairs=0, figure=None)))
    assert "No pair of accounts acts together beyond what the null explains." in text
    assert "clusters" not in text


def test_the_figure_states_what_it_was_tested_against() -> None:
    data = example(links=replace(FACTS, figure=coordination_network(coordination())))
    section = compose(data).section(7)
    assert section
    (figure,) = [block for block in section.blocks if isinstance(block, FigureBlock)]
    assert "41 210 pairs tested, level q ≤ .05." in plain(figure.sub)
    assert figure.evidence == ("L-l2", "R-r1")
    assert figure.caveat.startswith("Colour is the cluster, not a territory.")


@pytest.mark.parametrize("redaction", ["numbers", "handles"])
def test_no_lint_rule_is_broken_and_links_have_targets(redaction: str) -> None:
    data = example(links=FACTS)
    data = replace(data, case=replace(data.case, redaction=redaction))  # type: ignore[arg-type]
    brief = compose(data)
    check(brief, Privacy.of(data))  # raises BriefRefused
    html = render(data).html
    assert 'href="#L-l2"' in html
    assert html.count('id="L-l2"') == 1
