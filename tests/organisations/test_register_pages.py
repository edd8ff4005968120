"""The pages of the register: who sees what, searching, changing by hand, and what nobody may."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peerreview.extensions import db
from peerreview.models import Contact, Duty, Event, Organisation, Trust
from peerreview.organisations import queries
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, an_organisation, save
from tests.conftest import SignIn
from tests.inspector import Page, text_of

DETAILS: dict[str, Any] = {
    "name": "Oakfield Primary School", "type_name": "Community school", "town": "London",
    "postcode": "e99 2ba", "is_open": "yes", "reason": "The head telephoned",
}  # fmt: skip


@pytest.fixture
def coordinator(app: Flask, sign_in: SignIn) -> FlaskClient:
    person = a_person(Role.COORDINATOR, a_borough("HAC"), name="Miriam Achebe")
    save()
    return sign_in(person)


def post(client: FlaskClient, address: str, data: dict[str, Any], page: str | None = None) -> Any:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page or address).text)
    assert token
    seen = re.search(r'name="seen" value="([^"]+)"', client.get(page or address).text)
    hidden = {"csrf_token": token[1]} | ({"seen": seen[1]} if seen else {})
    return client.post(address, data=hidden | data)


def errors_of(response: Any) -> list[str]:
    (summary,) = Page(response.text).with_class("govuk-error-summary__list")
    return [text_of(item) for item in summary]


def names_on(client: FlaskClient, address: str) -> list[str]:
    page = client.get(address)
    rows = re.findall(r'href="/organisations/[0-9]+">([^<]+)</a>', page.text)
    return [row.replace("&#39;", "'") for row in rows]


def test_the_page_of_an_organisation(coordinator: FlaskClient) -> None:
    school = an_organisation("Oakfield", trust=Trust(name="Lantern Learning Trust"))
    school.contacts[0].name = "Ann Lee"
    review = a_review(Stage.PLANNED, school)
    save()
    main = text_of(coordinator.page(f"/organisations/{school.id}").all("main")[0])
    for fact in ("Oakfield", "Lantern Learning Trust", "Section 175", "Ann Lee, Headteacher", review.reference):
        assert fact in main


def test_another_boroughs_coordinator_and_other_people_get_404_and_strangers_sign_in(
    app: Flask, sign_in: SignIn
) -> None:
    school = an_organisation("Canary School")
    contact = school.contacts[0]
    others = [a_person(Role.COORDINATOR, a_borough("COL")), a_person(Role.REVIEWER), a_person(Role.EXECUTIVE)]
    save()
    addresses = [f"/organisations/{school.id}{rest}" for rest in ("", "/details", "/contacts/new")]
    addresses.append(f"/organisations/{school.id}/contacts/{contact.id}")
    for person in others:
        browser = sign_in(person)
        assert [browser.get(address).status_code for address in addresses] == [404] * 4
        assert "Canary" not in browser.get("/organisations?search=canary").text.replace("“canary”", "")
    assert {app.test_client().get(address).status_code for address in addresses} <= {302, 401}


def test_an_id_that_is_none(coordinator: FlaskClient) -> None:
    for number in ("0", "987654", "99999999999999999999"):
        assert coordinator.get(f"/organisations/{number}").status_code == 404


def test_details_are_changed_with_a_reason(coordinator: FlaskClient) -> None:
    school = an_organisation("Oakfield", type_name="Community school")
    save()
    answer = post(coordinator, f"/organisations/{school.id}/details", {**DETAILS, "trust": "New Trust"})
    assert (answer.status_code, answer.location) == (302, f"/organisations/{school.id}")
    db.session.expire_all()
    assert (school.name, school.postcode, school.duty) == ("Oakfield Primary School", "E99 2BA", Duty.S175)
    assert (school.duty_reason, school.trust and school.trust.name) == ("", "New Trust")
    assert school.search_text == f" oakfield primary school e99 2ba e992ba {school.urn}"
    noted = db.session.scalars(db.select(Event).where(Event.step == "change_organisation")).one()
    assert noted.actor_name == "Miriam Achebe"
    assert noted.facts["changed"] == ["name", "postcode", "trust"]
    assert "Miriam Achebe changed the details: name, postcode, academy trust" in text_of(
        coordinator.page(f"/organisations/{school.id}").all("main")[0]
    )


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"name": ""}, "Enter the name of the organisation"),
        ({"name": "\x00\u202e \x07"}, "Enter the name of the organisation"),
        ({"name": "A" * 201}, "Name: use 200 characters or fewer. You have 201"),
        ({"is_open": "perhaps"}, "Choose one of the answers listed"),
        ({"reason": ""}, "Enter why you change this"),
        ({"postcode": "E" * 11}, "Postcode: use 10 characters or fewer. You have 11"),
        ({"phone": "call me"}, "Enter a phone number, like 020 7946 0123 or +44 20 7946 0123 ext 12"),
        ({"is_open": "no", "closed_on-day": "31", "closed_on-month": "2", "closed_on-year": "2020"},
         "31 February 2020 is not a real date"),
        ({"closed_on-day": "1", "closed_on-month": "2", "closed_on-year": "2020"},
         "An organisation that is open has no closing date"),
    ],
)  # fmt: skip
def test_details_that_cannot_be_used_change_nothing(
    coordinator: FlaskClient, typed: dict[str, str], message: str
) -> None:
    school = an_organisation("Before")
    save()
    answer = post(coordinator, f"/organisations/{school.id}/details", {**DETAILS, "locality": "Kept words", **typed})
    assert (answer.status_code, errors_of(answer)) == (400, [message])
    assert "Kept words" in answer.text
    db.session.expire_all()
    assert school.name == "Before"


def test_emoji_and_right_to_left_names_are_kept(coordinator: FlaskClient) -> None:
    school = an_organisation("Before")
    save()
    post(coordinator, f"/organisations/{school.id}/details", {**DETAILS, "name": "בית ספר \u202e🌳"})
    db.session.expire_all()
    assert school.name == "בית ספר 🌳"
    assert names_on(coordinator, "/organisations?search=ספר") == ["בית ספר 🌳"]


def test_the_second_of_two_who_change_the_details_sees_both_texts(coordinator: FlaskClient, sign_in: SignIn) -> None:
    school = an_organisation("Before")
    second = sign_in(a_person(Role.COORDINATOR))
    save()
    address = f"/organisations/{school.id}/details"
    stale = {
        name: re.search(f'name="{name}" value="([^"]+)"', second.get(address).text) for name in ("seen", "csrf_token")
    }
    old_tab = {name: found[1] for name, found in stale.items() if found}
    post(coordinator, address, {**DETAILS, "name": "First Name"})
    answer = second.post(address, data={**old_tab, **DETAILS, "name": "Second Name"})
    assert answer.status_code == 409
    assert "Name: First Name" in answer.text and 'value="Second Name"' in answer.text
    db.session.expire_all()
    assert school.name == "First Name"
    now = re.search('name="seen" value="([^"]+)"', answer.text)
    assert now
    assert second.post(address, data={**old_tab, "seen": now[1], **DETAILS, "name": "Second Name"}).status_code == 302


def test_adding_by_hand(coordinator: FlaskClient) -> None:
    an_organisation(urn="900777")
    agency = {"name": "Marsh Health Trust", "duty": "s11", "borough": str(a_borough().id), "type_name": "Health trust"}
    save()
    taken = post(coordinator, "/organisations/new", {**agency, "urn": "900777"})
    assert (taken.status_code, errors_of(taken)) == (400, ["Another organisation of the register has this URN"])
    assert "Marsh Health Trust" in taken.text
    wrong = post(coordinator, "/organisations/new", {**agency, "urn": "12", "borough": "999"})
    assert errors_of(wrong) == ["Choose one of the answers listed", "URN must be six digits, like 100221"]
    added = post(coordinator, "/organisations/new", agency)
    trust = db.session.scalars(db.select(Organisation).where(Organisation.name == "Marsh Health Trust")).one()
    assert added.location == f"/organisations/{trust.id}"
    assert (trust.urn, trust.duty, trust.is_open) == (None, Duty.S11, True)
    assert (trust.duty_reason, trust.duty_set_by) == ("When it was added by hand", "Miriam Achebe")
    for_request = post(coordinator, "/organisations/new", {**agency, "name": "Other", "review": "HAC-2026-014"})
    assert for_request.location == "/reviews/HAC-2026-014/request?search=Other"


def test_contacts_are_added_changed_and_ended_but_never_lost(coordinator: FlaskClient) -> None:
    school = an_organisation("Oakfield")
    save()
    page = f"/organisations/{school.id}"
    ann = {"name": "Ann Lee", "role": "Safeguarding lead", "email": "ann@oakfield.example", "phone": "020 7946 0123"}
    missing = post(coordinator, f"{page}/contacts/new", {"email": "ann at oakfield"})
    assert errors_of(missing) == [
        "Enter the name", "Enter the role", "Enter an email address in the correct format, like name@school.org.uk",
    ]  # fmt: skip
    assert post(coordinator, f"{page}/contacts/new", ann).location == page
    contact = db.session.scalars(db.select(Contact).where(Contact.name == "Ann Lee")).one()
    assert contact.organisation_id == school.id
    one = f"{page}/contacts/{contact.id}"
    assert post(coordinator, one, {**ann, "email": "ann.lee@oakfield.example"}).status_code == 302
    for _ in range(2):  # a double click
        assert post(coordinator, f"{one}/end", {}, page=page).status_code == 302
    db.session.expire_all()
    assert contact.email == "ann.lee@oakfield.example" and contact.ended_at is not None
    assert [each.step for each in queries.db.session.scalars(db.select(Event).order_by(Event.id))] == [
        "add_contact", "change_contact", "end_contact",
    ]  # fmt: skip
    other = an_organisation()
    save()
    assert coordinator.get(f"/organisations/{other.id}/contacts/{contact.id}").status_code == 404


def test_suggestions_tell_everybody_name_and_place_and_nothing_more(client: FlaskClient) -> None:
    school = an_organisation("Oakfield Primary School", postcode="E99 2BA", phone="020 7946 0999", urn="900103")
    an_organisation("Great Oakfield School", postcode="", town="")
    an_organisation("Oakfield Closed School", is_open=False)
    save()
    answer = client.get("/organisations/suggestions?q=oakf")
    assert answer.json == [
        {"id": school.id, "name": "Oakfield Primary School", "place": "London, E99 2BA"},
        {"id": school.id + 1, "name": "Great Oakfield School", "place": ""},
    ]
    assert client.get("/organisations/suggestions?q=900103").json == answer.json[:1]
    for nothing in ("", "?q=", "?q=%25", "?q=%00", f"?q={'x' * 5000}", "?q='; drop table organisation"):
        assert client.get(f"/organisations/suggestions{nothing}").json == []
