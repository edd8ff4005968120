"""The pack of a review, for the team and the coordinator, and the download of its documents."""

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from peerreview import access, audit_trail, notes, process, storage
from peerreview.extensions import db
from peerreview.models import Document, DocumentKind, NoteKind, Review, Standard
from peerreview.preparation import bp
from peerreview.workflow import Role

OURS = (DocumentKind.SUPPORTING, DocumentKind.VISIT_FILE)


@bp.get("/reviews/<reference>/preparation")
@access.by(Role.COORDINATOR, Role.REVIEWER)
def show(reference: str) -> str:
    review, _actor = access.declared_as(reference, Role.REVIEWER, Role.COORDINATOR)
    mine = notes.of(review, access.me(), frozenset({NoteKind.READING, NoteKind.ENQUIRY}))
    return render_template(
        "preparation/show.html", review=review, may=process.may, roles=access.roles_on(review), mine=mine,
        standards=standards_of(review), enquiries=notes.enquiries(review, access.me()), open=notes.are_open(review),
    )  # fmt: skip


@bp.get("/reviews/<reference>/documents/<int:document_id>")
@access.by(Role.COORDINATOR, Role.REVIEWER)
def document(reference: str, document_id: int) -> Response:
    """The file itself. Reading it is an event."""
    review, actor = access.declared_as(reference, Role.REVIEWER, Role.COORDINATOR)
    found = db.session.get(Document, document_id)
    if found is None or found.review_id != review.id or found.kind not in OURS or found.removed_at is not None:
        abort(404)
    answer = storage.send(found)
    if request.method == "GET":
        audit_trail.record_reading("document", actor, review, document=found.filename)
    return answer


def standards_of(review: Review) -> list[Standard]:
    """What the organisation assessed itself against; none before a template is chosen."""
    return list(review.audit_template.standards) if review.audit_template else []
