"""What coordinators write down about an organisation, each note with its day and writer. None is ever written over."""

from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant, Key, Name, Prose, key_of, utc_now
from .organisation import Organisation


class OrganisationNote(Base):
    """One note. Two people who write at once leave two notes."""

    __tablename__ = "organisation_note"

    id: Mapped[Key]
    organisation_id: Mapped[int] = key_of("organisation.id")
    text: Mapped[Prose]
    written_by: Mapped[Name]
    written_at: Mapped[Instant] = mapped_column(default=utc_now)

    organisation: Mapped[Organisation] = relationship()
