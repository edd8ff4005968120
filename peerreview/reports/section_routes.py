"""One section beside what belongs to it: the team's comments, and what the visit found."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from peerreview import access, outbox
from peerreview.audit_trail import Actor
from peerreview.models import ReportSection, Review
from peerreview.reports import bp, commenting, findings, queries, writing
from peerreview.reports.history_routes import section_or_404
from peerreview.reports.routes import may_write
from peerreview.reports.words import SECTIONS
from peerreview.reports.writing_forms import CommentForm, FindingForm, SettleForm
from peerreview.reports.writing_routes import WRITERS, review_to_write


@bp.get("/reviews/<reference>/report/sections/<int:section_id>")
@access.by(*WRITERS)
def section(reference: str, section_id: int) -> str:
    review, actor = access.declared_as(reference, *WRITERS)
    return _page(review, section_or_404(review, section_id), actor, CommentForm(formdata=None))


@bp.post("/reviews/<reference>/report/sections/<int:section_id>")
@access.by(*WRITERS)
def comment(reference: str, section_id: int) -> ResponseReturnValue:
    review, actor = access.declared_as(reference, *WRITERS)
    about, form = section_or_404(review, section_id), CommentForm()
    if not form.validate():
        return _page(review, about, actor, form), 422
    commenting.add(about, form.text.data or "", actor)
    outbox.commit()
    flash("Your comment is there for the team.", "done")
    return redirect(url_for("reports.section", reference=reference, section_id=section_id))


@bp.post("/reviews/<reference>/report/sections/<int:section_id>/comments/<int:comment_id>")
@access.by(*WRITERS)
def settle(reference: str, section_id: int, comment_id: int) -> Response:
    review, actor = access.declared_as(reference, *WRITERS)
    said = commenting.of_section(section_or_404(review, section_id), comment_id) or abort(404)
    if SettleForm().is_done:
        commenting.resolve(said, actor)
    else:
        commenting.reopen(said)
    outbox.commit()
    return redirect(url_for("reports.section", reference=reference, section_id=section_id))


@bp.post("/reviews/<reference>/report/sections/<int:section_id>/findings")
@access.by(*WRITERS)
def put_in(reference: str, section_id: int) -> Response:
    review, actor = review_to_write(reference)
    about = section_or_404(review, section_id)
    writing.open_report(review)
    is_new = findings.put_in(about, FindingForm().key.data or "", actor)
    outbox.commit()
    flash("It stands at the end of the section now." if is_new else "It was in the text already.", "done")
    return redirect(url_for("reports.section", reference=reference, section_id=section_id))


def _page(review: Review, about: ReportSection, actor: Actor, form: CommentForm) -> str:
    is_in_hand = queries.in_hand(review) is about.report
    return render_template(
        "reports/section.html",
        review=review,
        about=about,
        title=SECTIONS[about.kind],
        form=form,
        is_in_hand=is_in_hand,
        findings=[(each, each.is_in(about.text)) for each in findings.of(review)] if is_in_hand else [],
        may_put_in=is_in_hand and may_write(review, actor),
    )
