"""What is done for an import, by the worker or by a command: begun, its rows read, applied, put back.

Nothing of the register changes before somebody confirms (``import_acts``), except by the command of the installation.
"""

import hashlib
from collections.abc import Callable, Collection
from datetime import timedelta
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
    RowKind,
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


def begun_by_command(kind: ImportKind, stream: BinaryIO, file_name: str, name: str) -> RegisterImport:
    """Take a file that is read where it lies, for every borough of the board. Raises Busy."""
    return begun(kind, _described(stream, file_name), name, None)


def begun(kind: ImportKind, stored: Stored, name: str, person: Person | None) -> RegisterImport:
    """Begin an import of a file, for the boroughs of the person, or (None) for all. Raises Busy."""
    scope = Scope.of(person)
    nobody_else(scope.own)
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
        nobody_else(scope.own)
        raise Busy("Somebody else") from problem
    return imported


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
    record("undo_import", imported, Actor(imported.undone_by or "", Role.COORDINATOR))


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


def nobody_else(borough_ids: Collection[int]) -> None:
    """Raise Busy when another import of one of these boroughs is not finished."""
    held = select(ImportBorough.import_id).where(ImportBorough.held, ImportBorough.borough_id.in_(borough_ids))
    other = db.session.scalar(select(RegisterImport).where(RegisterImport.id.in_(held)).limit(1))
    if other is not None:
        raise Busy(other.begun_by)


def _end(imported: RegisterImport, state: ImportState) -> None:
    imported.state, imported.ended_at, imported.tries = state, utc_now(), 0
    imported.lease = imported.leased_until = None
    let_go(imported)


def let_go(imported: RegisterImport) -> None:
    """Others may begin an import of its boroughs."""
    db.session.execute(update(ImportBorough).where(ImportBorough.import_id == imported.id).values(held=False))


def record(step: str, imported: RegisterImport, actor: Actor) -> None:
    """Keep in the trail who did what with it."""
    audit_trail.record(step, actor, facts={"file": imported.filename, "import": imported.id})
