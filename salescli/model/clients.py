"""What accounts and contacts mean by themselves: erased ones, merging two into one.

Pure: knows documents and states, neither files nor other records than the ones it is given.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from salescli.model.facts import State
from salescli.model.fields import specs_of

ERASED = "erased"
"""The name that is left of a contact who was forgotten (format.md section 8)."""


def is_erased(document: Mapping[str, Any]) -> bool:
    """Whether a document is what is left of a contact after an erasure."""
    return document.get("name") == ERASED and not set(document) - {"id", "name", "merged_into"}


def forgotten_again(document: Mapping[str, Any]) -> list[str]:
    """The fields of an erased contact that a merge, or a hand, has filled again."""
    if document.get("name") != ERASED:
        return []
    return [name for name in document if name not in ("id", "name", "merged_into")]


def left_on_stub(document: Mapping[str, Any]) -> list[str]:
    """The fields of a merged client that nobody reads there (format.md section 6).

    By the ids that other systems have for it an import finds the one who is left.
    """
    if document.get("merged_into") is None or document.get("name") == ERASED:
        return []
    return [name for name in document if name not in ("id", "name", "merged_into", "external")]


def end_of_chain(direct: Mapping[str, str], name: str) -> str | None:
    """Where a merged client went in the end; None if that is a circle."""
    seen = {name}
    while (into := direct.get(name)) is not None:
        if into in seen:
            return None
        seen.add(into)
        name = into
    return name


def redirected(state: State, merged: Mapping[str, str]) -> State:
    """A state in which no reference names a merged client; where both stood, values are joined.

    `merged`: what is left of a merged client → where it went.
    """
    changed: State = {
        name: merged[value]
        for name, value in state.items()
        if isinstance(value, str)
        and value in merged
        and name in ("client", "partner", "main_contact")
    }
    for name in ("contacts", "team"):
        items = state.get(name, {})
        if any(key in merged for key in items):
            changed[name] = _joined(items, merged)
    return {**state, **changed} if changed else state


def _joined(items: Mapping[str, Any], merged: Mapping[str, str]) -> dict[str, Any]:
    joined: dict[str, Any] = {}
    for key in sorted(items, key=lambda name: name in merged):  # what stood there already wins
        target = merged.get(key, key)
        joined[target] = {**items[key], **joined.get(target, {})}
    return joined


_OWN = ("id", "name", "archived", "merged_into")  # of each record, whatever it is merged with


def join_clients(
    kept: Mapping[str, Any], gone: Mapping[str, Any], record: type[msgspec.Struct]
) -> tuple[dict[str, Any], list[str]]:
    """(document, values not taken) of a client that takes in another of its kind.

    What `kept` lacks it gets; addresses and phones are put together, and so are notes, one below
    the other. Fields that say something else in both stay as they are in `kept`; what `gone` says
    in them is answered in words.
    """
    joined = dict(kept)
    refused: list[str] = []
    for spec in specs_of(record):
        name, new = spec.name, gone.get(spec.name)
        if name in _OWN or new is None or new == kept.get(name):
            continue
        old = kept.get(name)
        if old is None:
            joined[name] = new
        elif spec.kind == "words":
            joined[name] = join_words(old, new)
        elif spec.kind == "mapping":
            joined[name] = {**new, **old}
            refused += [f"{key} {new[key]}" for key in new if new[key] != joined[name][key]]
        elif name == "notes":
            joined[name] = f"{old.rstrip()}\n{new}"
        else:
            refused.append(f"{name} {new}".strip().replace("\n", ", "))
    return joined, refused


def join_words(old: Iterable[str], new: Iterable[str]) -> list[str]:
    """The words of both, each once whatever its case, the old ones first and as they were."""
    words: dict[str, str] = {}
    for word in (*old, *new):
        words.setdefault(word.casefold(), word)
    return list(words.values())
