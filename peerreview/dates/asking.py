"""What asking about dates consists of: the slots, how long people have to answer, and the letters that ask."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from peerreview import letters, process
from peerreview.audit_trail import Actor
from peerreview.dates import participants
from peerreview.dates.wall_time import Time
from peerreview.extensions import db
from peerreview.models import DatePoll, Letter, Participant, Review, Slot, utc_now
from peerreview.workdays import add_working_days, end_of_local_day, local_day

ANSWER_DAYS = 5  # working days for answering, until the coordinator says otherwise


def lock(review: Review) -> None:
    """Let nobody else change this review's dates until the end of the act, and see what they changed before."""
    db.session.execute(db.select(Review.id).where(Review.id == review.id).with_for_update())
    db.session.expire_all()


def ask_about(
    review: Review, times: Iterable[Time], closes_on: date, offered_by: str = ""
) -> Callable[[], list[Letter]]:
    """What asking about times consists of, for ``process.take``: the slots, the people, and a letter to each."""

    def ask() -> list[Letter]:
        poll = review.poll or DatePoll(review=review)
        asked = {slot.starts_at for slot in poll.slots}
        new = list({time.starts_at: time for time in times if time.starts_at not in asked}.values())
        if not new:
            raise process.NotNow("These dates are asked about already. Nobody was written to again.")
        poll.closes_at = end_of_local_day(closes_on)
        db.session.add(poll)
        for time in new:
            slot = Slot(starts_at=time.starts_at, minutes=time.minutes, place=time.place, offered_by=offered_by)
            poll.slots.append(slot)
        db.session.flush()
        db.session.refresh(poll, ["slots"])
        participants.bring_up_to_date(review)
        return [ask_when(poll, participant) for participant in participants.current(review)]

    return ask


def closing_for(review: Review, starts: Iterable[datetime]) -> date:
    """When an asking about these times closes: in some working days, not after the day before the first, nor sooner
    than it was going to."""
    today = local_day(utc_now())
    days = [local_day(at) - timedelta(days=1) for at in starts]
    usual = min([add_working_days(today, ANSWER_DAYS, review.closed_days), *days])
    known = local_day(review.poll.closes_at) if review.poll else today
    return max(today, usual, known)


def ask_again(review: Review, actor: Actor) -> list[Participant]:
    """Open an asking that has closed, and write to those who have not answered: who they are.

    Raises process.NotNow while it is open, also when somebody else has just opened it.
    """
    lock(review)
    poll = review.poll
    if poll is None or poll.takes_answers:
        raise process.NotNow("The dates are open for answers.")
    open_again(poll)
    waiting = [p for p in participants.current(review) if has_not_answered(p, poll)]
    told = [ask_when(poll, participant) for participant in waiting]
    process.take(review, "ask_again", actor, letters=told, to=", ".join(p.name for p in waiting))
    return waiting


def open_again(poll: DatePoll) -> None:
    """Give the usual time for answering, from today."""
    today = local_day(utc_now())
    poll.closes_at = end_of_local_day(add_working_days(today, ANSWER_DAYS, poll.review.closed_days))


def has_not_answered(participant: Participant, poll: DatePoll) -> bool:
    """Whether an answer to one of the slots is missing."""
    return bool({slot.id for slot in poll.slots} - {held.slot_id for held in participant.answers})


def ask_when(poll: DatePoll, participant: Participant) -> Letter:
    """The letter that asks one person."""
    return letters.draft(
        "say_when",
        to=(participant.name, participant.email),
        review=poll.review,
        link=participant.link,
        poll=poll,
        participant=participant,
    )
