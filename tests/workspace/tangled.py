"""A process that says all that the language can, entangled, and what it may be edited to.

Test-only.
"""

import copy
from typing import Any

import yaml

TANGLED = """
name: Tangled                           # everything that the language can say, entangled
stages:
  - stage: one
    name: One
    begin: [ask, ring, meet]
    steps:
      - step: ask
        kind: question
        title: Shall we prepare?
        then: {"yes": prepare, "no": prepare, enough: end-of-stage, over: end-of-process}
      - step: ring
        kind: call
        title: Ring them
        performer: [starter]
        then: {done: ~, no-answer: ring, cancelled: prepare}
      - step: meet
        kind: meeting
        title: Meet them
        performer: [department-manager, starter]
        adopt: true
        then: {done: prepare, cancelled: ~}
      - step: prepare
        kind: task
        title: Prepare it
        performer: [boris]
        mandatory: true
        start_after: 1d
        remind: 30
        then: {done: fill, again: prepare, jump: "stage:three"}
      - step: fill
        kind: form
        title: Fill it in
        fields: [budget]
        when: budget
        then: {saved: "stage:two"}
  - stage: two
    name: Two
    moves: [one, three, won]
    exit:
      - require: need
    begin: [approve, write]
    steps:
      - step: approve
        kind: approval
        title: May we?
        performer: [department-manager, dina]
        then: {approved: write, rejected: ~}
      - step: write
        kind: task
        title: Write it
        minutes: 60
        then: {done: "stage:three", cancelled: end-of-stage, back: "stage:one"}
  - stage: three
    name: Three
    exit:
      - require: mood
    steps:
      - step: gate
        kind: task
        title: Find the money
        when: "!budget"
        then: {done: "stage:four", cancelled: end-of-process}
  - stage: four
    name: Four
    begin: [call, write]
    steps:
      - step: call
        kind: call
        title: Call them
        adopt: true
        when: need
        then: {done: sign, no-answer: call}
      - step: write                       # another step of the same id
        kind: task
        title: Write it down
        performer: [carl, owner]
        then: {done: sign, cancelled: sign}
      - step: sign
        kind: meeting
        title: Sign it
        adopt: true
        mandatory: true
        then: {done: "stage:won", again: call, cancelled: end-of-process}
  - stage: five
    name: Five
  - stage: won
    name: Won
    final: success
  - stage: lost
    name: Lost
    final: failure
  - stage: rejected
    name: Rejected
    final: failure
"""


def _without(definition: dict[str, Any], gone: str, instead: str) -> dict[str, Any]:
    """The definition without a step; what led there leads to something else."""
    changed = copy.deepcopy(definition)
    for stage in changed["stages"]:
        steps = stage.get("steps", [])
        stage["steps"] = [step for step in steps if step["step"] != gone]
        for step in stage["steps"]:
            routes = step["then"].items()
            step["then"] = {result: instead if to == gone else to for result, to in routes}
        if gone in stage.get("begin", []):
            stage["begin"].remove(gone)
        if not stage["steps"]:
            del stage["steps"]
    return changed


def _renamed(definition: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """The definition with a step under another id, a result of it under another name, too."""
    changed = copy.deepcopy(definition)
    for stage in changed["stages"]:
        stage["begin"] = [new if name == old else name for name in stage.get("begin", [])]
        for step in stage.get("steps", []):
            routes = step["then"].items()
            step["then"] = {result: new if to == old else to for result, to in routes}
            if step["step"] == old:
                step["step"] = new
                *_, last = step["then"]
                step["then"]["otherwise"] = step["then"].pop(last)
        if not stage["begin"]:
            del stage["begin"]
    return changed


def _retired(definition: dict[str, Any], name: str) -> dict[str, Any]:
    """The definition with a step in it that takes nothing new; nothing leads there."""
    changed = _without(definition, name, "end-of-stage")
    for stage, before in zip(changed["stages"], definition["stages"], strict=True):
        for step in before.get("steps", []):
            if step["step"] == name:
                stage.setdefault("steps", []).append({**step, "retired": True})
    return changed


def tangled() -> list[dict[str, Any]]:
    """The tangled process, and what it may be edited to under a deal that runs in it."""
    first = yaml.load(TANGLED, yaml.CSafeLoader)
    return [
        first,
        _without(first, "prepare", "fill"),
        _renamed(first, "write", "writing"),
        _renamed(_retired(first, "sign"), "ask", "question"),
    ]
