"""Documents in the store, and the documents that the team asks an organisation for."""

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Choice, Instant, Key, Line, Name, Prose, key_of, utc_now

if TYPE_CHECKING:
    from .review import Review


class DocumentKind(StrEnum):
    """What a document is, which decides who may read it."""

    AUDIT_COPY = "audit_copy"
    SUPPORTING = "supporting"  # handed in by the organisation for the visit
    VISIT_FILE = "visit_file"  # of the team
    EVIDENCE = "evidence"  # with a point of the response
    INITIAL_REPORT = "initial_report"
    FINAL_REPORT = "final_report"
    ACTION_EVIDENCE = "action_evidence"  # with an update of an action


class Document(Base):
    """A file in the store. The file is written before the row; removing keeps the row."""

    __tablename__ = "document"

    id: Mapped[Key]
    review_id: Mapped[int] = key_of("review.id")
    kind: Mapped[DocumentKind] = mapped_column(Choice(DocumentKind))
    key: Mapped[str] = mapped_column(String(80), unique=True)  # in the store
    filename: Mapped[Name]
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(String(64))
    handed_in_by: Mapped[Name]
    handed_in_at: Mapped[Instant] = mapped_column(default=utc_now)
    removed_at: Mapped[Instant | None]
    request_id: Mapped[int | None] = key_of("document_request.id")

    review: Mapped["Review"] = relationship(back_populates="documents")
    request: Mapped["DocumentRequest | None"] = relationship(back_populates="documents")


class Handling(StrEnum):
    """How a document is to be shown. Registers and child files are shown on the day, never uploaded."""

    UPLOAD = "upload"
    SHOW = "show"
    LINK = "link"
    NOT_APPLICABLE = "not_applicable"


class DocumentRequest(Base):
    """One document that the team would like to see, and what the organisation did about it."""

    __tablename__ = "document_request"
    __table_args__ = (
        CheckConstraint("handling <> 'link' OR done_at IS NULL OR public_link <> ''", name="link_is_given"),
        CheckConstraint("NOT show_only OR handling IN ('show', 'not_applicable')", name="shown_and_never_uploaded"),
    )

    id: Mapped[Key]
    review_id: Mapped[int] = key_of("review.id")
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[Name]
    guidance: Mapped[Line] = mapped_column(default="")
    handling: Mapped[Handling] = mapped_column(Choice(Handling))
    show_only: Mapped[bool] = mapped_column(default=False)  # asked for as shown on the day: an upload is refused
    public_link: Mapped[str] = mapped_column(String(500), default="")
    reason: Mapped[Prose] = mapped_column(default="")  # why it does not apply
    done_at: Mapped[Instant | None]

    review: Mapped["Review"] = relationship(back_populates="document_requests")
    documents: Mapped[list[Document]] = relationship(back_populates="request", order_by="Document.id")

    @property
    def files(self) -> list[Document]:
        """The files handed in and not taken away again."""
        return [document for document in self.documents if document.removed_at is None]

    @property
    def is_answered(self) -> bool:
        """Nothing more is needed for it: files or a link are there, it does not apply, or it is shown on the day."""
        return self.handling in (Handling.SHOW, Handling.NOT_APPLICABLE) or bool(self.files or self.public_link)
