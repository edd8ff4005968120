"""What the rows of a file would change in the register: the one home of these rules. Nothing is written here.

A duty set by hand stays. Nothing is ever removed: a school that closed is marked so, and one that left the boroughs of
the board stays as it is, refused with that reason.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from peerreview.extensions import db
from peerreview.models import Alias, AliasKind, Borough, Person, RowKind, Subject
from peerreview.models.organisation import folded
from peerreview.organisations import known
from peerreview.organisations.changes import GROUPS, STATUS, Changes, Group, alike, kept, kind_of
from peerreview.organisations.known import Known
from peerreview.organisations.sources import Refused, Wanted
from peerreview.workflow import Role

ELSEWHERE, UNCHANGED = "elsewhere", "unchanged"
SUBJECTS = {"trust": Subject.TRUST, "federation": Subject.FEDERATION}
MOST_PLACES = 400  # of other authorities, counted one by one; England has about 150
Proposed = dict[str, Any]  # the columns of an ImportRow


@dataclass(frozen=True)
class Scope:
    """The boroughs of the board, and those of them for which rows are taken: where the person is a coordinator."""

    boroughs: Sequence[Borough]
    own: frozenset[int]

    @classmethod
    def of(cls, person: Person | None) -> "Scope":
        """None: the command of the installation, which takes rows for every borough."""
        boroughs = list(db.session.scalars(db.select(Borough).order_by(Borough.name)))
        own = None if person is None else person.boroughs_as(Role.COORDINATOR)
        return cls(boroughs, frozenset(each.id for each in boroughs) if own is None else frozenset(own))

    def borough(self, place: str) -> Borough | None:
        """The borough of the board that a file calls so."""
        plain = place.casefold().lstrip("0")
        return next(
            (
                each
                for each in self.boroughs
                if plain in (each.authority_code.lstrip("0"), each.code.casefold(), each.name.casefold())
            ),
            None,
        )

    def name(self, borough_id: int) -> str:
        """What a borough is called."""
        return next(each.name for each in self.boroughs if each.id == borough_id)


class Comparison:
    """One reading of one file, batch by batch. ``counts`` and ``places`` are those of ``RegisterImport``."""

    def __init__(self, scope: Scope) -> None:
        self.counts: Counter[str] = Counter()
        self.places: Counter[str] = Counter()
        self._scope = scope
        self._met: dict[str, dict[tuple[bool, str], Group]] = {"trust": {}, "federation": {}}
        self._named: dict[tuple[int, str], int] = {}  # those without a URN: the row in which each was met

    def batch(self, rows: Sequence[Wanted | Refused]) -> list[Proposed]:
        """What these rows would change, in their order; the same number of queries, whatever is in them."""
        wanted = [row for row in rows if isinstance(row, Wanted)]
        register = known.those([row.urn for row in wanted if row.urn], self._scope.own)
        former = _former_urns([row.urn for row in wanted if row.urn and row.urn not in register.by_urn])
        proposed, taken = [], []
        for row in rows:
            answer = self._refusal(row, register, former)
            if answer is None:
                assert isinstance(row, Wanted)
                taken.append(row)
                answer = self._compared(row, register)
            proposed += answer
        proposed = [*self._groups(taken), *proposed]
        self.counts.update(each["kind"] for each in proposed)
        return proposed

    def finish(self) -> list[Proposed]:
        """What only the whole file tells; nothing, for organisations."""
        return []

    def _refusal(
        self, row: Wanted | Refused, register: known.Register, former: dict[str, str]
    ) -> list[Proposed] | None:
        """The refusal of a row, nothing for a row of elsewhere, or None for one that is taken."""
        if isinstance(row, Refused):
            return [_refused(row.row_number, row.reason)]
        borough, ours = self._scope.borough(row.place), register.of(row.urn)
        if borough is None:
            if ours is None or ours.values["borough_id"] not in self._scope.own:
                self._count_elsewhere(row)
                return []
            return [_refused(row.number, f"{row.place_words} is outside the board: it stays as it is here.", row)]
        if borough.id not in self._scope.own:
            return [_refused(row.number, f"You are not a coordinator in {borough.name}.", row)]
        if ours is not None and ours.values["borough_id"] not in self._scope.own:
            where = self._scope.name(ours.values["borough_id"])
            return [_refused(row.number, f"It is in {where} now, where you are not a coordinator.", row)]
        if row.urn in former:
            return [_refused(row.number, f"URN {row.urn} is a former number of {former[row.urn]}.", row)]
        return self._second(row, borough, register) if row.urn is None else None

    def _second(self, row: Wanted, borough: Borough, register: known.Register) -> list[Proposed] | None:
        """The refusal of a name that does not tell which organisation is meant."""
        name = (borough.id, folded(row.facts["name"]))
        if name in self._named:
            return [_refused(row.number, f"Its name is already in row {self._named[name]} of this file.", row)]
        self._named[name] = row.number
        if len(register.called(*name)) > 1:
            return [_refused(row.number, f"{borough.name} has more than one organisation of this name.", row)]
        return None

    def _count_elsewhere(self, row: Wanted) -> None:
        self.counts[ELSEWHERE] += 1
        place = row.place_words[:200]
        self.places[place if place in self.places or len(self.places) < MOST_PLACES else "Other places"] += 1

    def _compared(self, row: Wanted, register: known.Register) -> list[Proposed]:
        borough = self._scope.borough(row.place)
        assert borough is not None
        facts = {"name": row.facts["name"], "borough_id": borough.id, **row.facts}
        ours = register.of(row.urn) if row.urn else next(iter(register.called(borough.id, folded(facts["name"]))), None)
        if ours is None:
            said = {name: value for name, value in facts.items() if value is not True and value not in ("", None)}
            return [_of(row, RowKind.ADDED, {name: [None, kept(name, value)] for name, value in said.items()})]
        changes, reason = _changes(ours, facts)
        if not changes and not reason:
            self.counts[UNCHANGED] += 1
            return []
        kind = kind_of(changes) if changes else RowKind.KEPT
        return [_of(row, kind, changes) | {"subject_id": ours.id, "reason": reason}]

    def _groups(self, rows: Iterable[Wanted]) -> Iterator[Proposed]:
        """The trusts and federations of a batch that are new or have a new name; the first name in the file counts."""
        for field in sorted(GROUPS):
            met = self._met[field]
            named = [row.facts[field] for row in rows if row.facts.get(field) is not None]
            new = {group.key: group for group in reversed(named) if group.key not in met}
            register = known.groups(field, new.values()) if new else {}
            for key, group in sorted(new.items()):
                met[key] = group
                group_id, name = register.get(key, (None, None))
                if name != group.name:
                    yield {
                        "number": None, "subject": SUBJECTS[field], "kind": RowKind.GROUP, "key": group.code,
                        "name": group.name, "subject_id": group_id, "changes": {"name": [name, group.name]},
                    }  # fmt: skip


def _changes(ours: Known, facts: dict[str, Any]) -> tuple[Changes, str]:
    """What differs, and what stays although it differs because it was set by hand."""
    reason, found = "", {}
    for name, new in facts.items():
        if alike(name, ours.values[name], new):
            continue
        if name == "duty" and ours.is_duty_by_hand:
            reason = "Its duty was set by hand and stays."
        else:
            found[name] = [kept(name, ours.values[name]), kept(name, new)]
    if "is_open" in found and "closed_on" in facts:  # told together, so that undoing puts both back
        found |= {name: [kept(name, ours.values[name]), kept(name, facts[name])] for name in STATUS}
    return found, reason


def _former_urns(urns: list[str]) -> dict[str, str]:
    """Of these numbers those that an organisation had once, and what it is called."""
    if not urns:
        return {}
    chosen = db.select(Alias).where(Alias.kind == AliasKind.URN, Alias.value.in_(urns))
    chosen = chosen.options(db.joinedload(Alias.organisation))
    return {each.value: each.organisation.name for each in db.session.scalars(chosen)}


def _of(row: Wanted, kind: RowKind, changes: Changes) -> Proposed:
    return {
        "number": row.number, "subject": Subject.ORGANISATION, "kind": kind, "key": row.urn or "",
        "name": row.facts["name"], "changes": changes,
    }  # fmt: skip


def _refused(number: int, reason: str, row: Wanted | None = None) -> Proposed:
    return {
        "number": number, "subject": Subject.ORGANISATION, "kind": RowKind.REFUSED, "reason": reason[:500],
        "key": (row.urn or "") if row else "", "name": row.facts["name"] if row else "", "changes": {},
    }  # fmt: skip
