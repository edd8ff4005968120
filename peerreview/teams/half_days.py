"""Half days as bits, so that when several people can is one comparison (see ``staffing.ALL_FREE``)."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from peerreview.extensions import db
from peerreview.models import PartOfDay, Unavailability
from peerreview.workdays import is_working_day, local

MIDDAY = time(12, 30)  # where the morning ends and the afternoon begins
BITS = {PartOfDay.MORNING: 1, PartOfDay.AFTERNOON: 2, PartOfDay.ALL_DAY: 3}


def month_halves(month: date, today: date, closed: Collection[date]) -> int:
    """The half days of a month's working days after today. ``closed``: days off of the organisation."""
    days = (day for day in _days(month) if day > today and is_working_day(day, closed))
    return sum(_bits(day, PartOfDay.ALL_DAY) for day in days)


def visit_halves(starts_at: datetime, ends_at: datetime) -> int:
    """The half days that a visit touches, in the month of its day."""
    begins, ends = local(starts_at), local(ends_at)
    morning = BITS[PartOfDay.MORNING] if begins.time() < MIDDAY else 0
    afternoon = BITS[PartOfDay.AFTERNOON] if ends.time() > MIDDAY else 0
    return (morning | afternoon) << 2 * (begins.day - 1)


def away_halves(people: Sequence[int], months: Iterable[date]) -> Iterator[tuple[int, date, int]]:
    """What reviewers said of when they cannot: (person, month, half days), for each of the months. One query."""
    months = sorted(months)
    if not months:
        return
    cannot = db.select(Unavailability).where(
        Unavailability.person_id.in_(people),
        Unavailability.last_on >= months[0],
        Unavailability.first_on < months[-1] + timedelta(days=31),
    )
    for row in db.session.scalars(cannot):
        for month in months:
            yield row.person_id, month, sum(_bits(day, row.part) for day in _days(month) if row.covers(day))


def _days(month: date) -> Iterator[date]:
    days = (month + timedelta(days=number) for number in range(31))
    return (day for day in days if day.month == month.month)


def _bits(day: date, part: PartOfDay) -> int:
    return BITS[part] << 2 * (day.day - 1)
