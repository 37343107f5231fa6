"""Cells that need more than SQL: addresses, identifiers, names of territories. The SQL of `values.sql` calls them."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from attrigraph.loaders.places import calling_code, territories_of_calling_code
from attrigraph.territory_names import place_named

__all__ = ["Identifier", "IpCell", "hash_with", "read_identifier", "read_ip", "read_phone_region", "read_territory"]

DEFANGED = (("[.]", "."), ("(.)", "."), ("[dot]", "."), ("[:]", ":"))
HASH_DIGITS = 32
SINGLE = re.compile(r"([\d.]+)/32|([\da-fA-F:]+)/128")
"""A network of one address."""
MOST_ADDRESSES = 20


@dataclass(frozen=True, slots=True)
class IpCell:
    """Canonical address and the port glued to it; `problem` says why there is no address."""

    ip: str | None
    port: int | None = None
    problem: str | None = None


@lru_cache(maxsize=200_000)
def read_ip(text: str) -> IpCell:
    """Read an address: canonical, IPv4-mapped to IPv4, with a port glued on or defanged.

    >>> read_ip("::ffff:1.2.3.4").ip, read_ip("[2001:DB8::1]:443"), read_ip("1[.]2[.]3[.]4:22859").port
    ('1.2.3.4', IpCell(ip='2001:db8::1', port=443, problem=None), 22859)
    >>> read_ip("10.0.0.0/8").problem, read_ip("1.2.3.x").problem, read_ip("1.2.3.456").problem
    ('a network, not an address', 'a masked address', 'not an address')
    """
    plain = text.strip()
    for shown, meant in DEFANGED:
        plain = plain.replace(shown, meant)
    if single := SINGLE.fullmatch(plain):
        plain = single[1] or single[2]
    if "/" in plain:
        return IpCell(None, problem="a network, not an address")
    if re.search(r"[*xX]", plain):
        return IpCell(None, problem="a masked address")
    host, port, glued = _split_port(plain)
    if glued and port is None:
        return IpCell(None, problem="the port after the address is not 1 to 65535")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return IpCell(None, problem="several addresses" if _are_several(plain) else "not an address")
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            return IpCell(None, problem="an address of a local interface")
        address = address.ipv4_mapped or address
    if address.is_unspecified or str(address) == "255.255.255.255":
        return IpCell(None, problem="an address no host can have")
    return IpCell(str(address), port)


def _are_several(text: str) -> bool:
    """Whether it is a list of addresses, as proxies write them."""
    parts = [part for part in re.split(r"[,;|\s]+", text) if part]
    return 1 < len(parts) <= MOST_ADDRESSES and all(read_ip(part).ip for part in parts)


def _split_port(text: str) -> tuple[str, int | None, bool]:
    """Host, port, and whether there was one at all."""
    found = re.fullmatch(r"\[([^\[\]]+)\](?::(\d+))?", text) or re.fullmatch(r"([^:]+):(\d+)", text)
    if found is None:
        return text, None, False
    host, port = found.groups()
    if port is None:
        return host, None, False
    number = int(port) if len(port) <= 5 else 0
    return host, number if 1 <= number <= 65535 else None, True


@dataclass(frozen=True, slots=True)
class Identifier:
    """What is stored of an identifier: a keyed hash (a domain stays readable), a masked display, facts of a phone."""

    key: str | None
    display: str | None = None
    region: str | None = None
    number_kind: str | None = None
    problem: str | None = None


def hash_with(key: bytes) -> Callable[[str], str]:
    """The keyed hash of a case: HMAC-SHA256, first 32 hex digits."""

    @lru_cache(maxsize=200_000)
    def hashed(text: str) -> str:
        return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:HASH_DIGITS]

    return hashed


def read_identifier(kind: str, text: str, hashed: Callable[[str], str]) -> Identifier:
    """Normalise, mask and hash an identifier of one of the kinds in `IDENTIFIER_KINDS`.

    Masked values ("UKPJ****", "XX.XX") are never keys: many people share them.
    """
    plain = text.strip()
    if len(plain) > 512:
        return Identifier(None, problem="longer than 512 characters")
    if "*" in plain or "•" in plain or re.search(r"X{3,}|XX\.XX", plain):
        return Identifier(None, problem="a masked identifier")
    return READERS.get(kind, _opaque)(plain, hashed)


def _email(text: str, hashed: Callable[[str], str]) -> Identifier:
    mail = text.lower().removeprefix("mailto:")
    for shown, meant in (*DEFANGED, ("[@]", "@"), ("[at]", "@")):
        mail = mail.replace(shown, meant)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", mail):
        return Identifier(None, problem="not a mail address")
    name, domain = mail.split("@")
    return Identifier(hashed(mail), f"{name[0]}…@{domain}")


def _domain(text: str, hashed: Callable[[str], str]) -> Identifier:  # noqa: ARG001 - one signature for all kinds
    plain = text.lower()
    for shown, meant in DEFANGED:
        plain = plain.replace(shown, meant)
    host = re.sub(r"^[a-z]+://", "", plain).split("/")[0].split("?")[0].split(":")[0].strip(".").removeprefix("www.")
    if not re.fullmatch(r"[^\s.@]+(\.[^\s.@]+)+", host):
        return Identifier(None, problem="not a domain")
    return Identifier(host, host)


def _card(text: str, hashed: Callable[[str], str]) -> Identifier:
    digits = re.sub(r"[\s-]", "", text)
    return Identifier(hashed(digits), f"…{digits[-4:]}" if len(digits) >= 8 else "…")


def _analytics(text: str, hashed: Callable[[str], str]) -> Identifier:
    """UA-…, G-…, ca-pub-…, the number of a pixel: written in either case, meant the same."""
    return _opaque(text.upper(), hashed)


def _opaque(text: str, hashed: Callable[[str], str]) -> Identifier:
    return Identifier(hashed(text), f"{text[:4]}…" if len(text) >= 12 else "…")


@lru_cache(maxsize=100_000)
def _phone_facts(text: str) -> tuple[str, str | None, str] | None:
    """E.164 text, territory and kind; None when the text is no number. Without the extra: digits, None, unknown.

    A number that fits no plan of its calling code has the territories that share the code, joined by spaces.
    """
    written = re.sub(r"^(tel:)?(00)?", lambda m: "+" if m[2] else "", text.strip())
    if not written.startswith("+"):
        return None
    try:
        import phonenumbers
    except ImportError:
        digits = "+" + re.sub(r"\D", "", written)
        return (digits, None, "unknown") if 8 <= len(digits) <= 16 else None
    try:
        number = phonenumbers.parse(written, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    number_text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    kind = phonenumbers.PhoneNumberType.to_string(phonenumbers.number_type(number)).lower()
    kind = kind if phonenumbers.is_valid_number(number) else "invalid"
    return number_text, " ".join(territories_of_calling_code(number_text)) or None, kind


def read_phone_region(text: str) -> str | None:
    """The value of the signal `phone_region`: of a whole number its territory, or the calling code that several share.

    None for a whole number that is none; what is no number at all (a territory, "+351") stays as it stands.

    >>> read_phone_region("Portugal"), read_phone_region("+351"), read_phone_region("tel:912345678")
    ('Portugal', '+351', None)
    """
    if sum(c.isdigit() for c in text) < 7:
        return text
    facts = _phone_facts(text)
    if facts is None or not facts[1]:
        return None
    return calling_code(facts[0]) if " " in facts[1] else facts[1]


def _phone(text: str, hashed: Callable[[str], str]) -> Identifier:
    facts = _phone_facts(text)
    if facts is None:
        return Identifier(None, problem="not a telephone number with its calling code")
    number, region, kind = facts
    return Identifier(hashed(number), f"{number[:3]}…{number[-2:]}", region, kind)


@lru_cache(maxsize=10_000)
def read_territory(text: str) -> tuple[str | None, str | None]:
    """Code of the one territory a text names, or why there is none.

    >>> read_territory("Türkiye"), read_territory("Россия"), read_territory("Korea")
    (('TR', None), ('RU', None), (None, 'names several territories'))
    """
    place = place_named(text)
    if place is None:
        return None, "not the name or code of a territory"
    if place.code is None:
        return None, "names a region" if place.region else "names several territories"
    return place.code, None


READERS = {"email": _email, "domain": _domain, "phone": _phone, "payment_card": _card, "analytics": _analytics}
"""Kind of identifier -> its reader; the others are kept as they are."""
