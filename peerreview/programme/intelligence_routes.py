"""Why a review was chosen on local intelligence: a page of its own, on which reading is recorded (decision 0018)."""

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from peerreview import access, audit_trail, outbox
from peerreview.audit_trail import Actor
from peerreview.models import Category, Review
from peerreview.programme import bp, intelligence
from peerreview.programme import selection_queries as queries
from peerreview.programme.selection_forms import IntelligenceForm
from peerreview.wording import CATEGORIES
from peerreview.workflow import Role


@bp.get("/reviews/<reference>/intelligence", endpoint="intelligence")
@access.by(Role.COORDINATOR, Role.EXECUTIVE)
def read(reference: str) -> str:
    """Every version and who has read it; the reading is recorded."""
    review, actor = _chosen_or_404(reference)
    versions = list(review.intelligence)
    form = IntelligenceForm(formdata=None)
    if versions:
        form.category.data, form.reason.data = versions[0].category.value, versions[0].reason
    form.seen.data = str(versions[0].version if versions else 0)
    earlier = queries.readings(review)
    audit_trail.record_reading("intelligence", actor, review, restricted=True)
    return render_template(
        "programme/intelligence.html",
        review=review,
        form=form,
        versions=versions,
        readings=earlier,
        categories=CATEGORIES,
    )


@bp.post("/reviews/<reference>/intelligence", endpoint="write_intelligence")
@access.by(Role.COORDINATOR, Role.EXECUTIVE)
def write(reference: str) -> str | Response | tuple[str, int]:
    """A new version. What is refused comes back to its writer without what others wrote: that is read on the page."""
    review, actor = _chosen_or_404(reference)
    form = IntelligenceForm()
    if not form.validate():
        return render_template("programme/intelligence.html", review=review, form=form), 400
    seen = form.seen.data or ""
    try:
        intelligence.write(
            review,
            Category(form.category.data),
            form.reason.data or "",
            actor,
            seen=int(seen) if seen.isdecimal() else 0,
        )
    except intelligence.Newer as newer:
        return render_template("programme/intelligence.html", review=review, form=form, overtaken=str(newer)), 409
    outbox.commit()
    flash("Your version is kept. The earlier ones stay below it.", "done")
    return redirect(url_for(".intelligence", reference=reference))


def _chosen_or_404(reference: str) -> tuple[Review, Actor]:
    review, actor = access.review_as(reference, Role.COORDINATOR, Role.EXECUTIVE)
    if not review.is_chosen_on_intelligence:
        abort(404)
    return review, actor
