"""What is promised to scripts: every document is what its schema says, and nothing else is printed.

One store has something of everything; the table below asks for each document in it. A document may
hold more keys than its schema, for a script; for these tests it may not, so that none is forgotten.
"""

import json
import re
import shlex
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from salescli.cli import cli
from salescli.commands.walking import walk_commands
from salescli.model.contracts import DOCUMENTS, LINES, row_names
from salescli.model.contracts.tables import line_name
from salescli.model.tables import table_specs
from salescli.store.clashes import ClashedField, ClashedFile, write_clashes
from salescli.workspace.schemas import build_schema_named
from tests.shop import Shop, new_shop

PACKAGE = Path(__file__).resolve().parent.parent / "salescli"
MADE = """
department create North --id north
person create "Boris Kalnin" --id boris --department north
product create Flat --id flat --price "100000 EUR"
competitor create Skyline --id skyline --strengths Parking
competitor product add skyline Tower --id tower
account create "Mill Invest" --email office@mill.example
contact create "Elena Petrova" --email elena@example.com
plan set company 2026 "500000 EUR"
plan set owner=anna 2026-11 "50000 EUR"
unit building create house --name House --project "River side"
unit create house h-12 --section A --floor 3 --kind flat --rooms 2 --area 50 --product flat
lead create "Flat for Ines" --person Ines --email ines@example.com
lead create "Flat for Otto" --person Otto --phone "+371 2111"
opp create "Flat 47" --client Elena --budget "90000 EUR" --close-date 2026-11-20 --need parking
opp create "Flat 48" --client Mill --budget "20000 USD" --owner boris --stage key-contacts
opp create "Flat 49" --client Elena
opp create "Flat 50" --client Elena --budget "70000 EUR"
opp close "Flat 49" --outcome lost --reason price
opp close "Flat 50" --outcome won
opp contact add "Flat 47" Elena --role decision-maker --loyalty 2
opp member add "Flat 47" boris
opp product add "Flat 47" flat
opp competitor add "Flat 47" skyline --product tower
opp tactic set "Flat 47" "The river first"
opp lead add "Flat 47" "Flat for Otto"
process start "Flat 47"
activity plan "Flat 48" "Show it" --type meeting --start 2026-11-02T11:00
activity log "Flat 47" "Called" --type call --minutes 10
activity plan "Flat for Ines" "Call her" --type call --start 2026-11-01T11:00
time add "Flat 47" 30
note "Flat 47" "Abroad until the 20th"
feed post "Flat 47" "Ask @boris"
file attach "Flat 47" salescli.yaml --title Settings
proposal add "Flat 47" --amount "90000 EUR"
approval request "Flat 47" "The discount" --of boris
mail log "Flat 47" --direction in --from elena@example.com --to anna@riverside.example --subject Hi
reservation add "Flat 47" h-12 --until 2026-12-01
opp advance "Flat 48"
"""
ASKED = """
doctor
schema
opp list
opp list --columns id,contacts.role,contacts.loyalty,products,products.price,external,created_at
lead list
account list
contact list
person list
department list
product list
competitor list
opp show "Flat 47"
opp show "Flat 49" --as-of 2026-11-02
lead show "Flat for Ines"
account show "Mill Invest"
contact show "Elena Petrova"
client show Mill
person show boris
department show north
product show flat
competitor show skyline
opp blame "Flat 47"
lead blame "Flat for Otto"
opp board
opp completion "Flat 50"
opp completion "Flat 47"
opp timeline "Flat 47"
lead timeline "Flat for Otto"
opp tactic show "Flat 47"
opp tactic history "Flat 47"
next "Flat 47"
next --person anna
next "Flat for Ines"
agenda
agenda --everyone
activity list
activity list "Flat 47"
client list
client history Elena
feed list "Flat 47"
file list "Flat 47"
proposal list "Flat 47"
approval list
mail list "Flat 47"
unit building list
unit list
unit show h-12
reservation list
dictionary list
process list
process show
process check
process status
process status "Flat 47"
search flat
search "The river"
plan list
dashboard list
dashboard show overview
report dashboard overview
report dashboard analytics --with-ids
report dashboard best-managers
report dashboard comparison
report dashboard my-day
report funnel
report funnel --with-ids --definition entered
report funnel --by owner --with-ids
report funnel --by owner --definition entered
report compare --owner anna --owner boris --with-ids
report compare --owner anna --owner boris --definition entered
report drill qualification --with-ids
report drill qualification --not-passed
report drill key-contacts --passed --sum value
report drill qualification --by owner --with-ids
report flow --with-ids
report forecast --period 2026-11 --with-ids
report forecast --period 2026-Q4 --by department
report forecast-diff --since 2026-11-01 --period 2026-11 --with-ids
report dynamics open --period 2026-11
report dynamics win-rate --period 2026-11
report dynamics won-sum --period 2026-11
report fullness --plan-period 2026-11 --with-ids
report fullness --required 5
report managers --with-ids
report stage-time --with-ids
report stage-time --by owner
report norms --with-ids
report state --with-ids
report state --by owner
report win-loss --with-ids
report win-loss --by owner
report diff HEAD
report diff HEAD~1..HEAD
changes --since 2026-01-01
changes --since HEAD~1
sql "select title, budget from opportunity"
sql --schema
sql --schema opportunity
import csv clients.csv --mapping mapping.yaml --dry-run
import history log.csv --key erp --dry-run
check
log
log --git
retract "Flat 47"
"""
OF_SEVERAL = """
opp list
activity list
agenda --everyone
client list
approval list
unit building list
unit list
reservation list
process status
search flat
plan list
dashboard list
report dashboard my-day
report funnel
"""


def closed(schema: Any) -> Any:
    """The same schema, in which an object has no keys but those that it names."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {key: closed(part) for key, part in schema.items()}
    return {"additionalProperties": False, **parts} if "properties" in parts else parts


def validator(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(closed(build_schema_named(name)))


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A store with something of everything, in a git repository of two commits."""
    shop = new_shop(tmp_path_factory.mktemp("full") / "sales")
    git = ["git", "-c", "user.name=Anna", "-c", "user.email=a@b.example", "-C", str(shop.root)]
    subprocess.run([*git, "init", "-q"], check=True)
    for message in ("One", "Two"):
        for line in MADE.strip().splitlines() if message == "Two" else ():
            shop.do(*shlex.split(line))
        subprocess.run([*git, "add", "-A"], check=True)
        subprocess.run([*git, "commit", "-qm", message], check=True)
    (shop.root / "clients.csv").write_text("Name,Mail\nMil Invest,x@mill.example\n,nobody\n")
    (shop.root / "mapping.yaml").write_text(
        "kind: account\nmatch: name\ncolumns:\n  name: Name\n  emails: Mail\n"
    )
    (shop.root / "log.csv").write_text(
        "case_id,activity,timestamp,title,client\n1,qualification,2026-01-05 10:00,Flat 1,Acme\n"
    )
    return shop


@pytest.fixture(scope="module")
def printed(full: Shop) -> dict[str, Any]:
    """What each command of the table prints with --format json."""
    answers = {}
    for line in ASKED.strip().splitlines():
        answer = full.run(*shlex.split(line), "--format", "json")
        assert answer.out.startswith("{"), f"{line}: {answer.code}\n{answer.err}"
        answers[line] = json.loads(answer.out)
    return answers


def test_every_document_is_what_its_schema_says(printed):
    validators: dict[str, Any] = {}
    for line, document in printed.items():
        name = document["schema"]
        checks = validators.setdefault(name, validator(name))
        error = jsonschema.exceptions.best_match(checks.iter_errors(document))
        assert error is None, f"{line}: {error.json_path}: {error.message}"


def test_every_document_that_is_promised_is_printed_by_the_table(printed):
    names = {document["schema"].removeprefix("salescli/") for document in printed.values()}
    assert names == DOCUMENTS.keys()


def test_every_command_that_prints_json_is_in_the_table():
    asked = [shlex.split(line) for line in ASKED.strip().splitlines()]
    for context in walk_commands(cli, "salescli"):
        formats = [one.type for one in context.command.params if "--format" in one.opts]
        if formats and "json" in formats[0].choices:
            words = context.command_path.split()[1:]
            opp = ["opp" if word == "opportunity" else word for word in words]
            assert any(line[: len(opp)] == opp for line in asked), context.command_path


def test_every_schema_that_a_source_names_is_known():
    names = set()
    for path in PACKAGE.rglob("*.py"):
        names |= set(re.findall(r"salescli/([a-z-]+@[0-9]+)", path.read_text("utf-8")))
    assert names - {*DOCUMENTS, *LINES} == set()


def test_each_document_has_an_id_of_its_own_and_says_what_prints_it():
    for name in [*DOCUMENTS, *LINES]:
        schema = build_schema_named(name)
        assert (schema["$id"], schema["title"]) == (f"urn:salescli:{name}", f"salescli/{name}")
        assert re.fullmatch(r"[A-Z].*[A-Za-z]\.", schema["description"]), name


@pytest.mark.parametrize("name", ["funnel@1", "next@1", "opportunities@1", "store@1", "board@1"])
def test_each_is_a_schema_of_the_draft_that_it_names(name):
    jsonschema.Draft202012Validator.check_schema(build_schema_named(name))


def test_a_schema_lets_a_later_version_add_keys_but_not_take_one_away(printed):
    document = printed["opp board"]
    open_ = jsonschema.Draft202012Validator(build_schema_named("board@1"))
    assert open_.is_valid({**document, "colour": "red"})
    assert not open_.is_valid({"schema": document["schema"]})
    assert not open_.is_valid({**document, "schema": "salescli/board@2"})


def test_a_line_of_json_lines_is_a_record_of_the_list(full, printed):
    for line in ("opp list", "activity list", "plan list", "log"):
        lines = full.do(*shlex.split(line), "--format", "jsonl").out.splitlines()
        schema, records = printed[line].values()
        assert [json.loads(text) for text in lines] == records
        assert set(row_names(schema.removeprefix("salescli/"))) >= records[0].keys()


def test_the_revision_that_show_prints_is_the_one_that_a_batch_compares(full, printed):
    revision = printed['opp show "Flat 47"']["revision"]
    assert re.fullmatch("[0-9a-f]{12}", revision)
    line = {"op": "opportunity.set", "opportunity": "Flat 47", "mood": "hopeful"}
    right = full.run(
        "batch", "-", "--dry-run", stdin=json.dumps({**line, "if_unchanged": revision})
    )
    wrong = full.run(
        "batch", "-", "--dry-run", stdin=json.dumps({**line, "if_unchanged": "0" * 12})
    )
    assert (right.code, wrong.code) == (0, 5)


def test_the_answers_of_a_batch_are_what_their_schema_says(full):
    lines = [
        {"op": "note", "record": "Flat 48", "text": "One"},
        {"op": "opportunity.close", "opportunity": "Flat 48", "outcome": "lost"},
        {"op": "opportunity.advance", "opportunity": "Flat 48", "to": "nowhere"},
    ]
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    answers = full.run("batch", "-", stdin=text).out.splitlines()
    answers += full.run("batch", "-", stdin=f"{json.dumps(lines[0])}\n").out.splitlines()
    checks = validator("batch-answer@1")
    statuses = Counter()
    for answer in map(json.loads, answers):
        checks.validate(answer)
        statuses[answer["status"]] += 1
    assert statuses == {"skipped": 1, "refused": 2, "done": 1}


def test_the_lines_of_an_exported_table_are_what_their_schema_says(full):
    empty = set()
    for table in table_specs({}):
        lines = full.do("export", "jsonl", table).out.splitlines()
        checks = validator(line_name(table))
        for line in lines:
            error = jsonschema.exceptions.best_match(checks.iter_errors(json.loads(line)))
            assert error is None, f"{table}: {error.json_path}: {error.message}"
        empty |= set() if lines else {table}
    assert empty == {"external_id"}


def test_the_lines_of_an_exported_store_are_what_their_schema_says(full):
    lines = full.do("export", "store").out.splitlines()
    checks = validator("store@1")
    for line in lines:
        checks.validate(json.loads(line))
    assert json.loads(lines[0])["schema"] == "salescli/store@1"


def test_what_a_merge_leaves_undecided_is_noted_as_its_schema_says(tmp_path):
    (tmp_path / "salescli.yaml").touch()
    clashes = (
        ClashedField("stage", "a", "b", "c"),
        ClashedField("people/anna", ours={"name": "A"}),
    )
    write_clashes(tmp_path, ClashedFile("team.yaml", "", "1" * 40, "2" * 40, clashes, ("left",)))
    (note,) = (tmp_path / ".salescli" / "clashes").iterdir()
    validator("clash@1").validate(json.loads(note.read_bytes()))


def test_several_stores_print_the_same_documents_with_their_names(full, new_store, tmp_path):
    shutil.copytree(new_store, tmp_path / "other")
    several = ["--store", str(full.root), "--store", str(tmp_path / "other"), "--format", "json"]
    for line in OF_SEVERAL.strip().splitlines():
        answer = full.do(*shlex.split(line), *several).out
        document = json.loads(answer)
        validator(document["schema"]).validate(document)
        assert '"store": "sales"' in answer or line.startswith("report"), line


LISTS = {
    context.command_path.removeprefix("salescli "): context.command
    for context in walk_commands(cli, "salescli")
    if any("--fields" in one.opts for one in context.command.params)
}
OF_DEALS = ("opportunity blame", "feed list", "file list", "proposal list", "mail list", "retract")
RECORDS = {**dict.fromkeys(OF_DEALS, "Flat 47"), "lead blame": "Flat for Otto"}
NESTED = ("agenda", "next", "changes")  # their rows stand in parts: tests/commands/test_nested.py
REPORTS = [name for name in LISTS if name.startswith("report ")]


def test_every_command_that_prints_rows_takes_fields():
    for context in walk_commands(cli, "salescli"):
        formats = [one.type for one in context.command.params if "--format" in one.opts]
        has_rows = bool(formats) and "csv" in formats[0].choices
        name = context.command_path.removeprefix("salescli ")
        assert not has_rows or name in LISTS, name
    assert len(REPORTS) >= 12


@pytest.mark.parametrize(
    "name", [one for one in LISTS if one.split()[0] not in ("report", "export", "sql", *NESTED)]
)
def test_fields_of_a_list_are_named_and_chosen_in_the_order_asked_for(full, name):
    line = [*name.split(), *([RECORDS[name]] if name in RECORDS else [])]
    known = full.do(*line, "--format", "json", "--fields", "help").out.split()
    asked = [known[-1], known[0]]
    answer = full.do(*line, "--format", "json", "--fields", ",".join(asked))
    (records,) = [one for key, one in json.loads(answer.out).items() if key in name_of(answer.out)]
    assert records and all(list(record) == asked for record in records)


def name_of(document: str) -> tuple[str, ...]:
    """The key of a list's records, which is the name of its schema."""
    return (json.loads(document)["schema"].removeprefix("salescli/").partition("@")[0],)


def test_the_other_formats_choose_the_same_fields(full):
    line = ("plan", "list", "--fields", "plan,object", "--format")
    assert full.do(*line, "csv").out.splitlines()[0] == "plan,object"
    assert full.do(*line, "csv").out.splitlines()[1] == "500000.00 EUR,company"
    assert (
        full.do(*line, "jsonl").out.splitlines()[0] == '{"plan":"500000.00 EUR","object":"company"}'
    )
    assert full.do(*line, "table").out.split()[:2] == ["Plan", "Of"]
    assert full.do(*line, "md").out.splitlines()[2].split("|")[1:3] == [
        " 500 000 EUR ",
        " company ",
    ]


def test_a_field_that_is_not_shown_unless_asked_for_can_be_asked_for(full):
    answer = full.do("activity", "list", "--fields", "title,closed_at", "--format", "csv")
    assert "Called,2026-11-02T" in answer.out


def test_fields_that_a_list_does_not_have_are_told_at_once_with_the_nearest(full):
    refused = full.run("activity", "list", "--fields", "titel,ownr,state")
    assert (refused.code, refused.out) == (2, "")
    assert "'titel' is not a field.\n  Did you mean title?" in refused.err
    assert "Did you mean owner?" in refused.err
    assert "Fields are word" not in refused.err
    refused = full.run("plan", "list", "--fields", "zzz")
    assert (refused.code, refused.out) == (2, "")
    assert "Fields are object, id, name, period, plan, store." in refused.err
    assert full.run("opp", "list", "--fields", "titel").code == 2


def test_fields_of_a_report_are_columns_of_csv_and_keys_of_its_document(full):
    line = ("report", "funnel", "--fields")
    rows = full.do(*line, "count,stage", "--format", "csv").out.splitlines()
    whole = full.do("report", "funnel", "--format", "csv").out.splitlines()
    stage, _, count, *_ = whole[1].split(",")
    assert rows[:2] == ["count,stage", f"{count},{stage}"] and len(rows) == len(whole)
    document = json.loads(full.do(*line, "plan,as_of", "--format", "json").out)
    assert list(document) == ["schema", "plan", "as_of"]
    assert full.do(*line, "help", "--format", "csv").out.split() == whole[0].split(",")
    for format_ in ("csv", "json"):
        assert full.run(*line, "nothing", "--format", format_).code == 2
    refused = full.run(*line, "stage")
    assert (refused.code, refused.out) == (2, "")
    assert "--fields is for csv and json" in refused.err
    assert "--fields help names them" in " ".join(refused.err.split())
    assert full.do(*line, "help").out.split() == whole[0].split(",")
