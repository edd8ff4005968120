"""What happened, who did it and who read what. Rows are added in the act's own transaction and never changed."""

from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..workflow import Role
from .base import Base, Choice, Instant, Key, Name, key_of, utc_now


class Event(Base):
    """One act. ``step`` is a row of ``workflow.STEPS``, or the name of a reading or a change of a setting.

    ``facts`` holds short values for the sentence on the timeline, never free text of a report.
    ``restricted`` events are shown to coordinators and the borough's Executive only.
    """

    __tablename__ = "event"

    id: Mapped[Key]
    review_id: Mapped[int | None] = key_of("review.id")
    at: Mapped[Instant] = mapped_column(default=utc_now, index=True)
    step: Mapped[str] = mapped_column(String(40), index=True)
    actor_name: Mapped[Name]
    actor_role: Mapped[Role] = mapped_column(Choice(Role))
    person_id: Mapped[int | None] = key_of("person.id")
    by_phone: Mapped[bool] = mapped_column(default=False)  # recorded by a coordinator for somebody else
    restricted: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    review: Mapped["Review | None"] = relationship(back_populates="events")  # type: ignore[name-defined]  # noqa: F821
