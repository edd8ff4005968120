"""The agenda fits into the visit or says by how much it does not."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerreview.models import LONGEST_VISIT
from peerreview.models import AgendaKind as Kind
from peerreview.visits.agenda import Item, fit, suggest, timetable
from peerreview.workdays import LOCAL_ZONE as LONDON

HEAD = ("Ann Example", "Headteacher")
LEAD = ("Ben Example", "Designated safeguarding lead")
CHAIR = ("Cy Example", "Chair of governors")


def interview(minutes: int) -> Item:
    return Item(Kind.INTERVIEW, "Ann Example", minutes)


def test_an_agenda_that_is_too_long_says_by_how_much() -> None:
    result = fit([interview(90), interview(95)], 180)
    assert (result.fits, result.over, result.spare) == (False, 5, 0)
    assert result.sentence == (
        "The agenda is 5 minutes too long: it takes 185 minutes and the visit is 180 minutes. "
        "Shorten or remove an item."
    )


def test_an_agenda_that_fits_says_what_is_left() -> None:
    assert fit([interview(119)], 120).sentence == "The agenda takes 119 minutes of 120 minutes, with 1 minute to spare."
    assert fit([interview(120)], 120).sentence == "The agenda takes all 120 minutes of the visit."
    assert fit([], 120).fits


def test_no_visit_is_longer_than_three_hours() -> None:
    assert fit([interview(200)], 240).over == 20


def test_items_follow_each_other() -> None:
    placed = timetable([interview(40), interview(25)], datetime(2026, 12, 1, 10, 0, tzinfo=LONDON))
    assert [f"{p.starts:%H:%M}-{p.ends:%H:%M}" for p in placed] == ["10:00-10:40", "10:40-11:05"]


def test_wall_time_is_right_over_the_clock_change() -> None:
    placed = timetable([interview(60), interview(60)], datetime(2026, 10, 25, 0, 30, tzinfo=LONDON))
    assert [f"{p.ends:%H:%M %Z}" for p in placed] == ["01:30 BST", "01:30 GMT"]


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        timetable([], datetime(2026, 12, 1, 10, 0))  # noqa: DTZ001
    assert timetable([], datetime(2026, 12, 1, 10, 0, tzinfo=UTC)) == []


def test_a_suggestion_for_the_usual_three() -> None:
    assert suggest([HEAD, LEAD, CHAIR], 180) == [
        Item(Kind.TOUR, "Walk round the site", 15),
        Item(Kind.INTERVIEW, "Interview", 40, "Ann Example, Headteacher"),
        Item(Kind.INTERVIEW, "Interview", 40, "Ben Example, Designated safeguarding lead"),
        Item(Kind.INTERVIEW, "Interview", 25, "Cy Example, Chair of governors"),
        Item(Kind.DOCUMENTS, "Document review", 35),
        Item(Kind.FEEDBACK, "First feedback", 10),
    ]


def test_many_staff_are_seen_together() -> None:
    people = [i.who for i in suggest([(f"Person {n}", "") for n in range(12)], 120) if i.kind is Kind.INTERVIEW]
    assert people[-1] == "Person 4, Person 5, Person 6, Person 7, Person 8, Person 9, Person 10, Person 11"


@given(st.lists(st.sampled_from([HEAD, LEAD, CHAIR]), max_size=20), st.integers(60, 240))
def test_a_suggestion_always_fits(staff: list[tuple[str, str]], limit: int) -> None:
    items = suggest(staff, limit)
    assert fit(items, limit).fits
    assert fit(items, limit).limit <= LONGEST_VISIT
    assert all(item.minutes >= 5 for item in items)
    assert {Kind.DOCUMENTS, Kind.FEEDBACK} <= {item.kind for item in items}
