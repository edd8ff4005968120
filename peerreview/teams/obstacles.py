"""Which rule prevents a team, found by asking each need of it alone, and why somebody was suggested. Pure.

A review is without a team only when nobody is left for one of its needs, or when no two of those left may go together:
then every one of them breaks the rule that is named for them.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations

from peerreview.teams.staffing import SMALLEST, Candidate, Case, Rule
from peerreview.teams.tally import Tally


class Need(StrEnum):
    """What a team needs (procedure, 3.1) that nobody is left for."""

    DAYS = "days"  # a working day of its month
    BOARD = "board"
    LEAD = "lead"
    ANOTHER = "another"
    TWO = "two"  # together


@dataclass(frozen=True)
class Obstacle:
    """A need, and for everybody (or every two) who could have met it the rule against them."""

    need: Need
    against: Mapping[tuple[int, ...], Rule]


WHO = {
    Need.BOARD: ("Board member", "Nobody else in the borough is a Board member."),
    Need.LEAD: ("reviewer trained to lead", "Nobody else in the borough is trained to lead."),
    Need.ANOTHER: ("other reviewer", "There is no other reviewer in the borough."),
}
ONE = 0  # of the two forms: for one person, for several
WORDS: dict[Rule, tuple[str, str]] = {
    Rule.INTEREST: ("has an interest", "have an interest"),
    Rule.LEFT: ("declined or was taken off this team", "declined or were taken off this team"),
    Rule.AWAY: ("is not free {when}", "are not free {when}"),
    Rule.YEAR: ("makes as many visits this year as they may", "make as many visits this year as they may"),
    Rule.MONTH: ("makes as many visits {when} as they may", "make as many visits {when} as they may"),
    Rule.UNTRAINED: ("is not trained to lead", "are not trained to lead"),
    Rule.CONNECTION: ("has a connection and cannot lead", "have a connection and cannot lead"),
    Rule.TOGETHER: (
        "goes with those on the team as often as two may",
        "go with those on the team as often as two may",
    ),
    Rule.APART: (
        "has no half day {when} in common with those on the team",
        "have no half day {when} in common with those on the team",
    ),
}
TWO_WORDS = {
    Rule.TOGETHER: "go together as often as two may",
    Rule.APART: "have no half day {when} in common",
}


def obstacles(case: Case, tally: Tally) -> list[Obstacle]:
    """What prevents a team for a review that has none; ``tally`` counts the teams of the others."""
    if not case.halves:
        return [Obstacle(Need.DAYS, {})]
    on_it = {member.key for member in case.members}
    others = [one for one in tally.problem.candidates if one.key not in on_it]
    against = {one.key: _against(case, one, tally) for one in others}
    left = [one for one in others if against[one.key] is None]
    needs: list[Obstacle | None] = []
    if not any(member.is_board for member in case.members):
        needs.append(_need(Need.BOARD, {one.key: against[one.key] for one in others if one.is_board}))
    if not case.leads_from_within:
        trained = [one for one in others if one.is_trained]
        leads = {one.key: against[one.key] or tally.against_leading(case, one) for one in trained or others}
        needs.append(_need(Need.LEAD, leads))
    if not any(needs) and len(on_it) + len(left) < SMALLEST:
        needs.append(_need(Need.ANOTHER, {key: rule for key, rule in against.items() if rule}))
    return [obstacle for obstacle in needs if obstacle] or [_two(case, left, tally)]


def sentences(found: list[Obstacle], case: Case) -> str:
    """The obstacles in words, as "Every Board member has an interest."."""
    return " ".join(_sentence(obstacle, case) for obstacle in found)


def why(case: Case, one: Candidate, tally: Tally, *, leads: bool) -> str:
    """Why somebody is suggested; ``tally`` counts every suggestion."""
    return _about(case, one, tally.year[one.key] - 1, says_training=leads)


def about(case: Case, one: Candidate, tally: Tally) -> str:
    """What speaks for somebody who could go; ``tally`` does not count them here."""
    return _about(case, one, tally.year[one.key], says_training=True)


def _about(case: Case, one: Candidate, visits: int, *, says_training: bool) -> str:
    connection = case.connected.get(one.key)
    parts = [
        "Board member" if one.is_board else "lay member",
        "trained to lead" if says_training and one.is_trained else "",
        f"free {when_of(case)}" if case.month else "",
        f"{visits or 'no'} other visit{'' if visits == 1 else 's'} this year",
        f"a connection, so cannot lead: {connection}" if connection else "no known interest",
    ]
    return "; ".join(part for part in parts if part)


def against_one(one: Candidate, rule: Rule, case: Case) -> str:
    """A rule against one person, as a sentence; of an interest, which it is."""
    which = f": {case.barred[one.key].words}" if rule is Rule.INTEREST else ""
    return f"{one.name} {_said(WORDS[rule][ONE], case)}{which}."


def against_two(names: list[str], rule: Rule, case: Case) -> str:
    """A rule against people together, as a sentence."""
    return f"{' and '.join(names)} {_said(TWO_WORDS[rule], case)}."


def why_within() -> str:
    """Why somebody who is on the team is suggested to lead it."""
    return "on the team already; trained to lead; no known interest"


def when_of(case: Case) -> str:
    """When the visit will be, as "in March"."""
    return "at the agreed time" if case.agreed else in_month(case.month) if case.month else "then"


def in_month(month: date) -> str:
    return f"in {month:%B}"


def _against(case: Case, one: Candidate, tally: Tally) -> Rule | None:
    return tally.against(case, one) or tally.against_together(case, (one.key,))


def _need(need: Need, against: Mapping[int, Rule | None]) -> Obstacle | None:
    """An obstacle where a rule speaks against everybody."""
    broken: dict[tuple[int, ...], Rule] = {(key,): rule for key, rule in against.items() if rule}
    return Obstacle(need, broken) if len(broken) == len(against) else None


def _two(case: Case, left: list[Candidate], tally: Tally) -> Obstacle:
    """Every two of those left who would make up the team, with the rule against them."""
    has_board = any(member.is_board for member in case.members)
    against: dict[tuple[int, ...], Rule] = {}
    for two in combinations(left, SMALLEST):
        able = case.leads_from_within or any(tally.against_leading(case, one) is None for one in two)
        if able and (has_board or any(one.is_board for one in two)):
            keys = tuple(sorted(one.key for one in two))
            if rule := tally.against_together(case, keys):
                against[keys] = rule
    return Obstacle(Need.TWO, against)


def _sentence(obstacle: Obstacle, case: Case) -> str:
    if obstacle.need is Need.DAYS:
        return f"No working day is left {when_of(case)}: choose another month."
    counted = Counter(obstacle.against.values())
    if obstacle.need is Need.TWO:
        return _sentence_of_two(counted, case)
    who, nobody = WHO[obstacle.need]
    if not counted or set(counted) == {Rule.UNTRAINED}:
        return nobody
    if len(counted) == 1:
        (rule, number) = next(iter(counted.items()))
        return f"{'The only' if number == 1 else 'Every'} {who} {_said(WORDS[rule][ONE], case)}."
    return (
        f"No {who} is left: {_listed([f'{n} {_said(WORDS[rule][n > 1], case)}' for rule, n in counted.most_common()])}."
    )


def _sentence_of_two(counted: Counter[Rule], case: Case) -> str:
    if len(counted) == 1:
        (rule, number) = next(iter(counted.items()))
        return f"{'The only' if number == 1 else 'Any'} two who could make up the team {_said(TWO_WORDS[rule], case)}."
    each = [f"{n} such pair{'s' if n > 1 else ''} {_said(TWO_WORDS[rule], case)}" for rule, n in counted.most_common()]
    return f"No two are left who could make up the team: {_listed(each)}."


def _said(words: str, case: Case) -> str:
    return words.format(when=when_of(case))


def _listed(each: list[str]) -> str:
    return f"{', '.join(each[:-1])} and {each[-1]}"
