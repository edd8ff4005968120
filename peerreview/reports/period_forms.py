"""What is typed about the response period: more time asked for, given or refused."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from wtforms.validators import ValidationError

from peerreview.filters import day as in_words
from peerreview.forms import Form, day, hidden, long_text
from peerreview.models import Review, utc_now
from peerreview.reports import words
from peerreview.reports.period import Seen
from peerreview.workdays import add_working_days, bank_holiday, is_working_day, local_day

LONGEST = timedelta(days=183)  # nobody means a deadline in another year; half a year is a slip of the pen


def last_day(review: Review) -> date:
    """The day that a new last day must be later than: the deadline, or today when that has passed."""
    today = local_day(utc_now())
    return max(today, local_day(review.response_due_at)) if review.response_due_at else today


class LaterDay(Form):
    """A later last day of the response period. The last day in force and the days off are handed in."""

    def __init__(self, *args: Any, after: date, closed: Collection[date] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.after, self.closed = after, frozenset(closed)

    def check(self, typed: date | None) -> None:
        """Raise ValidationError for a day that is not later, far away, or none on which anybody works."""
        if typed is None:
            return
        if typed <= self.after:
            raise ValidationError("The new last day must be later than the deadline now, and not in the past")
        if typed > self.after + LONGEST:
            raise ValidationError("The new last day must be within half a year")
        if not is_working_day(typed, self.closed):
            why = bank_holiday(typed) or ("a school holiday" if typed in self.closed else "a day of the weekend")
            better = in_words(add_working_days(typed, 1, self.closed))
            raise ValidationError(f"{in_words(typed)} is {why}. Choose a working day: the next one is {better}")


class MoreTimeForm(LaterDay):
    """What the organisation asks for."""

    wished_for = day("Until which day?", "Enter the day until which you need time")
    reason = long_text(
        "Why do you need more time?",
        "Say why you need more time",
        max=2_000,
        hint="In a sentence or two. The coordinator and your colleagues with a link read this. " + words.NO_DETAILS,
    )

    def validate_wished_for(self, field: Any) -> None:
        self.check(field.data)


class ExtensionForm(LaterDay):
    """The coordinator's later last day; ``standing`` and ``asked`` are what the page showed."""

    until = day("New last day for the response", "Enter the new last day")
    standing = hidden()
    asked = hidden()

    def validate_until(self, field: Any) -> None:
        self.check(field.data)

    @property
    def seen(self) -> Seen:
        """What that page showed; without it, a day that never was, so that the act is refused."""
        try:
            return Seen(date.fromisoformat(self.standing.data or ""), _number(self.asked.data))
        except ValueError:
            return Seen(date.max, 0)


class RefusalForm(Form):
    """Why there is no more time; ``asked`` is the row that the page showed."""

    reason = long_text(
        "Why is there no more time?", "Give the reason: the organisation will read it", max=2_000,
        hint="The organisation reads this on its page; it is not in the letter.",
    )  # fmt: skip
    asked = hidden()

    @property
    def asked_id(self) -> int:
        """The row's id; 0 for none."""
        return _number(self.asked.data)


def _number(typed: str | None) -> int:
    return int(typed) if typed and typed.isdecimal() and len(typed) < 12 else 0
