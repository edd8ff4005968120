"""Which organisations were reviewed, and when: a review goes on to those that came after the one reviewed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, Subquery, func, select

from peerreview.models import ProgrammeYear, Review, Succession, Visit
from peerreview.workdays import LOCAL_ZONE
from peerreview.workflow import IN_THE_PROGRAMME, VISITED


def last_reviews() -> Subquery:
    """``own``: each organisation that was visited, or that came after one; ``at``: when its line last was."""
    line = _lines_from(Review.stage.in_(VISITED)).cte("visited", recursive=True)
    line = line.union(_their_successors(line))
    return (
        select(line.c.own, func.max(func.coalesce(Visit.starts_at, Review.stage_since)).label("at"))
        .join(Review, Review.id == line.c.review_id)
        .outerjoin(Visit, (Visit.review_id == Review.id) & Visit.cancelled_at.is_(None))
        .group_by(line.c.own)
        .subquery("last_review")
    )


def in_the_programme(today: date) -> Select[Any]:
    """The organisations with a review in a programme year that runs today, and those that came after them."""
    years = select(ProgrammeYear.id).where(
        ProgrammeYear.starts_on <= today, ProgrammeYear.starts_on > years_before(today, 1)
    )
    rule = Review.stage.in_(IN_THE_PROGRAMME) & Review.programme_year_id.in_(years)
    line = _lines_from(rule).cte("planned", recursive=True)
    line = line.union(_their_successors(line))
    return select(line.c.own)


def years_before(today: date, years: int) -> date:
    """The same day so many years ago; the day before 29 February where there was none."""
    return date(today.year - years, today.month, min(today.day, 28) if today.month == 2 else today.day)


def start_of(day: date) -> datetime:
    """Midnight in London."""
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL_ZONE)


def _lines_from(rule: Any) -> Any:
    base = select(Review.organisation_id.label("own"), Review.id.label("review_id"))
    return base.where(Review.organisation_id.is_not(None), rule)


def _their_successors(line: Any) -> Any:
    step = select(Succession.successor_id, line.c.review_id)
    return step.join(line, Succession.predecessor_id == line.c.own).where(Succession.taken_back_at.is_(None))
