"""`salescli check`: every rule on every file; `--fix` writes down what was edited by hand."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import msgspec

from salescli.commands.app import App, say
from salescli.commands.findings import format_findings
from salescli.commands.options import writer_options
from salescli.commands.revision import rev_option
from salescli.model.errors import Finding
from salescli.report.text.json_text import format_json
from salescli.report.text.numbers import clean_text
from salescli.store.gitwatch import find_work_tree
from salescli.workspace.checking.bringing import with_deletions
from salescli.workspace.checking.fixing import fix_all, with_true_hints
from salescli.workspace.checking.survey import Checked, check_session
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session

SCHEMA = "salescli/check@1"


@click.command()
@click.option("--strict", is_flag=True, help="Warnings count; advice and secrets are told.")
@click.option("--fix", is_flag=True, help="Write down what was edited by hand.")
@click.option(
    "--keep",
    type=click.Choice(["facts", "history"]),
    help="With --fix: what holds where a merge left files and histories apart.",
)
@click.option(
    "--void",
    multiple=True,
    metavar="EVENT",
    help="With --fix: an event that counts no more, by its whole id; EVENT:LINE of two.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json", "github"]),
    default="table",
    help="How to print what is found.",
)
@rev_option
@writer_options
@click.pass_obj
def check(
    app: App,
    /,
    strict: bool,
    fix: bool,
    keep: str | None,
    void: tuple[str, ...],
    format_: str,
    actor: str | None,
    dry_run: bool,
) -> int:
    """Check every rule on every file. Says nothing when all is well.

    \b
    Exit code: 4 if a file can't be read, else 1 if a rule is broken, else 0. Warnings are told,
    but only count with --strict.
    Example: salescli check --strict
    """
    if keep and not fix:
        raise click.UsageError("--keep says what --fix keeps: give both")
    if void and not fix:
        raise click.UsageError("--void says what --fix voids: give both")
    if dry_run and not fix:
        raise click.UsageError("--dry-run is for --fix: a check alone writes nothing")
    if fix and app.revision is not None:
        raise click.UsageError("--fix writes files: what is committed stays as it is")
    if fix:
        checked = fix_store(app, keep, void, strict, actor, dry_run)
    else:
        with app.reading() as session:
            checked = check_session(session, strict)
            if app.revision is None:
                checked = true_hints(session, checked, strict)
    show(checked, strict, format_, app.root)
    return checked.exit_code(strict)


def true_hints(session: Session, checked: Checked, strict: bool) -> Checked:
    """The findings without advice that `--fix` would refuse."""
    session.via = "check"
    return with_deletions(session, with_true_hints(session, checked, strict))


def fix_store(
    app: App,
    keep: str | None,
    void: Sequence[str],
    strict: bool,
    actor: str | None,
    dry_run: bool,
) -> Checked:
    """Mend what can be mended, as one command; what is left over comes back."""
    left: list[Checked] = []

    def action(session: Session) -> Outcome:
        session.via = "check"
        outcome, checked = fix_all(session, keep, strict, void)
        left.append(with_deletions(session, checked))
        return outcome

    app.write("check --fix", action, actor=actor, dry_run=dry_run, quiet_ids=True)
    return left[0]


def show(checked: Checked, strict: bool, format_: str, root: Path) -> None:
    """Print the findings of the store at `root`; in words nothing at all when there are none."""
    found = checked.shown(strict)
    if format_ == "json":
        click.echo(format_json(build_document(checked, found)))
        return
    lines = github_lines(found, root) if format_ == "github" else table_lines(found)
    for line in lines:
        click.echo(line)
    if found and format_ == "table":
        files = len({entry.place.file for entry in found if entry.place})
        noun = "finding" if len(found) == 1 else "findings"
        say(f"{len(found)} {noun} in {files} of {checked.file_count} files.")


def table_lines(found: Sequence[Finding]) -> Iterator[str]:
    """Findings as text, each with place, excerpt and what to do, and its code."""
    for entry in found:
        level = "warning: " if entry.warning and entry.place is None else ""
        text = f"{level}{entry.text.removesuffix('.')} ({entry.code})"
        yield from format_findings([msgspec.structs.replace(entry, text=text)])


def build_document(checked: Checked, found: Sequence[Finding]) -> dict[str, object]:
    """The findings as `salescli/check@1`."""
    return {
        "schema": SCHEMA,
        "files": checked.file_count,
        "unreadable": sorted(checked.unreadable),
        "findings": [
            {
                "code": entry.code,
                "level": "warning" if entry.warning else "error",
                "file": entry.place.file if entry.place else None,
                "line": entry.place.line or None if entry.place else None,
                "column": entry.place.column or None if entry.place else None,
                "field": entry.field or None,
                "text": entry.text,
                "hint": entry.hint or None,
            }
            for entry in found
        ],
    }


def github_lines(found: Sequence[Finding], root: Path) -> Iterator[str]:
    """Findings as annotations of GitHub Actions, which read paths from the top of a repository."""
    store = root.resolve()
    folder = store.relative_to(find_work_tree(store) or store)
    for entry in found:
        where = {"file": (folder / entry.place.file).as_posix()} if entry.place else {}
        if entry.place and entry.place.line:
            where |= {"line": str(entry.place.line), "col": str(entry.place.column)}
        where["title"] = entry.code
        properties = ",".join(f"{name}={_property(value)}" for name, value in where.items())
        words = f"{entry.text}\n{entry.hint}" if entry.hint else entry.text
        yield f"::{'warning' if entry.warning else 'error'} {properties}::{_message(words)}"


def _message(text: str) -> str:
    """Escaped as Actions read it; other controls never pass."""
    lines = (clean_text(line) for line in text.split("\n"))
    return "%0A".join(line.replace("%", "%25").replace("\r", "%0D") for line in lines)


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
