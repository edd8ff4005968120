"""What a message is, from its bytes alone; and that no bytes whatever make the reader raise."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peerreview.correspondence import answers, reading
from peerreview.correspondence.answers import Counter, NoReply, Reply
from peerreview.correspondence.reading import Automatic, Personal, TooLarge, Unreadable
from peerreview.correspondence.returned import Report
from peerreview.models import Answer
from tests.correspondence.shapes import OURS, SHAPES, Said, apple, bounce, dmarc, exchange, gmail, lines, person

SERVER = "mail.board.example"


def read(raw, **more):
    return reading.read(raw, our_address=OURS, authserv_id=SERVER, **more)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("answer", ["ACCEPTED", "TENTATIVE", "DECLINED"])
def test_every_program_s_answer_is_read(shape, answer):
    said = Said(answer=answer, who="DSL@School.example", sequence=3, comment="Only until noon")
    message = read(SHAPES[shape](said))
    assert message.found == Reply(
        uid="5f0c@board.example",
        attendee="dsl@school.example",
        answer=answer.lower(),
        sequence=3,
        stamped_at=datetime(2026, 11, 23, 10, 15, tzinfo=UTC),
        comment="Only until noon",
    )
    assert (message.sender, message.is_forged) == ("dsl@school.example", False)


def test_the_answers_are_those_of_the_model():
    assert {str(answer) for answer in Answer} == answers.ANSWERS


def test_a_subject_in_another_language_and_the_thread_are_read():
    message = read(exchange())
    assert message.subject == "Accepté : Peer review of Oakfield Primary School"
    assert message.thread == ("<first@board.example>",)
    assert message.text == "À bientôt"


@pytest.mark.parametrize("organizer", ["", OURS, OURS.upper()])
def test_the_organiser_is_us_or_left_out(organizer):
    assert isinstance(read(apple(Said(organizer=organizer))).found, Reply)


REFUSED = [
    (
        Said(organizer="head@other.example"),
        NoReply("It answers somebody else's invitation.", True, "5f0c@board.example"),
    ),
    (Said(method="REQUEST"), NoReply("It is a calendar message, but not an answer.", True)),
    (Said(method="COUNTER", comment="Thursday?"), Counter("5f0c@board.example", "Thursday?")),
    (Said(answer="DELEGATED"), NoReply("It says neither yes, nor maybe, nor no.", uid="5f0c@board.example")),
    (Said(answer="NEEDS-ACTION"), NoReply("It says neither yes, nor maybe, nor no.", uid="5f0c@board.example")),
    (Said(stamp="20261123"), NoReply("It does not say when it was given.", uid="5f0c@board.example")),
    (Said(stamp="20261123T101500"), NoReply("It does not say when it was given.", uid="5f0c@board.example")),
    (Said(sequence=-1), NoReply("It does not say when it was given.", uid="5f0c@board.example")),
    (Said(sequence=10**40), NoReply("It does not say when it was given.", uid="5f0c@board.example")),
    (Said(uid=""), NoReply("It does not say which invitation it answers.")),
]


@pytest.mark.parametrize(("said", "found"), REFUSED)
def test_what_is_no_answer_says_why(said, found):
    assert read(apple(said)).found == found


def with_calendar(body, kind="text/calendar; method=REPLY"):
    return f"From: dsl@school.example\r\nContent-Type: {kind}\r\n\r\n".encode() + lines(body).encode()


EVENT = """BEGIN:VEVENT
UID:5f0c@board.example
DTSTAMP:20261123T101500Z
ATTENDEE;PARTSTAT=ACCEPTED:mailto:dsl@school.example
{more}END:VEVENT
"""


def a_calendar(*events, method="REPLY"):
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:{method}\n{''.join(events)}END:VCALENDAR\n"


def test_two_events_two_attendees_and_two_calendars_are_not_one_answer():
    one = EVENT.format(more="")
    assert read(with_calendar(a_calendar(one, one))).found == NoReply("It does not answer one invitation.")
    two = EVENT.format(more="ATTENDEE;PARTSTAT=DECLINED:mailto:head@school.example\n")
    assert read(with_calendar(a_calendar(two))).found == NoReply(
        "It does not say who answers.", uid="5f0c@board.example"
    )
    differing = (
        gmail().replace(b"PARTSTAT=ACCEPTED", b"PARTSTAT=DECLINED", 1).replace(b"application/ics", b"text/calendar")
    )
    assert read(differing).found == NoReply("It has several calendars in it.")


def test_a_header_that_says_something_else_than_its_calendar_is_not_believed():
    body = a_calendar(EVENT.format(more=""))
    found = read(with_calendar(body, "text/calendar; method=CANCEL")).found
    assert found == NoReply("The message and its calendar say different things.")


def test_a_missing_sequence_is_the_first():
    found = read(with_calendar(a_calendar(EVENT.format(more="")))).found
    assert isinstance(found, Reply) and found.sequence == 0


def test_a_comment_is_one_text_without_control_characters():
    more = "COMMENT:Sorry\\, ill\\n\\nSee\u202e you\nCOMMENT:Dee\n"
    found = read(with_calendar(a_calendar(EVENT.format(more=more)))).found
    assert isinstance(found, Reply) and found.comment == "Sorry, ill\n\nSee you\nDee"


def forwarded(raw, kind="message/rfc822"):
    return (
        b"From: Head <head@school.example>\r\nSubject: Fwd: is this right?\r\nMessage-ID: <f@school.example>\r\n"
        b'Content-Type: multipart/mixed; boundary="F0"\r\n\r\n--F0\r\nContent-Type: text/plain\r\n\r\n'
        b"Is this right?\r\n"
        b"--F0\r\nContent-Type: " + kind.encode() + b"\r\n\r\n" + raw + b"\r\n--F0--\r\n"
    )


def test_an_answer_that_somebody_forwards_is_not_theirs():
    message = read(forwarded(exchange()))
    assert (message.found, message.text) == (Personal(), "Is this right?")


def test_a_letter_that_came_back():
    message = read(bounce())
    assert message.found == Report(
        failed=True,
        letters=("<letter-1@board.example>",),
        sent_to="old@school.example",
        said="550 5.1.1 <old@school.example>: Recipient address rejected: User unknown in virtual mailbox table",
    )


def test_a_delay_is_not_a_failure():
    found = read(bounce(action="delayed")).found
    assert isinstance(found, Report) and not found.failed


def test_a_report_with_only_the_headers_and_in_other_words_is_read():
    only_headers = bounce().replace(b"Content-Type: message/rfc822", b"Content-Type: text/rfc822-headers")
    found = read(only_headers.replace(b"message/delivery-status", b"message/global-delivery-status")).found
    assert isinstance(found, Report)
    assert (found.failed, found.letters, found.sent_to) == (
        True, ("<letter-1@board.example>",), "old@school.example",
    )  # fmt: skip


def test_a_report_that_a_person_sends_on_is_no_report():
    assert read(forwarded(bounce())).found == Personal()
    assert read(bounce(returns="<head@school.example>")).found == Automatic()


AUTOMATIC = [
    "Auto-Submitted: auto-replied\n",
    "Return-Path: <>\n",
    "Precedence: bulk\n",
    "List-Unsubscribe: <https://news.example/>\n",
    "X-Autoreply: yes\n",
]


@pytest.mark.parametrize("header", AUTOMATIC)
def test_automatic_mail_is_ignored(header):
    assert read(person(top=header)).found == Automatic()


@pytest.mark.parametrize("sender", ["noreply@school.example", "MAILER-DAEMON@school.example"])
def test_mail_from_no_person_is_ignored(sender):
    assert read(person(sender=sender)).found == Automatic()


@pytest.mark.parametrize("header", ["", "Auto-Submitted: no\n", "Return-Path: <dsl@school.example>\n"])
def test_a_person_s_mail_is_a_person_s(header):
    message = read(person(top=header))
    assert (message.found, message.text) == (Personal(), "Can we park at the school?")


def test_mail_in_html_alone_is_read_as_text():
    raw = person("<style>p{}</style><p>Can we <b>park</b> &amp; charge?</p><script>alert(1)</script>")
    message = read(raw.replace(b"text/plain", b"text/html"))
    assert message.text == "Can we park & charge?"


SENDERS = [
    ("Dee Lead <dsl@school.example>", "dsl@school.example"),
    ("DSL@SCHOOL.EXAMPLE", "dsl@school.example"),
    ('"Lead, Dee" <dsl@school.example>', "dsl@school.example"),
    ('"dsl@school.example" <other@elsewhere.example>', "other@elsewhere.example"),
    ("=?utf-8?q?dsl=40school.example?= <other@elsewhere.example>", "other@elsewhere.example"),
    ("dsl@school.example <other@elsewhere.example>", ""),
    ("<dsl@school.example> <other@elsewhere.example>", ""),
    ("dsl@school.example, other@elsewhere.example", ""),
    ("=?utf-8?q?dsl?=@school.example", ""),
    ("<@elsewhere.example:dsl@school.example>", ""),
    ("dsl@school.example\x00", ""),
    ("undisclosed-recipients:;", ""),
    ("", ""),
]


@pytest.mark.parametrize(("written", "address"), SENDERS)
def test_the_sender_is_one_address_that_nobody_misreads(written, address):
    raw = person().replace(b"Dee Lead <dsl@school.example>", written.encode())
    assert read(raw).sender == address


def test_two_senders_are_none():
    assert read(person(top="From: other@elsewhere.example\n")).sender == ""


DMARC = [
    (dmarc("fail"), True),
    (dmarc("pass"), False),
    (dmarc("fail", "elsewhere.example"), False),
    (dmarc("pass") + dmarc("fail"), True),
    (dmarc("FAIL", "Mail.Board.example"), True),
    (f"Authentication-Results: {SERVER} 1; dmarc/1=fail\r\n", True),
    (f'Authentication-Results: {SERVER}; spf=pass smtp.mailfrom="(" ; (c) dmarc = fail; dkim=pass ")"\r\n', True),
    (f"Authentication-Results: {SERVER};" + " dkim=none;" * 2000 + " dmarc=fail\r\n", True),
    (f"Authentication-Results: {SERVER}; none\r\n", False),
    (f"Authentication-Results: elsewhere.example; x={SERVER}; dmarc=fail\r\n", False),
    ("", False),
]


@pytest.mark.parametrize(("top", "forged"), DMARC)
def test_only_our_own_server_s_finding_counts(top, forged):
    assert read(exchange(Said(top=top))).is_forged is forged
    assert reading.read(exchange(Said(top=top)), our_address=OURS).is_forged is False


def test_copies_of_one_message_have_one_key_and_two_messages_have_two():
    again = exchange(Said(top="Received: from elsewhere\r\nReturn-Path: <dsl@school.example>\r\n"))
    assert read(exchange()).key == read(again).key
    assert read(exchange()).key != read(exchange(Said(answer="DECLINED"))).key
    assert read(exchange()).key != read(exchange(Said(message_id="<2@school.example>"))).key
    bare = person().replace(b"Message-ID: <p1@school.example>\r\n", b"")
    assert read(bare).key == read(bare).key != read(b"X: 1\r\n" + bare).key


def test_too_large_a_message_is_known_by_its_headers():
    raw = person() + b"x" * (reading.LARGEST + 1)
    message = read(raw)
    assert (message.found, message.sender, message.text) == (TooLarge(), "dsl@school.example", "")
    assert read(person(), cut=True).found == TooLarge()


def nested(depth):
    raw = b"From: dsl@school.example\r\n"
    for number in range(depth):
        raw += b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (number, number)
    return raw + b"Content-Type: text/plain\r\n\r\nDeep\r\n"


@pytest.mark.parametrize("depth", [30, 3000])
def test_parts_deep_in_each_other_are_not_followed(depth):
    message = read(nested(depth))
    assert (message.found, message.sender) == (Unreadable(), "dsl@school.example")


def test_many_parts_brackets_and_a_huge_calendar_are_borne():
    many = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * 500
    assert read(many).found == Unreadable()
    assert read(b"From: " + b"(" * 40_000 + b"\r\n\r\nHello").found == Unreadable()
    huge = a_calendar(EVENT.format(more="COMMENT:" + "x" * answers.LARGEST_CALENDAR + "\n"))
    assert read(with_calendar(huge)).found == NoReply("Its calendar is far too large for an answer.")


KNOWN = [shape(said) for shape in SHAPES.values() for said in (Said(), Said(method="COUNTER"))]
KNOWN += [
    bounce(),
    bounce(action="delayed"),
    person(),
    forwarded(exchange()),
    nested(5),
    exchange(Said(top=dmarc("fail"))),
]


@st.composite
def damaged(draw):
    """A real message with pieces cut out, doubled, or replaced."""
    raw = draw(st.sampled_from(KNOWN))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 60)))
        pieces = st.sampled_from([
            b"", b"\r\n", b"\x00", b"\xff\xfe", b'"', b"(", b"=?utf-8?b?//8=?=", b"\r\n\r\n", b"--B0\r\n",
            b"BEGIN:VEVENT\r\n",
            b"Content-Type: message/rfc822\r\n", b"charset=idna", b"DTSTAMP;TZID=Nowhere:00010101T000000\r\n",
            b"DTSTAMP:99991231T235959Z", b"SEQUENCE:\xc2\xb2", b"ATTENDEE:mailto:%ff", b"RRULE:FREQ=SECONDLY\r\n",
        ])  # fmt: skip
        raw = raw[:start] + draw(pieces | st.binary(max_size=12)) + raw[end:]
    return raw


def check(raw, cut=False):
    message = read(raw, cut=cut)
    assert isinstance(message.found, reading.Found)
    assert len(message.key) == 64 and len(message.sender) <= 254
    for text in (message.sender, message.shown_sender, message.subject, message.text, *message.thread):
        text.encode("utf-8")  # half a surrogate pair could not be stored
        assert "\x00" not in text
    assert "\n" not in message.subject and len(message.subject) <= 500
    if isinstance(message.found, Reply):
        assert message.found.answer in answers.ANSWERS and message.found.stamped_at.tzinfo is UTC


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(damaged())
def test_a_damaged_message_never_raises(raw):
    check(raw)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_never_raise(raw, cut):
    check(raw, cut)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["From", "Subject", "Message-ID", "Content-Type", "Return-Path", "References"]), max_size=6
    ),
    st.text(max_size=80),
    st.text(max_size=200),
)
def test_any_headers_never_raise(names, value, body):
    head = "".join(f"{name}: {value}\r\n" for name in names)
    check(f"{head}\r\n{body}".encode("utf-8", "surrogatepass"))
