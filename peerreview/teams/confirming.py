"""Inviting the people of a suggestion that somebody confirms, under the rules as things stand at that moment."""

from collections.abc import Collection
from enum import StrEnum

from peerreview import outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Borough, Review, Reviewer, SuggestedTeam, utc_now
from peerreview.process import NotNow
from peerreview.teams import actions
from peerreview.teams.actions import Unsuitable
from peerreview.teams.gathering import problem_of
from peerreview.teams.obstacles import against_one, against_two
from peerreview.teams.staffing import SMALLEST, Case
from peerreview.teams.tally import Tally


class Became(StrEnum):
    """What became of a suggestion that somebody confirmed."""

    INVITED = "invited"
    INVITED_BEFORE = "invited before"  # by a colleague, or by the first of two clicks
    NOT_POSSIBLE = "not possible"


def confirm(team: SuggestedTeam, actor: Actor) -> Became:
    """Invite the people of one suggestion, in a transaction of its own.

    What has become impossible since (somebody was taken meanwhile, the review moved on) is written at the suggestion,
    and nobody of it is invited; the others are not held up by it.
    """
    _hold(team.review.borough_id)
    db.session.refresh(team)
    if not team.can_be_confirmed:
        db.session.rollback()
        return Became.INVITED_BEFORE
    number = team.id
    joins = {one.person_id for one in team.people if one.joins}
    lead = next((one.person_id for one in team.people if one.leads), None)
    try:
        invite(team.review, joins, lead, actor)
    except (Unsuitable, NotNow) as problem:
        db.session.rollback()
        db.session.get_one(SuggestedTeam, number).trouble = str(problem)[:500]
        outbox.commit()
        return Became.NOT_POSSIBLE
    team.taken_at, team.taken_by, team.trouble = utc_now(), actor.name, ""
    outbox.commit()
    return Became.INVITED


def invite(review: Review, joins: Collection[int], lead: int | None, actor: Actor) -> None:
    """Invite these people, by number, and let one lead. The borough is held: of two at once the second sees the first.

    Raises Unsuitable with the rule that would be broken, NotNow; nothing is to be committed then.
    """
    _hold(review.borough_id)
    db.session.refresh(review, ["stage", "team"])
    people = {*joins, *(member.person_id for member in review.current_team)}
    problem = problem_of([review], review.programme_year, review.borough_id, only=people)
    broken = why_not(Tally(problem), problem.cases[0], joins, lead)
    if broken:
        raise Unsuitable(broken)
    reviewers = db.session.scalars(db.select(Reviewer).where(Reviewer.person_id.in_(joins))).all()
    for reviewer in sorted(reviewers, key=lambda one: (not _is_board(one), one.person_id)):
        actions.assign(review, reviewer, actor)
    db.session.flush()
    db.session.expire(review, ["team"])
    for member in review.current_team:
        if member.person_id == lead:
            actions.name_lead(review, member, actor)


def why_not(tally: Tally, case: Case, joins: Collection[int], lead: int | None) -> str | None:
    """The first rule that a team of these people would break, as a sentence; None when they may go."""
    on_it = {member.key: member.name for member in case.members}
    if twice := [on_it[key] for key in joins if key in on_it]:
        return f"{twice[0]} is on the team already."
    strangers = set(joins) - set(tally.people)
    if strangers:
        return "One of them is not a reviewer of this borough any more."
    added = tuple(tally.people[key] for key in sorted(joins))
    for one in added:
        if rule := tally.against(case, one):
            return against_one(one, rule, case)
    if rule := tally.against_together(case, tuple(one.key for one in added)):
        return against_two([*on_it.values(), *(one.name for one in added)], rule, case)
    if len(added) + len(on_it) < SMALLEST:
        return "A team needs at least two people."
    if not (any(one.is_board for one in added) or any(member.is_board for member in case.members)):
        return "A team needs a Board member."
    able = {one.key for one in added if tally.against_leading(case, one) is None} | set(case.leads_from_within)
    if case.has_lead and lead in (None, *case.leads_from_within):
        return None
    return None if lead in able else "The lead must be trained, and have no connection to the organisation."


def _is_board(reviewer: Reviewer) -> bool:
    return reviewer.membership == "board_member"


def _hold(borough_id: int) -> None:
    db.session.execute(db.select(Borough.id).where(Borough.id == borough_id).with_for_update())
