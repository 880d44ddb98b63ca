"""A process as the text of a Mermaid flowchart. Pure.

Nodes are numbered, since words such as `end` would break the text; what people wrote stands in
quotes, with everything escaped that Mermaid reads as its own.
"""

from collections.abc import Iterable, Iterator

from salescli.model.flow import Flow, FlowStage, FlowStep, Route
from salescli.report.text.flowwords import (
    ENDINGS,
    MANDATORY,
    NO_STEPS,
    describe_required,
    describe_rules,
    merge_routes,
)
from salescli.report.text.numbers import clean_text

_ESCAPED = str.maketrans({char: f"#{ord(char)};" for char in '#"`<>&{}\\'})
_SHORT = {"end-of-stage": "done", "end-of-process": "stop", "end-of-branch": "over"}
_BREAK = "<br/>"
_CONDITIONAL = "  classDef conditional stroke-dasharray:5"
WON_STYLE = "  classDef won fill:#d9efe6,stroke:#00694f"
_STYLES = (
    "  classDef begin stroke-width:3px",
    WON_STYLE,
    "  classDef failed fill:#f3e3de,stroke:#8a3b1f",
)


def format_mermaid(flow: Flow) -> str:
    """The flowchart: a subgraph for each stage, an arrow for each way with its results.

    Steps that open on entry have a thick border, steps with a condition a dashed one. The end of
    a stage leads to the next one, and with dots to the others where the moves of the stage name
    them; a failure can be chosen at every end and has no arrow.
    """
    nodes = {stage.stage: f"s{number}" for number, stage in enumerate(flow.stages, 1)}
    nodes |= {final.stage: f"f{number}" for number, final in enumerate(flow.finals, 1)}
    lines = ["flowchart TD"]
    for stage in flow.stages:
        lines += _draw_stage(stage, nodes)
    for final in flow.finals:
        kind = "won" if final.is_success else "failed"
        lines.append(f"  {nodes[final.stage]}([{quote(final.name)}]):::{kind}")
    for stage in flow.stages:
        lines += _draw_onward(stage, nodes)
    is_conditional = any(step.when for stage in flow.stages for step in stage.steps)
    return "\n".join([*lines, *_STYLES, *([_CONDITIONAL] if is_conditional else [])])


def quote(text: str) -> str:
    """A text on one line as Mermaid reads it back; a blank for nothing, which it can't read."""
    return f'"{_escape(text) or " "}"'


def quote_lines(lines: Iterable[str]) -> str:
    """Several lines as one label."""
    return f'"{_BREAK.join(_escape(line) or " " for line in lines)}"'


def _escape(text: str) -> str:
    return " ".join(clean_text(text, "").split()).translate(_ESCAPED)


def _draw_stage(stage: FlowStage, nodes: dict[str, str]) -> Iterator[str]:
    own = nodes[stage.stage]
    steps = {step.step: f"{own}_{number}" for number, step in enumerate(stage.steps, 1)}
    head = (f"{stage.name} · {stage.cap} %", describe_required(stage))
    yield f"  subgraph {own}[{quote(' · '.join(filter(None, head)))}]"
    for step in stage.steps:
        start, end = ("{", "}") if step.kind == "question" else ("[", "]")
        mark = ":::begin" if step.step in stage.begin else ""
        yield f"    {steps[step.step]}{start}{quote_lines(_tell(step))}{end}{mark}"
        if step.when is not None:
            yield f"    class {steps[step.step]} conditional"
    if not stage.steps:
        yield f"    {own}_0[{quote(NO_STEPS)}]"
    for kind, words in ENDINGS.items():
        if any(route.kind == kind for route in stage.routes):
            yield f"    {own}_{_SHORT[kind]}([{quote(words)}])"
    yield "  end"
    for (step_id, _), (route, results) in merge_routes(stage).items():
        to = _node_of(route, own, steps, nodes)
        yield f"  {steps[step_id]} -->|{quote(results)}| {to}"


def _tell(step: FlowStep) -> list[str]:
    """The lines of a step: its title, and what is special about it."""
    return [step.title, *([MANDATORY] if step.is_mandatory else []), *describe_rules(step)]


def _node_of(route: Route, own: str, steps: dict[str, str], nodes: dict[str, str]) -> str:
    if route.kind == "step":
        return steps[str(route.to)]
    return nodes[str(route.to)] if route.kind == "stage" else f"{own}_{_SHORT[route.kind]}"


def _draw_onward(stage: FlowStage, nodes: dict[str, str]) -> Iterator[str]:
    """What the end of a stage leads to: the next one, and others that its moves name."""
    if not stage.is_chosen_at_end:
        return
    own = nodes[stage.stage]
    start = f"{own}_{_SHORT['end-of-stage']}" if stage.steps else f"{own}_0"
    if stage.following is not None:
        yield f"  {start} --> {nodes[stage.following]}"
    for name in stage.choices if stage.has_moves else ():
        if name != stage.following and not nodes[name].startswith("f"):
            yield f"  {start} -.-> {nodes[name]}"
