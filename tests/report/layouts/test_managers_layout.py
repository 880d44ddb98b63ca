"""The lines between those who are ranked, those who closed too few, and what is nobody's."""

from datetime import date
from typing import Any

from salescli.report.figures.managers import Managers, build_managers
from salescli.report.figures.question import ManagersQuestion, ask
from salescli.report.layouts.managers_layout import build_managers_plot, render_managers
from tests.report.funnel_deals import CALENDAR, REAL_ESTATE, make_deal

WON = "Q 03-02, W 03-10"


def managers(least: int, *owners: str | None) -> Managers:
    """Each owner with one deal won in March, ranked if that are enough."""
    day = date(2024, 3, 31)
    asked: Any = ("real-estate", CALENDAR.parse_period("2024-03", day), day, CALENDAR)
    zone = {"time_zone": "Europe/Riga", "sum": "value", "min_deals": least}
    deals = [
        make_deal(f"D{place}", WON, "1.00 EUR", owner=owner) for place, owner in enumerate(owners)
    ]
    return build_managers(deals, ask(ManagersQuestion, *asked, **zone), REAL_ESTATE)


def persons(figure: Managers, format: str) -> list[str]:
    lines = render_managers(figure, format).text.splitlines()
    if format == "md":
        return [line.split("|")[1].strip() for line in lines if line.startswith("|")][2:-1]
    names = [line.split("  ")[0].strip() for line in lines[2:]]
    return names[: names.index("Total")]


def test_what_is_nobodys_stands_under_a_line_of_its_own_however_much_was_closed():
    for format in ("table", "md"):
        ranked = persons(managers(1, "anna", None), format)
        assert ranked == ["anna", "– nobody's", "without owner"]
        both = persons(managers(2, "anna", "anna", "boris", None, None, None), format)
        assert both == ["anna", "– fewer than 2 closed", "boris", "– nobody's", "without owner"]
        few = persons(managers(2, "boris", None), format)
        assert few == ["boris", "– nobody's", "without owner"]
        assert persons(managers(2, None), format) == ["without owner"]


def test_a_picture_has_those_who_are_not_ranked_under_lines_that_say_why():
    plot = build_managers_plot(managers(2, "anna", "anna", "boris", None))
    assert plot.categories == (
        "anna", "– fewer than 2 closed", "boris", "– nobody's", "without owner",
    )  # fmt: skip
    values = plot.series[0].values
    assert [value is None for value in values] == [False, True, False, True, False]
    footer = " ".join(plot.footer)
    assert "1 person not ranked: fewer than 2 closed. Deals without an owner not ranked." in footer
