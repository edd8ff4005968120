"""A borough's year on the page: numbers that are kept as they change, what is planned, its picture, its reviewers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event as sql_event
from sqlalchemy.exc import IntegrityError

from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    DatePoll,
    Duty,
    Event,
    LikelyMonth,
    Meeting,
    Membership,
    NumberSet,
    Person,
    ProgrammeYear,
    Review,
    SchoolHoliday,
    Slot,
    Unavailability,
    Visit,
    VisitRecord,
    utc_now,
)
from peerreview.process import Overtaken
from peerreview.programme.actions import label_of
from peerreview.programme.numbers import Decided, set_numbers
from peerreview.workdays import local_day
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, a_reviewer, a_team_member, an_organisation, save
from tests.conftest import SignIn
from tests.inspector import Page, text_of

CORA = Actor("Cora Coordinator", Role.COORDINATOR)


@pytest.fixture
def today(app: Flask) -> date:
    return local_day(utc_now())


@pytest.fixture
def year(today: date) -> ProgrammeYear:
    """Hackney's year: it began two months ago."""
    starts_on = (today - timedelta(days=60)).replace(day=1)
    year = ProgrammeYear(borough=a_borough(), starts_on=starts_on, label=label_of(starts_on))
    db.session.add(year)
    save()
    return year


@pytest.fixture
def meeting(year: ProgrammeYear, today: date) -> Meeting:
    held_on = today - timedelta(days=20)
    meeting = Meeting(borough=year.borough, held_on=held_on, papers_due_on=held_on - timedelta(days=7))
    db.session.add(meeting)
    save()
    return meeting


@pytest.fixture
def coordinator(year: ProgrammeYear) -> Person:
    person = a_person(Role.COORDINATOR, year.borough, name="Cora Coordinator")
    save()
    return person


@pytest.fixture
def executive(year: ProgrammeYear) -> Person:
    person = a_person(Role.EXECUTIVE, year.borough, name="Eve Executive")
    save()
    return person


def said(answer: Any) -> str:
    return text_of(Page(answer.get_data(as_text=True)).all("main")[0])


def typed(today: date, statutory: int | str = 3, schools: int = 5, **more: str) -> dict[str, str]:
    day = {"corresponded_on-day": f"{today.day}", "corresponded_on-month": f"{today.month}"}
    how = {"decided_at": "correspondence", **day, "corresponded_on-year": f"{today.year}"}
    return {"statutory": f"{statutory}", "schools": f"{schools}", **how, **more}


def numbers_page(year: ProgrammeYear) -> str:
    return f"/programme/years/{year.id}/numbers"


def a_visit(review: Review, on: date, hour: int = 10) -> Visit:
    starts_at = utc_now().replace(year=on.year, month=on.month, day=on.day, hour=hour, minute=0)
    visit = Visit(review=review, uid=f"visit-{review.id}", starts_at=starts_at, minutes=120, place="The hall")
    db.session.add(visit)
    return visit


# Numbers


def test_an_executive_member_sets_the_numbers_at_a_meeting(
    sign_in: SignIn, executive: Person, year: ProgrammeYear, meeting: Meeting, today: date
) -> None:
    browser = sign_in(executive)
    assert "has not set how many reviews there are" in said(browser.get("/programme"))
    answer = browser.submit(numbers_page(year), typed(today, decided_at=f"{meeting.id}", note="As last year."))
    assert answer.location == f"/programme/years/{year.id}"
    row = db.session.query(NumberSet).one()
    assert (row.turn, row.statutory, row.schools, row.note) == (1, 3, 5, "As last year.")
    assert (row.set_by, row.set_by_role, row.meeting_id) == ("Eve Executive", Role.EXECUTIVE, meeting.id)
    assert (row.corresponded_on, row.decided_on) == (None, meeting.held_on)
    db.session.expire_all()
    assert (year.number_statutory, year.number_schools) == (3, 5)
    words = said(browser.get(f"/programme/years/{year.id}"))
    assert "Statutory organisations 3 0 0 0 3 to select" in words
    assert f"at its meeting of {meeting.held_on:%A} {meeting.held_on.day}" in words
    assert "set by Eve Executive on" in words and "As last year." in words
    event = db.session.query(Event).filter_by(step="set_numbers").one()
    assert (event.actor_role, event.facts["schools"], event.facts["before"]) == (Role.EXECUTIVE, 5, None)
    assert "As last year." not in str(event.facts)


def test_a_coordinator_records_what_was_decided_by_correspondence_and_every_change_is_kept(
    sign_in: SignIn, coordinator: Person, year: ProgrammeYear, today: date
) -> None:
    browser = sign_in(coordinator)
    browser.submit(numbers_page(year), typed(today))
    answer = browser.submit(numbers_page(year), typed(today, 3, 6))
    assert "Say why the numbers change" in said(answer)
    browser.submit(numbers_page(year), typed(today, 3, 6, note="One more can be staffed."))
    rows = db.session.query(NumberSet).order_by(NumberSet.turn).all()
    assert [(row.turn, row.statutory, row.schools, row.set_by_role) for row in rows] == [
        (1, 3, 5, Role.COORDINATOR),
        (2, 3, 6, Role.COORDINATOR),
    ]
    assert rows[1].decided_on == today
    words = said(browser.get(f"/programme/years/{year.id}"))
    newest, before = (
        "3 statutory organisations and 6 schools (before: 3 and 5)",
        "3 statutory organisations and 5 schools",
    )
    assert newest in words and words.index(newest) < words.rindex(before)
    assert "recorded by Cora Coordinator" in words and "One more can be staffed." in words
    facts = db.session.query(Event).filter_by(step="set_numbers").order_by(Event.id.desc()).first().facts
    assert facts["before"] == {"statutory": 3, "schools": 5}


@pytest.mark.parametrize(
    ("statutory", "message"),
    [
        ("", "Enter how many"),
        ("-1", "must be between 0 and 200"),
        ("2.5", "must be a whole number"),
        ("٣", "must be a whole number"),
        ("201", "must be between 0 and 200"),
        ("9" * 40, "must be a whole number"),
    ],
)
def test_numbers_that_are_none_are_refused(
    sign_in: SignIn, executive: Person, year: ProgrammeYear, today: date, statutory: str, message: str
) -> None:
    answer = sign_in(executive).submit(numbers_page(year), typed(today, schools=7, statutory=statutory, note="Kept"))
    assert message in said(answer)
    assert 'value="7"' in answer.text and "Kept" in answer.text
    assert db.session.query(NumberSet).count() == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"decided_at": ""}, "Choose where it was decided"),
        ({"decided_at": "999"}, "Choose one of the answers listed"),
        ({"corresponded_on-day": ""}, "must include a day"),
        ({f"corresponded_on-{part}": "" for part in ("day", "month", "year")}, "Enter the day on which it was decided"),
        ({"corresponded_on-year": "2199"}, "cannot be in the future"),
        ({"note": "z" * 1001}, "1,000 characters or"),
    ],
)
def test_where_it_was_decided_must_be_known(
    sign_in: SignIn, executive: Person, year: ProgrammeYear, today: date, changes: dict[str, str], message: str
) -> None:
    answer = sign_in(executive).submit(numbers_page(year), {**typed(today, 3, 7), **changes})
    assert message in said(answer)
    assert 'value="7"' in answer.text
    assert db.session.query(NumberSet).count() == 0


def test_only_meetings_of_the_borough_that_were_held_can_be_chosen(
    sign_in: SignIn, executive: Person, year: ProgrammeYear, meeting: Meeting, today: date
) -> None:
    to_come = Meeting(borough=year.borough, held_on=today + timedelta(days=9), papers_due_on=today)
    elsewhere = Meeting(borough=a_borough("COL"), held_on=today - timedelta(days=9), papers_due_on=date(2020, 1, 1))
    db.session.add_all([to_come, elsewhere])
    save()
    browser = sign_in(executive)
    boxes = [box for box in browser.page(numbers_page(year)).all("input") if box.get("name") == "decided_at"]
    assert [box.get("value") for box in boxes] == [str(meeting.id), "correspondence"]
    for other in (to_come.id, elsewhere.id):
        answer = browser.submit(numbers_page(year), typed(today, decided_at=f"{other}"))
        assert "Choose one of the answers listed" in said(answer)
    assert db.session.query(NumberSet).count() == 0


def test_the_second_of_two_sees_what_the_first_set_and_keeps_what_was_typed(
    sign_in: SignIn, executive: Person, coordinator: Person, year: ProgrammeYear, today: date
) -> None:
    first, second = sign_in(executive), sign_in(coordinator)
    token = second.token(numbers_page(year))
    first.submit(numbers_page(year), typed(today, 3, 5))
    late = typed(today, 4, 6, note="What the second one typed")
    answer = second.post(numbers_page(year), data={**late, "seen": "0", "csrf_token": token})
    assert answer.status_code == 409
    words = said(answer)
    assert "Eve Executive set the numbers while you were typing: 3 statutory organisations and 5 schools" in words
    assert "What the second one typed" in words and 'value="6"' in answer.text
    assert db.session.query(NumberSet).count() == 1
    seen = next(box.get("value") for box in Page(answer.text).all("input") if box.get("name") == "seen")
    again = second.post(numbers_page(year), data={**late, "seen": seen, "csrf_token": token})
    assert again.status_code == 302
    assert [(row.turn, row.schools) for row in db.session.query(NumberSet).order_by(NumberSet.turn)] == [(1, 5), (2, 6)]


def test_a_double_click_sets_them_once(sign_in: SignIn, executive: Person, year: ProgrammeYear, today: date) -> None:
    browser = sign_in(executive)
    token = browser.token(numbers_page(year))
    for _ in range(2):
        answer = browser.post(numbers_page(year), data={**typed(today), "seen": "0", "csrf_token": token})
        assert answer.status_code == 302
    assert db.session.query(NumberSet).count() == 1
    assert db.session.query(Event).filter_by(step="set_numbers").count() == 1


@pytest.mark.parametrize("seen", ["-1", "7", "x", "٣", "9" * 30])
def test_a_page_that_never_was_ours_sets_nothing(
    sign_in: SignIn, executive: Person, year: ProgrammeYear, today: date, seen: str
) -> None:
    browser = sign_in(executive)
    token = browser.token(numbers_page(year))
    answer = browser.post(numbers_page(year), data={**typed(today, note="Why"), "seen": seen, "csrf_token": token})
    assert answer.status_code in (200, 409)
    assert db.session.query(NumberSet).count() == 0


def test_the_database_refuses_what_cannot_be(year: ProgrammeYear, meeting: Meeting, today: date) -> None:
    good = {"programme_year_id": year.id, "turn": 1, "statutory": 1, "schools": 1, "set_by": "Eve"}
    good |= {"set_by_role": Role.EXECUTIVE, "corresponded_on": today}
    wrong: list[dict[str, Any]] = [
        {"statutory": -1},
        {"corresponded_on": None},
        {"meeting_id": meeting.id},
        {"turn": 2},
        {"set_by_role": Role.REVIEWER},
    ]
    for change in wrong:
        db.session.add(NumberSet(**{**good, **change}))
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()
    db.session.add_all([NumberSet(**good), NumberSet(**good)])
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_of_two_at_the_same_instant_one_sets_the_numbers(any_app: Flask) -> None:
    starts_on = date(local_day(utc_now()).year, 1, 1)
    year = ProgrammeYear(borough=a_borough(), starts_on=starts_on, label=label_of(starts_on))
    db.session.add(year)
    save()
    year_id, on = year.id, local_day(utc_now())
    db.session.remove()

    def act(schools: int) -> str:
        with any_app.app_context():
            gate.wait()
            try:
                mine = db.session.get_one(ProgrammeYear, year_id)
                set_numbers(mine, Decided(1, schools, None, on), CORA, seen=0)
                save()
            except Overtaken as refusal:
                db.session.rollback()
                return str(refusal)
            finally:
                db.session.remove()
        return ""

    gate = Barrier(2)
    with ThreadPoolExecutor(2) as people:
        came = sorted(people.map(act, (4, 5)))
    assert came == ["", "Somebody else set the numbers while you were typing."]
    assert db.session.query(NumberSet).count() == 1


# The page of a year


def test_planned_visited_and_presented_stand_against_the_number(
    sign_in: SignIn, coordinator: Person, year: ProgrammeYear, today: date
) -> None:
    set_numbers(year, Decided(1, 4, None, today), CORA, seen=0)
    for stage in (Stage.PLANNED, Stage.REPORTING, Stage.CLOSED, Stage.WITHDRAWN):
        a_review(stage, programme_year=year, stage_before_end=Stage.PLANNED if stage is Stage.WITHDRAWN else None)
    for stage in (Stage.ARRANGING, Stage.PRESENTED):
        a_review(stage, an_organisation(duty=Duty.S11), programme_year=year)
    save()
    for page in ("/programme", f"/programme/years/{year.id}"):
        words = said(sign_in(coordinator).get(page))
        assert "Statutory organisations 1 2 1 1 1 more than set" in words
        assert "Schools and colleges 4 3 2 1 1 to select" in words


def test_the_picture_shows_visits_days_asked_about_meetings_and_holidays(
    sign_in: SignIn, coordinator: Person, year: ProgrammeYear, meeting: Meeting, today: date
) -> None:
    agreed, asked = (a_review(stage, programme_year=year) for stage in (Stage.PREPARING, Stage.ARRANGING))
    held = a_review(Stage.REPORTING, programme_year=year)
    undated = a_review(Stage.PLANNED, programme_year=year)
    on = (today + timedelta(days=40)).replace(day=15)
    a_visit(agreed, on)
    poll = DatePoll(review=asked, closes_at=utc_now() + timedelta(days=3))
    poll.slots = [Slot(starts_at=utc_now() + timedelta(days=days), minutes=120) for days in (30, 31)]
    record = VisitRecord(review=held, held_on=today - timedelta(days=12), minutes=100, recorded_by="Lea Lead")
    db.session.add_all([poll, record, SchoolHoliday(borough=year.borough, name="Half term", first_on=on, last_on=on)])
    save()
    page = Page(sign_in(coordinator).get(f"/programme/years/{year.id}").text)
    drawn = " ".join(text_of(each) for each in page.root.iter() if str(each.tag).endswith("}desc"))
    assert f"visit of {agreed.organisation_name} ({agreed.reference}) at 10:00am" in drawn
    assert drawn.count(f"asked about for {asked.organisation_name}") == 2
    assert f"visit of {held.organisation_name} ({held.reference}), held" in drawn
    assert "Executive Group meets" in drawn and "last day for papers" in drawn and "Half term" in drawn
    months = [text_of(each) for each in page.with_class("app-month")]
    assert len(months) in (12, 13)
    assert sum("1 visit" in each or "2 visits" in each for each in months) >= 1
    words = text_of(page.all("main")[0])
    assert f"1 review has no day yet: {undated.organisation_name}" in words
    assert "Show as a table" in words
    for section in page.all("section"):
        assert text_of(section)


def test_more_likely_visits_in_a_month_than_can_be_staffed_are_said_in_words(
    sign_in: SignIn, executive: Person, year: ProgrammeYear, today: date
) -> None:
    first = (today + timedelta(days=62)).replace(day=1)
    for _ in range(3):
        review = a_review(Stage.PLANNED, programme_year=year)
        db.session.add(LikelyMonth(review_id=review.id, month=first, written_by="Cora"))
    for _ in range(2):
        a_reviewer(trained_on=today, most_visits_a_month=2)
    save()
    page = Page(sign_in(executive).get(f"/programme/years/{year.id}").text)
    words = text_of(page.all("main")[0])
    assert f"3 visits in {first:%B %Y}; at most 2 can be staffed. Too few reviewers" in words
    assert "It would help to move 1 visit to" in words
    [over] = page.with_class("app-month--over")
    assert f"{first:%b %Y}" in text_of(over) and "3 visits (likely); at most 2 can be staffed" in text_of(over)
    assert "no day yet" in words


def test_a_plan_that_cannot_be_staffed_is_warned_about_in_words(
    sign_in: SignIn, coordinator: Person, executive: Person, year: ProgrammeYear, today: date
) -> None:
    set_numbers(year, Decided(0, 3, None, today), CORA, seen=0)
    for membership in (Membership.BOARD_MEMBER, Membership.LAY_MEMBER):
        a_reviewer(membership, trained_on=today, most_visits_a_year=2)
    a_reviewer(trained_on=today).person.active = False
    save()
    for person in (coordinator, executive):
        for page in ("/programme", f"/programme/years/{year.id}"):
            words = said(sign_in(person).get(page))
            assert "3 visits are still to be staffed, and at most 2 can be." in words
            assert "Their teams have 6 places to fill, and the reviewers available can fill 4." in words
            assert "It would help to find 1 more reviewer" in words
    words = said(sign_in(coordinator).get(f"/programme/years/{year.id}"))
    assert "2 reviewers can review in Hackney: 1 of the board, 2 with the training to lead." in words
    assert "3 of them still to be selected" in words


def test_reviewers_count_by_what_they_have_left(
    sign_in: SignIn, coordinator: Person, year: ProgrammeYear, today: date
) -> None:
    """One is on a team already, one is away for the rest of the year, and two go on with what they have."""
    set_numbers(year, Decided(0, 2, None, today), CORA, seen=0)
    staffed = a_review(Stage.PREPARING, programme_year=year)
    full = a_team_member(staffed, is_lead=True)
    a_team_member(staffed, Membership.LAY_MEMBER)
    away, one, other = (a_reviewer(trained_on=today) for _ in range(3))
    save()
    assert "cannot be staffed" not in said(sign_in(coordinator).get(f"/programme/years/{year.id}"))
    for reviewer in (one, other):
        reviewer.most_visits_a_year = 0
    save()
    assert "cannot be staffed" not in said(sign_in(coordinator).get(f"/programme/years/{year.id}"))
    ends = year.ends_on
    for person_id in (away.person_id, full.person_id):
        db.session.add(Unavailability(person_id=person_id, first_on=today, last_on=ends))
    save()
    words = said(sign_in(coordinator).get(f"/programme/years/{year.id}"))
    assert "1 visit is still to be staffed, and none can be." in words


def test_a_year_that_is_over_stays_readable_and_is_not_warned_about(
    sign_in: SignIn, executive: Person, year: ProgrammeYear, today: date
) -> None:
    starts_on = year.starts_on.replace(year=year.starts_on.year - 2, day=1)
    old = ProgrammeYear(borough=year.borough, starts_on=starts_on, label=label_of(starts_on))
    db.session.add(old)
    set_numbers(old, Decided(2, 2, None, starts_on), CORA, seen=0)
    review = a_review(Stage.CLOSED, programme_year=old)
    save()
    browser = sign_in(executive)
    words = said(browser.get(f"/programme/years/{old.id}"))
    assert "This year is over; it stays readable" in words and review.reference in words
    assert "still to be staffed" not in words and "Reviewers" not in words
    assert "still to be staffed" not in said(browser.get(f"/programme?year={old.label}"))


def test_next_year_is_begun_beforehand_on_the_day_after_this_one(
    sign_in: SignIn, coordinator: Person, year: ProgrammeYear
) -> None:
    browser = sign_in(coordinator)
    page = browser.page("/programme/years")
    shown = [page.by_id(f"starts_on-{part}").get("value") for part in ("day", "month", "year")]
    assert shown == ["1", str(year.starts_on.month), str(year.starts_on.year + 1)]
    data = dict(zip((f"starts_on-{part}" for part in ("day", "month", "year")), shown, strict=True))
    answer = browser.submit("/programme/years", {"borough": str(year.borough_id), **data})
    following = db.session.query(ProgrammeYear).order_by(ProgrammeYear.starts_on.desc()).first()
    assert answer.location == numbers_page(following)
    assert following.starts_on == year.ends_on + timedelta(days=1)
    assert "It begins in" in said(browser.get(f"/programme/years/{following.id}"))
    assert f"Programme {year.label}" in said(browser.get("/programme"))


def test_the_pages_where_people_begin_say_how_far_the_year_is(
    sign_in: SignIn, coordinator: Person, executive: Person, year: ProgrammeYear, today: date
) -> None:
    before = ProgrammeYear(borough=year.borough, starts_on=year.starts_on - timedelta(days=365), label="Earlier")
    next_door = ProgrammeYear(borough=a_borough("COL"), starts_on=year.starts_on, label=year.label)
    db.session.add_all([before, next_door])
    for stage in (Stage.PLANNED, Stage.REPORTING, Stage.CLOSED, Stage.DECLINED):
        a_review(stage, programme_year=year, stage_before_end=Stage.REQUESTED if stage is Stage.DECLINED else None)
    a_review(Stage.PRESENTED, programme_year=before)
    save()
    for person, address in ((coordinator, "/today"), (executive, "/executive")):
        assert "planned 3, no number is set yet · visited 2 · presented 1" in said(sign_in(person).get(address))
    set_numbers(year, Decided(2, 5, None, today), CORA, seen=0)
    save()
    for person, address in ((coordinator, "/today"), (executive, "/executive")):
        page = Page(sign_in(person).get(address).text)
        words = text_of(page.all("main")[0])
        assert f"Hackney, {year.label}: planned 3 of 7 · visited 2 · presented 1" in words
        assert "Hackney 7 3 2 1" in words
        assert "City of London" not in words and "Earlier" not in words
        assert f"/programme/years/{year.id}" in [link.get("href") for link in page.all("a")]


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2026, 4, 1), date(2027, 3, 31)),
        (date(2027, 3, 31), date(2028, 3, 30)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 3, 1), date(2028, 2, 29)),
    ],
)
def test_a_year_has_twelve_months(starts_on: date, ends_on: date) -> None:
    year = ProgrammeYear(starts_on=starts_on)
    assert year.ends_on == ends_on
    assert (year.is_over(ends_on), year.is_over(ends_on + timedelta(days=1))) == (False, True)


# Who may, and how often the database is asked


def test_outsiders_find_no_year_and_set_no_number(
    sign_in: SignIn, year: ProgrammeYear, today: date, client: FlaskClient
) -> None:
    elsewhere = a_borough("COL")
    review = a_review(Stage.PREPARING, programme_year=year)
    outsiders = [a_person(Role.COORDINATOR, elsewhere), a_person(Role.EXECUTIVE, elsewhere)]
    outsiders += [a_person(Role.ADMINISTRATOR), a_team_member(review).person]
    save()
    for person in outsiders:
        browser = sign_in(person)
        token = browser.token("/programme/years") if person in outsiders[:2] else ""
        for page in (f"/programme/years/{year.id}", numbers_page(year)):
            assert browser.get(page).status_code == 404
        answer = browser.post(numbers_page(year), data={**typed(today), "seen": "0", "csrf_token": token})
        assert answer.status_code in ((404,) if token else (400, 404))
    assert sign_in(outsiders[0]).get("/programme/years/999").status_code == 404
    assert client.get(f"/programme/years/{year.id}").status_code in (302, 401)
    assert db.session.query(NumberSet).count() == 0


def test_looking_changes_nothing(sign_in: SignIn, executive: Person, year: ProgrammeYear) -> None:
    browser = sign_in(executive)
    for page in ("/programme", "/programme/years", f"/programme/years/{year.id}", numbers_page(year)):
        assert browser.get(page).status_code == browser.head(page).status_code == 200
    assert db.session.query(NumberSet).count() == db.session.query(Event).count() == 0


@pytest.mark.parametrize("address", ["/programme", "/programme/years/{}", "/today"])
def test_the_database_is_asked_as_often_for_three_of_everything_as_for_one(
    sign_in: SignIn, coordinator: Person, year: ProgrammeYear, today: date, address: str
) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    def ask() -> list[str]:
        asked.clear()
        sql_event.listen(db.engine, "before_cursor_execute", note)
        assert sign_in(coordinator).get(address.format(year.id)).status_code == 200
        sql_event.remove(db.engine, "before_cursor_execute", note)
        return [each for each in asked if each.startswith("SELECT")]

    def one_more(turn: int) -> None:
        note = "Why" if turn else ""
        set_numbers(year, Decided(turn, 9, None, today, note), CORA, seen=turn)
        held_on = today - timedelta(days=turn)
        holiday = SchoolHoliday(borough=year.borough, name="Break", first_on=held_on, last_on=held_on)
        db.session.add_all([Meeting(borough=year.borough, held_on=held_on, papers_due_on=held_on), holiday])
        review = a_review(Stage.PREPARING, programme_year=year)
        a_visit(review, today + timedelta(days=10 + turn))
        member = a_team_member(review)
        away = Unavailability(person_id=member.person_id, first_on=today, last_on=today)
        poll = DatePoll(review=a_review(Stage.ARRANGING, programme_year=year), closes_at=utc_now())
        poll.slots = [Slot(starts_at=utc_now() + timedelta(days=20 + turn), minutes=120)]
        db.session.add_all([away, poll])
        undated = a_review(Stage.PLANNED, programme_year=year)
        db.session.add(LikelyMonth(review_id=undated.id, month=today.replace(day=1), written_by="Cora"))
        save()

    one_more(0)
    first = ask()
    for turn in (1, 2):
        one_more(turn)
    assert len(ask()) == len(first), "\n".join(first)
