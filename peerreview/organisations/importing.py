"""Takes an extract of the national register into ours: in one transaction, in batches, as often as one likes."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from peerreview import audit_trail
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Borough, Duty, Federation, Organisation, Trust
from peerreview.organisations.gias import Extract, Refused, Row
from peerreview.organisations.outcome import Outcome

BATCH = 500  # rows: two queries each, whatever is in them
DUTIES = {duty.value: duty for duty in Duty}  # every other duty of the table is none of sections 11, 157 and 175
Group = TypeVar("Group", Trust, Federation)
# Our columns, and the column of the extract without which they stay as they are.
NEEDS = {
    "type_code": "type_code", "type_name": "type_name", "phase": "phase", "religious_character": "religious_character",
    "trust_id": "trust_name", "federation_id": "federation_name", "street": "street", "locality": "locality",
    "town": "town", "postcode": "postcode", "phone": "telephone", "website": "website", "opened_on": "opened_on",
    "closed_on": "closed_on",
}  # fmt: skip


def take_in(extract: Extract, actor: Actor, file_name: str) -> Outcome:
    """Add and change organisations as the extract says; the caller ends the transaction with ``outbox.commit``.

    A duty set by hand stays. A column that the file does not have changes nothing. Nothing is ever removed: a school
    that closed is marked so, and one that left the boroughs of the board is refused like any other of elsewhere.
    """
    taking = _Taking(extract.has)
    while rows := list(islice(extract.rows, BATCH)):
        taking.batch(list(taking.ours(rows)))
    done = taking.outcome
    counts = {"added": done.added, "changed": done.changed, "unchanged": done.unchanged, "refused": done.refused_rows}
    audit_trail.record("import_register", actor, facts={"file": file_name[:200], **counts})
    return done


class _Taking:
    """The state of one import: the board's boroughs, and the trusts and federations met so far."""

    def __init__(self, has: frozenset[str]) -> None:
        self.outcome = Outcome()
        self._boroughs = {int(each.authority_code): each.id for each in db.session.scalars(db.select(Borough))}
        self._trusts: dict[tuple[str, str], int] = {}
        self._federations: dict[tuple[str, str], int] = {}
        has_status = "status_code" in has or "status_name" in has
        has_type = "type_code" in has or "type_name" in has
        present = has | ({"type_code", "type_name"} if has_type else set())
        self._kept = {ours for ours, theirs in NEEDS.items() if theirs not in present}
        self._kept |= set() if has_type else {"duty"}
        self._kept |= set() if has_status else {"is_open", "closed_on"}

    def ours(self, rows: Iterable[Row | Refused]) -> Iterator[Row]:
        """The rows of the board's boroughs; the others are refused with their reasons."""
        for row in rows:
            if isinstance(row, Refused):
                self.outcome.refuse(row.row_number, row.reason)
            elif row.la_code not in self._boroughs:
                place = f"{row.la_name or 'Local authority'} ({row.la_code})"
                self.outcome.refuse(row.number, f"{place} is not one of the board's boroughs.")
            else:
                yield row

    def batch(self, rows: list[Row]) -> None:
        """Compare one batch with what is there, and write the differences."""
        self._meet(Trust, self._trusts, {(row.trust_code, row.trust_name) for row in rows if row.trust_name})
        federations = {(row.federation_code, row.federation_name) for row in rows if row.federation_name}
        self._meet(Federation, self._federations, federations)
        wanted = Organisation.urn.in_([str(row.urn) for row in rows])
        known = {each.urn: each for each in db.session.scalars(db.select(Organisation).where(wanted))}
        for row in rows:
            self._take(row, known.get(str(row.urn)))
        db.session.flush()
        db.session.expunge_all()  # a whole country of schools would not fit in memory

    def _take(self, row: Row, organisation: Organisation | None) -> None:
        facts = self._facts(row)
        if organisation is None:
            db.session.add(Organisation(urn=str(row.urn), **facts))
            self.outcome.added += 1
            return
        kept = self._kept | ({"duty"} if organisation.duty_reason else set())
        if "is_open" not in kept and facts["is_open"]:
            kept = kept - {"closed_on"}  # what is open again has no closing date
        changes = {name: new for name, new in facts.items() if name not in kept and getattr(organisation, name) != new}
        for name, new in changes.items():
            setattr(organisation, name, new)
        if changes:
            self.outcome.changed += 1
        else:
            self.outcome.unchanged += 1

    def _facts(self, row: Row) -> dict[str, Any]:
        return {
            "name": row.name,
            "borough_id": self._boroughs[row.la_code],
            "type_code": "" if row.type_code is None else str(row.type_code)[:4],
            "type_name": row.type_name,
            "duty": DUTIES.get(row.duty),
            "phase": row.phase,
            "religious_character": row.religious_character,
            "trust_id": self._trusts.get((row.trust_code, row.trust_name)),
            "federation_id": self._federations.get((row.federation_code, row.federation_name)),
            "street": row.street,
            "locality": row.locality,
            "town": row.town,
            "postcode": row.postcode,
            "phone": row.telephone,
            "website": row.website,
            "is_open": not (row.is_closed or row.is_proposed),
            "opened_on": row.opened_on,
            "closed_on": row.closed_on if row.is_closed else None,
        }

    def _meet(self, kind: type[Group], met: dict[tuple[str, str], int], named: set[tuple[str, str]]) -> None:
        """Find or add the trusts or federations of a batch: by code, or by name for those that have none."""
        new = named - met.keys()
        if not new:
            return
        by_code = kind.code.in_([code for code, _ in new if code])
        by_name = kind.code.is_(None) & kind.name.in_([name for code, name in new if not code])
        known = {each.code or each.name: each for each in db.session.scalars(db.select(kind).where(by_code | by_name))}
        for code, name in sorted(new):
            group = known.get(code or name)
            if group is None:
                known[code or name] = group = kind(code=code or None, name=name)
                db.session.add(group)
            group.name = name
        db.session.flush()
        met.update({(code, name): known[code or name].id for code, name in new})
