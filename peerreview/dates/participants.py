"""Who is asked when they can, and invited: the team, the staff whom the organisation named, and its contact.

Derived from those lists and kept in step with them; what a coordinator puts on or takes off by hand stays so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.utils import parseaddr

from flask import current_app

from peerreview import links
from peerreview.extensions import db
from peerreview.models import Participant, PersonalLink, Purpose, Review, TeamMember, utc_now

# The people without whom a visit makes no sense on the organisation's side (procedure, section 4: key staff).
KEY_ROLE = re.compile(r"safeguarding|section 11|\bDSL\b|\bs11\b", re.IGNORECASE)
LEAD = "Lead reviewer"


@dataclass(frozen=True)
class Wanted:
    """Somebody who belongs on the list. ``email`` is in lower case."""

    name: str
    email: str
    role: str
    of_the_team: bool
    needed: bool
    purpose: Purpose
    member: TeamMember | None = None


def current(review: Review) -> list[Participant]:
    """Those who are asked or invited now: the lead, the team, then who is needed of the organisation."""
    here = [participant for participant in review.participants if participant.left_at is None]
    return sorted(here, key=lambda participant: (*_place_in_order(participant), participant.id))


def bring_up_to_date(review: Review) -> tuple[list[Participant], list[Participant]]:
    """Make the list what team, named staff and contact say: who joined and who left by it.

    Somebody without a current link gets one. Our own address is never on the list: the organiser cannot be invited.
    """
    here = {participant.email: participant for participant in current(review)}
    by_hand = {participant.email for participant in review.participants if participant.by_hand}
    lists = wanted(review)
    joined = []
    for person in lists.values():
        known = here.get(person.email)
        if known is not None:
            known.name, known.role, known.of_the_team = person.name, person.role, person.of_the_team
            known.needed = known.needed if known.needed_by_hand else person.needed
            known.link = _link(review, person)
        elif person.of_the_team or person.email not in by_hand:
            joined.append(add(review, person))
    left = [p for p in here.values() if p.email not in lists and (p.of_the_team or not p.by_hand)]
    for participant in left:
        leave(participant)
    return joined, left


def add(review: Review, person: Wanted, *, by_hand: bool = False) -> Participant:
    """Put somebody on the list."""
    participant = Participant(
        review=review,
        link=_link(review, person),
        name=person.name,
        email=person.email,
        role=person.role,
        needed=person.needed,
        needed_by_hand=by_hand,
        of_the_team=person.of_the_team,
        by_hand=by_hand,
    )
    db.session.add(participant)
    db.session.flush()
    return participant


def leave(participant: Participant, *, by_hand: bool = False) -> None:
    """Take somebody off the list. A link that was for nothing else ends."""
    participant.left_at = utc_now()
    participant.by_hand = by_hand
    if participant.link.purpose is Purpose.PARTICIPANT:
        links.revoke(participant.link)
    db.session.flush()


def wanted(review: Review) -> dict[str, Wanted]:
    """Everybody whom the lists name, by address; somebody on two lists is there once, as a member of the team first.

    A reviewer who is invited to the team is asked for dates with the others; once there is a visit, it is in nobody's
    calendar before they have accepted.
    """
    is_agreed = review.visit is not None
    found = [_member(member) for member in review.current_team if member.has_declared or not is_agreed]
    if review.staff_are_named and review.nomination is not None:
        found += [_staff(review, named.name, named.email, named.role) for named in review.nomination.staff]
    if review.contact is not None:
        found.append(_staff(review, review.contact.name, review.contact.email, review.contact.role))
    ours = _our_address()
    first_wins: dict[str, Wanted] = {}
    for person in sorted(found, key=_place_in_order):
        if person.email != ours:
            first_wins.setdefault(person.email, person)
    needed = _needed_at_first(list(first_wins.values()), review.contact.email.strip().lower() if review.contact else "")
    return {email: replace(person, needed=email in needed) for email, person in first_wins.items()}


def _needed_at_first(people: Sequence[Wanted], contact: str) -> set[str]:
    """Without whom the visit makes no sense, until the coordinator says otherwise; addresses.

    The lead, and of the team as many as the rule asks for: one member of the board and one other (procedure, 3.1).
    Of the organisation whoever leads on safeguarding; while nobody does, its contact.
    """
    team = [person for person in people if person.of_the_team]
    chosen = [person for person in team if person.role == LEAD]
    board = [person for person in team if person.member is not None and person.member.is_board_member]
    if not any(person in board for person in chosen):
        chosen += board[:1]
    chosen += [person for person in team if person not in chosen][: max(0, 2 - len(chosen))]
    key = [person for person in people if not person.of_the_team and person.needed]
    return {person.email for person in [*chosen, *key]} | (set() if key else {contact})


def wanted_now(review: Review) -> dict[str, Wanted]:
    """Who will be on the list after the next act: as `wanted`, with what the coordinator has said by hand."""
    here = {participant.email: participant for participant in current(review)}
    off = {participant.email for participant in review.participants if participant.by_hand} - here.keys()
    by_hand = {email: each for email, each in here.items() if each.by_hand and not each.of_the_team}
    found = {email: each for email, each in wanted(review).items() if each.of_the_team or email not in off}
    for email in here.keys() & found.keys():
        if here[email].needed_by_hand:
            found[email] = replace(found[email], needed=here[email].needed)
    for email in by_hand.keys() - found.keys():
        each = by_hand[email]
        found[email] = Wanted(each.name, email, each.role, False, each.needed, each.link.purpose)
    return found


def who_offers(review: Review) -> list[Participant]:
    """Who can be asked for dates of the organisation's own: those who answer for it."""
    return [participant for participant in current(review) if participant.link.purpose is Purpose.ORGANISATION]


def guest(name: str, email: str, role: str, *, needed: bool) -> Wanted:
    """Somebody whom the coordinator adds by hand."""
    return Wanted(name, email.strip().lower(), role, False, needed, Purpose.PARTICIPANT)


def why_not(review: Review, email: str) -> str | None:
    """Why somebody cannot be added by hand, as a message; None when they can."""
    if email == _our_address():
        return "This is our own address, from which invitations are sent: it cannot be invited"
    if any(participant.email == email for participant in current(review)):
        return "Somebody with this address is invited already"
    return None


def _place_in_order(person: Wanted | Participant) -> tuple[bool, bool, bool]:
    return (not person.of_the_team, person.role != LEAD, not person.needed)


def _our_address() -> str:
    return parseaddr(current_app.config["MAIL_DEFAULT_SENDER"])[1].lower()


def _member(member: TeamMember) -> Wanted:
    role = LEAD if member.is_lead else "Board member" if member.is_board_member else "Lay member"
    return Wanted(member.person.name, member.person.email.lower(), role, True, True, Purpose.REVIEWER, member)


def _staff(review: Review, name: str, email: str, role: str) -> Wanted:
    email = email.strip().lower()
    answers_for_it = any(
        link.email == email and link.purpose is Purpose.ORGANISATION and link.revoked_at is None
        for link in review.links
    )
    is_contact = review.contact is not None and review.contact.email.strip().lower() == email
    purpose = Purpose.ORGANISATION if answers_for_it or is_contact else Purpose.PARTICIPANT
    return Wanted(name, email, role, False, bool(KEY_ROLE.search(role)), purpose)


def _link(review: Review, person: Wanted) -> PersonalLink:
    return links.give(review, person.purpose, person.name, person.email, role=person.role, member=person.member)
