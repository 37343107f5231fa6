"""Section 9: competing hypotheses. What speaks against each, from the run where the model has numbers, else by hand."""

from __future__ import annotations

from collections.abc import Callable

from attrigraph.briefs.draft import Draft, missing, text
from attrigraph.briefs.input import HYPOTHESES
from attrigraph.briefs.model import Block, Cell, Column, Paragraph, Row, Section, Table
from attrigraph.briefs.phrases import count, listed, place
from attrigraph.inference.hypotheses import HypothesisRow, HypothesisScores, Spread
from attrigraph.wording import nats, number, percent, plural

__all__ = ["hypotheses"]

TITLE = "Competing hypotheses"
FROM_MODEL = ("H1", "H2", "H3", "H7")

NOT_ASSESSED = {
    "H4": "nothing in the data tells a contractor from a sponsor",
    "H5": "addresses say where somebody was, not why",
    "H6": "shared things count at a discount, and nobody was asked who else uses them",
}
"""Why a hypothesis without an analyst's word is not assessed."""


def hypotheses(draft: Draft) -> Section:
    """Section 9: the accounts assessed to the leading territory, set against seven other explanations."""
    scores = draft.data.hypotheses
    if scores is None:
        said = draft.judged("No territory is named, so there is no answer to set against others.")
        return Section(9, TITLE, (Paragraph((said,), abstains=True), _table(draft, None)))
    blocks: list[Block] = [_reading(draft, scores), _table(draft, scores)]
    if scores.rows:
        blocks.append(_against(draft, scores))
    blocks.append(_linchpins(draft, scores))
    return Section(9, TITLE, tuple(blocks))


def _reading(draft: Draft, scores: HypothesisScores) -> Paragraph:
    return Paragraph(
        (
            draft.fact(
                f"X is {place(scores.territory)}, to which {plural(scores.accounts, 'account is', 'accounts are')} "
                "assessed; a hypothesis falls by what speaks against it, not by what speaks for another."
            ),
            draft.fact(draft.assumed_share()),
        ),
        (draft.note("Origin", "model: numbers of the run. Analyst: a judgement by hand."),),
    )


def _said(scores: HypothesisScores | None) -> dict[str, str]:
    """Names of the hypotheses."""
    x = place(scores.territory) if scores else "a territory X"
    y = place(scores.rival) if scores and scores.rival else "another territory"
    return {
        "H1": f"operated from {x}",
        "H2": f"operated from {y}, the runner-up",
        "H3": f"{x} is the exit of a VPN or proxy, the true territory unknown",
        "H4": f"a contractor in {x} for a sponsor elsewhere",
        "H5": "a member of a diaspora, or a traveller",
        "H6": "infrastructure shared with unrelated users",
        "H7": f"a deliberate false flag: {x} is staged",
        "H8": "a bought or hijacked account whose operator changed",
    }


def _table(draft: Draft, scores: HypothesisScores | None) -> Table:
    names, rows = _said(scores), []
    for identifier in HYPOTHESES:
        by_hand = draft.register.clean(draft.data.analyst.get(identifier, ""))
        found = MODEL[identifier](draft, scores) if scores and identifier in FROM_MODEL else ""
        origin = listed([name for name, said in (("model", found), ("analyst", by_hand)) if said])
        said = " ".join(part for part in (found, by_hand) if part)
        rows.append(
            Row(
                (
                    text(identifier),
                    text(names[identifier]),
                    text(origin) if origin else missing("not assessed"),
                    text(said) if said else missing(f"not assessed: {_why(draft, identifier)}"),
                )
            )
        )
    columns = (Column("id"), Column("hypothesis"), Column("origin"), Column("what is known"))
    return Table("Hypotheses carried in every brief", columns, tuple(rows), (draft.register.run,))


def _why(draft: Draft, identifier: str) -> str:
    """The reason a hypothesis is not assessed."""
    if identifier == "H8":
        several = draft.data.several_windows
        if several is None:
            return "the run did not look for changes of the operator"
        if not several:
            return "no account changes handle, phone, mail or store, or falls silent for long"
        return f"{plural(several, 'account has', 'accounts have')} several time windows, section 6"
    return NOT_ASSESSED.get(identifier, "no territory is named")


def _range(spread: Spread, prior: float | None) -> str:
    low, high = percent(spread.low), percent(spread.high)
    return f"{low if low == high else f'{low} to {high}'} (prior {percent(prior)})"


def _h1(draft: Draft, scores: HypothesisScores) -> str:
    return (
        f"Probability {_range(scores.p, draft.prior(scores.territory))} over "
        f"{plural(scores.accounts, 'account')}; {_balance(scores, lambda row: row.h1)}."
    )


def _h2(draft: Draft, scores: HypothesisScores) -> str:
    if not scores.rival:
        return "No other territory is named by any evidence."
    held = f"{_range(scores.rival_p, draft.prior(scores.rival))}" if scores.rival_p else "not a candidate"
    return f"Probability {held}; {_balance(scores, lambda row: row.h2)}."


def _h3(draft: Draft, scores: HypothesisScores) -> str:
    if not scores.with_network:
        return "No account has network evidence, so no exit can mislead."
    kept = count(scores.kept_without_network, scores.with_network)
    return (
        f"Without network evidence {kept} accounts that have it keep X; unknown keeps "
        f"{_range(scores.unknown_p, draft.prior('UNKNOWN'))}; {_balance(scores, lambda row: row.h3)}."
    )


def _h7(_: Draft, scores: HypothesisScores) -> str:
    left = listed([_class_word(cls) for cls in scores.unstaged]) if scores.unstaged else "none"
    return (
        f"Taken to be under cover, {count(scores.kept_under_cover, scores.accounts)} accounts keep X; if all that can "
        f"be bought or set up were staged as well, {count(scores.kept_if_staged, scores.accounts)} do (classes left: "
        f"{left}); {_balance(scores, lambda row: row.h7)}."
    )


MODEL: dict[str, Callable[[Draft, HypothesisScores], str]] = {"H1": _h1, "H2": _h2, "H3": _h3, "H7": _h7}


def _balance(scores: HypothesisScores, pick: Callable[[HypothesisRow], float | None]) -> str:
    """How a hypothesis stands in the sum of all classes."""
    return f"the sum of all evidence is {nats(pick(scores.sum))} nats"


def _class_word(cls: str) -> str:
    return "shared infrastructure" if cls == "infra" else cls.replace("_", " ")


def _against(draft: Draft, scores: HypothesisScores) -> Table:
    rows = [_row(row) for row in (*scores.rows, scores.story, scores.sum)]
    columns = (
        Column("class"),
        Column("accounts", number=True),
        *(Column(name, number=True) for name in FROM_MODEL),
        Column("tells apart", number=True),
    )
    caption = "Log-likelihood ratios by hypothesis, nats: medians over the accounts, those of the sum too"
    return Table(caption, columns, tuple(rows), (draft.register.run,))


def _row(row: HypothesisRow) -> Row:
    values = [v for v in (row.h1, row.h2, row.h3, row.h7) if v is not None]
    cells: list[Cell] = [text(nats(row.h1))]
    cells.append(missing("none named") if row.h2 is None else text(nats(row.h2)))
    cells += [text(nats(row.h3)), text(nats(row.h7)), text(f"{max(values) - min(values):.1f}")]
    return Row((text(_class_word(row.cls)), text(number(row.accounts)), *cells))


def _linchpins(draft: Draft, scores: HypothesisScores) -> Paragraph:
    sentences = []
    if scores.falls_without:
        parts = [f"{_class_word(cls)} ({number(n)})" for cls, n in scores.falls_without]
        sentences.append(
            draft.judged(
                f"Linchpins, with the number of these {plural(scores.accounts, 'account')} that change without them: "
                f"{listed(parts)}."
            )
        )
    else:
        sentences.append(draft.judged(f"No class is a linchpin: each may be left out for all {scores.accounts}."))
    for share, kept in scores.kept_at:
        sentences.append(
            draft.fact(
                f"With {percent(share)} as the assumed share of deceiving accounts {count(kept, scores.accounts)} "
                "accounts keep X."
            )
        )
    sentences.append(draft.judged("What would change the view stands in section 12."))
    return Paragraph(tuple(sentences))
