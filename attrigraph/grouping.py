"""Named sets of accounts: kept in `case.toml`, beside the clusters that links find."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrigraph.errors import InputError, NotAssessed
from attrigraph.inference.groups import cluster_members, clusters
from attrigraph.inference.results import account_ids

if TYPE_CHECKING:
    from attrigraph.case import Case
    from attrigraph.inference.records import Assessment

__all__ = ["group_rows", "group_sizes", "keep_group", "members"]

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def members(case: Case, name: str, accounts: Sequence[str] | None = None) -> list[str]:
    """The accounts given (by id, native id or handle), of the set of that name, or of the cluster of that id.

    Raises InputError when there is neither, or an account is not of the case.
    """
    if accounts:
        return _ids(case, accounts)
    kept = case.settings.groups.get(name) or cluster_members(case.store, name)
    if kept:
        return list(kept)
    there = ", ".join(list(group_sizes(case))[:10])
    raise InputError(
        f"There is no group {name!r} in this case. "
        + (f"There are: {there}." if there else "Name its accounts: attrigraph group NAME ACCOUNT ACCOUNT ... --keep")
    )


def _ids(case: Case, accounts: Sequence[str]) -> list[str]:
    known = set(account_ids(case.store))
    return [account if account in known else case.find_account(account) for account in accounts]


def group_sizes(case: Case) -> dict[str, int]:
    """Sets kept in `case.toml`, by name, then clusters, the largest first; each with its number of accounts."""
    kept = {name: len(ids) for name, ids in sorted(case.settings.groups.items())}
    return kept | {row["id"]: len(row["members"]) for row in clusters(case.store)}


def group_rows(case: Case, run: str | None = None) -> list[dict[str, Any]]:
    """One row a kept set and a cluster: size, span of the joint activity, territories of its accounts, abstentions.

    Of clusters also the e-value, and whether e-BH keeps it.

    Territories are those of supported accounts, the most frequent first. Without a run nothing is said of them.
    """
    nothing: dict[str, Any] = {"from": None, "to": None}
    kept = [(name, ids, nothing) for name, ids in sorted(case.settings.groups.items())]
    found = [(row["id"], row["members"], _tested(row)) for row in clusters(case.store)]
    try:
        assessed = {a.account: a for a in case.assessments(run)}
    except NotAssessed:
        assessed = None
    return [
        {"group": name, "accounts": len(ids)} | about | _outcomes(ids, assessed) for name, ids, about in (*kept, *found)
    ]


def _tested(cluster: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "from": cluster["first_at"],
        "to": cluster["last_at"],
        "e_value": cluster["e_value"],
        "significant": cluster["significant"],
    }


def _outcomes(accounts: Sequence[str], assessed: Mapping[str, Assessment] | None) -> dict[str, Any]:
    if assessed is None:
        return {}
    mine = [assessed[a] for a in accounts if a in assessed]
    counts = Counter(a.outcome for a in mine)
    tops = Counter(a.top for a in mine if a.outcome == "supported")
    return {
        "territories": ", ".join(f"{code} {n}" for code, n in sorted(tops.items(), key=lambda row: (-row[1], row[0]))),
        "supported": counts["supported"],
        "contested": counts["contested"],
        "insufficient": counts["insufficient"],
        "not_assessed": len(accounts) - len(mine),
    }


def keep_group(case: Case, name: str, accounts: Sequence[str]) -> None:
    """Keep a set under a name; one of that name is replaced, and custody says so."""
    if not NAME.fullmatch(name):
        raise InputError(f"{name!r} is no name for a group. Use letters, digits, - and _, at most 64.")
    ids = sorted(set(_ids(case, accounts)))
    if len(ids) < 2:
        raise InputError(f"Group {name!r} has {len(ids)} accounts. Name at least two.")
    with case.folder.writing("group"):
        case.save_settings(groups=case.settings.groups | {name: ids})
        case.custody.append("grouped", name=name, accounts=len(ids))
