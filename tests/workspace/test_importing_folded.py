"""Words and columns, upper and lower case aside; and what of a cell is taken."""

import pytest

from salescli.workspace.importing.cells import Cell
from salescli.workspace.importing.fitting import fit_mapping
from salescli.workspace.importing.folded import Folded
from salescli.workspace.importing.mapping import Mapping
from salescli.workspace.importing.values import before_bracket, first_part, name_and_mail


def test_a_word_means_what_it_says_exactly_else_what_it_says_by_case_alone():
    words = Folded({"Won": "won", "lost": "a", "LOST": "b", "Call made": ""})
    assert [words.get(word) for word in ("WON", "lost", "LOST", "Lost", "call  MADE", "x")] == [
        "won", "a", "b", None, "", None,
    ]  # fmt: skip
    assert (words.of("x"), words.of("won")) == ("x", "won")


def test_a_mapping_names_columns_as_the_file_does():
    cell = Cell(text="{first name} {last}", currency_column="code")
    columns = {"name": "account name", "notes": cell, "website": "Web"}
    mapping = Mapping(
        kind="account", columns=columns, key="ID", ignore=["size"], spelling={"WEB": {"a": "b"}}
    )
    fitted = fit_mapping(mapping, ["Id", "ACCOUNT NAME", "First Name", "LAST", "Size", "web"])
    assert (fitted.key, fitted.ignore, list(fitted.spelling)) == ("Id", ["Size"], ["web"])
    assert fitted.columns_for("name") == ["ACCOUNT NAME"]
    assert fitted.ways("notes")[0].text == "{First Name} {LAST}"
    assert fitted.columns_for("website") == ["web"]


def test_two_columns_that_differ_by_case_are_two():
    mapping = Mapping(kind="account", columns={"name": "name", "notes": "NAME"}, lenient=True)
    fitted = fit_mapping(mapping, ["Name", "NAME", "name"])
    assert (fitted.columns_for("name"), fitted.columns_for("notes")) == (["name"], ["NAME"])
    assert fit_mapping(mapping, ["Name", "nAME"]).columns_for("name") == ["name"]


@pytest.mark.parametrize(
    ("text", "first", "before", "both"),
    [
        ("Acme;Bluth", "Acme", "Acme;Bluth", ("Acme;Bluth", "")),
        (" ; Bluth", "Bluth", " ; Bluth", (" ; Bluth", "")),
        ("Won (Sales Pipeline)", "Won (Sales Pipeline)", "Won", ("Won (Sales Pipeline)", "")),
        ("Jane (J) Doe (j@a.example)", "Jane (J) Doe (j@a.example)", "Jane (J) Doe",
         ("Jane (J) Doe", "j@a.example")),
        ("(Sales)", "(Sales)", "(Sales)", ("(Sales)", "")),
    ],
)  # fmt: skip
def test_of_a_cell_the_first_the_part_before_the_bracket_or_name_and_mail_are_taken(
    text, first, before, both
):
    assert (first_part(text), before_bracket(text), name_and_mail(text)) == (first, before, both)


def test_a_way_of_several_may_be_a_column_alone():
    columns = {"name": ["Firm", Cell(column="site"), "NAME"]}
    fitted = fit_mapping(Mapping(kind="account", columns=columns, lenient=True), ["Name", "Site"])
    assert fitted.columns_for("name") == ["Site", "Name"]
