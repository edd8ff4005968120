"""An extract of the national register as rows to import: which of our fields each of its columns fills."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from peerreview.models import Duty
from peerreview.organisations import gias
from peerreview.organisations.changes import Group
from peerreview.organisations.gias import Refused, Row
from peerreview.organisations.sources import Wanted

DUTIES = {duty.value: duty for duty in Duty}  # every other duty of the table is none of sections 11, 157 and 175
SAME = ("phase", "religious_character", "street", "locality", "town", "postcode", "website", "opened_on")


def read(stream: BinaryIO) -> Iterator[Wanted | Refused]:
    """The rows of an extract. A column that the file does not have changes nothing. Raises NotAnExtract at once."""
    extract = gias.read(stream)
    return (row if isinstance(row, Refused) else _wanted(row, extract.has) for row in extract.rows)


def _wanted(row: Row, has: frozenset[str]) -> Wanted:
    facts: dict[str, Any] = {"name": row.name} | {name: getattr(row, name) for name in SAME if name in has}
    if has & {"type_code", "type_name"}:
        code = "" if row.type_code is None else str(row.type_code)[:4]
        facts |= {"type_code": code, "type_name": row.type_name, "duty": DUTIES.get(row.duty)}
    if "trust_name" in has:
        facts["trust"] = Group(row.trust_code, row.trust_name) if row.trust_name else None
    if "federation_name" in has:
        facts["federation"] = Group(row.federation_code, row.federation_name) if row.federation_name else None
    if "telephone" in has:
        facts["phone"] = row.telephone
    return Wanted(
        number=row.number,
        place=str(row.la_code),
        place_words=f"{row.la_name or 'Local authority'} ({row.la_code})",
        urn=str(row.urn),
        facts=facts | _status(row, has),
    )


def _status(row: Row, has: frozenset[str]) -> dict[str, Any]:
    """What is open has no closing date; what is closed keeps the one we have when the file has no such column."""
    if not has & {"status_code", "status_name"}:
        return {}
    is_open = not (row.is_closed or row.is_proposed)
    if is_open or not row.is_closed:
        return {"is_open": is_open, "closed_on": None}
    return {"is_open": is_open} | ({"closed_on": row.closed_on} if "closed_on" in has else {})
