"""Texts and links as keys: what counts as the same text, the same words, the same link.

Cleaning and tokens follow coordination-network-toolkit (docs/links.md names the rules), since its networks must be
reproducible; the canonical form of a link is our own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

__all__ = ["CLEANED", "canonical_url", "cleaned", "token_count"]

MENTION = re.compile(r"@\S*")
BLANKS = "\\x09-\\x0d\\x1c-\\x1f\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}"
CLEANED = f"""CASE
  WHEN NOT regexp_matches(text, '[{BLANKS}@İΣ]|  |^ | $') THEN lower(text)
  WHEN NOT regexp_matches(text, '[{BLANKS}İΣ]')
  THEN trim(regexp_replace(regexp_replace(lower(text), '@[^ ]*', '', 'g'), ' +', ' ', 'g'))
  ELSE cleaned(text) END"""
"""SQL for `cleaned(text)`, without Python where only spaces part words and lower case needs no context."""

TRACKING = re.compile(r"utm_.*|fbclid|gclid|dclid|msclkid|igshid|igsh|mc_[ce]id|ref|ref_src|ref_url|s|t|si|feature")
DEFAULT_PORTS = {"http": 80, "https": 443}


def cleaned(text: str) -> str:
    """Lower case, without mentions, with single spaces: equal results are one text."""
    return " ".join(MENTION.sub("", text.lower()).split())


def token_count(text: str) -> int:
    """How many words a cleaned text has, parted by spaces."""
    return len(text.split())


def canonical_url(url: str, expanded: Mapping[str, str] | None = None) -> str | None:
    """One form for the links that lead to one page; None for what is no link.

    Scheme http, host in lower case without `www.` and default port, no fragment, no tracking parameters, the others
    sorted, no slash at the end. `expanded` maps short links to what they stand for; nothing is looked up.
    """
    url = url.strip()
    url = (expanded or {}).get(url, url)
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").removeprefix("www.")
    if not host or "." not in host or " " in host:
        return None
    if port and port != DEFAULT_PORTS.get(parts.scheme.lower()):
        host = f"{host}:{port}"
    kept = sorted(
        (k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.fullmatch(k.lower())
    )
    return urlunsplit(("http", host, parts.path.rstrip("/"), urlencode(kept), ""))
