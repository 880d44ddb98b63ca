"""What a start of the program loads: most of what a short command costs is imports."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LISTING = """
import json, sys
from salescli.cli import main
try:
    main()
except SystemExit:
    pass
sys.stderr.write("\\n" + json.dumps(sorted(sys.modules)))
"""
DRAWING = {"matplotlib", "numpy"}
PAGES = {"jinja2"}
TABLES = {"tabulate", "wcwidth"}
STORE = {"yaml", "sqlite3", "msgspec"}


def loaded_by(arguments: list[str], place: Path) -> set[str]:
    """The top-level packages that are loaded when a command ends."""
    return {name.split(".")[0] for name in modules_of(arguments, place)}


def modules_of(arguments: list[str], place: Path) -> set[str]:
    """The modules that are loaded when a command ends."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", LISTING, *arguments],
        cwd=place,
        env=os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(place), "USER": "anna"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    loaded = set(json.loads(done.stderr.split("\n")[-1]))
    assert "salescli" in loaded
    return loaded


@pytest.mark.parametrize("arguments", [["--version"], ["--help"]])
def test_help_and_version_load_neither_store_nor_tables_nor_drawing(arguments, tmp_path):
    assert loaded_by(arguments, tmp_path) & (DRAWING | PAGES | TABLES | STORE) == set()


def test_help_on_a_command_loads_neither_tables_nor_drawing(tmp_path):
    assert loaded_by(["opportunity", "--help"], tmp_path) & (DRAWING | PAGES | TABLES) == set()


def test_making_a_store_loads_neither_tables_nor_drawing(tmp_path):
    assert loaded_by(["init", ".", "--currency", "EUR"], tmp_path) & (DRAWING | TABLES) == set()
    assert (tmp_path / "salescli.yaml").exists()


def test_a_list_for_a_program_loads_neither_tables_nor_drawing(tmp_path):
    loaded_by(["init", ".", "--currency", "EUR"], tmp_path)
    loaded = loaded_by(["opportunity", "list", "--format", "json"], tmp_path)
    assert loaded & (DRAWING | PAGES | TABLES) == set()


def test_figures_in_a_pipe_load_neither_tables_nor_drawing(tmp_path):
    loaded_by(["init", ".", "--currency", "EUR"], tmp_path)
    loaded = loaded_by(["report", "funnel"], tmp_path)
    assert loaded & (DRAWING | PAGES | TABLES | {"anyascii"}) == set()


WRITERS = {"stages", "opportunities", "cloning", "editing", "deleting", "leads", "converting"}


@pytest.mark.parametrize("noun", ["opportunity", "lead", "contact", "product"])
def test_a_list_loads_nothing_that_writes_records(noun, tmp_path):
    loaded_by(["init", ".", "--currency", "EUR"], tmp_path)
    loaded = modules_of([noun, "list", "--format", "json"], tmp_path)
    assert "salescli.workspace.listing" in loaded
    assert loaded & {f"salescli.workspace.{name}" for name in WRITERS} == set()


def test_drawing_a_process_as_text_loads_neither_tables_nor_drawing(tmp_path):
    loaded_by(["init", ".", "--currency", "EUR"], tmp_path)
    assert loaded_by(["process", "draw"], tmp_path) & (DRAWING | TABLES) == set()
