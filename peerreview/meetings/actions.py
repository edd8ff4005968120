"""Planning meetings and putting reports on their agendas."""

from collections.abc import Sequence
from datetime import date

from peerreview import audit_trail, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.meetings import queries
from peerreview.meetings.deadlines import next_open
from peerreview.models import AgendaPaper, Borough, Event, Letter, Meeting, Review, utc_now
from peerreview.workdays import local_day


class AlreadyPlanned(Exception):
    """The borough's Executive Group meets on that day already."""


def plan_meeting(borough: Borough, held_on: date, papers_due_on: date, place: str, actor: Actor) -> Meeting:
    """Plan a meeting and put on its agenda what waits for one, when there is still time. Raises AlreadyPlanned."""
    _must_be_free(borough.id, held_on)
    meeting = Meeting(borough=borough, held_on=held_on, papers_due_on=papers_due_on, place=place)
    db.session.add(meeting)
    db.session.flush()
    audit_trail.record("plan_meeting", actor, facts={"borough": borough.code, "held_on": held_on.isoformat()})
    _fill(meeting, actor)
    return meeting


def change_meeting(meeting: Meeting, held_on: date, papers_due_on: date, place: str, actor: Actor) -> None:
    """Move a meeting or its paper deadline; its papers stay on it. Raises AlreadyPlanned."""
    _must_be_free(meeting.borough_id, held_on, but=meeting)
    meeting.held_on, meeting.papers_due_on, meeting.place = held_on, papers_due_on, place
    audit_trail.record("change_meeting", actor, facts={"borough": meeting.borough.code, "held_on": held_on.isoformat()})
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
