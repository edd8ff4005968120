"""What people do with an import: begin, confirm, discard, undo. The worker does the rest (``import_work``).

Nothing of the register changes before somebody confirms. Every act is a compare-and-set of the import's state: of two
people one wins. The caller commits, and asks the worker.
"""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    ImportBorough,
    ImportKind,
    ImportState,
    Person,
    RegisterImport,
    RowFate,
    setting,
    utc_now,
)
from peerreview.organisations import importing
from peerreview.storage import Stored


def begin(kind: ImportKind, stored: Stored, person: Person) -> RegisterImport:
    """Take a file for the boroughs in which the person is a coordinator. Raises Busy."""
    return importing.begun(kind, stored, person.name, person)


def confirm(imported: RegisterImport, actor: Actor) -> bool:
    """Let the worker apply what the preview says. False when somebody was first."""
    done = _leave(imported, ImportState.READY, ImportState.APPLYING, confirmed_by=actor.name, confirmed_at=utc_now())
    if done:
        importing.record("confirm_import", imported, actor)
    return done


def discard(imported: RegisterImport, actor: Actor) -> bool:
    """Change nothing, and let others begin an import. False when somebody was first."""
    done = _leave(imported, ImportState.READY, ImportState.DISCARDED, ended_at=utc_now())
    if done:
        importing.let_go(imported)
        importing.record("discard_import", imported, actor)
    return done


def undo(imported: RegisterImport, actor: Actor) -> bool:
    """Let the worker put back what the import changed. False when somebody was first or it is too late. Raises Busy."""
    if undoable_until(imported, time_to_undo()) is None:
        return False
    ids = {each.borough_id for each in imported.boroughs}
    importing.nobody_else(ids)
    if not _leave(imported, ImportState.DONE, ImportState.UNDOING, undone_by=actor.name):
        return False
    try:
        db.session.execute(update(ImportBorough).where(ImportBorough.import_id == imported.id).values(held=True))
    except IntegrityError as problem:  # somebody began an import between the question and the answer
        db.session.rollback()
        raise importing.Busy("Somebody else") from problem
    importing.record("ask_to_undo_import", imported, actor)
    return True


def time_to_undo() -> timedelta:
    """How long after it was applied an import can be undone: a setting of the board."""
    return timedelta(days=setting("keep_imports"))


def undoable_until(imported: RegisterImport, keep: timedelta) -> datetime | None:
    """Until when it can be undone; None when it cannot, or when it changed nothing."""
    if imported.state is not ImportState.DONE or imported.rows_gone_at or not imported.counts.get(RowFate.APPLIED):
        return None
    until = (imported.ended_at or utc_now()) + keep
    return until if until > utc_now() else None


def _leave(imported: RegisterImport, before: ImportState, after: ImportState, **values: object) -> bool:
    """Compare-and-set of the state."""
    own = (RegisterImport.id == imported.id, RegisterImport.state == before)
    moved = db.session.scalar(
        update(RegisterImport)
        .where(*own)
        .values(state=after, trouble="", tries=0, **values)
        .returning(RegisterImport.id)
    )
    return moved is not None
