"""`next` and `show`: one screen of 80 columns, whatever the data are."""

import json

import pytest
from wcwidth import wcswidth

from tests.shop import Shop
from tests.workspace.demo_store import write_demo

WIDE = "Апартаменты с видом на реку и 東京タワー, " * 3
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = write_demo(tmp_path_factory.mktemp("demo") / "store")
    shop.environ["SALESCLI_ACTOR"] = "anna-berzina"
    return shop


def assert_fits(text: str) -> None:
    wide = [line for line in text.splitlines() if wcswidth(line) > 80]
    assert wide == []


def test_every_deal_of_the_example_fits_a_screen(demo):
    listed = json.loads(demo.do("opp", "list", "--all", "--format", "json").out)
    for deal in listed["opportunities"]:
        for arguments in (["opp", "show", deal["id"]], ["next", deal["id"]]):
            answer = demo.do(*arguments)
            assert_fits(answer.out)
            assert len(answer.out.splitlines()) <= 40
            assert deal["title"][:20] in answer.out


def test_the_longest_story_fits_a_screen_with_something_of_everything(demo):
    lines = demo.do("opp", "show", "Penthouse for the Petrovs, the long one").out.splitlines()
    assert len(lines) <= 40
    assert_fits("\n".join(lines))
    people, offered = ("Decides", "Influences", "Contact", "Against"), ("Products", "Unit")
    wanted = {*people, *offered, "Proposal", "Tactic", "Strengths", "Weakness", "Open", "Next"}
    assert wanted <= {line[1:12].strip() for line in lines}


def test_everybodys_deals_of_the_example_fit_a_screen(demo):
    people = json.loads(demo.do("person", "list", "--format", "json").out)["people"]
    assert len(people) == 10
    for person in people:
        assert_fits(demo.do("next", "--person", person["id"]).out)
    assert_fits(demo.do("next").err)


def test_ugly_data_fit_too_and_none_is_cut(shop):
    client = shop.make("account", "create", WIDE.strip())
    shop.make("product", "create", WIDE.strip(), "--id", "wide", "--price", "123456789.50")
    deal = shop.make("opp", "create", LONG_WORD, "--client", client, "--budget", "987654321.50",
                     "--tactic", f"{WIDE}\n{LONG_WORD}")  # fmt: skip
    path = shop.folder(deal) / "opportunity.yaml"
    shop.write(
        str(path),
        path.read_text("utf-8")
        + "contacts:\n  - contact: con-0000000000\n    role: influencer\n    motivator: "
        + WIDE.strip().replace(", ", " ")
        + "\nproducts:\n  - line: line-0000000000\n    product: wide\n    quantity: 12\n"
        "    price: 123456789.50 EUR\n    discount: 1.5\n",
    )
    for arguments in (["opp", "show", deal], ["next", deal], ["next"]):
        assert_fits(shop.do(*arguments).out)
    shown = shop.do("opp", "show", deal).out
    assert LONG_WORD in shown.replace("\n ", "").replace(" ", "")
    assert "1 459 259 251.89 EUR" in shown  # 12 × 123 456 789.50 × 0.985


def test_a_deal_without_money_or_client_file_is_shown(shop):
    deal = shop.deal("Flat 47")
    (client,) = shop.root.glob("contacts/*")
    client.unlink()
    for arguments in (["opp", "show", deal], ["next", deal], ["next"], ["opp", "list"]):
        answer = shop.do(*arguments)
        assert "Flat 47" in answer.out
        assert "con-" in answer.out


def test_reading_goes_on_where_the_stage_was_edited_by_hand(shop):
    deal = shop.deal("Flat 47")
    shop.replace(shop.folder(deal) / "opportunity.yaml", "stage: qual", "stage: key-contacts #")
    for arguments in (["opp", "show", deal], ["next", deal], ["next"], ["opp", "list"]):
        assert "Key contacts" in (answer := shop.do(*arguments)).out or "key-contacts" in answer.out
    refused = shop.run("opp", "advance", deal)
    assert refused.code == 1
    assert "salescli check --fix first" in refused.err
    assert shop.do("opp", "set", deal, "--need", "parking").code == 0


def test_whoever_reads_need_not_be_one_of_the_team(shop):
    deal = shop.deal("Flat 47")
    shop.git_email, shop.system_user = "guest@example.com", "guest"
    assert shop.do("opp", "show", deal).out
    assert shop.do("next", deal).out
    assert shop.run("next").code == 2


def test_next_tells_what_is_missing_with_the_command_that_fills_it(shop):
    deal = shop.deal("Flat 47", "--budget", "250000")
    out = shop.do("next", deal).out
    short = deal[4:8]
    assert "Goal: We know what they need" in out
    assert f"○ ask what they need{' ' * 14}" in out
    assert f"salescli opp set {short} --need …" in out
    assert "what they can spend\n" not in out  # that is known
    assert f"→ on to Key contacts{' ' * 28}salescli opp advance {short}\n" in out
    assert f"→ or let the process lead{' ' * 21}salescli process start {short}\n" in out
    document = json.loads(shop.do("next", deal, "--format", "json").out)
    assert [one["field"] for one in document["deals"][0]["missing"]] == ["need", "close_date"]


def test_next_names_broken_files_and_goes_on(shop):
    deal = shop.deal("Flat 47")
    broken = shop.deal("Flat 48", "--budget", "1")
    path = shop.folder(broken) / "opportunity.yaml"
    shop.replace(path, "1.00 EUR", "1,00 EUR")
    answer = shop.run("next")
    assert answer.code == 4
    assert deal[4:8] in answer.out
    assert f"{path.relative_to(shop.root)}:8:9: " in answer.err


def test_next_of_nobodys_deals_says_how_to_make_one(shop):
    answer = shop.do("next")
    assert answer.out == ""
    assert "No open deal here is yours. salescli opportunity create" in answer.err


def test_the_markdown_of_a_deal_can_not_be_left_by_its_text(shop):
    deal = shop.deal("``` <b>bold</b>", "--tactic", "````")
    lines = shop.do("opp", "show", deal, "--format", "md").out.splitlines()
    assert lines[0] == r"# \`\`\` \<b\>bold\</b\>"
    assert lines[2] == lines[-1] == "`````"
    assert lines[3:-1] and "`````" not in lines[3:-1]


def test_the_document_of_a_deal_holds_disk_and_computed_apart(shop):
    deal = shop.deal("Flat 47", "--budget", "250000", "--close-date", "2026-11-01")
    document = json.loads(shop.do("opp", "show", deal, "--format", "json").out)
    assert document["schema"] == "salescli/opportunity@1"
    assert (document["id"], document["budget"]) == (deal, "250000.00 EUR")
    computed = document["computed"]
    assert (computed["status"], computed["probability"]) == ("open", 10)
    assert computed["weighted"] == "25000.00 EUR"
    assert computed["overdue"] is True
