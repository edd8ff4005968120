"""Sending a letter that could not be delivered again, to an address that is mended wherever it is kept."""

from sqlalchemy import func, select

from peerreview import audit_trail, outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Letter, Person, Review
from peerreview.workflow import Role


class Taken(Exception):
    """Somebody else signs in with this address already."""


def mend(letter: Letter, email: str, actor: Actor) -> None:
    """Send a letter again, to a mended address, and keep the address where later letters take it from.

    Only an administrator's mending changes the address that somebody signs in with. Raises Taken, and ValueError as
    ``outbox.send_again``.
    """
    old = letter.recipient_email.lower()
    outbox.send_again(letter, email)
    if old == email.lower():
        return
    if letter.review is not None:
        _in_review(letter.review, old, email)
    if actor.role is Role.ADMINISTRATOR:
        _in_account(old, email.lower())
    audit_trail.record("mend_address", actor, letter.review, facts={"to": letter.recipient_name})


def _in_review(review: Review, old: str, email: str) -> None:
    if review.contact and review.contact.email.lower() == old:
        review.contact.email = email
    taken = {(link.purpose, link.email) for link in review.links}
    for link in review.links:
        if link.email == old and (link.purpose, email.lower()) not in taken:
            link.email = email.lower()


def _in_account(old: str, email: str) -> None:
    known = {
        person.email.lower(): person
        for person in db.session.scalars(select(Person).where(func.lower(Person.email).in_([old, email])))
    }
    if old in known and email in known:
        raise Taken(f"{known[email].name} signs in with this address already")
    if old in known:
        known[old].email = email
