"""Section 7: who acts together, who shares infrastructure; null, number of tests, level, and what was left out."""

from __future__ import annotations

from collections import Counter

from attrigraph.briefs.draft import Draft, cut, missing, table_of, text
from attrigraph.briefs.input_links import LinkedCluster, LinkFacts, SharedKind
from attrigraph.briefs.model import Block, Cell, Column, FigureBlock, Paragraph, Row, Section, Sentence, Table
from attrigraph.briefs.phrases import listed
from attrigraph.territories import territory_name
from attrigraph.wording import day, number, plural

__all__ = ["links"]

TITLE = "Network links"
NAMED = 12
"""Accounts of a cluster named in its row; the annex lists the others by number."""


def links(draft: Draft) -> Section:
    """Section 7; one sentence when no links were looked for."""
    found = draft.data.links
    if found is None:
        said = draft.fact("No links between the accounts were looked for.")
        return Section(7, TITLE, (Paragraph((said,), abstains=True),))
    blocks: list[Block] = [_tested(draft, found), _networks(draft, found), _result(draft, found)]
    if found.figure is not None:
        blocks.append(_figure(draft, found))
    if found.clusters:
        blocks += [*_cluster_tests(draft, found), _clusters(draft, found)]
    blocks.append(_infrastructure(draft, found))
    if any(kind.pairs for kind in found.shared):
        blocks.append(_shared(draft, found))
    if found.mirrors:
        blocks.append(_mirrors(draft, found))
    return Section(7, TITLE, tuple(blocks))


def _tested(draft: Draft, found: LinkFacts) -> Paragraph:
    own = draft.register.links
    names = listed([_word(n.name) for n in found.networks])
    tests = sum(n.tests for n in found.networks)
    sentences = [
        draft.fact(
            f"{plural(found.posts, 'post')} were compared in {plural(len(found.networks), 'network')}: {names}.", own
        ),
        draft.fact(
            f"Two posts belong together when they share a key and lie at most {found.window_s:g} seconds apart.", own
        ),
        draft.fact(
            f"{plural(tests, 'pair')} of accounts were tested; an edge survives when q and the p of "
            f"{number(found.draws)} shifts in time are both at most {found.level:g}.",
            own,
        ),
        draft.fact(f"Null: {found.null}", own),
        draft.fact(f"Null of the shifts: {found.shift_null}", own),
        _hot(draft, found),
    ]
    if found.unseen:
        are = "is" if found.unseen == 1 else "are"
        sentences.append(draft.fact(f"{plural(found.unseen, 'source')} came later and {are} not in this run.", own))
    notes = (
        draft.note("Level", f"q and p of shifts at most {found.level:g}; {number(tests)} tests.", own),
        draft.note("Run of links", f"{found.run}, {day(found.finished_at)}.", own),
    )
    return Paragraph(tuple(sentences), notes)


def _hot(draft: Draft, found: LinkFacts) -> Sentence:
    hot, own = sum(n.hot for n in found.networks), draft.register.links
    if not hot:
        return draft.fact("No key was left out for being shared by too many accounts.", own)
    largest = max(n.largest for n in found.networks)
    return draft.fact(
        f"{plural(hot, 'key')} shared by too many accounts, the largest by {number(largest)}, "
        f"{'was' if hot == 1 else 'were'} left out: pairs that meet through them alone are missed.",
        own,
    )


def _networks(draft: Draft, found: LinkFacts) -> Table:
    rows = [
        Row(
            (
                text(_word(n.name)),
                *(text(number(v)) for v in (n.messages, n.accounts, n.tests, n.edges, n.passing, n.surviving, n.hot)),
            ),
            draft.register.links if place == 0 else "",
        )
        for place, n in enumerate(found.networks)
    ]
    numbers = ("messages", "accounts", "pairs tested", "edges", "q at the level", "survive", "keys left out")
    columns = (Column("network"), *(Column(name, number=True) for name in numbers))
    return Table("What was tested, network by network", columns, tuple(rows), (draft.register.links,))


def _result(draft: Draft, found: LinkFacts) -> Paragraph:
    own = draft.register.links
    joined = {account for cluster in found.clusters for account in cluster.accounts}
    if not found.pairs:
        said = draft.judged("No pair of accounts acts together beyond what the null explains.", own)
        return Paragraph((said,), abstains=True)
    sentences = [
        draft.judged(
            f"{plural(found.pairs, 'pair')} of accounts act together beyond what the null explains; "
            f"{number(len(joined))} of the {number(draft.tally.total)} accounts form "
            f"{plural(len(found.clusters), 'cluster')}.",
            own,
        ),
        draft.judged(
            "Acting together shows common behaviour, not a common place or a common hand: no country is passed along "
            "these edges, and a weight alone is not called coordination.",
            own,
        ),
    ]
    return Paragraph(tuple(sentences))


def _figure(draft: Draft, found: LinkFacts) -> FigureBlock:
    own = (draft.register.links, draft.register.run)
    table = table_of(found.figure, "Clusters and their accounts", own)
    caveat = "Colour is the cluster, not a territory."
    return draft.figure("Who acts together", "", table, figure=found.figure, evidence=own, caveat=caveat)


def _cluster_tests(draft: Draft, found: LinkFacts) -> list[Block]:
    """Null, number of tests and level of the clusters; nothing where they were not tested."""
    if not found.cluster_null:
        return []
    own, significant = draft.register.links, sum(bool(c.significant) for c in found.clusters)
    tests = plural(len(found.clusters), "cluster")
    are = "is" if significant == 1 else "are"
    sentences = (
        draft.fact(f"Null of the clusters: {found.cluster_null}", own),
        draft.judged(
            f"Of {tests} tested {number(significant)} {are} significant as a whole, by e-values of "
            f"{number(found.draws)} shifts and e-BH at level {found.level:g}.",
            own,
        ),
    )
    return [Paragraph(sentences, abstains=not significant)]


def _clusters(draft: Draft, found: LinkFacts) -> Table:
    assessed = {a.account: a for a in draft.data.assessments}
    rows = []
    for one in found.clusters:
        tops = Counter(assessed[a].top for a in one.accounts if a in assessed and assessed[a].outcome == "supported")
        named = ", ".join(f"{territory_name(top)} {n}" for top, n in sorted(tops.items(), key=lambda t: (-t[1], t[0])))
        rows.append(
            Row(
                (
                    text(one.number),
                    text(number(len(one.accounts))),
                    text(_which(draft, one.accounts)),
                    text(_which(draft, one.initiators) or "none"),
                    text(", ".join(map(_word, one.networks))),
                    text(number(one.edges)),
                    *(text(day(at)) if at else missing("unknown") for at in (one.first_at, one.last_at)),
                    text(named) if named else missing("none named"),
                    text(number(len(one.accounts) - sum(tops.values()))),
                    text(f"{one.stability:.2f}"),
                    _e_value(one),
                )
            )
        )
    columns = (
        Column("cluster"), Column("accounts", number=True), Column("which"), Column("first in most bursts"),
        Column("networks"), Column("edges", number=True), Column("first"), Column("last"),
        Column("assessed territories"), Column("not decided", number=True), Column("stability", number=True),
        Column("e-value", number=True),
    )  # fmt: skip
    kept, more = cut(rows, "cluster")
    return Table(f"Clusters{more}", columns, kept, (draft.register.links, draft.register.run))


def _e_value(cluster: LinkedCluster) -> Cell:
    if cluster.e_value is None:
        return missing("not tested")
    return text(f"{cluster.e_value:.3g}" + ("" if cluster.significant else " (not significant)"))


def _which(draft: Draft, accounts: tuple[str, ...]) -> str:
    shown = sorted(draft.register.account(a) for a in accounts)
    left = f" and {len(shown) - NAMED} more" if len(shown) > NAMED else ""
    return ", ".join(shown[:NAMED]) + left


def _infrastructure(draft: Draft, found: LinkFacts) -> Paragraph:
    own = draft.register.links
    pairs = sum(kind.pairs for kind in found.shared)
    said = "No two accounts share a device, an identifier or an address."
    if pairs:
        said = "Accounts share infrastructure as the table says; each thing counts less the more accounts use it."
    left = f"{plural(found.hubs, 'thing')} used by more than {number(found.max_degree)} accounts"
    sentences = [draft.fact(said, own)]
    if found.hubs:
        sentences.append(draft.fact(f"{left} {'was' if found.hubs == 1 else 'were'} left out.", own))
    return Paragraph(tuple(sentences), abstains=not pairs)


def _shared(draft: Draft, found: LinkFacts) -> Table:
    rows = tuple(
        Row((text(kind.words), text(number(kind.pairs)), text(number(kind.linked)), _rarity(kind)))
        for kind in found.shared
        if kind.pairs
    )
    columns = (
        Column("what both used"),
        Column("pairs", number=True),
        Column("accounts in them", number=True),
        Column("accounts on one thing", number=True),
    )
    return Table("Shared infrastructure by kind", columns, rows, (draft.register.links,))


def _rarity(kind: SharedKind) -> Cell:
    """How rare the shared things are: accounts on one of them, of all that have anything of the kind."""
    if not kind.rarest:
        return missing("unknown")
    span = number(kind.rarest) + (f" to {number(kind.commonest)}" if kind.commonest > kind.rarest else "")
    return text(f"{span} of {number(kind.accounts)}")


def _mirrors(draft: Draft, found: LinkFacts) -> Paragraph:
    words = {
        "clone_of": "copies of another account",
        "twin": "two accounts of one hand",
        "coincidence": "alike by coincidence",
        "insufficient": "not decided",
    }
    told = [f"{number(n)} {words.get(verdict, verdict)}" for verdict, n in found.mirrors.items()]
    return Paragraph(
        (
            draft.judged(
                f"Of {plural(sum(found.mirrors.values()), 'pair')} of accounts that look alike, by verdict: "
                f"{listed(told)}.",
                *draft.register.sources_of("accounts"),
            ),
            draft.judged("A copy passes the account it copies no country."),
        )
    )


def _word(network: str) -> str:
    return network.replace("_", " ")
