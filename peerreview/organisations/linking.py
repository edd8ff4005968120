"""What a links file would change: the one home of these rules. Nothing is written here; ``applying_links`` writes.

A link that a person wrote or took back stays as they left it. A link whose end the register lacks, and every link that
would make an organisation its own predecessor, is refused with its reason. The order of the rows does not matter.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from peerreview.extensions import db
from peerreview.models import Organisation, RowKind, Subject, Succession, ids_by_urn
from peerreview.organisations.changes import Changes
from peerreview.organisations.comparing import ELSEWHERE, UNCHANGED, Proposed, Scope
from peerreview.organisations.generations import on_a_circle
from peerreview.organisations.gias import Refused
from peerreview.organisations.links_file import Link

Pair = tuple[int, int]  # ids of the predecessor and the successor
BATCH = 500  # ids in one query


@dataclass
class Said:
    """What the rows about one pair say together: the later of two days is the first day of the successor."""

    urns: tuple[str, str]
    rows: list[int] = field(default_factory=list)
    on: date | None = None
    how: str = ""

    def hear(self, link: Link) -> None:
        """One more row about the same pair."""
        self.rows.append(link.number)
        self.urns = min(self.urns, (link.predecessor, link.successor))
        self.on = max(filter(None, (self.on, link.on)), default=None)
        self.how = max(self.how, link.how)


class Links:
    """One reading of one links file, batch by batch; only links between organisations of the register are kept."""

    def __init__(self, scope: Scope) -> None:
        self.counts: Counter[str] = Counter()
        self.places: Counter[str] = Counter()
        self._scope = scope
        self._said: dict[Pair, Said] = {}

    def batch(self, rows: Sequence[Link | Refused]) -> list[Proposed]:
        """The rows that are refused; the others wait for the end of the file. A few queries, whatever is in them."""
        links = [row for row in rows if isinstance(row, Link)]
        ids = ids_by_urn({urn for link in links for urn in (link.predecessor, link.successor)})
        own = self._own(ids.values())
        proposed = []
        for row in rows:
            if isinstance(row, Refused):
                proposed.append(_refused(row.row_number, row.reason))
            elif own.isdisjoint(ids.get(urn) for urn in (row.predecessor, row.successor)):
                self.counts[ELSEWHERE] += 1
            elif why := _why_not(row, ids):
                proposed.append(_refused(row.number, why))
            else:
                pair, urns = (ids[row.predecessor], ids[row.successor]), (row.predecessor, row.successor)
                self._said.setdefault(pair, Said(urns)).hear(row)
        self.counts[RowKind.REFUSED] += len(proposed)
        return proposed

    def finish(self) -> list[Proposed]:
        """What the whole file would change."""
        known = {(each.predecessor_id, each.successor_id): each for each in db.session.scalars(db.select(Succession))}
        standing = {pair for pair, each in known.items() if each.taken_back_at is None}
        circles = on_a_circle(standing | (self._said.keys() - known.keys()))
        names = _names({end for pair in self._said for end in pair})
        proposed: list[Proposed] = []
        for pair, said in sorted(self._said.items(), key=lambda item: min(item[1].rows)):
            if pair in circles - standing:
                why = "Together with other links it would go round in a circle."
                proposed += [_refused(number, why) for number in sorted(said.rows)]
            else:
                name = f"{names[pair[0]]} went on as {names[pair[1]]}"
                proposed += [each | {"name": name[:200]} for each in self._compared(said, known.get(pair))]
        self.counts.update(each["kind"] for each in proposed)
        return proposed

    def _compared(self, said: Said, known: Succession | None) -> Iterator[Proposed]:
        row: Proposed = {"number": min(said.rows), "subject": Subject.SUCCESSION, "key": " ".join(said.urns)}
        if known is None:
            new = {"happened_on": [None, _iso(said.on)], "link_type": [None, said.how]}
            yield row | {"kind": RowKind.LINKED, "changes": {name: pair for name, pair in new.items() if pair[1]}}
            return
        changes = _changes(said, known)
        if known.taken_back_at is not None:
            reason = f"{known.taken_back_by} has taken this link back. It stays so."
            yield row | {"kind": RowKind.KEPT, "changes": {}, "subject_id": known.id, "reason": reason}
        elif changes and known.reason:
            reason = f"{known.written_by} has written this link. It stays as it is."
            yield row | {"kind": RowKind.KEPT, "changes": {}, "subject_id": known.id, "reason": reason}
        elif changes:
            yield row | {"kind": RowKind.CHANGED, "changes": changes, "subject_id": known.id}
        else:
            self.counts[UNCHANGED] += 1

    def _own(self, ids: Collection[int]) -> set[int]:
        own = (Organisation.id.in_(ids), Organisation.borough_id.in_(self._scope.own))
        return set(db.session.scalars(db.select(Organisation.id).where(*own)))


def _why_not(link: Link, ids: dict[str, int]) -> str:
    missing = next((urn for urn in (link.predecessor, link.successor) if urn not in ids), None)
    if missing is not None:
        name = f" ({link.name})" if link.name and missing == link.named else ""
        return f"URN {missing}{name} is not in the register."
    same = ids[link.predecessor] == ids[link.successor]
    return "Both numbers are of one organisation of the register." if same else ""


def _changes(said: Said, known: Succession) -> Changes:
    """What differs. A day that the register does not tell is not taken away."""
    now = {"happened_on": _iso(known.happened_on), "link_type": known.link_type}
    new = {"happened_on": _iso(said.on or known.happened_on), "link_type": said.how}
    return {name: [now[name], new[name]] for name in now if now[name] != new[name]}


def _names(ids: set[int]) -> dict[int, str]:
    listed = sorted(ids)
    found: dict[int, str] = {}
    for start in range(0, len(listed), BATCH):
        named = db.select(Organisation.id, Organisation.name).where(Organisation.id.in_(listed[start : start + BATCH]))
        found |= {row.id: row.name for row in db.session.execute(named)}
    return found


def _refused(number: int, reason: str) -> Proposed:
    return {
        "number": number, "subject": Subject.SUCCESSION, "kind": RowKind.REFUSED, "reason": reason[:500], "changes": {},
    }  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
