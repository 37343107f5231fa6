"""Where the test data of others lie: MaxMind's test databases and real IP lists, never copied into the project.

They are read in `shared/data` beside the repository, or where ATTRIGRAPH_TEST_DATA says; without them the tests that
need them skip aloud.
"""

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("ATTRIGRAPH_TEST_DATA") or Path(__file__).parents[2] / "shared" / "data")
PACKAGES = Path(__file__).parents[1] / "build" / "ip-packages"
"""Where tools/build_ip_tables.py keeps the packages it was given or fetched."""


def needed(path: Path, what: str) -> Path:
    if not path.exists():
        pytest.skip(f"NOT TESTED: {what} are missing ({path}); set ATTRIGRAPH_TEST_DATA")
    return path


def maxmind(name: str = "") -> Path:
    return needed(DATA / "maxmind-test" / name, "MaxMind's test databases")


def ip_lists(name: str = "") -> Path:
    return needed(DATA / "ip-lists" / name, "the real IP lists")
