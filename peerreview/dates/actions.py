"""Asking when people can, writing down what they answer, and agreeing a date."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import uuid4

from peerreview import letters, process
from peerreview.audit_trail import Actor
from peerreview.dates import entries, participants
from peerreview.dates.asking import ask_about, lock
from peerreview.dates.wall_time import Time
from peerreview.extensions import db
from peerreview.filters import when
from peerreview.models import (
    Availability,
    DatePoll,
    Letter,
    Participant,
    PollReply,
    Review,
    SlotAnswer,
    Visit,
    setting,
    utc_now,
)
from peerreview.workdays import add_working_days, local_day


def propose(review: Review, actor: Actor, times: Sequence[Time], closes_on: date) -> DatePoll:
    """Ask everybody when they can. More dates later join the same asking, and the answers given stay.

    A time that is asked about already is not asked twice. Raises process.NotNow outside of arranging, and when there
    is nothing new to ask.
    """
    lock(review)
    asking = ask_about(review, times, closes_on)
    process.take(review, "propose_dates", actor, letters=asking, dates=len(times))
    assert review.poll is not None
    return review.poll


def set_needed(review: Review, actor: Actor, participant: Participant, needed: bool) -> None:
    """Say whether the visit makes sense without somebody; calendars hear of it with the next letter."""
    lock(review)
    participant.needed, participant.needed_by_hand = needed, True
    process.take(review, "set_needed", actor, who=participant.name, is_now="needed" if needed else "optional")


def answer(
    participant: Participant, actor: Actor, poll: DatePoll, answers: Mapping[int, Availability], comment: str
) -> None:
    """Write down one person's answers: slot id to answer. They replace what the person answered before.

    Raises process.NotNow when a date has been agreed or the asking has ended; the coordinator still writes down what
    somebody says by phone after the closing day.
    """
    review = poll.review
    lock(review)
    if poll.closed_at is not None or participant.left_at is not None or not (poll.takes_answers or actor.by_phone):
        raise process.NotNow("The dates are no longer being asked about. Nothing of yours was saved.")
    put_answers(poll, participant, answers)
    reply = next((held for held in participant.replies if held.poll_id == poll.id), None)
    if reply is None:
        reply = PollReply(poll=poll, participant=participant)
        db.session.add(reply)
    reply.comment, reply.by_phone, reply.answered_at = comment, actor.by_phone, utc_now()
    process.take(review, "answer_dates", actor, who=participant.name)


def put_answers(poll: DatePoll, participant: Participant, answers: Mapping[int, Availability]) -> None:
    """Answers in place of those that were given before. A slot that came since the page was opened stays open."""
    given = {held.slot_id: held for held in participant.answers}
    for slot in poll.slots:
        if slot.id in given and slot.id in answers:
            given[slot.id].answer = answers[slot.id]
        elif slot.id in answers:
            db.session.add(SlotAnswer(slot=slot, participant=participant, answer=answers[slot.id]))


def agree(review: Review, actor: Actor, time: Time, *, seen: int | None = None, note: str = "") -> Visit:
    """Agree a date: the asking ends, the visit is on, and everybody gets an invitation.

    Raises process.Overtaken when somebody else was first, process.NotNow for a time that has passed.
    """
    lock(review)
    must_come(time)
    visit = Visit(uid=f"{uuid4()}@{letters.mail_domain()}", sequence=0)

    def invite() -> list[Letter]:
        close_poll(review)
        put_down(visit, review, time)
        db.session.add(visit)
        participants.bring_up_to_date(review)
        db.session.flush()
        return [entries.invite(visit, participant, note) for participant in participants.current(review)]

    process.take(review, "agree_date", actor, seen=seen, letters=invite, visit=when(time.starts_at), place=time.place)
    return visit


def put_down(visit: Visit, review: Review, time: Time) -> None:
    """Give a visit its time and place, and the documents their deadline, which is never before today."""
    due = add_working_days(local_day(time.starts_at), -setting("documents"), review.closed_days)
    visit.review, visit.starts_at, visit.minutes, visit.place = review, time.starts_at, time.minutes, time.place
    review.documents_due_on = max(due, local_day(utc_now()))


def close_poll(review: Review) -> None:
    """End the asking, if there is any."""
    if review.poll is not None:
        review.poll.closed_at = utc_now()


def must_come(time: Time) -> None:
    """Refuse a time that has passed. Raises process.NotNow."""
    if time.starts_at <= utc_now():
        raise process.NotNow("This time has passed. Propose another.")
