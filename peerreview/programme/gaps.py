"""Stretches of a year without a visit. Plain Python."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from peerreview.programme.month import Closed
from peerreview.programme.words import counted, day_name, month_name

LEAST = 8  # weeks without a visit that are worth saying
UNEVEN = 2  # times as long as with visits spread evenly
MIDDLE = 15  # of a month
DAY = timedelta(days=1)


class Gap(NamedTuple):
    """A stretch without a visit. ``after``, ``before``: the visits around it in words; empty at an end of the year."""

    after: str
    before: str
    weeks: int
    holidays: int  # weeks of it that are school holidays

    @property
    def words(self) -> str:
        """No visit between Friday 3 July 2026 and Tuesday 15 September 2026: 10 weeks, 6 of them school holidays."""
        if self.after and self.before:
            where = f"between {self.after} and {self.before}"
        else:
            where = f"before {self.before}" if self.before else f"after {self.after}"
        of_them = f", {self.holidays} of them school holidays" if self.holidays else ""
        return f"No visit {where}: {counted(self.weeks, 'week')}{of_them}."


def gaps(
    first: date,
    last: date,
    visits: Iterable[date],
    reviews: int,
    closed: Sequence[Closed] = (),
    likely: Iterable[date] = (),
) -> list[Gap]:
    """The stretches of at least eight weeks, and of twice as long as ``reviews`` visits spread evenly would leave.

    ``likely``: the first of each month that will probably have a visit, taken to be in its middle. None for a year
    without a visit: that is said in other words.
    """
    named = {month.replace(day=MIDDLE): f"the visit that is likely in {month_name(month)}" for month in likely}
    named |= {day: day_name(day) for day in visits}
    held = sorted(day for day in named if first <= day <= last)
    if not held:
        return []
    even = ((last - first).days + 1) / 7 / (reviews + 1)
    starts, ends = [first, *(day + DAY for day in held)], [*held, last + DAY]
    found = [
        Gap(
            named.get(begins - DAY, ""),
            named.get(end, ""),
            (end - begins).days // 7,
            _school_weeks(begins, end, closed),
        )
        for begins, end in zip(starts, ends, strict=True)
    ]
    return [gap for gap in found if gap.weeks >= max(LEAST, UNEVEN * even)]


def _school_weeks(begins: date, end: date, closed: Sequence[Closed]) -> int:
    days = (begins + DAY * number for number in range((end - begins).days))
    return round(sum(any(each.first <= day <= each.last for each in closed) for day in days) / 7)
