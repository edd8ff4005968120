"""Who at the organisation has opened the initial report, and when first: from the trail of who read what."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func

from peerreview.extensions import db
from peerreview.models import Event, Review
from peerreview.workflow import Role


class Opened(NamedTuple):
    """Somebody's first look."""

    name: str
    at: datetime


def first_openings(review: Review) -> list[Opened]:
    """Each person of the organisation who has opened the initial report, whoever was first at the top."""
    first = func.min(Event.at)
    found = (
        db.select(Event.actor_name, first)
        .where(
            Event.review_id == review.id,
            Event.step == "read_initial_report",
            Event.actor_role == Role.ORGANISATION,
        )
        .group_by(Event.actor_name)
        .order_by(first, Event.actor_name)
    )
    return [Opened(*row) for row in db.session.execute(found)]
