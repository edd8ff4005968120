"""When the visits that have no day yet will probably be, as the coordinator of the invented board expects it."""

from datetime import timedelta

from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import ProgrammeYear, Review
from peerreview.sample.story import today
from peerreview.teams.planning import say_month
from peerreview.workflow import Stage

SOON, LATER = timedelta(days=62), timedelta(days=93)
EARLY = 1  # one review soon, and the others all in one later month: more than can be staffed then


def months(year: ProgrammeYear, coordinator: Actor) -> None:
    """Say a month of each, inside the year; doing it again changes nothing."""
    waiting = db.session.scalars(
        db.select(Review)
        .where(Review.programme_year_id == year.id, Review.stage.in_([Stage.PLANNED, Stage.ARRANGING]))
        .order_by(Review.reference)
    ).all()
    for number, review in enumerate(waiting):
        if review.visit is None and review.poll is None:
            day = min(today() + (SOON if number < EARLY else LATER), year.ends_on)
            say_month(review, day.replace(day=1), coordinator)
