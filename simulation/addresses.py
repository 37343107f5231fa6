"""Addresses for simulated logins, drawn from networks of the registries so that country and AS tables resolve them.

No address stands for a real user. To keep it so, addresses of fixed and mobile networks end in .0 or .255 (IPv6: the
subnet-router anycast address), which providers do not give to subscribers as a rule; VPN exits and servers may end in
anything.
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from attrigraph.errors import InputError
from attrigraph.simulation.places import table_rows

__all__ = ["AddressBook", "Block", "BlockKind", "blocks"]

BlockKind = Literal["fixed", "mobile", "vpn", "hosting"]
"""What the simulation uses a network for."""

IPV6_SHARE = 0.15
"""Share of fixed and mobile addresses that are IPv6."""
ATTEMPTS = 300
"""Draws before the networks count as used up."""


@dataclass(frozen=True, slots=True)
class Block:
    """One network: all of it announced by one AS and registered in one territory."""

    territory: str
    kind: str
    network: ipaddress.IPv4Network | ipaddress.IPv6Network
    asn: int
    organisation: str

    def draw(self, rng: np.random.Generator) -> str:
        """One address of the network as text."""
        first, last = int(self.network.network_address), int(self.network.broadcast_address)
        if isinstance(self.network, ipaddress.IPv6Network):
            subnet = int(rng.integers(1 << min(62, 64 - self.network.prefixlen)))
            return str(ipaddress.IPv6Address(first + (subnet << 64)))
        at = int(rng.integers(first + 1, last))
        if self.kind in ("fixed", "mobile"):
            at = at | 255 if rng.random() < 0.5 else at & ~255
        return str(ipaddress.IPv4Address(at))


@cache
def blocks() -> dict[tuple[str, str], tuple[Block, ...]]:
    """(territory, kind) -> its networks, from `blocks.csv`."""
    found: dict[tuple[str, str], list[Block]] = defaultdict(list)
    for row in table_rows("blocks.csv"):
        network = ipaddress.ip_network(row["network"])
        block = Block(row["territory"], row["kind"], network, int(row["asn"]), row["organisation"])
        found[block.territory, block.kind].append(block)
    return {key: tuple(value) for key, value in found.items()}


class AddressBook:
    """Hands out addresses, none twice, and remembers which VPN and server networks and Tor exits it used.

    With `shared_exits` so many of the VPN exits are ones that somebody in the world uses already, whoever that is:
    commercial exits serve many customers.
    """

    def __init__(self, shared_exits: float = 0.0) -> None:
        self.shared_exits = shared_exits
        self.exits: dict[str, list[str]] = defaultdict(list)
        self.taken: set[str] = set()
        self.used: dict[str, set[str]] = {"vpn": set(), "hosting": set(), "tor": set()}

    def has(self, territory: str, kind: BlockKind) -> bool:
        """Whether there is a network of that kind."""
        return (territory, kind) in blocks()

    def fresh(self, rng: np.random.Generator, territory: str, kind: BlockKind) -> str:
        """An address nobody has yet; mobile falls back on fixed where no mobile network is known or left.

        VPN exits may be shared: see `shared_exits`.
        Raises InputError for a territory without such a network.
        """
        if kind == "mobile" and not self.has(territory, kind):
            kind = "fixed"
        if kind == "vpn" and self.shared_exits and self.exits[territory] and rng.random() < self.shared_exits:
            return self.exits[territory][int(rng.integers(len(self.exits[territory])))]
        if not self.has(territory, kind):
            raise InputError(f"The simulation has no {kind} network in {territory!r}; choose another territory.")
        choice = blocks()[territory, kind]
        version = 6 if kind in ("fixed", "mobile") and rng.random() < IPV6_SHARE else 4
        choice = tuple(b for b in choice if b.network.version == version) or choice
        for _ in range(ATTEMPTS):
            block = choice[int(rng.integers(len(choice)))]
            address = block.draw(rng)
            if address not in self.taken:
                break
        else:
            if kind == "mobile":
                return self.fresh(rng, territory, "fixed")
            raise InputError(f"The {kind} networks of {territory!r} are used up; plan fewer accounts there.")
        self.taken.add(address)
        if kind == "vpn":
            self.exits[territory].append(address)
        if kind in self.used:
            self.used[kind].add(str(block.network))
        return address

    def tor_exit(self, rng: np.random.Generator) -> tuple[str, str]:
        """A server that the Tor list of the world names as an exit, and its territory."""
        territory = ("DE", "NL", "SE")[int(rng.integers(3))]
        address = self.fresh(rng, territory, "hosting")
        self.used["tor"].add(address)
        return address, territory
