"""The organisation hands in documents through its personal link."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from peerreview import access, links, outbox, process, storage
from peerreview.audit_trail import Actor
from peerreview.models import PersonalLink, Purpose, utc_now
from peerreview.preparation import answers, bp, handing_in
from peerreview.preparation.forms import FinishForm
from peerreview.workflow import Role


@bp.route("/my/<token>/documents", methods=["GET", "POST"])
@access.by_link(Purpose.ORGANISATION)
def documents_by_link(link: PersonalLink) -> str | Response:
    """The list; its form says that this is everything."""
    review, token = link.review, links.token(link)
    form = FinishForm()
    if form.validate_on_submit():
        if handing_in.unanswered(review):
            form.form_errors.append("Some documents have no answer yet: see the list below")
        else:
            if handing_in.finish(review, Actor.behind(link), answers.pack_address(review)):
                outbox.commit()
            flash("Thank you. The team has been told that this is everything.", "done")
            return redirect(url_for("preparation.documents_by_link", token=token))
    return render_template(
        "preparation/documents_by_link.html", review=review, token=token, form=form,
        open=process.may(review, "hand_in_document", Role.ORGANISATION), unanswered=handing_in.unanswered(review),
    )  # fmt: skip


@bp.route("/my/<token>/documents/<int:request_id>", methods=["GET", "POST"])
@access.by_link(Purpose.ORGANISATION)
def answer_by_link(link: PersonalLink, request_id: int) -> str | Response:
    wanted, token = answers.wanted_or_404(link.review, request_id), links.token(link)

    def removal(document_id: int) -> str:
        return url_for("preparation.removal_by_link", token=token, request_id=request_id, document_id=document_id)

    return answers.page(wanted, Actor.behind(link), url_for("preparation.documents_by_link", token=token), removal)


@bp.post("/my/<token>/documents/<int:request_id>/files/<int:document_id>/removal")
@access.by_link(Purpose.ORGANISATION)
def removal_by_link(link: PersonalLink, request_id: int, document_id: int) -> Response:
    document = answers.file_or_404(link.review, request_id, document_id)
    link.opened_at = link.opened_at or utc_now()
    handing_in.take_back(document, Actor.behind(link))
    outbox.commit()
    storage.remove(document.key)
    flash(f"‘{document.filename}’ is taken away.", "done")
    return redirect(url_for("preparation.answer_by_link", token=links.token(link), request_id=request_id))
