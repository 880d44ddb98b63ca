"""`salescli report dashboard NAME --html FILE`: the file, what goes with it, its numbers."""

import json

import pytest

from tests.report.pages import HOSTILE
from tests.report.reading_pages import compare_numbers, numbers_of, read_page
from tests.shop import Shop, made_once

SHIPPED = ("overview", "analytics", "comparison", "best-managers", "my-day")


@pytest.fixture
@made_once
def selling(shop: Shop) -> Shop:
    """Four deals of four clients with ugly names: three open, one won; one is in dollars."""
    for place, name in enumerate(HOSTILE[:4]):
        client = shop.make("account", "create", name)
        money = "700 USD" if place == 3 else f"{1234.5 * (place + 1)} EUR"
        deal = shop.make(
            "opportunity", "create", f"Flat {place}", "--client", client, "--budget", money
        )
        if place == 1:
            shop.do("opportunity", "close", deal, "--outcome", "won")
    return shop


@pytest.mark.parametrize("name", SHIPPED)
def test_each_number_on_the_page_of_a_shipped_dashboard_is_in_its_json(selling, name):
    html = selling.do("report", "dashboard", name, "--html", "-").out
    document = json.loads(selling.do("report", "dashboard", name, "--format", "json").out)
    numbers = numbers_of(html)
    assert compare_numbers(numbers, document) == []
    assert len(numbers) > 3


TABLES = """name: Tables
blocks:
  - {block: ranked, title: Ranked, kind: table, report: managers}
  - {block: outcomes, title: Outcomes, kind: table, report: win-loss}
  - {block: owners, title: Owners, kind: table, report: win-loss, by: owner}
  - {block: reasons, title: Reasons, kind: table, report: win-loss, by: reason}
  - {block: all, title: All, kind: table, report: state}
  - {block: forecast, title: Forecast, kind: table, report: forecast, by: owner}
  - {block: state, title: State, kind: table, report: state, by: owner}
"""


def test_each_number_in_the_table_of_a_report_names_its_own_place(selling):
    """No two have the same, and what stands there is one number."""
    (selling.root / "dashboards" / "tables.yaml").write_text(TABLES)
    html = selling.do("report", "dashboard", "tables", "--html", "-").out
    document = json.loads(selling.do("report", "dashboard", "tables", "--format", "json").out)
    numbers = numbers_of(html)
    places = [place for place, _, _ in numbers]
    assert len(set(places)) == len(places) > 50
    assert not [place for place in places if place.endswith("/document")]
    assert compare_numbers(numbers, document) == []
    shown = {place: text for place, _, text in numbers}
    # One won deal, of 2 469 EUR, of three in euros; the others stay open, 1 234.5 and 3 703.5.
    assert shown["/blocks/0/document/total/won/sum/EUR"] == "2 469"
    assert shown["/blocks/1/document/total/won/count"] == "1"
    assert shown["/blocks/2/document/total/win_rate/percent"] == "100.00 %"
    assert shown["/blocks/4/document/total/open/sum/EUR"] == "4 938"
    assert shown["/blocks/5/document/total/0/actual/sum/EUR"] == "2 469.00"
    assert shown["/blocks/6/document/rows/0/open/count"] == "3"


def test_a_page_is_written_into_a_file_and_words_say_so(selling):
    answer = selling.do("report", "dashboard", "overview", "--html", "overview.html")
    assert answer.out == ""
    assert answer.err == "overview.html is written: one file, for a browser or a web server.\n"
    html = (selling.root / "overview.html").read_text(encoding="utf-8")
    assert html == selling.do("report", "dashboard", "overview", "--html", "-").out


def test_a_stage_of_the_page_opens_its_deals_with_their_clients(selling):
    html = selling.do("report", "dashboard", "overview", "--html", "-").out
    stages = [one for one in read_page(html) if one.tag == "details" and "Flat 0" in one.text]
    assert len(stages) == 1
    text = stages[0].text
    assert HOSTILE[0] in text and HOSTILE[2] in text
    assert text.index("Flat 2") < text.index("Flat 0") < text.index("Flat 3")  # dollars stand apart
    assert "Anna" in text


def test_hostile_names_make_no_script(selling):
    html = selling.do("report", "dashboard", "overview", "--html", "-").out
    elements = read_page(html)
    assert [one.tag for one in elements].count("script") == 1
    assert not [name for one in elements for name in one.attributes if name.startswith("on")]


def test_a_page_of_a_past_day_knows_nothing_of_later_ones(selling):
    selling.do("report", "dashboard", "overview", "--html", "-")
    html = selling.do("report", "dashboard", "overview", "--as-of", "2026-11-01", "--html", "-").out
    assert "as of 1 Nov 2026" in html
    assert "Flat 0" not in html


def test_stdout_is_for_the_page_alone(selling):
    answer = selling.run("report", "dashboard", "overview", "--html", "-", "--format", "json")
    assert answer.code == 2
    assert "stdout is for the page alone" in answer.err
    assert answer.out == ""


def test_a_page_and_a_document_can_be_asked_for_together(selling):
    answer = selling.do("report", "dashboard", "overview", "--html", "o.html", "--format", "json")
    assert answer.out == selling.do("report", "dashboard", "overview", "--format", "json").out
    assert (selling.root / "o.html").exists()


def test_a_folder_that_is_not_there_is_named(selling):
    answer = selling.run("report", "dashboard", "overview", "--html", "public/overview.html")
    assert answer.code == 6
    assert "public/overview.html can't be written" in answer.err
    assert "Make its folder first" in answer.err


def test_an_empty_store_has_a_page_too(shop):
    for name in SHIPPED:
        html = shop.do("report", "dashboard", name, "--html", "-").out
        assert html.startswith("<!doctype html>")


def test_compared_funnels_stand_side_by_side_with_their_differences(selling):
    selling.do("person", "create", "Boris Kalnin", "--id", "boris")
    mine = ["--client", selling.make("account", "create", "Harbour"), "--owner", "boris"]
    selling.make("opportunity", "create", "Won at once", *mine)
    html = selling.do("report", "dashboard", "comparison", "--html", "-").out
    card = html[html.index('id="block-owners"') : html.index('id="block-departments"')]
    (picture,) = [one for one in read_page(card) if one.tag == "img"]
    assert picture.attributes["alt"].startswith("Funnels side by side, on one scale: Company,")
    words = " ".join(one.text for one in read_page(card) if one.tag in ("summary", "p"))
    assert "Went on, %, at each stage by owner" in words
    assert "Reached, %, at each stage by owner" in words
    assert "percentage points (pp) from the company" in words
    # 1 of 5 left the first stage; none of Boris's one did, 1 of Anna's four
    points = [text for place, _, text in numbers_of(card) if "/differences/0/" in place]
    assert points[:2] == ["+5.00 pp", "\u221220.00 pp"]


def test_a_plan_that_is_not_there_says_why(selling):
    html = selling.do("report", "dashboard", "overview", "--html", "-").out
    assert "Plan: n/a, the company has no plan for November 2026." in html
