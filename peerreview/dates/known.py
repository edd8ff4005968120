"""What is known of when people can: the times that reviewers gave in their accounts, and their other visits."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

from peerreview.dates.suggestions import MIDDAY, Busy, Known
from peerreview.dates.wall_time import instant
from peerreview.extensions import db
from peerreview.filters import time_of_day
from peerreview.models import (
    DatePoll,
    PartOfDay,
    Review,
    Slot,
    TeamMember,
    Unavailability,
    Visit,
    setting,
    utc_now,
)
from peerreview.workdays import add_working_days, local_day
from peerreview.workflow import Stage

AHEAD = timedelta(days=366)  # how far what is known is looked at
WAY = timedelta(hours=1)  # between two visits of one reviewer
MIDNIGHT = timedelta(days=1)
PARTS = {  # when each part begins and ends, after the midnight before
    PartOfDay.ALL_DAY: (timedelta(0), MIDNIGHT, ""),
    PartOfDay.MORNING: (timedelta(0), timedelta(hours=MIDDAY.hour, minutes=MIDDAY.minute), " in the morning"),
    PartOfDay.AFTERNOON: (timedelta(hours=MIDDAY.hour, minutes=MIDDAY.minute), MIDNIGHT, " in the afternoon"),
}


def known(review: Review) -> Known:
    """What there is to know before proposing times for a review. The same few queries for any team."""
    today, closed = local_day(utc_now()), review.closed_days
    people = {member.person_id: member.person.name for member in review.current_team}
    return Known(
        today=today,
        first_day=add_working_days(today, setting("notice"), closed),
        closed=closed,
        busy=tuple(sorted([*_cannot(people, today), *_visits(review, people)], key=lambda busy: busy.starts_at)),
        taken=frozenset(slot.starts_at for slot in review.poll.slots) if review.poll else frozenset(),
        elsewhere=_elsewhere(review, people),
    )


def written_by_hand(review: Review) -> list[tuple[str, str]]:
    """What people wrote in their own words about when they can or cannot: (who, what)."""
    found = [(each.name, each.cannot) for each in review.nomination.staff] if review.nomination else []
    if review.request is not None:
        found += [(f"{review.request.name}, what suits", review.request.suits)]
        found += [(f"{review.request.name}, what does not suit", review.request.does_not_suit)]
    return [(who, what) for who, what in found if what]


def silent(review: Review) -> list[str]:
    """Who of the team has given no times in their account, so that nothing is known of them but their visits."""
    people = {member.person_id: member.person.name for member in review.current_team}
    given = db.select(Unavailability.person_id).where(
        Unavailability.person_id.in_(people), Unavailability.last_on >= local_day(utc_now())
    )
    known_of = set(db.session.scalars(given))
    return [name for person_id, name in people.items() if person_id not in known_of]


def _cannot(people: Mapping[int, str], today: date) -> Iterator[Busy]:
    rows = db.session.scalars(
        db.select(Unavailability)
        .where(Unavailability.person_id.in_(people), Unavailability.last_on >= today)
        .order_by(Unavailability.first_on, Unavailability.id)
    )
    for row in rows:
        begins, ends, when = PARTS[row.part]
        note = f": {row.note}" if row.note else ""
        first, last = max(row.first_on, today), min(row.last_on, today + AHEAD)
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            if row.covers(day):
                yield Busy(people[row.person_id], f"cannot{when}{note}", _at(day, begins), _at(day, ends))


def _at(day: date, after_midnight: timedelta) -> datetime:
    """On the clock of that day: midnight and half past twelve are there once, every day."""
    shown = datetime.combine(day, time(0)) + after_midnight
    return instant(shown.date(), shown.time(), fold=0)


def _visits(review: Review, people: Mapping[int, str]) -> Iterator[Busy]:
    """Other agreed visits. Of another borough it is said that there is one, and nothing else."""
    rows = db.session.execute(
        db.select(Visit, TeamMember.person_id, Review.reference, Review.borough_id)
        .join(Review, Visit.review_id == Review.id)
        .join(TeamMember, TeamMember.review_id == Review.id)
        .where(_on_the_team(people), Review.id != review.id, Review.stage == Stage.PREPARING)
        .where(Visit.cancelled_at.is_(None), Visit.starts_at > utc_now() - timedelta(days=1))
    )
    for visit, person_id, reference, borough_id in rows:
        which = f" ({reference})" if borough_id == review.borough_id else ""
        what = f"has another visit at {time_of_day(visit.starts_at)}{which}"
        yield Busy(people[person_id], what, visit.starts_at, visit.ends_at, WAY)


def _elsewhere(review: Review, people: Mapping[int, str]) -> frozenset[datetime]:
    """Starts that the same people are asked about for other reviews."""
    starts = db.session.scalars(
        db.select(Slot.starts_at)
        .join(DatePoll, Slot.poll_id == DatePoll.id)
        .join(TeamMember, TeamMember.review_id == DatePoll.review_id)
        .where(_on_the_team(people), DatePoll.review_id != review.id, DatePoll.closed_at.is_(None))
    )
    return frozenset(starts)


def _on_the_team(people: Mapping[int, str]) -> db.ColumnElement[bool]:  # type: ignore[name-defined]
    return db.and_(
        TeamMember.person_id.in_(people), TeamMember.removed_at.is_(None), TeamMember.stood_down_at.is_(None)
    )
