"""The recommendations of the report in hand, each a row of its own: saved as typed, taken out, put in another order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Recommendation, Report, SectionKind
from peerreview.reports import history, queries, writers
from peerreview.reports.fingerprints import fingerprint
from peerreview.reports.writing import Conflict


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


def save_recommendations(report: Report, typed: Iterable[TypedRecommendation], actor: Actor) -> list[Conflict]:
    """Save each recommendation, adding new ones at the end; returns those that somebody else had changed or removed.

    They belong to their section: while somebody else is writing there, none is saved, and all are set aside.
    """
    rows, typed = {row.id: row for row in report.recommendations}, list(typed)
    section = queries.section_of(report, SectionKind.RECOMMENDATIONS)
    other = writers.other_than(section, actor)
    changed, conflicts = [], []
    for each in typed:
        row = rows.get(each.id) if each.id else None
        mine = fingerprint(each.text, each.owner, each.due_on)
        if (not each.text if row is None else mine == fingerprint_of(row)) or mine == each.seen:
            continue
        if other is not None or (row is not None and each.seen != fingerprint_of(row)):
            conflicts.append(_conflict(report, row, other))
        else:
            changed.append((row, each))
    if conflicts:
        aside = [(each.text, each.owner, each.due_on) for each in typed if each.text]
        history.set_aside(section, section.text, aside, actor)
    for row, each in changed:
        writers.take(section, actor)
        if row is None:
            _add(report, each)
        else:
            row.text, row.owner, row.due_on = each.text or row.text, each.owner, each.due_on
    db.session.flush()
    return conflicts


def _conflict(report: Report, row: Recommendation | None, other: writers.Writer | None) -> Conflict:
    at = len(report.recommendations) if row is None else report.recommendations.index(row)
    theirs = "\n".join(filter(None, [row.text, row.owner])) if row else ""
    return Conflict(f"R{at + 1}", theirs, other.name if other else "", None, other.since if other else None)


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


def _add(report: Report, typed: TypedRecommendation) -> None:
    row = Recommendation(text=typed.text, owner=typed.owner, due_on=typed.due_on)
    row.position = len(report.recommendations) + 1
    report.recommendations.append(row)


def _number(report: Report) -> None:
    for position, row in enumerate(report.recommendations, 1):
        row.position = position
    db.session.flush()
