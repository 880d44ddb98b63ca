"""Merging many deals that both sides changed: with our driver, and by git alone."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import stores
from measure import Side, format_count
from rows import Bench, Row, compare

MERGED = 1_000
BAR = 6
ROOT = Path(__file__).resolve().parent.parent
# What the sides change in each deal's facts, on lines that don't touch: no conflict.
SIDES = {"theirs": (rb"budget: .*", b"budget: 7.00 EUR"), "ours": (rb"owner: .*", b"owner: boris")}


def merge_row(bench: Bench) -> Iterator[Row]:
    """Facts and history of each deal changed on both sides, without a conflict."""
    sys.path.insert(0, str(ROOT))
    from salescli.workspace.gitsetup import DRIVER, DRIVER_KEY

    store = _branched(bench)

    def reset() -> None:
        _git(bench, store, "checkout", "--quiet", "--force", "--detach", "ours")

    def side(label: str, *settings: str) -> Side:
        command = ["git", *settings, "merge", "--quiet", "--no-edit", "theirs"]
        return Side(label, command, store, bench.env, reset)

    driver = DRIVER.format(program="salescli")
    ours = side("with the driver", "-c", f"{DRIVER_KEY}={driver}")
    work = f"merge of {format_count(MERGED)} deals that both sides changed, driver set"
    yield compare(bench, work, ours, side("git alone"), BAR)


def _branched(bench: Bench) -> Path:
    """A store with so many deals, changed on the branches `ours` and `theirs`."""
    store = bench.folder / f"merged-{MERGED}"
    if (store / ".git").exists():
        return store
    generate = [sys.executable, str(stores.HERE / "generate.py"), str(store), str(MERGED)]
    subprocess.run(generate, check=True, env=dict(bench.env))
    (store / ".gitattributes").write_text("*.yaml merge=salescli\nhistory.yaml merge=union\n")
    _git(bench, store, "init", "--quiet", "--initial-branch", "main")
    for key, value in {"gc.auto": "0", "user.name": "a", "user.email": "a@example.com"}.items():
        _git(bench, store, "config", key, value)
    _commit(bench, store)
    for branch, (old, new) in SIDES.items():
        _git(bench, store, "checkout", "--quiet", "-B", branch, "main")
        for facts in store.glob("opportunities/*/*/opportunity.yaml"):
            facts.write_bytes(re.sub(old, new, facts.read_bytes(), count=1))
            with (facts.parent / "history.yaml").open("ab") as history:
                history.write(b'- {"id":"h-%s"}\n' % branch.encode())
        _commit(bench, store)
    return store


def _commit(bench: Bench, store: Path) -> None:
    _git(bench, store, "add", "--all")
    _git(bench, store, "commit", "--quiet", "--message", "more")


def _git(bench: Bench, store: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=store, env=dict(bench.env), check=True)
