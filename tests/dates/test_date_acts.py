"""Agreeing, moving, cancelling, joining and leaving: who is told what, and what their calendars then show."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from icalendar import Calendar

from peerreview import leases, process
from peerreview.audit_trail import Actor
from peerreview.dates import actions, changes, participants
from peerreview.extensions import db
from peerreview.models import Availability, Declaration, Delivery, Letter, NamedStaff, Purpose, utc_now
from peerreview.workdays import add_working_days, local, local_day
from peerreview.workflow import Role, Stage
from tests.builders import save
from tests.dates.conftest import (
    PLACE,
    a_time,
    calendars,
    days_ahead,
    last_letter,
    letters_since,
    person,
    what_the_app_believes,
)
from tests.histories import ACTS_ALONE, Story


def everybody(review):
    return sorted(p.email for p in participants.current(review))


def test_team_named_staff_and_contact_are_asked_and_the_key_people_are_needed(asked):
    found = {(p.role, p.of_the_team, p.needed, p.link.purpose) for p in participants.current(asked)}
    assert found == {
        ("Lead reviewer", True, True, Purpose.REVIEWER),
        ("Lay member", True, True, Purpose.REVIEWER),
        ("Designated safeguarding lead", False, True, Purpose.PARTICIPANT),
        ("Headteacher", False, False, Purpose.ORGANISATION),
    }
    assert letters_since() == [("say_when", p.email) for p in participants.current(asked)]


def test_the_letter_that_asks_names_every_date_and_carries_a_personal_link(asked):
    lead = person(asked, "Lead reviewer")
    letter = db.session.scalar(db.select(Letter).where(Letter.recipient_email == lead.email))
    closes = local_day(utc_now()) + timedelta(days=7)
    assert letter.text.splitlines()[0] == (
        f"Please say by {closes:%A} {closes.day} {closes:%B %Y} when you can be at the peer review visit to"
        f" {asked.organisation_name}."
    )
    assert f"/my/~link-{lead.link_id}~/dates" in letter.text
    assert letter.text.count("\n- ") == 3


def test_agreeing_invites_everybody_closes_the_asking_and_sets_the_deadline_for_documents(asked, actor):
    before = last_letter()
    actions.agree(asked, actor, a_time(40), seen=asked.version)
    save()
    assert asked.stage is Stage.PREPARING
    assert asked.poll is None
    assert sorted(letters_since(before)) == [("date_agreed", email) for email in everybody(asked)]
    assert (asked.visit.starts_at, asked.visit.minutes, asked.visit.place) == (days_ahead(40), 150, PLACE)
    assert asked.documents_due_on == add_working_days(local_day(asked.visit.starts_at), -5)
    shown = calendars()
    assert {email: shown.shows(email) for email in everybody(asked)} == what_the_app_believes(asked)
    assert asked.visit.uid.endswith("@board.example")
    assert not any(p.email.split("@")[0] in asked.visit.uid for p in asked.participants)


def test_an_invitation_says_the_same_in_text_and_calendar_and_names_nobody_elses_address(agreed):
    letter = db.session.scalars(db.select(Letter).where(Letter.name == "date_agreed")).first()
    (event,) = Calendar.from_ical(letter.calendar).walk("VEVENT")
    start = local(agreed.visit.starts_at)
    assert f"{start:%A} {start.day} {start:%B %Y} at 10:00am to 12:30pm, UK time" in letter.text
    assert f"{start:%A} {start.day} {start:%B %Y} at 10:00am to 12:30pm, UK time" in event["DESCRIPTION"]
    assert PLACE in letter.text and event["LOCATION"] == PLACE
    assert event["ORGANIZER"] == "mailto:peer-review@board.example"
    assert event["URL"] == f"http://localhost/reviews/{agreed.reference}/visit"
    others = [p.email for p in participants.current(agreed) if p.email != letter.recipient_email]
    for email in others:
        assert email not in letter.text + letter.html + letter.calendar.decode()
    assert "Dee Lead, Designated safeguarding lead" in letter.text
    assert timedelta(0) <= letter.written_at - event.DTSTAMP < timedelta(seconds=1)


def test_moving_tells_everybody_with_the_same_uid_and_the_next_number(agreed, actor):
    uid, before, first = agreed.visit.uid, last_letter(), agreed.visit.invitations[0].first_message_id
    changes.move(agreed, actor, a_time(50, 14), seen=agreed.version, note="The hall is taken.")
    save()
    assert (agreed.visit.uid, agreed.visit.sequence, agreed.stage) == (uid, 1, Stage.PREPARING)
    assert sorted(letters_since(before)) == [("date_moved", email) for email in everybody(agreed)]
    assert calendars().shows(everybody(agreed)[0]) == [
        (days_ahead(50, 14), days_ahead(50, 14) + timedelta(minutes=150), PLACE)
    ]
    letters = db.session.scalars(db.select(Letter).where(Letter.name == "date_moved")).all()
    assert letters[0].in_reply_to == first
    assert "The hall is taken." in letters[0].text
    assert f"It was {days_ahead(40):%A}" in letters[0].text
    assert agreed.documents_due_on == add_working_days(local_day(agreed.visit.starts_at), -5)


def test_changing_only_the_place_raises_the_number_too(agreed, actor):
    changes.move(agreed, actor, a_time(40, place="The new hall"))
    save()
    assert (agreed.visit.sequence, calendars().shows(everybody(agreed)[0])[0][2]) == (1, "The new hall")
    assert "the place of the peer review visit" in db.session.scalar(
        db.select(Letter.text).where(Letter.name == "date_moved").limit(1)
    )


def test_cancelling_tells_everybody_and_a_new_agreement_is_a_new_visit(agreed, actor):
    old, before = agreed.visit, last_letter()
    changes.cancel(agreed, actor, seen=agreed.version)
    save()
    assert (agreed.stage, agreed.visit, old.sequence, agreed.documents_due_on) == (Stage.ARRANGING, None, 1, None)
    assert sorted(letters_since(before)) == [("visit_cancelled", email) for email in everybody(agreed)]
    assert all(calendars().shows(email) == [] for email in everybody(agreed))
    last = db.session.scalars(db.select(Letter).order_by(Letter.id.desc())).first()
    assert b"STATUS:CANCELLED" in last.calendar
    actions.propose(agreed, actor, [a_time(60)], local_day(utc_now()) + timedelta(days=7))
    actions.agree(agreed, actor, a_time(60))
    save()
    assert (agreed.visit.sequence, agreed.visit.uid != old.uid) == (0, True)
    assert {email: calendars().shows(email) for email in everybody(agreed)} == what_the_app_believes(agreed)


def test_somebody_who_joins_is_invited_alone_and_somebody_who_leaves_is_told_alone(agreed, actor):
    before = last_letter()
    guest = participants.guest("Gail Governor", "Gail@School.example", "Chair of governors", needed=False)
    gail = changes.add_person(agreed, actor, guest)
    save()
    assert letters_since(before) == [("date_agreed", "gail@school.example")]
    assert agreed.visit.sequence == 0
    before = last_letter()
    changes.remove_person(agreed, actor, gail)
    save()
    assert letters_since(before) == [("visit_cancelled", "gail@school.example")]
    last = db.session.get(Letter, last_letter())
    assert last.subject.startswith("You are no longer expected")
    assert b"STATUS" not in last.calendar and b"SEQUENCE:1" in last.calendar
    assert gail.link.revoked_at is not None
    assert {email: calendars().shows(email) for email in [*everybody(agreed), gail.email]} == what_the_app_believes(
        agreed
    )


def test_somebody_who_comes_back_gets_a_number_above_their_cancelling(agreed, actor):
    guest = participants.guest("Gail Governor", "gail@school.example", "Chair of governors", needed=False)
    changes.remove_person(agreed, actor, changes.add_person(agreed, actor, guest))
    changes.add_person(agreed, actor, guest)
    save()
    assert len(calendars().shows("gail@school.example")) == 1
    changes.move(agreed, actor, a_time(50))
    save()
    assert {email: calendars().shows(email) for email in everybody(agreed)} == what_the_app_believes(agreed)


def test_nobody_is_invited_twice(agreed, actor):
    dsl = person(agreed, "Designated safeguarding lead")
    with pytest.raises(process.NotNow, match="invited already"):
        changes.add_person(agreed, actor, participants.guest("D", dsl.email, "DSL", needed=True))


def test_people_follow_the_lists_of_team_and_staff(agreed, actor):
    before = last_letter()
    new = NamedStaff(name="Nina New", role="Deputy head", email="nina@school.example")
    gone = agreed.nomination.staff[0].email
    agreed.nomination.staff = [new]
    process.take(agreed, "name_staff", actor)
    lay = next(m for m in agreed.current_team if not m.is_lead)
    lay.stood_down_at, lay.declaration = utc_now(), Declaration.HARD
    process.take(agreed, "declare_interests", Actor.of(lay.person, Role.REVIEWER))
    save()
    told = [("visit_cancelled", gone), ("date_agreed", "nina@school.example"), ("visit_cancelled", lay.person.email)]
    assert letters_since(before) == told
    believed = what_the_app_believes(agreed)
    assert {email: calendars().shows(email) for email in believed} == believed


def test_whoever_the_coordinator_took_off_stays_off_until_added_again(agreed, actor):
    dsl = person(agreed, "Designated safeguarding lead")
    changes.remove_person(agreed, actor, dsl)
    before = last_letter()
    process.take(agreed, "name_staff", actor)
    save()
    assert letters_since(before) == []
    assert dsl.email not in everybody(agreed)


def test_staff_named_while_dates_are_asked_about_are_asked_too(asked, actor):
    before = last_letter()
    asked.nomination.staff.append(NamedStaff(name="Nina", role="Deputy head", email="nina@school.example"))
    process.take(asked, "name_staff", actor)
    save()
    assert letters_since(before) == [("say_when", "nina@school.example")]


def test_withdrawing_cancels_the_visit_and_reinstating_lets_a_new_one_be_agreed(agreed, actor):
    before, old = last_letter(), agreed.visit
    process.take(agreed, "withdraw", actor)
    save()
    assert sorted(letters_since(before)) == [("visit_cancelled", email) for email in everybody(agreed)]
    process.take(agreed, "reinstate", actor)
    changes.move(agreed, actor, a_time(60))
    save()
    assert (agreed.stage, agreed.visit.uid != old.uid, agreed.visit.sequence) == (Stage.PREPARING, True, 0)
    believed = what_the_app_believes(agreed)
    assert {email: calendars().shows(email) for email in believed} == believed


def test_two_coordinators_agree_at_once_and_one_wins(asked, actor):
    seen = asked.version
    actions.agree(asked, actor, a_time(40), seen=seen)
    save()
    before = last_letter()
    with pytest.raises(process.Overtaken) as overtaken:
        actions.agree(asked, Actor("Another", Role.COORDINATOR), a_time(42, 13), seen=seen)
    assert str(overtaken.value).startswith(f"{actor.name} was first: they agreed the date at ")
    db.session.rollback()
    assert (len(asked.visits), letters_since(before)) == (1, [])


def test_a_time_that_has_passed_is_not_agreed(asked, actor):
    with pytest.raises(process.NotNow, match="has passed"):
        actions.agree(asked, actor, a_time(-1))


def test_a_visit_without_a_complete_team_is_not_agreed(asked, actor):
    asked.current_team[0].removed_at = utc_now()
    with pytest.raises(process.NotNow, match="team must be complete"):
        actions.agree(asked, actor, a_time(40))


def test_proposing_more_keeps_the_answers_given(asked, actor):
    lead = person(asked, "Lead reviewer")
    answers = {slot.id: Availability.YES for slot in asked.poll.slots}
    actions.answer(lead, Actor.behind(lead.link), asked.poll, answers, "")
    actions.propose(asked, actor, [a_time(40), a_time(47)], local_day(utc_now()) + timedelta(days=9))
    save()
    assert [slot.starts_at for slot in asked.poll.slots] == [
        days_ahead(40), days_ahead(42, 13), days_ahead(45), days_ahead(47)
    ]  # fmt: skip
    assert len(lead.answers) == 3
    assert local_day(asked.poll.closes_at) == local_day(utc_now()) + timedelta(days=9)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=ACTS_ALONE)
def test_after_any_history_every_calendar_shows_what_the_app_believes(app, steps):
    """Every letter in the order of writing, for a calendar that refuses what a program would ignore or do silently."""
    before = last_letter()
    story = Story().tell(steps)
    written = db.session.scalars(db.select(Letter).where(Letter.id > before).order_by(Letter.id)).all()
    box = calendars().__class__().read(written)
    believed = {
        email: [(held.starts_at, held.ends_at, held.visit.place) for held in theirs]
        for email, theirs in story.believed().items()
    }
    assert {email: box.shows(email) for email in believed} == believed


def test_what_waits_about_an_earlier_invitation_is_replaced_by_the_new_one(agreed, actor):
    """A cancelling that arrives late would take the new entry away in programs that look at no SEQUENCE."""
    guest = participants.guest("Gail Governor", "gail@school.example", "Chair of governors", needed=False)
    changes.remove_person(agreed, actor, changes.add_person(agreed, actor, guest))
    changes.add_person(agreed, actor, guest)
    save()
    taken = [letter.calendar_method for letter in leases.take(100) if letter.recipient_email == "gail@school.example"]
    save()
    assert taken == ["REQUEST"]
    rows = db.session.scalars(
        db.select(Letter.delivery).where(Letter.recipient_email == "gail@school.example").order_by(Letter.id)
    )
    assert rows.all() == [Delivery.SUPERSEDED, Delivery.SUPERSEDED, Delivery.WAITING]


def test_the_address_in_an_entry_is_one_that_its_reader_can_open_and_holds_no_secret(agreed):
    letters = db.session.scalars(db.select(Letter).where(Letter.name == "date_agreed"))
    found = {letter.recipient_email: str(Calendar.from_ical(letter.calendar).events[0]["URL"]) for letter in letters}
    pages = {True: f"http://localhost/reviews/{agreed.reference}/visit", False: "http://localhost/"}
    assert found == {p.email: pages[p.of_the_team] for p in participants.current(agreed)}
