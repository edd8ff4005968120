"""A reviewer's own times, and a borough's school holidays, typed or taken from a calendar file."""

import io
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peerreview.dates import closed_days, holiday_file
from peerreview.dates.holiday_file import Contents, Found, Refused
from peerreview.extensions import db
from peerreview.models import Days, Event, PartOfDay, SchoolHoliday, Unavailability, utc_now
from peerreview.workdays import local_day
from peerreview.workflow import Role
from tests.builders import a_borough, a_person, a_reviewer, save
from tests.inspector import Page, text_of

TODAY = date(2026, 11, 23)


def day(name, when):
    return {f"{name}-{part}": getattr(when, part) for part in ("day", "month", "year")}


def in_days(days):
    return local_day(utc_now()) + timedelta(days=days)


def errors(response):
    page = Page(response.get_data(as_text=True))
    return [text_of(li) for box in page.with_class("govuk-error-summary__list") for li in box.iter("li")]


@pytest.fixture
def reviewer(app):
    found = a_reviewer()
    save()
    return found.person


def kept():
    rows = db.session.scalars(db.select(Unavailability).order_by(Unavailability.id))
    return [(row.first_on, row.last_on, row.days, row.part, row.note) for row in rows]


def test_a_reviewer_writes_down_a_period_and_a_regular_day_and_takes_one_back(app, reviewer, sign_in):
    desk = sign_in(reviewer)
    desk.submit("/my-times", day("first_on", in_days(10)) | {"days": "every_day", "part": "all_day", "note": "Holiday"})
    tuesdays = day("first_on", in_days(0)) | day("last_on", in_days(90)) | {"days": "tuesday", "part": "afternoon"}
    desk.submit("/my-times", tuesdays)
    desk.submit("/my-times", tuesdays | {"note": "Teaching"})
    period = (in_days(10), in_days(10), Days.EVERY_DAY, PartOfDay.ALL_DAY, "Holiday")
    term = (in_days(0), in_days(90), Days.TUESDAY, PartOfDay.AFTERNOON, "Teaching")
    assert kept() == [period, term]
    page = desk.page("/my-times")
    rows = [text_of(row) for row in page.with_class("app-rows__main")]
    assert rows[0].endswith("Only Tuesdays, afternoon, from 12:30pm: Teaching")
    assert rows[1].endswith("all day: Holiday")
    desk.submit("/my-times", to="/my-times/removal")
    assert kept() == [period]


@pytest.mark.parametrize(("first", "last", "more", "message"), [
    (None, None, {}, "Enter the first day"),
    (5, 4, {}, "The last day must be the first day or later"),
    (-5, -4, {}, " is over"),
    (5, 500, {}, "A period is at most 366 days"),
    (900, 901, {}, "The first day must be within the next two years"),
    (5, 6, {"days": "someday"}, "Choose one of the answers listed"),
    (5, 6, {"part": "night"}, "Choose one of the answers listed"),
])  # fmt: skip
def test_what_cannot_be_is_said_and_what_was_typed_stays(app, reviewer, sign_in, first, last, more, message):
    data = {"days": "every_day", "part": "all_day", "note": "The long note"} | more
    data |= day("first_on", in_days(first)) if first is not None else {}
    data |= day("last_on", in_days(last)) if last is not None else {}
    response = sign_in(reviewer).submit("/my-times", data)
    assert errors(response)[0].endswith(message)
    boxes = {
        box.attrib.get("name"): box.attrib.get("value") for box in Page(response.get_data(as_text=True)).all("input")
    }
    assert boxes["note"] == "The long note"
    assert first is None or boxes["first_on-day"] == str(in_days(first).day)
    assert kept() == []


def test_a_weekday_that_is_not_in_the_period_is_refused(app, reviewer, sign_in):
    monday = in_days(7 - in_days(0).weekday())
    data = day("first_on", monday) | {"days": "friday", "part": "all_day"}
    assert errors(sign_in(reviewer).submit("/my-times", data)) == ["There is no Friday in this period"]


def test_what_is_over_is_forgotten_and_there_is_an_end_to_it(app, reviewer, sign_in):
    db.session.add(Unavailability(person_id=reviewer.id, first_on=in_days(-9), last_on=in_days(-1)))
    for number in range(closed_days.MOST):
        when = in_days(number)
        db.session.add(Unavailability(person_id=reviewer.id, first_on=when, last_on=when))
    save()
    desk = sign_in(reviewer)
    data = day("first_on", in_days(100)) | {"days": "every_day", "part": "all_day"}
    assert errors(desk.submit("/my-times", data)) == ["You keep 60 periods already. Remove some first"]
    desk.submit("/my-times", to="/my-times/removal")
    desk.submit("/my-times", data)
    assert len(kept()) == closed_days.MOST
    assert min(row[0] for row in kept()) > in_days(-1)


def test_nobody_takes_away_or_reads_somebody_elses_times(app, reviewer, sign_in):
    row = Unavailability(person_id=reviewer.id, first_on=in_days(1), last_on=in_days(2), note="Hospital")
    db.session.add(row)
    other, coordinator = a_reviewer().person, a_person(Role.COORDINATOR)
    save()
    desk = sign_in(other)
    assert "Hospital" not in text_of(desk.page("/my-times").root)
    token = desk.token("/my-times")
    assert desk.post("/my-times/removal", data={"csrf_token": token, "time": row.id}).status_code == 302
    assert len(kept()) == 1
    for path in ("/my-times", "/my-times/removal"):
        assert sign_in(coordinator).post(path).status_code in (400, 404)
    assert sign_in(coordinator).get("/my-times").status_code == 404
    assert app.test_client().get("/my-times").location.startswith("/sign-in")


@pytest.fixture
def desk(coordinator, sign_in):
    a_borough()
    save()
    return sign_in(coordinator)


def holidays():
    rows = db.session.scalars(db.select(SchoolHoliday).order_by(SchoolHoliday.first_on))
    return [(row.borough.code, row.name, row.first_on, row.last_on) for row in rows]


def test_a_holiday_is_entered_by_hand_once_and_removed(app, desk):
    data = {"name": "Half term"} | day("first_on", in_days(20)) | day("last_on", in_days(24))
    for _ in range(2):
        assert desk.submit("/school-holidays", data, to="/school-holidays").status_code == 302
    assert holidays() == [("HAC", "Half term", in_days(20), in_days(24))]
    steps = list(db.session.scalars(db.select(Event.step).order_by(Event.id)))
    desk.submit("/school-holidays", to="/school-holidays/removal")
    assert (holidays(), steps) == ([], ["add_school_holidays"])


def test_a_school_holiday_is_not_a_term(app, desk):
    data = {"name": "Term"} | day("first_on", in_days(1)) | day("last_on", in_days(90))
    response = desk.submit("/school-holidays", data, to="/school-holidays")
    assert errors(response) == ["A school holiday is at most 70 days"]
    assert 'value="Term"' in response.get_data(as_text=True)


def test_a_coordinator_of_one_borough_changes_nothing_of_another(app, desk, sign_in):
    theirs = SchoolHoliday(borough=a_borough(), name="Half term", first_on=in_days(3), last_on=in_days(4))
    db.session.add(theirs)
    elsewhere = a_person(Role.COORDINATOR, borough=a_borough("COL"))
    reviewer = a_reviewer().person
    save()
    other = sign_in(elsewhere)
    assert "Half term" not in text_of(other.page("/school-holidays").root)
    token = other.token("/school-holidays")
    other.post("/school-holidays/removal", data={"csrf_token": token, "holiday": theirs.id})
    forged = {"name": "X", "borough": theirs.borough_id, "csrf_token": token} | day("first_on", in_days(9))
    other.post("/school-holidays", data=forged)
    assert [row[:2] for row in holidays()] == [("HAC", "Half term"), ("COL", "X")]
    for path in ("/school-holidays", "/school-holidays/file", "/school-holidays/import", "/school-holidays/removal"):
        assert sign_in(reviewer).post(path).status_code in (400, 404)
        assert app.test_client().post(path).status_code in (302, 400)


def ics(*events, head="BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"):
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return (head + body + "END:VCALENDAR\r\n").encode()


def an_event(name, first, after=None, more=""):
    ends = f"\r\nDTEND;VALUE=DATE:{after:%Y%m%d}" if after else ""
    return f"SUMMARY:{name}\r\nDTSTART;VALUE=DATE:{first:%Y%m%d}{ends}{more}"


def test_a_file_is_looked_into_chosen_from_and_taken(app, desk):
    file = ics(
        an_event("Spring half term", in_days(40), in_days(45)),
        an_event("INSET day", in_days(46)),
        an_event("Last year’s break", in_days(-40), in_days(-30)),
        an_event("Autumn term", in_days(50), in_days(140)),
    )
    upload = {"file": (io.BytesIO(file), "terms.ics"), "borough": str(a_borough().id)}
    response = desk.submit("/school-holidays", upload, to="/school-holidays/file", content_type="multipart/form-data")
    page = Page(response.get_data(as_text=True))
    assert holidays() == []
    ticks = {text_of(page.root.find(f".//label[@for='{box.attrib['id']}']/strong")): "checked" in box.attrib
             for box in page.all("input") if box.attrib.get("type") == "checkbox"}  # fmt: skip
    assert ticks == {"Spring half term": True, "INSET day": False}
    left = [text_of(li) for li in page.all("li") if "over" in text_of(li) or "term, not" in text_of(li)]
    assert left == ["Last year’s break: it is over", "Autumn term: it is longer than 70 days: a term, not a holiday"]
    form = {
        box.attrib["name"]: box.attrib.get("value", "")
        for box in page.all("input")
        if "name" in box.attrib and (box.attrib.get("type") != "checkbox" or "checked" in box.attrib)
    }
    for said in ("School holidays entered: 1.", "School holidays entered: 0. 1 were there already."):
        assert desk.post("/school-holidays/import", data=form).location == "/school-holidays"
        assert said in text_of(desk.page("/school-holidays").root)
    assert holidays() == [("HAC", "Spring half term", in_days(40), in_days(44))]
    nothing = {name: value for name, value in form.items() if not name.endswith("take")}
    assert errors(desk.post("/school-holidays/import", data=nothing)) == ["Tick at least one holiday, or go back"]
    for days in ("0001-01-01", "soon", "", "2027-02-30"):
        forged = {name: days if name.endswith("first") else value for name, value in form.items()}
        said = errors(desk.post("/school-holidays/import", data=forged))
        assert said == ["These are not the days of the file. Choose the file again"]


@pytest.mark.parametrize(("file", "message"), [
    (b"", "Choose a file"),
    (b"%PDF-1.7", "This is no calendar file. Choose one that ends in .ics, or enter the holidays by hand"),
    (b"\xff\xfe\x00", "This is no calendar file. Choose one that ends in .ics, or enter the holidays by hand"),
    (ics(), "The calendar file has no entries"),
    (ics(*["SUMMARY:x"] * 600), "The file has more than 500 entries. Choose one with only the school holidays"),
    (b"BEGIN:VCALENDAR" + b"x" * 400_000,
     "The file is too large for term dates. Choose one that has only the school holidays"),
])  # fmt: skip
def test_a_bad_file_is_refused_in_plain_words(app, desk, file, message):
    upload = {"file": (io.BytesIO(file), "terms.ics" if file else ""), "borough": str(a_borough().id)}
    response = desk.submit("/school-holidays", upload, to="/school-holidays/file", content_type="multipart/form-data")
    assert errors(response) == [message]


def read(*events):
    return holiday_file.read(ics(*events), TODAY)


def test_what_entries_mean():
    first = date(2027, 2, 15)
    timed = (
        "SUMMARY:Half term\r\nDTSTART;TZID=Europe/London:20270215T000000\r\nDTEND;TZID=Europe/London:20270220T000000"
    )
    assert read(timed).found == [Found("Half term", first, date(2027, 2, 19))]
    utc = "SUMMARY:Break\r\nDTSTART:20270401T230000Z\r\nDURATION:P7D"
    assert read(utc).found == [Found("Break", date(2027, 4, 2), date(2027, 4, 8))]
    one = read(an_event("Closed", first), "SUMMARY:Week\r\nDTSTART;VALUE=DATE:20270301\r\nDURATION:P1W").found
    assert one == [Found("Closed", first, first), Found("Week", date(2027, 3, 1), date(2027, 3, 7))]
    head, tail = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", b"\r\nEND:VEVENT\r\nEND:VCALENDAR"
    folded = head + b"SUMMARY:Half\r\n  term\r\nDTSTART;VALUE=DATE:20270215" + tail
    assert holiday_file.read(folded, TODAY).found == [Found("Half term", first, first)]
    assert holiday_file.read(folded.replace(b"\r\n", b"\n"), TODAY).found == [Found("Half term", first, first)]


@pytest.mark.parametrize(("more", "why"), [
    ("\r\nRRULE:FREQ=SECONDLY", "it repeats: enter it by hand"),
    ("\r\nSTATUS:CANCELLED", "it is cancelled"),
    ("\r\nDTSTART;VALUE=DATE:00000000", "it could not be read"),
])  # fmt: skip
def test_what_is_left_out_says_why(more, why):
    contents = read(an_event("Half term", date(2027, 2, 15), more=more))
    assert (contents.found, [reason for _, reason in contents.left_out]) == ([], [why])


def test_an_hour_is_no_holiday():
    assert read("SUMMARY:Closed early\r\nDTSTART:20270215T140000Z\r\nDTEND:20270215T160000Z").left_out == [
        ("An entry", "it could not be read")
    ]


def test_a_zone_that_would_be_worked_out_for_ever_is_not_looked_at():
    zone = "BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nRRULE:FREQ=SECONDLY\r\n"
    zone += "TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    alarm = "\r\nBEGIN:VALARM\r\nSUMMARY:No\r\nDTSTART;VALUE=DATE:20270301\r\nEND:VALARM"
    file = ics(an_event("Half term", date(2027, 2, 15)) + alarm, head="BEGIN:VCALENDAR\r\n" + zone)
    assert holiday_file.read(file, TODAY).found == [Found("Half term", date(2027, 2, 15), date(2027, 2, 15))]


PIECES = st.sampled_from([
    b"BEGIN:VCALENDAR", b"BEGIN:VEVENT", b"END:VEVENT", b"END:VCALENDAR", b"BEGIN:VALARM", b"SUMMARY:x", b"DTSTART:",
    b"DTSTART;VALUE=DATE:20270215", b"DTEND:20270216T000000Z", b"DTEND;VALUE=DATE:99991231", b"DURATION:P99999999W",
    b"DTSTART;TZID=/../../etc/passwd:20270215T000000", b"DTSTART;VALUE=PERIOD:20270215T000000Z/PT1H", b"\x00",
    b"DURATION:-P1D", b"DTSTART:20270215T000000", b"DTEND:00010101T000000Z", b"SUMMARY;LANGUAGE=\":\xff", b" folded",
    b"RRULE:FREQ=YEARLY",
])  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(pieces=st.lists(st.one_of(PIECES, st.binary(max_size=30)), max_size=25), ends=st.sampled_from([b"\r\n", b"\n"]))
def test_any_file_is_read_or_refused(pieces, ends):
    try:
        contents = holiday_file.read(ends.join([b"BEGIN:VCALENDAR", *pieces]), TODAY)
    except Refused as refusal:
        assert str(refusal)
    else:
        assert isinstance(contents, Contents)
        assert all(found.last_on >= TODAY and found.first_on <= found.last_on for found in contents.found)
