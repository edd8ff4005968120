"""The response period: a later deadline, or its end without a response."""

from datetime import date

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox, process
from peerreview.filters import when
from peerreview.models import Review, utc_now
from peerreview.reports import bp, issuing
from peerreview.reports.forms import ExtensionForm, VersionForm
from peerreview.workdays import local_day
from peerreview.workflow import Role


@bp.route("/reviews/<reference>/response-deadline", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def deadline(reference: str) -> str | Response:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    form = ExtensionForm(after=_earliest(review))
    if form.validate_on_submit():
        issuing.extend_response(review, form.until.data, actor)
        outbox.commit()
        flash(f"The response is now due by {when(review.response_due_at)}. The organisation has been told.", "done")
        return redirect(url_for("reports.show", reference=reference))
    return render_template(
        "reports/deadline.html",
        review=review,
        form=form,
        reason=process.why_not(review, "extend_response", actor.role),
        end=VersionForm(formdata=None, data={"version": review.version}),
        not_over=process.why_not(review, "end_response_period", actor.role),
        still_accepted=review.response_is_still_accepted,
    )


@bp.post("/reviews/<reference>/response-end")
@access.by(Role.COORDINATOR)
def end(reference: str) -> Response:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    issuing.end_response_period(review, actor, seen=VersionForm().seen)
    outbox.commit()
    flash("Recorded: no response was received. This is not taken as agreement.", "done")
    return redirect(url_for("reports.show", reference=reference))


def _earliest(review: Review) -> date:
    today = local_day(utc_now())
    return max(today, local_day(review.response_due_at)) if review.response_due_at else today
