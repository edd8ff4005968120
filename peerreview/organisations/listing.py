"""The list of the register, a page at a time or all of it: plain columns, as many queries for one row as for all."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Subquery, func, select

from peerreview import access
from peerreview.extensions import db
from peerreview.models import Borough, Contact, Duty, Federation, Organisation, Trust
from peerreview.organisations.list_forms import DUTY
from peerreview.organisations.list_rules import order, rules
from peerreview.organisations.reviewed import last_reviews
from peerreview.sheets import Cell
from peerreview.workdays import local_day

PAGE_SIZE = 50
AT_ONCE = 1_000  # rows of the whole list that are in memory
HEADINGS = (
    "Name", "URN", "Type", "Phase", "Duty", "Borough", "Trust", "Federation", "Street", "District", "Town", "Postcode",
    "Phone", "Website", "Open", "Opened on", "Closed on", "People to write to", "Last reviewed on",
)  # fmt: skip


class Row(NamedTuple):
    """One line of the page."""

    id: int
    name: str
    type_name: str
    duty: Duty | None
    borough: str
    postcode: str
    is_open: bool
    closed_on: date | None
    reviewed_at: datetime | None


class Found(NamedTuple):
    """One page of the list. ``number`` counts from 1."""

    rows: list[Row]
    total: int
    number: int

    @property
    def last(self) -> int:
        """The number of the last page; 1 for an empty list."""
        return max(1, -(-self.total // PAGE_SIZE))


def found(wanted: dict[str, str], number: int) -> Found:
    """One page of the organisations that the person may open and that fit."""
    reviews = last_reviews()
    count = select(func.count()).select_from(Organisation)
    total = db.session.scalar(_fitting(count, wanted, reviews)) or 0
    number = min(max(number, 1), Found([], total, 1).last)
    columns = select(
        Organisation.id, Organisation.name, Organisation.type_name, Organisation.duty, Borough.name,
        Organisation.postcode, Organisation.is_open, Organisation.closed_on, reviews.c.at,
    ).select_from(Organisation)  # fmt: skip
    rows = _in_order(_fitting(columns, wanted, reviews), wanted, reviews)
    page = db.session.execute(rows.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE))
    return Found([Row(*row) for row in page], total, number)


def whole(wanted: dict[str, str]) -> Iterator[list[Cell]]:
    """Everything that fits, in the list's order, as cells under ``HEADINGS``: no names or addresses of people."""
    reviews = last_reviews()
    people = select(func.count()).where(Contact.organisation_id == Organisation.id, Contact.ended_at.is_(None))
    columns = select(
        Organisation.name, Organisation.urn, Organisation.type_name, Organisation.phase, Organisation.duty,
        Borough.name, Trust.name, Federation.name, Organisation.street, Organisation.locality, Organisation.town,
        Organisation.postcode, Organisation.phone, Organisation.website, Organisation.is_open, Organisation.opened_on,
        Organisation.closed_on, people.correlate(Organisation).scalar_subquery(), reviews.c.at,
    ).select_from(Organisation)  # fmt: skip
    rows = _in_order(_fitting(columns, wanted, reviews), wanted, reviews)
    rows = rows.outerjoin(Organisation.trust).outerjoin(Organisation.federation)
    for row in db.session.execute(rows.execution_options(yield_per=AT_ONCE)):
        duty, reviewed_at = row[4], row[-1]
        yield [*row[:4], DUTY[duty or "none"], *row[5:-1], local_day(reviewed_at) if reviewed_at else None]


def choices() -> tuple[list[tuple[str, str]], list[str], list[str]]:
    """What the person's part of the register can be narrowed to: boroughs (id, name), types, phases."""
    kinds = select(Organisation.borough_id, Borough.name, Organisation.type_name, Organisation.phase).join(Borough)
    seen = db.session.execute(kinds.where(Organisation.visible_to(access.me())).distinct()).all()
    boroughs = sorted({(str(key), name) for key, name, _, _ in seen}, key=lambda pair: pair[1])
    types, phases = {kind for _, _, kind, _ in seen}, {phase for _, _, _, phase in seen}
    return boroughs, sorted(types - {""}), sorted(phases - {""})


def _fitting(chosen: Any, wanted: dict[str, str], reviews: Subquery) -> Any:
    return chosen.where(Organisation.visible_to(access.me()), *rules(wanted, reviews))


def _in_order(chosen: Any, wanted: dict[str, str], reviews: Subquery) -> Any:
    chosen = chosen.join(Organisation.borough).outerjoin(reviews, reviews.c.own == Organisation.id)
    return chosen.order_by(*order(wanted, reviews))
