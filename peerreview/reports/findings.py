"""What the visit found, offered to whoever writes: notes that were shared, and the reasons of the team's ratings.

Private notes stay private. A finding is put at the end of a section as it is; from then on it is the report's text, and
its writer makes sentences of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import joinedload

from peerreview import process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Note, NoteKind, PeerRating, ReportSection, Review, Standard, utc_now
from peerreview.reports import history, queries, writers, writing

KINDS = {NoteKind.READING: "Reading note", NoteKind.ENQUIRY: "Line of enquiry", NoteKind.VISIT: "Note from the visit"}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found. ``key`` names it in a form; ``source`` says whose it is and what it is about."""

    key: str
    source: str
    text: str

    def is_in(self, text: str) -> bool:
        """Whether a text has it already, however its lines are broken."""
        return " ".join(self.text.split()) in " ".join(text.split())


def of(review: Review) -> list[Finding]:
    """Everything that can be put into the text, in the order of the standards; first what is about the whole."""
    found = [*_notes(review), *_ratings(review)]
    return [finding for _place, finding in sorted(found, key=lambda each: each[0])]


def put_in(section: ReportSection, key: str, actor: Actor) -> bool:
    """Put a finding at the end of a section; False when it is there already, or is not shared any more.

    The report must be locked. Raises process.NotNow for a finished report, process.Overtaken while somebody else is
    writing there.
    """
    if queries.in_hand(section.report.review) is not section.report:
        raise process.NotNow("This report cannot be changed any more.")
    writing.must_be_free(section, actor)
    finding = next((each for each in of(section.report.review) if each.key == key), None)
    if finding is None or finding.is_in(section.text):
        return False
    writers.take(section, actor)
    section.text, section.version = "\n\n".join(filter(None, [section.text, finding.text])), section.version + 1
    section.changed_by, section.changed_at = actor.name, utc_now()
    history.keep(section.report, actor)
    return True


def _notes(review: Review) -> Iterator[tuple[tuple[int, int, int], Finding]]:
    rows = db.session.scalars(
        db.select(Note)
        .where(Note.review_id == review.id, Note.shared, Note.text != "")
        .options(joinedload(Note.person), joinedload(Note.standard))
    )
    for note in rows:
        about = _name(note.standard) if note.standard else "the whole"
        source = f"{KINDS[note.kind]} on {about}, {note.person.name}"
        yield (_position(note.standard), 0, note.id), Finding(f"note-{note.id}", source, note.text.strip())


def _ratings(review: Review) -> Iterator[tuple[tuple[int, int, int], Finding]]:
    rows = db.session.scalars(db.select(PeerRating).where(PeerRating.review_id == review.id, PeerRating.reason != ""))
    for row in rows:
        source = f"Reason for the team’s rating of {_name(row.standard)}"
        yield (_position(row.standard), 1, row.id), Finding(f"rating-{row.id}", source, row.reason.strip())


def _position(standard: Standard | None) -> int:
    return standard.position if standard else -1


def _name(standard: Standard) -> str:
    return f"{standard.code} {standard.title}"
