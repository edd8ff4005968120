"""The picture of a year: a wall planner of its months, with visits, meetings, deadlines and holidays. Plain Python."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from peerreview.programme.month import Closed, Mark, Month, What, lay_out, months_between


@dataclass(frozen=True)
class Picture:
    """The months of a year in their order, and how many of its visits fall outside it."""

    months: tuple[Month, ...]
    outside: tuple[Mark, ...] = field(default=())


def picture(
    first: date,
    last: date,
    marks: Iterable[Mark],
    closed: Sequence[Closed],
    likely: Mapping[date, Sequence[str]] | None = None,
    today: date | None = None,
) -> Picture:
    """Lay the year out: every month from the first to the last day, and each mark on its day.

    ``likely``: visits on no day yet that will probably be in a month, by its first day.
    """
    ordered = sorted(marks, key=lambda mark: (mark.on, list(What).index(mark.what), mark.words))
    inside = [mark for mark in ordered if first <= mark.on <= last]
    by_day: dict[date, list[Mark]] = {}
    for mark in inside:
        by_day.setdefault(mark.on, []).append(mark)
    months = (lay_out(begins, ends, by_day, closed, today) for begins, ends in months_between(first, last))
    return Picture(
        tuple(replace(month, likely=tuple((likely or {}).get(month.first, ()))) for month in months),
        tuple(mark for mark in ordered if mark.load and mark not in inside),
    )
