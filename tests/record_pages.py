"""Pages of Meta's legal returns as they came since 2026, and as tables: made of labels and values."""

from __future__ import annotations

__all__ = ["BREAK", "field", "page", "row", "section", "table_section"]

BREAK = '<div class="pageBreak">WhatsApp Business Record Page 2</div>'


def field(label: str, *values: str) -> str:
    """A value, or the fields inside one, with its label."""
    return f'<div class="t o"><div class="t i">{label}<div class="m"><div>{"".join(values)}<div class="p"></div></div></div></div></div>'  # noqa: E501


def section(name: str, *fields: str) -> str:
    """A section with its definition."""
    told = field(f"{name.title()} Definition", f"what {name} is: Timestamp, IP Address")
    return f'<div id="property-{name}" class="content-pane">{told}{"".join(fields)}</div>'


def row(label: str, value: str) -> str:
    """A label and a value of the pages with tables."""
    return f"<table><tr><th>{label}</th><td>{value}<br /></td></tr></table>"


def table_section(name: str, *rows: str) -> str:
    """A section of the pages with tables; "home" is the first page."""
    about = "home" if name == "home" else f"property-{name}"
    return f'<div id="{about}" class="content-pane">{"".join(rows)}</div>'


def page(*sections: str) -> str:
    """A whole page."""
    head = '<head><meta charset="utf-8"><title>Legal Request</title></head>'
    return f"<!DOCTYPE html><html>{head}<body>{''.join(sections)}</body></html>"
