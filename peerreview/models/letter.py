"""A letter to one person, written in the transaction of the act that it tells of."""

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Choice, Instant, Key, Line, Name, Prose, key_of, utc_now

if TYPE_CHECKING:
    from .review import Review


class Delivery(StrEnum):
    """What became of a letter."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # could not be delivered: a person mends the address
    SUPERSEDED = "superseded"  # replaced before it left, by a newer letter about the same visit
    CALLED_BACK = "called_back"  # its reader lost access to the review before it left


class Letter(Base):
    """One recipient, one message, one Message-ID for every try.

    ``text`` and ``html`` hold ``~link-7~`` for the token of link 7 and ``~code-3~`` for code 3; ``links.fill``
    puts the real ones in at the moment of hand-over.
    """

    __tablename__ = "letter"
    __table_args__ = (
        # The queue is read in this order, and what is not free now is passed over without a look at its texts.
        Index("ix_letter_queue", "delivery", "urgent", "id", "not_before", "leased_until"),
        Index("ix_letter_waiting", "delivery", "queued_at"),
        Index("ix_letter_replaced", "delivery", "invitation_id"),
        Index("ix_letter_sent", "delivery", "sent_at"),
        CheckConstraint("(calendar IS NULL) = (calendar_method IS NULL)", name="calendar_has_a_method"),
    )

    id: Mapped[Key]
    review_id: Mapped[int | None] = key_of("review.id")
    name: Mapped[str] = mapped_column(String(40))
    recipient_name: Mapped[Name]
    recipient_email: Mapped[str] = mapped_column(String(254))
    subject: Mapped[Line]
    text: Mapped[Prose]
    html: Mapped[Prose]
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    in_reply_to: Mapped[str | None] = mapped_column(String(200))

    calendar: Mapped[bytes | None]
    calendar_method: Mapped[str | None] = mapped_column(String(10))
    invitation_id: Mapped[int | None] = key_of("invitation.id")

    urgent: Mapped[bool] = mapped_column(default=False)
    delivery: Mapped[Delivery] = mapped_column(Choice(Delivery), default=Delivery.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[Instant] = mapped_column(default=utc_now)
    lease: Mapped[str | None] = mapped_column(String(36))
    leased_until: Mapped[Instant | None]
    written_at: Mapped[Instant] = mapped_column(default=utc_now)
    queued_at: Mapped[Instant] = mapped_column(default=utc_now)  # since when it waits: anew when it is sent again
    sent_at: Mapped[Instant | None]
    trouble: Mapped[Line] = mapped_column(default="")

    review: Mapped["Review | None"] = relationship()


class MailContact(Base):
    """When the worker last reached the mail server, and why not when it last tried: one row."""

    __tablename__ = "mail_contact"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)
    ONLY = 1

    id: Mapped[Key]
    tried_at: Mapped[Instant]
    reached_at: Mapped[Instant | None]
    trouble: Mapped[Line] = mapped_column(default="")
