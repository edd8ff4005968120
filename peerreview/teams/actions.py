"""What happens to a team: assigned, leads, declares, leaves, comes back."""

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
from peerreview.teams.queries import coordinators_of
from peerreview.workdays import add_working_days, local_day


class Unsuitable(Exception):
    """The reviewer cannot be put on this team, or cannot lead it; the sentence is for the field."""


def why_unsuitable(review: Review, reviewer: Reviewer) -> str | None:
    """Why a reviewer cannot join, asked before anyone is told (procedure, 3.1); None when they can."""
    hard = [interest.sentence for interest in interests_in(reviewer, review.organisation) if interest.is_hard]
    if hard:
        return f"{reviewer.person.name} has an interest in this organisation: {'; '.join(hard)}."
    if any(m.person_id == reviewer.person_id and m.declaration is Declaration.HARD for m in review.team):
        return f"{reviewer.person.name} declared an interest in this review that stands them down."
    others = review.current_team
    board = [m for m in others if m.is_board_member]
    if others and not board and reviewer.membership is not Membership.BOARD_MEMBER:
        return "A team needs a member of the board: choose a Board member next."
    return None


def assign(review: Review, reviewer: Reviewer, actor: Actor) -> TeamMember:
    """Put a reviewer on the team and tell them. Raises Unsuitable before anything is written, NotNow."""
    problem = why_unsuitable(review, reviewer)
    if problem:
        raise Unsuitable(problem)
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
    told = letters.draft("on_the_team", to=(person.name, person.email), review=review, link=link, declare_by=by)
    process.take(review, "assign_reviewer", actor, letters=[told], reviewer=person.name, member_id=member.id)
    return member


def name_lead(review: Review, member: TeamMember, actor: Actor) -> None:
    """Let a member lead. Raises Unsuitable for one with a soft interest, NotNow."""
    if member.declaration not in (None, Declaration.NONE):
        raise Unsuitable(f"{member.person.name} has declared a connection and cannot lead.")
    if review.lead is member:
        return
    if review.lead:
        review.lead.is_lead = False
        db.session.flush()
    member.is_lead = True
    process.take(review, "name_lead", actor, reviewer=member.person.name, member_id=member.id)


def remove(review: Review, member: TeamMember, reason: str, actor: Actor) -> None:
    """Take a member off the team: they lose access at once and are told. Raises NotNow."""
    member.removed_at, member.is_lead = utc_now(), False
    _revoke(review, member)
    told = letters.draft("off_the_team", to=(member.person.name, member.person.email), review=review)
    process.take(
        review,
        "remove_reviewer",
        actor,
        letters=[told],
        restricted=True,
        reviewer=member.person.name,
        member_id=member.id,
        reason=reason,
    )


def declare(review: Review, member: TeamMember, declaration: Declaration, text: str, actor: Actor) -> None:
    """Write down a member's interests for this review. Raises NotNow.

    Hard: stood down at once. Soft: cannot lead. An interest declared later than the first answer suspends access at
    once until a coordinator has looked (process rule 4). The coordinators are alerted to every interest.
    """
    text = "" if declaration is Declaration.NONE else text
    later = member.declared_at is not None
    if later and (member.declaration, member.declaration_text) == (declaration, text):
        return
    has_interest = declaration is not Declaration.NONE
    member.declaration, member.declaration_text, member.declared_at = declaration, text, utc_now()
    led = member.is_lead and has_interest
    if has_interest:
        member.is_lead = False
    if declaration is Declaration.HARD or (later and has_interest):
        member.stood_down_at = utc_now()
    alerts = _alerts(review, member, actor, led) if has_interest else []
    process.take(
        review,
        "declare_interests",
        actor,
        letters=alerts,
        restricted=has_interest,  # the rest of the team learns who is on it, not what anybody declared
        reviewer=member.person.name,
        member_id=member.id,
        declaration=declaration.value,
        stood_down=member.stood_down_at is not None,
    )


def restore(review: Review, member: TeamMember, actor: Actor) -> None:
    """End a suspension after looking at the soft interest. Raises Unsuitable for a hard one, NotNow."""
    if member.declaration is Declaration.HARD:
        raise Unsuitable(f"{member.person.name} has an interest that keeps them off this review.")
    member.stood_down_at = None
    db.session.flush()
    link = links.give(review, Purpose.REVIEWER, member.person.name, member.person.email, member=member)
    told = letters.draft("back_on_the_team", to=(member.person.name, member.person.email), review=review, link=link)
    process.take(review, "restore_reviewer", actor, letters=[told], reviewer=member.person.name, member_id=member.id)


def _alerts(review: Review, member: TeamMember, actor: Actor, led: bool) -> list[Letter]:
    """One letter to each coordinator who did not record it themselves; what the interest is stays in the app."""
    return [
        letters.draft("interest_alert", to=(one.name, one.email), review=review, member=member, led=led)
        for one in coordinators_of(review)
        if not (actor.by_phone and one.id == actor.person_id)
    ]


def _revoke(review: Review, member: TeamMember) -> None:
    for link in review.links:
        if link.member_id == member.id:
            links.revoke(link)
