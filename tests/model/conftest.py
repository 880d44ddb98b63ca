"""The blocks of the format's description, as files, and how to read them as text."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import settings

FORMAT = Path(__file__).parent.parent / "data" / "format"
LONG = os.environ.get("SALESCLI_TEST_SIZE") == "long"

settings.register_profile("model", max_examples=400 if LONG else 60, deadline=None)
settings.load_profile("model")


def _text_tree(value: Any) -> Any:
    """What a store reads: every scalar text, nothing for an empty one that isn't quoted."""
    if isinstance(value, dict):
        return {key: _text_tree(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_text_tree(entry) for entry in value]
    return None if value in ("", "~") else value


@pytest.fixture
def read_block() -> Callable[[str], dict[str, Any]]:
    """A function: name of a block of the format → its tree, all scalars as text."""

    def read(name: str) -> dict[str, Any]:
        return _text_tree(yaml.load((FORMAT / name).read_text("utf-8"), yaml.BaseLoader))  # noqa: S506

    return read


@pytest.fixture
def history_lines() -> list[bytes]:
    """The 52 lines of the format's histories, without `- ` and line end."""
    names = ("history.yaml", "history_reservation.yaml")
    lines = [line for name in names for line in (FORMAT / name).read_bytes().splitlines()]
    return [line.removeprefix(b"- ") for line in lines]
