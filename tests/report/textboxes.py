"""Where the renderer puts the texts of a figure, and whether any overlap or run out."""

from collections.abc import Iterator

from matplotlib.figure import Figure
from matplotlib.transforms import Bbox


def text_boxes(figure: Figure) -> Iterator[tuple[str, Bbox]]:
    """Each text with its box, in pixels."""
    renderer = figure.canvas.get_renderer()
    for text in figure.texts:
        if text.get_text():
            yield text.get_text(), text.get_window_extent(renderer)


def check_texts(figure: Figure) -> int:
    """Every text lies inside the figure, and no two touch; how many there are."""
    boxes = sorted(text_boxes(figure), key=lambda pair: pair[1].x0)
    for text, box in boxes:
        assert box.x0 >= 0 and box.y0 >= 0, text
        assert box.x1 <= figure.bbox.width and box.y1 <= figure.bbox.height, text
    check_apart(boxes)
    return len(boxes)


def check_apart(boxes: list[tuple[str, Bbox]]) -> None:
    """No two boxes touch. They are sorted first, since a chart may have many hundred."""
    boxes = sorted(boxes, key=lambda pair: pair[1].x0)
    for place, (one, box) in enumerate(boxes):
        for other, beside in boxes[place + 1 :]:
            if beside.x0 > box.x1:
                break
            assert not box.overlaps(beside), (one, other)
