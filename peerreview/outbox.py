"""The only commit, and the only hand-over to the mail server.

A letter is a row of its act's own transaction. Afterwards a worker leases it, sends it with no transaction open, and
marks it by its lease. A crash at the instant of hand-over may repeat one letter, with the same Message-ID (RFC 1047);
a power cut may repeat those of one batch, whose marks wait for the next batch to be safe on the disk.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import timedelta
from functools import cache, partial
from time import monotonic
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import event
from sqlalchemy.orm import object_session

from peerreview import leases
from peerreview.extensions import db, reading_only
from peerreview.leases import Leased
from peerreview.mailing import Connection, Mail
from peerreview.mailing import Letter as Message
from peerreview.models import Delivery, Letter, utc_now
from peerreview.undelivered import PutOff, Refused, Unreachable

BATCH = 20  # letters: an urgent one waits for at most so many
SLOWEST = timedelta(minutes=5)  # one letter with every time-out: no letter is begun with less of the lease left

log = structlog.get_logger(__name__)


def commit() -> None:
    """End the act: everything it changed and every letter it wrote become true together, or nothing does.

    Afterwards the worker is woken when there are letters; a lost wake-up only waits for the next sweep.
    Raises RuntimeError in a GET or HEAD, which must change nothing.
    """
    if reading_only():
        raise RuntimeError("A GET or HEAD request must not change anything")
    db.session.commit()
    wake: Callable[[], None] | None = current_app.extensions.get("wake_worker")
    if db.session.info.pop("wrote_letters", False) and wake is not None:
        wake()


@event.listens_for(Letter, "after_insert")
def _remember(_mapper: Any, _connection: Any, letter: Letter) -> None:
    session = object_session(letter)
    if session is not None:
        session.info["wrote_letters"] = True


def send_again(letter: Letter, email: str | None = None) -> None:
    """Put a letter that could not be delivered back into the queue, to a mended address when one is given.

    Raises ValueError for a letter in another state, and for an invitation to another address: its calendar names the
    old one, so the participant's address is changed instead.
    """
    if letter.delivery is not Delivery.FAILED:
        raise ValueError("only a letter that could not be delivered is sent again")
    if email is not None and email != letter.recipient_email:
        if letter.calendar is not None:
            raise ValueError("an invitation names its address: change it on the page of the dates")
        letter.recipient_email = email
    letter.delivery, letter.tries, letter.trouble = Delivery.WAITING, 0, ""
    letter.not_before = letter.queued_at = utc_now()


def deliver_waiting(stopping: Callable[[], bool] = lambda: False) -> int:
    """Hand over every letter whose time has come, urgent ones first; how many were handed over.

    ``stopping`` is asked between letters, so that a worker that is told to stop does so cleanly. Several workers may
    run at once. Without a mail server (sample mode) being handed over means being readable in the app.
    """
    sent = 0
    with ExitStack() as until_the_end:
        line = cache(lambda: until_the_end.enter_context(Mail().connect()))  # one for all, once a letter needs it
        while batch := _take_batch():
            handed_over, reachable = _hand_over(batch, line, stopping)
            sent += handed_over
            if not reachable or stopping():
                break
    return sent


def _take_batch() -> list[Leased]:
    batch = leases.take(BATCH)
    commit()
    return batch


def _hand_over(
    batch: Sequence[Leased], line: Callable[[], Connection], stopping: Callable[[], bool]
) -> tuple[int, bool]:
    """Send a batch: how many went, and whether the mail server is there for more."""
    if not current_app.config["MAIL_SERVER"]:
        for letter in batch:
            leases.sent(letter)
        commit()
        return len(batch), True
    sent, ends = 0, monotonic() + (leases.HELD - SLOWEST).total_seconds()
    waiting, trouble = list(batch), ""
    try:
        while waiting and monotonic() < ends and not stopping():
            sent += _send(line(), waiting[0])
            del waiting[0]
    except Unreachable as failure:
        trouble = failure.words
        log.warning("mail server unreachable", why=trouble)
    leases.give_back(waiting, trouble or None)
    leases.note_contact(trouble)
    commit()
    return sent, not trouble


def _send(connection: Connection, letter: Leased) -> bool:
    """Send one letter and mark what became of it. Raises Unreachable when the trouble is not this letter's."""
    try:
        connection.send(Message(letter))
    except Unreachable:
        raise
    except PutOff as failure:
        mark = partial(leases.put_off, letter, failure.words)
    except Refused as failure:
        mark = partial(leases.failed, letter, failure.words)
    except Exception:  # one letter that cannot be written stops nobody else's
        log.exception("letter cannot be made into a message", letter=letter.id)
        mark = partial(leases.failed, letter, "This letter could not be made into a message.")
    else:
        mark = partial(leases.sent, letter)
    db.session.connection(execution_options={"durable": False})  # waiting for the disk takes longer than sending
    mark()
    commit()
    return mark.func is leases.sent
