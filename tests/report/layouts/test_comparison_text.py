"""The screen of a comparison: side by side on one scale, in the terminal's width."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from salescli.report.layouts.comparison_text import format_comparison
from salescli.report.text.numbers import clean_text, width_of
from tests.report.comparisons import compare_owners, make_comparison
from tests.report.funnel_deals import make_deal

LONG = "Определение потенциала клиента и его потребностей"
WIDE = "日本語のとても長い名前の段階です"


def test_anna_and_boris_beside_each_other() -> None:
    rendered = format_comparison(compare_owners("anna", "boris"))
    assert rendered.text == (
        " Comparison · March 2024 · real-estate · created in the period · budget, EUR\n"
        "                        Anna Berzina      Boris Kalnins\n"
        " Deals, budget\n"
        " Qualification          █  1   50            0    0\n"
        " Key contacts           ██ 2  320            0    0\n"
        " Proposal preparation      0    0         █  1  150\n"
        " Proposal presentation     0    0            0    0\n"
        " Won                    █  1  100            0    0\n"
        " Went on\n"
        " Qualification          3 of 4   75.00 %  2 of 3   66.67 %    -8.33\n"
        " Key contacts           2 of 3   66.67 %  2 of 3   66.67 %     0.00\n"
        " Proposal preparation   1 of 2   50.00 %  1 of 2   50.00 %     0.00\n"
        " Proposal presentation  1 of 1  100.00 %  0 of 1    0.00 %  -100.00\n"
        " Won                                 n/a               n/a\n"
        " Reached, of all new\n"
        " Qualification          4 of 4  100.00 %  2 of 2  100.00 %    0.00\n"
        " Key contacts           3 of 4   75.00 %  2 of 2  100.00 %  +25.00\n"
        " Proposal preparation   2 of 4   50.00 %  1 of 2   50.00 %    0.00\n"
        " Proposal presentation  1 of 4   25.00 %  0 of 2    0.00 %  -25.00\n"
        " Won                    1 of 4   25.00 %  0 of 2    0.00 %  -25.00\n"
        " Reference definition (salescli help funnel).\n"
        " Behind shares: percentage points (pp) from Anna Berzina.\n"
        " No deals of other processes."
    )
    assert rendered.note == ""


def test_the_heading_names_the_stores_of_a_group_once() -> None:
    comparison = compare_owners("anna", "boris")
    sides = [
        replace(
            side,
            funnel=replace(
                side.funnel, question=replace(side.funnel.question, stores=("north", "south"))
            ),
        )
        for side in comparison.sides
    ]
    head = format_comparison(replace(comparison, sides=tuple(sides)), width=None).text.split("\n")[
        0
    ]
    assert head == (
        " Comparison · March 2024 · real-estate · store north, south"
        " · created in the period · budget, EUR"
    )


def test_bars_of_all_sides_have_one_scale() -> None:
    comparison = make_comparison(["A", "B"], ["x", "y"], [800, 400, 100, 0], [None])
    lines = format_comparison(comparison, width=None).text.split("\n")
    assert lines[3].split() == ["x", "████████", "800", "0", "█", "100", "0"]
    assert lines[4].split() == ["y", "████", "400", "0", "0", "0"]


def test_sides_that_have_no_room_beside_each_other_stand_below() -> None:
    people = [f"Person number {n}" for n in range(5)]
    comparison = make_comparison(people, ["First", "Second", "Won"], [8, 4, 2], ["5.00"])
    lines = format_comparison(comparison).text.split("\n")
    heads = [line.split() for line in lines if "Person" in line and "Behind" not in line]
    assert [len(head) // 3 for head in heads] == [3, 2]
    assert max(map(width_of, lines)) <= 80


def test_a_pipe_has_all_sides_beside_each_other_with_all_their_words() -> None:
    people = [f"{LONG} {n}" for n in range(6)]
    rendered = format_comparison(make_comparison(people, ["A", "B"], [8, 4], [None]), width=None)
    assert rendered.note == ""
    assert all(name in rendered.text.split("\n")[1] for name in people)


names = st.sampled_from([LONG, WIDE, "A", "x" * 90, "\x1b[31mred", "Key contacts"])
amounts = st.sampled_from([None, "5.00", "999999999999999999.99", "0.01"])


@settings(deadline=None)
@given(
    st.lists(names, min_size=2, max_size=6),
    st.lists(names, min_size=2, max_size=5),
    st.lists(st.sampled_from([0, 1, 7, 12_345, 100_000]), min_size=1, max_size=9),
    st.lists(amounts, min_size=1, max_size=7),
    st.sampled_from([80, 100, 120]),
)
def test_no_line_is_wider_than_the_screen_and_a_cut_is_told(
    sides: list[str], stages: list[str], counts: list[int], sums: list[str | None], width: int
) -> None:
    comparison = make_comparison(sides, stages, counts, sums)
    rendered = format_comparison(comparison, width=width)
    lines = rendered.text.split("\n")
    assert max(map(width_of, lines)) <= width
    assert all(clean_text(line) == line for line in lines)
    shown = all(clean_text(name) in rendered.text for name in [*sides, *stages])
    assert shown or f"To fit {width} columns" in rendered.note


def test_two_currencies_stand_one_below_the_other() -> None:
    deals = [
        make_deal("A", "Q 03-02", "10.50 EUR", owner="anna"),
        make_deal("B", "Q 03-02", "7 JPY", owner="anna"),
        make_deal("C", "Q 03-02", "20.00 EUR", owner="boris"),
    ]
    comparison = compare_owners("anna", "boris", deals=deals)
    lines = format_comparison(comparison, width=None).text.split("\n")
    assert lines[0].endswith("budget, EUR, JPY")
    assert lines[3].split()[1:] == ["██", "2", "10.50", "EUR", "█", "1", "20.00", "EUR"]
    assert lines[4].split() == ["7", "JPY"]


def test_what_is_left_out_stands_with_its_side() -> None:
    deals = [
        make_deal("A", "Q 03-02", owner="anna"),
        make_deal("B", "Q 03-02", process="quick", owner="boris"),
    ]
    text = format_comparison(compare_owners("anna", "boris", deals=deals), width=None).text
    assert text.endswith(
        "Anna Berzina: 1 deal without a budget. Boris Kalnins: 1 deal of other processes."
    )
