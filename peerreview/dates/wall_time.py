"""The wall clock of a visit: what a school's clock says, and the instant in UTC that it means.

A visit is agreed as "Tuesday at 10:00" on the clock in the school's hall, so its time is entered and shown in
Europe/London and stored as an instant. Twice a year that translation has a trap, and guessing would move a visit
by an hour, so both traps are errors of their own that a form turns into a message or a question.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from peerreview.workdays import LOCAL_ZONE


@dataclass(frozen=True)
class Time:
    """A time for a visit: start (aware), minutes, place."""

    starts_at: datetime
    minutes: int
    place: str


@dataclass
class HourDoesNotExist(ValueError):
    """The clocks go forward over this time, so no clock in London ever shows it."""

    day: date
    at: time

    def __str__(self) -> str:
        return f"{self.at:%H:%M} does not exist on {self.day.isoformat()}: the clocks go forward"


@dataclass
class HourExistsTwice(ValueError):
    """The clocks go back over this time, so it happens twice; `first` and `second` are the two instants in UTC."""

    day: date
    at: time
    first: datetime
    second: datetime

    def __str__(self) -> str:
        return f"{self.at:%H:%M} happens twice on {self.day.isoformat()}: the clocks go back"


def instant(day: date, at: time, *, fold: int | None = None) -> datetime:
    """The instant (aware, UTC) at which London's clocks show `at` on `day`.

    `fold` answers the question of an hour that exists twice: 0 is the first (summer time), 1 the second. It is
    ignored for every other hour, so a form may always pass on what it has.

    Raises HourDoesNotExist, or HourExistsTwice when `fold` is None.
    """
    naive = datetime.combine(day, at.replace(tzinfo=None, fold=0))
    first, second = (naive.replace(tzinfo=LOCAL_ZONE, fold=which).astimezone(UTC) for which in (0, 1))
    if first == second:
        return first
    if first > second:
        raise HourDoesNotExist(day, at)
    if fold is None:
        raise HourExistsTwice(day, at, first, second)
    return second if fold else first
