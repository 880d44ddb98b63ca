"""The screen of a deal: at most 40 lines of 80 columns, whatever the deal has."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product

import msgspec
import pytest

from salescli.model.calendar import Calendar
from salescli.model.computed import build_computed
from salescli.model.definition import Definition, Stage
from salescli.model.events import Created, Noted, Planned, Proposed
from salescli.model.money import parse_money
from salescli.model.records import Line, Opportunity, Rival, Stakeholder
from salescli.model.runs import Run
from salescli.report.records.brief import format_brief
from salescli.report.records.dealscreen import HEIGHT, format_deal, labelled, wrapped
from salescli.report.records.dealview import DealView, Wanted, closing_words, run_words, stage_days
from salescli.report.records.stakeholders import build_stakeholders
from salescli.report.records.timeline import build_timeline
from salescli.report.text.numbers import width_of
from salescli.report.text.wording import Wording

RIGA = Calendar("Europe/Riga")
TODAY = date(2026, 11, 20)
AT = datetime(2026, 10, 1, 8, tzinfo=UTC)
PROCESS = Definition(
    name="Small",
    stages=[
        Stage(stage="first", name="First", cap=10),
        Stage(stage="old", name="Old", retired=True),
        Stage(stage="second", name="Second", cap=50),
        Stage(stage="won", name="Won", final="success"),
        Stage(stage="lost", name="Lost", final="failure"),
    ],
)
LONG = "Апартаменты с видом на реку и 東京タワー, " * 4


def build_view(count: int = 0, text: str = "short", **fields: object) -> DealView:
    """A deal with `count` of everything, each saying `text`."""
    deal = Opportunity(
        id="opp-7k2m9xq4tb",
        title=f"Title {text}",
        client="con-0000000000",
        stage="first",
        process="small",
        owner="anna",
        budget=parse_money("1000.00 EUR"),
        tactic="\n".join([text] * count) or None,
        contacts=[Stakeholder(contact=f"con-{n}", motivator=text) for n in range(count)],
        competitors=[Rival(competitor=f"{text} {n}", strengths=text) for n in range(count)],
        products=[
            Line(line=f"line-{n}", title=f"{text} {n}", price=parse_money("10.50 EUR"),
                 quantity=Decimal(2))
            for n in range(count)
        ],
    )  # fmt: skip
    deal = msgspec.structs.replace(deal, **fields)
    head = {"by": "anna", "at": AT}
    first = {"title": deal.title, "client": deal.client, "stage": deal.stage, "process": "small"}
    events = [Created(id="h-1", seq=1, **head, fields=first)]
    for n in range(count):
        events.append(Noted(id=f"h-n{n}", seq=2 + n, by="anna", at=AT + timedelta(days=n),
                            text=f"{text} {n}"))  # fmt: skip
        events.append(Planned(id=f"h-p{n}", seq=1000 + n, **head, activity=f"act-{n}",
                              type="call", title=f"{text} {n}", owner="boris"))  # fmt: skip
    wording = Wording(RIGA)
    return DealView(
        deal=deal,
        events=events,
        computed=build_computed(deal, events, PROCESS, RIGA, TODAY),
        definition=PROCESS,
        calendar=RIGA,
        today=TODAY,
        wording=wording,
        client=text,
        people=build_stakeholders(deal.contacts, {one.contact: text for one in deal.contacts}, {}),
        entries=build_timeline(deal.id, events, wording),
        address="7k2m",
        goal=text,
        missing=tuple(Wanted("need", text) for _ in range(count)),
        go_on=("salescli opp advance 7k2m",),
    )


@pytest.mark.parametrize(("count", "text"), [*product([0, 1, 3, 10, 60], ["short", LONG])])
def test_a_screen_holds_forty_lines_of_eighty_columns(count, text):
    view = build_view(count, text)
    lines, is_cut = format_deal(view)
    assert max(map(width_of, lines)) <= 80
    if text == "short":
        assert len(lines) <= HEIGHT
        assert is_cut == (count > 3)
    everything, never_cut = format_deal(view, height=None)
    assert not never_cut
    assert sum(text.split()[0] in line for line in everything) >= 5 * count


def test_what_gives_way_is_counted_and_numbers_never_do():
    lines, is_cut = format_deal(build_view(30))
    assert is_cut
    text = "\n".join(lines)
    shown = sum(1 for line in lines if "2 × 10.50 EUR" in line)
    assert f"… {30 - shown} more lines" in text
    assert "Total                                                        630 EUR" in text
    assert lines[-1] == " Earlier: salescli opp timeline 7k2m"


def test_a_small_deal_is_shown_whole():
    lines, is_cut = format_deal(build_view(close_date=date(2026, 11, 19)))
    assert not is_cut
    assert lines == [
        " Title short                                                      opp-7k2m9xq4tb",
        " short · anna",
        " ▶ First 50 d  ○ Second  ○ Won",
        " Budget 1 000 EUR · 10 % → 100 EUR",
        " Closes 19 Nov 2026 (1 day ago) ! overdue · Created 1 Oct 2026",
        " Open       nothing · salescli activity plan 7k2m …",
        " Next       salescli opp advance 7k2m",
        " 1 Oct      created at first",
    ]


def test_the_main_rival_comes_first():
    rivals = [Rival(competitor="early"), Rival(competitor="strong")]
    lines, _ = format_deal(build_view(competitors=rivals, main_competitor="strong"))
    place = lines.index(" Against    strong")
    assert lines[place + 1] == "            early"


def test_proposals_are_told_as_they_are_now_the_latest_first():
    view = build_view()
    more = [
        Proposed(id=f"h-{n}", seq=n, by="anna", at=AT + timedelta(days=n), **values)
        for n, values in (
            (2, {"proposal": "prop-1", "number": "R-1", "version": 1, "state": "draft"}),
            (3, {"proposal": "prop-2", "state": "declined"}),
            (4, {"proposal": "prop-1", "state": "sent", "amount": "900.00 EUR"}),
        )
    ]
    lines, _ = format_deal(msgspec.structs.replace(view, events=[*view.events, *more]))
    place = lines.index(" Proposal   R-1 v1              sent, 900 EUR, 5 Oct")
    assert lines[place + 1] == "            unnumbered          declined, 4 Oct"


def test_what_waits_says_whose_it_is_where_it_is_not_the_owners_and_a_day_has_no_hour():
    view = build_view()
    midnight = datetime(2026, 11, 20, 22, tzinfo=UTC)  # in Riga the 21st begins
    more = [
        Planned(id=f"h-{n}", seq=n, by="anna", at=AT, activity=f"act-{n}", type="call",
                title=f"Call {owner}", owner=owner, start=start)
        for n, owner, start in (
            (2, "anna", midnight),
            (3, "boris", midnight + timedelta(hours=10)),
        )
    ]  # fmt: skip
    events = [*view.events, *more]
    computed = build_computed(view.deal, events, PROCESS, RIGA, TODAY)
    lines, _ = format_deal(msgspec.structs.replace(view, events=events, computed=computed))
    place = lines.index(" Open       21 Nov 2026 call Call anna")
    assert lines[place + 1] == "            21 Nov 2026 10:00 call Call boris, boris"


def test_what_others_did_says_who_and_another_year_says_which():
    view = build_view()
    view = msgspec.structs.replace(
        view,
        entries=[msgspec.structs.replace(one, by="carl") for one in view.entries],
        today=date(2027, 1, 2),
    )
    assert format_deal(view)[0][-1] == " 1 Oct 26   carl: created at first"


def test_the_day_of_closing_is_told_from_today():
    told = {
        day: closing_words(build_view(close_date=date(2026, 11, day))) for day in (19, 20, 21, 30)
    }
    assert told == {
        19: "Closes 19 Nov 2026 (1 day ago)",
        20: "Closes 20 Nov 2026 (today)",
        21: "Closes 21 Nov 2026 (in 1 day)",
        30: "Closes 30 Nov 2026 (in 10 days)",
    }
    assert closing_words(build_view()) == ""


def test_a_stage_that_the_process_has_no_more_is_on_the_bar():
    view = build_view(stage="gone")
    assert [(one.name, one.mark) for one in stage_days(view)][-1] == ("gone", "now")


def test_a_line_is_broken_only_where_one_part_is_too_long():
    parts = ["a" * 50, "b" * 26, "c" * 100, "d"]
    assert wrapped(parts, "  ") == [
        f" {'a' * 50}  {'b' * 26}",
        f" {'c' * 79}",
        f" {'c' * 21}  d",
    ]


def test_a_label_stands_beside_the_first_line_alone():
    assert labelled("Label", "word " * 20) == [
        f" Label      {'word ' * 13}".rstrip(),
        f"            {'word ' * 7}".rstrip(),
    ]


def test_a_brief_leaves_out_what_there_is_nothing_of():
    text = format_brief(build_view())
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "# Title short",
        "## Client",
        "## Where it stands",
    ]


def test_a_brief_asks_what_is_not_known():
    text = format_brief(build_view(2, "ask the wife"))
    assert "## Open questions\n\n- Ask the wife\n- Ask the wife\n" in text
    assert "- call ask the wife 0, boris\n" in text


def test_a_running_process_is_told_and_whether_its_stage_is_at_an_end():
    run = Run("run-1", "anna", AT)
    step = Planned(id="h-9", seq=9, by="anna", at=AT, activity="act-9", type="task", title="Write",
                   owner="anna", results=["done"], step="write", run="run-1")  # fmt: skip
    view = build_view()
    waiting = build_computed(view.deal, [*view.events, step], PROCESS, RIGA, TODAY)
    assert run_words(view) == ""
    at_end = msgspec.structs.replace(view, run=run)
    assert run_words(at_end) == "runs since 1 Oct 2026, at the end of the stage"
    assert " Process    runs since 1 Oct 2026, at the end of the stage" in format_deal(at_end)[0]
    assert "- Process: runs since 1 Oct 2026, at the end of the stage" in format_brief(at_end)
    assert run_words(msgspec.structs.replace(at_end, computed=waiting)) == "runs since 1 Oct 2026"
    lost = msgspec.structs.replace(view.deal, stage="lost")
    closed = build_computed(lost, view.events, PROCESS, RIGA, TODAY)
    words = run_words(msgspec.structs.replace(at_end, computed=closed))
    assert words == "runs since 1 Oct 2026, goes on if the deal is reopened"
