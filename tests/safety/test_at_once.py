"""Really at once, against the real web server with its processes and threads: one act, one set of letters."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.cookiejar import Cookie, CookieJar
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine, create_engine, text

from peerreview.extensions import Base
from tests.conftest import SECRET
from tests.safety.acts import ACTS, Act, filled, open_tab
from tests.safety.house import Browser, House

ROOT = Path(__file__).parents[2]
AT_ONCE = 6
PATIENCE = 60  # seconds


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(house: House, database_url: str) -> Iterator[str]:
    """The web server as it is run, on the story's database."""
    port = free_port()
    env = {
        **os.environ, "SECRET_KEY": SECRET, "BASE_URL": f"http://127.0.0.1:{port}", "DATABASE_URL": database_url,
        "DOCUMENTS_URL": f"file://{house.own}/documents", "JOBS_URL": f"sqlite:///{house.own}/jobs-served.db",
        "MAIL_SERVER": "127.0.0.1", "MAIL_DEFAULT_SENDER": "Peer Review <peer-review@board.example>",
        "SAMPLE_MODE": "0", "BIND": f"127.0.0.1:{port}",
    }  # fmt: skip
    said = house.own / "served.log"
    with said.open("wb") as log:
        command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "app:app"]
        server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz", server, said)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _wait(address: str, server: subprocess.Popen[bytes], said: Path) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{said.read_text(errors='replace')[-3000:]}")


def sender(house: House, home: str, act: Act, person: str) -> Callable[[], tuple[int, str]]:
    """A person with the page of the act open, ready to press the button."""
    tab = open_tab(house, act, person)
    data = {"csrf_token": tab.browser.csrf, **tab.hidden, **filled(house, act)}
    return ready_to_press(house, tab.browser, home + tab.address, data)


def ready_to_press(
    house: House, browser: Browser, address: str, typed: Mapping[str, Any] | Sequence[tuple[str, Any]]
) -> Callable[[], tuple[int, str]]:
    """What one sign-in would send to the real server; pressing gives the status and the page that come back."""
    name, cookies = house.app.config["SESSION_COOKIE_NAME"], CookieJar()
    place = ("127.0.0.1", True, False, "/", True, False, None, True, None, None, {})
    cookies.set_cookie(Cookie(0, name, browser.cookie or "", None, False, *place))
    request = urllib.request.Request(address, urlencode(typed).encode())

    def press() -> tuple[int, str]:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
        try:
            with opener.open(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read().decode()

    return press


def all_at_once(acts: list[Callable[[], tuple[int, str]]]) -> list[tuple[int, str]]:
    together = Barrier(len(acts))

    def act(one: Callable[[], tuple[int, str]]) -> tuple[int, str]:
        together.wait()
        return one()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def fill(house: House, engine: Engine) -> None:
    """Put the story as it stands into another database that has the tables."""
    with house.app.app_context(), engine.begin() as target:
        source = create_engine(f"sqlite:///{house.own}/work.db")
        if target.dialect.name == "postgresql":
            target.execute(text("SET session_replication_role = replica"))  # rows come in any order
        with source.connect() as rows:
            for table in Base.metadata.tables.values():
                found = [dict(row._mapping) for row in rows.execute(table.select())]
                target.execute(table.delete())
                if found:
                    target.execute(table.insert(), found)
                if "id" in table.columns:
                    target.execute(text(
                        f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'),"
                        f" (SELECT coalesce(max(id), 1) FROM \"{table.name}\"))"
                    ))  # fmt: skip
        source.dispose()


def left_by(engine: Engine, act: Act, references: tuple[str, str]) -> tuple[int, list[tuple[str, str]]]:
    """How often the act is in the trail, and its letters: name and recipient."""
    mine = "review_id IN (SELECT id FROM review WHERE reference IN (:first, :second))"
    values = {"step": act.step, "first": references[0], "second": references[1]}
    with engine.connect() as rows:
        events = rows.execute(text(f"SELECT count(*) FROM event WHERE step = :step AND {mine}"), values).scalar_one()
        written = rows.execute(text(f"SELECT name, recipient_email FROM letter WHERE {mine}"), values).all()
    return events, sorted((name, email) for name, email in written if name in act.letters)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
@pytest.mark.parametrize("act", [act for act in ACTS if act.step in ("accept", "send_response")], ids=str)
def test_of_six_at_once_one_wins(house: House, act: Act, kind: str, request: pytest.FixtureRequest) -> None:
    url = f"sqlite:///{house.own}/work.db" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    engine = create_engine(url)
    house.stand(act.moment)
    if kind == "postgresql":
        fill(house, engine)
    with serving(house, url.replace("postgresql+psycopg://", "postgresql://")) as home:
        answers = all_at_once([sender(house, home, act, act.people[n % 2]) for n in range(AT_ONCE)])
    references = (house.asked, house.arguments[act.moment]["own"]["reference"])
    events, written = left_by(engine, act, references)
    assert events == 1
    assert len(written) == len(set(written))  # who sent the response is told besides the contact
    assert {name for name, _email in written} == set(act.letters)
    statuses = Counter(status for status, _page in answers)
    assert set(statuses) <= {200, 409}
    assert statuses[200] >= 1
    assert [page for status, page in answers if status == 409 and "was first" not in page] == []
    engine.dispose()
