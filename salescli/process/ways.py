"""The command that takes a deal from one stage to another, for hints to whoever wrote it by hand.

Knows the order of stages and which are final; what a command would refuse besides is its affair.
"""

from salescli.model.definition import Definition
from salescli.process.commands import close_lines


def stage_line(definition: Definition, before: str, after: str, address: str) -> str:
    """The command for a change of stage; `""` where none leads there.

    A closing without success wants a reason, and a reopening too: both stand in the line as
    words to be filled in. A closed deal is closed in another way only after its reopening.
    """
    here, there = definition.stage_named(before), definition.stage_named(after)
    if here is None or there is None or there.retired or here.stage == there.stage:
        return ""
    if not here.is_open:
        to = there.stage if there.is_open else "STAGE"
        return f"salescli opp reopen {address} --to {to} --reason TEXT"
    if there.is_open:
        return f"salescli opp move {address} --to {there.stage}"
    return "".join(close_lines(definition, address, there.stage))
