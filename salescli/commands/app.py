"""What all commands share: the store they work on, and how reading and writing ones run.

The only place of `commands` that opens a store. Words go to stderr, data to stdout.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import click
import msgspec

from salescli.model.errors import Failed, NotFound, WrongUsage, finding
from salescli.model.exitcodes import ExitCode
from salescli.model.surroundings import Surroundings
from salescli.store import layout
from salescli.store.changeset import ChangeSet, diff
from salescli.store.files import RealFileSystem
from salescli.store.gitwatch import find_git_directory
from salescli.store.transaction import Transaction, Writing, reading, writing
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.storelist import Store

Action = Callable[[Session], Outcome]


class Several(msgspec.Struct, frozen=True):
    """The stores of a group, and the Dask scheduler whose workers read them, if any."""

    stores: tuple[Store, ...] = ()
    scheduler: str | None = None


class App:
    """The surroundings of one run, and what its global options say."""

    def __init__(self, surroundings: Surroundings) -> None:
        self.surroundings = surroundings
        self.store_directory: str | None = None
        self.lock_timeout = 10.0
        self.fields: tuple[str, ...] = ()  # of `--fields`; none: those that are shown unless told
        self.several: Several | None = None  # what `--store` and `--stores` name
        self.revision: str | None = None  # what `--rev` names
        self.shows_diff = True  # of a dry run: else the command says itself what would change

    @property
    def root(self) -> Path:
        """The store: `-C DIR`, else SALESCLI_DIR, else around the current directory."""
        named = self.store_directory or self.surroundings.environ.get("SALESCLI_DIR")
        start = self.surroundings.directory
        if named is None:
            return layout.find_root(start)
        folder = start / named
        if not (folder / layout.SETTINGS).exists():
            raise NotFound(
                finding(
                    "no-store",
                    f"there is no store in {folder}",
                    hint=f"salescli init {named} makes one",
                )
            )
        return folder

    @contextmanager
    def reading(self, actor: str | None = None) -> Iterator[Session]:
        """A session under the shared lock; over several stores each under its own.

        A revision never changes: it is read without a lock, and without the work tree.
        """
        if self.several is not None:
            with self._reading_several(self.several, actor) as group:
                yield group
            return
        root = self.root
        if self.revision is not None:
            revisions: Any = import_module("salescli.workspace.revisions")
            with revisions.open_as_committed(root, self.surroundings, self.revision, actor) as then:
                yield then
            return
        with reading(root, timeout_seconds=self.lock_timeout, on_wait=say):
            yield Session(Transaction(RealFileSystem(), root), self.surroundings, actor=actor)

    @contextmanager
    def _reading_several(self, several: Several, actor: str | None) -> Iterator[Session]:
        """A session over several stores; what is to be said beside it goes to stderr."""
        grouping: Any = import_module("salescli.workspace.grouping")
        if self.revision is not None:
            raise click.UsageError("--rev is of one repository: name that store with -C")
        if self.store_directory is not None:
            raise click.UsageError("-C names one store, --store and --stores several: say which")
        run = grouping.run_here
        if several.scheduler is not None:
            run = partial(load_cluster().run_on_workers, scheduler=several.scheduler)
        session = grouping.open_group(
            several.stores,
            self.surroundings,
            lock_timeout=self.lock_timeout,
            run=run,
            actor=actor,
        )
        yield session
        for note in session.notes:
            say(note)

    def transaction(self, root: Path, command: str) -> AbstractContextManager[Writing]:
        """The writers' lock on a store, and what a command stages and applies under it."""
        return writing(
            root,
            command=f"salescli {command}",
            timeout_seconds=self.lock_timeout,
            on_wait=say,
            in_git_hook=self.surroundings.in_git_hook,
        )

    def confirm(self, question: str, command: str) -> None:
        """Ask on a terminal before what takes much away; elsewhere `command` is what says yes.

        Raises `WrongUsage` (`yes-needed`) where nobody can be asked.
        """
        if not self.surroundings.is_interactive:
            text = f"{question} There is nobody here to ask"
            raise WrongUsage(finding("yes-needed", text, hint=f"{command} --yes"))
        if not click.confirm(question, err=True):
            say("Nothing was changed.")
            raise click.exceptions.Exit(ExitCode.INTERRUPTED)

    def write(
        self,
        command: str,
        action: Action,
        *,
        actor: str | None = None,
        at: str | None = None,
        dry_run: bool = False,
        needs_actor: bool = True,
        quiet_ids: bool = False,
        before: Callable[[Session], None] | None = None,
        after: Callable[[Session], None] | None = None,
        commits: bool = True,
    ) -> Outcome:
        """Run a use case under the writers' lock and apply what it staged, or show the diff.

        The ids go to stdout, one a line, the words to stderr; both once all is durable.
        Whoever acts must be known, but for `person create`. `before` runs before the store is
        read; `after` once all is durable, or nothing had to change, and before anybody may read
        again; not where the diff is shown. Without `commits` the caller sees to git.
        """
        root = self.root
        with self.transaction(root, command) as staged:
            session = Session(staged, self.surroundings, actor=actor, at=at)
            if before is not None:
                before(session)
            session.refuse_newer_format()
            session.refuse_wrong_time()
            who = session.actor if needs_actor else session.known_actor or ""
            outcome = action(session)
            changes = build_changeset(session, outcome, command, who)
            if not dry_run:
                staged.apply(changes, after and partial(after, session))
        if dry_run:
            if self.shows_diff:
                show_dry_run(changes)
        else:
            try:
                tell(outcome, quiet_ids=quiet_ids)
            finally:  # what is durable is committed, whether or not anybody can be told
                if commits:
                    self.commit(root, changes)
        return outcome

    def commit(self, root: Path, changes: ChangeSet) -> None:
        """Commit what is durable by now, in a clone that is set up so; a hook of git's waits."""
        if not changes.changes or self.surroundings.in_git_hook:
            return
        if find_git_directory(root) is None:
            return
        committing: Any = import_module("salescli.workspace.committing")
        environ = self.surroundings.environ
        setting = committing.read_commit_setting(root, environ)
        if setting == committing.AUTO:
            say(committing.commit_change(root, environ, changes))
        elif words := committing.unheard(setting):
            say(words)


def load_cluster() -> Any:
    """The module that asks Dask's workers; raises `Failed` where distributed isn't installed."""
    try:
        return import_module("salescli.workspace.cluster")
    except ModuleNotFoundError as error:
        if error.name != "distributed":
            raise
        text = "workers are asked by the distributed package, which is not installed"
        hint = "install it with pip install 'salescli[cluster]'; without --scheduler this machine "
        hint += "reads"
        raise Failed(finding("distributed-missing", text, hint=hint, field="scheduler")) from None


def tell(outcome: Outcome, *, quiet_ids: bool = False) -> None:
    """The ids to stdout, one a line, the words to stderr, also where stdout takes nothing."""
    try:
        for record_id in () if quiet_ids else outcome.ids:
            click.echo(record_id)
    finally:
        for words in outcome.words:
            say(words)


def build_changeset(
    session: Session,
    outcome: Outcome,
    command: str,
    actor: str,
    *,
    kind: Literal["command", "undo", "redo"] = "command",
    reverts: str = "",
) -> ChangeSet:
    """What a session staged, as the set that is applied, logged and shown."""
    return session.files.changeset(
        outcome.title or command,
        command,
        actor,
        session.now,
        outcome.ids,
        kind=kind,
        reverts=reverts,
    )


def show_dry_run(changes: ChangeSet) -> None:
    """Print the diff of a set, and that nothing was written."""
    from salescli.report.text.numbers import clean_text

    for line in diff(changes).splitlines():
        click.echo(clean_text(line))
    count = len({layout.home_of(change.path) for change in changes.changes})
    noun = "record" if count == 1 else "records"
    say(f"{count} {noun} would change. Nothing was written.")


def say(words: str) -> None:
    """A line for people, on stderr."""
    from salescli.report.text.numbers import clean_text

    click.echo("\n".join(clean_text(line) for line in words.split("\n")), err=True)


def system_user() -> str:
    """The name of the user that runs the process."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return ""
