"""Open steps that a definition has no more are told, with how many deals wait at them."""

from standings import process, stage

from salescli.model.definition import Definition, Step
from salescli.process.gonesteps import check_waiting


def defined(*steps: str) -> Definition:
    made = [
        Step(step=name, kind="task", title=name, then={"done": "end-of-stage"}) for name in steps
    ]
    return process(stage("a"), stage("b", steps=made))


def test_a_step_that_is_there_is_not_told() -> None:
    assert list(check_waiting(defined("sign"), [("b", "sign")])) == []
    assert list(check_waiting(defined("sign"), [])) == []


def test_each_step_that_is_gone_is_told_once_with_the_deals_that_wait_at_it() -> None:
    waiting = [("b", "sign"), ("b", "call"), ("b", "sign")]
    told = list(check_waiting(defined("meet"), waiting))
    assert [(path, one.code, one.warning) for path, one in told] == [
        (("stages", 1, "stage"), "step-gone", True),
        (("stages", 1, "stage"), "step-gone", True),
    ]
    assert [one.text for _, one in told] == [
        "2 open deals wait at the step sign, which is gone: its result leads to the end of b",
        "1 open deal waits at the step call, which is gone: its result leads to the end of b",
    ]
    assert told[0][1].hint.startswith("put it back")


def test_a_renamed_step_is_known_by_its_spelling() -> None:
    [(_, told)] = check_waiting(defined("signing"), [("b", "sign")])
    assert told.hint.startswith("did you mean signing?")


def test_of_a_stage_that_is_gone_nothing_is_said() -> None:
    assert list(check_waiting(defined("sign"), [("c", "sign")])) == []
