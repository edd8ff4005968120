"""The delivery page, and sending a letter again from it: who sees which letters, and how much of them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from peerreview import letters, outbox
from peerreview.extensions import db
from peerreview.models import Delivery, Event, Letter, MailContact, Person, Review, utc_now
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, an_organisation, save
from tests.conftest import SignIn
from tests.inspector import Page, text_of
from tests.mail_server import mail_server

CANARY = "Quillfeather"


@pytest.fixture
def review(app: Flask) -> Review:
    review = a_review(Stage.ARRANGING, an_organisation("Oakfield Primary School"))
    save()
    return review


def a_failed_letter(review: Review | None, email: str = "head@oldaddress.example", **columns: Any) -> Letter:
    facts = {"review": review, "reason": CANARY} if review else {"first": True, "address": "http://localhost/x"}
    letter = letters.write("withdrawn" if review else "choose_password", to=("Ada Okafor", email), **facts)
    letter.delivery, letter.trouble = Delivery.FAILED, "The mail server refused this address. It said: 550 no"
    for name, value in columns.items():
        setattr(letter, name, value)
    save()
    return letter


def read(browser: Any, address: str = "/delivery") -> str:
    return text_of(Page(browser.get(address).text).root)


def test_an_administrator_sees_every_letter_but_nothing_that_it_says(review: Review, sign_in: SignIn) -> None:
    letter, other = a_failed_letter(review), a_failed_letter(None, "new@board.example")
    browser = sign_in(a_person(Role.ADMINISTRATOR))
    page = read(browser)
    assert f"Review withdrawn to Ada Okafor, head@oldaddress.example {review.reference} Oakfield" in page
    assert "Choose a password to Ada Okafor, new@board.example" in page
    assert "It said: 550 no" in page
    for one in (letter, other):
        shown = browser.get(f"/delivery/letters/{one.id}").text
        assert CANARY not in shown and one.text not in shown
    assert CANARY not in page


def test_a_coordinator_sees_the_letters_of_their_boroughs(review: Review, sign_in: SignIn) -> None:
    mine = a_failed_letter(review)
    elsewhere = a_review(Stage.ARRANGING, an_organisation("Walbrook School", a_borough("COL")))
    theirs, nobodys = a_failed_letter(elsewhere, "walbrook@school.example"), a_failed_letter(None, "x@board.example")
    browser = sign_in(a_person(Role.COORDINATOR, review.borough))
    page = browser.page("/delivery")
    said = text_of(page.root)
    assert "Could not be delivered 1" in said and "head@oldaddress.example" in said
    assert "walbrook@school.example" not in said and "x@board.example" not in said
    mending = [a.attrib["href"] for a in page.all("a") if text_of(a).startswith("Mend the address")]
    assert mending == [f"/reviews/{review.reference}/letters/{mine.id}"]
    for one in (mine, theirs, nobodys):
        assert browser.get(f"/delivery/letters/{one.id}").status_code == 404


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.EXECUTIVE])
def test_nobody_else(review: Review, sign_in: SignIn, role: Role) -> None:
    letter = a_failed_letter(review)
    browser = sign_in(a_person(role))
    for address in ("/delivery", f"/delivery/letters/{letter.id}", "/delivery/test-letter", "/letter-templates/notice"):
        assert browser.get(address).status_code == 404
    assert "Letters" not in text_of(browser.page("/account").all("header")[0])


def test_what_waits_and_what_went(review: Review, sign_in: SignIn) -> None:
    for minutes in (3, 47):
        letter = a_failed_letter(review)
        letter.delivery, letter.trouble = Delivery.WAITING, "The mail server mail.example could not be reached."
        letter.queued_at = utc_now() - timedelta(minutes=minutes)
    a_failed_letter(review, delivery=Delivery.SENT, sent_at=utc_now())
    a_failed_letter(review, delivery=Delivery.SENT, sent_at=utc_now() - timedelta(days=2))
    browser = sign_in(a_person(Role.ADMINISTRATOR))
    page = read(browser)
    assert "Waiting to be sent 2, the oldest for 47 minutes" in page
    assert "Sent today 1" in page
    assert "A letter has waited for 47 minutes. The mail server mail.example could not be reached." in page
    for letter in db.session.scalars(db.select(Letter)):
        letter.queued_at = utc_now() - timedelta(minutes=9)
    save()
    assert "has waited for" not in read(browser)


def test_when_the_mail_server_was_last_reached(app: Flask, review: Review, sign_in: SignIn) -> None:
    browser = sign_in(a_person(Role.ADMINISTRATOR))
    assert "Mail server last reached Not yet" in read(browser)
    letters.write("reinstated", to=("Ada", "ada@school.example"), review=review)
    save()
    with mail_server() as server:
        app.config["MAIL_PORT"] = app.extensions["mail"].port = server.port
        assert outbox.deliver_waiting() == 1
    assert "(just now)" in read(browser) and "The last try" not in read(browser)
    letters.write("reinstated", to=("Ada", "ada@school.example"), review=review)
    save()
    outbox.deliver_waiting()
    assert "The last try The mail server 127.0.0.1 could not be reached. (just now)" in read(browser)
    app.config["MAIL_SERVER"] = ""
    assert "None is set: letters are kept" in read(browser) and "last reached" not in read(browser)
    contact = db.session.scalars(db.select(MailContact)).one()
    assert contact.reached_at is not None and contact.reached_at < contact.tried_at


def test_an_administrator_mends_an_account_and_its_letter_goes_again(app: Flask, sign_in: SignIn) -> None:
    person, other = a_person(Role.REVIEWER, email="typo@board.example"), a_person(Role.COORDINATOR)
    letter, browser = a_failed_letter(None, "typo@board.example"), sign_in(a_person(Role.ADMINISTRATOR))
    address = f"/delivery/letters/{letter.id}"
    refused = browser.submit(address, {"email": other.email.upper()})  # type: ignore[attr-defined]
    assert f"{other.name} signs in with this address already" in text_of(Page(refused.text).root)
    assert letter.delivery is Delivery.FAILED
    browser.submit(address, {"email": "right@board.example"})  # type: ignore[attr-defined]
    db.session.expire_all()
    assert (letter.delivery, letter.recipient_email, letter.tries) == (Delivery.WAITING, "right@board.example", 0)
    assert db.session.get_one(Person, person.id).email == "right@board.example"
    assert db.session.scalars(db.select(Event).where(Event.step == "mend_address")).one().facts == {"to": "Ada Okafor"}
    gone = browser.post(address, data={"csrf_token": browser.token("/delivery/test-letter"), "email": "a@b.example"})  # type: ignore[attr-defined]
    assert gone.status_code == 200 and letter.recipient_email == "right@board.example"


def test_an_invitation_goes_again_to_its_own_address_only(review: Review, sign_in: SignIn) -> None:
    data = {"calendar": b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n", "calendar_method": "REQUEST"}
    letter, browser = a_failed_letter(review, **data), sign_in(a_person(Role.ADMINISTRATOR))
    address = f"/delivery/letters/{letter.id}"
    assert "an invitation that names its address" in read(browser, address)
    browser.submit(address, {"email": "elsewhere@school.example"})  # type: ignore[attr-defined]
    db.session.expire_all()
    assert (letter.delivery, letter.recipient_email) == (Delivery.WAITING, "head@oldaddress.example")


@pytest.fixture
def queries_of(app: Flask) -> Callable[[Any], int]:
    def counted(act: Any) -> int:
        asked: list[str] = []
        note = lambda *facts: asked.append(facts[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            act()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(asked)

    return counted


def test_as_many_queries_for_five_thousand_letters_as_for_one(
    review: Review, sign_in: SignIn, queries_of: Callable[[Any], int]
) -> None:
    browser = sign_in(a_person(Role.COORDINATOR, review.borough))
    first = a_failed_letter(review)
    browser.get("/delivery")
    one = queries_of(lambda: browser.get("/delivery"))
    values = {column.name: getattr(first, column.name) for column in Letter.__table__.columns if column.name != "id"}
    many = [values | {"message_id": f"<{n}@board.example>"} for n in range(5000)]
    for n, row in enumerate(many):
        row["delivery"] = (Delivery.FAILED, Delivery.SENT, Delivery.WAITING)[n % 3]
    db.session.execute(db.insert(Letter), many)
    save()
    assert queries_of(lambda: browser.get("/delivery")) <= one + 1
    assert "Could not be delivered 1668" in read(browser)
    assert browser.page("/delivery?page=34").title == "Letters – Peer Review"  # type: ignore[attr-defined]
    assert "Waiting to be sent 1666" in read(browser, "/delivery?page=99")
