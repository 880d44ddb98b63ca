"""One Chromium for all tests, and pages in it that write down everything they ask for and say."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = os.environ.get("SALESCLI_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE = 10_000  # milliseconds for anything that a page is asked


class Opened:
    """A page that was opened, with its requests beside the file itself and what it said."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.requests, self.messages = page, [], []
        page.on("console", lambda message: self.messages.append(message.text))
        page.on("pageerror", lambda error: self.messages.append(str(error)))
        page.on("request", self._note)
        self.address = address
        page.goto(address)

    def _note(self, request: Any) -> None:
        if request.url != self.address and not request.url.startswith("data:"):
            self.requests.append(request.url)


Open = Callable[..., Opened]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """`open_page(html, width=…, scheme=…, script=…)` opens a text as a file from disk."""
    contexts = []

    def open_(
        html: str, *, width: int = 1400, scheme: Any = "light", script: bool = True
    ) -> Opened:
        path = tmp_path / f"page-{len(contexts)}.html"
        path.write_text(html, encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=script,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return Opened(context.new_page(), path.as_uri())

    yield open_
    for context in contexts:
        context.close()
