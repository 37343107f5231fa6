"""A loader is one module: recognised by its content, read by the common rules; the page about it is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from loading import Bench

from attrigraph.loaders import formats as registry
from attrigraph.loaders.formats.base import Format

PAGE = Path(__file__).resolve().parent.parent / "docs" / "formats.md"


def test_every_format_is_declared_in_full() -> None:
    for found in registry.formats():
        assert re.fullmatch(r"[a-z0-9-]+", found.name)
        assert re.fullmatch(r"[A-F][1-6]", found.grade)
        assert found.title and found.help and found.looks_for
        assert found.title in PAGE.read_text(encoding="utf-8")


def test_the_loader_of_the_page_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    space: dict[str, Format] = {}
    exec(code, space)
    monkeypatch.setattr(registry, "formats", lambda: (space["FORMAT"],))
    bench = Bench(tmp_path)
    first, second = (
        '"user": 7, "t": "2026-01-02 12:00:00", "addr": "192.0.2.1:80"',
        '"user": 8, "t": "soon", "addr": ""',
    )
    text = f'{{"harbour_sessions": [{{{first}}}, {{{second}}}]}}'
    report = bench.load("log.json", text)
    assert (report.format, report.grade, report.loaded) == ("harbour-log", "B2", 1)
    assert bench.table("logins", "account_id", "at", "ip", "port", "record") == [
        ("harbour:7", "2026-01-02 12:00:00+00", "192.0.2.1", 80, "$.harbour_sessions[0]")
    ]
    assert bench.rejects(report) == [("$.harbour_sessions[1]", "at", "soon", "not a time")]
