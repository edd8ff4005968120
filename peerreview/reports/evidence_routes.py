"""The files that show a point of the response: read by the organisation, and by the team once they are sent."""

from flask import abort, flash, redirect, url_for
from werkzeug.wrappers import Response

from peerreview import access, audit_trail, links, outbox, storage
from peerreview.audit_trail import Actor
from peerreview.models import Document, PersonalLink, Purpose, ResponsePoint, Review
from peerreview.reports import bp, queries, responding
from peerreview.workflow import Role


@bp.get("/my/<token>/response/points/<int:point_id>/files/<int:document_id>")
@access.by_link(Purpose.ORGANISATION, confidential=True)
def evidence_by_link(link: PersonalLink, point_id: int, document_id: int) -> Response:
    return _send(link.review, point_id, document_id, Actor.behind(link))


@bp.post("/my/<token>/response/points/<int:point_id>/files/<int:document_id>/removal")
@access.by_link(Purpose.ORGANISATION, confidential=True)
def remove_evidence_by_link(link: PersonalLink, point_id: int, document_id: int) -> Response:
    point = queries.point_of(link.review, point_id) or abort(404)
    document = _of(point, document_id) or abort(404)
    responding.take_away(link.review, point, document)
    outbox.commit()
    storage.remove(document.key)
    flash(f"{document.filename} is taken away.", "done")
    return redirect(url_for("reports.point_by_link", token=links.token(link), point_id=point.id))


@bp.get("/reviews/<reference>/response/points/<int:point_id>/files/<int:document_id>")
@access.by(Role.COORDINATOR, Role.REVIEWER)
def evidence(reference: str, point_id: int, document_id: int) -> Response:
    review, actor = access.declared_as(reference, Role.COORDINATOR, Role.REVIEWER)
    if review.response is None or review.response.sent_at is None:
        abort(404)
    return _send(review, point_id, document_id, actor)


def _send(review: Review, point_id: int, document_id: int, actor: Actor) -> Response:
    point = queries.point_of(review, point_id)
    document = _of(point, document_id) if point is not None else None
    if document is None or document.removed_at is not None:
        abort(404)
    audit_trail.record_reading("evidence", actor, review, point=point_id)
    return storage.send(document)


def _of(point: ResponsePoint, document_id: int) -> Document | None:
    return next((document for document in point.evidence if document.id == document_id), None)
