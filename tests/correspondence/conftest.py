"""An agreed visit whose invitations went out, and a way to let a message come in."""

from email.utils import parseaddr

import pytest

from peerreview import outbox
from peerreview.audit_trail import Actor
from peerreview.correspondence import reading, taking
from peerreview.dates import actions, participants
from peerreview.extensions import db
from peerreview.models import Delivery, Letter, utc_now
from peerreview.workflow import Role
from tests.builders import a_person, save
from tests.correspondence.shapes import Said, stamp
from tests.dates.conftest import a_ready_review, a_time

SERVER = "mail.board.example"


@pytest.fixture
def coordinator(app):
    """An account that coordinates in every borough."""
    person = a_person(Role.COORDINATOR)
    save()
    return person


@pytest.fixture
def actor(coordinator):
    return Actor.of(coordinator, Role.COORDINATOR)


@pytest.fixture
def agreed(actor):
    return an_agreed_review(actor)


def an_agreed_review(actor):
    """A review with an agreed visit; its invitations were handed over."""
    review = a_ready_review()
    actions.agree(review, actor, a_time(40))
    save()
    hand_over()
    return review


def hand_over():
    """Everything that waits has been sent, without a mail server."""
    db.session.execute(db.update(Letter).where(Letter.delivery == Delivery.WAITING).values(delivery=Delivery.SENT))
    save()


def come_in(raw, app):
    """Let one message come in, as the worker does; its row, or None if it was known."""
    config = app.config
    our_address = parseaddr(config["MAIL_DEFAULT_SENDER"])[1]
    message = reading.read(raw, our_address=our_address, authserv_id=SERVER)
    row = taking.take(message)
    outbox.commit()
    return row


def dee(review):
    """The member of staff who is needed, as invited now."""
    return next(p for p in participants.current(review) if p.name == "Dee Lead")


def held_by(review, participant):
    """Their invitation in force."""
    return review.visit.invited[participant.email]


def said_by(review, participant, **more):
    """What this person's calendar says to the invitation as it stands."""
    held = held_by(review, participant)
    values = {
        "uid": review.visit.uid,
        "who": participant.email,
        "sequence": held.sequence,
        "stamp": stamp(),
        "message_id": f"<{utc_now().timestamp()}@school.example>",
    }
    return Said(**{**values, **more})


def letters_named(name):
    rows = db.session.scalars(db.select(Letter).where(Letter.name == name).order_by(Letter.id))
    return [row.recipient_email for row in rows]
