"""The Executive Group approves what is selected, or sends it back: one page, one answer, one button."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox, process
from peerreview.audit_trail import Actor
from peerreview.filters import day
from peerreview.forms import options
from peerreview.models import Manner, Meeting, ProgrammeYear, SelectionRound, utc_now
from peerreview.programme import bp, selecting
from peerreview.programme import selection_queries as queries
from peerreview.programme.selecting import Decided
from peerreview.programme.selection_forms import ApprovalForm
from peerreview.programme.selection_routes import year_or_404
from peerreview.wording import SELECTIONS
from peerreview.workdays import local_day
from peerreview.workflow import Role


@bp.get("/programme/years/<int:year_id>/approval")
@access.by(Role.EXECUTIVE)
def approval(year_id: int) -> str:
    """What waits for the Executive Group; when nothing does, what it decided last."""
    year, _roles = year_or_404(year_id, Role.EXECUTIVE)
    return _page(year, form=None)


@bp.post("/programme/years/<int:year_id>/approval")
@access.by(Role.EXECUTIVE)
def decide_selection(year_id: int) -> Response | tuple[str, int]:
    """Approve all, leave some out, or send everything back. A member who coordinates as well acts as a member."""
    year, _roles = year_or_404(year_id, Role.EXECUTIVE)
    waiting = queries.waiting_round(year)
    if waiting is None or not waiting.waiting:
        return _page(year, form=None, said="Nothing waits for a decision now.", typed=ApprovalForm().comment.data), 409
    meetings = queries.meetings_so_far(year, local_day(utc_now()))
    form = _form(waiting, meetings)
    if not form.validate():
        return _page(year, form), 400
    seen = form.seen.data or ""
    try:
        approved, sent_back = selecting.decide(
            waiting,
            _decided(form, meetings),
            Actor.of(access.me(), Role.EXECUTIVE),
            seen=int(seen) if seen.isdecimal() else 0,
        )
    except process.Overtaken as overtaken:
        return _page(year, form=None, said=str(overtaken), typed=form.comment.data), 409
    outbox.commit()
    flash(f"Your decision is recorded: {approved} approved, {sent_back} sent back. The coordinators are told.", "done")
    return redirect(url_for(".approval", year_id=year.id))


def _decided(form: ApprovalForm, meetings: Sequence[Meeting]) -> Decided:
    comment = form.comment.data or ""
    if form.how.data == form.BACK:
        return Decided(None, comment=comment)
    approved = frozenset(int(each) for each in form.approved.data or [])
    meeting = next((each for each in meetings if each.id == form.meeting_id), None)
    return Decided(Manner.MEETING if meeting else Manner.CORRESPONDENCE, approved, meeting, comment)


def _form(waiting: SelectionRound, meetings: Sequence[Meeting], *, unread: bool = False) -> ApprovalForm:
    rows = [(str(row.id), f"{row.review.organisation_name}") for row in waiting.waiting]
    known = {"approved": [value for value, _words in rows], "seen": str(waiting.version)}
    form = ApprovalForm(formdata=None, data=known) if unread else ApprovalForm()
    form.approved.choices = options(rows)
    form.approved.data = [each for each in form.approved.data or [] if each in known["approved"]]  # some dropped out
    at_meetings = [(f"{form.MEETING}{each.id}", f"Approved at the meeting of {day(each.held_on)}") for each in meetings]
    ways = [*at_meetings, (form.CORRESPONDENCE, "Approved by correspondence"), (form.BACK, "All of it is sent back")]
    form.how.choices = options(ways)
    return form


def _page(year: ProgrammeYear, form: ApprovalForm | None, said: str = "", typed: str | None = "") -> str:
    rounds = queries.rounds(year)
    waiting = next((each for each in rounds if each.waiting), None)
    if form is None and waiting is not None:
        form = _form(waiting, queries.meetings_so_far(year, local_day(utc_now())), unread=True)
        form.comment.data = typed
    return render_template(
        "programme/approval.html",
        year=year,
        form=form if waiting else None,
        waiting=waiting,
        decided=[each for each in rounds if each.decided_at],
        said=said,
        typed=typed,
        selections=SELECTIONS,
    )
