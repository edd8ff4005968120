"""A review that is ready for a date, and what its letters did to each person's calendar."""

from datetime import datetime, time, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import event

from peerreview import links
from peerreview.audit_trail import Actor
from peerreview.dates import actions, participants
from peerreview.dates.entries import part_of
from peerreview.dates.wall_time import Time, instant
from peerreview.extensions import db
from peerreview.models import Declaration, Letter, Membership, NamedStaff, Nomination, utc_now
from peerreview.workdays import add_working_days, local_day
from peerreview.workflow import Role, Stage
from tests.builders import a_person, a_review, a_team_member, save

PLACE = "St Mary's, Church Street"


@pytest.fixture
def coordinator(app):
    """An account that coordinates in every borough."""
    person = a_person(Role.COORDINATOR)
    save()
    return person


@pytest.fixture
def actor(coordinator):
    return Actor.of(coordinator, Role.COORDINATOR)


@pytest.fixture
def ready():
    """`ready()` makes a review whose team is complete and whose staff are named."""
    return a_ready_review


def a_ready_review():
    review = a_review(Stage.ARRANGING, notice_sent_at=utc_now())
    facts = {"declaration": Declaration.NONE, "declared_at": utc_now()}
    a_team_member(review, Membership.BOARD_MEMBER, is_lead=True, **facts)
    a_team_member(review, Membership.LAY_MEMBER, **facts)
    staff = NamedStaff(name="Dee Lead", role="Designated safeguarding lead", email=f"dsl{review.id}@school.example")
    review.nomination = Nomination(sent_at=utc_now(), sent_by="Head", staff=[staff])
    save()
    return review


def days_ahead(days, hour=10):
    """An instant so many working days ahead, at an hour on London's clocks."""
    return instant(add_working_days(local_day(utc_now()), days), time(hour), fold=0)


def a_time(days=40, hour=10, minutes=150, place=PLACE):
    return Time(days_ahead(days, hour), minutes, place)


@pytest.fixture
def asked(ready, actor):
    """A review with three dates asked about."""
    review = ready()
    actions.propose(review, actor, [a_time(40), a_time(42, 13), a_time(45)], local_day(utc_now()) + timedelta(days=7))
    save()
    return review


@pytest.fixture
def agreed(asked, actor):
    """A review with an agreed visit."""
    actions.agree(asked, actor, a_time(40))
    save()
    return asked


def token_of(participant):
    return links.token(participant.link)


def person(review, role):
    """The current participant with this role."""
    (only,) = [p for p in participants.current(review) if p.role == role]
    return only


def letters_since(number=0):
    """The letters written after the one with this number, as (name, recipient), oldest first."""
    rows = db.session.scalars(db.select(Letter).where(Letter.id > number).order_by(Letter.id))
    return [(row.name, row.recipient_email) for row in rows]


def last_letter():
    return db.session.scalar(db.select(db.func.max(Letter.id))) or 0


class Mailbox:
    """An independent calendar for each address, kept by RFC 5546 alone: what a reader's program would show."""

    def __init__(self):
        self.entries: dict[str, dict[str, dict[str, object]]] = {}
        self.asked_again: dict[str, int] = {}

    def read(self, rows):
        for letter in rows:
            if letter.calendar is not None:
                self.take(letter.recipient_email, letter.calendar_method, letter.calendar)
        return self

    def take(self, address, method, data):
        calendar = Calendar.from_ical(data)
        assert calendar["METHOD"] == method
        (event,) = calendar.walk("VEVENT")
        (attendee,) = event.attendees
        assert attendee.lower() == f"mailto:{address}"
        mine = self.entries.setdefault(address, {})
        uid, sequence = str(event["UID"]), int(event["SEQUENCE"])
        known = mine.get(uid)
        if known is not None:
            assert sequence >= known["sequence"], "a calendar would ignore this"
            if method == "CANCEL" or known["start"] != event.start or known["place"] != event["LOCATION"]:
                assert sequence > known["sequence"], "a calendar would move it silently"
        mine[uid] = {
            "sequence": sequence,
            "start": event.start,
            "end": event.end,
            "place": str(event["LOCATION"]),
            "on": method == "REQUEST",
        }

    def shows(self, address):
        """What this person's calendar shows: (start, end, place) of each visit that is on."""
        mine = self.entries.get(address, {}).values()
        return sorted((entry["start"], entry["end"], entry["place"]) for entry in mine if entry["on"])


def calendars():
    """Everybody's calendar after every letter written so far, in order."""
    return Mailbox().read(db.session.scalars(db.select(Letter).order_by(Letter.id)))


def what_the_app_believes(review):
    """Address to what their calendar should show."""
    visit = review.visit
    here = {p.email: p for p in participants.current(review)} if visit is not None else {}
    everybody = {p.email for p in review.participants}
    return {email: [(*part_of(visit, here[email]), visit.place)] if email in here else [] for email in everybody}


def typed(when: datetime | None = None, prefix=""):
    """A date as it is typed into the three boxes."""
    day = when or days_ahead(40)
    day = day if not isinstance(day, datetime) else day.date()
    return {f"{prefix}day-day": day.day, f"{prefix}day-month": day.month, f"{prefix}day-year": day.year}


@pytest.fixture
def queries_of(app):
    """`queries_of(act)`: how many statements an act sends to the database, the second time it is done."""

    def counted(act):
        act()
        sent = []

        def note(*facts):
            sent.append(facts[2])

        event.listen(db.engine, "before_cursor_execute", note)
        act()
        event.remove(db.engine, "before_cursor_execute", note)
        return len(sent)

    return counted
