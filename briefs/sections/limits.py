"""Section 12: what is not known, what would change the view, what to collect."""

from __future__ import annotations

from attrigraph.briefs.draft import Draft
from attrigraph.briefs.model import Block, Paragraph, Section, Sentence
from attrigraph.briefs.phrases import count, listed
from attrigraph.wording import plural

__all__ = ["limits"]


def limits(draft: Draft) -> Section:
    """Section 12; never empty."""
    blocks: list[Block] = []
    if draft.tally.undecided:
        blocks.append(_abstentions(draft))
    blocks += [_gaps(draft), _would_change(draft)]
    if draft.data.settle:
        clean = draft.register.clean
        blocks.append(Paragraph(tuple(draft.judged(clean(s)) for s in draft.data.settle)))
    return Section(12, "Limitations and gaps", tuple(blocks))


def _abstentions(draft: Draft) -> Paragraph:
    counts, sentences = draft.tally, []
    if counts.insufficient:
        n = plural(len(counts.insufficient), "account")
        sentences.append(
            draft.judged(
                f"Insufficient, {n}: no territory reaches what is required, or no class that may carry it does."
            )
        )
    if counts.contested:
        n = plural(len(counts.contested), "account")
        sentences.append(draft.judged(f"Contested, {n}: the answer changes when one class is left out."))
    within = [a.region for a in counts.insufficient if a.region]
    if within:
        sentences.append(
            draft.judged(
                f"For {plural(len(within), 'account')} the evidence stays within a region: "
                f"{listed(sorted(set(within)))}."
            )
        )
    return Paragraph(tuple(sentences), abstains=True)


def _gaps(draft: Draft) -> Paragraph:
    total, run = draft.tally.total, draft.data.run
    sentences: list[Sentence] = []
    for one in draft.data.classes:
        name = one.name.replace("_", " ")
        if not one.accounts:
            sentences.append(draft.fact(f"No {name} evidence was supplied."))
        elif one.accounts < total and one.name in ("network", "acquisition"):
            without = total - one.accounts
            have = "has" if without == 1 else "have"
            sentences.append(draft.fact(f"{count(without, total)} accounts {have} no {name} evidence."))
    if not draft.calibrated:
        sentences.append(
            draft.judged(f"The numbers are {run.calibration}: they rank accounts and are not frequencies.")
        )
    rejected = sum(s.rejected for s in draft.data.sources)
    if rejected:
        sentences.append(
            draft.fact(f"{plural(rejected, 'row')} could not be read and count for nothing.", *draft.register.sources())
        )
    if not any(s.kind == "list" for s in draft.data.ip_sources):
        sentences.append(
            draft.fact("Without lists of VPN, hosting and Tor addresses, traffic through them goes unseen.")
        )
    sentences.append(
        draft.judged(
            "Residential proxies look like homes, and a bought or seized account carries its former owner's traces."
        )
    )
    return Paragraph(tuple(sentences))


def _would_change(draft: Draft) -> Paragraph:
    named = draft.tally.named
    fragile = sum(1 for a in named if not a.survives)
    sentences = []
    if named:
        sentences.append(
            draft.judged(
                f"If the strongest class of evidence were false, {count(fragile, len(named))} answers would change."
                if fragile
                else f"Leaving out any one class of evidence changes none of the {len(named)} assessed accounts."
            )
        )
    sentences += [
        draft.judged(
            "The view would change with residential logins from another territory on the same device, with a store, "
            "SIM or payment country elsewhere, or when a shared resource turns out to be public."
        ),
        draft.judged("Collect next: login days from home networks, then a store, SIM or payment country."),
    ]
    return Paragraph(
        tuple(sentences),
        (draft.note("Would help", "One store, SIM or payment country would cut the doubt most."),),
    )
