"""Addresses that belong to nobody on the Internet: private, documentation, loopback, reserved and the like.

From the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and updates) and the multicast and reserved
blocks. An address in one of these ranges is not routable: it has no territory, and what a log says with it is "behind a
gateway" or "made up". The tunnels (6to4, Teredo) are routed, but by a relay that need not be near the user.
"""

from __future__ import annotations

from functools import cache

from attrigraph.loaders.ip.ranges import RangeTable, build, network

__all__ = ["SPECIAL", "special_names", "special_table"]

SPECIAL: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "this network"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "carrier-grade NAT"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "protocol assignment"),
    ("192.0.2.0/24", "documentation"),
    ("192.88.99.0/24", "6to4 relay"),
    ("192.168.0.0/16", "private"),
    ("198.18.0.0/15", "benchmarking"),
    ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
    ("255.255.255.255/32", "broadcast"),
    ("::/3", "reserved"),
    ("::/128", "unspecified"),
    ("::1/128", "loopback"),
    ("64:ff9b::/96", "NAT64"),
    ("64:ff9b:1::/48", "NAT64"),
    ("100::/64", "discard"),
    ("2001::/23", "protocol assignment"),
    ("2001::/32", "Teredo"),
    ("2001:db8::/32", "documentation"),
    ("2002::/16", "6to4"),
    ("3fff::/20", "documentation"),
    ("4000::/2", "reserved"),
    ("8000::/1", "reserved"),
    ("fc00::/7", "private"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
)
"""Network and what it is; the more specific one wins. IPv6 outside 2000::/3 is not handed out."""


@cache
def special_names() -> tuple[str, ...]:
    """What an index of `special_table` means."""
    return tuple(sorted({name for _, name in SPECIAL}))


@cache
def special_table() -> RangeTable:
    """Index into `special_names` of every address that is not routable; -1 for the others."""
    index = {name: at for at, name in enumerate(special_names())}
    found = [network(net, index[name]) for net, name in SPECIAL]
    return build(r for r in found if r is not None)
