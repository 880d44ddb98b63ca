"""Open steps that a definition has no more. Pure: the deals come as the steps at which they wait.

What runs says the same: such a step's result leads to the end of its stage (format.md section 5).
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from salescli.model.conversion import Path
from salescli.model.definition import Definition
from salescli.model.errors import Finding, finding
from salescli.model.nearest import did_you_mean

At = tuple[Path, Finding]
_PUT_BACK = "put it back, with retired: true if it shall open no more"


def check_waiting(definition: Definition, waiting: Iterable[tuple[str, str]]) -> Iterator[At]:
    """A warning for each step that is gone, of the (stage, step) at which open deals wait.

    One entry for each deal and step. A stage that is gone is told by others.
    """
    for (name, step), count in Counter(waiting).items():
        stage = definition.stage_named(name)
        if stage is None or not stage.is_open or stage.step_named(step) is not None:
            continue
        deals = "1 open deal waits" if count == 1 else f"{count} open deals wait"
        text = f"{deals} at the step {step}, which is gone: its result leads to the end of {name}"
        meant = did_you_mean(step, [one.step for one in stage.steps if not one.retired])
        hint = f"{meant} The id of a step stays, its title may change" if meant else _PUT_BACK
        path: Path = ("stages", definition.index_of(name), "stage")
        yield path, finding("step-gone", text, hint=hint, warning=True)
