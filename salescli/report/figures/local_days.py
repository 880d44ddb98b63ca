"""From instants to local days, by the hundred thousand: the clock is asked for few of them.

Pure. Knows a zone and numbers.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

_DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()


@cache
def build_day_of(zone: ZoneInfo) -> Callable[[int], int]:
    """The ordinal of the local day of an instant (seconds since 1970), as a fast function.

    Between two midnights of UTC at which the zone's offset is the same the local day follows by
    arithmetic; where it changes the clock is asked for each instant. A zone has one function: what
    it learnt serves each span of a series.
    """
    offsets: dict[int, int | None] = {}

    def day_of(at: int) -> int:
        utc_day = at // _DAY
        if utc_day not in offsets:
            offsets[utc_day] = _constant_offset(zone, utc_day)
        offset = offsets[utc_day]
        if offset is None:
            return datetime.fromtimestamp(at, zone).toordinal()
        return (at + offset) // _DAY + _EPOCH

    return day_of


def _constant_offset(zone: ZoneInfo, utc_day: int) -> int | None:
    """The zone's offset during a day of UTC, in seconds; None where it changes or is no number."""
    try:
        first, last = (
            datetime.fromtimestamp(utc_day * _DAY + more, zone).utcoffset() for more in (0, _DAY)
        )
    except (ValueError, OverflowError):  # the first or last day of all
        return None
    return None if first != last or first is None else round(first.total_seconds())
