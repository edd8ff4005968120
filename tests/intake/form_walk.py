"""Walking through the public form as somebody with a browser does, for the tests of this folder."""

import re
from typing import Any
from unittest.mock import patch

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from peerreview.extensions import db
from peerreview.intake import drafts
from peerreview.models import Organisation, Review
from tests.inspector import Page, text_of

YOU = {"name": "Ann Lee", "role": "Safeguarding lead", "email": "ann@oakfield.example", "phone": "020 7946 0123"}
REVIEW = {"audit": "s175", "why_now": "We finished our audit.\nA fresh eye would help.", "suits": "Any Tuesday",
          "does_not_suit": "The week of 7 December"}  # fmt: skip


def token(client: FlaskClient, address: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)
    assert found, address
    return found[1]


def post(client: FlaskClient, address: str, data: dict[str, Any], page: str = "") -> TestResponse:
    return client.post(address, data={"csrf_token": token(client, page or address), **data})


def begin(client: FlaskClient) -> str:
    """The address of a new request's pages, without the last part."""
    return post(client, "/request", {}).location.removesuffix("/organisation")


def answered(client: FlaskClient, organisation: Organisation, **you: str) -> str:
    """A request with every answer, not sent yet."""
    form = begin(client)
    assert post(client, f"{form}/organisation", {"picked": str(organisation.id)}).location == f"{form}/you"
    assert post(client, f"{form}/you", {**YOU, **you}).location == f"{form}/review"
    assert post(client, f"{form}/review", REVIEW).location == f"{form}/check"
    return form


def send(client: FlaskClient, form: str) -> TestResponse:
    with patch.object(drafts, "QUICKEST", 0.0):
        return post(client, f"{form}/check", {})


def only_review() -> Review:
    return db.session.scalars(db.select(Review)).one()


def errors_of(answer: TestResponse) -> list[str]:
    return [text_of(item) for found in Page(answer.text).with_class("govuk-error-summary__list") for item in found]


def main_of(answer: TestResponse) -> str:
    return text_of(Page(answer.text).all("main")[0])
