"""Sensitivity and missing signals over a whole case: rows for exports, and which signal would cut the doubt most.

One account costs some milliseconds, so it is done when asked for and not in every run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from attrigraph.errors import NotAssessed
from attrigraph.graph import statement
from attrigraph.inference.evidence import chunks
from attrigraph.inference.missing import Missing
from attrigraph.inference.ranges import sensitivity
from attrigraph.inference.records import Answer, MissingSignal, Sensitivity, Turn
from attrigraph.inference.results import account_ids, assessments, beliefs_of, item_of, run_named
from attrigraph.inference.weights.fitted import weights_of
from attrigraph.inference.world import kept_world
from attrigraph.progress import SILENT, Progress

if TYPE_CHECKING:
    from attrigraph.graph import Store

__all__ = ["missing_signals", "sensitivities", "sensitivity_row", "settle_rows"]

BATCH = 500
"""Accounts read at once."""


def sensitivities(
    store: Store, run: str | None = None, progress: Progress = SILENT
) -> Iterator[tuple[str, Sensitivity]]:
    """How the answer for every account moves with what is assumed, by account."""
    about = run_named(store, run)
    weights = weights_of(about)
    accounts = account_ids(store)
    progress.step("sensitivity", len(accounts))
    for part in chunks(iter(accounts), BATCH):
        for account, beliefs in sorted(beliefs_of(store, about["id"], part).items()):
            yield account, sensitivity(beliefs, about["deceivers"], weights)
            progress.advance()


def sensitivity_row(account: str, s: Sensitivity) -> dict[str, Any]:
    """One row of the export of sensitivities."""
    now = dict(s.shares)[s.share]
    best = s.prior_free_best
    row: dict[str, Any] = {"account": account, "share": s.share, "outcome": now.outcome, "top": now.top, "p": now.p}
    for name, turns in (("verdict", s.verdict_turns), ("lead", s.leader_turns)):
        for side in ("below", "above"):
            turn = next((t for t in turns if (t.at < s.share) == (side == "below")), None)
            row |= {f"{name}_{side}": turn.at if turn else None, f"{name}_{side}_then": _then(turn)}
    row |= _answer("cover", s.cover) | _answer("staged", s.staged)
    return row | {
        "unstaged": "; ".join(s.unstaged),
        "prior": s.prior,
        "prior_down_to": s.prior_turn.at if s.prior_turn else None,
        "prior_then": s.prior_turn.answer.top if s.prior_turn else None,
        "runner_up": s.runner_up,
        "runner_up_prior": s.runner_up_prior,
        "prior_free_top": "; ".join(best[0]) if best else None,
        "prior_free": best[1] if best else None,
    }


def _then(turn: Turn | None) -> str | None:
    """The territory that leads beyond a turn, or the outcome where none is named."""
    if turn is None:
        return None
    return turn.answer.top if turn.tie or turn.answer.outcome == "supported" else turn.answer.outcome


def _answer(name: str, answer: Answer) -> dict[str, Any]:
    return {f"{name}_outcome": answer.outcome, f"{name}_top": answer.top, f"{name}_p": answer.p}


def missing_signals(
    store: Store, run: str | None = None, accounts: Sequence[str] | None = None, progress: Progress = SILENT
) -> Iterator[tuple[str, tuple[MissingSignal, ...]]]:
    """What one more signal would be worth for the accounts named, by default all that are not supported.

    Raises NotAssessed for a run that did not keep what its evidence was weighed against.
    """
    about = run_named(store, run)
    (kept,) = store.read(statement("inference/world_of"), run=about["id"].partition("/")[0])
    world = kept_world(kept, weights_of(about))
    if world is None:
        raise NotAssessed(f"Run {about['id']} did not keep its priors. Make a new one: attrigraph infer")
    found = {a.account: a for a in assessments(store, about["id"])}
    if accounts is None:
        accounts = [a.account for a in found.values() if a.outcome != "supported"]
    asked = Missing(world)
    progress.step("missing signals", len(accounts))
    for part in chunks(iter(accounts), BATCH):
        for account, beliefs in sorted(beliefs_of(store, about["id"], part).items()):
            rows = store.read(statement("inference/items_of"), account=account, run=about["id"])
            why = found[account].reasons if account in found else ()
            yield account, asked.of(beliefs, [item_of(row) for row in rows], why)
            progress.advance()


def settle_rows(store: Store, run: str | None = None, progress: Progress = SILENT) -> list[dict[str, Any]]:
    """One row a signal, best first: how many undecided accounts lack it, for how many it would tell most, mean drop.

    `settles` is the mean probability that a territory then holds what a supported answer needs.
    """
    found: dict[tuple[str, str], list[MissingSignal]] = defaultdict(list)
    best: dict[tuple[str, str], int] = defaultdict(int)
    for _, signals in missing_signals(store, run, progress=progress):
        for place, one in enumerate(signals):
            found[one.signal, one.words].append(one)
            best[one.signal, one.words] += place == 0
    rows = [
        {
            "signal": signal,
            "ask_for": words,
            "lacking": len(ones),
            "best_for": best[signal, words],
            "drop": sum(one.drop for one in ones) / len(ones),
            "settles": sum(one.settles for one in ones) / len(ones),
        }
        for (signal, words), ones in found.items()
    ]
    return sorted(rows, key=lambda row: (-row["drop"] * row["lacking"], row["signal"]))
