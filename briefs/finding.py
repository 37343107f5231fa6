"""What lint reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Finding"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule: where, the offending text, what was expected, how to mend it."""

    id: str
    where: str
    text: str
    expected: str
    fix: str
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.id} in {self.where}: “{_cut(self.text)}”. Expected: {self.expected}. {self.fix}"


def _cut(text: str, most: int = 120) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
