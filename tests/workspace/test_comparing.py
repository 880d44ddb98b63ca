"""Which sides a comparison has: of what was typed, without a store."""

import pytest

from salescli.model.errors import WrongUsage
from salescli.workspace.comparing import CompareOptions, choose_sides


def chosen(**typed: object) -> tuple[str, list[tuple[tuple[str, ...], tuple[str, ...], str]]]:
    by, sides = choose_sides(CompareOptions(**typed))
    return by, [(tuple(s.owners), tuple(s.departments), s.period) for s in sides]


def test_what_was_named_more_than_once_is_compared_and_the_rest_holds_for_all() -> None:
    assert chosen(owners=("a", "b"), periods=("2024-03",), departments=("north",)) == (
        "owner",
        [(("a",), ("north",), "2024-03"), (("b",), ("north",), "2024-03")],
    )
    assert chosen(departments=("n", "s", "w")) == (
        "department",
        [((), (name,), "all") for name in ("n", "s", "w")],
    )
    assert chosen(periods=("2024-02", "2024-03"), owners=("a",)) == (
        "period",
        [(("a",), (), "2024-02"), (("a",), (), "2024-03")],
    )


def test_the_company_comes_first_and_has_no_filter() -> None:
    assert chosen(owners=("a", "b"), periods=("2024",), compared_with="company") == (
        "owner",
        [((), (), "2024"), (("a",), (), "2024"), (("b",), (), "2024")],
    )
    assert chosen(departments=("north",), compared_with="company") == (
        "department",
        [((), (), "all"), ((), ("north",), "all")],
    )


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({}, "nothing-to-compare"),
        ({"owners": ("a",)}, "nothing-to-compare"),
        ({"owners": ("a",), "departments": ("n",), "periods": ("2024",)}, "mixed-comparison"),
        ({"compared_with": "company"}, "nothing-to-compare"),
        ({"compared_with": "company", "periods": ("2024",)}, "nothing-to-compare"),
        ({"owners": ("a", "b"), "periods": ("2024", "2025")}, "mixed-comparison"),
        ({"owners": ("a", "b"), "departments": ("n", "s")}, "mixed-comparison"),
        (
            {"owners": ("a",), "departments": ("n",), "compared_with": "company"},
            "mixed-comparison",
        ),
        (
            {"owners": ("a",), "periods": ("2024", "2025"), "compared_with": "company"},
            "mixed-comparison",
        ),
    ],
)
def test_what_is_no_comparison_is_refused(typed: dict[str, object], code: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        choose_sides(CompareOptions(**typed))
    (found,) = caught.value.findings
    assert found.code == code
    assert "--" in found.hint or "name several" in found.hint
