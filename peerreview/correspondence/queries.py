"""Whose messages are whose: loaded through what the person may see."""

from collections.abc import Sequence

from flask import abort
from sqlalchemy import select

from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import InboundMessage, Person
from peerreview.models.inbound import SETTLED
from peerreview.workflow import Role

SHOWN = 100
LATEST = 20  # of those that a person has dealt with


def waiting(person: Person) -> Sequence[InboundMessage]:
    """What needs a person, the oldest first."""
    return db.session.scalars(
        select(InboundMessage)
        .where(InboundMessage.needs_a_person(), InboundMessage.visible_to(person))
        .order_by(InboundMessage.id)
        .limit(SHOWN)
    ).all()


def dealt_with(person: Person) -> Sequence[InboundMessage]:
    """What a person has dealt with lately, the newest first."""
    return db.session.scalars(
        select(InboundMessage)
        .where(InboundMessage.dealt_with_at.is_not(None), InboundMessage.visible_to(person))
        .order_by(InboundMessage.dealt_with_at.desc())
        .limit(LATEST)
    ).all()


def is_theirs(message: InboundMessage, person: Person) -> bool:
    """Whether somebody may read and settle it: its review's coordinator, or for one of no review an administrator."""
    if message.review is not None:
        return person.holds(Role.COORDINATOR, message.review.borough_id)
    return person.holds(Role.ADMINISTRATOR) or person.boroughs_as(Role.COORDINATOR) is None


def message_or_404(number: int, person: Person) -> tuple[InboundMessage, Actor]:
    """A message that the person may settle, and as whom; otherwise 404."""
    message = db.session.get(InboundMessage, number)
    if message is None or message.verdict in SETTLED or not is_theirs(message, person):
        abort(404)
    borough_id = message.review.borough_id if message.review else None
    coordinates = person.holds(Role.COORDINATOR, borough_id)
    return message, Actor.of(person, Role.COORDINATOR if coordinates else Role.ADMINISTRATOR)
