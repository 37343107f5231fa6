"""Enrichment of a case: the lists and databases given are kept in the case, so that a rebuild finds the same facts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from attrigraph.custody import Custody
from attrigraph.folder import CaseFolder
from attrigraph.graph import Store, statement
from attrigraph.loaders.enrich import EnrichReport, enrich
from attrigraph.loaders.ip.sources import IpSources
from attrigraph.progress import Progress

__all__ = ["enrich_case", "enrich_pending", "kept_sources"]

INDEX = "sources.json"


def kept_sources(folder: CaseFolder) -> IpSources:
    """The lists and databases the case has been given so far; none at first."""
    index = folder.lists / INDEX
    if not index.exists():
        return IpSources()
    return IpSources.from_dict(json.loads(index.read_text(encoding="utf-8")), folder.lists)


def enrich_case(
    folder: CaseFolder,
    custody: Custody,
    store: Store,
    lists: Sequence[tuple[str, Path]],
    mmdb: Sequence[Path],
    *,
    progress: Progress,
) -> EnrichReport:
    """Add the files given to those of the case and look every address up again."""
    sources = kept_sources(folder)
    if lists or mmdb:
        sources = sources.joined(IpSources.from_files(lists, mmdb).keep(folder.lists))
        text = json.dumps(sources.to_dict(), ensure_ascii=False, indent=1)
        (folder.lists / INDEX).write_text(text + "\n", encoding="utf-8")
    return _enrich(custody, store, sources, progress, pending=False)


def enrich_pending(folder: CaseFolder, custody: Custody, store: Store, progress: Progress) -> EnrichReport | None:
    """Look up the addresses that never were, with what the case has; None when there are none.

    With several editions of a source all of them are, when files were loaded since: an address may have been in use at
    other times than was known.
    """
    sources = kept_sources(folder)
    if sources.editions() and _loaded_since(custody):
        return _enrich(custody, store, sources, progress, pending=False)
    (row,) = store.read(statement("facts/address_summary"))
    if not row["pending"]:
        return None
    return _enrich(custody, store, sources, progress, pending=True)


def _loaded_since(custody: Custody) -> bool:
    """Whether a file was loaded or removed after the addresses were looked up last."""
    events = [entry.event for entry in custody.entries() if entry.event in ("loaded", "removed", "enriched")]
    return bool(events) and events[-1] != "enriched"


def _enrich(custody: Custody, store: Store, sources: IpSources, progress: Progress, *, pending: bool) -> EnrichReport:
    report = enrich(store, sources, progress, pending=pending)
    custody.append(
        "enriched", addresses=report.addresses, rejected_lines=len(report.rejects), sources=list(report.sources)
    )
    return report
