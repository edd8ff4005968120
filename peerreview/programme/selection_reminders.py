"""Remind the Executive Group of a selection by itself, around the day on which it should be decided."""

from peerreview import outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import SelectionRound, setting, utc_now
from peerreview.programme import selecting
from peerreview.workdays import local, reminder_days

FIRST_HOUR = 8  # o'clock in London: nobody is reminded at night


def remind_executive_when_due() -> None:
    """Write today's reminders, once a day and only while something waits. Run each minute by the worker."""
    now = local(utc_now())
    if now.hour < FIRST_HOUR:
        return
    for waiting in db.session.scalars(db.select(SelectionRound).where(SelectionRound.decided_at.is_(None))).all():
        days = reminder_days(waiting.due_on, setting("reminder_before"), setting("reminder_after"))
        if now.date() in days and waiting.waiting:
            midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
            selecting.remind(waiting, Actor.system(), since=midnight)
    outbox.commit()
