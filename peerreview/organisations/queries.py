"""What the pages of the register show, in the same number of queries for one row and for thousands."""

from dataclasses import dataclass

from flask import abort
from sqlalchemy import ColumnElement, case
from sqlalchemy.orm import selectinload

from peerreview import access
from peerreview.extensions import db
from peerreview.models import Borough, Event, Organisation, Review
from peerreview.models.organisation import folded
from peerreview.workflow import Role

PAGE_SIZE = 50
SUGGESTED = 12  # at most, while somebody types
BY_HAND = ("add_organisation", "change_organisation", "add_contact", "change_contact", "end_contact")
LARGEST_ID = 2**31 - 1  # a larger one is an error in PostgreSQL, not merely unknown


@dataclass(frozen=True)
class Found:
    """One page of a list. ``number`` counts from 1."""

    rows: list[Organisation]
    total: int
    number: int

    @property
    def last(self) -> int:
        """The number of the last page; 1 for an empty list."""
        return max(1, -(-self.total // PAGE_SIZE))


def found(search: str, borough_id: int | None, closed: bool, number: int) -> Found:
    """The organisations that the person may open and that match, by name, a page at a time."""
    rules: list[ColumnElement[bool]] = [Organisation.visible_to(access.me())]
    if search:
        rules.append(Organisation.matching(search))
    if borough_id is not None:
        rules.append(Organisation.borough_id == borough_id)
    if not closed:
        rules.append(Organisation.is_open.is_(True))
    total = db.session.scalar(db.select(db.func.count()).select_from(Organisation).where(*rules)) or 0
    number = min(max(number, 1), Found([], total, 1).last)
    listed = db.select(Organisation).where(*rules).order_by(*_best_first(search))
    rows = db.session.scalars(listed.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE))
    return Found(list(rows), total, number)


def suggested(typed: str) -> list[Organisation]:
    """The open organisations that fit what somebody has typed so far, those that begin with it first."""
    rules = (Organisation.is_open, Organisation.matching(typed))
    return list(
        db.session.scalars(db.select(Organisation).where(*rules).order_by(*_best_first(typed)).limit(SUGGESTED))
    )


def _best_first(typed: str) -> tuple[ColumnElement[int], ColumnElement[str], ColumnElement[int]]:
    begins = case((Organisation.search_text.like(f" {folded(typed)}%"), 0), else_=1)
    return (begins, Organisation.name.asc(), Organisation.id.asc())


def organisation_or_404(organisation_id: int, *, to_change: bool = False) -> Organisation:
    """The organisation, if the person may open it. ``to_change``: nobody else can change it until the commit."""
    wanted = (
        db.select(Organisation)
        .where(Organisation.id == min(organisation_id, LARGEST_ID), Organisation.visible_to(access.me()))
        .options(*map(selectinload, (Organisation.contacts, Organisation.trust, Organisation.federation)))
    )
    organisation: Organisation | None = db.session.scalar(
        wanted.with_for_update(of=Organisation) if to_change else wanted
    )
    return organisation or abort(404)


def boroughs() -> list[Borough]:
    """The boroughs in which the person is a coordinator."""
    own = access.me().boroughs_as(Role.COORDINATOR)
    chosen = db.select(Borough).order_by(Borough.name)
    return list(db.session.scalars(chosen if own is None else chosen.where(Borough.id.in_(own))))


def reviews_of(organisation: Organisation) -> list[Review]:
    """Its reviews that the person may open, newest first."""
    own = (Review.organisation_id == organisation.id, Review.visible_to(access.me()))
    return list(db.session.scalars(db.select(Review).where(*own).order_by(Review.id.desc())))


def changes_of(organisation: Organisation) -> list[Event]:
    """Who changed what about it by hand and why, newest first."""
    about_it = Event.facts["organisation_id"].as_integer() == organisation.id
    by_hand = Event.step.in_(
        ("add_organisation", "change_organisation", "add_contact", "change_contact", "end_contact")
    )
    return list(db.session.scalars(db.select(Event).where(by_hand, about_it).order_by(Event.id.desc()).limit(50)))
