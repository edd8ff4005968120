"""Suggested teams break no rule, staff what can be staffed, and name what is in the way. Checked by plain counting."""

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerreview.teams.obstacles import Need, obstacles, sentences, why
from peerreview.teams.solving import counted_in, suggest
from peerreview.teams.staffing import ALL_FREE, Bar, Candidate, Case, Member, Problem, Rule, Team
from peerreview.teams.tally import Tally

MARCH, APRIL = date(2027, 3, 1), date(2027, 4, 1)
MONDAY, TUESDAY = 0b11, 0b1100  # half days that never meet


def one(key: int, *, board: bool = True, trained: bool = True, **more: object) -> Candidate:
    return Candidate(key, f"Person {key}", board, trained, **{"most_a_year": 6, "most_a_month": 2, **more})  # type: ignore[arg-type]


def lay(key: int, **more: object) -> Candidate:
    return one(key, **{"board": False, "trained": False, **more})  # type: ignore[arg-type]


def case(key: int = 1, **more: object) -> Case:
    return Case(**{"key": key, "reference": f"HAC-{key}", "name": f"School {key}", "month": MARCH, **more})  # type: ignore[arg-type]


def problem(cases: list[Case], people: list[Candidate], **more: object) -> Problem:
    return Problem(tuple(cases), tuple(people), **more)  # type: ignore[arg-type]


def barred(*keys: int) -> dict[int, Bar]:
    return {key: Bar(Rule.INTEREST, "works there") for key in keys}


def what_prevents(given_problem: Problem, key: int = 1) -> str:
    """The sentence for a review that got no team."""
    teams = suggest(given_problem)
    assert key not in teams
    tally = Tally(given_problem)
    cases = {each.key: each for each in given_problem.cases}
    for other, team in teams.items():
        tally.count(cases[other], team)
    return sentences(obstacles(cases[key], tally), cases[key])


# An independent checker: every rule said again, plainly, with nothing of the code under test but its data


def broken_rules(asked: Problem, teams: dict[int, Team]) -> list[str]:
    people = {each.key: each for each in asked.candidates}
    found, visits, months, pairs = [], Counter[int](), Counter[tuple[int, date]](), Counter(dict(asked.together))
    for each in asked.candidates:
        visits[each.key] = each.elsewhere
        for month, number in each.by_month.items():
            months[each.key, month] = number
    for each in asked.cases:
        team = teams.get(each.key)
        if team is None:
            continue
        on_it = [member.key for member in each.members]
        everybody = [*on_it, *team.added]
        if len(set(everybody)) != len(everybody):
            found.append("twice on one team")
        if len(everybody) < 2:
            found.append("fewer than two")
        if not any(people[key].is_board for key in team.added) and not any(m.is_board for m in each.members):
            found.append("no board member")
        if set(team.added) & set(each.barred):
            found.append("an interest")
        if team.lead not in everybody:
            found.append("a lead from outside")
        leading = next((m for m in each.members if m.leads), None)
        if leading and team.lead != leading.key:
            found.append("the lead was changed")
        if team.lead in team.added and (not people[team.lead].is_trained or team.lead in each.connected):
            found.append("a lead who cannot")
        if team.lead in on_it and not any(m.key == team.lead and (m.leads or m.can_lead) for m in each.members):
            found.append("a member who cannot lead")
        if each.month is not None:
            common = each.halves
            for key in everybody:
                common &= people[key].free.get(each.month, ALL_FREE) if key in people else ALL_FREE
            if team.added and (not common or (each.agreed and common != each.halves)):
                found.append("nobody free together")
        for key in team.added:
            visits[key] += 1
            if each.month is not None:
                months[key, each.month] += 1
        for pair in combinations(sorted(everybody), 2):
            if set(pair) & set(team.added):
                pairs[pair] += 1
                if pairs[pair] > asked.most_together:
                    found.append("always together")
    for each in asked.candidates:
        took = any(each.key in team.added for team in teams.values())
        if took and visits[each.key] > each.most_a_year:
            found.append("too many a year")
        if any(
            n > each.most_a_month and took and n > each.by_month.get(m, 0)
            for (key, m), n in months.items()
            if key == each.key
        ):
            found.append("too many a month")
    return found  # fmt: skip


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    keys = range(1, draw(st.integers(1, 9)) + 1)
    people = [
        Candidate(
            key, f"Person {key}", draw(st.booleans()), draw(st.booleans()),
            most_a_year=draw(st.integers(0, 4)), most_a_month=draw(st.integers(0, 2)),
            elsewhere=draw(st.integers(0, 2)), by_month={MARCH: draw(st.integers(0, 1))},
            free={MARCH: draw(st.sampled_from([0, MONDAY, TUESDAY, ALL_FREE]))},
        )
        for key in keys
    ]  # fmt: skip
    some = st.sets(st.sampled_from(list(keys)), max_size=3)
    cases = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        month = draw(st.sampled_from([MARCH, APRIL, None]))
        on_it, connected = sorted(draw(st.sets(st.sampled_from(list(keys)), max_size=2))), draw(some)
        members = [
            Member(key, f"Person {key}", people[key - 1].is_board, people[key - 1].is_trained and key not in connected)
            for key in on_it
        ]
        if members and draw(st.booleans()):
            members[0] = replace(members[0], leads=True)
        cases.append(
            case(
                number, month=month, members=tuple(members),
                agreed=month is not None and draw(st.booleans()),
                halves=draw(st.sampled_from([MONDAY | TUESDAY, MONDAY, 0b0101])),
                barred=barred(*(draw(some) - set(on_it))), connected=dict.fromkeys(connected, "worked there"),
            )
        )  # fmt: skip
    return problem(cases, people, most_together=draw(st.integers(1, 3)))


@settings(max_examples=150, deadline=None)
@given(problems())
def test_no_suggestion_breaks_a_rule(asked: Problem) -> None:
    assert broken_rules(asked, suggest(asked)) == []


@settings(max_examples=100, deadline=None)
@given(problems())
def test_what_has_no_team_could_not_have_one_beside_the_others(asked: Problem) -> None:
    """No team of one, two or three more people would do, whoever they are and whoever leads."""
    teams = suggest(asked)
    keys = [each.key for each in asked.candidates]
    for each in asked.cases:
        if each.key in teams or each.is_staffed:
            continue
        on_it = {member.key for member in each.members}
        for size in range(3):
            for added in combinations([key for key in keys if key not in on_it], size):
                for lead in (*on_it, *added):
                    tried = {**teams, each.key: Team(added, lead)}
                    assert broken_rules(asked, tried) != [], (each, added, lead)


@settings(max_examples=150, deadline=None)
@given(problems())
def test_the_rule_that_is_named_is_broken_by_everybody_who_could_meet_the_need(asked: Problem) -> None:
    teams, tally = suggest(asked), Tally(asked)
    cases = {each.key: each for each in asked.cases}
    for key, team in teams.items():
        tally.count(cases[key], team)
    for each in asked.cases:
        if each.key in teams or each.is_staffed:
            continue
        found = obstacles(each, tally)
        assert found and sentences(found, each)
        on_it = {member.key for member in each.members}
        others = [one for one in asked.candidates if one.key not in on_it]
        for obstacle in found:
            if obstacle.need is Need.BOARD:
                assert {key for (key,) in obstacle.against} == {one.key for one in others if one.is_board}
            if obstacle.need is Need.LEAD:
                trained = {one.key for one in others if one.is_trained}
                assert {key for (key,) in obstacle.against} == trained or {one.key for one in others}
            for who, rule in obstacle.against.items():
                assert is_broken(rule, each, who, tally), (rule, who, each)


def is_broken(rule: Rule, each: Case, who: tuple[int, ...], tally: Tally) -> bool:
    """Each rule said plainly."""
    people = {one.key: one for one in tally.problem.candidates}
    mine = people[who[0]]
    together = [*(member.key for member in each.members), *who]
    free = each.halves & (mine.free.get(each.month, ALL_FREE) if each.month else ALL_FREE)
    common = each.halves
    for key in together:
        common &= people[key].free.get(each.month, ALL_FREE) if each.month and key in people else ALL_FREE
    met = [tuple(sorted(pair)) for pair in permutations(together, 2) if set(pair) & set(who)]
    return {
        Rule.INTEREST: mine.key in each.barred,
        Rule.AWAY: not free or (each.agreed and free != each.halves),
        Rule.YEAR: tally.year[mine.key] >= mine.most_a_year,
        Rule.MONTH: bool(each.month) and tally.month[mine.key, each.month or MARCH] >= mine.most_a_month,
        Rule.UNTRAINED: not mine.is_trained,
        Rule.CONNECTION: mine.key in each.connected,
        Rule.TOGETHER: any(tally.pairs[pair] >= tally.problem.most_together for pair in met),
        Rule.APART: not common or (each.agreed and common != each.halves),
    }[rule]


@settings(max_examples=100, deadline=None)
@given(problems(), st.data())
def test_whatever_the_solver_answers_no_rule_is_broken(asked: Problem, data: st.DataObject) -> None:
    """Its time may end before it has a sound answer, or any."""
    some = st.sets(st.sampled_from([one.key for one in asked.candidates]), max_size=2)
    answer = {each.key: tuple(sorted(data.draw(some) - {m.key for m in each.members})) for each in asked.cases}
    assert broken_rules(asked, counted_in(asked, answer)) == []


def test_what_the_solver_left_over_gets_a_team_that_the_rules_allow() -> None:
    asked = problem([case(1), case(2)], [one(1), one(2), lay(3), lay(4)])
    assert counted_in(asked, {}) == {1: Team((1, 2), 1), 2: Team((1, 3), 1)}


@settings(max_examples=40, deadline=None)
@given(problems())
def test_the_same_input_gives_the_same_teams(asked: Problem) -> None:
    assert suggest(asked) == suggest(asked)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 8), st.integers(1, 6))
def test_everything_that_can_be_staffed_trivially_is(reviews: int, spare: int) -> None:
    """As many free people of the board as places, with nothing against anybody."""
    people = [one(key, most_a_year=1) for key in range(1, 2 * reviews + spare)]
    teams = suggest(problem([case(number) for number in range(reviews)], [*people, one(99, most_a_year=1)]))
    assert sorted(teams) == list(range(reviews))


def test_the_load_is_spread() -> None:
    cases = [case(number, month=None) for number in range(6)]
    asked = problem(cases, [one(key, elsewhere=key == 1) for key in range(1, 7)], most_together=6)
    tally = Tally(asked)
    for key, team in suggest(asked).items():
        tally.count(cases[key], team)
    assert sorted(tally.year.values()) == [2, 2, 2, 2, 2, 3]


def test_no_pair_goes_more_often_than_two_may() -> None:
    cases = [case(number, month=None) for number in range(4)]
    people = [one(1), one(2), lay(3), lay(4)]
    pairs = Counter(team.added for team in suggest(problem(cases, people, most_together=1)).values())
    assert max(pairs.values()) == 1
    assert sum(pairs.values()) == 4


def test_whoever_is_on_the_team_stays_and_leads() -> None:
    known = Member(7, "Person 7", is_board=False, can_lead=False, leads=True)
    asked = problem([case(members=(known,))], [one(1), lay(2)])
    assert suggest(asked) == {1: Team((1,), 7)}


def test_a_team_that_lacks_only_a_lead_gets_one_from_within() -> None:
    members = (Member(7, "Person 7", True, False), Member(8, "Person 8", False, True))
    assert suggest(problem([case(members=members)], [one(1)])) == {1: Team((), 8)}


def test_an_agreed_time_needs_every_half_day_of_it() -> None:
    people = [one(1, free={MARCH: 0b01}), one(2), lay(3)]
    assert suggest(problem([case(halves=MONDAY, agreed=True)], people)) == {1: Team((2, 3), 2)}


def test_the_reasons_for_somebody() -> None:
    asked = problem([case(connected={2: "worked there until 2025"})], [one(1, elsewhere=1), lay(2)])
    tally = Tally(asked)
    tally.count(asked.cases[0], suggest(asked)[1])
    board, other = asked.candidates
    assert why(asked.cases[0], board, tally, leads=True) == (
        "Board member; trained to lead; free in March; 1 other visit this year; no known interest"
    )
    assert why(asked.cases[0], other, tally, leads=False) == (
        "lay member; free in March; no other visits this year; a connection, so cannot lead: worked there until 2025"
    )


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (problem([case()], [lay(1, trained=True), lay(2)]), "Nobody else in the borough is a Board member."),
        (problem([case()], [one(1, trained=False), lay(2)]), "Nobody else in the borough is trained to lead."),
        (problem([case()], [one(1)]), "There is no other reviewer in the borough."),
        (
            problem([case(barred=barred(1, 2))], [one(1), one(2), lay(3, trained=True), lay(4)]),
            "Every Board member has an interest.",
        ),
        (
            problem([case()], [one(1, free={MARCH: 0}), one(2, trained=False), lay(3)]),
            "The only reviewer trained to lead is not free in March.",
        ),
        (
            problem(
                [case(barred=barred(1, 2))],
                [one(1), one(2), one(3, free={MARCH: 0}), one(4, elsewhere=6), lay(5, trained=True), lay(6)],
            ),
            "No Board member is left: 2 have an interest, 1 is not free in March and 1 makes as many visits this year "
            "as they may.",
        ),
        (
            problem([case()], [one(1, by_month={MARCH: 2}), lay(2, trained=True), lay(3)]),
            "The only Board member makes as many visits in March as they may.",
        ),
        (
            problem([case(connected={1: "worked there"})], [one(1), lay(2)]),
            "The only reviewer trained to lead has a connection and cannot lead.",
        ),
        (
            problem([case()], [one(1, free={MARCH: MONDAY}), lay(2, free={MARCH: TUESDAY})]),
            "The only two who could make up the team have no half day in March in common.",
        ),
        (
            problem([case()], [one(1), lay(2)], together={(1, 2): 2}),
            "The only two who could make up the team go together as often as two may.",
        ),
        (problem([case(halves=0)], [one(1), lay(2)]), "No working day is left in March: choose another month."),
        (
            problem([case(members=(Member(1, "Person 1", False, True),))], [lay(1, free={MARCH: 0}), one(2)]),
            "The only Board member has no half day in March in common with those on the team.",
        ),
    ],
)  # fmt: skip
def test_the_rule_in_the_way_is_named(asked: Problem, said: str) -> None:
    assert what_prevents(asked) == said
