"""After any edits the index holds what a computation from nothing gives, for today and any day."""

import os
import shutil
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.store.index import open_index
from tests.store.small_store import created, event, folded, write_deal

IS_LONG = os.environ.get("SALESCLI_TEST_SIZE") == "long"
EXAMPLES = 400 if IS_LONG else 25
FIRST = datetime(2026, 1, 5, 8, tzinfo=UTC)
STAGES = ("qualification", "key-contacts", "proposal-preparation", "proposal-presentation")

numbers = st.integers(0, 5)
edits = st.one_of(
    st.tuples(st.just("write"), numbers, st.sampled_from(["Aa", "Bb", "Cc"])),
    st.tuples(st.just("remove"), numbers, st.just("")),
    st.tuples(st.just("break"), numbers, st.sampled_from(["opportunity", "history"])),
    st.tuples(st.just("rename"), numbers, st.sampled_from(["house", "flat"])),
    st.tuples(st.just("lose"), numbers, st.just("")),
    st.tuples(st.just("look"), numbers, st.just("")),
)


class Shelf:
    """What the store should say: number → title, or None for what can't be read."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.titles: dict[int, str | None] = {}
        self.folders: dict[int, Path] = {}

    def apply(self, kind: str, number: int, word: str) -> None:
        if kind == "write":
            self.remove(number)
            self.folders[number] = write_deal(self.root, number, [created(title=word)])
            self.titles[number] = word
            for file in self.folders[number].iterdir():
                os.utime(file, ns=(10**18, 10**18))
        elif number not in self.titles:
            return
        elif kind == "remove":
            self.remove(number)
        elif kind == "break":
            (self.folders[number] / f"{word}.yaml").write_bytes(b"\x00")
            self.titles[number] = None
        elif kind == "lose":
            (self.folders[number] / "history.yaml").unlink(missing_ok=True)
            self.titles[number] = None
        elif kind == "rename":
            name = self.folders[number].name.partition("--")[2]
            self.folders[number] = self.folders[number].rename(
                self.folders[number].with_name(f"{word}--{name}")
            )

    def remove(self, number: int) -> None:
        if number in self.folders:
            shutil.rmtree(self.folders.pop(number))
            del self.titles[number]


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(edits, max_size=25))
def test_after_any_edits_the_index_says_what_the_files_say(steps):
    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder))
        now = time.time_ns() + 3_600_000_000_000
        with open_index(shelf.root, clock_ns=lambda: now) as index:
            for step in [*steps, ("look", 0, "")]:
                shelf.apply(*step)
                if step[0] != "look":
                    continue
                index.refresh()
                found = {int(deal.id[4:]): deal.title for deal in index.deals()}
                good = {key: title for key, title in shelf.titles.items() if title is not None}
                assert found == good
                assert {facts.id for facts in index.facts()} == {
                    f"opp-{number:010}" for number in good
                }
                assert {path for path, _ in index.invalid()} == {
                    str(path.relative_to(shelf.root))
                    for number, path in shelf.folders.items()
                    if shelf.titles[number] is None
                }
                assert index.record_count() == len(good)


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A deal's events: moves in order of time, and changes of the budget dated at will."""
    events = [created(f"{FIRST:%Y-%m-%dT%H:%M:%S}", budget="100.00 EUR")]
    stage, at = STAGES[0], FIRST
    for seq in range(2, draw(st.integers(2, 9))):
        if draw(st.booleans()):
            at += timedelta(days=draw(st.integers(0, 20)))
            to = draw(st.sampled_from([name for name in STAGES if name != stage]))
            events.append(event(seq, f"{at:%Y-%m-%dT%H:%M:%S}", "moved", from_=stage, to=to))
            stage = to
        else:
            when = FIRST + timedelta(days=draw(st.integers(0, 100)))
            budget = draw(st.sampled_from(["200.00 EUR", "300.00 EUR", None]))
            fields = {"budget": ["100.00 EUR", budget]}
            events.append(event(seq, f"{when:%Y-%m-%dT%H:%M:%S}", "changed", fields=fields))
    if len(events) > 2 and draw(st.booleans()):
        dead = draw(st.sampled_from(events[1:]))
        later = FIRST + timedelta(days=200)
        events.append(
            event(len(events) + 1, f"{later:%Y-%m-%dT%H:%M:%S}", "voided", events=[dead["id"]])
            | {"why": "mistake"}
        )
    return events


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(histories(), min_size=1, max_size=4), st.integers(-10, 210), st.booleans())
def test_a_past_day_is_what_the_events_until_then_amount_to(deals, days, by_hand):
    until = FIRST + timedelta(days=days)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        expected = {}
        for number, events in enumerate(deals):
            dead = {name for one in events for name in one.get("events", ())}
            live = [one for one in events if one["id"] not in dead and one["kind"] != "voided"]
            facts = folded(live)
            write_deal(root, number, events, facts=facts | {"title": "x"} if by_hand else facts)
            past = [one for one in live if one["at"] <= f"{until:%Y-%m-%dT%H:%M:%SZ}"]
            if past and past[0]["kind"] == "created":
                values = folded(past)
                moves = [one for one in past if one["kind"] in ("created", "moved")]
                expected[f"opp-{number:010}"] = (
                    values["stage"],
                    values.get("budget"),
                    values["title"],
                    len(moves),
                )
        with open_index(root) as index:
            index.refresh()
            found = {
                deal.id: (deal.stage, deal.budget, deal.title, len(deal.visits))
                for deal in index.deals_as_of(until)
            }
        assert found == expected
