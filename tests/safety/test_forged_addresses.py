"""Who asks under a forged host gets no page of ours, and no letter or page ever leads anywhere but home."""

import re
from pathlib import Path

import pytest
from flask import Flask

from peerreview import create_app
from peerreview.extensions import db
from peerreview.models import Letter
from tests.conftest import settings_for
from tests.safety.acts import ACTS, Act, filled, open_tab, prepare
from tests.safety.house import HOME, House

EVIL = "evil.example"
FORGED = {
    "X-Forwarded-Host": EVIL, "X-Forwarded-Server": EVIL, "X-Host": EVIL, "Forwarded": f"host={EVIL};proto=gopher",
    "X-Forwarded-Proto": "gopher", "X-Forwarded-Prefix": f"//{EVIL}", "X-Original-URL": f"//{EVIL}/", "Referer": f"http://{EVIL}/",
    "Origin": f"http://{EVIL}",
}  # fmt: skip
ADDRESS = re.compile(r"https?://[^\s\"'<>)]+")


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_a_forged_header_changes_no_link_in_a_letter_or_a_page(house: House, act: Act) -> None:
    prepare(house, act)
    before = {number for (number,) in house.ask("SELECT id FROM letter")}
    tab = open_tab(house, act, act.people[0])
    answer = tab.browser.send("POST", tab.address, {**tab.hidden, **filled(house, act)}, headers=FORGED)
    assert answer.status_code == 302
    pages = [answer.headers["Location"], tab.browser.send("GET", answer.headers["Location"], headers=FORGED).text]
    with house.app.app_context():
        letters = [each for each in db.session.scalars(db.select(Letter)) if each.id not in before]
        texts = [text for each in letters for text in (each.text, each.html, (each.calendar or b"").decode())]
        senders = {each.message_id.rpartition("@")[2] for each in letters}
    assert letters
    assert senders == {"board.example>"}
    assert [text for text in pages + texts if EVIL in text or "gopher" in text] == []
    found = {link for text in texts for link in ADDRESS.findall(text)}
    assert found
    assert {link for link in found if not link.startswith(f"{HOME}/")} == set()


@pytest.mark.parametrize("host", [EVIL, f"localhost.{EVIL}", f"localhost:80@{EVIL}"])
def test_a_forged_host_does_nothing_at_all(house: House, host: str) -> None:
    act = next(each for each in ACTS if each.step == "accept")
    prepare(house, act)
    tab, before = open_tab(house, act, "coordinator"), house.dump()
    answer = tab.browser.send("POST", tab.address, {**tab.hidden, **filled(house, act)}, headers={"Host": host})
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert EVIL not in answer.text
    assert house.dump() == before


def tries_from(app: Flask, addresses: list[str]) -> list[int]:
    """The answers to as many beginnings of a request, each said to come from another address."""
    client = app.test_client()
    page = client.get("/request").text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    data = {"csrf_token": found[1]}
    return [client.post("/request", data=data, headers={"X-Forwarded-For": each}).status_code for each in addresses]


@pytest.mark.parametrize(("proxies", "last"), [(0, 429), (1, 302)])
def test_who_asks_too_often_cannot_be_somebody_else_each_time(
    database_url: str, tmp_path: Path, proxies: int, last: int
) -> None:
    """Without a proxy that is trusted the header is anybody's to write; behind one it tells people apart."""
    app = create_app(settings_for(database_url, tmp_path, trusted_proxies=proxies))
    app.config["TESTING"] = True
    answers = tries_from(app, [f"203.0.113.{n}" for n in range(61)])
    assert answers == [302] * 60 + [last]
    with app.app_context():
        db.engine.dispose()


def test_behind_a_proxy_a_forged_host_is_still_refused(database_url: str, tmp_path: Path) -> None:
    app = create_app(settings_for(database_url, tmp_path, trusted_proxies=1))
    answer = app.test_client().get("/sign-in", headers={"X-Forwarded-Host": EVIL})
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    with app.app_context():
        db.engine.dispose()
