"""The command that takes a deal from one stage to another, for hints to whoever wrote it by hand.

Knows the order of stages and which are final; what a command would refuse besides is its affair.
"""

from salescli.model.definition import Definition, Stage
from salescli.process.commands import close_lines


def stage_line(definition: Definition, before: str, after: str, address: str) -> str:
    """The commands for a change of stage, a line each; `""` where none leads there.

    A closing without success wants a reason, and a reopening too: both stand in the line as
    words to be filled in. A closed deal is closed in another way only after its reopening.
    """
    here, there = definition.stage_named(before), definition.stage_named(after)
    if here is None or there is None or there.retired or here.stage == there.stage:
        return ""
    if not here.is_open:
        to = there.stage if there.is_open else "STAGE"
        again = f"salescli opp reopen {address} --to {to} --reason TEXT"
        return "\n".join((again, *_closing(definition, there, address)))
    if there.is_open:
        return f"salescli opp move {address} --to {there.stage}"
    return "".join(_closing(definition, there, address))


def _closing(definition: Definition, stage: Stage, address: str) -> list[str]:
    return [] if stage.is_open else close_lines(definition, address, stage.stage)
