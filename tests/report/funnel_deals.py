"""Deals for the funnel's tests, written as `Q 03-02, K 03-05`: a stage and its day in 2024.

The moves become events as domain.md section 2 says (what is skipped, what is undone), and the
model turns those into visits. An arrow (`>K 03-19`) reopens a closed deal. Times are noon UTC
unless given as `03-19T22:00`.
"""

import json
from datetime import UTC, date, datetime
from typing import Any

from salescli.model.calendar import Calendar
from salescli.model.deal import Deal, build_deal
from salescli.model.definition import Definition, Stage
from salescli.model.events import Closed, Created, Event, Moved, Reopened, live_events
from salescli.model.eventtext import decode_event
from salescli.model.facts import fold
from salescli.model.visits import build_visits, seconds
from salescli.report.figures.entered import EnteredFunnel, build_entered
from salescli.report.figures.funnel import Funnel, build_funnel
from salescli.report.figures.question import FunnelQuestion, Question, ask
from salescli.report.figures.stage_flow import FlowFigure, build_flow

STAGES = {
    "Q": "qualification",
    "K": "key-contacts",
    "P": "proposal-preparation",
    "S": "proposal-presentation",
    "W": "won",
    "L": "lost",
    "R": "rerouted",
}
NAMES = ("Qualification", "Key contacts", "Proposal preparation", "Proposal presentation", "Won")
OPEN = "QKPS"
ORDER = "QKPSWLR"
REAL_ESTATE = Definition(
    name="Real estate, corporate sale",
    stages=[
        *(
            Stage(stage=STAGES[letter], name=name)
            for letter, name in zip(OPEN, NAMES, strict=False)
        ),
        Stage(stage="won", name="Won", final="success"),
        Stage(stage="lost", name="Lost", final="failure"),
        Stage(stage="rerouted", name="Rerouted", final="failure"),
    ],
)
CALENDAR = Calendar("Europe/Riga")


def instant(text: str) -> datetime:
    """`03-02` or `03-02T22:00` of 2024, UTC."""
    return datetime.fromisoformat(f"2024-{text if 'T' in text else text + 'T12:00'}").replace(
        tzinfo=UTC
    )


def build_events(moves: str) -> list[Event]:
    """The events of a deal, as its moves would have been written."""
    events: list[Event] = []
    here, seen = "", set[str]()
    for seq, move in enumerate(moves.split(", "), 1):
        letter, _, day = move.partition(" ")
        common = {"id": f"h-{seq}", "seq": seq, "at": instant(day), "by": "anna"}
        reopens, letter = letter.startswith(">"), letter.lstrip(">")
        names = {"from_": STAGES.get(here, ""), "to": STAGES[letter]}
        between = [STAGES[o] for o in OPEN if here in OPEN and OPEN.index(o) > OPEN.index(here)]
        after = ORDER[ORDER.index(letter) :]
        undone = [STAGES[o] for o in after if o in seen]
        if not here:
            events.append(Created(**common, fields={"stage": STAGES[letter]}))
        elif reopens:
            events.append(Reopened(**common, **names, undone=undone, reason="again"))
        elif letter == "W":
            events.append(Closed(**common, **names, skipped=between))
        elif letter not in OPEN:
            events.append(Closed(**common, **names))
        elif OPEN.index(letter) > OPEN.index(here):
            skipped = OPEN[OPEN.index(here) + 1 : OPEN.index(letter)]
            events.append(Moved(**common, **names, skipped=[STAGES[o] for o in skipped]))
            seen.update(skipped)
        else:
            events.append(Moved(**common, **names, undone=undone))
        here = letter
        seen.add(letter)
    return events


def make_deal(name: str, moves: str, budget: str | None = None, **facts: object) -> Deal:
    """A deal as it stands after its last move."""
    events = build_events(moves)
    visits = build_visits(events)
    given: dict[str, object] = {
        "client": "acc-1",
        "process": "real-estate",
        "stage": visits[-1].stage,
        **facts,
    }
    return Deal(
        id=name,
        title=name,
        budget=budget,
        created_at=seconds(events[0].at),
        changed_at=seconds(events[-1].at),
        touched_at=seconds(events[-1].at),
        visits=visits,
        **given,
    )


def deal_of_lines(name: str, lines: list[str], end: datetime) -> Deal | None:
    """A deal as the lines of its history say at an instant; None before it was created."""
    live = live_events([decode_event(line.encode()) for line in lines], end)
    return build_deal(name, fold(live), live, is_folded=True) if live else None


def write_lines(*events: dict[str, Any]) -> list[str]:
    """The lines of a history: each event has its kind, its `at` (`03-02T22:00`) and its own keys.

    `h-1` is the id of the first one.
    """
    lines = []
    for seq, event in enumerate(events, 1):
        head = {"id": f"h-{seq}", "seq": seq, "by": "anna", **event}
        head["at"] = f"{instant(event['at']):%Y-%m-%dT%H:%M:%SZ}"
        lines.append(json.dumps(head))
    return lines


def created(at: str, **fields: Any) -> dict[str, Any]:
    """The `created` event of a deal at qualification."""
    given = {"title": "T", "client": "acc-1", "process": "real-estate", "stage": "qualification"}
    return {"kind": "created", "at": at, "fields": {**given, **fields}}


FIXTURE = {  # domain.md section 6
    "D1": ("anna", 100, "Q 03-02, K 03-05, P 03-10, S 03-20, W 03-28"),
    "D2": ("anna", 200, "Q 03-04, K 03-12"),
    "D3": ("boris", 150, "Q 03-06, P 03-15"),
    "D4": ("boris", 80, "Q 03-08, K 03-18, L 03-25"),
    "D5": ("boris", 300, "Q 02-10, K 02-20, P 03-05, S 03-22"),
    "D6": ("anna", 50, "Q 03-20"),
    "D7": ("anna", 120, "Q 03-03, K 03-06, P 03-14, K 03-19"),
    "D8": ("boris", 90, "Q 02-15, K 04-02"),
}


def fixture_deals(last_day: str = "03-31") -> list[Deal]:
    """The fixture's deals as they stand at the end of that day."""
    deals = []
    for name, (owner, budget, moves) in FIXTURE.items():
        until = ", ".join(move for move in moves.split(", ") if move[2:] <= last_day)
        deals.append(make_deal(name, until, f"{budget}.00 EUR", owner=owner))
    return deals


def ask_of(
    period: str = "2024-03", as_of: date = date(2024, 3, 31), **asked: object
) -> FunnelQuestion:
    """What is asked of a funnel for a period, cut in Riga."""
    return ask(
        FunnelQuestion,
        "real-estate",
        CALENDAR.parse_period(period, as_of),
        as_of,
        CALENDAR,
        **asked,
    )


def flow_of(
    deals: list[Deal],
    period: str = "2024-03",
    as_of: date = date(2024, 3, 31),
    definition: Definition = REAL_ESTATE,
    *,
    with_ids: bool = False,
    **asked: object,
) -> FlowFigure:
    """The flow of deals for a period, cut in Riga."""
    period_ = CALENDAR.parse_period(period, as_of)
    question = ask(Question, "real-estate", period_, as_of, CALENDAR, **asked)
    return build_flow(deals, question, definition, with_ids=with_ids)


def entered_of(
    deals: list[Deal],
    period: str = "2024-03",
    as_of: date = date(2024, 3, 31),
    definition: Definition = REAL_ESTATE,
    *,
    with_ids: bool = False,
    **asked: object,
) -> EnteredFunnel:
    """The entered funnel of deals for a period."""
    return build_entered(deals, ask_of(period, as_of, **asked), definition, with_ids=with_ids)


def funnel_of(
    deals: list[Deal],
    period: str = "2024-03",
    as_of: date = date(2024, 3, 31),
    definition: Definition = REAL_ESTATE,
    *,
    with_ids: bool = False,
    invalid: int = 0,
    **asked: object,
) -> Funnel:
    """The funnel of deals for a period, cut in Riga."""
    question = ask_of(period, as_of, **asked)
    return build_funnel(deals, question, definition, with_ids=with_ids, invalid=invalid)
