"""Leads follow the deals that cover them: added, removed, closed, reopened, continued."""

import pytest

from tests.leads import lead_events, lead_folder, stage_of
from tests.shop import Shop, new_shop


@pytest.fixture
def shop(tmp_path) -> Shop:
    return new_shop(tmp_path / "shop")


def covered(shop: Shop, title: str = "Flat for Elena") -> tuple[str, str]:
    """(lead, deal): a lead and the open deal that it became."""
    if not list(shop.root.glob("contacts/*")):
        shop.make("contact", "create", "Elena Petrova")
    lead = shop.make("lead", "create", title, "--client", "Elena Petrova")
    return lead, shop.make("lead", "convert", lead, "--title", f"Deal of {title}")


def close(shop: Shop, deal: str, outcome: str, *options: str) -> None:
    reason = () if outcome == "won" else ("--reason", "price")
    shop.do("opportunity", "close", deal, "--outcome", outcome, *reason, *options)


def reopen(shop: Shop, deal: str) -> None:
    shop.do("opportunity", "reopen", deal, "--to", "qualification", "--reason", "They called")


def last_of(shop: Shop, deal: str, kind: str) -> dict:
    """The last event of a kind: after a closing the process may have cancelled its steps."""
    return [event for event in shop.events(deal) if event["kind"] == kind][-1]


CLOSINGS = [
    ("won", (), "satisfied"),
    ("won", ("--leads", "satisfied"), "satisfied"),
    ("lost", (), "not-interested"),
    ("lost", ("--leads", "hand-off"), "hand-off"),
    ("lost", ("--leads", "satisfied"), "satisfied"),
    ("rerouted", (), "hand-off"),
    ("rerouted", ("--leads", "not-interested"), "not-interested"),
    ("rejected", (), "hand-off"),
    ("rejected", ("--leads", "satisfied"), "satisfied"),
]


@pytest.mark.parametrize(("outcome", "options", "stage"), CLOSINGS)
def test_leads_follow_the_closing_and_the_reopening_and_undo_takes_both(
    shop, outcome, options, stage
):
    lead, deal = covered(shop)
    close(shop, deal, outcome, *options)
    assert stage_of(shop, lead) == stage
    closed = last_of(shop, deal, "closed")
    moved = lead_events(shop, lead)[-1]
    assert moved["at"] == closed["at"]
    assert moved["key"] == closed["id"]
    assert ("undone" in moved) is (stage == "hand-off")
    reopen(shop, deal)
    assert stage_of(shop, lead) == "awaiting-sale"
    assert ("undone" in lead_events(shop, lead)[-1]) is (stage != "hand-off")
    assert shop.run("check", "--strict").code == 0
    shop.do("undo")
    assert (stage_of(shop, lead), shop.facts(deal)["stage"]) == (stage, outcome)
    shop.do("undo")
    assert stage_of(shop, lead) == "awaiting-sale"
    assert shop.facts(deal)["stage"] == "qualification"
    assert shop.run("check", "--strict").code == 0


def test_leads_of_a_won_deal_go_nowhere_else_and_all_faults_are_told(shop):
    lead, deal = covered(shop)
    answer = shop.run(
        "opportunity", "close", deal, "--outcome", "won", "--leads", "hand-off", "--reason", "price"
    )
    assert answer.code == 1
    assert "the leads of a won deal are satisfied" in answer.err
    assert "takes no --reason" in answer.err
    assert stage_of(shop, lead) == "awaiting-sale"


def test_what_somebody_moved_since_the_closing_stays_where_it_is(shop):
    lead, deal = covered(shop)
    other = shop.make("lead", "create", "Parking", "--client", "Elena Petrova")
    shop.do("opportunity", "lead", "add", deal, other)
    close(shop, deal, "lost")
    shop.do("lead", "move", lead, "--to", "nurturing")
    reopen(shop, deal)
    assert stage_of(shop, lead) == "nurturing"
    assert stage_of(shop, other) == "awaiting-sale"


def test_what_somebody_moved_to_the_same_stage_since_is_theirs(shop):
    lead, deal = covered(shop)
    close(shop, deal, "lost")
    shop.do("lead", "move", lead, "--to", "hand-off")
    shop.do("lead", "move", lead, "--to", "not-interested")
    reopen(shop, deal)
    assert stage_of(shop, lead) == "not-interested"


def test_what_had_ended_before_the_closing_is_not_touched(shop):
    lead, deal = covered(shop)
    shop.do("lead", "disqualify", lead, "--reason", "wrong-data")
    close(shop, deal, "won")
    assert stage_of(shop, lead) == "disqualified"
    reopen(shop, deal)
    assert stage_of(shop, lead) == "disqualified"


def test_what_an_earlier_closing_moved_stays_at_a_later_reopening(shop):
    lead, deal = covered(shop)
    close(shop, deal, "lost")
    shop.do("opportunity", "lead", "remove", deal, lead)
    assert stage_of(shop, lead) == "not-interested"
    reopen(shop, deal)
    assert stage_of(shop, lead) == "not-interested"


def test_an_archived_lead_comes_out_of_the_archive_with_its_deal(shop):
    lead, deal = covered(shop)
    close(shop, deal, "lost")
    shop.do("lead", "archive", lead)
    reopen(shop, deal)
    assert stage_of(shop, lead) == "awaiting-sale"
    assert shop.run("check", "--strict").code == 0


def test_a_closing_of_an_earlier_day_never_runs_a_lead_backwards(shop):
    lead, deal = covered(shop)
    shop.do("lead", "move", lead, "--to", "nurturing")
    close(shop, deal, "won", "--at", shop.events(deal)[0]["at"])
    *_, before, last = lead_events(shop, lead)
    assert last["at"] == before["at"]
    assert stage_of(shop, lead) == "satisfied"
    assert shop.run("check").code == 0


def test_a_lead_that_a_deal_comes_to_cover_awaits_its_sale_and_goes_back_when_let_go(shop):
    shop.make("contact", "create", "Elena Petrova")
    deal = shop.deal()
    lead = shop.make("lead", "create", "Parking")
    answer = shop.do("opportunity", "lead", "add", deal, lead)
    assert "Qualification → Awaiting sale" in answer.err
    assert stage_of(shop, lead) == "awaiting-sale"
    shop.do("undo")
    assert stage_of(shop, lead) == "qualification"
    shop.do("redo")
    shop.do("opportunity", "lead", "remove", deal, lead)
    assert stage_of(shop, lead) == "hand-off"
    assert lead_events(shop, lead)[-1]["undone"] == ["awaiting-sale"]
    assert shop.run("check", "--strict").code == 0


def test_a_lead_that_somebody_took_elsewhere_stays_there_when_let_go(shop):
    lead, deal = covered(shop)
    shop.do("lead", "move", lead, "--to", "nurturing")
    shop.do("opportunity", "lead", "remove", deal, lead)
    assert stage_of(shop, lead) == "nurturing"


def test_two_open_deals_never_cover_one_lead(shop):
    lead, _ = covered(shop)
    other = shop.deal("Other")
    before = shop.tree()
    answer = shop.run("opportunity", "lead", "add", other, lead)
    assert answer.code == 1
    assert "is covered by an open deal, Deal of Flat for Elena" in answer.err
    assert shop.tree() == before


def test_an_open_deal_covers_no_lead_that_has_ended(shop):
    deal = shop.deal()
    lead = shop.make("lead", "create", "Parking")
    shop.do("lead", "move", lead, "--to", "not-interested")
    assert shop.run("opportunity", "lead", "add", deal, lead).code == 1


def test_the_list_of_a_closed_deal_moves_nothing(shop):
    deal = shop.deal()
    lead = shop.make("lead", "create", "Parking")
    close(shop, deal, "won")
    shop.do("opportunity", "lead", "add", deal, lead)
    assert stage_of(shop, lead) == "qualification"
    shop.do("opportunity", "lead", "remove", deal, lead)
    assert stage_of(shop, lead) == "qualification"


def test_a_deal_that_goes_on_takes_its_leads_along(shop):
    lead, deal = covered(shop)
    ended = shop.make("lead", "create", "Parking", "--client", "Elena Petrova")
    shop.do("opportunity", "lead", "add", deal, ended)
    shop.do("lead", "move", ended, "--to", "not-interested")
    close(shop, deal, "rerouted")
    answer = shop.do("opportunity", "create", "--continue", deal)
    assert shop.facts(answer.id)["leads"] == [lead]
    assert stage_of(shop, lead) == "awaiting-sale"
    assert stage_of(shop, ended) == "not-interested"
    assert "Not taken along: Parking has ended" in answer.err
    shop.do("undo")
    assert stage_of(shop, lead) == "hand-off"
    assert shop.run("check", "--strict").code == 0


def test_a_reopened_deal_lets_go_of_a_lead_that_another_covers_by_now(shop):
    lead, deal = covered(shop)
    close(shop, deal, "rerouted")
    shop.make("opportunity", "create", "Second", "--continue", deal)
    answer = shop.do("opportunity", "reopen", deal, "--to", "qualification", "--reason", "Both")
    assert f"{lead} is covered by Second by now and stays with it." in answer.err
    assert "leads" not in shop.facts(deal)
    assert last_of(shop, deal, "reopened")["fields"][f"leads/{lead}"] == [True, None]
    assert stage_of(shop, lead) == "awaiting-sale"
    assert shop.run("check").code == 0
    shop.do("undo")
    assert shop.facts(deal)["leads"] == [lead]


def test_a_lead_that_git_took_away_does_not_keep_a_deal_open(shop):
    lead, deal = covered(shop)
    folder = lead_folder(shop, lead)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    close(shop, deal, "won")
    assert shop.facts(deal)["stage"] == "won"


def test_a_lead_whose_stage_was_edited_by_hand_is_recorded_before_its_deal_closes(shop):
    lead, deal = covered(shop)
    shop.replace(lead_folder(shop, lead) / "lead.yaml", "awaiting-sale", "nurturing")
    answer = shop.run("opportunity", "close", deal, "--outcome", "won")
    assert answer.code == 1
    assert "check --fix" in answer.err
    assert shop.facts(deal)["stage"] == "qualification"


def test_a_disqualified_lead_tells_which_deal_covers_it_still(shop):
    lead, deal = covered(shop)
    answer = shop.do("lead", "disqualify", lead, "--reason", "wrong-data")
    assert f"salescli opportunity lead remove {deal[4:8]}" in answer.err
