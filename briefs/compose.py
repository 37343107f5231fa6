"""From what the case hands over to the document: `compose` calls one writer per section, in the fixed order."""

from __future__ import annotations

from attrigraph.briefs.draft import Draft
from attrigraph.briefs.input import BriefInput
from attrigraph.briefs.model import Brief, Judgement
from attrigraph.briefs.sections.annexes import annexes
from attrigraph.briefs.sections.deception import deception
from attrigraph.briefs.sections.estimate import estimate
from attrigraph.briefs.sections.evidence import evidence
from attrigraph.briefs.sections.hypotheses import hypotheses
from attrigraph.briefs.sections.limits import limits
from attrigraph.briefs.sections.links import links
from attrigraph.briefs.sections.method import method
from attrigraph.briefs.sections.opening import bottom_line, header, key_findings
from attrigraph.briefs.sections.scope import scope
from attrigraph.briefs.sections.statements import statements
from attrigraph.errors import NotAssessed
from attrigraph.inference.records import Assessment

__all__ = ["compose"]

SECTIONS = (
    bottom_line,
    key_findings,
    scope,
    method,
    evidence,
    estimate,
    links,
    deception,
    hypotheses,
    statements,
    limits,
    annexes,
)
"""Writers in order. Sections 11 and 13 are not written yet; their numbers stay free."""


def compose(data: BriefInput) -> Brief:
    """The brief of a case. Counting and wording only: every other number was computed before.

    Raises NotAssessed when the case has no assessment.
    """
    if not data.assessments:
        raise NotAssessed("The case has no assessments to write a brief from. Run: attrigraph infer")
    draft = Draft(data)
    return Brief(
        header=header(draft),
        sections=tuple(write(draft) for write in SECTIONS),
        references=draft.register.references(),
        judgements=tuple(_judgement(draft, a) for a in data.assessments),
        redaction=data.case.redaction,
        ip_evidence=bool(data.networks) or any(c.name == "network" and c.accounts for c in data.classes),
    )


def _judgement(draft: Draft, one: Assessment) -> Judgement:
    facts = draft.account(one.account)
    return Judgement(
        account=draft.register.number(one.account),
        outcome=one.outcome,
        confidence=one.confidence,
        top=one.top,
        p=one.p,
        prior=draft.prior(one.top),
        runner_up=one.runner_up,
        survives=one.survives,
        supporting=facts.supporting,
        anonymisers_checked=facts.anonymisers_checked,
    )
