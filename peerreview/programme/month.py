"""One month of the picture of a year: a small calendar with what is on its days, laid out and in words.

Plain Python: no clock, no database. A row is a week, Monday to Friday wide and the weekend narrow. Places are in units
of the drawing. What is drawn is also said in words, for the table and for screen readers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from peerreview.programme.words import counted, month_name
from peerreview.workdays import bank_holiday

WIDE, NARROW, HIGH = 26, 12, 24  # units: a working day, a day of the weekend, a week
WIDTH = 5 * WIDE + 2 * NARROW
DAY = timedelta(days=1)


class What(StrEnum):
    """What can be on a day."""

    VISIT = "visit"  # agreed, or held
    ASKED = "asked"  # people are asked whether they can
    MEETING = "meeting"
    PAPERS = "papers"


class Mark(NamedTuple):
    """One thing on one day. ``load``: it counts as a visit of that month; of days asked about, only the first does."""

    on: date
    what: What
    words: str
    load: bool = False


class Closed(NamedTuple):
    """School holidays, the first and the last day among them."""

    first: date
    last: date
    name: str


@dataclass(frozen=True)
class Day:
    """One day in the drawing."""

    on: date
    x: int
    y: int
    width: int
    marks: tuple[What, ...]
    visits: int
    is_school_holiday: bool
    bank_holiday: str
    is_today: bool

    @property
    def main(self) -> What | None:
        """What is drawn large; papers and what else is there are small."""
        return next((what for what in What if what in self.marks and what is not What.PAPERS), None)

    @property
    def is_weekend(self) -> bool:
        """Saturday or Sunday."""
        return self.on.weekday() > 4


@dataclass(frozen=True)
class Month:
    """One month: its days in the drawing, and the same in words. ``first`` is the first of the month."""

    first: date
    days: tuple[Day, ...]
    marks: tuple[Mark, ...]
    closed: tuple[str, ...]  # "Mon 26 to Fri 30 Half term"
    likely: tuple[str, ...]  # visits that will probably be in it, on no day yet
    is_over: bool

    @property
    def name(self) -> str:
        """March 2027."""
        return month_name(self.first)

    @property
    def short_name(self) -> str:
        """Mar 2027."""
        return f"{self.first:%b %Y}"

    @property
    def height(self) -> int:
        """Of the drawing, in units; what is on no day stands in a row of its own."""
        return max(day.y for day in self.days) + HIGH * (2 if self.likely else 1)

    @property
    def visits(self) -> int:
        """Visits agreed, held, asked about or likely."""
        return sum(mark.load for mark in self.marks) + len(self.likely)

    def of(self, *kinds: str) -> list[Mark]:
        """Its marks of some kinds."""
        return [mark for mark in self.marks if mark.what in kinds]

    @property
    def in_words(self) -> str:
        """What the drawing shows, in one sentence."""
        said = [counted(self.visits, "visit")]
        said += [f"{_short(mark.on)} {mark.words}" for mark in self.marks]
        said += [f"some day {words}" for words in self.likely]
        return "; ".join([*said, *self.closed])


def months_between(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The calendar months of a period, each from its first to its last day within the period."""
    begins = first
    while begins <= last:
        following = date(begins.year + begins.month // 12, begins.month % 12 + 1, 1)
        yield begins, min(last, following - DAY)
        begins = following


def lay_out(
    begins: date, ends: date, by_day: Mapping[date, list[Mark]], closed: Sequence[Closed], today: date | None
) -> Month:
    """The month of these days, its first and last within the year; ``by_day``: what is on each day."""
    first = begins.replace(day=1)
    span = [begins + DAY * number for number in range((ends - begins).days + 1)]
    holidays = [each for each in closed if each.first <= ends and each.last >= begins]
    school = {day for day in span for each in holidays if each.first <= day <= each.last}
    days = [_day(day, first, by_day.get(day, []), day in school, day == today) for day in span]
    named = [f"{_short(day)} {bank_holiday(day)}" for day in span if bank_holiday(day)]
    return Month(
        first=first,
        days=tuple(days),
        marks=tuple(mark for day in span for mark in by_day.get(day, [])),
        closed=(*named, *(_period(each, begins, ends) for each in holidays)),
        likely=(),
        is_over=today is not None and ends < today,
    )


def _day(day: date, first: date, marks: Sequence[Mark], is_holiday: bool, is_today: bool) -> Day:
    column, week = day.weekday(), (day.day - 1 + first.weekday()) // 7
    return Day(
        on=day,
        x=min(column, 5) * WIDE + max(0, column - 5) * NARROW,
        y=week * HIGH,
        width=NARROW if column > 4 else WIDE,
        marks=tuple(mark.what for mark in marks),
        visits=sum(mark.what in (What.VISIT, What.ASKED) for mark in marks),
        is_school_holiday=is_holiday,
        bank_holiday=bank_holiday(day),
        is_today=is_today,
    )


def _short(day: date) -> str:
    return f"{day:%a} {day.day}"


def _period(closed: Closed, begins: date, ends: date) -> str:
    first, last = max(closed.first, begins), min(closed.last, ends)
    return f"{_short(first)} to {_short(last)} {closed.name}" if first < last else f"{_short(first)} {closed.name}"
