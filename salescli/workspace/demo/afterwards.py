"""What is done about many records at once: clients merged, somebody leaves.

These commands look over everything that is on disk, so the year must be written before.
"""

from salescli.workspace.demo import names
from salescli.workspace.demo.making import Making
from salescli.workspace.leaving import leave
from salescli.workspace.merging import merge_clients

LEAVES, TAKES_OVER = "petr-ivanov", "dina-liepa"


def tidy_up(making: Making) -> None:
    """Who was written down twice becomes one again, and one of the ten goes."""
    making.go_to(making.end)
    for name, again in names.TWICE:
        merge_clients(making.session, again, name)
    making.go_to(making.end, "irina-sokolova")
    leave(making.session, LEAVES, TAKES_OVER, on=making.end.date().isoformat())
