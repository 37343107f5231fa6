"""Named sets of accounts: kept in `case.toml`, beside the clusters that links find."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrigraph.errors import InputError
from attrigraph.graph import statement
from attrigraph.inference.groups import cluster_members, clusters

if TYPE_CHECKING:
    from attrigraph.case import Case

__all__ = ["group_sizes", "keep_group", "members"]

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
    known = {row["id"] for row in case.store.stream(statement("inference/account_ids"))}
    return [account if account in known else case.find_account(account) for account in accounts]


def group_sizes(case: Case) -> dict[str, int]:
    """Sets kept in `case.toml`, by name, then clusters, the largest first; each with its number of accounts."""
    return {name: len(ids) for name, ids in sorted(case.settings.groups.items())} | clusters(case.store)


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
