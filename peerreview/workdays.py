"""Working days, deadlines and reminder days: when something is due and how late it is.

Plain Python: no web framework, no database, no clock. Whoever calls says what day or instant it is.
A working day leaves out Saturday, Sunday and the bank holidays of England. These come with the `holidays`
library and are never fetched; they are known for the years 1872 to 2100. `closed` holds the further days
that a borough has closed (school holidays), as dates.

The counting rule: the day on which something is sent does not count, so the next working day is day 1.
A letter of Monday that gives 10 working days is due on the Monday two weeks later.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import holidays

LOCAL_ZONE = ZoneInfo("Europe/London")
END_OF_DAY = time(23, 59)

# More than any period that a board can set, and small enough to answer at once.
MOST_WORKING_DAYS = 10_000


class ReminderDays(NamedTuple):
    """The three days on which a task that is not done yet is asked for."""

    before: date
    on: date
    after: date


@lru_cache(maxsize=512)
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England in `year`, with the days given in lieu and the single royal occasions."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


@lru_cache(maxsize=512)
def _named_bank_holidays(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("GB", subdiv="ENG", years=year).items())


def bank_holiday(day: date) -> str:
    """The name of the bank holiday of England on `day`; empty when there is none."""
    return _named_bank_holidays(_plain(day).year).get(day, "")


def is_working_day(day: date, closed: Iterable[date] = ()) -> bool:
    """Whether work is expected on `day`; `closed` are further days off, as dates."""
    day = _plain(day)
    return day.weekday() < 5 and day not in bank_holidays(day.year) and day not in _days(closed)


def add_working_days(day: date, n: int, closed: Iterable[date] = ()) -> date:
    """The nth working day after `day`, or before it when `n` is negative.

    `day` itself does not count and need not be a working day; with `n` = 0 it is given back as it is.
    Raises ValueError beyond 10,000 working days and OverflowError past the end of the calendar.
    """
    if abs(n) > MOST_WORKING_DAYS:
        raise ValueError(f"{n} working days is more than can be counted")
    day, days_off = _plain(day), _days(closed)
    step = timedelta(days=1 if n > 0 else -1)
    left = abs(n)
    while left:
        day += step
        if is_working_day(day, days_off):
            left -= 1
    return day


def working_days_between(a: date, b: date, closed: Iterable[date] = ()) -> int:
    """How many working days `b` is after `a`: negative when it is before.

    Counts as `add_working_days` does, so that `working_days_between(a, add_working_days(a, n)) == n`:
    the working days after `a` up to and with `b`.
    """
    a, b, days_off = _plain(a), _plain(b), _days(closed)
    step = 1 if b > a else -1
    span = (a + timedelta(days=step * distance) for distance in range(1, abs((b - a).days) + 1))
    return step * sum(is_working_day(day, days_off) for day in span)


def deadline(start_day: date, n: int, closed: Iterable[date] = ()) -> datetime:
    """The end of a period of `n` working days that starts on `start_day`, as an aware instant in UTC.

    It is 23:59 in the United Kingdom on the nth working day after `start_day` (the day after is day 1),
    so 23:59 UTC in winter and 22:59 UTC in summer. Raises ValueError when `n` is below 1.
    """
    if n < 1:
        raise ValueError("a period has at least one working day")
    return end_of_local_day(add_working_days(start_day, n, closed))


def end_of_local_day(day: date) -> datetime:
    """23:59 in the United Kingdom on `day`, as an aware instant in UTC."""
    return datetime.combine(_plain(day), END_OF_DAY, LOCAL_ZONE).astimezone(UTC)


def reminder_days(due_on: date, before: int = 3, after: int = 3, closed: Iterable[date] = ()) -> ReminderDays:
    """When to remind of a task due on `due_on`: `before` working days ahead, on the day, `after` working days later.

    The defaults are those of the setting "reminders". Raises ValueError when a number is negative.
    """
    if before < 0 or after < 0:
        raise ValueError("reminders are a number of working days, not below none")
    days_off = _days(closed)
    return ReminderDays(
        add_working_days(due_on, -before, days_off), _plain(due_on), add_working_days(due_on, after, days_off)
    )


def days_late(due_on: date, today: date) -> int:
    """How many calendar days `today` is past `due_on`; 0 while it is not late."""
    return max(0, (_plain(today) - _plain(due_on)).days)


def local(instant: datetime) -> datetime:
    """What London's clocks show at an instant. Raises ValueError for a time without a zone: it would be a guess."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(LOCAL_ZONE)


def local_day(instant: datetime) -> date:
    """The date in the United Kingdom at an aware instant; ValueError when it carries no time zone."""
    return local(instant).date()


def _days(closed: Iterable[date]) -> frozenset[date]:
    return closed if isinstance(closed, frozenset) else frozenset(closed)


def _plain(day: date) -> date:
    """Refuse an instant where a day is meant: which day it is depends on the zone, so `local_day` must say."""
    if isinstance(day, datetime):
        raise TypeError("a day is a date; turn an instant into one with local_day()")
    return day
