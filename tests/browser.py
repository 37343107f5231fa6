"""A headless Chromium for tests: the network cut, every request and every message of the console kept.

Uses the Chromium of the system (`CHROMIUM` names another one). Without it the tests skip aloud; where `CI` is set, a
missing browser is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright


@dataclass
class Visit:
    """An open page and what it did: `requests` to anything but itself, `complaints` on the console or uncaught."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def chromium_path() -> str | None:
    """Where the browser is, or None."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def headless() -> Iterator[Browser]:
    """One browser, to be shared by many visits."""
    path = chromium_path()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("No Chromium on this machine: install the package chromium, or set CHROMIUM.")
        pytest.skip("no Chromium on this machine: figures were not opened in a browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def visit(browser: Browser, path: Path, *, width: int = 896, height: int = 900, scale: float = 1) -> Iterator[Visit]:
    """Open a file with the network cut and wait until its figures are drawn."""
    context = browser.new_context(
        offline=True, viewport={"width": width, "height": height}, device_scale_factor=scale, color_scheme="light"
    )
    page = context.new_page()
    found = Visit(page)
    own = path.resolve().as_uri()
    beside = path.resolve().parent.as_uri()
    page.on(
        "request",
        lambda request: (
            found.requests.append(request.url)
            if request.url != own and not request.url.startswith(("data:", "blob:", beside))
            else None
        ),
    )
    page.on("console", lambda message: found.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    page.goto(own)
    page.wait_for_function("[...document.querySelectorAll('.plot')].every(d => d.querySelector('.main-svg'))")
    try:
        yield found
    finally:
        context.close()
