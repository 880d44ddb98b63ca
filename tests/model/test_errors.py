import pytest

from salescli.model.errors import (
    About,
    Clash,
    Damaged,
    Failed,
    Finding,
    NotFound,
    Place,
    Refused,
    SalesError,
    WrongUsage,
    finding,
)


@pytest.mark.parametrize(
    ("kind", "code"),
    [(Refused, 1), (WrongUsage, 2), (NotFound, 3), (Damaged, 4), (Clash, 5), (Failed, 6)],
)
def test_each_error_has_its_exit_code(kind, code):
    assert kind.exit_code == code
    assert issubclass(kind, SalesError)


def test_an_error_carries_all_its_findings_and_says_them():
    error = Refused(finding("a", "one thing"), finding("b", "another"))
    assert [found.code for found in error.findings] == ["a", "b"]
    assert str(error) == "one thing; another"


def test_raise_if_raises_one_error_for_all_findings_and_none_for_none():
    Refused.raise_if([])
    with pytest.raises(Damaged) as caught:
        Damaged.raise_if(finding(code, code) for code in "ab")
    assert [found.code for found in caught.value.findings] == ["a", "b"]


def test_a_place_without_a_line_is_the_whole_file():
    assert str(Place("team.yaml")) == "team.yaml"
    assert str(Place("team.yaml", 3, 7)) == "team.yaml:3:7"


def test_a_finding_has_what_it_was_given():
    place = Place("team.yaml", 3, 7)
    made = finding("code", "text", hint="hint", place=place, field="name", warning=True)
    assert made == Finding("code", "text", "hint", place, "name", True)
    assert finding("code", "text") == Finding("code", "text", "", None, "", False)


def test_what_is_wrong_in_a_block_about_a_field_names_that_field_or_its_own():
    with pytest.raises(Refused) as caught, About("until", "day"):
        raise Refused(*(finding("a", "x", field=field) for field in ("", "day", "unit")))
    assert [found.field for found in caught.value.findings] == ["until", "until", "unit"]
