"""Mail from outside: what became of each message, and how far the mailbox has been read."""

from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, String, and_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..workflow import Role
from .base import Base, Choice, Instant, Key, Line, Name, Prose, key_of, utc_now
from .people import Person
from .review import Review
from .scheduling import Answer, Invitation


class Verdict(StrEnum):
    """What a message was taken for."""

    ANSWER = "answer"  # stored with the invitation
    RETURNED = "returned"  # a letter of ours came back
    DELAYED = "delayed"
    AUTOMATIC = "automatic"
    PERSONAL = "personal"
    COUNTER = "counter"
    HELD = "held"
    FORGED = "forged"
    STALE = "stale"
    FOREIGN = "foreign"
    UNCLEAR = "unclear"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"


SETTLED = frozenset({Verdict.ANSWER, Verdict.RETURNED, Verdict.DELAYED, Verdict.AUTOMATIC})


class InboundMessage(Base):
    """One message of the mailbox, handled once. ``key`` is a hash of it, so that a second copy is known.

    A message that needs a person waits for them until ``dealt_with_at``; then its text is let go, as the message
    itself stays in the mailbox. A held answer keeps what it would say, so that a coordinator may count it.
    """

    __tablename__ = "inbound_message"
    __table_args__ = (
        CheckConstraint(
            "(invitation_id IS NULL) = (answer IS NULL) AND (answer IS NULL) = (answer_sequence IS NULL)"
            " AND (answer IS NULL) = (answer_stamp IS NULL)",
            name="held_answer_is_whole",
        ),
    )

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    received_at: Mapped[Instant] = mapped_column(default=utc_now)
    sender: Mapped[str] = mapped_column(String(254), default="")  # as the message says, which may be a lie
    subject: Mapped[Line] = mapped_column(default="")
    text: Mapped[Prose] = mapped_column(default="")
    verdict: Mapped[Verdict] = mapped_column(Choice(Verdict))
    why: Mapped[Line] = mapped_column(default="")
    review_id: Mapped[int | None] = key_of("review.id")
    invitation_id: Mapped[int | None] = key_of("invitation.id")
    answer: Mapped[Answer | None] = mapped_column(Choice(Answer))
    answer_sequence: Mapped[int | None]
    answer_stamp: Mapped[Instant | None]
    answer_comment: Mapped[Prose] = mapped_column(default="")
    dealt_with_at: Mapped[Instant | None]
    dealt_with_by: Mapped[Name] = mapped_column(default="")

    review: Mapped[Review | None] = relationship(lazy="joined")
    invitation: Mapped[Invitation | None] = relationship(lazy="joined")

    @classmethod
    def needs_a_person(cls) -> ColumnElement[bool]:
        """Those that somebody has to look at."""
        return and_(cls.verdict.not_in(list(SETTLED)), cls.dealt_with_at.is_(None))

    @classmethod
    def of_reviews_of(cls, person: Person) -> ColumnElement[bool]:
        """Those that a coordinator answers for: of the reviews of their boroughs. Who coordinates in every borough
        also has those that belong to no review."""
        boroughs = person.boroughs_as(Role.COORDINATOR)
        if boroughs is None:
            return cls.id.is_not(None)
        return cls.review_id.in_(select(Review.id).where(Review.borough_id.in_(boroughs)))

    @classmethod
    def visible_to(cls, person: Person) -> ColumnElement[bool]:
        """A coordinator: theirs. An administrator: all, of a review's only that they came."""
        if person.holds(Role.ADMINISTRATOR):
            return cls.id.is_not(None)
        return cls.of_reviews_of(person)


class InboxPlace(Base):
    """How far one folder has been read: everything below ``next_uid`` is done (RFC 3501, 2.3.1.1)."""

    __tablename__ = "inbox_place"

    id: Mapped[Key]
    folder: Mapped[str] = mapped_column(String(300), unique=True)  # with its server and user
    validity: Mapped[int] = mapped_column(BigInteger)  # up to 32 bits without a sign
    next_uid: Mapped[int] = mapped_column(BigInteger)
