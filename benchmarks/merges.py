"""Merging many deals that both sides changed: with our driver, by git alone, by value after it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import stores
from measure import Side, format_count
from rows import Bench, Row, compare

MERGED = 1_000
BAR, RESOLVED_BAR = 6, 3
ROOT = Path(__file__).resolve().parent.parent
# What the sides change in each deal's facts, on lines that don't touch: no conflict.
SIDES = {
    "theirs": (rb"budget:.*", b"budget: 7.00 EUR", '"budget":[null,"7.00 EUR"]'),
    "ours": (rb"owner:.*", b"owner: boris", '"owner":[null,"boris"]'),
}
_EVENT = (
    '- {"id":"h-%s000000","seq":99,"at":"2026-01-01T08:00:00Z","by":"anna","kind":"changed",'
    '"fields":{%s}}\n'
)


def merge_row(bench: Bench) -> Iterator[Row]:
    """Facts and history of each deal changed on both sides, without a conflict."""
    sys.path.insert(0, str(ROOT))
    from salescli.workspace.driversteps import DRIVER
    from salescli.workspace.gitsetup import DRIVER_KEY

    store = _branched(bench)

    def reset() -> None:
        _git(bench, store, "checkout", "--quiet", "--force", "--detach", "ours")

    def side(label: str, *settings: str) -> Side:
        command = ["git", *settings, "merge", "--quiet", "--no-edit", "theirs"]
        return Side(label, command, store, bench.env, reset)

    driver = DRIVER.format(program="salescli")
    ours = side("with the driver", "-c", f"{DRIVER_KEY}={driver}")
    work = f"merge of {format_count(MERGED)} deals that both sides changed, driver set"
    alone = side("git alone")
    yield compare(bench, work, ours, alone, BAR)

    def merge() -> None:
        reset()
        _git(bench, store, "merge", "--quiet", "--no-edit", "theirs")

    resolved = bench.script("salescli", "-C", str(store), "resolve", "--auto")
    resolved = resolved._replace(label="resolve --auto", prepare=merge)
    yield compare(
        bench, f"{work.removesuffix(', driver set')}, by value", resolved, alone, RESOLVED_BAR
    )


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
    for branch, (old, new, fields) in SIDES.items():
        _git(bench, store, "checkout", "--quiet", "-B", branch, "main")
        for facts in store.glob("opportunities/*/*/opportunity.yaml"):
            facts.write_bytes(re.sub(old, new, facts.read_bytes(), count=1))
            with (facts.parent / "history.yaml").open("ab") as history:
                history.write((_EVENT % (branch[:4], fields)).encode())
        _commit(bench, store)
    return store


def _commit(bench: Bench, store: Path) -> None:
    _git(bench, store, "add", "--all")
    _git(bench, store, "commit", "--quiet", "--message", "more")


def _git(bench: Bench, store: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=store, env=dict(bench.env), check=True)
