"""What was promised once is kept: within a version no key goes and none changes its type.

tests/data/promises.txt has every key of every document, as it was promised when it was added; a key
that is always there has a `!`. New keys are written into it by SALESCLI_UPDATE_TRANSCRIPTS=1;
nothing is ever taken out of it: what must go, goes with a new version of the document.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from salescli.model.contracts import DOCUMENTS, LINES
from salescli.workspace.schemas import build_schema_named

PROMISES = Path(__file__).parent / "data" / "promises.txt"


def told(schema: Any, path: str, mark: str = "") -> Iterator[str]:
    """A line for each key of a schema: its path, and what its values are."""
    options = schema.get("anyOf", [schema])
    kinds: list[str] = []
    inner: dict[str, None] = {}
    for option in options:
        kind = option.get("type", "any" if "enum" not in option else "string")
        kinds += [kind] if isinstance(kind, str) else kind
        own = option.get("properties", {})
        if path and "enum" in own.get("schema", {}):  # a document of its own
            kinds[-1] = own["schema"]["enum"][0]
            continue
        required = option.get("required", [])
        for key, part in own.items():
            inner |= dict.fromkeys(told(part, f"{path}.{key}", "!" if key in required else ""))
        if isinstance(option.get("additionalProperties"), dict):
            inner |= dict.fromkeys(told(option["additionalProperties"], f"{path}.*"))
        if "items" in option:
            inner |= dict.fromkeys(told(option["items"], f"{path}[]"))
    if path:
        yield f"{path}{mark} {'|'.join(sorted(set(kinds)))}"
    yield from inner


def promised() -> list[str]:
    """All that is promised now."""
    return sorted(
        {
            f"{name} {line.lstrip('.')}"
            for name in [*DOCUMENTS, *LINES]
            for line in told(build_schema_named(name), "")
        }
    )


def test_nothing_that_was_promised_has_gone_and_all_that_is_new_is_written_down():
    now, before = promised(), PROMISES.read_text(encoding="utf-8").splitlines()
    assert set(before) - set(now) == set(), "a key went or changed: give the document a new version"
    if os.environ.get("SALESCLI_UPDATE_TRANSCRIPTS"):
        PROMISES.write_text("".join(f"{line}\n" for line in now), encoding="utf-8")
    elif now != before:
        new = sorted(set(now) - set(before))
        raise AssertionError(f"new promises: SALESCLI_UPDATE_TRANSCRIPTS=1 writes them down: {new}")


def test_a_key_is_told_with_its_path_its_kind_and_whether_it_is_always_there():
    lines = promised()
    assert "board@1 stages[].cards[].money! null|string" in lines
    assert "funnel@1 stages[].conversion.passed! integer" in lines
    assert "funnel@1 stages[].count_ids array" in lines
    assert "compare@1 sides[].funnel! salescli/funnel@1" in lines
    assert "batch-answer@1 status! string" in lines
