"""Reviewers needed against reviewers available: a warning only where no teams can be found, and always there."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerreview.programme.capacity import BOARD, LEADS, PLACES, Capacity, Free, Need, Room
from peerreview.programme.shortages import warnings

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
MONTHS = (MAY, JUNE)


def free(left: int = 4, may: int = 2, june: int = 2, *, board: bool = True, lead: bool = True) -> Free:
    return Free(board, lead, left, {MAY: may, JUNE: june})


def a_capacity(people: Sequence[Free], needs: Sequence[Need], staffed: dict[date, int] | None = None) -> Capacity:
    return Capacity(people, needs, staffed or {}, MONTHS)


def said(capacity: Capacity, usual: int = 6, earliest: date = MAY) -> list[tuple[str, str]]:
    rooms = {month: capacity.room(month) for month in capacity.months}
    return [(each.words, each.help) for each in warnings(capacity, rooms, usual, earliest)]


def can_be_staffed(people: Sequence[Free], needs: Sequence[Need]) -> bool:
    """Whether there is a team for every visit, found by trying all."""

    def place(number: int, year: Counter[int], month: Counter[tuple[int, date]]) -> bool:
        if number == len(needs):
            return True
        need = needs[number]
        for at in [need.month] if need.month else MONTHS:
            able = [
                who for who, one in enumerate(people) if year[who] < one.left and month[who, at] < one.months.get(at, 0)
            ]
            for team in combinations(able, need.people):
                board = not need.board or any(people[who].is_board for who in team)
                lead = not need.lead or any(people[who].can_lead for who in team)
                if (
                    board
                    and lead
                    and place(number + 1, year + Counter(team), month + Counter((who, at) for who in team))
                ):
                    return True
        return False

    return place(0, Counter(), Counter())


PEOPLE = st.lists(
    st.builds(
        lambda board, lead, left, may, june: free(left, may, june, board=board, lead=lead),
        st.booleans(),
        st.booleans(),
        st.integers(0, 3),
        st.integers(0, 2),
        st.integers(0, 2),
    ),
    max_size=5,
)
NEEDS = st.lists(
    st.builds(Need, st.integers(1, 2), st.booleans(), st.booleans(), st.sampled_from([None, MAY, JUNE])), max_size=4
)


@given(PEOPLE, NEEDS)
@settings(max_examples=400, deadline=None)
def test_a_plan_that_can_be_staffed_is_never_warned_about(people: list[Free], needs: list[Need]) -> None:
    capacity = a_capacity(people, needs)
    if can_be_staffed(people, needs):
        assert said(capacity) == []
        assert capacity.at_most() == len(needs)


@given(PEOPLE, NEEDS)
@settings(max_examples=300, deadline=None)
def test_more_places_than_visits_that_people_can_make_are_always_warned_about(
    people: list[Free], needs: list[Need]
) -> None:
    capacity = a_capacity(people, needs)
    places = sum(need.people for need in needs)
    if places > sum(min(one.left, one.months[MAY] + one.months[JUNE]) for one in people):
        assert said(capacity)
        assert capacity.at_most() < len(needs)
    for month in MONTHS:
        of_month = [need for need in needs if need.month == month]
        if sum(need.people for need in of_month) > sum(min(one.left, one.months[month]) for one in people):
            assert capacity.room(month).over


@given(PEOPLE, NEEDS, st.sampled_from(MONTHS))
@settings(max_examples=200, deadline=None)
def test_there_is_room_for_exactly_so_many_more_by_the_same_sums(
    people: list[Free], needs: list[Need], month: date
) -> None:
    capacity = a_capacity(people, needs)
    more = capacity.room(month).more
    fuller = a_capacity(people, [*needs, *[Need(month=month)] * more])
    assert bool(fuller.short(month)) == bool(capacity.short(month))
    assert a_capacity(people, [*needs, *[Need(month=month)] * (more + 1)]).short(month)


def test_two_reviewers_staff_as_many_visits_as_each_can_make() -> None:
    pair = [free(3), free(3, board=False, lead=False)]
    assert said(a_capacity(pair, [Need()] * 3)) == []
    [(words, help_)] = said(a_capacity(pair, [Need()] * 4), usual=3)
    assert words == (
        "4 visits are still to be staffed, and at most 3 can be. Their teams have 8 places to fill, and the reviewers "
        "available can fill 6. A member of the board is needed for 4 visits, and those available can make 3. "
        "Somebody who can lead is needed for 4 visits, and those with the training can make 3."
    )
    assert help_ == (
        "It would help to find 1 more reviewer, to ask 1 more member of the board to review, to train 1 more reviewer "
        "to lead, to let those there are make more visits, or to plan fewer reviews."
    )


def test_one_tireless_reviewer_is_no_team() -> None:
    [(words, _help)] = said(a_capacity([free(50, 20, 20)], [Need()]))
    assert words.startswith("1 visit is still to be staffed, and none can be. Their teams have 2 places to fill")


@pytest.mark.parametrize(
    ("people", "lacking"),
    [
        ([free(board=False), free(board=False)], [BOARD]),
        ([free(lead=False), free(lead=False)], [LEADS]),
        ([free(), free(left=0)], [PLACES]),
        ([free(), free(may=0, june=0)], [PLACES]),
        ([], [PLACES, BOARD, LEADS]),
    ],
)
def test_what_is_lacking_is_named(people: list[Free], lacking: list[object]) -> None:
    assert [line.kind for line in a_capacity(people, [Need()]).short()] == lacking


def test_a_month_with_too_many_visits_says_how_many_can_be_staffed_and_where_there_is_room() -> None:
    people = [free(6, may=2, june=2), free(6, may=2, june=2, board=False)]
    needs = [Need(month=MAY)] * 3
    assert said(a_capacity(people, needs, {MAY: 1})) == [
        (
            "4 visits in May 2026; at most 3 can be staffed. Too few reviewers or members of the board are free.",
            "It would help to move 1 visit to June 2026, or to find more reviewers or members of the board for that "
            "month.",
        )
    ]


def test_a_month_before_the_notice_ends_is_no_place_to_move_a_visit_to() -> None:
    people = [free(6, may=2, june=2), free(6, may=2, june=2, board=False)]
    [(_words, help_)] = said(a_capacity(people, [Need(month=JUNE)] * 3), earliest=date(2026, 6, 3))
    assert help_ == "It would help to find more reviewers or members of the board for that month."


def test_visits_with_a_full_team_need_nobody() -> None:
    capacity = a_capacity([], [], {MAY: 5})
    assert said(capacity) == []
    assert capacity.room(MAY) == Room(visits=5, at_most=5, more=0)


def test_a_team_that_lacks_only_a_lead_asks_for_one_place() -> None:
    short_of_a_lead = Need(people=1, board=False, lead=True)
    assert said(a_capacity([free(1, board=False)], [short_of_a_lead])) == []
    assert [line.needed for line in a_capacity([], [short_of_a_lead]).lines()] == [1, 0, 1]
