"""What commands did, in words: titles of commits and of the log."""

from salescli.workspace.titles import told_fields


def test_changed_fields_are_told_in_the_words_of_the_trade():
    paths = ["close_date", "prices/2026-12-01", "custom/floor_plan", "external/hubspot"]
    assert told_fields(paths) == "close date, price from 2026-12-01, floor plan, id in hubspot"
    assert told_fields(["contacts/con-1/role", "hourly/2026-01-01"]) == (
        "contacts con-1 role, hourly cost from 2026-01-01"
    )
