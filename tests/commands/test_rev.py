"""`--rev` on every reading command: what is committed is told as its files would tell it."""

import shutil
import subprocess
from collections.abc import Iterator

import click
import pytest

from salescli.cli import cli
from tests.shop import Shop, new_shop

# What a command must be asked for besides. Those that read no store as it was have a reason.
ARGUMENTS: dict[str, list[str]] = {
    "account list": [],
    "account show": ["Baltic Bakery"],
    "activity list": [],
    "agenda": [],
    "approval list": [],
    "changes": ["--since", "2026-11-01"],
    "check": [],
    "client history": ["Elena Petrova"],
    "client list": [],
    "client show": ["Elena Petrova"],
    "competitor list": [],
    "competitor show": ["rival"],
    "contact list": [],
    "contact show": ["Elena Petrova"],
    "dashboard check": [],
    "dashboard list": [],
    "dashboard show": ["overview"],
    "department list": [],
    "department show": ["sales"],
    "dictionary list": [],
    "export csv": ["opportunity"],
    "export jsonl": ["event"],
    "export parquet": ["opportunity", "--output", "../out"],
    "export sql": ["opportunity"],
    "export sqlite": ["opportunity", "--output", "../out"],
    "export store": [],
    "export xlsx": ["opportunity", "--output", "../out"],
    "feed list": ["Flat 47"],
    "file list": ["Flat 47"],
    "file open": ["Flat 47"],  # a link; of a file the copy lies elsewhere
    "lead blame": ["Flat for Elena"],
    "lead list": [],
    "lead show": ["Flat for Elena"],
    "lead timeline": ["Flat for Elena"],
    "log": ["--git"],
    "mail list": ["Flat 47"],
    "mail show": ["MAIL"],
    "next": ["Flat 47"],
    "opportunity blame": ["Flat 47"],
    "opportunity board": [],
    "opportunity brief": ["Flat 47"],
    "opportunity completion": ["Flat 47"],
    "opportunity list": [],
    "opportunity show": ["Flat 47", "--full"],
    "opportunity tactic history": ["Flat 47"],
    "opportunity tactic show": ["Flat 47"],
    "opportunity timeline": ["Flat 47"],
    "person list": [],
    "person show": ["anna"],
    "plan list": [],
    "process check": [],
    "process draw": ["real-estate", "--mermaid", "-"],
    "process list": [],
    "process show": ["real-estate"],
    "process status": [],
    "product list": [],
    "product show": ["flat"],
    "proposal list": ["Flat 47"],
    "report compare": ["--owner", "anna", "--owner", "boris"],
    "report dashboard": ["overview", "--format", "md"],
    "report drill": ["qualification"],
    "report dynamics": ["open"],
    "report flow": [],
    "report forecast": [],
    "report forecast-diff": ["--since", "2026-11-01"],
    "report fullness": [],
    "report funnel": [],
    "report managers": [],
    "report norms": [],
    "report stage-time": [],
    "report state": [],
    "report win-loss": [],
    "reservation list": [],
    "search": ["elena"],
    "sql": ["select id, stage from opportunity"],
    "unit building list": [],
    "unit chess": ["b"],
    "unit list": [],
    "unit show": ["b-1"],
}
NOT_AS_COMMITTED = {
    "completion": "is of the program",
    "demo": "makes a store",
    "doctor": "looks at this machine",
    "git merge-driver": "is git's own call",
    "help": "reads no store",
    "import mapping": "reads no store",
    "report diff": "names its own revisions",
    "schema": "is of the program",
    "sync": "works on the branch",
}
NAMES_ITS_STATE = {"log"}  # tells of commands or of commits, and only the latter are committed


def commands(
    command: click.Command = cli, path: tuple[str, ...] = (), context: click.Context | None = None
) -> Iterator[tuple[str, click.Command]]:
    """Every command by its words."""
    context = context or click.Context(cli)
    if not isinstance(command, click.Group):
        yield " ".join(path), command
        return
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None
        yield from commands(inner, (*path, name), context)


def takes(command: click.Command, option: str) -> bool:
    return any(option in one.opts for one in command.params)


def git(shop: Shop, *words: str) -> None:
    identity = "-c user.name=Anna -c user.email=anna@riverside.example".split()
    subprocess.run(["git", *identity, *words], cwd=shop.root, check=True, capture_output=True)


@pytest.fixture(scope="module")
def lively(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A committed store with something of everything, changed since."""
    shop = new_shop(tmp_path_factory.mktemp("rev") / "sales")
    shop.do("person", "create", "Boris", "--id", "boris")
    shop.do("account", "create", "Baltic Bakery")
    shop.do("competitor", "create", "Rival")
    shop.do("department", "create", "Sales", "--id", "sales")
    shop.do("product", "create", "Flat", "--id", "flat", "--price", "100")
    shop.do("unit", "building", "create", "b", "--name", "House")
    shop.do("unit", "create", "b", "b-1", "--kind", "flat", "--product", "flat")
    shop.deal("Flat 47", "--owner", "anna", "--budget", "100000")
    shop.do("feed", "post", "Flat 47", "Hello")
    shop.do("note", "Flat 47", "called Elena")
    shop.do("file", "attach", "Flat 47", "https://maps.example/?a=1", "--link")
    shop.do("lead", "create", "Flat for Elena")
    git(shop, "init", "--quiet", "--initial-branch=main")
    git(shop, "add", ".")
    git(shop, "commit", "--quiet", "-m", "one")
    return shop


@pytest.fixture(scope="module")
def bare(lively: Shop, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The same commit, with nothing but the settings in the work tree."""
    place = tmp_path_factory.mktemp("bare") / "sales"
    git(lively, "clone", "--quiet", ".", str(place))
    for path in place.iterdir():
        if path.name not in (".git", "salescli.yaml"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return Shop(place)


def test_every_command_that_reads_takes_a_revision() -> None:
    reading = {name: command for name, command in commands() if not takes(command, "--dry-run")}
    without = {name for name, command in reading.items() if not takes(command, "--rev")}
    assert without == NOT_AS_COMMITTED.keys()
    with_it = {name for name, command in commands() if takes(command, "--rev")}
    assert with_it == ARGUMENTS.keys()


@pytest.mark.parametrize("name", sorted(ARGUMENTS))
def test_what_is_committed_is_told_as_the_files_told_it(
    lively: Shop, bare: Shop, name: str
) -> None:
    asked = [*name.split(), *ARGUMENTS[name]]
    bare.now = lively.now
    files = lively.run(*asked)
    committed = bare.run(*asked, "--rev", "HEAD")
    assert (committed.code, committed.out) == (files.code, files.out)
    written = [shop.root.parent / "out" for shop in (lively, bare)]
    if written[0].exists():
        assert written[1].read_bytes() == written[0].read_bytes()
