"""Dates and clock times as they are typed: times that exist and have not passed, or a message at the box to mend."""

from datetime import datetime, timedelta
from typing import Any

from peerreview.dates.wall_time import HourDoesNotExist, HourExistsTwice, Time, instant
from peerreview.filters import day as in_words
from peerreview.filters import time_of_day as clock
from peerreview.filters import when
from peerreview.forms import Form, Part, day, one_of, several, time_of_day
from peerreview.models import utc_now

FURTHEST = timedelta(days=2 * 366)
ROWS = 3
FOLD = [("0", "The first time, before the clocks go back"), ("1", "The second time, after the clocks go back")]
ASK_WHICH = "The clocks go back, so this time comes twice. Choose which of the two is meant"


class TimeFields:
    """Date and start of a visit, and the question that one hour a year needs."""

    day: Any = day("Date")
    at: Any = time_of_day("Start")
    fold: Any = one_of("Which of the two?", FOLD, mark=False)

    starts_at: datetime | None = None
    asks_which = False

    def time_at(self, minutes: int, place: str) -> Time:
        """The time that was typed, at a place; only once the form is valid."""
        assert self.starts_at is not None
        return Time(self.starts_at, minutes, place)

    def read_start(self) -> bool:
        """Whether date and start make a time that can be used; else there is a message at the field."""
        if not self.day.data or not self.at.data:
            for field, words in ((self.day, "Enter the date"), (self.at, "Enter the time it starts")):
                if not field.data and not field.errors:
                    field.errors = [words]
            return False
        try:
            fold = int(self.fold.data) if self.fold.data else None
            starts_at = instant(self.day.data, self.at.data, fold=fold)
        except HourDoesNotExist:
            self.at.errors = [
                f"{clock(self.at.data)} does not exist on {in_words(self.day.data)}: the clocks go forward"
            ]
            return False
        except HourExistsTwice:
            self.asks_which, self.fold.errors = True, [ASK_WHICH]
            return False
        if refusal := why_not(starts_at):
            self.day.errors = [refusal]
        else:
            self.starts_at = starts_at
        return self.starts_at is not None


def why_not(starts_at: datetime) -> str:
    """Why a visit cannot be at that time; empty when it can."""
    if starts_at <= utc_now():
        return "The visit must be in the future"
    return "The visit must be within the next two years" if starts_at > utc_now() + FURTHEST else ""


class TimePart(TimeFields, Part):
    """One of several times; a row without date and start is none."""

    day: Any = day("Date", mark=False)
    at: Any = time_of_day("Start", mark=False)

    @property
    def is_given(self) -> bool:
        return bool(self.day.raw_data) or bool(self.at.data or self.at.errors)

    def validate(self, extra_validators: Any = None) -> bool:
        if not self.is_given:
            return True
        typed_well: bool = super().validate(extra_validators)
        return self.read_start() and typed_well


class TimesForm(Form):
    """Rows of times, each of which is there once."""

    times: Any = several(TimePart, least=ROWS, most=12)
    nothing_given = "Enter at least one date"

    @property
    def typed(self) -> list[datetime]:
        """The starts that were typed, once the form is valid."""
        return [row.form.starts_at for row in self.times if row.form.starts_at is not None]

    @property
    def has_typed(self) -> bool:
        """Whether any row has something in it."""
        return any(row.form.is_given for row in self.times)

    def validate(self, extra_validators: Any = None) -> bool:
        typed_well: bool = super().validate(extra_validators)
        seen: set[datetime] = set()
        for row in self.times:
            if row.form.starts_at in seen:
                row.form.day.errors = [f"{when(row.form.starts_at)} is there twice"]
                typed_well = False
            seen |= {row.form.starts_at} - {None}
        return typed_well
