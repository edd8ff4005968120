"""The bytes of an invitation: what every calendar needs, and nothing that any of them trips over."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from peerreview.dates import invitation as ics
from peerreview.dates.wall_time import instant

VISIT = ics.Invitation(
    uid="visit-1@reviews.example",
    sequence=0,
    starts_at=datetime(2026, 12, 1, 10, 0, tzinfo=UTC),
    minutes=180,
    summary="Peer review of St Mary's Primary School",
    location="St Mary's, Church Street",
    description="Tuesday 1 December 2026 at 10:00am, UK time.\nBring nothing.",
    url="https://reviews.example/reviews/HAC-2026-014/visit",
    organizer=ics.Person("Peer Review", "visits@reviews.example"),
    attendee=ics.Person("Ada Okafor", "ada@school.example"),
    needed=True,
    stamped_at=datetime(2026, 11, 23, 9, 30, 15, 999, tzinfo=UTC),
)
WRITERS = {
    "REQUEST": ics.request,
    "CANCEL": lambda visit: ics.cancel(visit, whole_visit=True),
    "PUBLISH": ics.publish,
}


def lines(data: bytes) -> list[str]:
    """The unfolded lines of a calendar file."""
    return data.decode().replace("\r\n ", "").split("\r\n")


ONCE = ("UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "URL", "ORGANIZER", "TRANSP")
NEVER = re.compile("ATTACH|BEGIN:VALARM|BEGIN:VTIMEZONE|X-WR-|SCHEDULE-|DURATION|RRULE|RDATE|RECURRENCE-ID")


def faults_of(data: bytes, now: datetime) -> list[str]:
    """Everything in an invitation that some calendar trips over, in words; an empty list for a good one."""
    text, written = data.decode(), lines(data)
    names = [re.split("[:;]", line)[0] for line in written]
    people = [line.rpartition(":mailto:")[0] for line in written if line.startswith(("ATTENDEE", "ORGANIZER"))]
    method = next((line.removeprefix("METHOD:") for line in written if line.startswith("METHOD:")), "")
    calendar = Calendar.from_ical(data)
    found = {
        "a line that ends otherwise than in CRLF": re.search(rb"(?<!\r)\n|\r(?!\n)", data),
        "a line longer than 75 octets": any(len(line) > 75 for line in data.split(b"\r\n")),
        "a cut character": any("\ufffd" in line.decode(errors="replace") for line in data.split(b"\r\n")),
        "a control character or byte order mark": re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]", text),
        "an error of the library": calendar.errors or [part for part in calendar.walk() if part.errors],
        "a code of RFC 6868 in a name": [person for person in people if "^" in person],
        "more or less than one event": names.count("BEGIN") != 2 or len(calendar.walk("VEVENT")) != 1,
        "not once": [name for name in (*ONCE, "VERSION", "PRODID", "METHOD") if names.count(name) != 1],
        "never": [line for line in written if NEVER.match(line)],
        "a time that is not in UTC": [
            line for line in written if line.startswith("DT") and not re.fullmatch(r"DT\w+:\d{8}T\d{6}Z", line)
        ],
        "a stamp in the future": now < next(iter(calendar.walk("VEVENT"))).DTSTAMP,
        "attendees": names.count("ATTENDEE") != (0 if method == "PUBLISH" else 1),
        "an empty value": [line for line in written if re.fullmatch("[^:]+:", line)],
    }
    return [f"{what}: {proof}" for what, proof in found.items() if proof]


def event(data: bytes):
    (only,) = Calendar.from_ical(data).walk("VEVENT")
    return only


def test_a_request_line_by_line():
    assert sorted(lines(ics.request(VISIT))) == sorted(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Peer Review//Peer Review//EN",
            "METHOD:REQUEST",
            "BEGIN:VEVENT",
            "UID:visit-1@reviews.example",
            "DTSTAMP:20261123T093015Z",
            "SEQUENCE:0",
            "DTSTART:20261201T100000Z",
            "DTEND:20261201T130000Z",
            "SUMMARY:Peer review of St Mary's Primary School",
            "LOCATION:St Mary's\\, Church Street",
            "DESCRIPTION:Tuesday 1 December 2026 at 10:00am\\, UK time.\\nBring nothing.",
            "URL:https://reviews.example/reviews/HAC-2026-014/visit",
            "TRANSP:OPAQUE",
            'ORGANIZER;CN="Peer Review":mailto:visits@reviews.example',
            "STATUS:CONFIRMED",
            'ATTENDEE;CN="Ada Okafor";CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT'
            + ";RSVP=TRUE:mailto:ada@school.example",
            "X-MICROSOFT-DISALLOW-COUNTER:TRUE",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
    )


def test_a_cancelled_visit_says_so_and_asks_for_no_answer():
    written = lines(ics.cancel(replace(VISIT, sequence=2), whole_visit=True))
    assert "METHOD:CANCEL" in written and "STATUS:CANCELLED" in written and "SEQUENCE:2" in written
    assert [line for line in written if line.startswith("ATTENDEE")] == [
        'ATTENDEE;CN="Ada Okafor";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT:mailto:ada@school.example'
    ]


def test_one_person_who_leaves_gets_a_cancel_without_a_status():
    written = lines(ics.cancel(replace(VISIT, sequence=3), whole_visit=False))
    assert "METHOD:CANCEL" in written
    assert not [line for line in written if line.startswith("STATUS")]
    assert len([line for line in written if line.startswith("ATTENDEE")]) == 1


def test_a_published_visit_names_no_attendee_and_keeps_the_uid():
    written = lines(ics.publish(VISIT))
    assert "METHOD:PUBLISH" in written and "UID:visit-1@reviews.example" in written
    assert not [line for line in written if line.startswith(("ATTENDEE", "X-"))]


def test_someone_who_need_not_come_is_optional():
    assert event(ics.request(replace(VISIT, needed=False))).attendees[0].params["ROLE"] == "OPT-PARTICIPANT"


@pytest.mark.parametrize("day", [date(2026, 10, 25), date(2027, 3, 28)])
def test_a_visit_over_a_clock_change_keeps_its_length(day):
    starts_at = instant(day, time(0, 30))
    written = event(ics.request(replace(VISIT, starts_at=starts_at)))
    assert written.end - written.start == timedelta(hours=3)
    assert written.start == starts_at


def test_times_of_any_zone_are_written_in_utc():
    elsewhere = timezone(timedelta(hours=5, minutes=30))
    assert "DTSTART:20261201T100000Z" in lines(
        ics.request(replace(VISIT, starts_at=VISIT.starts_at.astimezone(elsewhere)))
    )


def test_quotes_and_carets_leave_a_name_and_commas_are_quoted():
    attendee = ics.Person('Dr "Bob" ^Smith, MBE', "bob@school.example")
    written = "\n".join(lines(ics.request(replace(VISIT, attendee=attendee))))
    assert 'CN="Dr Bob Smith, MBE"' in written
    assert "^" not in written


def test_a_backslash_in_a_name_becomes_a_stroke_for_programs_that_read_it_as_an_escape():
    attendee = ics.Person("Ann\\Lee", "ann@school.example")
    assert event(ics.request(replace(VISIT, attendee=attendee))).attendees[0].params["CN"] == "Ann/Lee"


def test_a_visit_without_a_place_has_no_empty_location():
    assert "LOCATION" not in event(ics.request(replace(VISIT, location=" ")))


def test_a_backslash_cannot_become_a_line_break():
    written = event(ics.request(replace(VISIT, location="Room C\\North\nFirst floor")))
    assert written["LOCATION"] == "Room C/North, First floor"


def test_a_property_cannot_be_smuggled_in():
    attack = "x\r\nATTENDEE:mailto:eve@evil.example\r\nX"
    visit = replace(
        VISIT,
        summary=attack,
        location=attack,
        description=attack,
        url=attack,
        uid=attack,
        attendee=ics.Person(attack, "a@b.example\r\nX:y"),
    )
    written = lines(ics.request(visit))
    assert [line.split(":")[0].split(";")[0] for line in written].count("ATTENDEE") == 1
    assert not [line for line in written if line.startswith("X:")]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"starts_at": VISIT.starts_at.replace(tzinfo=None)}, "zone"),
        ({"stamped_at": VISIT.stamped_at.replace(tzinfo=None)}, "zone"),
        ({"minutes": 0}, "length"),
        ({"sequence": -1}, "sequence"),
        ({"description": " \n"}, "description"),
        ({"attendee": ics.Person("Us", "Visits@Reviews.example")}, "organiser"),
    ],
)
def test_what_a_calendar_would_misread_is_refused(change, why):
    with pytest.raises(ValueError, match=why):
        replace(VISIT, **change)


ANY_TEXT = st.text(max_size=200) | st.text('\x00\x07\r\n\t\x85\u2028\ufeff";:,\\^Nn é😀\u202e', max_size=60)


@pytest.mark.parametrize("method", WRITERS)
@given(name=ANY_TEXT, text=ANY_TEXT, minutes=st.integers(1, 180), sequence=st.integers(0, 999))
def test_any_text_gives_a_file_that_keeps_the_format(method, name, text, minutes, sequence):
    visit = replace(
        VISIT,
        sequence=sequence,
        minutes=minutes,
        summary=f"Visit {text}",
        location=text,
        description=f"Visit. {text}",
        attendee=ics.Person(name, "ada@school.example"),
    )
    data = WRITERS[method](visit)
    assert data == WRITERS[method](visit)
    assert faults_of(data, VISIT.stamped_at) == []
    calendar = Calendar.from_ical(data)
    assert calendar["METHOD"] == method
    assert [line for line in lines(data) if line.startswith("METHOD")] == [f"METHOD:{method}"]
    written = event(data)
    assert not written.errors
    assert (written.start, written.duration) == (VISIT.starts_at, timedelta(minutes=minutes))
    assert written["SEQUENCE"] == sequence
    assert len(written.attendees) == (0 if method == "PUBLISH" else 1)
    plain = " ".join(text.split())
    if plain.isprintable() and "\\" not in plain and "\ufeff" not in plain:
        assert written["SUMMARY"] == f"Visit {plain}".strip()
