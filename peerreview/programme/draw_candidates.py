"""What the register, the reviews and the audits know of each organisation of a borough, for a draw."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from peerreview.extensions import db
from peerreview.models import (
    AuditTemplate,
    Borough,
    Document,
    DocumentKind,
    Organisation,
    PeerRating,
    Review,
    Standard,
    VisitRecord,
    lines_of,
    utc_now,
    weakest_first,
)
from peerreview.programme.draw_pool import Candidate
from peerreview.workdays import local_day
from peerreview.workflow import ENDED, VISITED

Days = dict[int, date]  # by organisation


def candidates(borough: Borough) -> list[Candidate]:
    """Every organisation of the borough, closed ones too, by name. As many queries for any number."""
    of_borough = db.select(Organisation.id).where(Organisation.borough_id == borough.id)
    lines = lines_of(of_borough)
    under_way, visited, audits, rated = _under_way(), _visited(), _audits(), _ratings()
    rows = db.session.scalars(
        db.select(Organisation)
        .where(Organisation.borough_id == borough.id)
        .order_by(Organisation.name, Organisation.id)
    )
    return [
        Candidate(
            id=row.id,
            name=row.name,
            urn=row.urn or "",
            duty=row.duty,
            type=row.type_name,
            phase=row.phase,
            is_open=row.is_open,
            under_way=not lines[row.id].isdisjoint(under_way),
            reviewed_on=_latest(visited, lines[row.id]),
            audit_on=_latest(audits, lines[row.id]),
            rated_low=_rated_low(rated, lines[row.id]),
        )
        for row in rows
    ]


def open_in_line(organisation_ids: Collection[int]) -> dict[int, Review]:
    """The open review of each organisation or of one of its predecessors."""
    lines = lines_of(list(organisation_ids))
    members = {member for line in lines.values() for member in line}
    found = db.session.scalars(
        db.select(Review).where(Review.organisation_id.in_(members), Review.stage.not_in(list(ENDED)))
    )
    reviews = {review.organisation_id: review for review in found}
    return {own: reviews[member] for own, line in lines.items() for member in line if member in reviews}


def _under_way() -> set[int]:
    found = db.select(Review.organisation_id).where(
        Review.stage.not_in(list(ENDED)), Review.organisation_id.is_not(None)
    )
    return {organisation_id for organisation_id in db.session.scalars(found) if organisation_id is not None}


def _visited() -> Days:
    """The last day on which a team was there; the day of the stage where no record of the visit is kept."""
    rows = db.session.execute(
        db.select(Review.organisation_id, VisitRecord.held_on, Review.stage_since)
        .join(VisitRecord, VisitRecord.review_id == Review.id, isouter=True)
        .where(Review.stage.in_(list(VISITED)))
    )
    return _by_organisation((own, held_on or local_day(since)) for own, held_on, since in rows)


def _audits() -> Days:
    rows = db.session.execute(
        db.select(Review.organisation_id, db.func.max(Document.handed_in_at))
        .join(Document, Document.review_id == Review.id)
        .where(Document.kind == DocumentKind.AUDIT_COPY, Document.removed_at.is_(None))
        .group_by(Review.organisation_id)
    )
    return _by_organisation((own, local_day(at)) for own, at in rows)


def _ratings() -> dict[int, tuple[int, bool]]:
    """For each organisation its last review with self-ratings, and whether one of them is low."""
    scales = {row.id: row.scale for row in db.session.scalars(db.select(AuditTemplate))}
    rows = db.session.execute(
        db.select(Review.organisation_id, Review.id, Standard.template_id, PeerRating.self_value)
        .join(PeerRating, PeerRating.review_id == Review.id)
        .join(Standard, Standard.id == PeerRating.standard_id)
        .where(PeerRating.self_value != "", Review.stage.in_(list(VISITED)))
        .order_by(Review.id)
    )
    found: dict[int, tuple[int, bool]] = {}
    for own, review_id, template_id, value in rows:
        is_low = value in lower_half(scales[template_id])
        known = found.get(own)
        found[own] = (review_id, is_low or (known is not None and known[0] == review_id and known[1]))
    return found


def lower_half(scale: dict[str, Any]) -> frozenset[str]:
    """The values of a scale nearer to its bad end than to its good one; the middle is not low."""
    values = [str(each["value"]) for each in weakest_first(scale)]
    return frozenset(values[: len(values) // 2])


def _rated_low(rated: dict[int, tuple[int, bool]], line: frozenset[int]) -> bool | None:
    known = [rated[member] for member in line if member in rated]
    return max(known)[1] if known else None


def _by_organisation(rows: Iterable[tuple[int | None, date]]) -> Days:
    found: Days = {}
    for own, day in rows:
        if own is not None:
            found[own] = max(day, found.get(own, day))
    return found


def _latest(days: Days, line: frozenset[int]) -> date | None:
    return max((days[member] for member in line if member in days), default=None)


def kinds_of(found: Sequence[Candidate]) -> tuple[list[str], list[str]]:
    """The types and the phases that there are among open organisations with a duty."""
    able = [each for each in found if each.is_open and each.duty]
    return sorted({each.type for each in able if each.type}), sorted({each.phase for each in able if each.phase})


def today() -> date:
    """The day of the draw, on London's clocks."""
    return local_day(utc_now())
