"""The board's own words for a letter: every version that was ever in force."""

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from ..extensions import db
from .base import Base, Instant, Key, Name, Prose, utc_now


class LetterTemplate(Base):
    """One version of a letter's words; the newest counts. ``source`` begins with ``Subject:``.

    Without a source the standard words, which come with the app, count again. Two people who change the same letter at
    once want the same version: the second is refused by the database.
    """

    __tablename__ = "letter_template"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    source: Mapped[Prose | None]
    changed_by: Mapped[Name]
    changed_at: Mapped[Instant] = mapped_column(default=utc_now)

    @classmethod
    def newest(cls, name: str) -> "LetterTemplate | None":
        """The version in force of one letter, if it was ever changed. Writes nothing that waits to be written."""
        with db.session.no_autoflush:
            return db.session.scalar(select(cls).where(cls.name == name).order_by(cls.version.desc()).limit(1))
