"""Whom the agenda names comes for their own items: their calendar says so, and nobody else hears of it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from peerreview.dates import changes, participants
from peerreview.dates.interviews import parts
from peerreview.extensions import db
from peerreview.models import AgendaKind, Letter
from peerreview.visits import actions as visits
from peerreview.visits.agenda import Item
from peerreview.workflow import Role
from tests.builders import save
from tests.dates.conftest import (
    a_time,
    calendars,
    days_ahead,
    last_letter,
    letters_since,
    person,
    token_of,
    what_the_app_believes,
)
from tests.inspector import text_of

TEN = datetime(2027, 1, 12, 10, tzinfo=UTC)
WHOLE = (TEN, TEN + timedelta(minutes=150))


def at(first, last):
    return TEN + timedelta(minutes=first), TEN + timedelta(minutes=last)


@pytest.mark.parametrize(("agenda", "found"), [
    ([("", 20), ("Dee Lead, Designated safeguarding lead", 25)], {"Dee Lead": at(20, 45)}),
    ([("DEE  LEAD", 20), ("", 30), ("Dee Lead and Ann Lee", 25)], {"Dee Lead": at(0, 75), "Ann Lee": at(50, 75)}),
    ([("Deedee Leader", 20), ("Dee", 20)], {}),
    ([("3 members of staff together", 40)], {}),
    ([("Dee Lead", 200)], {}),
    ([], {}),
])  # fmt: skip
def test_a_person_is_in_the_items_that_have_their_whole_name(agenda, found):
    assert parts(WHOLE, agenda, ["Dee Lead", "Ann Lee"]) == found


def test_nobody_is_given_a_time_that_may_be_somebody_elses():
    assert parts(WHOLE, [("Ann Lee", 20)], ["Ann Lee", "Ann  Lee"]) == {}
    assert parts(WHOLE, [("Ann Lee", 20), ("Lee", 20)], ["Lee", "Ann Lee"]) == {"Ann Lee": at(0, 20), "Lee": at(20, 40)}
    assert parts(WHOLE, [("x", 20)], ["", "(", "Ann [Lee"]) == {}


NAMES = st.sampled_from(["Dee Lead", "Ann Lee", "Lee", "Ann", "", "O'Neil (Jo)", "Dee  Lead"])


@given(
    agenda=st.lists(st.tuples(st.one_of(NAMES, st.text(max_size=20)), st.integers(5, 180)), max_size=6),
    names=st.lists(st.one_of(NAMES, st.text(max_size=10)), max_size=5),
)
def test_a_part_always_lies_inside_the_visit(agenda, names):
    found = parts(WHOLE, agenda, names)
    assert set(found) <= {" ".join(name.split()) for name in names}
    assert all(WHOLE[0] <= starts < ends <= WHOLE[1] for starts, ends in found.values())


def set_agenda(review, actor, *items):
    made = [Item(AgendaKind.INTERVIEW, "Interview", minutes, who) for who, minutes in items]
    visits.set_agenda(review, made, actor)
    save()


def shown_to(email):
    return [(starts, ends) for starts, ends, _place in calendars().shows(email)]


def test_an_interviewee_alone_is_told_and_their_entry_narrows(agreed, actor):
    dsl, before, uid = person(agreed, "Designated safeguarding lead"), last_letter(), agreed.visit.uid
    set_agenda(agreed, actor, ("", 30), ("Dee Lead, Designated safeguarding lead", 25), ("", 40))
    assert letters_since(before) == [("your_time", dsl.email)]
    start = agreed.visit.starts_at + timedelta(minutes=30)
    assert shown_to(dsl.email) == [(start, start + timedelta(minutes=25))]
    letter = db.session.get(Letter, last_letter())
    (event,) = Calendar.from_ical(letter.calendar).walk("VEVENT")
    assert (str(event["UID"]), int(event["SEQUENCE"]), letter.calendar_method) == (uid, 1, "REQUEST")
    assert "at 10:30am to 10:55am, UK time" in letter.text and "10:30am to 10:55am, UK time" in event["DESCRIPTION"]
    assert "The team is on site from 10:00am to 12:30pm." in letter.text
    assert letter.in_reply_to is not None
    others = [p.email for p in participants.current(agreed) if p is not dsl]
    assert all(shown_to(email) == [(agreed.visit.starts_at, agreed.visit.ends_at)] for email in others)


def test_the_same_agenda_again_tells_nobody_and_leaving_it_gives_the_whole_visit_back(agreed, actor):
    dsl = person(agreed, "Designated safeguarding lead")
    for _ in range(2):
        set_agenda(agreed, actor, ("Dee Lead", 25))
    assert [name for name, _ in letters_since()].count("your_time") == 1
    set_agenda(agreed, actor, ("The whole staff", 25))
    assert shown_to(dsl.email) == [(agreed.visit.starts_at, agreed.visit.ends_at)]
    assert "expected for the whole peer review visit" in db.session.get(Letter, last_letter()).text
    assert agreed.visit.sequence == 2


def test_a_move_keeps_each_persons_own_time_and_a_cancelling_takes_it_out(agreed, actor):
    dsl = person(agreed, "Designated safeguarding lead")
    set_agenda(agreed, actor, ("", 60), ("Dee Lead", 25))
    changes.move(agreed, actor, a_time(50, 14))
    save()
    own = days_ahead(50, 14) + timedelta(minutes=60)
    assert shown_to(dsl.email) == [(own, own + timedelta(minutes=25))]
    letter = db.session.scalars(db.select(Letter).where(Letter.recipient_email == dsl.email)).all()[-1]
    assert letter.name == "date_moved" and "3:00pm to 3:25pm, UK time (your own time;" in letter.text
    assert f"It was {days_ahead(40):%A}" in letter.text and "at 11:00am" in letter.text
    changes.cancel(agreed, actor)
    save()
    assert shown_to(dsl.email) == []
    last = db.session.scalars(db.select(Letter).where(Letter.recipient_email == dsl.email)).all()[-1]
    assert "3:00pm to 3:25pm" in last.text


def test_a_shorter_visit_in_which_the_agenda_does_not_fit_asks_for_the_whole(agreed, actor):
    dsl = person(agreed, "Designated safeguarding lead")
    set_agenda(agreed, actor, ("", 100), ("Dee Lead", 25))
    changes.move(agreed, actor, a_time(40, minutes=60))
    save()
    assert shown_to(dsl.email) == [(agreed.visit.starts_at, agreed.visit.ends_at)]


def test_who_joins_after_the_agenda_is_invited_to_their_own_time(agreed, actor):
    set_agenda(agreed, actor, ("Gail Governor", 25), ("Dee Lead", 25))
    gail = participants.guest("Gail Governor", "gail@school.example", "Chair of governors", needed=False)
    changes.add_person(agreed, actor, gail)
    save()
    assert shown_to(gail.email) == [(agreed.visit.starts_at, agreed.visit.starts_at + timedelta(minutes=25))]
    assert set(what_the_app_believes(agreed)) == {p.email for p in agreed.participants}


def test_the_page_and_the_file_of_an_interviewee_say_their_own_time(app, agreed, actor, client):
    dsl = person(agreed, "Designated safeguarding lead")
    set_agenda(agreed, actor, ("", 30), ("Dee Lead", 25))
    page = f"/my/{token_of(dsl)}/visit"
    assert "Your own time: 10:30am to 10:55am." in text_of(client.page(page).root)
    (event,) = Calendar.from_ical(client.get(f"{page}.ics").data).walk("VEVENT")
    own = agreed.visit.starts_at + timedelta(minutes=30)
    assert (event.start, event.end) == (own, own + timedelta(minutes=25))
    head = person(agreed, "Headteacher")
    assert "Your own time" not in text_of(client.page(f"/my/{token_of(head)}/visit").root)


def test_a_members_name_in_the_agenda_changes_nothing_for_the_team(agreed, actor):
    lead = person(agreed, "Lead reviewer")
    before = last_letter()
    set_agenda(agreed, actor, (lead.name, 25))
    assert (letters_since(before), actor.role) == ([], Role.COORDINATOR)
