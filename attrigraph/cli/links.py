"""link, links: which accounts act together, what was tested, what survived."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from attrigraph.cli.options import CaseOption, FormatOption, example, open_case
from attrigraph.cli.progress import progress
from attrigraph.cli.render import Format, console, plain, show_rows
from attrigraph.wording import number, plural

if TYPE_CHECKING:
    from attrigraph.links.run import LinkRun, NetworkReport

__all__ = ["cluster_lines", "register"]

COLUMNS = ("network", "accounts", "tested", "meet", "edges", "passing", "survive")
ALL_COLUMNS = (*COLUMNS[:1], "messages", *COLUMNS[1:], "pairs_survive", "hot_keys")
HOT_SHOWN = 10


class CountingMode(StrEnum):
    """How messages are counted."""

    attrigraph = "attrigraph"
    cnt_release = "cnt-1.5.2"
    cnt_head = "cnt-head"
    coortweet = "coortweet"


class Shift(StrEnum):
    """By what times are moved in the second test."""

    any = "any"
    days = "days"


class Communities(StrEnum):
    """How communities are found."""

    leiden = "leiden"
    louvain = "louvain"
    cpm = "cpm"


class SimilarMode(StrEnum):
    """How similar texts are found."""

    exact = "exact"
    lsh = "lsh"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog=example("attrigraph link --networks co_tweet,co_link --window 60s --periods 7d"))(link)
    app.command(epilog=example("attrigraph links"))(links)


def link(
    case: CaseOption = None,
    networks: Annotated[
        str | None,
        typer.Option(help="Names with commas, or all; default: those in which sharing is a choice (docs/links.md)."),
    ] = None,
    window: Annotated[str, typer.Option(help="Two messages so far apart still count: 60s, 5m, 1h.")] = "60s",
    min_weight: Annotated[int, typer.Option(min=1, help="Fewer messages make no edge.")] = 2,
    mode: Annotated[CountingMode, typer.Option(help="How messages are counted.")] = CountingMode.attrigraph,
    similarity: Annotated[float, typer.Option(help="Least Jaccard index of co_similar and cosine of rhythm.")] = 0.9,
    similar_mode: Annotated[
        SimilarMode, typer.Option(help="How similar texts are found: exact, or lsh, which misses up to 5 in 100.")
    ] = SimilarMode.exact,
    fast: Annotated[str, typer.Option(help="The narrower window of fast weights and fast reposts.")] = "10s",
    shift: Annotated[
        Shift, typer.Option(help="Times are moved by whole days, where they span enough of them, or by any offset.")
    ] = Shift.days,
    draws: Annotated[int, typer.Option(help="Shifts in time for each edge that passes the first test.")] = 200,
    level: Annotated[float, typer.Option(help="Largest q, and largest p of shifts, that survives.")] = 0.05,
    seed: Annotated[int, typer.Option(help="Of the shifts: the same seed gives the same numbers.")] = 1,
    periods: Annotated[
        str | None, typer.Option(help="Look for surviving edges again in rolling periods of this length: 7d.")
    ] = None,
    communities: Annotated[
        Communities | None,
        typer.Option(help="How clusters are found; default leiden, and louvain where attrigraph[graph] is missing."),
    ] = None,
    resolution: Annotated[
        float | None, typer.Option(help="More makes smaller clusters; default: the one on which seeds agree best.")
    ] = None,
    force_hot: Annotated[
        bool, typer.Option("--force-hot", help="Also keys that too many share; takes long when there are any.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Link again although nothing has changed.")] = False,
    format_: FormatOption = Format.table,
) -> None:
    """Link accounts that act together, test every edge against chance and against time, and find clusters.

    An edge survives when neither chance nor the accounts' own rhythm explains it. What survives enters the graph.
    """
    from attrigraph.links.write import link_run_ids

    with open_case(case) as opened, progress() as bars:
        before = set(link_run_ids(opened.folder))
        run = opened.link(
            networks=networks,
            window=window,
            min_weight=min_weight,
            mode=mode.value,
            similarity=similarity,
            similar_mode=similar_mode.value,
            fast=fast,
            shift=shift.value,
            draws=draws,
            level=level,
            seed=seed,
            periods=periods,
            communities=communities.value if communities else None,
            resolution=resolution,
            force_hot=force_hot,
            again=again,
            progress=bars,
        )
    if format_ is Format.json:
        print(json.dumps(asdict(run), ensure_ascii=False, indent=1, default=plain))
        return
    if format_ is Format.csv:
        show_rows([_row(network) for network in run.networks], ALL_COLUMNS, format_)
        return
    if run.id in before:
        console().print(f"Nothing has changed since run {run.id}; --again links all the same.")
    _show(run)


def links(case: CaseOption = None, format_: FormatOption = Format.table) -> None:
    """List the runs of links: what was tested, what survived, whether sources have changed since."""
    with open_case(case) as opened:
        rows = opened.link_rows()
    columns = ("run", "finished", "networks", "tested", "survive", "clusters", "significant", "stale")
    shown = columns if format_ is Format.table else (*columns, "window_s", "mode")
    show_rows(rows, shown, format_, empty="Nothing is linked yet. Next: attrigraph link")


def _row(network: NetworkReport) -> dict[str, Any]:
    return {
        "network": network.name,
        "messages": network.messages,
        "accounts": network.accounts,
        "tested": network.tests,
        "meet": network.sharing,
        "edges": network.edges,
        "passing": network.passing,
        "survive": network.surviving,
        "pairs_survive": network.pairs,
        "hot_keys": len(network.hot),
    }


def _show(run: LinkRun) -> None:
    out, options, link = console(), run.options, run.options.link
    about = f"{number(run.posts)} posts, window {link.window_s:g} s, minimum weight {link.min_weight}, mode {link.mode}"
    repeated = f"; {number(run.repeated)} posts stand in several files and count once" if run.repeated else ""
    out.print(f"Run {run.id}: {about}{repeated}", markup=False)
    show_rows([_row(network) for network in run.networks], COLUMNS, Format.table)
    lines = [
        "Tested: pairs of accounts; meet: share a key within the window; edges: of the minimum weight; passing: "
        f"q at most {options.level:g}; survive: p of {options.draws} shifts at most {options.level:g} too.",
        f"Null of q: {run.null}",
        f"Null of shifts: {run.shift_null}",
        "Weight alone is not coordination: edges that do not survive may be chance, or a habit of the time of day.",
        *_hot(run),
        *_infrastructure(run),
        *cluster_lines(run),
    ]
    for line in lines:
        out.print(line, markup=False, soft_wrap=True)


def _hot(run: LinkRun) -> list[str]:
    hot = [key for network in run.networks for key in network.hot]
    if not hot:
        return []
    named = [
        f"  {key.network}: {key.key[:80]} ({number(key.accounts)} accounts, {number(key.messages)} messages, "
        f"{number(key.pairs)} pairs)"
        for key in hot[:HOT_SHOWN]
    ]
    more = [f"  and {number(len(hot) - HOT_SHOWN)} more: links/{run.id}.json"] if len(hot) > HOT_SHOWN else []
    return [f"Left out, shared by too many ({number(len(hot))} keys; --force-hot takes them in):", *named, *more]


def _infrastructure(run: LinkRun) -> list[str]:
    """What accounts share, kind by kind, with how rare the shared things are."""
    from attrigraph.links.infrastructure import RULES, rarity

    found = run.infrastructure
    rules = [rule for rule in found.get("rules", ()) if rule["pairs"]]
    if not rules:
        return ["No shared infrastructure."]
    lines = [f"Shared infrastructure: {plural(found['pairs'], 'pair')} of accounts."]
    for rule in rules:
        to = f" to {number(rule['commonest'])}" if rule["commonest"] > rule["rarest"] else ""
        most = rarity(rule["rarest"], rule["accounts"]).replace(" of ", f"{to} of ", 1)
        lines.append(f"  {plural(rule['pairs'], 'pair')}: {RULES[rule['rule']]}, each used by {most}")
    if found["hubs_left_out"]:
        lines.append(
            f"  left out: {number(found['hubs_left_out'])} things that more than {found['max_degree']} accounts use"
        )
    return lines


def cluster_lines(run: LinkRun) -> list[str]:
    """How many clusters there are, how sure they are, and where to go on."""
    found = run.clusters.get("found", ())
    if not found:
        return ["No clusters."]
    return [
        f"{number(len(found))} clusters of {number(run.clusters['clustered'])} accounts, by {run.clusters['method']} "
        f"at resolution {run.clusters['resolution']:g}; the seeds agree by {run.clusters['adjusted_rand']:.2f} "
        "(adjusted Rand).",
        *_cluster_tests(run),
        f"{number(run.clusters['cleared'])} accounts posted as much as half of the linked ones and have no such edge.",
        f"Next: attrigraph group {found[0]['id']}",
    ]


def _cluster_tests(run: LinkRun) -> list[str]:
    """How many clusters stand as a whole; nothing for a run that did not test them."""
    told = run.clusters.get("significance")
    if not told:
        return []
    return [
        f"{number(told['significant'])} of {number(told['tests'])} are significant as a whole: e-values of "
        f"{number(told['draws'])} shifts, e-BH at level {told['level']:g}, over {number(told['pairs'])} pairs of "
        f"{number(told['accounts'])} accounts.",
        f"Null of clusters: {told['null']}",
    ]
