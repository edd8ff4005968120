"""Reviewers with what a page about them needs, each in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort
from sqlalchemy import func, or_
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from peerreview.extensions import db
from peerreview.models import (
    Appointment,
    Event,
    Person,
    Review,
    Reviewer,
    TeamMember,
    Tie,
)
from peerreview.teams.interests import Interest, interests_between, interests_in
from peerreview.workflow import ENDED, Role

MOST_FOUND = 20


@dataclass(frozen=True)
class Candidate:
    """A reviewer who could be on the team, or why they cannot."""

    reviewer: Reviewer
    open_reviews: int
    known: list[Interest]

    @property
    def is_blocked(self) -> bool:
        """Whether a hard interest keeps them off the team."""
        return any(interest.is_hard for interest in self.known)


def every_reviewer() -> list[Reviewer]:
    """All reviewers by name, with their ties."""
    return list(
        db.session.scalars(db.select(Reviewer).join(Reviewer.person).order_by(Person.name).options(*_with_ties()))
    )


def open_reviews_by_person() -> dict[int, int]:
    """How many reviews that have not ended each person is on now."""
    counted = db.session.execute(
        db.select(TeamMember.person_id, func.count())
        .join(TeamMember.review)
        .where(TeamMember.removed_at.is_(None), TeamMember.stood_down_at.is_(None), Review.stage.not_in(list(ENDED)))
        .group_by(TeamMember.person_id)
    )
    return {row[0]: row[1] for row in counted}


def candidates(review: Review) -> list[Candidate]:
    """The active reviewers of the borough who are not on the team: without a known interest, then the idle, first."""
    on_the_team = {member.person_id for member in review.team if member.removed_at is None}
    busy = open_reviews_by_person()
    free = [
        reviewer
        for reviewer in every_reviewer()
        if reviewer.person.active
        and reviewer.person.holds(Role.REVIEWER, review.borough_id)
        and reviewer.person_id not in on_the_team
    ]
    known = known_of(free, review)
    found = [Candidate(each, busy.get(each.person_id, 0), known[each.person_id]) for each in free]
    return sorted(found, key=lambda candidate: (candidate.is_blocked, bool(candidate.known), candidate.open_reviews))


def known_of(reviewers: Sequence[Reviewer], review: Review) -> dict[int, list[Interest]]:
    """The interests of each in the organisation of one review, by person; none before it is matched to the register."""
    organisation = review.organisation
    if organisation is None:
        return {reviewer.person_id: [] for reviewer in reviewers}
    return {person: found for (person, _place), found in interests_between(reviewers, [organisation]).items()}


def known_interests_of(member: TeamMember) -> list[Interest]:
    """The interests known of one member in the organisation under review."""
    record = db.session.scalar(db.select(Reviewer).where(Reviewer.person_id == member.person_id))
    return interests_in(record, member.review.organisation) if record else []


def reviewers_of(members: Sequence[TeamMember]) -> dict[int, Reviewer]:
    """The reviewer's record of each member, by person."""
    people = [member.person_id for member in members]
    found = db.session.scalars(db.select(Reviewer).where(Reviewer.person_id.in_(people)).options(*_with_ties()))
    return {reviewer.person_id: reviewer for reviewer in found}


def member_or_404(review: Review, member_id: int, *, active: bool | None = None, former: bool = False) -> TeamMember:
    """Somebody on this review's team: with access, without (``active=False``), or either.

    ``former``: also who has left since, for an act that then says who was first.
    """
    for member in review.team:
        fits = former if member.removed_at is not None else active in (None, member.is_active)
        if member.id == member_id and fits:
            return member
    abort(404)


def endings(review: Review) -> dict[int, Event]:
    """By what act each former member left the team, by member."""
    ended = Event.step.in_(["decline_place", "remove_reviewer", "replace_reviewer"])
    found = db.session.scalars(db.select(Event).where(Event.review_id == review.id, ended).order_by(Event.id))
    return {event.facts["member_id"]: event for event in found}


def coordinators_of(review: Review) -> list[Person]:
    """The active coordinators of the review's borough."""
    return list(
        db.session.scalars(
            db.select(Person)
            .where(
                Person.active,
                Person.id.in_(
                    db.select(Appointment.person_id).where(
                        Appointment.role == Role.COORDINATOR,
                        or_(Appointment.borough_id.is_(None), Appointment.borough_id == review.borough_id),
                    )
                ),
            )
            .order_by(Person.id)
        )
    )


def _with_ties() -> tuple[ORMOption, ...]:
    ties = selectinload(Reviewer.ties)
    return ties.joinedload(Tie.organisation), ties.joinedload(Tie.trust), ties.joinedload(Tie.federation)
