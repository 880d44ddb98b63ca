"""What an editor sees in a YAML file: scalars typed by their look, as YAML's core schema does."""

import re
from typing import Any

import yaml

_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)


def type_plain(text: str) -> Any:
    """A scalar without quotes, typed by its look."""
    if _NULL.fullmatch(text):
        return None
    if _BOOL.fullmatch(text):
        return text.lower() == "true"
    if _INT.fullmatch(text):
        return int(text, 0 if text.startswith(("0o", "0x")) else 10)
    return float(text.replace(".inf", "inf")) if _FLOAT.fullmatch(text) else text


def read_as_editor(text: str) -> Any:
    """The values of a document; keys are text."""
    return _typed(yaml.compose(text, Loader=yaml.SafeLoader))


def _typed(node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {key.value: _typed(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_typed(item) for item in node.value]
    return node.value if node.style else type_plain(node.value)
