"""Changes of fields as people are told of them, in short lines."""

from collections.abc import Mapping

from salescli.model.events import Json


def counted(counts: Mapping[str, int], nouns: Mapping[str, tuple[str, str]]) -> str:
    """`3 deals, 1 lead`, without what there is none of; `nouns` are singular and plural."""
    return ", ".join(
        f"{count} {nouns[kind][0 if count == 1 else 1]}" for kind, count in counts.items() if count
    )


def said_of(path: str, before: Json, after: Json) -> str:
    """A change in words: a field from one value to another, an item added or removed."""
    if "/" in path and (isinstance(before, dict) or isinstance(after, dict)):
        sign, item = ("+", after) if before is None else ("−", before)
        told = shown(item)
        return f"{sign} {path}" + (f" ({told})" if told else "")
    return f"{path} {shown(before)} → {shown(after)}"


def shown(value: Json) -> str:
    """A value in one short line of words."""
    if value is None:
        return "(empty)"
    if value == {}:
        return "(an item without values)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return ", ".join(f"{name} {shown(entry)}" for name, entry in value.items())
    if isinstance(value, list):
        return shown(", ".join(map(str, value)))
    text = value if isinstance(value, str) else str(value)
    first, _, rest = text.partition("\n")
    return first[:40] + ("…" if rest or len(first) > 40 else "")
