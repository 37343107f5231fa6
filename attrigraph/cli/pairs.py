"""pair: two accounts side by side, with the texts of the messages they share."""

from __future__ import annotations

from typing import Annotated

import typer

from attrigraph.cli.options import CaseOption, FormatOption, example, open_case
from attrigraph.cli.render import Format, console, show_rows
from attrigraph.wording import number

__all__ = ["register"]

EDGE_COLUMNS = ("source", "target", "network", "weight", "n", "q_value", "shift_p", "median_delta_s", "survives")
COLUMNS = ("at", "networks", "message", "text", "delta_s", "other_message", "other_text")


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(epilog=example("attrigraph pair x:1042 x:2077"))(pair)


def pair(
    account: Annotated[str, typer.Argument(help="Whose messages stand at the left: id, native id or handle.")],
    other: Annotated[str, typer.Argument(help="The other account.")],
    case: CaseOption = None,
    network: Annotated[str | None, typer.Option(help="One network such as co_link; default: all of them.")] = None,
    run: Annotated[str | None, typer.Option(help="A run of links such as l1; default: the newest.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Messages shown, the oldest first.")] = 50,
    format_: FormatOption = Format.table,
) -> None:
    """Two accounts side by side: how they were tested, and what they posted at the same time."""
    from attrigraph.link_pairs import edges_between, joint_messages

    with open_case(case) as opened:
        one, two = opened.find_account(account), opened.find_account(other)
        edges = [e for e in edges_between(opened, one, two, run) if network in (None, e["network"])]
        rows = joint_messages(opened, one, two, network=network, run=run, most=limit)
    nothing = (
        f"{one} and {two} share too little within the window to be linked. "
        "See pairs with: attrigraph query run pairs-that-act-together"
    )
    if format_ is Format.table:
        show_rows(edges, EDGE_COLUMNS, format_, empty=nothing)
        if edges:
            console().print("Edges that do not survive may be chance, or a habit of the time of day.")
    if edges or format_ is not Format.table:
        show_rows(rows, COLUMNS, format_, empty=f"No message of {one} counts in this direction.")
    shared = max((e["weight"] for e in edges if e["source"] == one), default=0)
    if format_ is Format.table and shared > limit >= len(rows):
        console().print(f"The first {number(len(rows))} messages; more with --limit.")
