"""What an import may change of an organisation, and how a value is kept in the rows of its preview (JSON).

Days are kept as ISO dates, a duty by its value, a borough by its id, a trust or federation by [code, name]; everything
else is text or yes/no already.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from peerreview.models import Duty, RowKind

# In the order in which a preview shows them.
FIELDS = (
    "name", "borough_id", "is_open", "opened_on", "closed_on", "type_code", "type_name", "duty", "phase",
    "religious_character", "trust", "federation", "street", "locality", "town", "postcode", "phone", "website",
)  # fmt: skip
WORDS = {
    "name": "name", "borough_id": "borough", "is_open": "whether it is open", "opened_on": "opening date",
    "closed_on": "closing date", "type_code": "code of the type", "type_name": "type", "duty": "duty", "phase": "phase",
    "religious_character": "religious character", "trust": "trust", "federation": "federation", "street": "street",
    "locality": "district", "town": "town", "postcode": "postcode", "phone": "phone", "website": "website",
    "happened_on": "day", "link_type": "what the register adds", "contact_name": "contact's name",
    "contact_role": "contact's role", "contact_email": "contact's email", "contact_phone": "contact's phone",
}  # fmt: skip
DUTIES = {"s11": "section 11", "s157": "section 157", "s175": "section 175", None: "none of the three"}
DAYS = frozenset({"opened_on", "closed_on", "happened_on"})
GROUPS = frozenset({"trust", "federation"})
STATUS = ("is_open", "closed_on")  # go together: what is open has no closing date

Changes = dict[str, list[Any]]  # {field: [as it is, as it becomes]}, kept values


@dataclass(slots=True)
class Staged:
    """A row of a preview on its way into the register, without the weight of the model's own: there may be 50,000."""

    id: int
    kind: RowKind
    key: str
    name: str
    subject_id: int | None
    changes: Changes


class Group(NamedTuple):
    """A trust or federation as a file names it; ``code`` is empty for one that has none."""

    code: str
    name: str

    @property
    def key(self) -> tuple[bool, str]:
        """The same group: of one code, whatever its name is now; without a code, of one name."""
        return (True, self.code) if self.code else (False, self.name)


def kept(field: str, value: Any) -> Any:
    """A value of an organisation as JSON holds it."""
    if value is None:
        return None
    if field in DAYS:
        return value.isoformat()
    if field in GROUPS:
        return list(value)
    return value.value if isinstance(value, Duty) else value


def restored(field: str, value: Any) -> Any:
    """The value of an organisation behind a kept one."""
    if value is None:
        return None
    if field in DAYS:
        return date.fromisoformat(value)
    if field in GROUPS:
        return Group(*value)
    return Duty(value) if field == "duty" else value


def alike(field: str, one: Any, other: Any) -> bool:
    """Whether two values say the same. A trust or federation that was only renamed is the same one."""
    if field in GROUPS and one is not None and other is not None:
        return bool(Group(*one).key == Group(*other).key)
    return bool(one == other)


def kind_of(changes: Changes) -> RowKind:
    """What a change of a known organisation is called: the first that fits."""
    if "borough_id" in changes:
        return RowKind.MOVED
    if "is_open" in changes:
        return RowKind.OPENED if changes["is_open"][1] else RowKind.CLOSED
    return RowKind.CHANGED


def shown(field: str, value: Any, boroughs: dict[int, str]) -> str:
    """A kept value in words, for a reader of the preview; empty for nothing."""
    if field == "duty":
        return DUTIES[value]
    if field == "is_open":
        return "" if value is None else "yes" if value else "no"
    if value in (None, ""):
        return ""
    if field == "borough_id":
        return boroughs.get(value, "")
    if field in DAYS:
        on = date.fromisoformat(value)
        return f"{on.day} {on:%B %Y}"
    return f"{value[1]} ({value[0]})" if field in GROUPS and value[0] else value[1] if field in GROUPS else str(value)
