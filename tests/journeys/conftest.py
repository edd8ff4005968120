"""A real server, its worker, a real mail server and a real browser, on free ports and in a folder of their own."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from peerreview import create_app
from peerreview.audit_trail import Actor
from peerreview.config import Settings
from peerreview.extensions import db
from peerreview.models import Organisation
from peerreview.organisations import importing
from peerreview.outbox import commit
from peerreview.sample import world
from tests.conftest import REAL_DATA, SECRET
from tests.mail_server import MailServer, mail_server
from tools.browser import system_chromium

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "build" / "journeys"
REAL_EXTRACT = REAL_DATA / "gias_layout_la201_la204_sample_cp1252.csv"
QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update")  # fmt: skip
PATIENCE = 40  # seconds


@dataclass
class Site:
    """The running app: its address, its mail, the folder of its documents, and the school whose story is told."""

    address: str
    mail: MailServer
    documents: Path
    school: str
    postcode: str


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium where there is one, quiet enough for a container."""
    own = system_chromium()
    return {**browser_type_launch_args, "args": list(QUIET), **({"executable_path": own} if own else {})}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": {"width": 1280, "height": 900}, "locale": "en-GB"}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """The app with the invented board and, where the shared data is, real schools; no review yet."""
    with _site(tmp_path, real=REAL_EXTRACT.exists()) as site:
        yield site


@pytest.fixture
def invented_site(tmp_path: Path) -> Iterator[Site]:
    """The app with the invented board alone: the same register everywhere."""
    with _site(tmp_path, real=False) as site:
        yield site


@contextmanager
def _site(tmp_path: Path, *, real: bool) -> Iterator[Site]:
    port = _free_port()
    with mail_server() as mail:
        settings = Settings(
            secret_key=SECRET,
            base_url=f"http://127.0.0.1:{port}",
            database_url=f"sqlite:///{tmp_path}/peerreview.db",
            documents_url=f"file://{tmp_path}/documents",
            jobs_url=f"sqlite:///{tmp_path}/jobs.db",
            mail_server="127.0.0.1",
            mail_port=mail.port,
            mail_default_sender="Peer Review <peer-review@safeguarding-board.example>",
            sample_mode=True,
        )
        school = _prepare(create_app(settings), real=real)
        with _running(settings, port, tmp_path):
            yield Site(settings.base_url, mail, tmp_path / "documents", school.name, school.postcode)


def _prepare(app: Flask, *, real: bool) -> Organisation:
    """The board without reviews, and the school of the story."""
    with app.app_context():
        db.create_all()
        world.load()
        wanted = Organisation.urn == "990014"
        if real:
            with REAL_EXTRACT.open("rb") as extract:
                importing.take_in(extract, REAL_EXTRACT.name, Actor.system())
            wanted = Organisation.urn < "990000"
        commit()
        choice = db.select(Organisation).where(wanted, Organisation.is_open, Organisation.duty.is_not(None))
        school = db.session.scalars(choice.order_by(Organisation.urn.desc())).first()
        assert school is not None
        db.session.expunge(school)
        db.session.remove()
        db.engine.dispose()
        return school


class _running:  # noqa: N801 - reads as a verb in "with"
    """The web server and the worker, ended in order afterwards; what they said is in the folder."""

    def __init__(self, settings: Settings, port: int, folder: Path) -> None:
        self.settings, self.port, self.folder = settings, port, folder

    def __enter__(self) -> None:
        env = {**os.environ, **_environment(self.settings), "BIND": f"127.0.0.1:{self.port}"}
        web = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "app:app"]
        worker = [sys.executable, "-m", "flask", "--app", "app", "worker"]
        self.logs = [(self.folder / f"{name}.log").open("wb") for name in ("web", "worker")]
        self.children = [
            subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
            for command, log in zip((web, worker), self.logs, strict=True)
        ]
        _wait_for(f"http://127.0.0.1:{self.port}/healthz", self)

    def __exit__(self, *_: object) -> None:
        for child in self.children:
            child.terminate()
        for child in self.children:
            try:
                child.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        for log in self.logs:
            log.close()

    def said(self) -> str:
        return "\n".join(Path(log.name).read_text(errors="replace")[-3000:] for log in self.logs)


def _environment(settings: Settings) -> dict[str, str]:
    values = {name.upper(): str(getattr(settings, name)) for name in settings.__dataclass_fields__}
    return {name: {"True": "1", "False": "0"}.get(value, value) for name, value in values.items()}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, running: "_running") -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and all(child.poll() is None for child in running.children):
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
    running.__exit__()
    pytest.fail(f"the server did not start:\n{running.said()}")
