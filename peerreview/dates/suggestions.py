"""Which times to propose: the best first, each with its reason in one plain sentence.

Pure: what is known and the present day are passed in. A suggestion keeps to the notice (a setting), to working days and
to the times at which nobody is known to be away; then mornings and afternoons, weekdays and weeks take turns, so that
whoever cannot come on Tuesday mornings has a choice.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from peerreview.dates.wall_time import instant
from peerreview.workdays import is_working_day, local, working_days_between

MORNING, AFTERNOON = time(9, 30), time(13)
MIDDAY = time(12, 30)  # where the morning ends and the afternoon begins
ROOM = timedelta(minutes=180)  # the longest visit (procedure, section 2): whatever length is chosen then fits
WINDOW, HORIZON = timedelta(weeks=6), timedelta(weeks=26)  # where we look, and where we stop when little is free
CHOICE = 4  # so many times as many free times are looked at as are suggested
IN_ONE_WEEK = 2  # suggestions, before another week takes its turn


@dataclass(frozen=True)
class Busy:
    """A stretch in which somebody cannot, with what it is ("has another visit"). ``spare``: for the way there."""

    who: str
    what: str
    starts_at: datetime
    ends_at: datetime
    spare: timedelta = timedelta(0)

    def meets(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether something at that time would clash with it."""
        return starts_at < self.ends_at + self.spare and self.starts_at - self.spare < ends_at


@dataclass(frozen=True)
class Known:
    """What is known when times are sought.

    ``first_day``: the first outside the notice. ``closed``: days off beyond weekends and bank holidays.
    ``taken``: starts that are asked about already. ``elsewhere``: starts asked of the same people for another review.
    """

    today: date
    first_day: date
    closed: frozenset[date] = frozenset()
    busy: tuple[Busy, ...] = ()
    taken: frozenset[datetime] = frozenset()
    elsewhere: frozenset[datetime] = frozenset()

    def clashes(self, starts_at: datetime, ends_at: datetime) -> list[Busy]:
        """Who is known to be away then."""
        return [busy for busy in self.busy if busy.meets(starts_at, ends_at)]


class Suggestion(NamedTuple):
    """A start (aware, UTC) and why it is a good one."""

    starts_at: datetime
    why: str


class _Kind(NamedTuple):
    """What should take turns."""

    half: str
    weekday: str
    week: tuple[int, int]


@dataclass
class _Turns:
    """How often each kind is among the times chosen, those that are asked about already included."""

    kinds: list[_Kind] = field(default_factory=list)
    days: set[date] = field(default_factory=set)

    def take(self, starts_at: datetime) -> None:
        self.kinds.append(_kind(starts_at))
        self.days.add(local(starts_at).date())

    def wait(self, starts_at: datetime) -> tuple[int, ...]:
        """Lower is better."""
        kind = _kind(starts_at)
        return (
            local(starts_at).date() in self.days,
            sum(kind.half == each.half for each in self.kinds),
            sum(kind.weekday == each.weekday for each in self.kinds),
            sum(kind.week == each.week for each in self.kinds) // IN_ONE_WEEK,
        )

    def what_is_new(self, starts_at: datetime) -> str:
        kind = _kind(starts_at)
        if all(kind.half != each.half for each in self.kinds):
            return f"The first {kind.half} among these dates"
        if all(kind.weekday != each.weekday for each in self.kinds):
            return f"The first {kind.weekday} among these dates"
        if all(kind.week != each.week for each in self.kinds):
            return f"A {kind.weekday} {kind.half} in another week"
        return f"Another {kind.weekday} {kind.half}"


def suggest(known: Known, count: int = 6, begin: date | None = None) -> list[Suggestion]:
    """At most `count` times, the best first, from `begin` (or the end of the notice) on; fewer when little is free."""
    first = max(known.first_day, begin or known.first_day)
    free = list(_free(known, first, count))
    turns, found = _Turns(), list[Suggestion]()
    for starts_at in sorted(known.taken):
        turns.take(starts_at)
    while free and len(found) < count:
        best = min(free, key=lambda at: (at in known.elsewhere, *turns.wait(at), at))
        earliest = not known.taken and not found and first == known.first_day and best == min(free)
        found.append(Suggestion(best, _why(known, best, "The earliest" if earliest else turns.what_is_new(best))))
        turns.take(best)
        free.remove(best)
    return found


def _free(known: Known, first: date, count: int) -> Iterator[datetime]:
    """Every time in the window at which nobody is known to be away; beyond it only until there is a choice."""
    found = 0
    for day in _days(first, first + HORIZON):
        if day > first + WINDOW and found >= count * CHOICE:
            return
        if not is_working_day(day, known.closed):
            continue
        for at in (MORNING, AFTERNOON):
            starts_at = instant(day, at, fold=0)
            if starts_at not in known.taken and not known.clashes(starts_at, starts_at + ROOM):
                found += 1
                yield starts_at


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _kind(starts_at: datetime) -> _Kind:
    shown = local(starts_at)
    return _Kind("morning" if shown.time() < MIDDAY else "afternoon", f"{shown:%A}", shown.isocalendar()[:2])


def _why(known: Known, starts_at: datetime, what: str) -> str:
    notice = working_days_between(known.today, local(starts_at).date(), known.closed)
    but = "also asked about for another review" if starts_at in known.elsewhere else "nobody is known to be away"
    return f"{what}, with {notice} working day{'' if notice == 1 else 's'}’ notice; {but}."
