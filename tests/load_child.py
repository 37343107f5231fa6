"""Loads files in processes that are killed: forks one for every line it reads, when everything is imported already.

A line is a JSON list: seconds until the kill (null: never), case folder, engine root, server or null, files. The answer
is `done`, `failed` or `killed`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

from attrigraph.folder import CaseFolder
from attrigraph.graph import open_store
from attrigraph.loaders.load import load_file
from attrigraph.loaders.observations import Observations
from attrigraph.loaders.project import project
from attrigraph.settings import Neo4jServer


def load(case: str, root: str, server: dict[str, str] | None, files: list[str]) -> None:
    folder = CaseFolder(Path(case))
    sources = [load_file(Path(file), folder).source for file in files]
    with open_store(Path(root), Neo4jServer(**server) if server else None) as store:  # type: ignore[arg-type]
        project(store, Observations(folder), sources)


def main() -> None:
    for line in sys.stdin:
        wait_s, *arguments = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                load(*arguments)
            except BaseException as error:  # noqa: BLE001 - the parent only learns whether it went well
                sys.stderr.write(f"{error!r}\n")
                os._exit(1)
            os._exit(0)
        if wait_s is not None:
            time.sleep(wait_s)
            os.kill(child, signal.SIGKILL)  # not waited for yet, so the number is still its own
        _, status = os.waitpid(child, 0)
        sys.stdout.write({0: "done", signal.SIGKILL: "killed"}.get(status, "failed") + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
