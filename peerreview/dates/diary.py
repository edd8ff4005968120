"""The next weeks as a table of days, each with what is known of it. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from peerreview.dates.suggestions import Known
from peerreview.filters import time_of_day
from peerreview.workdays import bank_holiday, local

WEEKS = 6  # on one page
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


class Mark(NamedTuple):
    """One thing about a day. ``kind``: closed, busy, asked or suggested."""

    kind: str
    words: str


@dataclass(frozen=True)
class Day:
    """One day of the table."""

    on: date
    marks: tuple[Mark, ...]
    too_soon: bool  # inside the notice


def weeks(known: Known, begin: date, holidays: Mapping[date, str], suggested: Collection[datetime]) -> list[list[Day]]:
    """Monday to Friday of the weeks from that of `begin`. `holidays`: the names of school holidays by day."""
    monday = begin - timedelta(days=begin.weekday())
    days = ([monday + timedelta(weeks=week, days=number) for number in range(5)] for week in range(WEEKS))
    return [[_day(known, day, holidays.get(day, ""), suggested) for day in week] for week in days]


def _day(known: Known, day: date, holiday: str, suggested: Collection[datetime]) -> Day:
    marks = [Mark("closed", f"Bank holiday: {bank_holiday(day)}")] if bank_holiday(day) else []
    marks += [Mark("closed", f"School holiday: {holiday}")] if holiday else []
    marks += [Mark("asked", f"Asked about: {time_of_day(at)}") for at in sorted(known.taken) if _is_on(at, day)]
    marks += [Mark("suggested", f"Suggested: {time_of_day(at)}") for at in sorted(suggested) if _is_on(at, day)]
    marks += [Mark("busy", f"{busy.who} {busy.what}") for busy in known.busy if _is_on(busy.starts_at, day)]
    return Day(day, tuple(dict.fromkeys(marks)), day < known.first_day)


def _is_on(at: datetime, day: date) -> bool:
    return local(at).date() == day
