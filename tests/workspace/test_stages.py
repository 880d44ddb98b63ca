"""Random lives of deals: facts are what the history folds to, undo restores, moves obey a model.

The model is a few lines of its own: stages in order, what was visited since, caps, locked fields.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from salescli.model.facts import fold
from tests.shop import Shop, new_shop

OPEN = ["qualification", "key-contacts", "proposal-preparation", "proposal-presentation"]
ORDER = [*OPEN, "won", "lost", "rerouted", "rejected"]  # a reopened deal has visited finals too
CAPS = dict(zip(OPEN, (10, 40, 40, 60), strict=True))
LONG = os.environ.get("SALESCLI_TEST_SIZE") == "long"
VALUES = {
    "budget": ["", "250000.00 EUR", "1.00 EUR"],
    "need": ["", "parking", "flat-to-let"],
    "close_date": ["", "2026-12-24", "2027-01-31"],
    "tactic": ["", "Wait", "Two\nlines\n"],
    "mood": ["", "hopeful"],
}
TEMPLATE = Path(tempfile.mkdtemp(prefix="salescli-lives-"))
atexit.register(shutil.rmtree, TEMPLATE, ignore_errors=True)


def template() -> Path:
    root = TEMPLATE / "sales"
    if not root.exists():
        shop = new_shop(root)
        shop.make("contact", "create", "Elena Petrova")
    return root


class Lives(RuleBasedStateMachine):
    """One deal, driven by commands. `model`: what it should say; `past`: what undo goes back to."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp(prefix="life-", dir=TEMPLATE))
        root = self.place / "sales"
        shutil.copytree(template(), root, ignore=shutil.ignore_patterns(".salescli"))
        self.shop = Shop(root)
        self.model: dict[str, Any] = {}
        self.past: list[dict[str, Any]] = []
        self.future: list[dict[str, Any]] = []

    def teardown(self) -> None:
        shutil.rmtree(self.place)

    @initialize()
    def create(self) -> None:
        self.deal = self.shop.deal("Flat 47")
        self.model = {"stage": "qualification"}

    def do(self, wanted: dict[str, Any] | None, *arguments: str) -> None:
        """Run a command; it must lead to `wanted`, or be refused if that is None."""
        before = self.shop.tree()
        answer = self.shop.run("opp", arguments[0], self.deal, *arguments[1:])
        if wanted is None:
            assert answer.code == 1, (arguments, answer)
            assert self.shop.tree() == before
        else:
            assert answer.code == 0, (arguments, answer)
            if wanted != self.model:
                self.past.append(self.model)
                self.future = []
            else:
                assert self.shop.tree() == before
            self.model = wanted

    @property
    def is_open(self) -> bool:
        return self.model["stage"] in OPEN

    @rule(name=st.sampled_from(sorted(VALUES)), data=st.data())
    def set_field(self, name: str, data: st.DataObject) -> None:
        value = data.draw(st.sampled_from(VALUES[name]))
        wanted: dict[str, Any] | None = {k: v for k, v in self.model.items() if k != name}
        if value:
            wanted[name] = value  # type: ignore[index]
        if not self.is_open and name in ("budget", "close_date") and wanted != self.model:
            wanted = None
        self.do(wanted, "set", f"--{name.replace('_', '-')}", value)

    @rule(percent=st.sampled_from([0, 5, 10, 35, 40, 60, 61, 100]))
    def set_probability(self, percent: int) -> None:
        is_fine = self.is_open and percent <= CAPS[self.model["stage"]]
        wanted = {**self.model, "probability": str(percent)} if is_fine else None
        self.do(wanted, "set", "--probability", str(percent))

    def at(self, stage: str) -> dict[str, Any]:
        """The model in another open stage: a probability above its cap goes."""
        wanted = {**self.model, "stage": stage}
        if int(wanted.get("probability", 0)) > CAPS[stage]:
            del wanted["probability"]
        return wanted

    @rule(to=st.sampled_from(OPEN))
    def move(self, to: str) -> None:
        is_fine = self.is_open and to != self.model["stage"]
        self.do(self.at(to) if is_fine else None, "move", "--to", to)

    @rule(to=st.sampled_from([None, *OPEN]))
    def advance(self, to: str | None) -> None:
        wanted = None
        if self.is_open:
            here = OPEN.index(self.model["stage"])
            there = here + 1 if to is None else OPEN.index(to)
            wanted = self.at(OPEN[there]) if here < there < len(OPEN) else None
        self.do(wanted, "advance", *(["--to", to] if to else []))

    @rule(
        outcome=st.sampled_from(["won", "lost", "rerouted", "rejected"]), has_reason=st.booleans()
    )
    def close(self, outcome: str, has_reason: bool) -> None:
        wanted = None
        if self.is_open and has_reason is (outcome != "won"):
            wanted = {**self.model, "stage": outcome, "close_date": "2026-11-02"}
            wanted.pop("probability", None)
            if has_reason:
                wanted["close_reason"] = "price"
        reason = ["--reason", "price"] if has_reason else []
        self.do(wanted, "close", "--outcome", outcome, *reason)

    @rule()
    def archive(self) -> None:
        self.do(None if self.is_open else {**self.model, "archived": "true"}, "archive")

    @precondition(lambda self: not self.is_open)
    @rule(to=st.sampled_from(OPEN))
    def reopen(self, to: str) -> None:
        """With a date of its own, so that the model needs no memory."""
        kept = {k: v for k, v in self.model.items() if k not in ("close_reason", "archived")}
        wanted = {**kept, "stage": to, "close_date": "2027-03-01"}
        self.do(wanted, "reopen", "--to", to, "--reason", "x", "--close-date", "2027-03-01")

    @precondition(lambda self: self.past)
    @rule()
    def undo(self) -> None:
        assert self.shop.make("undo") == self.deal
        self.future.append(self.model)
        self.model = self.past.pop()

    @precondition(lambda self: self.future)
    @rule()
    def redo(self) -> None:
        assert self.shop.make("redo") == self.deal
        self.past.append(self.model)
        self.model = self.future.pop()

    @invariant()
    def the_file_says_what_the_model_does(self) -> None:
        if not self.model:
            return
        facts = self.shop.facts(self.deal)
        fixed = {"id", "title", "client", "process", "owner", "department"}
        said = {k: v for k, v in facts.items() if v and k not in fixed}
        assert said == self.model

    @invariant()
    def the_facts_are_what_the_history_folds_to(self) -> None:
        if not self.model:
            return
        state = fold(self.shop.live(self.deal))
        facts = self.shop.facts(self.deal)
        told = {k: "true" if v is True else str(v) for k, v in state.items()}
        assert {k: v for k, v in facts.items() if v and k != "id"} == told

    @invariant()
    def a_move_tells_what_it_skipped_and_undid(self) -> None:
        """Of the last event: skipped lies between, undone was visited and lies at or after."""
        if not self.model:
            return
        event = self.shop.events(self.deal)[-1]
        if event["kind"] != "moved":
            return
        old, new = OPEN.index(event["from"]), OPEN.index(event["to"])
        assert event.get("skipped", []) == OPEN[old + 1 : new]
        undone = event.get("undone", [])
        assert bool(undone) is (new < old)
        assert all(ORDER.index(stage) >= new for stage in undone)


TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=200 if LONG else 8,
    stateful_step_count=40 if LONG else 15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
