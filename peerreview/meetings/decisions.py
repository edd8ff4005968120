"""Recording what an Executive Group decided on a report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from peerreview import letters, links, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.meetings.words import OUTCOMES
from peerreview.models import (
    Action,
    AgendaPaper,
    Letter,
    Meeting,
    Outcome,
    Person,
    Purpose,
    Recommendation,
    Review,
    SentOn,
    utc_now,
)
from peerreview.workdays import local_day
from peerreview.workflow import Role


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


def defer(review: Review, to: Meeting, reason: str, actor: Actor) -> None:
    """Put the report off to another meeting, with the group's reason. Raises process.NotNow."""
    paper = _held_paper(review)
    if to.id == paper.meeting_id or to.borough_id != review.borough_id or to.held_on <= paper.meeting.held_on:
        raise process.NotNow("Choose a later meeting of the same Executive Group.")
    process.take(
        review, "defer_report", actor, meeting=paper.meeting.held_on.isoformat(), to_meeting=to.held_on.isoformat()
    )
    db.session.add(SentOn(meeting=paper.meeting, review=review, to_meeting=to, reason=reason, recorded_by=actor.name))
    paper.meeting = to


def ask_for_changes(review: Review, reason: str, actor: Actor, *, seen: int | None = None) -> None:
    """Send the report back to be revised, with the group's reason. What was approved stays as it was.

    The team and the coordinators are told, and the organisation. Raises process.NotNow, process.Overtaken.
    """
    paper = _held_paper(review)
    meeting = paper.meeting

    def act() -> list[Letter]:
        db.session.add(SentOn(meeting=meeting, review=review, reason=reason, recorded_by=actor.name))
        review.paper = None
        db.session.delete(paper)
        return [*_to_the_team(review, meeting), *_to_the_organisation(review, meeting)]

    process.take(review, "ask_for_changes", actor, seen=seen, letters=act, meeting=meeting.held_on.isoformat())


def _held_paper(review: Review) -> AgendaPaper:
    """The paper on the agenda of a meeting that has begun. Raises process.NotNow."""
    paper = review.paper
    if paper is None or paper.meeting.held_on > local_day(utc_now()):
        raise process.NotNow("The meeting has not been held yet. Record what it decided on the day or afterwards.")
    return paper


def _to_the_team(review: Review, meeting: Meeting) -> list[Letter]:
    """One letter to the lead and to each coordinator, who finish the report."""
    coordinators = db.select(Person).where(Person.holding(Role.COORDINATOR, review.borough_id)).order_by(Person.id)
    people = [review.lead.person] if review.lead else []
    people += [one for one in db.session.scalars(coordinators) if one not in people]
    address = links.account_page("reports.show", reference=review.reference)
    return [
        letters.draft("changes_wanted", to=(one.name, one.email), review=review, address=address, meeting=meeting)
        for one in people
    ]


def _to_the_organisation(review: Review, meeting: Meeting) -> list[Letter]:
    return [
        letters.draft("report_sent_back", to=(link.name, link.email), review=review, link=link, meeting=meeting)
        for link in review.links
        if link.purpose is Purpose.ORGANISATION and link.revoked_at is None
    ]


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
