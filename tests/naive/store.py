"""A store as its raw files say: settings, process, plans, and each deal as of a day.

Also the words that all reports share: a question, money, sums, shares and rounding.
"""

import json
from calendar import monthrange
from copy import deepcopy
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from tests.naive.histories import LISTS, Deal, deal_of

DECIMALS = {"JPY": 0, "KWD": 3}
MONEY = ("budget", "actual_revenue", "direct_expense")


def read(path: Path) -> Any:
    """A YAML file, plainly."""
    return yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)


class Store:
    """One store; `now` is the present."""

    def __init__(self, root: Path, now: datetime) -> None:
        self.settings = read(root / "salescli.yaml")
        self.zone = ZoneInfo(self.settings["time_zone"])
        self.now, self.today = now, now.astimezone(self.zone).date()
        team = read(root / "team.yaml")
        self.people = team.get("people") or {}
        self.departments = team.get("departments") or {}
        self.process = self.settings["process"]
        self.stages = read(root / f"processes/{self.process}.yaml")["stages"]
        self.open = [one["stage"] for one in self.stages if "final" not in one]
        (self.success,) = (one["stage"] for one in self.stages if one.get("final") == "success")
        self.failures = [one["stage"] for one in self.stages if one.get("final") == "failure"]
        self.order = [*self.open, self.success]
        self.caps = {one["stage"]: one.get("cap", 100) for one in self.stages}
        self.quiet = {one["stage"]: one.get("days_without_activity") for one in self.stages}
        self.plans = [read(path) for path in sorted(root.glob("plans/*.yaml"))]
        self.files = []
        for path in sorted(root.glob("opportunities/*/*/opportunity.yaml")):
            lines = path.with_name("history.yaml").read_text(encoding="utf-8").splitlines()
            events = [json.loads(line.removeprefix("- ")) for line in lines]
            self.files.append((facts_of(read(path)), events))
        self.folded: dict[date, list[Deal]] = {}

    def day(self, at: datetime) -> date:
        """The local day of an instant."""
        return at.astimezone(self.zone).date()

    def deals(self, day: date) -> list[Deal]:
        """Each deal there was on a day: today as its file says, before as its history does."""
        if day not in self.folded:
            self.folded[day] = [
                deal
                for facts, events in self.files
                if (deal := self.deal(facts, events, day)) is not None
            ]
        return self.folded[day]

    def deal(self, facts: dict[str, Any], events: list[dict[str, Any]], day: date) -> Deal | None:
        deal = deal_of(events, self.zone, day)
        whole = deal_of(events, self.zone, date.max)
        assert whole is not None
        if deal is None:
            return None
        told = {name: value for name, value in facts.items() if name != "id"}
        deal["differs"] = told != {k: v for k, v in whole["facts"].items() if v != {}}
        if day >= self.today:
            deal["facts"] = told
        deal["id"] = facts["id"]
        return deal

    def below(self, department: str) -> set[str]:
        """A department with those below it."""
        found = {department}
        for _ in self.departments:
            found |= {d for d, told in self.departments.items() if told.get("parent") in found}
        return found

    # --- of a deal --------------------------------------------------------------------------------

    def is_won(self, deal: Deal) -> bool:
        """It stands at success."""
        return bool(deal["facts"]["stage"] == self.success)

    def is_open(self, deal: Deal) -> bool:
        """It stands at an open stage."""
        return deal["facts"]["stage"] in self.open

    def status(self, deal: Deal) -> str:
        """Its outcome: open, won, lost, rerouted or rejected."""
        stage = deal["facts"]["stage"]
        if stage in self.open:
            return "open"
        if stage == self.success:
            return "won"
        return stage if stage in ("rerouted", "rejected") else "lost"

    def probability(self, deal: Deal) -> int:
        """Its own, else its stage's."""
        stage = deal["facts"]["stage"]
        if stage not in self.open:
            return 100 if stage == self.success else 0
        return int(deal["facts"].get("probability", self.caps[stage]))

    def money(self, deal: Deal, kind: str) -> tuple[str, Fraction] | None:
        """The budget, amount or value of a deal."""
        facts = deal["facts"]
        lines = list(facts.get("products", {}).values())
        amount = None
        if lines:
            amount = (currency(lines[0]["price"]), sum((line_money(one) for one in lines), ZERO))
        budget = parse(facts.get("budget"))
        if kind == "budget":
            return budget
        if kind == "amount":
            return amount
        revenue = parse(facts.get("actual_revenue")) if self.is_won(deal) else None
        return revenue or amount or budget

    def directly_followed(self, deal: Deal) -> list[tuple[dict[str, Any], str]]:
        """Each visit with what came directly after it: on, lost, back, or nothing."""
        visits = deal["visits"]
        found = []
        for place, visit in enumerate(visits):
            if place + 1 == len(visits):
                found.append((visit, "nothing"))
                continue
            after = visits[place + 1]
            how = after["how"]
            if how == "skip":
                how = "on"
            if how == "closed":
                how = "on" if after["stage"] == self.success else "lost"
            found.append((visit, how))
        return found

    def days(self, visit: dict[str, Any], day: date) -> int:
        """Local calendar days of a visit, to its end or the end of a day."""
        until = self.day(visit["until"]) if visit["until"] else day
        return (until - self.day(visit["at"])).days


ZERO = Fraction(0)


def facts_of(document: dict[str, Any]) -> dict[str, Any]:
    """The facts of a file in the shape of those of a history."""
    facts: dict[str, Any] = {}
    for name, value in document.items():
        if value in (None, {}, []):
            continue
        if name in LISTS and name != "leads":
            items = deepcopy(value)
            facts[name] = {str(one.pop(LISTS[name])): one for one in items}
            for one in facts[name].values():
                for key, told in one.items():
                    one[key] = str(told) if isinstance(told, int | float | date) else told
        elif name == "leads":
            facts[name] = dict.fromkeys(value, True)
        else:
            facts[name] = str(value) if isinstance(value, date) else value
    return facts


# --- money and numbers ------------------------------------------------------------------------


def currency(text: str) -> str:
    """The code of some money."""
    return text[-3:]


def parse(text: str | None) -> tuple[str, Fraction] | None:
    """Money of a file."""
    return None if text is None else (currency(text), Fraction(text[:-4]))


def half_up(number: Fraction, places: int) -> Fraction:
    """Rounded, halves away from zero."""
    scaled = abs(number) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if number >= 0 else -whole, 10**places)


def text_of(number: Fraction, places: int) -> str:
    """A number with that many decimals."""
    scaled = half_up(number, places) * 10**places
    assert scaled.denominator == 1
    sign, digits = "-" if scaled < 0 else "", str(abs(scaled.numerator)).rjust(places + 1, "0")
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def decimals(code: str) -> int:
    """How many decimals a currency has."""
    return DECIMALS.get(code, 2)


def line_money(line: dict[str, Any]) -> Fraction:
    """What a line comes to, rounded to its currency."""
    exact = Fraction(line["price"][:-4]) * Fraction(str(line["quantity"]))
    exact *= 1 - Fraction(str(line.get("discount", 0))) / 100
    return half_up(exact, decimals(currency(line["price"])))


def money_texts(sums: dict[str, Fraction]) -> dict[str, str]:
    """Sums by currency, written."""
    return {code: text_of(number, decimals(code)) for code, number in sorted(sums.items())}


def percent(part: Fraction | int, of: Fraction | int) -> str | None:
    """A share in percent; of nothing there is none."""
    return None if not of else text_of(Fraction(part) / Fraction(of) * 100, 2)


def mean(numbers: list[int]) -> str | None:
    """The mean with one decimal."""
    return text_of(Fraction(sum(numbers), len(numbers)), 1) if numbers else None


def median(numbers: list[int]) -> str | None:
    """The middle one, or the mean of the two there."""
    if not numbers:
        return None
    ordered, half = sorted(numbers), len(numbers) // 2
    if len(numbers) % 2:
        return text_of(Fraction(ordered[half]), 1)
    return text_of(Fraction(ordered[half - 1] + ordered[half], 2), 1)


def tally(store: Store, deals: list[Deal], kind: str) -> dict[str, Any]:
    """How many deals, what they sum to, how many lack that money."""
    sums = sums_of(store, deals, kind)
    without = [deal["id"] for deal in deals if store.money(deal, kind) is None]
    return {
        "count": len(deals),
        "count_ids": sorted(deal["id"] for deal in deals),
        "sum": money_texts(sums),
        "without_value": len(without),
        "without_value_ids": sorted(without),
    }


def sums_of(store: Store, deals: list[Deal], kind: str) -> dict[str, Fraction]:
    """Money of deals by currency."""
    sums: dict[str, Fraction] = {}
    for deal in deals:
        if money := store.money(deal, kind):
            sums[money[0]] = sums.get(money[0], ZERO) + money[1]
    return sums


def currency_of(deal: Deal) -> str | None:
    """The currency of a deal, by any money that it has."""
    facts = deal["facts"]
    texts = [facts.get(name) for name in MONEY]
    texts += [line["price"] for line in facts.get("products", {}).values()]
    return next((currency(text) for text in texts if text), None)


# --- questions ----------------------------------------------------------------------------------


class Question:
    """Days and filters: the days of a report, those asked for, and which deals it is about."""

    def __init__(self, store: Store, options: dict[str, Any]) -> None:
        self.store, self.options = store, options
        as_of = options.get("as-of")
        self.as_of = date.fromisoformat(as_of) if as_of else store.today
        self.first, self.last = period_of(store, self.periods[0], self.as_of)
        self.end = min(self.last or date.max, self.as_of)
        self.sum = options.get("sum", "budget")

    @property
    def periods(self) -> list[str]:
        """What is asked for: several where they are compared."""
        told = self.options.get("period", "all")
        return told if isinstance(told, list) else [told]

    @property
    def is_before_start(self) -> bool:
        """A period begins after the as-of day: it has no figures."""
        days = (period_of(self.store, one, self.as_of)[0] for one in self.periods)
        return any(first is not None and first > self.as_of for first in days)

    def since_start(self, at: datetime) -> bool:
        """Not before the first day."""
        return self.first is None or self.store.day(at) >= self.first

    def is_asked(self, deal: Deal, *, by_currency: bool = True, by_process: bool = True) -> bool:
        """Whether the filters let a deal through."""
        facts, options = deal["facts"], self.options
        process = options.get("process", self.store.process)  # None: of all
        if by_process and process is not None and facts["process"] != process:
            return False
        if "owner" in options and facts.get("owner") != options["owner"]:
            return False
        asked = options.get("department")
        if asked and facts.get("department") not in self.store.below(asked):
            return False
        code = options.get("currency")
        return not (by_currency and code and currency_of(deal) not in (code, None))

    def deals(self, day: date | None = None) -> list[Deal]:
        """Those deals, as of the last day."""
        return [deal for deal in self.store.deals(day or self.end) if self.is_asked(deal)]

    def part(self, **options: str) -> "Question":
        """The same with other options."""
        return Question(self.store, self.options | options)


def month_days(year: int, month: int, months: int = 1) -> tuple[date, date]:
    """First and last day of some months; a month beyond December is in the next year."""
    first = date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
    end = month + months - 1
    year, month = year + (end - 1) // 12, (end - 1) % 12 + 1
    return first, date(year, month, monthrange(year, month)[1])


def period_of(store: Store, text: str, as_of: date) -> tuple[date | None, date | None]:
    """The days of a period."""
    fiscal = store.settings.get("fiscal_year_start", 1)
    if text == "all":
        return None, None
    if ".." in text:
        first, last = text.split("..")
        return (
            date.fromisoformat(first) if first else None,
            date.fromisoformat(last) if last else None,
        )
    if text == "yesterday":
        return as_of - timedelta(days=1), as_of - timedelta(days=1)
    if text.startswith(("this-", "last-", "next-")):
        return around(store, text, as_of)
    if text.startswith("FY"):
        if "Q" in text:
            return month_days(int(text[2:6]), fiscal + 3 * (int(text[-1]) - 1), 3)
        return month_days(int(text[2:6]), fiscal, 12)
    if "Q" in text:
        return month_days(int(text[:4]), 3 * int(text[-1]) - 2, 3)
    if len(text) == 7:
        return month_days(int(text[:4]), int(text[5:]))
    if len(text) == 10:
        return date.fromisoformat(text), date.fromisoformat(text)
    return month_days(int(text), 1, 12)


def around(store: Store, text: str, as_of: date) -> tuple[date, date]:
    """this-month, last-week …"""
    which, unit = text.split("-")
    by = {"this": 0, "last": -1, "next": 1}[which]
    if unit == "week":
        begin = 0 if store.settings.get("week_start", "monday") == "monday" else 6
        first = as_of - timedelta(days=(as_of.weekday() - begin) % 7) + timedelta(days=7 * by)
        return first, first + timedelta(days=6)
    if unit == "month":
        return month_days(as_of.year - 1, as_of.month + 12 + by)
    if unit == "quarter":
        return month_days(as_of.year - 1, 3 * ((as_of.month - 1) // 3) + 13 + 3 * by, 3)
    return month_days(as_of.year + by, 1, 12)
