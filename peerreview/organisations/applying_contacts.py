"""Writes and puts back people to write to at an organisation."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from peerreview.extensions import db
from peerreview.models import Contact, RowKind, utc_now
from peerreview.models.organisation import folded
from peerreview.organisations import known
from peerreview.organisations.agencies import FIELDS
from peerreview.organisations.changes import Staged
from peerreview.organisations.references import used

TABLE = Contact.metadata.tables["contact"]


class Contacts:
    """The hand for rows about contacts; organisations are written before, and put back after."""

    def apply(self, rows: Sequence[Staged], said_by: str) -> dict[int, str]:
        """Add and change, when it is still as in the preview."""
        left: dict[int, str] = {}
        places = _organisations(rows)
        there = {(each.organisation_id, each.email.casefold()) for each in _at(set(places.values()))}
        now = _by_id(rows)
        for row in rows:
            if row.kind is not RowKind.ADDED:
                if why := _differs(row, now.get(row.subject_id or 0), 0):
                    left[row.id] = why
                else:
                    _write(row, 1)
            elif (place := places.get(row.id)) is None:
                left[row.id] = "Its organisation is not in the register."
            elif (place, row.changes["contact_email"][1].casefold()) in there:
                left[row.id] = "Somebody with this address has come into the register since the preview."
            else:
                values = {FIELDS[name]: pair[1] for name, pair in row.changes.items() if name in FIELDS}
                added = {"phone": "", **values, "organisation_id": place, "created_at": utc_now()}
                row.subject_id = db.session.scalar(insert(TABLE).values(**added).returning(TABLE.c.id))
        return left

    def undo(self, rows: Sequence[Staged]) -> dict[int, str]:
        """Take away who was added and is not used, and put back what was changed, when nobody has touched it since."""
        left: dict[int, str] = {}
        now = _by_id(rows)
        in_use = used(Contact, list(now))
        for row in rows:
            if why := _differs(row, now.get(row.subject_id or 0), 1):
                left[row.id] = why
            elif row.kind is not RowKind.ADDED:
                _write(row, 0)
            elif row.subject_id in in_use:
                left[row.id] = "It is used: by a review or another record."
            else:
                db.session.execute(delete(TABLE).where(TABLE.c.id == row.subject_id))
        return left


def _write(row: Staged, side: int) -> None:
    values = {FIELDS[name]: pair[side] for name, pair in row.changes.items()}
    db.session.execute(update(TABLE).where(TABLE.c.id == row.subject_id).values(**values))


def _differs(row: Staged, person: Any, side: int) -> str:
    """Why the row does not fit what is there any more; empty when it does."""
    if person is None or person.ended_at is not None:
        return "The contact is gone or was ended since."
    said = {FIELDS[name]: pair[side] for name, pair in row.changes.items() if name in FIELDS}
    other = [name for name, value in said.items() if getattr(person, name) != value]
    return f"Changed since: {', '.join(other)}." if other else ""


def _by_id(rows: Sequence[Staged]) -> dict[int, Any]:
    """The people whom rows change or added, as they are, and nobody else can change them until the commit."""
    ids = [row.subject_id for row in rows if row.subject_id is not None]
    chosen = select(TABLE).where(TABLE.c.id.in_(ids)).with_for_update()
    return {each.id: each for each in db.session.execute(chosen)}


def _at(organisation_ids: set[int]) -> Sequence[Any]:
    chosen = select(TABLE.c.organisation_id, TABLE.c.email)
    return db.session.execute(
        chosen.where(TABLE.c.organisation_id.in_(organisation_ids), TABLE.c.ended_at.is_(None))
    ).all()


def _organisations(rows: Sequence[Staged]) -> dict[int, int]:
    """For each row that adds somebody, the organisation: the only one without a URN of that name in its borough."""
    at = {
        row.id: (row.changes["at"][1][0], folded(row.changes["at"][1][1])) for row in rows if row.kind is RowKind.ADDED
    }
    register = known.those([], {borough_id for borough_id, _ in at.values()})
    called = {row_id: register.called(*place) for row_id, place in at.items()}
    return {row_id: found[0].id for row_id, found in called.items() if len(found) == 1}
