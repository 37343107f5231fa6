"""Reading what a run wrote, and writing it to files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from attrigraph.duck import connect, literal
from attrigraph.errors import InputError, NotAssessed
from attrigraph.folder import given_file
from attrigraph.graph import statement
from attrigraph.inference.records import Assessment, Belief, Item, WindowAssessment

if TYPE_CHECKING:
    from attrigraph.graph import Store

__all__ = [
    "EXPORTS",
    "ExportName",
    "account_ids",
    "assessments",
    "beliefs",
    "beliefs_of",
    "displayed",
    "export_rows",
    "item_of",
    "items",
    "latest_run",
    "runs",
    "write_rows",
]

ExportName = Literal["assessments", "beliefs", "evidence", "windows", "sensitivity", "missing"]

EXPORTS: dict[str, dict[str, str]] = {
    "assessments": {
        "account": "VARCHAR", "outcome": "VARCHAR", "confidence": "VARCHAR", "top": "VARCHAR", "p": "DOUBLE",
        "runner_up": "VARCHAR", "runner_up_p": "DOUBLE", "strongest_class": "VARCHAR", "survives": "BOOLEAN",
        "reasons": "VARCHAR", "prior": "DOUBLE", "displays": "VARCHAR", "displays_share": "DOUBLE",
        "displays_p": "DOUBLE", "persona": "VARCHAR", "under_cover": "DOUBLE",
    },
    "beliefs": {
        "account": "VARCHAR", "territory": "VARCHAR", "p": "DOUBLE", "own": "DOUBLE", "prior": "DOUBLE",
        "prior_free": "DOUBLE", "shown": "DOUBLE",
    },
    "evidence": {
        "account": "VARCHAR", "id": "VARCHAR", "class": "VARCHAR", "signal": "VARCHAR", "territory": "VARCHAR",
        "llr": "DOUBLE", "llr_cover": "DOUBLE", "n": "BIGINT", "from": "VARCHAR", "to": "VARCHAR",
        "summary": "VARCHAR", "sources": "VARCHAR",
    },
    "windows": {
        "account": "VARCHAR", "run": "VARCHAR", "window": "BIGINT", "starts": "VARCHAR", "ends": "VARCHAR",
        "first_at": "VARCHAR", "last_at": "VARCHAR", "rows": "BIGINT", "opened_by": "VARCHAR", "now": "BOOLEAN",
        "outcome": "VARCHAR", "confidence": "VARCHAR", "top": "VARCHAR", "p": "DOUBLE", "prior": "DOUBLE",
        "runner_up": "VARCHAR", "runner_up_p": "DOUBLE", "reasons": "VARCHAR",
    },
    "sensitivity": {
        "account": "VARCHAR", "share": "DOUBLE", "outcome": "VARCHAR", "top": "VARCHAR", "p": "DOUBLE",
        "verdict_below": "DOUBLE", "verdict_below_then": "VARCHAR", "verdict_above": "DOUBLE",
        "verdict_above_then": "VARCHAR", "lead_below": "DOUBLE", "lead_below_then": "VARCHAR",
        "lead_above": "DOUBLE", "lead_above_then": "VARCHAR", "cover_outcome": "VARCHAR", "cover_top": "VARCHAR",
        "cover_p": "DOUBLE", "staged_outcome": "VARCHAR", "staged_top": "VARCHAR", "staged_p": "DOUBLE",
        "unstaged": "VARCHAR", "prior": "DOUBLE", "prior_down_to": "DOUBLE", "prior_then": "VARCHAR",
        "runner_up": "VARCHAR", "runner_up_prior": "DOUBLE", "prior_free_top": "VARCHAR", "prior_free": "DOUBLE",
    },
    "missing": {
        "account": "VARCHAR", "signal": "VARCHAR", "words": "VARCHAR", "drop": "DOUBLE", "settles": "DOUBLE",
    },
}  # fmt: skip
"""Columns of each export. Lists are joined by "; ". Evidence has one row per item and territory it names, and one
with territory `*` for all others; missing one per account that is not supported and signal it lacks."""

FORMATS = {
    ".csv": "FORMAT csv, HEADER true",
    ".jsonl": "FORMAT json, ARRAY false",
    ".parquet": "FORMAT parquet",
}


def account_ids(store: Store) -> list[str]:
    """Every account of the case, in order."""
    return [row["id"] for row in store.stream(statement("inference/account_ids"))]


def runs(store: Store) -> list[dict[str, Any]]:
    """The runs in the graph, oldest first: id, complete, started_at, deceivers, prior_mix, weights, ..."""
    return sorted(store.read(statement("inference/runs")), key=lambda r: _order(r["id"]))


def _order(run: str) -> tuple[int, str]:
    digits = "".join(c for c in run if c.isdigit())
    return (int(digits) if digits else 0, run)


def latest_run(store: Store) -> str:
    """The newest complete run. Raises NotAssessed when there is none."""
    return str(run_named(store, None)["id"])


def run_named(store: Store, run: str | None) -> dict[str, Any]:
    """A complete run by id, the newest for None. Raises NotAssessed."""
    complete = [r for r in runs(store) if r["complete"]]
    if not complete:
        raise NotAssessed(
            "No run is there: nothing was inferred yet, or not since a source was removed. Run: attrigraph infer"
        )
    if run is None:
        return complete[-1]
    for found in complete:
        if found["id"] == run or run in (found["windows"] or ()):
            return found | {"id": run}
    raise NotAssessed(f"There is no complete run {run!r}. Complete runs: {', '.join(r['id'] for r in complete)}.")


def assessments(store: Store, run: str | None = None) -> list[Assessment]:
    """The outcome of every account in a run (the newest complete one by default), by account."""
    name = run_named(store, run)["id"]
    rows = store.read(statement("inference/all_assessments"), run=name)
    return [assessment_of(row["account"], row["assessment"]["properties"]) for row in rows]


def assessment_of(account: str, properties: Mapping[str, Any]) -> Assessment:
    """The record from the properties of an `Assessment` node; absent properties are None."""
    absent = dict.fromkeys(Assessment.__slots__)
    known = {k: v for k, v in properties.items() if k in absent}
    return Assessment(**(absent | known | {"account": account, "reasons": tuple(properties.get("reasons") or ())}))


def beliefs(store: Store, run: str | None = None) -> list[Belief]:
    """Every belief of a run, by account and falling probability."""
    name = run_named(store, run)["id"]
    rows = store.stream(statement("inference/all_beliefs"), run=name)
    return [Belief(**_with_tuples(row)) for row in rows]


def beliefs_of(store: Store, run: str, accounts: Sequence[str]) -> dict[str, list[Belief]]:
    """The beliefs of some accounts in a run, by falling probability; the query has their values in order."""
    found = {}
    for row in store.read(statement("inference/beliefs_of"), accounts=list(accounts), run=run):
        mine = [Belief(row["account"], *b[:-3], *map(tuple, b[-3:])) for b in row["beliefs"]]
        found[row["account"]] = sorted(mine, key=lambda b: (-b.p, b.territory))
    return found


def displayed(store: Store, run: str, accounts: Sequence[str], least: float) -> dict[str, tuple[str, float]]:
    """Account -> the territory its own profile displays and the share of it; accounts below `least` are left out."""
    rows = store.read(statement("inference/displayed"), accounts=list(accounts), run=run, least=least)
    found = {}
    for row in rows:
        code, share = min(row["displayed"], key=lambda pair: (-pair[1], pair[0]))
        found[row["account"]] = (code, share)
    return found


def _with_tuples(row: dict[str, Any]) -> dict[str, Any]:
    for name in ("classes", "honest", "cover"):
        row[name] = tuple(row[name])
    return row


def items(store: Store, run: str | None = None) -> list[Item]:
    """Every weighed item of a run, by account and falling strength."""
    name = run_named(store, run)["id"]
    return [item_of(row) for row in store.stream(statement("inference/all_items"), run=name)]


def item_of(row: Mapping[str, Any]) -> Item:
    """The record from a row account, item (an `Evidence` node), supports [[code, llr, llr_cover], ...]."""
    e = row["item"]["properties"]
    supports = sorted(row["supports"])
    return Item(
        account=row["account"],
        cls=e["cls"],
        signal=e["signal"],
        llr={code: llr for code, llr, _ in supports},
        llr_cover={code: cover for code, _, cover in supports},
        llr_default=e["llr_default"],
        cover_default=e["cover_default"],
        summary=e["summary"],
        n=e["n"],
        first_at=e.get("from"),
        last_at=e.get("to"),
        sources=tuple(e.get("sources") or ()),
        id=e["id"],
        run=e["run"],
    )


def export_rows(store: Store, what: ExportName, run: str | None = None) -> list[dict[str, Any]]:
    """Rows with exactly the columns of EXPORTS[what]. Raises InputError for another name, NotAssessed without a run."""
    if what == "assessments":
        return [assessment_row(a) for a in assessments(store, run)]
    if what == "beliefs":
        return [{name: getattr(b, name) for name in EXPORTS["beliefs"]} for b in beliefs(store, run)]
    if what == "evidence":
        return [row for item in items(store, run) for row in evidence_rows(item)]
    if what == "windows":
        from attrigraph.inference.windows.read import window_assessments

        return [window_row(one) for one in window_assessments(store, run)]
    if what == "sensitivity":
        from attrigraph.inference.whatif import sensitivities, sensitivity_row

        return [sensitivity_row(account, found) for account, found in sensitivities(store, run)]
    if what == "missing":
        from attrigraph.inference.whatif import missing_signals

        found = missing_signals(store, run)
        return [{"account": account, **asdict(one)} for account, signals in found for one in signals]
    raise InputError(f"{what!r} is not an export. Choose one of {', '.join(EXPORTS)}.")


def assessment_row(a: Assessment) -> dict[str, Any]:
    """One row of the export of assessments."""
    return {name: "; ".join(a.reasons) if name == "reasons" else getattr(a, name) for name in EXPORTS["assessments"]}


def window_row(one: WindowAssessment) -> dict[str, Any]:
    """One row of the export of time windows."""
    w, a = one.window, one.assessment
    about = {
        "account": w.account,
        "run": w.run,
        "window": w.number,
        "starts": _iso(w.starts),
        "ends": _iso(w.ends),
        "first_at": _iso(w.first_at),
        "last_at": _iso(w.last_at),
        "rows": w.rows,
        "opened_by": "; ".join(w.opened_by),
        "now": w.now,
        "reasons": "; ".join(a.reasons),
    }
    return {name: about[name] if name in about else getattr(a, name) for name in EXPORTS["windows"]}


def evidence_rows(item: Item) -> list[dict[str, Any]]:
    """One row per territory the item names, and one for all others."""
    says = {code: (llr, item.llr_cover[code]) for code, llr in item.llr.items()}
    says["*"] = (item.llr_default, item.cover_default)
    return [
        {
            "account": item.account,
            "id": item.id,
            "class": item.cls,
            "signal": item.signal,
            "territory": code,
            "llr": llr,
            "llr_cover": cover,
            "n": item.n,
            "from": _iso(item.first_at),
            "to": _iso(item.last_at),
            "summary": item.summary,
            "sources": "; ".join(item.sources),
        }
        for code, (llr, cover) in says.items()
    ]


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def write_rows(rows: Sequence[Mapping[str, Any]], path: Path, *, overwrite: bool = False) -> int:
    """Write rows of one export as csv, jsonl or parquet, chosen by the file's ending; returns how many.

    Without rows the columns are those of the first export, or none. Raises InputError when the ending is unknown, the
    file is there already, or it cannot be written.
    """
    import duckdb
    import pandas as pd

    if path.suffix.lower() not in FORMATS:
        raise InputError(f"{path.name}: write to a file that ends in {', '.join(FORMATS)}.")
    columns = _columns(rows)
    frame = pd.DataFrame([dict(row) for row in rows], columns=list(columns))
    selected = ", ".join(f'CAST("{name}" AS {type_}) AS "{name}"' for name, type_ in columns.items())
    with given_file(path, overwrite=overwrite, failures=(OSError, duckdb.Error)) as part, connect() as connection:
        connection.register("frame", frame)
        query = f"COPY (SELECT {selected} FROM frame) TO {literal(str(part))} ({FORMATS[path.suffix.lower()]})"  # noqa: S608
        connection.execute(query)
    return len(rows)


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    names = list(rows[0]) if rows else list(EXPORTS["assessments"])
    return next((c for c in EXPORTS.values() if list(c) == names), dict.fromkeys(names, "VARCHAR"))
