"""The history of a section: every text that somebody left there, who and when, and putting an old one back.

Saves that the page makes by itself while one person types count as one version for a quarter of an hour; a press of a
button, another writer, or the end of that time begins the next. Nothing here changes a report that is finished.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from peerreview import process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.filters import day
from peerreview.models import Recommendation, Report, ReportSection, Review, SectionKind, SectionVersion, utc_now
from peerreview.reports import queries
from peerreview.reports.fingerprints import fingerprint

ONE_SITTING = timedelta(minutes=15)

Row = tuple[str, str, date | None]


def keep(report: Report, actor: Actor, *, as_typed: bool = False, restores: int | None = None) -> None:
    """A version of each section that is not as its newest version says. Call it in the act's own transaction."""
    db.session.flush()
    db.session.execute(db.select(Report.id).where(Report.id == report.id).with_for_update())
    newest = _newest(report)
    for section in report.sections:
        last, rows = newest.get(section.id), _rows_of(section)
        if (last.text, last.rows) == (section.text, rows) if last else not section.text and not rows:
            continue
        if last is not None and as_typed and _goes_on(last, actor):
            last.text, last.rows, last.saved_at = section.text, rows, utc_now()
        else:
            made = _add(section, section.text, rows, actor)
            made.as_typed, made.restores = as_typed, restores


def set_aside(section: ReportSection, text: str, rows: Iterable[Row], actor: Actor) -> None:
    """Keep what somebody typed that could not become the section's text. One sitting is one version here too."""
    db.session.flush()
    found = db.select(SectionVersion).where(SectionVersion.section_id == section.id, SectionVersion.is_aside)
    last = db.session.scalar(found.order_by(SectionVersion.number.desc()).limit(1))
    kept = _as_json(rows)
    if last is not None and _goes_on(last, actor):
        last.text, last.rows, last.saved_at = text, kept, utc_now()
    elif last is None or (last.text, last.rows, last.written_by) != (text, kept, actor.name):
        made = _add(section, text, kept, actor)
        made.is_aside = made.as_typed = True


def section_of(review: Review, section_id: int) -> ReportSection | None:
    """A section of any report of this review."""
    found = db.select(ReportSection).join(Report).where(Report.review_id == review.id)
    section: ReportSection | None = db.session.scalar(found.where(ReportSection.id == section_id))
    return section


def numbered(section: ReportSection, number: int) -> SectionVersion | None:
    """One version of a section."""
    return next((version for version in section.versions if version.number == number), None)


def put_back(section: ReportSection, number: int, actor: Actor, *, seen: str) -> None:
    """Make an earlier version the section's text again, as a new version; what stood there stays in the history.

    ``seen``: the mark of what stood there on the page. Raises process.NotNow when the report is finished or has no such
    version, and process.Overtaken when somebody changed the section meanwhile. The report must be locked.
    """
    old = numbered(section, number)
    if queries.in_hand(section.report.review) is not section.report or old is None:
        raise process.NotNow("This report cannot be changed any more. Its history stays as it is.")
    if mark_of(section) != seen:
        raise process.Overtaken(f"{section.changed_by} changed this section in the meantime. Look at it once more.")
    section.text, section.version = old.text, section.version + 1
    section.changed_by, section.changed_at = actor.name, utc_now()
    if section.kind is SectionKind.RECOMMENDATIONS:
        section.report.recommendations = [
            Recommendation(position=at, text=text, owner=owner, due_on=due)
            for at, (text, owner, due) in enumerate(old.recommendations, 1)
        ]
    keep(section.report, actor, restores=number)


def mark_of(section: ReportSection) -> str:
    """Tells whether a section is still as it was shown, with its recommendations."""
    return fingerprint(section.text, *_rows_of(section))


def in_full(text: str, rows: Iterable[Row]) -> str:
    """A section as one text, to be compared: each recommendation is a paragraph after it."""
    said = [f"R{at} {what}{_suggested(owner, due)}" for at, (what, owner, due) in enumerate(rows, 1)]
    return "\n\n".join(filter(None, [text, *said]))


def _suggested(owner: str, due: date | None) -> str:
    suggested = ", ".join(filter(None, [owner, f"by {day(due)}" if due else ""]))
    return f"\nSuggested: {suggested}" if suggested else ""


def _newest(report: Report) -> dict[int, SectionVersion]:
    last = (
        db.select(SectionVersion.section_id, db.func.max(SectionVersion.number))
        .where(SectionVersion.section_id.in_([section.id for section in report.sections]))
        .where(SectionVersion.is_aside.is_(False))
        .group_by(SectionVersion.section_id)
    )
    found = db.select(SectionVersion).where(db.tuple_(SectionVersion.section_id, SectionVersion.number).in_(last))
    return {version.section_id: version for version in db.session.scalars(found)}


def _goes_on(last: SectionVersion, actor: Actor) -> bool:
    is_same = actor.person_id is not None and last.person_id == actor.person_id
    return is_same and last.as_typed and utc_now() - last.began_at < ONE_SITTING


def _add(section: ReportSection, text: str, rows: list[list[str | None]], actor: Actor) -> SectionVersion:
    counted = db.select(db.func.max(SectionVersion.number)).where(SectionVersion.section_id == section.id)
    now, number = utc_now(), (db.session.scalar(counted) or 0) + 1
    who = {"written_by": actor.name, "person_id": actor.person_id}
    made = SectionVersion(section=section, number=number, text=text, rows=rows, began_at=now, saved_at=now, **who)
    db.session.add(made)
    return made


def _rows_of(section: ReportSection) -> list[list[str | None]]:
    if section.kind is not SectionKind.RECOMMENDATIONS:
        return []
    return _as_json((row.text, row.owner, row.due_on) for row in section.report.recommendations)


def _as_json(rows: Iterable[Row]) -> list[list[str | None]]:
    return [[text, owner, due.isoformat() if due else None] for text, owner, due in rows]
