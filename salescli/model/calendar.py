"""Days, instants and periods in one store's time zone. Days are cut there and nowhere else."""

import re
from calendar import monthrange
from datetime import MINYEAR, UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from salescli.model.errors import WrongUsage, finding
from salescli.model.years import FIRST_YEAR, TOO_EARLY, is_too_early, year_hint

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = "January February March April May June July August September October November December"
MONTH_NAMES = tuple(_MONTHS.split())
FIRST_INSTANT = datetime.min.replace(tzinfo=UTC)
LAST_INSTANT = datetime.max.replace(microsecond=0, tzinfo=UTC)
_RELATIVE_DAY = re.compile(r"(today|yesterday|tomorrow)(?:([+-][0-9]{1,5})d)?")
_MOMENT = re.compile(
    r"(?P<day>(?:today|yesterday|tomorrow)(?:[+-][0-9]{1,5}d)?|[0-9]{4}-[0-9]{2}-[0-9]{2})?"
    r"(?:(?:^|[ T]+)(?P<time>[0-9]{1,2}:[0-9]{2}))?"
)
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)


class Period(msgspec.Struct, frozen=True):
    """Days from `first` to `last`, both included; None is open. `label` is for headings."""

    first: date | None
    last: date | None
    label: str


@lru_cache(maxsize=1024)
def format_instant(at: datetime) -> str:
    """An instant as it stands on disk: `2026-11-02T10:12:00Z`."""
    return at.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def format_day(day: date) -> str:
    """A day for people: `15 Dec 2026`."""
    return f"{day.day} {MONTH_NAMES[day.month - 1][:3]} {day.year}"


def _refuse_early_time(text: str) -> None:
    """Raise `WrongUsage` for a time of a year that has fewer than four digits."""
    if is_too_early(text):
        raise WrongUsage(finding("not-a-time", f"{text!r} {TOO_EARLY}", hint=year_hint(text)))


def add_months(day: date, months: int) -> date:
    """The first day of the month that lies `months` after the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def period_before(period: Period) -> Period | None:
    """The period of the same length right before one: as many months where it is of whole months,
    else as many days. None before an open one, and before the first day there is.
    """
    first, last = period.first, period.last
    if first is None or last is None or first == date.min or last == date.max:
        return None
    following, before = last + timedelta(days=1), first - timedelta(days=1)
    months = (following.year - first.year) * 12 + following.month - first.month
    if first.day != 1 or following.day != 1:
        months = 0
    try:
        begin = add_months(first, -months) if months else first - (following - first)
    except (ValueError, OverflowError):
        return None
    return Period(begin, before, _label_of(begin, months) or f"{begin}..{before}")


def _label_of(first: date, months: int) -> str:
    """What a month, a quarter or a year of the calendar is called; empty for other months."""
    if months == 1:
        return f"{MONTH_NAMES[first.month - 1]} {first.year}"
    if months == 3 and first.month % 3 == 1:
        return f"{first.year}-Q{first.month // 3 + 1}"
    return str(first.year) if months == 12 and first.month == 1 else ""


class Calendar:
    """Cuts instants into days and reads days, instants and periods (domain.md section 3)."""

    def __init__(
        self, time_zone: str, week_start: str = "monday", fiscal_year_start: int = 1
    ) -> None:
        self.time_zone = time_zone
        self.week_start = WEEKDAYS.index(week_start)
        self.fiscal_year_start = fiscal_year_start

    @cached_property
    def zone(self) -> ZoneInfo:
        """The store's zone; raises `WrongUsage` for a name that tzdata doesn't know."""
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise WrongUsage(
                finding(
                    "unknown-time-zone",
                    f"{self.time_zone!r} is not a time zone",
                    hint="use a name like Europe/Riga",
                )
            ) from None

    def day_of(self, at: datetime) -> date:
        """The local day in which an instant lies."""
        return at.astimezone(self.zone).date()

    def format_local(self, at: datetime) -> str:
        """An instant for people, in the store's zone: `2026-11-02 12:12`, seconds if it has any."""
        local = at.astimezone(self.zone)
        return local.strftime("%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M")

    def start_of(self, day: date) -> datetime:
        """The first instant of a local day, in UTC.

        Where clocks are put forward at midnight that is their first reading of the day. A day
        that a zone left out altogether starts, and ends, where the next one starts.
        """
        try:
            return datetime.combine(day, time(), self.zone).astimezone(UTC)
        except OverflowError:  # the first or last day of all, east or west of Greenwich
            return FIRST_INSTANT if day.year == MINYEAR else LAST_INSTANT

    def end_of(self, day: date) -> datetime:
        """The last whole second of a local day, in UTC."""
        if day == date.max:
            return LAST_INSTANT
        return self.start_of(day + timedelta(days=1)) - timedelta(seconds=1)

    def parse_day(self, text: str, today: date) -> date:
        """Read `2026-12-15`, `today`, `today+30d`; raises `WrongUsage`."""
        try:
            if match := _RELATIVE_DAY.fullmatch(text):
                base = {"today": 0, "yesterday": -1, "tomorrow": 1}[match.group(1)]
                return today + timedelta(days=base + int(match.group(2) or 0))
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
                day = date.fromisoformat(text)
                if is_too_early(text):
                    said = f"{text!r} {TOO_EARLY}"
                    raise WrongUsage(finding("not-a-day", said, hint=year_hint(text)))
                if day.year > FIRST_YEAR or self.start_of(day).year == FIRST_YEAR:
                    return day
        except (ValueError, OverflowError):
            pass
        raise WrongUsage(
            finding("not-a-day", f"{text!r} is not a day", hint="write it like 2026-12-15")
        )

    def parse_instant(self, text: str) -> datetime:
        """Read an ISO time; without an offset it is local. Raises `WrongUsage`."""
        try:
            if _INSTANT.fullmatch(text) is None:  # fromisoformat takes week dates and more
                raise ValueError(text)
            at = datetime.fromisoformat(text)
            _refuse_early_time(text)
            if at.tzinfo is None:
                at = at.replace(tzinfo=self.zone)
            if min(at.astimezone(UTC).year, self.day_of(at).year) < FIRST_YEAR:
                raise ValueError(text)  # by hours: on disk or in the store's zone, it is too early
            return at.astimezone(UTC).replace(microsecond=0)
        except (ValueError, OverflowError):
            raise WrongUsage(
                finding(
                    "not-a-time",
                    f"{text!r} is not a time",
                    hint="write it like 2026-11-02T10:12 or 2026-11-02",
                )
            ) from None

    def parse_moment(self, text: str, today: date) -> datetime:
        """Read a day, also `tomorrow`, with or without a time, or any ISO time; `14:00` is today.

        A day alone is its first instant, without an offset a time is local. Raises `WrongUsage`.
        """
        match = _MOMENT.fullmatch(text.strip())
        if match is None or not match.group():
            return self._parse_other_moment(text.strip())
        day_text, time_text = match["day"], match["time"]
        day = self.parse_day(day_text, today) if day_text else today
        if time_text is None:
            return self.start_of(day)
        return self._parse_other_moment(f"{day.isoformat()}T{time_text.zfill(5)}", text)

    def _parse_other_moment(self, iso: str, typed: str | None = None) -> datetime:
        try:
            return self.parse_instant(iso)
        except WrongUsage:
            _refuse_early_time(typed or iso)
            text = f"{typed or iso!r} is not a time"
            hint = 'write it like "tomorrow 14:00", "2026-11-02 10:12" or 2026-11-02'
            raise WrongUsage(finding("not-a-time", text, hint=hint)) from None

    def parse_period(self, text: str, today: date) -> Period:
        """Read a period (domain.md section 3, "Days"); raises `WrongUsage`."""
        if text == "all":
            return Period(None, None, "all time")
        left, dots, right = text.partition("..")
        if not dots:
            return self._closed(text, text, today)
        first = self._closed(left, text, today).first if left or not right else None
        last = self._closed(right, text, today).last if right else None
        if first and last and last < first:
            raise WrongUsage(
                finding("empty-period", f"{text!r} ends before it begins", hint="swap its ends")
            )
        return Period(first, last, text)

    def _closed(self, part: str, text: str, today: date) -> Period:
        """Read one end of the period `text`, or all of it: a period with both its ends."""
        try:
            period = self._relative(part, today) or self._named(part)
        except (ValueError, OverflowError):  # before the first year or after the last
            period = None
        if period is not None:
            return period
        raise WrongUsage(
            finding(
                "not-a-period",
                f"{text!r} is not a period",
                hint="write 2026, 2026-03, 2026-Q3, FY2026-Q3, this-month, last-quarter, "
                "2026-01-01..2026-03-31 or all",
            )
        )

    def _relative(self, text: str, today: date) -> Period | None:
        match = re.fullmatch(r"(this|last|next)-(week|month|quarter|year)", text)
        if match is None:
            if _RELATIVE_DAY.fullmatch(text):
                day = self.parse_day(text, today)
                return Period(day, day, format_day(day))
            return None
        step = {"this": 0, "last": -1, "next": 1}[match.group(1)]
        if match.group(2) == "week":
            monday = today - timedelta(days=(today.weekday() - self.week_start) % 7)
            first = monday + timedelta(weeks=step)
            return Period(first, first + timedelta(days=6), f"week of {format_day(first)}")
        if match.group(2) == "month":
            return self._months(add_months(today, step), 1)
        if match.group(2) == "quarter":
            first = add_months(today, -((today.month - 1) % 3) + 3 * step)
            return self._months(first, 3)
        return self._months(date(today.year + step, 1, 1), 12)

    def _named(self, text: str) -> Period | None:
        match = re.fullmatch(r"(FY)?([0-9]{4})(?:-(?:Q([1-4])|([0-9]{2})(?:-([0-9]{2}))?))?", text)
        if match is None or (match.group(1) and match.group(4)):
            return None
        year, quarter, month, day = int(match.group(2)), *match.group(3, 4, 5)
        if day:
            one = date(year, int(month), int(day))
            return Period(one, one, format_day(one))
        if month:
            return self._months(date(year, int(month), 1), 1)
        first = date(year, self.fiscal_year_start if match.group(1) else 1, 1)
        if quarter:
            period = self._months(add_months(first, 3 * (int(quarter) - 1)), 3)
        else:
            period = self._months(first, 12)
        return Period(period.first, period.last, text)

    @staticmethod
    def _months(first: date, count: int) -> Period:
        first = first.replace(day=1)
        end = add_months(first, count - 1)
        last = end.replace(day=monthrange(end.year, end.month)[1])
        if count == 1:
            label = f"{MONTH_NAMES[first.month - 1]} {first.year}"
        elif count == 3:
            label = f"{first.year}-Q{(first.month - 1) // 3 + 1}"
        else:
            label = str(first.year)
        return Period(first, last, label)
