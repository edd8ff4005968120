"""How many more visits each reviewer can make in a year, from what is known of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy.orm import joinedload

from peerreview.extensions import db
from peerreview.models import (
    Membership,
    PartOfDay,
    Person,
    ProgrammeYear,
    Review,
    Reviewer,
    TeamMember,
    Unavailability,
    Visit,
    setting,
)
from peerreview.programme.capacity import Free
from peerreview.programme.month import months_between
from peerreview.workdays import is_working_day, local_day
from peerreview.workflow import IN_THE_PROGRAMME, VISITED, Role


@dataclass(frozen=True)
class Seat:
    """A place that a reviewer has on a team. ``on``: the day of the visit; none before it is agreed."""

    person_id: int
    on: date | None
    year: ProgrammeYear | None

    def is_in(self, year: ProgrammeYear) -> bool:
        """Whether its visit falls into the year; without a day, whether its own year runs at the same time."""
        if self.on is not None:
            return year.starts_on <= self.on <= year.ends_on
        return self.year is not None and self.year.starts_on <= year.ends_on and year.starts_on <= self.year.ends_on


@dataclass
class Reviewing:
    """Everybody who can review now, the places that they have, and the periods in which they cannot."""

    today: date
    most_a_year: int
    most_a_month: int
    reviewers: Sequence[Reviewer]
    seats: list[Seat] = field(default_factory=list)
    away: dict[int, list[Unavailability]] = field(default_factory=dict)

    def can_lead(self, person_id: int) -> bool:
        """Whether training is on record, without which nobody leads."""
        return any(each.person_id == person_id and each.trained_on is not None for each in self.reviewers)

    def free(self, year: ProgrammeYear, months: Sequence[date]) -> list[Free]:
        """What each reviewer of the borough has left of the year, and of its months to come."""
        mine = [each for each in self.reviewers if each.person.holds(Role.REVIEWER, year.borough_id)]
        return [self._free(reviewer, year, months) for reviewer in mine]

    def _free(self, reviewer: Reviewer, year: ProgrammeYear, months: Sequence[date]) -> Free:
        seats = [seat for seat in self.seats if seat.person_id == reviewer.person_id and seat.is_in(year)]
        taken = Counter(seat.on.replace(day=1) for seat in seats if seat.on is not None)
        most = self.most_a_month if reviewer.most_visits_a_month is None else reviewer.most_visits_a_month
        of_year = self.most_a_year if reviewer.most_visits_a_year is None else reviewer.most_visits_a_year
        left = {m: max(0, min(most - taken[m], self._days(reviewer.person_id, m, year))) for m in months}
        membership = reviewer.membership is Membership.BOARD_MEMBER
        return Free(membership, reviewer.trained_on is not None, max(0, of_year - len(seats)), left)

    def _days(self, person_id: int, month: date, year: ProgrammeYear) -> int:
        """The working days of a month, from today on, on some part of which they can."""
        first, last = max(month, self.today, year.starts_on), min(_last_of(month), year.ends_on)
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        away = [each for each in self.away.get(person_id, []) if each.part is PartOfDay.ALL_DAY]
        return sum(is_working_day(day) and not any(each.covers(day) for each in away) for day in days)


def reviewing(years: Sequence[ProgrammeYear], today: date) -> Reviewing:
    """What is known of the reviewers of these years' boroughs, in a fixed number of queries."""
    here = db.or_(*(Person.holding(Role.REVIEWER, borough_id) for borough_id in {year.borough_id for year in years}))
    reviewers = db.session.scalars(db.select(Reviewer).join(Reviewer.person).where(here)).all() if years else []
    found = Reviewing(today, setting("visits_a_year"), setting("visits_a_month"), reviewers)
    people = [reviewer.person_id for reviewer in reviewers]
    found.seats.extend(_seats(people))
    cannot = db.select(Unavailability).where(Unavailability.person_id.in_(people), Unavailability.last_on >= today)
    for row in db.session.scalars(cannot):
        found.away.setdefault(row.person_id, []).append(row)
    return found


def _seats(people: Sequence[int]) -> Iterator[Seat]:
    """Of every borough: a visit for the neighbours is a visit. One that somebody left before it counts for nobody."""
    rows = db.session.execute(
        db.select(TeamMember.person_id, Visit.starts_at, Review)
        .join(Review, TeamMember.review_id == Review.id)
        .outerjoin(Visit, db.and_(Visit.review_id == Review.id, Visit.cancelled_at.is_(None)))
        .where(TeamMember.person_id.in_(people), Review.stage.in_(list(IN_THE_PROGRAMME)))
        .where(TeamMember.removed_at.is_(None), TeamMember.stood_down_at.is_(None))
        .options(joinedload(Review.programme_year), joinedload(Review.visit_record))
    )
    for person_id, starts_at, review in rows:
        held = review.visit_record.held_on if review.stage in VISITED and review.visit_record else None
        yield Seat(person_id, held or (local_day(starts_at) if starts_at else None), review.programme_year)


def _last_of(month: date) -> date:
    return next(ends for _, ends in months_between(month, month + timedelta(days=31)))
