"""Figures and messages of links, from a linked case: three accounts that repeat the same posts within seconds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cases import case_on
from conftest import Engine
from typer.testing import CliRunner

import attrigraph as ag
from attrigraph import link_figures
from attrigraph.briefing_links import link_facts
from attrigraph.cli.app import app
from attrigraph.drawing import numbers
from attrigraph.errors import InputError
from attrigraph.link_pairs import edges_between, joint_messages
from attrigraph.viz.figure import words

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
IDENTIFIERS = (
    "account_id,platform,kind,value\n3,x,device,abcdef0123456789\n5,x,device,abcdef0123456789\n4,x,device,other\n"
)
ACCOUNTS = """\
account_id,platform,handle,display_name,bio,created_at,followers
1,x,harbour_watch,Harbour Watch,Ships and tides and the people of the old harbour,2019-11-20,9000
2,x,harb0ur_watch,Harbour Watch,Ships and tides and the people of the old harbour,2026-01-01,12
3,x,quiet_third,Third,,,
4,x,quiet_fourth,Fourth,,,
5,x,quiet_fifth,Fifth,,,
"""


def posts() -> str:
    """Accounts 1 and 2 repeat posts at once, 3 after 10 s, on 30 days; 4 and 5 others, hours apart; 1 also alone."""
    rows = ["account_id,platform,post_id,at,repost_of,text"]
    for day in range(30):
        at = START + timedelta(days=day, minutes=37 * day % 600)
        for n, seconds in ((1, 5), (2, 5), (3, 15)):
            rows.append(f"{n},x,p{day}-{n},{(at + timedelta(seconds=seconds)).isoformat()},o{day},Words of o{day}")
        rows += [f"{n},x,p{day}-{n},{(at + timedelta(hours=n)).isoformat()},q{day}," for n in (4, 5)]
        rows += [f"{n},x,s{day}-{n},{(at + timedelta(hours=n)).isoformat()},r{day}," for n in (4, 5)]
        rows.append(f"1,x,own{day},{(at + timedelta(seconds=40)).isoformat()},,A post of its own number {day}")
    rows += [f"4,x,late{day},{(START + timedelta(days=40 + day)).isoformat()},o{day}," for day in range(30)]
    return "\n".join([*rows, ""])


@pytest.fixture(scope="module")
def case(embedded: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ag.Case]:
    home = tmp_path_factory.mktemp("links")
    texts = {"accounts": ACCOUNTS, "posts": posts(), "identifiers": IDENTIFIERS}
    for name, text in texts.items():
        (home / f"{name}.csv").write_text(text, encoding="utf-8")
    with (
        pytest.MonkeyPatch.context() as patch,
        case_on(embedded, home / "harbour", patch, question="Who acts together?") as made,
    ):
        made.load(*(home / f"{name}.csv" for name in texts))
        made.link(networks=("co_retweet",), draws=40)
        made.find_mirrors()
        yield made


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def test_the_network_has_the_accounts_that_act_together(case: ag.Case) -> None:
    scene = link_figures.coordination(case, "", numbers(case))
    assert {mark.id for mark in scene.accounts} == {"x:1", "x:2", "x:3"}
    assert len(set(scene.cluster.values())) == 1
    assert {(link.source, link.target) for link in scene.links} == {("x:1", "x:2"), ("x:1", "x:3"), ("x:2", "x:3")}
    said = words(case.figure("coordination"))
    assert said.title == "3 of 5 accounts act together beyond chance, in one cluster"
    assert "10 pairs tested, level q ≤ .05." in plain(said.sub)
    assert "(hypergeometric), and 40 circular shifts" in said.sub


def test_a_burst_has_joint_messages_and_what_lies_beside_them(case: ag.Case) -> None:
    found = link_figures.burst(case, numbers(case))
    assert (found.accounts, (found.last - found.first).total_seconds()) == (3, 10.0)
    assert [post.joint for post in sorted(found.posts, key=lambda post: post.at)] == [True, True, True, False]
    assert words(case.figure("burst")).title == "3 accounts of cluster 1 acted together within 10 s"
    alone = link_figures.burst(case, numbers(case), "x:4")
    assert (alone.accounts, alone.posts) == (0, ())
    assert words(case.figure("burst", "x:4")).title == "No coordinated burst"


def test_lags_of_a_pair(case: ag.Case) -> None:
    found = link_figures.lags(case, "x:1", "x:3", numbers(case))
    assert (found.network, set(found.delta_s), len(found.delta_s)) == ("co_retweet", {10.0}, 30)
    assert "30 of the 30 joint messages" in words(case.figure("lags", "x:1", other="harb0ur_watch")).title
    with pytest.raises(InputError, match="share nothing within the window"):
        case.figure("lags", "x:1", other="x:4")


def test_a_mirror_card_withholds_what_the_redaction_does_not_allow(case: ag.Case) -> None:
    card = link_figures.mirror_card(case, "x:1", "x:2", numbers(case))
    fields = {field.name: field for field in card.fields}
    assert (fields["handle"].left, fields["handle"].withheld) == ("harb0ur_watch", True)
    assert {fields["display name"].match, fields["bio"].match} == {"same"}
    assert not fields["followers"].withheld
    page = case.figure("mirror", "x:1", other="x:2").to_json()
    assert "harb" not in page.lower()
    assert "old harbour" not in page
    assert "x:1" not in page


def test_figures_of_two_accounts_want_two(case: ag.Case) -> None:
    for name in ("lags", "mirror"):
        with pytest.raises(InputError, match="ACCOUNT --other ACCOUNT"):
            case.figure(name, "x:1")
    with pytest.raises(InputError, match="Leave --other out"):
        case.figure("burst", "x:1", other="x:2")
    with pytest.raises(InputError, match="Leave the account out"):
        case.figure("coordination", "x:1")
    with pytest.raises(InputError, match="no run of links"):
        case.figure("coordination", run="l9")


def test_they_are_written_like_the_others(case: ag.Case) -> None:
    path = case.write_figure("lags", "x:1", other="x:2")
    called = numbers(case)
    assert path.name == f"lags-{called['x:1']}-{called['x:2']}.html"
    assert case.custody.entries("drew")[-1].data["figure"] == "lags"


def test_messages_stand_side_by_side_with_their_texts(case: ag.Case) -> None:
    found = joint_messages(case, "x:1", "x:2")
    assert len(found) == 30
    assert found[0] == {
        "at": START + timedelta(seconds=5), "networks": ["co_retweet"], "message": "p0-1", "text": "Words of o0",
        "delta_s": 0.0, "other_message": "p0-2", "other_text": "Words of o0",
    }  # fmt: skip
    assert [(e["source"], e["weight"], e["survives"]) for e in edges_between(case, "x:1", "x:2")] == [
        ("x:1", 30, True), ("x:2", 30, True),
    ]  # fmt: skip
    assert joint_messages(case, "x:1", "x:2", network="co_link") == edges_between(case, "x:1", "x:4") == []


def test_the_command_pair(case: ag.Case) -> None:
    root = str(case.folder.root)
    shown = CliRunner().invoke(app, ["pair", "x:1", "harb0ur_watch", "--case", root, "--limit", "2"]).output
    assert "co_retweet" in shown
    assert "p1-1" in shown
    assert "The first 2 messages; more with --limit." in shown
    nothing = CliRunner().invoke(app, ["pair", "x:1", "x:4", "--case", root]).output
    assert "x:1 and x:4 share too little within the window to be linked." in nothing
    listed = CliRunner().invoke(app, ["pair", "x:1", "x:3", "--case", root, "--format", "csv"]).output
    assert listed.splitlines()[0] == "at,networks,message,text,delta_s,other_message,other_text"
    assert len(listed.splitlines()) == 31


def test_what_a_brief_says_of_the_run(case: ag.Case) -> None:
    facts = link_facts(case, "", numbers(case))
    assert facts
    assert (facts.run, facts.pairs, facts.draws, facts.level, facts.unseen) == ("l1", 3, 40, 0.05, 0)
    (network,) = facts.networks
    assert (network.name, network.accounts, network.tests, network.surviving, network.hot) == (
        "co_retweet",
        5,
        10,
        6,
        0,
    )
    (cluster,) = facts.clusters
    assert (cluster.number, cluster.accounts, cluster.networks) == ("1", ("x:1", "x:2", "x:3"), ("co_retweet",))
    (shared,) = [kind for kind in facts.shared if kind.pairs]
    assert (shared.words, shared.pairs, shared.rarest, shared.accounts) == ("the same device", 1, 2, 3)
    assert sum(facts.mirrors.values()) >= 1
    assert facts.figure is not None


def test_the_summary_of_a_run_says_what_is_shared_and_how_rare_it_is(case: ag.Case) -> None:
    asked = ["link", "--case", str(case.folder.root), "--networks", "co_retweet", "--draws", "40"]
    shown = CliRunner().invoke(app, asked).output
    assert "Shared infrastructure: 1 pair of accounts." in shown
    assert "  1 pair: the same device, each used by 2 of 3 accounts" in shown
