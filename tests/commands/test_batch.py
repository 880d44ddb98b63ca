"""`salescli batch`: all lines or none, what each is answered, and what later lines see."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.shop import Answer, Shop, made_once

IS_LONG = os.environ.get("SALESCLI_TEST_SIZE") == "long"
KILLS, MOVES = (8, 10_000) if IS_LONG else (6, 40)
PROGRAM = "from salescli.cli import script; script()"


@pytest.fixture
@made_once
def stocked(shop: Shop) -> Shop:
    """One open deal D of Elena's, two people, a product."""
    shop.deal("D", "--budget", "250000")
    shop.make("person", "create", "Boris Kalnin", "--id", "boris")
    shop.make("product", "create", "Flat", "--id", "flat", "--price", "2026-01-01=100")
    return shop


def batch(shop: Shop, *lines: dict[str, Any] | str, options: tuple[str, ...] = ()) -> Answer:
    text = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines)
    return shop.run("batch", "-", *options, stdin=text)


def answers(answer: Answer) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.out.splitlines()]


def op(name: str, /, **values: Any) -> dict[str, Any]:
    return {"op": name, **values}


ISSUE = [
    op("account.create", name="Acme"),
    op("opportunity.create", ref="d1", title="D1", client="Acme", owner="anna",
       budget="100 EUR", at="2024-03-02"),
    op("opportunity.advance", opportunity="@d1", to="key-contacts", at="2024-03-05"),
    op("opportunity.close", opportunity="@d1", outcome="lost", reason="no-budget",
       at="2024-03-25"),
]  # fmt: skip


def test_a_deal_lives_its_life_in_one_batch_and_goes_with_one_undo(shop: Shop):
    before = shop.tree()
    done = batch(shop, *ISSUE)
    assert done.code == 0
    told = answers(done)
    assert [one["status"] for one in told] == ["done"] * 4
    assert [one["line"] for one in told] == [1, 2, 3, 4]
    assert list(told[0]) == ["line", "status", "code", "id", "reasons"]
    deal = told[1]["id"]
    assert told[2]["id"] == told[3]["id"] == deal
    assert shop.facts(deal)["stage"] == "lost"
    assert shop.facts(deal)["close_date"] == "2024-03-25"
    assert shop.kinds(deal) == ["created", "moved", "closed"]
    assert {event["via"] for event in shop.events(deal)} == {"batch"}
    assert shop.run("check").code == 0
    assert len(shop.do("log", "--format", "jsonl").out.splitlines()) == 1
    shop.do("undo")
    assert {path for path in shop.tree() if path.startswith(("opp", "acc"))} == set()
    assert {p: d for p, d in shop.tree().items() if p in before} == before


def test_a_line_that_is_refused_keeps_all_others_from_being_written(stocked: Shop):
    before = stocked.tree()
    refused = batch(
        stocked,
        op("note", opportunity="D", text="Hello"),
        op("opportunity.set", opportunity="D", probability=55),
        op("note", opportunity="D", text="Bye"),
        op("opportunity.advance", opportunity="nobody knows"),
    )
    assert refused.code == 1  # of the first that failed, not of the second
    assert [(one["status"], one["code"]) for one in answers(refused)] == [
        ("skipped", 0), ("refused", 1), ("skipped", 0), ("refused", 3),
    ]  # fmt: skip
    assert refused.err == (
        "0 of 4 applied: line 2 and 1 more were refused. --keep-going applies the other\n  2.\n"
    )
    assert stocked.tree() == before


def test_keep_going_applies_the_good_lines_and_leaves_nothing_of_the_others(stocked: Shop):
    done = batch(
        stocked,
        op("opportunity.create", title="New", client="Elena Petrova", need="nonsense", ref="n"),
        op("note", opportunity="@n", text="Of a deal that is not there"),
        op("opportunity.set", opportunity="D", probability=55),
        op("note", opportunity="D", text="Good"),
        options=("--keep-going",),
    )
    assert done.code == 3
    first, second, third, fourth = answers(done)
    assert (first["status"], first["code"]) == ("refused", 3)
    assert (second["status"], second["code"]) == ("skipped", 3)
    assert second["reasons"] == [
        {"code": "line-not-done", "field": "opportunity",
         "text": "'@n' is line 1, which was not done"}
    ]  # fmt: skip
    assert (third["code"], fourth["status"]) == (1, "done")
    (folder,) = stocked.root.glob("opportunities/*/*")
    assert stocked.kinds(folder.name.rpartition("--")[2]) == ["created", "noted"]
    assert done.err == "1 of 4 applied: line 1 and 2 more were refused.\n"


def test_later_lines_see_what_earlier_ones_did(stocked: Shop):
    told = answers(
        batch(
            stocked,
            op("contact.create", name="Māra Kļava", email="mara@example.com"),
            op("opportunity.create", title="Гараж", client="mara@example.com", ref="g"),
            op("opportunity.set", opportunity="Гараж", title="Garage"),
            op("opportunity.advance", opportunity="Garage"),
            op("activity.plan", opportunity="@g", title="Call", type="call", ref="call"),
            op("activity.done", activity="@call", minutes=20),
            op("feed.post", opportunity="@g", text="First", ref="p"),
            op("feed.reply", post="@p", text="Second"),
            op("person.create", name="Dina", id="dina"),
            op("opportunity.set", opportunity="@g", owner="dina"),
            op("opportunity.product.add", opportunity="@g", product="flat", ref="line"),
            op("contact.create", name="Elena Petrova"),
            op("opportunity.create", title="Whose?", client="Elena Petrova"),
        )
    )
    assert [one["code"] for one in told] == [0] * 12 + [3]
    assert told[-1]["reasons"][0]["code"] == "ambiguous"  # there are two Elenas by now
    assert told[-1]["reasons"][0]["field"] == "client"


def test_a_title_that_was_given_up_names_nothing_any_more(stocked: Shop):
    told = answers(
        batch(
            stocked,
            op("opportunity.create", title="Old", client="Elena Petrova", ref="o"),
            op("opportunity.set", opportunity="@o", title="New"),
            op("note", opportunity="Old", text="Nobody is called so"),
            op("opportunity.set", opportunity="D", title="Renamed"),
            op("note", opportunity="D", text="Nor so"),
            op("note", opportunity="Renamed", text="But so"),
        )
    )
    assert [one["code"] for one in told] == [0, 0, 3, 0, 3, 0]


def test_a_text_may_begin_with_an_at_sign_that_names_no_line(stocked: Shop):
    done = batch(stocked, op("note", opportunity="D", text="@boris: look"))
    assert done.code == 0
    told = answers(batch(stocked, op("note", opportunity="@d", text="x")))
    assert told[0]["reasons"][0]["code"] == "unknown-ref"
    told = answers(batch(stocked, op("note", opportunity="@late", text="x"),
                         op("note", opportunity="D", text="y", ref="late")))  # fmt: skip
    assert told[0]["reasons"][0]["text"] == "'@late' is named by line 2, which comes later"


def test_a_dry_run_prints_the_diff_and_writes_nothing(stocked: Shop):
    before = stocked.tree()
    shown = batch(
        stocked, op("opportunity.set", opportunity="D", budget=90000), options=("--dry-run",)
    )
    assert shown.code == 0
    assert "-budget: 250000.00 EUR\n+budget: 90000.00 EUR\n" in shown.out
    assert shown.err == "1 record would change. Nothing was written.\n1 of 1 would be applied.\n"
    refused = batch(stocked, op("opportunity.set", opportunity="D", budget="12,5"),
                    options=("--dry-run",))  # fmt: skip
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("line 1: '12,5' is not an amount\n")
    assert stocked.tree() == before


def revision(shop: Shop, *record: str) -> str:
    return str(json.loads(shop.do(*record, "--format", "json").out)["revision"])


def test_if_unchanged_holds_until_somebody_changes_the_record(stocked: Shop):
    first = revision(stocked, "opportunity", "show", "D")
    guarded = op("opportunity.set", opportunity="D", source="web", if_unchanged=first)
    also = op("note", opportunity="D", text="The same batch", if_unchanged=first)
    assert batch(stocked, guarded, also).code == 0  # the revision is that of before the batch
    late = batch(stocked, guarded)
    assert late.code == 5
    reason = answers(late)[0]["reasons"][0]
    assert (reason["code"], reason["field"]) == ("revision-changed", "if_unchanged")
    assert first in reason["text"]
    assert revision(stocked, "opportunity", "show", "D") in reason["text"]


def test_the_revision_is_the_beginning_of_a_sha256_over_the_records_files(stocked: Shop):
    from hashlib import sha256

    (folder,) = stocked.root.glob("opportunities/*/*")
    facts, history = (folder / n for n in ("opportunity.yaml", "history.yaml"))
    wanted = sha256(facts.read_bytes() + history.read_bytes()).hexdigest()[:12]
    assert revision(stocked, "opportunity", "show", "D") == wanted
    assert f" Revision   {wanted}\n" in stocked.do("opportunity", "show", "D").out
    (contact,) = stocked.root.glob("contacts/*")
    wanted = sha256(contact.read_bytes()).hexdigest()[:12]
    assert revision(stocked, "contact", "show", "Elena Petrova") == wanted
    assert revision(stocked, "client", "show", "Elena Petrova") == wanted
    lead = stocked.make("lead", "create", "Shop 2", "--person", "Mill")
    assert len(revision(stocked, "lead", "show", lead)) == 12


def test_what_lies_inside_a_record_is_guarded_by_the_records_revision(stocked: Shop):
    activity = stocked.make("activity", "plan", "D", "Call")
    before = revision(stocked, "opportunity", "show", "D")
    stocked.do("note", "D", "Somebody was quicker")
    done = op("activity.done", activity=activity)
    assert batch(stocked, done | {"if_unchanged": before}).code == 5
    now = revision(stocked, "opportunity", "show", "D")
    assert batch(stocked, done | {"if_unchanged": now}).code == 0


def test_an_idempotency_key_is_applied_once_in_a_batch_and_after_it(stocked: Shop):
    new = op("opportunity.create", title="Night", client="Elena Petrova", ref="n",
             idempotency_key="night/1")  # fmt: skip
    note = op("note", opportunity="@n", text="Once", idempotency_key="night/2")
    first = answers(batch(stocked, new, note, note))
    assert [one["status"] for one in first] == ["done", "done", "skipped"]
    deal = first[0]["id"]
    assert [event.get("key") for event in stocked.events(deal)] == ["night/1", "night/2"]
    (stocked.root / ".salescli" / "index.sqlite").unlink(missing_ok=True)  # as in a clone
    again = batch(stocked, new, note)
    assert again.code == 0
    assert [(one["status"], one["code"]) for one in answers(again)] == [("skipped", 0)] * 2
    assert answers(again)[0]["id"] == deal
    assert answers(again)[0]["reasons"] == [
        {"code": "already-applied", "field": "idempotency_key",
         "text": "'night/1' was applied already"}
    ]  # fmt: skip
    assert again.err == "0 of 2 applied, 2 lines had been before.\n"
    assert len(stocked.events(deal)) == 2


def test_a_name_that_is_given_twice_stays_that_of_its_first_line(stocked: Shop):
    told = answers(
        batch(
            stocked,
            op("account.create", name="Acme", ref="a"),
            op("account.create", name="Mill", ref="a"),
            op("account.set", account="@a", name="Acme Works"),
            options=("--keep-going",),
        )
    )
    assert [one["status"] for one in told] == ["done", "refused", "done"]
    assert told[2]["id"] == told[0]["id"]


def test_a_key_says_nothing_to_lines_that_are_something_else(stocked: Shop):
    make = op("opportunity.create", title="Other", client="Elena Petrova", budget="5")
    note = op("note", opportunity="D", text="x")
    made = answers(batch(stocked, make | {"idempotency_key": "k0"}))[0]
    batch(stocked, note | {"idempotency_key": "k1"})
    other = [
        note | {"idempotency_key": "k0"},
        op("note", opportunity=made["id"], text="x", idempotency_key="k0"),
        op("note", opportunity="Other", text="x", idempotency_key="k1"),
        make | {"title": "Third", "idempotency_key": "k0"},
        op("lead.create", title="Other", idempotency_key="k0"),
        make | {"idempotency_key": "k1"},
    ]  # fmt: skip
    same = [make | {"idempotency_key": "k0"}, note | {"idempotency_key": "k1"}]
    done = answers(batch(stocked, *other, *same, options=("--keep-going",)))
    codes = [one["reasons"][0]["code"] for one in done]
    assert codes == ["key-of-another"] * 6 + ["already-applied"] * 2
    assert [one["status"] for one in done] == ["refused"] * 6 + ["skipped"] * 2
    assert done[0]["reasons"][0]["text"] == (
        f"'k0' is the key of something else: 'created' of Other ({made['id']})"
    )


def test_a_key_is_asked_for_once_a_line_can_be_read(stocked: Shop):
    note = op("note", opportunity="D", text="x", idempotency_key="k")
    batch(stocked, note)
    again = answers(batch(stocked, note | {"op": "nosuch.op"}, note | {"colour": "red"}))
    assert [one["reasons"][0]["code"] for one in again] == ["unknown-op", "unknown-key"]
    both = answers(batch(stocked, *(note | {"idempotency_key": "n", "text": t} for t in "ab")))
    assert both[1]["reasons"][0]["code"] == "key-of-another"
    assert both[1]["reasons"][0]["text"] == "line 1 has the key 'n' and says something else"


def test_what_was_undone_is_applied_again(stocked: Shop):
    note = op("note", opportunity="D", text="Once", idempotency_key="k")
    assert answers(batch(stocked, note))[0]["status"] == "done"
    stocked.do("undo")
    assert answers(batch(stocked, note))[0]["status"] == "done"


def test_a_key_that_changes_nothing_needs_no_event(stocked: Shop):
    same = op("opportunity.set", opportunity="D", budget="250000", idempotency_key="k")
    assert answers(batch(stocked, same))[0]["status"] == "done"


def test_each_line_may_say_who_acts(stocked: Shop):
    told = answers(
        batch(
            stocked,
            op("note", opportunity="D", text="a", actor="boris"),
            op("note", opportunity="D", text="b"),
            op("note", opportunity="D", text="c", actor="nobody"),
            options=("--keep-going",),
        )
    )
    assert [one["code"] for one in told] == [0, 0, 3]
    assert told[2]["reasons"][0]["field"] == "actor"
    (folder,) = stocked.root.glob("opportunities/*/*")
    deal = folder.name.rpartition("--")[2]
    assert [event["by"] for event in stocked.events(deal)] == ["anna", "boris", "anna"]


def test_empty_lines_and_a_byte_order_mark_say_nothing_and_count(stocked: Shop):
    line = json.dumps(op("note", opportunity="D", text="x"))
    done = batch(stocked, "\ufeff", "", line, "  ")
    assert [one["line"] for one in answers(done)] == [3]
    nothing = batch(stocked, "")
    assert (nothing.code, nothing.out, nothing.err) == (0, "", "0 of 0 applied.\n")


def test_a_file_is_read_as_well_and_one_that_is_not_there_is_told(stocked: Shop):
    stocked.write("../night.jsonl", json.dumps(op("note", opportunity="D", text="x")) + "\r\n")
    assert stocked.run("batch", "../night.jsonl").code == 0
    assert stocked.run("batch", "../nothing.jsonl").code == 3


def test_a_batch_asks_nobody(stocked: Shop):
    stocked.is_interactive = True
    told = answers(batch(stocked, op("opportunity.delete", opportunity="D")))
    reason = told[0]["reasons"][0]
    assert reason["code"] == "yes-needed"
    assert '"yes":true' in reason["text"]  # how a line says it


def test_answers_say_nothing_that_is_not_so(stocked: Shop):
    note = op("note", opportunity="D", text="x", idempotency_key="k")
    bad = [
        op("sync"), op("export.csv"), op("opportunity.set", opportunity="D"),
        op("note", opportunity="D", text={"a": "1"}), '{"op":' + "[" * 200_000,
    ]  # fmt: skip
    told = answers(batch(stocked, note, note, *bad))
    assert (told[1]["status"], told[1]["code"], told[1]["id"]) == ("skipped", 0, None)
    texts = [one["reasons"][0]["text"] for one in told[1:]]
    assert texts[0] == "line 1 has the key 'k' and says the same"
    assert "writes nothing" not in texts[1] and "writes nothing" not in texts[2]
    assert "--" not in texts[3]
    assert texts[4] == '{"a": "1"} is a mapping, and one value is wanted'
    assert "recursion" not in texts[5]


@pytest.mark.parametrize("name", ["batch", "app"])
def test_what_is_durable_is_told_although_stdout_takes_nothing(stocked: Shop, monkeypatch, name):
    def full(*_: Any, **more: Any) -> None:
        if not more.get("err"):
            raise OSError(28, "No space left on device")
        sys.stderr.write(f"{_[0]}\n")

    if name == "batch":
        monkeypatch.setattr("salescli.commands.batch.print_pieces", full)
        done = batch(stocked, op("note", opportunity="D", text="x"))
        told = "1 of 1 applied."
    else:
        monkeypatch.setattr("salescli.commands.app.click.echo", full)
        done = stocked.run("note", "D", "x")
        told = "Noted on D."
    assert done.code == 6
    assert told in done.err


def test_if_unchanged_is_about_what_a_line_changes_not_what_that_points_at(stocked: Shop):
    elena, deal = (
        json.loads(stocked.do(*line, "--format", "json").out)["revision"]
        for line in (("contact", "show", "Elena Petrova"), ("opportunity", "show", "D"))
    )
    changed = op("opportunity.set", client="Elena Petrova", opportunity="D", budget=5)
    assert answers(batch(stocked, changed | {"if_unchanged": elena}))[0]["code"] == 5
    assert answers(batch(stocked, changed | {"if_unchanged": deal}))[0]["code"] == 0
    new = op("opportunity.create", title="N", client="Elena Petrova", if_unchanged=elena)
    assert answers(batch(stocked, new))[0]["reasons"][0]["code"] == "no-revision"


def test_the_null_device_is_a_batch_of_no_lines(stocked: Shop):
    done = stocked.do("batch", os.devnull)
    assert (done.out, done.err) == ("", "0 of 0 applied.\n")
    assert stocked.run("batch", "/dev/zero").code == 2


def test_a_batch_that_is_killed_is_there_whole_or_not_at_all(stocked: Shop):
    deals = _copied(stocked, MOVES)
    lines = [op("opportunity.advance", opportunity=deal, to="key-contacts") for deal in deals]
    lines += [op("opportunity.create", title="New", client="Elena Petrova", ref="new"),
              op("opportunity.advance", opportunity="@new")]  # fmt: skip
    path = stocked.root.parent / "many.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    for number in range(KILLS):
        shop = Shop(stocked.root.parent / "copy")
        shutil.copytree(stocked.root, shop.root)
        _kill_within(shop, path, random.Random(number))
        shop.do("opportunity", "list")  # the next command completes or sweeps
        histories = [*shop.root.glob("opportunities/*/*/history.yaml")]
        moved = sum(b'"moved"' in path.read_bytes() for path in histories)
        assert (len(histories), moved) in ((MOVES + 1, 0), (MOVES + 2, MOVES + 1))
        assert list(shop.root.rglob(".salescli-*")) == []
        if moved:
            assert shop.run("check").code == 0
        else:
            assert shop.tree() == stocked.tree()
        shutil.rmtree(shop.root)


def _copied(shop: Shop, count: int) -> list[str]:
    """As many deals as the one that there is, written as files: commands would take minutes."""
    (first,) = shop.root.glob("opportunities/*/*")
    known = first.name.partition("--")[2]
    made = [f"opp-{number:010d}" for number in range(count)]
    for deal in made:
        (first.parent / f"deal--{deal}").mkdir()
        for path in first.iterdir():
            text = path.read_text(encoding="utf-8").replace(known, deal)
            (first.parent / f"deal--{deal}" / path.name).write_text(text, encoding="utf-8")
    return made


def _kill_within(shop: Shop, path: Path, chance: random.Random) -> None:
    """Run a batch and kill it: some while it decides, most while it writes."""
    command = [sys.executable, "-c", PROGRAM, "-C", str(shop.root), "batch", str(path)]
    environ = {**os.environ, "SALESCLI_ACTOR": "anna"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environ) as child:
        if chance.random() < 0.3:
            time.sleep(chance.uniform(0, 20 if IS_LONG else 1))
        else:
            local = shop.root / ".salescli"
            while child.poll() is None and not any("journal" in n for n in os.listdir(local)):
                time.sleep(0.0005)
            time.sleep(chance.uniform(0, 3 if IS_LONG else 0.02))
        child.send_signal(signal.SIGKILL)
        assert child.stdout is not None
        child.stdout.read()


@pytest.mark.parametrize(
    ("make", "noun"),
    [
        (op("opportunity.create", title="Tmp", client="Elena Petrova"), "opportunity"),
        (op("opportunity.clone", opportunity="D", title="Tmp"), "opportunity"),
        (op("lead.create", title="Tmp"), "lead"),
    ],
)
def test_what_one_line_makes_a_later_one_deletes(make, noun, stocked: Shop):
    before = stocked.tree()
    gone = {"op": f"{noun}.delete", noun: "@t", "yes": True}
    done = batch(stocked, {**make, "ref": "t"}, gone, op("note", opportunity="D", text="x"))
    assert done.code == 0, done.out
    assert stocked.tree().keys() == before.keys()
    again = batch(stocked, {**make, "ref": "t"}, gone, {**gone, noun: "Tmp"})
    assert [one["code"] for one in answers(again)] == [0, 0, 3]


def test_what_a_refused_line_had_made_is_there_for_no_later_line(stocked: Shop):
    lost = op("account.create", name="Fresh", idempotency_key="k")  # nothing keeps the key
    fresh = op("opportunity.create", title="Next", client="Fresh")
    refused, later = answers(batch(stocked, lost, fresh, options=("--keep-going",)))
    assert (refused["code"], later["code"]) == (1, 3)


def test_all_that_is_wrong_with_a_line_is_told_whatever_kind_of_fault_it_is(stocked: Shop):
    line = op("opportunity.set", opportunity="D", colour="red", owner="zed", budget="much")
    told = answers(batch(stocked, line))[0]
    assert [one["field"] for one in told["reasons"]] == ["colour", "owner", "budget"]
    assert told["code"] == 2


def test_reasons_are_for_programs_on_one_line_and_with_keys(stocked: Shop):
    stocked.deal("Twin", "--budget", "5")
    stocked.deal("Twin", "--budget", "6")
    close = op("opportunity.close", opportunity="D", outcome="lost")
    note = op("note", opportunity="Twin", text="x")
    lost, twin, null = answers(batch(stocked, close, note, op("note", opportunity="D", text=None)))
    assert lost["reasons"][0]["text"].startswith("a lost deal needs 'reason', one of priorities")
    text = twin["reasons"][0]["text"]
    assert text.startswith("'Twin' may be any of 2: opportunity opp-") and "\n" not in text
    assert "; opportunity opp-" in text and "  " not in text
    assert null["reasons"][0]["text"] == "'text' is null, which says nothing"
