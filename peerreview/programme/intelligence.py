"""Add to why a review was chosen on local intelligence, or correct it. Versions are kept; no event says why."""

from peerreview import process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Category, Intelligence, Review


class Newer(Exception):
    """Somebody else has written a version that the writer has not read; ``str()`` is for the page."""


def write(review: Review, category: Category, reason: str, actor: Actor, *, seen: int) -> Intelligence:
    """A new version; the same words again are the same version. ``seen``: the version on the writer's page.

    Raises Newer when that is not the newest, process.NotNow for a review that was not chosen on local intelligence.
    """
    db.session.execute(db.select(Review.id).where(Review.id == review.id).with_for_update())
    newest: Intelligence | None = db.session.scalar(
        db.select(Intelligence)
        .where(Intelligence.review_id == review.id)
        .order_by(Intelligence.version.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if newest is not None and (newest.category, newest.reason) == (category, reason):
        return newest
    last = newest.version if newest else 0
    if newest is not None and last != seen:
        raise Newer(f"{newest.written_by} wrote version {last} while you were typing.")
    process.take(review, "write_intelligence", actor, restricted=True, version=last + 1)
    written = Intelligence(review=review, version=last + 1, category=category, reason=reason, written_by=actor.name)
    db.session.add(written)
    return written
