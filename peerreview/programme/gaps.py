"""Stretches of a year without a visit. Plain Python."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from peerreview.programme.picture import Closed
from peerreview.programme.words import counted, day_name

LEAST = 8  # weeks without a visit that are worth saying
UNEVEN = 2  # times as long as with visits spread evenly


class Gap(NamedTuple):
    """A stretch without a visit. ``after`` and ``before``: the visits around it; none at an end of the year."""

    after: date | None
    before: date | None
    weeks: int
    holidays: int  # weeks of it that are school holidays

    @property
    def words(self) -> str:
        """No visit between Friday 3 July 2026 and Tuesday 15 September 2026: 10 weeks, 6 of them school holidays."""
        if self.after and self.before:
            where = f"between {day_name(self.after)} and {day_name(self.before)}"
        else:
            where = f"before {day_name(self.before)}" if self.before else f"after {self.after and day_name(self.after)}"
        of_them = f", {self.holidays} of them school holidays" if self.holidays else ""
        return f"No visit {where}: {counted(self.weeks, 'week')}{of_them}."


def gaps(first: date, last: date, visits: Iterable[date], reviews: int, closed: Sequence[Closed]) -> list[Gap]:
    """The stretches of at least eight weeks, and of twice as long as ``reviews`` visits spread evenly would leave.

    None for a year without a visit: that is said in other words.
    """
    held = sorted({day for day in visits if first <= day <= last})
    if not held:
        return []
    even = ((last - first).days + 1) / 7 / (reviews + 1)
    after: list[date | None] = [None, *held]
    before: list[date | None] = [*held, None]
    found = [_gap(*around, first, last, closed) for around in zip(after, before, strict=True)]
    return [gap for gap in found if gap.weeks >= max(LEAST, UNEVEN * even)]


def _gap(after: date | None, before: date | None, first: date, last: date, closed: Sequence[Closed]) -> Gap:
    begins, ends = (after + timedelta(days=1) if after else first), (before or last + timedelta(days=1))
    days = (ends - begins).days
    school = {
        day
        for each in closed
        for number in range(days)
        if each.first <= (day := begins + timedelta(number)) <= each.last
    }
    return Gap(after, before, days // 7, round(len(school) / 7))
