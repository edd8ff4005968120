"""Deciding the points of the response."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, drafts, outbox, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Decision, ResponsePoint, Review
from peerreview.reports import bp, deciding, queries, words
from peerreview.reports.deciding import Verdict
from peerreview.reports.forms import DecisionForm
from peerreview.workflow import Role

DECIDERS = (Role.COORDINATOR, Role.REVIEWER)
KEPT = ("decision", "reason", "new_wording", "version")


@bp.get("/reviews/<reference>/decisions")
@access.by(*DECIDERS)
def decisions(reference: str) -> str:
    review, actor = access.declared_as(reference, *DECIDERS)
    report = queries.finished(review, "initial") or abort(404)
    if review.response is None or not (review.response.sent_at or review.response.none_received):
        return render_template("reports/no_response_yet.html", review=review)
    points = review.response.sent_points
    return render_template(
        "reports/decisions.html",
        review=review,
        content=queries.content_of(report),
        points=points,
        at=queries.points_at(points),
        decided=deciding.decided(review),
        following=deciding.next_open(review),
        may_decide=process.may(review, "decide_point", actor.role),
        changes={point.id: deciding.changed_wording(review, point, point.new_wording) for point in points},
        what_came_back=queries.what_came_back(review.response),
        words=words,
    )


@bp.route("/reviews/<reference>/decisions/<int:point_id>", methods=["GET", "POST"])
@access.by(*DECIDERS)
def decide(reference: str, point_id: int) -> str | Response | tuple[str, int]:
    review, actor = access.declared_as(reference, *DECIDERS)
    point = _sent_point_or_404(review, point_id)
    original = deciding.original(review, point)
    key = f"decision-{point.id}-{actor.person_id}"
    form = DecisionForm(original=original, data=_filled(point, original) | drafts.kept(key))
    if drafts.is_autosave():
        return drafts.keep(key, "decision", form, KEPT)
    if request.form.get("do") != "compare" and form.validate_on_submit():
        verdict = Verdict(Decision(form.decision.data), form.reason.data or "", form.wording)
        try:
            placed = deciding.decide(review, point, verdict, actor, seen=form.seen)
        except deciding.Changed:
            return _both(review, point, form, actor)
        drafts.forget(key)
        outbox.commit()
        flash(_said(point, placed), "done" if placed or not point.new_wording else "warning")
        return redirect(url_for("reports.decisions", reference=reference, _anchor=f"point-{point.id}"))
    return _page(review, point, form, actor)


def _both(review: Review, point: ResponsePoint, form: DecisionForm, actor: Actor) -> tuple[str, int]:
    db.session.rollback()
    form.version.data = str(point.version)
    form.reason.errors = [f"{point.decided_by} decided this point while you were writing. Their decision is below"]
    return _page(review, point, form, actor, is_theirs=True), 409


def _page(review: Review, point: ResponsePoint, form: DecisionForm, actor: Actor, *, is_theirs: bool = False) -> str:
    counted = deciding.decided(review)
    return render_template(
        "reports/decide.html",
        review=review,
        point=point,
        form=form,
        is_theirs=is_theirs,
        decided=counted,
        original=form.original,
        changes=deciding.changed_wording(review, point, form.wording),
        was_on_the_visit=any(member.person_id == actor.person_id for member in review.team),
        reason=process.why_not(review, "decide_point", actor.role),
        words=words,
    )


def _sent_point_or_404(review: Review, point_id: int) -> ResponsePoint:
    point = queries.point_of(review, point_id)
    if point is None or point.response.sent_at is None:
        abort(404)
    return point


def _filled(point: ResponsePoint, original: str) -> dict[str, object]:
    return {
        "decision": str(point.decision) if point.decision else None,
        "reason": point.decision_reason,
        "new_wording": point.new_wording or original,
        "version": point.version,
    }


def _said(point: ResponsePoint, placed: bool) -> str:
    if not point.new_wording:
        return "The decision is saved."
    if placed:
        return "The decision is saved, and the new wording stands in the final report."
    return "The decision is saved. Put the new wording into the final report by hand: its place was not found."
