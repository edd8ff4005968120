"""Triage: matching, accepting and declining, by whom, and what the second of two people sees."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peerreview import links, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.intake import actions
from peerreview.models import Borough, Letter, Organisation, ProgrammeYear, Review, ReviewRequest, utc_now
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, an_organisation, save
from tests.conftest import SignIn
from tests.inspector import Page
from tests.intake.form_walk import errors_of, main_of

CANARY = "Canary words of the person who asked"


def a_year(borough: Borough | None = None, **columns: Any) -> ProgrammeYear:
    values: dict[str, Any] = {"starts_on": utc_now().date() - timedelta(days=90), "label": "2026 to 2027"}
    year = ProgrammeYear(borough=borough or a_borough(), **{**values, **columns})
    db.session.add(year)
    return year


def asked(
    organisation: Organisation | None = None, given_name: str = "", email: str = "ann@oakfield.example"
) -> Review:
    """A request as the public form makes it."""
    answers = {"name": "Ann Lee", "role": "Lead", "email": email, "audit": "Not sure", "why_now": CANARY}
    review = actions.ask(
        actions.Asked(
            organisation=organisation, given_name=given_name, borough=None if organisation else a_borough(), **answers
        ),
        submission=f"key-{given_name}-{email}-{organisation and organisation.id}",
    )
    save()
    return review


def post(client: FlaskClient, review: Review, act: str, data: dict[str, Any], page: str = "") -> Any:
    """Answer one of the page's forms as it stands."""
    address = f"/reviews/{review.reference}/request"
    text = page or client.get(address).text
    token, version = (re.search(f'name="{name}" value="([^"]+)"', text) for name in ("csrf_token", "version"))
    assert token
    hidden = {"csrf_token": token[1]} | ({"version": version[1]} if version else {})
    return client.post(f"{address}/{act}", data={**hidden, **data})


@pytest.fixture
def coordinator(app: Flask, sign_in: SignIn) -> FlaskClient:
    person = a_person(Role.COORDINATOR, a_borough("HAC"), name="Miriam Achebe")
    save()
    return sign_in(person)


def test_without_a_year_the_page_leads_to_beginning_one_and_the_only_year_is_chosen(coordinator: FlaskClient) -> None:
    review = asked(an_organisation("Oakfield Primary School"))
    address = f"/reviews/{review.reference}/request"
    assert f'href="/programme/years?borough={review.borough.id}"' in coordinator.get(address).text
    year = a_year()
    save()
    boxes = Page(coordinator.get(address).text).all("input")
    assert [box.get("value") for box in boxes if "checked" in box.attrib] == [str(year.id)]


def test_a_request_is_accepted_into_a_year(coordinator: FlaskClient) -> None:
    school = an_organisation("Oakfield Primary School")
    a_year(starts_on=date(2020, 4, 1), label="2020 to 2021"), a_year(a_borough("COL"), label="Of the City")
    year = a_year()
    review = asked(school)
    page = main_of(coordinator.get(f"/reviews/{review.reference}/request"))
    assert CANARY in page and "Ann Lee" in page
    assert "2026 to 2027" in page and "2020 to 2021" not in page and "Of the City" not in page
    answer = post(coordinator, review, "acceptance", {"year": str(year.id)})
    assert answer.location == f"/reviews/{review.reference}"
    db.session.expire_all()
    assert (review.stage, review.programme_year, review.contact) == (Stage.PLANNED, year, None)
    assert (review.events[0].step, review.events[0].actor_name) == ("accept", "Miriam Achebe")
    letter = review.letters[0]
    assert (letter.name, letter.recipient_email) == ("request_accepted", "ann@oakfield.example")
    assert letter.subject == f"Your peer review is accepted ({review.reference})"
    assert "Oakfield Primary School is accepted into the programme of 2026 to 2027." in letter.text
    assert "Canary" not in letter.text + letter.html and len(letter.text.split()) < 150
    copy = links.token(review.links[0])
    assert "We have accepted it for the year 2026 to 2027." in main_of(coordinator.get(f"/my/{copy}/request"))


@pytest.mark.parametrize("known", [True, False])
def test_the_person_who_asked_becomes_the_contact_only_when_ticked(coordinator: FlaskClient, known: bool) -> None:
    school = an_organisation()
    year = a_year()
    head = school.contacts[0]
    review = asked(school, email=head.email.upper() if known else "ann@oakfield.example")
    post(coordinator, review, "acceptance", {"year": str(year.id), "is_contact": "y"})
    db.session.expire_all()
    assert review.contact is not None and len(school.contacts) == (1 if known else 2)
    assert (review.contact is head) is known
    assert review.contact.name == (head.name if known else "Ann Lee")


def test_a_request_is_declined_with_a_reason_that_the_requester_reads(coordinator: FlaskClient) -> None:
    review = asked(an_organisation())
    empty = post(coordinator, review, "refusal", {"reason": " "})
    assert (empty.status_code, errors_of(empty)) == (400, ["Enter the reason"])
    long = post(coordinator, review, "refusal", {"reason": "x" * 2001})
    assert errors_of(long) == ["Why do you decline it: use 2,000 characters or fewer. You have 2,001"]
    reason = "You were reviewed last spring.\nPlease ask again next year."
    answer = post(coordinator, review, "refusal", {"reason": reason})
    assert answer.location == f"/reviews/{review.reference}/request"
    db.session.expire_all()
    assert (review.stage, review.end_reason) == (Stage.DECLINED, reason)
    letter = review.letters[0]
    assert letter.name == "request_declined" and "You were reviewed last spring." in letter.text
    assert "You were reviewed last spring." in coordinator.get(f"/my/{links.token(review.links[0])}/request").text
    assert "The request was declined." in main_of(coordinator.get(answer.location))


def test_of_two_who_decide_one_wins_and_the_other_is_told_and_keeps_the_text(
    coordinator: FlaskClient, sign_in: SignIn
) -> None:
    year = a_year()
    review = asked(an_organisation())
    second = sign_in(a_person(Role.COORDINATOR, name="Joan Smith"))
    save()
    old_tab = second.get(f"/reviews/{review.reference}/request").text
    post(coordinator, review, "acceptance", {"year": str(year.id)})
    answer = post(second, review, "refusal", {"reason": "Too short"}, page=old_tab)
    assert answer.status_code == 409
    said = main_of(answer)
    assert re.search(r"Miriam Achebe was first: they accepted the request at \d+:\d\d[ap]m on ", said)
    assert "What you typed:" in said and "Too short" in said
    db.session.expire_all()
    assert (review.stage, review.end_reason) == (Stage.PLANNED, "")
    assert [letter.name for letter in review.letters] == ["request_accepted", "request_received"]
    late = post(second, review, "acceptance", {"year": str(year.id)}, page=old_tab)
    assert late.status_code == 409 and "Miriam Achebe was first" in main_of(late)


@pytest.mark.parametrize(("act", "data"), [("acceptance", {}), ("refusal", {"reason": "Reviewed last spring"})])
def test_a_double_click_decides_once_and_shows_the_result(
    coordinator: FlaskClient, act: str, data: dict[str, str]
) -> None:
    year = a_year()
    review = asked(an_organisation())
    data = data or {"year": str(year.id)}
    page = coordinator.get(f"/reviews/{review.reference}/request").text
    answers = [post(coordinator, review, act, data, page=page) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    db.session.expire_all()
    assert len(review.letters) == 2


def test_a_free_text_organisation_is_matched_before_it_can_be_accepted(coordinator: FlaskClient) -> None:
    school = an_organisation("Oakfield Primary School")
    elsewhere = an_organisation("Oakfield of the City", a_borough("COL"))
    year = a_year()
    review = asked(given_name="Oakfield Primary RC School, Hackney")
    page = coordinator.get(f"/reviews/{review.reference}/request")
    assert "Oakfield Primary School, London, E8 1AA" in main_of(page) and "of the City" not in main_of(page)
    early = post(coordinator, review, "acceptance", {"year": str(year.id)})
    assert early.status_code == 409
    assert "Match the request to an organisation in the register first." in main_of(early)
    for forged in ("", "0", str(elsewhere.id), "x", "9" * 30):
        refused = post(coordinator, review, "organisation", {"organisation": forged})
        assert (refused.status_code, errors_of(refused)) == (400, ["Choose the organisation"])
    post(coordinator, review, "organisation", {"organisation": str(school.id)})
    db.session.expire_all()
    assert (review.organisation, review.stage) == (school, Stage.REQUESTED)
    assert review.events[0].step == "match_organisation"
    assert post(coordinator, review, "acceptance", {"year": str(year.id)}).status_code == 302
    db.session.expire_all()
    assert review.stage is Stage.PLANNED


def test_an_organisation_that_is_not_in_the_register_is_added_on_the_way(coordinator: FlaskClient) -> None:
    an_organisation("Something Else")
    review = asked(given_name="The Lantern Club")
    page = coordinator.get(f"/reviews/{review.reference}/request").text
    assert f"/organisations/new?name=The+Lantern+Club&amp;review={review.reference}" in page
    assert "Nothing in the register fits." in page
    assert "Something Else" in coordinator.get(f"/reviews/{review.reference}/request?search=something").text


def test_without_a_programme_year_it_says_so(coordinator: FlaskClient) -> None:
    review = asked(an_organisation())
    assert "There is no programme year of Hackney" in main_of(coordinator.get(f"/reviews/{review.reference}/request"))
    page = coordinator.get(f"/reviews/{review.reference}/request").text
    forged = post(coordinator, review, "acceptance", {"year": "1"}, page=page)
    assert forged.status_code == 409 and "There is no programme year to accept it into." in main_of(forged)
    a_year()
    save()
    forged = post(coordinator, review, "acceptance", {"year": "999"}, page=page)
    assert (forged.status_code, errors_of(forged)) == (400, ["Choose one of the answers listed"])
    assert review.stage is Stage.REQUESTED


def test_other_open_reviews_of_the_organisation_are_shown(coordinator: FlaskClient) -> None:
    school = an_organisation()
    other = a_review(Stage.ARRANGING, school)
    ended = a_review(Stage.CLOSED, school)
    review = asked(school)
    said = main_of(coordinator.get(f"/reviews/{review.reference}/request"))
    assert other.reference in said and ended.reference not in said


def test_strangers_and_coordinators_of_elsewhere_find_nothing(app: Flask, sign_in: SignIn) -> None:
    year = a_year()
    review = asked(an_organisation())
    others = [a_person(Role.COORDINATOR, a_borough("COL")), a_person(Role.REVIEWER), a_person(Role.EXECUTIVE)]
    own = a_person(Role.COORDINATOR)
    save()
    page = sign_in(own).get(f"/reviews/{review.reference}/request").text
    for person in others:
        browser = sign_in(person)
        token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/request").text)
        assert token
        assert browser.get(f"/reviews/{review.reference}/request").status_code == 404
        for act, data in (("acceptance", {"year": str(year.id)}), ("refusal", {"reason": "No"}), ("organisation", {})):
            forged = {"csrf_token": token[1], "version": "1", **data}
            answer = browser.post(f"/reviews/{review.reference}/request/{act}", data=forged)
            assert answer.status_code == 404 and "Canary" not in answer.text
    assert app.test_client().get(f"/reviews/{review.reference}/request").status_code in (302, 401)
    assert CANARY in page
    db.session.expire_all()
    assert review.stage is Stage.REQUESTED


def test_a_review_that_nobody_asked_for_has_no_such_page(coordinator: FlaskClient) -> None:
    review = a_review(Stage.PLANNED)
    save()
    assert coordinator.get(f"/reviews/{review.reference}/request").status_code == 404


def test_one_request_for_one_submission_in_the_database(any_app: Flask) -> None:
    school = an_organisation()
    first = asked(school)
    with pytest.raises(Exception, match=r"(?i)unique"):
        asked(school)
    db.session.rollback()
    assert db.session.scalars(db.select(ReviewRequest)).one().review_id == first.id
    assert len(db.session.scalars(db.select(Letter)).all()) == 1


def test_accepting_an_old_version_is_overtaken(any_app: Flask) -> None:
    review = asked(an_organisation())
    year, seen = a_year(), review.version
    save()
    actions.decline(review, "No", Actor("First", Role.COORDINATOR), seen=seen)
    save()
    with pytest.raises(process.Overtaken, match="First was first: they declined the request"):
        actions.accept(review, year, Actor("Second", Role.COORDINATOR), seen=seen)
    save()
    assert review.programme_year is None
