"""Two accounts side by side: the tests of every network in which they meet, and their joint messages with texts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from attrigraph.duck import connect
from attrigraph.links.write import edges_path, read_link_run

if TYPE_CHECKING:
    from attrigraph.opencase import OpenCase

__all__ = ["edges_between", "joint_messages"]

EDGES = """
SELECT source, target, network, weight, n, q_value, shift_p, median_delta_s, survives FROM read_parquet($edges)
WHERE (source = $one AND target = $two) OR (source = $two AND target = $one)
ORDER BY network, source = $two
"""
JOINT = """
WITH joint AS (
    SELECT network, unnest(message_ids) AS message, unnest(other_ids) AS other, unnest(message_at) AS sent,
           unnest(delta_s) AS delta_s
    FROM read_parquet($edges)
    WHERE source = $one AND target = $two AND ($network IS NULL OR network = $network)
)
SELECT list_sort(list(network)), message, other, sent, delta_s FROM joint
GROUP BY message, other, sent, delta_s ORDER BY sent, message LIMIT $most
"""
TEXTS = """
SELECT account_id, coalesce(post_id, source || ':' || record) AS message, any_value(text) FROM posts
WHERE list_contains($accounts, account_id) AND list_contains($messages, coalesce(post_id, source || ':' || record))
GROUP BY ALL
"""


def edges_between(case: OpenCase, one: str, two: str, run: str | None = None) -> list[dict[str, Any]]:
    """One row a network and direction in which the two have an edge, whether it survives or not.

    Raises InputError when nothing is linked yet, or there is no such run.
    """
    of = read_link_run(case.folder, run)
    with connect() as connection:
        cursor = connection.execute(EDGES, {"edges": str(edges_path(case.folder, of.id)), "one": one, "two": two})
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def joint_messages(
    case: OpenCase, one: str, two: str, *, network: str | None = None, run: str | None = None, most: int = 1_000
) -> list[dict[str, Any]]:
    """The messages of `one` that meet one of `two` within the window, beside the nearest of `two`, oldest first.

    `delta_s` is positive when the other came later. A text, or the other message, may be unknown.
    """
    of = read_link_run(case.folder, run)
    asked = {"edges": str(edges_path(case.folder, of.id)), "one": one, "two": two, "network": network, "most": most}
    with connect() as connection:
        found = connection.execute(JOINT, asked).fetchall()
    messages = sorted({m for _, message, other, _, _ in found for m in (message, other) if m is not None})
    said = case.observations.connection().execute(TEXTS, {"accounts": [one, two], "messages": messages}).fetchall()
    texts = {(account, message): text for account, message, text in said}
    return [
        {
            "at": datetime.fromtimestamp(0, UTC) + timedelta(seconds=sent),
            "networks": networks,
            "message": message,
            "text": texts.get((one, message)),
            "delta_s": delta,
            "other_message": other,
            "other_text": texts.get((two, other)),
        }
        for networks, message, other, sent, delta in found
    ]
