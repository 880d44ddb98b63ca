"""The store on the page of the format is one: each block is read as its path says, all is well."""

import re
from pathlib import Path

import msgspec
import pytest

from salescli.model.conversion import build_document
from salescli.model.definition import Criterion, Definition, Stage, Step
from salescli.model.events import live_events
from salescli.model.facts import build_document_of, fold
from salescli.model.records import Lead, Opportunity
from salescli.store.codec import (
    format_event_line,
    read_dictionaries,
    read_history,
    read_typed,
)
from salescli.store.layout import ATTRIBUTES, IGNORED, locate
from salescli.store.yamltext import read_tree
from salescli.workspace.schemas import TYPES as SCHEMA_TYPES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "file-format.md"
CAPTION = re.compile(r"`([\w/-]*\.\w+)`(?:$|[:,])")
DEAL = "opportunities/2026/linden-court-house-12--opp-9b5c3v7k1s"
LEAD = "leads/2026/house-for-the-silins--lead-5p8t1g4z6e"
FACTS = {
    f"{DEAL}/history.yaml": f"{DEAL}/opportunity.yaml",
    f"{LEAD}/history.yaml": f"{LEAD}/lead.yaml",
}
TYPES: dict[str, type[msgspec.Struct]] = {"opportunity": Opportunity, "lead": Lead}


def read_blocks() -> dict[str, str]:
    """The blocks by the path that stands above each, `""` for one without."""
    blocks: dict[str, str] = {}
    caption, fence, body = "", "", list[str]()
    for line in PAGE.read_text(encoding="utf-8").split("\n"):
        if fence and line == "```":
            assert caption not in blocks, caption
            blocks[caption] = "\n".join([*body, ""])
            caption, fence = "", ""
        elif fence:
            body.append(line)
        elif line.startswith("```"):
            fence, body = line, []
        elif match := CAPTION.match(line):
            caption = match[1]
    return blocks


BLOCKS = read_blocks()
FILES = {path: text for path, text in BLOCKS.items() if path.endswith(".yaml")}


def test_every_block_is_a_file_of_the_store_or_the_tree():
    assert sorted(BLOCKS.keys() - FILES.keys()) == ["", ".gitattributes", ".gitignore"]
    assert PAGE.read_text(encoding="utf-8").count("\n```yaml\n") == len(FILES) == 16


@pytest.mark.parametrize("path", FILES)
def test_a_block_is_read_as_its_path_says(path):
    located = locate(path)
    assert located is not None
    source = FILES[path].encode()
    if located.kind == "history":
        assert read_history(source, path)
    elif located.kind == "dictionaries":
        assert read_dictionaries(source, path)
    else:
        record = SCHEMA_TYPES.get(located.kind)
        assert read_typed(source, path, record) if record else read_tree(source, path)


@pytest.mark.parametrize("path", FACTS)
def test_the_history_folds_to_the_facts(path):
    events = read_history(FILES[path].encode(), path)
    facts = FACTS[path]
    record = TYPES[Path(facts).stem]
    document = build_document(read_typed(FILES[facts].encode(), facts, record))
    assert build_document_of(fold(live_events(events)), record) | {"id": document["id"]} == document


@pytest.mark.parametrize("path", FACTS)
def test_the_histories_are_written_as_the_page_says(path):
    written = b"".join(map(format_event_line, read_history(FILES[path].encode(), path)))
    assert written.decode() == FILES[path]


@pytest.mark.parametrize("part", [Definition, Stage, Step, Criterion])
def test_every_key_of_a_definition_has_its_meaning(part):
    language = PAGE.read_text("utf-8").split("The whole language")[1].split("\n## ")[0]
    missing = [name for name in part.__struct_fields__ if f"`{name}`" not in language]
    assert missing == []


def test_the_files_for_git_are_those_that_init_writes():
    assert BLOCKS[".gitattributes"] == ATTRIBUTES
    assert BLOCKS[".gitignore"] == IGNORED


def test_together_they_are_a_store_without_a_finding(console):
    for path, text in BLOCKS.items():
        if path:
            file = console.home / "store" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    checked = console.run("salescli -C store check")
    assert (checked.code, checked.stdout, checked.stderr) == (0, "", "")
    listed = console.run("salescli -C store opp list --format csv --columns id,status,amount")
    assert "opp-9b5c3v7k1s,open,323340.00 EUR" in listed.stdout
