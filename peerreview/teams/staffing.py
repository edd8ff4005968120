"""The rules of a suggested team, as plain functions of what is known: who may go, who may lead, which two together.

Pure: the present day, the settings and the register are passed in. ``solving`` looks for the best teams under these
rules, ``obstacles`` says which of them is in the way where there is none, and a team chosen by hand is asked the same.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import chain, combinations
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


class Tally:
    """How many visits each would have, and each two, once the teams that were added go."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.people = problem, problem.by_key
        self.year = Counter({one.key: one.elsewhere for one in problem.candidates})
        self.month = Counter({(one.key, at): n for one in problem.candidates for at, n in one.by_month.items()})
        self.pairs = Counter(dict(problem.together))

    def count(self, case: Case, team: Team, times: int = 1) -> None:
        """Count a team in; with ``times=-1`` out again."""
        for key in team.added:
            self.year[key] += times
            if case.month:
                self.month[key, case.month] += times
        for pair in pairs_made(case, team.added):
            self.pairs[pair] += times

    def against(self, case: Case, one: Candidate) -> Rule | None:
        """The first rule that keeps somebody from this review's team."""
        if one.key in case.barred:
            return case.barred[one.key].rule
        if not case.fits(self.free(case, one.key)):
            return Rule.AWAY
        if self.year[one.key] >= one.most_a_year:
            return Rule.YEAR
        if case.month and self.month[one.key, case.month] >= one.most_a_month:
            return Rule.MONTH
        return None

    def against_leading(self, case: Case, one: Candidate) -> Rule | None:
        """The first rule that keeps somebody from leading it."""
        if one.key in case.connected:
            return Rule.CONNECTION
        return None if one.is_trained else Rule.UNTRAINED

    def against_together(self, case: Case, added: tuple[int, ...]) -> Rule | None:
        """The first rule that keeps these from going together, and with those on the team; who is on it stays."""
        if not added:
            return None
        if any(self.pairs[pair] >= self.problem.most_together for pair in pairs_made(case, added)):
            return Rule.TOGETHER
        common = ALL_FREE
        for key in (*(member.key for member in case.members), *added):
            common &= self.free(case, key)
        return None if case.fits(common) else Rule.APART

    def free(self, case: Case, key: int) -> int:
        """The half days of the review's month on which nothing is in somebody's way."""
        one = self.people.get(key)
        return ALL_FREE if one is None or case.month is None else one.free.get(case.month, ALL_FREE)

    def usable(self, case: Case) -> list[Candidate]:
        """Those against whom no rule speaks, who are not on the team."""
        on_it = {member.key for member in case.members}
        return [one for one in self.problem.candidates if one.key not in on_it and self.against(case, one) is None]

    def teams(self, case: Case) -> Iterator[Team]:
        """Every way to complete the team with the fewest people, in order of number; none when a rule prevents it."""
        usable = sorted(self.usable(case), key=lambda one: one.key)
        for size in range(max(0, SMALLEST - len(case.members)), SMALLEST + 1):
            found = [team for some in combinations(usable, size) if (team := self.team_of(case, some))]
            if found:
                yield from found
                return

    def team_of(self, case: Case, added: tuple[Candidate, ...]) -> Team | None:
        """These with one of them to lead (of two who could, the one with fewer visits); none where a rule is broken."""
        if not (any(one.is_board for one in added) or any(member.is_board for member in case.members)):
            return None
        keys = tuple(sorted(one.key for one in added))
        able = [one.key for one in added if self.against_leading(case, one) is None]
        leads = case.leads_from_within or tuple(sorted(able, key=lambda key: (self.year[key], key)))
        if not leads or self.against_together(case, keys):
            return None
        return Team(keys, leads[0])


def pairs_made(case: Case, added: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """Each two who go together because somebody was added, the lower number first."""
    on_it = [member.key for member in case.members]
    met = chain(combinations(added, 2), ((one, other) for one in added for other in on_it))
    return ((min(pair), max(pair)) for pair in met)
