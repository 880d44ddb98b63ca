"""What several stores call the same, and what each calls otherwise."""

import msgspec
import pytest

from salescli.model.catalogues import Choice, Department, Person, Product, Settings
from salescli.model.deal import Deal, Talk
from salescli.model.definition import Definition, Stage
from salescli.model.errors import Place, finding
from salescli.model.group import (
    Catalogues,
    build_group,
    is_same,
    merge_definitions,
    name_store,
)
from salescli.model.records import Opportunity
from salescli.model.renaming import deal_renamer, rename_document

SALES = Definition(
    name="Sales",
    stages=[Stage(stage="offer", name="Offer"), Stage(stage="won", name="Won", final="success")],
)


def store(**more):
    """A store with a process and nothing else but what is said."""
    empty = dict.fromkeys(("people", "departments", "products", "competitors", "dictionaries"))
    known = {key: {} for key in empty} | {"processes": {"sales": SALES}} | more
    return Catalogues(settings=Settings(format=1, name="A", process="sales"), **known)


def anna(*emails):
    return Person(name="Anna", emails=list(emails))


def test_an_id_of_two_things_is_written_with_its_store_in_all_that_refers_to_it():
    north = store(
        people={"anna": Person(name="Anna Ozola", department="sales")},
        departments={"sales": Department(name="Sales", manager="anna")},
    )
    south = store(
        people={"anna": Person(name="Ana Silva", department="sales")},
        departments={"sales": Department(name="Vendas", manager="anna")},
    )
    known = build_group({"north": north, "south": south}).catalogues
    assert known.people == {
        "north/anna": Person(name="north/Anna Ozola", department="north/sales"),
        "south/anna": Person(name="south/Ana Silva", department="south/sales"),
    }
    assert known.departments["south/sales"].manager == "south/anna"


def test_an_id_of_the_same_thing_stays_as_it_is():
    people = {"anna": Person(name="Anna Ozola", emails=["anna@one.example"])}
    again = {"anna": Person(name="anna ozola")}
    group = build_group({"north": store(people=people), "south": store(people=again)})
    assert group.catalogues.people == people
    assert group.renames == {"north": {}, "south": {}}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Person(name="Anna"), Person(name="ANNA", emails=["a@x.example"]), True),
        (anna("a@x.example"), anna("A@X.example", "b@x.example"), True),
        (anna("a@x.example"), anna("b@x.example"), False),
        (Product(name="Flat"), Product(name="House"), False),
        ("Web", Choice(name="Web", retired=True), True),
        ("Web", "Site", False),
    ],
)
def test_the_same_name_is_the_same_thing_unless_e_mails_deny_it(one, other, same):
    assert is_same(one, other) is same
    assert is_same(other, one) is same


def test_of_three_stores_one_that_means_something_else_gives_all_a_prefix():
    stores = {
        name: store(products={"flat": Product(name=title)})
        for name, title in (("a", "Flat"), ("b", "Flat"), ("c", "Floor"))
    }
    assert set(build_group(stores).catalogues.products) == {"a/flat", "b/flat", "c/flat"}


def test_values_that_rules_speak_of_are_the_same_whatever_they_are_called():
    north = store(dictionaries={"close_reasons": {"competitor-won": "Lost to a rival"}})
    south = store(dictionaries={"close_reasons": {"competitor-won": "Perdido", "price": "Preço"}})
    known = build_group({"north": north, "south": south}).catalogues.dictionaries
    assert known == {"close_reasons": {"competitor-won": "Lost to a rival", "price": "Preço"}}


def test_the_first_store_leads():
    north = store()
    other = Settings(format=1, name="B", currency="USD", week_start="sunday", process="other")
    south = msgspec.structs.replace(north, settings=other)
    found = build_group({"n": north, "s": south}).catalogues.settings
    assert found == msgspec.structs.replace(north.settings, name="A, B")
    assert build_group({"s": south, "n": north}).catalogues.settings.currency == "USD"


def test_one_process_has_the_stages_of_all_stores_open_ones_first():
    other = Definition(
        name="Sales",
        stages=[
            Stage(stage="call", name="Call"),
            Stage(stage="offer", name="Offer"),
            Stage(stage="visit", name="Visit"),
            Stage(stage="won", name="Won", final="success"),
            Stage(stage="lost", name="Lost", final="failure"),
        ],
    )
    merged = merge_definitions([SALES, other])
    assert [stage.stage for stage in merged.stages] == ["call", "offer", "visit", "won", "lost"]
    group = build_group({"n": store(), "s": store(processes={"sales": other})})
    assert group.differing == {"sales": ("n", "s")}
    assert group.catalogues.processes["sales"] == merged


@pytest.mark.parametrize("order", [1, -1])
def test_a_stage_that_one_store_shows_is_shown_whichever_store_is_first(order):
    hidden = Stage(stage="offer", name="Offer", in_funnel=False)
    shown = Stage(stage="offer", name="Offer")
    retired = Stage(stage="offer", name="Offer", retired=True)

    def merged(*stages):
        own = [msgspec.structs.replace(SALES, stages=[one, *SALES.stages[-2:]]) for one in stages]
        return merge_definitions(own[::order]).stages[0]

    assert merged(hidden, shown) == merged(retired, shown) == shown
    assert merged(hidden, hidden) == hidden
    assert merged(retired, retired) == retired


def test_two_processes_of_one_id_are_two():
    other = Definition(name="Rentals", stages=SALES.stages)
    group = build_group({"n": store(), "s": store(processes={"sales": other})})
    assert set(group.catalogues.processes) == {"n/sales", "s/sales"}
    assert group.catalogues.settings.process == "n/sales"
    assert group.differing == {}


def test_a_deal_gets_the_groups_ids_everywhere():
    renames = {
        "person": {"anna": "n/anna"},
        "sources": {"web": "n/web"},
        "competitor": {"rival": "n/rival"},
        "product": {"flat": "n/flat"},
        "process": {"sales": "n/sales"},
    }
    deal = Deal(
        id="opp-1", title="anna", client="con-1", stage="offer", process="sales", owner="anna",
        department="anna", source="web", winner="rival", rivals=("rival", "other"),
        lines=(("flat", "1.00 EUR"),), talks=(Talk("call", "anna", 1),), created_at=0,
        changed_at=0, touched_at=0,
    )  # fmt: skip
    found = deal_renamer(renames)(deal)
    assert (found.owner, found.source, found.winner) == ("n/anna", "n/web", "n/rival")
    assert (found.process, found.rivals) == ("n/sales", ("n/rival", "other"))
    assert (found.lines, found.talks[0].owner) == ((("n/flat", "1.00 EUR"),), "n/anna")
    assert (found.title, found.department) == ("anna", "anna")  # no person stands there
    assert deal_renamer({"person": {}}) is None


def test_a_document_gets_them_in_its_lists_too():
    document = {"title": "anna", "owner": "anna", "team": [{"member": "anna"}, {"member": "con-1"}]}
    found = rename_document(Opportunity, document, {"person": {"anna": "n/anna"}})
    assert found == {
        "title": "anna",
        "owner": "n/anna",
        "team": [{"member": "n/anna"}, {"member": "con-1"}],
    }


def test_commands_that_help_with_a_store_name_its_directory():
    hint = "git checkout brings it back; salescli check tells the rest, of salescli.yaml too"
    found = finding("missing-file", "it is missing", hint=hint)
    told = name_store(found, "south", "'../the south'")
    assert told.text == "south: it is missing"
    assert told.hint == (
        "git checkout brings it back; salescli -C '../the south' check tells the rest, "
        "of salescli.yaml too"
    )
    placed = msgspec.structs.replace(found, hint=None, place=Place("team.yaml", 3, 1))
    assert str(name_store(placed, "south", "../south").place) == "south/team.yaml:3:1"
    assert name_store(placed, "south", "../south").hint is None
