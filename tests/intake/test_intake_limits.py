"""Too many tries from one address are refused calmly, and nothing typed is lost by it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peerreview.extensions import limiter
from peerreview.intake import drafts
from tests.builders import an_organisation, save
from tests.intake.form_walk import REVIEW, answered, begin, post


@pytest.fixture
def limited(app: Flask) -> Iterator[FlaskClient]:
    """A browser that is counted."""
    limiter.reset()
    yield app.test_client()
    limiter.reset()


def test_suggestions_are_limited(limited: FlaskClient) -> None:
    answers = [limited.get("/organisations/suggestions?q=oak").status_code for _ in range(121)]
    assert answers == [200] * 120 + [429]


def test_sending_is_limited_and_the_draft_stays(limited: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "QUICKEST", 3600.0)
    school = an_organisation("Oakfield")
    save()
    form = answered(limited, school)
    answers = [post(limited, f"{form}/check", {}).status_code for _ in range(31)]
    assert answers == [400] * 30 + [429]
    assert "Oakfield" in limited.get(f"{form}/check").text


def test_a_page_that_is_answered_too_often_gives_the_text_back(limited: FlaskClient) -> None:
    form = begin(limited)
    for _ in range(120):
        post(limited, f"{form}/review", REVIEW)
    long = "A long answer that is typed when the limit is reached"
    refused = post(limited, f"{form}/review", {**REVIEW, "why_now": long})
    assert refused.status_code == 429 and long in refused.text
