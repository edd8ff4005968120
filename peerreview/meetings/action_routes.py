"""The actions for coordinators and the Executive Group: the list, one action, verifying it; and closing a review."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, audit_trail, outbox, process, storage
from peerreview.access import me
from peerreview.audit_trail import Actor
from peerreview.filters import day
from peerreview.forms import options
from peerreview.meetings import bp, following, queries, updating, words
from peerreview.meetings.forms import CloseEarlyForm, CloseForm, QuestionForm, VerifyForm
from peerreview.models import Action, Review, Verification, utc_now
from peerreview.workdays import local_day
from peerreview.workflow import Role


@bp.get("/actions", endpoint="actions")
@access.by(*queries.READERS)
def action_list() -> str:
    """All of them, or those of one review, which can be closed from here when they have been followed up."""
    reference, asked = request.args.get("review", ""), request.args.get("show", "open")
    show, today = asked if asked in queries.SHOWN else "open", local_day(utc_now())
    review = access.review_as(reference, *queries.READERS)[0] if reference else None
    return render_template(
        "meetings/actions.html",
        actions=queries.actions_for(me(), today, reference=reference, show=show),
        show=show,
        review=review,
        words=words,
        may_close=review is not None and _may_close(review),
        today=today,
    )


@bp.route("/actions/<int:action_id>", methods=["GET", "POST"])
@access.by(*queries.READERS)
def action(action_id: int) -> str | Response:
    """How it is going; a coordinator verifies it here."""
    found = _action_or_404(action_id)
    form = _verify_form(found)
    if request.method == "POST" and not _coordinates(found.review):
        abort(404)
    if form.validate_on_submit():
        how = Verification(form.how.data)
        later = _later(found, form) if how is Verification.NEXT_REVIEW else None
        closed = following.verify(found, how, form.note.data or "", Actor.of(me(), Role.COORDINATOR), later=later)
        outbox.commit()
        flash("The action is done, and with it the review is closed." if closed else "The action is done.", "done")
        return redirect(url_for("meetings.actions", review=found.review.reference, show="all"))
    return render_template(
        "meetings/action.html", form=form, action=found, words=words, coordinates=_coordinates(found.review),
        is_last=sum(each.done_at is None for each in found.review.actions) == 1, today=local_day(utc_now()),
    )  # fmt: skip


@bp.route("/actions/<int:action_id>/question", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def action_question(action_id: int) -> str | Response:
    """Say what is still missing."""
    found = _action_or_404(action_id, Role.COORDINATOR)
    form = QuestionForm()
    if form.validate_on_submit():
        following.ask_for_more(found, form.text.data or "", Actor.of(me(), Role.COORDINATOR))
        outbox.commit()
        flash("The organisation is told that more is needed.", "done")
        return redirect(url_for("meetings.action", action_id=found.id))
    return render_template("meetings/question.html", form=form, action=found)


@bp.route("/actions/<int:action_id>/update", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def action_by_phone(action_id: int) -> Any:
    """What the organisation said by phone."""
    found = _action_or_404(action_id, Role.COORDINATOR)
    actor = Actor.of(me(), Role.COORDINATOR).on_the_phone()
    return updating.page(found, actor, url_for("meetings.action", action_id=found.id), f"phone-{me().id}")


@bp.get("/actions/<int:action_id>/files/<int:document_id>")
@access.by(*queries.READERS)
def action_file(action_id: int, document_id: int) -> Response:
    """A file that shows how an action is going."""
    found = _action_or_404(action_id)
    role = Role.COORDINATOR if _coordinates(found.review) else Role.EXECUTIVE
    document = updating.file_or_404(found, document_id)
    audit_trail.record_reading("evidence", Actor.of(me(), role), found.review, action=found.id)
    return storage.send(document)


@bp.route("/reviews/<reference>/closure", methods=["GET", "POST"])
@access.by(*queries.READERS)
def close(reference: str) -> str | Response:
    """End the review: all is done, or the Executive Group says so."""
    review, actor = access.review_as(reference, *queries.READERS)
    early = actor.role is Role.EXECUTIVE or not review.actions_are_done
    form = _early_form(review, actor) if early else CloseForm(version=str(review.version))
    if form.validate_on_submit():
        seen = int(form.version.data or 0)
        if isinstance(form, CloseEarlyForm):
            meeting = _meetings(review).get(form.meeting.data or "") if form.meeting else None
            following.close_early(review, form.reason.data or "", actor, meeting=meeting, seen=seen)
        else:
            following.close(review, actor, seen=seen)
        outbox.commit()
        flash("The review is closed, and the organisation is told.", "done")
        return redirect(url_for("reviews.show", reference=reference))
    reason = process.why_not(review, "close_early" if early else "close", actor.role)
    return render_template("meetings/close.html", form=form, review=review, early=early, reason=reason)


def _action_or_404(action_id: int, *roles: Role) -> Action:
    return queries.action_of(me(), action_id, *roles) or abort(404)


def _coordinates(review: Review) -> bool:
    return me().holds(Role.COORDINATOR, review.borough_id)


def _may_close(review: Review) -> bool:
    """Whether the page of closing has anything to offer to the reader."""
    return any(access.acts_as(role, review) and process.may(review, "close_early", role) for role in queries.READERS)


def _verify_form(action: Action) -> VerifyForm:
    form = VerifyForm()
    found = [(str(each.id), f"{each.reference} {each.organisation_name}") for each in queries.later_reviews(action)]
    form.later.choices = options([("", "Choose a review"), *found])
    return form


def _later(action: Action, form: VerifyForm) -> Review | None:
    return next((each for each in queries.later_reviews(action) if str(each.id) == form.later.data), None)


def _early_form(review: Review, actor: Actor) -> CloseEarlyForm:
    form = CloseEarlyForm(version=str(review.version))
    if actor.role is Role.EXECUTIVE:
        del form.meeting  # a member says it for the group, here and now
    else:
        days = [(key, day(each.held_on)) for key, each in _meetings(review).items()]
        form.meeting.choices = options([("", "Choose the meeting"), *days])
    return form


def _meetings(review: Review) -> dict[str, Any]:
    return {str(each.id): each for each in queries.held_meetings(review.borough_id, local_day(utc_now()))}
