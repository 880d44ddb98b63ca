"""Random lives of deals that a process leads: whatever is done, they are where the rules say.

The rules are those of `tests.workspace.process_model`, a model of its own.
"""

import copy
import json
import os
import shlex
import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.shop import Shop, new_shop
from tests.workspace.led_store import DEFINITIONS, PEOPLE, TEMPLATE, template
from tests.workspace.process_model import ADOPTED, Model, Refusal, Told, tell

LONG = os.environ.get("SALESCLI_TEST_SIZE") == "long"
VALUES = {"budget": ["", "100.00 EUR"], "need": ["", "parking"], "mood": ["", "hopeful"]}
KINDS = ["task", "meeting", "call", "visit"]


# Warnings that the tangled process gives cause to.
PASSED_OVER = ("performer-left", "adopt-without-cancelled")


class Runs(RuleBasedStateMachine):
    """One deal. `model` is what it should be, `past` what undo goes back to: a model and what
    the files said.
    """

    processes = ("tangled",)

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp(prefix="run-", dir=TEMPLATE))
        root = self.place / "sales"
        shutil.copytree(template(), root, ignore=shutil.ignore_patterns(".salescli"))
        self.shop = Shop(root)
        self.past: list[tuple[Model, Any]] = []
        self.future: list[tuple[Model, Any]] = []
        self.is_edited = False  # the process, while steps are open

    def teardown(self) -> None:
        try:
            checked = self.shop.do("check", "--format", "json")
            found = json.loads(checked.out)["findings"]
            passed_over = (*PASSED_OVER, *(["step-gone"] if self.is_edited else []))
            assert [one for one in found if one["code"] not in passed_over] == []
        finally:
            shutil.rmtree(self.place)

    @initialize(data=st.data())
    def create(self, data: st.DataObject) -> None:
        self.process = data.draw(st.sampled_from(self.processes))
        options = ("--process", self.process, "--department", "north", "--owner", "anna")
        self.deal = self.shop.deal("Flat 47", *options)
        self.born = self.shop.events(self.deal)[0]["at"]
        definition = DEFINITIONS[self.process][0]
        self.model = Model(
            definition, definition["stages"][0]["stage"], manager="carl", here=frozenset(PEOPLE)
        )

    # How commands are run.

    @property
    def told(self) -> Told:
        """What the deal's history says."""
        return tell(self.shop.events(self.deal))

    def do(
        self, change: Callable[[Model], None], *words: str, actor: str = "anna", at: str = ""
    ) -> None:
        """Run a command that should change the deal like the model, and be refused where that is.

        With a day given it may also be refused because of the day; then nothing changes.
        """
        before, said = self.shop.tree(), self.said
        wanted = copy.deepcopy(self.model)
        wanted.actor = actor
        try:
            change(wanted)
            is_refused = False
        except Refusal:
            is_refused = True
        options = [*(["--actor", actor] if actor != "anna" else []), *(["--at", at] if at else [])]
        answer = self.shop.run(*words, *options)
        if is_refused or (at and answer.code == 1):
            assert answer.code in (1, 3), (words, answer, self.model)
            assert self.shop.tree() == before
            return
        assert answer.code == 0, (words, answer, self.model)
        if self.shop.tree() != before:
            self.past.append((self.model, said))
            self.future = []
        self.model = wanted

    @property
    def said(self) -> Any:
        """All that undo and redo must bring back: the facts, and what waits for whom."""
        return self.shop.facts(self.deal), self.told.waiting

    def draw_activity(self, data: st.DataObject) -> str:
        return str(data.draw(st.sampled_from(sorted(self.told.waiting))))

    def draw_actor(self, data: st.DataObject) -> str:
        return str(data.draw(st.sampled_from(["anna", *sorted(self.model.here)])))

    def draw_at(self, data: st.DataObject) -> str:
        return str(data.draw(st.sampled_from(["", "", "", "today", self.born])))

    def draw_stage(self, data: st.DataObject) -> str:
        return str(data.draw(st.sampled_from([one["stage"] for one in self.model.stages()])))

    def draw_result(self, data: st.DataObject, activity: dict[str, Any]) -> str:
        own = activity.get("results") or ["done"]
        return str(data.draw(st.sampled_from([*own, *own, *own, "nonsense"])))

    # The process.

    @rule(data=st.data())
    def start(self, data: st.DataObject) -> None:
        actor = self.draw_actor(data)
        self.do(Model.start, "process", "start", self.deal, actor=actor, at=self.draw_at(data))

    @rule(data=st.data())
    def start_again(self, data: st.DataObject) -> None:
        self.start(data)

    @precondition(lambda self: self.model.starter)
    @rule(chance=st.integers(0, 3))
    def stop(self, chance: int) -> None:
        if not chance:
            self.do(Model.stop, "process", "stop", self.deal)

    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        self.do(Model.repeat, "opp", "repeat", self.deal, at=self.draw_at(data))

    # Activities.

    def finish(self, model: Model, name: str, result: str, follows: bool = True) -> None:
        """What a model does when an activity is done or cancelled."""
        activity = self.told.activities[name]
        own = activity.get("results") or ["done", "cancelled"]
        if result not in own:
            raise Refusal
        model.hand.pop(name, None)
        if not activity.get("step"):
            return
        if follows:
            model.finish(activity["step"], result)
        else:
            del model.steps[activity["step"]]

    @precondition(lambda self: self.told.waiting)
    @rule(data=st.data())
    def done(self, data: st.DataObject) -> None:
        name = self.draw_activity(data)
        activity = self.told.activities[name]
        result = self.draw_result(data, activity)

        def change(model: Model) -> None:
            if result == "cancelled":
                raise Refusal
            self.finish(model, name, result)

        words = ("activity", "done", name, "--result", result, "--note", "x")
        self.do(change, *words, at=self.draw_at(data))

    @precondition(lambda self: self.told.steps)
    @rule(data=st.data())
    def done_step(self, data: st.DataObject) -> None:
        self.done(data)

    @precondition(lambda self: self.told.steps)
    @rule(data=st.data())
    def done_another(self, data: st.DataObject) -> None:
        self.done(data)

    @precondition(lambda self: self.told.waiting)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        name = self.draw_activity(data)
        self.do(lambda model: self.finish(model, name, "cancelled"), "activity", "cancel", name)

    @rule(kind=st.sampled_from(KINDS))
    def plan(self, kind: str) -> None:
        before = set(self.told.activities)
        self.do(lambda model: None, "activity", "plan", self.deal, "By hand", "--type", kind)
        (made,) = set(self.told.activities) - before
        self.model.hand[made] = kind

    # Moves by hand.

    def draw_ends(self, data: st.DataObject) -> tuple[list[str], Callable[[Model], None]]:
        """Options that end activities with a move, and what they do to a model."""
        waiting = sorted(self.told.waiting)
        ends = {}
        if waiting and data.draw(st.booleans()):
            for name in data.draw(st.lists(st.sampled_from(waiting), unique=True, max_size=2)):
                ends[name] = self.draw_result(data, self.told.activities[name])
        words = []
        for name, result in ends.items():
            words += ["--cancel", name] if result == "cancelled" else ["--done", f"{name}={result}"]

        def change(model: Model) -> None:
            for name, result in ends.items():
                if result == "rejected":
                    raise Refusal  # says why, and here is no room for it
                self.finish(model, name, result, follows=False)

        return words, change

    @rule(data=st.data(), is_forced=st.booleans(), has_target=st.booleans())
    def advance(self, data: st.DataObject, is_forced: bool, has_target: bool) -> None:
        words, end = self.draw_ends(data)
        to = self.draw_stage(data) if has_target else None

        def change(model: Model) -> None:
            end(model)
            model.advance(to, is_forced)

        words += ["--to", to] if to else []
        words += ["--force", "because"] if is_forced else []
        self.do(change, "opp", "advance", self.deal, *words, at=self.draw_at(data))

    @rule(data=st.data(), is_forced=st.booleans())
    def move(self, data: st.DataObject, is_forced: bool) -> None:
        words, end = self.draw_ends(data)
        to = self.draw_stage(data)

        def change(model: Model) -> None:
            end(model)
            model.move(to, is_forced)

        words += ["--force", "because"] if is_forced else []
        self.do(change, "opp", "move", self.deal, "--to", to, *words, at=self.draw_at(data))

    @rule(data=st.data(), to=st.sampled_from(["won", "lost", "rejected"]), wrong=st.integers(0, 5))
    def close(self, data: st.DataObject, to: str, wrong: int) -> None:
        words, end = self.draw_ends(data)
        has_reason = (to != "won") is (wrong > 0)

        def change(model: Model) -> None:
            end(model)
            model.close(to, has_reason)

        words += ["--reason", "price"] if has_reason else []
        self.do(change, "opp", "close", self.deal, "--outcome", to, *words)

    @precondition(lambda self: not self.model.is_open)
    @rule(data=st.data())
    def reopen(self, data: st.DataObject) -> None:
        to = self.draw_stage(data)
        words = ("opp", "reopen", self.deal, "--to", to, "--reason", "x")
        self.do(lambda model: model.reopen(to), *words)

    # What happens around it.

    @rule(name=st.sampled_from(sorted(VALUES)), data=st.data())
    def set_field(self, name: str, data: st.DataObject) -> None:
        value = data.draw(st.sampled_from(VALUES[name]))

        def change(model: Model) -> None:
            if name == "budget" and not model.is_open and value != model.values.get(name, ""):
                raise Refusal
            model.values.pop(name, None)
            if value:
                model.values[name] = value

        self.do(change, "opp", "set", self.deal, f"--{name}", value)

    @rule(data=st.data())
    def set_owner(self, data: st.DataObject) -> None:
        person = data.draw(st.sampled_from(sorted(self.model.here)))

        self.do(lambda model: model.set_owner(person), "opp", "set", self.deal, "--owner", person)

    @rule(data=st.data())
    def set_manager(self, data: st.DataObject) -> None:
        person = data.draw(st.sampled_from(sorted(self.model.here)))

        def change(model: Model) -> None:
            model.manager = person

        self.do(change, "department", "set", "north", "--manager", person)

    @precondition(lambda self: len(self.model.here) > 1)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        """One of them has left yesterday."""
        person = data.draw(st.sampled_from(sorted(self.model.here - {"anna"})))
        heir = data.draw(st.sampled_from(sorted(self.model.here - {person})))

        manages = ["--manager", heir] if self.model.manager == person else []
        yesterday = f"{self.shop.now - timedelta(days=1):%Y-%m-%d}"
        words = ("person", "leave", person, "--to", heir, "--on", yesterday, *manages)
        self.do(lambda model: model.leave(person, heir), *words)

    @rule(hours=st.sampled_from([1, 24, 200]))
    def time_passes(self, hours: int) -> None:
        self.shop.now += timedelta(hours=hours)

    @rule(data=st.data())
    def edit_the_process(self, data: st.DataObject) -> None:
        """By hand, in an editor; so undo doesn't touch it."""
        definition = data.draw(st.sampled_from(DEFINITIONS[self.process]))
        text = yaml.safe_dump(definition, sort_keys=False, allow_unicode=True)
        self.shop.write(f"processes/{self.process}.yaml", text)
        self.is_edited = True
        for model in (self.model, *(model for model, _ in (*self.past, *self.future))):
            model.definition = definition

    @precondition(lambda self: self.past)
    @rule()
    def undo(self) -> None:
        self._go_back("undo", self.past, self.future)

    @precondition(lambda self: self.future)
    @rule()
    def redo(self) -> None:
        self._go_back("redo", self.future, self.past)

    def _go_back(self, command: str, here: list[Any], there: list[Any]) -> None:
        there.append((self.model, self.said))
        self.shop.do(command)
        self.model, said = here.pop()
        assert self.said == said

    @rule()
    def the_index_is_lost(self) -> None:
        """So that the next command reads everything from disk anew."""
        for path in (self.shop.root / ".salescli").glob("index*"):
            path.unlink()

    # What holds.

    @rule()
    def there_is_a_way_on(self) -> None:
        """The command that `next` recommends on an open deal succeeds as it stands, on a copy."""
        document = json.loads(self.shop.do("next", self.deal, "--format", "json").out)
        deal = document["deals"][0]
        commands = deal["commands"]
        assert self.model.is_open or not commands
        if self.model.is_open and not commands:  # then it says what has to be typed first
            assert deal["blocked_by"]
            assert any("…" in (one["command"] or "") for one in deal["missing"])
        place = self.place / "copy"
        shutil.copytree(self.shop.root, place, ignore=shutil.ignore_patterns(".salescli"))
        elsewhere = Shop(place)
        elsewhere.now = self.shop.now
        elsewhere.random.seed(7)
        for line in commands[:1]:
            elsewhere.do(*shlex.split(line)[1:])
        shutil.rmtree(place)

    @invariant()
    def the_deal_is_where_the_model_says(self) -> None:
        told, model = self.told, self.model
        assert told.stage == model.stage == self.shop.facts(self.deal)["stage"]
        assert self.shop.facts(self.deal)["owner"] == model.owner
        assert len(told.runs) == (model.starter is not None)
        steps = [one["step"] for one in told.steps.values()]
        assert sorted(steps) == sorted(model.steps)
        assert told.hand == model.hand

    @invariant()
    def an_open_step_is_of_the_run_and_of_somebody_who_is_here(self) -> None:
        for one in self.told.steps.values():
            assert [one["run"]] == self.told.runs
            assert one["owner"] in self.model.here
            assert one["by_hand"] or one["owner"] == self.model.owners[one["step"]], (
                one,
                self.model,
            )
            assert one["by_hand"] is self.model.steps[one["step"]].startswith(ADOPTED)
            assert one.get("remind") is None or one.get("start")

    @rule()
    def the_lists_say_the_same(self) -> None:
        answer = self.shop.do("activity", "list", self.deal, "--open", "--format", "json")
        listed = json.loads(answer.out)["activities"]
        waiting = self.told.waiting
        assert {one["activity"]: one["step"] for one in listed} == {
            name: one.get("step") for name, one in waiting.items()
        }
        answer = self.shop.do("next", self.deal, "--format", "json")
        (deal,) = json.loads(answer.out)["deals"]
        assert deal["stage"] == self.model.stage
        assert {one["activity"] for one in deal["activities"]} == set(waiting)


class ShippedRuns(Runs):
    """The same with the processes that ship."""

    processes = ("corporate", "quick", "real-estate")


SIZE = settings(
    max_examples=150 if LONG else 6,
    stateful_step_count=50 if LONG else 20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestRuns = Runs.TestCase
TestRuns.settings = SIZE
TestShippedRuns = ShippedRuns.TestCase
TestShippedRuns.settings = settings(SIZE, max_examples=60 if LONG else 3)


def test_every_version_of_the_tangled_process_is_a_sound_definition(tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "sales")
    for name in PEOPLE[1:]:
        shop.make("person", "create", name.title())
    for definition in DEFINITIONS["tangled"]:
        shop.write("processes/tangled.yaml", yaml.safe_dump(definition, sort_keys=False))
        assert shop.run("process", "check", "tangled").code == 0
        found = json.loads(shop.do("check", "--format", "json").out)["findings"]
        assert [one for one in found if one["code"] not in PASSED_OVER] == []
