"""Country-of-origin briefs: document model, lint, renderers. Nothing here computes a number.

`render(BriefInput(...))` composes the document, refuses it when it breaks a rule, and gives HTML, Markdown and JSON.
"""
