"""`salescli import csv`: rows become records by the rules of all commands, or are told why not."""

import csv
import json

import pytest

from tests.shop import Shop

MAPPING = """\
kind: opportunity
key: id
date: "%d.%m.%Y"
money: 1,234.56
columns:
  title: deal
  client: account
  owner: seller
  budget: amount
  stage: stage
  created: made
  close_date: closing
  actual_revenue: revenue
  close_reason: why
stages:
  New: qualification
  Talking: key-contacts
  Won: won
  Lost: lost
stage_dates:
  key-contacts: talked
create:
  client: account
"""
HEADER = "id,deal,account,seller,amount,stage,made,talked,closing,revenue,why"
OPEN = '1,Flat 1,Acme,anna,"12,500.00",New,05.01.2026,,31.12.2026,,'
TALKING = '2,Flat 2,Acme,anna,"12,500.50",Talking,05.01.2026,07.02.2026,,,'
WON = '3,Flat 3,Bluth,anna,900,Won,05.01.2026,07.02.2026,09.03.2026,"1,000.00",'
LOST = "4,Flat 4,Bluth,anna,900,Lost,05.01.2026,,09.03.2026,,price"


class Office:
    """A shop with files to import beside it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.give_mapping(MAPPING)

    def give_mapping(self, text: str) -> None:
        (self.shop.root.parent / "m.yaml").write_text(text, encoding="utf-8")

    def give(self, *rows: str, header: str = HEADER) -> None:
        text = "\n".join([header, *rows, ""])
        (self.shop.root.parent / "in.csv").write_text(text, encoding="utf-8")

    def imported(self, *more: str, key: str | None = "crm"):
        named = ["--key", key] if key else []
        arguments = ["--mapping", "../m.yaml", *named, "--rejected", "../out.csv", *more]
        return self.shop.run("import", "csv", "../in.csv", *arguments)

    def take(self, *rows: str, header: str = HEADER) -> dict:
        """Import rows that must be taken; the report."""
        self.give(*rows, header=header)
        answer = self.imported("--format", "json")
        assert answer.code == 0, answer.out + answer.err
        return json.loads(answer.out)

    def refuse(self, *rows: str, header: str = HEADER) -> list[tuple]:
        """Import rows that must be refused, with nothing written; (line, column, value, code)."""
        self.give(*rows, header=header)
        before = self.shop.tree()
        answer = self.imported("--format", "json")
        assert answer.code == 4, answer.out + answer.err
        assert self.shop.tree() == before
        report = json.loads(answer.out)
        assert report["written"] is False
        return [tuple(f[k] for k in ("line", "column", "value", "code")) for f in report["faults"]]

    def deal(self, key: str) -> str:
        """The id of the deal with that id in the other system."""
        (found,) = [
            path.parent.name.partition("--")[2]
            for path in self.shop.root.glob("opportunities/*/*/opportunity.yaml")
            if f'crm: "{key}"' in path.read_text(encoding="utf-8")
        ]
        return found


@pytest.fixture
def office(shop):
    return Office(shop)


def test_an_open_deal_is_created_on_its_day(office):
    report = office.take(OPEN)
    assert report["created"] == {"account": 1, "opportunity": 1}
    deal = office.deal("1")
    facts = office.shop.facts(deal)
    assert (facts["title"], facts["stage"]) == ("Flat 1", "qualification")
    assert (facts["budget"], facts["close_date"]) == ("12500.00 EUR", "2026-12-31")
    (event,) = office.shop.events(deal)
    # The first instant of 5 January in Riga; `logged` is when the import ran.
    assert (event["at"], event["via"]) == ("2026-01-04T22:00:00Z", "import")
    assert event["logged"].startswith("2026-11-02T09:")


def test_a_stage_whose_day_is_known_is_a_move_on_that_day(office):
    office.take(TALKING.replace("Talking", "New"), TALKING.replace("2,", "5,", 1))
    new, talking = office.deal("2"), office.deal("5")
    assert office.shop.kinds(new) == ["created"]
    (created,) = office.shop.events(talking)
    assert created["fields"]["stage"] == "key-contacts"


def test_a_deal_begins_where_the_mapping_says_and_passes_what_is_dated(office):
    office.give_mapping(MAPPING + "begins: qualification\n")
    office.take(WON)
    created, moved, closed = office.shop.events(office.deal("3"))
    assert (created["kind"], created["fields"]["stage"]) == ("created", "qualification")
    assert (moved["from"], moved["to"], moved["at"][:10]) == (
        "qualification", "key-contacts", "2026-02-06",
    )  # fmt: skip
    assert (closed["from"], closed["to"], closed["at"]) == (
        "key-contacts", "won", "2026-03-08T22:00:00Z",
    )  # fmt: skip
    assert closed["skipped"] == ["proposal-preparation", "proposal-presentation"]
    assert closed["fields"]["close_date"] == [None, "2026-03-09"]
    assert closed["fields"]["actual_revenue"] == [None, "1000.00 EUR"]


def test_a_lost_deal_has_its_reason(office):
    office.take(LOST)
    facts = office.shop.facts(office.deal("4"))
    assert (facts["stage"], facts["close_reason"]) == ("lost", "price")
    assert "actual_revenue" not in facts


def test_what_is_imported_obeys_check(office):
    office.give_mapping(MAPPING + "begins: qualification\n")
    office.take(OPEN, TALKING, WON, LOST)
    assert office.shop.run("check").code == 0


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (OPEN.replace('"12,500.00"', "12.5.0"), (2, "amount", "12.5.0", "not-in-format")),
        (OPEN.replace('"12,500.00"', "12.345"), (2, "amount", "12.345", "too-many-decimals")),
        (OPEN.replace("05.01.2026", "2026-01-05"), (2, "made", "2026-01-05", "not-in-format")),
        (OPEN.replace("05.01.2026", "30.02.2026"), (2, "made", "30.02.2026", "not-in-format")),
        (OPEN.replace("05.01.2026", "05.01.2027"), (2, "made", "05.01.2027", "in-the-future")),
        (OPEN.replace("05.01.2026", ""), (2, "made", "", "no-created-day")),
        (OPEN.replace("New", "Dreaming"), (2, "stage", "Dreaming", "unknown-stage")),
        (OPEN.replace("Acme", ""), (2, "account", "", "missing-value")),
        (OPEN.replace("Flat 1", ""), (2, "deal", "", "missing-value")),
        (OPEN.replace("anna", "nobody"), (2, "seller", "nobody", "no-such-person")),
        (OPEN.replace(",,31.12", ",,31.12", 1)[:-1] + "5,", (2, "revenue", "5", "revenue-not-won")),
        (OPEN.replace("1,", ",", 1), (2, "id", "", "no-key")),
        (WON.replace("09.03.2026", ""), (2, "closing", "", "closed-without-day")),
        (WON.replace("09.03.2026", "01.02.2026"), (2, "closing", "01.02.2026", "too-early")),
        (WON.replace("07.02.2026", "01.01.2026"), (2, "talked", "01.01.2026", "too-early")),
        (WON + "price", (2, "why", "price", "reason-not-failed")),
        (LOST.replace("price", ""), (2, "why", "", "reason-needed")),
        (LOST.replace("price", "weather"), (2, "why", "weather", "no-such-value")),
        (LOST.replace(",,price", ",7,price"), (2, "revenue", "7", "revenue-not-won")),
        (OPEN.replace("Flat 1", "Flat\x07"), (2, "deal", "Flat\x07", "control-character")),
    ],
)  # fmt: skip
def test_a_bad_row_is_told_by_line_column_value_and_code(office, row, fault):
    office.give_mapping(MAPPING + "begins: qualification\n")
    assert office.refuse(row) == [fault]


def test_every_fault_of_every_row_is_told_at_once(office):
    bad = OPEN.replace('"12,500.00"', "x").replace("05.01.2026", "y")
    faults = office.refuse(TALKING, bad, OPEN.replace("1,", "9,", 1).replace("New", "z"))
    assert [(line, column) for line, column, _, _ in faults] == [
        (3, "amount"), (3, "made"), (4, "stage"),
    ]  # fmt: skip


def test_what_a_row_says_wrongly_in_many_ways_is_told_in_one_run(office):
    """Cells, names, steps and rules: none of them waits until another is mended."""
    office.give_mapping(
        MAPPING.replace("create:\n  client: account\n", "").replace(
            "  title: deal", "  title: deal\n  probability: chance\n  need: need"
        )
    )
    faults = office.refuse(
        "1,,Nobody,zed,1.2.3,New,05.01.2026,,31.12.2026,,,120,castle",
        "2,Flat 2,Nobody,anna,900,Lost,05.01.2026,,,7,weather,,castle",
        "3,Flat 3,Nobody,anna,900,Dreaming,5 Jan,,,,weather,12,",
        header=f"{HEADER},chance,need",
    )
    assert [(line, column) for line, column, _, _ in faults] == [
        (2, "deal"), (2, "account"), (2, "seller"), (2, "amount"), (2, "chance"), (2, "need"),
        (3, "account"), (3, "closing"), (3, "revenue"), (3, "why"), (3, "need"),
        (4, "account"), (4, "stage"), (4, "made"), (4, "why"),
    ]  # fmt: skip


def test_a_missing_client_is_refused_unless_the_mapping_creates_it(office):
    office.give_mapping(MAPPING.replace("create:\n  client: account\n", ""))
    assert office.refuse(OPEN) == [(2, "account", "Acme", "no-such-client")]


def test_two_clients_of_one_name_are_ambiguous(office):
    office.shop.make("account", "create", "Acme")
    office.shop.make("contact", "create", "ACME")
    assert office.refuse(OPEN) == [(2, "account", "Acme", "ambiguous")]


def test_a_part_of_a_name_is_not_the_name(office):
    office.shop.make("account", "create", "Acme Corporation")
    assert office.take(OPEN)["created"] == {"account": 1, "opportunity": 1}


def test_an_archived_client_takes_nothing_new(office):
    office.shop.do(
        "account", "set", office.shop.make("account", "create", "Acme"), "--archived", "yes"
    )
    assert office.refuse(OPEN) == [(2, "account", "Acme", "archived")]


def test_a_client_is_known_by_the_other_systems_id(office):
    acme = office.shop.make("account", "create", "Acme", "--external", "crm=A-7")
    office.give_mapping(
        MAPPING.replace("client: account\n", "client: {column: account, by: key}\n", 1)
    )
    office.take(OPEN.replace("Acme", "A-7"))
    assert office.shop.facts(office.deal("1"))["client"] == acme


def test_the_same_file_again_changes_nothing(office):
    office.give_mapping(MAPPING + "begins: qualification\nstand_ins:\n  need: parking\n")
    office.take(OPEN, TALKING, WON, LOST)
    before = office.shop.tree()
    report = office.take(OPEN, TALKING, WON, LOST)
    assert (report["unchanged"], report["updated"], report["created"]) == (4, 0, {})
    assert report["stand_ins"] == {}
    assert office.shop.tree() == before


def test_a_changed_row_is_one_changed_event(office):
    office.take(OPEN)
    report = office.take(OPEN.replace('"12,500.00"', '"13,000.00"').replace("Flat 1", "Flat one"))
    assert (report["updated"], report["unchanged"]) == (1, 0)
    _, changed = office.shop.events(office.deal("1"))
    assert (changed["kind"], changed["via"]) == ("changed", "import")
    assert changed["fields"] == {
        "title": ["Flat 1", "Flat one"],
        "budget": ["12500.00 EUR", "13000.00 EUR"],
    }


def test_an_empty_cell_says_nothing_of_a_deal_that_is_here(office):
    office.take(OPEN)
    assert office.take(OPEN.replace('"12,500.00"', ""))["unchanged"] == 1


def test_a_deal_moves_on_with_its_row(office):
    office.take(OPEN)
    went = OPEN.replace("New,05.01.2026,", "Talking,05.01.2026,07.02.2026")
    office.take(went)
    assert office.shop.kinds(office.deal("1")) == ["created", "moved"]
    won = went.replace("Talking", "Won").replace("31.12.2026,,", "09.03.2026,500,")
    assert office.take(won)["updated"] == 1
    assert office.shop.kinds(office.deal("1")) == ["created", "moved", "closed"]
    facts = office.shop.facts(office.deal("1"))
    assert (facts["close_date"], facts["actual_revenue"]) == ("2026-03-09", "500.00 EUR")
    assert office.shop.run("check").code == 0
    assert office.take(won)["unchanged"] == 1


def test_what_a_closing_locks_stays_locked(office):
    office.take(WON)
    assert office.refuse(WON.replace(",900,", ",901,")) == [(2, "amount", "901", "locked-field")]


def test_a_closed_deal_is_not_opened_by_a_row(office):
    office.take(WON)
    reopened = WON.replace("Won", "Talking").replace('"1,000.00"', "")
    assert office.refuse(reopened) == [(2, "stage", "Talking", "already-closed")]


def test_one_id_twice_in_a_file_is_refused(office):
    assert office.refuse(OPEN, TALKING.replace("2,", "1,", 1)) == [(3, "id", "1", "key-twice")]


def test_skip_errors_takes_the_right_rows_and_leaves_nothing_of_the_others(office):
    bad = LOST.replace("Bluth", "Nobody & Sons").replace("price", "weather")
    office.give(OPEN, bad, TALKING)
    answer = office.imported("--skip-errors", "--format", "json")
    assert answer.code == 0
    report = json.loads(answer.out)
    assert (report["created"], report["rejected"]) == ({"account": 1, "opportunity": 2}, 1)
    assert len(list(office.shop.root.glob("accounts/*"))) == 1
    assert len(list(office.shop.root.glob("opportunities/*/*"))) == 2
    assert office.shop.run("check").code == 0


def test_a_person_made_for_a_refused_row_is_not_there_either(office):
    office.give_mapping(MAPPING.replace("create:\n", "create:\n  owner: true\n"))
    bad = LOST.replace("anna", "Zoe Newcomer").replace("price", "weather")
    good = OPEN.replace("anna", "Ivo Other")
    office.give(bad, good)
    assert office.imported("--skip-errors").code == 0
    team = (office.shop.root / "team.yaml").read_text(encoding="utf-8")
    assert "Ivo Other" in team
    assert "Zoe" not in team
    assert office.shop.facts(office.deal("1"))["owner"] == "ivo-other"


def test_rejected_rows_go_through_the_same_mapping_once_they_are_mended(office):
    bad = OPEN.replace("Acme", '"Acme, ""the"" company"').replace("New", "Dreaming")
    office.give(TALKING, bad)
    assert office.imported("--skip-errors").code == 0
    out = office.shop.root.parent / "out.csv"
    (row,) = csv.DictReader(out.read_text(encoding="utf-8").splitlines())
    reason = row.pop("salescli_reason")
    assert reason.startswith("line 3: stage: ")
    assert row["account"] == 'Acme, "the" company'
    assert list(row) == HEADER.split(",")
    mended = out.read_text(encoding="utf-8").replace("Dreaming", "New", 1)
    (office.shop.root.parent / "in.csv").write_text(mended, encoding="utf-8")
    assert office.imported().code == 0
    assert office.shop.facts(office.deal("1"))["stage"] == "qualification"


def test_no_file_of_rejected_rows_where_none_are(office):
    office.take(OPEN)
    assert not (office.shop.root.parent / "out.csv").exists()


def test_rejected_rows_lie_beside_by_default(office):
    office.give(OPEN.replace("New", "Dreaming"))
    answer = office.shop.run("import", "csv", "../in.csv", "--mapping", "../m.yaml", "--key", "crm")
    assert answer.code == 4
    assert "in.rejected.csv" in answer.err
    assert (office.shop.root / "in.rejected.csv").exists()


def test_a_dry_run_that_is_refused_writes_no_file_either(office):
    office.give(OPEN.replace("New", "Dreaming"))
    answer = office.imported("--dry-run")
    assert answer.code == 4
    assert not (office.shop.root.parent / "out.csv").exists()
    assert "a run without --dry-run writes it to ../out.csv." in answer.err


def test_rejected_rows_of_another_width_keep_the_reason_in_its_column(office):
    office.give("1,Flat 1,Acme", OPEN + ",one,more")
    assert office.imported().code == 4
    text = (office.shop.root.parent / "out.csv").read_text(encoding="utf-8")
    short, long = csv.DictReader(text.splitlines())
    assert (short["id"], short["account"], short["why"]) == ("1", "Acme", "")
    assert short["salescli_reason"].startswith("line 2: the row has 3 cells, the header 11")
    assert long["salescli_reason"].endswith("after its last column stood 'one', 'more'")
    assert None not in long


def test_every_refused_row_says_what_to_do(office):
    office.give(OPEN.replace("New", "Tlaking"), LOST.replace("anna", "ann"))
    answer = office.imported()
    for words in ("did you mean Talking?", "did you mean anna?"):
        assert words in answer.out
        assert words in (office.shop.root.parent / "out.csv").read_text(encoding="utf-8")


def test_the_table_of_faults_goes_to_stdout_and_the_words_to_stderr(office):
    office.give(OPEN.replace("New", "Dreaming"), TALKING)
    answer = office.imported()
    assert answer.out.splitlines()[0].split() == ["Line", "Column", "Value", "Reason"]
    assert answer.out.splitlines()[1].split()[:3] == ["2", "stage", "Dreaming"]
    assert "--skip-errors takes the other 1" in answer.err


def test_an_import_prints_no_ids(office):
    office.give(OPEN, WON)
    answer = office.imported()
    assert (answer.code, answer.out) == (0, "")
    assert "2 rows: made 2 accounts, 2 opportunities" in answer.err


def test_undo_takes_an_import_back_whole(office):
    before = office.shop.tree()
    office.take(OPEN, TALKING, WON, LOST)
    assert office.shop.tree() != before
    office.shop.do("undo")
    assert office.shop.tree() == before


def test_undo_of_an_update_sets_the_facts_back(office):
    office.take(OPEN, TALKING)
    office.take(OPEN.replace('"12,500.00"', "7"), TALKING)
    office.shop.do("undo")
    assert office.shop.facts(office.deal("1"))["budget"] == "12500.00 EUR"


def test_a_dry_run_shows_what_would_be_written_and_writes_nothing(office):
    office.give(OPEN, WON)
    before = office.shop.tree()
    answer = office.imported("--dry-run")
    assert answer.code == 0
    assert answer.out.count("+++ opportunities/2026/") == 4
    assert "+title: Flat 1" in answer.out
    assert "Nothing was written" in answer.err
    assert office.shop.tree() == before


def test_stand_ins_are_taken_in_their_order_and_counted(office):
    office.give_mapping(
        MAPPING + "stand_ins:\n  client: No client\n  created: [earliest, 2026-06-30]\n"
        "  close_reason: not-recorded\n"
    )
    lost = LOST.replace("price", "").replace("Bluth", "").replace("05.01.2026", "")
    report = office.take(OPEN.replace("05.01.2026", ""), lost)
    assert report["stand_ins"] == {
        "client: No client": 1,
        "close_reason: not-recorded": 1,
        "created: 2026-06-30": 1,
        "created: earliest": 1,
    }
    assert office.shop.events(office.deal("4"))[0]["at"] == "2026-03-08T22:00:00Z"
    assert office.shop.events(office.deal("1"))[0]["at"] == "2026-06-29T21:00:00Z"


def test_a_zero_revenue_of_a_lost_deal_is_none_and_is_counted(office):
    report = office.take(LOST.replace(",,price", ",0,price"))
    assert report["notes"] == {"revenue of 0 at lost: none": 1}
    assert "actual_revenue" not in office.shop.facts(office.deal("4"))


def test_spelling_is_mended_and_counted(office):
    office.give_mapping(MAPPING + "spelling:\n  account:\n    Acmee: Acme\n")
    report = office.take(OPEN.replace("Acme", "Acmee"), TALKING)
    assert report["spelled"] == {"account: Acmee → Acme": 1}
    assert report["created"]["account"] == 1


def test_a_required_criterion_holds_for_imports_too(office):
    path = "processes/real-estate.yaml"
    office.shop.replace(path, "      - advise: budget\n", "      - require: budget\n")
    office.give_mapping(MAPPING + "begins: qualification\n")
    assert [code for *_, code in office.refuse(WON.replace(",900,", ",,"))] == ["unmet-requirement"]
    office.give_mapping(MAPPING + "begins: qualification\nforce: from the old system\n")
    office.take(WON.replace(",900,", ",,"))
    assert office.shop.events(office.deal("3"))[1]["forced"] == "from the old system"


PRODUCTS = """\
kind: product
key: code
columns:
  name: what
  price: price
  price_from:
    default: 2026-01-01
"""


def test_products_are_made_and_changed_by_their_key(office):
    office.give_mapping(PRODUCTS)
    header = "code,what,price"
    assert office.take("K-1,Kitchen,9500", header=header)["created"] == {"product": 1}
    assert office.take("K-1,Kitchen,9500", header=header)["unchanged"] == 1
    assert office.take("K-1,Kitchen oak,9600", header=header)["updated"] == 1
    text = (office.shop.root / "products.yaml").read_text(encoding="utf-8")
    assert text == (
        "products:\n  kitchen:\n    name: Kitchen oak\n    prices:\n"
        "      2026-01-01: 9600.00 EUR\n    external:\n      crm: K-1\n"
    )


def test_a_deal_has_a_line_of_its_product_at_the_price_of_its_day(office):
    office.shop.make("product", "create", "Kitchen", "--price", "2026-01-01=9500")
    office.shop.do("product", "set", "kitchen", "--price", "2026-06-01=9900")
    office.give_mapping(
        MAPPING.replace("  client: account\n", "  client: account\n  product: what\n", 1)
    )
    header = f"{HEADER},what"
    office.take(OPEN + ",Kitchen", header=header)
    (line,) = office.shop.facts(office.deal("1"))["products"]
    assert (line["product"], line["quantity"], line["price"]) == ("kitchen", "1", "9500.00 EUR")
    assert office.take(OPEN + ",Kitchen", header=header)["unchanged"] == 1
    fault = office.refuse(TALKING.replace("05.01.2026", "31.12.2025") + ",Kitchen", header=header)
    assert fault == [(2, "what", "Kitchen", "missing-value")]


def test_people_are_found_by_name_and_their_departments_made_under_their_parents(office):
    office.give_mapping(
        "kind: person\ncolumns:\n  name: who\n  department: team\n  department.parent: office\n"
        "create:\n  department: true\n"
    )
    office.give("Ivo Other,North,West", "Zoe New,North,West", header="who,team,office")
    assert office.imported(key=None).code == 0
    before = office.shop.tree()
    assert office.imported(key=None).code == 0
    assert office.shop.tree() == before
    departments = office.shop.run("department", "show", "north", "--format", "json").out
    assert '"parent":"west"' in departments.replace(" ", "")


def test_accounts_take_custom_fields_of_all_types_and_come_again_unchanged(office):
    with (office.shop.root / "salescli.yaml").open("a", encoding="utf-8") as file:
        file.write(
            "custom_fields:\n  account:\n"
            "    founded: {name: Founded, type: whole}\n"
            "    worth: {name: Worth, type: decimal}\n"
            "    vip: {name: VIP, type: yes-no}\n"
            "    sector: {name: Sector, type: choice, values: [medical, retail]}\n"
        )
    office.give_mapping(
        "kind: account\nkey: id\ncolumns:\n  name: name\n  custom.founded: year\n"
        "  custom.worth: worth\n  custom.vip: vip\n  custom.sector: sector\n"
    )
    header = "id,name,year,worth,vip,sector"
    office.take("1,Acme,1999,12.5,yes,retail", header=header)
    assert office.take("1,Acme,1999,12.5,yes,retail", header=header)["unchanged"] == 1
    assert office.take("1,Acme,2000,12.5,yes,retail", header=header)["updated"] == 1
    bad = office.refuse("2,Bluth,old,1.2345,maybe,steel", header=header)
    assert [column for _, column, _, _ in bad] == ["year", "worth", "vip", "sector"]


def test_an_account_of_that_name_without_an_id_is_the_same_one(office):
    acme = office.shop.make("account", "create", "Acme")
    office.give_mapping("kind: account\nkey: id\ncolumns:\n  name: name\n")
    report = office.take("7,Acme", header="id,name")
    assert (report["created"], report["notes"]) == ({}, {"account known by its name": 1})
    (path,) = office.shop.root.glob("accounts/*")
    assert acme in path.name
    assert report["updated"] == 1
    assert office.take("7,Acme", "8,Acme", header="id,name")["created"] == {"account": 1}


def test_a_second_row_of_that_name_is_another_and_the_same_file_changes_nothing(office):
    office.shop.make("account", "create", "Acme")
    office.give_mapping("kind: account\nkey: id\ncolumns:\n  name: name\n  address: city\n")
    rows = ("7,Acme,London", "8,Acme,Paris")
    report = office.take(*rows, header="id,name,city")
    assert (report["created"], report["updated"]) == ({"account": 1}, 1)
    assert len(report["near"]) == 1
    assert office.take(*rows, header="id,name,city")["unchanged"] == 2


def test_a_row_with_another_mail_or_employer_is_another_person(office):
    office.shop.make("account", "create", "Acme")
    ann = office.shop.make("contact", "create", "Ann Lee", "--email", "ann@a.example")
    office.shop.do("contact", "set", ann, "--account", "Acme")
    (path,) = office.shop.root.glob("contacts/*")
    before = path.read_bytes()
    office.give_mapping(
        "kind: contact\nkey: id\ncolumns:\n  name: name\n  emails: mail\n  account: firm\n"
        "create:\n  client: account\n"
    )
    rows = ("1,Ann Lee,ann@b.example,Acme", "2,Ann Lee,,Bluth")
    report = office.take(*rows, header="id,name,mail,firm")
    assert report["created"] == {"contact": 2, "account": 1}
    assert {near["why"] for near in report["near"]} == {"the same name"}
    assert path.read_bytes() == before
    assert office.take(*rows, header="id,name,mail,firm")["unchanged"] == 2
    assert office.take("3,Ann Lee,,ACME", header="id,name,mail,firm")["updated"] == 1


CATALOGUE = "kind: product\nkey: code\ncolumns:\n  name: name\n  price: price\n  group: group\n"


def test_a_second_product_of_that_name_is_refused(office):
    office.give_mapping(CATALOGUE)
    (found,) = office.refuse("1,Flat,5,", "2,Flat,6,", header="code,name,price,group")
    assert found == (3, "name", "Flat", "id-taken")


def test_products_of_one_file_are_written_in_the_order_of_their_ids(office):
    office.shop.make("product", "create", "Flat 2", "--price", "5")
    office.give_mapping(CATALOGUE)
    office.take(
        "b,Flat 3,3,", "c,Attic,4,", "a,Flat 1,2,", "d,Garage,1,", header="code,name,price,group"
    )
    text = (office.shop.root / "products.yaml").read_text(encoding="utf-8")
    names = [
        line.strip(" :") for line in text.splitlines() if line.startswith("  ") and line[2] != " "
    ]
    assert names == ["attic", "flat-1", "flat-2", "flat-3", "garage"]
    assert office.shop.run("check").out == ""
    office.shop.do("undo")
    assert "attic" not in (office.shop.root / "products.yaml").read_text(encoding="utf-8")


def test_a_row_that_is_refused_after_a_change_takes_no_row_before_it_along(office):
    """A change writes what waits; when its row is dropped, the others are written all the same."""
    office.give_mapping(CATALOGUE)
    office.give(
        "a,Flat 1,2,", "b,Flat 2,3,", "a,Flat 1,x,", "c,Flat 1,2,", "b,Flat 2,7,", "d,Flat 4,5,",
        header="code,name,price,group",
    )  # fmt: skip
    assert office.imported("--skip-errors").code == 0
    text = (office.shop.root / "products.yaml").read_text(encoding="utf-8")
    for name in ("flat-1:", "flat-2:", "flat-4:"):
        assert name in text
    assert office.shop.run("check").out == ""


def test_entries_follow_a_file_that_a_person_has_written(office):
    (office.shop.root / "products.yaml").write_text(
        "# ours\nproducts:\n    old: {name: Old}  # keep\n\n    sold:\n        name: Sold\n"
        "        retired: true\n# the end\n",
        "utf-8",
    )
    office.give_mapping(CATALOGUE)
    office.take("a,Zoo,2,", "b,Zoom,3,", "c,Apple,4,", "e,Pear,1,", header="code,name,price,group")
    text = (office.shop.root / "products.yaml").read_text(encoding="utf-8")
    for line in (
        "# ours\n",
        "    old: {name: Old}  # keep\n",
        "        retired: true\n",
        "# the end\n",
    ):
        assert line in text
    assert office.shop.run("check").out == ""
    listed = json.loads(office.shop.do("product", "list", "--format", "json").out)
    assert {entry["id"] for entry in listed["products"]} == {
        "apple", "old", "pear", "sold", "zoo", "zoom",
    }  # fmt: skip


def test_a_directory_is_told_as_what_it_is(shop):
    for words in (("csv", ".", "--mapping", "salesforce"), ("csv", "/etc", "--mapping", "hubspot")):
        answer = shop.run("import", *words)
        assert (answer.code, "is no regular file" in answer.err) == (2, True)
