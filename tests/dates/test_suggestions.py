"""Suggested times keep every promise, whatever is known, and say why."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerreview.dates.suggestions import AFTERNOON, HORIZON, MORNING, ROOM, Busy, Known, _free, suggest
from peerreview.dates.wall_time import instant
from peerreview.workdays import add_working_days, is_working_day, local

MONDAY = date(2027, 1, 11)
QUIET = Known(today=date(2026, 12, 7), first_day=MONDAY)


def shown(suggestions):
    return [f"{local(found.starts_at):%a %-d %b %H:%M}" for found in suggestions]


def busy(day, first=time(0), last=time(23, 59), who="Bea", **more):
    return Busy(who, "cannot", instant(day, first), instant(day, last), **more)


def test_mornings_and_afternoons_weekdays_and_weeks_take_turns():
    assert shown(suggest(QUIET)) == [
        "Mon 11 Jan 09:30", "Tue 12 Jan 13:00", "Wed 20 Jan 09:30", "Thu 21 Jan 13:00", "Fri 29 Jan 09:30",
        "Mon 25 Jan 13:00",
    ]  # fmt: skip


def test_each_has_its_reason_in_one_plain_sentence():
    assert [found.why for found in suggest(QUIET)] == [
        "The earliest, with 22 working days’ notice; nobody is known to be away.",
        "The first afternoon among these dates, with 23 working days’ notice; nobody is known to be away.",
        "The first Wednesday among these dates, with 29 working days’ notice; nobody is known to be away.",
        "The first Thursday among these dates, with 30 working days’ notice; nobody is known to be away.",
        "The first Friday among these dates, with 36 working days’ notice; nobody is known to be away.",
        "Another Monday afternoon, with 32 working days’ notice; nobody is known to be away.",
    ]


def test_who_teaches_on_tuesday_afternoons_is_not_asked_then():
    tuesdays = [busy(MONDAY + timedelta(days=1, weeks=week), time(12, 30)) for week in range(30)]
    found = suggest(replace(QUIET, busy=tuple(tuesdays)), count=12)
    assert not [at for at in shown(found) if at.startswith("Tue") and at.endswith("13:00")]
    assert [at for at in shown(found) if at.startswith("Tue") and at.endswith("09:30")]


def test_the_way_to_another_visit_takes_its_time():
    visit = busy(MONDAY, time(13, 15), time(15), spare=timedelta(hours=1))
    assert shown(suggest(replace(QUIET, busy=(visit,)), 1)) == ["Tue 12 Jan 09:30"]
    assert shown(suggest(replace(QUIET, busy=(replace(visit, spare=timedelta(0)),)), 1)) == ["Mon 11 Jan 09:30"]


def test_more_suggestions_go_on_from_what_is_asked_about():
    first = suggest(QUIET, 3)
    more = suggest(replace(QUIET, taken=frozenset(found.starts_at for found in first)), 3)
    assert shown(more) == shown(suggest(QUIET))[3:]


def test_a_time_asked_about_for_another_review_comes_last_and_says_so():
    known = replace(QUIET, elsewhere=frozenset([instant(MONDAY, MORNING)]))
    assert "Mon 11 Jan 09:30" not in shown(suggest(known))
    away = Busy("Bea", "cannot", instant(MONDAY, AFTERNOON), instant(date(2029, 1, 1), time(1)))
    only = replace(known, busy=(away,))
    (found,) = suggest(only)
    assert found.why == "The earliest, with 22 working days’ notice; also asked about for another review."


def test_when_six_weeks_are_full_the_next_weeks_are_looked_through():
    away = Busy("Bea", "cannot", instant(MONDAY, time(0)), instant(MONDAY + timedelta(weeks=9), time(0)))
    assert shown(suggest(replace(QUIET, busy=(away,)), 2)) == ["Mon 15 Mar 09:30", "Tue 16 Mar 13:00"]


@pytest.mark.parametrize("count", [0, 1, 3, 40])
def test_there_are_never_more_than_asked_for(count):
    assert len(suggest(QUIET, count)) == count


DAYS = st.dates(date(2026, 11, 23), date(2027, 12, 31))
STRETCHES = st.builds(
    lambda day, hour, hours, spare: Busy(
        "Bea", "cannot", instant(day, time(hour), fold=0), instant(day, time(hour), fold=0) + timedelta(hours=hours),
        timedelta(hours=spare),
    ),
    st.dates(date(2026, 11, 23), date(2027, 8, 31)), st.sampled_from([0, 8, 9, 12, 13, 15]), st.integers(1, 800),
    st.integers(0, 2),
)  # fmt: skip


@st.composite
def knowledge(draw):
    today = draw(st.dates(date(2026, 11, 23), date(2027, 3, 31)))
    first = draw(st.integers(0, 60))
    closed = draw(st.lists(st.tuples(DAYS, st.integers(1, 40)), max_size=4))
    taken = draw(st.lists(st.tuples(DAYS, st.sampled_from([MORNING, AFTERNOON, time(10)])), max_size=5))
    return Known(
        today=today,
        first_day=add_working_days(today, first),
        closed=frozenset(day + timedelta(days=n) for day, length in closed for n in range(length)),
        busy=tuple(draw(st.lists(STRETCHES, max_size=6))),
        taken=frozenset(instant(day, at, fold=0) for day, at in taken),
    )


@settings(max_examples=60, deadline=None)
@given(known=knowledge(), count=st.integers(0, 12), later=st.integers(0, 60))
def test_every_promise_holds_whatever_is_known(known, count, later):
    begin = known.first_day + timedelta(days=later)
    found = suggest(known, count, begin)
    starts = [each.starts_at for each in found]
    assert len(starts) == len(set(starts)) <= count
    for starts_at, why in found:
        day = local(starts_at).date()
        assert known.first_day <= begin <= day <= begin + HORIZON
        assert is_working_day(day, known.closed)
        assert not any(busy.starts_at < starts_at + ROOM and starts_at < busy.ends_at for busy in known.busy)
        assert starts_at not in known.taken
        assert why.endswith("nobody is known to be away.") and why.count(".") == 1
    halves = [local(at).time() for at in starts]
    free = list(_free(known, begin, 500))
    if not known.taken and {MORNING, AFTERNOON} == {local(at).time() for at in free} and count >= 2:
        assert set(halves) == {MORNING, AFTERNOON}
    assert len(found) == min(count, len(free))
    assert suggest(known, count, begin) == found


@given(day=st.dates(date(2026, 1, 1), date(2099, 1, 1)))
def test_a_suggested_hour_exists_once_on_every_day(day):
    assert [local(instant(day, at)).time() for at in (MORNING, AFTERNOON)] == [MORNING, AFTERNOON]


def test_stretches_that_touch_do_not_clash():
    one = Busy(
        "Bea", "cannot", datetime.fromisoformat("2027-01-11T10:00Z"), datetime.fromisoformat("2027-01-11T12:00Z")
    )
    noon, two = datetime.fromisoformat("2027-01-11T12:00Z"), datetime.fromisoformat("2027-01-11T14:00Z")
    assert not one.meets(noon, two)
    assert one.meets(noon - timedelta(minutes=1), two)
