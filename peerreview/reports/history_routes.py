"""The history of a section: who wrote what and when, any two versions side by side, an old one put back."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox
from peerreview.models import ReportSection, Review, SectionVersion
from peerreview.reports import bp, history, queries, writing
from peerreview.reports.differences import between
from peerreview.reports.routes import may_write
from peerreview.reports.words import SECTIONS
from peerreview.reports.writing_forms import PutBackForm
from peerreview.reports.writing_routes import WRITERS, review_to_write


def section_or_404(review: Review, section_id: int) -> ReportSection:
    """A section of any report of this review."""
    return history.section_of(review, section_id) or abort(404)


@bp.get("/reviews/<reference>/report/sections/<int:section_id>/history")
@access.by(*WRITERS)
def section_history(reference: str, section_id: int) -> str:
    review, actor = access.declared_as(reference, *WRITERS)
    section = section_or_404(review, section_id)
    standing = [version for version in section.versions if not version.is_aside]
    new = _chosen(section, "new", standing[-1:])
    old = _chosen(section, "old", [version for version in standing if new and version.number < new.number][-1:])
    return render_template(
        "reports/history.html",
        review=review,
        section=section,
        title=SECTIONS[section.kind],
        now=standing[-1] if standing else None,
        old=old,
        new=new,
        changes=between(_in_full(old) if old else "", _in_full(new)) if new else (),
        mark=history.mark_of(section),
        words_of=lambda version: len(_in_full(version).split()),
        may_put_back=may_write(review, actor) and queries.in_hand(review) is section.report,
    )


@bp.post("/reviews/<reference>/report/sections/<int:section_id>/history")
@access.by(*WRITERS)
def put_back(reference: str, section_id: int) -> Response:
    review, actor = review_to_write(reference)
    section = section_or_404(review, section_id)
    form = PutBackForm()
    writing.open_report(review)
    writing.must_be_free(section, actor)
    number = _number(form.number.data or "")
    history.put_back(section, number, actor, seen=form.seen.data or "")
    outbox.commit()
    flash(f"Version {number} is the text again. What stood there before is kept in the history.", "done")
    return redirect(url_for("reports.section_history", reference=reference, section_id=section_id))


def _chosen(section: ReportSection, name: str, otherwise: list[SectionVersion]) -> SectionVersion | None:
    return history.numbered(section, _number(request.args.get(name, ""))) or next(iter(otherwise), None)


def _number(typed: str) -> int:
    """A version's number as it came with the request; 0, which no version has, for anything else."""
    return int(typed) if typed.isdecimal() and len(typed) < 8 else 0


def _in_full(version: SectionVersion) -> str:
    return history.in_full(version.text, version.recommendations)
