"""Recording what an Executive Group decided on a report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from peerreview import letters, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.meetings.words import OUTCOMES
from peerreview.models import Action, Letter, Outcome, Purpose, Recommendation, Review, utc_now
from peerreview.workdays import local_day


@dataclass(frozen=True)
class NewAction:
    """A recommendation with the person who answers for it and the day by which."""

    recommendation: Recommendation
    owner: str
    due_on: date


def present(
    review: Review,
    outcome: Outcome,
    decision: str,
    actions: Sequence[NewAction],
    actor: Actor,
    *,
    seen: int | None = None,
) -> None:
    """Record a report as presented, with the decision; recommendations become actions; the organisation is told.

    Raises process.NotNow before the day of the meeting, and without one.
    """
    paper = review.paper
    if paper is not None and paper.meeting.held_on > local_day(utc_now()):
        raise process.NotNow(
            "The meeting has not been held yet. Record the report as presented on the day or afterwards."
        )
    meeting = paper.meeting.held_on.isoformat() if paper else ""
    told = _presented(review, outcome, actions) if paper else []
    process.take(review, "present", actor, seen=seen, letters=told, meeting=meeting, outcome=str(outcome))
    if paper is not None:
        paper.outcome, paper.decision = outcome, decision
        paper.presented_at, paper.presented_by = utc_now(), actor.name
    for new in actions:
        text = new.recommendation.text
        db.session.add(
            Action(
                review=review, recommendation_id=new.recommendation.id, text=text, owner=new.owner, due_on=new.due_on
            )
        )


def _presented(review: Review, outcome: Outcome, actions: Sequence[NewAction]) -> list[Letter]:
    """One letter to each person of the organisation who has a link that still works."""
    people = [link for link in review.links if link.purpose is Purpose.ORGANISATION and link.revoked_at is None]
    first_due = min((action.due_on for action in actions), default=None)
    return [
        letters.draft(
            "presented",
            to=(link.name, link.email),
            review=review,
            link=link,
            outcome=OUTCOMES[outcome],
            actions=len(actions),
            first_due=first_due,
        )
        for link in people
    ]
