"""Withdrawing and reinstating a review."""

from peerreview import letters, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import PersonalLink, Purpose, Review


def who_is_told(review: Review) -> list[tuple[str, str]]:
    """(name, address) of everybody who is told that a review is withdrawn or goes on: organisation and team."""
    people = [(link.name, link.email) for link in review.links if _is_told(link)]
    if not people and review.request:
        people = [(review.request.name, review.request.email)]
    people += [(member.person.name, member.person.email) for member in review.current_team]
    return list({email.lower(): (name, email) for name, email in people}.values())


def _is_told(link: PersonalLink) -> bool:
    return link.purpose is Purpose.ORGANISATION and link.revoked_at is None


def withdraw(review: Review, actor: Actor, reason: str, seen: int | None) -> None:
    """End a review before its final report. Invitations are cancelled by whoever keeps the calendar."""
    review.end_reason = reason
    people = who_is_told(review)
    with db.session.no_autoflush:  # none of the letters is written unless the step is taken
        told = [letters.draft("withdrawn", to=person, review=review, reason=reason) for person in people]
    process.take(review, "withdraw", actor, seen=seen, letters=told)


def reinstate(review: Review, actor: Actor, seen: int | None) -> None:
    """Take an ended review up again where it was."""
    people = who_is_told(review)
    with db.session.no_autoflush:
        told = [letters.draft("reinstated", to=person, review=review) for person in people]
    process.take(review, "reinstate", actor, seen=seen, letters=told)
    review.end_reason = ""
