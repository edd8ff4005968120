"""Who is writing in a section: one person at a time, shown to the others, who may take over.

Somebody writes where they change the text, or say so. They leave by going to the preview, or by a silence (a setting).
The report must be locked (``writing.open_report``) when any of this is changed: of two at once, one is the writer.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.filters import time_of_day
from peerreview.models import Person, Report, ReportSection, setting, utc_now


@dataclass(frozen=True)
class Writer:
    """Somebody who is writing in a section."""

    person_id: int
    name: str
    since: datetime

    def __str__(self) -> str:
        return f"{self.name} is writing here since {time_of_day(self.since)}"


def writer_of(section: ReportSection) -> Writer | None:
    """Who is writing there now."""
    who, since, at = section.writer, section.writing_since, section.writing_at
    if who is None or since is None or at is None:
        return None
    is_silent = utc_now() - at > timedelta(minutes=setting("writer_silence"))
    return None if is_silent else Writer(who.id, who.name, since)


def other_than(section: ReportSection, actor: Actor) -> Writer | None:
    """Somebody else who is writing there now."""
    writer = writer_of(section)
    return writer if writer is not None and writer.person_id != actor.person_id else None


def take(section: ReportSection, actor: Actor) -> None:
    """Be the one who writes there, whoever was: their text is in the section and in its history."""
    if actor.person_id is None:
        return
    now, writer = utc_now(), writer_of(section)
    if writer is None or writer.person_id != actor.person_id:
        section.writer, section.writing_since = db.session.get(Person, actor.person_id), now
    section.writing_at = now


def leave(report: Report, actor: Actor) -> None:
    """Write nowhere any more."""
    for section in report.sections:
        if section.writer is not None and section.writer.id == actor.person_id:
            section.writer = section.writing_since = section.writing_at = None


def others(report: Report, actor: Actor) -> dict[str, Writer]:
    """Who else is writing now, by the kind of section."""
    found = {str(section.kind): other_than(section, actor) for section in report.sections}
    return {kind: writer for kind, writer in found.items() if writer is not None}


def mine(report: Report, actor: Actor) -> set[str]:
    """The kinds of the sections in which the actor is writing now."""
    writing = {str(section.kind): writer_of(section) for section in report.sections}
    return {kind for kind, writer in writing.items() if writer is not None and writer.person_id == actor.person_id}
