"""A year's picture and capacity, from its reviews, meetings and holidays, and from what is known of the reviewers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from peerreview.extensions import db
from peerreview.models import LikelyMonth, Meeting, Review, SchoolHoliday, setting
from peerreview.programme.availability import Reviewing, reviewing
from peerreview.programme.capacity import Capacity, Need, Room
from peerreview.programme.gaps import Gap, gaps
from peerreview.programme.marks import meeting_marks, named, visit_days, visit_marks
from peerreview.programme.month import Closed, months_between
from peerreview.programme.picture import Picture, picture
from peerreview.programme.queries import Programme
from peerreview.programme.shortages import Warned, warnings
from peerreview.workdays import add_working_days
from peerreview.workflow import IN_THE_PROGRAMME, VISITED

TEAM = 2  # "a minimum of two members" (procedure, 3.1)


@dataclass
class Outlook:
    """How one year looks: its picture, the reviews on no day yet, its gaps, and whether it can be staffed."""

    picture: Picture
    undated: list[tuple[Review, date | None]]  # with the month in which it will probably be
    gaps: list[Gap]
    capacity: Capacity
    rooms: dict[date, Room]
    warnings: list[Warned] = field(default_factory=list)

    @property
    def dated(self) -> int:
        """Visits held, agreed or asked about."""
        return sum(mark.load for month in self.picture.months for mark in month.marks)


def outlooks(programmes: Sequence[Programme], today: date) -> dict[int, Outlook]:
    """The outlook of each year, by its id. As many queries for one year and review as for many."""
    boroughs = {programme.year.borough_id for programme in programmes}
    meetings = db.session.scalars(db.select(Meeting).where(Meeting.borough_id.in_(boroughs))).all()
    holidays = db.session.scalars(db.select(SchoolHoliday).where(SchoolHoliday.borough_id.in_(boroughs))).all()
    people = reviewing([programme.year for programme in programmes], today)
    reviews = [review.id for programme in programmes for review in programme.reviews]
    said = db.session.scalars(db.select(LikelyMonth).where(LikelyMonth.review_id.in_(reviews)))
    likely = {row.review_id: row.month for row in said if row.month >= today.replace(day=1)}
    return {
        programme.year.id: _outlook(
            programme,
            [meeting for meeting in meetings if meeting.borough_id == programme.year.borough_id],
            [Closed(h.first_on, h.last_on, h.name) for h in holidays if h.borough_id == programme.year.borough_id],
            likely,
            people,
            today,
        )
        for programme in programmes
    }


def _outlook(
    programme: Programme,
    meetings: Iterable[Meeting],
    closed: list[Closed],
    likely: Mapping[int, date],
    people: Reviewing,
    today: date,
) -> Outlook:
    year = programme.year
    counted = [review for review in programme.reviews if review.stage in IN_THE_PROGRAMME]
    days = {review.id: visit_days(review) for review in counted}
    some_day: dict[date, list[str]] = {}
    for review in counted:
        if not days[review.id] and review.id in likely:
            some_day.setdefault(likely[review.id], []).append(f"probably {named(review)}")
    marks = [mark for review in counted for mark in visit_marks(review, days[review.id])]
    held = [mark.on for mark in marks if mark.load]
    months = [begins.replace(day=1) for begins, ends in months_between(year.starts_on, year.ends_on) if ends >= today]
    begins = {review.id: _month_of(days[review.id], likely.get(review.id)) for review in counted}
    full, needs = _staffing(counted, begins, people, programme.to_select)
    capacity = Capacity(people.free(year, months), needs, full, months)
    rooms = {month: capacity.room(month) for month in months}
    earliest = add_working_days(today, setting("notice"))
    reviews = max(len(counted) + programme.to_select, 1)
    return Outlook(
        picture=picture(year.starts_on, year.ends_on, [*marks, *meeting_marks(meetings)], closed, some_day, today),
        undated=[(review, likely.get(review.id)) for review in counted if not days[review.id]],
        gaps=gaps(year.starts_on, year.ends_on, held, reviews, closed, some_day),
        capacity=capacity,
        rooms=rooms,
        warnings=warnings(capacity, rooms, setting("visits_a_year"), earliest) if months else [],
    )


def _month_of(days: Sequence[date], likely: date | None) -> date | None:
    return days[0].replace(day=1) if days else likely


def _staffing(
    reviews: Iterable[Review], months: Mapping[int, date | None], people: Reviewing, to_select: int
) -> tuple[dict[date, int], list[Need]]:
    """Visits to come that have their team, by month; and what the teams of the others lack."""
    full: dict[date, int] = {}
    needs = [Need()] * to_select
    for review in reviews:
        if review.stage in VISITED:
            continue
        month = months[review.id]
        need = _need(review, month, people)
        if need.people:
            needs.append(need)
        elif month is not None:
            full[month] = full.get(month, 0) + 1
    return full, needs


def _need(review: Review, month: date | None, people: Reviewing) -> Need:
    team = review.current_team
    board = not any(member.is_board_member for member in team)
    lead = review.lead is None and not any(people.can_lead(member.person_id) for member in team)
    return Need(max(TEAM - len(team), int(board or lead)), board, lead, month)
