"""Names that are cut are still told from each other."""

from hypothesis import given
from hypothesis import strategies as st

from salescli.report.pictures.name_lines import shorten_names, wrap_names
from salescli.report.pictures.sheet import Style, is_whole, wrap

STYLE = Style(10, "#000000")


def measure(text: str, size: float, bold: bool) -> float:
    return len(text) * size * 0.6


def test_names_that_begin_alike_are_cut_in_the_middle() -> None:
    names = ["Very-long-name Surname one", "Very-long-name Surname two"]
    assert shorten_names(names, 72, STYLE, measure) == ["Very-…me one", "Very-…me two"]


def test_names_that_begin_and_end_alike_are_numbered() -> None:
    names = [f"{'x' * 30} {n} {'y' * 30}" for n in ("a", "b", "c", "b")]
    told = shorten_names(names, 72, STYLE, measure)
    assert [one[:2] for one in told] == ["1 ", "2 ", "3 ", "2 "]


def test_names_that_fit_or_differ_stay_as_they_are() -> None:
    assert wrap_names(["Anna", "Boris", "Anna"], 60, STYLE, measure, most=2) == [
        ["Anna"], ["Boris"], ["Anna"],
    ]  # fmt: skip


def test_a_long_word_breaks_behind_its_hyphen() -> None:
    lines = wrap("Very-long-name Surname", 66, STYLE, measure)
    assert lines == ["Very-long-", "name", "Surname"]
    assert is_whole("Very-long-name Surname", lines)
    assert not is_whole("Verylong", ["Very", "long"])


@given(st.lists(st.text("ab -", min_size=1, max_size=70), max_size=9), st.integers(40, 200))
def test_no_line_runs_out_and_there_are_never_too_many(names: list[str], room: int) -> None:
    for lines in wrap_names(names, room, STYLE, measure, most=2):
        assert len(lines) <= 2
        assert all(measure(line, 10, False) <= room for line in lines)
