"""Which deals a question is about, and which money they bring, by hand."""

from salescli.report.figures.deal_filter import (
    LONG_AGO,
    MONEY_OF,
    OTHER_PROCESS,
    build_choice,
    build_filter,
    is_of_currency,
)
from tests.report.funnel_deals import ask_of, make_deal


def test_long_ago_is_before_every_day() -> None:
    assert LONG_AGO < -62_135_596_800  # 1 January of the year 1


def test_which_money_is_summed() -> None:
    deal = make_deal("A", "Q 03-02, W 03-05", "1.00 EUR", amount="2.00 EUR", revenue="3.00 EUR")
    assert [MONEY_OF[kind](deal, "won") for kind in ("budget", "amount", "value")] == [
        "1.00 EUR",
        "2.00 EUR",
        "3.00 EUR",
    ]
    assert MONEY_OF["value"](deal, "sold") == "2.00 EUR"


def test_the_filter_says_why_a_deal_is_left_out() -> None:
    euros = make_deal("A", "Q 03-31T20:59:59", "1.00 EUR", owner="anna", department="north")
    late = make_deal("B", "Q 03-31T21:00", "1.00 EUR", owner="anna", department="north")
    dollars = make_deal("C", "Q 03-02", "1.00 USD", owner="boris", department="south")
    other = make_deal("D", "Q 03-02", "1.00 USD", process="quick")
    bare = make_deal("E", "Q 03-02")
    deals = [euros, late, dollars, other, bare]

    def why(**asked: object) -> list[str | None]:
        return [build_filter(ask_of(**asked))(deal) for deal in deals]

    assert why() == ["", None, "", OTHER_PROCESS, ""]
    assert why(currency="EUR") == ["", None, "USD", OTHER_PROCESS, ""]
    assert why(owners=frozenset({"anna"})) == ["", None, None, None, None]
    assert why(departments=frozenset({"south"})) == [None, None, "", None, None]


def test_a_deal_is_chosen_whatever_its_process_and_its_currency() -> None:
    other = make_deal("D", "Q 03-02", "1.00 USD", process="quick", owner="anna")
    anna = ask_of(owners=frozenset({"anna"}), currency="EUR")
    assert build_choice(anna)(other)
    assert not build_choice(ask_of(owners=frozenset({"boris"})))(other)
    assert not build_choice(ask_of(departments=frozenset({"north"})))(other)


def test_a_deal_without_money_is_of_any_currency() -> None:
    dollars, bare = make_deal("C", "Q 03-02", "1.00 USD"), make_deal("E", "Q 03-02")
    assert [is_of_currency(dollars, code) for code in (None, "USD", "EUR")] == [True, True, False]
    assert [is_of_currency(bare, code) for code in (None, "EUR")] == [True, True]
