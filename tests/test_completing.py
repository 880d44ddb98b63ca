"""Completion of words: the table of commands, ids, stages, people, and the scripts of shells."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from salescli.cli import ALIASES, cli
from salescli.commands.completiontable import build_completion_table
from salescli.commands.shells import SCRIPTS
from salescli.completing import CACHE, COLUMNS, CONDITIONS, INDEX, INNER, MOST, TABLE, complete
from salescli.completing_inner import KINDS
from salescli.model.catalogues import DICTIONARIES
from salescli.workspace.completions import read_named_things
from tests.test_docs import generate

ROOT = Path(__file__).resolve().parent.parent
LOADED = """
import sys
sys.argv = ["salescli", "__complete", *sys.argv[1:]]
from salescli.entry import script
script()
sys.stderr.write(" ".join(sys.modules))
"""


def offered(shop, *words: str) -> list[str]:
    """The values for the last word, in the store."""
    lines = complete(words, str(shop.root), {}).splitlines()
    return [line.partition("\t")[0] for line in lines]


def test_the_table_that_is_shipped_is_made_from_the_commands_as_they_are_now():
    path = Path(TABLE)
    assert generate.differing_pages({path: generate.build_completion_file(cli)}) == []
    assert json.loads(path.read_text(encoding="utf-8")) == build_completion_table(cli, ALIASES)


def test_every_kind_of_the_table_is_one_that_a_store_has(shop):
    table = build_completion_table(cli, ALIASES)
    named = read_named_things(str(shop.root)).keys() | {"competitor", "units"}
    known = named | table["records"].keys() | {":files", ":folders", ":revisions"}
    known |= {"open:opportunity", *INNER, COLUMNS, CONDITIONS}
    kinds = {
        kind
        for entry in table["commands"].values()
        for one in (*entry["options"], *entry["arguments"])
        for kind in one["values"] or ()
        if not kind.startswith("=")
    }
    assert kinds <= known
    assert {"opportunity", "lead", "person", "stage", "dictionary:needs"} <= kinds
    assert {kind.partition(":")[2] for kind in kinds if kind.startswith("d")} <= {
        "", *DICTIONARIES
    }  # fmt: skip


def test_commands_options_and_values_of_options_are_offered(shop):
    assert offered(shop, "opp", "adv") == ["advance"]
    assert offered(shop, "opportunity", "contact", "") == ["add", "remove", "set"]
    assert offered(shop, "report", "funnel", "--with") == ["--with-ids"]
    assert offered(shop, "report", "funnel", "--format", "") == ["table", "json", "csv", "md"]
    assert offered(shop, "report", "funnel", "--format=c") == ["--format=csv"]
    assert offered(shop, "report", "funnel", "--format", "=", "c") == ["--format=csv"]
    assert "--help" not in offered(shop, "opp", "create", "--", "--h")
    assert offered(shop, "oportunity", "") == []
    assert offered(shop, "help", "exit") == ["exit-codes"]
    outcomes = offered(shop, "opp", "close", "7k2m", "--outcome", "")
    assert outcomes == ["won", "lost", "rerouted", "rejected"]
    assert offered(shop, "export", "csv", "opportunity_l") == [
        "opportunity_line",
        "opportunity_lead",
    ]
    assert offered(shop, "sql", "--schema", "visi") == ["visit"]
    quarters = ["this-quarter", "last-quarter", "next-quarter"]
    for option in ("--period", "--plan-period"):
        assert set(quarters) <= set(offered(shop, "report", "fullness", option, ""))
    schemas = offered(shop, "schema", "opp")
    assert schemas[0] == "opportunity"
    assert {"opportunities@1", "opportunity@1", "opportunity-line@1"} < set(schemas)
    assert all(name.startswith("opp") for name in schemas)


def test_names_of_what_is_shipped_are_offered_for_it_alone(shop):
    mappings = offered(shop, "import", "csv", "deals.csv", "--mapping", "hubspot")
    assert {"hubspot", "hubspot-deals", ":files"} <= set(mappings)
    assert "zoho-history" in offered(shop, "import", "history", "x.csv", "--mapping", "zoho")
    assert "overview" not in offered(shop, "import", "csv", "deals.csv", "--mapping", "")
    assert "hubspot-deals" in offered(shop, "import", "mapping", "")
    processes = offered(shop, "process", "add", "")
    assert "real-estate" in processes and "overview" not in processes


def test_ids_are_offered_with_and_without_their_prefix_the_newest_year_first(shop):
    one = shop.deal("Flat 47")
    shop.now = shop.now.replace(year=2027)
    two = shop.deal("Garden house")
    assert offered(shop, "opp", "advance", "") == [two, one]
    assert offered(shop, "opp", "show", one[:6]) == [one]
    bare = one.removeprefix("opp-")
    assert offered(shop, "opp", "show", bare[:3]) == [bare]
    assert f"{two}\tgarden house\n" in complete(["next", "opp"], str(shop.root), {})
    assert offered(shop, "lead", "show", "") == []
    (contact,) = shop.root.glob("contacts/*")
    assert offered(shop, "contact", "show", "con-") == [contact.stem.partition("--")[2]]


def test_stages_people_and_values_are_offered_as_the_files_have_them_now(shop):
    assert offered(shop, "opp", "advance", "x", "--to", "key") == ["key-contacts"]
    assert offered(shop, "opp", "create", "--owner", "") == ["anna"]
    assert "anna\tAnna Berzina\n" in complete(["agenda", "--person", "a"], str(shop.root), {})
    shop.make("person", "create", "Boris Kalnin", "--id", "boris")
    assert offered(shop, "opp", "create", "--owner=") == ["--owner=anna", "--owner=boris"]
    assert "price" in offered(shop, "opp", "close", "x", "--reason", "")
    assert "real-estate" in offered(shop, "process", "show", "")


def test_what_was_read_is_kept_and_read_anew_when_a_file_has_changed(shop):
    offered(shop, "opp", "create", "--owner", "")
    kept = shop.root / CACHE
    document = json.loads(kept.read_text(encoding="utf-8"))
    document["named"]["person"]["zoe"] = "Zoe"  # so that one sees where it comes from
    kept.write_text(json.dumps(document), encoding="utf-8")
    assert offered(shop, "opp", "create", "--owner", "") == ["anna", "zoe"]
    shop.make("person", "create", "Boris Kalnin", "--id", "boris")
    assert offered(shop, "opp", "create", "--owner", "") == ["anna", "boris"]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"marks": 1}', "null"])
def test_what_was_kept_and_is_damaged_is_read_anew(shop, text):
    (shop.root / ".salescli").mkdir(exist_ok=True)
    (shop.root / CACHE).write_text(text, encoding="utf-8")
    assert offered(shop, "opp", "create", "--owner", "") == ["anna"]


def test_a_broken_file_offers_nothing_and_the_others_what_they_have(shop):
    shop.write("team.yaml", "people: [")
    assert offered(shop, "opp", "create", "--owner", "") == []
    assert offered(shop, "opp", "advance", "x", "--to", "key") == ["key-contacts"]


def test_the_store_is_the_one_that_the_line_names_or_the_one_around(shop, tmp_path):
    deal = shop.deal()
    empty = tmp_path / "empty"
    empty.mkdir()
    words = ["opp", "show", ""]
    assert complete(words, str(empty), {}) == ""
    assert deal in complete(["-C", "../sales", *words], str(empty), {})
    assert deal in complete(words, str(empty), {"SALESCLI_DIR": "../sales"})
    assert deal in complete(words, str(shop.root / "opportunities" / "2026"), {})
    assert complete(["-C", "nowhere", *words], str(shop.root), {}) == ""


def test_a_large_store_offers_some(shop):
    (shop.root / "contacts").mkdir(exist_ok=True)
    for number in range(MOST + 5):
        (shop.root / f"contacts/x--con-{number:010}.yaml").touch()
    assert len(offered(shop, "contact", "show", "")) == MOST
    assert offered(shop, "contact", "show", "con-0000000504") == ["con-0000000504"]


def test_a_store_whose_index_is_younger_than_its_folders_is_asked_for_ids_there(shop):
    one, two = shop.deal("Flat 47"), shop.deal("Flat 48")
    folder, index = shop.folder(one).parent, shop.root / INDEX
    shop.do("opp", "list")
    later = folder.stat().st_mtime + 60
    os.utime(index, (later, later))
    with closing(sqlite3.connect(index)) as db, db:
        db.execute("DELETE FROM record WHERE id = ?", [two])  # so that one sees who is asked
    os.utime(index, (later, later))
    assert offered(shop, "opp", "show", "opp-") == [one]
    assert offered(shop, "opp", "show", one[4:7]) == [one[4:]]
    os.utime(folder, (later, later))
    assert set(offered(shop, "opp", "show", "opp-")) == {one, two}
    index.write_text("no database")
    later += 60
    os.utime(index, (later, later))
    assert set(offered(shop, "opp", "show", "opp-")) == {one, two}


def test_a_name_that_no_command_gave_never_reaches_over_its_line(shop):
    one = shop.deal()
    shop.folder(one).rename(shop.folder(one).with_name(f"x\n\x1b[31m--{one}"))
    assert complete(["opp", "show", "opp-"], str(shop.root), {}) == f"{one}\n"


def test_completing_loads_neither_click_nor_the_store_nor_anything_of_ours_but_itself(shop):
    offered(shop, "opp", "create", "--owner", "")
    done = subprocess.run(
        [sys.executable, "-P", "-c", LOADED, "opp", "create", "--owner", "a"],
        cwd=shop.root, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "anna\tAnna Berzina\n"
    modules = set(done.stderr.split())
    ours = {name for name in modules if name.startswith("salescli")}
    assert ours == {"salescli", "salescli.entry", "salescli.completing"}
    assert modules & {"click", "yaml", "msgspec"} == set()


def test_bash_completes_what_the_script_says(console):
    """The script runs in bash as it does behind the Tab key; no line is a mistake to it."""
    console.run("salescli init . --currency EUR")
    shell = (
        'salescli() { if [ "$1" = __complete ]; then shift; '
        f'PYTHONPATH={ROOT} {sys.executable} -P -m salescli __complete "$@"; fi; }}\n'
        f"{SCRIPTS['bash']}"
        'try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _salescli; echo "${COMPREPLY[*]}"; }\n'
        "try salescli opp adv\n"
        "try salescli opp create x --owner =\n"
        "try salescli opp list --where owner = an\n"
    )
    done = subprocess.run(
        ["bash", "-c", shell], cwd=console.home, capture_output=True, text=True, check=True,
        env={"PATH": console.environ["PATH"], "USER": "anna"},
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("advance\nanna\nanna\n", "")


@pytest.mark.parametrize("shell", SCRIPTS)
def test_a_script_is_printed_for_each_shell(console, shell):
    printed = console.run(f"salescli completion {shell}")
    assert (printed.code, printed.stdout) == (0, SCRIPTS[shell])
    assert "salescli __complete" in printed.stdout
    assert printed.stderr.startswith("To keep it: ")


def test_deals_that_move_are_open_ones_and_of_one_title_the_client_is_told(shop):
    one = shop.deal("Flat 47")
    shop.make("account", "create", "Acme Works")
    two = shop.make("opportunity", "create", "Flat 47", "--client", "Acme Works")
    lost = shop.deal("Garage")
    shop.do("opportunity", "close", lost, "--outcome", "lost", "--reason", "price")
    assert set(offered(shop, "opp", "advance", "")) == {one, two}
    assert set(offered(shop, "opp", "show", "")) == {one, two, lost}
    told = complete(["opp", "close", ""], str(shop.root), {})
    assert f"{two}\tflat 47, acme works\n" in told
    assert f"{one}\tflat 47, elena petrova\n" in told
    shop.make("opportunity", "create", "Shop", "--client", "Acme Works")
    assert "\tshop\n" in complete(["opp", "move", ""], str(shop.root), {})
    assert "won" not in offered(shop, "opp", "advance", one, "--to", "")


def test_what_lies_in_deals_and_leads_is_offered_while_it_can_be_acted_on(shop):
    deal = shop.deal("Flat 47")
    call, visit, void = (
        shop.make("activity", "plan", deal, title, "--type", "call")
        for title in ("Call back", "Show block B", "Mistake")
    )
    shop.do("undo")
    shop.do("activity", "done", visit, "--result", "done")
    offer = shop.make("proposal", "add", deal, "--number", "R-1", "--amount", "100")
    asked = shop.make("approval", "request", deal, "A discount", "--of", "anna")
    assert offered(shop, "activity", "done", "") == [call]
    assert offered(shop, "activity", "cancel", call[4:7]) == [call[4:]]
    assert complete(["proposal", "set", ""], str(shop.root), {}) == f"{offer}\tR-1, flat 47\n"
    assert offered(shop, "approval", "approve", "") == [asked]
    shop.do("approval", "approve", asked)
    assert offered(shop, "approval", "approve", "") == []
    history = next(shop.root.glob("opportunities/*/*/history.yaml"))
    history.write_bytes(history.read_bytes() + b'- {"activity":\n- "activity":\xff\n')
    assert offered(shop, "activity", "done", "") == [call]
    assert set(KINDS) == set(INNER)
    assert void not in offered(shop, "activity", "done", "")


def test_a_word_of_a_name_is_the_id_of_the_one_who_has_it(shop):
    elena = shop.make("contact", "create", "Elena Ivanova")
    anna = shop.make("contact", "create", "Anna-Maria Ivanova")
    assert offered(shop, "opp", "create", "--client", "maria") == [anna]
    assert offered(shop, "opp", "create", "--client", "Elena I") == [elena]
    assert offered(shop, "opp", "create", "--client", "ivan") == []
    assert offered(shop, "opp", "create", "--client", "aria") == []


def test_names_of_fields_are_offered_for_conditions_orders_and_columns(shop):
    assert offered(shop, "opp", "list", "--where", "bud") == ["budget"]
    assert offered(shop, "opp", "advance", "--where", "close_d") == ["close_date", "close_details"]
    assert offered(shop, "opp", "list", "--where", "budget>b") == []
    assert offered(shop, "opp", "list", "--where", "owner=an") == ["owner=anna"]
    assert offered(shop, "opp", "list", "--where", "owner!", "=", "") == ["owner!=anna"]
    assert offered(shop, "opp", "list", "--where", "status=won,lo") == ["status=won,lost"]
    assert offered(shop, "lead", "list", "--where", "stage=nurt") == ["stage=nurturing"]
    assert offered(shop, "export", "csv", "opportunity", "--columns", "id,weighted_") == [
        "id,weighted_currency"
    ]
    assert offered(shop, "export", "csv", "opp", "--where", "owner=") == ["owner=anna"]
    assert offered(shop, "export", "xlsx", "visit", "--sort", "entered") == ["entered_at"]
    assert offered(shop, "export", "csv", "--columns", "") == []
    assert offered(shop, "lead", "list", "--sort", "-decision") == ["-decision_date"]
    assert offered(shop, "account", "list", "--fields", "id,webs") == ["id,website"]
    settings = shop.root / "salescli.yaml"
    custom = "custom_fields:\n  opportunity:\n    mortgage: {name: Mortgage, type: text}\n"
    settings.write_text(settings.read_text() + custom)
    assert offered(shop, "opp", "list", "--sort", "custom.") == ["custom.mortgage"]


def test_revisions_are_branches_and_tags_as_gits_files_name_them(shop):
    assert offered(shop, "opp", "list", "--rev", "") == []
    git = shop.root / ".git"
    (git / "refs" / "heads" / "work").mkdir(parents=True)
    (git / "refs" / "heads" / "main").write_text("0" * 40)
    (git / "refs" / "heads" / "work" / "anna").write_text("0" * 40)
    (git / "packed-refs").write_text("# pack-refs\n" + "0" * 40 + " refs/tags/monday\n^" + "1" * 40)
    assert offered(shop, "opp", "list", "--rev", "") == ["HEAD", "main", "monday", "work/anna"]
    assert offered(shop, "changes", "--since", "mo") == ["monday"]
    assert offered(shop, "report", "diff", "ma") == ["main"]
    assert offered(shop, "changes", "--since", "y") == ["yesterday"]
    aside = shop.root.parent / "aside"
    aside.mkdir()
    git.rename(shop.root / "git")
    (aside / "commondir").write_text(str(shop.root / "git"))
    (shop.root / ".git").write_text(f"gitdir: {aside}\n")
    assert offered(shop, "report", "funnel", "--rev", "ma") == ["main"]
