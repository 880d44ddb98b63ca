"""Makes the parts of the docs that can be made: the commands, the errors, the tables of the format.

`python docs/generate.py` writes them, `--check` only says which committed ones differ (exit 1).
It knows how pages look; what is in them comes from `--help`, `tests/errors/*.md` and the model.
"""

import importlib
import importlib.util
import json
import re
import sys
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click
import msgspec

from salescli.cli import ALIASES
from salescli.commands.completiontable import build_completion_table
from salescli.commands.walking import walk_commands
from salescli.model import catalogues, definition, events, records
from salescli.model.exitcodes import ExitCode
from salescli.model.fields import FieldSpec, specs_of

ROOT = Path(__file__).resolve().parent.parent
GROUP = "salescli.cli:cli"  # the click group of all commands
RECORDS = (
    records.Opportunity,
    records.Lead,
    records.Account,
    records.Contact,
    catalogues.Person,
    catalogues.Department,
    catalogues.Product,
    catalogues.Building,
    catalogues.Unit,
    catalogues.Competitor,
    catalogues.RivalProduct,
)
LANGUAGE = {
    "process": definition.Definition,
    "stage": definition.Stage,
    "criterion": definition.Criterion,
    "step": definition.Step,
}
MADE_PARTS = {
    "file-format.md": ("fields", "events", "language"),
    "process-language.md": ("language",),
    "scripting.md": ("exit-codes",),
}
KINDS = {
    "slug": "id",
    "step": "id",
    "stages": "list of stages",
    "steps": "list of steps",
    "criteria": "list of criteria",
    "condition": "[condition](lists.md#conditions)",
    "performers": f"list of {', '.join(f'`{who}`' for who in definition.PERFORMERS)}, people's ids",
    "delay": "`30m`, `4h`, `2d`",
    "routes": "result → what follows",
    "text": "text",
    "words": "list of words",
    "whole": "whole number",
    "decimal": "decimal",
    "money": "money",
    "dated-money": "day → money",
    "day": "day",
    "instant": "instant",
    "yes-no": "yes/no",
    "percent": "whole number, 0 to 100",
    "mapping": "mapping",
    "id": "id",
    "account-kind": f"one of {', '.join(f'`{kind}`' for kind in records.ACCOUNT_KINDS)}",
}
SCALARS = {
    "str": "text",
    "int": "whole number",
    "bool": "yes/no",
    "datetime": "instant",
    "date": "day",
    "list": "list",
    "dict": "mapping",
}


def format_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; `|` in cells is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines
    )


def describe_kind(spec: FieldSpec) -> str:
    """How a field's value is written, in words."""
    if spec.kind == "reference":
        return f"id of {spec.target.replace('|', ' or ')}"
    if spec.kind == "choice":
        return f"value of the dictionary `{spec.target}`"
    if spec.kind == "one-of":
        return f"one of {', '.join(f'`{word}`' for word in spec.values)}"
    if spec.kind == "list":
        return f"list of mappings, each with its own `{spec.target}`"
    return KINDS[spec.kind]


def build_field_table(record: type[msgspec.Struct]) -> str:
    """The table of a record's fields, in the order in which they stand on disk."""
    rows = [(f"`{spec.name}`", describe_kind(spec), _remarks(spec)) for spec in specs_of(record)]
    return format_table(("Key", "Value", "Meaning"), rows)


def _remarks(spec: FieldSpec) -> str:
    facts = (
        (spec.required, "required"),
        (spec.head and not spec.required, "written even when empty"),
        (spec.computed_by_commands, "set by commands of its own"),
    )
    return "; ".join([spec.doc, *(words for holds, words in facts if holds)])


def build_fields(types: Sequence[type[msgspec.Struct]] = RECORDS) -> str:
    """A section for each record, and one for each kind of item in its lists."""
    sections = []
    for record in types:
        doc = _first_line(record)
        sections.append(f"### {record.__name__}\n\n{doc}\n\n{build_field_table(record)}")
        for spec in specs_of(record):
            if spec.items:
                title = f"#### Items of `{spec.name}`"
                table = build_field_table(spec.items)
                sections.append(f"{title}\n\n{_first_line(spec.items)}\n\n{table}")
    return "\n\n".join(sections)


def _first_line(documented: type) -> str:
    return (documented.__doc__ or "").strip().split("\n")[0]


def build_language(parts: Mapping[str, type[msgspec.Struct]] = LANGUAGE) -> str:
    """The table of all keys of a process definition, with what holds where one is absent."""
    rows = []
    for name, part in parts.items():
        absent = {info.encode_name: _absent(info) for info in msgspec.structs.fields(part)}
        for spec in specs_of(part):
            of = re.sub("^an? ", "", spec.only.words) if spec.only else name
            value = " ".join(filter(None, (describe_kind(spec), absent[spec.name])))
            rows.append((f"`{spec.name}`", of, value, spec.doc))
    return format_table(("Key", "Of", "Value", "Meaning"), rows)


def _absent(info: msgspec.structs.FieldInfo) -> str:
    """`[10]` where an absent key means 10, `required` where it can't be absent."""
    if info.required:
        return "(required)"
    made = info.default_factory
    value = info.default if made is msgspec.NODEFAULT else made()
    if value is None or value == []:
        return ""
    words = f"[{', '.join(value)}]" if isinstance(value, list) else str(value).lower()
    return f"[`{words}`]"


def build_events(kinds: Sequence[type[events.BaseEvent]] = events.EVENT_TYPES) -> str:
    """The table of events with their own keys, optional ones with `?`."""
    rows = []
    for kind in kinds:
        own = events.own_keys(kind)
        keys = [
            f"`{info.encode_name}`{'' if info.required else '?'} {_scalar(info.type)}"
            for info in msgspec.structs.fields(kind)
            if info.encode_name in own
        ]
        tag = str(kind.__struct_config__.tag)
        rows.append((f"`{tag}`", ", ".join(keys), _first_line(kind)))
    return format_table(("Kind", "Own keys", "Meaning"), rows)


def build_exit_codes() -> str:
    """The table of exit codes."""
    return format_table(("Code", "Means"), [(str(code), code.words) for code in ExitCode])


def _scalar(hint: object) -> str:
    """A type in the words of the format."""
    origin = typing.get_origin(hint)
    if origin is typing.Annotated:
        return _scalar(typing.get_args(hint)[0])
    if origin in (types.UnionType, typing.Union):
        named = [part for part in typing.get_args(hint) if part is not type(None)]
        return " or ".join(_scalar(part) for part in named)
    return SCALARS[getattr(origin or hint, "__name__", "")]


def replace_generated(page: str, name: str, text: str) -> str:
    """Put `text` between a page's marks of that name. ValueError if it hasn't exactly one pair."""
    first, last = f"<!-- generated:{name} -->", f"<!-- /generated:{name} -->"
    if page.count(first) != 1 or page.count(last) != 1 or page.index(first) > page.index(last):
        raise ValueError(f"no one pair of marks for {name}")
    before, rest = page.split(first)
    return f"{before}{first}\n\n{text}\n\n{last}{rest.split(last)[1]}"


def build_errors_page(cases: Mapping[str, str]) -> str:
    """docs/errors.md from the text of each case by its code."""
    head = (
        "# Errors\n\n<!-- Made from tests/errors by `make docs`. -->\n\n"
        "Every error has a code that stays the same from version to version; `--format json` shows "
        "it.\nEach is shown here as it comes out of the command above it: lines after `»` are "
        "stderr, `[N]` is the exit code."
    )
    return (
        "\n\n".join([head, *(_error_section(code, cases[code]) for code in sorted(cases))]) + "\n"
    )


def _error_section(code: str, case: str) -> str:
    shown = re.sub(r"^<!-- .*?-->\n+", "", case, flags=re.DOTALL | re.MULTILINE)
    title, rest = shown.split("\n", 1)
    return f"## `{code}`: {title.removeprefix('# ')}\n\n{rest.strip()}"


def build_commands_page(command: click.Command, name: str = "salescli") -> str:
    """docs/cli.md: the help of every command, word for word."""
    head = "# Commands\n\n<!-- Made from `--help` by `make docs`. -->\n\nWhat `--help` says."
    sections = [
        f"## {context.command_path}\n\n```text\n{_help(context)}\n```"
        for context in walk_commands(command, name)
    ]
    return "\n\n".join([head, *sections]) + "\n"


def build_completion_file(command: click.Group) -> str:
    """The table of `salescli.completing`, a command a line."""
    table = build_completion_table(command, ALIASES)
    lines = (f"{_json(name)}: {_json(entry)}" for name, entry in table.pop("commands").items())
    rest = ",\n".join(f"{_json(name)}: {_json(entry)}" for name, entry in table.items())
    return f'{{{rest},\n"commands": {{\n' + ",\n".join(lines) + "\n}}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _help(context: click.Context) -> str:
    lines = context.command.get_help(context).split("\n")
    return "\n".join(line.rstrip() for line in lines)


def read_group(name: str) -> click.Command | None:
    """The click group of `module:attribute`, or None without such a module."""
    module, attribute = name.split(":")
    if importlib.util.find_spec(module) is None:
        return None
    group: click.Command = getattr(importlib.import_module(module), attribute)
    return group


def build_pages(root: Path, group: click.Command | None) -> dict[Path, str]:
    """Every page that is made or has made parts, as it should be; commands if there is a group."""
    cases = sorted((root / "tests" / "errors").glob("*.md"))
    texts = {path.stem: path.read_text(encoding="utf-8") for path in cases}
    pages = {root / "docs" / "errors.md": build_errors_page(texts)}
    if group is not None:
        pages[root / "docs" / "cli.md"] = build_commands_page(group)
    if isinstance(group, click.Group):
        pages[root / "salescli" / "data" / "commands.json"] = build_completion_file(group)
    made = {
        "fields": build_fields(),
        "events": build_events(),
        "language": build_language(),
        "exit-codes": build_exit_codes(),
    }
    for file, names in MADE_PARTS.items():
        page = (root / "docs" / file).read_text(encoding="utf-8")
        for name in names:
            page = replace_generated(page, name, made[name])
        pages[root / "docs" / file] = page
    return pages


def differing_pages(pages: Mapping[Path, str]) -> list[Path]:
    """The pages that are missing or stand differently on disk."""
    return [
        path
        for path, text in pages.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with `--check` name those that differ."""
    pages = build_pages(ROOT, read_group(GROUP))
    differing = differing_pages(pages)
    is_check = "--check" in arguments
    for path in differing:
        if not is_check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(pages[path], encoding="utf-8")
        sys.stderr.write(f"{path.relative_to(ROOT)} {'differs' if is_check else 'written'}\n")
    return 1 if is_check and differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
