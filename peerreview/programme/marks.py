"""What of the record is drawn on which day of a year: visits, days asked about, meetings and their paper deadlines."""

from collections.abc import Iterable, Sequence
from datetime import date

from peerreview.filters import time_of_day
from peerreview.models import Meeting, Review
from peerreview.programme.month import Mark, What
from peerreview.workdays import local_day


def visit_days(review: Review) -> list[date]:
    """The day of the visit as it was held or is agreed; else the days now asked about; none while nobody is asked."""
    if review.visit_record is not None:
        return [review.visit_record.held_on]
    if review.visit is not None:
        return [local_day(review.visit.starts_at)]
    return sorted({local_day(slot.starts_at) for slot in review.poll.slots}) if review.poll else []


def named(review: Review) -> str:
    """The organisation with the reference."""
    return f"{review.organisation_name} ({review.reference})"


def visit_marks(review: Review, days: Sequence[date]) -> list[Mark]:
    """Its visit, or each day asked about; whichever counts as a visit of its month, once."""
    which = named(review)
    if review.visit_record is not None:
        return [Mark(day, What.VISIT, f"visit of {which}, held", True) for day in days]
    if review.visit is not None:
        at = time_of_day(review.visit.starts_at)
        return [Mark(day, What.VISIT, f"visit of {which} at {at}", True) for day in days]
    return [Mark(day, What.ASKED, f"asked about for {which}", day == days[0]) for day in days]


def meeting_marks(meetings: Iterable[Meeting]) -> list[Mark]:
    """Each meeting, and the last day for its papers."""
    found = []
    for meeting in meetings:
        found.append(Mark(meeting.held_on, What.MEETING, "Executive Group meets"))
        if meeting.papers_due_on != meeting.held_on:
            found.append(Mark(meeting.papers_due_on, What.PAPERS, "last day for papers of the meeting"))
    return found
