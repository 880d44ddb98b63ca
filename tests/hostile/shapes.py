"""Files that are meant to harm whoever reads them: what stands in each in place of a deal's facts.

The numbers are the rows of the fault table; each file must be refused, in little time and memory.
"""

import sys
from collections.abc import Callable

from tests.workspace.small_store import OPEN_FACTS

Build = Callable[[str], str | bytes]
_TITLE = "title: Flat 47\n"


def _in_title(value: str) -> Build:
    return lambda facts: facts.replace(_TITLE, f"title: {value}\n")


def _after(text: str) -> Build:
    return lambda facts: facts + text


def _in_budget(value: str) -> Build:
    return lambda facts: facts.replace("budget: 240000.00 EUR", f"budget: {value}")


def _bomb(level: Callable[[int], str], first: str) -> Build:
    return lambda facts: facts + first + "".join(level(number) for number in range(1, 10))


def _laughs(number: int) -> str:
    return f"a{number}: &a{number} [" + ",".join([f"*a{number - 1}"] * 9) + "]\n"


def _merges(number: int) -> str:
    inside = ",".join([f"*m{number - 1}"] * 9)
    return f"m{number}: &m{number}\n  <<: [{inside}]\n"


def colliding_keys(count: int) -> list[int]:
    """Whole numbers whose hashes as Python integers are all the same."""
    modulus = sys.hash_info.modulus
    return [1 + number * modulus for number in range(count)]


_CONFLICT = "<<<<<<< HEAD\ntactic: Ours\n=======\ntactic: Theirs\n>>>>>>> boris\n"
_MARKERS = "<<<<<<< HEAD\n=======\n>>>>>>> boris\n"

SHAPES: dict[str, tuple[int, Build]] = {
    "markers between keys": (15, _after(_CONFLICT)),
    "markers in a list": (
        15,
        _after("strengths: x\n<<<<<<< HEAD\n  - lead-1\n=======\n>>>>>>> b\n"),
    ),
    "markers in quoted text": (15, _after(f'tactic: "Ours\n{_CONFLICT}"\n')),
    "markers in a literal": (15, _after("tactic: |\n  Ours\n<<<<<<< HEAD\n  x\n")),
    "markers of diff3": (15, _after("<<<<<<< HEAD\nmood2: a\n||||||| base\n=======\n>>>>>>> b\n")),
    "nothing but markers": (15, lambda _: _MARKERS),
    "duplicate key": (16, _after("budget: 1.00 EUR\n")),
    "tab before a key": (18, _after("custom2:\n\tmortgage: asked\n")),
    "byte order mark inside": (19, _in_title("Flat\ufeff 47")),
    "utf-16": (20, lambda facts: facts.encode("utf-16")),
    "not utf-8": (22, lambda facts: facts.encode().replace(b"Flat", b"Fl\xe4t")),
    "day that is none": (26, lambda facts: facts.replace("2026-12-15", "2026-13-45")),
    "keys that are lists": (28, _after("? [1, 2]\n: x\n")),
    "billion laughs": (29, _bomb(_laughs, "a0: &a0 [lol,lol,lol]\n")),
    "merge keys": (30, _bomb(_merges, "m0: &m0 {x: y}\n")),
    "one scalar 50 000 times": (
        31,
        _after("s: &s " + "x" * 50_000 + "\nt: [" + "*s," * 50_000 + "]\n"),
    ),
    "a list in itself": (32, _after("c: &c [*c]\n")),
    "python tag": (33, _after("t: !!python/object/apply:os.system ['touch harmed']\n")),
    "local tag": (33, _after("t: !x y\n")),
    "tag of a set": (33, _after("t: !!set {a, b}\n")),
    "tag of binary": (33, _after("t: !!binary aGVsbG8=\n")),
    "tower of lists": (34, _after("t: " + "[" * 100_000 + "\n")),
    "tower of mappings": (34, _after("t: " + "{a: " * 50_000 + "\n")),
    "tower of dashes": (34, _after("t:\n  " + "- " * 100_000 + "x\n")),
    "a million digits": (35, _in_budget("9" * 1_000_000)),
    "a million digits of hex": (35, _in_budget("0x" + "f" * 1_000_000)),
    "sexagesimal": (35, _in_budget(":".join(["59"] * 80_000))),
    "keys that collide": (
        36,
        lambda facts: (
            facts.replace("  mortgage: asked\n", "")
            + "custom3:\n"
            + "".join(f"  {key}: x\n" for key in colliding_keys(20_000))
            + "close_date: soon\n"
        ),
    ),
    "not a number": (37, _in_budget(".nan")),
    "infinite": (37, _in_budget(".inf EUR")),
    "beyond a float": (37, _in_budget("1e400 EUR")),
    "two documents": (39, _after("---\ntitle: Flat 48\n")),
    "a list": (39, lambda _: "- id\n- title\n"),
    "a text": (39, lambda _: "Flat 47\n"),
    "empty": (39, lambda _: ""),
    "only a comment": (39, lambda _: "# nothing\n"),
    "two megabytes": (22, _in_title("x" * 2_000_000)),
}


def build(name: str) -> bytes:
    """The bytes of one shape."""
    made = SHAPES[name][1](OPEN_FACTS)
    return made.encode() if isinstance(made, str) else made
