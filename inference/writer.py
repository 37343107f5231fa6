"""One writer beside the computing thread: the engine writes a chunk while the next one is being computed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import ParamSpec

__all__ = ["Writer"]

P = ParamSpec("P")

WAITING = 2
"""Chunks that may wait; the computing thread pauses beyond that, so memory stays flat."""


class Writer:
    """Runs what it is sent in order, one at a time. An error of a write is raised by the next `send` or at the end."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._waiting: deque[Future[None]] = deque()

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            while self._waiting and error is None:
                self._waiting.popleft().result()
        finally:
            self._pool.shutdown(cancel_futures=True)

    def send(self, write: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> Future[None]:
        """Queue a write; waits while too many are queued. The future is done when it is written."""
        while len(self._waiting) >= WAITING:
            self._waiting.popleft().result()
        self._waiting.append(self._pool.submit(write, *args, **kwargs))
        return self._waiting[-1]
