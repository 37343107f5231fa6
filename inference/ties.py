"""What an account shares with others, thing by thing, with the rows behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attrigraph.graph import statement
from attrigraph.inference.records import Item
from attrigraph.inference.shared import EXIT, PRIVATE
from attrigraph.inference.signal import LOCATORS, Observed
from attrigraph.inference.weights import Weights

if TYPE_CHECKING:
    from attrigraph.graph import Store

__all__ = ["Ties", "ties_of"]

KINDS = {
    "Device": ("device", "devices"),
    "Cookie": ("cookie", "cookies"),
    "PaymentCard": ("card", "cards"),
    "EmailAddress": ("mail", "mails"),
    "PhoneNumber": ("phone", "phones"),
    "ip_day": ("shared address day", "shared address days"),
}
OVER = {PRIVATE: "private address", EXIT: "exit of an anonymiser"}
OBSERVED_AS = {
    "Device": "device",
    "Cookie": "cookie",
    "PaymentCard": "payment_card",
    "EmailAddress": "email",
    "PhoneNumber": "phone",
}
ROWS = """
SELECT source || ':' || record AS locator FROM identifiers
WHERE kind = $kind AND value = $id AND list_contains($accounts, account_id)
UNION
SELECT source || ':' || record FROM logins
WHERE CASE $kind WHEN 'device' THEN device_id WHEN 'cookie' THEN cookie_id END = $id
  AND list_contains($accounts, account_id)
ORDER BY locator LIMIT $most
"""


@dataclass(frozen=True, slots=True)
class Ties:
    """`accounts` others share something with the account; `text` says what; `items` have the rows, and no scores."""

    accounts: int
    text: str
    items: tuple[Item, ...]


def ties_of(store: Store, account: str, run: str, weights: Weights, observed: Observed | None = None) -> Ties:
    """What ties the account to others in a run. Without `observed` identifiers come without their rows."""
    infra = weights.infra
    in_window = "/" in run  # r1/2: only what was shared within the window, which its links name
    rows = store.read(
        statement("inference/neighbours"),
        account=account,
        run=run,
        hold={} if in_window else dict(infra.hold),
        max_degree=infra.max_degree,
    )
    others = {other for row in rows for other in row["others"]}
    if not others:
        return Ties(0, "", ())
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["kind"]] = counts.get(row["kind"], 0) + row["n"]
    kinds = [f"{n} {KINDS[kind][n != 1]}" for kind, n in counts.items()]
    text = f"{', '.join(kinds)}, {_accounts(len(others))}"
    return Ties(len(others), text, tuple(_item(account, run, row, observed) for row in rows))


def _accounts(count: int) -> str:
    return f"{count} other account{'' if count == 1 else 's'}"


def _item(account: str, run: str, row: dict[str, Any], observed: Observed | None) -> Item:
    by_day = row["kind"] == "ip_day"
    signal = "shared_ip_day" if by_day else "shared_identifier"
    count = _accounts(len(row["others"]))
    summary = (
        f"One {OVER.get(row['network'], 'address')} with {count} on {row['n']} days."
        if by_day
        else f"A {KINDS[row['kind']][0]} with {count}."
    )
    return Item(
        account=account,
        cls="infra",
        signal=signal,
        llr={},
        llr_cover={},
        llr_default=0.0,
        cover_default=0.0,
        summary=summary.replace("on 1 days", "on one day"),
        n=row["n"],
        sources=tuple(row["locators"]) if row["locators"] else _locators(account, row, observed),
        id=f"{run}/{account}/{signal}/{row['id']}",
        run=run,
    )


def _locators(account: str, row: dict[str, Any], observed: Observed | None) -> tuple[str, ...]:
    if observed is None or row["kind"] not in OBSERVED_AS:
        return ()
    parameters = {
        "kind": OBSERVED_AS[row["kind"]],
        "id": row["id"],
        "accounts": [account, *row["others"]],
        "most": LOCATORS,
    }
    return tuple(locator for (locator,) in observed.connection().execute(ROWS, parameters).fetchall())
