"""The fast local day is the clock's."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.report.figures.local_days import build_day_of

ZONES = [
    "UTC",
    "Europe/Riga",
    "America/Sao_Paulo",  # put its clocks back and forward at midnight
    "Asia/Kathmandu",
    "Pacific/Apia",  # left out 30 December 2011
    "Africa/Monrovia",  # was 44 minutes and 30 seconds behind until 1972
    "Africa/Casablanca",
]
learn = build_day_of.__wrapped__  # a function that has learnt nothing yet
YEARS = st.integers(-2_208_988_800, 4_102_444_800)  # 1900 to 2100


@given(st.sampled_from(ZONES), YEARS)
def test_any_instant_lies_in_the_day_of_the_clock(zone: str, at: int) -> None:
    there = ZoneInfo(zone)
    assert learn(there)(at) == datetime.fromtimestamp(at, there).toordinal()


@pytest.mark.parametrize("zone", ZONES)
def test_each_quarter_hour_of_days_with_a_change(zone: str) -> None:
    there = ZoneInfo(zone)
    day_of = learn(there)
    for year, month, day in (
        (2024, 3, 31), (2024, 10, 27), (2018, 2, 18), (2018, 11, 4), (2011, 12, 30), (1972, 1, 7),
    ):  # fmt: skip
        noon = int(datetime(year, month, day, 12, tzinfo=UTC).timestamp())
        for at in range(noon - 2 * 86_400, noon + 2 * 86_400, 900):
            assert day_of(at) == datetime.fromtimestamp(at, there).toordinal()


def test_the_last_day_of_all_has_a_day() -> None:
    last = int(datetime(9999, 12, 31, 12, tzinfo=UTC).timestamp())
    assert build_day_of(ZoneInfo("UTC"))(last) == datetime(9999, 12, 31).toordinal()


class Asked(tzinfo):
    """Two hours ahead, and counts how often it is asked."""

    times = 0

    def utcoffset(self, at: datetime | None) -> timedelta:
        self.times += 1
        return timedelta(hours=2)

    def dst(self, at: datetime | None) -> timedelta:
        return timedelta(0)


def test_the_clock_is_asked_for_few_instants_of_a_day() -> None:
    zone = Asked()
    day_of = build_day_of(zone)  # type: ignore[arg-type]
    midnight = int(datetime(2024, 3, 5, tzinfo=UTC).timestamp())
    days = [day_of(at) for at in range(midnight, midnight + 86_400, 60)]
    fifth = datetime(2024, 3, 5).toordinal()
    assert days == [fifth] * 22 * 60 + [fifth + 1] * 2 * 60
    assert 0 < zone.times < 10
