"""Leases: a letter is in one worker's hands for a while, and what became of it is marked by that lease.

A worker that dies leaves its letters to the next sweep. The caller commits, so that no transaction is open while a
letter is sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog
from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from peerreview import links
from peerreview.extensions import db
from peerreview.models import Delivery, Letter, MailContact, utc_now

HELD = timedelta(minutes=15)
MOST_TRIES = 20  # with the waits between them about two and a half days
LONGEST_WAIT = timedelta(hours=4)

_TABLE = Letter.metadata.tables[Letter.__tablename__]

# Of the letters about one invitation: a newer one was written; an older one may be on its way.
_older, _newer = aliased(Letter), aliased(Letter)
_IS_REPLACED = Letter.invitation_id.is_not(None) & exists().where(
    _newer.invitation_id == Letter.invitation_id, _newer.id > Letter.id
)
_HAS_TO_WAIT = exists().where(
    _older.invitation_id == Letter.invitation_id, _older.id < Letter.id, _older.delivery == Delivery.WAITING
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Leased:
    """What is needed of a letter while no transaction is open; with the real links and codes in its texts."""

    id: int
    urgent: bool
    lease: str
    tries: int
    recipient_name: str
    recipient_email: str
    subject: str
    text: str
    html: str
    message_id: str
    in_reply_to: str | None
    calendar: bytes | None
    calendar_method: str | None
    written_at: datetime


def take(size: int) -> list[Leased]:
    """Take the next letters for ourselves for a while; a worker that dies leaves them to the next sweep.

    Of the letters about one invitation only the newest is sent, and never while an older one may be on its way: a
    calendar must not get the cancelling before the invitation.
    """
    now, lease = utc_now(), str(uuid4())
    db.session.execute(
        update(Letter)
        .where(_is_free(now), _IS_REPLACED)
        .values(delivery=Delivery.SUPERSEDED, lease=None, leased_until=None)
        .execution_options(synchronize_session=False)
    )
    chosen: list[int] = []
    for urgent in (True, False):
        chosen += db.session.scalars(
            select(Letter.id)
            .where(_is_free(now), Letter.urgent.is_(urgent), Letter.not_before <= now, ~_HAS_TO_WAIT)
            .order_by(Letter.id)
            .limit(size - len(chosen))
            .with_for_update(skip_locked=True)
        )
    rows = db.session.execute(
        update(Letter)
        .where(Letter.id.in_(chosen))
        .values(lease=lease, leased_until=now + HELD, tries=Letter.tries + 1)
        .returning(*(getattr(Letter, fact.name) for fact in fields(Leased)))
        .execution_options(synchronize_session=False)
    )
    taken = sorted((Leased(**row) for row in rows.mappings()), key=lambda letter: (not letter.urgent, letter.id))
    return [replace(letter, text=links.fill(letter.text), html=links.fill(letter.html)) for letter in taken]


def _is_free(now: datetime) -> ColumnElement[bool]:
    """Waiting, and in no worker's hands (or in those of one that died)."""
    return (Letter.delivery == Delivery.WAITING) & (Letter.leased_until.is_(None) | (Letter.leased_until < now))


def sent(letter: Leased) -> None:
    """The mail server has it."""
    _mark(letter, delivery=Delivery.SENT, sent_at=utc_now(), trouble="")


def put_off(letter: Leased, why: str) -> None:
    """Later, with growing waits; after the last try a person is shown it as "could not be delivered"."""
    if letter.tries >= MOST_TRIES:
        failed(letter, why)
    else:
        wait = min(timedelta(minutes=2 ** (letter.tries - 1)), LONGEST_WAIT)
        _mark(letter, not_before=utc_now() + wait, trouble=why)


def give_back(letters: Sequence[Leased], why: str | None = None) -> None:
    """Letters that were not tried: it counts as no try of theirs. With ``why``, not before the next sweep."""
    for letter in letters:
        values: dict[str, Any] = {"tries": letter.tries - 1}
        if why is not None:
            values |= {"trouble": why, "not_before": utc_now() + timedelta(minutes=1)}
        _mark(letter, **values)


def failed(letter: Leased, why: str) -> None:
    """It will never go like this: shown to a person as "could not be delivered"."""
    _mark(letter, delivery=Delivery.FAILED, trouble=why)


def note_contact(trouble: str = "") -> None:
    """Write down that the mail server was reached now, or why it was not."""
    now, insert = utc_now(), postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    values = {"tried_at": now, "trouble": trouble[:500]} | ({} if trouble else {"reached_at": now})
    noted = insert(MailContact).values(id=MailContact.ONLY, **values)
    db.session.execute(noted.on_conflict_do_update(index_elements=["id"], set_=values))


def _mark(letter: Leased, **values: Any) -> None:
    """Write down what became of a letter, if it is still ours, and let go of it."""
    if "trouble" in values:
        values["trouble"] = values["trouble"][:500]
    marked = db.session.connection().execute(
        update(_TABLE)
        .where(_TABLE.c.id == letter.id, _TABLE.c.lease == letter.lease)
        .values(lease=None, leased_until=None, **values)
    )
    if marked.rowcount != 1:
        log.warning("lease of a letter was lost", letter=letter.id)
