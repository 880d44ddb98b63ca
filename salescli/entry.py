"""The console script: what runs before anything is loaded.

A shell that completes a word wants an answer at once, and git starts its merge driver once for each
file, so such calls never load the commands.
"""

import os
import sys
from collections.abc import Sequence


def script() -> None:
    """Complete a word for a shell, or run the command line."""
    if sys.argv[1:2] == ["__complete"]:
        from salescli.completing import complete

        try:
            text = complete(sys.argv[2:], os.getcwd(), os.environ)
            sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
        except (OSError, ValueError):
            return  # nothing to offer; a shell has no place for words
        return
    if sys.argv[1:3] == ["git", "merge-driver"] and len(sys.argv) == 7:
        code = _merge(sys.argv[3:])
        if code is not None:
            sys.exit(code)
    from salescli.cli import script as run

    run()


def _merge(words: Sequence[str]) -> int | None:
    """Merge as `salescli git merge-driver` does; None where it fails, the file as it was."""
    from pathlib import Path

    from salescli.model.errors import SalesError
    from salescli.workspace.mergedriver import Three, drive_merge, tell_outcome

    *three, path = words
    try:
        outcome = drive_merge(Path.cwd(), Three(*map(Path, three)), path, os.environ)
        text = "".join(f"{line}\n" for line in tell_outcome(outcome))
    except (OSError, SalesError):
        return None
    sys.stderr.buffer.write(text.encode("utf-8", "surrogateescape"))
    return 0 if outcome.is_merged else 1
