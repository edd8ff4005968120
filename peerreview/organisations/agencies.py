"""What a list of agencies would change: the agencies like any organisation, and the people to write to there.

Somebody is known again by their email address. Nobody is ended because the file does not name them.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from peerreview.extensions import db
from peerreview.models import Contact, RowKind, Subject
from peerreview.models.organisation import folded
from peerreview.organisations import known
from peerreview.organisations.agencies_file import Agency
from peerreview.organisations.comparing import Comparison, Proposed, Scope
from peerreview.organisations.sources import Refused, Wanted

FIELDS = {"contact_name": "name", "contact_role": "role", "contact_email": "email", "contact_phone": "phone"}
Key = tuple[int, str]  # borough, folded name


class Agencies(Comparison):
    """One reading of one file. Rows of one agency stand for one organisation and several people."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self._first: dict[Key, Agency] = {}
        self._people: set[tuple[Key, str]] = set()  # by email address, of the whole file

    def batch(self, rows: Sequence[Wanted | Refused]) -> list[Proposed]:
        """What these rows would change: each organisation where it is named first, then the people."""
        judged = [self._judged(row) for row in rows]
        proposed = super().batch([row for row, again in judged if not again])
        refused = {each["number"] for each in proposed if each["kind"] is RowKind.REFUSED}
        taken = [row for row, _ in judged if isinstance(row, Agency) and self._lead(row).number not in refused]
        people = list(self._contacts([row for row in taken if row.contact]))
        self.counts.update(each["kind"] for each in people)
        return proposed + people

    def _judged(self, row: Wanted | Refused) -> tuple[Wanted | Refused, bool]:
        """The row, or its refusal, and whether it only names one more person of an agency named before."""
        if not isinstance(row, Agency):
            return row, False
        borough = self._scope.borough(row.place)
        if borough is None:
            return Refused(row.number, f"“{row.place[:60]}” is not a borough of the board."), False
        key = (borough.id, folded(row.facts["name"]))
        first = self._first.setdefault(key, row)
        if row.contact:
            person = (key, row.contact["contact_email"].casefold())
            if person in self._people:
                return Refused(row.number, "Its contact is already in this file."), False
            self._people.add(person)
        if first is row:
            return row, False
        if row.contact and all(first.facts.get(name) == value for name, value in row.facts.items() if name != "name"):
            return row, True
        return Refused(row.number, f"It says something else of this agency than row {first.number}."), False

    def _key(self, row: Agency) -> Key:
        borough = self._scope.borough(row.place)
        assert borough is not None
        return borough.id, folded(row.facts["name"])

    def _lead(self, row: Agency) -> Agency:
        return self._first[self._key(row)]

    def _contacts(self, rows: Sequence[Agency]) -> Iterator[Proposed]:
        if not rows:
            return
        register = known.those([], self._scope.own)
        ours = {row.number: next(iter(register.called(*self._key(row))), None) for row in rows}
        present = _present([each.id for each in ours.values() if each is not None])
        for row in rows:
            there = ours[row.number]
            person = present.get((there.id, row.contact["contact_email"].casefold())) if there else None
            yield from self._compared_contact(row, person)

    def _compared_contact(self, row: Agency, person: Contact | None) -> Iterator[Proposed]:
        proposed: Proposed = {
            "number": row.number, "subject": Subject.CONTACT,
            "name": f"{row.contact['contact_name']} at {row.facts['name']}"[:200],
        }  # fmt: skip
        if person is None:
            said = {name: [None, value] for name, value in row.contact.items()}
            at = [self._key(row)[0], row.facts["name"]]  # the agency itself may be new: it is known by these
            yield proposed | {"kind": RowKind.ADDED, "changes": said | {"at": [None, at]}}
            return
        now = {name: getattr(person, column) for name, column in FIELDS.items()}
        changes = {name: [now[name], value] for name, value in row.contact.items() if now[name] != value}
        if changes:
            yield proposed | {"kind": RowKind.CHANGED, "subject_id": person.id, "changes": changes}


def _present(organisation_ids: Sequence[int]) -> dict[tuple[int, str], Contact]:
    """The people to write to now at these organisations, by organisation and email address."""
    chosen = select(Contact).where(Contact.organisation_id.in_(organisation_ids), Contact.ended_at.is_(None))
    return {(each.organisation_id, each.email.casefold()): each for each in db.session.scalars(chosen)}
