"""`next`: what a salesperson opens in the morning."""

import json
from datetime import timedelta

import msgspec
import pytest
from wcwidth import wcswidth

from salescli.workspace.mornings import open_deals_of
from salescli.workspace.session import Session
from tests.shop import Shop, made_once

WIDE = "Подготовить расчёт и приложить его к сделке по апартаментам с видом на реку 東京 " * 2


@pytest.fixture
@made_once
def led(shop: Shop) -> Shop:
    """Anna's deal, led by the process, in a department whose manager is Carl."""
    shop.make("person", "create", "Carl Ozols", "--id", "carl")
    shop.make("department", "create", "North bank", "--id", "north", "--manager", "carl")
    shop.deal("Flat 47", "--department", "north", "--owner", "anna", "--need", "parking",
              "--budget", "1000", "--close-date", "2027-01-15")  # fmt: skip
    return shop


def short(shop: Shop, title: str) -> str:
    rows = json.loads(shop.do("opp", "list", "--format", "json").out)["opportunities"]
    return str(next(row["id"] for row in rows if row["title"] == title))[4:8]


def told(shop: Shop, *arguments: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(
        shop.do("next", *arguments, "--format", "json").out
    )["deals"]
    return found


def activity(shop: Shop) -> str:
    """The address of the only open activity."""
    (row,) = told(shop, "Flat 47")[0]["activities"]  # type: ignore[misc]
    return str(row["activity"])[4:8]


def test_an_open_step_says_who_does_it_by_when_and_how_it_is_completed(led):
    led.do("process", "start", "Flat 47")
    act = activity(led)
    lines = led.do("next", "Flat 47").out.splitlines()
    assert (
        f"       ● Fill in the deal and appoint its owner      salescli activity done {act}"
        in lines
    )
    assert "         waits for Carl Ozols, today" in lines
    command = f"salescli opp advance {short(led, 'Flat 47')} --done {act}"
    assert f"       → on to Key contacts{command:>53}" in lines
    led.now += timedelta(days=7)
    assert (
        "         waits for Carl Ozols, 7 days late" in led.do("next", "Flat 47").out.splitlines()
    )
    assert "         you, 7 days late" in led.do("next", "Flat 47", "--actor", "carl").out


def test_a_form_is_told_with_what_it_asks_for_and_is_not_known(led):
    led.deal("Flat 48", "--department", "north", "--owner", "anna", "--budget", "1000")
    led.do("process", "start", "Flat 48")
    (step,) = told(led, "Flat 48")[0]["activities"]  # type: ignore[misc]
    command = f"salescli activity done {step['activity'][4:8]} need=… close_date=…"
    assert step["command"] == f"salescli activity done {step['activity'][4:8]}"
    lines = led.do("next", "Flat 48").out.splitlines()
    (first, *_) = [line for line in lines if "salescli" in line]
    assert first.endswith(f"  {command}")
    assert (
        f"(waits for Carl Ozols, today): `{command}`"
        in led.do("next", "Flat 48", "--format", "md").out
    )


def test_a_field_without_a_value_is_refused_with_what_the_form_asks_for(led):
    led.do("process", "start", "Flat 47")
    answer = led.run("activity", "done", activity(led), "need")
    assert answer.code == 2
    assert "'need' is no name=value" in answer.err
    assert "asks for budget, need, close_date, owner" in answer.err
    call = led.make("activity", "plan", "Flat 47", "Call them", "--type", "call")
    answer = led.run("activity", "done", call, "need")
    assert (answer.code, "no form" in answer.err) == (2, True)


def test_the_mail_to_somebody_with_nothing_advises_nothing(led):
    out = led.do("next", "--person", "carl", "--format", "md").out
    assert out == "# Carl Ozols\n\nCarl Ozols has no open deal here.\n"


def test_a_question_shows_where_its_results_lead_and_what_comes_after(led):
    led.do("opp", "move", "Flat 47", "--to", "proposal-preparation")
    led.do("process", "start", "Flat 47")
    act = activity(led)
    lines = led.do("next", "Flat 47").out.splitlines()
    start = lines.index("       ● Does the proposal need a costing?")
    assert lines[start : start + 6] == [
        "       ● Does the proposal need a costing?",
        "         you, today",
        "         yes → Prepare the costing and attach it",
        f"{f'salescli activity done {act} --result yes':>80}",
        "         no  → Prepare the proposal and attach it",
        f"{f'salescli activity done {act} --result no':>80}",
    ]
    assert "       · then: Prepare the costing and attach it; Prepare the proposal and" in lines
    among = led.do("next").out
    assert "         results: yes, no\n" in among
    assert "· then" not in among


def test_a_stage_at_its_end_says_so_and_lists_the_ways_on(led):
    led.do("process", "start", "Flat 47")
    led.do("activity", "done", activity(led))
    deal = short(led, "Flat 47")
    lines = led.do("next", "Flat 47").out.splitlines()
    assert lines[-7:] == [
        "       ✓ Qualification is at its end",
        f"       → on to Key contacts{f'salescli opp advance {deal}':>53}",
        f"       → its steps once more{f'salescli opp repeat {deal}':>52}",
        f"       → to another stage{f'salescli opp move {deal} --to STAGE':>55}",
        f"       → Lost{f'salescli opp close {deal} --outcome lost --reason REASON':>67}",
        f"       → Rerouted{f'salescli opp close {deal} --outcome rerouted --reason REASON':>63}",
        f"       → Rejected{f'salescli opp close {deal} --outcome rejected --reason REASON':>63}",
    ]


def test_a_start_in_the_future_is_told_with_its_time(led):
    led.do(
        "activity", "plan", "Flat 47", "See it", "--type", "meeting", "--start", "2026-11-06 14:00"
    )
    assert "         you, 6 Nov 2026 14:00\n" in led.do("next", "Flat 47").out
    led.now += timedelta(days=4)
    assert "         you, today 14:00\n" in led.do("next", "Flat 47").out


def test_whoever_has_a_step_in_anothers_deal_sees_that_deal(led):
    led.do("process", "start", "Flat 47")
    answer = led.do("next", "--person", "carl")
    assert "Flat 47" in answer.out
    assert answer.err == "The open deal of Carl Ozols wants something today.\n"
    led.do("activity", "done", activity(led))
    answer = led.do("next", "--person", "carl")
    assert (answer.out, answer.err) == ("", "Carl Ozols has no open deal here.\n")


def test_those_that_want_something_today_stand_first(led):
    led.now += timedelta(minutes=1)
    led.deal("Flat 48", "--owner", "anna")
    led.deal("Flat 49", "--owner", "anna")
    led.do("activity", "plan", "Flat 49", "Call them", "--type", "call")
    answer = led.do("next")
    assert [one["title"] for one in told(led)] == ["Flat 49", "Flat 47", "Flat 48"]
    assert answer.err == "1 of your 3 open deals wants something today.\n"
    led.do("activity", "plan", "Flat 48", "Call them", "--type", "call")
    assert "2 of your 3 open deals want something today.\n" in led.do("next").err


def test_a_deal_over_its_limit_or_its_close_date_stands_first_and_says_so(led):
    led.now += timedelta(minutes=1)
    led.deal("Flat 48", "--owner", "anna", "--close-date", "2026-11-20")
    led.now += timedelta(days=19)  # 21 November; Qualification may take 30 days
    for deal in ("Flat 47", "Flat 48"):
        led.do("activity", "log", deal, "Called them", "--type", "call")
    deal = short(led, "Flat 48")
    answer = led.do("next")
    assert [one["title"] for one in told(led)] == ["Flat 48", "Flat 47"]
    line = "       ! the close date was 20 Nov 2026"
    assert f"{line}{f'salescli opp set {deal} --close-date …':>{80 - len(line)}}\n" in answer.out
    assert answer.err == "1 of your 2 open deals wants something today.\n"
    assert (
        f"- The close date was 20 Nov 2026: `salescli opp set {deal} --close-date …`\n"
    ) in led.do("next", "--format", "md").out
    led.now += timedelta(days=15)  # 34 days after 2 November
    assert "       ! 4 days over the limit of its stage\n" in led.do("next", "Flat 47").out
    assert [one["over_limit"] for one in told(led)] == [True, True]
    assert [one["overdue_since"] for one in told(led)] == [None, "2026-11-20"]
    assert led.do("next").err == "2 of your 2 open deals want something today.\n"


APPROVED_FIRST = """\
name: Small
stages:
  - stage: offer
    name: Подготовка предложения и согласование скидки с руководителем отдела
    steps:
      - step: discount
        kind: approval
        title: Approve the discount
        performer: [carl]
        mandatory: true
        then:
          approved: end-of-process
          rejected: end-of-stage
  - {stage: sign, name: Signing}
  - {stage: won, name: Won, final: success}
  - {stage: lost, name: Lost, final: failure}
"""


def test_an_approval_is_offered_to_those_asked_and_others_wait(led):
    led.write("processes/small.yaml", APPROVED_FIRST)
    led.deal("Flat 48", "--owner", "anna", "--process", "small")
    started = led.do("process", "start", "Flat 48").err.splitlines()
    assert started[0].startswith("The process started at Подготовка")
    assert max(map(wcswidth, started)) <= 80
    (row,) = told(led, "Flat 48")[0]["activities"]  # type: ignore[misc]
    approve, reject = (one["command"] for one in row["results"])
    assert (row["command"], row["mandatory"]) == (approve, True)
    others = led.do("next", "Flat 48").out
    assert (
        "       ● Approve the discount\n         waits for Carl Ozols, today\n"
        "         must be done before the deal goes on\n"
    ) in others
    assert "salescli approval" not in others + led.do("next").out
    assert "opp advance" not in others
    for arguments in (["Flat 48"], []):
        asked = led.do("next", *arguments, "--actor", "carl")
        assert (approve in asked.out, reject in asked.out) == (True, True)
    mail = led.do("next", "--person", "carl", "--format", "md").out
    assert (f"`{approve}`" in mail, f"`{reject}`" in mail) == (True, True)
    led.do(*approve.split()[1:], "--actor", "carl")
    out = led.do("next", "Flat 48").out
    assert "       ✓ The process came to its end on 2 Nov 2026\n" in out
    assert "or let the process lead" not in out


def test_a_deal_that_no_process_leads_says_how_to_start_it_among_others(led):
    deal = short(led, "Flat 47")
    line = "       → or let the process lead"
    assert f"{line}{f'salescli process start {deal}':>{80 - len(line)}}\n" in led.do("next").out


@pytest.fixture
def crowd(led: Shop) -> Shop:
    """Eight more deals; only the last one wants something today."""
    for number in range(50, 58):
        led.now += timedelta(minutes=1)
        led.deal(f"Flat {number}", "--owner", "anna")
    led.do("activity", "plan", "Flat 57", "Call them", "--type", "call")
    return led


def test_on_a_terminal_as_many_deals_as_fit_and_the_most_urgent_stays(crowd):
    crowd.is_terminal = True
    answer = crowd.do("next")
    lines = answer.out.splitlines()
    assert len(lines) + len(answer.err.splitlines()) < 24
    assert "Flat 57" in lines[0]
    shown = sum("Elena Petrova" in line for line in lines)
    assert 1 < shown < 9
    assert f"… {9 - shown} more; --limit 0 shows all\n" in answer.err
    assert "1 of your 9 open deals wants something today.\n" in answer.err
    assert crowd.do("next", "--limit", "0").out.count("Elena Petrova") == 9
    crowd.is_terminal = False
    assert crowd.do("next").out.count("Elena Petrova") == 9


def test_a_limit_holds_in_every_format(crowd):
    assert [one["title"] for one in told(crowd, "--limit", "2")] == ["Flat 57", "Flat 47"]
    answer = crowd.do("next", "--limit", "2")
    assert answer.out.count("Elena Petrova") == 2
    assert "… 7 more; --limit 0 shows all\n" in answer.err
    mail = crowd.do("next", "--limit", "2", "--format", "md").out
    assert mail.count("### ") == 2
    assert crowd.run("next", "Flat 47", "--limit", "2").code == 2


def test_a_closed_deal_is_nobodys_affair(led):
    led.do("activity", "plan", "Flat 47", "Call them", "--type", "call", "--owner", "carl")
    led.do("opp", "close", "Flat 47", "--outcome", "lost", "--reason", "price")
    assert (told(led), told(led, "--person", "carl")) == ([], [])


def test_long_titles_in_any_script_fit(led):
    led.replace(
        "processes/real-estate.yaml", "Fill in the deal and appoint its owner", WIDE.strip()
    )
    led.do("process", "start", "Flat 47")
    for arguments in (["next", "Flat 47"], ["next"], ["next", "--person", "carl"]):
        answer = led.do(*arguments)
        assert [line for line in answer.out.splitlines() if wcswidth(line) > 80] == []
    line = led.do("opp", "repeat", "Flat 47").err.splitlines()[-1]
    assert line.startswith("Next for Carl Ozols: Подготовить расчёт")
    assert line.endswith(f"… · salescli next {short(led, 'Flat 47')}")
    assert wcswidth(line) <= 80


def test_the_last_line_of_a_change_tells_the_next_step_and_for_whom(led):
    deal = short(led, "Flat 47")
    last = led.do("process", "start", "Flat 47").err.splitlines()[-1]
    assert (
        last
        == f"Next for Carl Ozols: Fill in the deal and appoint its owner · salescli next {deal}"[
            :80
        ]
    )
    last = led.do("activity", "done", activity(led)).err.splitlines()[-1]
    assert last == f"Next: Qualification is at its end · salescli next {deal}"
    last = led.do("opp", "advance", "Flat 47").err.splitlines()[-1]
    assert last == f"Next: Write down the people and their roles · salescli next {deal}"


def test_the_document_says_what_is_expected_and_what_can_be_run(led):
    led.do("process", "start", "Flat 47")
    (one,) = told(led, "Flat 47")
    (step,) = one["activities"]
    act, deal = activity(led), short(led, "Flat 47")
    assert (step["owner"], step["due_on"], step["late_days"]) == ("carl", "2026-11-02", 0)
    assert step["step"] == "facts"
    names = [one["field"] for one in step["fields"]]
    assert names == ["budget", "need", "close_date", "owner"]
    assert step["fields"][0] == {
        "field": "budget",
        "label": "What the client can spend",
        "kind": "money",
        "required": False,
        "value": "1000.00 EUR",
        "values": [],
    }
    assert step["results"] == [
        {"result": "saved", "leads_to": "the end of the stage",
         "command": f"salescli activity done {act}"}
    ]  # fmt: skip
    assert one["commands"] == [
        f"salescli opp advance {deal} --done {act}",
        f"salescli activity done {act}",
    ]
    assert (one["at_end_of_stage"], one["blocked_by"]) == (False, [])
    assert str(one["run"]).startswith("run-")


def test_what_blocks_is_told_with_its_code(led):
    led.replace(
        "processes/real-estate.yaml", "advise: proposals\n", "require: proposals.state=sent\n"
    )
    led.do("opp", "move", "Flat 47", "--to", "proposal-preparation")
    (one,) = told(led, "Flat 47")
    (blocking,) = one["blocked_by"]  # type: ignore[misc]
    assert blocking["code"] == "unmet-requirement"
    assert one["commands"][0] == f"salescli proposal add {short(led, 'Flat 47')} --state sent"  # type: ignore[index]
    led.make("proposal", "add", "Flat 47")
    led.now += timedelta(minutes=1)
    latest = led.make("proposal", "add", "Flat 47")[5:9]
    line = f"salescli proposal set {latest} --state sent"
    assert told(led, "Flat 47")[0]["commands"][0] == line  # type: ignore[index]
    refusal = led.run("opp", "advance", "Flat 47")
    assert (refusal.code, f"{line}, or " in refusal.err) == (1, True)
    led.do(*line.split()[1:])
    assert told(led, "Flat 47")[0]["blocked_by"] == []


def test_the_mail_of_a_morning_is_markdown_to_the_person(led):
    led.do("process", "start", "Flat 47")
    lines = led.do("next", "--person", "carl", "--format", "md").out.splitlines()
    act, deal = activity(led), short(led, "Flat 47")
    assert lines == [
        "# Carl Ozols, 2 Nov 2026",
        "",
        "Your open deal wants something today.",
        "",
        "## Today",
        "",
        "### Flat 47",
        "",
        "Elena Petrova · 1 000 EUR · Qualification, 0 of 30 days",
        "",
        "Goal: We know what they need, what they can spend and when they decide.",
        "",
        "- **Fill in the deal and appoint its owner** (you, today): "
        f"`salescli activity done {act}`",
        f"- On to Key contacts: `salescli opp advance {deal} --done {act}`",
    ]


def test_the_results_of_a_question_are_a_list_in_the_mail(led):
    led.do("opp", "move", "Flat 47", "--to", "proposal-preparation")
    led.do("process", "start", "Flat 47")
    out = led.do("next", "Flat 47", "--format", "md").out
    done = f"salescli activity done {activity(led)}"
    assert out.startswith("# Flat 47\n")
    assert (
        "- **Does the proposal need a costing?** (you, today)\n"
        f"  - yes → Prepare the costing and attach it: `{done} --result yes`\n"
        f"  - no → Prepare the proposal and attach it: `{done} --result no`\n"
    ) in out


def test_no_text_of_a_user_is_markup_in_the_mail(led):
    led.deal("<b>*bold*</b> `code` [link](x)", "--owner", "anna")
    led.do("activity", "plan", short(led, "<b>*bold*</b> `code` [link](x)"), "**_# x_** <i>")
    out = led.do("next", "--format", "md").out
    assert r"### \<b\>\*bold\*\</b\> \`code\` \[link\](x)" in out
    assert r"- **\*\*\_# x\_\*\* \<i\>** (you, today): `salescli activity done" in out


def test_a_lead_has_its_mail_too(shop):
    lead = shop.make("lead", "create", "Flat for *Elena*", "--person", "Elena Petrova")
    lines = shop.do("next", lead, "--format", "md").out.splitlines()
    assert lines[0] == r"# Flat for \*Elena\*"
    assert any("salescli lead qualify" in line for line in lines)


def test_one_deal_and_a_person_exclude_each_other(led):
    assert led.run("next", "Flat 47", "--person", "carl").code == 2


def test_who_acts_is_asked_of_git_once_for_all_deals(led):
    led.deal("Flat 48", "--owner", "anna")
    asked: list[str] = []

    def email() -> str:
        asked.append("")
        return "nobody@example.com"

    with led.session() as session:
        world = msgspec.structs.replace(session.surroundings, git_email=email, system_user="ghost")
        reader = Session(session.files, world)
        assert len(open_deals_of(reader, "anna")) == 2
        assert [reader.known_actor for _ in range(3)] == [None] * 3
    assert len(asked) == 1
