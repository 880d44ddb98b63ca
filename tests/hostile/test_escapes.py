"""Nothing that a terminal obeys comes out of data: every command's output, byte by byte."""

import json
import os
import pty
import re
import shlex
import subprocess
import sys

import pytest

from tests.hostile.limits import SECONDS_ALLOWED, environment
from tests.workspace.small_store import ELENA, LOST, OPEN, replace_in, write_file, write_small_store

RAW = "\x1b]0;owned\x07\x1b[31m\x9b2J\u202e\u200b\r\b"
WRITTEN = '"\\e]0;owned\\a\\e[31m\\x9b2J\\u202e\\u200b\\r\\b"'  # the same as YAML writes it
OURS = re.compile(r"\x1b\[[0-9;]*m")  # colours
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]"
)
COMMANDS = (
    *(
        f"opportunity list --all --format {name}"
        for name in ("table", "json", "jsonl", "csv", "md")
    ),
    *(f"opportunity show 7k2m9xq4tb --format {name}" for name in ("table", "json", "md")),
    *(f"{noun} list" for noun in ("contact", "account", "person", "department", "product")),
    *(
        "dictionary list needs",
        "process list",
        "process show real-estate",
        "next",
        "next 7k2m9xq4tb",
    ),
    *(f"report funnel --format {name}" for name in ("table", "json", "csv", "md")),
    *(f"report funnel --owner anna --format {name}" for name in ("table", "md")),
    *("check --strict", "check --strict --format json", "check --strict --format github"),
    *(f"changes --since 2000-01-01 --format {name}" for name in ("table", "json", "md")),
    *(f"changes --since {RAW}", f"report diff {RAW}..HEAD"),
    *("log", "doctor", f"opportunity set 7k2m9xq4tb --actor anna --dry-run --title {RAW!r}"),
    *(
        "opportunity set 7k2m9xq4tb --actor anna --tactic x",
        "undo --actor anna",
        "redo --actor anna",
    ),
    *(f"opportunity show {RAW}", f"opportunity list --where {RAW}=x", f"{RAW}", f"help {RAW}"),
    *(f"opportunity list --{RAW}", f"report funnel --period {RAW}", f"-C {RAW} check"),
    *(f"opportunity set 7k2m9xq4tb --owner {RAW}", f"process check {RAW}", f"check --{RAW}=1"),
    *(f"import csv {RAW} --mapping {RAW}", f"report funnel --png {RAW}/x.png"),
)
DAMAGED = (
    "opportunity list",
    "check --strict",
    "report funnel",
    "opportunity show 7k2m9xq4tb",
    "next",
)
_RUN = """
import json, sys
from salescli.cli import main
for command in json.loads(sys.argv[1]):
    try:
        main(command)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    print("\\n--next--", flush=True)
"""


@pytest.fixture
def store(tmp_path):
    """A store with escapes in every text and in names of files."""
    write_small_store(tmp_path)
    for path, old in (
        (f"{OPEN}/opportunity.yaml", "title: Flat 47"),
        (f"{LOST}/opportunity.yaml", "title: Flat 48"),
        (ELENA, "name: Elena Petrova"),
        ("team.yaml", "name: Anna Bērziņa"),
        ("team.yaml", "name: North bank"),
        ("products.yaml", "name: Block B, flat 47"),
        ("salescli.yaml", "name: Riverside Development"),
        ("processes/real-estate.yaml", "name: Key contacts"),
        ("processes/real-estate.yaml", "say: Ask what they need"),
    ):
        replace_in(tmp_path, path, old, f"{old.partition(':')[0]}: {WRITTEN}")
    odd = RAW.replace("/", "")
    write_file(tmp_path, f"opportunities/2026/{odd}.yaml", b"x: y\n")
    write_file(tmp_path, f"{OPEN}/files/{odd}", b"x")
    write_file(tmp_path, f"{odd}.yaml", b"x: y\n")
    return tmp_path


def run(store, commands, *, is_terminal):
    """What the commands write to both streams, through a pipe or a pseudo-terminal."""
    words = json.dumps([shlex.split(command) for command in commands])
    command = [sys.executable, "-P", "-c", _RUN, words]
    environ = environment(COLUMNS="80", TERM="xterm-256color")
    if not is_terminal:
        done = subprocess.run(
            command, cwd=store, env=environ, stdin=subprocess.DEVNULL, capture_output=True,
            timeout=SECONDS_ALLOWED, check=True,
        )  # fmt: skip
        return done.stdout + done.stderr
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, cwd=store, env=environ, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
    ) as child:
        os.close(theirs)
        said = b""
        try:
            while part := os.read(ours, 65536):
                said += part
        except OSError:  # how a terminal ends on Linux
            pass
        os.close(ours)
        assert child.wait(SECONDS_ALLOWED) == 0
    return said.replace(b"\r\n", b"\n")


def faults(said):
    """The characters that must not be there, each with its line."""
    text = OURS.sub("", said.decode("utf-8"))
    return [
        (match[0], line)
        for line in text.split("\n")
        if (match := FORBIDDEN.search(line.replace("\t", " ")))
    ]


@pytest.mark.parametrize("is_terminal", [False, True], ids=["pipe", "terminal"])
def test_no_command_lets_an_escape_through(store, is_terminal):
    said = run(store, COMMANDS, is_terminal=is_terminal)
    assert said.count(b"\n--next--\n") == len(COMMANDS)
    assert said.count(b"owned") > 30  # the texts did come out
    assert faults(said) == []


@pytest.mark.parametrize("is_terminal", [False, True], ids=["pipe", "terminal"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("stage: key-contacts", f"stage: {WRITTEN}"),
        ("budget: 240000.00 EUR", f"budget: {WRITTEN}"),
        ("owner: anna", f"owner: {WRITTEN}"),
        ("mood:\n", f"{WRITTEN}: x\n"),
        ("mood:\n", f"mood: {WRITTEN}\nmood: {WRITTEN}\n"),
        ("title: Flat 47", f"title: {RAW}"),
        ("process: real-estate", f"process: {WRITTEN}"),
    ],
    ids=["stage", "budget", "owner", "key", "twice", "raw", "process"],
)
def test_no_error_lets_an_escape_through(tmp_path, old, new, is_terminal):
    write_small_store(tmp_path)
    path = f"{OPEN}/opportunity.yaml"
    text = (tmp_path / path).read_text(encoding="utf-8")
    write_file(tmp_path, path, text.replace(old, new).encode())
    said = run(tmp_path, DAMAGED, is_terminal=is_terminal)
    assert OPEN.encode() in said
    assert faults(said) == []


def test_the_search_for_escapes_finds_each(store):
    for character in RAW:
        assert not FORBIDDEN.match(character) or faults(f"a{character}b".encode())
    assert faults(b"\x1b[31mred\x1b[0m") == []
