"""Writing the report in hand, seeing it as the organisation will, issuing and approving it."""

import re

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from peerreview import access, drafts, outbox, process
from peerreview.audit_trail import Actor
from peerreview.filters import when
from peerreview.models import Report, Review, SectionKind, setting, utc_now
from peerreview.reports import (
    bp,
    checking,
    commenting,
    deciding,
    history,
    issuing,
    queries,
    recommending,
    typed_report,
    words,
    writers,
    writing,
)
from peerreview.reports.forms import ReportForm, VersionForm
from peerreview.reports.issue_forms import issue_form
from peerreview.reports.routes import may_write
from peerreview.workflow import Role

WRITERS = (Role.COORDINATOR, Role.REVIEWER)
REMOVAL = re.compile(r"remove-([0-9]{1,12})")
MOVE = re.compile(r"(up|down)-([0-9]{1,12})")
TAKING = re.compile(rf"take-({'|'.join(SectionKind)})")


def review_to_write(reference: str) -> tuple[Review, Actor]:
    """The review, for its lead or coordinator; 403 for the rest of the team."""
    review, actor = access.declared_as(reference, *WRITERS)
    if not may_write(review, actor):
        abort(403, "The lead of the team and the coordinator write the report. You can read the draft.")
    return review, actor


def in_hand_or_404(review: Review) -> Report:
    """The report that is being written now."""
    return queries.in_hand(review) or abort(404)


@bp.get("/reviews/<reference>/report/draft")
@access.by(*WRITERS)
def write(reference: str) -> str:
    review, actor = review_to_write(reference)
    report = in_hand_or_404(review)
    return _page(review, report, actor, ReportForm(formdata=None, data=typed_report.filled(report)))


@bp.post("/reviews/<reference>/report/draft")
@access.by(*WRITERS)
def save(reference: str) -> ResponseReturnValue:
    review, actor = review_to_write(reference)
    form = ReportForm()
    do = request.form.get("do", "")
    if found := REMOVAL.fullmatch(do):
        typed_report.leave_out(form, int(found[1]))
    if not form.validate():
        return (
            _not_saved(form, 422) if drafts.is_autosave() else (_page(review, in_hand_or_404(review), actor, form), 422)
        )
    report = writing.open_report(review)
    if found := TAKING.fullmatch(do):
        writers.take(queries.section_of(report, SectionKind(found[1])), actor)
    conflicts = typed_report.save(report, form, actor)
    if not conflicts:
        _act(report, do, actor)
    history.keep(report, actor, as_typed=drafts.is_autosave())
    outbox.commit()
    if conflicts:
        typed_report.show_conflicts(report, form, conflicts)
        page = _page(review, report, actor, form, typed_report.theirs(conflicts))
        return _not_saved(form, 409) if drafts.is_autosave() else (page, 409)
    if drafts.is_autosave():
        return drafts.saved(typed_report.saved_fields(report, form))
    return redirect(_after(reference, do))


@bp.get("/reviews/<reference>/report/preview")
@access.by(*WRITERS)
def preview(reference: str) -> str:
    review, actor = access.declared_as(reference, *WRITERS)
    report = in_hand_or_404(review)
    step = "approve_final_report" if report.is_final else "issue_initial_report"
    until = issuing.response_deadline(review, utc_now())
    return render_template(
        "reports/preview.html",
        review=review,
        content=queries.content_of(report, respond_by=None if report.is_final else until),
        is_final=report.is_final,
        reason=process.why_not(review, step, actor.role),
        may_finish=may_write(review, actor) and process.may(review, step, actor.role),
        may_write=may_write(review, actor),
        revision=deciding.revision(review) if report.is_final else [],
        until=until,
        others=writers.others(report, actor),
        titles=words.SECTIONS,
        doubts=checking.doubts(report),
        days=setting("response"),
        form=issue_form(review),
    )


@bp.post("/reviews/<reference>/report/initial")
@access.by(*WRITERS)
def issue(reference: str) -> Response:
    review, actor = review_to_write(reference)
    form = issue_form(review)
    report = issuing.issue_initial(review, actor, seen=form.seen, also=form.also.data or ())
    outbox.commit()
    flash(f"The initial report is issued. The response is due by {when(report.review.response_due_at)}.", "done")
    return redirect(url_for("reports.show", reference=reference))


@bp.post("/reviews/<reference>/report/final")
@access.by(Role.COORDINATOR)
def approve(reference: str) -> Response:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    issuing.approve_final(review, actor, seen=VersionForm().seen)
    outbox.commit()
    flash("The final report is approved, and the organisation has been told.", "done")
    return redirect(url_for("reports.show", reference=reference))


def _page(review: Review, report: Report, actor: Actor, form: ReportForm, theirs: dict[str, str] | None = None) -> str:
    return render_template(
        "reports/write.html",
        review=review,
        report=report,
        form=form,
        page_has_errors=bool(form.problems()),
        theirs=theirs or {},
        others=writers.others(report, actor),
        mine=writers.mine(report, actor),
        counted=checking.counted(report),
        most=checking.most_words(),
        open_comments=commenting.open_ones(report),
        titles=words.SECTIONS,
        rows_refused=typed_report.rows_refused(form),
        section_ids={str(section.kind): section.id for section in report.sections},
    )


def _not_saved(form: ReportForm, status: int) -> tuple[dict[str, str], int]:
    return {"error": "Not saved: " + "; ".join(message for _box, message in form.problems())}, status


def _act(report: Report, do: str, actor: Actor) -> None:
    removal, move = REMOVAL.fullmatch(do), MOVE.fullmatch(do)
    if removal or move:
        writing.must_be_free(queries.section_of(report, SectionKind.RECOMMENDATIONS), actor)
    if removal:
        recommending.remove(report, int(removal[1]))
    if move:
        recommending.move(report, int(move[2]), -1 if move[1] == "up" else 1)
    if do == "preview":
        writers.leave(report, actor)


def _after(reference: str, do: str) -> str:
    if do == "preview":
        return url_for("reports.preview", reference=reference)
    if do == "save":
        flash("The draft is saved.", "done")
        return url_for("reports.write", reference=reference)
    if found := TAKING.fullmatch(do):
        return url_for("reports.write", reference=reference, _anchor=f"place-{found[1]}")
    return url_for("reports.write", reference=reference, _anchor="what-we-recommend")
