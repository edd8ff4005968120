"""The six-digit code before confidential pages behind a personal link."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peerreview import access, links
from peerreview.extensions import db
from peerreview.models import Letter, PersonalLink, Purpose
from peerreview.workflow import Stage
from tests.builders import a_review, save


@pytest.fixture
def link(app: Flask) -> PersonalLink:
    review = a_review(Stage.RESPONDING)
    link = links.give(review, Purpose.ORGANISATION, "Priya Head", "head@school.example")
    save()
    return link


def codes() -> list[str]:
    """The codes in the letters, oldest first."""
    rows = db.session.scalars(db.select(Letter).where(Letter.name == "code").order_by(Letter.id))
    return [found[1] for row in rows if (found := re.search(r"page: ([0-9]{6})", links.fill(row.text)))]


def test_the_code_opens_the_page_that_was_wanted(client: FlaskClient, link: PersonalLink) -> None:
    token = links.token(link)
    asked = f"/my/{token}/code?next=/my/{token}/report"
    page = client.page(asked)
    assert page.h1 == "Confirm that it is you"
    assert "h…@school.example" in client.get(asked).get_data(as_text=True)
    assert codes() == []  # looking sends nothing
    answer = client.submit(asked, to=f"/my/{token}/codes?next=/my/{token}/report")
    letter = db.session.scalars(db.select(Letter)).one()
    assert (letter.recipient_email, letter.urgent) == ("head@school.example", True)
    code = codes()[0]
    assert code not in letter.text
    wrong = client.submit(answer.location, {"code": "000000" if code != "000000" else "111111"})
    assert "That code is not right or no longer works" in wrong.get_data(as_text=True)
    right = client.submit(answer.location, {"code": f"{code[:3]} {code[3:]}"})
    assert right.location == f"/my/{token}/report"
    with client.session_transaction() as session:
        assert f"code:{link.id}:{link.generation}" in session
    used = client.submit(answer.location, {"code": code})
    assert "That code is not right or no longer works" in used.get_data(as_text=True)


def test_a_new_code_ends_the_one_before_it_and_tries_are_counted(client: FlaskClient, link: PersonalLink) -> None:
    token = links.token(link)
    for _ in range(2):
        client.submit(f"/my/{token}/code?sent=1", to=f"/my/{token}/codes?next=/my/{token}")
    first, second = codes()
    page = f"/my/{token}/code?sent=1"
    assert first == second or client.submit(page, {"code": first}).status_code == 200
    for _ in range(5):
        client.submit(page, {"code": "999999" if second != "999999" else "888888"})
    assert client.submit(page, {"code": second}).status_code == 200  # the right one, too late


def test_codes_are_sent_a_few_times_an_hour(client: FlaskClient, link: PersonalLink) -> None:
    token = links.token(link)
    act = f"/my/{token}/codes?next=/my/{token}"
    answers = [client.submit(f"/my/{token}/code?sent=1", to=act).status_code for _ in range(7)]
    assert answers == [302] * 6 + [429]


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/people", "/my/1-x/report"])
def test_the_code_leads_only_to_pages_of_the_same_link(client: FlaskClient, link: PersonalLink, elsewhere: str) -> None:
    token = links.token(link)
    sent = client.submit(f"/my/{token}/code?next={elsewhere}", to=f"/my/{token}/codes?next=/my/{token}")
    assert client.submit(sent.location, {"code": codes()[0]}).location == f"/my/{token}"


def test_an_outsider_gets_nothing(client: FlaskClient, link: PersonalLink) -> None:
    token = links.token(link)
    for other in (token[:-1], f"{link.id + 1}-{token.partition('-')[2]}", "nothing"):
        assert client.get(f"/my/{other}/code").status_code == 404
    assert access.CODE_HOLDS == 3600
