"""The board: every open deal on it, numbers whole, no line wider than the terminal."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from salescli.model.definition import Definition, Stage
from salescli.model.money import parse_money
from salescli.report.records.board import (
    Card,
    build_board,
    build_board_document,
    format_board,
    format_board_markdown,
)
from salescli.report.text.numbers import width_of

PROCESS = Definition(
    name="Small",
    stages=[
        Stage(stage="first", name="Знакомство"),
        Stage(stage="old", name="Old", retired=True),
        Stage(stage="second", name="Offer"),
        Stage(stage="won", name="Won", final="success"),
    ],
)


def card(id: str, stage: str, title: str = "", money: str | None = None, **own: object) -> Card:
    price = parse_money(money) if money else None
    return Card(id=id, stage=stage, title=title or id, money=price, **own)  # type: ignore[arg-type]


CARDS = [
    card("a", "first", "Квартира 47 у реки", "240000.00 EUR", days=7),
    card("b", "first", "日本の家", "9500.50 EUR", days=30, client="Elena"),
    card("c", "second", "Old Mill, shop 2", "1200000.00 EUR", days=3, overdue=True),
    card("d", "second", "No money yet"),
]


def test_the_board_has_a_column_for_each_stage_in_use():
    columns = build_board(CARDS, PROCESS)
    assert [(one.stage, [c.id for c in one.cards]) for one in columns] == [
        ("first", ["b", "a"]),
        ("second", ["c", "d"]),
    ]


def test_a_stage_out_of_use_or_unknown_shows_with_cards_only():
    columns = build_board([card("x", "old"), card("y", "gone")], PROCESS)
    assert [(one.stage, len(one.cards)) for one in columns] == [
        ("first", 0),
        ("old", 1),
        ("second", 0),
        ("gone", 1),
    ]


def test_sums_are_by_currency():
    cards = [card("a", "first", money="1.50 EUR"), card("b", "first", money="700 JPY")]
    cards += [card("c", "first", money="2.00 EUR"), card("d", "first")]
    assert build_board(cards, PROCESS)[0].sums == {"EUR": Decimal("3.50"), "JPY": Decimal(700)}


def test_a_wide_terminal_cuts_nothing():
    found = format_board(build_board(CARDS, PROCESS), width=80)
    assert found.text.split("\n") == [
        "Знакомство          Offer",
        "2 deals             2 deals",
        "249 500.50 EUR      1 200 000 EUR",
        "──────────────────  ──────────────────",
        "日本の家            ! Old Mill, shop 2",
        "9 500.50 EUR  30 d  1 200 000 EUR  3 d",
        "",
        "Квартира 47 у реки  No money yet",
        "240 000 EUR  7 d",
    ]
    assert found.note == "! past its close date."


def test_titles_give_way_and_numbers_do_not():
    found = format_board(build_board(CARDS, PROCESS), width=32)
    assert found.text.split("\n") == [
        "Знакомство       Offer",
        "2 deals          2 deals",
        "249 500.50 EUR   1 200 000 EUR",
        "───────────────  ───────────────",
        "日本の家         ! Old Mill,",
        "9 500.50 EUR     shop 2",
        "30 d             1 200 000 EUR",
        "                 3 d",
        "Квартира 47 у",
        "реки             No money yet",
        "240 000 EUR",
        "7 d",
    ]
    assert found.note == "! past its close date."


def test_a_title_that_two_lines_do_not_hold_is_cut():
    long = card("a", "first", "Riverside, block B, flat 47 with a garden", days=1)
    wide = card("b", "second", "x", "1200000.00 EUR")
    found = format_board(build_board([long, wide], PROCESS), width=28)
    assert found.text.split("\n")[4:] == [
        "Riverside,     x",
        "block B, fla…  1 200 000 EUR",
        "1 d",
    ]
    assert found.note == "To fit 28 columns, cut: titles. --format json shows everything."


def test_rules_stand_level_where_one_stage_has_two_currencies():
    cards = [card("a", "first", money="1.00 EUR"), card("b", "second", money="2.00 EUR")]
    cards += [card("c", "second", money="3.00 USD")]
    lines = format_board(build_board(cards, PROCESS)).text.split("\n")
    assert lines[:5] == [
        "Знакомство  Offer",
        "1 deal      2 deals",
        "1 EUR       2 EUR",
        "            3 USD",
        "──────────  ───────",
    ]


def test_a_terminal_too_narrow_has_the_stages_one_below_the_other():
    found = format_board(build_board(CARDS, PROCESS), width=24)
    assert found.text.split("\n") == [
        "Знакомство · 2 deals",
        "249 500.50 EUR",
        "    b · 日本の家 · Elena",
        "    9 500.50 EUR · 30 d",
        "    a",
        "    Квартира 47 у реки",
        "    240 000 EUR · 7 d",
        "",
        "Offer · 2 deals",
        "1 200 000 EUR",
        "  ! c · Old Mill, shop 2",
        "    1 200 000 EUR · 3 d",
        "    d · No money yet",
    ]


def test_in_a_pipe_nothing_is_cut_and_a_card_is_a_line():
    cards = [card("opp-1", "first", "Riverside, " * 30, "1.00 EUR", address="1abc", days=2)]
    lines = format_board(build_board(cards, PROCESS), width=None).text.split("\n")
    assert lines[0] == "Знакомство · 1 deal · 1 EUR"
    assert lines[1] == f"    1abc · {('Riverside, ' * 30).strip()} · 1 EUR · 2 d"


def test_a_card_says_how_commands_name_it():
    cards = [card("opp-1", "first", "Flat", "1.00 EUR", address="1abc", days=2)]
    lines = format_board(build_board(cards, PROCESS)).text.split("\n")
    assert lines[4:] == ["Flat", "1abc  1 EUR  2 d"]


def test_markdown_has_a_heading_a_stage_and_a_line_a_card():
    cards = [card("opp-1", "second", "*Flat*", "1.00 EUR", client="Elena", overdue=True)]
    cards += [card("opp-2", "second", "Other")]
    text = format_board_markdown(build_board(cards, PROCESS), limit=1)
    assert text.split("\n") == [
        "## Знакомство",
        "",
        "0 deals",
        "",
        "## Offer",
        "",
        "2 deals, 1 EUR",
        "",
        "- **\\*Flat\\*** (opp-1) !: Elena, 1 EUR",
        "- +1 more",
    ]


def test_a_limit_says_how_many_more_there_are():
    cards = [card(f"card-{number}", "second", days=number) for number in range(5)]
    lines = format_board(build_board(cards, PROCESS), limit=2).text.split("\n")
    assert [line[12:].strip() for line in lines[2:]] == [
        "───────", "card-4", "4 d", "", "card-3", "3 d", "", "+3 more",
    ]  # fmt: skip
    assert lines[0] == "Знакомство  Offer"


def test_titles_obey_no_terminal_codes():
    text = format_board(build_board([card("a", "first", "\x1b[31mred\n")], PROCESS)).text
    assert "\x1b" not in text
    assert "\ufffd[31mred" in text


titles = st.text(st.sampled_from("ab дж日本🙂e\u0301 "), min_size=1, max_size=30)
moneys = st.sampled_from([None, "1.00 EUR", "123456789.50 EUR", "700 JPY"])
cards = st.builds(
    card,
    id=st.sampled_from("abc"),
    stage=st.sampled_from(["first", "second", "old", "gone"]),
    title=titles,
    money=moneys,
    days=st.none() | st.integers(0, 9999),
    overdue=st.booleans(),
)


@given(st.lists(cards, max_size=12), st.integers(30, 120))
def test_no_line_is_wider_than_the_terminal(given_cards, width):
    found = format_board(build_board(given_cards, PROCESS), width=width)
    assert max(map(width_of, found.text.split("\n"))) <= width
    unlimited = format_board(build_board(given_cards, PROCESS), width=None)
    assert "…" not in unlimited.text


def test_the_document_has_every_card():
    document = build_board_document(build_board(CARDS[1:3], PROCESS))
    assert document == {
        "schema": "salescli/board@1",
        "stages": [
            {
                "stage": "first",
                "name": "Знакомство",
                "count": 1,
                "sum": {"EUR": "9500.50"},
                "cards": [
                    {
                        "id": "b",
                        "title": "日本の家",
                        "client": "Elena",
                        "money": "9500.50 EUR",
                        "days_at_stage": 30,
                        "overdue": False,
                    }
                ],
            },
            {
                "stage": "second",
                "name": "Offer",
                "count": 1,
                "sum": {"EUR": "1200000.00"},
                "cards": [
                    {
                        "id": "c",
                        "title": "Old Mill, shop 2",
                        "client": "",
                        "money": "1200000.00 EUR",
                        "days_at_stage": 3,
                        "overdue": True,
                    }
                ],
            },
        ],
    }
