"""One Chromium for all tests, and pages in it that write down everything they ask for and say."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

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
        self.show()
        page.goto(address)

    def show(self, *, width: int = 1400, scheme: Any = "light", media: Any = "screen") -> Page:
        """The page in a window of that width, in the light or in the dark, or as it prints."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=scheme, media=media)
        return self.page

    def unfold(self, is_open: bool = True) -> None:
        """Open everything that opens, or close it."""
        js = "(is) => document.querySelectorAll('details').forEach((one) => one.open = is)"
        self.page.evaluate(js, is_open)

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


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> Iterator[dict[bool, BrowserContext]]:
    """Windows that share nothing with the world, by whether scripts run in them."""
    made = {script: browser.new_context(java_script_enabled=script) for script in (True, False)}
    for context in made.values():
        context.set_default_timeout(PATIENCE)
    yield made
    for context in made.values():
        context.close()


@pytest.fixture(scope="module")
def open_page(
    contexts: dict[bool, BrowserContext], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Open]:
    """`open_page(html, script=…)` opens a text as a file from disk, 1400 wide and light."""
    opened: list[Opened] = []

    def open_(html: str, *, script: bool = True) -> Opened:
        path = tmp_path_factory.mktemp("page") / "page.html"
        path.write_text(html, encoding="utf-8")
        opened.append(Opened(contexts[script].new_page(), path.as_uri()))
        return opened[-1]

    yield open_
    for one in opened:
        one.page.close()
