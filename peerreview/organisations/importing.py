"""An import from its beginning to its end: brought, previewed, confirmed or discarded, applied, and undone.

The file is read and the rows of its preview are written by the worker (``import_work``); nothing of the register
changes before somebody confirms. Every act is a compare-and-set of the import's state: of two people one wins.
"""

import hashlib
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from itertools import islice
from typing import BinaryIO

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from peerreview import audit_trail
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    ImportBorough,
    ImportKind,
    ImportRow,
    ImportState,
    Person,
    RegisterImport,
    RowFate,
    RowKind,
    setting,
    utc_now,
)
from peerreview.organisations import applying
from peerreview.organisations.comparing import ELSEWHERE, UNCHANGED, Scope
from peerreview.organisations.file_kinds import FILE_KINDS
from peerreview.organisations.outcome import Outcome
from peerreview.storage import Stored
from peerreview.workflow import Role

BATCH = 500  # rows: a few queries each, whatever is in them
HELD = timedelta(minutes=2)  # in one worker's hands, until the next batch
Step = Callable[[], object]  # called after each batch, while nothing of it is half done


class Busy(Exception):
    """Another import of one of the boroughs is not finished. ``by`` began it."""

    def __init__(self, by: str) -> None:
        super().__init__(f"{by} has begun an import that is not finished. Only one can be worked on at a time.")
        self.by = by


def begin(kind: ImportKind, stored: Stored, person: Person) -> RegisterImport:
    """Take a file for the boroughs in which the person is a coordinator. Raises Busy."""
    return _begin(kind, stored, person.name, person)


def begun_by_command(kind: ImportKind, stream: BinaryIO, file_name: str, name: str) -> RegisterImport:
    """Take a file that is read where it lies, for every borough of the board. Raises Busy."""
    return _begin(kind, _described(stream, file_name), name, None)


def _begin(kind: ImportKind, stored: Stored, name: str, person: Person | None) -> RegisterImport:
    scope = Scope.of(person)
    _nobody_else(scope.own)
    imported = RegisterImport(
        kind=kind, filename=stored.filename, size=stored.size, sha256=stored.sha256, key=stored.key or None,
        begun_by=name, person_id=person.id if person else None, counts={}, places={},
        boroughs=[ImportBorough(borough_id=each) for each in sorted(scope.own)],
    )  # fmt: skip
    db.session.add(imported)
    try:
        db.session.flush()
    except IntegrityError as problem:  # somebody else began between the question and the answer
        db.session.rollback()
        _nobody_else(scope.own)
        raise Busy("Somebody else") from problem
    return imported


def confirm(imported: RegisterImport, actor: Actor) -> bool:
    """Let the worker apply what the preview says. False when somebody was first."""
    done = _leave(imported, ImportState.READY, ImportState.APPLYING, confirmed_by=actor.name, confirmed_at=utc_now())
    if done:
        _record("confirm_import", imported, actor)
    return done


def discard(imported: RegisterImport, actor: Actor) -> bool:
    """Change nothing, and let others begin an import. False when somebody was first."""
    done = _leave(imported, ImportState.READY, ImportState.DISCARDED, ended_at=utc_now())
    if done:
        _let_go(imported)
        _record("discard_import", imported, actor)
    return done


def undo(imported: RegisterImport, actor: Actor) -> bool:
    """Let the worker put back what the import changed. False when somebody was first or it is too late. Raises Busy."""
    if undoable_until(imported, time_to_undo()) is None:
        return False
    ids = {each.borough_id for each in imported.boroughs}
    _nobody_else(ids)
    if not _leave(imported, ImportState.DONE, ImportState.UNDOING, undone_by=actor.name):
        return False
    db.session.execute(update(ImportBorough).where(ImportBorough.import_id == imported.id).values(held=True))
    _record("ask_to_undo_import", imported, actor)
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


def read_rows(imported: RegisterImport, stream: BinaryIO, person: Person | None, step: Step) -> None:
    """Write the rows of the preview. ``step`` may end the transaction. Raises NotAnExtract before the first row."""
    kind = FILE_KINDS[imported.kind]
    rows = kind.read(stream)
    comparison = kind.compare(Scope.of(person))
    db.session.execute(delete(ImportRow).where(ImportRow.import_id == imported.id))  # of a reading that broke off
    while batch := list(islice(rows, BATCH)):
        _write(imported, comparison.batch(batch))
        step()
    _write(imported, comparison.finish())
    imported.counts, imported.places = dict(comparison.counts), dict(comparison.places)
    imported.state, imported.tries = ImportState.READY, 0


def apply_rows(imported: RegisterImport, told: applying.Told = lambda done: None) -> None:
    """Write what was confirmed, in one transaction, and record it. The caller ends it."""
    applying.apply(imported, told)
    _end(imported, ImportState.DONE)
    actor = Actor(imported.confirmed_by or "", Role.COORDINATOR if imported.person_id else Role.SYSTEM)
    counts = {name: number for name, number in imported.counts.items() if number}
    audit_trail.record("import_register", actor, facts={"file": imported.filename, "import": imported.id, **counts})


def undo_rows(imported: RegisterImport, told: applying.Told = lambda done: None) -> None:
    """Put back what was applied, in one transaction, and record it. The caller ends it."""
    applying.undo(imported, told)
    _end(imported, ImportState.UNDONE)
    _record("undo_import", imported, Actor(imported.undone_by or "", Role.COORDINATOR))


def fail(imported: RegisterImport, words: str) -> None:
    """It cannot be read or applied, and nothing of it is in the register; an undoing leaves everything applied."""
    imported.trouble, done_at = words[:500], imported.ended_at
    was_undoing = imported.state is ImportState.UNDOING
    _end(imported, ImportState.DONE if was_undoing else ImportState.FAILED)
    imported.ended_at = done_at if was_undoing else imported.ended_at


def take_in(
    stream: BinaryIO,
    file_name: str,
    actor: Actor,
    step: Step = lambda: None,
    *,
    kind: ImportKind = ImportKind.EXTRACT,
) -> Outcome:
    """Read a file, and apply it at once; for the command of the installation. Raises NotAnExtract, Busy.

    The caller ends the transaction with ``outbox.commit``. With a ``step`` that does so after every batch of rows
    nobody waits while the file is read; the register changes in the last transaction either way.
    """
    imported = begun_by_command(kind, stream, file_name, actor.name)

    def in_hand() -> None:
        imported.lease, imported.leased_until = "command", utc_now() + HELD
        step()

    read_rows(imported, stream, None, in_hand)
    imported.state, imported.confirmed_by, imported.confirmed_at = ImportState.APPLYING, actor.name, utc_now()
    db.session.flush()
    apply_rows(imported)
    return outcome(imported)


def outcome(imported: RegisterImport) -> Outcome:
    """What it did, in numbers of organisations or links."""
    counts = imported.counts
    kinds = (RowKind.MOVED, RowKind.CLOSED, RowKind.OPENED, RowKind.CHANGED)
    told = Outcome(
        added=counts.get(RowKind.ADDED, 0) + counts.get(RowKind.LINKED, 0),
        changed=sum(counts.get(kind, 0) for kind in kinds),
        unchanged=counts.get(UNCHANGED, 0) + counts.get(RowKind.KEPT, 0),
        elsewhere=dict(imported.places),
        unknown=counts.get(ELSEWHERE, 0) - sum(imported.places.values()),
    )
    refused = select(ImportRow.number, ImportRow.reason).where(ImportRow.import_id == imported.id)
    for number, reason in db.session.execute(refused.where(ImportRow.kind == RowKind.REFUSED).order_by(ImportRow.id)):
        told.refuse(number or 0, reason)
    return told


def _described(stream: BinaryIO, file_name: str) -> Stored:
    """A file that is read where it lies."""
    sums, size, start = hashlib.sha256(), 0, stream.tell()
    while piece := stream.read(1 << 18):
        sums.update(piece)
        size += len(piece)
    stream.seek(start)
    return Stored("", file_name[:200], "text/csv", size, sums.hexdigest())


def _write(imported: RegisterImport, rows: list[dict[str, object]]) -> None:
    empty = {"key": "", "name": "", "subject_id": None, "reason": ""}
    if rows:
        values = [empty | row | {"import_id": imported.id} for row in rows]
        db.session.connection().execute(insert(ImportRow.__table__), values)  # type: ignore[arg-type]


def _nobody_else(borough_ids: Collection[int]) -> None:
    held = select(ImportBorough.import_id).where(ImportBorough.held, ImportBorough.borough_id.in_(borough_ids))
    other = db.session.scalar(select(RegisterImport).where(RegisterImport.id.in_(held)).limit(1))
    if other is not None:
        raise Busy(other.begun_by)


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


def _end(imported: RegisterImport, state: ImportState) -> None:
    imported.state, imported.ended_at, imported.tries = state, utc_now(), 0
    imported.lease = imported.leased_until = None
    _let_go(imported)


def _let_go(imported: RegisterImport) -> None:
    db.session.execute(update(ImportBorough).where(ImportBorough.import_id == imported.id).values(held=False))


def _record(step: str, imported: RegisterImport, actor: Actor) -> None:
    audit_trail.record(step, actor, facts={"file": imported.filename, "import": imported.id})
