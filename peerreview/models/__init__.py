"""The shared nouns, one file each."""

from .audit import AuditTemplate, Standard
from .base import Base, utc_now
from .document import Document, DocumentKind, DocumentRequest, Handling
from .draft import Draft
from .event import Event
from .feed import CalendarFeed
from .inbound import InboundMessage, InboxPlace, Verdict
from .letter import Delivery, Letter, MailContact
from .letter_template import LetterTemplate
from .lineage import Succession, lines_of
from .link import LinkCode, PersonalLink, Purpose
from .meeting import Action, AgendaPaper, Meeting, Outcome
from .nomination import NamedStaff, Nomination
from .organisation import Borough, Contact, Duty, Federation, Organisation, Trust
from .people import Appointment, Passkey, Person
from .programme import ProgrammeYear, ReferenceCounter
from .report import (
    Decision,
    PointKind,
    Recommendation,
    Report,
    ReportSection,
    Response,
    ResponsePoint,
    SectionKind,
)
from .review import Intelligence, Review, ReviewRequest, Selection
from .scheduling import (
    LONGEST_VISIT,
    Answer,
    Availability,
    DatePoll,
    Days,
    Invitation,
    Participant,
    PartOfDay,
    PollReply,
    SchoolHoliday,
    Slot,
    SlotAnswer,
    Unavailability,
    Visit,
)
from .setting import BOARD_DETAILS, SETTINGS, BoardDetail, Setting, board_detail, board_details, setting
from .tasks import State, Task, tasks, waiting
from .team import Declaration, Membership, Reviewer, TeamMember, Tie, TieKind
from .visit import AgendaItem, AgendaKind, Attendance, Note, NoteKind, PeerRating, Tested, VisitRecord

__all__ = [
    "BOARD_DETAILS",
    "LONGEST_VISIT",
    "SETTINGS",
    "Action",
    "AgendaItem",
    "AgendaKind",
    "AgendaPaper",
    "Answer",
    "Appointment",
    "Attendance",
    "AuditTemplate",
    "Availability",
    "Base",
    "BoardDetail",
    "Borough",
    "CalendarFeed",
    "Contact",
    "DatePoll",
    "Days",
    "Decision",
    "Declaration",
    "Delivery",
    "Document",
    "DocumentKind",
    "DocumentRequest",
    "Draft",
    "Duty",
    "Event",
    "Federation",
    "Handling",
    "InboundMessage",
    "InboxPlace",
    "Intelligence",
    "Invitation",
    "Letter",
    "LetterTemplate",
    "LinkCode",
    "MailContact",
    "Meeting",
    "Membership",
    "NamedStaff",
    "Nomination",
    "Note",
    "NoteKind",
    "Organisation",
    "Outcome",
    "PartOfDay",
    "Participant",
    "Passkey",
    "PeerRating",
    "Person",
    "PersonalLink",
    "PointKind",
    "PollReply",
    "ProgrammeYear",
    "Purpose",
    "Recommendation",
    "ReferenceCounter",
    "Report",
    "ReportSection",
    "Response",
    "ResponsePoint",
    "Review",
    "ReviewRequest",
    "Reviewer",
    "SchoolHoliday",
    "SectionKind",
    "Selection",
    "Setting",
    "Slot",
    "SlotAnswer",
    "Standard",
    "State",
    "Succession",
    "Task",
    "TeamMember",
    "Tested",
    "Tie",
    "TieKind",
    "Trust",
    "Unavailability",
    "Verdict",
    "Visit",
    "VisitRecord",
    "board_detail",
    "board_details",
    "lines_of",
    "setting",
    "tasks",
    "utc_now",
    "waiting",
]
