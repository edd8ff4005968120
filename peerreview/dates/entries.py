"""What each person's calendar is told of a visit: every letter with an .ics, and the counters that order them.

One counter for each visit (RFC 5546, SEQUENCE), raised in the act's own transaction. A person's invitation row holds
the last number they got, so that what tells them to forget the visit is above it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from flask import current_app, url_for

from peerreview import letters
from peerreview.dates import interviews
from peerreview.dates import invitation as ics
from peerreview.dates.interviews import Part
from peerreview.dates.participants import current
from peerreview.extensions import db
from peerreview.filters import time_of_day, when
from peerreview.models import Delivery, Invitation, Letter, Participant, Visit, board_detail, utc_now


def invite(visit: Visit, participant: Participant, note: str = "") -> Letter:
    """Ask one person to come. The others need nothing: the counter stays, unless this person was invited before."""
    before = [held for held in visit.invitations if held.participant.email == participant.email]
    visit.sequence += bool(before)
    starts_at, ends_at = part = part_of(visit, participant)
    letter = _letter("date_agreed", visit, participant, part, utc_now(), "REQUEST", note=note)
    held = Invitation(
        visit=visit,
        participant=participant,
        sequence=visit.sequence,
        asked_sequence=visit.sequence,
        starts_at=starts_at,
        ends_at=ends_at,
        first_message_id=letter.message_id,
    )
    db.session.add(held)
    _about(held, letter)
    if before:
        _replace(before, held)
    return letter


def update(visit: Visit, was_place: str, note: str = "") -> list[Letter]:
    """Tell everybody who is invited of a new time or place; their answers start anew."""
    visit.sequence += 1
    return [_retell(held, "date_moved", was_place=was_place, note=note) for held in invited(visit)]


def tell_their_time(visit: Visit) -> list[Letter]:
    """Tell those whose own part of the visit is not what their calendar was told; nobody else hears of it."""
    changed = [held for held in invited(visit) if (held.starts_at, held.ends_at) != part_of(visit, held.participant)]
    visit.sequence += bool(changed)
    return [_retell(held, "your_time") for held in changed]


def part_of(visit: Visit, participant: Participant) -> Part:
    """When somebody is expected: the whole visit, or for whom the agenda names their own items of it."""
    whole = (visit.starts_at, visit.ends_at)
    if participant.of_the_team:
        return whole
    guests = [person.name for person in current(visit.review) if not person.of_the_team]
    agenda = [(item.who, item.minutes) for item in visit.review.agenda]
    return interviews.parts(whole, agenda, guests).get(" ".join(participant.name.split()), whole)


def dismiss(visit: Visit, participant: Participant) -> list[Letter]:
    """Take the visit out of one person's calendar; nobody else hears of it. Nothing if they were not invited."""
    theirs = [held for held in invited(visit) if held.participant_id == participant.id]
    visit.sequence += len(theirs)
    return [_cancel(held, whole_visit=False) for held in theirs]


def cancel(visit: Visit, note: str = "") -> list[Letter]:
    """The visit is off: everybody who is still invited is told, and nothing follows it."""
    visit.sequence += 1
    visit.cancelled_at = utc_now()
    return [_cancel(held, whole_visit=True, note=note) for held in invited(visit)]


def invited(visit: Visit) -> list[Invitation]:
    """The invitations in force."""
    return [held for held in visit.invitations if held.cancelled_at is None]


def download(visit: Visit, name: str, address: str) -> bytes:
    """The visit as a file to add to a calendar by hand; some mail gateways strip invitations.

    It says the same as the invitation of this address; for anybody else it is the whole visit.
    """
    whole = (visit.starts_at, visit.ends_at)
    told = next(((h.starts_at, h.ends_at) for h in invited(visit) if h.participant.email == address.lower()), whole)
    return ics.publish(_as_invitation(visit, told, ics.Person(name, address), True, utc_now()))


def _retell(held: Invitation, name: str, **facts: Any) -> Letter:
    """The same entry of the calendar with another time or place; the letter says what it was."""
    was = (held.starts_at, held.ends_at)
    held.starts_at, held.ends_at = part_of(held.visit, held.participant)
    return _next(held, name, "REQUEST", was=was, **facts)


def _next(held: Invitation, name: str, method: str, **facts: Any) -> Letter:
    held.sequence = held.visit.sequence
    if method == "REQUEST":
        held.asked_sequence = held.sequence
    told = (held.starts_at, held.ends_at)
    letter = _letter(name, held.visit, held.participant, told, utc_now(), method, **facts)
    letter.in_reply_to = held.first_message_id
    return _about(held, letter)


def _cancel(held: Invitation, *, whole_visit: bool, note: str = "") -> Letter:
    held.cancelled_at = utc_now()
    return _next(held, "visit_cancelled", "CANCEL", whole_visit=whole_visit, note=note)


def _replace(before: Sequence[Invitation], held: Invitation) -> None:
    """What has not left yet about earlier invitations of the same person is about the new one, so it is never sent.

    Letters about one invitation cannot overtake each other; and some programs cancel whatever the SEQUENCE is.
    """
    older = Letter.invitation_id.in_([one.id for one in before])
    not_gone = Letter.delivery.in_([Delivery.WAITING, Delivery.FAILED])
    db.session.execute(db.update(Letter).where(older, not_gone).values(invitation_id=held.id))


def _about(held: Invitation, letter: Letter) -> Letter:
    db.session.flush()
    letter.invitation_id = held.id
    return letter


def _letter(
    name: str,
    visit: Visit,
    participant: Participant,
    part: Part,
    now: datetime,
    method: str,
    *,
    whole_visit: bool = True,
    **facts: Any,
) -> Letter:
    entry = _as_invitation(visit, part, ics.Person(participant.name, participant.email), participant.needed, now)
    data = ics.request(entry) if method == "REQUEST" else ics.cancel(entry, whole_visit=whole_visit)
    letter = letters.draft(
        name,
        to=(participant.name, participant.email),
        review=visit.review,
        link=participant.link,
        calendar=(method, data),
        visit=visit,
        starts_at=part[0],
        ends_at=part[1],
        participant=participant,
        coming=current(visit.review),
        whole_visit=whole_visit,
        **facts,
    )
    letter.written_at = now
    return letter


def _path(visit: Visit, attendee: ics.Person) -> str:
    """The page of the visit for the team, who have accounts; for others the start page, which tells them of their link.

    Their own link is a secret: a calendar is seen by colleagues, and by whoever runs it.
    """
    if any(one.of_the_team and one.email == attendee.address.lower() for one in current(visit.review)):
        return url_for("dates.visit", reference=visit.review.reference, _external=False)
    return url_for("reviews.home", _external=False)


def _as_invitation(visit: Visit, part: Part, attendee: ics.Person, needed: bool, now: datetime) -> ics.Invitation:
    name, address = parseaddr(current_app.config["MAIL_DEFAULT_SENDER"])
    review = visit.review
    asked = [board_detail(detail) for detail in ("contact_name", "contact_phone", "contact_email")]
    return ics.Invitation(
        uid=visit.uid,
        sequence=visit.sequence,
        starts_at=part[0],
        minutes=(part[1] - part[0]) // timedelta(minutes=1),
        summary=f"Peer review of {review.organisation_name}",
        location=visit.place,
        description=(
            f"Peer review visit to {review.organisation_name}.\n"
            f"{when(part[0])} to {time_of_day(part[1])}, UK time.\n"
            f"Place: {visit.place}.\nReference: {review.reference}.\n"
            f"Questions: {', '.join(detail for detail in asked if detail)}."
        ),
        url=current_app.config["BASE_URL"] + _path(visit, attendee),
        organizer=ics.Person(name or board_detail("board_name"), address),
        attendee=attendee,
        needed=needed,
        stamped_at=now,
    )
