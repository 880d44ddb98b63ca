"""The page of the process does what it shows, and its walks leave out no route of what ships."""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tests.session import Session
from tests.shop import load
from tests.transcript import run_transcript

PAGE = Path(__file__).resolve().parent.parent / "docs" / "process.md"
SHIPPED = ("corporate", "quick", "real-estate")
ENDS = ("end-of-stage", "end-of-process", "~")

Route = tuple[str, str, str]  # stage, step, result
Event = Mapping[str, Any]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store that the page's commands make, each of them as told."""
    session = Session(tmp_path_factory.mktemp("page"))
    run_transcript(PAGE, session)
    return session.home / "sales"


def definition(process: str) -> Mapping[str, Any]:
    return load(Path(str(files("salescli") / "data" / "processes" / f"{process}.yaml")))


def routes_of(process: str) -> dict[Route, str]:
    """Every route of a shipped process, and where it leads."""
    return {
        (stage["stage"], step["step"], result): target
        for stage in definition(process)["stages"]
        for step in stage.get("steps", [])
        for result, target in step["then"].items()
    }


def histories(store: Path, process: str) -> Iterator[list[Event]]:
    for folder in sorted(store.glob("opportunities/*/*")):
        if load(folder / "opportunity.yaml")["process"] == process:
            lines = (folder / "history.yaml").read_text("utf-8").splitlines()
            yield [json.loads(line.removeprefix("- ")) for line in lines]


def routes_taken(events: list[Event]) -> Iterator[tuple[Route, list[Event]]]:
    """The routes that a deal has taken, each with the events after it."""
    stage, steps = events[0]["fields"]["stage"], {}
    for number, event in enumerate(events, 1):
        if event["kind"] in ("moved", "closed", "reopened"):
            stage = event["to"]
        elif event["kind"] == "planned" and "step" in event:
            steps[event["activity"]] = event["step"]
        elif event["kind"] == "replanned" and "step" in event["fields"]:
            steps[event["activity"]] = event["fields"]["step"][1]
        elif event.get("activity") in steps and "result" in event:
            yield (stage, steps[event["activity"]], event["result"]), events[number:]


def leads_there(target: str, after: list[Event]) -> bool:
    """Whether what follows a route is what it leads to."""
    first = after[0] if after else {}
    if target == "end-of-process":
        return first.get("kind") == "stopped" and first["why"] == "end"
    if target.startswith("stage:"):
        return first.get("to") == target.removeprefix("stage:")
    return target in ENDS or first.get("step") == target


@pytest.mark.parametrize("process", SHIPPED)
def test_the_walks_of_the_page_take_every_route_of_each_process_that_ships(store, process):
    routes = routes_of(process)
    taken = {
        route
        for events in histories(store, process)
        for route, after in routes_taken(events)
        if leads_there(routes[route], after)
    }
    assert set(routes) - taken == set()


@pytest.mark.parametrize("process", SHIPPED)
def test_one_deal_of_each_process_goes_through_all_its_stages_to_won(store, process):
    stages = [one["stage"] for one in definition(process)["stages"]]
    road = stages[: stages.index("won") + 1]
    roads = [
        [events[0]["fields"]["stage"], *(event["to"] for event in events if "to" in event)]
        for events in histories(store, process)
    ]
    assert road in roads


def test_the_walks_show_what_may_happen_beside_the_steps(store):
    events = [
        event for process in SHIPPED for events in histories(store, process) for event in events
    ]
    assert any(event["kind"] == "repeated" for event in events)
    assert any(event["kind"] == "moved" and event.get("undone") for event in events)
    assert any("step" in event.get("fields", {}) for event in events), "no meeting is adopted"
    whys = {event["why"] for event in events if event["kind"] == "stopped"}
    assert "end" in whys and len(whys) > 1
    notes = {event.get("note") for event in events if event["kind"] == "cancelled"}
    assert {"stage left", "stage repeated", "process stopped"} <= notes
