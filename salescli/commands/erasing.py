"""`salescli contact erase`: forgetting a person, the one command that undo doesn't take back.

What undo would need is what is to be forgotten: so the log of this clone goes, and its index.
"""

import click

from salescli.commands.app import App
from salescli.commands.findings import wrapped
from salescli.commands.options import writer_options
from salescli.report.text.numbers import format_number_of
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

    def action(session: Session) -> Outcome:
        from salescli.workspace import erasing

        outcome = erasing.erase_contact(session, erasing.plan_erasure(session, contact))
        lines = [line for words in outcome.words for line in wrapped(words)]
        return Outcome(outcome.ids, tuple(lines), outcome.title)

    app.write("contact erase", action, actor=actor, dry_run=dry_run, after=_forget)


def _ask(app: App, contact: str) -> None:
    from salescli.workspace import erasing

    with app.reading() as session:
        plan = erasing.plan_erasure(session, contact)
    count = sum(len(mails) for _, mails in plan.mails)
    what = f"{plan.record.name} ({plan.found.id}) and {format_number_of(count, 'mail')}"
    question = f"Erase {what}? There is no undo."
    app.confirm(question, f"salescli contact erase {plan.found.id}")


def _forget(session: Session) -> None:
    """Empty what this clone keeps of the past: the log, and the index with the words of mails."""
    from salescli.store.database import drop_stored
    from salescli.store.undolog import clear_log

    session.index.close()
    clear_log(session.files.fs, session.files.root)
    drop_stored(session.files.root)
