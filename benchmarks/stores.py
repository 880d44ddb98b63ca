"""The stores, tables and small scripts that are measured; made once in a folder, then reused."""

import itertools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from measure import Sample, Side

HERE = Path(__file__).resolve().parent
SCRIPTS = {
    "salescli": "from salescli.entry import script\n\nscript()\n",
    "hello": """\
import click


@click.command()
@click.version_option("1.0")
def hello():
    click.echo("Hello, world")


hello()
""",
    # As our own pictures are made: the figure by hand, without pyplot, and of the same size.
    "chart": """\
import sys

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

figure = Figure(figsize=(16, 9), dpi=100)
FigureCanvasAgg(figure)
axes = figure.add_subplot()
axes.barh(["Qualification", "Contacts", "Proposal", "Presentation", "Won"], [50, 40, 30, 20, 10])
axes.set_title("Funnel")
figure.savefig(sys.argv[1])
""",
    # What the same files cost without a word about what stands in them: many moves …
    "rewrite": """\
import os
import sys
from itertools import islice
from pathlib import Path

store, count = sys.argv[1:]
folders = list(islice(Path(store).glob("opportunities/*/*"), int(count)))
for folder in folders:
    data = (folder / "opportunity.yaml").read_bytes()
    (folder / ".new").write_bytes(data)
    size = (folder / "history.yaml").stat().st_size
    with open(folder / "history.yaml", "r+b") as file:
        file.seek(size - 1)
        file.write(b"\\n")
os.sync()
for folder in folders:
    os.rename(folder / ".new", folder / "opportunity.yaml")
os.sync()
""",
    # … and many new deals.
    "create": """\
import os
import sys

folder, count = sys.argv[1:]
for number in range(int(count)):
    os.makedirs(f"{folder}/{number}")
    for name in ("opportunity", "history"):
        with open(f"{folder}/{number}/{name}.yaml", "wb") as file:
            file.write(b"x" * 600)
os.sync()
""",
}
OPEN = ("qualification", "key-contacts", "proposal-preparation", "proposal-presentation")
STAGE = re.compile(rb"^stage: ([a-z-]+)$", re.MULTILINE)
MAPPING = """\
kind: opportunity
process: real-estate
key: number
currency: EUR
date: "%Y-%m-%d"
money: "1234.56"
columns:
  title: title
  client: client
  owner: owner
  stage: stage
  budget: budget
  close_date: closes
  created: created
stages:
  First talk: qualification
  Contacts: key-contacts
  Proposal: proposal-preparation
begins: qualification
stage_dates:
  key-contacts: met
  proposal-preparation: asked
create:
  client: account
"""


def build_environment(folder: Path, code: Path) -> dict[str, str]:
    """What every process is given: our code, no configuration of the user's, one language."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(code),
        "MPLCONFIGDIR": str(home / "matplotlib"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "SALESCLI_ACTOR": "anna",
    }


def write_scripts(folder: Path) -> Path:
    """The small programs that are compared, and a console script of ours."""
    scripts = folder / "scripts"
    scripts.mkdir(exist_ok=True)
    for name, text in SCRIPTS.items():
        (scripts / name).write_text(text)
    shutil.copy(HERE / "moves.py", scripts / "moves.py")
    return scripts


def build_store(folder: Path, size: int, events_each: int = 5) -> Path:
    """A generated store; one that was begun and not finished is begun again."""
    name = str(size) if events_each == 5 else f"{size}-of-{events_each}"
    store, begun = folder / name, folder / f"{name}.begun"
    if not store.exists():
        shutil.rmtree(begun, ignore_errors=True)
        print(f"generating {size} deals …", file=sys.stderr, flush=True)
        numbers = [str(size), str(events_each)]
        subprocess.run([sys.executable, HERE / "generate.py", begun, *numbers], check=True)
        begun.rename(store)
    return store


def commit_all(store: Path) -> Path:
    """Make the store a repository with all of it committed, so that git has nothing to tell."""
    git = ["git", "-C", str(store), "-c", "gc.auto=0"]
    git += ["-c", "user.name=anna", "-c", "user.email=anna@riverside.example"]
    if not (store / ".git").exists():
        subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "add", "--all"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "-m", "all"], check=True)
    return store


def drop_index(store: Path) -> None:
    """Take away what a fresh clone doesn't have."""
    for path in (store / ".salescli").glob("index.sqlite*"):
        path.unlink()


def warm(run: Callable[[Side], Sample], side: Side) -> None:
    """Run twice, the second time when no file is too young to be trusted."""
    run(side)
    run(side)


def open_deals(store: Path) -> Iterator[str]:
    """`ID STAGE` for deals that stand in an open stage: each with another one to move to."""
    years = sorted((store / "opportunities").iterdir())
    for path in (year / name for year in years for name in sorted(os.listdir(year))):
        found = STAGE.search((path / "opportunity.yaml").read_bytes())
        stage = found[1].decode() if found else ""
        if stage in OPEN:
            to = OPEN[2] if stage == OPEN[1] else OPEN[1]
            yield f"{path.name.rpartition('--')[2]} {to}"


def build_import(folder: Path, rows: int) -> tuple[Path, Path, Path]:
    """An empty store, made anew each time, a table of deals, and its mapping."""
    store, table = folder / "import", folder / "import.csv"
    mapping = folder / "import-mapping.yaml"
    shutil.rmtree(store, ignore_errors=True)
    shutil.copytree(build_store(folder, 100), store, ignore=shutil.ignore_patterns(".git"))
    for name in (".salescli", "opportunities"):
        shutil.rmtree(store / name, ignore_errors=True)
    mapping.write_text(MAPPING)
    people = itertools.cycle(("anna", "boris", "carl", "dina", "edgar"))
    lines = ["number,title,client,owner,stage,budget,closes,created,met,asked"]
    for number in range(rows):
        created = f"2024-{number % 6 + 1:02}-{number % 28 + 1:02}"
        stage = ("First talk", "Contacts", "Proposal")[number % 3]
        met = created.replace("2024-0", "2025-0") if number % 3 else ""
        asked = met.replace("2025-0", "2025-1") if number % 3 == 2 else ""
        asked = f"2025-09-{number % 28 + 1:02}" if asked else ""
        lines.append(
            f'{number},"Riverside, flat {number}",Company {number % 800},{next(people)},{stage},'
            f"{40_000 + number % 360 * 1000}.00,2026-06-30,{created},{met},{asked}"
        )
    table.write_text("\n".join(lines) + "\n")
    return store, table, mapping
