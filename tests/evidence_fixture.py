"""The worked case of the evidence model, section 10: three accounts, two links, every number known to 4 decimals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrigraph.graph import Store
from attrigraph.inference.evidence import write_classes, write_evidence
from attrigraph.inference.fuse import Fusion
from attrigraph.inference.records import Item
from attrigraph.inference.weigh import Weighed
from attrigraph.inference.weights import load_weights

__all__ = ["ACCOUNTS", "PRIORS", "RUN", "WORKED", "build", "fusion", "item", "put", "read_beliefs"]

RUN = "r1"
PRIORS = {"US": 0.30, "RU": 0.08, "IN": 0.12}
ACCOUNTS = ("x:a1", "x:a2", "x:a3")


def item(account: str, cls: str, says: Mapping[str, tuple[float, float]], rest: tuple[float, float]) -> Item:
    """An item: territory -> (honest, cover), and what it says about all others."""
    return Item(
        account=account,
        cls=cls,
        signal=cls,
        llr={code: honest for code, (honest, _) in says.items()},
        llr_cover={code: cover for code, (_, cover) in says.items()},
        llr_default=rest[0],
        cover_default=rest[1],
        summary="worked example",
    )


WORKED: dict[str, tuple[Item, ...]] = {
    "x:a1": (
        item("x:a1", "network", {"RU": (2.3, 1.4)}, (-1.8, -1.4)),
        item("x:a1", "network", {"RU": (1.0, 0.6), "US": (0.2, 0.3)}, (-0.4, -0.2)),
        item("x:a1", "persona", {"US": (1.1, 0)}, (-1.9, 0)),
        item("x:a1", "persona", {"US": (0.8, 0)}, (-0.9, 0)),
        item("x:a1", "behaviour", {"RU": (1.4, 1.0), "US": (-2.1, -0.9)}, (-0.5, -0.3)),
        item("x:a1", "persona_leak", {"RU": (0, 1.6)}, (0, 0)),
    ),
    "x:a2": (item("x:a2", "persona", {"US": (1.1, 0)}, (-1.9, 0)),),
    "x:a3": (
        item("x:a3", "acquisition", {"IN": (1.9, 1.2)}, (-1.9, -1.2)),
        item("x:a3", "network", {"US": (1.1, 1.0)}, (-1.9, 0.1)),
        item("x:a3", "network", {"US": (1.1, 1.0)}, (-1.9, 0.1)),
        item("x:a3", "persona", {"US": (1.1, 0)}, (-1.9, 0)),
    ),
}


def put(
    store: Store,
    evidence: Mapping[str, Sequence[Item]],
    shown: Mapping[str, float],
    links: Mapping[str, tuple[str, Sequence[str]]],
    run: str = RUN,
) -> None:
    """Accounts with their items and persona; `links` is id -> (label, accounts that used it)."""
    codes = {*PRIORS, "OTHER", "UNKNOWN", *(code for items in evidence.values() for i in items for code in i.llr)}
    store.write_nodes("Territory", ({"code": code, "name": code} for code in sorted(codes)))
    store.write_nodes("Account", ({"id": account, "platform": "x"} for account in evidence))
    write_classes(store, load_weights())
    for resource, (label, accounts) in links.items():
        store.write_nodes(label, [{"id": resource}])
        store.write_relationships("USED", "Account", label, ({"start": a, "end": resource} for a in accounts))
    write_evidence(store, run, iter([Weighed(a, tuple(items), shown) for a, items in evidence.items()]), len(evidence))


def build(store: Store, run: str = RUN) -> None:
    """Put the worked case into an empty graph."""
    links = {"device": ("Device", ("x:a1", "x:a2")), "card": ("PaymentCard", ("x:a2", "x:a3"))}
    put(store, WORKED, {"US": 0.9}, links, run)


def fusion(batch: int = 1000, deceivers: float = 0.2, run: str = RUN) -> Fusion:
    """Fuse and propagate with the priors of the worked case."""
    return Fusion(run, PRIORS, deceivers, load_weights(), batch)


def read_beliefs(store: Store, name: str, run: str = RUN) -> dict[str, dict[str, float]]:
    """account -> territory -> one property of the beliefs."""
    from attrigraph.graph import statement

    found: dict[str, dict[str, float]] = {}
    for row in store.read(statement("inference/all_beliefs"), run=run):
        found.setdefault(row["account"], {})[row["territory"]] = row[name]
    return found
