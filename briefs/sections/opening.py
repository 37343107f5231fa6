"""Sections 0 to 2: header, bottom line with the outcome strip, key findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from attrigraph.briefs.draft import Draft, text
from attrigraph.briefs.estimative import band, words
from attrigraph.briefs.model import (
    Column,
    FigureBlock,
    Findings,
    Header,
    Note,
    Paragraph,
    Row,
    Section,
    Sentence,
    Table,
)
from attrigraph.briefs.phrases import class_evidence, count, each, kind_word, listed, part, place
from attrigraph.briefs.register import points_at
from attrigraph.briefs.tally import CONFIDENCES, Tally, confidences, runner_up
from attrigraph.inference.records import Assessment
from attrigraph.territories import OTHER, UNKNOWN, territory_name
from attrigraph.wording import ICD203_BANDS, likelihood_word, likely, moment, percent, plural, prose_day

__all__ = ["bottom_line", "header", "key_findings"]

MOST_TERRITORIES = 3
MOST_FINDINGS = 6
MARKS = (
    "F fact, A assessment. E evidence, annex B; S sources, section 3; R the run, section 4; Q queries, annex D; "
    "C custody log, annex C."
)
ANONYMISERS = ("vpn", "proxy", "relay", "tor", "hosting")


def header(draft: Draft) -> Header:
    """Section 0: the title carries the word of the estimate in the bottom line."""
    case = draft.data.case
    banner = ""
    if case.simulated:
        banner = "SIMULATED. Every account, number and source here is invented. It says nothing about any territory."
    return Header(
        title=draft.judged(_title(draft)),
        question=draft.register.clean(case.question) or "From which territory is each account operated?",
        tlp=case.tlp,
        case=draft.register.clean(case.name),
        version=case.version,
        made=moment(case.made_at),
        cutoff=f"data to {prose_day(draft.data.last_at)}, UTC" if draft.data.last_at else "date of the data unknown",
        authors=case.authors,
        reviewers=case.reviewers,
        tool=case.tool,
        banner=banner,
    )


def _title(draft: Draft) -> str:
    name = draft.register.clean(draft.data.case.name)
    name = name[:1].upper() + name[1:]
    total, leading = draft.tally.total, draft.tally.leading()
    if not leading:
        return f"{name}: no territory can be named for {_all(total)}"
    word = likelihood_word(min(a.p for _, group in leading for a in group))
    parts = [f"{len(group)} from {place(code)}" for code, group in leading[1:]]
    code, group = leading[0]
    subject = (
        f"all {plural(total, 'account')}" if len(group) == total else f"{len(group)} of {plural(total, 'account')}"
    )
    return f"{name}: {listed([f'{subject} {likely(word)} operated from {place(code)}', *parts])}"


def _all(total: int) -> str:
    return "the account" if total == 1 else f"any of {plural(total, 'account')}"


def bottom_line(draft: Draft) -> Section:
    """Section 1: estimate, confidence, runner-up, what is not decided, what is not said; then the strip."""
    counts = draft.tally
    sentences = [_estimate(draft, counts)]
    if counts.supported:
        sentences += [_confidence(draft, counts), _runner_up(draft, counts)]
    sentences += [_undecided(draft, counts), _unsaid(draft)]
    return Section(1, "Bottom line", (Paragraph(tuple(sentences), _margin(draft, sentences)), _strip(draft, counts)))


def _estimate(draft: Draft, counts: Tally) -> Sentence:
    if not counts.supported:
        return draft.judged(f"The evidence does not name a territory for {_all(counts.total)}.")
    parts = []
    for code, group in counts.supported[:MOST_TERRITORIES]:
        word, low = draft.estimate(group)
        several = len(group) > 1
        bound = f"at {each(low, 'or more') if several else percent(low)}"
        verb = "are" if several else "is"
        parts.append(
            f"{len(group)} {verb} {likely(word)} operated from {place(code)}, {bound} ({draft.prior_text(code)})"
        )
    rest = counts.supported[MOST_TERRITORIES:]
    if rest:
        n = sum(len(group) for _, group in rest)
        parts.append(f"{n} from {plural(len(rest), 'other territory', 'other territories')}, listed in section 6")
    return draft.judged(f"Of {plural(counts.total, 'account')}, {'; '.join(parts)}.")


def _confidence(draft: Draft, counts: Tally) -> Sentence:
    named = counts.named
    found = confidences(named)
    levels = [f"{c} for {found[c]}" for c in CONFIDENCES if found[c]] or ["not stated"]
    stays = sum(a.survives for a in named)
    known = [s for a in named if (s := draft.account(a.account).supporting) is not None]
    many = sum(len(s) > 1 for s in known)
    several = f"{count(many, len(known))} {'rests' if many == 1 else 'rest'} on two or more classes of evidence, and "
    judgement = "this judgement" if len(named) == 1 else f"these {len(named)} judgements"
    return draft.judged(
        f"Confidence in {judgement} is {listed(levels)}: {several if known else ''}{count(stays, len(named))} "
        f"{'answers stay' if len(named) > 1 else 'answer stays'} when the strongest class of evidence is left out."
    )


def _runner_up(draft: Draft, counts: Tally) -> Sentence:
    code, group = counts.supported[0]
    for named in (True, False):
        found = runner_up(group, named=named)
        if found:
            break
    else:
        return draft.judged(f"No runner-up to {place(code)} is named by any evidence.")
    second, accounts = found
    values = [a.runner_up_p for a in accounts if a.runner_up_p is not None]
    number = max(values) if values else None
    word = f", {likelihood_word(number)}" if number is not None else ""
    name = {UNKNOWN: "that the evidence tells nothing", OTHER: "a territory that no evidence names"}
    said = each(number, "or less") if number is not None and len(accounts) > 1 else percent(number)
    return draft.judged(
        f"The runner-up to {place(code)} is most often {name.get(second, place(second))}, second for "
        f"{count(len(accounts), len(group))}: {said}{word} ({draft.prior_text(second)})."
    )


def _undecided(draft: Draft, counts: Tally) -> Sentence:
    if not counts.undecided:
        return draft.judged(f"The evidence decides for {plural(counts.total, 'account')}, and none is left open.")
    kinds = [
        f"{len(group)} {'is' if len(group) == 1 else 'are'} {name}"
        for name, group in (("contested", counts.contested), ("insufficient", counts.insufficient))
        if group
    ]
    which = f"For {count(counts.undecided, counts.total)} {'account' if counts.total == 1 else 'accounts'}"
    return draft.judged(f"{which} the evidence does not decide: {listed(kinds)}, and no territory is named for them.")


def _unsaid(draft: Draft) -> Sentence:
    return draft.judged("This says where accounts are operated from, not who operates them, nor on whose behalf.")


def _margin(draft: Draft, sentences: list[Sentence]) -> tuple[Note, ...]:
    run, counts = draft.data.run, draft.tally
    codes = [code for code, _ in counts.supported[:MOST_TERRITORIES]]
    if counts.supported and (second := runner_up(counts.supported[0][1], named=True)):
        codes += [second[0]] if second[0] not in codes else []
    priors = ", ".join(f"{territory_name(c)} {percent(draft.prior(c))}" for c in codes)
    prior = f"for {priors}: " if priors else ""
    status = "numbers rank, they are not yet frequencies." if not draft.calibrated else "see section 4."
    notes = [
        draft.note("Prior", f"{prior}mix “{draft.register.clean(run.prior_mix)}”, section 4."),
        draft.assumed_note(),
        draft.note("Scale", _scale(sentences)),
        draft.note("Calibration", f"{run.calibration}: {status}"),
        draft.note("State responsibility", "not assessed."),
        draft.note("Links", "Shared links alone do not attribute an account."),
        draft.note("Made", _made(draft)),
    ]
    return tuple(notes)


def _made(draft: Draft) -> str:
    case = draft.data.case
    by = f" by {listed(case.authors)}" if case.authors else ""
    reviewed = f"reviewed by {listed(case.reviewers)}" if case.reviewers else "not reviewed yet"
    return f"{prose_day(case.made_at)} with {case.tool}{by}; {reviewed}."


def _scale(sentences: list[Sentence]) -> str:
    """The bands of the words used, each once."""
    used = {w.word for s in sentences for w in words(s.text)}
    found = []
    for _, word in ICD203_BANDS:
        bounds = band(word)
        if word in used and bounds:
            low, high = max(round(100 * bounds[0]), 1), min(round(100 * bounds[1]), 99)
            found.append(f"{word[:1].upper()}{word[1:]}: {low} to {high}\u202f%.")
    return " ".join(["ICD 203.", *found])


def _strip(draft: Draft, counts: Tally) -> FigureBlock:
    named = len(counts.named)
    head = f"{plural(named, 'account has', 'accounts have')} an assessed territory, {counts.undecided} do not"
    if counts.undecided == 1:
        head = head.replace("do not", "does not")
    if not counts.undecided:
        head = f"{plural(named, 'account has', 'accounts have')} an assessed territory"
    if not counts.total:
        head = "No accounts assessed"
    rows = [_strip_row(territory_name(code), group) for code, group in counts.supported]
    rows += [_strip_row("Contested", counts.contested), _strip_row("Insufficient", counts.insufficient)]
    columns = (
        Column("territory"),
        Column("accounts", number=True),
        *(Column(c, number=True, holds="confidence") for c in CONFIDENCES),
    )
    return draft.figure(
        head,
        "One mark per account. Fill fades with confidence; ring and dot: two territories stay possible; "
        "hatch: not decided.",
        Table("Accounts by outcome", columns, tuple(rows), (draft.register.run,)),
        figure=draft.data.strip,
    )


def _strip_row(name: str, group: tuple[Assessment, ...]) -> Row:
    found = confidences(group)
    return Row((text(name), text(len(group)), *(text(found[c] or "") for c in CONFIDENCES)))


def key_findings(draft: Draft) -> Section:
    """Section 2: at most six findings, facts before the judgements they carry."""
    found = [
        _shared(draft),
        _leading(draft),
        _displayed(draft),
        _anonymised(draft),
        _contested(draft),
        _claims(draft),
        _without(draft),
    ]
    return Section(2, "Key findings", (Findings(tuple([f for f in found if f][:MOST_FINDINGS]), MARKS),))


def _shared(draft: Draft) -> Sentence | None:
    shared = draft.data.shared
    if not shared:
        return None
    accounts = {a for s in shared for a in s.accounts}
    kinds = Counter(kind_word(s.kind) for s in shared)
    named = listed([plural(n, k, f"{k}es" if k.endswith("s") else f"{k}s") for k, n in kinds.most_common()])
    used = f"{plural(len(accounts), 'account')} used {plural(len(shared), 'resource')} in common: {named}."
    return draft.fact(used, *draft.register.sources_of("identifiers", "logins"))


def _backed(draft: Draft, cls: str, code: str, accounts: Collection[str]) -> tuple[str, ...]:
    """Items of a class that speak for a territory, of these accounts; the run when annex B lists none."""
    items = [i for i in draft.register.items if i.cls == cls and i.account in accounts and points_at(i) == code]
    return draft.register.evidence(items) or (draft.register.run,)


def _leading(draft: Draft) -> Sentence | None:
    if not draft.tally.supported:
        return None
    code, group = draft.tally.supported[0]
    strongest = Counter(a.strongest_class for a in group if a.strongest_class)
    if not strongest:
        return None
    cls, n = strongest.most_common(1)[0]
    named = class_evidence([cls])
    return draft.judged(
        f"{named[:1].upper()}{named[1:]} is the strongest class for {count(n, len(group))} accounts "
        f"assessed as operated from {place(code)}.",
        *_backed(draft, cls, code, {a.account for a in group}),
    )


def _displayed(draft: Draft) -> Sentence | None:
    shows = Counter(a.displays for a in draft.data.accounts if a.displays)
    if not shows:
        return None
    code, n = max(sorted(shows.items()), key=lambda pair: pair[1])
    other = sum(1 for a in draft.tally.named if (d := draft.account(a.account).displays) and d != a.top)
    tail = (
        f"; {count(other, len(draft.tally.named))} accounts with an assessed territory display another one"
        if other
        else ""
    )
    return draft.fact(
        f"{plural(n, 'profile displays', 'profiles display')} {place(code)}{tail}.",
        *_backed(draft, "persona", code, draft.facts),
    )


def _anonymised(draft: Draft) -> Sentence | None:
    logins = [a.logins for a in draft.data.accounts if a.logins]
    if not logins:
        return None
    mostly = sum(1 for uses in logins if 2 * sum(uses.get(t, 0) for t in ANONYMISERS) >= sum(uses.values()))
    share = part(mostly, len(logins))
    return draft.fact(
        f"{share[:1].upper()}{share[1:]} accounts with logins made half or more of them through a VPN, proxy, relay, "
        "Tor or hosting network.",
        *draft.register.sources_of("logins"),
    )


def _contested(draft: Draft) -> Sentence | None:
    if not draft.tally.contested:
        return None
    pairs = Counter(
        listed(sorted(territory_name(c) for c in {a.top, a.without_strongest or a.runner_up or UNKNOWN}))
        for a in draft.tally.contested
    )
    named = listed([f"{n} between {pair}" for pair, n in pairs.most_common(MOST_TERRITORIES)])
    return draft.judged(
        f"{plural(len(draft.tally.contested), 'account is', 'accounts are')} contested, because one class of evidence "
        f"alone decides which territory leads: {named}."
    )


def _claims(draft: Draft) -> Sentence | None:
    judged = [c for c in draft.data.claims if c.territory]
    if not judged:
        return None
    return draft.judged(
        f"Of {sum(c.claimed for c in judged)} public statements about the territory of an account, "
        f"{sum(c.supported for c in judged)} are supported, {sum(c.contradicted for c in judged)} contradicted, "
        f"{sum(c.contested for c in judged)} contested and {sum(c.cannot_be_told for c in judged)} cannot be told "
        "(section 10).",
        *_claim_ids(draft),
    )


def _claim_ids(draft: Draft) -> tuple[str, ...]:
    found = {
        s for c in draft.data.claims for locator in c.sources if (s := draft.register.source(locator.partition(":")[0]))
    }
    return (draft.register.run, *sorted(found))


def _without(draft: Draft) -> Sentence | None:
    """Classes of evidence that the case has nothing of."""
    empty = [c.name.replace("_", " ") for c in draft.data.classes if not c.accounts]
    if not empty:
        return None
    return draft.fact(f"No {listed(empty, 'or')} evidence was supplied.")
