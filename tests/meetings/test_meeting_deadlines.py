"""Which meeting a final report goes to."""

from dataclasses import dataclass
from datetime import date

from peerreview.meetings.deadlines import next_open, usual_paper_deadline


@dataclass(frozen=True)
class M:
    held_on: date
    papers_due_on: date


DECEMBER = M(date(2026, 12, 3), date(2026, 11, 26))
JANUARY = M(date(2027, 1, 14), date(2027, 1, 7))


def test_the_next_meeting_whose_paper_deadline_has_not_passed():
    both = [JANUARY, DECEMBER]
    assert next_open(both, date(2026, 11, 26)) is DECEMBER
    assert next_open(both, date(2026, 11, 27)) is JANUARY
    assert next_open(both, date(2027, 1, 8)) is None


def test_the_usual_deadline_counts_calendar_days():
    assert usual_paper_deadline(date(2027, 1, 4), 7) == date(2026, 12, 28)
