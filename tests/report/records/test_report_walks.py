"""What a walk through a process is told like."""

import json

from salescli.model.flow import Route, Simulation, StageWalk
from salescli.process.simulation import simulate
from salescli.report.records.walks import build_walks_document, format_walk
from tests.report.flows import shipped


def walk(stage: str, **more: object) -> StageWalk:
    given: dict[str, object] = {
        "stage": stage, "name": stage.title(), "steps": 1, "routes": (), "unwalked": (),
        "loops": (), "paths": 1, "outcomes": ("won",), "can_stop": False,
    }  # fmt: skip
    return StageWalk(**given | more)


def test_a_process_is_told_in_one_line_and_stages_that_end_in_the_same_in_another() -> None:
    assert format_walk("corporate", simulate(shipped("corporate"))) == (
        "corporate: 8 open stages, 18 steps, 31 routes walked, 3 loops walked, 12 paths\n"
        "  qualification … negotiations → won, lost, rerouted, rejected, end-of-process\n"
        "  contracting → won, end-of-process; failures always"
    )
    assert format_walk("quick", simulate(shipped("quick"))).endswith("→ won; failures always")


def test_where_every_failure_may_be_chosen_or_there_is_none_nothing_is_added() -> None:
    chosen = Simulation((walk("a", outcomes=("won", "lost")),), failures=("lost",))
    assert format_walk("p", chosen).endswith("  a → won, lost")
    assert format_walk("p", Simulation((walk("a"),))).endswith("  a → won")


def test_two_stages_are_both_named_and_one_of_everything_is_singular() -> None:
    one = Simulation((walk("a", routes=(Route("s", "done", "end-of-stage"),), loops=(("s",),)),))
    assert format_walk("p", one).split("\n") == [
        "p: 1 open stage, 1 step, 1 route walked, 1 loop walked, 1 path",
        "  a → won",
    ]
    two = Simulation((walk("a"), walk("b")))
    assert format_walk("p", two).split("\n")[1:] == ["  a, b → won"]


def test_stages_apart_that_end_in_the_same_are_not_told_together() -> None:
    three = Simulation((walk("a"), walk("b", outcomes=("lost",)), walk("c")))
    assert format_walk("p", three).split("\n")[1:] == ["  a → won", "  b → lost", "  c → won"]


def test_a_process_that_leads_nowhere_says_so_and_many_paths_are_not_counted() -> None:
    stuck = Simulation((walk("a", outcomes=(), paths=None),))
    told = format_walk("p", stuck).split("\n")
    assert " ".join(" ".join(told[:-1]).split()).endswith("more than 10 000 paths")
    assert told[-1] == "  a → nothing"
    many = Simulation((walk("a", paths=6000), walk("b", paths=6000)))
    assert many.paths is None


def test_lines_fit_a_screen_of_eighty_columns_whatever_the_names() -> None:
    long = tuple(f"a-failure-with-a-long-name-{number}" for number in range(9))
    told = format_walk("p", Simulation((walk("a", outcomes=long),)))
    assert max(map(len, told.split("\n"))) <= 78
    assert all(name in told for name in long)


def test_very_many_loops_are_told_as_the_first_of_them() -> None:
    many = Simulation((walk("a", loops=(("s",),) * 10_000, paths=None),))
    assert format_walk("mesh.yaml", many).split("\n")[:2] == [
        "mesh.yaml: 1 open stage, 1 step, 0 routes walked, the first 10 000 loops",
        "    walked, more than 10 000 paths",
    ]


def test_the_document_has_every_route_loop_and_outcome() -> None:
    document = build_walks_document({"quick": simulate(shipped("quick"))})
    assert json.loads(json.dumps(document)) == document
    assert document["schema"] == "salescli/process-walks@1"
    (process,) = document["processes"]
    assert [process[key] for key in ("process", "steps", "routes", "loops", "paths")] == [
        "quick", 11, 22, 4, 11,
    ]  # fmt: skip
    assert process["stages"][0] == {
        "stage": "qualification",
        "steps": 2,
        "routes": [
            {"step": "learn-needs", "result": "done", "target": "~"},
            {"step": "learn-needs", "result": "no-answer", "target": "learn-needs"},
            {"step": "learn-needs", "result": "call-later", "target": "learn-needs"},
            {"step": "prepare", "result": "done", "target": "stage:presentation"},
        ],
        "loops": [["learn-needs"]],
        "paths": 2,
        "outcomes": ["won"],
        "can_stop": False,
    }
