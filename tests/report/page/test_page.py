"""The page of a dashboard, read without a browser; tests/browser looks at it in one."""

import re

from msgspec.structs import replace

from salescli.report.dashboards.dashboard import FunnelFigure, FunnelPart
from salescli.report.dashboards.dashboard_document import build_dashboard_document
from salescli.report.page.funnel import MOST_DEALS, DealLine, pick_deals
from salescli.report.page.page import build_page, hash_script
from salescli.report.page.parts import Picture
from tests.report.pages import (
    CJK,
    HOSTILE,
    LONG,
    build_dashboard,
    build_deals,
    build_entered,
    build_funnel,
    build_plan,
)
from tests.report.reading_pages import compare_numbers, numbers_of, read_page

NASTY = (HOSTILE[0], HOSTILE[1], CJK, HOSTILE[2])
PICTURES = {("category", 0): Picture("data:image/svg+xml;base64,AAAA", "A chart of new deals")}


def nasty_page() -> str:
    dashboard = build_dashboard(names=NASTY, title=HOSTILE[4])
    return build_page(dashboard, deals=build_deals(HOSTILE[5]), pictures=PICTURES)


def test_the_only_script_is_ours_and_the_policy_allows_it_alone():
    elements = read_page(nasty_page())
    scripts = [one for one in elements if one.tag == "script"]
    assert len(scripts) == 1
    assert scripts[0].attributes == {}
    policy = next(
        one.attributes["content"]
        for one in elements
        if one.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{hash_script(scripts[0].text)}'; "
        "img-src data: 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    )


def test_the_hash_of_a_script_is_what_browsers_compute():
    # printf 'alert(1)' | openssl dgst -sha256 -binary | openssl base64
    assert hash_script("alert(1)") == "bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI="


def test_the_policy_comes_before_everything_that_it_must_hold_for():
    tags = [one.tag for one in read_page(nasty_page())]
    assert tags[:4] == ["html", "head", "meta", "meta"]


def test_no_name_makes_an_element_or_an_attribute():
    plain = build_dashboard(names=("Anna", "Boris", "Clara", "Dmitri"))
    harmless = read_page(build_page(plain, deals=build_deals(), pictures=PICTURES))
    hostile = read_page(nasty_page())
    assert [one.tag for one in hostile] == [one.tag for one in harmless]
    names = {name for one in hostile for name in one.attributes}
    assert not {name for name in names if name.startswith("on")}


def test_a_page_points_nowhere_but_at_itself():
    for one in read_page(nasty_page()):
        for name in ("src", "href"):
            address = one.attributes.get(name, "#")
            assert address.startswith(("#", "data:image/svg+xml;base64,", "data:,"))


def test_only_addresses_of_the_web_and_of_mail_become_links():
    names = ("https://example.org/a?b=1", "mailto:anna@example.org", HOSTILE[4], "data:text/html,x")
    elements = read_page(build_page(build_dashboard(names=names)))
    links = {one.attributes["href"] for one in elements if one.tag == "a"}
    assert {one for one in links if not one.startswith("#")} == {names[0], names[1]}


def test_what_turns_the_reading_direction_around_is_taken_out():
    html = build_page(build_dashboard(names=(HOSTILE[6], "B", "C", "D")))
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e]", html)


def test_every_number_of_the_page_stands_in_the_document():
    for dashboard in (build_dashboard(), build_dashboard(funnel=build_entered())):
        numbers = numbers_of(build_page(dashboard, deals=build_deals()))
        assert len(numbers) > 80
        assert compare_numbers(numbers, build_dashboard_document(dashboard)) == []


def test_every_number_of_funnels_metrics_and_charts_stands_on_the_page():
    dashboard = build_dashboard()
    document = build_dashboard_document(dashboard)
    shown = {figure for figure, _, _ in numbers_of(build_page(dashboard))}
    plan = "/blocks/0/funnel/plan"
    wanted = {f"{plan}/{name}/EUR" for name in ("actual/sum", "plan", "weighted")}
    wanted |= {f"{plan}/{name}/EUR/percent" for name in ("attainment", "expected_percent")}
    for place, stage in enumerate(document["blocks"][0]["funnel"]["stages"]):
        at = f"/blocks/0/funnel/stages/{place}"
        wanted |= {f"{at}/count", f"{at}/first/of", f"{at}/first/entered", f"{at}/first/percent"}
        wanted |= {f"{at}/sum/{code}" for code in stage["sum"]}
    wanted |= {f"/blocks/1/values/0/{name}" for name in ("value", "previous", "change")}
    wanted |= {f"/blocks/2/values/0/{name}" for name in ("value", "plan", "attainment")}
    for number, series in enumerate(document["blocks"][4]["plots"][0]["series"]):
        for place, value in enumerate(series["values"]):
            if value is not None:
                wanted.add(f"/blocks/4/plots/0/series/{number}/values/{place}")
    assert wanted - shown == set()


def test_numbers_that_are_missing_are_not_available_rather_than_nothing():
    html = build_page(build_dashboard())
    rate = html[html.index('id="block-rate"') : html.index('id="block-category"')]
    assert "n/a" in rate


def test_the_plans_of_compared_funnels_have_frames_as_long_as_they_are_on_one_scale():
    """The company planned 480 000, Anna 120 000, a quarter; Boris 60 000, and won 90 000."""
    dashboard = build_dashboard()
    funnel = build_funnel()
    anna, boris = replace(funnel), replace(funnel, plan=build_plan("60000.00"))
    figure = replace(
        dashboard.blocks[0],
        funnel=replace(funnel, plan=build_plan("480000.00")),
        parts=(FunnelPart("anna", "Anna", anna), FunnelPart("boris", "Boris", boris)),
    )
    html = build_page(replace(dashboard, blocks=(figure,)))
    frames = re.findall(r'class=own style="--w:([\d.]+)"><i style="--w:([\d.]+)">', html)
    assert frames == [("100.00", "18.75"), ("25.00", "75.00"), ("12.50", "100.00")]
    # likely 15 000: of 480 000, of 120 000, and for the third there is no room
    assert re.findall(r'class=likely style="--w:([\d.]+)"', html) == ["3.12", "12.50", "0"]


def test_a_stage_opens_its_dearest_deals_and_says_how_many_it_leaves_out():
    html = build_page(build_dashboard(), deals=build_deals())
    details = [one for one in read_page(html) if one.tag == "details" and "Flat 2" in one.text]
    assert len(details) == 1
    text = details[0].text
    assert text.index("Flat 2") < text.index("Flat 1") < text.index("Flat 3")  # 3 has no budget
    only = {("funnel", "stage-0"): build_deals()["funnel", "stage-0"][:1]}
    assert "2 more with smaller sums" in build_page(build_dashboard(), deals=only)


def test_a_stage_never_lists_more_deals_than_a_phone_can_open():
    lines = [DealLine(f"opp-{n}", f"Deal {n:04}", "", "") for n in range(MOST_DEALS + 5)]
    assert [one.title for one in pick_deals(lines)] == [f"Deal {n:04}" for n in range(MOST_DEALS)]


def test_the_same_dashboard_makes_the_same_page():
    assert nasty_page() == nasty_page()


def test_a_period_that_is_still_to_come_has_no_slices():
    dashboard = build_dashboard()
    funnel = dashboard.blocks[0]
    assert isinstance(funnel, FunnelFigure)
    question = replace(funnel.funnel.question, start=5, end=1)
    before = replace(funnel, funnel=replace(funnel.funnel, question=question, stages=()))
    html = build_page(replace(dashboard, blocks=(before,)))
    assert "No figures: the period begins after 31 Mar 2024." in html
    assert "<ol class=slices>" not in html


def test_a_dashboard_without_blocks_says_so():
    html = build_page(replace(build_dashboard(), blocks=()))
    assert "This dashboard has no blocks." in html


def test_a_block_says_its_period_only_where_it_is_another_than_the_page_s():
    html = build_page(build_dashboard())
    card = html[html.index('id="block-likely"') : html.index('id="block-managers"')]
    assert "all time" in card
    assert html.count("March 2024") == 1


def test_a_long_name_is_written_whole():
    assert LONG in build_page(build_dashboard(names=(LONG, "B", "C", "D")))


def test_tables_have_captions_and_heads_for_columns_and_rows():
    elements = read_page(nasty_page())
    count = {tag: sum(one.tag == tag for one in elements) for tag in ("table", "caption", "img")}
    assert count["table"] == count["caption"] > 5
    assert all("scope" in one.attributes for one in elements if one.tag == "th")
    assert [one.attributes["alt"] for one in elements if one.tag == "img"] == [
        "A chart of new deals"
    ]


def sort_heads(html: str, block: str) -> list[str]:
    """What the heads of a card's table are sorted as."""
    card = html[html.index(f'id="block-{block}"') :]
    return re.findall(r"data-sort=(\w+)", card[: card.index("</thead>")])


def test_rows_are_sorted_by_the_names_that_are_shown_and_money_with_its_currency():
    html = build_page(build_dashboard())
    assert 'data-sort="con-' not in html
    assert 'data-sort="1250000.50 EUR"' in html


def with_managers(rows: tuple[tuple[str, ...], ...]) -> str:
    """A page of one table of a report, with these rows."""
    dashboard = build_dashboard()
    return build_page(
        replace(dashboard, blocks=(replace(dashboard.blocks[-1], rows=rows, places=()),))
    )


def test_a_table_whose_rows_go_on_in_the_next_is_not_sorted():
    assert sort_heads(build_page(build_dashboard()), "managers") == ["text", "number", "number"]
    html = with_managers((("Anna", "1", "2 %"), ("", "3", "4 %"), ("Boris", "5", "6 %")))
    assert sort_heads(html, "managers") == []


def test_what_stands_below_a_total_stays_there():
    html = with_managers(
        (("Total", "1", ""), ("Anna", "2", "3 %"), ("Total", "4", ""), ("Undated", "5", ""))
    )
    body, foot = html[html.index("<tbody>") :].split("</tbody>", 1)
    assert re.findall(r"scope=row[^>]*><bdi>(\w+)", body) == ["Total", "Anna"]
    assert re.findall(r"scope=row[^>]*><bdi>(\w+)", foot) == ["Total", "Undated"]


def test_bars_that_stand_for_a_chart_have_one_scale():
    html = build_page(build_dashboard(), pictures=PICTURES)
    card = html[html.index('id="block-category"') :]
    body = card[card.index("<tbody>") : card.index("</tbody>")]
    # of 12: 4, 3 and 0; 1, none and 12
    assert re.findall(r'--w:([\d.]+)"', body) == ["33.33", "8.33", "25.00", "0", "100.00"]
