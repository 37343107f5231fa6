"""A few lines that make a small case in the graph, for tests of what reads it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from attrigraph.graph import Store

__all__ = ["CaseGraph", "at"]


def at(text: str) -> datetime:
    """`"06-30 12:00"` of 2026, UTC; the time of day may be left out."""
    day, _, time = text.partition(" ")
    return datetime.fromisoformat(f"2026-{day}T{time or '00:00'}:00").replace(tzinfo=UTC)


class CaseGraph:
    """Writes through the store; every method may be called again."""

    def __init__(self, store: Store, *territories: str) -> None:
        self.store = store
        codes = ("OTHER", "UNKNOWN", *territories)
        store.write_nodes("Territory", [{"code": c, "name": f"name of {c}"} for c in codes])

    def accounts(self, *ids: str, **properties: Any) -> None:
        self.store.write_nodes("Account", [{"id": i, "handle": i.split(":")[1], **properties} for i in ids])

    def run(self, run: str = "r1", started: str = "07-01", complete: bool = True) -> None:
        self.store.write_nodes("Run", [{"id": run, "started_at": at(started), "complete": complete}])

    def source(self, source: str, name: str) -> None:
        self.store.write_nodes("Source", [{"id": source, "name": name}])

    def address(self, ip: str, type_: str | None, places: dict[str, str] | None = None, network: str = "") -> None:
        """`places` is territory by database; `network` is "AS64500 Name"."""
        self.store.write_nodes(
            "IPAddress", [{"id": ip, "network_type": type_, "anonymiser_checked": type_ is not None}]
        )
        for database, code in (places or {}).items():
            self._link("LOCATED_IN", "IPAddress", "Territory", ip, code, source=database, kind="country")
        if network:
            number, _, name = network.partition(" ")
            self.store.write_nodes("AutonomousSystem", [{"id": number, "name": name or None}])
            self._link("ANNOUNCED_BY", "IPAddress", "AutonomousSystem", ip, number, source="asn table")

    def located(self, ip: str, code: str, source: str, kind: str) -> None:
        self._link("LOCATED_IN", "IPAddress", "Territory", ip, code, source=source, kind=kind)

    def login(
        self, account: str, ip: str, *, count: int = 1, days: int = 1, first: str = "06-01", last: str = "06-30"
    ) -> None:
        self._link(
            "LOGGED_IN_FROM", "Account", "IPAddress", account, ip,
            count=count, days=days, first_seen=at(first), last_seen=at(last),
        )  # fmt: skip

    def registered(self, account: str, ip: str, when: str | None) -> None:
        seen = at(when) if when else None
        self._link("REGISTERED_FROM", "Account", "IPAddress", account, ip, count=1, first_seen=seen, last_seen=seen)

    def uses(self, account: str, label: str, id_: str, first: str = "06-01", last: str = "06-30") -> None:
        self.store.write_nodes(label, [{"id": id_} if label == "Domain" else {"id": id_, "display": f"{id_}…"}])
        self._link("USED", "Account", label, account, id_, count=1, first_seen=at(first), last_seen=at(last))

    def points_at(self, account: str, code: str, signal: str, value: str, share: float = 1.0, **more: Any) -> None:
        self._link("POINTS_TO", "Account", "Territory", account, code, signal=signal, value=value, share=share, **more)

    def points_at_region(self, account: str, region: str, members: list[str], signal: str) -> None:
        self.store.write_nodes("Region", [{"name": region}])
        for code in members:
            self._link("CONTAINS", "Region", "Territory", region, code)
        self._link("POINTS_TO", "Account", "Region", account, region, signal=signal, value=region, share=1.0)

    def claimed(
        self, id_: str, account: str, claimant: str, relation: str, *, code: str = "", of: str = "", **more: Any
    ) -> None:
        """A claim about a territory (`code`) or an organisation (`of`)."""
        if of:
            self.store.write_nodes("Organisation", [{"id": of.casefold(), "name": of}])
        label, end = ("Organisation", of.casefold()) if of else ("Territory", code)
        self._link("CLAIMED", "Account", label, account, end, id=id_, claimant=claimant, relation=relation, **more)

    def assessed(self, account: str, outcome: str, top: str, p: float, run: str = "r1", **more: Any) -> None:
        id_ = f"{run}/{account}"
        row = {"id": id_, "run": run, "outcome": outcome, "top": top, "p": p, "reasons": [f"{outcome} {top}"], **more}
        self.store.write_nodes("Assessment", [row])
        self._link("ASSESSED_AS", "Account", "Assessment", account, id_)

    def believed(self, account: str, code: str, p: float, run: str = "r1", **more: Any) -> None:
        self._link("MAY_OPERATE_FROM", "Account", "Territory", account, code, run=run, p=p, **more)

    def shows(self, account: str, code: str, share: float, run: str = "r1") -> None:
        self._link("SHOWS", "Account", "Territory", account, code, run=run, share=share)

    def shares(
        self, account: str, other: str, weight: float, run: str = "r1", rule: str = "ip_day", **more: Any
    ) -> None:
        self._link("SHARES_WITH", "Account", "Account", account, other, rule=rule, run=run, weight=weight, **more)

    def acts(
        self, account: str, other: str, q: float, *, network: str = "co_retweet", run: str = "l1", **more: Any
    ) -> None:
        """A surviving edge; `times` are days and times of its messages, named m1, m2, ... of the account."""
        times = [at(time) for time in more.pop("times", ())]
        if times:
            more |= {"message_ids": [f"{account}/m{n}" for n in range(1, len(times) + 1)]}
            more |= {"message_at": [time.timestamp() for time in times]}
            more |= {"first_at": min(times), "last_at": max(times)}
        self._link(
            "ACTS_WITH", "Account", "Account", account, other,
            rule=network, run=run, network=network, mode="attrigraph", q_value=q, **more,
        )  # fmt: skip

    def mirrors(self, one: str, other: str, rule: str, p: float, *, run: str = "m10", **more: Any) -> None:
        self._link("MIRRORS", "Account", "Account", one, other, rule=rule, run=run, p=p, **more)

    def cluster(self, id_: str, members: dict[str, str], **more: Any) -> None:
        """A cluster such as l1/c1; `members` is role by account."""
        run = id_.partition("/")[0]
        self.store.write_nodes("Cluster", [{"id": id_, "run": run, **more}])
        for account, role in members.items():
            self._link("MEMBER_OF", "Account", "Cluster", account, id_, run=run, role=role, stability=0.75)

    def evidence(
        self, id_: str, account: str, cls: str, points: dict[str, tuple[float, float]], run: str = "r1", **more: Any
    ) -> None:
        """`points` is (honest, cover) in nats by territory."""
        strength = max((abs(v) for pair in points.values() for v in pair), default=0.0)
        row = {"id": id_, "run": run, "cls": cls, "signal": f"{cls} signal", "strength": strength, **more}
        self.store.write_nodes("Evidence", [row])
        self._link("HAS_EVIDENCE", "Account", "Evidence", account, id_)
        for code, (honest, cover) in points.items():
            self._link("SUPPORTS", "Evidence", "Territory", id_, code, llr=honest, llr_cover=cover)

    def _link(self, type_: str, start_label: str, end_label: str, start: str, end: str, **properties: Any) -> None:
        row = {"start": start, "end": end} | properties
        assert self.store.write_relationships(type_, start_label, end_label, [row]).written == 1
