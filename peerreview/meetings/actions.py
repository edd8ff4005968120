"""Planning meetings and putting reports on their agendas."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from peerreview import audit_trail, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.meetings import queries
from peerreview.meetings.deadlines import next_open
from peerreview.models import AgendaPaper, Borough, Event, Letter, Meeting, Review, utc_now
from peerreview.workdays import local_day


class AlreadyPlanned(Exception):
    """The borough's Executive Group meets on that day already."""


@dataclass(frozen=True)
class When:
    """When and where a meeting is. ``begins_at``: on London's clocks, when it is known; ``minutes``: how long."""

    held_on: date
    papers_due_on: date
    place: str = ""
    begins_at: time | None = None
    minutes: int = 120


def plan_meeting(borough: Borough, when: When, actor: Actor) -> Meeting:
    """Plan a meeting and put on its agenda what waits for one, when there is still time. Raises AlreadyPlanned."""
    _must_be_free(borough.id, when.held_on)
    meeting = Meeting(borough=borough, **vars(when))
    db.session.add(meeting)
    db.session.flush()
    audit_trail.record("plan_meeting", actor, facts={"borough": borough.code, "held_on": when.held_on.isoformat()})
    _fill(meeting, actor)
    return meeting


def plan_series(borough: Borough, meetings: Sequence[When], actor: Actor) -> list[Meeting]:
    """Plan several at once, leaving out days on which one is planned already."""
    days = [when.held_on for when in meetings]
    taken = set(
        db.session.scalars(
            db.select(Meeting.held_on).where(Meeting.borough_id == borough.id, Meeting.held_on.in_(days))
        )
    )
    return [plan_meeting(borough, when, actor) for when in meetings if when.held_on not in taken]


def change_meeting(meeting: Meeting, when: When, actor: Actor) -> None:
    """Move a meeting or its paper deadline; its papers stay on it. Raises AlreadyPlanned."""
    _must_be_free(meeting.borough_id, when.held_on, but=meeting)
    for name, value in vars(when).items():
        setattr(meeting, name, value)
    meeting.version, meeting.changed_at = meeting.version + 1, utc_now()
    facts = {"borough": meeting.borough.code, "held_on": when.held_on.isoformat()}
    audit_trail.record("change_meeting", actor, facts=facts)
    _fill(meeting, actor)


def put_on_agenda(review: Review, meeting: Meeting, actor: Actor) -> AgendaPaper:
    """Put a final report on a meeting's agenda, taking it off another. Raises process.NotNow before it is final."""
    process.take(review, "put_on_agenda", actor, meeting=meeting.held_on.isoformat())
    if review.paper is None:
        review.paper = AgendaPaper(meeting=meeting)
    else:
        review.paper.meeting = meeting
    return review.paper


@process.follows("approve_final_report")
def to_the_next_meeting(review: Review, actor: Actor, _event: Event) -> Sequence[Letter]:
    """A final report goes to the next meeting whose paper deadline has not passed (procedure, section 4)."""
    meeting = next_open(queries.upcoming(review.borough_id), local_day(utc_now()))
    if meeting is not None:
        put_on_agenda(review, meeting, actor)
    return []


def _fill(meeting: Meeting, actor: Actor) -> None:
    if meeting is next_open(queries.upcoming(meeting.borough_id), local_day(utc_now())):
        for review in queries.without_a_meeting(meeting.borough_id):
            put_on_agenda(review, meeting, actor)


def _must_be_free(borough_id: int, held_on: date, but: Meeting | None = None) -> None:
    taken = db.session.scalar(db.select(Meeting).where(Meeting.borough_id == borough_id, Meeting.held_on == held_on))
    if taken is not None and taken is not but:
        raise AlreadyPlanned
