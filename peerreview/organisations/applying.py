"""Writes what a preview says, exactly that, and puts it back again: the one home of both.

The caller has one transaction open, in which nobody else can write: a row is written when what it would change is still
as the preview says, otherwise it is skipped; and put back when it is still as it was written, otherwise it is left.
Rows go through in batches, so that memory does not grow with the file.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from sqlalchemy import ColumnElement, update

from peerreview.extensions import db
from peerreview.models import ImportRow, RegisterImport, RowFate, RowKind, Subject
from peerreview.organisations import applying_groups, applying_links, applying_organisations

BATCH = 500  # rows
Told = Callable[[int], object]  # how many rows are done
NO_CHANGE = (RowKind.KEPT, RowKind.REFUSED)


class Hand(Protocol):
    """What writes the rows about one subject. Each gives, for the rows that it did not do, why not."""

    def apply(self, rows: Sequence[ImportRow], said_by: str) -> dict[int, str]:
        """Write a batch of rows, and set ``subject_id`` of those that are new."""

    def undo(self, rows: Sequence[ImportRow]) -> dict[int, str]:
        """Put a batch of rows back."""


# In the order of applying; undone the other way round.
HANDS: dict[Subject, Hand] = {
    Subject.TRUST: applying_groups.Groups("trust"),
    Subject.FEDERATION: applying_groups.Groups("federation"),
    Subject.ORGANISATION: applying_organisations.Organisations(),
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


def _batches(imported: RegisterImport, *rules: ColumnElement[bool]) -> Iterator[list[ImportRow]]:
    last = 0
    chosen = db.select(ImportRow).where(ImportRow.import_id == imported.id, *rules).order_by(ImportRow.id).limit(BATCH)
    while rows := list(db.session.scalars(chosen.where(ImportRow.id > last))):
        last = rows[-1].id
        for row in rows:
            db.session.expunge(row)  # what a hand notes in them is written by _mark, all at once
        yield rows


def _mark(rows: Sequence[ImportRow], left: dict[int, str], done: RowFate, not_done: RowFate) -> None:
    """``subject_id`` was set by the hand; what differs is written in as few statements as there are answers."""
    values = [
        {"id": row.id, "fate": not_done if row.id in left else done, "why_left": left.get(row.id, "")[:500],
         "subject_id": row.subject_id}
        for row in rows
    ]  # fmt: skip
    db.session.execute(update(ImportRow), values)


def _fates(imported: RegisterImport) -> dict[str, int]:
    counted = db.select(ImportRow.fate, db.func.count()).where(ImportRow.import_id == imported.id)
    return {fate: number for fate, number in db.session.execute(counted.group_by(ImportRow.fate)) if fate is not None}
