"""What all tests share: a console of one's own."""

from pathlib import Path

import pytest

from tests.session import Session


@pytest.fixture
def console(tmp_path: Path) -> Session:
    """A console in an empty home, with `salescli` in a steady world."""
    return Session(tmp_path / "console")
