"""Two people with the same old page, and one person who clicks twice: one act, one set of letters, a calm page."""

from collections import Counter

import pytest

from tests.inspector import faults_of
from tests.safety.acts import ACTS, Act, filled, open_tab, prepare
from tests.safety.house import House


def left_by(house: House, act: Act) -> tuple[int, dict[str, int]]:
    """How often the act is in the trail, and how many letters of each of its names there are."""
    events = house.ask(
        "SELECT count(*) FROM event WHERE step = ? AND review_id IN (SELECT id FROM review WHERE reference IN (?, ?))",
        act.step,
        house.asked,
        house.arguments[act.moment]["own"]["reference"],
    )
    names = house.ask(
        "SELECT name FROM letter WHERE review_id IN (SELECT id FROM review WHERE reference IN (?, ?))",
        house.asked,
        house.arguments[act.moment]["own"]["reference"],
    )
    counted = Counter(name for (name,) in names)
    return events[0][0], {name: counted[name] for name in act.letters}


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_the_second_of_two_is_told_who_was_first_and_keeps_the_text(house: House, act: Act) -> None:
    prepare(house, act)
    first, second = (open_tab(house, act, person) for person in act.people)
    assert first.send(filled(house, act)).status_code == 302
    assert left_by(house, act) == (1, act.letters)
    answer = second.send({**filled(house, act), **act.kept})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "was first" in page
    assert all(text in page for text in act.kept.values())
    assert faults_of(page) == []
    assert left_by(house, act) == (1, act.letters)


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_a_double_click_is_one_act(house: House, act: Act) -> None:
    prepare(house, act)
    tab, typed = open_tab(house, act, act.people[0]), filled(house, act)
    assert tab.send(typed).status_code == 302
    again = tab.send(typed)
    assert again.status_code in (302, 409)
    assert again.status_code == 302 or faults_of(again.get_data(as_text=True)) == []
    assert left_by(house, act) == (1, act.letters)
