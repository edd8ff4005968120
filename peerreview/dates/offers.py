"""Dates that the organisation offers itself, after no proposed one worked."""

from collections.abc import Sequence

from peerreview import letters, process
from peerreview.audit_trail import Actor
from peerreview.dates import participants
from peerreview.dates.actions import put_answers
from peerreview.dates.asking import ask_about, closing_for, lock
from peerreview.dates.wall_time import Time
from peerreview.models import Availability, Participant, Review, utc_now


def ask(review: Review, actor: Actor) -> list[Participant]:
    """Write to those who answer for the organisation: please offer three dates. Gives them back.

    Raises process.NotNow without an asking, when they are asked already, and when there is nobody to ask.
    """
    lock(review)
    asked = participants.who_offers(review)
    if review.poll is None or not asked:
        raise process.NotNow("There is nobody of the organisation to ask. Choose its contact first.")
    if review.organisation_is_asked_for_dates:
        raise process.NotNow("The organisation has been asked already. Nobody was written to again.")
    review.poll.asked_organisation_at = utc_now()
    told = [letters.draft("offer_dates", to=(p.name, p.email), review=review, link=p.link) for p in asked]
    process.take(review, "ask_for_dates", actor, letters=told, to=", ".join(p.name for p in asked))
    return asked


def offer(review: Review, actor: Actor, participant: Participant, times: Sequence[Time]) -> None:
    """Its dates join the asking and everybody is asked about them; whoever offers a date can come on it.

    Raises process.NotNow when nothing was asked for, also when a colleague was first.
    """
    lock(review)
    asked = ask_about(review, times, closing_for(review, [time.starts_at for time in times]), participant.name)
    process.take(review, "offer_dates", actor, letters=asked, dates=len(times))
    poll = review.poll
    assert poll is not None
    poll.asked_organisation_at = None
    offered = {time.starts_at for time in times}
    put_answers(poll, participant, {s.id: Availability.YES for s in poll.slots if s.starts_at in offered})
