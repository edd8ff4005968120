"""The worker's part of an import: reading the file, applying it, undoing it, and tidying up when its time is over.

An import is in one worker's hands for a while (a lease, renewed with every batch of rows). One that a crash or a
restart broke off is taken up again: a file is read from its beginning, and what is applied or undone is one
transaction, of which a crash leaves nothing. Why one transaction: decision 0015.
"""

import tempfile
from collections.abc import Callable
from datetime import timedelta
from typing import IO
from uuid import uuid4

import structlog
from sqlalchemy import ColumnElement, delete, or_, select, update

from peerreview import long_work, outbox, storage
from peerreview.extensions import db
from peerreview.models import (
    AT_WORK,
    ImportBorough,
    ImportRow,
    ImportState,
    Person,
    RegisterImport,
    RowFate,
    setting,
    utc_now,
)
from peerreview.organisations import importing
from peerreview.organisations.importing import HELD
from peerreview.organisations.sources import NotAnExtract

MOST_TRIES = 3
AT_ONCE = 5_000  # rows that are deleted in one transaction
GONE_WRONG = "Something went wrong here, and nothing in the register was changed. Try it again."
STOPPED = "The command that read it was stopped. Nothing in the register was changed."

log = structlog.get_logger(__name__)


class Stopped(Exception):
    """The worker is told to stop, or the import is in other hands by now."""


def work(stopping: Callable[[], bool] = lambda: False) -> None:
    """Do everything that waits, one import after the other."""
    while not stopping() and (lease := _take()) is not None:
        imported = db.session.scalars(select(RegisterImport).where(RegisterImport.lease == lease)).one()
        number = imported.id
        try:
            _do(imported, lease, stopping)
        except Stopped:
            db.session.rollback()
            _give_back(lease, timedelta(0), tried=False)
        except Exception as problem:
            db.session.rollback()
            _went_wrong(lease, problem)
        long_work.forget(name(number))


def name(import_id: int) -> str:
    """What the progress of an import is told under."""
    return f"import {import_id}"


def _take() -> str | None:
    lease, now = str(uuid4()), utc_now()
    free = or_(RegisterImport.leased_until.is_(None), RegisterImport.leased_until < now)
    chosen = select(RegisterImport.id).where(RegisterImport.state.in_(AT_WORK), free).order_by(RegisterImport.id)
    taken = update(RegisterImport).where(RegisterImport.id == chosen.limit(1).with_for_update().scalar_subquery(), free)
    taken = taken.values(lease=lease, leased_until=now + HELD, tries=RegisterImport.tries + 1)
    found = db.session.scalar(taken.returning(RegisterImport.id).execution_options(synchronize_session=False))
    outbox.commit()
    return None if found is None else lease


def _do(imported: RegisterImport, lease: str, stopping: Callable[[], bool]) -> None:
    number = name(imported.id)
    if imported.state is ImportState.READING:
        _read(imported, lease, stopping)
    else:
        is_undoing = imported.state is ImportState.UNDOING
        most = imported.counts.get(RowFate.APPLIED, 0) if is_undoing else imported.changes
        _mine(lease)
        act = importing.undo_rows if is_undoing else importing.apply_rows
        act(imported, lambda done: long_work.tell(number, done, most))
    outbox.commit()


def _read(imported: RegisterImport, lease: str, stopping: Callable[[], bool]) -> None:
    if imported.key is None:
        return importing.fail(imported, STOPPED)
    number, size, key = name(imported.id), imported.size, imported.key
    person = db.session.get(Person, imported.person_id) if imported.person_id else None

    def step() -> None:
        long_work.tell(number, copy.tell(), size)
        _mine(lease)
        outbox.commit()
        if stopping():
            raise Stopped

    with tempfile.TemporaryFile() as copy:
        _copy(key, copy)
        importing.read_rows(imported, copy, person, step)
    _mine(lease)
    imported.lease = imported.leased_until = None


def _copy(key: str, copy: IO[bytes]) -> None:
    """The file, where it can be read twice: to find its encoding, and its rows. No transaction is open meanwhile."""
    outbox.commit()
    for piece in storage.read(key):
        copy.write(piece)
    copy.seek(0)


def _mine(lease: str) -> None:
    """Hold it for a while longer, in the transaction that is open. Raises Stopped when somebody else has it by now."""
    held = update(RegisterImport).where(RegisterImport.lease == lease).values(leased_until=utc_now() + HELD)
    if db.session.scalar(held.returning(RegisterImport.id).execution_options(synchronize_session=False)) is None:
        raise Stopped


def _give_back(lease: str, wait: timedelta, *, tried: bool) -> None:
    values = {"lease": None, "leased_until": None} if not wait else {"leased_until": utc_now() + wait}
    own = update(RegisterImport).where(RegisterImport.lease == lease)
    db.session.execute(own.values(tries=RegisterImport.tries - (0 if tried else 1), **values))
    outbox.commit()


def _went_wrong(lease: str, problem: Exception) -> None:
    imported = db.session.scalar(select(RegisterImport).where(RegisterImport.lease == lease))
    if imported is None:
        return
    if isinstance(problem, NotAnExtract):
        importing.fail(imported, str(problem))
    elif imported.tries >= MOST_TRIES:
        log.error("import failed", number=imported.id, exc_info=problem)
        importing.fail(imported, GONE_WRONG)
    else:
        log.warning("import is tried again", number=imported.id, exc_info=problem)
        return _give_back(lease, timedelta(seconds=15 * imported.tries), tried=True)
    outbox.commit()


def tidy() -> None:
    """Each minute: previews that nobody confirmed in time, rows that can no longer be undone, files that were read."""
    over = utc_now() - timedelta(days=setting("keep_imports"))
    stale = (RegisterImport.state == ImportState.READY) & (RegisterImport.begun_at < over)
    for imported in db.session.scalars(select(RegisterImport).where(stale)):
        imported.state, imported.ended_at = ImportState.DISCARDED, utc_now()
        db.session.execute(update(ImportBorough).where(ImportBorough.import_id == imported.id).values(held=False))
    outbox.commit()
    useless = RegisterImport.state.in_((ImportState.DISCARDED, ImportState.FAILED))
    done = RegisterImport.state.in_((ImportState.DONE, ImportState.UNDONE)) & (RegisterImport.ended_at < over)
    _delete_rows(useless | done)
    read = RegisterImport.key.is_not(None) & (RegisterImport.state != ImportState.READING)
    for imported in db.session.scalars(select(RegisterImport).where(read)).all():
        storage.remove(imported.key or "")
        imported.key = None
        outbox.commit()


def _delete_rows(which: ColumnElement[bool]) -> None:
    over = select(RegisterImport).where(which, RegisterImport.rows_gone_at.is_(None))
    for imported in db.session.scalars(over).all():
        some = select(ImportRow.id).where(ImportRow.import_id == imported.id).limit(AT_ONCE)
        gone = delete(ImportRow).where(ImportRow.id.in_(some)).returning(ImportRow.id)
        while db.session.execute(gone.execution_options(synchronize_session=False)).first():
            outbox.commit()
        imported.rows_gone_at = utc_now()
        outbox.commit()
