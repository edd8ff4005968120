"""How many of the year's visits can be staffed: reviewers needed against reviewers available.

Plain Python: no clock, no database. A team is at least two: a member of the board and another (procedure, 3.1), and one
of them has the training and can lead. Only sums are compared, so no plan that could be staffed is ever called short. A
plan may still fail by interests and single days, which are known review by review, when its team is suggested.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count, takewhile
from typing import NamedTuple


@dataclass(frozen=True)
class Free:
    """What one reviewer has left: visits in the year, and in each month to come (by its first day)."""

    is_board: bool
    can_lead: bool
    left: int
    months: Mapping[date, int]

    def reach(self, month: date | None) -> int:
        """How many more visits they can make: in the month, or (none given) in what is left of the year."""
        return min(self.left, sum(self.months.values()) if month is None else self.months.get(month, 0))


@dataclass(frozen=True)
class Need:
    """What the team of one review lacks: people, among them a member of the board, and somebody who can lead."""

    people: int = 2
    board: bool = True
    lead: bool = True
    month: date | None = None  # of the visit, once a day is agreed or asked about


class Kind(NamedTuple):
    """A kind of reviewer: who is one, and how many of them a team lacks."""

    words: str
    is_one: Callable[[Free], bool]
    lacked: Callable[[Need], int]


PLACES = Kind("Places on teams", lambda _: True, lambda need: need.people)
BOARD = Kind("Members of the board", lambda free: free.is_board, lambda need: int(need.board))
LEADS = Kind("Reviewers who can lead", lambda free: free.can_lead, lambda need: int(need.lead))
KINDS = (PLACES, BOARD, LEADS)


class Line(NamedTuple):
    """One kind: how many are needed, and how many visits those available can make, each at most one of a review."""

    kind: Kind
    needed: int
    available: int

    @property
    def short(self) -> int:
        """How many are lacking."""
        return max(0, self.needed - self.available)


class Room(NamedTuple):
    """One month to come: its visits, how many of them can be staffed at most, and how many more there is room for."""

    visits: int
    at_most: int
    more: int

    @property
    def over(self) -> int:
        """Visits that cannot be staffed."""
        return self.visits - self.at_most


@dataclass(frozen=True)
class Capacity:
    """Reviewers needed against reviewers available, for what is left of a year.

    ``needs``: the reviews whose team is not complete, those still to select among them. ``staffed``: visits with a
    complete team, by month. ``months``: the months to come, by their first day.
    """

    free: Sequence[Free]
    needs: Sequence[Need]
    staffed: Mapping[date, int]
    months: Sequence[date]

    def lines(self, month: date | None = None, more: int = 0) -> list[Line]:
        """Each kind in the year, or in one month; with so many reviews more."""
        needs = [*self._needs(month), *[Need()] * more]
        return [self._line(kind, [kind.lacked(need) for need in needs], month) for kind in KINDS]

    def short(self, month: date | None = None, more: int = 0) -> list[Line]:
        """The kinds of which there are too few."""
        return [line for line in self.lines(month, more) if line.short]

    def at_most(self, month: date | None = None) -> int:
        """How many of the visits to staff can be, at most: so many that the easiest of them have enough of each."""
        needs = self._needs(month)

        def enough(number: int) -> bool:
            easiest = ((kind, sorted(kind.lacked(need) for need in needs)[:number]) for kind in KINDS)
            return not any(self._line(kind, lacked, month).short for kind, lacked in easiest)

        return next(number for number in range(len(needs), -1, -1) if enough(number))

    def room(self, month: date) -> Room:
        """What a month holds, and what it could hold."""
        done = self.staffed.get(month, 0)
        fits = not self.short(month)
        more = sum(1 for _ in takewhile(lambda number: not self.short(month, number), count(1))) if fits else 0
        return Room(done + len(self._needs(month)), done + self.at_most(month), more)

    def _needs(self, month: date | None) -> list[Need]:
        return [need for need in self.needs if month is None or need.month == month]

    def _line(self, kind: Kind, lacked: Sequence[int], month: date | None) -> Line:
        teams = sum(1 for number in lacked if number)
        able = sum(min(free.reach(month), teams) for free in self.free if kind.is_one(free))
        return Line(kind, sum(lacked), able)
