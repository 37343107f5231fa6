"""The example of docs/formats.md as another package would ship it: installed, found by its entry point, loaded."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from attrigraph.errors import InputError
from attrigraph.folder import CaseFolder
from attrigraph.loaders.formats import formats
from attrigraph.loaders.load import load_file
from attrigraph.loaders.observations import Observations

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "formats.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## A loader of your own")[2]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed packages that ends with the test."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    formats.cache_clear()
    yield folder
    formats.cache_clear()


def install(site: Path, module: str, content: str, point: str) -> None:
    (site / f"{module}.py").write_text(content)
    info = site / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[attrigraph.loaders]\n{point}\n")


def test_the_example_of_the_page_is_found_and_loads(site: Path, tmp_path: Path) -> None:
    code, settings = (re.findall(rf"```{kind}\n(.*?)```", SECTION, re.DOTALL)[0] for kind in ("python", "toml"))
    ((name, target),) = tomllib.loads(settings)["project"]["entry-points"]["attrigraph.loaders"].items()
    install(site, "harbour_log", code, f"{name} = {target}")
    sessions = [
        {"user": "7", "t": "2025-01-01 10:00:00", "addr": "85.240.10.1"},
        {"user": "8", "t": "2025-01-01 11:00:00", "addr": "300.1.2.3"},
    ]
    path = tmp_path / "log.json"
    path.write_text(json.dumps({"harbour_sessions": sessions}))
    folder = CaseFolder(tmp_path / "case")
    folder.create()
    report = load_file(path, folder)
    assert (report.format, report.grade, report.loaded, report.rejected) == ("harbour-log", "B2", 1, 1)
    (row,) = Observations(folder).rows([f"{report.source}:$.harbour_sessions[0]"])
    values = row["values"]
    said = (values["account_id"], values["ip"], values["at"].isoformat()[:16])
    assert said == ("harbour:7", "85.240.10.1", "2025-01-01T10:00")


def test_an_entry_point_that_is_no_format_is_one_sentence(site: Path) -> None:
    install(site, "not_a_loader", "FORMAT = 3\n", "odd = not_a_loader:FORMAT")
    with pytest.raises(InputError, match=r"odd = not_a_loader:FORMAT of attrigraph\.loaders is no Format"):
        formats()
