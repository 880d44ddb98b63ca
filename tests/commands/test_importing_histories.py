"""Stage histories and event logs: the past of new deals, and how those that are here go on."""

import json

import pytest

from tests.shop import Shop, made_once

LOG = """\
case_id,activity,timestamp,title,client,amount
1,qualification,2026-01-05 10:00,Flat 1,Acme,1200
1,key-contacts,2026-02-05 10:00,,,
1,Lost,2026-03-01 10:00,,,
1,Key contacts,2026-04-01 10:00,,,
1,won,2026-05-01 10:00,,,
"""
DEALS = """\
Opportunity ID,Opportunity Name,Account Name,Amount,Close Date,Stage,Created Date
006A,Flat 7,Acme,900,2026-03-09,Closed Won,2026-01-05
"""
STAGES = """\
Opportunity ID,To Stage,Last Modified
006A,Value Proposition,2026-02-05 10:00
006A,Prospecting,2026-01-05 10:00
006A,Prospecting,2026-02-07 10:00
006A,Closed Won,2026-03-05 10:00
"""


class Desk:
    """A shop with files beside it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def give(self, name: str, text: str) -> str:
        (self.shop.root.parent / name).write_text(text, encoding="utf-8")
        return f"../{name}"

    def run(self, command: str, text: str, *more: str):
        file = self.give("in.csv", text)
        rejected = ("--rejected", "../out.csv")
        return self.shop.run("import", command, file, "--format", "json", *rejected, *more)

    def take(self, command: str, text: str, *more: str) -> dict:
        answer = self.run(command, text, *more)
        assert answer.code == 0, answer.out + answer.err
        return json.loads(answer.out)

    def refuse(self, command: str, text: str, *more: str) -> list[tuple]:
        before = self.shop.tree()
        answer = self.run(command, text, *more)
        assert answer.code == 4, answer.out + answer.err
        assert self.shop.tree() == before
        return [(f["line"], f["column"], f["code"]) for f in json.loads(answer.out)["faults"]]

    @property
    def events(self) -> list[tuple]:
        """(kind, stage, when) of the only deal's events."""
        (path,) = self.shop.root.glob("opportunities/*/*")
        found = self.shop.events(path.name.partition("--")[2])
        return [(e["kind"], e.get("to") or e["fields"]["stage"], e["at"][:16]) for e in found]


@pytest.fixture
@made_once
def desk(shop):
    shop.replace("salescli.yaml", "time_zone: Europe/Riga", "time_zone: UTC")
    return Desk(shop)


def test_an_event_log_makes_deals_with_their_whole_past(desk):
    report = desk.take("history", LOG, "--key", "log")
    assert report["created"] == {"account": 1, "opportunity": 1}
    assert desk.events == [
        ("created", "qualification", "2026-01-05T10:00"),
        ("moved", "key-contacts", "2026-02-05T10:00"),
        ("closed", "lost", "2026-03-01T10:00"),
        ("reopened", "key-contacts", "2026-04-01T10:00"),
        ("closed", "won", "2026-05-01T10:00"),
    ]
    assert desk.shop.run("check").code == 0


def test_the_same_log_again_changes_nothing_and_a_longer_one_goes_on(desk):
    lines = LOG.splitlines(keepends=True)
    desk.take("history", "".join(lines[:3]), "--key", "log")
    before = desk.shop.tree()
    assert desk.take("history", "".join(lines[:3]), "--key", "log")["unchanged"] == 1
    assert desk.shop.tree() == before
    assert desk.take("history", LOG, "--key", "log")["updated"] == 1
    assert [stage for _, stage, _ in desk.events] == [
        "qualification", "key-contacts", "lost", "key-contacts", "won",
    ]  # fmt: skip
    assert desk.shop.run("check").code == 0


def test_one_wrong_row_refuses_its_deal_and_says_of_which_line(desk):
    wrong = LOG.replace("Lost", "Dreaming") + "2,qualification,2026-01-05,Flat 2,Acme,1\n"
    faults = desk.refuse("history", wrong, "--key", "log")
    assert faults == [
        (2, "case_id", "other-row-refused"),
        (3, "case_id", "other-row-refused"),
        (4, "activity", "unknown-stage"),
        (5, "case_id", "other-row-refused"),
        (6, "case_id", "other-row-refused"),
    ]
    assert desk.take("history", wrong, "--key", "log", "--skip-errors")["created"] == {
        "account": 1, "opportunity": 1,
    }  # fmt: skip
    rejected = (desk.shop.root.parent / "out.csv").read_text(encoding="utf-8")
    assert rejected.count("\n") == 6


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("1,won,,,,", (7, "timestamp", "missing-value")),
        ("1,,2026-06-01,,,", (7, "activity", "missing-value")),
        ("1,won,05/06/2026,,,", (7, "timestamp", "ambiguous-date")),
        ("1,qualification,2027-06-01,,,", (7, "timestamp", "in-the-future")),
    ],
)
def test_what_a_row_says_wrongly_is_told_of_its_column(desk, row, fault):
    assert fault in desk.refuse("history", f"{LOG}{row}\n", "--key", "log")


def test_a_stage_left_before_it_was_entered_is_refused(desk):
    text = "id,stage,entered_at,left_at,title\n1,qualification,2026-01-05,2026-01-04,Flat\n"
    assert desk.refuse("history", text, "--key", "log") == [(2, "left_at", "left-before-entered")]


def test_the_past_of_a_deal_that_is_here_stays(desk):
    desk.take("history", LOG, "--key", "log")
    other = "case_id,activity,timestamp\n1,proposal-preparation,2026-01-20\n"
    assert desk.refuse("history", other, "--key", "log") == [(2, "timestamp", "too-early")]


def test_the_stage_of_a_deal_told_again_changes_nothing_and_not_of_a_day_before_it(desk):
    rows = "".join(LOG.splitlines(keepends=True)[:3])
    desk.take("history", rows, "--key", "log")
    before = desk.shop.tree()
    told = "case_id,activity,timestamp\n1,key-contacts,2026-0{}-20\n"
    report = desk.take("history", told.format(3), "--key", "log")
    assert (report["updated"], report["unchanged"]) == (0, 1)
    assert report["notes"] == {"key-contacts told again while there": 1}
    assert desk.shop.tree() == before
    early, ahead = told.format(1), told.format(3).replace("2026", "2027")
    assert desk.refuse("history", early, "--key", "log") == [(2, "timestamp", "too-early")]
    assert desk.refuse("history", ahead, "--key", "log") == [(2, "timestamp", "in-the-future")]


def test_a_new_deal_that_begins_in_the_future_is_told_of_its_time(desk):
    log = "case_id,activity,timestamp,title\n1,key-contacts,2027-01-20,Flat\n"
    assert desk.refuse("history", log, "--key", "log") == [(2, "timestamp", "in-the-future")]


def test_a_history_alone_makes_no_deal_without_a_title(desk):
    assert desk.refuse("history", STAGES, "--mapping", "salesforce")[0] == (
        2, "Opportunity ID", "no-such-record",
    )  # fmt: skip


def test_deals_come_in_with_their_history(desk):
    told = desk.give("stages.csv", STAGES)
    more = ("--mapping", "salesforce", "--history", told, "--history-mapping", "salesforce")
    report = desk.take("csv", DEALS, *more)
    assert report["notes"] == {"closed on the day of the row, not of the history": 1}
    assert desk.events == [
        ("created", "qualification", "2026-01-05T10:00"),
        ("moved", "key-contacts", "2026-02-05T10:00"),
        ("moved", "qualification", "2026-02-07T10:00"),
        ("closed", "won", "2026-03-09T00:00"),
    ]
    assert desk.take("csv", DEALS, *more)["unchanged"] == 1
    assert desk.take("history", STAGES, "--mapping", "salesforce")["unchanged"] == 1
    assert desk.shop.run("check").code == 0


def test_a_wrong_history_refuses_its_deal(desk):
    told = desk.give("stages.csv", STAGES.replace("Value Proposition", "Dreaming"))
    more = ("--mapping", "salesforce", "--history", told, "--history-mapping", "salesforce")
    assert desk.refuse("csv", DEALS, *more) == [(2, "Opportunity ID", "unknown-stage")]


def test_a_history_goes_with_deals_alone(desk):
    told = desk.give("stages.csv", STAGES)
    answer = desk.run(
        "csv", "Account ID,Account Name,Phone\n1,Acme,5\n", "--mapping", "salesforce",
        "--history", told, "--history-mapping", "salesforce",
    )  # fmt: skip
    assert (answer.code, "history goes with a file of deals" in answer.err) == (2, True)


def test_events_that_change_no_stage_are_left_out_and_counted(desk):
    own = desk.give("own.yaml", 'extends: history\nstages:\n  Call made: ""\n')
    log = LOG + "1,Call made,2026-01-15 10:00,,,\n"
    report = desk.take("history", log, "--mapping", own, "--key", "log")
    assert report["notes"] == {"Call made: no stage": 1}


def test_a_stage_entered_in_the_future_is_told_of_its_column_in_the_words_of_a_file(desk):
    log = LOG.replace("2026-05-01", "2027-05-01")
    assert (6, "timestamp", "in-the-future") in desk.refuse("history", log, "--key", "x")
    (fault,) = [f for f in json.loads(desk.run("history", log, "--key", "x").out)["faults"]
                if f["code"] == "in-the-future"]  # fmt: skip
    assert fault["value"].startswith("2027-05-01")
    assert "--at" not in fault["hint"]
    desk.take("history", LOG.rpartition("1,won")[0], "--key", "x")
    assert (6, "timestamp", "in-the-future") in desk.refuse("history", log, "--key", "x")


def test_stages_of_deals_that_the_file_of_deals_lacks_are_counted(desk):
    rows = "".join(f"006{letter},Prospecting,2026-01-05 10:00\n" for letter in "BCDEFG")
    history = desk.give("stages.csv", STAGES + rows + "006B,Closed Won,2026-02-05 10:00\n")
    report = desk.take("csv", DEALS, "--mapping", "salesforce", "--history", history,
                       "--history-mapping", "salesforce")  # fmt: skip
    told = "stages of deals that aren't in the file: 006B, 006C, 006D, 006E, 006F …"
    assert report["notes"][told] == 7


@pytest.mark.parametrize(
    ("left", "notes"),
    [
        ("2026-02-05", {}),
        ("2026-02-05 10:00", {}),
        ("2026-02-01", {"a stage was left before or after the next began": 1}),
        ("2026-02-05 11:00", {"a stage was left before or after the next began": 1}),
    ],
)
def test_a_gap_between_two_stages_is_counted(desk, left, notes):
    log = ("id,stage,entered,left,title\n"
           f"1,Qualification,2026-01-05 10:00,{left},Flat\n"
           "1,Key contacts,2026-02-05 10:00,,\n")  # fmt: skip
    report = desk.take("history", log, "--key", "x")
    assert report["notes"] == notes


def test_a_stage_that_was_left_for_nowhere_is_counted(desk):
    log = "id,stage,entered,left,title\n1,Qualification,2026-01-05,2026-01-07,Flat\n"
    report = desk.take("history", log, "--key", "x")
    assert report["notes"] == {"a stage was left, and no row says what came next": 1}
