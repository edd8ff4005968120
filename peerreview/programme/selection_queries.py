"""What is selected for a programme year, what waits, and what an Executive Group decided."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from peerreview.extensions import db
from peerreview.models import Draw, DrawEntry, Event, Meeting, ProgrammeYear, Review, SelectedReview, SelectionRound
from peerreview.workflow import Stage

LAST_MEETINGS, LOOKING_BACK = 4, timedelta(days=120)
MOST_READINGS = 100
ITS_DRAW = (joinedload(DrawEntry.draw).load_only(Draw.reference),)  # not the whole frozen list
WITH_APPROVAL: ORMOption = selectinload(Review.selected_in).joinedload(SelectedReview.round)


def requests_waiting(year: ProgrammeYear) -> Sequence[Review]:
    """Requests of the borough that wait for a decision, the oldest first."""
    return db.session.scalars(
        db.select(Review)
        .where(Review.borough_id == year.borough_id, Review.stage == Stage.REQUESTED)
        .order_by(Review.created_at, Review.id)
    ).all()


def years_to_take_into(year: ProgrammeYear, today: date) -> Sequence[ProgrammeYear]:
    """The borough's years that are not over, the earliest first: this one and the next."""
    years = db.session.scalars(
        db.select(ProgrammeYear).where(ProgrammeYear.borough_id == year.borough_id).order_by(ProgrammeYear.starts_on)
    )
    return [each for each in years if not each.is_over(today)]


def selected(year: ProgrammeYear) -> Sequence[Review]:
    """The reviews of a year that were neither declined nor withdrawn, those that are only planned first."""
    reviews = db.session.scalars(
        db.select(Review)
        .where(Review.programme_year_id == year.id, Review.stage.not_in([Stage.DECLINED, Stage.WITHDRAWN]))
        .options(WITH_APPROVAL, joinedload(Review.drawn).options(*ITS_DRAW))
        .order_by(Review.reference)
    ).all()
    return sorted(reviews, key=lambda review: review.stage is not Stage.PLANNED)


def not_sent(year: ProgrammeYear) -> list[Review]:
    """Planned reviews that the Executive Group neither has nor has approved."""
    reviews = db.session.scalars(
        db.select(Review)
        .where(Review.programme_year_id == year.id, Review.stage == Stage.PLANNED)
        .options(WITH_APPROVAL)
        .order_by(Review.id)
        .execution_options(populate_existing=True)
    )
    return [review for review in reviews if review.selection_can_be_sent]


def rounds(year: ProgrammeYear) -> Sequence[SelectionRound]:
    """Every round of the year with its reviews, the newest first."""
    with_review = selectinload(SelectionRound.selected).joinedload(SelectedReview.review)
    return db.session.scalars(
        db.select(SelectionRound)
        .where(SelectionRound.programme_year_id == year.id)
        .options(with_review.joinedload(Review.drawn).options(*ITS_DRAW), joinedload(SelectionRound.meeting))
        .order_by(SelectionRound.id.desc())
    ).all()


def waiting_round(year: ProgrammeYear) -> SelectionRound | None:
    """The round of the year that is not decided, if there is one; all of its reviews may have dropped out."""
    of_the_year = (SelectionRound.programme_year_id == year.id, SelectionRound.decided_at.is_(None))
    found: SelectionRound | None = db.session.scalar(db.select(SelectionRound).where(*of_the_year))
    return found


def meetings_so_far(year: ProgrammeYear, today: date) -> Sequence[Meeting]:
    """The Executive Group's last meetings up to today, at which it may have decided; the latest first."""
    return db.session.scalars(
        db.select(Meeting)
        .where(Meeting.borough_id == year.borough_id)
        .where(Meeting.held_on <= today, Meeting.held_on >= today - LOOKING_BACK)
        .order_by(Meeting.held_on.desc())
        .limit(LAST_MEETINGS)
    ).all()


def readings(review: Review) -> Sequence[Event]:
    """Who has read why a review was chosen, and when; the newest first."""
    return db.session.scalars(
        db.select(Event)
        .where(Event.review_id == review.id, Event.step == "read_intelligence")
        .order_by(Event.id.desc())
        .limit(MOST_READINGS)
    ).all()
