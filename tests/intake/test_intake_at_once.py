"""Real threads against a running server: one form, sent five times at once, is one request; one decision wins."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import Cookie, CookieJar
from threading import Barrier, Thread
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from werkzeug.serving import make_server

from peerreview.extensions import db
from peerreview.intake import drafts
from peerreview.models import Draft, Letter, Review, ReviewRequest
from peerreview.workflow import Role, Stage
from tests.builders import a_person, an_organisation, save
from tests.intake.form_walk import REVIEW, YOU
from tests.intake.test_intake_decision import a_year, asked

AT_ONCE = 5


class Browser:
    """A person on the network: keeps cookies, follows redirects, gives status and text."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.cookies = CookieJar()
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> tuple[int, str, str]:
        return self._open(Request(self.home + path))

    def post(self, path: str, data: dict[str, Any]) -> tuple[int, str, str]:
        return self._open(Request(self.home + path, urlencode(data).encode()))

    def token(self, path: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path)[2])
        assert found, path
        return found[1]

    def _open(self, wanted: Request) -> tuple[int, str, str]:
        try:
            with self._opener.open(wanted, timeout=60) as answer:
                return answer.status, answer.url, answer.read().decode()
        except HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.url, refusal.read().decode()


@pytest.fixture
def running(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Flask, str]]:
    """The app behind a real threaded server on a free port."""
    monkeypatch.setattr(drafts, "QUICKEST", 0.0)
    server = make_server("127.0.0.1", 0, any_app, threaded=True)
    any_app.config["SERVER_NAME"] = None
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield any_app, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def all_at_once(acts: list[Any]) -> list[Any]:
    together = Barrier(len(acts))

    def act(one: Any) -> Any:
        together.wait()
        return one()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def saved_id(row: Any) -> int:
    """Its id, with nothing left open: on SQLite an open transaction of the test would keep the server waiting."""
    db.session.flush()
    number: int = row.id
    save()
    return number


def count(table: type[Any]) -> int:
    return db.session.scalar(db.select(db.func.count()).select_from(table)) or 0


def test_five_sendings_of_one_form_are_one_request(running: tuple[Flask, str]) -> None:
    _app, home = running
    school_id = saved_id(an_organisation("Oakfield Primary School"))
    browser = Browser(home)
    csrf = {"csrf_token": browser.token("/request")}
    form = browser.post("/request", csrf)[1].removeprefix(home).removesuffix("/organisation")
    browser.post(f"{form}/organisation", {**csrf, "picked": school_id})
    browser.post(f"{form}/you", {**csrf, **YOU})
    assert "Check your answers" in browser.post(f"{form}/review", {**csrf, **REVIEW})[2]
    answers = all_at_once([lambda: browser.post(f"{form}/check", csrf)] * AT_ONCE)
    assert [(status, address.removeprefix(home)) for status, address, _ in answers] == [(200, f"{form}/sent")] * AT_ONCE
    assert all("We have your request" in text for _, _, text in answers)
    assert (count(Review), count(ReviewRequest), count(Letter), count(Draft)) == (1, 1, 1, 0)


def test_two_forms_at_once_get_two_references(running: tuple[Flask, str]) -> None:
    _app, home = running
    school_id = saved_id(an_organisation("Oakfield Primary School"))

    def whole() -> None:
        browser = Browser(home)
        csrf = {"csrf_token": browser.token("/request")}
        form = browser.post("/request", csrf)[1].removeprefix(home).removesuffix("/organisation")
        browser.post(f"{form}/organisation", {**csrf, "picked": school_id})
        browser.post(f"{form}/you", {**csrf, **YOU})
        browser.post(f"{form}/review", {**csrf, **REVIEW})
        assert browser.post(f"{form}/check", csrf)[0] == 200

    all_at_once([whole] * AT_ONCE)
    numbers = sorted(reference[-3:] for reference in db.session.scalars(db.select(Review.reference)))
    assert numbers == ["001", "002", "003", "004", "005"]


def test_of_five_coordinators_who_decide_at_once_one_wins(running: tuple[Flask, str]) -> None:
    app, home = running
    review = asked(an_organisation())
    people = [a_person(Role.COORDINATOR, name=f"Coordinator number {n}") for n in range(AT_ONCE)]
    browsers = [signed_in(app, home, person.fs_uniquifier) for person in people]
    address = f"/reviews/{review.reference}/request"
    year_id = saved_id(a_year())
    hidden = [{"csrf_token": browser.token(address), "version": "1"} for browser in browsers]
    acts = [
        lambda browser=browser, form=form, n=n: browser.post(
            *((f"{address}/acceptance", {**form, "year": year_id}) if n % 2 else
              (f"{address}/refusal", {**form, "reason": f"Reason of number {n}"}))
        )
        for n, (browser, form) in enumerate(zip(browsers, hidden, strict=True))
    ]  # fmt: skip
    answers = all_at_once(acts)
    assert Counter(status for status, _, _ in answers) == {200: 1, 409: AT_ONCE - 1}
    db.session.expire_all()
    winner = next(n for n, (status, _, _) in enumerate(answers) if status == 200)
    assert review.stage is (Stage.PLANNED if winner % 2 else Stage.DECLINED)
    assert review.end_reason == ("" if winner % 2 else f"Reason of number {winner}")
    assert len(review.letters) == 2
    for n, (status, _, text) in enumerate(answers):
        if status == 409:
            assert f"Coordinator number {winner} was first: they" in text
            assert n % 2 or f"Reason of number {n}" in text


def signed_in(app: Flask, home: str, uniquifier: str) -> Browser:
    """A browser with the cookie that signing in gives."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    browser = Browser(home)
    value = signer.dumps({"_user_id": uniquifier, "_fresh": True})
    name, host = app.config["SESSION_COOKIE_NAME"], "127.0.0.1"
    cookie = Cookie(0, name, value, None, False, host, True, False, "/", True, False, None, True, None, None, {})
    browser.cookies.set_cookie(cookie)
    return browser
