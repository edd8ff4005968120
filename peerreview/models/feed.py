"""The private addresses at which calendar programs read visits: a person's own, or a borough's busy times."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant, Key, Name, key_of, utc_now
from .organisation import Borough
from .people import Person


class CalendarFeed(Base):
    """One person's or one borough's address. The token is derived from id and generation: nothing usable is stored."""

    __tablename__ = "calendar_feed"
    __table_args__ = (CheckConstraint("(person_id IS NULL) <> (borough_id IS NULL)", name="one_owner"),)

    id: Mapped[Key]
    person_id: Mapped[int | None] = key_of("person.id", ondelete="CASCADE", unique=True)
    borough_id: Mapped[int | None] = key_of("borough.id", unique=True)
    generation: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[Instant] = mapped_column(default=utc_now)  # of the address in force
    made_by: Mapped[Name]
    revoked_at: Mapped[Instant | None]

    person: Mapped[Person | None] = relationship(lazy="joined")
    borough: Mapped[Borough | None] = relationship(lazy="joined")
