"""The wheel holds real files: rooms, Cypher, weights, data; `attrigraph --help` answers at once."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.slow
def test_the_wheel_holds_rooms_cypher_and_data(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for room in ("briefs", "viz", "links", "inference", "loaders", "queries", "graph", "cypher", "simulation"):
        assert f"attrigraph/{room}/__init__.py" in names
        here = {p for p in (ROOT / room).rglob("*") if p.is_file() and "__pycache__" not in p.parts}
        assert {f"attrigraph/{p.relative_to(ROOT).as_posix()}" for p in here} - names == set()
    assert "attrigraph/data/territories.csv" in names
    assert "attrigraph/py.typed" in names


def test_help_does_not_load_the_rooms() -> None:
    code = """
import sys
sys.argv = ["attrigraph", "--help"]
from attrigraph.cli import main
try:
    main()
except SystemExit:
    print([m for m in ("pandas", "numpy", "duckdb", "neo4j", "plotly", "networkx") if m in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.rstrip().endswith("[]")
