"""What the register says now of the organisations, trusts and federations that a file names."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Select, select

from peerreview.extensions import db
from peerreview.models import Federation, Organisation, Trust
from peerreview.models.organisation import folded
from peerreview.organisations.changes import FIELDS, GROUPS, Group

KINDS: dict[str, type[Trust] | type[Federation]] = {"trust": Trust, "federation": Federation}
PLAIN = [name for name in FIELDS if name not in GROUPS]


@dataclass(frozen=True, slots=True)
class Known:
    """An organisation as it is. ``values``: every field of ``changes.FIELDS``."""

    id: int
    urn: str | None
    known_as: str
    is_duty_by_hand: bool
    values: dict[str, Any]


class Register:
    """Those organisations of the register that a batch of rows may mean."""

    def __init__(self, found: Iterable[Known], own: Collection[int]) -> None:
        self.by_urn = {each.urn: each for each in found}
        self._own = own

    def of(self, urn: str | None) -> Known | None:
        """The one with this URN."""
        return self.by_urn.get(urn) if urn else None

    def called(self, borough_id: int, name: str) -> list[Known]:
        """Those without a URN that have this name (folded) in this borough."""
        return self._without_urn.get((borough_id, name), [])

    @cached_property
    def _without_urn(self) -> dict[tuple[int, str], list[Known]]:
        named: dict[tuple[int, str], list[Known]] = {}
        for each in _read(_chosen().where(Organisation.urn.is_(None), Organisation.borough_id.in_(self._own))):
            named.setdefault((each.values["borough_id"], folded(each.values["name"])), []).append(each)
        return named


def those(urns: Collection[str], own: Collection[int]) -> Register:
    """The organisations with these URNs; those without one, of these boroughs, are fetched when asked for."""
    return Register(_read(_chosen().where(Organisation.urn.in_(urns))) if urns else [], own)


def by_id(ids: Collection[int]) -> dict[int, Known]:
    """The organisations with these ids, and nobody else can change them until the commit."""
    return {each.id: each for each in _read(_chosen().where(Organisation.id.in_(ids)).with_for_update(of=Organisation))}


def groups(field: str, named: Iterable[Group]) -> dict[tuple[bool, str], tuple[int, str]]:
    """The id and the present name of those trusts or federations that are known; of several alike the first."""
    kind, named = KINDS[field], list(named)
    by_code = kind.code.in_([group.code for group in named if group.code])
    by_name = kind.code.is_(None) & kind.name.in_([group.name for group in named if not group.code])
    rows = db.session.execute(select(kind.id, kind.code, kind.name).where(by_code | by_name).order_by(kind.id.desc()))
    return {Group(code or "", name).key: (id_, name) for id_, code, name in rows}


def _chosen() -> Select[Any]:
    columns = [getattr(Organisation, name) for name in PLAIN]
    of_groups = [column for name in sorted(KINDS) for column in (KINDS[name].id, KINDS[name].code, KINDS[name].name)]
    by_hand = (Organisation.duty_reason, Organisation.duty_set_at)
    return (
        select(Organisation.id, Organisation.urn, Organisation.known_as, *by_hand, *columns, *of_groups)
        .outerjoin(Trust, Organisation.trust_id == Trust.id)
        .outerjoin(Federation, Organisation.federation_id == Federation.id)
    )


def _read(chosen: Select[Any]) -> list[Known]:
    return [_known(row) for row in db.session.execute(chosen)]


def _known(row: Sequence[Any]) -> Known:
    id_, urn, known_as, reason, set_at, *rest = row
    values = dict(zip(PLAIN, rest, strict=False))
    for place, name in enumerate(sorted(KINDS)):
        group_id, code, group = rest[len(PLAIN) + 3 * place :][:3]
        values[name] = None if group_id is None else Group(code or "", group)
    return Known(id_, urn, known_as, bool(reason or set_at), values)
