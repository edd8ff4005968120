"""Begin a programme year and plan a review in it (procedure, section 4)."""

from datetime import date, timedelta
from typing import Any

from peerreview import audit_trail, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    Borough,
    Category,
    DrawEntry,
    Intelligence,
    Organisation,
    ProgrammeYear,
    Review,
    Selection,
    utc_now,
)
from peerreview.programme.queries import open_review_of

TOO_SOON = timedelta(minutes=2)  # a second click


class Refused(ValueError):
    """It cannot be done; ``str()`` is for the page."""


def label_of(starts_on: date) -> str:
    """What a year is called: 2026, or 2026 to 2027 when it does not begin in January."""
    return str(starts_on.year) if starts_on.month == 1 else f"{starts_on.year} to {starts_on.year + 1}"


def begin_year(borough: Borough, starts_on: date, actor: Actor) -> ProgrammeYear:
    """A new year of twelve months. The same again is the same year. Raises Refused when it overlaps another."""
    years = db.session.scalars(db.select(ProgrammeYear).where(ProgrammeYear.borough_id == borough.id)).all()
    same: ProgrammeYear | None = next((year for year in years if year.starts_on == starts_on), None)
    if same is not None:
        return same
    year = ProgrammeYear(borough=borough, starts_on=starts_on, label=label_of(starts_on))
    if near := next((each for each in years if each.starts_on <= year.ends_on and starts_on <= each.ends_on), None):
        raise Refused(f"It overlaps the year {near.label}, which begins on {near.starts_on.day} {near.starts_on:%B %Y}")
    db.session.add(year)
    audit_trail.record("begin_year", actor, facts={"borough": borough.name, "year": year.label})
    return year


def plan(
    organisation: Organisation,
    year: ProgrammeYear,
    selection: Selection,
    actor: Actor,
    *,
    reason: str = "",
    category: Category = Category.OTHER,
    drawn: DrawEntry | None = None,
) -> Review:
    """Plan a review. Two at once, or a double click, make one: the organisation is held meanwhile.

    ``reason`` and ``category``: why, for local intelligence; kept apart, and in no event. The event itself is
    restricted, because a reviewer who reads of no draw would know how an organisation was chosen.
    ``drawn``: the place of a draw, for a review drawn at random; the database refuses one without the other.
    Raises Refused when the organisation has an open review.
    """
    db.session.execute(db.select(Organisation.id).where(Organisation.id == organisation.id).with_for_update())
    if known := open_review_of(organisation):
        if known.programme_year_id == year.id and known.created_at > utc_now() - TOO_SOON:
            return known
        raise Refused(f"{organisation.name} has an open review already: {known.reference}")
    contacts = [contact for contact in organisation.contacts if contact.ended_at is None]
    review = Review(
        organisation=organisation,
        borough=organisation.borough,
        programme_year=year,
        selection=selection,
        contact=contacts[0] if len(contacts) == 1 else None,
        draw_entry_id=drawn.id if drawn else None,
    )
    facts: dict[str, Any] = {"draw": drawn.draw.reference} if drawn else {}
    process.begin(review, "plan", actor, restricted=True, year=year.label, **facts)
    if selection is Selection.INTELLIGENCE:
        review.intelligence = [Intelligence(category=category, reason=reason, written_by=actor.name)]
    return review
