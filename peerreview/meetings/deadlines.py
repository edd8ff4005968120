"""Which meeting a report goes to. Plain functions of dates; today is passed in."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Protocol, TypeVar


class Dated(Protocol):
    """A meeting with its day and the last day for papers."""

    @property
    def held_on(self) -> date: ...
    @property
    def papers_due_on(self) -> date: ...


M = TypeVar("M", bound=Dated)


def usual_paper_deadline(held_on: date, days: int) -> date:
    """The last day for papers: so many days (setting ``paper_deadline``, calendar days) before the meeting."""
    return held_on - timedelta(days=days)


def next_open(meetings: Iterable[M], today: date) -> M | None:
    """The next meeting whose paper deadline has not passed; papers are in time until the end of that day."""
    in_time = [meeting for meeting in meetings if meeting.papers_due_on >= today and meeting.held_on >= today]
    return min(in_time, key=lambda meeting: meeting.held_on, default=None)
