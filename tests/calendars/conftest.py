"""A review with an agreed visit, and the calendars that subscribe to it."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from peerreview.audit_trail import Actor
from peerreview.calendars import addresses
from peerreview.dates import actions
from peerreview.models import utc_now
from peerreview.workdays import local_day
from peerreview.workflow import Role
from tests.builders import a_person, save
from tests.dates.conftest import a_ready_review, a_time

ACTOR = Actor("Cora Coordinator", Role.COORDINATOR)


def an_agreed_review(days=40):
    """A review whose visit is so many working days ahead."""
    review = a_ready_review()
    actions.propose(review, ACTOR, [a_time(days)], local_day(utc_now()) + timedelta(days=7))
    actions.agree(review, ACTOR, a_time(days))
    save()
    return review


@pytest.fixture
def agreed(app):
    return an_agreed_review()


@pytest.fixture
def coordinator(app):
    person = a_person(Role.COORDINATOR)
    save()
    return person


def path_of(owner):
    """The path of the owner's feed; an address is made if there is none."""
    feed = addresses.of(owner)
    if feed is None or feed.revoked_at:
        addresses.renew(owner, feed.generation if feed else 0, ACTOR)
        save()
    return f"/calendars/{addresses.token(addresses.of(owner))}.ics"


def events_of(answer):
    """The events of a feed."""
    assert answer.status_code == 200, answer.status
    return Calendar.from_ical(answer.data).walk("VEVENT")


def summaries(answer):
    return sorted(str(event["SUMMARY"]) for event in events_of(answer))


def lay_member(review):
    return next(member for member in review.current_team if not member.is_lead)
