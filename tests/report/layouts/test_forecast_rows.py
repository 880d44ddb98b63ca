"""The rows of a forecast's CSV: each deal is counted in one line of its row."""

from salescli.report.layouts.forecast_rows import build_number_columns, build_number_rows
from tests.report.forecast_deals import asked, forecast_of
from tests.report.funnel_deals import make_deal

CLOSE = {"owner": "anna", "close_date": "2024-04-02", "probability": 50}
NAMES = "row currency plan pipeline weighted actual_deals pipeline_deals without_value".split()


def lines_of(*deals):
    """What the lines say of some columns, where there are plans of Anna in euros."""
    forecast = forecast_of(deals, asked(), {"anna": {"2024-04": "50.00 EUR"}})
    names = [column.name for column in build_number_columns(forecast)]
    rows = [dict(zip(names, row, strict=True)) for row in build_number_rows(forecast)]
    return [" ".join(row[name] or "-" for name in NAMES) for row in rows]


def test_deals_are_counted_in_the_line_of_their_currency_and_those_of_no_value_in_one_without():
    deals = [
        make_deal("A", "Q 03-02", "3.00 EUR", **CLOSE),
        make_deal("B", "Q 03-02", "5.00 EUR", **CLOSE),
        make_deal("C", "Q 03-02", "700 JPY", **CLOSE),
        make_deal("D", "Q 03-02", **CLOSE),
        make_deal("E", "Q 03-02", "9.00 USD", owner="anna", probability=10),
        make_deal("F", "Q 03-02", owner="anna"),
    ]
    assert lines_of(*deals) == [
        "row EUR 50.00 8.00 4.00 0 2 0",
        "row JPY - 700 350 0 1 0",
        "row - - - - 0 1 1",
        "total EUR 50.00 8.00 4.00 0 2 0",
        "total JPY - 700 350 0 1 0",
        "total - - - - 0 1 1",
        "undated USD - 9.00 0.90 - 1 0",
        "undated - - - - - 1 1",
    ]


def test_nothing_stands_in_the_first_currency():
    assert lines_of()[-1] == "total EUR 50.00 0.00 0.00 0 0 0"
