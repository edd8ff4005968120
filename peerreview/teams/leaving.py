"""How somebody leaves a team: taken off, or replaced in one act. Access, links and letters end at once."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, or_, update

from peerreview import letters, links, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.filters import when
from peerreview.models import Delivery, Letter, Review, Reviewer, TeamMember, utc_now
from peerreview.process import Overtaken
from peerreview.teams.actions import Unsuitable, invite, why_unsuitable
from peerreview.teams.queries import endings
from peerreview.wording import happened
from peerreview.workflow import Role


class Told(NamedTuple):
    """Somebody who hears of an act, and of what."""

    name: str
    what: str


def lock(review: Review, member: TeamMember) -> None:
    """Let nobody else change this team until the end of the act, and see what they changed before.

    Raises Overtaken when the member has left meanwhile: of a reviewer who answers and a coordinator who replaces them
    at the same time, one is too late.
    """
    db.session.execute(db.select(Review.id).where(Review.id == review.id).with_for_update())
    db.session.expire_all()
    if member.removed_at is not None:
        ending = endings(review).get(member.id)
        first = f"{ending.actor_name} was first: they {happened(ending.step)} on {when(ending.at)}. " if ending else ""
        raise Overtaken(f"{first}{member.person.name} is no longer on this team. Nothing of yours was saved.")


def remove(review: Review, member: TeamMember, reason: str, actor: Actor) -> None:
    """Take a member off the team: they lose access at once and are told. Raises NotNow."""
    lock(review, member)
    leave(review, member)
    process.take(
        review,
        "remove_reviewer",
        actor,
        letters=[_farewell(review, member)],
        restricted=True,
        reviewer=member.person.name,
        member_id=member.id,
        reason=reason,
    )


def replace(review: Review, member: TeamMember, reviewer: Reviewer, reason: str, actor: Actor) -> TeamMember:
    """Take a member off the team and invite another in their place. Raises Unsuitable before anything is written,
    NotNow."""
    lock(review, member)
    problem = why_unsuitable(review, reviewer, instead_of=member)
    if problem:
        raise Unsuitable(problem)
    leave(review, member)
    farewell = _farewell(review, member)
    newcomer, invitation = invite(review, reviewer)
    process.take(
        review,
        "replace_reviewer",
        actor,
        letters=[farewell, invitation],
        restricted=True,
        reviewer=member.person.name,
        member_id=member.id,
        instead=newcomer.person.name,
        newcomer_id=newcomer.id,
        reason=reason,
    )
    return newcomer


def who_is_told(review: Review, member: TeamMember, reviewer: Reviewer) -> Sequence[Told]:
    """What replacing one by another tells whom, to look at before it is done."""
    visit, name = review.visit, member.person.name
    is_invited = visit is not None and visit.starts_at > utc_now() and member.person.email.lower() in visit.invited
    told = [Told(name, "that they are no longer on the team. Their link and their access end at once")]
    if is_invited:
        told.append(Told(name, "that the visit is cancelled for them, so that it leaves their calendar"))
    told.append(Told(reviewer.person.name, "an invitation to the team, to accept or decline, with their interests"))
    if visit is not None and visit.starts_at > utc_now():
        told.append(Told(reviewer.person.name, "the visit for their calendar, once they have accepted"))
    elif review.poll is not None:
        told.append(Told(reviewer.person.name, "the dates that are asked about, to say when they can"))
    return told


def leave(review: Review, member: TeamMember) -> None:
    """The member is off the team: links and letters end; the caller takes the step."""
    member.removed_at, member.is_lead = utc_now(), False
    for link in review.links:
        if link.member_id == member.id:
            links.revoke(link)
    call_back_letters(review, member)
    db.session.flush()


def call_back_letters(review: Review, member: TeamMember) -> None:
    """What waits to be sent to them about this review is not sent.

    But for invitations: the cancelling that follows takes their place, in the order that calendars need. One who also
    coordinates here keeps what they get for that; letters of the team have their link, or name no other page.
    """
    theirs = [
        Letter.review_id == review.id,
        func.lower(Letter.recipient_email) == member.person.email.lower(),
        Letter.delivery.in_([Delivery.WAITING, Delivery.FAILED]),
        Letter.invitation_id.is_(None),
    ]
    if member.person.holds(Role.COORDINATOR, review.borough_id):
        mine = [f"~link-{link.id}~" for link in review.links if link.member_id == member.id]
        theirs.append(or_(*(Letter.text.contains(place) for place in mine)))
    db.session.execute(
        update(Letter).where(*theirs).values(delivery=Delivery.CALLED_BACK).execution_options(synchronize_session=False)
    )


def _farewell(review: Review, member: TeamMember) -> Letter:
    return letters.draft("off_the_team", to=(member.person.name, member.person.email), review=review)
