"""Letters handed to a real SMTP server: what arrives, and what is said when it does not."""

import base64
import re
import socket
import ssl
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP

import pytest
from aiosmtpd.smtp import AuthResult
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from peerreview import mailing
from peerreview.message import compose
from peerreview.undelivered import Misconfigured, PutOff, Refused, Unreachable
from tests.mail_server import mail_server

CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


@dataclass(frozen=True)
class Row:
    """A letter row, as far as mail is concerned."""

    recipient_name: str = "Ada Okafor"
    recipient_email: str = "ada@school.example"
    subject: str = "Please name staff for your peer review"
    text: str = "Please name staff.\n"
    html: str = "<p>Please name staff.</p>\n"
    message_id: str = "<letter-1@reviews.example>"
    in_reply_to: str | None = None
    calendar: bytes | None = None
    calendar_method: str | None = None
    written_at: datetime = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


SENDER = "Peer Review <reviews@reviews.example>"


@pytest.fixture
def server():
    with mail_server() as running:
        yield running


def an_app(port, **settings):
    """An app that knows nothing but how to send."""
    app = Flask("mailing")
    app.config.update(
        MAIL_SERVER="127.0.0.1", MAIL_PORT=port, MAIL_DEFAULT_SENDER=SENDER, MAIL_SUPPRESS_SEND=False, **settings
    )
    app.extensions["our mail"] = mail = mailing.Mail()
    mail.init_app(app)
    return app


def send(app, *rows):
    """Send the rows over one connection; the kind of each failure, or None."""
    outcomes = []
    with app.app_context(), app.extensions["our mail"].connect() as connection:
        for row in rows:
            try:
                connection.send(mailing.Letter(row))
                outcomes.append(None)
            except (Refused, PutOff) as failure:
                outcomes.append((type(failure), failure.words))
    return outcomes


def body(part):
    return part.get_content().replace("\r\n", "\n")


def test_a_plain_letter_arrives_as_text_and_html(server):
    row = Row(in_reply_to="<first@reviews.example>")
    assert send(an_app(server.port), row) == [None]
    (message,) = server.to("ada@school.example")
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert (body(text), body(html)) == (row.text, row.html)
    assert {name: message[name] for name in message if name != "Content-Type"} == {
        "From": "Peer Review <reviews@reviews.example>",
        "To": "Ada Okafor <ada@school.example>",
        "Subject": row.subject,
        "Date": "Mon, 23 Nov 2026 09:30:00 +0000",
        "Message-ID": row.message_id,
        "In-Reply-To": "<first@reviews.example>",
        "References": "<first@reviews.example>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "MIME-Version": "1.0",
    }
    assert server.envelopes == [("reviews@reviews.example", ["ada@school.example"])]


def test_an_invitation_has_the_shape_that_every_calendar_needs(server):
    assert send(an_app(server.port), Row(calendar=CALENDAR, calendar_method="REQUEST")) == [None]
    (message,) = server.arrived
    assert message.get_content_type() == "multipart/mixed"
    alternative, attached = message.iter_parts()
    text, html, invitation = alternative.iter_parts()
    assert alternative.get_content_type() == "multipart/alternative"
    assert [part["Content-Transfer-Encoding"] for part in (text, html, invitation, attached)] == [
        "quoted-printable",
        "quoted-printable",
        "base64",
        "base64",
    ]
    assert invitation.get_content_type() == "text/calendar"
    assert list(invitation["Content-Type"].params.items()) == [("method", "REQUEST"), ("charset", "UTF-8")]
    assert invitation["Content-Disposition"] is None
    assert str(attached["Content-Type"]) == 'application/ics; name="invite.ics"'
    assert attached.get_content_disposition() == "attachment" and attached.get_filename() == "invite.ics"
    decoded = [base64.b64decode(part.get_payload()) for part in (invitation, attached)]
    assert decoded == [CALENDAR, CALENDAR]


def test_the_method_of_header_and_body_cannot_differ():
    with pytest.raises(ValueError, match="METHOD"):
        compose(Row(calendar=CALENDAR, calendar_method="CANCEL"), SENDER)


def test_a_retry_is_the_same_bytes():
    row = Row(calendar=CALENDAR, calendar_method="REQUEST", text="naïve – ☃\n")
    assert compose(row, SENDER).as_bytes() == compose(row, SENDER).as_bytes()
    assert compose(row, SENDER).as_bytes() != compose(replace(row, message_id="<2@reviews.example>"), SENDER).as_bytes()


def test_names_in_any_script_and_very_long_lines_arrive_whole(server):
    row = Row(
        recipient_name="Zoë Łukasiewicz-Øst, 王小明",
        subject="Bitte nennen Sie 王小明 – " + "sehr " * 40 + "ende",
        text="naïve " * 2000 + "\n.\nFrom here\n",
        html="<p>" + "x" * 5000 + "☃</p>\n",
    )
    assert send(an_app(server.port), row) == [None]
    (message,) = server.arrived
    assert message["Subject"] == row.subject
    assert message["To"].addresses[0].display_name == "Zoë Łukasiewicz-Øst 王小明"
    text, html = message.iter_parts()
    assert (body(text), body(html)) == (row.text, row.html)
    assert all(len(line) <= 998 for line in server.raw[0].split(b"\r\n"))
    assert server.raw[0].isascii()


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Hello\r\nBcc: eve@evil.example"},
        {"subject": "Hello\nX: y"},
        {"recipient_name": "Ada\r\nBcc: eve@evil.example"},
        {"recipient_email": "ada@school.example\r\nBcc: eve@evil.example"},
        {"recipient_email": "ada@school.example, eve@evil.example"},
        {"recipient_email": "Ada <ada@school.example>"},
        {"recipient_email": "ada"},
        {"recipient_email": ""},
        {"recipient_email": "ädä@school.example"},
        {"message_id": "<1@x>\r\nX: y"},
        {"in_reply_to": "<1@x>\nX: y"},
    ],
)
def test_what_would_break_a_header_is_refused_and_the_next_letter_goes(server, change):
    (refused, sent) = send(an_app(server.port), replace(Row(), **change), Row(recipient_email="next@school.example"))
    assert refused[0] is Refused and sent is None
    assert [recipients for _, recipients in server.envelopes] == [["next@school.example"]]


@given(name=st.text(max_size=120), subject=st.text(max_size=300), text=st.text(max_size=2000))
def test_any_text_is_carried_or_refused(name, subject, text):
    row = Row(recipient_name=name, subject=subject, text=text + "\n")
    try:
        message = compose(row, SENDER)
    except Refused:
        assert re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", name + subject)
        return
    data = message.as_bytes()
    assert data.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", data)
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    arrived = message_from_bytes(data, policy=SMTP)
    assert [address.addr_spec for address in arrived["To"].addresses] == [row.recipient_email]
    assert " ".join(arrived["Subject"].split()) == " ".join(subject.split())
    assert not arrived.defects


def test_a_long_message_id_is_not_folded_into_code_words():
    long = f"<{'a' * 90}@{'b' * 60}.example>"
    data = compose(Row(message_id=long, in_reply_to=long), SENDER).as_bytes().replace(b"\r\n ", b" ")
    for name in ("Message-ID", "In-Reply-To", "References"):
        assert re.search(rf"\r\n{name}: +{long}\r\n".encode(), data)


def test_one_connection_carries_a_batch(server):
    rows = [Row(recipient_email=f"p{number}@school.example") for number in range(20)]
    assert send(an_app(server.port), *rows) == [None] * 20
    assert (server.connections, len(server.arrived)) == (1, 20)


def test_a_server_that_ends_a_long_conversation_gets_a_new_one_and_nothing_twice(server):
    server.letters_per_connection = 3
    rows = [Row(recipient_email=f"p{number}@school.example") for number in range(8)]
    assert send(an_app(server.port), *rows) == [None] * 8
    assert [recipients[0] for _, recipients in server.envelopes] == [row.recipient_email for row in rows]
    assert server.connections == 3


def test_a_refused_address_stops_nobody_and_says_what_to_mend(server):
    server.refuse["gone@school.example"] = "550 5.1.1 no such person"
    assert send(an_app(server.port), Row(recipient_email="gone@school.example"), Row()) == [
        (Refused, "The mail server refused this address. It said: 550 5.1.1 no such person"),
        None,
    ]


def test_greylisting_is_put_off_and_the_retry_arrives_once(server):
    server.greylist.add("ada@school.example")
    assert send(an_app(server.port), Row(), Row()) == [
        (PutOff, "The mail server asked us to try again later. It said: 451 4.7.1 greylisted, try again"),
        None,
    ]
    assert len(server.arrived) == 1


def test_a_line_dropped_in_the_middle_of_data_is_put_off_and_the_next_letter_goes(server):
    server.drop["ada@school.example"] = 1
    rows = Row(), Row(recipient_email="next@school.example"), Row()
    first, second, third = send(an_app(server.port), *rows)
    assert first == (PutOff, "The connection to the mail server dropped while the letter was being handed over.")
    assert (second, third) == (None, None)
    assert [recipients[0] for _, recipients in server.envelopes] == ["next@school.example", "ada@school.example"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("554 5.7.1 Relay access denied", "does not send for us"),
        ("530 5.7.0 Authentication required", "does not send for us"),
    ],
)
def test_a_server_that_does_not_send_for_us_is_no_fault_of_the_address(server, answer, words):
    server.refuse["ada@school.example"] = answer
    with pytest.raises(Misconfigured, match=words):
        send(an_app(server.port), Row())


def test_a_refused_sender_is_for_the_administrator(server):
    server.refuse["reviews@reviews.example"] = "550 5.7.1 not yours"
    with pytest.raises(Misconfigured, match="does not accept our sender address"):
        send(an_app(server.port), Row())


def test_nobody_listening_and_no_such_server():
    with pytest.raises(Unreachable) as unreachable:
        send(an_app(1), Row())
    assert type(unreachable.value) is Unreachable
    app = an_app(25)
    app.extensions["mail"].server = "mail.invalid"
    with pytest.raises(Unreachable, match=r"mail\.invalid"):
        send(app, Row())


def test_a_server_that_never_answers_has_an_end(monkeypatch):
    monkeypatch.setattr(mailing, "TIMEOUT_SECONDS", 0.2)
    with silent_port() as port, pytest.raises(Unreachable, match="could not be reached"):
        send(an_app(port), Row())


@contextmanager
def silent_port():
    """A port that accepts and then says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as quiet:
        yield quiet.getsockname()[1]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that no authority has signed."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mail",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return folder


def encrypted(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    return context


@pytest.mark.parametrize(
    ("ours", "theirs"), [("MAIL_USE_TLS", "tls_context"), ("MAIL_USE_SSL", "ssl_context")], ids=["STARTTLS", "TLS"]
)
def test_a_certificate_is_verified(certificate, monkeypatch, ours, theirs):
    with mail_server(**{theirs: encrypted(certificate)}) as server:
        app = an_app(server.port, **{ours: True})
        with pytest.raises(Misconfigured, match=r"certificate of 127\.0\.0\.1 could not be verified"):
            send(app, Row())
        assert server.arrived == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
        assert send(app, Row()) == [None]
    assert len(server.arrived) == 1


def test_a_server_without_starttls_gets_nothing_in_the_clear(server):
    with pytest.raises(Misconfigured, match="does not offer"):
        send(an_app(server.port, MAIL_USE_TLS=True), Row())
    assert server.arrived == []


def test_plain_talk_on_a_port_that_expects_it_but_settings_say_tls(server):
    with pytest.raises(Misconfigured, match="does not speak TLS on this port"):
        send(an_app(server.port, MAIL_USE_SSL=True), Row())


def test_a_wrong_password_is_for_the_administrator(certificate, monkeypatch):
    def check(server, session, envelope, mechanism, given):
        return AuthResult(success=given.password == b"right", handled=False)

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    with mail_server(tls_context=encrypted(certificate), authenticator=check, auth_required=True) as server:
        settings = {"MAIL_USE_TLS": True, "MAIL_USERNAME": "us"}
        with pytest.raises(Misconfigured, match="did not accept the user name and password"):
            send(an_app(server.port, **settings, MAIL_PASSWORD="wrong"), Row())
        assert send(an_app(server.port, **settings, MAIL_PASSWORD="right"), Row()) == [None]
