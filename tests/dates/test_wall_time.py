"""A visit's time on the clock of the school's hall, over both clock changes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerreview.dates.wall_time import HourDoesNotExist, HourExistsTwice, instant
from peerreview.workdays import local

FORWARD = date(2027, 3, 28)
BACK = date(2026, 10, 25)


def test_winter_time_is_utc_and_summer_time_is_an_hour_behind_it():
    assert instant(date(2026, 12, 1), time(10, 0)) == datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
    assert instant(date(2026, 7, 1), time(10, 0)) == datetime(2026, 7, 1, 9, 0, tzinfo=UTC)


def test_ten_o_clock_stays_ten_o_clock_across_the_clock_change():
    before, after = instant(date(2027, 3, 22), time(10)), instant(date(2027, 3, 29), time(10))
    assert after - before == timedelta(days=7) - timedelta(hours=1)
    assert local(before).time() == local(after).time() == time(10)


@pytest.mark.parametrize("at", [time(1, 0), time(1, 30), time(1, 59)])
def test_an_hour_that_does_not_exist_is_refused(at):
    with pytest.raises(HourDoesNotExist) as refused:
        instant(FORWARD, at, fold=1)
    assert str(refused.value) == f"{at:%H:%M} does not exist on 2027-03-28: the clocks go forward"


@pytest.mark.parametrize("at", [time(0, 59), time(2, 0)])
def test_the_hours_beside_the_missing_one_exist(at):
    assert local(instant(FORWARD, at)).time() == at


def test_an_hour_that_exists_twice_is_asked_about_and_the_answer_is_taken():
    with pytest.raises(HourExistsTwice) as asked:
        instant(BACK, time(1, 30))
    assert asked.value.first == instant(BACK, time(1, 30), fold=0) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert asked.value.second == instant(BACK, time(1, 30), fold=1) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert str(asked.value) == "01:30 happens twice on 2026-10-25: the clocks go back"


def test_an_answer_to_a_question_nobody_asked_changes_nothing():
    assert instant(date(2026, 12, 1), time(10), fold=1) == instant(date(2026, 12, 1), time(10))


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.times())
def test_what_goes_in_is_what_the_clock_shows(day, at):
    try:
        when = instant(day, at)
    except HourDoesNotExist:
        assert day.month == 3 and at.hour == 1
    except HourExistsTwice as twice:
        assert day.month == 10 and at.hour == 1
        assert twice.second - twice.first == timedelta(hours=1)
    else:
        shown = local(when)
        assert (shown.date(), shown.time()) == (day, at)
        assert when.tzinfo is UTC
