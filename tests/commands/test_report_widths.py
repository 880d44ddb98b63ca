"""Every report's screen fits the terminal, whatever the names and sums.

The reports come from the table of commands, their variants from their own options: a report or a
choice that is added later falls under this by itself. What can't be guessed stands in `REQUIRED`.
"""

import re
import subprocess

import click
import pytest
from wcwidth import wcswidth

from salescli.commands.report import REPORTS, report
from tests.shop import Shop, new_shop

CYRILLIC = "Константин Константинопольский-Преображенский"
CJK = "日本語のとても長い名前の会社で働いている人"
LATIN = "Wolfeschlegelsteinhausenbergerdorff Maximilian von und zu Hohenlohe"
BIG = "999999999999.99"
STAGES = {
    "Qualification": "Определение потенциала клиента и его потребностей",
    "Key contacts": "重要な連絡先の決定と役割の確認",
    "Proposal preparation": "Preparation of a proposal with all costs and the board's consent",
}
# What a report must be told, and cannot do without: words before its options.
REQUIRED = {
    "compare": ("--owner", "anna", "--owner", "boris", "--owner", "chen", "--with", "company"),
    "dashboard": ("overview",),
    "dynamics": ("won",),
    "diff": ("HEAD",),
    "drill": ("key-contacts",),
    "forecast-diff": ("--since", "2026-03-01"),
}
# Options of all reports, and those that make no screen.
LEFT_ALONE = {"format_", "raw", "with_ids", "skip_invalid", "help", "mermaid"}


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Long names in three scripts, sums of fifteen digits in two currencies, all outcomes."""
    shop = new_shop(tmp_path_factory.mktemp("widths") / "sales")
    process = shop.root / "processes" / "real-estate.yaml"
    text = process.read_text(encoding="utf-8")
    for short, long in STAGES.items():
        text = text.replace(f"name: {short}\n", f"name: {long}\n")
    process.write_text(text, encoding="utf-8")
    commit_all(shop)  # what comes now is different from it
    for name, identity in ((CYRILLIC, "boris"), (CJK, "chen"), (LATIN, "wolf")):
        shop.do("person", "create", name, "--id", identity)
        shop.do("department", "create", f"{name} 2", "--id", f"{identity}-office")
        shop.do("contact", "create", name, "--email", f"{identity}@example.com")
        shop.do("competitor", "create", f"{name} 3", "--id", f"{identity}-rival")
    for number, (owner, stage) in enumerate(
        (owner, stage)
        for owner in ("anna", "boris", "chen", "wolf")
        for stage in ("", "key-contacts", "proposal-preparation", "won", "lost")
    ):
        _make_deal(shop, number, owner, stage)
    for what in ("company", "owner=boris", "department=chen-office"):
        shop.do("plan", "set", what, "2026-03", f"{BIG} EUR")
    shop.is_terminal = True
    return shop


def commit_all(shop: Shop) -> None:
    """Make the store a repository with all that is in it."""
    identity = ("-c", "user.name=Anna", "-c", "user.email=anna@riverside.example")
    for words in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "one")):
        subprocess.run(["git", *identity, *words], cwd=shop.root, check=True)


def _make_deal(shop: Shop, number: int, owner: str, stage: str) -> None:
    code = "JPY" if number % 7 == 3 else "EUR"
    budget = f"{BIG} {code}" if code == "EUR" else "999999999999999 JPY"
    client = ("boris", "chen", "wolf")[number % 3]
    name = (CYRILLIC, CJK, LATIN)[number % 3]
    deal = shop.make(
        *("opportunity", "create", f"{name} {number}", "--client", f"{client}@example.com"),
        *("--owner", owner, "--department", f"{client}-office", "--budget", budget),
        *("--close-date", "2026-03-25", "--at", "2026-03-01"),
    )
    if stage == "won":
        shop.do("opp", "close", deal, "--outcome", "won", "--at", "2026-03-10")
    elif stage == "lost":
        lost = ("--reason", "competitor-won", "--winner", f"{client}-rival", "--leads", "hand-off")
        shop.do("opp", "close", deal, "--outcome", "lost", *lost, "--at", "2026-03-12")
    elif stage:
        shop.do("opp", "move", deal, "--to", stage, "--at", "2026-03-08")


def variants(name: str) -> list[tuple[str, ...]]:
    """The report as it is, and with each choice and flag of its own."""
    command = report.get_command(click.Context(report), name)
    assert command is not None
    found: list[tuple[str, ...]] = [()]
    for parameter in command.params:
        if not isinstance(parameter, click.Option) or parameter.name in LEFT_ALONE:
            continue
        option = parameter.opts[-1]
        if option in REQUIRED.get(name, ()):
            continue
        if isinstance(parameter.type, click.Choice):
            found += [(option, str(choice)) for choice in parameter.type.choices]
        elif parameter.is_flag:
            found.append((option,))
    return found


def arguments(name: str) -> list[tuple[str, ...]]:
    """What the first argument may be: each choice of one that has some."""
    command = report.get_command(click.Context(report), name)
    assert command is not None
    for parameter in command.params:
        if isinstance(parameter, click.Argument) and isinstance(parameter.type, click.Choice):
            return [(str(choice),) for choice in parameter.type.choices]
    return [REQUIRED.get(name, ())]


CASES = [
    pytest.param((name, *given, *variant), width, id=" ".join((name, *given, *variant, str(width))))
    for name in REPORTS
    for given, variant, width in [
        *((REQUIRED.get(name, ()), variant, 80) for variant in variants(name)),
        *((given, (), 80) for given in arguments(name)),
        *((REQUIRED.get(name, ()), (), width) for width in (100, 120)),
    ]
]


@pytest.mark.parametrize(("words", "width"), CASES)
def test_the_screen_fits_the_terminal(crowded: Shop, words: tuple[str, ...], width: int) -> None:
    crowded.width = width
    answer = crowded.run("report", *words, *when(words[0]))
    assert answer.code == 0, answer.err
    lines = [*answer.out.splitlines(), *answer.err.splitlines()]
    assert all(wcswidth(line) >= 0 for line in lines)
    wide = [line for line in lines if wcswidth(line) > width]
    assert wide == []
    assert not re.search(r"\d of \d+,? ?[\d.]*…", answer.out)  # a share is whole or not there


def when(name: str) -> tuple[str, ...]:
    """The month of all that happened, where a report has a period."""
    command = report.get_command(click.Context(report), name)
    assert command is not None
    known = {option for parameter in command.params for option in parameter.opts}
    return ("--period", "2026-03") if "--period" in known else ("--as-of", "2026-03-20")
