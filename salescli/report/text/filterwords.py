"""The filters of a report in words, as its heading says them."""

from collections.abc import Sequence

from salescli.model.asked import WITHOUT


def say_filter(name: str, values: Sequence[str]) -> str:
    """`owner anna, boris`, `without owner`, `owner anna or without owner`."""
    named = ", ".join(value for value in values if value != WITHOUT)
    parts = [f"{name} {named}"] if named else []
    parts += [f"without {name}"] if WITHOUT in values else []
    return " or ".join(parts)


def say_filters(filters: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """Each of them; those of a group's stores are said in the same way."""
    return [say_filter(name, values) for name, values in filters]
