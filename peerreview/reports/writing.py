"""Writing a report: begun by the visit or by the end of the response, saved as it is typed, never overwritten unseen.

What a page was filled with is kept in it as a fingerprint of each text. A text that its writer did not touch is left as
it is; one that somebody else changed in the meantime is not saved, and the writer is shown both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from peerreview import process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Event, Letter, Recommendation, Report, ReportSection, Review, SectionKind, utc_now
from peerreview.reports import history, queries, words, writers
from peerreview.reports.fingerprints import fingerprint as fingerprint


@dataclass(frozen=True)
class Conflict:
    """A text that was not saved: somebody else's stands there now, or is being written.

    ``place``: a section's kind, or ``R3``; ``since``: they are writing there at this moment.
    """

    place: str
    theirs: str
    by: str
    at: datetime | None
    since: datetime | None = None


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
    """Save (text, fingerprint seen) of each section; returns those that somebody else had changed or is writing.

    A text that could not be saved is set aside in the section's history.
    """
    conflicts = []
    for kind, (text, seen) in typed.items():
        section = queries.section_of(report, kind)
        standing = fingerprint(section.text)
        if fingerprint(text) in (seen, standing):
            continue
        other = writers.other_than(section, actor)
        if other is not None or seen != standing:
            history.set_aside(section, text, _rows(report, kind), actor)
            by, since = (other.name, other.since) if other else (section.changed_by, None)
            conflicts.append(Conflict(str(kind), section.text, by, section.changed_at, since))
            continue
        writers.take(section, actor)
        section.text, section.version = text, section.version + 1
        section.changed_by, section.changed_at = actor.name, utc_now()
    return conflicts


def _rows(report: Report, kind: SectionKind) -> list[history.Row]:
    rows = report.recommendations if kind is SectionKind.RECOMMENDATIONS else []
    return [(row.text, row.owner, row.due_on) for row in rows]


def must_be_free(section: ReportSection, actor: Actor) -> None:
    """Raises process.Overtaken while somebody else is writing in the section."""
    if other := writers.other_than(section, actor):
        raise process.Overtaken(f"{other}. Take over from them first, or wait until they have finished.")


def _empty(kind: SectionKind) -> ReportSection:
    return ReportSection(kind=kind, position=words.NUMBERS[kind], text="")
