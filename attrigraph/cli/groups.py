"""windows, group: accounts over time, and accounts together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from attrigraph.cli.options import CaseOption, FormatOption, ShowCypherOption, example, open_case
from attrigraph.cli.render import Format, console, show_rows

if TYPE_CHECKING:
    from attrigraph.inference.groups import Group

__all__ = ["register"]

RunOption = Annotated[str | None, typer.Option(help="The run; default: the newest complete one.")]
WINDOW_COLUMNS = (
    "account", "run", "from", "to", "began_with", "rows", "outcome", "territory", "confidence", "leading", "p",
    "now",
)  # fmt: skip
LIST_COLUMNS = (
    "group", "accounts", "e_value", "significant", "from", "to", "territories", "supported", "contested",
    "insufficient", "not_assessed",
)  # fmt: skip
GROUP_COLUMNS = (
    "group", "run", "accounts", "outcome", "territory", "confidence", "count", "p", "prior", "score",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog=example("attrigraph windows x:1042"))(windows)
    app.command(epilog=example("attrigraph group harbour x:1042 x:1043 --keep"))(group)


def windows(
    account: Annotated[str | None, typer.Argument(help="One account; default: all that have several windows.")] = None,
    case: CaseOption = None,
    run: RunOption = None,
    format_: FormatOption = Format.table,
    show_cypher: ShowCypherOption = False,
) -> None:
    """Accounts that changed, window by window, with what began each window; needs a run made with --windows."""
    from attrigraph.runs import window_rows
    from attrigraph.territories import territory_name

    with open_case(case, show_cypher) as opened:
        found = opened.windows(account, run)
    leading = [{"leading": territory_name(one.assessment.top)} for one in found]
    rows = [row | more for row, more in zip(window_rows(found), leading, strict=True)]
    empty = "No account has several windows in this run. Look for them with: attrigraph infer --windows"
    show_rows(rows, WINDOW_COLUMNS, format_, empty=empty)


def group(
    name: Annotated[
        str | None, typer.Argument(help="A kept set, or a cluster such as l1/c1; without any, all are listed.")
    ] = None,
    accounts: Annotated[list[str] | None, typer.Argument(help="Its accounts: id, native id or handle.")] = None,
    case: CaseOption = None,
    from_: Annotated[Path | None, typer.Option("--from", help="File with one account a line.")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the set under its name in case.toml.")] = False,
    now: Annotated[bool, typer.Option("--now", help="Each account as it is in its newest window.")] = False,
    run: RunOption = None,
    format_: FormatOption = Format.table,
    show_cypher: ShowCypherOption = False,
) -> None:
    """A group of accounts: counts by territory with abstentions, and what it says if it is one operation.

    Without a name, kept sets and clusters with their size, span, territories and abstentions. That accounts act
    together makes a cluster, but tells nothing about a territory: what is assessed is the evidence of each account.
    """
    given = [*(accounts or ()), *(_lines(from_) if from_ else ())]
    with open_case(case, show_cypher) as opened:
        if name is None:
            from attrigraph.grouping import group_rows

            empty = "No groups: attrigraph group NAME ACCOUNT ... --keep, or find clusters with attrigraph link"
            show_rows(group_rows(opened, run), LIST_COLUMNS, format_, empty=empty)
            return
        found = opened.group(name, given or None, run=run, now=now)
        if keep:
            opened.keep_group(name, list(found.accounts))
    if format_ is Format.json:
        import dataclasses
        import json

        print(json.dumps(dataclasses.asdict(found), ensure_ascii=False, indent=1))
    elif format_ is Format.csv:
        show_rows(_rows(found), GROUP_COLUMNS, format_)
    else:
        _show(found)


def _lines(path: Path) -> list[str]:
    from attrigraph.errors import UnreadableFile

    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{path} cannot be read: {error}. Give a text file with one account a line.") from None
    return [line.strip() for line in text.splitlines() if line.strip()]


def _rows(found: Group) -> list[dict[str, Any]]:
    """Counts of accounts, then beliefs of the group as one operation."""
    common = {"group": found.name, "run": found.run, "accounts": len(found.accounts)}
    rows: list[dict[str, Any]] = [
        {"outcome": "supported", "territory": c.territory, "confidence": level, "count": count}
        for c in found.supported
        for level, count in (("high", c.high), ("moderate", c.moderate), ("low", c.low))
        if count
    ]
    rows += [
        {"outcome": outcome.replace("_", " "), "count": getattr(found, outcome)}
        for outcome in ("contested", "insufficient", "not_assessed")
    ]
    rows += [
        {"outcome": "as one operation", "territory": b.territory, "p": b.p, "prior": b.prior, "score": b.score}
        for b in found.beliefs
    ]
    return [common | row for row in rows]


def _show(found: Group) -> None:
    from attrigraph.territories import territory_name
    from attrigraph.wording import nats, number

    out = console()
    when = ", each account as it is now" if found.now else ""
    out.print(f"Group {found.name}: {number(len(found.accounts))} accounts, run {found.run}{when}", markup=False)
    counts = [
        {"outcome": "supported", "territory": territory_name(c.territory), "accounts": c.accounts}
        | {"high": c.high, "moderate": c.moderate, "low": c.low}
        for c in found.supported
    ]
    blank = {"territory": "none named", "high": "", "moderate": "", "low": ""}
    for outcome in ("contested", "insufficient", "not_assessed"):
        count = getattr(found, outcome)
        if count:
            counts.append({"outcome": outcome.replace("_", " "), "accounts": count} | blank)
    show_rows(counts, ("outcome", "territory", "accounts", "high", "moderate", "low"), Format.table)
    out.print(
        f"If it is one operation (untested rule, prior mix {found.prior_mix}, {found.calibration}): {found.outcome}"
    )
    rows = [
        {"territory": territory_name(b.territory), "p": b.p, "prior": b.prior, "nats": b.score}
        for b in found.beliefs[:5]
    ]
    show_rows(rows, ("territory", "p", "prior", "nats"), Format.table)
    for score in found.holidays:
        out.print(
            f"Public holidays of {territory_name(score.territory)}: active on {score.active} of {score.days} account "
            f"days, {score.expected:.1f} expected from the days around; {nats(score.llr)} nats"
        )
    for sentence in found.reasons:
        out.print(sentence, markup=False)
