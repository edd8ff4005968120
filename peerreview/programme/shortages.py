"""What is said when the year's visits cannot be staffed, and what would help. Plain Python."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from peerreview.programme.capacity import BOARD, LEADS, PLACES, Capacity, Kind, Line, Room
from peerreview.programme.words import counted, either, month_name

MONTHS_NAMED = 3  # months with room that are named at most


class Warned(NamedTuple):
    """Why the plan cannot be staffed, and what would help; in which month, when it is about one."""

    words: str
    help: str
    month: date | None = None


class Said(NamedTuple):
    """How a lack of one kind is said. ``lack``: needed and available are filled in."""

    lack: str
    unit: str
    few: str
    verb: str
    one: str
    many: str


SAID: dict[Kind, Said] = {
    PLACES: Said(
        "Their teams have {} to fill, and the reviewers available can fill {}.",
        "place",
        "reviewers",
        "find",
        "reviewer",
        "reviewers",
    ),
    BOARD: Said(
        "A member of the board is needed for {}, and those available can make {}.",
        "visit",
        "members of the board",
        "ask",
        "member of the board to review",
        "members of the board to review",
    ),
    LEADS: Said(
        "Somebody who can lead is needed for {}, and those with the training can make {}.",
        "visit",
        "reviewers who can lead",
        "train",
        "reviewer to lead",
        "reviewers to lead",
    ),
}


def warnings(capacity: Capacity, rooms: Mapping[date, Room], usual: int, earliest: date) -> list[Warned]:
    """Every shortage of the year and of its months to come; none while the plan can be staffed, by all that is known.

    For what would help: ``usual``, the visits that one reviewer makes in a year; ``earliest``, the first day for a
    visit of which notice is given today. ``rooms``: each month to come.
    """
    open_months = [month for month, room in rooms.items() if room.more and month >= earliest.replace(day=1)]
    months = [_of_month(capacity, month, room, open_months) for month, room in rooms.items() if room.over]
    return [*_of_year(capacity, usual), *months]


def _of_year(capacity: Capacity, usual: int) -> list[Warned]:
    short = capacity.short()
    if not short:
        return []
    visits, most = len(capacity.needs), capacity.at_most()
    can = f"at most {most} can be" if most else "none can be"
    still = "visit is" if visits == 1 else "visits are"
    lacks = " ".join(_lack(line) for line in short)
    more = ", to ".join(_more(line, -(-line.short // max(usual, 1))) for line in short)
    return [
        Warned(
            f"{visits} {still} still to be staffed, and {can}. {lacks}",
            f"It would help to {more}, to let those there are make more visits, or to plan fewer reviews.",
        )
    ]


def _lack(line: Line) -> str:
    said = SAID[line.kind]
    return said.lack.format(counted(line.needed, said.unit), line.available or "none")


def _more(line: Line, number: int) -> str:
    said = SAID[line.kind]
    return f"{said.verb} {number} more {said.one if number == 1 else said.many}"


def _of_month(capacity: Capacity, month: date, room: Room, open_months: Sequence[date]) -> Warned:
    few = either([SAID[line.kind].few for line in capacity.short(month)])
    most = f"at most {room.at_most} can be staffed" if room.at_most else "none can be staffed"
    nearest = sorted(sorted(open_months, key=lambda other: abs((other - month).days))[:MONTHS_NAMED])
    elsewhere = either([month_name(other) for other in nearest])
    move = f"to move {counted(room.over, 'visit')} to {elsewhere}, or " if elsewhere else ""
    return Warned(
        f"{counted(room.visits, 'visit')} in {month_name(month)}; {most}. Too few {few} are free.",
        f"It would help {move}to find more {few} for that month.",
        month,
    )
