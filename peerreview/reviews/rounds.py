"""What is selected for a year and waits: for the coordinator to send it, or for the Executive Group to approve it.

One line for each borough and year, however many reviews are in it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select, true
from sqlalchemy.orm import contains_eager, selectinload

from peerreview.extensions import db
from peerreview.models import Person, ProgrammeYear, Review, SelectedReview, SelectionRound
from peerreview.workflow import Role, Stage


class Waiting(NamedTuple):
    """So many reviews of a year, since when, and by when (nothing when no day is set)."""

    year: ProgrammeYear
    number: int
    since: datetime
    due: date | None = None
    sent_back: int = 0

    def days_late(self, today: date) -> int:
        """Calendar days past the due day; 0 when it is not late."""
        return max(0, (today - self.due).days) if self.due else 0


def with_executive(person: Person, role: Role) -> list[Waiting]:
    """What the Executive Groups of the person's boroughs have not decided, the first due first."""
    boroughs = person.boroughs_as(role)
    rounds = db.session.scalars(
        select(SelectionRound)
        .join(SelectionRound.year)
        .where(SelectionRound.decided_at.is_(None))
        .where(true() if boroughs is None else ProgrammeYear.borough_id.in_(boroughs))
        .options(contains_eager(SelectionRound.year))
        .options(selectinload(SelectionRound.selected).joinedload(SelectedReview.review))
        .order_by(SelectionRound.due_on, SelectionRound.id)
    )
    return [Waiting(each.year, len(each.waiting), each.sent_at, each.due_on) for each in rounds if each.waiting]


def to_send(reviews: Sequence[Review]) -> list[Waiting]:
    """Of these reviews, what the Executive Group does not have yet or has sent back; by year."""
    found: dict[int, list[Review]] = {}
    for review in reviews:
        if review.stage is Stage.PLANNED and review.programme_year_id and review.selection_can_be_sent:
            found.setdefault(review.programme_year_id, []).append(review)
    years = db.session.scalars(select(ProgrammeYear).where(ProgrammeYear.id.in_(found)).order_by(ProgrammeYear.id))
    return [
        Waiting(
            year,
            len(found[year.id]),
            min(review.stage_since for review in found[year.id]),
            sent_back=sum(review.selected_in[-1].approved is False for review in found[year.id] if review.selected_in),
        )
        for year in years
    ]
