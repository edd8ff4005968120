"""Loading the invented year: the board, its meetings and its reviews, each on its own days."""

from collections.abc import Callable
from datetime import time, timedelta

from peerreview import audit_trail, outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.meetings import actions as meetings
from peerreview.models import Borough, Event, Meeting, Review, setting
from peerreview.models.base import as_of
from peerreview.sample import chapters, days_off, likely, numbers, register, selection, world
from peerreview.sample.people import COORDINATOR
from peerreview.sample.story import at, today
from peerreview.sample.year import LONG_AGO, MEETINGS, THE_YEAR
from peerreview.workdays import add_working_days
from peerreview.workflow import Role

MARK = "load_sample_year"


def is_loaded() -> bool:
    """Whether the whole year is there."""
    return db.session.scalar(db.select(Event.id).where(Event.step == MARK).limit(1)) is not None


def load(say: Callable[[str], None]) -> None:
    """Load what is not there yet; an interrupted loading goes on where it was. `say` gets a line for each review."""
    if world.mark() is None:
        with as_of(at(add_working_days(today(), -LONG_AGO), 9)):
            world.load()
            outbox.commit()
    _plan_meetings()
    for plan in THE_YEAR:
        organisation = world.organisation(plan.organisation)
        if db.session.scalar(db.select(Review.id).where(Review.organisation_id == organisation.id).limit(1)) is None:
            story = chapters.tell(plan)
            say(f"{story.reference}  {story.review.stage:<10}  {story.organisation.name}")
    for borough in db.session.scalars(db.select(Borough)):
        coordinator = Actor.of(world.person(COORDINATOR), Role.COORDINATOR)
        year = selection.running_year(borough, coordinator)
        numbers.change(year)
        likely.months(year, coordinator)
    days_off.enter()
    register.write()
    audit_trail.record(MARK, Actor.system(), facts={"reviews": len(THE_YEAR)})
    outbox.commit()


def _plan_meetings() -> None:
    now, coordinator = today(), Actor.of(world.person(COORDINATOR), Role.COORDINATOR)
    with as_of(at(add_working_days(now, 1 - LONG_AGO), 10)):
        for code, days in MEETINGS.items():
            borough = db.session.scalars(db.select(Borough).where(Borough.code == code)).one()
            if db.session.scalar(db.select(Meeting.id).where(Meeting.borough_id == borough.id).limit(1)) is not None:
                continue
            for day in (add_working_days(now, number) for number in days):
                papers = day - timedelta(days=setting("paper_deadline"))
                when = meetings.When(day, papers, "Committee Room 1", time(14))
                meetings.plan_meeting(borough, when, coordinator)
        outbox.commit()
