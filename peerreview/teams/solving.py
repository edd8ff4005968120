"""The best teams for many reviews at once, by an integer programme that HiGHS solves (docs/decisions/0020).

Pure. What the programme does not hold (how often two go together, whether two have a half day in common) is asked of
each answer, forbidden where it was broken, and solved again. Every team is then counted in one by one under the rules
of ``tally``, so that no answer, however early the time ended, breaks one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations
from time import monotonic
from typing import Any

import highspy

from peerreview.teams.staffing import SMALLEST, Candidate, Case, Problem, Rule, Team
from peerreview.teams.tally import Tally, pairs_made

LONGEST = 20.0  # seconds: twice what 40 reviews and 60 reviewers may take (make bench); then the best so far is used
SPARE = 50  # what one more member than needed costs, in units of fairness: more than any spreading gains
SEED = 4

Progress = Callable[[float], None]  # the share of the work that is done, 0 to 1


@dataclass
class _Model:
    """The programme: who (x) joins which review, and which reviews are staffed (z). Fewer visits cost less than more.

    The n-th visit of somebody in the year costs 2n - 1, so that together they cost the square of their number: the
    least sum of squares is the fairest spread that the rules allow.
    """

    problem: Problem
    tally: Tally
    highs: Any = field(default_factory=highspy.Highs)
    joins: dict[tuple[int, int], Any] = field(default_factory=dict)
    met: dict[tuple[int, int, int], Any] = field(default_factory=dict)
    apart: set[tuple[int, int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        for name, value in (("output_flag", False), ("threads", 1), ("parallel", "off"), ("random_seed", SEED)):
            self.highs.setOptionValue(name, value)
        self.highs.setOptionValue("mip_rel_gap", 0.0)
        self.highs.setOptionValue("mip_abs_gap", 0.99)  # every cost is a whole number
        cases = [case for case in self.problem.cases if not case.is_staffed]
        worth = 1000 + len(cases) ** 2
        for number, case in enumerate(cases):
            self._add_case(case, worth + len(cases) - number)  # of two reviews, the earlier one in the list
        for one in self.problem.candidates:
            self._add_candidate(one, cases)

    def _add_case(self, case: Case, worth: int) -> None:
        usable = [one for one in self.tally.usable(case) if self.tally.against_together(case, (one.key,)) is None]
        extra = SPARE if case.members else 0
        for one in usable:
            self.joins[case.key, one.key] = self.highs.addBinary(obj=extra)
        staffed = self.highs.addBinary(obj=-worth)
        self._at_least(case, usable, SMALLEST - len(case.members), staffed)
        if not any(member.is_board for member in case.members):
            self._at_least(case, [one for one in usable if one.is_board], 1, staffed)
        if not case.leads_from_within:
            able = [one for one in usable if self.tally.against_leading(case, one) is None]
            self._at_least(case, able, 1, staffed)
        if usable:
            self.highs.addConstr(self._sum(case, usable) <= SMALLEST * staffed)
        if not case.members:
            self._give_partners(case, usable)

    def _give_partners(self, case: Case, usable: list[Candidate]) -> None:
        """In a new team of two, somebody joins only with one of those who have a half day in common with them."""
        for one in usable:
            apart = Rule.APART
            others = [other for other in usable if other.key != one.key]
            fine = [other for other in others if self.tally.against_together(case, (one.key, other.key)) is not apart]
            if len(fine) < len(others):
                self.highs.addConstr(self._sum(case, fine) - self.joins[case.key, one.key] >= 0)

    def _at_least(self, case: Case, some: list[Candidate], number: int, staffed: Any) -> None:
        if number > 0:
            self.highs.addConstr(self._sum(case, some) - number * staffed >= 0)

    def _sum(self, case: Case, some: list[Candidate]) -> Any:
        return self.highs.qsum(self.joins[case.key, one.key] for one in some)

    def _add_candidate(self, one: Candidate, cases: list[Case]) -> None:
        mine = [(case.month, join) for case in cases if (join := self.joins.get((case.key, one.key))) is not None]
        if not mine:
            return
        had = self.tally.year[one.key]
        room = min(one.most_a_year - had, len(mine))
        steps = [self.highs.addVariable(lb=0, ub=1, obj=2 * (had + n) - 1) for n in range(1, room + 1)]
        self.highs.addConstr(self.highs.qsum(join for _month, join in mine) - self.highs.qsum(steps) == 0)
        for month in sorted({month for month, _join in mine if month}):
            there = [join for at, join in mine if at == month]
            left = one.most_a_month - self.tally.month[one.key, month]
            if len(there) > left:
                self.highs.addConstr(self.highs.qsum(there) <= left)

    def solve(self, seconds: float, progress: Callable[[], None]) -> dict[int, tuple[int, ...]]:
        """Who joins each review, in at most so many seconds; ``progress`` is called now and then."""
        self.highs.setOptionValue("time_limit", seconds)
        self.highs.cbMipLogging.clear()
        self.highs.cbMipLogging += lambda _event: progress()
        self.highs.run()
        values, found = self.highs.getSolution().col_value, dict[int, tuple[int, ...]]()
        for (case, one), join in self.joins.items():
            if values and values[join.index] > 0.5:
                found[case] = (*found.get(case, ()), one)
        return found

    def forbid(self, case: Case, pair: tuple[int, int]) -> bool:
        """These two have no half day in common here. False when it was forbidden already."""
        key = (case.key, *pair)
        if key in self.apart:
            return False
        self.apart.add(key)
        self.highs.addConstr(self.joins[case.key, pair[0]] + self.joins[case.key, pair[1]] <= 1)
        return True

    def limit(self, pair: tuple[int, int]) -> bool:
        """Let these two go together no more often than two may. False when it was limited already."""
        both = [case for case in self.problem.cases if all(self._can_be_on(case, key) for key in pair)]
        new = [case for case in both if (case.key, *pair) not in self.met]
        for case in new:
            self.met[case.key, *pair] = met = self.highs.addVariable(lb=0, ub=1)
            absent = sum(not self._is_member(case, key) for key in pair)
            joins = [self.joins[case.key, key] for key in pair if not self._is_member(case, key)]
            self.highs.addConstr(self.highs.qsum(joins) - met <= absent - 1)
        if new:
            left = self.problem.most_together - self.tally.pairs[pair]
            self.highs.addConstr(self.highs.qsum(self.met[case.key, *pair] for case in both) <= left)
        return bool(new)

    def _is_member(self, case: Case, key: int) -> bool:
        return any(member.key == key for member in case.members)

    def _can_be_on(self, case: Case, key: int) -> bool:
        return (case.key, key) in self.joins or (
            self._is_member(case, key) and any((case.key, one.key) in self.joins for one in self.problem.candidates)
        )


def suggest(problem: Problem, progress: Progress = lambda _share: None, longest: float = LONGEST) -> dict[int, Team]:
    """A team for each review that can be staffed, by its number; what is staffed already is left out.

    The same input gives the same teams, unless the time ends first. ``longest``: seconds.
    """
    began, before = monotonic(), Tally(problem)
    model = _Model(problem, before)

    def still() -> None:
        progress(min(1.0, (monotonic() - began) / longest))

    found: dict[int, tuple[int, ...]] = {}
    while model.joins:
        found = model.solve(max(0.1, longest - (monotonic() - began)), still)
        if not _forbid_what_is_broken(model, found) or monotonic() - began > longest:
            break
    return counted_in(problem, found)


def _forbid_what_is_broken(model: _Model, found: dict[int, tuple[int, ...]]) -> bool:
    """Tell the model which two were together too often, or have no half day in common; whether there was anything."""
    made: dict[tuple[int, int], int] = {}
    told = False
    for case in model.problem.cases:
        added = found.get(case.key, ())
        for pair in pairs_made(case, added):
            made[pair] = made.get(pair, 0) + 1
        for pair in combinations(sorted(added), 2):
            if model.tally.against_together(case, pair) is Rule.APART:
                told |= model.forbid(case, pair)
    for pair, times in sorted(made.items()):
        if model.tally.pairs[pair] + times > model.problem.most_together:
            told |= model.limit(pair)
    return told


def counted_in(problem: Problem, found: dict[int, tuple[int, ...]]) -> dict[int, Team]:
    """Each team under the rules, one after the other; what is left over gets the first team that the rules allow."""
    tally, people, teams = Tally(problem), problem.by_key, dict[int, Team]()
    cases = [case for case in problem.cases if not case.is_staffed]
    for case in sorted(cases, key=lambda case: case.key not in found):
        added = tuple(people[key] for key in found.get(case.key, ()))
        allowed = all(tally.against(case, one) is None for one in added)
        team = tally.team_of(case, added) if allowed and len(added) + len(case.members) >= SMALLEST else None
        team = team or min(tally.teams(case), key=lambda team: _load(tally, team), default=None)
        if team is not None:
            tally.count(case, team)
            teams[case.key] = team
    return teams


def _load(tally: Tally, team: Team) -> tuple[int, tuple[int, ...]]:
    return sum(2 * tally.year[key] + 1 for key in team.added), team.added
