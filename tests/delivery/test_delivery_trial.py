"""A test letter against a real SMTP server that misbehaves: how far it comes, and what to change."""

import base64
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from flask import Flask

from peerreview.delivery import conversation
from peerreview.delivery.conversation import Server
from peerreview.delivery.trial import Finding, try_out
from peerreview.extensions import db
from peerreview.models import Event, Letter
from peerreview.workflow import Role
from tests.builders import a_person, save
from tests.conftest import SignIn
from tests.inspector import Page, text_of
from tests.mail_server import MailServer, mail_server

STEPS = ["The name of the server", "The connection", "Encryption", "Signing in", "The sender", "The recipient",
         "Handing over"]  # fmt: skip
PASSWORD = "pa55 of the board"


def ours(port: int, **other: Any) -> Server:
    facts = {"host": "127.0.0.1", "port": port, "use_tls": False, "use_ssl": False, "username": "", "password": "",
             "sender": "Peer Review <peer-review@board.example>"}  # fmt: skip
    return Server(**facts | other)


def tried(server: Server) -> list[Finding]:
    found = try_out(server, "ada@school.example", b"Subject: Test\r\n\r\nTest\r\n")
    assert [one.title for one in found] == STEPS
    assert not any(PASSWORD in one.words for one in found)
    return found


def failing(server: Server) -> tuple[str, str]:
    """The one step that fails, and its words; what is before it is good, what is after it not reached."""
    found = tried(server)
    at = next(n for n, one in enumerate(found) if not one.is_good)
    assert [one.is_good for one in found] == [True] * at + [False] + [None] * (len(found) - at - 1)
    return found[at].title, found[at].words


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificates signed by themselves: good for this address, other for another one, old that has ended."""
    folder = tmp_path_factory.mktemp("tls")
    a_certificate(folder / "good", "127.0.0.1", days=2)
    a_certificate(folder / "other", "192.0.2.1", days=2)
    a_certificate(folder / "old", "127.0.0.1", days=-1)
    return folder


def a_certificate(file: Path, address: str, days: int) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Invented Authority")])
    now, names = datetime.now(UTC), x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=5))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file.with_suffix(".pem").write_bytes(signed.public_bytes(Encoding.PEM))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.with_suffix(".key").write_bytes(secret)


def with_certificate(certificates: Path, name: str = "good") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / f"{name}.pem", certificates / f"{name}.key")
    return context


def test_a_letter_that_goes(server: MailServer) -> None:
    found = tried(ours(server.port))
    assert all(one.is_good for one in found)
    assert "a mail server that calls itself " in found[1].words and "None, as the settings say." in found[2].words
    assert found[-1].words == "The server has the letter. It said: 250 kept"
    assert (len(server.arrived), server.connections) == (1, 1)


def test_no_such_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_where: Any, **_how: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(conversation.socket, "getaddrinfo", look_up)
    assert failing(ours(25, host="mail.invalid")) == (
        "The name of the server",
        "There is no machine named mail.invalid: check MAIL_SERVER.",
    )


def test_nobody_answers() -> None:
    title, words = failing(ours(1))
    assert title == "The connection" and words.startswith("Nothing answers on port 1: check MAIL_PORT.")


def test_a_port_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "WAIT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as quiet:
        title, words = failing(ours(quiet.getsockname()[1]))
    assert title == "The connection" and "needs MAIL_USE_SSL" in words


@pytest.mark.parametrize(("settings", "theirs"), [("use_tls", "tls_context"), ("use_ssl", "ssl_context")])
def test_a_certificate_is_verified_and_told_of(
    certificates: Path, monkeypatch: pytest.MonkeyPatch, settings: str, theirs: str
) -> None:
    with mail_server(**{theirs: with_certificate(certificates)}) as server:
        title, words = failing(ours(server.port, **{settings: True}))
        assert (title, "is signed by the server itself: put it into a file" in words) == ("Encryption", True)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "good.pem"))
        found = tried(ours(server.port, **{settings: True}))
        assert all(one.is_good for one in found) and len(server.arrived) == 1
        assert "The certificate is verified: issued by Invented Authority, good until " in found[2].words
        assert found[2].words.endswith("That is soon: have it renewed.")


@pytest.mark.parametrize(("name", "words"), [("other", "is for another address: set MAIL_SERVER"), ("old", "expired")])
def test_a_certificate_that_is_wrong(
    certificates: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / f"{name}.pem"))
    with mail_server(tls_context=with_certificate(certificates, name)) as server:
        title, said = failing(ours(server.port, use_tls=True))
    assert title == "Encryption" and words in said


def test_encryption_that_is_not_offered(server: MailServer) -> None:
    assert failing(ours(server.port, use_tls=True)) == (
        "Encryption",
        "The server offers no STARTTLS on this port: try MAIL_USE_SSL with port 465.",
    )
    title, words = failing(ours(server.port, use_ssl=True))
    assert title == "Encryption" and "does not speak TLS on port" in words


@contextmanager
def asking_for_a_password(certificates: Path) -> Iterator[MailServer]:
    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        echo = base64.b64encode(given.password).decode()
        refusal = f"535 5.7.8 {given.password.decode()} and {echo} are wrong"
        return AuthResult(success=given.password == b"right", handled=False, message=refusal)

    with mail_server(tls_context=with_certificate(certificates), authenticator=check, auth_required=True) as server:
        yield server


def test_a_wrong_password_is_never_shown(certificates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "good.pem"))
    with asking_for_a_password(certificates) as server:
        known = {"use_tls": True, "username": "us"}
        title, words = failing(ours(server.port, **known, password=PASSWORD))
        assert title == "Signing in" and "check MAIL_USERNAME and MAIL_PASSWORD" in words
        assert words.endswith("535 5.7.8 (password) and (password) are wrong")
        title, words = failing(ours(server.port, use_tls=True))
        assert title == "The sender" and "The server wants us to sign in" in words
        assert tried(ours(server.port, **known, password="right"))[3].words == "Signed in as us."


def test_a_sign_in_that_is_not_offered(server: MailServer) -> None:
    title, words = failing(ours(server.port, username="us", password=PASSWORD))
    assert title == "Signing in" and "takes no sign-in here" in words


@pytest.mark.parametrize(
    ("whose", "answer", "title", "words"),
    [
        ("peer-review@board.example", "550 5.7.1 not yours", "The sender", "set MAIL_DEFAULT_SENDER"),
        ("peer-review@board.example", "451 4.3.0 busy", "The sender", "come back later"),
        ("ada@school.example", "550 5.1.1 no such person", "The recipient", "refuses this address: check it"),
        ("ada@school.example", "554 5.7.1 Relay access denied", "The recipient", "does not send to other places"),
        ("ada@school.example", "451 4.7.1 greylisted", "The recipient", "Letters do so by themselves"),
    ],
)
def test_what_the_server_refuses(server: MailServer, whose: str, answer: str, title: str, words: str) -> None:
    server.refuse[whose] = answer
    at, said = failing(ours(server.port))
    assert at == title and words in said and said.endswith(f"said: {answer}")
    assert server.arrived == []


def test_a_line_that_drops(server: MailServer) -> None:
    server.drop["ada@school.example"] = 1
    title, words = failing(ours(server.port))
    assert title == "Handing over" and words.startswith("The line dropped")


def test_the_page(app: Flask, sign_in: SignIn, server: MailServer) -> None:
    app.config["MAIL_PORT"] = server.port
    administrator = a_person(Role.ADMINISTRATOR, name="Ines Ward")
    save()
    browser, address = sign_in(administrator), "/delivery/test-letter"
    assert administrator.email in browser.get(address).text
    answer = browser.submit(address, {"email": "ada@school.example"})  # type: ignore[attr-defined]
    said = text_of(Page(answer.text).root)
    assert "The mail server has the letter" in said and "Change this" not in said
    (message,) = server.to("ada@school.example")
    assert message["Subject"] == "Test letter from Peer Review"
    assert "Ines Ward, an administrator of Peer Review, sent it on" in message.get_body(("plain",)).get_content()
    assert db.session.scalar(db.select(db.func.count(Letter.id))) == 0
    assert db.session.scalars(db.select(Event)).one().facts == {"to": "ada@school.example"}
    server.refuse["ada@school.example"] = "550 5.1.1 no such person"
    said = text_of(Page(browser.submit(address, {"email": "ada@school.example"}).text).root)  # type: ignore[attr-defined]
    assert "The letter was not handed over" in said and "Handing over Not reached" in said
    app.config["MAIL_SERVER"] = ""
    assert "No mail server is set" in browser.get(address).text
