"""The mailbox on a real IMAP server: read once, marked after the commit, and one bad message stops nobody."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from icalendar import Calendar

from peerreview import jobs, outbox
from peerreview.correspondence import fetching, taking
from peerreview.correspondence.mailbox import Unreachable
from peerreview.dates import actions
from peerreview.extensions import db
from peerreview.models import Answer, Delivery, InboundMessage, InboxPlace, Letter, Verdict, utc_now
from tests.builders import save
from tests.conftest import SECRET
from tests.correspondence.conftest import dee, held_by, letters_named, said_by
from tests.correspondence.shapes import Said, bounce, exchange, gmail, person, stamp
from tests.dates.conftest import a_ready_review, a_time
from tests.imap_server import PASSWORD, USER, imap_server
from tests.mail_server import mail_server

ROOT = Path(__file__).parents[2]


@pytest.fixture
def inbox(app):
    """A mailbox on a running server, and the app configured to read it."""
    with imap_server() as running:
        app.config.update(reading(running))
        yield running


def reading(server, **changes):
    settings = {
        "IMAP_SERVER": "127.0.0.1",
        "IMAP_PORT": server.plain,
        "IMAP_USERNAME": USER,
        "IMAP_PASSWORD": PASSWORD,
        "IMAP_USE_SSL": False,
    }
    return {**settings, **changes}


def verdicts():
    return list(db.session.scalars(db.select(InboundMessage.verdict).order_by(InboundMessage.id)))


def test_what_is_new_is_read_once_and_what_needs_no_person_is_marked(app, inbox, agreed):
    inbox.deliver(exchange(said_by(agreed, dee(agreed))))
    inbox.deliver(person())
    assert fetching.fetch() == {Verdict.ANSWER: 1, Verdict.PERSONAL: 1}
    assert held_by(agreed, dee(agreed)).said is Answer.ACCEPTED
    assert inbox.seen() == [True, False]
    assert fetching.fetch() == {}
    inbox.deliver(person("Again", message_id="<p2@school.example>"))
    assert fetching.fetch() == {Verdict.PERSONAL: 1}
    assert len(verdicts()) == 3


def test_a_person_who_reads_the_mailbox_takes_no_answer_from_us(app, inbox, agreed):
    inbox.deliver(gmail(said_by(agreed, dee(agreed))))
    box = inbox.maildir
    ((key, message),) = box.items()
    message.add_flag("S")
    message.set_subdir("cur")
    box[key] = message
    for found in (inbox.folder / "mail").rglob(f"{key}*"):
        os.chown(found, *inbox.owner)
    assert fetching.fetch() == {Verdict.ANSWER: 1}


def test_a_mailbox_that_is_numbered_anew_is_read_again_and_does_nothing_twice(app, inbox, agreed):
    inbox.deliver(gmail(said_by(agreed, dee(agreed))))
    inbox.deliver(person())
    fetching.fetch()
    before = db.session.scalar(db.select(InboxPlace.validity))
    inbox.number_anew()
    assert fetching.fetch() == {}
    place = db.session.scalar(db.select(InboxPlace))
    assert place.validity != before and place.next_uid == 3
    assert verdicts() == [Verdict.ANSWER, Verdict.PERSONAL]


def test_one_bad_message_stops_nobody(app, inbox, agreed, monkeypatch):
    real = taking.take

    def breaks(message):
        if message.subject == "Re: The visit is agreed":
            raise RuntimeError("no")
        return real(message)

    monkeypatch.setattr(taking, "take", breaks)
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(3000))
    for raw in (person(), b"", b"\x00\xff\r\n\r\n", nested, gmail(said_by(agreed, dee(agreed)))):
        inbox.deliver(raw)
    done = fetching.fetch()
    assert done[Verdict.ANSWER] == 1 and done[Verdict.UNREADABLE] == 2
    assert held_by(agreed, dee(agreed)).said is Answer.ACCEPTED
    assert fetching.fetch() == {}


def test_a_crash_before_the_mark_repeats_nothing(app, inbox, agreed, monkeypatch):
    inbox.deliver(gmail(said_by(agreed, dee(agreed))))
    inbox.deliver(bounce())

    def cut(*_arguments):
        raise Unreachable("The mail server 127.0.0.1 ended the conversation.")

    with monkeypatch.context() as patch:
        patch.setattr("peerreview.correspondence.mailbox.Mailbox.mark_seen", cut)
        with pytest.raises(Unreachable):
            fetching.fetch()
    assert (verdicts(), inbox.seen()) == ([Verdict.ANSWER], [False, False])
    assert fetching.fetch() == {Verdict.RETURNED: 1}
    assert verdicts() == [Verdict.ANSWER, Verdict.RETURNED]


def test_a_crash_before_the_commit_loses_nothing(app, inbox, agreed, monkeypatch):
    inbox.deliver(gmail(said_by(agreed, dee(agreed))))
    with monkeypatch.context() as patch:
        patch.setattr(fetching, "_handle", lambda *_arguments: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            fetching.fetch()
    db.session.rollback()
    assert (verdicts(), inbox.seen()) == ([], [False])
    assert fetching.fetch() == {Verdict.ANSWER: 1}


def test_the_first_look_leaves_old_mail_alone_and_a_huge_message_is_not_loaded(app, inbox):
    inbox.deliver(person("x" * 1_500_000))
    box = inbox.maildir
    inbox.deliver(person("Long ago", message_id="<old@school.example>"))
    for key, message in box.items():
        if b"Long ago" in message.as_bytes():
            for found in (inbox.folder / "mail").rglob(f"{key}*"):
                os.utime(found, (utc_now().timestamp() - 90 * 86_400,) * 2)
    assert fetching.fetch() == {Verdict.TOO_LARGE: 1}
    (row,) = db.session.scalars(db.select(InboundMessage))
    assert (row.sender, row.subject, row.text) == ("dsl@school.example", "Re: The visit is agreed", "")


def the_command(app):
    ended = app.test_cli_runner().invoke(args=["mail", "fetch"])
    return ended.exit_code, ended.output


def test_the_command_says_what_came(app, inbox, agreed):
    newsletter = person(top="Precedence: bulk\n", message_id="<news@school.example>")
    for raw in (gmail(said_by(agreed, dee(agreed))), bounce(), person(), newsletter):
        inbox.deliver(raw)
    assert the_command(app) == (
        0,
        "New messages: 4\nAnswers to invitations: 1\nLetters that could not be delivered: 1\nAutomatic, ignored: 1\n"
        "For a person to look at, under Messages: 1\n",
    )
    assert the_command(app) == (0, "New messages: 0\n")


def test_the_command_says_plainly_what_is_wrong(app, inbox):
    port = inbox.plain
    wrong = [
        ({"IMAP_PASSWORD": "wrong"}, "The mail server 127.0.0.1 did not accept the user name and password."),
        ({"IMAP_FOLDER": 'No "such" folder'}, 'There is no folder named No "such" folder: check IMAP_FOLDER.'),
        ({"IMAP_PORT": 1}, "The mail server 127.0.0.1 could not be reached on port 1."),
        ({"IMAP_SERVER": "nowhere.invalid"}, "There is no mail server named nowhere.invalid: check IMAP_SERVER."),
        ({"IMAP_USE_SSL": True}, f"127.0.0.1 does not speak TLS on port {port}: check IMAP_PORT."),
    ]
    for changes, sentence in wrong:
        app.config.update({"IMAP_FOLDER": "INBOX", **reading(inbox, **changes)})
        assert the_command(app) == (1, f"Error: {sentence}\n")
    app.config["IMAP_SERVER"] = ""
    assert the_command(app) == (1, "Error: No mailbox is read: set IMAP_SERVER, IMAP_USERNAME and IMAP_PASSWORD.\n")


def test_the_certificate_is_verified(app, inbox, monkeypatch):
    app.config.update(reading(inbox, IMAP_SERVER="localhost", IMAP_PORT=inbox.secure, IMAP_USE_SSL=True))
    code, said = the_command(app)
    assert code == 1 and said.startswith("Error: The certificate of localhost could not be verified: ")
    monkeypatch.setenv("SSL_CERT_FILE", inbox.authority)
    assert the_command(app) == (0, "New messages: 0\n")
    app.config["IMAP_SERVER"] = "127.0.0.1"
    code, said = the_command(app)
    assert code == 1 and "IP address mismatch" in said


def test_the_worker_reads_only_when_configured_and_survives_an_absent_server(app, monkeypatch):
    assert fetching.fetch_when_configured in jobs.SWEEPS
    called = []
    monkeypatch.setattr(fetching, "fetch", lambda: called.append("read") or {})
    fetching.fetch_when_configured()
    assert called == []
    app.config["IMAP_SERVER"] = "127.0.0.1"
    fetching.fetch_when_configured()
    assert called == ["read"]

    def away():
        raise Unreachable("The mail server 127.0.0.1 did not answer within 20 seconds.")

    monkeypatch.setattr(fetching, "fetch", away)
    fetching.fetch_when_configured()


def answer_to(invitation, answer):
    """What a calendar program makes of the invitation that arrived by SMTP."""
    (part,) = (p for p in invitation.walk() if p.get_content_type() == "text/calendar")
    (event,) = Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
    return Said(
        uid=str(event["UID"]),
        who=str(event["ATTENDEE"]).removeprefix("mailto:"),
        sequence=int(event["SEQUENCE"]),
        organizer=str(event["ORGANIZER"]).removeprefix("mailto:"),
        answer=answer,
        stamp=stamp(),
        message_id=f"<{answer}@school.example>",
    )


def test_there_and_back_through_real_servers(app, inbox, actor, coordinator):
    """Invitations leave by SMTP, one is answered, one comes back, and the worker's command reads both."""
    review = a_ready_review()
    actions.agree(review, actor, a_time(40))
    save()
    with mail_server() as server:
        app.extensions["mail"].port = server.port
        assert outbox.deliver_waiting() == 4
    who = dee(review)
    (invitation,) = server.to(who.email)
    (other,) = server.to(review.contact.email)
    inbox.deliver(exchange(answer_to(invitation, "DECLINED")))
    inbox.deliver(bounce(str(other["Message-ID"]), review.contact.email))
    save()  # no transaction is open while the other process writes
    environment = {
        "SECRET_KEY": SECRET,
        "BASE_URL": app.config["BASE_URL"],
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "DOCUMENTS_URL": app.config["DOCUMENTS_URL"],
        "JOBS_URL": app.config["JOBS_URL"],
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_DEFAULT_SENDER": app.config["MAIL_DEFAULT_SENDER"],
        "IMAP_SERVER": "localhost",
        "IMAP_PORT": str(inbox.secure),
        "IMAP_USERNAME": USER,
        "IMAP_PASSWORD": PASSWORD,
        "SSL_CERT_FILE": inbox.authority,
        "SAMPLE_MODE": "0",
        "PATH": os.environ["PATH"],
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "mail", "fetch"]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert (ended.returncode, ended.stdout) == (
        0, "New messages: 2\nAnswers to invitations: 1\nLetters that could not be delivered: 1\n",
    ), ended.stderr  # fmt: skip
    db.session.rollback()
    assert held_by(review, who).said is Answer.DECLINED
    assert letters_named("declined_alert") == [coordinator.email]
    failed = db.session.scalars(db.select(Letter).where(Letter.delivery == Delivery.FAILED)).all()
    assert [letter.recipient_email for letter in failed] == [review.contact.email]
    assert inbox.seen() == [True, True]
