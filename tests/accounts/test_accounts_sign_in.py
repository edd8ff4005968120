"""Signing in with password and phone, the ways back in, and what a stranger can learn (nothing)."""

import re
import time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password, password_complexity_validator
from passlib.totp import TOTP
from werkzeug.test import TestResponse

from peerreview import links
from peerreview.accounts import actions
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Letter, Person
from peerreview.workflow import Role
from tests.builders import a_person, save
from tests.inspector import Page

PASSWORD = "heron teapot gravel nine"


def send(browser: FlaskClient, url: str, page: str | None = None, **fields: Any) -> TestResponse:
    """Fill in a page's form as a browser would, with the token that the page holds."""
    shown = Page(browser.get(page or url).get_data(as_text=True))
    token = next(box.attrib["value"] for box in shown.all("input") if box.attrib.get("name") == "csrf_token")
    return browser.post(url, data={"csrf_token": token, **fields})


def from_page(browser: FlaskClient, response: TestResponse, **fields: Any) -> TestResponse:
    """Send the form with these fields, of a page that a POST answered with."""
    page = Page(response.get_data(as_text=True))
    form = next(
        form for form in page.all("form") if any(box.attrib.get("name") in fields for box in form.iter("input"))
    )
    boxes = {box.attrib["name"]: box.attrib.get("value", "") for box in form.iter("input") if "name" in box.attrib}
    return browser.post(form.attrib["action"], data={**boxes, **fields})


def with_password(**columns: Any) -> Person:
    person = a_person(Role.COORDINATOR, password=hash_password(PASSWORD), **columns)
    save()
    return person


def sign_in_first(browser: FlaskClient, person: Person) -> TOTP:
    """Password, setting up a phone, and keeping the codes; gives back the phone."""
    answer = send(browser, "/sign-in", email=person.email, password=PASSWORD)
    assert answer.location == "/account/second-factor"
    shown = send(browser, "/account/second-factor", setup="authenticator")
    key = re.search(r"Key: <strong[^>]*>([^<]+)<", shown.get_data(as_text=True))
    assert key
    phone = TOTP(key=key[1].replace("-", ""), format="base32")
    answer = from_page(browser, shown, code=phone.generate().token)
    assert answer.location == "/"
    return phone


def kept_codes(browser: FlaskClient) -> list[str]:
    page = Page(send(browser, "/account/recovery-codes").get_data(as_text=True))
    return ["".join(item.itertext()) for item in page.with_class("app-code")]


def test_the_first_sign_in_sets_up_a_phone_and_recovery_codes(app: Flask, client: FlaskClient) -> None:
    person = with_password()
    sign_in_first(client, person)
    assert client.get("/account").location == "/account/recovery-codes"
    codes = kept_codes(client)
    assert len(codes) == 8 and all(re.fullmatch("[0-9a-f]{4}(-[0-9a-f]{4}){2}", code) for code in codes)
    stored = db.session.get_one(Person, person.id, populate_existing=True)
    assert not set(codes) & set(stored.mf_recovery_codes or [])  # encrypted
    page = client.page("/account")
    assert page.h1 == "Your account"
    assert person.name in client.get("/account").get_data(as_text=True)


def test_later_sign_ins_ask_for_a_code_that_works_once(app: Flask, client: FlaskClient) -> None:
    person = with_password()
    phone = sign_in_first(client, person)
    kept_codes(client)
    used = phone.generate().token
    other = app.test_client()
    assert send(other, "/sign-in", email=person.email, password=PASSWORD).location == "/sign-in/second-factor?next=/"
    assert other.get("/account").location.startswith("/sign-in?next=")  # a password alone opens nothing
    refused = send(other, "/sign-in/second-factor", code=used)
    assert "That code is not right, or has been used" in refused.get_data(as_text=True)
    wrong = send(other, "/sign-in/second-factor", code="000000")
    assert wrong.status_code == 200
    next_code = phone.generate(int(time.time()) + 30).token
    assert send(other, "/sign-in/second-factor", code=next_code).location == "/"
    assert other.page("/account").h1 == "Your account"


def test_a_recovery_code_lets_in_once(app: Flask, client: FlaskClient) -> None:
    person = with_password()
    sign_in_first(client, person)
    code = kept_codes(client)[0]
    for lets_in in (True, False):
        other = app.test_client()
        send(other, "/sign-in", email=person.email, password=PASSWORD)
        answer = send(other, "/sign-in/recovery-code", code=f" {code.replace('-', ' ').upper()}")  # as a phone types it
        assert (answer.location == "/") is lets_in
        assert (other.get("/account").status_code == 200) is lets_in


def test_where_somebody_wanted_to_go_is_kept_through_both_steps(app: Flask, client: FlaskClient) -> None:
    person = with_password()
    phone = sign_in_first(client, person)
    kept_codes(client)
    other = app.test_client()
    wanted = other.get("/account/password").location
    first = send(other, wanted, email=person.email, password=PASSWORD)
    code = phone.generate(int(time.time()) + 30).token
    second = send(other, first.location, code=code)
    assert second.location.endswith("/account/password")


def test_nobody_is_sent_to_another_site(app: Flask, client: FlaskClient) -> None:
    person = with_password()
    answer = send(client, "/sign-in?next=https://evil.example/", email=person.email, password=PASSWORD)
    assert "evil.example" not in answer.headers.get("Location", "")


def texts(response: TestResponse) -> str:
    """What the page says, without its token."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", response.get_data(as_text=True))


def test_a_stranger_does_not_learn_who_has_an_account(app: Flask) -> None:
    known, closed = with_password(), with_password(active=False)
    said = []
    for email in (known.email, closed.email, "nobody@board.example"):
        browser = app.test_client()
        wrong = send(browser, "/sign-in", email=email, password="a wrong password")
        forgotten = send(app.test_client(), "/password-reset", email=email)
        said.append((wrong.status_code, texts(wrong).replace(email, "X"), texts(forgotten).replace(email, "X")))
    assert said[0] == said[1] == said[2]
    assert "The email address or the password is wrong" in said[0][1]
    assert "If X has an account" in said[0][2]
    assert [letter.recipient_email for letter in db.session.scalars(db.select(Letter))] == [known.email]


def test_a_closed_account_does_not_open_with_the_right_password(app: Flask, client: FlaskClient) -> None:
    closed = with_password(active=False)
    answer = send(client, "/sign-in", email=closed.email, password=PASSWORD)
    assert "The email address or the password is wrong" in answer.get_data(as_text=True)


def test_somebody_without_a_password_cannot_sign_in(app: Flask, client: FlaskClient) -> None:
    person = a_person()
    save()
    answer = send(client, "/sign-in", email=person.email, password=PASSWORD)
    assert "The email address or the password is wrong" in answer.get_data(as_text=True)


def test_forgetting_a_password(app: Flask, client: FlaskClient) -> None:
    person = with_password()
    send(client, "/password-reset", email=person.email.upper())
    letter = db.session.scalars(db.select(Letter)).one()
    assert letter.urgent and letter.subject == "Choose a new password for Peer Review, within two days"
    assert "~password-" in letter.text  # nothing usable in the database
    link = re.search(r"http://localhost(/password-reset/\S+)", links.fill(letter.text))
    assert link
    for _ in range(20):
        assert client.head(link[1]).status_code == 200  # a scanner that looks uses nothing up
    assert client.page(link[1]).h1 == "Choose a password"
    short = send(client, link[1], password="short", password_confirm="short")
    assert "The password must have 12 characters or more" in short.get_data(as_text=True)
    new = "otter lantern mile seventeen"
    assert send(client, link[1], password=new, password_confirm=new).location == "/sign-in"
    assert "/password-reset" in client.get(link[1]).location  # used
    notice = db.session.scalars(db.select(Letter).where(Letter.name == "password_changed")).one()
    assert notice.recipient_email == person.email
    assert send(client, "/sign-in", email=person.email, password=new).location == "/account/second-factor"


def test_changing_the_password_signs_out_the_other_devices(app: Flask, client: FlaskClient) -> None:
    person = with_password()
    sign_in_first(client, person)
    kept_codes(client)
    other = app.test_client()
    with client.session_transaction() as mine, other.session_transaction() as theirs:
        theirs.update(mine)
    assert other.get("/account").status_code == 200
    new = "otter lantern mile seventeen"
    wrong = send(client, "/account/password", password="not it", new_password=new, new_password_confirm=new)
    assert "The password is wrong" in wrong.get_data(as_text=True)
    right = send(client, "/account/password", password=PASSWORD, new_password=new, new_password_confirm=new)
    assert right.location == "/account"
    assert client.get("/account").status_code == 200
    assert other.get("/account").location.startswith("/sign-in")


def test_signing_out_everywhere(app: Flask, client: FlaskClient) -> None:
    person = with_password()
    sign_in_first(client, person)
    kept_codes(client)
    other = app.test_client()
    with client.session_transaction() as mine, other.session_transaction() as theirs:
        theirs.update(mine)
    assert send(other, "/account/sessions", page="/account").location == "/sign-in"
    assert client.get("/account").location.startswith("/sign-in")
    assert other.get("/account").location.startswith("/sign-in")


def test_a_reset_second_factor_is_set_up_anew(app: Flask, client: FlaskClient) -> None:
    person = with_password()
    sign_in_first(client, person)
    kept_codes(client)
    actions.reset_second_factor(db.session.get_one(Person, person.id), Actor("Ada", Role.ADMINISTRATOR))
    save()
    assert client.get("/account").location.startswith("/sign-in")
    assert send(client, "/sign-in", email=person.email, password=PASSWORD).location == "/account/second-factor"


def test_a_new_phone_replaces_the_old_one(app: Flask, client: FlaskClient) -> None:
    person = with_password()
    old = sign_in_first(client, person)
    kept_codes(client)
    shown = send(client, "/account/second-factor", setup="authenticator")
    key = re.search(r"Key: <strong[^>]*>([^<]+)<", shown.get_data(as_text=True))
    assert key
    new = TOTP(key=key[1].replace("-", ""), format="base32")
    later = int(time.time()) + 30
    assert from_page(client, shown, code=new.generate(later).token).location == "/account"
    other = app.test_client()
    send(other, "/sign-in", email=person.email, password=PASSWORD)
    assert send(other, "/sign-in/second-factor", code=old.generate(later + 30).token).status_code == 200
    assert send(other, "/sign-in/second-factor", code=new.generate(later + 30).token).location == "/"


def test_too_many_wrong_passwords(app: Flask) -> None:
    person = with_password()
    answers = [send(app.test_client(), "/sign-in", email=person.email, password="wrong").status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
    other = with_password()
    assert send(app.test_client(), "/sign-in", email=other.email, password=PASSWORD).status_code == 302


def test_too_many_wrong_codes(app: Flask, client: FlaskClient) -> None:
    person = with_password()
    sign_in_first(client, person)
    kept_codes(client)
    other = app.test_client()
    send(other, "/sign-in", email=person.email, password=PASSWORD)
    answers = [send(other, "/sign-in/second-factor", code=f"{n:06}").status_code for n in range(11)]
    assert answers == [200] * 10 + [429]


@pytest.mark.parametrize("header", ["Authentication-Token", "Authorization"])
def test_only_a_session_signs_in(app: Flask, client: FlaskClient, header: str) -> None:
    person = with_password()
    token = person.get_auth_token()
    assert client.get("/account", headers={header: token}).location.startswith("/sign-in")
    assert client.get(f"/account?auth_token={token}").location.startswith("/sign-in")


@pytest.mark.parametrize("address", ["/register", "/account", "/account/recovery-codes", "/account/passkeys"])
def test_a_stranger_gets_no_further(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404 if address == "/register" else answer.location.startswith("/sign-in")


def test_passkeys_have_a_page(app: Flask, client: FlaskClient) -> None:
    person = with_password()
    sign_in_first(client, person)
    kept_codes(client)
    assert client.page("/account/passkeys").h1 == "Passkeys"
    asked = send(client, "/account/passkeys", name="Office laptop", usage="secondary")
    assert 'data-passkey="create"' in asked.get_data(as_text=True)
    unnamed = send(client, "/account/passkeys", name="", usage="secondary")
    assert "Enter a name for the passkey" in unnamed.get_data(as_text=True)


@pytest.mark.parametrize(
    ("chosen", "is_taken"),
    [("password12345", False), ("aaaaaaaaaaaaaa", False), ("1234567890123", False), (PASSWORD, True)],
)
def test_a_password_that_is_easy_to_guess_is_refused(app: Flask, chosen: str, is_taken: bool) -> None:
    with app.test_request_context("/account/password", method="POST"):
        assert (password_complexity_validator(chosen, is_register=True) is None) is is_taken
