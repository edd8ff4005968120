"""What somebody has typed and not yet sent, kept on the server so that it is never lost."""

from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Instant, utc_now


class Draft(Base):
    """Answers under a random key that only the writer's session or link knows."""

    __tablename__ = "draft"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(40))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[Instant] = mapped_column(default=utc_now, onupdate=utc_now)
