"""Write the pages of docs/ that come from declarations. `--check` compares instead and fails on a difference."""

from __future__ import annotations

import sys
from pathlib import Path

from attrigraph.cli.pages import generated_pages

ROOT = Path(__file__).resolve().parent.parent / "docs"


def main() -> int:
    """Write or compare every generated page."""
    stale = []
    for name, text in generated_pages().items():
        path = ROOT / name
        if "--check" in sys.argv:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, encoding="utf-8")
    if stale:
        print(f"out of date: {', '.join(stale)}; run: make docs")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
