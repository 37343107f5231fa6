"""Write links/mirrors/confusables.csv: which characters look like which, from the confusables.txt of Unicode.

The file is https://www.unicode.org/Public/security/latest/confusables.txt (Unicode Technical Standard 39). Kept are
letters, marks, digits and signs that still differ after compatibility normalisation and lower case, since names are
folded that way first; what looks alike stands in one row, the prototype first.

python tools/make_confusables.py confusables.txt
"""

from __future__ import annotations

import csv
import re
import sys
import unicodedata
from pathlib import Path

OUT = Path(__file__).parent.parent / "links" / "mirrors" / "confusables.csv"
LINE = re.compile(r"([0-9A-F]+) ;\t([0-9A-F ]+) ;\tMA")
VERSION = re.compile(r"# Version: (\S+)")


def plain(text: str) -> str:
    """As names are written before they are compared: compatibility form, lower case."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def main() -> None:
    """Write the table: prototype, then all characters that are shown like it, as one text without blanks."""
    content = Path(sys.argv[1]).read_text(encoding="utf-8")
    version = VERSION.search(content)
    rows: dict[str, list[str]] = {}
    for point, target in LINE.findall(content):
        source, prototype = chr(int(point, 16)), "".join(chr(int(p, 16)) for p in target.split())
        if plain(source) != plain(prototype) and not source.isspace() and not prototype.isspace():
            rows.setdefault(prototype, []).append(source)
    with OUT.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((f"prototype (Unicode {version[1] if version else 'unknown'})", "looks like it"))
        writer.writerows((prototype, "".join(sorted(sources))) for prototype, sources in sorted(rows.items()))


if __name__ == "__main__":
    main()
