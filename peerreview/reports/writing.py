"""Writing a report: begun by the visit or by the end of the response, saved as it is typed, never overwritten unseen.

What a page was filled with is kept in it as a fingerprint of each text. A text that its writer did not touch is left as
it is; one that somebody else changed in the meantime is not saved, and the writer is shown both.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from peerreview import process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Event, Letter, Recommendation, Report, ReportSection, Review, SectionKind, utc_now
from peerreview.reports import history, queries, words
from peerreview.reports.fingerprints import fingerprint as fingerprint


@dataclass(frozen=True)
class Conflict:
    """A text that was not saved because somebody else's stands there now. ``place``: a section's kind, or ``R3``."""

    place: str
    theirs: str
    by: str
    at: datetime | None


@dataclass(frozen=True)
class TypedRecommendation:
    """One recommendation as it was typed; ``id`` is none for a new one, ``seen`` the fingerprint on the page."""

    id: int | None
    seen: str
    text: str
    owner: str
    due_on: date | None


def fingerprint_of(row: Recommendation) -> str:
    """The fingerprint of a whole recommendation."""
    return fingerprint(row.text, row.owner, row.due_on)


@process.follows("record_visit")
def begin_initial(review: Review, _actor: Actor, _event: Event) -> Sequence[Letter]:
    """The visit was held: an empty initial report waits for its writer."""
    if review.initial_report is None:
        review.reports.append(Report(is_final=False, version=1, sections=[_empty(kind) for kind in SectionKind]))
        db.session.flush()
    return []


def begin_final(review: Review, actor: Actor) -> Report:
    """The final report, as a copy of the initial one to be revised."""
    initial = review.initial_report
    if initial is None:
        raise ValueError("A review without an initial report has nothing to revise")
    return _copy(initial, actor)


@process.follows("ask_for_changes")
def begin_again(review: Review, actor: Actor, _event: Event) -> Sequence[Letter]:
    """The Executive Group wants changes: what was approved stays as it was, and a copy of it is revised."""
    approved = review.final_report
    if approved is not None:
        approved.superseded_at = utc_now()
        db.session.flush()
        _copy(approved, actor)
    if review.response is not None:  # another final report is another thing to acknowledge
        review.response.acknowledged_at = review.response.acknowledged_by = None
    return []


def _copy(before: Report, actor: Actor) -> Report:
    """The next version, to be revised."""
    made = Report(
        is_final=True,
        version=before.version + 1,
        sections=[
            ReportSection(kind=old.kind, position=old.position, text=old.text, changed_by=actor.name)
            for old in before.sections
        ],
        recommendations=[
            Recommendation(position=old.position, text=old.text, owner=old.owner, due_on=old.due_on)
            for old in before.recommendations
        ],
    )
    before.review.reports.append(made)
    history.keep(made, actor)
    return made


def open_report(review: Review) -> Report:
    """The report in hand, locked for this transaction. Raises process.NotNow when none can be written."""
    report = queries.in_hand(review)
    if report is None:
        raise process.NotNow("The report cannot be changed at this stage. What you typed was not saved.")
    db.session.refresh(report, with_for_update=True)
    return report


def save_sections(report: Report, typed: dict[SectionKind, tuple[str, str]], actor: Actor) -> list[Conflict]:
    """Save (text, fingerprint seen) of each section; returns those that somebody else had changed."""
    conflicts = []
    for kind, (text, seen) in typed.items():
        section = queries.section_of(report, kind)
        standing = fingerprint(section.text)
        if fingerprint(text) in (seen, standing):
            continue
        if seen != standing:
            conflicts.append(Conflict(str(kind), section.text, section.changed_by, section.changed_at))
            continue
        section.text, section.version = text, section.version + 1
        section.changed_by, section.changed_at = actor.name, utc_now()
    return conflicts


def save_recommendations(report: Report, typed: Iterable[TypedRecommendation]) -> list[Conflict]:
    """Save each recommendation, adding new ones at the end; returns those that somebody else had changed or removed."""
    rows = {row.id: row for row in report.recommendations}
    conflicts = []
    for each in typed:
        row = rows.get(each.id) if each.id else None
        mine = fingerprint(each.text, each.owner, each.due_on)
        if row is None:
            if each.text and mine != each.seen:
                _add(report, each)
            continue
        if mine in (each.seen, fingerprint_of(row)):
            continue
        if each.seen != fingerprint_of(row):
            place = f"R{report.recommendations.index(row) + 1}"
            conflicts.append(Conflict(place, "\n".join(filter(None, [row.text, row.owner])), "", None))
            continue
        row.text, row.owner, row.due_on = each.text or row.text, each.owner, each.due_on
    db.session.flush()
    return conflicts


def remove(report: Report, recommendation_id: int) -> None:
    """Take a recommendation out; one that is gone already is no error."""
    for row in [row for row in report.recommendations if row.id == recommendation_id]:
        report.recommendations.remove(row)
    _number(report)


def move(report: Report, recommendation_id: int, by: int) -> None:
    """Move a recommendation up (-1) or down (1); past the ends it stays."""
    rows = list(report.recommendations)
    at = next((at for at, row in enumerate(rows) if row.id == recommendation_id), None)
    if at is not None and 0 <= at + by < len(rows):
        rows.insert(at + by, rows.pop(at))
        for position, row in enumerate(rows, 1):
            row.position = position
        db.session.flush()
        db.session.expire(report, ["recommendations"])


def _empty(kind: SectionKind) -> ReportSection:
    return ReportSection(kind=kind, position=words.NUMBERS[kind], text="")


def _add(report: Report, typed: TypedRecommendation) -> None:
    row = Recommendation(text=typed.text, owner=typed.owner, due_on=typed.due_on)
    row.position = len(report.recommendations) + 1
    report.recommendations.append(row)


def _number(report: Report) -> None:
    for position, row in enumerate(report.recommendations, 1):
        row.position = position
    db.session.flush()
