"""Writes and puts back links between predecessors and successors."""

from collections.abc import Sequence
from datetime import date

from peerreview.extensions import db
from peerreview.models import RowKind, Succession, ids_by_urn
from peerreview.organisations.changes import Staged
from peerreview.organisations.generations import on_a_circle
from peerreview.organisations.linking import Pair

THERE = "The two are linked already."
CHANGED = "The link was changed or taken back since."
GONE = "One of the two is not in the register any more."
CIRCLE = "With a link that was added since it would go round in a circle."


class Successions:
    """The hand for rows about links."""

    def apply(self, rows: Sequence[Staged], said_by: str) -> dict[int, str]:
        """Link, or mend a link, when it is still as in the preview."""
        left: dict[int, str] = {}
        new = [row for row in rows if row.kind is RowKind.LINKED]
        ids = ids_by_urn({urn for row in new for urn in row.key.split()})
        pairs = {row.id: _pair(row, ids) for row in new}
        known = {(each.predecessor_id, each.successor_id): each for each in db.session.scalars(db.select(Succession))}
        standing = {pair for pair, each in known.items() if each.taken_back_at is None}
        circles = on_a_circle(standing | {pair for pair in pairs.values() if pair is not None})
        added: dict[int, Succession] = {}
        for row in new:
            pair = pairs[row.id]
            if pair is None or pair in known or pair in circles:
                left[row.id] = GONE if pair is None else THERE if pair in known else CIRCLE
                continue
            link = Succession(predecessor_id=pair[0], successor_id=pair[1], written_by=said_by)
            _write(link, row, 1)
            added[row.id] = known[pair] = link
        db.session.add_all(added.values())
        mended = [row for row in rows if row.kind is not RowKind.LINKED]
        left |= _put(mended, before=0, after=1, said_by=said_by)
        db.session.flush()
        for row in new:
            row.subject_id = added[row.id].id if row.id in added else None
        return left

    def undo(self, rows: Sequence[Staged]) -> dict[int, str]:
        """Take away what was linked, and give a mended link its old day, when nobody has touched it since."""
        left = _put([row for row in rows if row.kind is not RowKind.LINKED], before=1, after=0)
        linked = [row for row in rows if row.kind is RowKind.LINKED]
        present = _present(linked)
        for row in linked:
            link = present.get(row.subject_id or 0)
            if link is None or not _is(link, row, 1):
                left[row.id] = CHANGED
            else:
                db.session.delete(link)
        db.session.flush()
        return left


def _put(rows: Sequence[Staged], *, before: int, after: int, said_by: str = "") -> dict[int, str]:
    left, present = {}, _present(rows)
    for row in rows:
        link = present.get(row.subject_id or 0)
        if link is None or not _is(link, row, before):
            left[row.id] = CHANGED
            continue
        _write(link, row, after)
        link.written_by = said_by or link.written_by
    return left


def _present(rows: Sequence[Staged]) -> dict[int, Succession]:
    ids = [row.subject_id for row in rows if row.subject_id is not None]
    return {each.id: each for each in db.session.scalars(db.select(Succession).where(Succession.id.in_(ids)))}


def _pair(row: Staged, ids: dict[str, int]) -> Pair | None:
    before, after = (ids.get(urn) for urn in row.key.split())
    return (before, after) if before and after and before != after else None


def _is(link: Succession, row: Staged, side: int) -> bool:
    """Whether the link says what the row says, and no person has had a hand in it."""
    now = {"happened_on": link.happened_on and link.happened_on.isoformat(), "link_type": link.link_type}
    same = all(now[name] == pair[side] for name, pair in row.changes.items())
    return same and not link.reason and link.taken_back_at is None


def _write(link: Succession, row: Staged, side: int) -> None:
    if "happened_on" in row.changes:
        day = row.changes["happened_on"][side]
        link.happened_on = date.fromisoformat(day) if day else None
    if "link_type" in row.changes:
        link.link_type = row.changes["link_type"][side]
