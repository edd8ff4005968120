"""The rules of a suggested team, as plain functions of what is known: who may go, who may lead, which two together.

Pure. ``solving`` looks for the best teams under these rules, ``obstacles`` says which of them is in the way where there
is none, and a team chosen by hand is asked the same.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import chain, combinations

from peerreview.teams.staffing import ALL_FREE, SMALLEST, Candidate, Case, Problem, Rule, Team


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
