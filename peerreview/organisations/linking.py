"""Takes the links file of the national register into ours: first what it would change, then the change itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from peerreview import audit_trail
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Succession, ids_by_urn
from peerreview.organisations.generations import on_a_circle
from peerreview.organisations.links_file import Link, Unused
from peerreview.organisations.outcome import Outcome

BATCH = 500  # numbers in one query
Pair = tuple[int, int]  # ids of the predecessor and the successor


@dataclass
class Wanted:
    """What the rows about one pair say together: the later of two days is the first day of the successor."""

    rows: list[int] = field(default_factory=list)
    on: date | None = None
    how: str = ""

    def hear(self, link: Link) -> None:
        """One more row about the same pair; in which order they come does not matter."""
        self.rows.append(link.number)
        self.on = max(filter(None, (self.on, link.on)), default=None)
        self.how = max(self.how, link.how)


@dataclass
class Comparison:
    """What a file would do. ``outcome`` counts links (each stands in one or two rows), and the rows not taken."""

    outcome: Outcome
    new: dict[Pair, Wanted]
    changed: list[tuple[Succession, Wanted]]


def compare(rows: Iterable[Link | Unused]) -> Comparison:
    """What the file would add and change; nothing is written.

    A link that a person wrote or took back stays as they left it. A link whose ends the register lacks, and every
    link that would make an organisation its own predecessor, is refused with its reason.
    """
    result = Comparison(Outcome(), {}, [])
    links: list[Link] = []
    for row in rows:
        if isinstance(row, Unused):
            result.outcome.refuse(row.number, row.reason)
        else:
            links.append(row)
    wanted = _ours(links, result.outcome)
    known = {(each.predecessor_id, each.successor_id): each for each in db.session.scalars(db.select(Succession))}
    standing = {pair for pair, each in known.items() if each.taken_back_at is None}
    circles = on_a_circle(standing | (wanted.keys() - known.keys()))
    for pair, said in wanted.items():
        if pair in circles - standing:
            for number in said.rows:
                result.outcome.refuse(number, "Together with other links it would go round in a circle.")
        elif pair not in known:
            result.new[pair] = said
        elif _differs(known[pair], said):
            result.changed.append((known[pair], said))
        else:
            result.outcome.unchanged += 1
    result.outcome.added, result.outcome.changed = len(result.new), len(result.changed)
    return result


def take_in(rows: Iterable[Link | Unused], actor: Actor, file_name: str) -> Outcome:
    """Write what ``compare`` finds; the caller ends the transaction with ``outbox.commit``: all of it or nothing."""
    found = compare(rows)
    said_by = f"{actor.name}, from {file_name}"[:200]
    for (before, after), said in found.new.items():
        row = Succession(predecessor_id=before, successor_id=after, happened_on=said.on, link_type=said.how)
        row.written_by = said_by
        db.session.add(row)
    for known, said in found.changed:
        known.happened_on = said.on or known.happened_on
        known.link_type, known.written_by = said.how, said_by
    done = found.outcome
    counts = {"added": done.added, "changed": done.changed, "unchanged": done.unchanged, "refused": done.refused_rows}
    audit_trail.record("import_links", actor, facts={"file": file_name[:200], **counts})
    return done


def _ours(links: Sequence[Link], outcome: Outcome) -> dict[Pair, Wanted]:
    """The links between organisations of the register, by pair; the others are refused with what is missing."""
    ids = _ids({urn for link in links for urn in (link.predecessor, link.successor)})
    wanted: dict[Pair, Wanted] = {}
    for link in links:
        missing = [urn for urn in (link.predecessor, link.successor) if urn not in ids]
        if len(missing) == 2:
            outcome.refuse(link.number, "Neither of its two schools is in the register.")
        elif missing:
            name = f" ({link.name})" if link.name and missing[0] == link.named else ""
            outcome.refuse(link.number, f"URN {missing[0]}{name} is not in the register.")
        elif ids[link.predecessor] == ids[link.successor]:
            outcome.refuse(link.number, "Both numbers are of one organisation of the register.")
        else:
            wanted.setdefault((ids[link.predecessor], ids[link.successor]), Wanted()).hear(link)
    return wanted


def _ids(urns: set[str]) -> dict[str, int]:
    listed = sorted(urns)
    found: dict[str, int] = {}
    for start in range(0, len(listed), BATCH):
        found |= ids_by_urn(listed[start : start + BATCH])
    return found


def _differs(known: Succession, said: Wanted) -> bool:
    by_hand = known.reason or known.taken_back_at is not None
    return not by_hand and (known.happened_on, known.link_type) != (said.on or known.happened_on, said.how)
