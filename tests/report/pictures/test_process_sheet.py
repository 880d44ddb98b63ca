"""What stands on the picture of a process and where, before anything is drawn."""

from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salescli.model.definition import Criterion, Stage
from salescli.model.flow import Flow
from salescli.report.pictures import stage_card
from salescli.report.pictures.flowshapes import Drawing
from salescli.report.pictures.process_sheet import build_process_sheet, split, texts_of
from salescli.report.pictures.sheet import Label, Sheet
from tests.report.flows import SHIPPED, crowded_flow, flow_of, small_flow, step

SIZE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def measure(text: str, size: float, bold: bool) -> float:
    """Every letter half as wide as high."""
    return len(text) * size * 0.5


def sheet_of(flow: Flow) -> Sheet:
    return build_process_sheet(flow, measure)


def texts(sheet: Sheet) -> list[str]:
    return [label.text for label in sheet.labels]


Box = tuple[float, float, float, float]


def box_of(label: Label) -> Box:
    width = measure(label.text, label.style.size, label.style.bold)
    left = label.x - {"left": 0, "center": width / 2, "right": width}[label.align]
    half = label.style.size / 2
    return left, label.y - half, left + width, label.y + half


def is_apart(one: Box, other: Box) -> bool:
    return (
        one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    )  # fmt: skip


def check_layout(sheet: Sheet) -> None:
    """Texts lie on the sheet, apart from each other, and no line runs through one."""
    boxes = [(label.text, box_of(label)) for label in sheet.labels]
    for text, (left, top, right, bottom) in boxes:
        assert left >= 0 and top >= 0 and right <= sheet.width and bottom <= sheet.height, text
    for (one, box), (other, beside) in combinations(boxes, 2):
        assert is_apart(box, beside), (one, other)
    for stroke in sheet.strokes:
        for (x, y), (to_x, to_y) in zip(stroke.points, stroke.points[1:], strict=False):
            line = (min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y))
            assert all(is_apart(line, box) for _, box in boxes), (line, boxes)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_processes_are_laid_out_without_a_word_cut_or_crossed(name: str) -> None:
    flow = flow_of(name)
    sheet = sheet_of(flow)
    check_layout(sheet)
    shown = texts(sheet)
    for stage in flow.stages:
        assert stage.name in shown
        assert f"{stage.cap} %" in shown
    assert not any(text.endswith("…") for text in shown)
    assert 1.2 < sheet.width / sheet.height < 2.2


@pytest.mark.parametrize("title", ["A", "Определение потенциала клиента и потребностей", "W" * 80])
@pytest.mark.parametrize("steps", [2, 3, 8, 12])
def test_many_steps_and_loops_with_long_names_never_overlap(title: str, steps: int) -> None:
    check_layout(sheet_of(crowded_flow(title, steps)))


def test_long_names_are_told_whole_in_lines_and_only_enormous_ones_are_cut() -> None:
    name = "Согласование коммерческого предложения с руководителем отдела продаж и юристами клиента"
    steps = [step("a", {name: "stage:b", "again": "a"}, title=name,
                  performer=["department-manager", "starter"], minutes=12345)]  # fmt: skip
    stages = [Stage(stage="a", name=name, steps=steps), Stage(stage="b", name=name, moves=["a"])]
    sheet = sheet_of(small_flow(*stages, name=name))
    check_layout(sheet)
    shown = " ".join(texts(sheet))
    assert "…" not in shown
    assert shown.count(name) == 7  # process, 2 stages, the step, its result, a pill, moves
    enormous = sheet_of(small_flow(Stage(stage="a", name=name * 20)))
    check_layout(enormous)
    assert "…" in " ".join(texts(enormous))


def test_the_words_of_a_step_keep_away_from_the_edge_of_its_box() -> None:
    flow = small_flow(Stage(stage="a", name="A", steps=[
        step("one", {"done": None}, title="M" * 90, minutes=12345,
             performer=["department-manager", "starter", "department-manager"])
    ]))  # fmt: skip
    sheet = sheet_of(flow)
    (edge,) = (line for line in sheet.strokes if line.closed)
    right, bottom = (max(axis) for axis in zip(*edge.points, strict=True))
    left, top = (min(axis) for axis in zip(*edge.points, strict=True))
    inside = [box_of(one) for one in sheet.labels if left < one.x < right and top < one.y < bottom]
    assert len(inside) > 3
    for box in inside:
        assert left + 6 <= box[0] and box[2] <= right - 6
        assert top + 4 <= box[1] and box[3] <= bottom - 4


@SIZE
@given(st.text(max_size=40), st.integers(2, 6))
def test_any_words_at_all_are_laid_out(text: str, steps: int) -> None:
    check_layout(sheet_of(crowded_flow(text, steps)))


def test_results_stand_at_their_ways_and_ends_in_pills() -> None:
    shown = texts(sheet_of(flow_of("corporate")))
    assert shown.count("End of process") == 2
    assert shown.count("Won") == 2  # signing leads there, and it is among the ends
    assert "again" in shown and "rework" in shown
    assert "task · manager or owner · 60 min" in shown


def test_a_way_back_is_drawn_in_another_color_than_one_ahead() -> None:
    real_estate = sheet_of(flow_of("real-estate"))
    colors = [stroke.color for stroke in real_estate.strokes]
    assert colors.count(stage_card.BACK) == 1
    quick = [stroke.color for stroke in sheet_of(flow_of("quick")).strokes]
    assert quick.count(stage_card.BACK) == 4


def test_ways_to_the_same_step_arrive_at_arrowheads_of_their_own_and_never_share_a_line() -> None:
    steps = [
        step("a", {"done": "b", "skip": "c"}),
        step("b", {"done": "c", "back": "a"}),
        step("c", {"done": "end-of-stage", "back": "a", "again": "c"}),
    ]
    sheet = sheet_of(small_flow(Stage(stage="a", name="A", steps=steps)))
    ends = [line.points[-1] for line in sheet.strokes if line.color == stage_card.BACK]
    assert len(ends) == len(set(ends)) == 3
    assert len({y for x, y in ends}) == 3
    inner, outer = (line for line in sheet.strokes if line.color == stage_card.BACK
                    and line.points[-1][1] < 200)  # fmt: skip
    assert inner.points[-1][1] > outer.points[-1][1]  # else they would cross


def test_the_words_of_a_pill_stand_in_its_middle() -> None:
    sheet = sheet_of(flow_of("corporate"))
    words = {"End of stage", "End of process", "Won", "Lost", "Rerouted", "Rejected"}
    pills = [label for label in sheet.labels if label.text in words]
    middles = {
        (round(min(x for x, _ in area.points) + max(x for x, _ in area.points)) / 2,
         round(min(y for _, y in area.points) + max(y for _, y in area.points)) / 2)
        for area in sheet.areas
    }  # fmt: skip
    assert len(pills) > 8
    for label in pills:
        assert label.align == "center"
        assert any(abs(label.x - x) < 0.6 and abs(label.y - y) < 0.6 for x, y in middles)


def test_a_route_to_an_earlier_stage_has_the_color_of_ways_back_and_one_ahead_has_not() -> None:
    first = Stage(stage="a", name="A", steps=[step("one", {"done": "stage:b"})])
    back = Stage(stage="b", name="B", steps=[step("two", {"no": "stage:a", "yes": "stage:won"})])
    sheet = sheet_of(small_flow(first, back))
    colors = [stroke.color for stroke in sheet.strokes if not stroke.closed]
    assert colors.count(stage_card.BACK) == 1
    assert colors.count(stage_card.LINE) == 2
    assert [area.color for area in sheet.areas].count(stage_card.BACK) == 1  # the arrowhead


def test_steps_that_open_on_entry_have_a_thick_box() -> None:
    flow = flow_of("quick")
    thick = [line for line in sheet_of(flow).strokes if line.closed and line.width > 2]
    assert len(thick) == sum(len(stage.begin) for stage in flow.stages) == 11


def ruled_flow() -> Flow:
    rules = {"when": "budget>5", "start_after": "2d", "mandatory": True, "adopt": True}
    steps = [step("one", {"done": "two"}, **rules), step("two", {"done": "end-of-stage"})]
    exits = [
        Criterion(require="budget", say="Ask what they can spend"),
        Criterion(advise="mood"),
        Criterion(require="contacts.role=decision-maker"),
    ]
    return small_flow(Stage(stage="a", name="A", steps=steps, exit=exits))


def test_conditions_waiting_and_what_is_required_are_told_where_they_hold() -> None:
    sheet = sheet_of(ruled_flow())
    check_layout(sheet)
    shown = texts(sheet)
    assert {"if budget>5", "starts 2 d later", "awaits a planned task", "!"} <= set(shown)
    required = "Required: Ask what they can spend; contacts.role=decision-maker"
    assert required in " ".join(shown)
    assert [line.is_dashed for line in sheet.strokes if line.closed] == [True, False]
    mark = next(label for label in sheet.labels if label.text == "!")
    assert mark.style.bold


def test_only_what_is_on_the_picture_is_explained_above_it() -> None:
    for flow, is_told in ((ruled_flow(), True), (flow_of("corporate"), False)):
        shown = " ".join(texts(sheet_of(flow)))
        assert ("Dashed:" in shown, "! mandatory:" in shown) == (is_told, is_told)


def test_a_stage_without_steps_and_one_with_moves_say_so() -> None:
    shown = texts(sheet_of(small_flow(Stage(stage="a", name="A", moves=["won"]))))
    assert "No steps: moved by hand" in shown
    assert "Moves: Won, Lost" in shown


def links(flow: Flow) -> int:
    return sum(line.width == 2.0 and not line.closed for line in sheet_of(flow).strokes)


def test_an_arrow_leads_to_the_next_stage_only_where_the_process_leads_there() -> None:
    onward, won = {"done": "end-of-stage"}, {"done": "stage:won"}
    first = Stage(stage="a", name="A", steps=[step("one", onward)])
    jumping = Stage(stage="a", name="A", steps=[step("one", won)])
    last = Stage(stage="b", name="B", steps=[step("one", onward)])
    assert links(small_flow(first, last)) == 2
    assert links(small_flow(jumping, last)) == 1


def test_a_stage_whose_steps_never_come_to_its_end_has_no_arrow_to_the_next_one() -> None:
    routed = Stage(stage="a", name="A", steps=[step("one", {"done": "stage:b"})])
    by_hand = Stage(stage="b", name="B")
    last = Stage(stage="c", name="C", steps=[step("two", {"done": "stage:won", "no": None})])
    assert links(small_flow(routed, by_hand, last)) == 1  # by hand from B to C


def card(height: float) -> Drawing:
    return Drawing(height, (), (), ())


def test_cards_keep_their_order_in_columns_as_even_as_can_be() -> None:
    cards = [card(100), card(100), card(200), card(100), card(100)]
    assert [len(part) for part in split(cards, 1)] == [5]
    assert [len(part) for part in split(cards, 3)] == [2, 1, 2]
    assert [one for part in split(cards, 3) for one in part] == cards


def test_all_words_on_the_picture_are_known_beforehand_for_choosing_fonts() -> None:
    flow = crowded_flow("Щ日")
    known = set("".join(texts_of(flow)))
    shown = set("".join(texts(sheet_of(flow))))
    assert {letter for letter in shown - known if ord(letter) > 0x2500} == set()
    assert {"Щ", "日"} <= known
