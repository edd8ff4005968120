"""Attach the copy of the organisation's own audit to its review (procedure, section 4)."""

from werkzeug.datastructures import FileStorage

from peerreview import process, storage
from peerreview.audit_trail import Actor
from peerreview.audits.loading import template_for
from peerreview.extensions import db
from peerreview.models import Document, DocumentKind, Review, utc_now
from peerreview.storage import Stored


def keep_copy(upload: FileStorage) -> Stored:
    """Judge and keep the file, with no transaction open meanwhile. Raises storage.Refused or storage.Away."""
    db.session.rollback()
    return storage.keep(upload.stream, upload.filename or "", allowed=storage.PDF_OR_WORD)


def attach(review: Review, stored: Stored, actor: Actor) -> Document:
    """Make the file the review's copy of the audit; the one before it is no longer shown. The caller commits.

    The same file sent twice, as by a double click, is one copy. The review also gets its self-assessment template
    here, the newest for its duty. Raises process.NotNow; the file is then taken out of the store again.
    """
    before = review.audit_copy
    if before is not None and before.sha256 == stored.sha256 and before.filename == stored.filename:
        storage.remove(stored.key)
        return before
    try:
        process.take(review, "attach_audit", actor, file=stored.filename, replaces=before.filename if before else "")
    except process.NotNow:
        storage.remove(stored.key)
        raise
    if before is not None:
        before.removed_at = utc_now()
    document = storage.row_of(stored, review, DocumentKind.AUDIT_COPY, actor.name)
    db.session.add(document)
    if review.audit_template is None and review.organisation is not None:
        review.audit_template = template_for(review.organisation)
    return document
