"""What is wrong with a command line, or with a file, is told in one run: nobody mends by turns."""

import pytest

COMMANDS = [
    (
        ["report", "funnel", "--owner", "zed", "--owner", "yan", "--department", "dx",
         "--process", "py", "--period", "2026-99", "--as-of", "tomorrow"],
        ["'zed'", "'yan'", "'dx'", "'py'", "2026-99", "still to come"],
    ),
    (
        ["opp", "list", "--where", "foo=1", "--where", "stage=nowhere,elsewhere", "--where",
         "budget>x", "--sort", "nope", "--columns", "zzz,title,yyy"],
        ["'foo'", "'nowhere'", "'elsewhere'", "budget>x", "'nope'", "'zzz'", "'yyy'"],
    ),
    (
        ["init", "other", "--currency", "eur", "--time-zone", "Mars/X", "--process", "nope"],
        ["'eur'", "'Mars/X'", "'nope'"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "words"), COMMANDS)
def test_a_command_line_tells_everything_that_is_wrong_with_it(shop, arguments, words):
    answer = shop.run(*arguments)
    assert answer.code in (2, 3)
    assert [word for word in words if word not in answer.err] == []


def test_settings_are_told_whole(shop):
    text = (shop.root / "salescli.yaml").read_text("utf-8")
    text = text.replace("EUR", "EURO").replace("Europe/Riga", "Mars/X")
    text = text.replace("process: real", "process: un").replace("start: monday", "start: someday")
    shop.write("salescli.yaml", text)
    answer = shop.run("check")
    assert answer.code == 4
    for words in ("'EURO'", "'Mars/X'", "'un-estate'", "not one of friday"):
        assert words in answer.out


TEAM = """\
people:
  anna: {name: Anna Berzina, emails: [anna@riverside.example]}
  Bad Id: {name: Bad}
  boris: {name: Boris, department: nowhere, left: 31.12.2026}
  carl: none
departments:
  a: {name: A, parent: b}
  b: {name: B, parent: a}
"""


def test_a_team_with_a_bad_day_hides_nothing_else(shop):
    shop.write("team.yaml", TEAM)
    answer = shop.run("check", "--format", "json")
    assert answer.code == 4
    found = [line.strip() for line in answer.out.splitlines() if '"code"' in line]
    codes = [line.split('"')[3] for line in found]
    assert codes == ["bad-id", "no-such-reference", "wrong-type", "wrong-type",
                     "department-cycle", "department-cycle"]  # fmt: skip


PROCESS = """\
name: Bad
stages:
  - stage: a
    name: A
    cap: 110
    moves: [nowhere, a, b, b]
    exit:
      - advise: budgt
    steps:
      - step: s1
        kind: nonsense
        title: T
        then: {done: end-of-stage}
  - stage: b
    name: B
  - stage: b
    name: B2
  - stage: w
    name: W
    final: success
  - stage: v
    name: V
    final: success
"""


def test_a_process_is_told_whole_and_by_its_lines(shop):
    (shop.root / "bad.yaml").write_text(PROCESS, "utf-8")
    answer = shop.run("process", "check", "bad.yaml")
    assert answer.code == 4
    told = [line for line in answer.err.splitlines() if line.startswith("bad.yaml")]
    assert [line.split(":")[1] for line in told] == ["2", "5", "6", "6", "6", "8", "11", "16", "23"]


def test_a_stage_whose_end_nobody_can_read_is_not_taken_for_an_open_one(shop):
    (shop.root / "bad.yaml").write_text(
        "name: Bad\nstages:\n  - stage: a\n    name: A\n  - stage: w\n    name: W\n"
        "    final: sucess\n  - stage: b\n    name: B\n    moves: [nowhere]\n",
        "utf-8",
    )
    answer = shop.run("process", "check", "bad.yaml")
    told = [line for line in answer.err.splitlines() if line.startswith("bad.yaml")]
    assert [line.split(":")[1] for line in told] == ["2", "7", "10"]


def test_a_mapping_and_the_file_it_is_for_are_told_together(shop):
    (shop.root / "m.yaml").write_text(
        "kind: account\ncolumns:\n  name: Firm\n  emials: Mail\n  phones: {column: Tel, by: x}\n",
        "utf-8",
    )
    (shop.root / "in.csv").write_text("Firm,Mail,Fax\nA,b,c\n", "utf-8")
    answer = shop.run("import", "csv", "in.csv", "--mapping", "m.yaml")
    assert answer.code == 4
    for words in ("'emials'", "m.yaml:5", "no column 'Tel'", "the column 'Fax' is"):
        assert words in answer.err
