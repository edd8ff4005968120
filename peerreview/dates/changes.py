"""What may happen to an agreed visit: another time or place, other people, or an end."""

from uuid import uuid4

from peerreview import letters, process
from peerreview.audit_trail import Actor
from peerreview.dates import entries, participants
from peerreview.dates.actions import must_come, put_down
from peerreview.dates.asking import lock
from peerreview.dates.participants import Wanted
from peerreview.dates.wall_time import Time
from peerreview.extensions import db
from peerreview.filters import when
from peerreview.models import Letter, Participant, Review, Visit


def move(review: Review, actor: Actor, time: Time, *, seen: int | None = None, note: str = "") -> Visit:
    """Give the visit another time or place; everybody invited is told and asked anew.

    A review that was withdrawn and reinstated is preparing without a visit: then this agrees a new one, with a new
    UID. Raises process.Overtaken when somebody else was first, process.NotNow for a time that has passed.
    """
    lock(review)
    must_come(time)
    visit = review.visit

    def tell() -> list[Letter]:
        if visit is None:
            return _agree_anew(review, time, note)
        was_place = visit.place
        put_down(visit, review, time)
        return entries.update(visit, was_place, note)

    process.take(review, "move_date", actor, seen=seen, letters=tell, visit=when(time.starts_at), place=time.place)
    assert review.visit is not None
    return review.visit


def _agree_anew(review: Review, time: Time, note: str) -> list[Letter]:
    visit = Visit(uid=f"{uuid4()}@{letters.mail_domain()}", sequence=0)
    put_down(visit, review, time)
    db.session.add(visit)
    participants.bring_up_to_date(review)
    db.session.flush()
    return [entries.invite(visit, participant, note) for participant in participants.current(review)]


def cancel(review: Review, actor: Actor, *, seen: int | None = None, note: str = "") -> None:
    """Cancel the visit: everybody invited is told, and the review returns to arranging.

    Raises process.Overtaken when somebody else was first.
    """
    lock(review)

    def tell() -> list[Letter]:
        review.documents_due_on = None
        return entries.cancel(review.visit, note) if review.visit else []

    was = when(review.visit.starts_at) if review.visit else ""
    process.take(review, "cancel_date", actor, seen=seen, letters=tell, visit=was)


def add_person(review: Review, actor: Actor, person: Wanted) -> Participant:
    """Somebody joins by hand: an invitation to them alone. Raises process.NotNow if they are invited already."""
    lock(review)
    if any(participant.email == person.email for participant in participants.current(review)):
        raise process.NotNow(f"{person.email} is invited already.")
    joined: list[Participant] = []

    def tell() -> list[Letter]:
        joined.append(participants.add(review, person, by_hand=True))
        return [entries.invite(review.visit, joined[0])] if review.visit else []

    process.take(review, "change_people", actor, letters=tell, joined=person.name)
    return joined[0]


def remove_person(review: Review, actor: Actor, participant: Participant) -> None:
    """Somebody of the organisation no longer comes: they alone are told. Raises process.NotNow for who has left."""
    lock(review)
    if participant.left_at is not None:
        raise process.NotNow(f"{participant.name} has been taken off already.")

    def tell() -> list[Letter]:
        told = entries.dismiss(review.visit, participant) if review.visit else []
        participants.leave(participant, by_hand=True)
        return told

    process.take(review, "change_people", actor, letters=tell, left=participant.name)
