"""Recording what the Executive Group decided on a report."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox, process
from peerreview.meetings import bp, decisions
from peerreview.meetings.decisions import NewAction
from peerreview.meetings.forms import PresentForm
from peerreview.models import Outcome, Recommendation, Review, utc_now
from peerreview.workdays import local_day
from peerreview.workflow import Role


@bp.route("/reviews/<reference>/presentation", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def present(reference: str) -> str | Response:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    wanted = _recommendations(review)
    form = PresentForm(version=str(review.version), actions=[{"owner": r.owner, "due_on": r.due_on} for r in wanted])
    while len(form.actions) < len(wanted):  # left out of what was sent: refused as not filled in
        form.actions.append_entry()
    if form.validate_on_submit():
        named = [NewAction(r, p.owner.data, p.due_on.data) for r, p in zip(wanted, form.actions, strict=False)]
        seen, decision = int(form.version.data or 0), form.decision.data or ""
        decisions.present(review, Outcome(form.outcome.data), decision, named, actor, seen=seen)
        outbox.commit()
        flash("The report is recorded as presented, and the organisation is told.", "done")
        return redirect(url_for("meetings.show", meeting_id=review.paper.meeting_id if review.paper else 0))
    return render_template(
        "meetings/present.html",
        form=form,
        review=review,
        parts=list(zip(wanted, form.actions, strict=False)),
        reason=process.why_not(review, "present", actor.role),
        is_early=review.paper is not None and review.paper.meeting.held_on > local_day(utc_now()),
    )


def _recommendations(review: Review) -> list[Recommendation]:
    return list(review.final_report.recommendations) if review.final_report else []
