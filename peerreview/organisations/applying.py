"""Writes what a preview says, exactly that, and puts it back again: the one home of both.

The caller has one transaction open, in which nobody else can write: a row is written when what it would change is still
as the preview says, otherwise it is skipped; and put back when it is still as it was written, otherwise it is left.
Rows go through in batches, so that memory does not grow with the file.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from typing import Protocol

from sqlalchemy import ColumnElement, bindparam, select, update

from peerreview.extensions import db
from peerreview.models import ImportRow, RegisterImport, RowFate, RowKind, Subject
from peerreview.organisations import applying_contacts, applying_groups, applying_links, applying_organisations
from peerreview.organisations.changes import Staged

BATCH = 500  # rows
Told = Callable[[int], object]  # how many rows are done
NO_CHANGE = (RowKind.KEPT, RowKind.REFUSED)
NEW = (RowKind.ADDED, RowKind.GROUP, RowKind.LINKED)  # may be of something that was not there before
ROWS = ImportRow.metadata.tables["import_row"]


class Hand(Protocol):
    """What writes the rows about one subject. Each gives, for the rows that it did not do, why not."""

    def apply(self, rows: Sequence[Staged], said_by: str) -> dict[int, str]:
        """Write a batch of rows, and set ``subject_id`` of those that are new."""

    def undo(self, rows: Sequence[Staged]) -> dict[int, str]:
        """Put a batch of rows back."""


# In the order of applying; undone the other way round.
HANDS: dict[Subject, Hand] = {
    Subject.TRUST: applying_groups.Groups("trust"),
    Subject.FEDERATION: applying_groups.Groups("federation"),
    Subject.ORGANISATION: applying_organisations.Organisations(),
    Subject.CONTACT: applying_contacts.Contacts(),
    Subject.SUCCESSION: applying_links.Successions(),
}


def apply(imported: RegisterImport, told: Told = lambda done: None) -> None:
    """Write every row of the preview, and count what became of them."""
    said_by = f"{imported.begun_by}, from {imported.filename}"[:200]
    done = 0
    for subject, hand in HANDS.items():
        for rows in _batches(imported, ImportRow.subject == subject, ImportRow.kind.not_in(NO_CHANGE)):
            _mark(rows, hand.apply(rows, said_by), RowFate.APPLIED, RowFate.SKIPPED)
            told(done := done + len(rows))
    imported.counts = imported.counts | _fates(imported)


def undo(imported: RegisterImport, told: Told = lambda done: None) -> None:
    """Put back every row that was written, and count what became of them."""
    done = 0
    for subject, hand in reversed(HANDS.items()):
        for rows in _batches(imported, ImportRow.subject == subject, ImportRow.fate == RowFate.APPLIED):
            _mark(rows, hand.undo(rows), RowFate.PUT_BACK, RowFate.LEFT)
            told(done := done + len(rows))
    imported.counts = imported.counts | _fates(imported)


def _batches(imported: RegisterImport, *rules: ColumnElement[bool]) -> Iterator[list[Staged]]:
    columns = [ROWS.c[each.name] for each in fields(Staged)]
    chosen = select(*columns).where(ImportRow.import_id == imported.id, *rules).order_by(ROWS.c.id).limit(BATCH)
    last = 0
    while rows := [Staged(*row) for row in db.session.execute(chosen.where(ROWS.c.id > last))]:
        last = rows[-1].id
        yield rows


def _mark(rows: Sequence[Staged], left: dict[int, str], done: RowFate, not_done: RowFate) -> None:
    """Keep what became of a batch, and the ``subject_id`` that the hand gave to what is new."""
    ids = [row.id for row in rows if row.id not in left]
    db.session.execute(update(ROWS).where(ROWS.c.id.in_(ids)).values(fate=done, why_left=""))
    own = update(ROWS).where(ROWS.c.id == bindparam("of_id"))
    if left:
        why = [{"of_id": number, "why": words[:500]} for number, words in left.items()]
        db.session.connection().execute(own.values(fate=not_done, why_left=bindparam("why")), why)
    new = [{"of_id": row.id, "new": row.subject_id} for row in rows if row.subject_id and row.kind in NEW]
    if new and done is RowFate.APPLIED:
        db.session.connection().execute(own.values(subject_id=bindparam("new")), new)


def _fates(imported: RegisterImport) -> dict[str, int]:
    counted = db.select(ImportRow.fate, db.func.count()).where(ImportRow.import_id == imported.id)
    return {fate: number for fate, number in db.session.execute(counted.group_by(ImportRow.fate)) if fate is not None}
