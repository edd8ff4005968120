"""Reading the mailbox: each message in a transaction of its own, and marked as seen only after that.

How far the mailbox was read is in the database, with what the messages did: a crash repeats nothing and loses
nothing, and a person who reads the mailbox takes no answer from us. One bad message stops nobody.
"""

import hashlib
from collections import Counter
from datetime import timedelta
from email.utils import parseaddr

import structlog
from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from peerreview import outbox
from peerreview.correspondence import reading, taking
from peerreview.correspondence.mailbox import Mailbox, Unreachable
from peerreview.extensions import db
from peerreview.models import InboundMessage, InboxPlace, Verdict, utc_now
from peerreview.models.inbound import SETTLED
from peerreview.workdays import local_day

FIRST_LOOK = timedelta(days=30)  # of a mailbox that was never read
MOST = 200  # messages of one run; the next minute goes on

log = structlog.get_logger(__name__)


def fetch() -> Counter[Verdict]:
    """Read what is new, and count what it was. Raises Unreachable."""
    done: Counter[Verdict] = Counter()
    with Mailbox(current_app.config) as mailbox:
        next_uid = _place(mailbox.validity).next_uid
        outbox.commit()
        day = local_day(utc_now() - FIRST_LOOK) if next_uid == 1 else None
        for uid, size in list(mailbox.since(next_uid, day).items())[:MOST]:
            raw, cut = mailbox.fetch(uid, size)
            verdict = _handle(raw, cut, uid, mailbox.validity)
            if verdict is not None:
                done[verdict] += 1
            if verdict is None or verdict in SETTLED:
                mailbox.mark_seen([uid])
    return done


def fetch_when_configured() -> None:
    """Each minute, by the worker. Trouble is logged, and over by itself when the server is back."""
    if current_app.config["IMAP_SERVER"]:
        try:
            done = fetch()
        except Unreachable as trouble:
            log.warning("mailbox unreachable", why=trouble.words)
        else:
            if done:
                log.info("mailbox read", **{str(verdict): number for verdict, number in done.items()})


def _handle(raw: bytes, cut: bool, uid: int, validity: int) -> Verdict | None:
    """One message from its bytes to its row; None when there was nothing to do. Raises OperationalError: the trouble
    is the database's, and the message waits for the next minute."""
    try:
        if _place(validity).next_uid > uid:
            return None  # another process was faster
        verdict = _take(raw, cut)
    except OperationalError:
        db.session.rollback()
        raise
    except Exception:  # whatever one message does to us, the others are read
        log.exception("message could not be handled", uid=uid)
        db.session.rollback()
        verdict = _unreadable(raw)
    place = _place(validity)
    place.next_uid = max(place.next_uid, uid + 1)
    outbox.commit()
    return verdict


def _take(raw: bytes, cut: bool) -> Verdict | None:
    if not raw:
        return None
    our_address = parseaddr(current_app.config["MAIL_DEFAULT_SENDER"])[1]
    message = reading.read(raw, our_address=our_address, authserv_id=current_app.config["MAIL_AUTHSERV_ID"], cut=cut)
    row = taking.take(message)
    return row.verdict if row is not None else None


def _unreadable(raw: bytes) -> Verdict | None:
    """The least that can be written down of a message; nothing of what it says."""
    key = hashlib.sha256(raw).hexdigest()
    if db.session.scalar(select(InboundMessage.id).where(InboundMessage.key == key)) is not None:
        return None
    db.session.add(InboundMessage(key=key, verdict=Verdict.UNREADABLE))
    return Verdict.UNREADABLE


def _place(validity: int) -> InboxPlace:
    """How far this folder was read; from the start again when the server has numbered it anew."""
    config = current_app.config
    folder = f"{config['IMAP_USERNAME']}@{config['IMAP_SERVER']}/{config['IMAP_FOLDER']}"[:300]
    place = db.session.scalar(select(InboxPlace).where(InboxPlace.folder == folder).with_for_update())
    if place is None:
        place = InboxPlace(folder=folder, validity=validity, next_uid=1)
        db.session.add(place)
    elif place.validity != validity:
        place.validity, place.next_uid = validity, 1
    return place
