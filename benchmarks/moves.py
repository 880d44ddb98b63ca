"""Move many deals in one transaction: `moves.py STORE MOVES`, whose lines are `ID STAGE`.

Each move goes through the use case that a command calls, with every rule; all are one ChangeSet,
one lock, one journal, durable when the process ends.
"""

import sys
from pathlib import Path

from salescli.cli import real_surroundings
from salescli.commands.app import App
from salescli.workspace.addressing import find_record
from salescli.workspace.deals import load_deal
from salescli.workspace.outcome import Outcome
from salescli.workspace.session import Session
from salescli.workspace.stages import move_opportunity


def main() -> None:
    """Run the moves that the file lists."""
    store, listed = sys.argv[1:]
    moves = [line.split() for line in Path(listed).read_text().splitlines()]
    app = App(real_surroundings(no_input=True))
    app.store_directory = store

    def move_all(session: Session) -> Outcome:
        for deal_id, stage in moves:
            found = find_record(session, deal_id, "opportunity")
            move_opportunity(session, load_deal(session, found.path), to=stage)
        return Outcome(tuple(deal_id for deal_id, _ in moves), (), f"{len(moves)} moves")

    app.write("move", move_all, quiet_ids=True)


if __name__ == "__main__":
    main()
