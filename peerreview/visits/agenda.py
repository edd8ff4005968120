"""The agenda of a visit: does it fit, when does each item start, and a first suggestion. Plain functions.

The board's procedure (section 2) allows at most 2-3 hours on site, with interviews of named staff and document review.
The limit in minutes is passed in: it is the length of the agreed visit, never more than LONGEST_VISIT.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from peerreview.models import LONGEST_VISIT, AgendaKind
from peerreview.workdays import LOCAL_ZONE

SHORTEST_ITEM = 5
SHORTEST_INTERVIEW = 15
LONGEST_WHO = 200  # characters


KIND_NAMES = {
    AgendaKind.WELCOME: "Welcome",
    AgendaKind.INTERVIEW: "Interview",
    AgendaKind.DOCUMENTS: "Document review",
    AgendaKind.TOUR: "Tour",
    AgendaKind.FEEDBACK: "First feedback",
}


@dataclass(frozen=True)
class Item:
    """One part of the visit; `minutes` is its length."""

    kind: AgendaKind
    title: str
    minutes: int
    who: str = ""


@dataclass(frozen=True)
class Placed:
    """An item with its start and end as aware Europe/London wall time."""

    item: Item
    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class Fit:
    """Whether the items fit into the visit; all numbers are minutes."""

    total: int
    limit: int

    @property
    def fits(self) -> bool:
        return self.total <= self.limit

    @property
    def over(self) -> int:
        return max(0, self.total - self.limit)

    @property
    def spare(self) -> int:
        return max(0, self.limit - self.total)

    @property
    def sentence(self) -> str:
        """What the page says about it."""
        if not self.fits:
            return (
                f"The agenda is {_minutes(self.over)} too long: it takes {_minutes(self.total)} "
                f"and the visit is {_minutes(self.limit)}. Shorten or remove an item."
            )
        if self.spare:
            taken = f"{_minutes(self.total)} of {_minutes(self.limit)}"
            return f"The agenda takes {taken}, with {_minutes(self.spare)} to spare."
        return f"The agenda takes all {_minutes(self.limit)} of the visit."


def fit(items: Sequence[Item], limit: int) -> Fit:
    """Compare the items with the visit of `limit` minutes (never more than LONGEST_VISIT)."""
    return Fit(sum(item.minutes for item in items), min(limit, LONGEST_VISIT))


def timetable(items: Sequence[Item], starts: datetime) -> list[Placed]:
    """Each item one after the other from `starts` (aware). Counted in UTC, so a clock change in between is right."""
    if starts.tzinfo is None:
        raise ValueError("the start of a visit must be an aware time")
    placed, at = [], starts.astimezone(UTC)
    for item in items:
        until = at + timedelta(minutes=item.minutes)
        placed.append(Placed(item, at.astimezone(LOCAL_ZONE), until.astimezone(LOCAL_ZONE)))
        at = until
    return placed


def suggest(staff: Sequence[tuple[str, str]], limit: int) -> list[Item]:
    """A first agenda from the named staff, as (name, role), that always fits into `limit` minutes.

    The head and the designated safeguarding lead get longer interviews; when time is short interviews shrink,
    and then the last ones become one conversation together.
    """
    limit = min(limit, LONGEST_VISIT)
    closing = [
        Item(AgendaKind.DOCUMENTS, "Document review", _five(limit * 0.22)),
        Item(AgendaKind.FEEDBACK, "First feedback", 10),
    ]
    room = limit - sum(item.minutes for item in closing)
    interviews = _interviews(list(staff), room)
    spare = room - sum(item.minutes for item in interviews)
    tour = [Item(AgendaKind.TOUR, "Walk round the site", min(15, _five(spare)))] if spare >= 10 else []
    return [*tour, *interviews, *closing]


def _interviews(staff: list[tuple[str, str]], room: int) -> list[Item]:
    """One interview a person while each can have the shortest useful time; the rest are seen together."""
    alone = staff
    most = max(1, room // SHORTEST_INTERVIEW)
    together: list[tuple[str, str]] = []
    if len(staff) > most:
        alone, together = staff[: most - 1], staff[most - 1 :]
    wanted = [40 if _leads(role) else 25 for _, role in alone] + ([25] if together else [])
    shrink = min(1.0, room / sum(wanted)) if wanted else 1.0
    minutes = [max(SHORTEST_INTERVIEW, _five(want * shrink)) for want in wanted]
    while sum(minutes) > room and max(minutes) > SHORTEST_INTERVIEW:
        minutes[minutes.index(max(minutes))] -= 5
    people = [f"{name}, {role}" if role else name for name, role in alone]
    if together:
        names = ", ".join(name for name, _ in together)
        people.append(names if len(names) <= LONGEST_WHO else f"{len(together)} members of staff together")
    return [Item(AgendaKind.INTERVIEW, "Interview", length, who) for who, length in zip(people, minutes, strict=True)]


def _leads(role: str) -> bool:
    words = role.lower()
    return any(word in words for word in ("head", "principal", "safeguarding lead", "dsl", "section 11", "chief exec"))


def _five(minutes: float) -> int:
    return max(SHORTEST_ITEM, int(minutes // 5) * 5)


def _minutes(count: int) -> str:
    return "1 minute" if count == 1 else f"{count} minutes"
