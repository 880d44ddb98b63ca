"""The Mermaid text of a process: every route is in it, and nothing that people wrote breaks it."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salescli.model.definition import Criterion, Stage
from salescli.model.flow import Flow
from salescli.report.text.mermaid import format_mermaid, quote
from tests.report.flows import SHIPPED, crowded_flow, flow_of, small_flow, step

SIZE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

QUOTED = r'"[^"\n]*"'
NODE = r"[sf]\d+(?:_\w+)?"
LINE = re.compile(
    rf"flowchart TD|  subgraph {NODE}\[{QUOTED}\]|  end"
    rf"| +{NODE}(?:\[{QUOTED}\]|\{{{QUOTED}\}}|\(\[{QUOTED}\]\))(?::::\w+)?"
    rf"|    class {NODE} conditional"
    rf"|  {NODE} (?:-->\|{QUOTED}\||-->|-\.->) {NODE}|  classDef \w+ [\w#:,-]+"
)


def check_text(flow: Flow) -> list[str]:
    """Each line is one that Mermaid reads, and arrows go between nodes that are there."""
    lines = format_mermaid(flow).split("\n")
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    made = {
        found.group(1)
        for line in lines
        if (found := re.match(rf" +(?:subgraph )?({NODE})[\[{{(]", line)) is not None
    }
    used = [
        name for line in lines if "->" in line for name in re.findall(rf" ({NODE})(?= |$)", line)
    ]
    assert set(used) <= made
    return lines


@pytest.mark.parametrize("name", SHIPPED)
def test_every_way_of_a_shipped_process_is_an_arrow(name: str) -> None:
    flow = flow_of(name)
    arrows = [line for line in check_text(flow) if "-->|" in line]
    ways = {(stage.stage, one.step, one.target) for stage in flow.stages for one in stage.routes}
    assert len(arrows) == len(ways)
    results = sum(line.count(",") + 1 for line in arrows)
    assert results == sum(len(stage.routes) for stage in flow.stages)


def test_a_process_is_drawn_like_this() -> None:
    flow = small_flow(
        Stage(
            stage="talk",
            name="Talk",
            cap=20,
            moves=["wait", "won"],
            begin=["ask"],
            steps=[
                step("ask", {"yes": "sign", "no": "end-of-stage"}, kind="question", title="Ready?"),
                step("sign", {"done": "stage:won", "again": "sign", "gone": "end-of-process"}),
            ],
        ),
        Stage(stage="think", name="Think"),
        Stage(stage="wait", name="Wait", steps=[step("rest", {"done": None})]),
    )
    assert format_mermaid(flow).split("\n") == [
        "flowchart TD",
        '  subgraph s1["Talk · 20 %"]',
        '    s1_1{"Ready?"}:::begin',
        '    s1_2["sign"]',
        '    s1_done(["End of stage"])',
        '    s1_stop(["End of process"])',
        "  end",
        '  s1_1 -->|"yes"| s1_2',
        '  s1_1 -->|"no"| s1_done',
        '  s1_2 -->|"done"| f1',
        '  s1_2 -->|"again"| s1_2',
        '  s1_2 -->|"gone"| s1_stop',
        '  subgraph s2["Think · 100 %"]',
        '    s2_0["No steps: moved by hand"]',
        "  end",
        '  subgraph s3["Wait · 100 %"]',
        '    s3_1["rest"]:::begin',
        '    s3_over(["Nothing follows"])',
        "  end",
        '  s3_1 -->|"done"| s3_over',
        '  f1(["Won"]):::won',
        '  f2(["Lost"]):::failed',
        "  s1_done -.-> s3",
        "  s2_0 --> s3",
        "  classDef begin stroke-width:3px",
        "  classDef won fill:#d9efe6,stroke:#00694f",
        "  classDef failed fill:#f3e3de,stroke:#8a3b1f",
    ]


def test_what_is_special_about_a_step_and_what_a_stage_requires_is_told() -> None:
    rules = {"when": "budget>5", "start_after": "30m", "mandatory": True, "adopt": True}
    flow = small_flow(
        Stage(
            stage="talk",
            name="Talk",
            cap=20,
            exit=[
                Criterion(require="budget", say='Ask "how much"'),
                Criterion(advise="mood"),
                Criterion(require="need"),
            ],
            steps=[step("ask", {"done": "end-of-stage"}, kind="call", **rules)],
        )
    )
    lines = check_text(flow)
    assert lines[1:4] == [
        '  subgraph s1["Talk · 20 % · Required: Ask #34;how much#34;; need"]',
        '    s1_1["ask<br/>mandatory<br/>if budget#62;5<br/>starts 30 min later'
        '<br/>awaits a planned call"]:::begin',
        "    class s1_1 conditional",
    ]
    assert lines[-1] == "  classDef conditional stroke-dasharray:5"


def test_what_mermaid_reads_as_its_own_is_escaped_and_the_rest_stays() -> None:
    assert quote('Карточка "клиента" [обязательно] (да); 50 %') == (
        '"Карточка #34;клиента#34; [обязательно] (да); 50 %"'
    )
    assert quote("a#35;b <b> `c` &amp; \\n") == '"a#35;35;b #60;b#62; #96;c#96; #38;amp; #92;n"'
    assert quote("\n") == '" "'
    assert quote("%%{init: x}%%\nnext\x00") == '"%%#123;init: x#125;%% next"'


def unescape(text: str) -> str:
    return re.sub(r"#(\d+);", lambda found: chr(int(found.group(1))), text[1:-1])


@SIZE
@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1))
def test_a_quoted_text_reads_back_the_same(text: str) -> None:
    assert unescape(quote(text)) == text


@SIZE
@given(st.text(max_size=30))
def test_any_words_at_all_leave_the_text_whole(text: str) -> None:
    check_text(crowded_flow(text, steps=3))
