"""What a person may see of meetings, papers and actions, with everything their pages show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from peerreview.extensions import db
from peerreview.models import (
    LARGEST_ID,
    Action,
    AgendaPaper,
    Event,
    Meeting,
    PeerRating,
    Person,
    Report,
    Response,
    Review,
    SentOn,
    Standard,
    successors_of,
    weakest_first,
)
from peerreview.workflow import IN_ORDER, Role, Stage

READERS = (Role.COORDINATOR, Role.EXECUTIVE)


def in_boroughs_of(person: Person, column: ColumnElement[int], *roles: Role) -> ColumnElement[bool]:
    """Rows of the boroughs in which the person holds one of the roles."""
    held = [person.boroughs_as(role) for role in roles]
    return or_(*(column.is_not(None) if boroughs is None else column.in_(boroughs) for boroughs in held))


def meetings_for(person: Person) -> list[Meeting]:
    """Every meeting of the person's boroughs, the latest first."""
    mine = in_boroughs_of(person, Meeting.borough_id.expression, *READERS)
    found = select(Meeting).where(mine).options(selectinload(Meeting.papers)).order_by(Meeting.held_on.desc())
    return list(db.session.scalars(found))


def meeting_of(person: Person, meeting_id: int, *roles: Role) -> Meeting | None:
    """One meeting with its papers, if the person holds one of the roles (default: may read) in its borough."""
    mine = in_boroughs_of(person, Meeting.borough_id.expression, *(roles or READERS))
    wanted = select(Meeting).where(Meeting.id == meeting_id, mine)
    report = selectinload(Meeting.papers).joinedload(AgendaPaper.review)
    found: Meeting | None = db.session.scalar(
        wanted.options(
            report.selectinload(Review.reports).selectinload(Report.sections),
            report.selectinload(Review.reports).selectinload(Report.recommendations),
            report.selectinload(Review.reports).joinedload(Report.pdf),
            report.joinedload(Review.response).selectinload(Response.points),
            report.selectinload(Review.actions),
            report.joinedload(Review.paper),
            selectinload(Meeting.sent_on).joinedload(SentOn.review),
            selectinload(Meeting.sent_on).joinedload(SentOn.to_meeting),
        )
    )
    return found


@dataclass(frozen=True)
class Dots:
    """One standard: the answers of its scale, the weakest first, and where each rating stands among them."""

    standard: str
    answers: list[str]
    own_at: int | None
    peer_at: int | None


def ratings_of(reviews: Sequence[Review]) -> dict[int, list[Dots]]:
    """The organisation's rating and the team's, standard by standard, for each review. One query."""
    rows = db.session.scalars(
        select(PeerRating)
        .join(PeerRating.standard)
        .where(PeerRating.review_id.in_([review.id for review in reviews]))
        .options(joinedload(PeerRating.standard).joinedload(Standard.template))
        .order_by(Standard.position)
    )
    found: dict[int, list[Dots]] = {}
    for row in rows:
        values = weakest_first(row.standard.template.scale)
        places = {each["value"]: place for place, each in enumerate(values)}
        own, team = places.get(row.self_value), places.get(row.value)
        if own is not None or team is not None:
            dots = Dots(row.standard.title, [each["text"] for each in values], own, team)
            found.setdefault(row.review_id, []).append(dots)
    return found


def members_of(borough_id: int) -> list[Person]:
    """The members of a borough's Executive Group, by name."""
    wanted = select(Person).where(Person.holding(Role.EXECUTIVE, borough_id)).order_by(Person.name)
    return list(db.session.scalars(wanted))


def readers_of(meeting: Meeting, members: Sequence[Person]) -> dict[int, list[Event]]:
    """Who of these members has read each final report of the meeting: the first reading of each, by review."""
    readings = db.session.scalars(
        select(Event)
        .where(
            Event.review_id.in_([paper.review_id for paper in meeting.papers]),
            Event.step == "read_final_report",
            Event.actor_role == Role.EXECUTIVE,
            Event.person_id.in_([person.id for person in members]),
        )
        .order_by(Event.id)
    )
    first: dict[tuple[int, int], Event] = {}
    for event in readings:
        if event.review_id is not None and event.person_id is not None:
            first.setdefault((event.review_id, event.person_id), event)
    found: dict[int, list[Event]] = {}
    for (review_id, _person), event in first.items():
        found.setdefault(review_id, []).append(event)
    return found


def without_a_meeting(borough_id: int) -> list[Review]:
    """Final reports of a borough that are on no agenda yet, the oldest first."""
    waiting = _final_reports().where(Review.borough_id == borough_id)
    return list(db.session.scalars(waiting))


def homeless_papers(person: Person) -> list[Review]:
    """The same for every borough that the person may read."""
    mine = in_boroughs_of(person, Review.borough_id.expression, *READERS)
    return list(db.session.scalars(_final_reports().where(mine)))


def upcoming(borough_id: int) -> list[Meeting]:
    """The meetings of a borough, the earliest first."""
    return list(db.session.scalars(select(Meeting).where(Meeting.borough_id == borough_id).order_by(Meeting.held_on)))


SHOWN = ("open", "late", "reported", "all")


def actions_for(person: Person, today: date, *, reference: str = "", show: str = "open") -> list[Action]:
    """The actions of the person's boroughs, or of one review of them, the first due first.

    ``show``: open (not verified yet), late (open, past their day and not reported as done), reported (waiting for the
    coordinator), or all.
    """
    mine = in_boroughs_of(person, Review.borough_id.expression, *READERS)
    found = select(Action).join(Review, Action.review_id == Review.id).where(mine)
    found = found.where(Review.reference == reference) if reference else found
    if show != "all":
        found = found.where(Action.done_at.is_(None))
    if show == "late":
        found = found.where(Action.due_on < today, Action.reported_at.is_(None))
    if show == "reported":
        found = found.where(Action.reported_at.is_not(None))
    with_all = (joinedload(Action.review), joinedload(Action.verified_in), selectinload(Action.updates))
    return list(db.session.scalars(found.options(*with_all).order_by(Action.due_on, Action.id)))


def action_of(person: Person, action_id: int, *roles: Role) -> Action | None:
    """One action, if the person holds one of the roles (default: may read) in its borough."""
    mine = in_boroughs_of(person, Review.borough_id.expression, *(roles or READERS))
    wanted = select(Action).join(Review, Action.review_id == Review.id)
    return db.session.scalar(wanted.where(Action.id == min(action_id, LARGEST_ID), mine))


def later_reviews(action: Action) -> list[Review]:
    """Reviews of the same organisation or its successors that began after this one and have been held."""
    review = action.review
    own = [] if review.organisation_id is None else [review.organisation_id]
    line = {later for members in successors_of(own).values() for later in members}
    held = Review.stage.in_(IN_ORDER[IN_ORDER.index(Stage.REPORTING) :])
    wanted = select(Review).where(Review.organisation_id.in_(line), Review.id > review.id, held)
    return list(db.session.scalars(wanted.order_by(Review.id)))


def held_meetings(borough_id: int, today: date) -> list[Meeting]:
    """The borough's meetings up to today, the latest first."""
    held = select(Meeting).where(Meeting.borough_id == borough_id, Meeting.held_on <= today)
    return list(db.session.scalars(held.order_by(Meeting.held_on.desc()).limit(24)))


def _final_reports() -> Select[Review]:
    found = select(Review).outerjoin(AgendaPaper, AgendaPaper.review_id == Review.id)
    return found.where(Review.stage == Stage.FINAL, AgendaPaper.id.is_(None)).order_by(Review.stage_since)
