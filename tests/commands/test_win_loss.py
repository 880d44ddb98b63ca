"""`salescli report win-loss`: options, formats, what can't be, and the past as known today."""

import csv
import json

import pytest

from tests.shop import made_once


@pytest.fixture
@made_once
def traded(shop):
    """One deal won against Skyline, one lost to it in dollars; one more is open."""
    shop.do("competitor", "create", "Skyline", "--id", "skyline")
    shop.do("person", "create", "Борис Калныньш", "--id", "boris")
    won = shop.deal("Won", "--budget", "200000", "--at", "2026-09-01")
    shop.do("opp", "competitor", "add", won, "skyline", "--at", "2026-09-02")
    shop.do("opp", "close", won, "--outcome", "won", "--revenue", "190000", "--at", "2026-09-11")
    lost = shop.deal("Lost", "--budget", "80 USD", "--owner", "boris", "--at", "2026-09-01")
    closing = ["--outcome", "lost", "--reason", "competitor-won", "--winner", "skyline"]
    shop.do("opp", "close", lost, *closing, "--at", "2026-10-06")
    shop.deal("Open", "--budget", "50000", "--at", "2026-09-05")
    shop.won, shop.lost = won, lost
    return shop


def document(shop, *options):
    out = shop.do("report", "win-loss", *options, "--format", "json").out
    return json.loads(out)


def test_the_document_holds_the_total_and_velocity(traded):
    told = document(traded, "--with-ids")
    assert told["schema"] == "salescli/win-loss@1"
    assert (told["sum"], told["by"], told["period"]) == ("value", None, {"from": None, "to": None})
    assert told["total"]["won"] == {
        "count": 1,
        "sum": {"EUR": "190000.00"},
        "without_value": 0,
        "average": {"EUR": "190000.00"},
        "cycle": {"mean": "10.0", "median": "10.0"},
        "count_ids": [traded.won],
        "sum_ids": {"EUR": [traded.won]},
        "without_value_ids": [],
    }
    assert told["total"]["win_rate"] == {
        "won": 1,
        "of": 2,
        "percent": "50.00",
        "won_ids": [traded.won],
        "of_ids": sorted([traded.won, traded.lost]),
    }
    assert told["total"]["win_rate_by_value"]["USD"] == {
        "won": "0.00",
        "of": "80.00",
        "percent": "0.00",
        "won_ids": [],
        "of_ids": [traded.lost],
    }
    # 1 open × 190 000 × 1 of 1 in euros / 10 days
    assert told["velocity"]["EUR"]["per_day"] == "19000.00"
    assert told["velocity"]["USD"]["per_day"] is None


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        ("competitor", [("skyline", "Skyline", 1, 1)]),
        ("owner", [("anna", "Anna Berzina", 1, 0), ("boris", "Борис Калныньш", 0, 1)]),
        ("reason", [("competitor-won", "A competitor won", 0, 1), (None, None, 1, 0)]),
        ("month", [("2026-09", "2026-09", 1, 0), ("2026-10", "2026-10", 0, 1)]),
        ("new-client", [("new", "New", 1, 0), ("existing", "Existing", 0, 1)]),
        ("client-kind", [("account", "Companies", 0, 0), ("contact", "Persons", 1, 1)]),
        ("department", [(None, None, 1, 1)]),
        ("source", [(None, None, 1, 1)]),
        ("need", [(None, None, 1, 1)]),
    ],
)
def test_rows_have_their_names(traded, by, rows):
    if by == "new-client":  # both were created at one instant, so the lesser id is the first
        first = min(traded.won, traded.lost)
        rows = (
            rows if first == traded.won else [("new", "New", 0, 1), ("existing", "Existing", 1, 0)]
        )
    told = document(traded, "--by", by)["rows"]
    assert [(r["row"], r["name"], r["won"]["count"], r["lost"]["count"]) for r in told] == rows


def test_size_bands_are_those_of_the_settings(traded):
    assert [row["row"] for row in document(traded, "--by", "size")["rows"]] == [None]
    assert "No size_bands" in traded.do("report", "win-loss", "--by", "size").out
    with (traded.root / "salescli.yaml").open("a") as file:
        file.write("size_bands:\n  - 100000.00 EUR\n  - 190000.00 EUR\n")
    told = document(traded, "--by", "size")["rows"]
    assert [(row["row"], row["name"], row["won"]["count"]) for row in told] == [
        ("up to 100000.00 EUR", "up to 100 000 EUR", 0),
        ("up to 190000.00 EUR", "up to 190 000 EUR", 1),
        ("above 190000.00 EUR", "above 190 000 EUR", 0),
        (None, None, 0),
    ]


def test_a_past_day_is_told_from_history(traded):
    # reopened in November; as of the end of September it was won
    traded.do("opp", "reopen", traded.won, "--to", "qualification", "--reason", "a mistake")
    assert document(traded)["total"]["won"]["count"] == 0
    told = document(traded, "--period", "2026-09", "--as-of", "2026-09-30")
    assert told["total"]["won"]["sum"] == {"EUR": "190000.00"}
    assert told["velocity"]["EUR"]["open"] == 1


@pytest.mark.parametrize("options", [[], ["--by", "owner"], ["--by", "last-stage"]])
def test_a_screen_fits_its_width_and_a_pipe_shows_all(traded, options):
    piped = traded.do("report", "win-loss", *options).out
    assert "80" in piped and "n/a" in piped
    traded.is_terminal = True
    screen = traded.run("report", "win-loss", *options)
    assert max(map(len, screen.out.splitlines())) <= 80
    tables = [line for line in screen.out.splitlines() if line.strip() and not line.strip(" ─")]
    assert len(tables) == 1  # what has no room is named, and no second table is made for it
    if options:
        assert "Win rate" in screen.out
        assert "Average won in EUR" in " ".join(screen.err.split())


def test_won_deals_stand_in_no_row_of_reasons_but_below(traded):
    """JSON and CSV keep them, in the row without a reason (`test_rows_have_their_names`)."""
    out = traded.do("report", "win-loss", "--by", "reason").out
    assert "Win rate" not in out
    assert "without reason" not in out
    assert "Won deals have no reason, and so no row: 1 deal, 190 000 EUR" in out
    assert "A competitor won" in out
    csv_out = traded.do("report", "win-loss", "--by", "reason", "--format", "csv").out
    assert "won_sum_EUR" in csv_out


def test_the_outcomes_do_without_the_median_where_there_is_no_room(traded):
    traded.is_terminal = True
    traded.width = 58
    screen = traded.run("report", "win-loss")
    assert "Median days" not in screen.out
    assert "left out: Average in EUR, Average in USD, Median days" in " ".join(screen.err.split())


def test_csv_holds_bare_numbers_a_row_each(traded):
    total, *more = csv.DictReader(
        traded.do("report", "win-loss", "--format", "csv").out.split("\n")
    )
    assert not more
    assert (total["row"], total["won"], total["won_sum_EUR"]) == ("total", "1", "190000.00")
    assert (total["lost_sum_USD"], total["win_rate"], total["won_mean_days"]) == (
        "80.00",
        "50.00",
        "10.0",
    )
    velocity = document(traded)["velocity"]["EUR"]["per_day"]
    assert (total["velocity_EUR"], total["velocity_USD"]) == (velocity, "")
    by_owner = traded.do("report", "win-loss", "--format", "csv", "--by", "owner").out
    assert [row["row"] for row in csv.DictReader(by_owner.split("\n"))] == ["anna", "boris", ""]


def test_markdown_escapes_names_and_tells_the_rates(traded):
    traded.do("person", "set", "boris", "--name", "B|ris *bold*")
    assert (
        "B\\|ris \\*bold\\*"
        in traded.do("report", "win-loss", "--format", "md", "--by", "owner").out
    )
    page = traded.do("report", "win-loss", "--format", "md").out
    assert "\n\nWin rate: 1 of 2, 50.00 %\n\n" in page


def test_an_empty_store_has_zeros_and_no_rates(shop):
    told = shop.do("report", "win-loss").out
    assert "Win rate: n/a" in told and "Won           0    0" in told
    assert document(shop)["total"]["win_rate"] == {"won": 0, "of": 0, "percent": None}
    assert document(shop, "--by", "month")["rows"] == []
    out = shop.do("report", "win-loss", "--by", "month", "--format", "csv").out
    assert [row["kind"] for row in csv.DictReader(out.split("\n"))] == ["total"]


def test_a_period_after_the_as_of_day_says_so(traded):
    told = traded.do("report", "win-loss", "--period", "2026-10", "--as-of", "2026-09-30")
    assert "No figures: the period begins after 30 Sep 2026." in told.out
    options = ["--period", "2026-10", "--as-of", "2026-09-30"]
    assert "No figures" in traded.do("report", "win-loss", *options, "--format", "md").out
    assert document(traded, *options)["rows"] == []


def test_what_is_wrong_is_told_at_once(traded):
    answer = traded.run("report", "win-loss", "--period", "soon", "--owner", "zoe")
    assert answer.code != 0
    assert "'soon' is not a period" in answer.err and "zoe" in answer.err
    assert traded.run("report", "win-loss", "--by", "colour").code == 2


def test_a_broken_file_is_refused_or_counted(traded):
    (traded.folder(traded.lost) / "history.yaml").write_text("- nonsense\n")
    assert traded.run("report", "win-loss").code == 4
    told = document(traded, "--skip-invalid")
    assert (told["invalid"], told["total"]["lost"]["count"]) == (1, 0)


def test_what_the_deal_says_of_a_new_client_counts(traded):
    for deal in (traded.won, traded.lost):
        traded.do("opp", "set", deal, "--is-primary", "yes")
    told = document(traded, "--by", "new-client")["rows"]
    assert [row["won"]["count"] + row["lost"]["count"] for row in told] == [2, 0]


def test_a_velocity_of_one_currency_says_of_which_deals_it_is(shop):
    for title, budget in (("A", "100"), ("B", "70 USD")):
        deal = shop.deal(title, "--budget", budget, "--at", "2026-10-01")
        outcome = ["--outcome", "won"] if title == "A" else ["--outcome", "lost", "--reason"]
        words = [*outcome, "no-budget"] if title == "B" else outcome
        shop.do("opp", "close", deal, *words, "--at", "2026-10-11")
    said = "Each part of it is of deals in EUR and of those without money"
    assert said in shop.do("report", "win-loss").out
    assert said not in shop.do("report", "win-loss", "--currency", "EUR").out
