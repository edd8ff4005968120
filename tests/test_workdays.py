"""Working days and deadlines: both clock changes, bank holidays, and the counting rule."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerreview import workdays
from peerreview.workdays import (
    add_working_days,
    days_late,
    deadline,
    is_working_day,
    local_day,
    reminder_days,
    working_days_between,
)

LONDON = ZoneInfo("Europe/London")
MONDAY = date(2026, 11, 23)

days = st.dates(date(2015, 1, 1), date(2045, 12, 31))
counts = st.integers(-120, 120)
closures = st.sets(st.dates(date(2025, 1, 1), date(2027, 12, 31)), max_size=30)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 20), True),  # Friday
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 11, 22), False),  # Sunday
        (MONDAY, True),
        (date(2026, 4, 3), False),  # Good Friday
        (date(2026, 4, 6), False),  # Easter Monday, which Scotland does not have
        (date(2026, 3, 17), True),  # St Patrick's Day is Northern Ireland's
        (date(2026, 1, 2), True),  # 2 January is Scotland's
        (date(2026, 8, 3), True),  # Scotland's summer bank holiday
        (date(2026, 8, 31), False),  # England's
        (date(2026, 12, 25), False),
        (date(2026, 12, 28), False),  # in lieu of Boxing Day, a Saturday
        (date(2027, 12, 27), False),
        (date(2027, 12, 28), False),
        (date(2027, 12, 29), True),
        (date(2020, 5, 4), True),  # moved to the 8th for VE Day
        (date(2020, 5, 8), False),
        (date(2022, 6, 3), False),  # Platinum Jubilee
        (date(2022, 9, 19), False),  # state funeral
        (date(2023, 5, 8), False),  # coronation
    ],
)
def test_weekends_and_the_bank_holidays_of_england_are_not_working_days(day: date, works: bool) -> None:
    assert is_working_day(day) is works


def test_a_day_the_borough_closed_is_not_a_working_day() -> None:
    assert not is_working_day(MONDAY, closed=[MONDAY])
    half_term = [date(2026, 10, 26), date(2026, 10, 27)]
    assert add_working_days(date(2026, 10, 23), 1, half_term) == date(2026, 10, 28)


def test_closed_days_may_come_from_anything_that_can_be_read_once() -> None:
    assert add_working_days(MONDAY, 2, closed=(day for day in [date(2026, 11, 24)])) == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("start", "n", "answer"),
    [
        (MONDAY, 1, date(2026, 11, 24)),
        (MONDAY, 10, date(2026, 12, 7)),
        (MONDAY, 20, date(2026, 12, 21)),
        (MONDAY, 0, MONDAY),
        (date(2026, 11, 22), 0, date(2026, 11, 22)),
        (MONDAY, -1, date(2026, 11, 20)),
        (date(2026, 11, 21), 1, MONDAY),  # sent on a Saturday
        (date(2026, 12, 24), 1, date(2026, 12, 29)),
        (date(2026, 12, 29), -1, date(2026, 12, 24)),
        (date(2026, 12, 24), 10, date(2027, 1, 12)),
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # over Easter
    ],
)
def test_the_day_after_is_day_one(start: date, n: int, answer: date) -> None:
    assert add_working_days(start, n) == answer


@given(days, counts.filter(bool), closures)
def test_counting_always_ends_on_a_working_day_on_the_right_side(day: date, n: int, closed: set[date]) -> None:
    answer = add_working_days(day, n, closed)
    assert is_working_day(answer, closed)
    assert (answer > day) is (n > 0)


@given(days, counts, closures)
def test_between_undoes_adding(day: date, n: int, closed: set[date]) -> None:
    assert working_days_between(day, add_working_days(day, n, closed), closed) == n


@given(days, st.integers(1, 60), st.integers(1, 60), closures)
def test_adding_twice_is_adding_once(day: date, n: int, m: int, closed: set[date]) -> None:
    assert add_working_days(add_working_days(day, n, closed), m, closed) == add_working_days(day, n + m, closed)


@given(days, st.integers(1, 60), closures)
def test_coming_back_from_a_working_day_ends_where_it_began(day: date, n: int, closed: set[date]) -> None:
    start = add_working_days(day, 1, closed)
    assert add_working_days(add_working_days(start, n, closed), -n, closed) == start


@given(days, st.integers(1, 60), closures)
def test_closing_days_never_makes_a_deadline_earlier(day: date, n: int, closed: set[date]) -> None:
    assert deadline(day, n, closed) >= deadline(day, n)


@given(days, days)
def test_between_counts_every_working_day_once(a: date, b: date) -> None:
    first, last = sorted((a, b))
    expected = sum(is_working_day(first + timedelta(days=gone + 1)) for gone in range((last - first).days))
    assert working_days_between(first, last) == expected


def test_there_is_no_working_day_between_a_day_and_itself() -> None:
    assert working_days_between(MONDAY, MONDAY) == 0


@pytest.mark.parametrize(
    ("start", "n", "answer"),
    [
        (MONDAY, 10, datetime(2026, 12, 7, 23, 59, tzinfo=UTC)),  # winter
        (date(2026, 6, 15), 10, datetime(2026, 6, 29, 22, 59, tzinfo=UTC)),  # summer
        (date(2026, 10, 16), 5, datetime(2026, 10, 23, 22, 59, tzinfo=UTC)),  # last Friday of summer time
        (date(2026, 10, 16), 6, datetime(2026, 10, 26, 23, 59, tzinfo=UTC)),  # first Monday of winter time
        (date(2026, 3, 20), 5, datetime(2026, 3, 27, 23, 59, tzinfo=UTC)),
        (date(2026, 3, 20), 6, datetime(2026, 3, 30, 22, 59, tzinfo=UTC)),
    ],
)
def test_a_deadline_is_2359_local_time_on_both_sides_of_a_clock_change(start: date, n: int, answer: datetime) -> None:
    due = deadline(start, n)
    assert due == answer
    assert due.tzinfo is UTC


@given(days, st.integers(1, 60))
def test_a_deadline_falls_at_2359_on_the_day_it_names(day: date, n: int) -> None:
    due = deadline(day, n)
    assert local_day(due) == add_working_days(day, n)
    assert due.astimezone(LONDON).strftime("%H:%M:%S") == "23:59:00"


@pytest.mark.parametrize("n", [0, -1])
def test_a_period_of_no_days_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match="at least one working day"):
        deadline(MONDAY, n)


def test_more_days_than_can_be_counted_are_refused() -> None:
    with pytest.raises(ValueError, match="more than can be counted"):
        add_working_days(MONDAY, 10_001)
    with pytest.raises(OverflowError):
        add_working_days(date(9999, 12, 31), 1)


def test_reminders_come_before_on_and_after_the_day() -> None:
    assert reminder_days(date(2026, 12, 7)) == (date(2026, 12, 2), date(2026, 12, 7), date(2026, 12, 10))
    assert reminder_days(date(2026, 12, 29), before=1, after=2).before == date(2026, 12, 24)
    assert reminder_days(date(2026, 12, 7), closed=[date(2026, 12, 4)]).before == date(2026, 12, 1)
    with pytest.raises(ValueError, match="not below none"):
        reminder_days(MONDAY, before=-1)


@pytest.mark.parametrize(
    ("today", "late"),
    [(date(2026, 11, 22), 0), (MONDAY, 0), (date(2026, 11, 24), 1), (date(2026, 12, 23), 30)],
)
def test_lateness_is_in_calendar_days_and_never_negative(today: date, late: int) -> None:
    assert days_late(MONDAY, today) == late


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 7, 1, 22, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 23, 0, tzinfo=UTC), date(2026, 7, 2)),  # summer: already tomorrow here
        (datetime(2026, 12, 1, 23, 59, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 3, 28, 23, 59, tzinfo=UTC), date(2026, 3, 28)),  # the night the clocks go forward
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), date(2026, 10, 25)),  # the night they go back
        (datetime(2026, 12, 1, 1, 0, tzinfo=ZoneInfo("Asia/Tokyo")), date(2026, 11, 30)),
    ],
)
def test_which_day_it_is_here(instant: datetime, day: date) -> None:
    assert local_day(instant) == day


def test_a_time_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local_day(datetime(2026, 11, 23, 12))  # noqa: DTZ001  (the point of the test)


def test_an_instant_is_no_day() -> None:
    instant = datetime(2026, 11, 23, 23, 59, tzinfo=UTC)
    for misuse in (is_working_day, workdays.end_of_local_day):
        with pytest.raises(TypeError, match="local_day"):
            misuse(instant)


def test_the_module_needs_neither_the_web_nor_the_database() -> None:
    source = workdays.__file__
    assert source is not None
    lines = Path(source).read_text(encoding="utf-8").splitlines()
    imports = [line for line in lines if line.startswith(("import ", "from "))]
    assert not [line for line in imports if "flask" in line or "sqlalchemy" in line]
