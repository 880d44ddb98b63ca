"""Canonical YAML text for new records, new keys and new values.

Owns when text is quoted, and the layout of format.md section 2. Must not know any record: the
caller orders the keys and says which strings are plain by their type.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeAlias

from salescli.store.document import Tree

Value: TypeAlias = "str | bool | int | list[Value] | dict[str, Value] | None"
"""What can be written: nested lists and mappings of text, yes/no, whole numbers, nothing."""

BLOCK_LISTS = frozenset({"leads"})
"""Lists of words that stand one a line, so that two branches can add to them."""


class Plain(str):
    """Text that is written as it is: its field gives the type, whatever YAML makes of it.

    Days, instants, money, decimals, ids; also keys such as `2026-01-01` of dated values.
    """

    __slots__ = ()


_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
_NUMBER = re.compile(
    r"[-+]?(?:[0-9][0-9_.]*(?:[eE][-+]?[0-9]*)?"
    r"|0[xXoObB][0-9a-fA-F_]+"
    r"|[0-9][0-9_]*(?::[0-9]{1,2})+(?:\.[0-9_]*)?)"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ ]+)[0-9].*)?"
)
_ORDINARY = re.compile(r"[A-Za-z](?:[A-Za-z0-9 .()@/'_-]*[A-Za-z0-9.)])?")  # tried first: 9 of 10
_SPECIAL = re.compile(
    '[\x00-\x1f"\\\\\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]'
)  # to be escaped between double quotes
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]|: | #|:$")
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_FLOW_SIGNS = frozenset(",[]{}:?")


def dump_scalar(text: str, *, flow: bool = False) -> str:
    """`text` on one line: plain if YAML 1.1, YAML 1.2 and JSON read plain it as it is, else quoted.

    `flow`: it stands between brackets or braces. A lone surrogate has no form in a file.
    """
    if isinstance(text, Plain) or is_plain(text, flow=flow):
        return str(text)
    return '"' + _SPECIAL.sub(_escape, text) + '"'


@lru_cache(maxsize=1024)
def _dump_key(text: str) -> str:
    """Keys come again with every record; `Plain` ones are equal to others, and stay outside."""
    return dump_scalar(text)


def is_plain(text: str, *, flow: bool = False) -> bool:
    """Whether every reader takes `text` without quotes for this very string."""
    if _ORDINARY.fullmatch(text):
        return text.casefold() not in _WORDS
    if not text or _UNSAFE.search(text) or text[-1].isspace():
        return False
    first = text[0]
    is_dashed = first == "-" and text[1:2].isalpha()
    if not (first.isalnum() or first in "_/($" or first > "\xa0" or is_dashed) or first.isspace():
        return False
    if text.casefold() in _WORDS or _NUMBER.fullmatch(text):
        return False
    return not (flow and _FLOW_SIGNS.intersection(text))


def is_literal(text: str) -> bool:
    """Whether a literal block reads back as `text`; it is then easier to edit and to merge."""
    lines = text.split("\n")
    if len(lines) < 2 or text.endswith("\n\n"):
        return False
    if _UNSAFE.search(text.replace("\n", "").replace(" #", "").replace(":", "")):
        return False
    if any(line and not line.strip() for line in lines):
        return False
    head = text.lstrip("\n")
    return bool(head) and not head[0].isspace()


def dump_value(
    value: Value, indent: int, *, block: bool = False, literals: bool = True
) -> tuple[str, str]:
    """What follows `key:` on its line, and the lines below it, indented by `indent` or deeper.

    `block`: a list of words is written one a line. `literals`: text with line breaks may become a
    literal block. Lines below end with a line feed each.
    """
    if isinstance(value, str):
        if "\n" not in value or not literals or not is_literal(value):
            return dump_scalar(value), ""
        return (
            ("|", _indent(value, indent))
            if value.endswith("\n")
            else (
                "|-",
                _indent(value + "\n", indent),
            )
        )
    if isinstance(value, dict) and value:
        return "", dump_entries(value, indent, literals=literals)
    if isinstance(value, list) and (block or _has_collections(value)) and value:
        return "", dump_items(value, indent, literals=literals)
    return dump_flow(value, flow=False), ""


def dump_entries(
    entries: Mapping[str, Value],
    indent: int,
    *,
    literals: bool = True,
    block_lists: frozenset[str] = frozenset(),
) -> str:
    """Lines `key: value` of a mapping in block style."""
    lines: list[str] = []
    margin = " " * indent
    for key, value in entries.items():
        name = dump_scalar(key) if isinstance(key, Plain) else _dump_key(key)
        if value is None:
            lines.append(f"{margin}{name}:\n")
            continue
        head, body = dump_value(value, indent + 2, block=key in block_lists, literals=literals)
        lines.append(f"{margin}{name}:{' ' + head if head else ''}\n")
        lines.append(body)
    return "".join(lines)


def dump_items(items: Iterable[Value], indent: int, *, literals: bool = True) -> str:
    """Lines `- value` of a list in block style; the keys of a mapping stand below each other."""
    lines: list[str] = []
    for item in items:
        if isinstance(item, dict) and item:
            body = dump_entries(item, indent + 2, literals=literals)
            lines.append(" " * indent + "- " + body[indent + 2 :])
        else:
            head, body = dump_value(item, indent + 2, literals=literals)
            lines.append(" " * indent + "-" + (f" {head}" if head else "") + "\n" + body)
    return "".join(lines)


def dump_flow(value: Value, *, flow: bool = True) -> str:
    """`value` on one line; `flow`: between brackets or braces, where nothing is `null`."""
    if value is None:
        return "null" if flow else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return dump_scalar(value, flow=flow)
    if isinstance(value, list):
        return "[" + ", ".join(dump_flow(item) for item in value) + "]"
    pairs = (f"{dump_scalar(key, flow=True)}: {dump_flow(item)}" for key, item in value.items())
    return "{" + ", ".join(pairs) + "}"


def dump_document(
    document: Mapping[str, Value], *, block_lists: frozenset[str] = BLOCK_LISTS
) -> str:
    """The whole text of a new file: block style, its keys in the order of `document`.

    `block_lists` names the keys at the top whose lists of words stand one a line.
    """
    return dump_entries(document, 0, block_lists=block_lists) if document else "{}\n"


def build_tree(value: Value) -> Tree:
    """What the strict reader gives for `value` once it is written."""
    if isinstance(value, dict):
        return {str(key): build_tree(item) for key, item in value.items()}
    if isinstance(value, list):
        return [build_tree(item) for item in value]
    if isinstance(value, bool | int):
        return dump_flow(value)
    return None if value is None else str(value)


def _has_collections(items: list[Value]) -> bool:
    return any(isinstance(item, dict | list) for item in items)


def _escape(found: re.Match[str]) -> str:
    sign = found.group()
    return _SHORT.get(sign) or f"\\u{ord(sign):04x}"


def _indent(text: str, indent: int) -> str:
    """Every line moved to the right, but the empty ones."""
    return re.sub(r"^(?=.)", " " * indent, text, flags=re.MULTILINE)
