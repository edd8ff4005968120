"""The programme: years begun, reviews planned directly, and a restricted reason that stays so."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event as sql_event

from peerreview.extensions import db
from peerreview.models import (
    Category,
    Duty,
    Event,
    Intelligence,
    Letter,
    Organisation,
    Person,
    ProgrammeYear,
    Review,
    Selection,
    utc_now,
)
from peerreview.programme.actions import label_of
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, a_team_member, an_organisation, save
from tests.conftest import SignIn
from tests.inspector import Page, text_of

CANARY = "Three referrals came late in spring"


@pytest.fixture
def year(app: Flask) -> ProgrammeYear:
    starts_on = date(utc_now().year, 1, 1)
    year = ProgrammeYear(borough=a_borough(), starts_on=starts_on, label=label_of(starts_on))
    db.session.add(year)
    save()
    return year


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


@pytest.fixture
def school(year: ProgrammeYear) -> Organisation:
    school = an_organisation("Invented Wharf Primary")
    save()
    return school


def said(answer: Any) -> str:
    return text_of(Page(answer.get_data(as_text=True)).root)


def plan(browser: FlaskClient, school: Organisation, year: ProgrammeYear, selection: str, reason: str = "") -> Any:
    category = "partner" if reason else ""
    data = {"year": str(year.id), "selection": selection, "reason": reason, "category": category}
    return browser.submit(f"/programme/add?organisation={school.id}", data)


def test_a_review_is_planned_directly(
    sign_in: SignIn, coordinator: Person, year: ProgrammeYear, school: Organisation
) -> None:
    browser = sign_in(coordinator)
    assert "Invented Wharf Primary" in said(browser.get("/programme/add?search=wharf"))
    plan(browser, school, year, "request")
    review = db.session.query(Review).one()
    assert (review.stage, review.selection, review.programme_year_id) == (Stage.PLANNED, Selection.REQUEST, year.id)
    assert review.reference.startswith("HAC-")
    assert review.contact is not None
    assert [(each.step, each.facts) for each in review.events] == [("plan", {"year": year.label})]
    words = said(browser.get(f"/programme/years/{year.id}/selection"))
    assert review.reference in words and "It asked for a review" in words
    assert "1 selected" in words


def test_a_double_click_plans_one_review_and_a_second_review_is_refused(
    sign_in: SignIn, coordinator: Person, year: ProgrammeYear, school: Organisation
) -> None:
    browser = sign_in(coordinator)
    assert plan(browser, school, year, "request").status_code == 302
    assert plan(browser, school, year, "request").status_code == 302
    review = db.session.query(Review).one()
    review.created_at = review.created_at.replace(year=2025)
    save()
    answer = plan(browser, school, year, "request")
    assert f"has an open review already: {review.reference}" in said(answer)
    assert db.session.query(Review).count() == 1


def test_local_intelligence_needs_a_reason_and_keeps_what_was_chosen(
    sign_in: SignIn, coordinator: Person, year: ProgrammeYear, school: Organisation
) -> None:
    answer = plan(sign_in(coordinator), school, year, "intelligence")
    assert "Enter the reason for choosing it" in said(answer)
    assert "Choose where the local intelligence comes from" in said(answer)
    assert db.session.query(Review).count() == 0
    answer = plan(sign_in(coordinator), school, year, "intelligence", "z" * 2001)
    assert "z" * 2001 in said(answer)


def test_the_reason_is_read_by_coordinators_and_that_boroughs_executive_only(
    sign_in: SignIn, coordinator: Person, executive: Person, year: ProgrammeYear, school: Organisation
) -> None:
    plan(sign_in(coordinator), school, year, "intelligence", CANARY)
    review = db.session.query(Review).one()
    why = f"/reviews/{review.reference}/intelligence"
    for person in (coordinator, executive):
        assert CANARY in said(sign_in(person).get(why))
        for page in ("/programme", f"/programme/years/{year.id}/selection", f"/reviews/{review.reference}"):
            assert CANARY not in said(sign_in(person).get(page))  # reading it is recorded, on the page for it
    written = db.session.query(Intelligence).one()
    assert (written.version, written.category, written.written_by) == (1, Category.PARTNER, "Cora Coordinator")
    elsewhere, member = a_person(Role.EXECUTIVE, a_borough("COL")), a_team_member(review)
    save()
    assert CANARY not in said(sign_in(elsewhere).get("/programme"))
    for person in (elsewhere, member.person):
        assert sign_in(person).get(why).status_code == 404
    assert sign_in(member.person).get("/programme").status_code == 404
    assert CANARY not in str([event.facts for event in db.session.query(Event)])
    assert db.session.query(Letter).count() == 0


def test_declined_and_withdrawn_reviews_do_not_count(sign_in: SignIn, coordinator: Person, year: ProgrammeYear) -> None:
    agency = an_organisation("Invented Housing", duty=Duty.S11)
    for stage in (Stage.WITHDRAWN, Stage.PRESENTED):
        a_review(stage, programme_year=year, stage_before_end=Stage.PLANNED)
    a_review(Stage.ARRANGING, agency, programme_year=year)
    save()
    words = said(sign_in(coordinator).get("/programme"))
    assert "Statutory organisations not set yet 1 0 0 No number is set yet" in words
    assert "Schools and colleges not set yet 1 1 1 No number is set yet" in words


def test_a_year_is_begun_once_and_never_over_another(sign_in: SignIn, app: Flask) -> None:
    borough = a_borough()
    person = a_person(Role.COORDINATOR, borough)
    save()
    browser = sign_in(person)
    assert "No programme year has begun" in said(browser.get("/programme"))
    first = {"borough": str(borough.id), "starts_on-day": "1", "starts_on-month": "9", "starts_on-year": "2026"}
    for _ in range(2):
        assert browser.submit("/programme/years", first).status_code == 302
    assert [(year.label, year.starts_on) for year in db.session.query(ProgrammeYear)] == [
        ("2026 to 2027", date(2026, 9, 1))
    ]
    answer = browser.submit("/programme/years", {**first, "starts_on-month": "4"})
    assert "It overlaps the year 2026 to 2027" in said(answer)
    assert "31 November 2026 is not a real date" in said(
        browser.submit("/programme/years", {**first, "starts_on-day": "31", "starts_on-month": "11"})
    )
    assert db.session.query(ProgrammeYear).count() == 1


def test_outsiders_find_nothing(
    sign_in: SignIn, year: ProgrammeYear, school: Organisation, client: FlaskClient
) -> None:
    elsewhere = a_borough("COL")
    far = [a_person(Role.COORDINATOR, elsewhere), a_person(Role.EXECUTIVE, elsewhere), a_person(Role.ADMINISTRATOR)]
    executive = a_person(Role.EXECUTIVE, year.borough)
    save()
    numbers, add = f"/programme/years/{year.id}/numbers", f"/programme/add?organisation={school.id}"
    for person in far:
        assert sign_in(person).get(numbers).status_code == 404
        assert sign_in(person).get(add).status_code == 404
    assert sign_in(executive).get(add).status_code == 404
    assert sign_in(executive).get("/programme/years/999/numbers").status_code == 404
    for page in ("/programme", numbers, add, "/programme/years"):
        assert client.get(page).status_code in (302, 401)
    far_coordinator = sign_in(far[0])
    assert "Invented Wharf" not in text_of(
        far_coordinator.page("/programme/add?search=wharf").with_class("govuk-main-wrapper")[0]
    ).replace("“wharf”", "")
    token = far_coordinator.token("/programme/years")
    forged = {"borough": str(year.borough_id), "starts_on-day": "1", "starts_on-month": "9", "starts_on-year": "2031"}
    assert "Choose one of the answers listed" in said(
        far_coordinator.post("/programme/years", data={**forged, "csrf_token": token})
    )
    assert db.session.query(ProgrammeYear).count() == 1


def test_looking_changes_nothing(
    sign_in: SignIn, coordinator: Person, year: ProgrammeYear, school: Organisation
) -> None:
    browser = sign_in(coordinator)
    for page in (
        "/programme",
        f"/programme/add?organisation={school.id}",
        "/programme/years",
        f"/programme/years/{year.id}/numbers",
    ):
        assert browser.get(page).status_code == browser.head(page).status_code == 200
    assert db.session.query(Review).count() == 0
    assert db.session.query(Event).count() == 0


def test_the_page_asks_the_database_as_often_for_three_reviews_as_for_one(
    sign_in: SignIn, coordinator: Person, year: ProgrammeYear
) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    def ask() -> int:
        asked.clear()
        sql_event.listen(db.engine, "before_cursor_execute", note)
        sign_in(coordinator).get("/programme")
        sql_event.remove(db.engine, "before_cursor_execute", note)
        return len([each for each in asked if each.startswith("SELECT")])

    a_review(Stage.PLANNED, programme_year=year)
    save()
    one = ask()
    for _ in range(2):
        a_review(Stage.PLANNED, programme_year=year)
    save()
    assert ask() == one


def test_a_borough_without_this_year_is_named_with_the_way_to_begin_it(sign_in: SignIn, year: ProgrammeYear) -> None:
    other = a_borough("COL")
    everywhere = a_person(Role.COORDINATOR, name="Uma Everywhere")
    save()
    client = sign_in(everywhere)
    page = client.get("/programme").text
    assert f"City of London has no year {year.label}" in text_of(Page(page).all("main")[0])
    assert f'href="/programme/years?borough={other.id}"' in page
    boxes = Page(client.get(f"/programme/years?borough={other.id}").text).all("input")
    assert [box.get("value") for box in boxes if "checked" in box.attrib] == [str(other.id)]
