"""Messages in the shapes that mail and calendar programs really send, written by hand for an invented visit."""

import base64
from dataclasses import dataclass, replace
from email.header import Header
from email.utils import format_datetime

from peerreview.models import utc_now

OURS = "peer-review@board.example"


@dataclass(frozen=True)
class Said:
    """What an answer says; each shape writes it its own way."""

    uid: str = "5f0c@board.example"
    who: str = "dsl@school.example"
    answer: str = "ACCEPTED"
    sequence: int = 0
    stamp: str = "20261123T101500Z"
    comment: str = ""
    sender: str = ""
    organizer: str = OURS
    method: str = "REPLY"
    message_id: str = "<answer-1@school.example>"
    top: str = ""  # headers of the server that took it in, each with its line end

    def but(self, **changes):
        return replace(self, **changes)

    @property
    def from_address(self):
        return self.sender or self.who


def lines(text):
    return text.strip("\n").replace("\n", "\r\n") + "\r\n"


def exchange(said=Said()):
    """Outlook and Microsoft 365: no ORGANIZER, a zone of its own, a subject in the reader's language, base64."""
    calendar = lines(f"""
BEGIN:VCALENDAR
METHOD:{said.method}
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:GMT Standard Time
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T010000
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT={said.answer};CN="Lead, Dee":mailto:{said.who}
COMMENT;LANGUAGE=fr-FR:{said.comment}\\n
UID:{said.uid}
SUMMARY;LANGUAGE=fr-FR:Accepté : Peer review of Oakfield Primary School
DTSTART;TZID=GMT Standard Time:20261201T100000
DTEND;TZID=GMT Standard Time:20261201T123000
CLASS:PUBLIC
PRIORITY:5
DTSTAMP:{said.stamp}
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:{said.sequence}
LOCATION;LANGUAGE=fr-FR:Oakfield\\, Church Street
X-MICROSOFT-CDO-APPT-SEQUENCE:{said.sequence}
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
X-MICROSOFT-CDO-ALLDAYEVENT:FALSE
END:VEVENT
END:VCALENDAR
""").encode()
    subject = Header("Accepté : Peer review of Oakfield Primary School", "iso-8859-1").encode()
    head = f"""
From: "Lead, Dee" <{said.from_address}>
To: Peer Review <{OURS}>
Subject: {subject}
Thread-Index: AdZcX1
Message-ID: {said.message_id}
In-Reply-To: <first@board.example>
Accept-Language: fr-FR, en-GB
X-MS-Has-Attach:
X-MS-TNEF-Correlator:
Content-Type: multipart/alternative; boundary="_002_AM0PR01MB"
MIME-Version: 1.0

--_002_AM0PR01MB
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

=C0 bient=F4t

--_002_AM0PR01MB
Content-Type: text/calendar; charset="utf-8"; method={said.method}
Content-Transfer-Encoding: base64

"""
    body = base64.encodebytes(calendar).replace(b"\n", b"\r\n")
    return said.top.encode() + lines(head).encode() + b"\r\n" + body + b"--_002_AM0PR01MB--\r\n"


def _plain_calendar(said, product):
    organizer = f"\nORGANIZER;CN=Peer Review:mailto:{said.organizer}" if said.organizer else ""
    comment = f"\nCOMMENT:{said.comment}" if said.comment else ""
    return f"""
BEGIN:VCALENDAR
PRODID:{product}
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:{said.method}
BEGIN:VEVENT
DTSTART:20261201T100000Z
DTEND:20261201T123000Z
DTSTAMP:{said.stamp}{organizer}
UID:{said.uid}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={said.answer};CN={said.who};
 X-NUM-GUESTS=0:mailto:{said.who}
SEQUENCE:{said.sequence}{comment}
SUMMARY:Peer review of Oakfield Primary School
STATUS:CONFIRMED
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""


def gmail(said=Said()):
    """Gmail: calls itself automatic, Google as Sender, the calendar among the alternatives and again as a file."""
    calendar = lines(_plain_calendar(said, "-//Google Inc//Google Calendar 70.9054//EN"))
    again = base64.encodebytes(calendar.encode()).decode()
    return (
        said.top.encode()
        + lines(f"""
MIME-Version: 1.0
Reply-To: {said.from_address}
Sender: Google Calendar <calendar-notification@google.com>
Auto-Submitted: auto-generated
Message-ID: {said.message_id}
Date: Mon, 23 Nov 2026 10:15:00 +0000
Subject: Accepted: Peer review of Oakfield Primary School @ Tue 1 Dec 2026
 10am - 12:30pm (GMT) (Peer Review)
From: {said.from_address}
To: {OURS}
Content-Type: multipart/mixed; boundary="0000000000002a"

--0000000000002a
Content-Type: multipart/alternative; boundary="0000000000002b"

--0000000000002b
Content-Type: text/plain; charset="UTF-8"; format=flowed; delsp=yes
Content-Transfer-Encoding: base64

RGVlIExlYWQgaGFzIGFjY2VwdGVkIHRoaXMgaW52aXRhdGlvbi4=

--0000000000002b
Content-Type: text/html; charset="UTF-8"
Content-Transfer-Encoding: quoted-printable

<p>Dee Lead has accepted this invitation.</p>

--0000000000002b
Content-Type: text/calendar; charset="UTF-8"; method={said.method}
Content-Transfer-Encoding: 7bit

{calendar.replace(chr(13), "")}
--0000000000002b--
--0000000000002a
Content-Type: application/ics; name="invite.ics"
Content-Disposition: attachment; filename="invite.ics"
Content-Transfer-Encoding: base64

{again}
--0000000000002a--
""").encode()
    )


def apple(said=Said()):
    """Apple Calendar: no method= in the header, and an attachment."""
    calendar = lines(_plain_calendar(said, "-//Apple Inc.//macOS 14.6//EN")).replace("\r", "")
    return (
        said.top.encode()
        + lines(f"""
From: Dee Lead <{said.from_address}>
Content-Type: multipart/mixed; boundary="Apple-Mail=_1"
Mime-Version: 1.0
Subject: Dee Lead accepted your invitation to Peer review
Message-Id: {said.message_id}
Date: Mon, 23 Nov 2026 10:15:00 +0000
To: Peer Review <{OURS}>
X-Mailer: Apple Mail (2.3774)

--Apple-Mail=_1
Content-Transfer-Encoding: 7bit
Content-Type: text/plain; charset=us-ascii


--Apple-Mail=_1
Content-Disposition: attachment; filename=iCal-20261123-101500.ics
Content-Type: text/calendar; x-unix-mode=0644; name="iCal-20261123-101500.ics"
Content-Transfer-Encoding: quoted-printable

{calendar.replace("=", "=3D")}
--Apple-Mail=_1--
""").encode()
    )


SHAPES = {"exchange": exchange, "gmail": gmail, "apple": apple}


def bounce(letter_id="<letter-1@board.example>", to="old@school.example", action="failed", *, returns="<>", top=""):
    """A delivery status report as Postfix writes it, with the letter's own invitation inside."""
    status = "5.1.1" if action == "failed" else "4.4.1"
    return lines(f"""
Return-Path: {returns}
{top}From: MAILER-DAEMON@mail.board.example (Mail Delivery System)
To: {OURS}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <{action}-{abs(hash(letter_id + to))}@mail.board.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B0"

--B0
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mail.board.example.

--B0
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.board.example
Arrival-Date: Mon, 23 Nov 2026 10:00:00 +0000

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.school.example
Diagnostic-Code: smtp; 550 5.1.1 <{to}>: Recipient address rejected:
    User unknown in virtual mailbox table

--B0
Content-Description: Undelivered Message
Content-Type: message/rfc822

From: Peer Review <{OURS}>
To: Dee Lead <{to}>
Subject: The visit is agreed
Message-ID: {letter_id}
MIME-Version: 1.0
Content-Type: text/calendar; method=REQUEST; charset=UTF-8

BEGIN:VCALENDAR
METHOD:REQUEST
VERSION:2.0
END:VCALENDAR

--B0--
""").encode()


def person(text="Can we park at the school?", *, sender="dsl@school.example", top="", message_id="<p1@school.example>"):
    """Somebody simply answers the letter."""
    return lines(f"""
{top}From: Dee Lead <{sender}>
To: {OURS}
Subject: Re: The visit is agreed
Message-ID: {message_id}
Content-Type: text/plain; charset=utf-8

{text}
""").encode()


def stamp(when=None):
    """An instant as calendars write it."""
    return f"{when or utc_now():%Y%m%dT%H%M%SZ}"


def dmarc(result, server="mail.board.example"):
    """What our own server writes on top."""
    return (
        f"Authentication-Results: {server};\r\n dkim=none (no signature);\r\n"
        f" dmarc={result} (p=none) header.from=school.example\r\n"
    )


def dated(raw, when):
    """A message with its Date."""
    return f"Date: {format_datetime(when)}\r\n".encode() + raw
