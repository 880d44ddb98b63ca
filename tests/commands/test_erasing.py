"""Forgetting a person: what goes, what is told to stay, and that nothing of this clone keeps it."""

from hashlib import sha256

import pytest

from tests.correspondence import eml, mbox
from tests.planned import append_event, folder_of
from tests.shop import Shop, load, made_once

PRICES = "Our price list, for all"
OURS = sha256(PRICES.encode()).hexdigest()
SECRETS = ("elena.p@example.com", "2111 1111", "1988-04-02", "Dear Anna, my passport")


@pytest.fixture
@made_once
def elena(shop: Shop) -> dict[str, str]:
    """Elena with a deal, mails with files in it and in another's, and a note about her."""
    made = {
        "elena": shop.make(
            "contact", "create", "Elena Petrova", "--email", "elena.p@example.com",
            "--phone", "+371 2111 1111", "--birthday", "1988-04-02",
        )
    }  # fmt: skip
    made["deal"] = shop.make("opp", "create", "Flat for Elena Petrova", "--client", made["elena"])
    shop.make("contact", "create", "Juris")
    made["other"] = shop.make("opp", "create", "Flat 48", "--client", "Juris")
    for number, name in enumerate(("deal", "other"), 1):
        folder = folder_of(shop, made[name])
        for path in (f"mail/mail-{number:0>10}.eml", "files/pass.pdf", "files/ours.pdf"):
            (shop.root / folder / path).parent.mkdir(exist_ok=True)
            text = PRICES if "ours" in path else "Dear Anna, my passport"
            shop.write(f"{folder}/{path}", text)
        append_event(
            shop, folder, "mailed", mail=f"mail-{number:0>10}", direction="in",
            **{"from": "Elena <Elena.P@Example.com>"}, to=["anna@riverside.example"],
            subject="My papers", excerpt="See the file", file=f"mail/mail-{number:0>10}.eml",
            attachments=["files/pass.pdf", "files/ours.pdf"],
        )  # fmt: skip
        append_event(shop, folder, "attached", file="files/ours.pdf", sha256=OURS, bytes=23)
    append_event(shop, folder_of(shop, made["deal"]), "noted", text="Elena is abroad")
    append_event(
        shop, folder_of(shop, made["deal"]), "mailed", mail="mail-0000000009", direction="out",
        **{"from": "anna@riverside.example"}, to=["juris@example.com"], subject="Hello",
        excerpt="x",
    )  # fmt: skip
    return made


def texts(shop: Shop) -> bytes:
    """Everything in the store's directory, what is local to the clone included."""
    files = (path for path in shop.root.rglob("*") if path.is_file() and ".git/" not in str(path))
    return b"\n".join(path.read_bytes() for path in files)


def test_the_file_is_emptied_and_the_mails_go_with_their_files(shop, elena):
    answer = shop.do("contact", "erase", "Elena Petrova", "--yes")
    assert answer.out == f"{elena['elena']}\n"
    (path,) = shop.root.glob(f"contacts/*{elena['elena']}.yaml")
    assert path.read_text("utf-8") == f"id: {elena['elena']}\nname: erased\n"
    for name in ("deal", "other"):
        folder = shop.folder(elena[name])
        assert not list(folder.glob("mail/*"))
        assert [one.name for one in folder.glob("files/*")] == ["ours.pdf"]
        mailed = next(e for e in shop.events(elena[name]) if e["kind"] == "mailed")
        voided = next(e for e in shop.events(elena[name]) if e["kind"] == "voided")
        assert (voided["events"], voided["why"]) == ([mailed["id"]], "mistake")
        assert voided["note"] == "erased"
    live = [event.mail for event in shop.live(elena["deal"]) if hasattr(event, "mail")]
    assert live == ["mail-0000000009"]  # a mail of others stays
    assert shop.do("check").err == ""


@pytest.fixture
@made_once
def imported(shop: Shop) -> dict[str, str]:
    """Mails that were really imported: Elena's two, and one of Juris with a file of his."""
    elena = shop.make("contact", "create", "Elena Petrova", "--email", "elena.p@example.com")
    deal = shop.make("opp", "create", "Flat 47", "--client", elena)
    passport, logo = {"pass.pdf": b"my passport"}, {"logo.png": b"a logo"}
    box = mbox(
        eml("0@x", sender="juris@example.com", files=logo),
        eml("1@x", sender="Elena <Elena.P@Example.com>", files=passport | logo),
        eml("2@x", sender="elena.p@example.com", files={"pass.pdf": b"another page"}, date=""),
    )
    path = shop.root.parent / "in.mbox"
    path.write_bytes(box)
    shop.do("mail", "import", str(path), deal)
    path.write_bytes(b"by hand")
    shop.do("file", "attach", deal, str(path), "--name", "hand.txt")
    return {"elena": elena, "deal": deal}


def test_what_an_import_brought_goes_and_its_events_are_voided(shop, imported):
    deal = imported["deal"]
    names = [one.name for one in sorted(shop.folder(deal).glob("files/*"))]
    assert names == ["hand.txt", "logo.png", "pass-2.pdf", "pass.pdf"]
    told = " ".join(shop.do("contact", "erase", imported["elena"], "--yes").err.split())
    assert "Erased: the contact's file, 2 mails, 4 files." in told  # two .eml, two pages
    names = [one.name for one in sorted(shop.folder(deal).glob("files/*"))]
    assert names == ["hand.txt", "logo.png"]
    live = [event.file for event in shop.live(deal) if hasattr(event, "sha256")]
    assert live == ["files/logo.png", "files/hand.txt"]
    assert "pass.pdf" not in told
    assert shop.do("check", "--strict").code == 0


def test_what_a_mail_of_theirs_brought_and_one_of_others_names_stays(shop, imported):
    folder = shop.folder(imported["deal"])
    path = shop.root.parent / "in.eml"
    path.write_bytes(eml("9@x", sender="juris@example.com", files={"pass.pdf": b"my passport"}))
    shop.do("mail", "import", str(path), imported["deal"])
    shop.do("contact", "erase", imported["elena"], "--yes")
    assert [one.name for one in sorted(folder.glob("files/pass*"))] == ["pass.pdf"]
    assert shop.do("check", "--strict").code == 0


def test_what_stays_in_voided_lines_is_told(shop, imported):
    told = " ".join(shop.do("contact", "erase", imported["elena"], "--yes").err.split())
    words = "Subject, beginning and addresses of the mails stay in the lines, now voided, of Flat"
    assert words in told
    assert b"elena.p@example.com" in (shop.folder(imported["deal"]) / "history.yaml").read_bytes()


@pytest.mark.parametrize("text", ["ELENA.P@example.com", "+371 2111-1111"])
def test_an_address_or_a_phone_names_them_but_no_part_of_one(shop, elena, text):
    answer = shop.run("contact", "erase", "elena.p", "--yes")
    assert (answer.code, answer.out) == (3, "")
    assert shop.do("contact", "erase", text, "--yes").out == f"{elena['elena']}\n"


def test_nothing_in_this_clone_keeps_what_was_erased(shop, elena):
    shop.do("client", "list")  # the index knows her
    shop.do("contact", "set", elena["elena"], "--notes", "Passport LV1234567")
    shop.do("contact", "erase", elena["elena"], "--yes")
    kept = texts(shop)
    assert b"LV1234567" not in kept
    for secret in SECRETS[1:]:
        assert secret.encode() not in kept
    assert not list(shop.root.glob(".salescli/log/*"))
    answer = shop.run("undo")
    assert answer.code == 1
    assert "no command to undo" in answer.err


def test_what_stays_is_told_in_lines_of_a_screen(shop, elena):
    answer = shop.do("contact", "erase", elena["elena"], "--yes")
    told = " ".join(answer.err.split())
    for words in (
        "Erased: the contact's file, 2 mails, 4 files.",
        f"stays in the events of Flat for Elena Petrova ({elena['deal']})",
        f"Titles still name them: Flat for Elena Petrova ({elena['deal']})",
        "files/ours.pdf",
        "The name of the file stays: contacts/elena-petrova--",
        "git filter-repo",
    ):
        assert words in told
    lines = [line for line in answer.err.splitlines() if "/" not in line]
    assert max(map(len, lines)) <= 80


def test_the_deal_still_names_the_contact_and_reads_as_before(shop, elena):
    shop.do("contact", "erase", elena["elena"], "--yes")
    assert shop.facts(elena["deal"])["client"] == elena["elena"]
    assert "erased" in shop.do("opp", "show", elena["deal"]).out
    assert shop.do("opp", "advance", elena["deal"]).code == 0


def test_whoever_was_merged_into_them_is_erased_too(shop, elena):
    stub = shop.make("contact", "create", "Lena Petrova")
    shop.do("client", "merge", stub, elena["elena"])
    answer = shop.run("contact", "erase", stub, "--yes")
    assert answer.code == 1
    assert f"salescli contact erase {elena['elena']} erases both" in " ".join(answer.err.split())
    shop.do("contact", "erase", elena["elena"], "--yes")
    (path,) = shop.root.glob(f"contacts/*{stub}.yaml")
    assert load(path) == {"id": stub, "name": "erased", "merged_into": elena["elena"]}


def test_raw_leads_with_the_same_address_are_named(shop, elena):
    (shop.root / "leads/2026/x--lead-0000000001").mkdir(parents=True)
    shop.write(
        "leads/2026/x--lead-0000000001/lead.yaml",
        "id: lead-0000000001\ntitle: A flat\nclient:\nstage: qualification\nneed:\nowner:\n"
        "department:\nbudget:\nsource:\ndecision_date:\nemails: [Elena.p@example.com]\n",
    )
    shop.write("leads/2026/x--lead-0000000001/history.yaml", "")
    append_event(
        shop,
        "leads/2026/x--lead-0000000001",
        "created",
        fields={
            "title": "A flat",
            "stage": "qualification",
            "emails": ["Elena.p@example.com"],
        },
    )
    told = shop.do("contact", "erase", elena["elena"], "--yes").err
    assert "A flat (lead-0000000001)" in " ".join(told.split())


def test_off_a_terminal_it_wants_to_be_sure(shop, elena):
    before = shop.tree()
    answer = shop.run("contact", "erase", "Elena Petrova")
    assert answer.code == 2
    assert f"salescli contact erase {elena['elena']} --yes" in " ".join(answer.err.split())
    assert "2 mails" in answer.err
    assert shop.tree() == before


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("n\n", 130), ("", 130)])
def test_on_a_terminal_it_asks(shop, elena, typed, code):
    shop.is_interactive = True
    before = shop.tree()
    answer = shop.run("contact", "erase", "Elena Petrova", stdin=typed)
    assert answer.code == code
    assert "There is no undo." in answer.err
    assert (shop.tree() == before) is (code != 0)


def test_a_dry_run_asks_nothing_and_forgets_nothing(shop, elena):
    before, log = shop.tree(), sorted(shop.root.glob(".salescli/log/*"))
    answer = shop.do("contact", "erase", "Elena Petrova", "--dry-run")
    assert "+name: erased" in answer.out
    assert shop.tree() == before
    assert sorted(shop.root.glob(".salescli/log/*")) == log


def test_erasing_again_empties_the_log_again(shop, elena):
    shop.do("contact", "erase", elena["elena"], "--yes")
    shop.make("contact", "create", "Anna")
    before = shop.tree()
    answer = shop.do("contact", "erase", elena["elena"], "--yes")
    assert "is erased already" in answer.err
    assert shop.tree() == before
    assert not list(shop.root.glob(".salescli/log/*"))


@pytest.mark.parametrize("path", ["../../../salescli.yaml", "/etc/passwd", "files/../../x"])
def test_an_event_that_leads_out_of_the_deal_deletes_nothing_there(shop, elena, path):
    folder = folder_of(shop, elena["deal"])
    append_event(
        shop, folder, "mailed", mail="mail-0000000007", direction="in",
        **{"from": "elena.p@example.com"}, to=[], subject="x", excerpt="", file=path,
    )  # fmt: skip
    shop.do("contact", "erase", elena["elena"], "--yes")
    assert (shop.root / "salescli.yaml").exists()


def test_a_contact_without_mail_or_deals_is_erased_too(shop):
    made = shop.make("contact", "create", "Зоя Лебедева")
    told = shop.do("contact", "erase", "зоя лебедева", "--yes").err
    assert "Erased: the contact's file." in told
    assert made in shop.do("contact", "list", "--format", "json").out


def test_the_files_of_an_imported_mail_go_with_it_and_their_events_count_no_more(shop):
    contact = shop.make("contact", "create", "Elena Petrova", "--email", "elena@example.com")
    deal = shop.make("opp", "create", "Flat 47", "--client", contact)
    shop.write("../ours.txt", "Our price list")
    shop.do("file", "attach", deal, "../ours.txt")
    mail = eml(files={"pass.pdf": b"her passport", "ours.txt": b"Our price list"})
    (shop.root.parent / "one.eml").write_bytes(mail)
    shop.do("mail", "import", "../one.eml")
    told = shop.do("contact", "erase", contact, "--yes").err
    assert "1 mail, 2 files" in told
    assert "files/ours.txt" in told
    assert "pass.pdf" not in told
    assert [one.name for one in shop.folder(deal).glob("files/*")] == ["ours.txt"]
    assert [event.file for event in shop.live(deal) if hasattr(event, "sha256")] == [
        "files/ours.txt"
    ]
    assert shop.run("check").code == 0
