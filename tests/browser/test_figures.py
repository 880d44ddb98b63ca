"""Dashboards of a store in a browser: each of their numbers is the one of the JSON document."""

import json
from typing import Any

from tests.browser.conftest import Open
from tests.report.pages import HOSTILE
from tests.report.reading_pages import compare_numbers
from tests.shop import Shop

NUMBERS = """[...document.querySelectorAll("[data-figure]")]
  .map((one) => [one.dataset.figure, one.value, one.textContent])"""


def sell(shop: Shop) -> None:
    """Four deals with ugly names, one of them won, one in dollars."""
    for place, name in enumerate(HOSTILE[:4]):
        client = shop.make("account", "create", name)
        money = "700 USD" if place == 3 else f"{1234.5 * (place + 1)} EUR"
        deal = shop.make("opportunity", "create", name, "--client", client, "--budget", money)
        if place == 1:
            shop.do("opportunity", "close", deal, "--outcome", "won")


def test_every_number_on_the_page_is_the_one_of_the_json(open_page: Open, shop: Shop) -> None:
    sell(shop)
    for name, least in (("best-managers", 15), ("overview", 30)):
        document: Any = json.loads(shop.do("report", "dashboard", name, "--format", "json").out)
        opened = open_page(shop.do("report", "dashboard", name, "--html", "-").out)
        numbers = [tuple(one) for one in opened.page.evaluate(NUMBERS)]
        assert len(numbers) > least
        assert not [place for place, _, _ in numbers if place.endswith("/document")]
        assert compare_numbers(numbers, document) == []
        assert (opened.messages, opened.requests) == ([], [])
    opened.page.locator("summary.stage").first.click()
    assert opened.page.get_by_text(HOSTILE[0]).first.is_visible()
