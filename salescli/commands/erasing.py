"""`salescli contact erase`: forgetting a person, the one command that undo doesn't take back.

What undo would need is what is to be forgotten: so the log of this clone goes, and its index.
"""

import click

from salescli.commands.app import App, build_changeset, say, show_dry_run, tell
from salescli.commands.findings import wrapped
from salescli.commands.options import writer_options
from salescli.model.errors import WrongUsage, finding
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session


@click.command()
@click.argument("contact", metavar="CONTACT")
@click.option("--yes", is_flag=True, help="Don't ask.")
@writer_options
@click.pass_obj
def erase(app: App, /, contact: str, yes: bool, actor: str | None, dry_run: bool) -> None:
    """Forget a person: their data, their mails and the files in these. There is no undo.

    What people wrote about them in events stays, and so does git's past: it is told on the
    screen. The log of this clone is emptied, so commands before this can't be undone either.
    """
    if not (yes or dry_run):
        _ask(app, contact)
    _erase(app, contact, actor, dry_run=dry_run)


def _ask(app: App, contact: str) -> None:
    from salescli.workspace import erasing

    with app.reading() as session:
        plan = erasing.plan_erasure(session, contact)
    count = sum(len(mails) for _, mails in plan.mails)
    what = f"{plan.record.name} ({plan.found.id}) and {count} mail{'' if count == 1 else 's'}"
    if not app.surroundings.is_interactive:
        raise WrongUsage(
            finding(
                "yes-needed",
                f"erasing {what} can't be undone, and there is nobody to ask",
                hint=f"salescli contact erase {plan.found.id} --yes",
            )
        )
    click.confirm(f"Erase {what}? There is no undo.", abort=True, err=True)


def _erase(app: App, contact: str, actor: str | None, *, dry_run: bool) -> None:
    from salescli.store.database import drop_stored
    from salescli.store.files import RealFileSystem
    from salescli.store.journal import apply_changeset
    from salescli.store.transaction import writing
    from salescli.store.undolog import clear_log
    from salescli.workspace import erasing

    root, files = app.root, RealFileSystem()
    with writing(root, timeout_seconds=app.lock_timeout, on_wait=say, fs=files) as staged:
        session = Session(staged, app.surroundings, actor=actor)
        session.refuse_newer_format()
        who = session.actor
        outcome = erasing.erase_contact(session, erasing.plan_erasure(session, contact))
        changes = build_changeset(session, outcome, "contact erase", who)
        if not dry_run:
            apply_changeset(files, root, changes)
            session.index.close()
            clear_log(files, root)
            drop_stored(root)
    if dry_run:
        show_dry_run(changes)
    else:
        lines = [line for words in outcome.words for line in wrapped(words)]
        tell(Outcome(outcome.ids, tuple(lines)))
