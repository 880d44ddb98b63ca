"""Options that several commands share, and options made from declared fields."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click
import msgspec

from salescli.commands.fields import WORDS, fields_option
from salescli.commands.stores import store_options
from salescli.model.fields import FieldSpec, specs_of
from salescli.workspace.values import is_settable

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
FORMATS = ("table", "json", "jsonl", "csv", "md")
_METAVARS = {
    "money": "MONEY",
    "day": "DAY",
    "instant": "TIME",
    "percent": "PERCENT",
    "whole": "NUMBER",
    "decimal": "NUMBER",
    "yes-no": "YES|NO",
    "words": "WORDS",
    "text": "TEXT",
    "dated-money": "[DAY=]MONEY",
}


def field_options(record: type[msgspec.Struct], *left_out: str) -> Decorator:
    """An option for each field of a record that people may set."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for spec in reversed(specs_of(record)):
            if spec.name not in left_out and (is_settable(spec) or spec.kind == "dated-money"):
                function = _field_option(spec)(function)
        names = {spec.name for spec in specs_of(record)}
        for name in ("custom", "external"):
            if name in names:
                function = click.option(
                    f"--{name}", multiple=True, metavar="KEY=VALUE", help=_MAPPINGS[name]
                )(function)
        return function

    return decorate


_MAPPINGS = {
    "custom": "A field that salescli.yaml declares.",
    "external": "An id in another system.",
}


def _field_option(spec: FieldSpec) -> Decorator:
    name = spec.name.replace("_", "-")
    if spec.kind in ("words", "dated-money"):  # each time it is given it is one of them
        name = name.removesuffix("s")
    metavar = _METAVARS.get(spec.kind) or spec.target.upper().replace("|", " or ") or "VALUE"
    more: dict[str, Any] = {"multiple": True} if spec.kind == "words" else {}
    if spec.kind == "dated-money":  # a line each: a comma may stand in what is typed wrongly
        more = {"multiple": True, "callback": lambda _ctx, _option, given: "\n".join(given) or None}
    if spec.kind == "choice":
        metavar = "VALUE"
    names = dict.fromkeys(
        [f"--{name}", *([f"--{spec.name}"] if spec.kind == "dated-money" else [])]
    )
    return click.option(*names, spec.name, metavar=metavar, help=f"{spec.doc}.", **more)


def typed_fields(options: Mapping[str, Any]) -> dict[str, str]:
    """The values that were typed: name → text. Repeated words are joined by commas."""
    typed: dict[str, str] = {}
    for name, value in options.items():
        if name in ("custom", "external"):
            for entry in value:
                key, separator, text = entry.partition("=")
                if not separator:
                    text = f"--{name} takes KEY=VALUE, not {entry!r}"
                    raise click.BadOptionUsage(f"--{name}", text)
                typed[f"{name}.{key}"] = text
        elif isinstance(value, tuple):
            if value:
                typed[name] = ",".join(value)
        elif value is not None:
            typed[name] = value
    return typed


def writer_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--dry-run` and `--actor`, for whatever writes."""
    for option in (
        click.option("--actor", metavar="PERSON", help="Who acts."),
        click.option("--dry-run", is_flag=True, help="Show the diff, write nothing."),
    ):
        function = option(function)
    return function


def event_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """What every command that writes an event takes: `--at`, `--actor`, `--dry-run`."""
    at = click.option("--at", metavar="TIME", help="When it happened, if not now.")
    return writer_options(at(function))


def format_option(*formats: str, has_fields: bool = True) -> Decorator:
    """`--format`, with those formats; where one is of rows, `--fields` as well."""
    option = click.option(
        "--format",
        "format_",
        type=click.Choice(formats or FORMATS),
        default="table",
        help="How to print it.",
    )
    if has_fields and "csv" in (formats or FORMATS):
        return lambda function: option(fields_option(function))
    return option


def list_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """What every list takes."""
    options: Iterable[Decorator] = (
        store_options,
        format_option(has_fields=False),
        click.option("--raw", is_flag=True, help="CSV without the guard against formulas."),
        click.option("--all", "everything", is_flag=True, help="Every row, archived ones too."),
        click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most N rows."),
        click.option("--sort", metavar="NAMES", help="Names to sort by; -name is descending."),
        click.option("--fields", "--columns", "columns", metavar="NAMES", help=WORDS),
        click.option(
            "--where", multiple=True, metavar="CONDITION", help="Only those that meet it."
        ),
    )
    for option in options:
        function = option(function)
    return function


def ends_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options for the activities that end together with a change of the stage."""
    done = click.option(
        "--done", multiple=True, metavar="ACT[=RESULT]", help="Activity that is done with it."
    )
    cancel = click.option(
        "--cancel", multiple=True, metavar="ACT", help="Activity that won't be any more."
    )
    return done(cancel(command))
