"""Writes and puts back organisations."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from peerreview.extensions import db
from peerreview.models import Organisation, RowKind
from peerreview.models.organisation import folded, search_text_of
from peerreview.organisations import known
from peerreview.organisations.changes import FIELDS, GROUPS, STATUS, WORDS, Group, Staged, alike, restored
from peerreview.organisations.known import Known
from peerreview.organisations.references import used

TABLE = Organisation.metadata.tables["organisation"]
EMPTY = dict.fromkeys(FIELDS, "") | {"duty": None, "trust": None, "federation": None, "opened_on": None,
                                     "closed_on": None, "is_open": True}  # fmt: skip


class Organisations:
    """The hand for rows about organisations."""

    def apply(self, rows: Sequence[Staged], said_by: str) -> dict[int, str]:
        """Add and change, when what is there is still as in the preview."""
        left: dict[int, str] = {}
        groups = _groups(rows)
        added = [row for row in rows if row.kind is RowKind.ADDED]
        left |= _taken(added)
        _add([row for row in added if row.id not in left], groups)
        changed = [row for row in rows if row.kind is not RowKind.ADDED]
        now = known.by_id([row.subject_id for row in changed if row.subject_id])
        written = []
        for row in changed:
            ours = now.get(row.subject_id or 0)
            if why := _differs(row, ours, side=0):
                left[row.id] = f"Changed since the preview: {why}."
            elif ours is not None:
                written.append((ours, _side(row, 1)))
        _write(written, groups)
        return left

    def undo(self, rows: Sequence[Staged]) -> dict[int, str]:
        """Put back every field that is still as it was written; take away what was added and nothing refers to."""
        left: dict[int, str] = {}
        groups, ids = _groups(rows), [row.subject_id for row in rows if row.subject_id]
        now, in_use = known.by_id(ids), used(Organisation, ids)
        removed, written = [], []
        for row in rows:
            ours = now.get(row.subject_id or 0)
            if ours is None:
                left[row.id] = "It is gone."
            elif row.kind is RowKind.ADDED:
                why = _differs(row, ours, side=1, whole=True)
                if why:
                    left[row.id] = f"Changed since: {why}."
                elif ours.id in in_use:
                    left[row.id] = "It is used: by a contact, a review, a note or another record."
                else:
                    removed.append(ours.id)
            else:
                stays = _changed_since(row, ours)
                written.append((ours, {name: old for name, old in _side(row, 0).items() if name not in stays}))
                if stays:
                    left[row.id] = f"Changed since, and stays: {_list(stays)}."
        _write([(ours, values) for ours, values in written if values], groups)
        if removed:
            db.session.execute(delete(TABLE).where(TABLE.c.id.in_(removed)))
        return left


def _add(rows: Sequence[Staged], groups: dict[str, dict[tuple[bool, str], int]]) -> None:
    """Those with a URN all at once, and known by it; the few without one by one."""
    numbered = []
    for row in rows:
        values = _columns(EMPTY | _side(row, 1), groups) | {"urn": row.key or None}
        values["search_text"] = search_text_of(values["name"], values["postcode"], row.key or None)
        if row.key:
            numbered.append(values)
        else:
            row.subject_id = db.session.scalar(insert(TABLE).values(values).returning(TABLE.c.id))
    if numbered:
        db.session.connection().execute(insert(TABLE), numbered)
        own = select(TABLE.c.urn, TABLE.c.id).where(TABLE.c.urn.in_([values["urn"] for values in numbered]))
        ids = {row.urn: row.id for row in db.session.execute(own)}
        for row in rows:
            row.subject_id = ids.get(row.key, row.subject_id)


def _side(row: Staged, side: int) -> dict[str, Any]:
    """What a row changes: before (0) or after (1)."""
    return {name: restored(name, pair[side]) for name, pair in row.changes.items()}


def _taken(rows: Sequence[Staged]) -> dict[int, str]:
    """Those that are there by now, under the same URN or (without one) the same name in the same borough."""
    register = known.those([row.key for row in rows if row.key], {row.changes["borough_id"][1] for row in rows})
    why = "It has come into the register since the preview."
    return {
        row.id: why
        for row in rows
        if register.of(row.key) or (not row.key and register.called(row.changes["borough_id"][1], folded(row.name)))
    }


def _differs(row: Staged, ours: Known | None, *, side: int, whole: bool = False) -> str:
    """Which fields are not (any more) as one side of the row says; empty when all are."""
    if ours is None:
        return "it is gone"
    said = (EMPTY if whole else {}) | _side(row, side)
    other = [name for name, value in said.items() if not alike(name, ours.values[name], value)]
    if ours.is_duty_by_hand and "duty" in said and "duty" not in other:
        other.append("duty")
    return _list(other)


def _changed_since(row: Staged, ours: Known) -> set[str]:
    stays = {name for name, new in _side(row, 1).items() if not alike(name, ours.values[name], new)}
    if ours.is_duty_by_hand and "duty" in row.changes:
        stays.add("duty")
    return stays | set(STATUS) & row.changes.keys() if stays & set(STATUS) else stays


def _list(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(WORDS[name] for name in FIELDS if name in set(names)))


def _groups(rows: Sequence[Staged]) -> dict[str, dict[tuple[bool, str], int]]:
    """The ids of every trust and federation that the rows name."""
    found = {}
    for field in GROUPS:
        named = {Group(*value) for row in rows for value in row.changes.get(field, ()) if value is not None}
        found[field] = {key: id_ for key, (id_, _name) in known.groups(field, named).items()} if named else {}
    return found


def _columns(values: dict[str, Any], groups: dict[str, dict[tuple[bool, str], int]]) -> dict[str, Any]:
    columns = {name: value for name, value in values.items() if name not in GROUPS}
    for field in GROUPS & values.keys():
        group = values[field]
        columns[f"{field}_id"] = None if group is None else groups[field][group.key]
    return columns


def _write(changes: Sequence[tuple[Known, dict[str, Any]]], groups: dict[str, dict[tuple[bool, str], int]]) -> None:
    """Write values of organisations: a statement for each set of fields that changes together."""
    alike_: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for ours, values in changes:
        columns = _columns(values, groups)
        if {"name", "postcode"} & columns.keys():
            now = ours.values | values
            columns["search_text"] = search_text_of(now["name"], now["postcode"], ours.urn, ours.known_as)
        alike_[tuple(sorted(columns))].append(columns | {"of_id": ours.id})
    for names, rows in alike_.items():
        own = TABLE.c.id == bindparam("of_id")
        statement = update(TABLE).where(own).values({name: bindparam(name) for name in names})
        db.session.connection().execute(statement, rows)
