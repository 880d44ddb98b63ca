"""Checks of a process definition when it is loaded: the graph of stages, criteria, fields.

Pure: gets a typed definition, returns findings with the path of the key that is at fault, which
the caller turns into file:line. Steps are checked in `salescli.process.stepchecks`.
"""

from collections.abc import Callable, Iterator

from salescli.model.conversion import Path
from salescli.model.definition import Definition, Stage
from salescli.model.errors import Finding, SalesError, finding
from salescli.model.expression import parse_condition
from salescli.model.fields import specs_of
from salescli.model.ids import is_slug
from salescli.model.names import NameTable
from salescli.model.nearest import did_you_mean
from salescli.process.graph import targets_of
from salescli.process.simulation import check_walks
from salescli.process.stepchecks import check_steps
from salescli.process.walks import reachable

At = tuple[Path, Finding]
_OPEN_ONLY = tuple(
    spec.name
    for spec in specs_of(Stage)
    if spec.only is not None and spec.only.key == "final" and spec.name != "cap"
)


def check_definition(
    definition: Definition,
    names: NameTable,
    is_person: Callable[[str], bool] | None = None,
    has_left: Callable[[str], bool] | None = None,
) -> list[At]:
    """Everything that is wrong with a definition, as (path of keys and indices, finding).

    `names` are those of opportunities; `is_person` tells whether a performer is one of our
    people (without it every slug passes), `has_left` whether they take no new work any more.
    """
    found = [*_check_ids(definition), *_check_ends(definition)]
    for place, stage in enumerate(definition.stages):
        path: Path = ("stages", place)
        found += _check_stage(stage, path)
        found += _check_moves(definition, stage, path)
        found += _check_exit(stage, path, names)
        found += check_steps(definition, stage, path, names, is_person, has_left)
    if _is_walkable(definition):
        found += _check_graph(definition)
    if all(problem.warning for _, problem in found):
        found += check_walks(definition)
    return found


def _is_walkable(definition: Definition) -> bool:
    """Whether the graph has what a walk needs: unique ids, a beginning, one end in success."""
    ids = [stage.stage for stage in definition.stages]
    finals = [stage.final for stage in definition.stages]
    begins = any(stage.is_open and not stage.retired for stage in definition.stages)
    is_winnable = finals.count("success") == 1 and not definition.success.retired
    return begins and is_winnable and len(set(ids)) == len(ids)


def _check_ids(definition: Definition) -> Iterator[At]:
    seen: set[str] = set()
    for place, stage in enumerate(definition.stages):
        path: Path = ("stages", place, "stage")
        if not is_slug(stage.stage):
            text = f"{stage.stage!r} can't be the id of a stage"
            yield path, finding("bad-id", text, hint="use a-z, 0-9 and -, at most 40 characters")
        if stage.stage in seen:
            yield path, finding("duplicate-stage", f"the stage {stage.stage} stands here twice")
        seen.add(stage.stage)


def _check_ends(definition: Definition) -> Iterator[At]:
    top: Path = ("stages",)
    if not any(stage.is_open and not stage.retired for stage in definition.stages):
        text = "no stage is open, so no deal can be worked on"
        yield top, finding("no-open-stage", text, hint="add a stage without final:")
    wins = [place for place, stage in enumerate(definition.stages) if stage.final == "success"]
    if not wins:
        text = "no stage is final: success, so no deal can be won"
        yield top, finding("no-success", text, hint="add one stage with final: success")
    if not any(stage.final == "failure" and not stage.retired for stage in definition.stages):
        text = "no stage is final: failure, so no deal can be lost"
        hint = "add one with final: failure, as lost"
        yield top, finding("no-failure", text, hint=hint, warning=True)
    for place in wins[1:]:
        first = definition.stages[wins[0]].stage
        text = f"{first} is the success already, and there is exactly one"
        yield ("stages", place, "final"), finding("second-success", text)
    for place in wins[:1]:
        if definition.stages[place].retired:
            text = "the success can't be retired: no deal could be won"
            yield ("stages", place, "retired"), finding("retired-success", text)
    final_before = ""
    for place, stage in enumerate(definition.stages):
        if not stage.is_open:
            final_before = final_before or stage.stage
        elif final_before:
            text = f"the open stage {stage.stage} stands after the final one {final_before}"
            hint = "the order is the process: put final stages last"
            yield ("stages", place, "stage"), finding("open-after-final", text, hint=hint)


def _check_stage(stage: Stage, path: Path) -> Iterator[At]:
    if stage.is_open:
        return
    if stage.cap != 100:
        text = f"{stage.stage} is final and has no cap: success is 100 %, failure 0 %"
        yield (*path, "cap"), finding("cap-on-final", text, hint="take the cap out")
    for name in _OPEN_ONLY:
        if getattr(stage, name) not in (None, []):
            text = f"{stage.stage} is final: {name} is for open stages"
            yield (*path, name), finding("not-for-final", text)


def _check_moves(definition: Definition, stage: Stage, path: Path) -> Iterator[At]:
    known = [entry.stage for entry in definition.stages]
    moves = stage.moves or []
    for place, name in enumerate(moves):
        at: Path = (*path, "moves", place)
        if name == stage.stage:
            yield at, finding("move-to-itself", f"{name} is the stage itself")
        elif name not in known:
            text = f"{stage.stage} may move to {name!r}, which is no stage"
            yield at, finding("unknown-stage", text, hint=did_you_mean(name, known))
        elif name in moves[:place]:
            yield at, finding("duplicate-move", f"{name} stands here twice")


def _check_exit(stage: Stage, path: Path, names: NameTable) -> Iterator[At]:
    for place, criterion in enumerate(stage.exit):
        at: Path = (*path, "exit", place)
        if (criterion.advise is None) == (criterion.require is None):
            text = "a criterion has exactly one of advise: and require:"
            yield at, finding("advise-or-require", text)
            continue
        key = "advise" if criterion.require is None else "require"
        for problem in check_condition(criterion.expression, names):
            yield (*at, key), problem


def check_condition(text: str, names: NameTable) -> tuple[Finding, ...]:
    """What is wrong with a condition; nothing if it can be read."""
    try:
        parse_condition(text, names)
    except SalesError as error:
        return error.findings
    return ()


def _check_graph(definition: Definition) -> Iterator[At]:
    """Unreachable stages and traps, of a definition that can be walked."""
    routes = {
        stage.stage: targets_of(definition, stage) if stage.is_open else []
        for stage in definition.stages
    }
    first = next(stage for stage in definition.open_stages if not stage.retired)
    reached = reachable([first.stage], routes)
    back = _reversed(routes)
    winning = reachable([definition.success.stage], back)
    for place, stage in enumerate(definition.stages):
        path: Path = ("stages", place)
        if stage.retired:
            continue
        if stage.stage not in reached:
            text = f"no way leads from {first.stage} to {stage.stage}"
            hint = f"add {stage.stage} to the moves of a stage before it"
            yield (*path, "stage"), finding("unreachable-stage", text, hint=hint)
        if stage.is_open and stage.stage not in winning:
            text = f"{stage.stage} is a trap: no way leads from it to {definition.success.stage}"
            yield (*path, "moves"), finding("trap", text, hint="let its moves lead on")


def _reversed(routes: dict[str, list[str]]) -> dict[str, list[str]]:
    back: dict[str, list[str]] = {name: [] for name in routes}
    for name, targets in routes.items():
        for target in targets:
            back[target].append(name)
    return back
