"""The worker as its own process: woken by a letter, swept each minute, stopped by SIGTERM."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from huey.serializer import SignedSerializer

from peerreview import jobs, outbox
from peerreview.extensions import db
from peerreview.models import Delivery, Letter
from tests.builders import save
from tests.conftest import SECRET
from tests.mail_server import mail_server

ROOT = Path(__file__).parents[1]


@pytest.fixture
def server():
    with mail_server() as running:
        yield running


@pytest.fixture
def worker(app, server):
    """The command of the operations guide, on the database and the queue of the test."""
    environment = {
        "SECRET_KEY": SECRET,
        "BASE_URL": app.config["BASE_URL"],
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "DOCUMENTS_URL": app.config["DOCUMENTS_URL"],
        "JOBS_URL": app.config["JOBS_URL"],
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(server.port),
        "MAIL_DEFAULT_SENDER": app.config["MAIL_DEFAULT_SENDER"],
        "SAMPLE_MODE": "0",
        "PATH": os.environ["PATH"],
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    yield process
    if process.poll() is None:
        process.kill()
    process.wait(10)
    process.stdout.close()


def a_letter(number=1):
    db.session.add(
        Letter(
            name="test",
            recipient_name="Ada",
            recipient_email="ada@school.example",
            subject=f"Letter {number}",
            text="Come.\n",
            html="<p>Come.</p>\n",
            message_id=f"<{number}@board.example>",
        )
    )


def wait_for(condition, seconds=30):
    ends = time.monotonic() + seconds
    while not condition() and time.monotonic() < ends:
        time.sleep(0.05)
    assert condition()


def test_a_letter_wakes_the_worker_and_sigterm_stops_it_cleanly(app, server, worker):
    assert worker.stdout.readline() == "The worker is running.\n"
    a_letter(1)
    save()
    wait_for(lambda: len(server.arrived) == 1, 8)
    a_letter(2)
    save()
    wait_for(lambda: len(server.arrived) == 2, 8)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    assert worker.stdout.read() == "The worker has stopped.\n"
    assert {row.delivery for row in db.session.scalars(db.select(Letter))} == {Delivery.SENT}


def test_the_sweep_finds_what_a_lost_wake_up_left_and_one_that_fails_stops_no_other(app, server, monkeypatch):
    app.extensions["mail"].port = server.port
    app.extensions["wake_worker"] = lambda: None
    called = []

    def fails():
        raise RuntimeError("no")

    monkeypatch.setattr(jobs, "SWEEPS", (fails, lambda: called.append("second")))
    a_letter()
    save()
    queue = app.extensions["jobs"].queue
    (sweep,) = queue._registry.periodic_tasks
    queue.execute(sweep)
    assert [message["Subject"] for message in server.arrived] == ["Letter 1"]
    assert called == ["second"]


def test_the_queue_holds_only_entries_that_we_signed(app):
    a_letter()
    outbox.commit()
    queue = app.extensions["jobs"].queue
    assert queue.pending_count() == 1
    (entry,) = queue.storage.enqueued_items()
    stranger = SignedSerializer(secret="another secret", salt="peerreview jobs")
    with pytest.raises(ValueError, match="mismatch"):
        stranger.deserialize(entry)
    assert queue.deserialize_task(entry).name == "deliver"


def test_a_queue_that_cannot_be_written_loses_no_letter(app):
    app.config["JOBS_URL"] = "sqlite:////nowhere/jobs.db"
    a_letter()
    save()
    assert db.session.scalar(db.select(db.func.count(Letter.id))) == 1
