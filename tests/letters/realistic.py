"""The facts of one believable review, as the acts hand them to each letter; the same every time."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from peerreview import letters, links
from peerreview.extensions import db
from peerreview.models import (
    AgendaPaper,
    BoardDetail,
    DatePoll,
    DocumentRequest,
    Handling,
    Letter,
    Meeting,
    Membership,
    Participant,
    PersonalLink,
    ProgrammeYear,
    Purpose,
    Review,
    Slot,
    Visit,
)
from peerreview.workflow import Stage
from tests.builders import a_review, a_team_member, an_organisation, save

VISIT_AT = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
WRITTEN_AT = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)
HEAD = ("Ada Okafor", "head@oakfield.example")
MIRIAM = ("Miriam Achebe", "miriam@board.example")
OWN_TIME = {"starts_at": VISIT_AT.replace(minute=30), "ends_at": VISIT_AT.replace(hour=11)}
BOARD = {
    "board_name": "City and Hackney Safeguarding Children Partnership",
    "contact_name": "Miriam Achebe",
    "contact_phone": "020 7946 0123",
    "contact_email": "miriam@board.example",
}


class World:
    """One review far enough along that every letter about it can be written. ``letter(name)`` writes one."""

    def __init__(self) -> None:
        for name, value in BOARD.items():
            db.session.add(BoardDetail(name=name, value=value))
        self.review = self._review()
        self.link = links.give(self.review, Purpose.ORGANISATION, *HEAD, role="Headteacher")
        self.visit = Visit(uid="1@board.example", starts_at=VISIT_AT, minutes=150, place="Oakfield, Church Street")
        self.review.visits.append(self.visit)
        self.member = a_team_member(self.review, Membership.LAY_MEMBER)
        self.member.person.name = "Sam Turner"
        save()

    def _review(self) -> Review:
        review = a_review(Stage.PREPARING, an_organisation("Oakfield Primary School"), reference="HAC-2026-014")
        review.created_at = WRITTEN_AT
        review.staff_due_on = review.documents_due_on = date(2026, 11, 24)
        review.response_due_at = datetime(2026, 12, 18, 23, 59, tzinfo=UTC)
        meeting = Meeting(borough=review.borough, held_on=date(2027, 1, 28), papers_due_on=date(2027, 1, 21))
        review.paper = AgendaPaper(meeting=meeting)
        review.document_requests += [
            DocumentRequest(title=f"Policy {n}", position=n, handling=Handling.UPLOAD) for n in range(7)
        ]
        return review

    def letter(self, name: str, **other: Any) -> Letter:
        """The letter with its usual facts, or with others in their place."""
        facts = self.facts(name) | other
        to = facts.pop("to", HEAD)
        about = (
            {}
            if name in ("choose_password", "confirm_interests", "password_changed", "test_letter")
            else {"review": self.review}
        )
        return letters.draft(name, to=to, link=facts.pop("link", self.link), **about, **facts)

    def facts(self, name: str) -> dict[str, Any]:
        """What the act that writes this letter gives it beside the review and the link."""
        account = "http://localhost/reviews/HAC-2026-014"
        coming = [
            Participant(name="Grace Oyelaran", role="Lead reviewer"),
            Participant(name="Dee Lead", role="Designated safeguarding lead"),
        ]
        poll = DatePoll(closes_at=datetime(2026, 11, 24, 23, 59, tzinfo=UTC))
        poll.slots = [Slot(starts_at=VISIT_AT.replace(day=day), minutes=150) for day in (1, 3, 7)]
        ends_at = VISIT_AT + timedelta(minutes=150)
        visit = {"visit": self.visit, "coming": coming, "note": "", "whole_visit": True}
        visit |= {"starts_at": VISIT_AT, "ends_at": ends_at}
        was = (VISIT_AT.replace(day=3), ends_at.replace(day=3))
        year = ProgrammeYear(borough=self.review.borough, starts_on=date(2026, 4, 1), label="2026 to 2027")
        selection = {"year": year, "address": "http://localhost/programme/years/1/selection"}
        selection |= {"decided_by": "Delroy Barrett", "to": MIRIAM}
        return {
            "action_needs_more": {"number": 2},
            "action_reported": {"number": 2, "address": "http://localhost/actions/2", "to": MIRIAM},
            "changes_wanted": {"meeting": self.review.paper.meeting, "address": f"{account}/report", "to": MIRIAM},
            "report_sent_back": {"meeting": self.review.paper.meeting},
            "choose_password": {"first": True, "address": "http://localhost/password-reset/~password-1~"},
            "code": {"code": links.new_code(self.link)},
            "date_agreed": visit,
            "date_moved": visit | {"was": was, "was_place": "Oakfield, Church Street"},
            "declined_alert": {
                "visit": self.visit,
                "participant": coming[1],
                "to": MIRIAM,
            },
            "interest_alert": {"member": self.member, "led": True, "noticed": False, "to": MIRIAM},
            "more_time_wanted": {
                "wished_for": date(2027, 1, 8),
                "address": f"{account}/response-deadline",
                "to": MIRIAM,
            },
            "notice": {"due": date(2026, 12, 1), "not_before": date(2026, 12, 15)},
            "place_declined": {"member": self.member, "to": ("Miriam Achebe", "miriam@board.example")},
            "pack_ready": {"address": f"{account}/preparation"},
            "passed_on": {"by": "organisation"},
            "presented": {"outcome": "Accepted", "actions": 3, "first_due": date(2027, 3, 31)},
            "reminder": {
                "ask": "name the staff for the team to meet",
                "button": "Name the staff",
                "due": date(2026, 11, 24),
                "is_late": False,
                "address": links.page(self.link, "/staff"),
            },
            "review_closed": {"still_open": 0},
            "request_accepted": {"year": "2026 to 2027"},
            "request_declined": {"reason": "You were reviewed last spring.\n\nWe can come again from 2028."},
            "response_received": {"sent_by": "Grace Oyelaran", "now": WRITTEN_AT},
            "say_when": {"poll": poll, "participant": coming[1]},
            "selection_decided": selection | {"approved": 3, "sent_back": 1, "meeting": self.review.paper.meeting},
            "selection_reminder": selection | {"number": 4, "due": date(2026, 12, 1), "is_late": False},
            "selection_waits": selection | {"number": 4, "due": date(2026, 12, 1)},
            "staff_cannot_be_named": {"address": f"{account}/staff"},
            "staff_named": {"people": 3, "by_phone": False},
            "test_letter": {"sent_by": "Ines Ward", "now": WRITTEN_AT},
            "team_invitation": {"declare_by": date(2026, 11, 24)},
            "visit_cancelled": visit,
            "withdrawn": {"reason": "The school closes at the end of term."},
            "your_time": visit | {"was": (VISIT_AT, ends_at)} | OWN_TIME,
        }.get(name, {})


def as_kept(letter: Letter, link: PersonalLink) -> str:
    """Subject and text for a file: what differs between two runs has a name."""
    text = f"Subject: {letter.subject}\n\n{letter.text}".replace(f"~link-{link.id}~", "~link-LINK~")
    return letter_code(text)


def letter_code(text: str) -> str:
    """Codes are numbered as they come."""
    head, sep, rest = text.partition("~code-")
    return f"{head}~code-CODE~{rest.partition('~')[2]}" if sep else text
