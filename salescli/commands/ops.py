"""The operations of a batch: the commands themselves, called by other means.

An operation is a command that writes, taken from the tree of commands: its keys are the command's
options and arguments, its rules and words are the command's. Nothing is written down a second
time, so a new command is a new operation. `LEFT_OUT` alone is a list, with reasons.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import click
import msgspec

from salescli.model.batchlines import FILE, INNER, NOUNS, RECORDS, Value, key_at_fault, plain_words
from salescli.model.errors import Gathered, NotFound, SalesError, WrongUsage, finding
from salescli.model.nearest import did_you_mean

LEFT_OUT: Mapping[str, str] = {
    "init": "it makes a store, and a batch is for one that is there",
    "demo": "it makes a store, and a batch is for one that is there",
    "batch": "a batch holds no batch",
    "undo": "a batch is taken back as a whole, by salescli undo after it",
    "redo": "a batch is brought back as a whole, by salescli redo after it",
    "check": "it goes over the whole store: run salescli check --fix by itself",
    "import": "it has all-or-nothing and answers of its own: run salescli import by itself",
    "resolve": "it finishes a merge as a whole: run salescli resolve by itself",
    "sync": "it hands what is committed to other clones: run salescli sync after the batch",
    "git": "it sets up the clone, not its records: run salescli git setup by itself",
    "opportunity.edit": "it opens an editor; opportunity.set changes fields",
    "contact.erase": "it can't be taken back, and a batch can: run it by itself",
}
"""Commands that write and are no operation, alone or with all that is inside, and why."""

NOT_KEYS = ("dry_run", "fields", "format", "where")
"""Options that say how the command runs, or on which of many, and not what one line does."""

_TYPES = ("MONEY", "ID")  # metavars that say what is typed, and not what it is
_WORD = re.compile(r"[A-Z]+")

CALLED: dict[str, Any] = {"help_option_names": ["-h", "--help"]}
"""As the whole program: a command keeps the help option that it was first asked for with."""


class Op:
    """One operation: a command and the keys under which a line gives its parameters."""

    def __init__(self, name: str, command: click.Command) -> None:
        self.name = name
        self.command = command

    @cached_property
    def keys(self) -> Mapping[str, click.Parameter]:
        """Key → parameter. The first key of a parameter is the one that is told."""
        keys: dict[str, click.Parameter] = {}
        for option in self.command.params:
            if isinstance(option, click.Option):
                for name in _names_of_option(option):
                    if name not in NOT_KEYS:
                        keys[name] = option
        for argument in self.command.params:
            if isinstance(argument, click.Argument):
                for name in names_of_argument(argument):
                    keys.setdefault(name, argument)
        return keys

    def key_of(self, parameter: click.Parameter) -> str:
        """The key under which a line gives a parameter."""
        return next(key for key, entry in self.keys.items() if entry is parameter)

    @cached_property
    def context(self) -> click.Context:
        """What the command is called in; made once, since it costs more than a small change."""
        return click.Context(self.command, info_name=self.name, **CALLED)

    @cached_property
    def defaults(self) -> Mapping[str, Any]:
        """What the command gets of each parameter that a line doesn't name."""
        made = self.command.make_context(self.name, [], resilient_parsing=True, **CALLED)
        return dict(made.params)

    def read(self, values: Mapping[str, Value]) -> dict[str, Any]:
        """The parameters of the command with these values; raises every fault together."""
        gathered = Gathered()
        read = dict(self.defaults)
        given: dict[str, str] = {}
        for key, value in values.items():
            with gathered.trying(key):
                parameter = self._named(key)
                name = str(parameter.name)
                if name in given:
                    text = f"{given[name]!r} and {key!r} are the same"
                    raise WrongUsage(finding("key-twice", text, hint="give one of them"))
                given[name] = key
                read[name] = self._value(key, parameter, value)
        for parameter in self.command.params:
            if is_needed(parameter) and parameter.name not in given:
                key = self.key_of(parameter)
                text = f"{self.name} needs {key!r}"
                gathered.add(WrongUsage(finding("missing-value", text, field=key)))
        gathered.raise_all()
        return read

    def placed(self, error: SalesError, values: Mapping[str, Value]) -> SalesError:
        """The same error, its findings told of keys of the line."""
        return type(error)(
            *(
                msgspec.structs.replace(
                    one,
                    field=key_at_fault(one, values, self.keys),
                    text=plain_words(one.text, self.keys),
                )
                for one in error.findings
            )
        )

    def _named(self, key: str) -> click.Parameter:
        if key in self.keys:
            return self.keys[key]
        hint = did_you_mean(key, self.keys) or f"it has {', '.join(self.keys)}"
        raise WrongUsage(finding("unknown-key", f"{self.name} has no key {key!r}", hint=hint))

    def _value(self, key: str, parameter: click.Parameter, value: Value) -> Any:
        if _names_something(key, parameter):
            if isinstance(value, bool):
                raise _bad(f"{'true' if value else 'false'} names no {key}: give it as a text")
            if value == "":
                raise _bad(f"'' names no {key}: leave out what isn't known")
        typed = _as_typed(parameter, value)
        try:
            return parameter.process_value(self.context, typed)
        except click.UsageError as error:
            raise as_wrong_usage(error) from None


def is_needed(parameter: click.Parameter) -> bool:
    """A command may take the deals of a condition instead of a DEAL, a line may not."""
    is_deal = isinstance(parameter, click.Argument) and parameter.metavar == "[DEAL]"
    return parameter.required or is_deal


def _names_something(key: str, parameter: click.Parameter) -> bool:
    """Whether a parameter names what must be there: a record, what lies inside one, a file."""
    if not isinstance(parameter, click.Argument):
        return False
    return key in RECORDS or key in INNER or _is_file(parameter)


def _is_file(argument: click.Argument) -> bool:
    return bool({"FILE", "PATH"}.intersection(_shape(argument).split("|")))


def _shape(argument: click.Argument) -> str:
    return (argument.metavar or str(argument.name).upper()).strip("[].…")


def as_wrong_usage(error: click.UsageError) -> WrongUsage:
    """What click or a command says of wrong usage, as an error of ours."""
    named = error.option_name if isinstance(error, click.BadOptionUsage) else ""
    field = named.lstrip("-").replace("-", "_")
    return WrongUsage(finding("wrong-usage", error.message or error.format_message(), field=field))


def _as_typed(parameter: click.Parameter, value: Value) -> Any:
    """A value as the command line would hand it to click."""
    if isinstance(parameter, click.Option) and parameter.is_flag:
        if isinstance(value, bool):
            return value
        hint = "write it without quotes" if value in ("true", "false") else ""
        raise _bad(f"{_shown(value)} is not true or false", hint)
    if isinstance(value, bool):
        value = "yes" if value else "no"
    shape = parameter.metavar or ""
    if value == "-" and "|-" in shape:
        raise _bad("'-' reads stdin, which a batch may come from: write the text itself")
    is_many = parameter.multiple if isinstance(parameter, click.Option) else parameter.nargs == -1
    if isinstance(value, Mapping):
        if "=" not in shape:
            raise _bad(f"{_shown(value)} is a mapping, and one value is wanted")
        value = [f"{key}={text}" for key, text in value.items()]
    if isinstance(value, str):
        return (value,) if is_many else value
    if not is_many:
        raise _bad(f"{_shown(value)} is a list, and one value is wanted")
    return tuple(value)


def _bad(text: str, hint: str = "") -> WrongUsage:
    return WrongUsage(finding("bad-value", text, hint=hint))


def _shown(value: Value) -> str:
    """A value in an error: a text as it is, all else as JSON; cut where it is long."""
    text = repr(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _names_of_option(option: click.Option) -> list[str]:
    return [one[2:].replace("-", "_") for one in option.opts if one.startswith("--")]


def names_of_argument(argument: click.Argument) -> tuple[str, ...]:
    """The keys of an argument: the noun of the record that it names, else its own name.

    One that names a file is called `file` as well.
    """
    shape = _shape(argument).removesuffix("|-")
    if shape in NOUNS:
        return NOUNS[shape]
    own = str(argument.name).strip("_").removesuffix("_id")
    if _WORD.fullmatch(shape) and shape not in _TYPES:
        own = shape.lower()
    return (own, FILE) if _is_file(argument) and own != FILE else (own,)


def is_writing(command: click.Command) -> bool:
    """Whether a command writes: each that does has `--dry-run`."""
    return any("--dry-run" in parameter.opts for parameter in command.params)


def why_left_out(name: str) -> str:
    """Why a command is no operation; `""` if it may be one."""
    parts = name.split(".")
    return next(
        (LEFT_OUT[one] for n in range(len(parts)) if (one := ".".join(parts[: n + 1])) in LEFT_OUT),
        "",
    )


class Ops:
    """The operations of the tree of commands under `root`; a command is loaded when asked for."""

    def __init__(self, root: click.Group) -> None:
        self._root = root
        self._context = click.Context(root, **CALLED)
        self._known: dict[str, Op] = {}

    def named(self, name: str) -> Op:
        """The operation with this name; raises `NotFound`, `WrongUsage` for what can't be one."""
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def _find(self, name: str) -> Op:
        reason = why_left_out(name)
        if reason:
            text = f"{name} is no operation of a batch: {reason}"
            raise WrongUsage(finding("op-left-out", text, field="op"))
        command = self._command(name)
        if command is None or not is_writing(command):
            said = f"there is no operation {name!r}"
            if command is not None and not isinstance(command, click.Group):
                said = f"{name} changes no record, so it is no operation"
            hint = did_you_mean(name, [op.name for op in self.every()])
            raise NotFound(finding("unknown-op", said, hint=hint, field="op"))
        return Op(name, command)

    def _command(self, name: str) -> click.Command | None:
        """The command, or group of commands, with this name."""
        found: click.Command | None = self._root
        for word in name.split("."):
            if not isinstance(found, click.Group):
                return None
            found = found.get_command(self._context, word)
        return found

    def every(self) -> Iterator[Op]:
        """All operations, in the order of their commands."""
        return (
            Op(name, command)
            for name, command in walk(self._root, self._context)
            if is_writing(command) and not why_left_out(name)
        )


def walk(
    group: click.Group, context: click.Context, above: str = ""
) -> Iterator[tuple[str, click.Command]]:
    """(name with points, command) of every command under a group."""
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        if isinstance(command, click.Group):
            yield from walk(command, context, f"{above}{word}.")
        elif command is not None:
            yield f"{above}{word}", command
