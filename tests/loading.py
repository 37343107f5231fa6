"""A small case folder to load files into, and short words for what came out."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape

from attrigraph.duck import connect
from attrigraph.errors import InputError
from attrigraph.folder import CaseFolder
from attrigraph.loaders.load import LoadOptions, LoadReport, load_file
from attrigraph.loaders.observations import Observations
from attrigraph.loaders.package import unfolded
from attrigraph.loaders.tables import table

LOGINS = "account_id,at,ip\n"
GOOD = "x:1,2026-01-02T03:04:05Z,192.0.2.1\n"


class Bench:
    """Writes files and loads them into one case."""

    def __init__(self, root: Path) -> None:
        self.files = root / "files"
        self.files.mkdir()
        self.folder = CaseFolder(root / "case")
        self.folder.create()

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.files / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def load(self, name: str, content: str | bytes, **options: Any) -> LoadReport:
        return load_file(self.write(name, content), self.folder, LoadOptions(**options))

    def load_folder(self, files: dict[str, str | bytes], only: str = "", **options: Any) -> dict[str, LoadReport | str]:
        """Load every file of a folder (or `only` one) with the others beside it: path -> report, or why it was not."""
        root = self.files / f"folder{len(list(self.files.iterdir()))}"
        for inside, content in files.items():
            path = root / inside
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        found: dict[str, LoadReport | str] = {}
        with unfolded(root) as package:
            for member in (m for m in package.members if only in ("", m.inside)):
                try:
                    found[member.inside] = load_file(
                        root / member.inside, self.folder, LoadOptions(**options), place=package.place(member)
                    )
                except InputError as error:
                    found[member.inside] = str(error)
        return found

    def table(self, name: str, *columns: str) -> list[tuple[Any, ...]]:
        """Columns of all rows of a table; everything but lists and numbers as text."""
        observations = Observations(self.folder)
        kinds = {c.name: c.kind for c in table(name).stored}
        selected = [f'"{c}"::VARCHAR' if kinds[c] == "time" else f'"{c}"' for c in columns]
        try:
            return observations.connection().execute(f"SELECT {', '.join(selected)} FROM {name}").fetchall()
        finally:
            observations.close()

    def rejects(self, report: LoadReport, kind: str = "row") -> list[tuple[str, str, str | None, str]]:
        """Record, field, value, reason."""
        found = Observations(self.folder).rejects(report.source, kind)
        return [(r["record"], r["field"], r["value"], r["reason"]) for r in found]


def as_csv(*rows: Mapping[str, str]) -> str:
    """Rows as CSV, with the keys of the first as the header."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def parquet(path: Path, sql: str) -> Path:
    """A Parquet file made from a query."""
    connect().execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet)")
    return path


def workbook(*sheets: list[list[str]], doctype: str = "", tabs: Mapping[str, int] = MappingProxyType({})) -> bytes:
    """A small workbook: text as shared strings, `=n` as a number shown as a date.

    `tabs` are the names of the sheets in their order, with the number of each; a name in brackets is of a hidden one.
    """
    texts = sorted({cell for rows in sheets for row in rows for cell in row if cell and not cell.startswith("=")})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        named = "".join(f'<sheet name="{escape(n.strip("()"))}" r:id="rId{i}"{_state(n)}/>' for n, i in tabs.items())
        archive.writestr("xl/workbook.xml", f'<workbook xmlns:r="r"><sheets>{named}</sheets></workbook>')
        if tabs:
            links = "".join(f'<Relationship Id="rId{i}" Target="worksheets/sheet{i}.xml"/>' for i in tabs.values())
            archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{links}</Relationships>")
        archive.writestr(
            "xl/styles.xml", '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>'
        )
        strings = "".join(f"<si><t>{escape(t)}</t></si>" for t in texts)
        archive.writestr("xl/sharedStrings.xml", f"<?xml version='1.0'?>{doctype}<sst>{strings}</sst>")
        for number, rows in enumerate(sheets, 1):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", _sheet(rows, texts))
    return packed.getvalue()


def _state(name: str) -> str:
    return ' state="hidden"' if name.startswith("(") else ""


def _sheet(rows: list[list[str]], texts: list[str]) -> str:
    lines = []
    for y, row in enumerate(rows, 1):
        cells = [
            f'<c r="{chr(65 + x)}{y}" s="1"><v>{cell[1:]}</v></c>' if cell.startswith("=")
            else f'<c r="{chr(65 + x)}{y}" t="s"><v>{texts.index(cell)}</v></c>'
            for x, cell in enumerate(row) if cell
        ]  # fmt: skip
        if cells:
            lines.append(f'<row r="{y}">{"".join(cells)}</row>')
    return f"<worksheet><sheetData>{''.join(lines)}</sheetData></worksheet>"
