"""`make bench`: pages per second of the public form and the list of reviews, against a bare page of equal size.

Everything runs in one process and one run, through the WSGI interface, on a sample year in a folder of its own. The
bare page is one template without a database, layout or headers, padded to the same number of bytes: what is left
between the two is what our pages cost. Rounds take turns, so that a slow moment of the machine hits all alike.
"""

import contextlib
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask, render_template_string
from flask.testing import FlaskClient

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from peerreview import create_app  # noqa: E402
from peerreview.config import Settings  # noqa: E402
from peerreview.extensions import db  # noqa: E402
from peerreview.models import Appointment, Person  # noqa: E402
from peerreview.workflow import Role  # noqa: E402

PAGES = (("the public form", "/request", False), ("the list of reviews", "/reviews", True))
ROUNDS = 7
SECONDS = 0.6  # of one page in one round
ROW = "<p>{{ loop.index }} {{ word }} of a page that holds nothing but text, escaped like every other.</p>\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("w") as log, contextlib.redirect_stderr(log):
        app = sample_app(folder)
        coordinator = signed_in(app)
        print(f"{'page':<22}{'bytes':>9}{'ours/s':>9}{'bare/s':>9}{'ratio':>8}")
        for name, address, needs_account in PAGES:
            browser = coordinator if needs_account else app.test_client()
            size = len(fetch(browser, address))
            bare = bare_app(size).test_client()
            ours, theirs = compare(lambda b=browser, a=address: fetch(b, a), lambda b=bare: fetch(b, "/"))  # type: ignore[misc]
            print(f"{name:<22}{size:>9,}{ours:>9.0f}{theirs:>9.0f}{ours / theirs:>8.2f}")


def sample_app(folder: str) -> Flask:
    """The app on a new database with the sample year, made by the same commands that `make run` uses."""
    environ = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "SAMPLE_MODE": "1",
        "BASE_URL": "http://localhost",
        "DATABASE_URL": f"sqlite:///{folder}/bench.db",
        "DOCUMENTS_URL": f"file://{folder}/documents",
        "JOBS_URL": f"sqlite:///{folder}/jobs.db",
    }
    for command in (["db", "upgrade"], ["sample", "load"]):
        step = [sys.executable, "-m", "flask", "--app", "app", *command]
        subprocess.run(step, cwd=ROOT, env=environ, check=True, capture_output=True)
    return create_app(Settings.from_environment(environ))


def signed_in(app: Flask) -> FlaskClient:
    """A coordinator's browser."""
    browser = app.test_client()
    with app.app_context():
        held = db.select(Appointment).where(Appointment.role == Role.COORDINATOR).order_by(Appointment.id).limit(1)
        person = db.session.get_one(Person, db.session.scalars(held).one().person_id)
        with browser.session_transaction() as session:
            session["_user_id"], session["_fresh"] = person.fs_uniquifier, True
    return browser


def bare_app(size: int) -> Flask:
    """One page of about so many bytes, rendered by a loop."""
    app = Flask("bare")
    rows = max(1, size // len(ROW.replace("{{ loop.index }}", "100").replace("{{ word }}", "paragraph")))

    @app.get("/")
    def page() -> str:
        text = "<!doctype html><title>Bare</title>{% for word in words %}" + ROW + "{% endfor %}"
        return render_template_string(text, words=["paragraph"] * rows)

    return app


def fetch(browser: FlaskClient, address: str) -> bytes:
    answer = browser.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status}")
    return bytes(answer.data)


def compare(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """Pages per second of both: the median of rounds that take turns."""
    ours(), theirs()
    rounds = [(per_second(ours), per_second(theirs)) for _ in range(ROUNDS)]
    return statistics.median(first for first, _ in rounds), statistics.median(second for _, second in rounds)


def per_second(fetched: Callable[[], object]) -> float:
    started, pages = time.perf_counter(), 0
    while (passed := time.perf_counter() - started) < SECONDS:
        fetched()
        pages += 1
    return pages / passed


if __name__ == "__main__":
    main()
