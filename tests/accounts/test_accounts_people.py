"""People, roles and settings: what an administrator can do, and that nobody else can."""

import re

import pytest
from flask import Flask

from peerreview import links
from peerreview.extensions import db
from peerreview.models import Borough, Event, Letter, Membership, Person, Reviewer, Setting, board_detail, setting
from peerreview.workflow import Role
from tests.builders import a_borough, a_person, save
from tests.conftest import SignIn

PAGES = ["/people", "/people/add", "/people/1", "/settings"]
ACTS = ["/people/1/deactivation", "/people/1/reactivation", "/people/1/second-factor-reset", "/people/1/password-link",
        "/people/1/roles/1/removal"]  # fmt: skip


@pytest.fixture
def ada(app: Flask) -> Person:
    """An administrator."""
    ada = a_person(Role.ADMINISTRATOR, name="Ada Lovage")
    a_borough()
    save()
    return ada


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.REVIEWER, Role.EXECUTIVE])
def test_only_administrators_see_and_change_people(app: Flask, ada: Person, sign_in: SignIn, role: Role) -> None:
    outsider = a_person(role)
    save()
    browser = sign_in(outsider)
    assert {browser.get(page).status_code for page in PAGES} == {404}
    token = browser.token("/account")
    assert {browser.post(act, data={"csrf_token": token}).status_code for act in ACTS} == {404}
    nobody = app.test_client()
    assert all(nobody.get(page).location.startswith("/sign-in?next=") for page in PAGES)
    assert db.session.get_one(Person, ada.id).active


def test_somebody_new_is_sent_a_link_and_can_choose_a_password(app: Flask, ada: Person, sign_in: SignIn) -> None:
    browser = sign_in(ada)
    borough = db.session.scalars(db.select(Borough)).one()
    new = {"name": "Rosa Quince", "email": "Rosa@Board.Example", "role": "reviewer:lay_member", "borough": borough.id}
    answer = browser.submit("/people/add", new)
    rosa = db.session.scalars(db.select(Person).where(Person.email == "rosa@board.example")).one()
    assert answer.location == f"/people/{rosa.id}"
    assert [(held.role, held.borough_id) for held in rosa.appointments] == [(Role.REVIEWER, borough.id)]
    assert db.session.scalars(db.select(Reviewer)).one().membership is Membership.LAY_MEMBER
    letter = db.session.scalars(db.select(Letter)).one()
    assert letter.subject == "Choose a password for Peer Review, within two days"
    path = re.search(r"http://localhost(/password-reset/\S+)", links.fill(letter.text))
    assert path
    assert app.test_client().page(path[1]).h1 == "Choose a password"
    steps = [event.step for event in db.session.scalars(db.select(Event).order_by(Event.id))]
    assert steps == ["person_added", "role_given", "password_link_sent"]
    assert "Rosa Quince" in browser.get("/people").get_data(as_text=True)
    page = browser.get(f"/people/{rosa.id}").get_data(as_text=True)
    assert "role given (Reviewer, Hackney), by Ada Lovage" in page


def test_what_is_missing_or_double_is_said_at_its_field(ada: Person, sign_in: SignIn) -> None:
    browser = sign_in(ada)
    empty = browser.submit("/people/add", {}).get_data(as_text=True)
    assert "Enter the full name" in empty and "Enter the email address" in empty and "Choose a role" in empty
    double = {"name": "Ada Again", "email": ada.email.upper(), "role": "coordinator", "borough": ""}
    refused = browser.submit("/people/add", double).get_data(as_text=True)
    assert "Somebody with this email address has an account already" in refused
    assert 'value="Ada Again"' in refused
    forged = browser.submit("/people/add", {**double, "email": "new@board.example", "role": "system", "borough": "77"})
    assert "Choose one of the answers listed" in forged.get_data(as_text=True)
    assert db.session.scalar(db.select(db.func.count(Person.id))) == 1


def test_roles_are_given_and_taken(ada: Person, sign_in: SignIn) -> None:
    browser, tom = sign_in(ada), a_person(Role.COORDINATOR)
    save()
    for _ in range(2):  # a double click gives it once
        browser.submit(f"/people/{tom.id}", {"role": "executive", "borough": ""})
    assert sorted(held.role for held in db.session.get_one(Person, tom.id).appointments) == ["coordinator", "executive"]
    held = next(one for one in tom.appointments if one.role is Role.COORDINATOR)
    address = f"/people/{tom.id}/roles/{held.id}/removal"
    browser.submit(f"/people/{tom.id}", to=address)
    assert [held.role for held in db.session.get_one(Person, tom.id).appointments] == [Role.EXECUTIVE]
    token = browser.token(f"/people/{tom.id}")
    assert browser.post(address, data={"csrf_token": token}).status_code == 404  # an old tab
    other = f"/people/{tom.id}/roles/{ada.appointments[0].id}/removal"
    assert browser.post(other, data={"csrf_token": token}).status_code == 404  # another person's role


def test_the_last_administrator_stays(ada: Person, sign_in: SignIn) -> None:
    browser = sign_in(ada)
    removal = f"/people/{ada.id}/roles/{ada.appointments[0].id}/removal"
    for act in (removal, f"/people/{ada.id}/deactivation"):
        assert browser.submit(f"/people/{ada.id}", to=act).location == f"/people/{ada.id}"
        assert "There must be another active administrator first" in browser.get(f"/people/{ada.id}").get_data(True)
    kept = db.session.get_one(Person, ada.id)
    assert kept.active and kept.holds(Role.ADMINISTRATOR)


def test_a_closed_account_is_out_at_once_and_can_be_opened(ada: Person, sign_in: SignIn) -> None:
    browser, tom = sign_in(ada), a_person(Role.COORDINATOR)
    save()
    toms = sign_in(tom)
    assert toms.get("/account").status_code == 200
    browser.submit(f"/people/{tom.id}", to=f"/people/{tom.id}/deactivation")
    assert toms.get("/account").location.startswith("/sign-in")
    browser.submit(f"/people/{tom.id}", to=f"/people/{tom.id}/reactivation")
    assert db.session.get_one(Person, tom.id).active


def test_getting_somebody_in_again(ada: Person, sign_in: SignIn) -> None:
    tom = a_person(Role.COORDINATOR, tf_primary_method="authenticator", tf_totp_secret="x", mf_recovery_codes=["a"])
    save()
    browser, before = sign_in(ada), tom.fs_uniquifier
    browser.submit(f"/people/{tom.id}", to=f"/people/{tom.id}/second-factor-reset")
    browser.submit(f"/people/{tom.id}", to=f"/people/{tom.id}/password-link")
    anew = db.session.get_one(Person, tom.id)
    assert (anew.tf_primary_method, anew.tf_totp_secret, anew.mf_recovery_codes or None) == (None, None, None)
    assert anew.fs_uniquifier != before
    assert db.session.scalars(db.select(Letter.recipient_email)).all() == [tom.email]


def test_the_list_asks_as_often_for_three_as_for_one(ada: Person, sign_in: SignIn) -> None:
    browser, counted = sign_in(ada), []
    for _ in range(2):
        asked: list[str] = []
        db.event.listen(db.engine, "before_cursor_execute", lambda *call, asked=asked: asked.append(call[2]))
        browser.get("/people")
        counted.append(len(asked))
        a_person(Role.EXECUTIVE)
        a_person(Role.REVIEWER)
        save()
    assert counted[1] - counted[0] <= 0


def test_settings_are_changed_and_the_change_is_kept(ada: Person, sign_in: SignIn) -> None:
    browser = sign_in(ada)
    page = browser.page("/settings")
    values = {box.attrib["name"]: box.attrib.get("value", "") for box in page.all("input") if "name" in box.attrib}
    changed = {**values, "response": "15", "contact_email": "reviews@board.example"}
    browser.submit("/settings", changed)
    assert setting("response") == 15 and setting("notice") == 20
    assert board_detail("contact_email") == "reviews@board.example"
    assert [row.name for row in db.session.scalars(db.select(Setting))] == ["response"]
    facts = [event.facts for event in db.session.scalars(db.select(Event).where(Event.step == "setting_changed"))]
    assert {"setting": "response", "before": 10, "after": 15} in facts and len(facts) == 2
    shown = browser.get("/settings").get_data(as_text=True)
    assert "Response period for the initial report, from “10” to “15”, by Ada Lovage" in shown
    wrong = browser.submit("/settings", {**changed, "response": "0", "notice": "soon"}).get_data(as_text=True)
    assert "must be between 1 and 365" in wrong and "must be a whole number" in wrong
    assert setting("response") == 15


def test_the_first_administrator_by_command(app: Flask) -> None:
    run = app.test_cli_runner()
    made = run.invoke(args=["people", "add", "First@Board.Example", "--name", "First Person"])
    assert made.exit_code == 0, made.output
    link = re.search(r"http://localhost(/password-reset/\S+)", made.output)
    assert link
    first = db.session.scalars(db.select(Person)).one()
    assert (first.email, first.name, first.holds(Role.ADMINISTRATOR)) == ("first@board.example", "First Person", True)
    assert app.test_client().page(link[1]).h1 == "Choose a password"
    again = run.invoke(args=["people", "add", "first@board.example", "--name", "First Person"])
    assert again.exit_code == 0 and "/password-reset/" in again.output
    assert db.session.scalar(db.select(db.func.count(Person.id))) == 1
    assert (
        "There is no borough with the code XXX."
        in run.invoke(
            args=["people", "add", "b@board.example", "--name", "B", "--role", "executive", "--borough", "XXX"]
        ).output
    )
