"""What a team is made up from: reviews that need people, reviewers, and the rules that can speak against somebody.

Pure: the present day, the settings and the register are passed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

SMALLEST = 2  # members: "a minimum of two" (procedure, 3.1)
ALL_FREE = (1 << 62) - 1  # every half day of a month: bit 2n is the morning of its day n+1, bit 2n+1 the afternoon


class Rule(StrEnum):
    """What can speak against somebody, or against two together."""

    INTEREST = "interest"  # a hard one (process rule 4)
    LEFT = "left"  # declined to be on this team, or was taken off it
    AWAY = "away"  # no half day of the month, or not the time that was agreed
    YEAR = "year"  # as many visits as they may make in the programme year
    MONTH = "month"
    UNTRAINED = "untrained"  # cannot lead
    CONNECTION = "connection"  # a soft interest: cannot lead
    TOGETHER = "together"  # two who went together as often as two may
    APART = "apart"  # two who have no half day in common


class Bar(NamedTuple):
    """Why somebody must not be on one review's team."""

    rule: Rule
    words: str


@dataclass(frozen=True)
class Candidate:
    """A reviewer, by the number of the person. ``elsewhere``, ``by_month``: visits of the year they are on already.

    ``free``: by the first of a month, the half days on which nothing is known to be in the way; all where it says none.
    """

    key: int
    name: str
    is_board: bool
    is_trained: bool
    most_a_year: int
    most_a_month: int
    elsewhere: int = 0
    by_month: Mapping[date, int] = field(default_factory=dict)
    free: Mapping[date, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Member:
    """Somebody on the team already, who stays."""

    key: int
    name: str
    is_board: bool
    can_lead: bool
    leads: bool = False


@dataclass(frozen=True)
class Case:
    """A review that may need people. ``month``: its first day; none while nobody knows when the visit will be.

    ``halves``: the half days that could be the visit's; of ``agreed`` ones all are needed. ``barred``, ``connected``:
    by person, why they must not go and why they cannot lead.
    """

    key: int
    reference: str
    name: str
    month: date | None
    halves: int = ALL_FREE
    agreed: bool = False
    members: tuple[Member, ...] = ()
    barred: Mapping[int, Bar] = field(default_factory=dict)
    connected: Mapping[int, str] = field(default_factory=dict)

    @property
    def has_lead(self) -> bool:
        """Whether somebody on the team leads it already."""
        return any(member.leads for member in self.members)

    @property
    def leads_from_within(self) -> tuple[int, ...]:
        """Who of the team could lead: whoever does, or else whoever may."""
        able = [member.key for member in self.members if member.leads]
        return tuple(able or [member.key for member in self.members if member.can_lead])

    @property
    def is_staffed(self) -> bool:
        """At least two, a Board member and a lead."""
        enough = len(self.members) >= SMALLEST and any(member.is_board for member in self.members)
        return enough and self.has_lead

    def fits(self, common: int) -> bool:
        """Whether the visit finds a place in these half days."""
        return (common & self.halves) == self.halves if self.agreed else bool(common & self.halves)


class Team(NamedTuple):
    """Who joins, in order of number, and who leads."""

    added: tuple[int, ...]
    lead: int


@dataclass(frozen=True)
class Problem:
    """Reviews, candidates, how often each two (lower number first) go together already, and the most they may."""

    cases: tuple[Case, ...]
    candidates: tuple[Candidate, ...]
    together: Mapping[tuple[int, int], int] = field(default_factory=dict)
    most_together: int = 2

    @property
    def by_key(self) -> dict[int, Candidate]:
        """The candidates by number."""
        return {candidate.key: candidate for candidate in self.candidates}
