"""How a tie leads to an organisation: directly, through predecessors, or through the trust or federation. Pure, but for
``register_for``, which reads from the register what one question needs, in a fixed number of queries.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import or_

from peerreview.extensions import db
from peerreview.models import Federation, Organisation, Tie, Trust, lines_of, successors_of
from peerreview.models.organisation import folded

REGISTERED = ", by the register"


@dataclass(frozen=True)
class Way:
    """``words`` follow the name at the tie's end; ``source`` says that the register knows it. Direct: it is the
    organisation itself, also under an earlier or later number."""

    words: str
    is_direct: bool = True
    source: str = ""
    same_trust: bool = False


@dataclass(frozen=True)
class Place:
    """What the register says of one organisation."""

    name: str
    trust: int | None = None
    federation: int | None = None


@dataclass(frozen=True, eq=False)
class Register:
    """What is needed of it: organisations, names of trusts and federations, and lines through time.

    ``before`` and ``after``: an organisation with all its predecessors, and with all its successors.
    """

    places: Mapping[int, Place]
    trusts: Mapping[int, str]
    federations: Mapping[int, str]
    before: Mapping[int, Collection[int]]
    after: Mapping[int, Collection[int]]
    _names: dict[int, "Names"] = field(default_factory=dict)

    def name_of(self, tie: Tie) -> str:
        """The name at a tie's end."""
        if tie.organisation_id:
            return self.places[tie.organisation_id].name
        return self.trusts[tie.trust_id] if tie.trust_id else self.federations[tie.federation_id or 0]

    def names_around(self, organisation: int) -> "Names":
        """Whatever leads to an organisation, by its name as people search for it: (the name, the way)."""
        if organisation not in self._names:
            self._names[organisation] = _names_around(organisation, self)
        return self._names[organisation]


Names = Mapping[str, list[tuple[str, Way]]]

_ITS_TRUST = Way(", its trust", is_direct=False, source=REGISTERED)
_ITS_FEDERATION = Way(", its federation", is_direct=False, source=REGISTERED)


def _names_around(organisation: int, register: Register) -> Names:
    here, found = register.places[organisation], dict[str, list[tuple[str, Way]]]()
    leads = {each: _from_place(each, organisation, register) for each in register.places}
    ends = [(register.places[each].name, way) for each, way in leads.items() if way]
    if here.trust:
        ends.append((register.trusts[here.trust], _ITS_TRUST))
    if here.federation:
        ends.append((register.federations[here.federation], _ITS_FEDERATION))
    for name, way in ends:
        found.setdefault(folded(name), []).append((name, way))
    return found


def ways(tie: Tie, organisation: int, register: Register) -> Way | None:
    """How the tie leads to the organisation; None when it does not."""
    if tie.organisation_id:
        return _from_place(tie.organisation_id, organisation, register)
    here = register.places[organisation]
    if tie.trust_id:
        return _ITS_TRUST if tie.trust_id == here.trust else None
    return _ITS_FEDERATION if tie.federation_id == here.federation else None


def _from_place(tied: int, organisation: int, register: Register) -> Way | None:
    """From one organisation to another: itself, its past or future, or a fellow of its trust or federation."""
    here = register.places[organisation]
    if tied == organisation:
        return Way("")
    if tied in register.before[organisation]:
        return Way(f", which went on as {here.name}", source=REGISTERED)
    if tied in register.after[organisation]:
        return Way(f", as which {here.name} went on", source=REGISTERED)
    for later in sorted(register.after[tied], key=lambda each: each != tied):
        there = register.places[later]
        then = "" if later == tied else f", which went on as {there.name}"
        if here.trust and there.trust == here.trust:
            words = f"{then}, of the same trust ({register.trusts[here.trust]})"
            return Way(words, is_direct=False, source=REGISTERED, same_trust=True)
        if here.federation and there.federation == here.federation:
            words = f"{then}, of the same federation ({register.federations[here.federation]})"
            return Way(words, is_direct=False, source=REGISTERED)
    return None


def register_for(organisations: Collection[int], ties: Iterable[Tie]) -> Register:
    """What the register says of these organisations, of the ends of these ties, and of the fellows of both."""
    ties = list(ties)
    tied = {tie.organisation_id for tie in ties if tie.organisation_id}
    before = lines_of(organisations)
    after = successors_of({*organisations, *tied})
    needed = {each for line in (*before.values(), *after.values()) for each in line}
    places = _places(Organisation.id.in_(needed))
    here = [places[each] for each in organisations]
    trusts, federations = {place.trust for place in here}, {place.federation for place in here}
    fellows = or_(Organisation.trust_id.in_(trusts - {None}), Organisation.federation_id.in_(federations - {None}))
    places |= _places(fellows)
    trusts |= {tie.trust_id for tie in ties}
    federations |= {tie.federation_id for tie in ties}
    alone = {each: frozenset({each}) for each in places}
    return Register(places, _names(Trust, trusts), _names(Federation, federations), alone | before, alone | after)


def _places(condition: "db.ColumnElement[bool]") -> dict[int, Place]:  # type: ignore[name-defined]
    rows = db.session.execute(
        db.select(Organisation.id, Organisation.name, Organisation.trust_id, Organisation.federation_id).where(
            condition
        )
    )
    return {id: Place(name, trust, federation) for id, name, trust, federation in rows}


def _names(kind: type[Trust] | type[Federation], wanted: Iterable[int | None]) -> dict[int, str]:
    rows = db.session.execute(db.select(kind.id, kind.name).where(kind.id.in_([each for each in wanted if each])))
    return {row.id: row.name for row in rows}
