"""The numbers of the invented year: set when it begins, and changed once since by the Executive Group."""

from datetime import date, timedelta

from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Borough, Meeting, ProgrammeYear
from peerreview.models.base import as_of
from peerreview.programme.numbers import Decided, set_numbers
from peerreview.sample import world
from peerreview.sample.people import EXECUTIVES
from peerreview.sample.story import at, today
from peerreview.sample.year import REVIEWS_PER_YEAR
from peerreview.workflow import Role

AT_FIRST = "As many as last year, until the audits of the autumn are in."
FEWER = 1  # fewer schools at first than there are now
WHY_MORE = "Two schools have asked since, and the reviewers who were trained in the summer can take one more."


def set_first(year: ProgrammeYear, coordinator: Actor) -> None:
    """The coordinator records what the group decided at its last meeting, or by correspondence before there was one."""
    statutory, schools = REVIEWS_PER_YEAR[year.borough.code]
    meeting = _last_meeting(year.borough, today())
    when = None if meeting else max(year.starts_on, today())
    set_numbers(year, Decided(statutory, schools - FEWER, meeting, when, AT_FIRST), coordinator, seen=0)


def change(year: ProgrammeYear) -> None:
    """A member of the group sets what it decided since, a week after the meeting. Doing it again changes nothing."""
    first, meeting = year.numbers, _last_meeting(year.borough, today())
    if first is None or first.turn > 1 or first.decided_on is None:
        return
    later = meeting if meeting and meeting.held_on > max(first.decided_on, first.set_at.date()) else None
    when = later.held_on + timedelta(days=1) if later else today()
    member = next(world.person(each) for each in EXECUTIVES if year.borough.code in each.boroughs)
    with as_of(at(min(when, today()), 11)):
        decided = Decided(*REVIEWS_PER_YEAR[year.borough.code], later, None if later else today(), WHY_MORE)
        set_numbers(year, decided, Actor.of(member, Role.EXECUTIVE), seen=first.turn)
        db.session.flush()


def _last_meeting(borough: Borough, day: date) -> Meeting | None:
    held = db.select(Meeting).where(Meeting.borough_id == borough.id, Meeting.held_on <= day)
    found: Meeting | None = db.session.scalars(held.order_by(Meeting.held_on.desc()).limit(1)).first()
    return found
