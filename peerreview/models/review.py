"""A review: one organisation, one visit, one report; and what must be true of it before each step."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ColumnElement, String, and_, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..workdays import add_working_days, end_of_local_day, local_day
from ..workflow import ENDED, Role, Stage
from .base import Base, Choice, Instant, Key, Line, Name, Prose, key_of, utc_now
from .document import DocumentKind
from .organisation import Borough, Contact, Organisation
from .people import Person
from .programme import ProgrammeYear
from .setting import setting
from .team import TeamMember

if TYPE_CHECKING:
    from .action import Action
    from .audit import AuditTemplate
    from .document import Document, DocumentRequest
    from .draw import DrawEntry
    from .event import Event
    from .letter import Letter
    from .link import PersonalLink
    from .meeting import AgendaPaper
    from .more_time import MoreTime
    from .nomination import Nomination
    from .report import Report, Response
    from .scheduling import DatePoll, Participant, Visit
    from .selection import Intelligence, SelectedReview
    from .visit import AgendaItem, VisitRecord


class Selection(StrEnum):
    """How the organisation came to be reviewed (procedure, section 4)."""

    REQUEST = "request"
    RANDOM = "random"
    INTELLIGENCE = "intelligence"


class Review(Base):
    """The subject of everything. Only ``process.take`` assigns ``stage``, ``stage_since`` and ``version``."""

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint(
            "stage = 'requested' OR stage_before_end = 'requested' OR organisation_id IS NOT NULL",
            name="organisation_known_when_planned",
        ),
        CheckConstraint("(selection = 'random') = (draw_entry_id IS NOT NULL)", name="random_means_drawn"),
    )

    id: Mapped[Key]
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    borough_id: Mapped[int] = key_of("borough.id")
    organisation_id: Mapped[int | None] = key_of("organisation.id")
    given_name: Mapped[Name] = mapped_column(default="")  # the organisation as the requester wrote it
    programme_year_id: Mapped[int | None] = key_of("programme_year.id")
    selection: Mapped[Selection] = mapped_column(Choice(Selection))
    draw_entry_id: Mapped[int | None] = key_of("draw_entry.id", unique=True)

    stage: Mapped[Stage] = mapped_column(Choice(Stage), index=True)
    stage_since: Mapped[Instant] = mapped_column(default=utc_now)
    stage_before_end: Mapped[Stage | None] = mapped_column(Choice(Stage))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Instant] = mapped_column(default=utc_now)
    end_reason: Mapped[Prose] = mapped_column(default="")  # declined or withdrawn: what the organisation is told

    contact_id: Mapped[int | None] = key_of("contact.id")  # whom the notice goes to
    notice_sent_at: Mapped[Instant | None]
    staff_due_on: Mapped[date | None]
    documents_due_on: Mapped[date | None]
    initial_report_due_on: Mapped[date | None]
    response_due_at: Mapped[Instant | None]
    legal_hold: Mapped[bool] = mapped_column(default=False)

    borough: Mapped[Borough] = relationship(lazy="joined")
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
    programme_year: Mapped[ProgrammeYear | None] = relationship()
    drawn: Mapped["DrawEntry | None"] = relationship(back_populates="review")
    contact: Mapped[Contact | None] = relationship()
    request: Mapped["ReviewRequest | None"] = relationship(back_populates="review")
    intelligence: Mapped[list["Intelligence"]] = relationship(
        back_populates="review", order_by="Intelligence.version.desc()"
    )
    selected_in: Mapped[list["SelectedReview"]] = relationship(back_populates="review", order_by="SelectedReview.id")
    events: Mapped[list["Event"]] = relationship(back_populates="review", order_by="Event.id.desc()")
    letters: Mapped[list["Letter"]] = relationship(viewonly=True, order_by="Letter.id.desc()")
    links: Mapped[list["PersonalLink"]] = relationship(back_populates="review")
    audit_template_id: Mapped[int | None] = key_of("audit_template.id")
    audit_template: Mapped["AuditTemplate | None"] = relationship()
    documents: Mapped[list["Document"]] = relationship(back_populates="review", order_by="Document.id")
    document_requests: Mapped[list["DocumentRequest"]] = relationship(
        back_populates="review", order_by="DocumentRequest.position, DocumentRequest.id"
    )
    nomination: Mapped["Nomination | None"] = relationship(back_populates="review")
    team: Mapped[list["TeamMember"]] = relationship(back_populates="review", order_by="TeamMember.id")
    participants: Mapped[list["Participant"]] = relationship(back_populates="review", order_by="Participant.id")
    polls: Mapped[list["DatePoll"]] = relationship(back_populates="review", order_by="DatePoll.id")
    visits: Mapped[list["Visit"]] = relationship(back_populates="review", order_by="Visit.id")
    agenda: Mapped[list["AgendaItem"]] = relationship(back_populates="review", order_by="AgendaItem.position")
    visit_record: Mapped["VisitRecord | None"] = relationship(back_populates="review")
    reports: Mapped[list["Report"]] = relationship(back_populates="review", order_by="Report.id")
    response: Mapped["Response | None"] = relationship(back_populates="review")
    more_time: Mapped[list["MoreTime"]] = relationship(back_populates="review", order_by="MoreTime.id")
    paper: Mapped["AgendaPaper | None"] = relationship(back_populates="review")
    actions: Mapped[list["Action"]] = relationship(
        back_populates="review", order_by="Action.id", foreign_keys="Action.review_id"
    )

    @property
    def organisation_name(self) -> str:
        """The organisation's name, or what the requester called it until it is matched to the register."""
        return self.organisation.name if self.organisation else self.given_name

    @property
    def audit_copy(self) -> "Document | None":
        """The copy of the organisation's own audit: the latest that was attached and not removed."""
        copies = [row for row in self.documents if row.kind is DocumentKind.AUDIT_COPY and row.removed_at is None]
        return copies[-1] if copies else None

    @property
    def approval(self) -> "SelectedReview | None":
        """Its place in the round in which the Executive Group approved it."""
        return next((row for row in self.selected_in if row.approved), None)

    @property
    def current_team(self) -> list[TeamMember]:
        """The members who have neither left nor stood down."""
        return [member for member in self.team if member.is_active]

    @property
    def lead(self) -> TeamMember | None:
        """The member who leads the visit and writes the report."""
        return next((member for member in self.current_team if member.is_lead), None)

    @property
    def visit(self) -> "Visit | None":
        """The visit in force: agreed and not cancelled."""
        return next((visit for visit in reversed(self.visits) if visit.cancelled_at is None), None)

    @property
    def poll(self) -> "DatePoll | None":
        """The dates now being asked about."""
        return next((poll for poll in reversed(self.polls) if poll.closed_at is None), None)

    @property
    def initial_report(self) -> "Report | None":
        """The initial report, draft or issued."""
        return next((report for report in self.reports if not report.is_final), None)

    @property
    def final_report(self) -> "Report | None":
        """The final report, in revision or approved."""
        return next((report for report in self.reports if report.is_final and report.superseded_at is None), None)

    @property
    def closed_days(self) -> frozenset[date]:
        """Days off of the organisation itself: for a school, the school holidays of its borough.

        They are no working days for what the organisation has to do; the team's own deadlines count them.
        """
        if self.organisation is None or not self.organisation.is_school:
            return frozenset()
        return frozenset(day for holiday in self.borough.school_holidays for day in holiday.each_day)

    # Conditions named in workflow.STEPS

    @property
    def organisation_is_known(self) -> bool:
        """It is matched to an organisation of the register."""
        return self.organisation_id is not None or self.organisation is not None

    @property
    def is_chosen_on_intelligence(self) -> bool:
        """It was chosen on local intelligence, which only coordinators and the Executive may learn."""
        return self.selection is Selection.INTELLIGENCE

    @property
    def selection_is_approved(self) -> bool:
        """The borough's Executive Group has approved that it is reviewed (procedure, section 4)."""
        return self.approval is not None

    @property
    def selection_waits(self) -> bool:
        """It is in a round that the Executive Group has not decided on."""
        return bool(self.selected_in) and self.selected_in[-1].round.decided_at is None

    @property
    def selection_can_be_sent(self) -> bool:
        """The Executive Group neither has it nor has approved it; it may have sent it back."""
        return not self.selection_is_approved and not self.selection_waits

    @property
    def is_ready_for_notice(self) -> bool:
        """There is a copy of its audit to supply and somebody to write to (procedure, section 4)."""
        return self.audit_copy is not None and self.contact is not None

    @property
    def staff_are_named(self) -> bool:
        """The organisation has answered with at least one member of staff to meet."""
        return self.nomination is not None and self.nomination.is_answered

    @property
    def staff_cannot_be_named(self) -> bool:
        """The organisation has said so, and nobody has passed the task to a colleague of theirs since."""
        said_at = self.nomination.cannot_at if self.nomination else None
        if said_at is None or self.staff_are_named:
            return False
        return not any(event.step == "pass_on" and event.at > said_at for event in self.events)

    @property
    def organisation_is_asked_for_dates(self) -> bool:
        """It is asked for times of its own and has not offered any yet."""
        return self.poll is not None and self.poll.asked_organisation_at is not None

    @property
    def team_is_complete(self) -> bool:
        """At least a board member and another member, all without a hard interest, and a lead (procedure, 3.1)."""
        declared = [member for member in self.current_team if member.has_declared]
        return (
            len(declared) >= 2
            and len(declared) == len(self.current_team)
            and any(member.is_board_member for member in declared)
            and self.lead is not None
        )

    @property
    def is_ready_for_a_date(self) -> bool:
        """The team is complete and the staff are named."""
        return self.team_is_complete and self.staff_are_named

    @property
    def initial_report_is_written(self) -> bool:
        """Every section that must be there has text."""
        return self.initial_report is not None and self.initial_report.is_written

    @property
    def response_period_is_over(self) -> bool:
        """The deadline has passed; the grace is for answers on their way and is not advertised."""
        return self.response_due_at is not None and utc_now() > self.response_due_at

    @property
    def response_is_still_accepted(self) -> bool:
        """Not later than the grace after the deadline: a setting in working days, which is not advertised."""
        if self.response_due_at is None:
            return False
        last_day = add_working_days(local_day(self.response_due_at), setting("response_grace"), self.closed_days)
        return utc_now() <= end_of_local_day(last_day)

    @property
    def asked_for_more_time(self) -> "MoreTime | None":
        """What the organisation asked for and nobody has answered yet."""
        return next((asked for asked in self.more_time if asked.is_open), None)

    @property
    def more_time_waits(self) -> bool:
        """The organisation waits to hear whether it gets more time."""
        return self.asked_for_more_time is not None

    @property
    def more_time_is_answered(self) -> bool:
        """Nobody waits to hear about more time."""
        return not self.more_time_waits

    @property
    def final_report_is_ready(self) -> bool:
        """Every point of the response is decided and the final text is written."""
        points = self.response.sent_points if self.response else []
        return (
            self.final_report is not None
            and self.final_report.is_written
            and all(point.decision is not None for point in points)
        )

    @property
    def is_on_an_agenda(self) -> bool:
        """It is a paper of an Executive Group meeting."""
        return self.paper is not None

    @property
    def actions_are_done(self) -> bool:
        """Every action that followed is done and verified; with none there is nothing to wait for."""
        return all(action.done_at is not None for action in self.actions)

    @property
    def has_ended(self) -> bool:
        """Declined, withdrawn or closed."""
        return self.stage in ENDED

    @classmethod
    def visible_to(cls, person: Person) -> ColumnElement[bool]:
        """The reviews that somebody with an account may open.

        Coordinators and Executive members: those of their boroughs. Reviewers: those whose team they are on,
        until the review ends. A member who left or has a hard interest sees nothing from that moment.
        """
        on_the_team = select(TeamMember.review_id).where(
            TeamMember.person_id == person.id, TeamMember.removed_at.is_(None), TeamMember.stood_down_at.is_(None)
        )
        allowed: list[ColumnElement[bool]] = [and_(cls.id.in_(on_the_team), cls.stage.not_in(list(ENDED)))]
        for role in (Role.COORDINATOR, Role.EXECUTIVE):
            boroughs = person.boroughs_as(role)
            allowed.append(cls.id.is_not(None) if boroughs is None else cls.borough_id.in_(boroughs))
        return or_(*allowed)


class ReviewRequest(Base):
    """What an organisation wrote when it asked for a review. ``submission`` makes a double click one request."""

    __tablename__ = "review_request"

    id: Mapped[Key]
    review_id: Mapped[int] = key_of("review.id", unique=True)
    submission: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[Name]
    role: Mapped[Name]
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(40), default="")
    why_now: Mapped[Prose]
    audit: Mapped[Line] = mapped_column(default="")
    suits: Mapped[Prose] = mapped_column(default="")
    does_not_suit: Mapped[Prose] = mapped_column(default="")
    organisation_details: Mapped[Prose] = mapped_column(default="")  # "ours is not listed"
    created_at: Mapped[Instant] = mapped_column(default=utc_now)

    review: Mapped[Review] = relationship(back_populates="request")
