"""The shared nouns, one file each."""

from .action import Action, ActionUpdate, Verification
from .alias import Alias, AliasKind, ids_by_urn, known_as, organisation_with
from .audit import AuditTemplate, Standard, weakest_first
from .base import LARGEST_ID, Base, utc_now
from .document import Document, DocumentKind, DocumentRequest, Handling
from .draft import Draft
from .draw import Draw, DrawEntry, SeedKind
from .event import Event
from .feed import CalendarFeed
from .inbound import InboundMessage, InboxPlace, Verdict
from .letter import Delivery, Letter, MailContact
from .letter_template import LetterTemplate
from .lineage import Succession, lines_of, successors_of
from .link import LinkCode, PersonalLink, Purpose
from .meeting import AgendaPaper, Meeting, Outcome, SentOn
from .more_time import MoreTime
from .nomination import NamedStaff, Nomination
from .organisation import Borough, Contact, Duty, Federation, Organisation, Trust
from .organisation_note import OrganisationNote
from .people import Appointment, Passkey, Person, boroughs_of
from .programme import NumberSet, ProgrammeYear, ReferenceCounter
from .register_import import (
    AT_WORK,
    ImportBorough,
    ImportKind,
    ImportRow,
    ImportState,
    RegisterImport,
    RowFate,
    RowKind,
    Subject,
)
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
from .review import Review, ReviewRequest, Selection
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
from .selection import Category, Intelligence, Manner, SelectedReview, SelectionRound
from .setting import BOARD_DETAILS, SETTINGS, BoardDetail, Setting, board_detail, board_details, setting
from .tasks import State, Task, tasks, waiting
from .team import Declaration, Membership, Reviewer, Strength, TeamMember, Tie, TieKind
from .team_plan import LikelyMonth, PlanState, SuggestedPerson, SuggestedTeam, TeamPlan
from .visit import AgendaItem, AgendaKind, Attendance, Note, NoteKind, PeerRating, Tested, VisitRecord
from .writing import SectionComment, SectionVersion

__all__ = [
    "AT_WORK",
    "BOARD_DETAILS",
    "LARGEST_ID",
    "LONGEST_VISIT",
    "SETTINGS",
    "Action",
    "ActionUpdate",
    "AgendaItem",
    "AgendaKind",
    "AgendaPaper",
    "Alias",
    "AliasKind",
    "Answer",
    "Appointment",
    "Attendance",
    "AuditTemplate",
    "Availability",
    "Base",
    "BoardDetail",
    "Borough",
    "CalendarFeed",
    "Category",
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
    "Draw",
    "DrawEntry",
    "Duty",
    "Event",
    "Federation",
    "Handling",
    "ImportBorough",
    "ImportKind",
    "ImportRow",
    "ImportState",
    "InboundMessage",
    "InboxPlace",
    "Intelligence",
    "Invitation",
    "Letter",
    "LetterTemplate",
    "LikelyMonth",
    "LinkCode",
    "MailContact",
    "Manner",
    "Meeting",
    "Membership",
    "MoreTime",
    "NamedStaff",
    "Nomination",
    "Note",
    "NoteKind",
    "NumberSet",
    "Organisation",
    "OrganisationNote",
    "Outcome",
    "PartOfDay",
    "Participant",
    "Passkey",
    "PeerRating",
    "Person",
    "PersonalLink",
    "PlanState",
    "PointKind",
    "PollReply",
    "ProgrammeYear",
    "Purpose",
    "Recommendation",
    "ReferenceCounter",
    "RegisterImport",
    "Report",
    "ReportSection",
    "Response",
    "ResponsePoint",
    "Review",
    "ReviewRequest",
    "Reviewer",
    "RowFate",
    "RowKind",
    "SchoolHoliday",
    "SectionComment",
    "SectionKind",
    "SectionVersion",
    "SeedKind",
    "SelectedReview",
    "Selection",
    "SelectionRound",
    "SentOn",
    "Setting",
    "Slot",
    "SlotAnswer",
    "Standard",
    "State",
    "Strength",
    "Subject",
    "Succession",
    "SuggestedPerson",
    "SuggestedTeam",
    "Task",
    "TeamMember",
    "TeamPlan",
    "Tested",
    "Tie",
    "TieKind",
    "Trust",
    "Unavailability",
    "Verdict",
    "Verification",
    "Visit",
    "VisitRecord",
    "board_detail",
    "board_details",
    "boroughs_of",
    "ids_by_urn",
    "known_as",
    "lines_of",
    "organisation_with",
    "setting",
    "successors_of",
    "tasks",
    "utc_now",
    "waiting",
    "weakest_first",
]
