"""Windows part by part: the accounts of a case that have a window, in the parts in which the run held them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from attrigraph.inference.parts import Parts, Shelf
from attrigraph.inference.records import Window
from attrigraph.inference.signal import Observed
from attrigraph.inference.windows.find import Windows
from attrigraph.inference.windows.views import WindowFacts, WindowObserved

if TYPE_CHECKING:
    from attrigraph.graph import Store

__all__ = ["WindowParts", "WindowViews"]


class WindowViews:
    """What signals see of a window of the accounts of a part.

    The facts of the part shown last stay for its next window; `undated` are those that cannot be told apart by time.
    """

    def __init__(self, parts: Parts, windows: Windows) -> None:
        self._parts = parts
        self._accounts = windows.by_account.keys()
        self._facts: WindowFacts | None = None
        self._part = -1
        self.undated: set[str] = set()

    def show(self, part: int, own: Sequence[Window]) -> tuple[Store, Observed]:
        """Show these windows of accounts of a part, at most one an account."""
        if self._facts is None or part != self._part:
            self.close()
            store, observed = self._parts.show(part)
            self._facts, self._part = WindowFacts(store, WindowObserved(observed), self._accounts, self.undated), part
        self._facts.show(own)
        return self._facts.as_store(), self._facts.observed

    def close(self) -> None:
        """Let the views go; the part stays shown."""
        if self._facts is not None:
            self._facts.observed.close()
        self._facts = None


class WindowParts:
    """The accounts that have one window, in parts: a case to the signals. `shelf` is for what outlives a part."""

    def __init__(self, views: WindowViews, parts: Parts, own: Sequence[Window], shelf: Shelf) -> None:
        by_part: dict[int, list[Window]] = defaultdict(list)
        for window in own:
            by_part[parts.of(window.account)].append(window)
        self._views = views
        self._by_part: Mapping[int, Sequence[Window]] = by_part
        self._filled = sorted(by_part)
        self.shelf = shelf

    def __len__(self) -> int:
        """How many parts have accounts with this window."""
        return len(self._filled)

    def accounts(self, part: int) -> list[str]:
        """The accounts of a part that have the window."""
        return [window.account for window in self._by_part[self._filled[part]]]

    def show(self, part: int) -> tuple[Store, Observed]:
        """What signals read to see the window of the accounts of one part."""
        number = self._filled[part]
        return self._views.show(number, self._by_part[number])
