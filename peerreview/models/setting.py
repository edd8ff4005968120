"""Settings that the board changes in the app; the defaults are those of the process."""

from dataclasses import dataclass

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from ..extensions import db
from .base import Base, Instant, Name, utc_now


@dataclass(frozen=True)
class Default:
    """A setting's value until the board changes it, with the words of its field and its bounds (inclusive)."""

    value: int
    label: str
    unit: str
    least: int = 0
    most: int = 365


SETTINGS: dict[str, Default] = {
    "notice": Default(20, "Notice before the visit", "working days"),
    "approving_selection": Default(10, "Time for the Executive Group to approve the selection", "working days", 1),
    "naming_staff": Default(10, "Time to name staff", "working days", 1),
    "declaring_interests": Default(5, "Time for a reviewer to answer an invitation to a team", "working days", 1),
    "documents": Default(5, "Documents before the visit", "working days"),
    "initial_report": Default(10, "Initial report after the visit", "working days", 1),
    "writer_silence": Default(10, "Somebody who writes in a section has left it after a silence of", "minutes", 2, 240),
    "words_summary": Default(300, "Longest summary of a report (0: any length)", "words", 0, 20_000),
    "words_strengths": Default(1_500, "Longest section on strengths (0: any length)", "words", 0, 20_000),
    "words_improvement": Default(1_500, "Longest section on areas for improvement (0: any length)", "words", 0, 20_000),
    "words_recommendations": Default(800, "Longest list of recommendations (0: any length)", "words", 0, 20_000),
    "words_good_practice": Default(800, "Longest section on good practice (0: any length)", "words", 0, 20_000),
    "reading_age": Default(17, "A report is called hard to read from a reading age above", "years", 9, 21),
    "response": Default(10, "Response period for the initial report", "working days", 1),
    "response_grace": Default(1, "Grace after the response deadline, not advertised", "working days"),
    "reminder_before": Default(3, "First reminder before a deadline", "working days"),
    "reminder_after": Default(3, "Last reminder after a deadline", "working days"),
    "paper_deadline": Default(7, "Paper deadline before an Executive Group meeting", "days"),
    "actions_first": Default(3, "First reminder of open actions after the meeting", "months", 1, 60),
    "actions_second": Default(6, "Second reminder of open actions after the meeting", "months", 1, 60),
    "actions_third": Default(10, "Third reminder of open actions after the meeting", "months", 1, 60),
    "small_number": Default(5, "Fewest reviews of which the public annual report says anything", "reviews", 2, 50),
    "years_between": Default(3, "Years before an organisation can be drawn again", "years", 0, 20),
    "interest_years": Default(3, "An interest that has ended is still a connection for", "years", 0, 20),
    "visits_a_year": Default(6, "Visits of one reviewer in a programme year, at most", "visits", 1, 50),
    "visits_a_month": Default(2, "Visits of one reviewer in a month, at most", "visits", 1, 20),
    "visits_together": Default(2, "Visits of the same two reviewers together in a year, at most", "visits", 1, 50),
    "keep_documents": Default(30, "Keep working documents after the report is presented", "days", 1, 3650),
    "keep_notes": Default(1, "Keep notes after the report is presented", "years", 1, 20),
    "keep_imports": Default(90, "Time in which an import of the register can be undone", "days", 1, 365),
    "keep_reports": Default(6, "Keep final reports and actions", "years", 1, 50),
}


class Setting(Base):
    """A setting that differs from its default, and who changed it."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int]
    changed_by: Mapped[Name]
    changed_at: Mapped[Instant] = mapped_column(default=utc_now)


class BoardDetail(Base):
    """A text of the board's own: its name, whom to ask."""

    __tablename__ = "board_detail"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(500))


BOARD_DETAILS: dict[str, tuple[str, str]] = {
    "board_name": ("Name of the partnership", "Safeguarding Children Partnership"),
    "contact_name": ("Whom organisations can ask", "The peer review coordinator"),
    "contact_email": ("Email to ask", ""),
    "contact_phone": ("Phone to ask", ""),
}


def setting(name: str) -> int:
    """The value in force, in the unit of its default. Raises KeyError for a name that is not a setting."""
    default = SETTINGS[name]
    changed = db.session.get(Setting, name)
    return changed.value if changed else default.value


def board_detail(name: str) -> str:
    """A text of the board's own, or its default. Raises KeyError for a name that is not one."""
    _label, default = BOARD_DETAILS[name]
    changed = db.session.get(BoardDetail, name)
    return changed.value if changed else default


def board_details() -> dict[str, str]:
    """Every text of the board's own, or its default, in one query."""
    defaults = {name: default for name, (_label, default) in BOARD_DETAILS.items()}
    return defaults | {row.name: row.value for row in db.session.scalars(select(BoardDetail))}
