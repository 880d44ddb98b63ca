from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.events import Closed, Created, Moved, Noted, Reopened
from salescli.model.eventtext import decode_event
from salescli.model.visits import Entry, build_visits, seconds

NAMES = {
    "Q": "qualification",
    "K": "key-contacts",
    "P": "proposal-preparation",
    "S": "proposal-presentation",
    "W": "won",
    "L": "lost",
}
ORDER = "QKPSWL"


def on(day):
    """Midnight of a day like 03-05, of 2024."""
    month, number = map(int, day.split("-"))
    return datetime(2024, month, number, tzinfo=UTC)


def build_events(moves):
    """Events of a deal from moves like `Q 03-02, K 03-05`, with what was skipped and undone."""
    steps = [step.split() for step in moves.split(", ")]
    events, seen = [], []
    for seq, (letter, day) in enumerate(steps, 1):
        head = {"id": f"h-{seq}", "seq": seq, "at": on(day), "by": "anna"}
        if not events:
            events.append(Created(**head, fields={"stage": NAMES[letter]}))
            seen = [letter]
            continue
        old = steps[seq - 2][0]
        between = ORDER[ORDER.index(old) + 1 : ORDER.index(letter)]
        skipped = [NAMES[stage] for stage in between] if letter != "L" else []
        later = ORDER[ORDER.index(letter) :] if ORDER.index(letter) < ORDER.index(old) else ""
        undone = [NAMES[stage] for stage in later if stage in seen]
        seen += [*between, letter]
        move = {"from_": NAMES[old], "to": NAMES[letter]}
        if letter in "WL":
            events.append(
                Closed(**head, **move, skipped=skipped, fields={"close_date": [None, "x"]})
            )
        elif old in "WL":
            events.append(Reopened(**head, **move, undone=undone, reason="again"))
        else:
            events.append(Moved(**head, **move, skipped=skipped, undone=undone))
    return events


def show(visits):
    """`K 03-05..03-10 forward`; a star in front of a historical one; `..` open while it runs."""
    letters = {name: letter for letter, name in NAMES.items()}

    def day(second):
        return datetime.fromtimestamp(second, UTC).strftime("%m-%d")

    return [
        f"{'*' if visit.historical else ''}{letters[visit.stage]} {day(visit.started_at)}.."
        f"{'' if visit.ended_at is None else day(visit.ended_at)} {Entry(visit.entry).name.lower()}"
        for visit in visits
    ]


# The moves of domain.md section 6 and, by hand, the visits that they make.
FIXTURE = {
    "Q 03-02, K 03-05, P 03-10, S 03-20, W 03-28": [
        "Q 03-02..03-05 created",
        "K 03-05..03-10 forward",
        "P 03-10..03-20 forward",
        "S 03-20..03-28 forward",
        "W 03-28..03-28 closed",
    ],
    "Q 03-04, K 03-12": ["Q 03-04..03-12 created", "K 03-12.. forward"],
    "Q 03-06, P 03-15": [
        "Q 03-06..03-15 created",
        "K 03-15..03-15 skipped",
        "P 03-15.. forward",
    ],
    "Q 03-08, K 03-18, L 03-25": [
        "Q 03-08..03-18 created",
        "K 03-18..03-25 forward",
        "L 03-25..03-25 closed",
    ],
    "Q 02-10, K 02-20, P 03-05, S 03-22": [
        "Q 02-10..02-20 created",
        "K 02-20..03-05 forward",
        "P 03-05..03-22 forward",
        "S 03-22.. forward",
    ],
    "Q 03-20": ["Q 03-20.. created"],
    "Q 03-03, K 03-06, P 03-14, K 03-19": [
        "Q 03-03..03-06 created",
        "*K 03-06..03-14 forward",
        "*P 03-14..03-19 forward",
        "K 03-19.. back",
    ],
    "Q 02-15, K 04-02": ["Q 02-15..04-02 created", "K 04-02.. forward"],
}


@pytest.mark.parametrize("moves", FIXTURE)
def test_the_visits_of_the_funnels_fixture(moves):
    assert show(build_visits(build_events(moves))) == FIXTURE[moves]


def test_a_win_from_an_early_stage_skips_all_open_stages_between():
    assert show(build_visits(build_events("Q 03-01, W 03-09"))) == [
        "Q 03-01..03-09 created",
        "K 03-09..03-09 skipped",
        "P 03-09..03-09 skipped",
        "S 03-09..03-09 skipped",
        "W 03-09..03-09 closed",
    ]


def test_a_reopening_makes_the_final_visit_and_what_it_undid_historical():
    assert show(build_visits(build_events("Q 03-01, P 03-05, L 03-09, K 03-20, P 03-21"))) == [
        "Q 03-01..03-05 created",
        "*K 03-05..03-05 skipped",
        "*P 03-05..03-09 forward",
        "*L 03-09..03-09 closed",
        "K 03-20..03-21 reopened",  # nothing between the closing and this
        "P 03-21.. forward",
    ]


def test_going_back_twice_undoes_what_came_after_the_first_time():
    assert show(build_visits(build_events("Q 03-01, K 03-02, Q 03-03, K 03-04, Q 03-05"))) == [
        "*Q 03-01..03-02 created",
        "*K 03-02..03-03 forward",
        "*Q 03-03..03-04 back",
        "*K 03-04..03-05 forward",
        "Q 03-05.. back",
    ]


def test_a_deal_made_at_a_later_stage_never_was_at_the_earlier_ones():
    assert show(build_visits(build_events("P 03-01"))) == ["P 03-01.. created"]


def test_a_reopening_ends_a_visit_that_a_merge_left_running():
    created, _, reopened = build_events("Q 03-01, L 03-09, K 03-20")
    assert show(build_visits([created, reopened])) == [
        "Q 03-01..03-20 created",
        "K 03-20.. reopened",
    ]


def test_nothing_but_stage_events_makes_visits():
    created, moved = build_events("Q 03-01, K 03-02")
    note = Noted(id="h-9", seq=9, at=on("03-05"), by="anna", text="x")
    assert build_visits([created, note, moved, note]) == build_visits([created, moved])
    assert build_visits([note]) == ()
    assert build_visits([]) == ()


def test_a_skipped_visit_says_so():
    visits = build_visits(build_events("Q 03-06, P 03-15"))
    assert [visit.is_skipped for visit in visits] == [False, True, False]


def test_instants_are_whole_seconds_of_utc():
    assert seconds(datetime(1970, 1, 2, tzinfo=UTC)) == 86400
    assert seconds(datetime(2024, 3, 5, tzinfo=UTC)) == 1709596800


def test_the_visits_of_the_formats_deal(history_lines):
    letters = {name: letter for letter, name in NAMES.items()}
    visits = build_visits(decode_event(line) for line in history_lines)
    assert [
        (letters[visit.stage], Entry(visit.entry).name, visit.historical) for visit in visits
    ] == [
        ("Q", "CREATED", False),
        ("K", "SKIPPED", True),
        ("P", "FORWARD", True),
        ("K", "BACK", True),  # undone by the reopening
        ("L", "CLOSED", True),
        ("K", "REOPENED", False),
        ("P", "FORWARD", False),
    ]
    assert (
        visits[4].started_at
        == visits[4].ended_at
        == seconds(datetime(2026, 10, 28, 16, 40, tzinfo=UTC))
    )
    assert visits[-1].ended_at is None


# Any walk through the stages, against the four rules read one by one.


def walks():
    return st.lists(st.sampled_from(ORDER), min_size=1, max_size=9).map(allowed)


def allowed(letters):
    """The part of a walk that the rules allow: no stage twice in a row, final → open only."""
    walk = [letters[0] if letters[0] not in "WL" else "Q"]
    for letter in letters[1:]:
        if letter != walk[-1] and not (letter in "WL" and walk[-1] in "WL"):
            walk.append(letter)
    return walk


def model(walk):
    """[stage, start, end, historical] by the rules of domain.md section 2; one day a move."""
    visits = [[walk[0], 1, None, False]]
    for day, (old, new) in enumerate(pairwise(walk), 2):
        running = [visit for visit in visits if visit[2] is None]
        for visit in running:
            visit[2] = day
        back = ORDER.index(new) < ORDER.index(old)
        if back:
            for visit in visits:
                visit[3] = visit[3] or ORDER.index(visit[0]) >= ORDER.index(new)
        elif new != "L":
            for stage in "QKPS":
                if ORDER.index(old) < ORDER.index(stage) < ORDER.index(new):
                    visits.append([stage, day, day, False])
        visits.append([new, day, day if new in "WL" else None, False])
    return visits


@given(walks())
def test_any_walk_makes_the_visits_of_the_four_rules(walk):
    moves = ", ".join(f"{letter} 03-{day:02}" for day, letter in enumerate(walk, 1))
    found = build_visits(build_events(moves))

    def day(second):
        return None if second is None else datetime.fromtimestamp(second, UTC).day

    assert [
        [visit.stage, day(visit.started_at), day(visit.ended_at), visit.historical]
        for visit in found
    ] == [[NAMES[stage], *rest] for stage, *rest in model(walk)]


@given(walks())
def test_visits_follow_each_other_without_a_gap_while_a_deal_is_open(walk):
    moves = ", ".join(f"{letter} 03-{day:02}" for day, letter in enumerate(walk, 1))
    visits = build_visits(build_events(moves))
    for before, after in pairwise(visits):
        if before.entry != Entry.CLOSED:
            assert before.ended_at == after.started_at
    assert [visit.ended_at is None for visit in visits].count(True) == (walk[-1] not in "WL")
