"""The best teams for many reviews at once (docs/decisions/0020).

Pure. What the integer programme does not hold (how often two go together, whether two have a half day in common) is
asked of each answer, forbidden where it was broken, and solved again. Every team is then counted in one by one under
the rules of ``tally``, so that no answer, however early the time ended, breaks one.
"""

from collections.abc import Callable
from itertools import combinations
from time import monotonic

from peerreview.teams.integer_programme import IntegerProgramme
from peerreview.teams.staffing import SMALLEST, Problem, Rule, Team
from peerreview.teams.tally import Tally, pairs_made

LONGEST = 20.0  # seconds: twice what 40 reviews and 60 reviewers may take (make bench); then the best so far is used

Progress = Callable[[float], None]  # the share of the work that is done, 0 to 1


def suggest(problem: Problem, progress: Progress = lambda _share: None, longest: float = LONGEST) -> dict[int, Team]:
    """A team for each review that can be staffed, by its number; what is staffed already is left out.

    The same input gives the same teams, unless the time ends first. ``longest``: seconds.
    """
    began, before = monotonic(), Tally(problem)
    model = IntegerProgramme(problem, before)

    def still() -> None:
        progress(min(1.0, (monotonic() - began) / longest))

    found: dict[int, tuple[int, ...]] = {}
    while model.joins:
        found = model.solve(max(0.1, longest - (monotonic() - began)), still)
        if not _forbid_what_is_broken(model, found) or monotonic() - began > longest:
            break
    return counted_in(problem, found)


def _forbid_what_is_broken(model: IntegerProgramme, found: dict[int, tuple[int, ...]]) -> bool:
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
