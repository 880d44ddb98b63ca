"""A store and a command line over it, in this process: clock, people and terminal are chosen.

Test-only. For command lines whose surroundings matter; `tests.session` is for those that don't.
"""

import copy
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from random import Random
from typing import Any, TypeVar
from unittest import mock

import msgspec
import yaml
from click.testing import CliRunner

from salescli.cli import run
from salescli.commands.app import App
from salescli.model.events import Event, live_events
from salescli.model.surroundings import Surroundings
from salescli.store.codec import read_history
from salescli.store.files import RealFileSystem
from salescli.store.transaction import Transaction
from salescli.workspace.session import Session

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ANNA = "anna@riverside.example"
T = TypeVar("T")


class Answer(msgspec.Struct, frozen=True):
    """What a command line left behind."""

    out: str
    err: str
    code: int

    @property
    def id(self) -> str:
        """The id that it printed, which must be all of stdout."""
        assert self.code == 0, self.err
        assert self.out.count("\n") == 1, self.out
        return self.out.strip()


class Shop:
    """One store. Each command is a minute later than the one before."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.now = START
        self.random = Random(5)
        self.environ: dict[str, str] = {}
        self.git_email = ANNA
        self.git_name = "Anna Berzina"
        self.system_user = "anna"
        self.is_terminal = False
        self.is_interactive = False
        self.width = 80

    def surroundings(self) -> Surroundings:
        """The world of the next command."""
        now = self.now
        return Surroundings(
            clock=lambda: now,
            random_bytes=self.random.randbytes,
            environ=dict(self.environ),
            directory=self.root,
            git_email=lambda: self.git_email,
            git_name=lambda: self.git_name,
            system_user=self.system_user,
            is_interactive=self.is_interactive,
            is_terminal=self.is_terminal,
            width=self.width,
        )

    def run(self, *arguments: str, stdin: str = "", env: Mapping[str, str] = {}) -> Answer:
        """Run one command line and catch what it prints."""
        with (
            mock.patch.dict(os.environ, {"HOME": str(self.root.parent), **env}),
            chdir(self.root),
            CliRunner().isolation(stdin) as (out, err, _),
        ):
            code = run(list(arguments), self.surroundings())
            sys.stdout.flush()
            sys.stderr.flush()
            answer = Answer(out.getvalue().decode(), err.getvalue().decode(), code)
        self.now += timedelta(minutes=1)
        return answer

    def do(self, *arguments: str) -> Answer:
        """Run a command line that must succeed."""
        answer = self.run(*arguments)
        assert answer.code == 0, f"{arguments}: {answer.code}\n{answer.err}"
        return answer

    def make(self, *arguments: str) -> str:
        """Run a command line that makes something; its id."""
        return self.do(*arguments).id

    def deal(self, title: str = "Flat 47", *options: str) -> str:
        """A new deal of a client who is there already, or made for it."""
        if not list(self.root.glob("contacts/*")):
            self.make("contact", "create", "Elena Petrova", "--email", "elena@example.com")
        return self.make("opportunity", "create", title, "--client", "Elena Petrova", *options)

    def folder(self, deal_id: str) -> Path:
        """A deal's directory."""
        (found,) = self.root.glob(f"opportunities/*/*--{deal_id}")
        return found

    def facts(self, deal_id: str) -> dict[str, Any]:
        """What a deal's file says, read by another reader than ours; all values are text."""
        return load(self.folder(deal_id) / "opportunity.yaml")

    def events(self, deal_id: str) -> list[dict[str, Any]]:
        """A deal's events as they stand, read by another reader than ours."""
        text = (self.folder(deal_id) / "history.yaml").read_text(encoding="utf-8")
        return [json.loads(line.removeprefix("- ")) for line in text.splitlines()]

    def kinds(self, deal_id: str) -> list[str]:
        """The kinds of a deal's events, in file order."""
        return [event["kind"] for event in self.events(deal_id)]

    def live(self, deal_id: str) -> list[Event]:
        """A deal's events that count."""
        source = (self.folder(deal_id) / "history.yaml").read_bytes()
        return live_events(read_history(source, "history.yaml"))

    def tree(self) -> dict[str, bytes]:
        """Every file of the store by path; not what is local to the clone."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and path.relative_to(self.root).parts[0] not in (".salescli", ".git")
        }

    def write(self, path: str, text: str) -> None:
        """Edit a file by hand: a whole new text."""
        (self.root / path).write_text(text, encoding="utf-8")

    def replace(self, path: str | Path, old: str, new: str) -> None:
        """Edit a file by hand: one text for another that stands there once."""
        target = self.root / path
        text = target.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        target.write_text(text.replace(old, new), encoding="utf-8")

    @contextmanager
    def session(self, **options: Any) -> Iterator[Session]:
        """A session that reads the store."""
        with App(self.surroundings()).reading():
            yield Session(Transaction(RealFileSystem(), self.root), self.surroundings(), **options)


def load(path: Path) -> Any:
    """A YAML file by libyaml, every scalar as text."""
    return yaml.load(path.read_bytes(), Loader=yaml.CBaseLoader)  # noqa: S506


INIT = ("init", ".", "--currency", "EUR", "--time-zone", "Europe/Riga", "--name", "Riverside")


def new_shop(root: Path) -> Shop:
    """A new store of Anna's, in euros and Riga's time."""
    root.mkdir()
    shop = Shop(root)
    shop.do(*INIT)
    return shop


def made_once(build: Callable[[Shop], T]) -> Callable[[Shop], T]:
    """A fixture that writes the same into each new shop: written once, and copied after that.

    What it gives back, the clock and all else about the shop are copied, too.
    """
    folder = tempfile.TemporaryDirectory(prefix="made-")
    kept: dict[tuple[Any, ...], tuple[Path, Shop, T]] = {}

    @wraps(build)
    def made(shop: Shop) -> T:
        world = (shop.now, shop.git_email, *sorted(shop.environ.items()))
        if world not in kept:
            value = build(shop)
            place = Path(folder.name) / str(len(kept))
            shutil.copytree(shop.root, place, symlinks=True)
            kept[world] = (place, *copy.deepcopy((shop, value)))
            return value
        place, then, given = kept[world]
        shutil.rmtree(shop.root)
        shutil.copytree(place, shop.root, symlinks=True)
        now, value = copy.deepcopy((vars(then), given), {id(then): shop})
        vars(shop).update(now | {"root": shop.root})
        return value

    return made
