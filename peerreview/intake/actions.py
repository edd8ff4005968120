"""Asking for a review, and deciding on a request. The caller commits."""

from dataclasses import dataclass
from typing import Any

from peerreview import letters, links, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    Borough,
    Contact,
    Letter,
    Organisation,
    ProgrammeYear,
    Purpose,
    Review,
    ReviewRequest,
    Selection,
)
from peerreview.workflow import Role


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Usable answers of the public form. Either an organisation of the register, or its name and borough."""

    organisation: Organisation | None = None
    given_name: str = ""
    borough: Borough | None = None
    organisation_details: str = ""
    name: str
    role: str
    email: str
    phone: str = ""
    audit: str
    why_now: str
    suits: str = ""
    does_not_suit: str = ""


def ask(asked: Asked, submission: str) -> Review:
    """A new request, with a letter to the person who asked.

    ``submission`` is the key of the form: the database takes one request with it, and raises IntegrityError for more.
    Raises ValueError without organisation and borough.
    """
    borough = asked.organisation.borough if asked.organisation else asked.borough
    if borough is None:
        raise ValueError("A request needs an organisation or a borough")
    review = Review(borough=borough, organisation=asked.organisation, selection=Selection.REQUEST)
    review.given_name = asked.given_name
    review.request = ReviewRequest(
        submission=submission,
        name=asked.name,
        role=asked.role,
        email=asked.email,
        phone=asked.phone,
        why_now=asked.why_now,
        audit=asked.audit,
        suits=asked.suits,
        does_not_suit=asked.does_not_suit,
        organisation_details=asked.organisation_details,
    )
    process.begin(review, "request", Actor(asked.name, Role.ORGANISATION))
    db.session.add(_to_requester("request_received", review))
    return review


def match(review: Review, organisation: Organisation, actor: Actor) -> None:
    """Say which organisation of the register a request is about; its borough becomes the review's."""
    review.organisation, review.borough = organisation, organisation.borough
    process.take(review, "match_organisation", actor, organisation=organisation.name)


def accept(
    review: Review, year: ProgrammeYear, actor: Actor, *, seen: int | None = None, is_contact: bool = False
) -> None:
    """Take the request into a programme year. ``is_contact``: the notice goes to the person who asked.

    Raises process.Overtaken when somebody else decided first.
    """
    letter = _to_requester("request_accepted", review, year=year.label)
    review.programme_year = year
    if is_contact and review.organisation is not None:
        review.contact = _as_contact(review.organisation, review)
    process.take(review, "accept", actor, seen=seen, letters=[letter], year=year.label)


def decline(review: Review, reason: str, actor: Actor, *, seen: int | None = None) -> None:
    """Turn the request down; the person who asked reads the reason. Raises process.Overtaken as ``accept``."""
    letter = _to_requester("request_declined", review, reason=reason)
    review.end_reason = reason
    process.take(review, "decline", actor, seen=seen, letters=[letter])


def _to_requester(name: str, review: Review, **facts: Any) -> Letter:
    asked = review.request
    if asked is None:
        raise ValueError(f"{review.reference} was not asked for")
    link = links.give(review, Purpose.REQUESTER, asked.name, asked.email, role=asked.role)
    return letters.draft(name, to=(asked.name, asked.email), review=review, link=link, **facts)


def _as_contact(organisation: Organisation, review: Review) -> Contact:
    """The requester among the organisation's contacts; added when not there yet."""
    asked = review.request
    if asked is None:
        raise ValueError(f"{review.reference} was not asked for")
    known = (c for c in organisation.contacts if c.ended_at is None and c.email.lower() == asked.email.lower())
    contact = next(known, None)
    if contact is None:
        contact = Contact(name=asked.name, role=asked.role, email=asked.email, phone=asked.phone)
        organisation.contacts.append(contact)
    return contact
