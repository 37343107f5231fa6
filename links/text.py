"""Texts and links as keys: what counts as the same text, the same words, the same link.

Cleaning and tokens follow coordination-network-toolkit (docs/links.md names the rules), since its networks must be
reproducible; the canonical form of a link is our own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

__all__ = ["CANONICAL_URL", "CLEANED", "canonical_url", "cleaned"]

MENTION = re.compile(r"@[^\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*")
"""To the next white space of Unicode. (`split` takes \\x1c to \\x1f for blanks too, as the toolkit does.)"""
_WIDE = "\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}"
_BLANK = f"\\t-\\r\\x1c-\\x1f{_WIDE}"
_RUN = f"[{_BLANK}][ {_BLANK}]*| [ {_BLANK}]+"
_CONTROLS = " OR ".join(f"contains(text, chr({c}))" for c in (*range(9, 14), *range(28, 32)))
_SEVERAL = "contains(text, '  ') OR starts_with(text, ' ') OR ends_with(text, ' ')"
_ONE_IN_FRONT = "starts_with(text, '@') AND contains(text, ' ') AND NOT contains(substr(text, 2), '@')"
_ALONE = f"regexp_replace(lower(replace(text, 'İ', 'i̇')), '@[^\\t-\\r {_WIDE}]*', '', 'g')"
CLEANED = f"""CASE
  WHEN strlen(text) > length(text) AND contains(text, 'Σ') THEN cleaned(text)
  WHEN {_CONTROLS} OR {_SEVERAL} OR (strlen(text) > length(text) AND regexp_matches(text, '[{_WIDE}İ]')) THEN
    trim(regexp_replace({_ALONE}, '{_RUN}', ' ', 'g'))
  WHEN {_ONE_IN_FRONT} THEN lower(substr(text, strpos(text, ' ') + 1))
  WHEN contains(text, '@') THEN regexp_replace(lower(text), '^(@[^ ]* ?)+| ?@[^ ]*', '', 'g')
  ELSE lower(text) END"""
"""SQL for `cleaned(text)`. Python is called for the capital sigma alone, whose small form depends on its neighbours."""

PLAIN = "https?://[a-z0-9-]+([.][a-z0-9-]+)+(/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-])?"
CANONICAL_URL = f"""CASE
  WHEN regexp_full_match(item, '{PLAIN}') AND NOT contains(item, '://www.') THEN 'http' || ltrim(substr(item, 5), 's')
  ELSE canonical_url(item) END"""
"""SQL for `canonical_url(item)`, without Python for plain links."""

TRACKING = re.compile(r"utm_.*|fbclid|gclid|dclid|msclkid|igshid|igsh|mc_[ce]id|ref|ref_src|ref_url|s|t|si|feature")
DEFAULT_PORTS = {"http": 80, "https": 443}


def cleaned(text: str | None) -> str | None:
    """Lower case, without mentions, with single spaces: equal results are one text. None of nothing."""
    if text is None:
        return None
    return " ".join(MENTION.sub("", text.lower()).split())


def canonical_url(url: str | None, expanded: Mapping[str, str] | None = None) -> str | None:
    """One form for the links that lead to one page; None for what is no link.

    Scheme http, host in lower case without `www.` and default port, no fragment, no tracking parameters, the others
    sorted, no slash at the end. `expanded` maps short links to what they stand for; nothing is looked up.
    """
    url = (url or "").strip()
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
