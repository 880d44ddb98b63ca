"""What all tests share: a console of one's own."""

import importlib.util
from pathlib import Path

import pytest

from tests.session import Session

# These run the command line and nothing else, so there is nothing to collect before it exists.
ON_THE_COMMAND_LINE = ["test_documents.py", "test_errors.py", "test_start.py"]
collect_ignore = [] if importlib.util.find_spec("salescli.cli") else ON_THE_COMMAND_LINE


@pytest.fixture
def console(tmp_path: Path) -> Session:
    """A console in an empty home, with `salescli` in a steady world."""
    return Session(tmp_path / "console")
