"""A store in a git repository, for tests that merge with git itself."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.shop import Answer, Shop

_IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in {
        "NAME": "Anna",
        "EMAIL": "anna@riverside.example",
        "DATE": "2026-11-02T09:00:00Z",
    }.items()
}


class Repository:
    """The work tree of a shop; `main` is checked out."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.root = shop.root
        self.git("init", "-q", "-b", "main", ".")

    def git(
        self, *arguments: str, code: int | None = 0, env: Mapping[str, str] = {}
    ) -> "subprocess.CompletedProcess[str]":
        """Run git; None takes any exit code."""
        done = subprocess.run(
            ["git", "-c", "core.autocrlf=false", "-c", "gc.auto=0", *arguments],
            cwd=self.root,
            env={**os.environ, **_IDENTITY, "GIT_CONFIG_GLOBAL": "/dev/null", **env},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert code is None or done.returncode == code, done.stdout + done.stderr
        return done

    def commit(self, message: str = "more") -> None:
        """Commit all that is there."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def batch(self, lines: Iterable[Mapping[str, Any]]) -> list[str]:
        """Run many commands as one; the ids that they print."""
        text = "".join(json.dumps(line) + "\n" for line in lines)
        answer: Answer = self.shop.run("batch", "-", stdin=text)
        assert answer.code == 0, answer.out + answer.err
        return [json.loads(line)["id"] for line in answer.out.splitlines()]

    def on_branch(self, name: str, start: str = "main") -> None:
        """Check out a new branch; the index of the other one is of no use here."""
        self.git("checkout", "-q", "-b", name, start)
        shutil.rmtree(self.root / ".salescli", ignore_errors=True)

    def file(self, deal: str) -> Path:
        """A deal's facts."""
        return self.shop.folder(deal) / "opportunity.yaml"
