"""A reviewer's own notes, saved as they are typed, by compare-and-set: the second of two writers sees both texts."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from peerreview.extensions import db
from peerreview.models import Note, NoteKind, Person, Review, Standard, utc_now
from peerreview.workflow import Stage

OPEN_STAGES = frozenset({Stage.PLANNED, Stage.ARRANGING, Stage.PREPARING, Stage.REPORTING})
"""While these last notes can be written; afterwards they are read only."""


@dataclass(frozen=True)
class Saved:
    """The note as it now stands. ``won`` is false when another window had saved first: then nothing was changed."""

    text: str
    version: int
    won: bool


def are_open(review: Review) -> bool:
    """Whether notes can still be written for this review."""
    return review.stage in OPEN_STAGES


def of(review: Review, person: Person, kinds: frozenset[NoteKind]) -> dict[tuple[int | None, NoteKind], Note]:
    """Somebody's own notes by standard (none for the whole) and kind, in one query."""
    rows = db.session.scalars(
        db.select(Note).where(Note.review_id == review.id, Note.person_id == person.id, Note.kind.in_(kinds))
    )
    return {(note.standard_id, note.kind): note for note in rows}


def shared_by_others(review: Review, person: Person, standard: Standard | None) -> list[Note]:
    """What the rest of the team has shared about a standard, or about the whole."""
    return list(
        db.session.scalars(
            db.select(Note)
            .where(Note.review_id == review.id, Note.person_id != person.id, Note.shared, Note.text != "")
            .where(Note.standard_id == (standard.id if standard else None))
            .options(joinedload(Note.person))
            .order_by(Note.kind, Note.person_id)
        )
    )


def enquiries(review: Review, person: Person) -> list[Note]:
    """The lines of enquiry for the visit: one's own, and those that others have shared."""
    return list(
        db.session.scalars(
            db.select(Note)
            .where(Note.review_id == review.id, Note.kind == NoteKind.ENQUIRY, Note.text != "")
            .where((Note.person_id == person.id) | Note.shared)
            .options(joinedload(Note.person), joinedload(Note.standard))
            .order_by(Note.standard_id, Note.person_id)
        )
    )


def save(
    review: Review, person: Person, standard: Standard | None, kind: NoteKind, text: str, shared: bool, seen: int
) -> Saved:
    """Save one note. ``seen`` is the version on the writer's page, 0 for a note that was not there yet."""
    known = db.session.scalar(db.select(Note).where(*_which(review, person, standard, kind)))
    if known and (known.text, known.shared) == (text, shared):
        return Saved(text, known.version, True)
    if seen == 0:
        return _first(review, person, standard, kind, text, shared)
    changed = db.session.execute(
        update(Note)
        .where(*_which(review, person, standard, kind), Note.version == seen)
        .values(text=text, shared=shared, version=seen + 1, changed_at=utc_now())
    )
    if changed.rowcount == 1:  # type: ignore[attr-defined]
        return Saved(text, seen + 1, True)
    return _lost(review, person, standard, kind)


def _first(review: Review, person: Person, standard: Standard | None, kind: NoteKind, text: str, shared: bool) -> Saved:
    if not text:
        return Saved("", 0, True)
    note = Note(review_id=review.id, person_id=person.id, standard_id=standard.id if standard else None, kind=kind)
    note.text, note.shared = text, shared
    try:
        with db.session.begin_nested():
            db.session.add(note)
    except IntegrityError:
        return _lost(review, person, standard, kind)
    return Saved(text, 1, True)


def _lost(review: Review, person: Person, standard: Standard | None, kind: NoteKind) -> Saved:
    note = db.session.scalar(
        db.select(Note).where(*_which(review, person, standard, kind)).execution_options(populate_existing=True)
    )
    return Saved(note.text, note.version, False) if note else Saved("", 0, False)


def _which(
    review: Review, person: Person, standard: Standard | None, kind: NoteKind
) -> tuple[ColumnElement[bool], ...]:
    return (
        Note.review_id == review.id,
        Note.person_id == person.id,
        Note.standard_id == (standard.id if standard else None),
        Note.kind == kind,
    )
