"""Lint rules on structure: C1 to C3 (confidence), E1 and E2 (evidence), S3 (figures), S4 (priors)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrigraph.briefs.estimative import CONFIDENCE, percentages, sentences, words
from attrigraph.briefs.finding import Finding
from attrigraph.briefs.input import HYPOTHESES
from attrigraph.briefs.model import Brief, Judgement, Section, Table
from attrigraph.briefs.privacy import Privacy
from attrigraph.briefs.sections.method import NO_LISTS
from attrigraph.briefs.walk import Piece, figures, tables

__all__ = [
    "address_sources_dated",
    "calibration_stated",
    "evidence_resolves",
    "figures_complete",
    "high_is_earned",
    "prior_beside_posterior",
    "runner_up_present",
]

Found = Iterator[Finding]
PERSONA = frozenset({"persona", "persona_leak"})
HIGH = 0.9
SAYS_HIGH = re.compile(r"\bconfidence\b[^.;]*\bhigh\b|\bhigh confidence", re.IGNORECASE)
DATE = re.compile(r"\b\d{1,2} [A-Z][a-z]{2} \d{4}\b")


def high_is_earned(brief: Brief, pieces: tuple[Piece, ...], _: Privacy) -> Found:
    """C1: "high" as the evidence model, section 8, defines it, and section 8 of the brief says something."""
    high = [j for j in brief.judgements if j.confidence == "high"]
    for one in high:
        lacks = _lacks(one)
        if lacks:
            yield Finding(
                "C1",
                f"assessment of {one.account}",
                "high",
                "p of 90 % or more, two classes other than persona, stable, every address checked",
                f"It lacks: {', '.join(lacks)}.",
            )
    section = brief.section(8)
    if high and (section is None or not section.blocks):
        yield Finding("C1", "section 8", "high", "a section on deception and anonymisation", "Write section 8.")
    if high:
        return
    for piece in pieces:
        if piece.role in ("sentence", "title") and re.search(
            r"(?i)\bconfidence\b[^.;]*\bhigh\b|\bhigh confidence", piece.text
        ):
            yield Finding(
                "C1", piece.where, piece.text, "no “high”: no account has it", "Say the level that was reached."
            )


def _lacks(one: Judgement) -> list[str]:
    classes = {c for c in one.supporting or () if c not in PERSONA}
    wanted = (
        (one.p >= HIGH, f"p is {one.p:.2f}"),
        (len(classes) > 1, "two classes at +0.7 nats" if one.supporting is not None else "the supporting classes"),
        (one.survives, "an answer that stays when a class is left out"),
        (one.anonymisers_checked is True, "the anonymiser check"),
    )
    return [name for met, name in wanted if not met]


def calibration_stated(brief: Brief, pieces: tuple[Piece, ...], _: Privacy) -> Found:
    """C2: no confidence at all when section 4 does not state the calibration status."""
    stated = any(p.section == 4 and re.search(r"(?i)\b(?:un)?calibrat", p.text) for p in pieces)
    if stated:
        return
    for piece in pieces:
        if piece.role == "sentence" and CONFIDENCE.search(piece.text):
            yield Finding(
                "C2", piece.where, piece.text, "the calibration status in section 4", "State it in section 4."
            )
            return
    if any(j.confidence for j in brief.judgements):
        yield Finding("C2", "section 4", "no status", "the calibration status in section 4", "State it in section 4.")


def runner_up_present(brief: Brief, pieces: tuple[Piece, ...], _: Privacy) -> Found:
    """C3: the bottom line names the runner-up, tables with a runner-up column fill it, section 9 addresses H1 to H8."""
    yield from _hypotheses_addressed(brief)
    if any(j.outcome == "supported" for j in brief.judgements) and not any(
        p.section == 1 and p.role == "sentence" and "runner-up" in p.text.lower() for p in pieces
    ):
        yield Finding(
            "C3", "section 1", "no runner-up", "a sentence on the runner-up", "Name it, or say there is none."
        )
    for section in brief.sections:
        for table in tables(section):
            for n, row in enumerate(table.rows, 1):
                for column, cell in zip(table.columns, row.cells, strict=True):
                    if column.holds == "runner_up" and not cell.text:
                        where = f"section {section.number}, table “{table.caption}”, row {n}"
                        yield Finding("C3", where, "empty", "a runner-up", "Name it, or write “none named”.")


def _hypotheses_addressed(brief: Brief) -> Found:
    """Every hypothesis has a row in section 9 whose cells all say something, if only why it is not assessed."""
    section = brief.section(9)
    addressed = {
        row.cells[0].text
        for table in (tables(section) if section else ())
        for row in table.rows
        if all(cell.text for cell in row.cells)
    }
    for one in HYPOTHESES:
        if one not in addressed:
            yield Finding("C3", "section 9", one, f"{one} addressed, or why it is not", "Write its row in section 9.")


def evidence_resolves(brief: Brief, pieces: tuple[Piece, ...], _: Privacy) -> Found:
    """E1: every number and every F has an evidence id, and every id stands for something the brief lists."""
    known = {r.id for r in brief.references}
    fix = "Give it the id of an item, a source, a query or the run."
    for piece in pieces:
        if piece.role in ("title", "sentence", "note") and not piece.evidence:
            if piece.tag == "F":
                yield Finding("E1", piece.where, piece.text, "an evidence id for a fact", fix)
            elif re.search(r"\d", piece.text):
                yield Finding("E1", piece.where, piece.text, "an evidence id for a number", fix)
        yield from _unresolved(piece.where, piece.evidence, known)
    for section in brief.sections:
        for table in tables(section):
            where = f"section {section.number}, table “{table.caption}”"
            if not table.evidence and not table.definition and _has_number(table):
                yield Finding("E1", where, table.caption, "evidence ids for the table's numbers", fix)
            yield from _unresolved(where, table.evidence, known)
    for section, figure in figures(brief):
        yield from _unresolved(f"section {section.number}, figure {figure.number}", figure.evidence, known)


def _has_number(table: Table) -> bool:
    return any(re.search(r"\d", cell.text) for row in table.rows for cell in row.cells)


def _unresolved(where: str, ids: tuple[str, ...], known: set[str]) -> Found:
    for one in ids:
        if one not in known:
            yield Finding(
                "E1", where, one, "an id that the brief lists", "Cite an item, source, query or run of the brief."
            )


def address_sources_dated(brief: Brief, pieces: tuple[Piece, ...], _: Privacy) -> Found:
    """E2: where addresses count, section 4 dates every database and every anonymiser list."""
    if not brief.ip_evidence:
        return
    notes = [p for p in pieces if p.section == 4 and p.role == "note"]
    unlisted = any(p.section == 4 and NO_LISTS in p.text for p in pieces)
    for head, excused in (("GeoIP", False), ("Anonymiser lists", unlisted)):
        if not excused and not any(p.text.startswith(head) and DATE.search(p.text) for p in notes):
            yield Finding("E2", "section 4", f"{head}: no date", f"the dates of {head}", "Enrich with dated sources.")
    section = brief.section(4)
    for table in tables(section) if section else ():
        for row in table.rows:
            for column, cell in zip(table.columns, row.cells, strict=True):
                if column.name == "built" and cell.missing:
                    yield Finding(
                        "E2", "section 4", row.cells[0].text, "its build date", "Enrich again and give its date."
                    )


def figures_complete(brief: Brief, _: tuple[Piece, ...], __: Privacy) -> Found:
    """S3: every figure has headline, alt text, source ids, dates and redaction state."""
    for section, figure in figures(brief):
        where = f"section {section.number}, figure {figure.number}"
        for name in ("head", "alt", "evidence", "period", "redaction"):
            if not getattr(figure, name):
                yield Finding("S3", where, f"no {name}", f"{name} of the figure", "Fill it in.")


def prior_beside_posterior(brief: Brief, pieces: tuple[Piece, ...], _: Privacy) -> Found:
    """S4: the prior beside every posterior, and once a section the assumed share of deceiving accounts."""
    for section in brief.sections:
        here = [p for p in pieces if p.section == section.number]
        posterior = False
        for piece in here:
            for sentence in sentences(piece.text) if piece.role in ("sentence", "note", "caption") else ():
                if _is_posterior(piece, sentence):
                    posterior = True
                    if not re.search(r"(?i)\bprior\b", sentence):
                        yield Finding("S4", piece.where, sentence, "the prior beside it", "Add “(prior n %)”.")
        for table in tables(section):
            holds = {c.holds for c in table.columns}
            if "p" in holds:
                posterior = True
                if "prior" not in holds:
                    where = f"section {section.number}, table “{table.caption}”"
                    yield Finding("S4", where, "a column of probabilities", "a column of priors", "Add the prior.")
        if posterior and not _states_share(here):
            yield _no_share(section)


def _is_posterior(piece: Piece, sentence: str) -> bool:
    """Words and number of an estimate, or a percentage in a judgement; thresholds and scales are neither."""
    plain = re.sub(r"\d+[ \u00a0\u202f]?% is required|\d+ to \d+[ \u00a0\u202f]?%\.", "", sentence)
    numbers = [p for p in percentages(plain) if not p.prior]
    return bool(numbers) and (bool(words(plain)) or (piece.tag == "A" and piece.role == "sentence"))


def _states_share(here: list[Piece]) -> bool:
    return any(re.search(r"(?i)\bassumed share\b", p.text) and percentages(p.text) for p in here)


def _no_share(section: Section) -> Finding:
    return Finding(
        "S4",
        f"section {section.number}",
        "probabilities",
        "the assumed share of deceiving accounts, once in the section",
        "Add the sentence or the note.",
    )
