"""The table by which words on the command line are completed, made from the tree of commands.

`make docs` writes it to `salescli/data/commands.json`, where `salescli.completing` finds it without
loading a command. Owns which kind of value an option or argument takes.
"""

from collections.abc import Mapping
from typing import Any

import click

from salescli.commands.topics import TOPICS
from salescli.commands.walking import walk_commands
from salescli.completing import (
    COLUMNS,
    CONDITIONS,
    FILES,
    FOLDERS,
    OPEN_DEALS,
    REVISIONS,
)
from salescli.completing_inner import OPEN_ACTIVITIES, OPEN_APPROVALS, PROPOSALS
from salescli.model.asked import WITHOUT
from salescli.model.catalogues import DICTIONARIES
from salescli.model.fields import specs_of
from salescli.model.ids import RECORD_PREFIXES
from salescli.model.names import NAMED_TYPES, STATUSES
from salescli.model.records import RECORD_TYPES
from salescli.model.tables import table_specs
from salescli.store import layout
from salescli.workspace.importing.library import shipped_names, systems
from salescli.workspace.initialising import shipped_processes
from salescli.workspace.schemas import SCHEMAS

# What a metavar, or else a parameter's own name, says of the values: kinds of records and named
# things, and what the shell knows itself.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "ACCOUNT": ("account",),
    "ACTIVITY": (OPEN_ACTIVITIES,),
    "APPROVAL": (OPEN_APPROVALS,),
    "BASE..HEAD": (REVISIONS,),
    "BUILDING": ("units",),
    "CLIENT": ("account", "contact"),
    "COMPETITOR": ("competitor",),
    "CONTACT": ("contact",),
    "DEAL": ("opportunity",),
    "DEAL|LEAD": ("opportunity", "lead"),
    "DEPARTMENT": ("department",),
    "DEPARTMENT|@none": ("department", f"={WITHOUT}"),
    "DICTIONARY": ("dictionary",),
    "DIR": (FOLDERS,),
    "FILE": (FILES,),
    "FILE|-": (FILES,),
    "INTO": ("account", "contact"),
    "LEAD": ("lead",),
    "MAIN_CONTACT": ("contact",),
    "MEMBER": ("person",),
    "NAME|FILE": ("dashboard", FILES),
    "PATH": (FILES,),
    "PATH|-": (FILES,),
    "PERSON": ("person",),
    "PERSON|@none": ("person", f"={WITHOUT}"),
    "PROCESS": ("process",),
    "PROCESS|FILE": ("process", FILES),
    "PRODUCT": ("product",),
    "PROPOSAL": (PROPOSALS,),
    "RECORD": ("opportunity", "lead"),
    "REV": (REVISIONS,),
    "REV|TIME": (REVISIONS, "=today", "=yesterday"),
    "STAGE": ("stage",),
}
_BY_NAME = {"TEXT", "VALUE", "WORDS"}  # metavars that leave it to the parameter's name
_PERIODS = tuple(
    f"{step}-{part}"
    for part in ("month", "quarter", "year", "week")
    for step in ("this", "last", "next")
)
_WORDS: Mapping[str, tuple[str, ...]] = {  # fixed words, by the parameter's own name
    "outcome": tuple(status for status in STATUSES if status != "open"),
    "period": _PERIODS,
    "periods": _PERIODS,
    "plan_period": _PERIODS,
}
_OF_OPEN = ("opportunity advance", "opportunity move", "opportunity close", "opportunity repeat")
_TO_OPEN = ("opportunity advance", "opportunity move", "opportunity reopen")
_NAMES = ("where", "sort", "columns")  # options that take names of a record's fields
_REASONS = {"opportunity close": "close_reasons", "lead disqualify": "disqualify_reasons"}


def build_completion_table(root: click.Group, aliases: Mapping[str, str]) -> dict[str, Any]:
    """The whole table: commands by their words, and where records and named things stand."""
    commands = {}
    for context in walk_commands(root, "salescli"):
        name = context.command_path.partition(" ")[2]
        commands[name] = _build_command(context, name)
    return {
        "aliases": dict(aliases),
        "records": {
            kind: {
                "folder": folder,
                "prefix": RECORD_PREFIXES[kind],
                "years": kind in ("opportunity", "lead"),
            }
            for kind, folder in layout.FOLDERS.items()
        },
        "catalogues": [*layout.SINGLE_FILES, *layout.CATALOGUE_FOLDERS.values()],
        "commands": commands,
    }


def _build_command(context: click.Context, name: str) -> dict[str, Any]:
    command = context.command
    return {
        "about": command.get_short_help_str(60),
        "below": command.list_commands(context) if isinstance(command, click.Group) else [],
        "options": [
            {
                "names": [*option.opts, *option.secondary_opts],
                "values": None
                if option.is_flag or option.count
                else _values(option, context, name),
                "about": option.help or "",
            }
            for option in command.get_params(context)
            if isinstance(option, click.Option) and not option.hidden
        ],
        "arguments": [
            {"values": _values(argument, context, name), "many": argument.nargs == -1}
            for argument in command.params
            if isinstance(argument, click.Argument)
        ],
    }


def _values(parameter: click.Parameter, context: click.Context, command: str) -> list[str]:
    """The kinds of value that a parameter takes; `=text` is a value itself."""
    if isinstance(parameter.type, click.Choice):
        return [f"={choice}" for choice in parameter.type.choices]
    if command == "schema" and isinstance(parameter, click.Argument):
        return [f"={name}" for name in SCHEMAS]
    if command == "help" and isinstance(parameter, click.Argument):
        root = context.find_root()
        assert isinstance(root.command, click.Group)
        return [f"={word}" for word in (*root.command.list_commands(root), *TOPICS)]
    shape = (parameter.metavar or "TEXT").strip("[].…")
    if command in _OF_OPEN and shape == "DEAL" and isinstance(parameter, click.Argument):
        return [OPEN_DEALS]
    if command in _TO_OPEN and parameter.name == "to":
        return ["open-stage"]
    kind = command.partition(" ")[0]
    if parameter.name in _NAMES and kind in (*RECORD_TYPES, *NAMED_TYPES):
        return [f"name:{kind}"]
    if parameter.name in _NAMES and kind == "export":
        return [COLUMNS if parameter.name == "columns" else CONDITIONS]
    if command == "import mapping" and parameter.name == "name":
        return [f"={name}" for name in shipped_names()]
    if command.startswith("import ") and parameter.name in ("mapping", "history_mapping"):
        return [*(f"={name}" for name in (*systems(), *shipped_names())), FILES]
    if command == "process add" and shape == "NAME|FILE":
        return [*(f"={name}" for name in shipped_processes()), FILES]
    if shape == "TABLE":
        return [f"={name}" for name in table_specs({})]
    if parameter.name in _WORDS:
        return [f"={word}" for word in _WORDS[parameter.name]]
    named = str(parameter.name).strip("_").removesuffix("_")
    names = [shape] if shape not in _BY_NAME else [named.upper(), named.upper().removesuffix("S")]
    for name in names:
        if name in _KINDS:
            return list(_KINDS[name])
    dictionary = _dictionary_of(named, command)
    return [f"dictionary:{dictionary}"] if dictionary else []


def _dictionary_of(name: str, command: str) -> str:
    """The dictionary that a field's values come from, `""` for none."""
    if name == "reason":
        return _REASONS.get(command, "")
    for record in RECORD_TYPES.values():
        for spec in specs_of(record):
            inner = specs_of(spec.items) if spec.items else ()
            for one in (spec, *inner):
                if one.name == name and one.kind == "choice" and one.target in DICTIONARIES:
                    return one.target
    return ""
