"""Change the figures one small thing at a time, and see that a test notices each change.

`python tests/mutants.py [--children N] [--keep] [MODULE …]`, which `make mutate` runs. MODULE is a
name in salescli/report (`funnel`); without one all are changed that setup.cfg names under
`[mutmut]`. Work is done in `mutants/`, made anew unless `--keep` is given.

A change that no test notices must stand in tests/mutants.md with the reason why none can. Exit
code 1 if one doesn't, or if one stands there that is noticed (or isn't made any more).
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from configparser import ConfigParser
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
EXPLAINED = ROOT / "tests" / "mutants.md"
WORK = ROOT / "mutants"
KILLED = {1, 3, 36, 24, -24, 152, 255}  # a test failed, or it ran out of time: noticed either way


class Mutant(NamedTuple):
    """A change: the module's path, the function, and the lines gone and come, unindented."""

    path: str
    function: str
    change: str


def mutated_paths() -> list[str]:
    """The modules that setup.cfg names, as paths from the root."""
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return config["mutmut"]["only_mutate"].split()


def parse_explained(text: str) -> Iterator[Mutant]:
    """The mutants of a page: `## path`, `### function`, then their diffs, each in a fence."""
    path = function = ""
    for part in re.split(r"^(?=#|```)", text, flags=re.MULTILINE):
        head, _, body = part.partition("\n")
        if head.startswith("## "):
            path = head[3:].strip("` ")
        elif head.startswith("### "):
            function = head[4:].strip("` ")
        elif head == "```diff":
            yield Mutant(path, function, change_of(body.splitlines()))


def change_of(diff: Iterable[str]) -> str:
    """The changed lines of a diff, without its head and without indentation."""
    changed = [line for line in diff if line[:1] in ("-", "+") and line[:3] not in ("---", "+++")]
    return "\n".join(f"{line[0]} {line[1:].strip()}" for line in changed)


def run_mutants(paths: Sequence[str], children: int) -> int:
    """Try all mutants of modules; the exit code of mutmut. Its report goes to stderr."""
    names = [f"{path.removesuffix('.py').replace('/', '.')}.*" for path in paths]
    command = [str(Path(sys.executable).with_name("mutmut")), "run"]
    command += ["--max-children", str(children), *names]
    return subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=False).returncode


def read_results(path: str) -> tuple[int, set[Mutant]]:
    """How many mutants of a module were noticed, and those that weren't."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant

    results = json.loads((WORK / f"{path}.meta").read_text("utf-8"))["exit_code_by_key"]
    alive = set()
    for name, code in results.items():
        if code not in KILLED:
            mangled = name.rpartition("__mutmut_")[0].rpartition(".")[2]
            function = mangled[2:].replace("ǁ", ".") if mangled[:2] in ("x_", "xǁ") else mangled
            diff = get_diff_for_mutant(name, path=Path(path)).splitlines()
            alive.add(Mutant(path, function, change_of(diff)))
    return sum(code in KILLED for code in results.values()), alive


def report(paths: Sequence[str], explained: Iterable[Mutant]) -> Iterator[str]:
    """A line for each module, then what is wrong: the words of a run that ought to be none."""
    known = {mutant for mutant in explained if mutant.path in paths}
    found: set[Mutant] = set()
    for path in paths:
        killed, alive = read_results(path)
        found |= alive
        print(f"{path}: {killed} noticed, {len(alive & known)} explained")
    for told, mutants in (
        ("No test notices this, and tests/mutants.md doesn't say why", found - known),
        ("tests/mutants.md explains this, but a test notices it or it isn't made", known - found),
    ):
        for mutant in sorted(mutants):
            yield f"\n{told}:\n{mutant.path}, {mutant.function}\n{mutant.change}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, compare, tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--children", type=int, default=1, help="mutants tried at a time")
    parser.add_argument("--keep", action="store_true", help="go on in mutants/ as it is")
    parser.add_argument("modules", nargs="*", metavar="MODULE")
    asked = parser.parse_args(arguments)
    paths = [p for p in mutated_paths() if not asked.modules or Path(p).stem in asked.modules]
    unknown = sorted(set(asked.modules) - {Path(path).stem for path in paths})
    if unknown:
        parser.error(f"setup.cfg doesn't name {', '.join(unknown)} under [mutmut]")
    if not asked.keep:
        shutil.rmtree(WORK, ignore_errors=True)
    if code := run_mutants(paths, asked.children):
        return code
    wrong = list(report(paths, parse_explained(EXPLAINED.read_text("utf-8"))))
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
