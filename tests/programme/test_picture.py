"""The picture of a year: every day is there once, in its place, with what is on it; and where no visit is."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerreview.programme.gaps import Gap, gaps
from peerreview.programme.month import HIGH, WIDE, WIDTH, Closed, Mark, What
from peerreview.programme.picture import picture
from peerreview.workdays import bank_holiday

FIRST, LAST = date(2026, 4, 1), date(2027, 3, 31)
EASTER = Closed(date(2026, 3, 30), date(2026, 4, 10), "Easter holidays")


def a_visit(on: date, load: bool = True) -> Mark:
    return Mark(on, What.VISIT, "visit of Oakfield", load)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 400))
def test_every_day_is_there_once_and_none_lies_on_another(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    months = picture(first, last, [], []).months
    days = [day for month in months for day in month.days]
    assert [day.on for day in days] == [first + timedelta(days=n) for n in range(length + 1)]
    for month in months:
        places = [(day.x, day.y) for day in month.days]
        assert len(set(places)) == len(places)
        assert all(day.x >= 0 and day.x + day.width <= WIDTH for day in month.days)
        assert all(day.y + HIGH <= month.height <= 6 * HIGH for day in month.days)
        assert all((day.x == 0) == (day.on.weekday() == 0) for day in month.days)
        assert all(b.y - a.y == (HIGH if b.on.weekday() == 0 else 0) for a, b in pairwise(month.days))
        assert {(day.on.year, day.on.month) for day in month.days} == {(month.first.year, month.first.month)}


@given(st.lists(st.tuples(st.dates(FIRST, LAST), st.sampled_from(What), st.booleans())))
def test_every_mark_is_drawn_and_counted_once(given_marks: list[tuple[date, What, bool]]) -> None:
    marks = [Mark(on, what, f"mark {n}", load) for n, (on, what, load) in enumerate(given_marks)]
    drawn = picture(FIRST, LAST, marks, [])
    assert sorted(mark for month in drawn.months for mark in month.marks) == sorted(marks)
    assert sorted(what for month in drawn.months for day in month.days for what in day.marks) == sorted(
        mark.what for mark in marks
    )
    assert sum(month.visits for month in drawn.months) == sum(mark.load for mark in marks)
    assert drawn.outside == ()


def test_a_year_of_twelve_months_has_twelve_and_one_from_the_middle_of_a_month_thirteen() -> None:
    assert [month.name for month in picture(FIRST, LAST, [], []).months][::11] == ["April 2026", "March 2027"]
    assert len(picture(date(2026, 9, 15), date(2027, 9, 14), [], []).months) == 13


def test_a_day_says_what_it_is() -> None:
    good_friday, tuesday, easter = date(2026, 4, 3), date(2026, 4, 14), date(2026, 4, 7)
    marks = [
        a_visit(tuesday),
        Mark(tuesday, What.ASKED, "asked about for Elm", True),
        Mark(tuesday, What.PAPERS, "papers"),
        Mark(date(2026, 4, 16), What.MEETING, "Executive Group meets"),
    ]
    april = picture(FIRST, LAST, marks, [EASTER], today=date(2026, 4, 15)).months[0]
    days = {day.on: day for day in april.days}
    assert days[good_friday].bank_holiday == bank_holiday(good_friday) == "Good Friday"
    assert [day.on.day for day in april.days if day.is_school_holiday] == list(range(1, 11))
    assert (days[easter].x, days[easter].y, days[easter].width) == (WIDE, HIGH, WIDE)
    assert (days[tuesday].main, days[tuesday].visits) == (What.VISIT, 2)
    assert days[date(2026, 4, 16)].main is What.MEETING
    assert [day.on.day for day in april.days if day.is_today] == [15]
    assert april.closed == ("Fri 3 Good Friday", "Mon 6 Easter Monday", "Wed 1 to Fri 10 Easter holidays")
    assert april.in_words == (
        "2 visits; Tue 14 visit of Oakfield; Tue 14 asked about for Elm; Tue 14 papers; Thu 16 Executive Group meets; "
        "Fri 3 Good Friday; Mon 6 Easter Monday; Wed 1 to Fri 10 Easter holidays"
    )
    assert not april.is_over


def test_of_days_asked_about_only_the_first_counts_as_a_visit() -> None:
    asked = [Mark(date(2026, 5, day), What.ASKED, "asked about", day == 5) for day in (5, 7, 12)]
    may = picture(FIRST, LAST, asked, []).months[1]
    assert (may.visits, len(may.of("asked"))) == (1, 3)


def test_a_likely_visit_is_in_its_month_on_no_day() -> None:
    may = picture(
        FIRST, LAST, [a_visit(date(2026, 5, 5))], [], {date(2026, 5, 1): ["probably Elm", "probably Ash"]}
    ).months[1]
    assert (may.visits, may.likely) == (3, ("probably Elm", "probably Ash"))
    assert may.in_words.startswith("3 visits; Tue 5 visit of Oakfield; some day probably Elm; some day probably Ash")
    assert may.height == picture(FIRST, LAST, [], []).months[1].height + HIGH


def test_a_visit_outside_the_year_is_told_apart() -> None:
    outside = a_visit(date(2027, 4, 6))
    drawn = picture(FIRST, LAST, [outside, Mark(date(2027, 5, 1), What.MEETING, "next year's meeting")], [])
    assert drawn.outside == (outside,)
    assert sum(month.visits for month in drawn.months) == 0


@pytest.mark.parametrize("visits", [[], [date(2028, 1, 1)]])
def test_a_year_without_a_visit_has_no_gaps(visits: list[date]) -> None:
    assert gaps(FIRST, LAST, visits, 14, []) == []


def test_gaps_are_named_with_their_holidays() -> None:
    summer = Closed(date(2026, 7, 22), date(2026, 9, 1), "Summer holidays")
    visits = [date(2026, 4, 14), date(2026, 5, 20), date(2026, 7, 3), date(2026, 9, 15), date(2026, 11, 3)]
    visits += [date(2026, 12, 8), date(2027, 1, 19)]
    found = gaps(FIRST, LAST, visits, 14, [summer])
    assert found == [
        Gap("Friday 3 July 2026", "Tuesday 15 September 2026", 10, 6),
        Gap("Tuesday 19 January 2027", "", 10, 0),
    ]
    assert [gap.words for gap in found] == [
        "No visit between Friday 3 July 2026 and Tuesday 15 September 2026: 10 weeks, 6 of them school holidays.",
        "No visit after Tuesday 19 January 2027: 10 weeks.",
    ]


def test_few_reviews_leave_longer_stretches_that_are_no_gaps() -> None:
    visits = [date(2026, 7, 7), date(2026, 11, 10)]
    assert gaps(FIRST, LAST, visits, 3, []) == []
    assert [gap.words for gap in gaps(FIRST, LAST, visits, 14, [])] == [
        "No visit before Tuesday 7 July 2026: 13 weeks.",
        "No visit between Tuesday 7 July 2026 and Tuesday 10 November 2026: 17 weeks.",
        "No visit after Tuesday 10 November 2026: 20 weeks.",
    ]


def test_a_likely_visit_parts_a_gap() -> None:
    visits, february = [date(2026, 4, 14), date(2026, 11, 10)], date(2027, 2, 1)
    assert [gap.words for gap in gaps(FIRST, LAST, visits, 14, [], [february])][1:] == [
        "No visit between Tuesday 10 November 2026 and the visit that is likely in February 2027: 13 weeks."
    ]


@given(st.sets(st.dates(FIRST, LAST), min_size=1, max_size=40))
def test_no_gap_holds_a_visit_and_every_long_stretch_is_one(days: set[date]) -> None:
    ends = sorted({FIRST - timedelta(days=1), LAST + timedelta(days=1), *days})
    least = max(8, 2 * 365 / 7 / (len(days) + 1))
    free = [(after - before - timedelta(days=1)).days // 7 for before, after in pairwise(ends)]
    assert [gap.weeks for gap in gaps(FIRST, LAST, days, len(days), [])] == [each for each in free if each >= least]
