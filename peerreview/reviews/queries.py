"""Loading reviews with all that their tasks are derived from: as many queries for one review as for fifty."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from peerreview.extensions import db
from peerreview.models import (
    AgendaPaper,
    DatePoll,
    Delivery,
    InboundMessage,
    Letter,
    Meeting,
    Nomination,
    Participant,
    Person,
    Review,
    SelectedReview,
    TeamMember,
    Visit,
)
from peerreview.workdays import LOCAL_ZONE
from peerreview.workflow import ENDED, Role, Stage

FOR_TASKS: tuple[ORMOption, ...] = (
    joinedload(Review.contact),
    selectinload(Review.nomination).selectinload(Nomination.staff),
    selectinload(Review.team),
    selectinload(Review.document_requests),
    selectinload(Review.visits),
    selectinload(Review.polls).selectinload(DatePoll.slots),
    selectinload(Review.participants).selectinload(Participant.answers),
    selectinload(Review.paper).joinedload(AgendaPaper.meeting),
    selectinload(Review.actions),
    selectinload(Review.more_time),
    selectinload(Review.selected_in).joinedload(SelectedReview.round),
)
IN_A_PAGE = 50


def in_boroughs(person: Person, role: Role) -> ColumnElement[bool]:
    """The reviews of the boroughs in which somebody holds a role."""
    boroughs = person.boroughs_as(role)
    return true() if boroughs is None else Review.borough_id.in_(boroughs)


def open_reviews(condition: ColumnElement[bool]) -> Sequence[Review]:
    """Every review that has not ended and meets the condition, the one that stands still longest first."""
    return db.session.scalars(
        select(Review)
        .where(Review.stage.not_in(list(ENDED)), condition)
        .options(*FOR_TASKS)
        .order_by(Review.stage_since, Review.id)
    ).all()


def accepted_by(person: Person) -> set[int]:
    """The reviews on whose team somebody is, and has said so with their interests: before, they know little of it."""
    mine = select(TeamMember.review_id).where(TeamMember.person_id == person.id, TeamMember.declaration.is_not(None))
    return set(db.session.scalars(mine.where(TeamMember.removed_at.is_(None), TeamMember.stood_down_at.is_(None))))


def on_team(person: Person) -> ColumnElement[bool]:
    """The reviews on whose team somebody is now."""
    return Review.id.in_(
        select(TeamMember.review_id).where(
            TeamMember.person_id == person.id, TeamMember.removed_at.is_(None), TeamMember.stood_down_at.is_(None)
        )
    )


def undelivered(condition: ColumnElement[bool]) -> Sequence[Letter]:
    """Letters about these reviews that could not be delivered, newest first."""
    return db.session.scalars(
        select(Letter)
        .join(Letter.review)
        .where(Letter.delivery == Delivery.FAILED, condition)
        .options(joinedload(Letter.review))
        .order_by(Letter.id.desc())
        .limit(IN_A_PAGE)
    ).all()


def visits_between(condition: ColumnElement[bool], start: datetime, end: datetime) -> Sequence[Visit]:
    """Visits in force that begin in the period, in their order."""
    return db.session.scalars(
        select(Visit)
        .join(Visit.review)
        .where(Visit.cancelled_at.is_(None), Visit.starts_at >= start, Visit.starts_at < end, condition)
        .where(Review.stage == Stage.PREPARING)
        .options(joinedload(Visit.review))
        .order_by(Visit.starts_at)
    ).all()


def meetings_from(person: Person, role: Role, today: date, days: int = 365) -> Sequence[Meeting]:
    """Coming meetings of one's boroughs, with their papers."""
    boroughs = person.boroughs_as(role)
    return db.session.scalars(
        select(Meeting)
        .where(Meeting.held_on >= today, Meeting.held_on <= today + timedelta(days=days))
        .where(true() if boroughs is None else Meeting.borough_id.in_(boroughs))
        .options(selectinload(Meeting.papers).joinedload(AgendaPaper.review))
        .order_by(Meeting.held_on)
    ).all()


def last_reminders(reviews: Sequence[Review]) -> dict[int, datetime]:
    """When each review was last reminded of anything, by its id."""
    rows = db.session.execute(
        select(Letter.review_id, func.max(Letter.written_at))
        .where(Letter.name == "reminder", Letter.review_id.in_([review.id for review in reviews]))
        .group_by(Letter.review_id)
    )
    return {review_id: at for review_id, at in rows if review_id is not None}


def start_of(day: date) -> datetime:
    """Midnight in London."""
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL_ZONE)


def messages_waiting(person: Person) -> int:
    """How many messages from outside wait for this coordinator."""
    waiting = InboundMessage.needs_a_person() & InboundMessage.of_reviews_of(person)
    return db.session.scalar(select(func.count(InboundMessage.id)).where(waiting)) or 0
