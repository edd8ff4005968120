"""Links between predecessors and successors, by hand and with a reason. The caller commits."""

from datetime import date

from peerreview import audit_trail
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Organisation, Succession, successors_of, utc_now


class Circle(Exception):
    """The link would make an organisation its own predecessor."""


def link(before: Organisation, after: Organisation, on: date | None, reason: str, actor: Actor) -> Succession:
    """Write that one organisation went on as another. One that was taken back counts again.

    Raises Circle when the successor already comes before the predecessor, by whatever way.
    """
    both = db.select(Organisation.id).where(Organisation.id.in_([before.id, after.id])).order_by(Organisation.id)
    db.session.execute(both.with_for_update())  # of two people who link the same two at once the second waits
    if before.id in successors_of([after.id])[after.id]:
        raise Circle
    pair = (Succession.predecessor_id == before.id, Succession.successor_id == after.id)
    known: Succession | None = db.session.scalar(db.select(Succession).where(*pair))
    row = known or Succession(predecessor=before, successor=after)
    db.session.add(row)
    row.happened_on, row.reason, row.written_by, row.written_at = on, reason, actor.name, utc_now()
    row.taken_back_at = row.taken_back_by = None
    row.taken_back_reason = ""
    _record("link_organisations", row, actor, reason)
    return row


def take_back(row: Succession, reason: str, actor: Actor) -> None:
    """The link is wrong and counts no more, even when the register's file says it again."""
    if row.taken_back_at is not None:
        return
    row.taken_back_at, row.taken_back_by, row.taken_back_reason = utc_now(), actor.name, reason
    _record("take_back_link", row, actor, reason)


def _record(step: str, row: Succession, actor: Actor, reason: str) -> None:
    ends = {"organisation_id": row.predecessor.id, "other_id": row.successor.id}
    names = {"predecessor": row.predecessor.name, "successor": row.successor.name}
    audit_trail.record(step, actor, facts=ends | names | {"reason": reason})
