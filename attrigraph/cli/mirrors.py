"""mirrors: which accounts are twins, which are clones of others, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from attrigraph.cli.options import CaseOption, FormatOption, example, open_case
from attrigraph.cli.progress import progress
from attrigraph.cli.render import Format, console, show_rows
from attrigraph.wording import number

if TYPE_CHECKING:
    from attrigraph.links.mirrors.find import Mirrors
    from attrigraph.links.mirrors.records import Mirror

__all__ = ["register"]

COLUMNS = ("account", "verdict", "of", "p", "copied", "lag_s", "reasons")
ALL_COLUMNS = (
    "account", "verdict", "of", "p", "mirrored", "groups", "copied", "copied_share", "lag_s", "reasons", "shared",
)  # fmt: skip
BLOCK_COLUMNS = ("kind", "key", "accounts", "pairs", "example")
SHOWN_BLOCKS = 5
VERDICT_WORDS = {"twin": "twins", "clone_of": "clones", "coincidence": "coincidences"}


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(epilog=example("attrigraph mirrors x:1042 x:2077"))(mirrors)


def mirrors(
    account: Annotated[
        str | None, typer.Argument(help="Only pairs with this account: id, native id or handle.")
    ] = None,
    other: Annotated[str | None, typer.Argument(help="With a second account: this pair in detail.")] = None,
    case: CaseOption = None,
    search: Annotated[
        bool, typer.Option("--search", help="Search anew; without it a kept result is shown, if there is one.")
    ] = False,
    all_: Annotated[bool, typer.Option("--all", help="Also coincidences and pairs with too little evidence.")] = False,
    large_block: Annotated[
        int,
        typer.Option(min=2, metavar="ACCOUNTS", help="A key that more accounts share makes no pairs and is reported."),
    ] = 200,
    force: Annotated[bool, typer.Option("--force", help="Make pairs of such keys all the same.")] = False,
    run: Annotated[str | None, typer.Option(help="A kept search, such as m1; default: the newest.")] = None,
    format_: FormatOption = Format.table,
) -> None:
    """Mirrored and cloned accounts: twins of one hand, clones and their sources, and why."""
    from attrigraph.mirroring import mirror_of, mirror_rows, mirror_runs, unseen_sources

    with open_case(case) as opened, progress() as bars:
        if search or not mirror_runs(opened.folder):
            found = opened.find_mirrors(progress=bars, large_block=large_block, force_large=force)
        else:
            found = opened.mirrors(run)
        behind = unseen_sources(opened, found.run)
        one = opened.find_account(account) if account else None
        two = opened.find_account(other) if other else None
        name = opened.settings.name
    if one and two:
        _show_pair(mirror_of(found, one, two), found, name, format_)
        return
    chosen = [m for m in found.mirrors if one is None or one in (m.source, m.target)]
    listed = [m for m in chosen if all_ or m.verdict in ("twin", "clone_of")]
    if format_ is not Format.table:
        show_rows(mirror_rows(listed), ALL_COLUMNS, format_)
        return
    _show_sums(found, behind)
    show_rows(
        mirror_rows(listed),
        COLUMNS,
        format_,
        empty="No twins or clones named. Pairs compared: attrigraph mirrors --all",
    )
    _show_blocks(found)
    if listed:
        m = listed[0]
        console().print(f"Next: attrigraph mirrors {m.source} {m.target}", style="dim", markup=False)


def _show_pair(mirror: Mirror, found: Mirrors, case: str, format_: Format) -> None:
    if format_ is Format.json:
        import dataclasses
        import json

        from attrigraph.cli.render import plain

        record = {"run": found.run, "calibration": found.calibration, **dataclasses.asdict(mirror)}
        print(json.dumps(record, ensure_ascii=False, indent=1, default=plain))
    elif format_ is Format.csv:
        import dataclasses

        rows = [{"story": f.territory, **dataclasses.asdict(row)} for f in mirror.waterfalls for row in f.rows]
        show_rows(rows, ("story", "kind", "label", "value", "start", "end", "p", "rests_on"), format_)
    else:
        from attrigraph.mirror_view import MirrorView

        console(width=min(console().width, 104)).print(MirrorView.of(mirror, found.run, case, found.calibration))


def _show_sums(found: Mirrors, behind: int) -> None:
    out, counts = console(), found.counts()
    told = ", ".join(f"{number(count)} {VERDICT_WORDS.get(verdict, verdict)}" for verdict, count in counts.items())
    out.print(
        f"Search {found.run}: {number(found.candidates.accounts)} accounts, {number(len(found.mirrors))} pairs: "
        f"{told}; weights {found.weights}, {found.calibration}; names folded by {found.folding}"
    )
    if behind:
        out.print(f"{behind} sources were loaded after it: attrigraph mirrors --search")


def _show_blocks(found: Mirrors) -> None:
    blocks = found.candidates.large
    if not blocks:
        return
    console().print(
        f"{number(len(blocks))} keys are shared by more than {found.options.large_block} accounts and made no pairs "
        f"({number(sum(b.pairs for b in blocks))} pairs left out); raise --large-block, or --force:"
    )
    rows = [{name: getattr(block, name) for name in BLOCK_COLUMNS} for block in blocks[:SHOWN_BLOCKS]]
    show_rows(rows, BLOCK_COLUMNS, Format.table)
