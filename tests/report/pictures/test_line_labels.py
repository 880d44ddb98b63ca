"""Numbers along a line: no line runs through one, and none runs into another."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.report.pictures.line_labels import Spot, place_labels
from salescli.report.pictures.sheet import Label, Style

STYLE = Style(12, "#000000")
SLOT, GAP = 60.0, 7.5
WITHIN = (0.0, -40.0, 700.0, 300.0)


def measure(text: str, size: float, bold: bool) -> float:
    """Every letter six tenths of its size."""
    return len(text) * size * 0.6


def place(heights, texts=None, within=WITHIN):
    points = [(30 + SLOT * at, float(y)) for at, y in enumerate(heights)]
    spots = [
        Spot((x, y), Label(text, x, y - 14, STYLE, "center"))
        for (x, y), text in zip(points, texts or "0" * len(points), strict=True)
    ]
    return points, place_labels(spots, [points], measure, within, GAP)


def box(label):
    half = measure(label.text, 12, False) / 2
    return label.x - half, label.y - 6, label.x + half, label.y + 6


def is_crossed(points, label):
    """By looking at many points of the line."""
    left, top, right, bottom = box(label)
    along = [
        (x + (to_x - x) * part / 200, y + (to_y - y) * part / 200)
        for (x, y), (to_x, to_y) in pairwise(points)
        for part in range(201)
    ]
    return any(left <= x <= right and top <= y <= bottom for x, y in along)


def test_a_number_stays_where_no_line_is():
    _, labels = place([100, 90, 100])
    assert [(label.x, label.y) for label in labels] == [(30, 86), (90, 76), (150, 86)]


def test_a_number_in_a_deep_valley_goes_beside_its_mark():
    points, labels = place([0, 300, 100])  # the foot of the frame is at 300: no room below
    assert not is_crossed(points, labels[1])
    assert labels[1].x != 90
    assert abs(labels[1].x - 90) < 15 and abs(labels[1].y - 300) < 15


def test_a_number_before_a_steep_rise_leaves_the_line():
    points, labels = place([200, 150, 0], ["10", "12", "99"])
    assert is_crossed(points, Label("12", 90, 136, STYLE, "center"))
    assert not any(is_crossed(points, label) for label in labels)


def test_a_number_that_has_no_place_is_left_out():
    # A saw of teeth 3 units wide, and a number of 36 at one of its feet.
    points = [(3.0 * at, 300.0 * (at % 2)) for at in range(40)]
    spot = Spot(points[19], Label("12345", 57, 286, STYLE, "center"))
    assert place_labels([spot], [points], measure, WITHIN, GAP) == []


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.integers(1, 7).map("9".__mul__)), min_size=1, max_size=11
    )
)
def test_numbers_never_run_into_each_other_or_the_line(marks):
    heights, texts = zip(*marks, strict=True)
    points, labels = place(heights, texts)
    boxes = [box(label) for label in labels]
    assert not any(is_crossed(points, label) for label in labels)
    for at, one in enumerate(boxes):
        for other in boxes[:at]:
            assert (
                one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]
            )
