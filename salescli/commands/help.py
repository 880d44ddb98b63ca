"""`salescli help`: commands and topics."""

import click

from salescli.commands.app import say
from salescli.model.errors import NotFound, finding
from salescli.model.nearest import did_you_mean

TOPICS = {
    "funnel": """\
The funnel, by two definitions, and the flow

S is the first instant of the period, E the end of its last day or of the
as-of day, whichever is earlier. Stages of failure have no slice; an empty one
is shown.

--definition reference: where deals stand, and how they went on
  Count        deals created at or after S, at the stage where they stand at E.
               --created any drops the condition on the creation.
  Went on      of the deals with a visit of the stage that touches [S, E], those
               with such a visit directly followed, not later than E, by a visit
               of a later stage: by a move that isn't back, by a skip, or by
               winning.
  Reached      of the deals created in [S, E], those with a visit of the stage
               that began not later than E.

--definition entered: what came to each stage in the period
  Entered      n: deals with a visit of the stage that began in [S, E] and
               wasn't undone by a move back or a reopening.
  Count        those of them that are still there at E, or ended in it.
  To previous  n / n of the nearest earlier stage with n > 0.
  To first     n / n of the first stage with n > 0; that one shows 100.00.

report flow: what became of each visit that began in [S, E]
  Entered = advanced + lost there + moved back + still there, always.

Sums are of the budget unless --sum says amount or value; nothing is converted.
An empty denominator is n/a.
""",
    "exit-codes": """\
Exit codes

  0    done and durable
  1    refused by the rules, or findings of a check
  2    wrong usage: what was typed can't be read as its type
  3    not found, or ambiguous; no store here
  4    invalid or damaged data in a file
  5    changed or locked by someone else
  6    input or output failed: disk full, no permission
  130  interrupted
  141  the pipe was closed
""",
    "conditions": """\
Conditions, for --where and for the criteria of a process

  field op value[,value…]    ops: = != < <= > >= ~ (contains); a comma is "or"
  field                      is set
  !field                     is not set
  list.field=value           some item of the list has it: contacts.role=influencer

Several conditions must all hold. Days may be today, today+30d, yesterday. Money is
compared in its own currency only. owner=@me is who acts. Quotes keep commas:
title="Flat 47, block B". A record is named by its id or exact name.
""",
}


@click.command()
@click.argument("words", nargs=-1, metavar="[COMMAND… | TOPIC]")
@click.pass_context
def help(ctx: click.Context, words: tuple[str, ...]) -> None:
    """Help on a command (opportunity close) or a topic (funnel, conditions, exit-codes)."""
    root = ctx.find_root()
    if not words:
        click.echo(root.get_help())
        say(f"Topics: {', '.join(TOPICS)}.")
        return
    if words[0] in TOPICS:
        click.echo(TOPICS[words[0]], nl=False)
        return
    command: click.Command = root.command
    context = root
    for word in words:
        found = command.get_command(context, word) if isinstance(command, click.Group) else None
        if found is None:
            known = command.list_commands(context) if isinstance(command, click.Group) else []
            raise NotFound(
                finding(
                    "no-such-topic",
                    f"there is neither a command nor a topic {' '.join(words)!r}",
                    hint=did_you_mean(word, [*known, *TOPICS]) or f"topics are {', '.join(TOPICS)}",
                )
            )
        context = click.Context(found, info_name=word, parent=context)
        command = found
    click.echo(command.get_help(context))
