"""How a team is made up: invited, led, put back after a suspension."""

from sqlalchemy.exc import IntegrityError

from peerreview import letters, links, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    Declaration,
    Letter,
    Membership,
    Purpose,
    Review,
    Reviewer,
    TeamMember,
    setting,
    utc_now,
)
from peerreview.process import NotNow
from peerreview.teams.interests import interests_in
from peerreview.teams.queries import known_interests_of
from peerreview.workdays import add_working_days, local_day


class Unsuitable(Exception):
    """The reviewer cannot be put on this team, or cannot lead it; the sentence is for the field."""


def why_unsuitable(review: Review, reviewer: Reviewer, instead_of: TeamMember | None = None) -> str | None:
    """Why a reviewer cannot join, asked before anyone is told (procedure, 3.1); None when they can."""
    hard = [interest.sentence for interest in interests_in(reviewer, review.organisation) if interest.is_hard]
    if hard:
        return f"{reviewer.person.name} has an interest in this organisation: {'; '.join(hard)}."
    if any(m.person_id == reviewer.person_id and m.declaration is Declaration.HARD for m in review.team):
        return f"{reviewer.person.name} declared an interest in this review that stands them down."
    others = [member for member in review.current_team if member is not instead_of]
    board = [m for m in others if m.is_board_member]
    if others and not board and reviewer.membership is not Membership.BOARD_MEMBER:
        return "A team needs a member of the board: choose a Board member next."
    return None


def assign(review: Review, reviewer: Reviewer, actor: Actor) -> TeamMember:
    """Invite a reviewer to the team. Raises Unsuitable before anything is written, NotNow."""
    problem = why_unsuitable(review, reviewer)
    if problem:
        raise Unsuitable(problem)
    member, letter = invite(review, reviewer)
    name = member.person.name
    process.take(review, "assign_reviewer", actor, letters=[letter], reviewer=name, member_id=member.id)
    return member


def invite(review: Review, reviewer: Reviewer) -> tuple[TeamMember, Letter]:
    """Keep a place for a reviewer, and the letter that asks them; the caller takes the step. Raises NotNow."""
    person, by = reviewer.person, add_working_days(local_day(utc_now()), setting("declaring_interests"))
    member = TeamMember(review=review, person=person, membership=reviewer.membership, declare_by=by)
    db.session.add(member)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise NotNow(f"{person.name} is already on the team.") from None
    role = "Board member" if member.is_board_member else "Lay member"
    link = links.give(review, Purpose.REVIEWER, person.name, person.email, role=role, member=member)
    to = (person.name, person.email)
    return member, letters.draft("team_invitation", to=to, review=review, link=link, declare_by=by)


def name_lead(review: Review, member: TeamMember, actor: Actor) -> None:
    """Let a member lead. Raises Unsuitable for one with a soft interest, declared or known, NotNow."""
    if member.declaration not in (None, Declaration.NONE):
        raise Unsuitable(f"{member.person.name} has declared a connection and cannot lead.")
    if known := known_interests_of(member):
        raise Unsuitable(f"{member.person.name} cannot lead: {known[0].sentence}.")
    if review.lead is member:
        return
    if review.lead:
        review.lead.is_lead = False
        db.session.flush()
    member.is_lead = True
    process.take(review, "name_lead", actor, reviewer=member.person.name, member_id=member.id)


def restore(review: Review, member: TeamMember, actor: Actor) -> None:
    """End a suspension after looking at the interest. Raises Unsuitable for a hard one, declared or known, NotNow."""
    if member.declaration is Declaration.HARD:
        raise Unsuitable(f"{member.person.name} has an interest that keeps them off this review.")
    if hard := [interest.sentence for interest in known_interests_of(member) if interest.is_hard]:
        raise Unsuitable(f"{member.person.name} has an interest that keeps them off this review: {'; '.join(hard)}.")
    member.stood_down_at = None
    db.session.flush()
    link = links.give(review, Purpose.REVIEWER, member.person.name, member.person.email, member=member)
    told = letters.draft("back_on_the_team", to=(member.person.name, member.person.email), review=review, link=link)
    process.take(review, "restore_reviewer", actor, letters=[told], reviewer=member.person.name, member_id=member.id)
