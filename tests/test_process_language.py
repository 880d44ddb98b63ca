"""The pieces of processes on the page of the language are shipped ones, or right themselves."""

import re
from pathlib import Path

import jsonschema
import pytest

import salescli
from salescli.model.definition import Criterion, Definition, Stage, Step
from salescli.model.names import build_names
from salescli.process.checks import check_definition
from salescli.store.codec import read_typed
from salescli.store.yamltext import read_tree
from salescli.workspace.checking.keys import check_keys
from salescli.workspace.initialising import PROCESSES
from salescli.workspace.schemas import build_schema_named
from tests.editor import read_as_editor

PAGE = Path(__file__).resolve().parent.parent / "docs" / "process-language.md"
SHIPPED = Path(salescli.__file__).parent / "data" / "processes"
BLOCK = re.compile(
    r"(?:^<!-- from (?P<process>\S+) -->\n)?^```yaml\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
BLOCKS = [(match["process"], match["text"]) for match in BLOCK.finditer(PAGE.read_text("utf-8"))]
QUOTED = [block for block in BLOCKS if block[0]]
OWN = [text for process, text in BLOCKS if not process]


def test_the_page_quotes_every_process_that_ships():
    assert PAGE.read_text("utf-8").count("<!-- from ") == len(QUOTED)
    assert {process for process, _ in QUOTED} == set(PROCESSES)


@pytest.mark.parametrize(("process", "text"), QUOTED)
def test_a_quoted_piece_stands_so_in_the_process_that_ships(process, text):
    assert f"\n{text}" in "\n" + (SHIPPED / f"{process}.yaml").read_text("utf-8")


@pytest.mark.parametrize("text", OWN)
def test_a_process_of_the_pages_own_has_nothing_wrong(text):
    definition = read_typed(text.encode(), "own.yaml", Definition)
    assert check_definition(definition, build_names(currency="EUR")) == []
    assert check_keys(read_tree(text.encode(), "own.yaml"), Definition) == []
    jsonschema.validate(read_as_editor(text), build_schema_named("process"))


@pytest.mark.parametrize("part", [Definition, Stage, Step, Criterion])
def test_every_key_is_used_in_an_example(part):
    examples = "".join(text for _, text in BLOCKS)
    missing = [
        key for key in part.__struct_fields__ if not re.search(rf"^[ -]*{key}:", examples, re.M)
    ]
    assert missing == []
