"""The files that show a point of the response."""

from collections.abc import Sequence

from peerreview import process, storage
from peerreview.models import DocumentKind, ResponsePoint, Review
from peerreview.storage import Stored

MOST_FILES = 10  # of one point


def attach(review: Review, point: ResponsePoint, kept: Sequence[Stored], by: str) -> None:
    """Add files that are in the store to a point; one that is there already stays one.

    Raises process.NotNow for too many; the store then keeps none of these.
    """
    there = {document.sha256 for document in point.files}
    fresh = {stored.sha256: stored for stored in kept if stored.sha256 not in there}
    is_too_many = len(there) + len(fresh) > MOST_FILES
    for stored in kept:
        if is_too_many or fresh.get(stored.sha256) is not stored:
            storage.remove(stored.key)
    if is_too_many:
        raise process.NotNow(f"A point has {MOST_FILES} files at most. Nothing was saved; your text is below.")
    point.evidence += [storage.row_of(stored, review, DocumentKind.EVIDENCE, by) for stored in fresh.values()]
