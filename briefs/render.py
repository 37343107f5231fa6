"""The whole way in one call: compose, lint, render."""

from __future__ import annotations

from dataclasses import dataclass

from attrigraph.briefs.compose import compose
from attrigraph.briefs.html import to_html
from attrigraph.briefs.input import BriefInput
from attrigraph.briefs.lint import check
from attrigraph.briefs.markdown import to_markdown
from attrigraph.briefs.model import Brief, to_json
from attrigraph.briefs.privacy import Privacy

__all__ = ["Documents", "render"]


@dataclass(frozen=True, slots=True)
class Documents:
    """One brief in its forms; all three are rendered from `brief`."""

    brief: Brief
    html: str
    markdown: str
    json: str


def render(data: BriefInput) -> Documents:
    """The brief of a case. Raises NotAssessed without assessments, BriefRefused when a lint rule is broken."""
    brief = compose(data)
    check(brief, Privacy.of(data))
    return Documents(brief, to_html(brief), to_markdown(brief), to_json(brief))
