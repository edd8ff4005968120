"""Members of an Executive Group find its meetings in their own calendar feed, and nobody else does."""

from datetime import date, time, timedelta

from peerreview.audit_trail import Actor
from peerreview.meetings import actions
from peerreview.meetings.actions import When
from peerreview.models import utc_now
from peerreview.workdays import local_day
from peerreview.workflow import Role
from tests.builders import a_borough, a_person, save
from tests.calendars.conftest import events_of, path_of

COORDINATOR = Actor("Ruth Adeyemi-Clarke", Role.COORDINATOR)


def a_meeting(days: int, begins_at: time | None = time(14)):
    day = local_day(utc_now()) + timedelta(days=days)
    return actions.plan_meeting(a_borough(), When(day, day, "Room; 4", begins_at, 90), COORDINATOR)


def test_a_member_finds_the_meetings_of_their_group_only(app, client):
    meeting = a_meeting(10)
    member, other = a_person(Role.EXECUTIVE, a_borough()), a_person(Role.EXECUTIVE, a_borough("COL"))
    coordinator = a_person(Role.COORDINATOR, a_borough())
    save()
    [event] = events_of(client.get(path_of(member)))
    assert str(event["summary"]) == meeting.borough.executive_group
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(minutes=90)
    assert str(event["url"]) == f"http://localhost/meetings/{meeting.id}" and "attendee" not in event
    assert events_of(client.get(path_of(other))) == events_of(client.get(path_of(coordinator))) == []


def test_a_meeting_without_a_time_takes_the_whole_day(app, client):
    meeting, member = a_meeting(10, None), a_person(Role.EXECUTIVE, a_borough())
    save()
    [event] = events_of(client.get(path_of(member)))
    assert (event["dtstart"].dt, event["dtend"].dt) == (meeting.held_on, meeting.held_on + timedelta(days=1))


def test_a_meeting_that_moves_is_the_same_entry_and_one_long_past_is_gone(app, client):
    meeting, member = a_meeting(10), a_person(Role.EXECUTIVE, a_borough())
    a_meeting(-500)
    save()
    [before] = events_of(client.get(path_of(member)))
    actions.change_meeting(meeting, When(date(2099, 7, 1), date(2099, 6, 20), "", time(9), 60), COORDINATOR)
    save()
    [after] = events_of(client.get(path_of(member)))
    assert (after["uid"], after["sequence"]) == (before["uid"], 1)
    assert after["dtstart"].dt.isoformat() == "2099-07-01T08:00:00+00:00"  # British Summer Time
