"""What other features' steps mean for dates and calendars, in the same transaction."""

from collections.abc import Sequence

from peerreview import process
from peerreview.audit_trail import Actor
from peerreview.dates import entries, participants
from peerreview.dates.actions import close_poll
from peerreview.dates.asking import ask_when, open_again
from peerreview.extensions import db
from peerreview.models import Event, Letter, Review, utc_now


@process.follows(
    "pass_on",
    "name_staff",
    "assign_reviewer",
    "accept_place",
    "decline_place",
    "name_lead",
    "replace_reviewer",
    "remove_reviewer",
    "declare_interests",
    "note_interest",
    "restore_reviewer",
)
def keep_in_step(review: Review, _actor: Actor, _event: Event) -> Sequence[Letter]:
    """The people have changed: who joins is asked or invited, who leaves is told if they were invited."""
    if not review.participants:
        return []  # nobody has been asked about dates yet
    joined, left = participants.bring_up_to_date(review)
    visit = review.visit
    if visit is not None and visit.starts_at > utc_now():
        told = [letter for participant in left for letter in entries.dismiss(visit, participant)]
        return [*told, *(entries.invite(visit, participant) for participant in joined)]
    poll = review.poll
    if poll is None or not joined:
        return []
    if not poll.takes_answers:
        open_again(poll)  # nobody is asked to answer by a day that has passed
    return [ask_when(poll, participant) for participant in joined]


@process.follows("set_agenda")
def tell_their_time(review: Review, _actor: Actor, _event: Event) -> Sequence[Letter]:
    """The agenda is fixed or changed: whoever is to come at another time is told, for their calendar too."""
    db.session.flush()
    db.session.expire(review, ["agenda"])  # it still holds the items that were replaced
    visit = review.visit
    return entries.tell_their_time(visit) if visit is not None and visit.starts_at > utc_now() else []


@process.follows("withdraw")
def call_off(review: Review, _actor: Actor, _event: Event) -> Sequence[Letter]:
    """The review has ended: nothing is asked any more, and a visit that was to come is cancelled."""
    close_poll(review)
    visit = review.visit
    return entries.cancel(visit) if visit is not None and visit.starts_at > utc_now() else []
