"""Writes and puts back trusts and federations: new ones, and new names."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update

from peerreview.extensions import db
from peerreview.organisations import known
from peerreview.organisations.changes import Group, Staged
from peerreview.organisations.references import used

RENAMED = "It has another name since."
USED = "An organisation belongs to it."


class Groups:
    """``field``: trust or federation."""

    def __init__(self, field: str) -> None:
        self._field, self._kind = field, known.KINDS[field]

    def apply(self, rows: Sequence[Staged], said_by: str) -> dict[int, str]:
        """Add or rename, when it is still as in the preview."""
        left = {}
        present = known.groups(self._field, [Group(row.key, row.name) for row in rows])
        for row in rows:
            before, after = row.changes["name"]
            group_id, name = present.get(Group(row.key, row.name).key, (None, None))
            if name == after:
                left[row.id] = "It is there already."
            elif name != before:
                left[row.id] = RENAMED
            elif group_id is None:
                added = insert(self._kind).values(code=row.key or None, name=after).returning(self._kind.id)
                row.subject_id = db.session.scalar(added)
            else:
                db.session.execute(update(self._kind).where(self._kind.id == group_id).values(name=after))
        return left

    def undo(self, rows: Sequence[Staged]) -> dict[int, str]:
        """Give it its old name again, or take it away when nothing belongs to it."""
        left = {}
        ids = [row.subject_id for row in rows if row.subject_id is not None]
        named = db.session.execute(select(self._kind.id, self._kind.name).where(self._kind.id.in_(ids)))
        names = {row.id: row.name for row in named}
        in_use = used(self._kind, ids)
        for row in rows:
            before, after = row.changes["name"]
            of_it = self._kind.id == row.subject_id
            if names.get(row.subject_id or 0) != after:
                left[row.id] = RENAMED
            elif before is not None:
                db.session.execute(update(self._kind).where(of_it).values(name=before))
            elif row.subject_id in in_use:
                left[row.id] = USED
            else:
                db.session.execute(delete(self._kind).where(of_it))
        return left
