"""What a reviewer answers: to the invitation, with their interests; and interests that they declare later."""

from peerreview import letters, process
from peerreview.audit_trail import Actor
from peerreview.models import Declaration, Letter, Review, TeamMember, utc_now
from peerreview.teams.leaving import call_back_letters, leave, lock
from peerreview.teams.queries import coordinators_of, known_interests_of


def declare(review: Review, member: TeamMember, declaration: Declaration, text: str, actor: Actor) -> None:
    """Write down a member's interests for this review; the first time, that is accepting the place. Raises NotNow.

    Hard: stood down at once. Soft: cannot lead. An interest declared later than the first answer suspends access at
    once until a coordinator has looked (process rule 4). The coordinators are alerted to every interest. What is known
    already is written down also when they have nothing to add to it.
    """
    lock(review, member)
    text = "" if declaration is Declaration.NONE else text
    later, adds = member.declared_at is not None, declaration is not Declaration.NONE
    if not adds and (known := known_interests_of(member)):
        declaration, text = Declaration.SOFT, "; ".join(interest.sentence for interest in known)
    if later and (member.declaration, member.declaration_text) == (declaration, text):
        return
    accepts = not later and declaration is not Declaration.HARD
    if accepts:
        member.accepted_at = utc_now()
    has_interest = declaration is not Declaration.NONE
    member.declaration, member.declaration_text, member.declared_at = declaration, text, utc_now()
    led = member.is_lead and has_interest
    if has_interest:
        member.is_lead = False
    if declaration is Declaration.HARD or (later and adds):
        member.stood_down_at = utc_now()
        call_back_letters(review, member)
    process.take(
        review,
        "accept_place" if accepts else "declare_interests",
        actor,
        letters=interest_alerts(review, member, actor, led) if has_interest else [],
        restricted=has_interest,  # the rest of the team learns who is on it, not what anybody declared
        reviewer=member.person.name,
        member_id=member.id,
        declaration=declaration.value,
        stood_down=member.stood_down_at is not None,
    )


def decline(review: Review, member: TeamMember, reason: str, actor: Actor) -> None:
    """They cannot be on the team, or no longer: the place is free, and the coordinators are told. Raises NotNow."""
    lock(review, member)
    leave(review, member)
    member.declined_at = member.removed_at
    process.take(
        review,
        "decline_place",
        actor,
        letters=[
            letters.draft("place_declined", to=(one.name, one.email), review=review, member=member)
            for one in coordinators_of(review)
            if one.id != actor.person_id
        ],
        restricted=True,  # why is for those who make up teams
        reviewer=member.person.name,
        member_id=member.id,
        reason=reason,
    )


def interest_alerts(
    review: Review, member: TeamMember, actor: Actor, led: bool, *, noticed: bool = False
) -> list[Letter]:
    """One letter to each coordinator who did not do it themselves; what the interest is stays in the app."""
    return [
        letters.draft(
            "interest_alert", to=(one.name, one.email), review=review, member=member, led=led, noticed=noticed
        )
        for one in coordinators_of(review)
        if one.id != actor.person_id or one.id == member.person_id
    ]
