"""Lengths of time as people type them."""

import pytest

from salescli.model.durations import parse_minutes
from salescli.model.errors import WrongUsage


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90", 90),
        ("0", 0),
        ("1h30", 90),
        ("1:30", 90),
        ("0:05", 5),
        ("2h", 120),
        ("1h 5m", 65),
        ("1 h 30 min", 90),
        ("45m", 45),
        (" 45 min ", 45),
        ("1H", 60),
        ("1000h", 60_000),
    ],
)
def test_a_length_is_read_as_minutes(text, minutes):
    assert parse_minutes(text) == minutes


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-5",
        "1.5h",
        "1,5",
        "1:3",
        "1:60",
        "1h75",
        "h",
        "abc",
        "1000h1",
        "60001",
        "٣",
        "1e3",
    ],
)
def test_what_is_no_length_is_told_with_the_forms_there_are(text):
    with pytest.raises(WrongUsage) as wrong:
        parse_minutes(text)
    (found,) = wrong.value.findings
    assert (found.code, found.field) == ("not-a-length", "minutes")
    assert found.hint == "write 90, 1h30 or 1:30; at most 1000 hours"
