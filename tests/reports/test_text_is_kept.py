"""3,000 words of a point through each refusal that the organisation can meet: all of them come back."""

import html
import re
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine

from peerreview import access, outbox
from peerreview.extensions import db
from peerreview.reports import responding
from tests.inspector import text_of
from tests.reports.conftest import issued, open_link, send

# Short words, so that 3,000 of them are within what one point may hold.
WORDS = " ".join(["so", "it", "is", "as", "we", "say"] * 500)
POINT = {"about": "strengths/2.1", "kind": "inaccuracy", "text": WORDS}


@pytest.fixture
def school(told, app):
    issued(told)
    return open_link(app, told.link)


@pytest.fixture
def shown(told, school):
    """The page with the form, opened before what comes between; its token and version."""
    found = school.get(f"{told.my}/response/point").get_data(as_text=True)
    return {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', found)[1]}


def given_back(answer) -> bool:
    shown = html.unescape(answer.get_data(as_text=True))
    return WORDS in shown


def test_it_is_3000_words():
    assert len(WORDS.split()) == 3_000
    assert len(WORDS) < 10_000


def test_an_error_at_a_field(told, school, shown):
    answer = school.post(f"{told.my}/response/point", data=POINT | shown | {"kind": ""})
    assert answer.status_code == 200
    assert given_back(answer)


def test_closed_in_between(told, school, shown, app):
    responding.send(told.review, told.link, no_inaccuracies=True)
    outbox.commit()
    answer = school.post(f"{told.my}/response/point", data=POINT | shown)
    assert answer.status_code == 409
    assert given_back(answer)


def test_after_deadline_and_grace_the_page_says_why_and_shows_what_was_typed(told, school, shown, app):
    send(school, f"{told.my}/response/point", POINT, headers={"Accept": "application/json"})
    with time_machine.travel(told.review.response_due_at + timedelta(days=5), tick=False):
        late = open_link(app, told.link)
        closed = late.page(f"{told.my}/response/point")
        said = text_of(closed.all("main")[0])
        assert "The time for a response has ended." in said
        assert "If there is something that we should know, ask" in said
        [box] = [each for each in closed.all("textarea") if "readonly" in each.attrib]
        assert (box.text or "").strip() == WORDS
        answer = send(late, f"{told.my}/response/point", POINT, page=f"{told.my}/final-report")
        assert answer.status_code == 409
        assert given_back(answer)


def test_a_colleague_was_first(told, school):
    responding.add_point(told.review, responding.TypedPoint("strengths", "2.1", "comment", "Short."), (), "A")
    outbox.commit()
    [point] = told.review.response.points
    at = f"{told.my}/response/points/{point.id}"
    answer = send(school, at, POINT | {"version": "0"})
    assert answer.status_code == 409
    assert given_back(answer)
    assert "Short." in answer.get_data(as_text=True)


def test_too_large(told, school, shown, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 20_000)
    large = (BytesIO(b"x" * 40_000), "large.txt")
    answer = school.post(f"{told.my}/response/point", data=POINT | shown | {"evidence": large})
    assert answer.status_code == 413
    assert given_back(answer)


def test_a_lost_session(told, school, app):
    stranger = app.test_client()
    answer = stranger.post(f"{told.my}/response/point", data=POINT | {"csrf_token": "gone"})
    assert answer.status_code == 400
    assert given_back(answer)


def test_a_code_that_has_run_out(told, school, shown):
    with school.session_transaction() as session:
        session.pop(access._code_key(told.link))
    answer = school.post(f"{told.my}/response/point", data=POINT | shown)
    assert answer.status_code == 403
    assert "Your code does not hold any more" in html.unescape(answer.get_data(as_text=True))
    assert given_back(answer)
    nothing = school.post(f"{told.my}/response/point", data=shown)
    assert nothing.location == f"{told.my}/code?next={told.my}/response/point"  # nothing typed is lost by going there
    db.session.expire_all()
    assert told.review.response.points == []
