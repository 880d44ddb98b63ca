"""The page of a dashboard made by hand, hostile names and all, as a browser shows it."""

import json
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from salescli.report import chart
from salescli.report.page import build_page
from salescli.report.page_pictures import build_pictures
from tests.browser.conftest import Open, Opened
from tests.report.pages import CJK, HOSTILE, LONG, build_dashboard, build_deals

WIDTHS = (1400, 800, 360)
LEAST_CONTRAST = 4.5  # WCAG 2.2 AA, of text as small as ours
# The contrast of every element that has text of its own with what it stands on; those too low.
TOO_PALE = """(least) => {
  const parts = (color) => color.match(/[\\d.]+/g).map(Number);
  const linear = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parts(getComputedStyle(at).backgroundColor);
      if (color.length < 4 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const bad = [];
  let seen = 0;
  for (const element of document.querySelectorAll("body *")) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    if (["SCRIPT", "STYLE"].includes(element.tagName)) continue;
    const [one, other] = [parts(getComputedStyle(element).color), ground(element)].map(light);
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    seen += 1;
    if (ratio < least) bad.push([element.tagName, element.textContent.trim(), ratio]);
  }
  return [seen, bad];
}"""


@cache
def nice() -> str:
    return _page()


@cache
def nasty() -> str:
    return _page((HOSTILE[0], HOSTILE[1], CJK, HOSTILE[2], *HOSTILE[3:], LONG))


def _page(names: tuple[str, ...] = ()) -> str:
    dashboard = build_dashboard(names=names, title=HOSTILE[2] if names else "Overview")
    pictures = build_pictures(dashboard, lambda plot: chart.draw_plot(plot, kind="svg").data)
    deals = build_deals(HOSTILE[1] if names else "Petrov")
    return build_page(dashboard, deals=deals, pictures=pictures)


def column(opened: Opened, card: str, place: int) -> list[str]:
    """The cells of a column, from top to bottom, of the table in that card."""
    rows = opened.page.locator(f"#block-{card} table tbody tr")
    return [row.locator("th, td").nth(place).inner_text() for row in rows.all()]


@pytest.mark.parametrize("make", [nice, nasty])
def test_a_page_says_nothing_and_asks_for_nothing(open_page: Open, make: Callable[[], str]) -> None:
    opened = open_page(make())
    opened.page.emulate_media(color_scheme="dark")
    opened.page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
    images = opened.page.evaluate("[...document.images].map((one) => one.naturalWidth)")
    assert images and all(images)
    assert (opened.messages, opened.requests) == ([], [])


def test_a_hostile_name_makes_no_element(open_page: Open) -> None:
    """The same elements stand on the page of harmless names, so none was made of a name."""
    count = "[...document.querySelectorAll('*')].map((one) => one.tagName).sort()"
    harmless = build_page(
        build_dashboard(names=("Anna", "Boris", "Clara", "Dmitri")), deals=build_deals()
    )
    hostile = build_page(
        build_dashboard(names=HOSTILE[:4], title=HOSTILE[4]), deals=build_deals(HOSTILE[1])
    )
    opened = open_page(hostile)
    assert opened.page.evaluate(count) == open_page(harmless).page.evaluate(count)
    attributes = opened.page.evaluate(
        "[...document.querySelectorAll('*')].flatMap((one) => one.getAttributeNames())"
    )
    assert not [name for name in attributes if name.startswith("on")]
    assert opened.page.title() == f"{HOSTILE[4]} · {HOSTILE[1]}"
    assert opened.page.get_by_text(HOSTILE[0]).count() > 0


def test_the_policy_stops_a_script_that_got_in(open_page: Open) -> None:
    attack = (
        "<script>document.title = 'owned'</script><img src=x onerror=\"document.title='owned'\">"
    )
    opened = open_page(nice().replace("</main>", f"{attack}</main>"))
    assert opened.page.title() == "Overview · North Homes"
    assert any("Content Security Policy" in message for message in opened.messages)
    assert opened.page.locator("th button").count() > 0  # ours runs


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_its_window(open_page: Open, width: int) -> None:
    opened = open_page(nasty(), width=width)
    for opens in ("false", "true"):
        opened.page.evaluate(
            f"document.querySelectorAll('details').forEach((d) => d.open = {opens})"
        )
        wide = opened.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_is_easy_to_read(open_page: Open, scheme: str) -> None:
    opened = open_page(nice(), scheme=scheme)
    opened.page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
    seen, too_pale = opened.page.evaluate(TOO_PALE, LEAST_CONTRAST)
    assert seen > 100
    assert too_pale == []
    ground = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(14, 20, 26)") == (scheme == "dark")


def test_a_click_sorts_a_column_and_another_turns_it_around(open_page: Open) -> None:
    opened = open_page(nice())
    button = opened.page.locator("#block-likely th button")
    assert column(opened, "likely", 3) == ["80 %", "9 %", "55 %"]
    button.nth(3).click()
    assert column(opened, "likely", 3) == ["80 %", "55 %", "9 %"]
    button.nth(3).click()
    assert column(opened, "likely", 3) == ["9 %", "55 %", "80 %"]
    head = opened.page.locator("#block-likely th[aria-sort]")
    assert [one.get_attribute("aria-sort") for one in head.all()] == ["ascending"]


def test_the_keyboard_sorts_too_and_what_is_empty_stays_last(open_page: Open) -> None:
    opened = open_page(nice())
    opened.page.locator("#block-likely th button").nth(4).focus()
    opened.page.keyboard.press("Enter")
    assert column(opened, "likely", 4) == ["2024-03-28", "2024-04-02", ""]
    opened.page.keyboard.press("Space")
    assert column(opened, "likely", 4) == ["2024-04-02", "2024-03-28", ""]


def test_groups_are_sorted_by_themselves_and_the_total_stays_last(open_page: Open) -> None:
    opened = open_page(nice())
    table = opened.page.locator("#block-managers table")
    table.locator("th button").nth(0).click()
    table.locator("th button").nth(0).click()
    names = table.locator("tbody th, tfoot th").all_inner_texts()
    assert names == ["Boris", "Anna", "fewer than 5 closed", "Clara", "Total"]


def test_a_stage_opens_its_deals_by_the_keyboard(open_page: Open) -> None:
    opened = open_page(nice())
    stage = opened.page.locator("details:has(summary:has-text('Qualification'))")
    deals = stage.locator("tbody th")
    assert not deals.first.is_visible()
    stage.locator("summary").focus()
    opened.page.keyboard.press("Enter")
    assert deals.first.is_visible()
    assert deals.all_inner_texts() == ["Flat 2", "Flat 1", "Flat 3"]


def test_a_page_is_read_without_its_script(open_page: Open) -> None:
    opened = open_page(nice(), script=False)
    assert opened.page.locator("th button").count() == 0
    text = opened.page.locator("main").inner_text()
    for words in ("Qualification", "1 250 000.50", "Won this month", "Ten likeliest", "66.67 %"):
        assert words in text
    opened.page.locator("summary:has-text('Needs')").click()
    assert opened.page.get_by_text("Flat 5", exact=True).first.is_visible()


def test_the_structure_can_be_heard(open_page: Open) -> None:
    """Landmarks, headings in order, names of images and tables, heads of columns and rows."""
    page = open_page(nice()).page
    assert [page.locator(one).count() for one in ("header", "nav", "main", "footer", "h1")] == [
        1
    ] * 5
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4')].map((h) => +h.tagName[1])"
    )
    assert levels[0] == 1 and all(after - before <= 1 for before, after in pairwise(levels))
    assert page.locator("img:not([alt]), img[alt='']").count() == 0
    tables = page.locator("table").count()
    assert page.locator("table > caption").count() == tables > 5
    assert page.locator("thead th:not([scope=col])").count() == 0
    assert page.locator("tbody tr > th:not([scope])").count() == 0
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_it_prints_on_white_with_the_tables_behind_the_charts(open_page: Open) -> None:
    opened = open_page(nice(), scheme="dark")
    assert opened.page.pdf(format="A4").startswith(b"%PDF")
    opened.page.emulate_media(media="print")
    assert (
        opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
        == "rgb(255, 255, 255)"
    )
    assert opened.page.get_by_role("navigation").count() == 0
    assert opened.messages == []


def bare(text: str) -> str:
    return text.replace(" ", "").replace("\u2212", "-").lstrip("+±")


def numbers_of(opened: Opened) -> list[tuple[str, str, str]]:
    """Of every number on the page: where it stands in the document, its value, what is written."""
    found: list[Any] = opened.page.evaluate(
        "[...document.querySelectorAll('[data-figure]')]"
        ".map((one) => [one.dataset.figure, one.value, one.textContent])"
    )
    return [(figure, value, text) for figure, value, text in found]


def test_a_number_is_written_as_what_it_stands_for(open_page: Open) -> None:
    found = numbers_of(open_page(nice()))
    assert len(found) > 50
    for figure, value, text in found:
        written = bare(text).split("%")[0].rstrip("EURSD")
        assert float(written) == pytest.approx(float(value.split()[0]), abs=0.5), (
            figure,
            json.dumps(text),
        )
