"""No letter is lost, none is sent for something that did not happen, on each database and a real SMTP server."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from aiosmtpd.smtp import AuthResult
from sqlalchemy import update

from peerreview import leases, links, mailing, outbox
from peerreview.extensions import db
from peerreview.models import Delivery, Invitation, Letter, Participant, Purpose, Visit, utc_now
from peerreview.workflow import Stage
from tests.builders import a_review, save
from tests.mail_server import mail_server

pytestmark = pytest.mark.usefixtures("any_app")


@pytest.fixture
def server(any_app):
    """A mail server that the app of the test sends to."""
    with mail_server() as running:
        any_app.config["MAIL_PORT"] = any_app.extensions["mail"].port = running.port
        yield running


def a_letter(email="ada@school.example", **columns):
    """A letter in the transaction; the test saves it or does not."""
    number = db.session.scalar(db.select(db.func.count(Letter.id))) + 1
    values = {
        "name": "test",
        "recipient_name": "Ada Okafor",
        "subject": f"Letter {number}",
        "text": "Please come.\n",
        "html": "<p>Please come.</p>\n",
        "message_id": f"<letter-{number}-{columns.get('invitation_id', 0)}@board.example>",
    }
    letter = Letter(recipient_email=email, **{**values, **columns})
    db.session.add(letter)
    db.session.flush()
    return letter


def the_letters():
    """(address, delivery, tries, trouble) of every letter, oldest first."""
    rows = db.session.scalars(db.select(Letter).order_by(Letter.id)).all()
    found = [(row.recipient_email, row.delivery, row.tries, row.trouble) for row in rows]
    db.session.rollback()
    return found


def later(**columns):
    """Let the time pass that letters wait for."""
    db.session.execute(update(Letter).values(**(columns or {"not_before": utc_now() - timedelta(seconds=1)})))
    save()


def addresses(server):
    return [recipients[0] for _, recipients in server.envelopes]


def test_what_is_rolled_back_is_never_sent_and_what_is_committed_arrives_once(server):
    committed, undone = [], []
    for number in range(600):
        kept = number % 2 == 0
        email = f"p{number}@school.example"
        a_letter(email, message_id=f"<{number}@board.example>")
        (committed if kept else undone).append(email)
        save() if kept else db.session.rollback()
    assert outbox.deliver_waiting() == 300
    assert sorted(addresses(server)) == sorted(committed)
    assert outbox.deliver_waiting() == 0
    assert {delivery for _, delivery, *_ in the_letters()} == {Delivery.SENT}


def test_an_urgent_letter_overtakes_those_that_wait(server):
    for number in range(50):
        a_letter(f"p{number}@school.example", message_id=f"<{number}@board.example>")
    a_letter("code@school.example", urgent=True)
    save()
    outbox.deliver_waiting()
    assert addresses(server)[0] == "code@school.example"
    assert len(server.arrived) == 51


def test_a_sign_in_code_overtakes_five_thousand_letters(server, any_app):
    """It waits for what is in a worker's hands, at most one batch, and not for the queue."""
    a_letter("p@school.example")
    first = db.session.scalars(db.select(Letter)).one()
    row = {column.name: getattr(first, column.name) for column in Letter.__table__.columns if column.name != "id"}
    db.session.execute(db.insert(Letter), [row | {"message_id": f"<{n}@board.example>"} for n in range(5000)])
    save()
    asked = []

    def ask_for_a_code(address):
        asked.append(address)
        if len(asked) == 3:
            with any_app.app_context():
                code = {"recipient_email": "code@school.example", "message_id": "<code@board.example>", "urgent": True}
                db.session.execute(db.insert(Letter), [row | code])
                outbox.commit()

    server.on_data = ask_for_a_code
    outbox.deliver_waiting(lambda: len(server.arrived) >= 2 * outbox.BATCH)
    assert addresses(server).index("code@school.example") == outbox.BATCH  # the first of the second batch
    assert server.connections == 1
    free = {row[1:3] for row in the_letters() if row[1] is Delivery.WAITING}
    assert free == {(Delivery.WAITING, 0)}
    assert db.session.scalar(db.select(db.func.count(Letter.id)).where(Letter.lease.is_not(None))) == 0


def test_one_connection_carries_every_batch(server):
    for number in range(3 * outbox.BATCH):
        a_letter(f"p{number}@school.example", message_id=f"<{number}@board.example>")
    save()
    assert outbox.deliver_waiting() == 3 * outbox.BATCH
    assert server.connections == 1
    assert outbox.deliver_waiting() == 0
    assert server.connections == 1  # nothing waits, so nobody is called


def test_only_the_mark_of_a_letter_does_not_wait_for_the_disk(server, any_app):
    """A power cut may forget the marks of a batch; an act of a person is on the disk before they read that it is."""
    on_sqlite = db.engine.dialect.name == "sqlite"
    asked = db.text("PRAGMA synchronous" if on_sqlite else "SHOW synchronous_commit")
    waits = (2, "on")
    connection = db.session.connection(execution_options={"durable": False})
    assert connection.scalar(asked) not in waits
    db.session.rollback()
    a_letter()
    save()
    assert outbox.deliver_waiting() == 1
    for _ in range(3):
        assert db.session.scalar(asked) in waits
        db.session.rollback()


def test_a_server_that_ends_long_conversations_costs_no_try(server):
    server.letters_per_connection = 7
    for number in range(25):
        a_letter(f"p{number}@school.example", message_id=f"<{number}@board.example>")
    save()
    assert outbox.deliver_waiting() == 25
    assert {row[1:] for row in the_letters()} == {(Delivery.SENT, 1, "")}
    assert Counter(addresses(server)).most_common(1)[0][1] == 1


def test_a_slow_server_gets_each_letter_once_while_another_worker_looks(server, any_app):
    """A letter in one worker's hands is nobody else's, however long the server takes."""
    server.seconds_per_letter = 0.15
    for number in range(4):
        a_letter(f"p{number}@school.example", message_id=f"<{number}@board.example>")
    save()

    def look(_address):
        with any_app.app_context():
            assert leases.take(outbox.BATCH) == []
            db.session.rollback()

    server.on_data = look
    assert outbox.deliver_waiting() == 4
    assert Counter(addresses(server)) == Counter(f"p{number}@school.example" for number in range(4))


def test_a_server_that_stops_answering_is_tried_again(server, any_app, monkeypatch):
    monkeypatch.setattr(mailing, "TIMEOUT_SECONDS", 0.3)
    server.seconds_per_letter = 1.0
    a_letter()
    save()
    assert outbox.deliver_waiting() == 0
    ((_, delivery, tries, trouble),) = the_letters()
    assert (delivery, tries) == (Delivery.WAITING, 1) and "dropped while the letter was being handed over" in trouble


def test_everybody_is_greylisted_and_everybody_gets_their_letter_once(server):
    everybody = {f"p{number}@school.example" for number in range(30)}
    server.greylist |= everybody
    for address in sorted(everybody):
        a_letter(address, message_id=f"<{address}>")
    save()
    assert outbox.deliver_waiting() == 0
    assert {row[1:3] for row in the_letters()} == {(Delivery.WAITING, 1)}
    later()
    assert outbox.deliver_waiting() == 30
    assert Counter(addresses(server)) == Counter(everybody)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_wrong_password_costs_no_try_and_is_mended_by_the_right_one(any_app):
    def check(_server, _session, _envelope, _mechanism, given):
        return AuthResult(success=given.password == b"right", handled=False)

    mail = any_app.extensions["mail"]
    a_letter()
    a_letter("next@school.example")
    save()
    with mail_server(authenticator=check, auth_require_tls=False, auth_required=True) as server:
        mail.port, mail.username, mail.password = server.port, "us", "wrong"
        assert outbox.deliver_waiting() == 0
        wrong = "The mail server 127.0.0.1 did not accept the user name and password."
        assert [row[1:3] for row in the_letters()] == [(Delivery.WAITING, 0)] * 2
        assert all(row[3].startswith(wrong) and "right" not in row[3] for row in the_letters())
        assert server.connections == 1  # and no letter was tried on it
        mail.password = "right"
        later()
        assert outbox.deliver_waiting() == 2
        assert len(server.arrived) == 2


def test_a_server_that_does_not_exist_costs_no_try(server, any_app, monkeypatch):
    def look_up(*_where, **_how):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    a_letter()
    save()
    with monkeypatch.context() as away:
        away.setattr(socket, "getaddrinfo", look_up)
        assert outbox.deliver_waiting() == 0
    nowhere = "There is no mail server named 127.0.0.1: check MAIL_SERVER."
    assert the_letters() == [("ada@school.example", Delivery.WAITING, 0, nowhere)]
    later()
    assert outbox.deliver_waiting() == 1


def test_links_and_codes_are_filled_in_at_hand_over_and_never_stored(server):
    link = links.give(a_review(Stage.ARRANGING), Purpose.ORGANISATION, "Ada", "ada@school.example")
    letter = a_letter(text=f"Open {links.page(link, '/staff')}\n", html=f"<p>~link-{link.id}~</p>\n")
    save()
    token = links.token(link)
    outbox.deliver_waiting()
    text, html = server.arrived[0].iter_parts()
    assert f"Open http://localhost/my/{token}/staff" in text.get_content()
    assert f"<p>{token}</p>" in html.get_content()
    db.session.refresh(letter)
    assert token not in letter.text + letter.html


def test_a_refused_address_is_shown_and_stops_nobody_and_can_be_mended(server):
    server.refuse["gone@school.example"] = "550 5.1.1 no such person"
    a_letter("gone@school.example")
    a_letter("ada@school.example")
    save()
    assert outbox.deliver_waiting() == 1
    refused = "The mail server refused this address. It said: 550 5.1.1 no such person"
    assert the_letters() == [
        ("gone@school.example", Delivery.FAILED, 1, refused),
        ("ada@school.example", Delivery.SENT, 1, ""),
    ]
    letter = db.session.scalar(db.select(Letter).where(Letter.delivery == Delivery.FAILED))
    outbox.send_again(letter, "new@school.example")
    save()
    outbox.deliver_waiting()
    assert addresses(server) == ["ada@school.example", "new@school.example"]
    with pytest.raises(ValueError, match="could not be delivered"):
        outbox.send_again(letter)


def test_greylisting_waits_and_then_arrives_once(server):
    server.greylist.add("ada@school.example")
    a_letter()
    save()
    assert outbox.deliver_waiting() == 0
    ((_, delivery, tries, trouble),) = the_letters()
    assert (delivery, tries) == (Delivery.WAITING, 1)
    assert "451 4.7.1 greylisted" in trouble
    assert outbox.deliver_waiting() == 0  # not yet
    later()
    assert outbox.deliver_waiting() == 1
    assert the_letters() == [("ada@school.example", Delivery.SENT, 2, "")]
    assert len(server.arrived) == 1


def test_a_line_dropped_in_the_middle_of_data_is_tried_again_with_the_same_bytes(server):
    server.drop["ada@school.example"] = 1
    letter = a_letter()
    a_letter("next@school.example")
    save()
    message_id = letter.message_id
    assert outbox.deliver_waiting() == 1
    later()
    assert outbox.deliver_waiting() == 1
    assert addresses(server) == ["next@school.example", "ada@school.example"]
    assert server.to("ada@school.example")[0]["Message-ID"] == message_id


def test_after_the_last_try_it_could_not_be_delivered(server):
    server.refuse["ada@school.example"] = "451 4.3.0 busy"
    a_letter(tries=leases.MOST_TRIES - 1)
    save()
    outbox.deliver_waiting()
    said = "The mail server asked us to try again later. It said: 451 4.3.0 busy"
    assert the_letters() == [("ada@school.example", Delivery.FAILED, leases.MOST_TRIES, said)]


def test_the_waits_grow_and_have_an_end(server):
    server.refuse["ada@school.example"] = "451 4.3.0 busy"
    letter = a_letter()
    save()
    waits = []
    for _ in range(leases.MOST_TRIES - 1):
        later()
        outbox.deliver_waiting()
        waits.append(round((letter.not_before - utc_now()).total_seconds() / 60))
        db.session.rollback()
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128] + [240] * 11


def test_a_mail_server_that_is_away_costs_no_try_and_loses_nothing(server, any_app):
    any_app.extensions["mail"].port = 1
    a_letter()
    a_letter("next@school.example")
    save()
    assert outbox.deliver_waiting() == 0
    away = "The mail server 127.0.0.1 could not be reached."
    assert the_letters() == [
        ("ada@school.example", Delivery.WAITING, 0, away),
        ("next@school.example", Delivery.WAITING, 0, away),
    ]
    any_app.extensions["mail"].port = server.port
    later()
    assert outbox.deliver_waiting() == 2


def test_a_letter_that_cannot_be_a_message_stops_nobody(server):
    a_letter(calendar=b"BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\n", calendar_method="REQUEST")
    a_letter("next@school.example", subject="Two\nlines")
    a_letter("last@school.example")
    save()
    assert outbox.deliver_waiting() == 1
    assert [row[1:] for row in the_letters()] == [
        (Delivery.FAILED, 1, "This letter could not be made into a message."),
        (Delivery.FAILED, 1, "The subject has a line break or control character in it."),
        (Delivery.SENT, 1, ""),
    ]


def test_a_worker_that_is_told_to_stop_finishes_the_letter_in_hand_and_gives_the_rest_back(server):
    for number in range(5):
        a_letter(f"p{number}@school.example", message_id=f"<{number}@board.example>")
    save()
    assert outbox.deliver_waiting(lambda: len(server.arrived) >= 2) == 2
    assert [row[1:3] for row in the_letters()] == [(Delivery.SENT, 1)] * 2 + [(Delivery.WAITING, 0)] * 3
    assert outbox.deliver_waiting() == 3
    assert len(server.arrived) == 5


def test_two_workers_at_once_send_each_letter_once(server, any_app):
    for number in range(100):
        a_letter(f"p{number}@school.example", message_id=f"<{number}@board.example>")
    save()
    troubles = []

    def work():
        try:
            with any_app.app_context():
                outbox.deliver_waiting()
        except Exception as trouble:
            troubles.append(trouble)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert troubles == []
    assert Counter(addresses(server)) == Counter({f"p{number}@school.example": 1 for number in range(100)})
    assert server.connections > 1
    assert {row[1] for row in the_letters()} == {Delivery.SENT}


KILLED = """
import sys
from pathlib import Path
from peerreview import create_app, outbox
from tests.conftest import settings_for
app = create_app(settings_for(sys.argv[1], Path(sys.argv[2]), mail_port=int(sys.argv[3])))
with app.app_context():
    outbox.deliver_waiting()
"""


def test_a_worker_killed_midway_loses_nothing_and_repeats_at_most_the_letter_in_its_hand(server, any_app, tmp_path):
    server.seconds_per_letter = 0.05
    for number in range(60):
        a_letter(f"p{number}@school.example", message_id=f"<{number}@board.example>")
    save()
    url = db.engine.url.render_as_string(hide_password=False)
    worker = subprocess.Popen([sys.executable, "-c", KILLED, url, str(tmp_path), str(server.port)])
    try:
        patience = time.monotonic() + 30
        while len(server.arrived) < 25 and time.monotonic() < patience:
            time.sleep(0.01)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)
    server.seconds_per_letter = 0
    before = len(server.arrived)
    assert 25 <= before < 60
    outbox.deliver_waiting()  # what nobody holds
    assert any(row[1] is Delivery.WAITING for row in the_letters())  # what the dead worker holds
    later(leased_until=utc_now() - timedelta(seconds=1))
    outbox.deliver_waiting()
    arrived = Counter(str(message["Message-ID"]) for message in server.arrived)
    assert set(arrived) == {f"<{number}@board.example>" for number in range(60)}
    assert sum(arrived.values()) <= 61
    assert {row[1] for row in the_letters()} == {Delivery.SENT}


def an_invitation():
    """Somebody's invitation to a visit."""
    review = a_review(Stage.PREPARING)
    link = links.give(review, Purpose.PARTICIPANT, "Ada", "ada@school.example")
    ada = Participant(review=review, link=link, name="Ada", email=link.email, role="DSL", of_the_team=False)
    visit = Visit(review=review, uid="1@board.example", starts_at=utc_now(), minutes=60, place="Hall")
    told = {"sequence": 0, "asked_sequence": 0, "starts_at": visit.starts_at, "ends_at": visit.ends_at}
    invitation = Invitation(visit=visit, participant=ada, first_message_id="<1@board.example>", **told)
    db.session.add(invitation)
    db.session.flush()
    return invitation


def calendar(method):
    return {"calendar": f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\n".encode(), "calendar_method": method}


def test_an_older_letter_about_the_same_invitation_is_dropped(server):
    of = an_invitation().id
    a_letter(subject="invite", invitation_id=of, message_id="<1@board.example>", **calendar("REQUEST"))
    a_letter(subject="move", invitation_id=of, message_id="<2@board.example>", **calendar("REQUEST"))
    a_letter(subject="cancel", invitation_id=of, message_id="<3@board.example>", **calendar("CANCEL"))
    save()
    assert outbox.deliver_waiting() == 1
    assert [message["Subject"] for message in server.arrived] == ["cancel"]
    assert [row[1] for row in the_letters()] == [Delivery.SUPERSEDED, Delivery.SUPERSEDED, Delivery.SENT]


def test_a_cancelling_waits_while_the_invitation_may_be_on_its_way(server):
    of = an_invitation().id
    held = {"lease": "another worker", "leased_until": utc_now() + timedelta(minutes=5)}
    a_letter(subject="invite", invitation_id=of, message_id="<1@board.example>", **calendar("REQUEST"), **held)
    a_letter(subject="cancel", invitation_id=of, message_id="<2@board.example>", **calendar("CANCEL"))
    save()
    assert outbox.deliver_waiting() == 0
    later(leased_until=utc_now() - timedelta(seconds=1))  # the other worker died
    assert outbox.deliver_waiting() == 1
    assert [message["Subject"] for message in server.arrived] == ["cancel"]


def test_an_invitation_put_off_while_it_is_cancelled_is_never_sent_again(server, any_app):
    server.greylist.add("ada@school.example")
    of = an_invitation().id
    a_letter(subject="invite", invitation_id=of, message_id="<1@board.example>", **calendar("REQUEST"))
    save()
    outbox.deliver_waiting()
    a_letter(subject="cancel", invitation_id=of, message_id="<2@board.example>", **calendar("CANCEL"))
    save()
    later()
    outbox.deliver_waiting()
    assert [message["Subject"] for message in server.arrived] == ["cancel"]


def test_a_failed_invitation_is_not_sent_again_after_its_cancelling(server):
    of = an_invitation().id
    first = a_letter(invitation_id=of, message_id="<1@board.example>", delivery=Delivery.FAILED, **calendar("REQUEST"))
    a_letter(invitation_id=of, message_id="<2@board.example>", delivery=Delivery.SENT, **calendar("CANCEL"))
    outbox.send_again(first)
    save()
    assert outbox.deliver_waiting() == 0
    with pytest.raises(ValueError, match="names its address"):
        first.delivery = Delivery.FAILED
        outbox.send_again(first, "new@school.example")


def test_without_a_mail_server_letters_are_kept_to_be_read_in_the_app(any_app):
    any_app.config["MAIL_SERVER"] = ""
    a_letter()
    save()
    assert outbox.deliver_waiting() == 1
    assert the_letters() == [("ada@school.example", Delivery.SENT, 1, "")]


def test_no_transaction_is_open_while_a_letter_is_sent(server, any_app):
    """Another writer gets through at the moment of hand-over."""
    wrote = []

    def write(address):
        with any_app.app_context():
            db.session.execute(update(Letter).values(subject="Changed"))
            outbox.commit()
            wrote.append(address)

    server.on_data = write
    a_letter()
    save()
    assert outbox.deliver_waiting() == 1
    assert wrote == ["ada@school.example"]
