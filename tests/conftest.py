"""What all tests share: a console of one's own."""

import shutil
from pathlib import Path

import pytest

from tests.session import Session
from tests.shop import Shop, new_shop


@pytest.fixture
def console(tmp_path: Path) -> Session:
    """A console in an empty home, with `salescli` in a steady world."""
    return Session(tmp_path / "console")


@pytest.fixture(scope="session")
def new_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store as `init` makes it, to be copied."""
    return new_shop(tmp_path_factory.mktemp("new") / "sales").root


@pytest.fixture
def shop(new_store: Path, tmp_path: Path) -> Shop:
    """A new store of one's own: Anna's, in euros and Riga's time."""
    root = tmp_path / "sales"
    shutil.copytree(new_store, root, ignore=shutil.ignore_patterns(".salescli"))
    return Shop(root)
