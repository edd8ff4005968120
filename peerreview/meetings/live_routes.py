"""The meeting as it is held: one report after another, each with what the group decides on it."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox
from peerreview.access import me
from peerreview.audit_trail import Actor
from peerreview.filters import day
from peerreview.forms import options
from peerreview.meetings import bp, decisions, queries, words
from peerreview.meetings.forms import LiveForm
from peerreview.models import AgendaPaper, Meeting, Outcome, Review, utc_now
from peerreview.workdays import local_day
from peerreview.workflow import Role

DONE = {
    "present": "is accepted, and the organisation is told.",
    "note": "is noted, and the organisation is told.",
    "defer": "is put off.",
    "changes": "goes back to the team, which is told.",
}


@bp.route("/meetings/<int:meeting_id>/live", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def live(meeting_id: int) -> str | Response:
    """The report that is spoken about now, or the first without a decision."""
    meeting = queries.meeting_of(me(), meeting_id, Role.COORDINATOR) or abort(404)
    paper = _paper(meeting, request.args.get("paper", ""))
    form = _form(meeting, paper) if paper else None
    if paper and form and form.validate_on_submit():
        _decide(paper.review, form, Actor.of(me(), Role.COORDINATOR))
        outbox.commit()
        flash(f"The report on {paper.review.organisation_name} {DONE[form.decision.data]}", "done")
        return redirect(url_for("meetings.live", meeting_id=meeting_id))
    return render_template(
        "meetings/live.html",
        meeting=meeting,
        paper=paper,
        form=form,
        parts=list(zip(_recommendations(paper), form.actions, strict=False)) if paper and form else [],
        ratings=queries.ratings_of([each.review for each in meeting.papers]),
        is_early=meeting.held_on > local_day(utc_now()),
        words=words,
    )


def _paper(meeting: Meeting, reference: str) -> AgendaPaper | None:
    """The one asked for, while it has no decision; without a wish the first."""
    open_ones = [paper for paper in meeting.papers if paper.presented_at is None]
    if reference:
        return next((paper for paper in open_ones if paper.review.reference == reference), None) or abort(404)
    return next(iter(open_ones), None)


def _recommendations(paper: AgendaPaper | None) -> list[Any]:
    report = paper.review.final_report if paper else None
    return list(report.recommendations) if report else []


def _form(meeting: Meeting, paper: AgendaPaper) -> LiveForm:
    wanted = _recommendations(paper)
    suggested = [{"owner": row.owner, "due_on": row.due_on} for row in wanted]
    form = LiveForm(version=str(paper.review.version), actions=suggested)
    while len(form.actions) < len(wanted):  # left out of what was sent: refused as not filled in
        form.actions.append_entry()
    later = [each for each in queries.upcoming(meeting.borough_id) if each.held_on > meeting.held_on]
    form.to_meeting.choices = options([("", "Choose a meeting"), *((str(m.id), day(m.held_on)) for m in later)])
    return form


def _decide(review: Review, form: LiveForm, actor: Actor) -> None:
    """Do what was decided. Raises process.NotNow, process.Overtaken."""
    text, seen = form.text.data or "", int(form.version.data or 0)
    if form.decision.data == "defer":
        to = next(each for each in queries.upcoming(review.borough_id) if str(each.id) == form.to_meeting.data)
        decisions.defer(review, to, text, actor)
    elif form.decision.data == "changes":
        decisions.ask_for_changes(review, text, actor, seen=seen)
    else:
        outcome = Outcome.NOTED if form.decision.data == "note" else Outcome(form.outcome.data)
        wanted = zip(_recommendations(review.paper), form.actions, strict=False)
        named = [decisions.NewAction(row, part.owner.data, part.due_on.data) for row, part in wanted]
        decisions.present(review, outcome, text, named, actor, seen=seen)
