"""`make bench`: letters per second through SMTP on this machine, against smtplib alone; and building an invitation.

The server is a process of its own that answers at once and keeps nothing: what is measured is the sender's side, at its
worst (a real server writes each letter to its disk before it answers, which makes the two more alike). Both sides send
letters of the same text and HTML over one connection. The bare side composes each with the standard library and writes
nothing down; ours takes each from the database, puts its link in, composes it, and marks it as sent in a transaction
of its own, so that a crash repeats at most one. Rounds take turns, so that a slow moment hits both alike.
"""

import contextlib
import os
import secrets
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path

from flask import Flask

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from peerreview import create_app, letters, links, outbox  # noqa: E402
from peerreview.config import Settings  # noqa: E402
from peerreview.dates import entries  # noqa: E402
from peerreview.extensions import db  # noqa: E402
from peerreview.models import (  # noqa: E402
    Borough,
    Letter,
    Participant,
    PersonalLink,
    Purpose,
    Review,
    Selection,
    Visit,
    utc_now,
)
from peerreview.workflow import Stage  # noqa: E402

ROUNDS = 7
LETTERS = 300  # in a round
SENDER, TO = "Peer Review <peer-review@board.example>", "ada@school.example"

SINK = """
import socketserver, sys

class Sink(socketserver.StreamRequestHandler):
    def handle(self):
        self.say(b"220 sink")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.say(b"354 go on")
                while self.rfile.readline() != b".\\r\\n":
                    pass
            self.say(b"221 bye" if word == b"QUIT" else b"250 ok")
            if word == b"QUIT":
                return

    def say(self, words):
        self.wfile.write(words + b"\\r\\n")

server = socketserver.TCPServer(("127.0.0.1", 0), Sink)
print(server.server_address[1], flush=True)
server.serve_forever()
"""


def main() -> None:
    with sink() as port, tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("w") as log:
        with contextlib.redirect_stdout(log):
            app = an_app(folder, port)
        with app.app_context():
            link = a_link()
            row = a_notice(link)
            db.session.rollback()
            ours, bare = compare(lambda: deliver(link), lambda: send_bare(port, row))
            print(f"letters through SMTP: {ours:.0f}/s, bare smtplib {bare:.0f}/s, ratio {ours / bare:.2f}")
            print(f"building an invitation: {invitation_milliseconds(link):.2f} ms")


@contextlib.contextmanager
def sink() -> Iterator[int]:
    """An SMTP server that answers at once and keeps nothing; its port."""
    with subprocess.Popen([sys.executable, "-c", SINK], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def an_app(folder: str, port: int) -> Flask:
    """The app on an empty SQLite file, as it runs for a board, with our sink for a mail server."""
    environ = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "BASE_URL": "http://localhost",
        "DATABASE_URL": f"sqlite:///{folder}/bench.db",
        "DOCUMENTS_URL": f"file://{folder}/documents",
        "JOBS_URL": f"sqlite:///{folder}/jobs.db",
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(port),
        "MAIL_DEFAULT_SENDER": SENDER,
    }
    app = create_app(Settings.from_environment(environ))
    with app.app_context():
        db.create_all()
    del app.extensions["wake_worker"]
    return app


def a_link() -> PersonalLink:
    """Somebody's personal link to a review."""
    borough = Borough(code="HAC", name="Hackney", authority_code="204", executive_group="Hackney Executive Group")
    review = Review(
        reference="HAC-2026-014", borough=borough, given_name="Oakfield Primary School", stage=Stage.PREPARING,
        selection=Selection.REQUEST, stage_since=utc_now(),
    )  # fmt: skip
    db.session.add(review)
    db.session.flush()
    link = links.give(review, Purpose.ORGANISATION, "Ada Okafor", TO)
    outbox.commit()
    return link


def a_notice(link: PersonalLink) -> Letter:
    day = datetime(2026, 12, 1, tzinfo=UTC).date()
    return letters.draft("notice", to=(link.name, link.email), review=link.review, link=link, due=day, not_before=day)


def deliver(link: PersonalLink) -> float:
    """Write letters (not counted), then hand them over as the worker does."""
    db.session.add_all([a_notice(link) for _ in range(LETTERS)])
    outbox.commit()
    started = time.perf_counter()
    sent = outbox.deliver_waiting()
    return sent / (time.perf_counter() - started)


def send_bare(port: int, row: Letter) -> float:
    """As many letters of the same size by the standard library alone."""
    started = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port, "board.example") as connection:
        for _ in range(LETTERS):
            message = EmailMessage()
            message["From"], message["To"], message["Subject"] = SENDER, f"Ada Okafor <{TO}>", row.subject
            message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="board.example")
            message.set_content(row.text)
            message.add_alternative(row.html, subtype="html")
            connection.send_message(message)
    return LETTERS / (time.perf_counter() - started)


def compare(ours: Callable[[], float], theirs: Callable[[], float]) -> tuple[float, float]:
    """Letters per second of both: the median of rounds that take turns."""
    ours(), theirs()
    rounds = [(ours(), theirs()) for _ in range(ROUNDS)]
    return statistics.median(first for first, _ in rounds), statistics.median(second for _, second in rounds)


def invitation_milliseconds(link: PersonalLink) -> float:
    """One invitation: the letter and its calendar, for one of eight people; the median of two hundred."""
    review = link.review
    at = datetime(2026, 12, 1, 10, tzinfo=UTC)
    visit = Visit(uid="1@board.example", starts_at=at, minutes=150, place="Oakfield, Church Street")
    review.visits.append(visit)
    for n in range(8):
        own = links.give(review, Purpose.PARTICIPANT, f"Person {n}", f"person{n}@school.example")
        review.participants.append(
            Participant(link=own, name=own.name, email=own.email, role="Teacher", of_the_team=False)
        )
    db.session.flush()
    took = []
    for _ in range(25):
        invited = db.session.begin_nested()
        for participant in review.participants:
            started = time.perf_counter()
            entries.invite(visit, participant)
            took.append(time.perf_counter() - started)
        invited.rollback()
    db.session.rollback()
    return statistics.median(took) * 1000


if __name__ == "__main__":
    main()
