"""Interests that come to be known while somebody is on a team: from their record, or from a change in the register.

Process rule 4: a later one suspends access at once and alerts the coordinator. What is changed on a record acts in the
same transaction; what the register changes (a school joins a trust, goes on under another number) is found by a sweep.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import contains_eager

from peerreview import letters, outbox, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Review, Reviewer, TeamMember, utc_now
from peerreview.process import NotNow
from peerreview.teams.answering import interest_alerts
from peerreview.teams.interests import Interest, interests_between
from peerreview.teams.leaving import call_back_letters, lock
from peerreview.workflow import STEPS


@dataclass(frozen=True)
class Place:
    """Somebody's place on the team of a review that goes on, with the interests known."""

    review: Review
    member: TeamMember
    interests: list[Interest]


def places_of(reviewers: Sequence[Reviewer]) -> list[Place]:
    """The places that these reviewers have now, in a fixed number of queries."""
    people = [reviewer.person_id for reviewer in reviewers]
    members = db.session.scalars(
        db.select(TeamMember)
        .join(TeamMember.review)
        .where(
            TeamMember.person_id.in_(people),
            TeamMember.removed_at.is_(None),
            TeamMember.stood_down_at.is_(None),
            Review.stage.in_(list(STEPS["note_interest"].starts)),
            Review.organisation_id.is_not(None),
        )
        .options(contains_eager(TeamMember.review))
        .order_by(TeamMember.id)
    ).all()
    organisations = {member.review.organisation for member in members if member.review.organisation}
    known = interests_between(reviewers, organisations) if members else {}
    return [
        Place(member.review, member, known[member.person_id, member.review.organisation_id or 0]) for member in members
    ]


def look_again(reviewer: Reviewer, before: Sequence[Place], actor: Actor) -> list[Place]:
    """After a change of somebody's record, which had led to ``before``: where it suspends them or costs them the lead.

    What a coordinator writes down they have looked at, so a soft one only keeps from leading; from the reviewer it is a
    later declaration, and suspends.
    """
    db.session.flush()
    had = {place.member.id: len(place.interests) for place in before}
    own = actor.person_id == reviewer.person_id
    found = places_of([reviewer])
    new = {place.member.id for place in found if own and len(place.interests) > had.get(place.member.id, 0)}
    return _act(found, actor, suspend=new)


def watch() -> None:
    """Look at everybody who is on a team now. Run each minute by the worker; does nothing when nothing is new."""
    on_a_team = db.select(TeamMember.person_id).where(TeamMember.removed_at.is_(None))
    reviewers = db.session.scalars(db.select(Reviewer).where(Reviewer.person_id.in_(on_a_team))).all()
    _act(places_of(reviewers), Actor.system(), suspend=())
    outbox.commit()


def _act(places: Sequence[Place], actor: Actor, suspend: Collection[int]) -> list[Place]:
    """Act on each place where it matters: a hard interest, one that suspends, or a lead who cannot lead any more."""
    acted = []
    for place in places:
        suspends = any(interest.is_hard for interest in place.interests) or place.member.id in suspend
        matters = suspends or (place.interests and place.member.is_lead)
        if matters and _note(place, actor, suspends):
            acted.append(place)
    return acted


def _note(place: Place, actor: Actor, suspends: bool) -> bool:
    """Whether there was anything left to do: somebody else may have done it meanwhile."""
    review, member = place.review, place.member
    try:
        lock(review, member)
    except NotNow:
        return False
    if not member.is_active or process.why_not(review, "note_interest", actor.role):
        return False
    led, member.is_lead = member.is_lead, False
    told = []
    if suspends:
        member.stood_down_at = utc_now()
        call_back_letters(review, member)
        told = [letters.draft("access_suspended", to=(member.person.name, member.person.email), review=review)]
    process.take(
        review,
        "note_interest",
        actor,
        letters=[*told, *interest_alerts(review, member, actor, led, noticed=True)],
        restricted=True,
        reviewer=member.person.name,
        member_id=member.id,
        stood_down=suspends,
    )
    return True
