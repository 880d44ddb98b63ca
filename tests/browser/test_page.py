"""The page of a dashboard made by hand, hostile names and all, as a browser shows it.

Opening a page takes longest: tests that leave it as it was, or say first what they need, share one.
"""

from decimal import Decimal
from io import BytesIO
from itertools import pairwise

import pytest
from msgspec.structs import replace
from PIL import Image

from salescli.report.dashboards.dashboard import MetricValue, TableFigure
from salescli.report.page.page import build_page
from salescli.report.page.pictures import build_pictures
from salescli.report.pictures import chart
from salescli.report.text.listing import Column
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


def make_page(names: tuple[str, ...] = ()) -> str:
    dashboard = build_dashboard(names=names, title=HOSTILE[2] if names else "Overview")
    pictures = build_pictures(dashboard, lambda plot: chart.draw_plot(plot, kind="svg").data)
    deals = build_deals(HOSTILE[1] if names else "Petrov")
    return build_page(dashboard, deals=deals, pictures=pictures)


@pytest.fixture(scope="module")
def html() -> str:
    return make_page()


@pytest.fixture(scope="module")
def nice(open_page: Open, html: str) -> Opened:
    """The page of harmless names, shared."""
    return open_page(html)


@pytest.fixture(scope="module")
def nasty(open_page: Open) -> Opened:
    """The page of hostile and long ones, shared."""
    return open_page(make_page((HOSTILE[0], HOSTILE[1], CJK, LONG)))


def column(opened: Opened, card: str, place: int) -> list[str]:
    """The cells of a column, from top to bottom, of the table in that card."""
    cells = f"#block-{card} tbody tr > :nth-child({place + 1})"
    return opened.page.locator(cells).all_inner_texts()


def test_a_page_says_nothing_and_asks_for_nothing(nice: Opened, nasty: Opened) -> None:
    for opened in (nice, nasty):
        opened.show(scheme="dark")
        opened.unfold()
        images = opened.page.evaluate("[...document.images].map((one) => one.naturalWidth)")
        assert images and all(images)
        assert (opened.messages, opened.requests) == ([], [])


def test_a_hostile_name_makes_no_element(open_page: Open, nice: Opened) -> None:
    """The same elements stand on the page of harmless names, so none was made of a name."""
    opened = open_page(make_page(HOSTILE[:4]))
    count = "[...document.querySelectorAll('*')].map((one) => one.tagName).sort()"
    assert opened.page.evaluate(count) == nice.page.evaluate(count)
    attributes = opened.page.evaluate(
        "[...document.querySelectorAll('*')].flatMap((one) => one.getAttributeNames())"
    )
    assert not [name for name in attributes if name.startswith("on")]
    assert opened.page.title() == f"{HOSTILE[2]} · {HOSTILE[1]}"
    assert opened.page.get_by_text(HOSTILE[0]).count() > 0


def test_the_policy_stops_a_script_that_got_in(open_page: Open, html: str) -> None:
    attack = "document.title = 'owned'"
    attacks = f'<script>{attack}</script><img src=x onerror="{attack}"><script src=x.js></script>'
    opened = open_page(html.replace("</main>", f"{attacks}</main>"))
    assert opened.page.title() == "Overview · North Homes"
    assert any("Content Security Policy" in message for message in opened.messages)
    assert opened.page.locator("th button").count() > 0  # ours runs


def test_no_page_is_wider_than_its_window(nice: Opened, nasty: Opened) -> None:
    for opened in (nice, nasty):
        for width in WIDTHS:
            opened.show(width=width)
            for is_open in (False, True):
                opened.unfold(is_open)
                assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_phone_a_deal_has_its_money_beside_its_title_and_its_client_below(
    nice: Opened, nasty: Opened
) -> None:
    for opened in (nice, nasty):
        page = opened.show(width=390)
        opened.unfold()
        sizes = page.evaluate(
            "[...document.querySelectorAll('.scroll:has(.records)')].map((one) =>"
            " [one.clientWidth, one.scrollWidth])"
        )
        assert len(sizes) > 1 and all(wide <= room for room, wide in sizes if room)
        for row in page.locator(".records tbody tr").all():
            title, client = (row.locator(f"> :nth-child({n})").bounding_box() for n in (1, 2))
            money = row.locator("> .lead").bounding_box()
            assert title and client and money
            assert client["y"] >= title["y"] + title["height"] - 1
            assert money["y"] == title["y"] or money["x"] < 40  # below, where the title has no room
            assert money["x"] + money["width"] <= 390


def test_a_table_of_eleven_columns_stands_in_a_window_of_800(open_page: Open) -> None:
    names = ("Person", "Won, EUR", "Won, USD", "Win rate", "Closed", "Active", "Meetings", "Calls")
    names += ("Days to win", "Average, EUR", "Average, USD")
    row = ("Anna", "3 652 387.50", "921 900", "63.64 %", "24", "49", "24", "48", "53.1")
    row += ("332 035.23", "307 300")
    dashboard = build_dashboard()
    columns = (Column("Person", "Person"), *(Column(n, n, "right", "number") for n in names[1:]))
    block = replace(dashboard.blocks[-1], columns=columns, rows=(row,), places=())
    page = open_page(build_page(replace(dashboard, blocks=(block,)))).show(width=800)
    room, wide = page.evaluate(
        "(() => { const one = document.querySelector('.scroll:has(.wide)');"
        " return [one.clientWidth, one.scrollWidth] })()"
    )
    assert wide <= room


def test_on_a_phone_bars_behind_the_numbers_stand_for_a_picture(nice: Opened) -> None:
    """Drawn 800 wide, its letters would be 5 pixels high if all of it stood in 375."""
    page = nice.show(width=375)
    assert page.locator(".picture img").count() > 0
    for picture in page.locator(".picture").all():
        assert not picture.is_visible()
    drawn = "(one) => getComputedStyle(one).backgroundImage"
    bar = page.locator(".pair td.bar").first
    assert "linear-gradient" in bar.evaluate(drawn)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    nice.show(width=1400)
    assert page.locator(".pair .picture").first.is_visible()
    assert bar.evaluate(drawn) == "none"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_is_easy_to_read(nice: Opened, scheme: str) -> None:
    page = nice.show(scheme=scheme)
    nice.unfold()
    seen, too_pale = page.evaluate(TOO_PALE, LEAST_CONTRAST)
    assert seen > 100
    assert too_pale == []
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(14, 20, 26)") == (scheme == "dark")


def test_charts_turn_dark_with_the_page(nice: Opened) -> None:
    """The paper of a picture is the card that it lies on, whatever the colours of the page."""
    for scheme, card in (("dark", (24, 33, 42)), ("light", (255, 255, 255))):
        png = nice.show(scheme=scheme).locator(".picture img").first.screenshot()
        assert Image.open(BytesIO(png)).convert("RGB").getpixel((3, 3)) == card


def test_a_click_sorts_a_column_and_another_turns_it_around(open_page: Open, html: str) -> None:
    opened = open_page(html)
    button = opened.page.locator("#block-likely th button")
    assert column(opened, "likely", 3) == ["80 %", "9 %", "55 %"]
    button.nth(3).click()
    assert column(opened, "likely", 3) == ["80 %", "55 %", "9 %"]
    button.nth(3).click()
    assert column(opened, "likely", 3) == ["9 %", "55 %", "80 %"]
    head = opened.page.locator("#block-likely th[aria-sort]")
    assert [one.get_attribute("aria-sort") for one in head.all()] == ["ascending"]


def test_clients_are_sorted_by_their_names_and_money_by_currency_first(nice: Opened) -> None:
    button = nice.page.locator("#block-likely th button")
    button.nth(1).click()
    assert column(nice, "likely", 1) == ["Anna", "Boris", "Clara"]
    button.nth(2).click()
    assert column(nice, "likely", 2) == ["700 USD", "1 250 000.50 EUR", ""]
    button.nth(2).click()
    assert column(nice, "likely", 2) == ["1 250 000.50 EUR", "700 USD", ""]


def test_the_keyboard_sorts_too_and_what_is_empty_stays_last(nice: Opened) -> None:
    nice.page.locator("#block-likely th button").nth(4).focus()
    nice.page.keyboard.press("Enter")
    assert column(nice, "likely", 4) == ["2024-03-28", "2024-04-02", ""]
    nice.page.keyboard.press("Space")
    assert column(nice, "likely", 4) == ["2024-04-02", "2024-03-28", ""]


def test_groups_are_sorted_by_themselves_and_the_total_stays_last(nice: Opened) -> None:
    table = nice.page.locator("#block-managers table")
    table.locator("th button").nth(0).click()
    table.locator("th button").nth(0).click()
    names = table.locator("tbody th, tfoot th").all_inner_texts()
    assert names == ["Boris", "Anna", "fewer than 5 closed", "Dmitri", "Clara", "Total"]


def test_a_table_of_a_total_alone_says_nothing_and_stops_no_other(open_page: Open) -> None:
    dashboard = build_dashboard()
    managers = dashboard.blocks[-1]
    assert isinstance(managers, TableFigure)
    empty = replace(managers, id="empty", rows=managers.rows[-1:], places=managers.places[-1:])
    opened = open_page(build_page(replace(dashboard, blocks=(empty, managers))))
    assert opened.messages == []
    assert opened.page.locator("#block-empty th button").count() == 0
    assert opened.page.locator("#block-managers th button").count() == 3


@pytest.mark.parametrize("amount", ["1250000000.55", "1000000000000.55", "-123456789012345678.90"])
def test_a_large_number_is_whole_in_its_card(open_page: Open, amount: str) -> None:
    dashboard = build_dashboard()
    money = MetricValue(
        unit="EUR",
        value=Decimal(amount),
        previous=-Decimal(amount),
        plan=Decimal(amount),
        attainment=Decimal("100.00"),
    )
    won = replace(dashboard.blocks[2], values=(money,))
    others = tuple(replace(dashboard.blocks[1], id=f"other-{n}") for n in range(5))
    opened = open_page(build_page(replace(dashboard, blocks=(*others[:3], won, *others[3:]))))
    for width in (375, 800, 1280):
        page = opened.show(width=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        card = page.locator("#block-won").bounding_box()
        assert card
        numbers = page.locator("#block-won data").all()
        assert len(numbers) == 5  # with the change, twice as large
        for number in numbers:
            box = number.bounding_box()
            assert box and box["x"] >= card["x"]
            assert box["x"] + box["width"] <= card["x"] + card["width"]
            assert number.evaluate("(one) => one.scrollWidth - one.clientWidth") <= 0


def test_a_button_that_sorts_is_large_enough_for_a_finger(nice: Opened) -> None:
    for width in (1280, 375):
        for button in nice.show(width=width).locator("th button:visible").all():
            box = button.bounding_box()
            assert box and box["height"] >= 24 and box["width"] >= 24


def test_a_stage_opens_its_deals_by_the_keyboard(nice: Opened) -> None:
    nice.unfold(False)
    stage = nice.page.locator("details:has(summary:has-text('Qualification'))")
    deals = stage.locator("tbody th")
    assert not deals.first.is_visible()
    stage.locator("summary").focus()
    nice.page.keyboard.press("Enter")
    assert deals.first.is_visible()
    assert deals.all_inner_texts() == ["Flat 2", "Flat 1", "Flat 3"]


def test_a_page_is_read_without_its_script(open_page: Open, html: str) -> None:
    opened = open_page(html, script=False)
    assert opened.page.locator("th button").count() == 0
    text = opened.page.locator("main").inner_text()
    for words in ("Qualification", "1 250 000.50", "Won this month", "Ten likeliest", "66.67 %"):
        assert words in text
    opened.page.locator("summary:has-text('Needs')").click()
    assert opened.page.get_by_text("Flat 5", exact=True).first.is_visible()


def test_the_structure_can_be_heard(open_page: Open, html: str) -> None:
    """Landmarks, headings in order, names of images and tables, heads of columns and rows."""
    page = open_page(html).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    marks = ("header", "nav", "main", "footer", "h1")
    assert [page.locator(one).count() for one in marks] == [1] * 5
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map((h) => +h.tagName[1])")
    assert levels[0] == 1 and all(after - before <= 1 for before, after in pairwise(levels))
    assert page.locator("img:not([alt]), img[alt='']").count() == 0
    tables = page.locator("table").count()
    assert page.locator("table > caption").count() == tables > 5
    assert page.locator("thead th:not([scope=col])").count() == 0
    assert page.locator("tbody tr > th:not([scope])").count() == 0
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids))


def test_it_prints_on_white_with_the_tables_behind_the_charts(nice: Opened) -> None:
    nice.unfold(False)
    page = nice.show(scheme="dark", media="print")
    assert page.pdf(format="A4").startswith(b"%PDF")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    assert page.get_by_role("navigation").count() == 0
    height = page.locator("details.data table").first.bounding_box()
    assert height is not None and height["height"] > 50  # folded on the screen, printed whole
    assert nice.messages == []
