"""A year's picture and capacity, from its reviews, meetings and holidays, and from what is known of the reviewers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from peerreview.extensions import db
from peerreview.filters import time_of_day
from peerreview.models import Meeting, Review, SchoolHoliday, setting
from peerreview.programme.availability import Reviewing, reviewing
from peerreview.programme.capacity import Capacity, Need, Room
from peerreview.programme.gaps import Gap, gaps
from peerreview.programme.picture import Closed, Mark, Picture, What, months_between, picture
from peerreview.programme.queries import Programme
from peerreview.programme.shortages import Warned, warnings
from peerreview.workdays import local_day
from peerreview.workflow import IN_THE_PROGRAMME, VISITED

TEAM = 2  # "a minimum of two members" (procedure, 3.1)


@dataclass
class Outlook:
    """How one year looks: its picture, what is without a visit or a day, and whether it can be staffed."""

    picture: Picture
    undated: list[Review]
    gaps: list[Gap]
    capacity: Capacity
    rooms: dict[date, Room]
    warnings: list[Warned] = field(default_factory=list)

    @property
    def visits(self) -> int:
        """Visits held, agreed or asked about."""
        return sum(month.visits for month in self.picture.months)


def outlooks(programmes: Sequence[Programme], today: date) -> dict[int, Outlook]:
    """The outlook of each year, by its id. As many queries for one year and review as for many."""
    boroughs = {programme.year.borough_id for programme in programmes}
    meetings = db.session.scalars(db.select(Meeting).where(Meeting.borough_id.in_(boroughs))).all()
    holidays = db.session.scalars(db.select(SchoolHoliday).where(SchoolHoliday.borough_id.in_(boroughs))).all()
    people = reviewing([programme.year for programme in programmes], today)
    return {
        programme.year.id: _outlook(
            programme,
            [meeting for meeting in meetings if meeting.borough_id == programme.year.borough_id],
            [Closed(h.first_on, h.last_on, h.name) for h in holidays if h.borough_id == programme.year.borough_id],
            people,
            today,
        )
        for programme in programmes
    }


def _outlook(
    programme: Programme, meetings: Iterable[Meeting], closed: list[Closed], people: Reviewing, today: date
) -> Outlook:
    year = programme.year
    counted = [review for review in programme.reviews if review.stage in IN_THE_PROGRAMME]
    days = {review.id: visit_days(review) for review in counted}
    marks = [mark for review in counted for mark in _marks(review, days[review.id])]
    held = [mark.on for mark in marks if mark.load]
    months = [begins.replace(day=1) for begins, ends in months_between(year.starts_on, year.ends_on) if ends >= today]
    full, needs = _staffing(counted, days, people, programme.to_select)
    capacity = Capacity(people.free(year, months), needs, full, months)
    rooms = {month: capacity.room(month) for month in months}
    reviews = max(len(counted) + programme.to_select, 1)
    return Outlook(
        picture=picture(year.starts_on, year.ends_on, [*marks, *_meeting_marks(meetings)], closed, today),
        undated=[review for review in counted if not days[review.id]],
        gaps=gaps(year.starts_on, year.ends_on, held, reviews, closed),
        capacity=capacity,
        rooms=rooms,
        warnings=warnings(capacity, rooms, setting("visits_a_year")) if months else [],
    )


def visit_days(review: Review) -> list[date]:
    """The day of the visit as it was held or is agreed; else the days now asked about; none while nobody is asked."""
    if review.visit_record is not None:
        return [review.visit_record.held_on]
    if review.visit is not None:
        return [local_day(review.visit.starts_at)]
    return sorted({local_day(slot.starts_at) for slot in review.poll.slots}) if review.poll else []


def _marks(review: Review, days: Sequence[date]) -> list[Mark]:
    named = f"{review.organisation_name} ({review.reference})"
    if review.visit_record is not None:
        return [Mark(day, What.VISIT, f"visit of {named}, held", True) for day in days]
    if review.visit is not None:
        at = time_of_day(review.visit.starts_at)
        return [Mark(day, What.VISIT, f"visit of {named} at {at}", True) for day in days]
    return [Mark(day, What.ASKED, f"asked about for {named}", day == days[0]) for day in days]


def _meeting_marks(meetings: Iterable[Meeting]) -> list[Mark]:
    found = []
    for meeting in meetings:
        found.append(Mark(meeting.held_on, What.MEETING, "Executive Group meets"))
        if meeting.papers_due_on != meeting.held_on:
            found.append(Mark(meeting.papers_due_on, What.PAPERS, "last day for papers of the meeting"))
    return found


def _staffing(
    reviews: Iterable[Review], days: dict[int, list[date]], people: Reviewing, to_select: int
) -> tuple[dict[date, int], list[Need]]:
    """Visits to come that have their team, by month; and what the teams of the others lack."""
    full: dict[date, int] = {}
    needs = [Need()] * to_select
    for review in reviews:
        if review.stage in VISITED:
            continue
        month = days[review.id][0].replace(day=1) if days[review.id] else None
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
