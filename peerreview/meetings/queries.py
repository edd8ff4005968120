"""What a person may see of meetings, papers and actions, with everything their pages show."""

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from peerreview.extensions import db
from peerreview.models import Action, AgendaPaper, Borough, Meeting, Person, Report, Response, Review
from peerreview.workflow import Role, Stage

READERS = (Role.COORDINATOR, Role.EXECUTIVE)


def in_boroughs_of(person: Person, column: ColumnElement[int], *roles: Role) -> ColumnElement[bool]:
    """Rows of the boroughs in which the person holds one of the roles."""
    held = [person.boroughs_as(role) for role in roles]
    return or_(*(column.is_not(None) if boroughs is None else column.in_(boroughs) for boroughs in held))


def boroughs_of(person: Person, *roles: Role) -> list[Borough]:
    """The boroughs in which the person holds one of the roles, by name."""
    mine = in_boroughs_of(person, Borough.id.expression, *roles)
    return list(db.session.scalars(select(Borough).where(mine).order_by(Borough.name)))


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
            report.joinedload(Review.response).selectinload(Response.points),
        )
    )
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


def actions_for(person: Person, *, reference: str = "", open_only: bool) -> list[Action]:
    """The actions of the person's boroughs, or of one review of them, the first due first."""
    mine = in_boroughs_of(person, Review.borough_id.expression, *READERS)
    found = select(Action).join(Review, Action.review_id == Review.id).where(mine)
    found = found.where(Review.reference == reference) if reference else found
    found = found.options(joinedload(Action.review)).order_by(Action.due_on, Action.id)
    return list(db.session.scalars(found.where(Action.done_at.is_(None)) if open_only else found))


def action_of(person: Person, action_id: int) -> Action | None:
    """One action, if the person coordinates its borough."""
    mine = in_boroughs_of(person, Review.borough_id.expression, Role.COORDINATOR)
    wanted = select(Action).join(Review, Action.review_id == Review.id)
    return db.session.scalar(wanted.where(Action.id == action_id, mine))


def _final_reports() -> Select[Review]:
    found = select(Review).outerjoin(AgendaPaper, AgendaPaper.review_id == Review.id)
    return found.where(Review.stage == Stage.FINAL, AgendaPaper.id.is_(None)).order_by(Review.stage_since)
