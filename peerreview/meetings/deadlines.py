"""Which meeting a report goes to. Plain functions of dates; today is passed in."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Protocol, TypeVar

from peerreview.workdays import is_working_day


class Dated(Protocol):
    """A meeting with its day and the last day for papers."""

    @property
    def held_on(self) -> date: ...
    @property
    def papers_due_on(self) -> date: ...


def series(first: date, months: int, how_many: int) -> list[date]:
    """So many meeting days, each so many months after the one before, on the same weekday of the month as the first.

    The second Tuesday stays the second Tuesday; a fifth one that a month does not have is its last. A bank holiday
    moves the meeting a week on.
    """
    turn = (first.day - 1) // 7
    days = []
    for number in range(how_many):
        months_on = first.year * 12 + first.month - 1 + number * months
        begins = date(months_on // 12, months_on % 12 + 1, 1)
        same_weekdays = [
            day
            for day in (
                begins + timedelta(days=(first.weekday() - begins.weekday()) % 7 + 7 * week) for week in range(6)
            )
            if day.month == begins.month
        ]
        day = same_weekdays[min(turn, len(same_weekdays) - 1)]
        days.append(day if number == 0 or is_working_day(day) else day + timedelta(days=7))
    return days


M = TypeVar("M", bound=Dated)


def usual_paper_deadline(held_on: date, days: int) -> date:
    """The last day for papers: so many days (setting ``paper_deadline``, calendar days) before the meeting."""
    return held_on - timedelta(days=days)


def next_open(meetings: Iterable[M], today: date) -> M | None:
    """The next meeting whose paper deadline has not passed; papers are in time until the end of that day."""
    in_time = [meeting for meeting in meetings if meeting.papers_due_on >= today and meeting.held_on >= today]
    return min(in_time, key=lambda meeting: meeting.held_on, default=None)
