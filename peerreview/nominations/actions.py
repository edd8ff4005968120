"""Name the staff to meet, one person at a time; send; or say that it cannot be done (procedure, section 4).

Until it is sent the answer is a draft on the server. Afterwards each change is an act of its own, at once in force, so
that whoever keeps the calendar hears of it.
"""

from typing import Any

from peerreview import letters, links, process
from peerreview.extensions import db
from peerreview.models import Letter, NamedStaff, Nomination, Person, Purpose, Review, utc_now
from peerreview.nominations.seat import Seat
from peerreview.workflow import Role

MOST_STAFF = 12  # more than can be met in three hours


class Unusable(ValueError):
    """The answer cannot be taken; ``field`` names where, ``str()`` says why."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


def hold(review: Review) -> Nomination:
    """The review's nomination, made if there is none, and kept from others until the end of this act."""
    db.session.execute(db.select(Review.id).where(Review.id == review.id).with_for_update())
    db.session.expire(review, ["nomination"])
    if review.nomination is None:
        review.nomination = Nomination()
        db.session.flush()
    db.session.expire(review.nomination)
    return review.nomination


def person_or_none(nomination: Nomination | None, person_id: int) -> NamedStaff | None:
    """One of this nomination's people; never somebody else's."""
    return next((each for each in nomination.staff if each.id == person_id), None) if nomination else None


def save_person(seat: Seat, nomination: Nomination, person: NamedStaff | None, values: dict[str, str]) -> None:
    """Add a person, or change one. The same new person twice, as by a double click, is one person.

    Raises Unusable for an address that is on the list already, or for too many people; NotNow by the table.
    """
    seat.need("name_staff")
    same = next((each for each in nomination.staff if each.email.lower() == values["email"].lower()), None)
    if same is not None and same is not person:
        if person is None and all(getattr(same, name) == value for name, value in values.items()):
            return
        raise Unusable("email", f"{same.name} is named with this address. Each person needs an address of their own")
    if person is None:
        if len(nomination.staff) >= MOST_STAFF:
            raise Unusable("name", f"You have named {MOST_STAFF} people: more than a visit has time for")
        change = {"added": values["role"]}
        nomination.staff.append(NamedStaff(**values))
    else:
        change = {"changed": values["role"]}
        for name, value in values.items():
            setattr(person, name, value)
    _changed(seat, nomination, change)


def remove_person(seat: Seat, nomination: Nomination, person: NamedStaff) -> None:
    """Take a person off the list. Raises NotNow for the last one of an answer that was sent."""
    seat.need("name_staff")
    if nomination.sent_at is not None and len(nomination.staff) == 1:
        raise process.NotNow("This is the only person whom the team is to meet. Name somebody else first.")
    nomination.staff.remove(person)
    _changed(seat, nomination, {"removed": person.role})


def save_message(seat: Seat, nomination: Nomination, text: str) -> None:
    """Keep what the team should know before it comes."""
    seat.need("name_staff")
    if nomination.to_have_to_hand != text:
        nomination.to_have_to_hand = text
        _changed(seat, nomination, {"changed": "what the team should know"})


def send(seat: Seat, nomination: Nomination, sent_by: str) -> None:
    """Send the whole answer; the thanks go to whoever gave it. Raises NotNow when nobody is named."""
    seat.need("name_staff")
    if not nomination.staff:
        raise process.NotNow("Name at least one person before you send.")
    nomination.sent_at, nomination.sent_by, nomination.by_phone = utc_now(), sent_by, seat.actor.by_phone
    nomination.version += 1
    seat.opened()
    db.session.flush()
    process.take(seat.review, "name_staff", seat.actor, letters=_thanks(seat, nomination), staff=len(nomination.staff))


def refuse(seat: Seat, nomination: Nomination, reason: str) -> None:
    """Say that staff cannot be named, and why; the coordinators are told. A second click tells nobody again."""
    seat.need("cannot_name_staff")
    if nomination.sent_at is not None:
        raise process.NotNow("The staff are named already. To change a name, open the list of staff.")
    if nomination.cannot_reason == reason:
        return
    nomination.cannot_reason, nomination.cannot_at = reason, utc_now()
    nomination.version += 1
    seat.opened()
    process.take(seat.review, "cannot_name_staff", seat.actor, letters=_to_coordinators(seat.review))


def _changed(seat: Seat, nomination: Nomination, change: dict[str, Any]) -> None:
    nomination.version += 1
    seat.opened()
    db.session.flush()
    if nomination.sent_at is not None:
        process.take(seat.review, "name_staff", seat.actor, **change)


def _thanks(seat: Seat, nomination: Nomination) -> list[Letter]:
    review, link, contact = seat.review, seat.link, seat.review.contact
    if link is None and contact is not None:
        link = links.give(review, Purpose.ORGANISATION, contact.name, contact.email, role=contact.role)
    if link is None:
        return []
    people, by_phone = len(nomination.staff), nomination.by_phone
    to = (link.name, link.email)
    return [letters.draft("staff_named", to=to, review=review, link=link, people=people, by_phone=by_phone)]


def _to_coordinators(review: Review) -> list[Letter]:
    address = links.account_page("nominations.staff", reference=review.reference)
    people = db.session.scalars(db.select(Person).where(Person.holding(Role.COORDINATOR, review.borough_id)))
    return [
        letters.draft("staff_cannot_be_named", to=(each.name, each.email), review=review, address=address)
        for each in people
    ]
