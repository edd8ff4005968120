"""The response period, for the coordinator: more time given or refused, or its end without a response."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox, process
from peerreview.audit_trail import Actor
from peerreview.filters import when
from peerreview.models import Review
from peerreview.reports import bp, period
from peerreview.reports.forms import VersionForm
from peerreview.reports.period_forms import ExtensionForm, RefusalForm, last_day
from peerreview.workflow import Role


@bp.route("/reviews/<reference>/response-deadline", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def deadline(reference: str) -> str | Response:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    form = _extension(review)
    if form.validate_on_submit():
        period.extend(review, form.until.data, actor, seen=form.seen)
        outbox.commit()
        flash(f"The response is now due by {when(review.response_due_at)}. The organisation has been told.", "done")
        return redirect(url_for("reports.show", reference=reference))
    return _page(review, actor, form, _refusal(review))


@bp.post("/reviews/<reference>/response-deadline/refusal")
@access.by(Role.COORDINATOR)
def refuse_more_time(reference: str) -> str | Response:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    form = RefusalForm()
    if form.validate_on_submit():
        period.refuse(review, form.asked_id, form.reason.data or "", actor)
        outbox.commit()
        flash("Refused. The organisation has been told, and can read your reason on its page.", "done")
        return redirect(url_for("reports.show", reference=reference))
    return _page(review, actor, _extension(review, blank=True), form)


@bp.post("/reviews/<reference>/response-end")
@access.by(Role.COORDINATOR)
def end(reference: str) -> Response:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    period.end(review, actor, seen=VersionForm().seen)
    outbox.commit()
    flash("Recorded: no response was received. This is not taken as agreement.", "done")
    return redirect(url_for("reports.show", reference=reference))


def _extension(review: Review, *, blank: bool = False) -> ExtensionForm:
    """Filled with the day that the organisation wishes for. ``blank``: another form of the page was sent."""
    asked, seen = review.asked_for_more_time, period.standing(review)
    filled = {"until": asked.wished_for if asked else None, "standing": seen.last_day, "asked": seen.asked_id}
    given = {"formdata": None} if blank else {}
    return ExtensionForm(data=filled, after=last_day(review), closed=review.closed_days, **given)


def _refusal(review: Review) -> RefusalForm:
    return RefusalForm(formdata=None, data={"asked": period.standing(review).asked_id})


def _page(review: Review, actor: Actor, form: ExtensionForm, refusal: RefusalForm) -> str:
    return render_template(
        "reports/deadline.html",
        review=review,
        form=form,
        refusal=refusal,
        page_has_errors=bool(form.errors or refusal.errors),
        asked=review.asked_for_more_time,
        reason=process.why_not(review, "extend_response", actor.role),
        end=VersionForm(formdata=None, data={"version": review.version}),
        not_over=process.why_not(review, "end_response_period", actor.role),
        still_accepted=review.response_is_still_accepted,
    )
