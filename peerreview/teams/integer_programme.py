"""A year's teams as an integer programme, and its solver: the one module that knows HiGHS (docs/decisions/0020)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import highspy

from peerreview.teams.staffing import SMALLEST, Candidate, Case, Problem, Rule
from peerreview.teams.tally import Tally

SPARE = 50  # what one more member than needed costs, in units of fairness: more than any spreading gains
SEED = 4


@dataclass
class IntegerProgramme:
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
