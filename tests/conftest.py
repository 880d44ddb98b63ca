"""What all tests share: a console of one's own."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from tests.session import Session
from tests.shop import Shop, new_shop

# How many examples a property is tried with that doesn't say it itself. Each run tries the same
# ones, so that what passed once passes again; `make test-long` looks for new ones.
settings.register_profile("small", max_examples=12, deadline=None, derandomize=True)
settings.register_profile("long", max_examples=300, deadline=None)
settings.load_profile("long" if os.environ.get("SALESCLI_TEST_SIZE") == "long" else "small")


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
