"""Where the data of others lie: sample files, IP lists, databases and tweets, never copied into the project.

They are read in `shared/data` beside the repository, or where ATTRIGRAPH_TEST_DATA says; without them the tests that
need them skip aloud.
"""

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("ATTRIGRAPH_TEST_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
SAMPLES = DATA / "samples"
PACKAGES = Path(__file__).parents[1] / "build" / "ip-packages"
"""Where tools/build_ip_tables.py keeps the packages it was given or fetched."""


def needed(path: Path, what: str) -> Path:
    if not path.exists():
        pytest.skip(f"NOT TESTED: {what} are missing ({path}); set ATTRIGRAPH_TEST_DATA")
    return path


def sample(inside: str) -> Path:
    """A file or folder of the samples; the first one where `inside` is a pattern."""
    return needed(next(iter(sorted(SAMPLES.glob(inside))), SAMPLES / inside), "the sample files")


def maxmind(name: str = "") -> Path:
    return needed(DATA / "maxmind-test" / name, "MaxMind's test databases")


def ip_lists(name: str = "") -> Path:
    return needed(DATA / "ip-lists" / name, "the real IP lists")


def ira_tweets() -> Path:
    return needed(DATA / "ira" / "tweets.parquet", "the Russian troll tweets")


def coortweet_data(name: str) -> Path:
    return needed(DATA / "coortweet" / name, "CooRTweet's data")
