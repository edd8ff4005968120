"""When people cannot, in the invented board: school holidays to come, and what some reviewers have written down."""

from datetime import date, timedelta

from peerreview.audit_trail import Actor
from peerreview.dates.closed_days import add_holidays, keep_time
from peerreview.extensions import db
from peerreview.models import Borough, Days, PartOfDay
from peerreview.sample import world
from peerreview.sample.people import COORDINATOR, REVIEWERS
from peerreview.sample.story import today
from peerreview.workflow import Role

HOLIDAYS = (("Half term", 10, 5), ("End of term break", 17, 12))  # name, weeks ahead, days
TERM = timedelta(weeks=20)


def enter() -> None:
    """Far enough ahead that no deadline of the invented year changes. Doing it again changes nothing."""
    coordinator = Actor.of(world.person(COORDINATOR), Role.COORDINATOR)
    for borough in db.session.scalars(db.select(Borough)).all():
        add_holidays(
            borough, [(name, _monday(weeks), _last(weeks, days)) for name, weeks, days in HOLIDAYS], coordinator
        )
    nurse, housing, trust = (world.person(sample) for sample in REVIEWERS[:3])
    keep_time(nurse, (today(), today() + TERM), Days.TUESDAY, PartOfDay.AFTERNOON, "Ward round")
    keep_time(housing, (today(), today() + TERM), Days.FRIDAY, PartOfDay.ALL_DAY, "Does not work on Fridays")
    keep_time(trust, (_monday(6), _last(6, 5)), Days.EVERY_DAY, PartOfDay.ALL_DAY, "Leave")


def _monday(weeks: int) -> date:
    return today() - timedelta(days=today().weekday()) + timedelta(weeks=weeks)


def _last(weeks: int, days: int) -> date:
    return _monday(weeks) + timedelta(days=days - 1)
