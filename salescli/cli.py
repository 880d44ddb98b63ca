"""The command line's edge: the lazy table of commands, surroundings, errors → exit codes."""

import gc
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from salescli import __version__
from salescli.commands.neighbours import add_neighbours, neighbours_of, say_neighbours
from salescli.model.exitcodes import ExitCode

if TYPE_CHECKING:
    from salescli.model.errors import SalesError

# Command → module of `salescli.commands` and what it says in `--help`, so that help needs no
# import of any of them.
COMMANDS: Mapping[str, tuple[str, str]] = {
    "init": ("init", "Make a new store."),
    "opportunity": ("opportunity", "Deals: create, list, show, set, advance, close …"),
    "lead": ("lead", "Interests: create, list, show, qualify, convert …"),
    "next": ("next", "What a deal wants now."),
    "agenda": ("agenda", "What waits today: calls, meetings, tasks."),
    "activity": ("activity", "Calls, meetings, tasks: plan, replan, done, cancel, log, list."),
    "time": ("hours", "Hours by hand."),
    "client": ("clients", "Companies and people alike: list, show, history, merge."),
    "account": ("client", "Companies: create, list, show, set, archive."),
    "contact": ("client", "People outside: create, list, show, set, archive."),
    "note": ("feed", "Write a note on a deal or lead."),
    "feed": ("feed", "Posts on a deal or lead: post, reply, list."),
    "file": ("files", "Files of a deal or lead: attach, list, open, detach."),
    "proposal": ("proposal", "What we offer in a deal: add, set, list."),
    "approval": ("approval", "What somebody must agree to: request, approve, reject, list."),
    "mail": ("mail", "Mails of a deal or lead: log, import, list, show."),
    "person": ("catalogue", "Our people: create, list, show, set."),
    "department": ("catalogue", "Departments: create, list, show, set."),
    "product": ("catalogue", "Products and their prices: create, list, show, set, price."),
    "competitor": ("catalogue", "Competitors and what they sell: create, list, show, set …"),
    "unit": ("unit", "Flats, shops, parking places: what is free, who holds it."),
    "reservation": ("reservation", "Units held for deals: add, extend, release, list."),
    "dictionary": ("dictionary", "Values to choose from: list, add, set, retire."),
    "process": ("process", "Processes: list, show, check, draw, add, start, status, stop."),
    "schema": ("schema", "JSON Schema of files and documents, for editors and scripts."),
    "search": ("search", "Records by the words that they hold."),
    "plan": ("plan", "What is to be sold: set, list."),
    "dashboard": ("dashboard", "Pages of figures: list, show, check, add."),
    "report": ("report", "Figures as tables, documents and pictures."),
    "changes": ("changes", "What happened since a time or a revision, person by person."),
    "batch": ("batch", "Many commands as one, from JSON Lines."),
    "sql": ("sql", "Ask records a query: select … from opportunity …"),
    "import": ("importing", "Records from other systems, a whole store."),
    "export": ("exporting", "Records and whole stores for other programs."),
    "check": ("check", "Every rule on every file."),
    "doctor": ("doctor", "Whether this machine can hold a store."),
    "sync": ("sync", "What others did and what we did: fetch, merge, check, push."),
    "resolve": ("resolve", "A merge of git's, finished by value and by decision."),
    "git": ("git", "Merging by field: set up a clone."),
    "undo": ("undo", "Take the last command back."),
    "redo": ("undo", "Bring an undone command back."),
    "log": ("undo", "The last commands."),
    "retract": ("retract", "Take back a note, post, mail or hours, however old."),
    "demo": ("demo", "Write a lively example store."),
    "completion": ("shells", "What the Tab key needs to know, for bash, zsh and fish."),
    "help": ("help", "Help on a command or a topic: exit-codes, files, funnel, scripting …"),
}
ALIASES = {"opp": "opportunity"}


@contextmanager
def closed_pipe_as_exit() -> Iterator[None]:
    """Leave with 141 when nobody reads any more; click itself would make it a 1."""
    try:
        yield
    except BrokenPipeError:
        raise click.exceptions.Exit(ExitCode.CLOSED_PIPE) from None


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def make_context(self, *arguments: Any, **extra: Any) -> click.Context:
        with closed_pipe_as_exit():
            return super().make_context(*arguments, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with closed_pipe_as_exit():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        name = ALIASES.get(cmd_name, cmd_name)
        if name not in COMMANDS:
            return None
        module = import_module(f"salescli.commands.{COMMANDS[name][0]}")
        command: click.Command = getattr(module, name.replace("import", "import_"))
        return add_neighbours(command, name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and args[0] not in ALIASES:
            from salescli.commands.report import find_report
            from salescli.model.nearest import did_you_mean

            if not args[0].startswith("-"):
                report = find_report(args)
                hint = f"did you mean report {report}?" if report else ""
                hint = hint or did_you_mean(args[0], [*COMMANDS, *ALIASES])
                ctx.fail(f"there is no command {args[0]!r}. {hint}".rstrip())
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=say_neighbours(neighbours_of("")),
)
@click.version_option(__version__, prog_name="salescli")
@click.option("-C", "directory", metavar="DIR", help="The store to work on.")
@click.option("--lock-timeout", type=float, metavar="SECONDS", help="How long to wait for others.")
@click.option("--no-input", is_flag=True, help="Never ask anything.")
@click.pass_context
def cli(
    ctx: click.Context,
    directory: str | None,
    lock_timeout: float | None,
    no_input: bool,
) -> None:
    """Opportunities as plain YAML files, guarded by a process, reported as of any day."""
    from salescli.commands.app import App

    app = ctx.obj if isinstance(ctx.obj, App) else App(ctx.obj or real_surroundings(no_input))
    app.store_directory = directory or app.store_directory
    app.lock_timeout = lock_timeout if lock_timeout is not None else app.lock_timeout
    ctx.obj = app


def real_surroundings(no_input: bool = False) -> Any:
    """The world as it is: clock, randomness, environment, terminal."""
    from salescli.commands.app import system_user
    from salescli.model.surroundings import Surroundings

    width, height = terminal_size()
    return Surroundings(
        clock=lambda: datetime.now(UTC),
        random_bytes=os.urandom,
        environ=os.environ,
        directory=Path.cwd(),
        git_email=lambda: git_setting("user.email"),
        git_name=lambda: git_setting("user.name"),
        system_user=system_user(),
        is_interactive=sys.stdin.isatty() and sys.stderr.isatty() and not no_input,
        is_terminal=sys.stdout.isatty(),
        width=width,
        height=height,
    )


def terminal_size() -> tuple[int, int]:
    """Columns and lines; in a pipe, where nobody set them, the usual ones."""
    if not (sys.stdout.isatty() or os.environ.keys() & {"COLUMNS", "LINES"}):
        return 80, 24  # as the library says, which takes a while to load

    import shutil

    return shutil.get_terminal_size((80, 24))


def git_setting(name: str) -> str:
    """A setting of the user's git, `""` if there is none or no git."""
    import subprocess

    command = ["git", "-c", "core.fsmonitor=false", "config", "--get", name]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=5)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip()


def main(arguments: list[str] | None = None, surroundings: Any = None) -> int:
    """Run one command line and give its exit code; the console script exits with it."""
    code = run(arguments, surroundings)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = ExitCode.CLOSED_PIPE
    if code == ExitCode.CLOSED_PIPE:
        # What is still buffered for the closed pipe would make Python complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def run(arguments: list[str] | None, surroundings: Any = None) -> int:
    """Run one command line; every error becomes words on stderr and an exit code."""
    try:
        answer = cli.main(arguments, "salescli", standalone_mode=False, obj=surroundings)
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return ExitCode.INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)  # a group alone: its help is what one wants
        return ExitCode.USAGE
    except click.ClickException as error:
        show_wrong_usage(error)
        return ExitCode.USAGE
    except BrokenPipeError:
        return ExitCode.CLOSED_PIPE
    except OSError as error:
        from salescli.commands.app import say

        said = f"{error.strerror}: {os.fsdecode(error.filename or '')}".rstrip(": ")
        say(said)
        return ExitCode.FAILED
    except our_error() as error:
        show_error(error)
        return error.exit_code
    return answer if isinstance(answer, int) else 0


def show_wrong_usage(error: click.ClickException) -> None:
    """A usage error in at most 80 columns: how the command is called, and what is wrong."""
    from salescli.commands.findings import wrapped
    from salescli.report.text.numbers import clean_text

    context = getattr(error, "ctx", None)
    if context is not None:
        click.echo(context.get_usage(), err=True)
        click.echo(f"Try '{context.command_path} --help' for help.\n", err=True)
    told = clean_text(error.format_message())
    if isinstance(error, click.NoSuchOption) and error.option_name[1:2].isdigit():
        told = f"{clean_text(error.option_name)} reads as an option. Amounts and lengths are "
        told += "never below 0; any other value that begins with - stands after --."
    for line in wrapped(f"Error: {told}"):
        click.echo(line, err=True)


def our_error() -> "type[SalesError]":
    """The class of our errors, loaded when one is there: `--version` has no need of it."""
    from salescli.model.errors import SalesError

    return SalesError


def show_error(error: Any) -> None:
    """All findings of an error, each with its place, excerpt and what to do."""
    from salescli.commands.findings import format_findings

    for line in format_findings(error.findings, type(error).__name__):
        click.echo(line, err=True)


def script() -> None:
    """The console script."""
    # Little of what a command makes goes in circles, and looking for it at every 700 objects takes
    # an eighth of its time.
    gc.set_threshold(50_000)
    # An odd locale makes Python read the arguments as something else than UTF-8.
    arguments = [os.fsencode(text).decode("utf-8", "surrogateescape") for text in sys.argv[1:]]
    sys.exit(main(arguments))
