"""The page about one document, shared by the organisation's link and the coordinator who records for it."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template
from werkzeug.wrappers import Response

from peerreview import links, outbox, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Document, DocumentRequest, Handling, Review
from peerreview.preparation import handing_in
from peerreview.preparation.forms import SHOWN_ANSWERS, AnswerForm


def wanted_or_404(review: Review, request_id: int) -> DocumentRequest:
    """One line of this review's list."""
    wanted = db.session.get(DocumentRequest, request_id)
    if wanted is None or wanted.review_id != review.id:
        abort(404)
    return wanted


def file_or_404(review: Review, request_id: int, document_id: int) -> Document:
    """A file that was handed in for one line of this review's list."""
    wanted = wanted_or_404(review, request_id)
    return next((document for document in wanted.files if document.id == document_id), None) or abort(404)


def pack_address(review: Review) -> str:
    """Where the team reads, for a letter: people sign in there."""
    return links.account_page("preparation.show", reference=review.reference)


def page(wanted: DocumentRequest, actor: Actor, back: str, removal: Callable[[int], str]) -> str | Response:
    """Show the page, or take the answer. ``removal``: where the button beside a file leads."""
    form = AnswerForm(data={"public_link": wanted.public_link, "reason": wanted.reason})
    if wanted.show_only:
        form.answers = SHOWN_ANSWERS
    if form.validate_on_submit() and _taken(wanted, form, actor):
        flash(f"Thank you. “{wanted.title}” is answered.", "done")
        return redirect(back)
    return render_template(
        "preparation/answer.html", review=wanted.review, wanted=wanted, form=form, back=back, removal=removal,
        by_phone=actor.by_phone, open=process.may(wanted.review, "hand_in_document", actor.role),
    )  # fmt: skip


def _taken(wanted: DocumentRequest, form: AnswerForm, actor: Actor) -> bool:
    """True when everything that was given is kept; files that could come in are kept either way."""
    handling = Handling(form.answer.data or "")
    if handling is not Handling.UPLOAD:
        handing_in.answer(wanted, handling, form.public_link.data or "", form.reason.data or "", actor)
        outbox.commit()
        return True
    refused = handing_in.hand_in(wanted, form.files.data or [], actor)
    outbox.commit()
    form.files.errors = refused
    return not refused
