"""Meetings, their agendas and the papers on them."""

from datetime import date, timedelta

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox, process
from peerreview.access import me
from peerreview.audit_trail import Actor
from peerreview.forms import options
from peerreview.meetings import actions, bp, queries, words
from peerreview.meetings.deadlines import next_open, usual_paper_deadline
from peerreview.meetings.forms import AgendaForm, MeetingForm, NewMeetingForm
from peerreview.models import AgendaPaper, Meeting, boroughs_of, setting, utc_now
from peerreview.workdays import local_day
from peerreview.workflow import Role

USUAL_MINUTES = 120
TAKEN = "This Executive Group meets on that day already"


@bp.get("/meetings")
@access.by(Role.COORDINATOR, Role.EXECUTIVE)
def index() -> str:
    found = queries.meetings_for(me())
    today = local_day(utc_now())
    return render_template(
        "meetings/index.html",
        coming=sorted((meeting for meeting in found if meeting.held_on >= today), key=lambda meeting: meeting.held_on),
        past=[meeting for meeting in found if meeting.held_on < today],
        waiting=queries.homeless_papers(me()),
        may_plan=me().holds(Role.COORDINATOR),
    )


@bp.route("/meetings/new", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def new() -> str | Response:
    form = NewMeetingForm(minutes=USUAL_MINUTES)
    boroughs = {borough.code: borough for borough in boroughs_of(me(), Role.COORDINATOR)}
    form.borough.choices = options([("", "Choose"), *((b.code, b.executive_group) for b in boroughs.values())])
    if form.validate_on_submit():
        actor = Actor.of(me(), Role.COORDINATOR)
        try:
            meeting = actions.plan_meeting(boroughs[form.borough.data], _when(form), actor)
        except actions.AlreadyPlanned:
            form.held_on.errors = [TAKEN]
        else:
            outbox.commit()
            flash("The meeting is planned.", "done")
            return redirect(url_for("meetings.show", meeting_id=meeting.id))
    return render_template("meetings/new.html", form=form, days=setting("paper_deadline"))


@bp.get("/meetings/<int:meeting_id>")
@access.by(Role.COORDINATOR, Role.EXECUTIVE)
def show(meeting_id: int) -> str:
    meeting = _meeting_or_404(meeting_id)
    members = queries.members_of(meeting.borough_id)
    return render_template(
        "meetings/show.html",
        meeting=meeting,
        words=words,
        may_change=me().holds(Role.COORDINATOR, meeting.borough_id),
        may_present={paper.id: _may_present(paper) for paper in meeting.papers},
        in_time=meeting.papers_due_on >= local_day(utc_now()),
        ratings=queries.ratings_of([paper.review for paper in meeting.papers]),
        readers=queries.readers_of(meeting, members),
        members=members,
    )


@bp.route("/meetings/<int:meeting_id>/dates", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def change(meeting_id: int) -> str | Response:
    meeting = _meeting_or_404(meeting_id, Role.COORDINATOR)
    form = MeetingForm(obj=meeting)
    if form.validate_on_submit():
        try:
            actions.change_meeting(meeting, _when(form), Actor.of(me(), Role.COORDINATOR))
        except actions.AlreadyPlanned:
            form.held_on.errors = [TAKEN]
        else:
            outbox.commit()
            flash("The meeting is changed.", "done")
            return redirect(url_for("meetings.show", meeting_id=meeting.id))
    return render_template("meetings/change.html", form=form, meeting=meeting)


@bp.route("/reviews/<reference>/meeting", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def agenda(reference: str) -> str | Response:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    today = local_day(utc_now())
    meetings = [m for m in queries.upcoming(review.borough_id) if m.held_on >= today - timedelta(days=60)]
    form = AgendaForm(meeting=str(review.paper.meeting_id) if review.paper else None)
    form.meeting.choices = options([(str(m.id), _in_words(m)) for m in meetings])
    if form.validate_on_submit():
        meeting = next(m for m in meetings if str(m.id) == form.meeting.data)
        actions.put_on_agenda(review, meeting, actor)
        outbox.commit()
        flash("The report is on the agenda.", "done")
        return redirect(url_for("meetings.show", meeting_id=meeting.id))
    facts = {"usual": next_open(meetings, today), "reason": process.why_not(review, "put_on_agenda", actor.role)}
    return render_template("meetings/agenda.html", form=form, review=review, meetings=meetings, **facts)


def _meeting_or_404(meeting_id: int, *roles: Role) -> Meeting:
    meeting = queries.meeting_of(me(), meeting_id, *roles)
    if meeting is None:
        abort(404)
    return meeting


def _may_present(found: AgendaPaper) -> bool:
    is_coordinator = me().holds(Role.COORDINATOR, found.meeting.borough_id)
    return is_coordinator and process.may(found.review, "present", Role.COORDINATOR)


def _when(form: MeetingForm) -> actions.When:
    held_on: date = form.held_on.data
    papers = form.papers_due_on.data or usual_paper_deadline(held_on, setting("paper_deadline"))
    return actions.When(held_on, papers, form.place.data or "", form.begins_at.data, form.minutes.data or USUAL_MINUTES)


def _in_words(meeting: Meeting) -> str:
    return f"{meeting.held_on:%A} {meeting.held_on.day} {meeting.held_on:%B %Y}"
