"""What the pages of the register show, in the same number of queries for one row and for thousands."""

from flask import abort
from sqlalchemy import ColumnElement, case
from sqlalchemy.orm import selectinload

from peerreview import access
from peerreview.extensions import db
from peerreview.models import LARGEST_ID, Borough, Organisation, boroughs_of
from peerreview.models.organisation import folded
from peerreview.workflow import Role

SUGGESTED = 12  # at most, while somebody types


def suggested(typed: str) -> list[Organisation]:
    """The open organisations that fit what somebody has typed so far, those that begin with it first."""
    rules = (Organisation.is_open, Organisation.matching(typed))
    order = (begins_with(typed), Organisation.search_text.asc(), Organisation.id.asc())
    return list(db.session.scalars(db.select(Organisation).where(*rules).order_by(*order).limit(SUGGESTED)))


def begins_with(typed: str) -> ColumnElement[int]:
    """Puts those that begin with it before the others."""
    return case((Organisation.search_text.like(f" {folded(typed)}%"), 0), else_=1)


def organisation_or_404(organisation_id: int, *, to_change: bool = False) -> Organisation:
    """The organisation, if the person may open it. ``to_change``: nobody else can change it until the commit."""
    parts = (Organisation.contacts, Organisation.aliases, Organisation.trust, Organisation.federation)
    wanted = (
        db.select(Organisation)
        .where(Organisation.id == min(organisation_id, LARGEST_ID), Organisation.visible_to(access.me()))
        .options(*map(selectinload, parts))
    )
    organisation: Organisation | None = db.session.scalar(
        wanted.with_for_update(of=Organisation) if to_change else wanted
    )
    return organisation or abort(404)


def boroughs() -> list[Borough]:
    """The boroughs in which the person is a coordinator."""
    return boroughs_of(access.me(), Role.COORDINATOR)
