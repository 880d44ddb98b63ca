"""`opportunity show | timeline | brief | board`: what they show, of every status, whatever fits."""

import json
import shutil
from pathlib import Path

import pytest
import yaml
from wcwidth import wcswidth

from tests.shop import Shop, new_shop

FORMAT = Path(__file__).parent.parent / "data" / "format"
DEAL, LEAD, ELENA = "opp-7k2m9xq4tb", "lead-0f5s3q8n2k", "con-4c8t1m9zqa"
HOME = f"opportunities/2026/riverside-block-b-flat-47--{DEAL}"
LEAD_HOME = f"leads/2026/flat-for-elena--{LEAD}"
PLACES = {
    "salescli.yaml": "salescli.yaml",
    "team.yaml": "team.yaml",
    "dictionaries.yaml": "dictionaries.yaml",
    "products.yaml": "products.yaml",
    "competitors.yaml": "competitors.yaml",
    "processes_real-estate.yaml": "processes/real-estate.yaml",
    "units_riverside-b.yaml": "units/riverside-b.yaml",
    "account.yaml": "accounts/bright-keys--acc-2h6w0r5kdn.yaml",
    "contact.yaml": f"contacts/elena-petrova--{ELENA}.yaml",
    "lead.yaml": f"{LEAD_HOME}/lead.yaml",
    "opportunity.yaml": f"{HOME}/opportunity.yaml",
    "history.yaml": f"{HOME}/history.yaml",
}
LEAD_EVENTS = [
    {"kind": "created", "fields": {"title": "Flat for Elena", "client": ELENA,
     "stage": "qualification", "need": "flat-to-live-in", "owner": "anna", "department": "north",
     "budget": "250000.00 EUR", "source": "client-referral", "decision_date": "2026-12-01",
     "medium": "phone", "notes": "Wants the river side"}},
    {"kind": "noted", "text": "She asked for the quiet side"},
    {"kind": "moved", "from": "qualification", "to": "awaiting-sale"},
]  # fmt: skip


def write_example(root: Path) -> None:
    """The records of the format's specification, in their places."""
    for name, place in PLACES.items():
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(FORMAT / name, root / place)
    lines = [
        {"id": f"h-000000000{n}", "seq": n, "at": f"2026-10-0{n}T08:00:00Z", "by": "boris", **own}
        for n, own in enumerate(LEAD_EVENTS, 1)
    ]
    text = "".join(f"- {json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    (root / LEAD_HOME / "history.yaml").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def example_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    shop = new_shop(tmp_path_factory.mktemp("example") / "store")
    write_example(shop.root)
    return shop.root


@pytest.fixture
def example(example_store: Path) -> Shop:
    """The deal of the format on 20 November 2026, to be read."""
    shop = Shop(example_store)
    shop.now = shop.now.replace(day=20)
    return shop


# --- show ----------------------------------------------------------------------------------------


def test_the_fullest_deal_stands_on_one_screen(example):
    lines = example.do("opp", "show", "7k2m").out.splitlines()
    assert len(lines) <= 40
    assert max(map(wcswidth, lines)) <= 80
    assert lines[:9] == [
        " Riverside, block B, flat 47                                      opp-7k2m9xq4tb",
        " Elena Petrova · A flat to live in · Recommended by a client",
        " through Bright Keys Agency · Anna Bērziņa, North bank",
        " with Boris Kalnin (Presales), con-5d2g8j6mvb (Sales representative)",
        " ✓ Qualification 7 d  ✓ Key contacts 8 d  ▶ Proposal preparation 10 d",
        " ○ Proposal presentation  ○ Won",
        " Budget 240 000 EUR · amount 241 960 EUR · 35 % → 84 686 EUR",
        " Closes 15 Dec 2026 (in 25 days) · Created 5 Oct 2026",
        " Decides    Elena Petrova       high influence, supportive, School next door",
    ]
    text = "\n".join(lines)
    assert "Against    Skyline Homes       Skyline Park, 228 000 EUR: Parking included;" in text
    assert "           Total                                                    241 960 EUR" in text
    assert "No word of discounts before the bank answers. (10 Nov)" in text
    assert " 13 Nov     question" in text
    assert lines[-1] == " Earlier: salescli opp timeline 7k2m"


def test_a_deal_with_too_much_says_how_much_is_left_out_and_full_shows_it(shop):
    deal = shop.deal("Flat 47", "--tactic", "\n".join(f"line {n}" for n in range(30)))
    for number in range(25):
        shop.do("opp", "product", "add", deal, "--title", f"Thing {number}", "--price", "10")
    answer = shop.do("opp", "show", deal)
    lines = answer.out.splitlines()
    assert len(lines) <= 40
    assert [line.strip() for line in lines if "…" in line and "more line" in line]
    assert "Total" in answer.out and "250 EUR" in answer.out
    assert f"--full shows all of {deal[4:8]}" in answer.err
    full = shop.do("opp", "show", deal, "--full")
    for words in [*(f"line {n}" for n in range(30)), *(f"Thing {n}" for n in range(25))]:
        assert words in full.out
    assert "--full" not in full.err


def test_a_deal_past_key_contacts_without_a_decision_maker_is_warned_of(shop):
    deal = shop.deal("Flat 47")
    words = "nobody is known to decide"
    assert words not in shop.do("opp", "show", deal).out
    shop.do("opp", "advance", deal, "--to", "proposal-preparation")
    assert words in shop.do("opp", "show", deal).out
    shop.do("opp", "contact", "add", deal, "Elena Petrova", "--role", "decision-maker")
    assert words not in shop.do("opp", "show", deal).out


def test_the_people_of_a_deal_stand_as_a_matrix(example, shop):
    assert example.do("opp", "show", "7k2m", "--people").out.splitlines() == [
        "                 High",
        " Decision maker  Elena Petrova +2",
        " Influencer      con-9p3x7y1c0f +1",
    ]
    nobody = shop.do("opp", "show", shop.deal("Flat 48"), "--people")
    assert nobody.out == ""
    assert "Nobody is known. salescli opp contact add" in nobody.err


def test_a_deal_is_shown_as_its_history_says_of_a_past_day(example):
    out = example.do("opp", "show", "7k2m", "--as-of", "2026-10-30").out
    assert " As of 30 Oct 2026\n" in out
    assert "▶ Lost" in out
    assert "Budget 250 000 EUR · 0 % → 0 EUR" in out
    assert " Closed 28 Oct 2026 (2 days ago) · Created 5 Oct 2026" in out
    assert "The client does not answer" in out
    for later in ("Skyline", "Juris", "Kitchen", "Nov", "salescli opp reopen"):
        assert later not in out


def test_a_day_before_the_deal_or_to_come_is_refused(example):
    early = example.run("opp", "show", "7k2m", "--as-of", "2026-10-04")
    assert early.code == 3
    assert "was not there yet on 2026-10-04" in early.err
    assert example.run("opp", "show", "7k2m", "--as-of", "2026-12-04").code == 2
    assert example.run("opp", "show", "7k2m", "--as-of", "soon").code == 2


def test_a_history_that_made_no_record_on_that_day_is_damage(shop):
    deal = shop.deal("Flat 47", "--at", "2026-10-05")
    path = shop.folder(deal) / "history.yaml"
    shop.replace(path, '"title":"Flat 47"', '"title":{"a":"b"}')
    answer = shop.run("opp", "show", deal, "--as-of", "2026-10-06")
    assert answer.code == 4
    assert "the events don't make a record" in answer.err.lower().replace("\n ", "")


def test_the_document_has_everything_that_the_files_hold(example):
    document = json.loads(example.do("opp", "show", DEAL, "--format", "json").out)
    stored = yaml.load((example.root / PLACES["opportunity.yaml"]).read_text(), yaml.CBaseLoader)  # noqa: S506
    for name, value in stored.items():
        if isinstance(value, str) and value:
            assert str(document[name]) == value
    for name in ("contacts", "competitors", "team", "products", "leads"):
        assert len(document[name]) == len(stored[name])
    computed, history = document["computed"], document["history"]
    assert [(v["stage"], v["days"], v["historical"]) for v in computed["visits"]] == [
        ("qualification", 7, False),
        ("key-contacts", 0, True),
        ("proposal-preparation", 2, True),
        ("key-contacts", 14, True),
        ("lost", 0, True),
        ("key-contacts", 8, False),
        ("proposal-preparation", 10, False),
    ]
    assert computed["hours"] == "5.00"  # 20 + 70 + 90 done and 120 by hand, each / 60
    assert {key: len(value) for key, value in history.items()} == {
        "activities": 9,
        "proposals": 1,
        "approvals": 1,
        "mails": 1,
        "files": 3,
        "posts": 2,
        "notes": 1,
        "work": 1,
        "tactics": 1,
    }
    assert history["approvals"][0]["decision"] == "approved"
    assert history["mails"][0]["from"] == "anna@riverside.example"
    assert history["proposals"][0] == {
        "proposal": "prop-4w9k1t6c8e",
        "number": "R-47",
        "version": 1,
        "state": "sent",
        "amount": "241960.00 EUR",
        "file": "files/proposal-r47-v1.pdf",
        "at": "2026-11-12T08:31:00Z",
    }


def test_former_tactics_stay_in_the_document(shop):
    deal = shop.deal("Flat 47", "--tactic", "First")
    shop.do("opp", "set", deal, "--tactic", "Second")
    document = json.loads(shop.do("opp", "show", deal, "--format", "json").out)
    assert [one["text"] for one in document["history"]["tactics"]] == ["First", "Second"]


# --- timeline ------------------------------------------------------------------------------------


def test_the_timeline_joins_a_deal_and_its_leads(example):
    answer = example.do("opp", "timeline", "7k2m")
    lines = answer.out.splitlines()
    assert lines[:6] == [
        " 1 Oct 2026",
        "  11:00  boris  on the lead: created at Qualification",
        " 2 Oct 2026",
        '  11:00  boris  on the lead: note "She asked for the quiet side"',
        " 3 Oct 2026",
        "  11:00  boris  on the lead: Qualification → Awaiting sale",
    ]
    assert '  11:30  anna   created at Qualification, from lead "Flat for Elena"' in lines
    # 50 lines of the deal, less one that was voided and the event that says so, and 3 of the lead
    assert answer.err == "Riverside, block B, flat 47: 51 events.\n"


@pytest.mark.parametrize(
    ("kinds", "found"),
    [
        (["mail"], ["mailed"]),
        (["mailed"], ["mailed"]),
        (["note", "post"], ["noted", "posted", "posted", "noted"]),
        (["approval"], ["asked", "decided"]),
        (["hours"], ["worked"]),
        (["process"], ["started", "stopped"]),
    ],
)
def test_kinds_may_be_named_as_people_do(example, kinds, found):
    options = [word for kind in kinds for word in ("--kind", kind)]
    out = example.do("opp", "timeline", DEAL, "--format", "json", *options).out
    assert sorted(one["kind"] for one in json.loads(out)["entries"]) == sorted(found)


def test_days_are_the_stores_and_both_included(example):
    out = example.do("opp", "timeline", DEAL, "--since", "2026-11-05", "--until", "2026-11-07",
                     "--reverse", "--format", "json").out  # fmt: skip
    assert [(one["kind"], one["at"]) for one in json.loads(out)["entries"]] == [
        ("changed", "2026-11-07T11:30:00Z"),
        ("done", "2026-11-07T11:10:00Z"),
        ("replanned", "2026-11-05T15:20:00Z"),
    ]


def test_an_unknown_kind_is_told_with_the_nearest(example):
    answer = example.run("opp", "timeline", DEAL, "--kind", "mial")
    assert answer.code == 2
    assert "did you mean mail?" in answer.err.replace("\n", " ")


def test_a_timeline_in_a_pipe_cuts_nothing_and_on_a_terminal_fits(example):
    wide = example.do("opp", "timeline", DEAL).out
    assert '"Liked the courtyard; worries about parking"' in wide
    example.is_terminal, example.width = True, 60
    narrow = example.do("opp", "timeline", DEAL, "--full").out
    assert max(map(wcswidth, narrow.splitlines())) <= 60


def test_markdown_of_a_timeline_has_a_heading_a_day(example):
    out = example.do("opp", "timeline", DEAL, "--kind", "mail", "--full", "--format", "md").out
    assert out.splitlines() == [
        "# Riverside, block B, flat 47",
        "",
        "## 12 Nov 2026",
        "",
        '- 09:58 **anna** mail out "Our proposal for flat 47" to elena@example.com, 1 file',
        "  - from anna@riverside.example",
        "  - to elena@example.com",
        "  - Dear Elena, attached is what we spoke of…",
        "  - files/proposal-r47-v1.pdf",
    ]


def test_a_lead_that_can_not_be_read_is_named_and_the_rest_shown(shop):
    write_example(shop.root)
    (shop.root / LEAD_HOME / "history.yaml").write_text("- nothing\n")
    for view in (["show", DEAL], ["timeline", DEAL], ["brief", DEAL]):
        answer = shop.run("opp", *view)
        assert answer.code == 4
        assert "Riverside, block B, flat 47" in answer.out + answer.err
        assert f"{LEAD_HOME}/history.yaml:1" in answer.err
    shutil.rmtree(shop.root / LEAD_HOME)
    answer = shop.run("opp", "timeline", DEAL)
    assert answer.code == 4
    assert f"The deal covers {LEAD}, which isn't there" in answer.err


@pytest.mark.parametrize("outcome", ["won", "lost", "archived"])
def test_everything_shows_of_a_deal_of_any_status(shop, outcome):
    deal = shop.deal("Flat 47", "--budget", "250000")
    if outcome == "won":
        shop.do("opp", "close", deal, "--outcome", "won")
    else:
        shop.do("opp", "close", deal, "--outcome", "lost", "--reason", "price")
    if outcome == "archived":
        shop.do("opp", "archive", deal)
    assert "250 000 EUR" in shop.do("opp", "show", deal).out
    assert "created at Qualification" in shop.do("opp", "timeline", deal).out
    assert "# Flat 47" in shop.do("opp", "brief", deal).out


# --- brief ---------------------------------------------------------------------------------------


def test_the_brief_has_all_that_one_must_know(example):
    out = example.do("opp", "brief", "7k2m").out
    headings = [line for line in out.splitlines() if line.startswith("#")]
    assert headings == [
        "# Riverside, block B, flat 47",
        "## Client",
        "## Where it stands",
        "## People",
        "## How we mean to win it",
        "## Rivals",
        "## What we offer",
        "## Proposals",
        "## Last contacts",
        "## Notes and posts",
    ]
    for words in (
        "- **Elena Petrova** · +371 2111 1111 · elena@example.com",
        "- Goal: A proposal that answers every need of the client.",
        "| **Elena Petrova** | Decision maker | High | Supportive | School next door |",
        "- R-47 v1 sent, 241 960 EUR, 12 Nov 2026, files/proposal-r47-v1.pdf",
        '- 7 Nov 2026 13:10 **anna** meeting "Show block B with the wife" done, 1 h 10 min',
        "- **Total 241 960 EUR**",
        "- 12 Nov 2026 12:00 **anna** Elena is abroad until the 20th",
    ):
        assert words in out


def test_the_brief_is_written_where_it_is_asked_for(shop):
    deal = shop.deal("Flat 47")
    other = shop.deal("Flat 48", "--budget", "1000")
    answer = shop.do("opp", "brief", deal, "-o", "../meeting.md")
    assert answer.out == ""
    text = (shop.root.parent / "meeting.md").read_text("utf-8")
    assert text.startswith("# Flat 47\n")
    assert f"- Flat 48: open, 1 000 EUR ({other})" in text
    assert "- Ask what they need" in text
    refused = shop.run("opp", "brief", deal, "-o", "nowhere/meeting.md")
    assert refused.code == 6


def test_no_text_of_users_is_markup_in_a_brief(shop):
    deal = shop.deal("<b>Flat</b> | *47*", "--tactic", "# Big\n- item")
    out = shop.do("opp", "brief", deal).out
    assert r"# \<b\>Flat\</b\> \| \*47\*" in out
    assert "\n# Big" not in out and "- # Big" in out


# --- board ---------------------------------------------------------------------------------------


def test_the_board_shows_open_deals_under_their_stages(shop):
    late = shop.deal("Old Mill, shop 2", "--budget", "1200000", "--close-date", "2026-11-01")
    shop.deal("Flat 47", "--budget", "250000")
    lost = shop.deal("Flat 48")
    shop.do("opp", "close", lost, "--outcome", "lost", "--reason", "price")
    answer = shop.do("opp", "board", "--width", "80")
    lines = answer.out.splitlines()
    assert lines[0].split("  ")[0] == "Qualification"
    assert lines[1].startswith("2 deals")
    assert lines[2].startswith("1 450 000 EUR")
    assert lines[4].startswith("! Old Mill, shop 2")
    assert lines[5].startswith(f"{late[4:8]}  1 200 000 EUR")
    assert "Flat 48" not in answer.out
    assert "2 open deals; sums are the amount, else the budget." in answer.err


def test_the_board_takes_the_conditions_of_lists(shop):
    shop.make("person", "create", "Boris Kalnin", "--id", "boris")
    shop.deal("Flat 47", "--owner", "boris")
    shop.deal("Flat 48")
    document = json.loads(shop.do("opp", "board", "--where", "owner=@me", "--format", "json").out)
    cards = [card["title"] for stage in document["stages"] for card in stage["cards"]]
    assert cards == ["Flat 48"]
    assert shop.run("opp", "board", "--where", "bugdet>1").code == 2
    assert shop.run("opp", "board", "--process", "nope").code == 3


@pytest.mark.parametrize("width", [20, 40, 80, 120, 200])
def test_the_board_fits_every_terminal(shop, width):
    shop.deal("Апартаменты с видом на реку и 東京タワー", "--budget", "987654321.50")
    other = shop.deal("Donaudampfschifffahrtselektrizitätenhauptbetriebswerk")
    shop.do("opp", "advance", other)
    shop.is_terminal, shop.width = True, width
    out = shop.do("opp", "board").out
    assert max(map(wcswidth, out.splitlines())) <= width
    assert "987 654 321.50" in out


def test_a_board_on_a_terminal_says_how_many_more_cards_there_are(shop):
    for number in range(12):
        shop.deal(f"Flat {number}")
    assert shop.do("opp", "board").out.count("Flat") == 12
    shop.is_terminal = True
    out = shop.do("opp", "board").out
    assert out.count("Flat") == 10
    assert "+2 more" in out
    assert shop.do("opp", "board", "--limit", "3").out.count("Flat") == 3


def test_an_empty_store_has_an_empty_board(shop):
    answer = shop.do("opp", "board")
    assert "Qualification · 0 deals" in answer.out
    assert answer.err == "No open deals. salescli opportunity create TITLE --client NAME\n"
    narrowed = shop.do("opp", "board", "--where", "budget>1")
    assert narrowed.err == "No open deal meets that.\n"


def test_a_board_counts_the_open_deals_of_other_processes(shop):
    quick = (shop.root / "processes/real-estate.yaml").read_text("utf-8")
    shop.write("processes/other.yaml", quick)
    shop.deal("Flat 47", "--process", "other")
    shop.deal("Flat 48")
    answer = shop.do("opp", "board")
    assert "Flat 48" in answer.out and "Flat 47" not in answer.out
    assert answer.err.startswith("1 open deal; ")
    assert "1 open deal of other processes: --process." in answer.err
    assert "Flat 47" in shop.do("opp", "board", "--process", "other").out


def test_cards_are_named_by_ids_that_no_other_deal_begins_with():
    from salescli.workspace.boards import short_ids

    assert short_ids(["opp-aaaa000000", "opp-aaaab00000", "opp-b000000000"]) == {
        "opp-aaaa000000": "aaaa0",
        "opp-aaaab00000": "aaaab",
        "opp-b000000000": "b000",
    }
    assert short_ids(["opp-aaaa000000"]) == {"opp-aaaa000000": "aaaa"}


def test_a_lead_has_a_timeline_of_its_own(example):
    answer = example.do("lead", "timeline", LEAD, "--kind", "note")
    assert answer.out.splitlines() == [
        " 2 Oct 2026",
        '  11:00  boris  note "She asked for the quiet side"',
    ]
    assert answer.err == "Flat for Elena: 1 of 3 events.\n"
