"""The made parts of the docs are those that the code makes now, and are made as they should be."""

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType
from typing import Annotated, Literal

import click
import msgspec
import pytest

from salescli.model import events
from salescli.model.fields import Only, choice, field, item_list, reference, text
from tests.greeter import greeter

ROOT = Path(__file__).resolve().parent.parent


def load_generate() -> ModuleType:
    """docs/generate.py, which is a script and in no package."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generate = load_generate()


class Topping(msgspec.Struct):
    """What lies on it.

    More words.
    """

    topping: Annotated[str, reference("food|spice", "Which")]


class Pizza(msgspec.Struct):
    """A round thing."""

    size: Annotated[int, field("whole", "Across | in cm", head=True)]
    dough: Annotated[str | None, choice("doughs", "Which dough", head=True)] = None
    state: Annotated[str | None, text("Raw or not", by_commands=True)] = None
    toppings: Annotated[list[Topping], item_list(Topping, "On it")] = []
    secret: str = ""


def test_committed_pages_are_what_the_code_makes_now():
    differing = generate.differing_pages(generate.build_pages(ROOT, None))
    assert differing == [], "make docs writes them anew"


def test_the_committed_page_of_commands_is_what_help_says_now():
    page = ROOT / "docs" / "cli.md"
    made = generate.build_commands_page(generate.read_group(generate.GROUP))
    assert generate.differing_pages({page: made}) == [], "make docs writes it anew"


def test_check_names_what_differs_and_writes_nothing(tmp_path, monkeypatch, capsys):
    docs = tmp_path / "docs"
    (tmp_path / "tests" / "errors").mkdir(parents=True)
    docs.mkdir()
    page = (ROOT / "docs" / "file-format.md").read_text(encoding="utf-8")
    page = generate.replace_generated(page, "fields", generate.build_fields())
    page = generate.replace_generated(page, "events", generate.build_events())
    page = generate.replace_generated(page, "language", generate.build_language())
    (docs / "file-format.md").write_text(page.replace("| Who buys", "| Who sells"), "utf-8")
    for other in ("process-language.md", "scripting.md"):
        shutil.copy(ROOT / "docs" / other, docs)
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    monkeypatch.setattr(generate, "GROUP", "tests.greeter:greeter")

    assert generate.main(["--check"]) == 1
    told = capsys.readouterr().err
    assert "docs/errors.md differs\n" in told
    assert "docs/file-format.md differs\n" in told
    assert not (docs / "errors.md").exists()

    assert generate.main([]) == 0
    assert (docs / "file-format.md").read_text(encoding="utf-8") == page
    assert generate.main(["--check"]) == 0


def test_a_record_becomes_a_table_of_its_fields_and_one_for_the_items_of_a_list():
    assert generate.build_fields([Pizza]) == (
        "### Pizza\n\nA round thing.\n\n"
        "| Key | Value | Meaning |\n"
        "| --- | --- | --- |\n"
        "| `size` | whole number | Across \\| in cm; required |\n"
        "| `dough` | value of the dictionary `doughs` | Which dough; written even when empty |\n"
        "| `state` | text | Raw or not; set by commands of its own |\n"
        "| `toppings` | list of mappings, each with its own `topping` | On it |\n\n"
        "#### Items of `toppings`\n\nWhat lies on it.\n\n"
        "| Key | Value | Meaning |\n"
        "| --- | --- | --- |\n"
        "| `topping` | id of food or spice | Which; required |"
    )


def test_an_event_becomes_a_row_with_its_own_keys_as_they_stand_on_disk():
    assert generate.build_events([events.Reopened, events.Noted]).split("\n")[2:] == [
        "| `reopened` | `from` text, `to` text, `undone`? list, `reason` text, `fields`? mapping |"
        " Final stage → open stage. |",
        "| `noted` | `text` text | A note. |",
    ]


class Dish(msgspec.Struct):
    """A dish."""

    name: Annotated[str, text("What people call it")]
    cooks: Annotated[list[str], field("words", "Who may")] = msgspec.field(
        default_factory=lambda: ["chef", "guest"]
    )
    hot: Annotated[
        bool, field("yes-no", "Whether it steams", only=Only("course", ("main",), "a main course"))
    ] = True
    course: Annotated[Literal["main", "sweet"] | None, field("one-of", "When it comes")] = None


def test_a_language_becomes_a_table_of_its_keys_with_what_an_absent_one_means():
    assert generate.build_language({"dish": Dish}).split("\n")[2:] == [
        "| `name` | dish | text (required) | What people call it |",
        "| `cooks` | dish | list of words [`[chef, guest]`] | Who may |",
        "| `hot` | main course | yes/no [`true`] | Whether it steams |",
        "| `course` | dish | one of `main`, `sweet` | When it comes |",
    ]


def test_every_event_of_the_model_has_a_row():
    page = (ROOT / "docs" / "file-format.md").read_text(encoding="utf-8")
    missing = [kind for kind in events.EVENT_TYPES if f"| `{kind.__name__.lower()}` |" not in page]
    assert missing == []


def test_only_what_stands_between_the_marks_is_replaced():
    page = "a\n<!-- generated:x -->\nold\n<!-- /generated:x -->\nb\n"
    expected = "a\n<!-- generated:x -->\n\nnew\n\n<!-- /generated:x -->\nb\n"
    assert generate.replace_generated(page, "x", "new") == expected
    assert generate.replace_generated(expected, "x", "new") == expected


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<!-- generated:x -->",
        "<!-- /generated:x --><!-- generated:x -->",
        "<!-- generated:x --><!-- /generated:x -->" * 2,
        "<!-- generated:y --><!-- /generated:y -->",
    ],
)
def test_a_page_without_its_marks_is_an_error(page):
    with pytest.raises(ValueError, match="marks for x"):
        generate.replace_generated(page, "x", "new")


def test_the_page_of_errors_has_all_cases_in_the_order_of_their_codes():
    page = generate.build_errors_page(
        {
            "b-code": "# It broke\n\nMend it.\n\n<!-- before\nx\n-->\n```console\n$ b\n```\n",
            "a-code": "# It is gone\n\nFind it.\n",
        }
    )
    assert page.endswith(
        "\n\n## `a-code`: It is gone\n\nFind it.\n\n"
        "## `b-code`: It broke\n\nMend it.\n\n```console\n$ b\n```\n"
    )


def test_the_page_of_commands_has_the_help_of_each():
    page = generate.build_commands_page(greeter)
    titles = [line for line in page.split("\n") if line.startswith("## ")]
    names = ["", " greet", " id", " now", " where"]
    assert titles == [f"## salescli{name}" for name in names]
    assert "Usage: salescli greet [OPTIONS] NAME\n\n  Greet one of them.\n" in page


def test_hidden_commands_are_in_no_page():
    group = click.Group(
        commands={"seen": click.Command("seen"), "kept": click.Command("kept", hidden=True)}
    )
    assert [context.info_name for context in generate.walk_commands(group, "x")] == ["x", "seen"]


def test_there_is_no_page_of_commands_without_commands():
    assert generate.read_group("salescli.nothing_here:program") is None
    assert generate.read_group("tests.greeter:greeter") is greeter
