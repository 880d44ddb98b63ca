"""The commands that a document of `next` prints, as somebody would type them.

Test-only.
"""

import shlex
from collections.abc import Collection, Iterator, Mapping
from typing import Any

FILLED = {"--budget …": "--budget 100", "--need …": "--need parking", "--mood …": "--mood hopeful"}


def printed_lines(
    document: Any, waiting: Collection[Mapping[str, Any]]
) -> Iterator[tuple[str, list[str]]]:
    """(line as printed, words to run), with what is to be typed filled in.

    `waiting` are the open activities; where a line leaves the result open, each of theirs is tried.
    """
    known = {name for one in waiting for name in one.get("results") or ["done"]}
    for line in _commands(document):
        filled = line
        for gap, text in FILLED.items():
            filled = filled.replace(gap, text)
        program, *words = shlex.split(filled)
        assert program == "salescli"
        if words[:2] == ["activity", "done"] and "--result" not in words:
            for result in sorted(known):
                yield line, [*words, "--result", result, "--note", "x"]
        elif "…" not in filled and "STAGE" not in filled:
            yield line, words


def _commands(document: Any) -> Iterator[str]:
    """Every command in a document, the recommended ones first."""
    if isinstance(document, dict):
        yield from document.get("commands", [])
        for key, value in document.items():
            if key == "command" and value:
                yield value
            elif key != "commands":
                yield from _commands(value)
    elif isinstance(document, list):
        for value in document:
            yield from _commands(value)
