"""What the Executive Group decided on a report, the actions that follow, and the end of a review."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, audit_trail, outbox, process
from peerreview.access import me
from peerreview.audit_trail import Actor
from peerreview.meetings import bp, decisions, queries, words
from peerreview.meetings.decisions import NewAction
from peerreview.meetings.forms import CloseForm, DoneForm, PresentForm
from peerreview.models import Outcome, PersonalLink, Purpose, Recommendation, Review, utc_now
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


@bp.get("/actions", endpoint="actions")
@access.by(Role.COORDINATOR, Role.EXECUTIVE)
def action_list() -> str:
    """All of them, or those of one review, which can be closed from here when they have been followed up."""
    with_done, reference = request.args.get("show") == "all", request.args.get("review", "")
    found = queries.actions_for(me(), reference=reference, open_only=not with_done)
    review = access.review_as(reference, *queries.READERS)[0] if reference else None
    return render_template(
        "meetings/actions.html",
        actions=found,
        with_done=with_done,
        review=review,
        may_close=review is not None and _coordinates(review) and process.may(review, "close", Role.COORDINATOR),
        today=local_day(utc_now()),
        may_complete={a.id: _coordinates(a.review) and a.done_at is None for a in found},
    )


@bp.route("/actions/<int:action_id>", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def action(action_id: int) -> str | Response:
    found = queries.action_of(me(), action_id)
    if found is None:
        abort(404)
    form = DoneForm()
    if form.validate_on_submit():
        decisions.complete(found, form.note.data or "", Actor.of(me(), Role.COORDINATOR))
        outbox.commit()
        flash("The action is done.", "done")
        return redirect(url_for("meetings.actions", review=found.review.reference))
    return render_template("meetings/action.html", form=form, action=found)


@bp.route("/reviews/<reference>/closure", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def close(reference: str) -> str | Response:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    form = CloseForm(version=str(review.version))
    if form.validate_on_submit():
        decisions.close(review, actor, seen=int(form.version.data or 0))
        outbox.commit()
        flash("The review is closed.", "done")
        return redirect(url_for("reviews.show", reference=reference))
    still_open = [action for action in review.actions if action.done_at is None]
    reason = process.why_not(review, "close", actor.role)
    return render_template("meetings/close.html", form=form, review=review, still_open=still_open, reason=reason)


@bp.get("/my/<token>/meeting")
@access.by_link(Purpose.ORGANISATION, confidential=True)
def decision_by_link(link: PersonalLink) -> str:
    review = link.review
    if review.paper is not None and review.paper.presented_at is not None:
        audit_trail.record_reading("decision", Actor.behind(link), review)
    return render_template("meetings/decision.html", link=link, review=review, paper=review.paper, words=words)


def _coordinates(review: Review) -> bool:
    return me().holds(Role.COORDINATOR, review.borough_id)


def _recommendations(review: Review) -> list[Recommendation]:
    return list(review.final_report.recommendations) if review.final_report else []
