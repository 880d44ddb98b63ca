"""`salescli mail`: written down or imported, each on its own deal or lead, never twice."""

import json
import os
from pathlib import Path

import pytest

from tests.correspondence import (
    STATUSES,
    deal_of_status,
    eml,
    events_in,
    mbox,
    raw_lead,
)

BESIDE = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "mail"
REAL_MAILS = sorted(Path(os.environ.get("SALESCLI_MAIL_DATA", BESIDE)).glob("*.eml"))


def put(shop, data, *arguments):
    """Import bytes as a file beside the store."""
    path = shop.root.parent / "in.mbox"
    path.write_bytes(data)
    return shop.run("mail", "import", str(path), *arguments)


def mails(shop, deal):
    return [event for event in shop.events(deal) if event["kind"] == "mailed"]


def words(answer):
    return " ".join(answer.err.split())


# By hand.


@pytest.mark.parametrize("status", STATUSES)
def test_a_mail_is_logged_on_a_deal_of_any_status(shop, status):
    deal = deal_of_status(shop, status)
    mail = shop.make("mail", "log", deal, "--subject", "Our  offer", "--text", "Dear Elena")
    (event,) = mails(shop, deal)
    assert {k: v for k, v in event.items() if k not in ("id", "seq", "at", "by", "kind")} == {
        "mail": mail,
        "direction": "out",
        "from": "anna@riverside.example",
        "to": ["elena@example.com"],
        "subject": "Our offer",
        "excerpt": "Dear Elena",
    }
    assert shop.do("check", "--strict").code == 0


def test_a_mail_from_the_client_is_to_us(shop):
    deal = shop.deal()
    shop.do("mail", "log", deal, "--direction", "in", "--subject", "Hm")
    (event,) = mails(shop, deal)
    assert (event["from"], event["to"]) == ("elena@example.com", ["anna@riverside.example"])


def test_a_long_text_is_kept_whole_as_a_file(shop):
    deal = shop.deal()
    text = "\n".join(f"Строка {number}" for number in range(100))
    answer = shop.run("mail", "log", deal, "--text", "-", stdin=text)
    (event,) = mails(shop, deal)
    assert len(event["excerpt"]) <= 500
    assert event["file"] == f"mail/{answer.id}.eml"
    shown = shop.do("mail", "show", answer.id[5:10]).out
    assert shown.endswith(f"\n\n{text}\n")
    shop.do("undo")
    assert list((shop.folder(deal)).glob("mail/*")) == []


def test_people_are_named_instead_of_their_addresses(shop):
    deal = shop.deal()
    shop.do("person", "create", "Carl", "--id", "carl", "--email", "carl@riverside.example")
    shop.do(
        *("mail", "log", deal, "--subject", "x", "--from", "carl"),
        *("--to", "Elena Petrova", "--to", "Bob <bob@x.example>", "--cc", "anna,c@x.example"),
    )
    (event,) = mails(shop, deal)
    assert event["from"] == "carl@riverside.example"
    assert event["to"] == ["elena@example.com", "bob@x.example"]
    assert event["cc"] == ["anna@riverside.example", "c@x.example"]


def test_all_that_is_wrong_with_a_mail_is_told_at_once(shop):
    deal = shop.deal()
    before = shop.tree()
    answer = shop.run("mail", "log", deal, "--direction", "up", "--from", "@", "--to", "nobody")
    assert answer.code == 3
    for part in ("in or out", "'@' is not one e-mail address", "no client 'nobody'", "--subject"):
        assert part in words(answer)
    assert shop.tree() == before


def test_nobody_is_created_where_a_mail_is_logged(shop):
    deal = shop.deal()
    answer = shop.run("mail", "log", deal, "--to", "notanaddress", "--subject", "x")
    assert answer.code == 3
    assert "There is no client 'notanaddress'" in answer.err
    assert "--create-client" not in answer.err


def test_a_client_without_an_address_is_told(shop):
    client = shop.make("contact", "create", "Ivo")
    deal = shop.make("opportunity", "create", "Shop", "--client", client)
    answer = shop.run("mail", "log", deal, "--subject", "x")
    assert (answer.code, f"salescli contact set {client} --email" in answer.err) == (1, True)


# Imported.


@pytest.mark.parametrize("status", STATUSES)
def test_a_mail_is_imported_on_a_deal_of_any_status(shop, status):
    deal = deal_of_status(shop, status)
    answer = put(shop, eml(files={"план.pdf": b"plan"}), deal)
    assert answer.code == 0
    attached, event = shop.events(deal)[-2:]
    assert (attached["kind"], attached["file"], attached["bytes"]) == (
        "attached",
        "files/план.pdf",
        4,
    )
    assert {k: v for k, v in event.items() if k not in ("id", "seq", "by")} == {
        "at": "2026-11-01T08:00:00Z",
        "kind": "mailed",
        "mail": answer.id,
        "message_id": "one@example.com",
        "direction": "in",
        "from": "elena@example.com",
        "to": ["anna@riverside.example"],
        "subject": "A question",
        "excerpt": "What does it cost?",
        "file": f"mail/{answer.id}.eml",
        "attachments": ["files/план.pdf"],
        "logged": event["logged"],
    }
    assert (shop.folder(deal) / "files/план.pdf").read_bytes() == b"plan"
    assert shop.do("check", "--strict").code == 0


def test_a_mail_finds_the_open_deal_of_whoever_takes_part(shop):
    deal_of_status(shop, "lost", "Lost one")
    deal = shop.deal("Flat 47")
    put(shop, eml())
    put(shop, eml("two@x", sender="anna@riverside.example", to="Elena <ELENA@example.com>"))
    assert [event["direction"] for event in mails(shop, deal)] == ["in", "out"]


def test_a_mail_finds_a_deal_by_a_stakeholder_and_by_an_accounts_people(shop):
    account = shop.make("account", "create", "Mill Invest", "--email", "office@mill.example")
    shop.make("contact", "create", "Olga", "--email", "olga@mill.example", "--account", account)
    deal = shop.make("opportunity", "create", "Old mill", "--client", account)
    broker = shop.make("contact", "create", "Broker", "--email", "b@broker.example")
    shop.do("opportunity", "contact", "add", deal, broker)
    for number, sender in enumerate(
        ("office@mill.example", "olga@mill.example", "B@broker.example")
    ):
        assert put(shop, eml(f"{number}@x", sender=sender)).code == 0
    assert len(mails(shop, deal)) == 3


def test_a_mail_finds_a_raw_lead(shop):
    folder = raw_lead(shop, "new@example.com")
    assert put(shop, eml(sender="new@example.com", files={"a.txt": b"a"})).code == 0
    kinds = [event["kind"] for event in events_in(folder)]
    assert kinds == ["created", "attached", "mailed"]
    assert (folder / "files/a.txt").read_bytes() == b"a"
    assert shop.do("check", "--strict").code == 0


def test_a_lead_that_has_ended_gets_no_mail_by_itself(shop):
    raw_lead(shop, "new@example.com", "not-interested")
    answer = put(shop, eml(sender="new@example.com"))
    assert answer.code == 3
    assert "lead lead-0f5s3q8n2k Flat for Elena" in words(answer)


def test_several_deals_are_listed_and_nothing_is_written(shop):
    first, second = shop.deal("Flat 47"), shop.deal("Parking")
    before = shop.tree()
    answer = put(shop, eml())
    assert (answer.code, answer.out) == (3, "")
    assert f"deal {first} Flat 47" in words(answer)
    assert f"deal {second} Parking" in words(answer)
    assert shop.tree() == before


def test_none_is_told_with_what_would_help(shop):
    deal = deal_of_status(shop, "won")
    answer = put(shop, eml(sender="x@nowhere.example"))
    assert (answer.code, "nobody here has the address x@nowhere" in words(answer)) == (3, True)
    answer = put(shop, eml())
    assert (answer.code, f"only: deal {deal} Flat 47" in words(answer)) == (3, True)
    answer = put(shop, eml(sender="anna@riverside.example"))
    assert (answer.code, "nobody but us takes part" in words(answer)) == (3, True)
    shop.make("contact", "create", "Ivo", "--email", "ivo@example.com")
    answer = put(shop, eml(sender="ivo@example.com"))
    assert (answer.code, "ivo@example.com has none" in words(answer)) == (3, True)


def test_one_message_id_is_never_twice_in_a_store(shop):
    deal, other = shop.deal("Flat 47"), shop.deal("Parking")
    put(shop, eml(), deal)
    before = shop.tree()
    for record in (deal, other):
        answer = put(shop, eml(subject="Forwarded"), record)
        assert (answer.code, answer.out) == (0, "")
        assert "is there already, on Flat 47: not imported" in words(answer)
    assert shop.tree() == before
    assert put(shop, eml("ONE@example.com"), other).code == 0
    assert len(mails(shop, other)) == 1


def test_a_mail_whose_import_was_undone_may_come_again(shop):
    deal = shop.deal()
    put(shop, eml(files={"a.txt": b"a"}))
    shop.do("undo")
    assert not list(shop.folder(deal).glob("*/*"))
    assert shop.do("mail", "list", deal).out == ""
    assert put(shop, eml(files={"a.txt": b"a"})).out.startswith("mail-")
    shop.do("undo")
    shop.do("redo")
    assert (shop.folder(deal) / "files/a.txt").read_bytes() == b"a"
    assert shop.do("check", "--strict").code == 0


def test_a_mail_without_a_message_id_is_known_by_what_it_says(shop):
    deal = shop.deal()
    told = words(put(shop, eml("")))
    assert "It has no Message-ID: it is known by a hash of what it says." in told
    (first,) = mails(shop, deal)
    assert first["message_id"].startswith("sha256:")
    for again in (eml(""), eml("").replace(b"\n", b"\r\n"), mbox(eml(""))):
        answer = put(shop, again, "--redact", "cost")
        assert (answer.code, answer.out) == (0, "")
        assert "is there already, on Flat 47: not imported. It has no Message-ID" in words(answer)
    put(shop, mbox(eml("", text="What does it cost now?"), eml("", subject="Another")))
    assert len(mails(shop, deal)) == 3
    assert shop.do("check", "--strict").code == 0


def test_one_file_that_a_mail_brings_twice_is_kept_once(shop):
    deal = shop.deal()
    part = b"--frontier\nContent-Type: application/octet-stream\nContent-Disposition: attachment; "
    part += b'filename="plan.pdf"\nContent-Transfer-Encoding: base64\n\n'
    mail = eml(files={"plan.pdf": b"plan"})
    twice = mail.replace(b"--frontier--", part + b"cGxhbg==\n" + part + b"b3RoZXI=\n--frontier--")
    put(shop, twice)
    assert mails(shop, deal)[0]["attachments"] == ["files/plan.pdf", "files/plan-2.pdf"]
    files = {one.name: one.read_bytes() for one in shop.folder(deal).glob("files/*")}
    assert files == {"plan.pdf": b"plan", "plan-2.pdf": b"other"}
    assert shop.kinds(deal).count("attached") == 2


def test_a_mailbox_is_imported_whole(shop):
    deal = shop.deal()
    box = mbox(*(eml(f"{number}@x", text=f"mail {number}") for number in range(5)), eml("3@x"))
    answer = put(shop, box)
    assert answer.out.split() == [event["mail"] for event in mails(shop, deal)]
    assert [event["excerpt"] for event in mails(shop, deal)] == [f"mail {n}" for n in range(5)]
    assert "5 of 6 mails, 1 there already." in answer.err
    shop.do("undo")
    assert not list(shop.folder(deal).glob("mail/*"))


def test_of_a_large_mailbox_only_the_numbers_are_told(shop):
    deal = shop.deal()
    box = mbox(*(eml(f"{number}@x") for number in range(25)))
    answer = put(shop, box)
    assert (len(mails(shop, deal)), answer.err) == (25, "25 of 25 mails.\n  25 on Flat 47\n")
    assert put(shop, box).err == "0 of 25 mails, 25 there already.\n"


BROKEN = eml("bad@x").replace(b"Subject: A question", b"Subject: " + b"x" * 9000)


def test_every_bad_mail_of_a_mailbox_is_told_and_none_is_taken(shop):
    deal = shop.deal()
    before = shop.tree()
    box = mbox(eml(), BROKEN, eml("3@x", sender="who@nowhere.example"))
    answer = put(shop, box)
    assert (answer.code, answer.out) == (4, "")
    assert "mail 2 of 3: a header of the mail has over 8192 bytes" in words(answer)
    assert "Mail 3 of 3: no deal or lead" in words(answer)
    assert shop.tree() == before
    answer = put(shop, box, "--skip-errors", "--dry-run")
    assert "1 of 3 mails." in answer.err
    assert shop.tree() == before
    answer = put(shop, box, "--skip-errors")
    assert (answer.code, answer.out.split()) == (0, [mails(shop, deal)[0]["mail"]])
    assert "mail 2 of 3" in answer.err and "mail 3 of 3" in answer.err


def test_nothing_of_a_mail_that_is_skipped_stays(shop):
    deal = shop.deal()
    numbers = range(10_000, 41_000)  # in an event they take more room than in the mail
    lines = [
        ",".join(f"{n}@b" for n in numbers[start : start + 1000])
        for start in range(0, 31_000, 1000)
    ]
    recipients = "\n".join(f"To: {line}" for line in lines)
    heavy = eml("big@x", files={"big.txt": b"b"}).replace(
        b"To: anna@riverside.example", recipients.encode()
    )
    answer = put(shop, mbox(heavy, eml("ok@x", files={"ok.txt": b"o"})), deal, "--skip-errors")
    assert answer.code == 0
    assert "1 of 2 mails." in answer.err
    assert [path.name for path in (shop.folder(deal) / "files").iterdir()] == ["ok.txt"]
    assert shop.do("check", "--strict").code == 0


def test_the_same_picture_in_every_mail_is_one_file(shop):
    deal = shop.deal()
    logo, other = {"logo.png": b"logo"}, {"logo.png": b"another"}
    put(shop, mbox(eml("1@x", files=logo), eml("2@x", files=other), eml("3@x", files=logo)))
    put(shop, eml("4@x", files=other))
    assert [event["attachments"] for event in mails(shop, deal)] == [
        ["files/logo.png"],
        ["files/logo-2.png"],
        ["files/logo.png"],
        ["files/logo-2.png"],
    ]
    assert shop.kinds(deal).count("attached") == 2
    assert shop.do("check", "--strict").code == 0


def test_names_of_attachments_stay_in_the_directory(shop):
    deal = shop.deal()
    put(shop, eml(files={"../../../../etc/cron.d/x": b"x", "": b"y"}))
    names = {path.name for path in (shop.folder(deal) / "files").iterdir()}
    assert names == {"x", "attachment-2.bin"}


def test_what_is_kept_is_the_mail_as_it_came_without_its_files(shop):
    deal = shop.deal()
    data = eml(files={"a.bin": bytes(range(256))})
    answer = put(shop, data)
    kept = (shop.folder(deal) / f"mail/{answer.id}.eml").read_bytes()
    assert b'filename="a.bin"' in kept
    assert b"AAECAwQF" in data and b"AAECAwQF" not in kept
    plain = eml("2@x")
    answer = put(shop, plain.replace(b"\n", b"\r\n"))
    kept = (shop.folder(deal) / f"mail/{answer.id}.eml").read_bytes()
    assert kept == plain.replace(b"\n", b"\r\n")


def test_what_a_pattern_finds_stands_nowhere(shop):
    deal = shop.deal()
    data = eml(subject="Pass 4711", text="IBAN LV80BANK0000435195001\nand pass 4711, files")
    answer = put(shop, data, "--redact", "LV[0-9A-Z]+", "--redact", "4711")
    assert answer.code == 0
    everything = b"".join(shop.tree().values())
    assert b"LV80BANK" not in everything and b"4711" not in everything
    (event,) = mails(shop, deal)
    assert event["subject"] == "Pass [redacted]"
    assert "IBAN [redacted]\nand pass [redacted], files\n" in shop.do("mail", "show", answer.id).out


def test_files_of_a_redacted_mail_are_told_to_be_as_they_came(shop):
    shop.deal()
    answer = put(shop, eml(files={"a.txt": b"4711"}), "--redact", "4711")
    assert "nothing is redacted in them" in words(answer)


def test_patterns_that_are_none_are_all_told(shop):
    answer = put(shop, eml(), "--redact", "(", "--redact", "[")
    assert (answer.code, answer.err.count("is not a regular expression")) == (2, 2)


def test_an_attachment_of_over_ten_megabytes_wants_large(shop):
    deal = shop.deal()
    data = eml(files={"big.bin": b"x" * (10 * 1024 * 1024 + 1)})
    answer = put(shop, data)
    assert (answer.code, "--large" in answer.err) == (1, True)
    assert put(shop, data, "--large").code == 0
    assert (shop.folder(deal) / "files/big.bin").stat().st_size == 10 * 1024 * 1024 + 1


@pytest.mark.parametrize("date", ["", "Mon, 02 Nov 2099 10:00:00 +0000", "yesterday"])
def test_a_mail_without_a_day_that_can_be_is_of_now(shop, date):
    deal = shop.deal()
    answer = put(shop, eml(date=date))
    (event,) = mails(shop, deal)
    assert event["at"] == "2026-11-02T09:02:00Z"
    assert "taken as of now" in words(answer)


def test_what_is_no_mail_or_no_file_is_refused(shop):
    deal = shop.deal()
    before = shop.tree()
    for data in (b"", b"%PDF-1.7\n"):
        assert put(shop, data, deal).code == 4
    assert shop.run("mail", "import", "/dev/zero", deal).code == 2
    assert shop.run("mail", "import", "none.eml", deal).code == 3
    assert put(shop, eml(), "Nobody's deal").code == 3
    assert shop.tree() == before


def test_stdin_is_a_mail(shop):
    deal = shop.deal()
    answer = shop.run("mail", "import", "-", stdin=eml())
    assert answer.id == mails(shop, deal)[0]["mail"]


def test_a_link_in_place_of_the_folder_leads_nothing_out(shop):
    deal = shop.deal()
    outside = shop.root.parent / "outside"
    outside.mkdir()
    (shop.folder(deal) / "mail").symlink_to(outside)
    assert put(shop, eml()).code == 4
    assert list(outside.iterdir()) == []


def test_records_that_cannot_be_read_are_told_to_have_taken_no_part(shop):
    shop.deal("Flat 47")
    (shop.root / "contacts" / "x--con-0000000000.yaml").write_text("id: [", encoding="utf-8")
    answer = put(shop, eml())
    assert (answer.code, "1 record can't be read" in answer.err) == (0, True)


def test_mails_are_listed_and_shown(shop):
    deal = shop.deal()
    mail = put(shop, eml(files={"a.txt": b"a"}, text="Первая\n\nВторая \x1b[31m")).id
    rows = [line.split() for line in shop.do("mail", "list", deal).out.splitlines()]
    assert rows == [
        ["Id", "When", "Way", "Who", "Subject", "Files"],
        [mail, "2026-11-01", "10:00", "in", "elena@example.com", "A", "question", "1"],
    ]
    document = json.loads(shop.do("mail", "list", deal, "--format", "json").out)
    assert document["schema"] == "salescli/mails@1"
    assert document["mails"][0]["message_id"] == "one@example.com"
    shown = shop.do("mail", "show", mail).out
    assert shown == (
        f"Id:      {mail}\nOn:      Flat 47\nDate:    2026-11-01 10:00\n"
        "From:    elena@example.com\nTo:      anna@riverside.example\n"
        "Subject: A question\nFiles:   files/a.txt\n\nПервая\n\nВторая [31m\n"
    )
    assert shop.run("mail", "show", "zzzz").code == 3


if REAL_MAILS:

    @pytest.mark.parametrize("path", REAL_MAILS, ids=lambda path: path.name)
    def test_a_real_mail_shows_its_accents(shop, path):
        deal = shop.deal()
        mail = shop.make("mail", "import", str(path), deal)
        shown = shop.do("mail", "show", mail).out
        assert "Bonjour l'équipe de vente," in shown
        assert "S'il vous plaît fournir votre cotation" in shown
        (event,) = mails(shop, deal)
        assert "l'équipe" in event["excerpt"]
        assert event["message_id"] == "4EA4F95D.904@customer.com"
        assert event["at"] == "2011-10-24T05:36:29Z"
        kept = (shop.folder(deal) / event["file"]).read_bytes()
        assert kept == path.read_bytes()
