"""Other programs on data of about the same size: made once, each with a first and a usual run.

A rival that isn't there and can't be installed is told in the table, never silently left out.
"""

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from measure import Side

PYPI = ("papis", "todoman")


class Missing(Exception):
    """Why a rival isn't there."""


class Rival(NamedTuple):
    """A rival that is there: its usual list and, where it keeps an index, the first run."""

    usual: Side
    first: Side | None = None


def install(folder: Path) -> Path:
    """The `bin` of a virtual environment with the rivals that come from PyPI, made once."""
    binaries = folder / "venv" / "bin"
    if not (binaries / "todo").exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        pip = [binaries / "python", "-m", "pip", "install", "--quiet", *PYPI]
        subprocess.run([*pip, "--disable-pip-version-check"], check=False, stdout=sys.stderr)
    return binaries


def build_taskwarrior(folder: Path, count: int, env: Mapping[str, str]) -> Rival:
    """`task list` on so many pending tasks."""
    program = _installed("task", "taskwarrior")
    data = folder / "taskwarrior"
    if not data.exists():
        data.mkdir(parents=True)
        (data / "taskrc").write_text("data.location=data\nconfirmation=off\nverbose=nothing\n")
        (data / "data").mkdir()
        with open(data / "data" / "pending.data", "w", encoding="utf-8") as file:
            for number in range(count):
                file.write(
                    f'[description:"Riverside, flat {number}" entry:"{1700000000 + number}" '
                    f'project:"north" status:"pending" uuid:"{uuid.UUID(int=number + 1)}"]\n'
                )
    own = {**env, "TASKRC": str(data / "taskrc"), "TASKDATA": str(data / "data")}
    return Rival(Side("task list", [program, "list"], data, own))


def build_hledger(folder: Path, count: int, env: Mapping[str, str]) -> Rival:
    """`hledger balance` on so many transactions of two postings."""
    program = _installed("hledger", "hledger")
    data = folder / "hledger"
    if not data.exists():
        data.mkdir(parents=True)
        with open(data / "sales.journal", "w", encoding="utf-8") as file:
            for number in range(count):
                day = f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}"
                amount = 40_000 + number % 360 * 1000
                file.write(f"{day} Riverside, flat {number}\n")
                file.write(f"    assets:stage{number % 7}  {amount}.00 EUR\n    income:sales\n\n")
    command = [program, "-f", "sales.journal", "balance"]
    return Rival(Side("hledger balance", command, data, env))


def build_papis(folder: Path, count: int, env: Mapping[str, str]) -> Rival:
    """`papis list` on a library of so many documents."""
    program = _from_pypi(folder, "papis")
    data = folder / "papis"
    own = {**env, "XDG_CONFIG_HOME": str(data / "config"), "XDG_CACHE_HOME": str(data / "cache")}
    if not data.exists():
        (data / "config" / "papis").mkdir(parents=True)
        (data / "config" / "papis" / "config").write_text(
            f"[settings]\ndefault-library = deals\n\n[deals]\ndir = {data / 'deals'}\n"
        )
        for number in range(count):
            document = data / "deals" / f"flat-{number}"
            document.mkdir(parents=True)
            (document / "info.yaml").write_text(
                f"papis_id: {uuid.UUID(int=number + 1).hex}\nref: flat{number}\n"
                f"title: Riverside, flat {number}\nauthor: Client {number % 500}\n"
                f"year: {2023 + number % 3}\ntype: article\ntags: [north, direct]\nfiles: []\n"
            )
    usual = Side("papis list", [program, "list", "--all", "title:flat"], data, own)
    first = usual._replace(
        label="papis list, first run",
        prepare=lambda: shutil.rmtree(data / "cache", ignore_errors=True),
    )
    return Rival(usual, first)


def build_todoman(folder: Path, count: int, env: Mapping[str, str]) -> Rival:
    """`todo list` on so many todos."""
    program = _from_pypi(folder, "todo")
    data = folder / "todoman"
    own = {**env, "XDG_CONFIG_HOME": str(data / "config")}
    if not data.exists():
        (data / "config" / "todoman").mkdir(parents=True)
        (data / "config" / "todoman" / "config.py").write_text(
            f"path = {json.dumps(str(data / 'lists' / '*'))}\n"
            f"cache_path = {json.dumps(str(data / 'cache.sqlite3'))}\n"
            'date_format = "%Y-%m-%d"\ntime_format = "%H:%M"\n'
        )
        (data / "lists" / "north").mkdir(parents=True)
        for number in range(count):
            key = str(uuid.UUID(int=number + 1))
            (data / "lists" / "north" / f"{key}.ics").write_text(
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//salescli//benchmark//EN\r\n"
                f"BEGIN:VTODO\r\nUID:{key}\r\nDTSTAMP:20240101T080000Z\r\n"
                f"CREATED:20240101T080000Z\r\nSUMMARY:Riverside\\, flat {number}\r\n"
                "STATUS:NEEDS-ACTION\r\nPRIORITY:5\r\nEND:VTODO\r\nEND:VCALENDAR\r\n",
                newline="",
            )
    usual = Side("todo list", [program, "list"], data, own)
    first = usual._replace(
        label="todo list, first run",
        prepare=lambda: (data / "cache.sqlite3").unlink(missing_ok=True),
    )
    return Rival(usual, first)


BUILDERS = {
    "taskwarrior": build_taskwarrior,
    "hledger": build_hledger,
    "papis": build_papis,
    "todoman": build_todoman,
}


def build_rivals(
    folder: Path, count: int, env: Mapping[str, str]
) -> tuple[dict[str, Rival], dict[str, str]]:
    """Those that are there by name, and of the others why not."""
    there: dict[str, Rival] = {}
    missing: dict[str, str] = {}
    for name, build in BUILDERS.items():
        try:
            there[name] = build(folder, count, env)
        except Missing as error:
            missing[name] = str(error)
    return there, missing


def _installed(program: str, package: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise Missing(f"{package} is not installed")
    return found


def _from_pypi(folder: Path, program: str) -> str:
    found = install(folder) / program
    if not os.access(found, os.X_OK):
        raise Missing(f"{found.name} could not be installed")
    return str(found)
