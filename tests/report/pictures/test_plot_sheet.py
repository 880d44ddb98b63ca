"""What stands on the picture of a plot and where, before anything is drawn."""

from decimal import Decimal

import msgspec
import pytest

from salescli.report.layouts.plot import Plot, Series, Shape
from salescli.report.pictures.plot_marks import COLORS, TARGET_COLOR, TINTS, look_of
from salescli.report.pictures.plot_sheet import build_plot_sheet
from salescli.report.pictures.sheet import Area, Sheet, Stroke

MONTHS = ("Jan", "Feb", "Mar", "Apr")


def measure(text: str, size: float, bold: bool) -> float:
    """Every letter six tenths of its size."""
    return len(text) * size * 0.6


def series(name: str, *values: object) -> Series:
    return Series(name, tuple(None if v is None else Decimal(str(v)) for v in values))


def sheet_of(shape: Shape, *rows: Series, categories: tuple[str, ...] = MONTHS, **more) -> Sheet:
    plot = Plot(shape=shape, title="T", categories=categories, series=rows, **more)
    return build_plot_sheet(plot, measure)


def texts(sheet: Sheet) -> list[str]:
    return [label.text for label in sheet.labels]


def colored(sheet: Sheet, color: str) -> list[Area]:
    return [area for area in sheet.areas if area.color == color]


def size(area: Area) -> tuple[float, float]:
    xs, ys = zip(*area.points, strict=True)
    return max(xs) - min(xs), max(ys) - min(ys)


def lines(sheet: Sheet, color: str) -> list[Stroke]:
    return [stroke for stroke in sheet.strokes if stroke.color == color]


def test_columns_are_as_high_as_their_numbers_and_a_gap_is_none() -> None:
    sheet = sheet_of("column", series("Won", 2, 4, 0, None))
    heights = [size(area)[1] for area in colored(sheet, COLORS[0])]
    assert len(heights) == 3
    assert heights[1] == pytest.approx(2 * heights[0])
    assert heights[2] == pytest.approx(1)  # zero is a hairline
    assert [text for text in texts(sheet) if text in {"2", "4", "0"}].count("4") == 2


def test_stacked_columns_stand_on_each_other_under_their_whole() -> None:
    sheet = sheet_of("column", series("A", 10, 0, 0), series("B", 30, 20, 0), stacked=True)
    (first,) = [size(one) for one in colored(sheet, COLORS[0]) if size(one)[1] > 20]
    seconds = [size(one) for one in colored(sheet, COLORS[1]) if size(one)[1] > 20]
    assert [round(height / first[1], 3) for _, height in seconds] == [3, 2]
    assert first[0] == seconds[0][0]
    assert [text for text in texts(sheet) if text == "40"] != []


def test_negative_columns_hang_from_zero() -> None:
    sheet = sheet_of("column", series("Won", 2, -2, 1, 1))
    up, down, *_ = colored(sheet, COLORS[0])
    assert max(y for _, y in up.points) == pytest.approx(min(y for _, y in down.points))
    assert "−2" in texts(sheet)


def test_bars_are_as_long_as_their_numbers() -> None:
    sheet = sheet_of("bar", series("Won", 2, 4, 0, None))
    widths = [size(area)[0] for area in colored(sheet, COLORS[0])]
    assert widths[1] == pytest.approx(2 * widths[0])
    assert widths[2] == pytest.approx(1)
    assert len(widths) == 3


def test_a_line_is_broken_at_a_gap_and_a_lone_point_is_a_mark() -> None:
    sheet = sheet_of("line", series("Won", 1, 2, None, 4))
    assert [len(stroke.points) for stroke in lines(sheet, COLORS[0])] == [2]
    assert len(colored(sheet, COLORS[0])) == 3


def test_several_areas_stand_on_each_other() -> None:
    sheet = sheet_of("area", series("Won", 1, 1, 1, 1), series("Lost", 2, 2, 2, 2))
    won, lost = colored(sheet, TINTS[0])[0], colored(sheet, TINTS[1])[0]
    assert size(lost)[1] == pytest.approx(2 * size(won)[1])
    assert max(y for _, y in lost.points) == pytest.approx(min(y for _, y in won.points))


def test_areas_with_negative_numbers_all_stand_on_zero() -> None:
    sheet = sheet_of("area", series("Won", 1, 1, 1, 1), series("Lost", -2, 2, 2, 2))
    won = colored(sheet, TINTS[0])[0]
    lost = colored(sheet, TINTS[1])[0]
    zero = max(y for _, y in won.points)
    assert any(y == pytest.approx(zero) for _, y in lost.points)


def test_a_pie_takes_its_largest_first_and_the_smallest_together() -> None:
    names = tuple("abcdefghij")
    sheet = sheet_of("pie", series("Sum", *range(1, 11)), categories=names, unit="EUR")
    told = texts(sheet)
    # 10 + 9 + … + 4 = 49 of 55; 1, 2 and 3 are the rest
    assert [text for text in told if text in names] == list("jihgfed")
    assert "other (3)" in told
    assert told[told.index("other (3)") + 1 :][:2] == ["6", "10.91 %"]
    assert told.count("18.18 %") == 2  # 10 of 55, at its slice and in the table


def test_a_pie_leaves_out_what_is_below_zero_and_says_so() -> None:
    sheet = sheet_of("pie", series("Sum", 3, -1, 0, None))
    assert "100.00 %" in texts(sheet)
    assert "Left out, below zero: 1." in texts(sheet)
    assert "Nothing above zero." in texts(sheet_of("pie", series("Sum", 0, 0, None, 0)))


def test_points_stand_by_both_numbers_and_are_named() -> None:
    sheet = sheet_of("scatter", series("Days", 0, 10, 5, None), series("Sum", 0, 100, 50, 7))
    marks = colored(sheet, COLORS[0])
    (x0, y0), (x1, y1), (x2, y2) = (
        (sum(x for x, _ in m.points) / 24, sum(y for _, y in m.points) / 24) for m in marks
    )
    assert (x2 - x0) == pytest.approx((x1 - x0) / 2)
    assert (y0 - y2) == pytest.approx((y0 - y1) / 2)
    assert {"Jan", "Feb", "Mar"} <= set(texts(sheet))
    assert "Apr" not in texts(sheet)


@pytest.mark.parametrize("shape", ["column", "line", "area", "bar", "scatter"])
def test_a_plan_is_a_dashed_line_and_told_with_its_number(shape: Shape) -> None:
    rows = [series("Won", 1000, 2000, 3000, 4000)] * (2 if shape == "scatter" else 1)
    sheet = sheet_of(shape, *rows, unit="EUR", target=Decimal(2500), target_name="Plan")
    assert "Plan: 2 500 EUR" in texts(sheet)
    swatch, *drawn = lines(sheet, TARGET_COLOR)
    assert drawn
    assert all(stroke.is_dashed for stroke in (swatch, *drawn))
    (x, y), (x2, y2) = drawn[0].points
    assert x == x2 if shape == "bar" else y == y2


def test_the_line_of_a_plan_leaves_numbers_readable() -> None:
    sheet = sheet_of("bar", series("Won", 100, 99, 50, 10), target=Decimal(101))
    drawn = lines(sheet, TARGET_COLOR)[1:]
    values = [label for label in sheet.labels if label.text in ("100", "99") and label.x > 200]
    assert len(drawn) > 1
    for label in values:
        for stroke in drawn:
            (x, top), (_, bottom) = stroke.points
            if label.x <= x <= label.x + measure(label.text, 12, False):
                assert not top < label.y < bottom


def test_several_series_have_a_legend_and_one_names_the_axis() -> None:
    assert "Won, EUR" in texts(sheet_of("column", series("Won", 1, 2, 3, 4), unit="EUR"))
    told = texts(sheet_of("column", *[series(n, 1, 2, 3, 4) for n in ("Won", "Lost")], unit="EUR"))
    assert {"Won", "Lost", "EUR"} <= set(told)


def test_series_differ_in_more_than_colour() -> None:
    looks = [look_of(place) for place in range(16)]
    assert len({(look.color, look.hatch) for look in looks}) == 16
    assert len({look.hatch for look in looks[:8]}) == len({look.mark for look in looks[:8]}) == 8


def test_names_without_room_are_upright_all_of_them_or_thinned_where_they_have_an_order() -> None:
    names = tuple(f"Client {place}" for place in range(40))
    sheet = sheet_of("column", series("Won", *range(40)), categories=names)
    assert [label.text for label in sheet.labels if label.is_upright] == list(names)
    days = tuple(f"{place + 1} Mar" for place in range(40))
    sheet = sheet_of("line", series("Won", *range(40)), categories=days)
    shown = [text for text in texts(sheet) if text in days]
    assert 3 < len(shown) < 20
    assert shown[0] == "1 Mar"


@pytest.mark.parametrize("shape", ["column", "line", "area", "bar", "pie", "scatter"])
def test_a_plot_of_nothing_says_so(shape: Shape) -> None:
    for sheet in (
        sheet_of(shape, categories=()),
        sheet_of(shape, *[series("Won", None, None, None, None)] * 2),
    ):
        assert "No figures." in texts(sheet)


def test_title_subtitle_and_footer_stand_around_the_chart() -> None:
    sheet = sheet_of(
        "bar", series("Won", 1, 2, 3, 4), subtitle="March", footer=("Deals.", "As of 31 Mar 2024.")
    )
    told = texts(sheet)
    assert told[:2] == ["T", "March"]
    assert told[-2:] == ["Deals.", "As of 31 Mar 2024."]
    assert sheet.title == "T"


@pytest.mark.parametrize("shape", ["column", "line", "bar"])
@pytest.mark.parametrize("count", [1, 7, 60])
def test_labels_lie_inside_the_sheet(shape: Shape, count: int) -> None:
    names = tuple(f"Name {place}" for place in range(count))
    sheet = sheet_of(shape, series("Won", *range(count)), categories=names)
    for label in sheet.labels:
        width = measure(label.text, label.style.size, label.style.bold)
        left = label.x - {"left": 0, "center": width / 2, "right": width}[label.align]
        assert label.is_upright or 0 <= left <= left + width <= sheet.width
        assert 0 < label.y < sheet.height


def test_percents_around_a_pie_are_those_of_its_table() -> None:
    told = texts(sheet_of("pie", series("Sum", 3, 1, 4, None)))  # 37.5, 12.5 and 50 percent
    assert all(told.count(share) == 2 for share in ("37.50 %", "12.50 %", "50.00 %"))


@pytest.mark.parametrize(("days", "marks"), [(31, 31), (41, 41), (92, 92), (366, 0)])
def test_marks_stand_on_all_points_of_a_line_or_on_none(days: int, marks: int) -> None:
    names = tuple(map(str, range(days)))
    sheet = sheet_of("line", series("Won", *range(days)), categories=names)
    assert len(colored(sheet, COLORS[0])) == marks


def test_a_lone_point_of_a_long_line_is_marked() -> None:
    row = series("Won", 1, None, *range(364))
    sheet = sheet_of("line", row, categories=tuple(map(str, range(366))))
    assert len(colored(sheet, COLORS[0])) == 1


def test_points_of_counts_have_no_halves_beside_them() -> None:
    sheet = sheet_of("scatter", series("Won", 0, 1, 2, 2), series("Lost", 1, 2, 0, 1))
    ticks = [text for text in texts(sheet) if text[0].isdigit()]
    assert sorted(ticks) == ["0", "0", "1", "1", "2", "2"]


@pytest.mark.parametrize("shape", ["column", "line", "bar"])
@pytest.mark.parametrize("title", ["Won deals", "Won deals · 2024", "Won deals, EUR"])
def test_a_scale_is_not_named_as_the_title_is(shape: Shape, title: str) -> None:
    plot = Plot(shape=shape, title=title, categories=MONTHS, series=(), unit="EUR")
    for name, caption in (("won deals", "EUR"), ("Value", "Value, EUR")):
        only = (series(name, "1.00", "2.00", "3.00", "4.00"),)
        drawn = build_plot_sheet(msgspec.structs.replace(plot, series=only), measure)
        assert caption in texts(drawn)
        assert f"{title}, EUR" not in texts(drawn)


def test_numbers_that_lose_their_cents_for_want_of_room_are_told_as_rounded() -> None:
    few = sheet_of("column", series("Won", "31234.56", "7.00", "8.00", "9.00"), unit="EUR")
    assert {"31 234.56", "Won, EUR"} <= set(texts(few))
    names = tuple(map(str, range(14)))
    many = series("Won", "31234.56", *["7.00"] * 13)
    assert {"31 235", "Won, EUR, rounded"} <= set(
        texts(sheet_of("column", many, categories=names, unit="EUR"))
    )
    whole = series("Won", "31234.00", *["7.00"] * 12, "0.00")
    assert "Won, EUR" in texts(sheet_of("column", whole, categories=names, unit="EUR"))
