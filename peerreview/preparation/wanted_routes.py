"""The coordinator's pages about documents: the list, the letter, and answers that came by phone or email."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox, process, storage
from peerreview.models import Review
from peerreview.preparation import answers, asking, bp, handing_in
from peerreview.preparation.forms import FinishForm, WantedForm
from peerreview.workflow import Role


@bp.route("/reviews/<reference>/documents-wanted", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def wanted(reference: str) -> str | Response:
    """The list. Two buttons: save it, or save it and ask the organisation."""
    review, actor = access.review_as(reference, Role.COORDINATOR)
    form = _list_form(review)
    if not form.validate_on_submit():
        return _list_page(review, form)
    try:
        asking.save_list(review, form.lines, form.due.data, actor)
    except asking.Kept as problem:
        form.form_errors.append(str(problem))
        return _list_page(review, form)
    if form.act.data == "send":
        asking.ask(review, actor, int(form.seen.data or 0) if (form.seen.data or "0").isdigit() else -1)
    outbox.commit()
    flash("The organisation has been asked." if form.act.data == "send" else "The list is saved.", "done")
    return redirect(url_for("preparation.wanted", reference=reference))


@bp.route("/reviews/<reference>/documents-wanted/<int:request_id>", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def answer(reference: str, request_id: int) -> str | Response:
    """What the organisation said or sent about one document, recorded for it."""
    review, actor = access.review_as(reference, Role.COORDINATOR)
    asked = answers.wanted_or_404(review, request_id)
    back = url_for("preparation.show", reference=reference)

    def removal(document_id: int) -> str:
        return url_for("preparation.removal", reference=reference, request_id=request_id, document_id=document_id)

    return answers.page(asked, actor.on_the_phone(), back, removal)


@bp.post("/reviews/<reference>/documents-wanted/<int:request_id>/files/<int:document_id>/removal")
@access.by(Role.COORDINATOR)
def removal(reference: str, request_id: int, document_id: int) -> Response:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    document = answers.file_or_404(review, request_id, document_id)
    handing_in.take_back(document, actor.on_the_phone())
    outbox.commit()
    storage.remove(document.key)
    flash(f"‘{document.filename}’ is taken away.", "done")
    return redirect(url_for("preparation.answer", reference=reference, request_id=request_id))


@bp.post("/reviews/<reference>/documents-wanted/completion")
@access.by(Role.COORDINATOR)
def completion(reference: str) -> Response:
    """The organisation has said that this is everything."""
    review, actor = access.review_as(reference, Role.COORDINATOR)
    if not FinishForm().validate_on_submit() or handing_in.unanswered(review):
        flash("Some documents have no answer yet. Record each of them first.", "warning")
    elif handing_in.finish(review, actor.on_the_phone(), answers.pack_address(review)):
        outbox.commit()
        flash("The team has been told that the pack is ready.", "done")
    return redirect(url_for("preparation.show", reference=reference))


def _list_form(review: Review) -> WantedForm:
    lines, seen = asking.lines_of(review), str(asking.last_asked(review))
    form: WantedForm = WantedForm(data={"rows": lines, "due": asking.likely_day(review), "seen": seen})
    return form


def _list_page(review: Review, form: WantedForm) -> str:
    return render_template(
        "preparation/wanted.html", review=review, form=form, asked=asking.last_asked(review),
        open=process.may(review, "ask_for_documents", Role.COORDINATOR),
    )  # fmt: skip
