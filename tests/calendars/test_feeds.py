"""What calendar programs read at a private address: who sees which visits, and what is never in it."""

import re
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import event

from peerreview import process
from peerreview.audit_trail import Actor
from peerreview.calendars import addresses
from peerreview.dates import changes, participants
from peerreview.extensions import db
from peerreview.models import CalendarFeed, Declaration, Invitation, Participant, Person, utc_now
from peerreview.models.base import as_of
from peerreview.workflow import Role
from tests.builders import a_borough, a_person, save
from tests.calendars.conftest import ACTOR, an_agreed_review, events_of, lay_member, path_of, summaries
from tests.dates.conftest import PLACE, a_time, days_ahead


def lines_of(answer):
    return answer.data.decode().replace("\r\n ", "").split("\r\n")


def test_a_reviewer_reads_their_visit_line_by_line(agreed, client):
    lead, visit = agreed.lead.person, agreed.visit
    written = lines_of(client.get(path_of(lead)))
    uid = next(line for line in written if line.startswith("UID:"))
    stamp = f"{visit.changed_at:%Y%m%dT%H%M%SZ}"
    assert sorted(written) == sorted(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Peer Review//Peer Review//EN",
            "METHOD:PUBLISH",
            "NAME:My peer reviews",
            "X-WR-CALNAME:My peer reviews",
            "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
            "X-PUBLISHED-TTL:PT1H",
            "BEGIN:VEVENT",
            uid,
            f"DTSTAMP:{stamp}",
            f"LAST-MODIFIED:{stamp}",
            "SEQUENCE:0",
            f"DTSTART:{visit.starts_at:%Y%m%dT%H%M%SZ}",
            f"DTEND:{visit.ends_at:%Y%m%dT%H%M%SZ}",
            f"SUMMARY:Peer review of {agreed.organisation_name}",
            f"LOCATION:{PLACE}".replace(",", "\\,"),
            f"DESCRIPTION:Peer review visit to {agreed.organisation_name}.\\nReference: {agreed.reference}."
            "\\nQuestions: The peer review coordinator.",
            f"URL:http://localhost/reviews/{agreed.reference}/visit",
            "STATUS:CONFIRMED",
            "TRANSP:OPAQUE",
            'ORGANIZER;CN="Peer Review":mailto:peer-review@board.example',
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
    )
    assert uid.endswith("@board.example") and visit.uid not in uid


def test_the_entry_keeps_its_uid_when_the_visit_moves_and_follows_it(agreed, client):
    path = path_of(agreed.lead.person)
    (before,) = events_of(client.get(path))
    changes.move(agreed, ACTOR, a_time(50, 14, place="The new hall"))
    save()
    (after,) = events_of(client.get(path))
    assert (after["UID"], int(after["SEQUENCE"]), after["LOCATION"]) == (before["UID"], 1, "The new hall")
    assert (after.start, after.end) == (days_ahead(50, 14), days_ahead(50, 14) + timedelta(minutes=150))
    assert after.DTSTAMP >= before.DTSTAMP


def test_somebody_with_their_own_part_of_the_visit_sees_that_part(agreed, client):
    held = db.session.scalar(
        db.select(Invitation).join(Participant).where(Participant.email == agreed.lead.person.email)
    )
    held.starts_at += timedelta(minutes=30)
    held.ends_at -= timedelta(minutes=60)
    save()
    (entry,) = events_of(client.get(path_of(agreed.lead.person)))
    assert (entry.start, entry.end) == (held.starts_at, held.ends_at)


def test_a_cancelled_visit_says_so_for_a_fortnight_and_is_gone_then(agreed, client):
    path = path_of(agreed.lead.person)
    changes.cancel(agreed, ACTOR)
    save()
    (entry,) = events_of(client.get(path))
    assert (entry["STATUS"], entry["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    assert entry["SUMMARY"] == f"Cancelled: Peer review of {agreed.organisation_name}"
    with as_of(utc_now() + timedelta(days=13)):
        assert len(events_of(client.get(path))) == 1
    with as_of(utc_now() + timedelta(days=15)):
        assert events_of(client.get(path)) == []


def test_a_withdrawn_review_is_shown_as_cancelled_and_a_closed_one_not_at_all(agreed, client):
    path = path_of(agreed.lead.person)
    process.take(agreed, "withdraw", ACTOR)
    save()
    assert summaries(client.get(path)) == [f"Cancelled: Peer review of {agreed.organisation_name}"]
    process.take(agreed, "reinstate", ACTOR)
    changes.move(agreed, ACTOR, a_time(60))
    save()
    assert len(summaries(client.get(path))) == 2


def test_a_hard_interest_takes_the_entry_away_at_once(agreed, client):
    lay = lay_member(agreed)
    path = path_of(lay.person)
    assert len(events_of(client.get(path))) == 1
    lay.stood_down_at, lay.declaration = utc_now(), Declaration.HARD
    process.take(agreed, "declare_interests", Actor.of(lay.person, Role.REVIEWER))
    save()
    assert events_of(client.get(path)) == []


@pytest.mark.parametrize("column", ["removed_at", "stood_down_at"])
def test_a_member_who_left_sees_nothing_even_if_the_list_of_the_invited_is_behind(agreed, client, column):
    lay = lay_member(agreed)
    setattr(lay, column, utc_now())
    save()
    assert events_of(client.get(path_of(lay.person))) == []
    assert len(events_of(client.get(path_of(agreed.lead.person)))) == 1


def test_a_member_who_left_does_not_see_the_cancelled_visit_either(agreed, client):
    lay = lay_member(agreed)
    changes.cancel(agreed, ACTOR)
    lay.stood_down_at = utc_now()
    save()
    assert events_of(client.get(path_of(lay.person))) == []


def test_somebody_with_an_account_who_is_invited_by_hand_sees_it_until_taken_off(agreed, client):
    guest = a_person(Role.EXECUTIVE)
    joined = changes.add_person(agreed, ACTOR, participants.guest("Guest", guest.email, "Observer", needed=False))
    save()
    (entry,) = events_of(client.get(path_of(guest)))
    assert entry["URL"] == "http://localhost/"
    changes.remove_person(agreed, ACTOR, joined)
    save()
    assert events_of(client.get(path_of(guest))) == []


def test_both_databases_answer_the_same(any_app):
    review, other = an_agreed_review(), an_agreed_review(45)
    changes.cancel(other, ACTOR)
    save()
    client = any_app.test_client()
    assert summaries(client.get(path_of(review.lead.person))) == [f"Peer review of {review.organisation_name}"]
    shown = [f"Cancelled: {other.reference}", review.reference]
    assert summaries(client.get(path_of(a_borough()))) == sorted(shown)


def test_an_outsider_sees_nothing_of_it(agreed, client):
    other = an_agreed_review(45)
    for person in (a_person(Role.REVIEWER), a_person(Role.COORDINATOR), a_person(Role.ADMINISTRATOR)):
        assert events_of(client.get(path_of(person))) == []
    assert summaries(client.get(path_of(other.lead.person))) == [f"Peer review of {other.organisation_name}"]


def test_a_boroughs_feed_has_times_and_references_and_nothing_else(agreed, client):
    answer = client.get(path_of(a_borough()))
    (entry,) = events_of(answer)
    visit = agreed.visit
    stamp = visit.changed_at.replace(microsecond=0)
    assert {name: str(value.dt if hasattr(value, "dt") else value) for name, value in entry.items()} == {
        "UID": str(entry["UID"]),
        "DTSTAMP": str(stamp),
        "LAST-MODIFIED": str(stamp),
        "SEQUENCE": "0",
        "DTSTART": str(visit.starts_at),
        "DTEND": str(visit.ends_at),
        "SUMMARY": agreed.reference,
        "DESCRIPTION": f"Peer review visit {agreed.reference}.",
        "URL": f"http://localhost/reviews/{agreed.reference}/visit",
        "STATUS": "CONFIRMED",
        "TRANSP": "OPAQUE",
        "ORGANIZER": "mailto:peer-review@board.example",
    }
    (own,) = events_of(client.get(path_of(agreed.lead.person)))
    assert len({visit.uid, str(entry["UID"]), str(own["UID"])}) == 3


def test_no_canary_reaches_a_boroughs_feed(agreed, client):
    """Every text of the review that somebody typed, and everybody's name and address, is marked and looked for."""
    agreed.organisation.name, agreed.given_name = "CANARY-school", "CANARY-given"
    for column in ("street", "locality", "town", "postcode", "phone", "website", "notes"):
        setattr(agreed.organisation, column, "CANARY")
    for participant in agreed.participants:
        participant.name = participant.role = "CANARY"
    for person in db.session.scalars(db.select(Person)):
        person.name = "CANARY"
    agreed.contact.name, agreed.end_reason, agreed.visit.place = "CANARY", "CANARY", "CANARY-place"
    save()
    addresses_of_people = [participant.email for participant in agreed.participants]
    text = client.get(path_of(a_borough())).data.decode().replace("\r\n ", "")
    assert agreed.reference in text
    assert "canary" not in text.lower()
    assert not [email for email in addresses_of_people if email in text]
    changes.cancel(agreed, ACTOR, note="CANARY")
    save()
    text = client.get(path_of(a_borough())).data.decode().replace("\r\n ", "")
    assert f"SUMMARY:Cancelled: {agreed.reference}" in text
    assert "canary" not in text.lower()


def test_a_personal_feed_names_nobody_who_comes(agreed, client):
    text = client.get(path_of(agreed.lead.person)).data.decode().replace("\r\n ", "")
    for participant in agreed.participants:
        assert participant.name not in text and participant.email not in text
    assert "ATTENDEE" not in text and "VALARM" not in text and "/my/" not in text


def test_each_borough_has_its_own(agreed, client):
    assert events_of(client.get(path_of(a_borough("COL")))) == []
    assert summaries(client.get(path_of(a_borough()))) == [agreed.reference]


def test_an_unchanged_feed_is_not_sent_twice(agreed, client):
    path = path_of(agreed.lead.person)
    first = client.get(path)
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.last_modified >= agreed.visit.changed_at.replace(microsecond=0)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    weak = client.get(path, headers={"If-None-Match": f'"other", W/{first.headers["ETag"]}'})
    assert weak.status_code == 304
    changes.move(agreed, ACTOR, a_time(50))
    save()
    moved = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (moved.status_code, moved.headers["ETag"] != first.headers["ETag"]) == (200, True)


def test_a_time_alone_never_hides_that_an_entry_is_gone(agreed, client):
    lay = lay_member(agreed)
    path = path_of(lay.person)
    seen = client.get(path).headers["Last-Modified"]
    lay.removed_at = utc_now()
    save()
    answer = client.get(path, headers={"If-Modified-Since": seen})
    assert (answer.status_code, events_of(answer)) == (200, [])


def test_head_says_the_same_without_the_text(agreed, client):
    path = path_of(agreed.lead.person)
    full, head = client.get(path), client.head(path)
    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "Last-Modified", "Content-Type", "Content-Length", "Cache-Control"):
        assert head.headers[name] == full.headers[name]


@pytest.mark.parametrize("method", ["get", "head"])
def test_reading_changes_nothing(agreed, client, method):
    path = path_of(agreed.lead.person)
    written = []
    listen = lambda *found: written.append(found[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listen)
    getattr(client, method)(path)
    event.remove(db.engine, "before_cursor_execute", listen)
    assert written and not [sql for sql in written if not sql.startswith(("SELECT", "BEGIN", "PRAGMA", "ROLLBACK"))]


@pytest.mark.parametrize("whose", ["person", "borough"])
def test_the_number_of_queries_does_not_grow(agreed, client, whose):
    lead = agreed.lead.person
    path = path_of(lead if whose == "person" else a_borough())
    counted = []

    def count():
        db.session.expire_all()
        asked = []
        listen = lambda *found: asked.append(found[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listen)
        counted.append((len(events_of(client.get(path))), len(asked)))
        event.remove(db.engine, "before_cursor_execute", listen)

    count()
    for days in (50, 60):
        other = an_agreed_review(days)
        member = other.lead
        member.person = lead
        save()
    count()
    assert [entries for entries, _ in counted] == [1, 3]
    assert counted[0][1] == counted[1][1] <= 10


def refusal(answer):
    text = re.sub(r'nonce="[^"]*"', "", answer.data.decode())
    return answer.status_code, text, {name for name, _ in answer.headers}


def test_whatever_opens_nothing_is_the_same_404(agreed, client):
    person = agreed.lead.person
    path = path_of(person)
    feed = addresses.of(person)
    wrong = [f"/calendars/{feed.id}-{'x' * 32}.ics", f"/calendars/999-{'x' * 32}.ics", "/calendars/x.ics"]
    wrong += [path.replace(".ics", "x.ics"), path[:-5] + ".ics", f"/calendars/{feed.id}-{'é' * 32}.ics"]
    answers = [refusal(client.get(address)) for address in wrong]
    addresses.revoke(person, feed.generation, ACTOR)
    save()
    answers.append(refusal(client.get(path)))
    assert answers[0][0] == 404
    assert all(answer == answers[0] for answer in answers)


def test_a_new_address_ends_the_one_before_it(agreed, client):
    person = agreed.lead.person
    old = path_of(person)
    addresses.renew(person, 1, ACTOR)
    save()
    assert client.get(old).status_code == 404
    assert len(events_of(client.get(path_of(person)))) == 1


def test_a_closed_account_reads_nothing(agreed, client):
    person = agreed.lead.person
    path = path_of(person)
    person.active = False
    save()
    assert client.get(path).status_code == 404


def test_a_personal_link_is_no_calendar_address_and_the_other_way_round(agreed, client):
    token = path_of(agreed.lead.person).removeprefix("/calendars/").removesuffix(".ics")
    assert client.get(f"/my/{token}").status_code == 404
    assert client.get(f"/my/{token[:26]}").status_code == 404


def test_nothing_usable_is_in_the_database_or_the_logs(agreed, client, capfd):
    path = path_of(agreed.lead.person)
    token = path.removeprefix("/calendars/").removesuffix(".ics")
    client.get(path)
    client.get(path.replace(".ics", "x.ics"))
    printed = "".join(capfd.readouterr())
    assert token not in printed and token[4:] not in printed
    feed = db.session.scalar(db.select(CalendarFeed))
    kept = [str(getattr(feed, column.key)) for column in CalendarFeed.__table__.columns]
    assert not [value for value in kept if value and value in token[3:]]


def test_each_feed_is_read_without_an_error(agreed, client):
    agreed.organisation.name = 'Écolé "Ünder", the; 😀 ' + "very " * 20 + "long school"
    agreed.visit.place = "Room 1\\North\nChurch Street"
    save()
    for owner in (agreed.lead.person, a_borough()):
        data = client.get(path_of(owner)).data
        assert not re.search(rb"(?<!\r)\n|\r(?!\n)", data)
        assert all(len(line) <= 75 and line.decode() is not None for line in data.split(b"\r\n"))
        calendar = Calendar.from_ical(data)
        assert not calendar.errors and not [found for found in calendar.walk() if found.errors]
        for found in calendar.walk("VEVENT"):
            assert utc_now() >= found.DTSTAMP
