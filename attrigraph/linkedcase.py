"""Links between the accounts of a case: the part of the public API that `Case` inherits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrigraph.opencase import OpenCase
from attrigraph.progress import SILENT, Progress

if TYPE_CHECKING:
    import networkx as nx

    from attrigraph.legacy import Py2neo
    from attrigraph.links.mirrors.find import Mirrors
    from attrigraph.links.run import LinkRun

__all__ = ["LinkedCase"]


class LinkedCase(OpenCase):
    """A case with links between its accounts."""

    def link(self, *, again: bool = False, progress: Progress = SILENT, **options: Any) -> LinkRun:
        """Link accounts that act together, and test every edge; the result is kept as l1, l2, ...

        Options: `networks`, `window`, `fast` and `periods` (such as "60s", "7d"), and those of `RunOptions` and
        `LinkOptions`. A run with these options on these sources is not made again, unless `again`.
        """
        from attrigraph.linking import link_case, options_of

        return link_case(self, options_of(options), again=again, progress=progress)

    def link_runs(self) -> list[LinkRun]:
        """The complete runs of links, oldest first."""
        from attrigraph.linking import link_runs

        return link_runs(self.folder)

    def link_rows(self) -> list[dict[str, Any]]:
        """One row a run of links: what was linked and tested, and whether sources have changed since."""
        from attrigraph.linking import link_rows

        return link_rows(self)

    def read_links(self, run: str | None = None) -> LinkRun:
        """The record of a run of links, the newest by default. Raises InputError when there is none."""
        from attrigraph.links.write import read_link_run

        return read_link_run(self.folder, run)

    def find_mirrors(self, *, progress: Progress = SILENT, **options: Any) -> Mirrors:
        """Look for mirrored and cloned accounts, options as in `MirrorOptions`; the result is kept as m1, m2, ..."""
        from attrigraph.links.mirrors.records import MirrorOptions
        from attrigraph.mirroring import search_mirrors

        return search_mirrors(self, MirrorOptions(**options), progress)

    def mirrors(self, run: str | None = None) -> Mirrors:
        """The mirrors of a search, the newest by default. Raises NotAssessed before `find_mirrors`."""
        from attrigraph.mirroring import read_mirrors

        return read_mirrors(self, run)

    def to_networkx(self, run: str | None = None, links: str | None = None) -> nx.MultiDiGraph[str]:
        """Accounts, resources, territories and links of a run of links as networkx; ids are ours, values are plain."""
        from attrigraph.exporting import to_networkx

        return to_networkx(self, run, links)

    def py2neo(self) -> Py2neo:
        """The case's graph on a Neo4j through py2neo (extra `legacy`); raises MissingExtra or InputError without."""
        from attrigraph.legacy import Py2neo

        return Py2neo(self)
