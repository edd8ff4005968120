"""The pages on which calendar addresses are seen, renewed and ended, and who must not reach them."""

import pytest

from peerreview.calendars import addresses
from peerreview.extensions import db
from peerreview.models import CalendarFeed, Event
from peerreview.workflow import Role
from tests.builders import a_borough, a_person, save
from tests.calendars.conftest import path_of, summaries
from tests.inspector import text_of


def shown(page):
    """The addresses on a page, as paths."""
    boxes = [box for box in page.all("input") if "readonly" in box.attrib]
    return [box.attrib["value"].removeprefix("http://localhost") for box in boxes]


def test_making_seeing_renewing_and_ending_ones_own_address(agreed, client, sign_in):
    person = agreed.lead.person
    browser = sign_in(person)
    page = browser.page("/my-calendar")
    assert shown(page) == [] and "No address has been made yet." in text_of(page.root)
    browser.submit("/my-calendar", {}, to="/my-calendar/address")
    (first,) = shown(browser.page("/my-calendar"))
    assert summaries(client.get(first)) == [f"Peer review of {agreed.organisation_name}"]
    browser.submit("/my-calendar", {}, to="/my-calendar/address")
    (second,) = shown(browser.page("/my-calendar"))
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    browser.submit("/my-calendar", {}, to="/my-calendar/revocation")
    page = browser.page("/my-calendar")
    assert shown(page) == [] and "The address is switched off." in text_of(page.root)
    assert client.get(second).status_code == 404
    browser.submit("/my-calendar", {}, to="/my-calendar/address")
    (third,) = shown(browser.page("/my-calendar"))
    assert (client.get(second).status_code, client.get(third).status_code) == (404, 200)
    steps = db.session.scalars(db.select(Event.step).where(Event.person_id == person.id).order_by(Event.id)).all()
    assert steps == ["calendar_address_made"] * 2 + ["calendar_address_ended", "calendar_address_made"]


def test_a_double_click_and_an_old_page_change_nothing(agreed, sign_in):
    person = agreed.lead.person
    browser = sign_in(person)
    token = browser.token("/my-calendar")
    for _ in range(2):
        browser.post("/my-calendar/address", data={"csrf_token": token, "generation": 0})
    browser.post("/my-calendar/revocation", data={"csrf_token": token, "generation": 0})
    feed = addresses.of(person)
    assert (feed.generation, feed.revoked_at) == (1, None)
    assert "That page was not the latest" in text_of(browser.page("/my-calendar").root)


def test_everybody_with_an_account_finds_the_page_from_their_account(app, sign_in):
    person = a_person(Role.ADMINISTRATOR)
    save()
    links = [link.attrib.get("href") for link in sign_in(person).page("/account").all("a")]
    assert "/my-calendar" in links


def test_a_coordinator_makes_and_ends_the_addresses_of_their_boroughs(agreed, client, coordinator, sign_in):
    a_borough("COL")
    save()
    browser = sign_in(coordinator)
    assert [text_of(h) for h in browser.page("/borough-calendars").all("h2")] == ["City of London", "Hackney"]
    browser.submit("/borough-calendars", {}, to="/borough-calendars/HAC/address")
    page = browser.page("/borough-calendars")
    (path,) = shown(page)
    assert f"by {coordinator.name}." in text_of(page.root)
    assert summaries(client.get(path)) == [agreed.reference]
    browser.submit("/borough-calendars", {}, to="/borough-calendars/HAC/revocation")
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("act", ["address", "revocation"])
def test_a_coordinator_elsewhere_cannot_touch_a_boroughs_address(agreed, client, sign_in, act):
    elsewhere = a_person(Role.COORDINATOR, a_borough("COL"))
    path = path_of(a_borough())
    browser = sign_in(elsewhere)
    assert [text_of(h) for h in browser.page("/borough-calendars").all("h2")] == ["City of London"]
    data = {"csrf_token": browser.token("/borough-calendars"), "generation": 1}
    assert browser.post(f"/borough-calendars/HAC/{act}", data=data).status_code == 404
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.EXECUTIVE, Role.ADMINISTRATOR])
def test_nobody_else_sees_the_boroughs_page(app, sign_in, role):
    person = a_person(role)
    save()
    browser = sign_in(person)
    assert browser.get("/borough-calendars").status_code == 404
    data = {"csrf_token": browser.token("/my-calendar"), "generation": 0}
    assert browser.post("/borough-calendars/HAC/address", data=data).status_code == 404
    assert db.session.scalar(db.select(CalendarFeed)) is None
    assert "/borough-calendars" not in [a.attrib.get("href") for a in browser.page("/my-calendar").all("a")]


@pytest.mark.parametrize("path", ["/my-calendar", "/borough-calendars"])
def test_a_stranger_is_asked_to_sign_in(app, client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.location.split("?")[0]) == (302, "/sign-in")


def test_nobody_sees_somebody_elses_address(agreed, sign_in):
    lead, other = agreed.lead.person, a_person(Role.REVIEWER)
    path = path_of(lead)
    assert path not in sign_in(other).get("/my-calendar").get_data(as_text=True)
