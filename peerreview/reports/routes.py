"""The report for people with an account: where it stands, reading it, downloading it."""

from flask import abort, render_template
from werkzeug.wrappers import Response

from peerreview import access, audit_trail, process, storage, word_files
from peerreview.attachments import attachment
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.filters import when
from peerreview.models import Report, Review
from peerreview.reports import bp, commenting, deciding, queries, readings, word, words
from peerreview.sheets import file_name
from peerreview.workflow import IN_ORDER, Role, Stage

READERS = (Role.COORDINATOR, Role.REVIEWER, Role.EXECUTIVE)


def may_write(review: Review, actor: Actor) -> bool:
    """The lead writes the report, and the coordinator (who may write for the lead)."""
    lead = review.lead
    return actor.role is Role.COORDINATOR or (lead is not None and lead.person_id == actor.person_id)


def may_read(report: Report, actor: Actor) -> bool:
    """Executive members read what goes to their meeting: the approved final report, and nothing before it."""
    return actor.role is not Role.EXECUTIVE or report.is_final


def finished_or_404(review: Review, which: str, actor: Actor) -> Report:
    """The issued initial or approved final report, if this reader may read it."""
    report = queries.finished(review, which)
    if report is None or not may_read(report, actor):
        abort(404)
    return report


@bp.get("/reviews/<reference>/report")
@access.by(*READERS)
def show(reference: str) -> str:
    review, actor = access.declared_as(reference, *READERS)
    report = queries.in_hand(review) if actor.role is not Role.EXECUTIVE else None
    return render_template(
        "reports/show.html",
        review=review,
        report=report,
        open_comments=commenting.open_ones(report) if report else {},
        finished=[which for which in ("final", "initial") if _readable(review, which, actor)],
        decided=deciding.decided(review),
        may_write=may_write(review, actor),
        may=lambda step: process.may(review, step, actor.role),
        is_team=actor.role is not Role.EXECUTIVE,
        has_begun=review.stage in IN_ORDER and IN_ORDER.index(review.stage) >= IN_ORDER.index(Stage.REPORTING),
        what_came_back=queries.what_came_back(review.response),
        opened="; ".join(f"{first.name}, {when(first.at)}" for first in readings.first_openings(review)),
        sections=words.SECTIONS,
        wanted=queries.changes_wanted(review),
    )


@bp.get("/reviews/<reference>/report/<any(initial, final):which>")
@access.by(*READERS)
def read(reference: str, which: str) -> str:
    review, actor = access.declared_as(reference, *READERS)
    report = finished_or_404(review, which, actor)
    audit_trail.record_reading(f"{which}_report", actor, review)
    return render_template("reports/read.html", review=review, which=which, content=queries.content_of(report))


@bp.get("/reviews/<reference>/report/<any(initial, final):which>/pdf")
@access.by(*READERS)
def download(reference: str, which: str) -> Response:
    review, actor = access.declared_as(reference, *READERS)
    report = finished_or_404(review, which, actor)
    if report.pdf is None or report.pdf.removed_at is not None:
        abort(404)
    audit_trail.record_reading(f"{which}_report", actor, review, as_pdf=True)
    return storage.send(report.pdf)


@bp.get("/reviews/<reference>/report/<any(initial, final):which>/word")
@access.by(*READERS)
def as_word(reference: str, which: str) -> Response:
    """The finished report as a Word document, made anew each time from the text that was kept."""
    review, actor = access.declared_as(reference, *READERS)
    content = queries.content_of(finished_or_404(review, which, actor))
    audit_trail.record_reading(f"{which}_report", actor, review, as_word=True)
    db.session.rollback()  # no transaction is open while the file is made
    name = file_name(f"{content.reference} {content.name}")
    return attachment(word.render(content), word_files.MEDIA_TYPE, f"{name}.docx")


def _readable(review: Review, which: str, actor: Actor) -> bool:
    report = queries.finished(review, which)
    return report is not None and may_read(report, actor)
