"""When people cannot: a reviewer's own times, and the school holidays of a borough."""

from datetime import date, timedelta
from typing import Any

from peerreview.dates.holiday_file import LONGEST
from peerreview.filters import day as in_words
from peerreview.forms import Form, Part, a_file, day, hidden, one_of, several, text, tick
from peerreview.models import Days, PartOfDay, utc_now
from peerreview.workdays import local_day

DAYS = [(str(Days.EVERY_DAY), "Every day")] + [
    (str(each), f"Only {each.value.capitalize()}s") for each in Days if each is not Days.EVERY_DAY
]
PARTS = [
    (str(PartOfDay.ALL_DAY), "All day"),
    (str(PartOfDay.MORNING), "Morning, until 12:30pm"),
    (str(PartOfDay.AFTERNOON), "Afternoon, from 12:30pm"),
]
LONGEST_PERIOD = 366  # days
FURTHEST = timedelta(days=2 * 366)


def _read_period(form: Any, longest: int, what: str) -> bool:
    """Whether first and last day make a period that is usable; else there is a message at the field."""
    first, last = form.first_on.data, form.last_on.data or form.first_on.data
    if first is None or form.last_on.errors:
        return False
    if last < first:
        form.last_on.errors = ["The last day must be the first day or later"]
    elif last < local_day(utc_now()):
        form.last_on.errors = [f"{in_words(last)} is over"]
    elif first > local_day(utc_now()) + FURTHEST:
        form.first_on.errors = ["The first day must be within the next two years"]
    elif (last - first).days >= longest:
        form.last_on.errors = [f"{what} is at most {longest} days"]
    return not (form.first_on.errors or form.last_on.errors)


class MyTimeForm(Form):
    """When a reviewer cannot."""

    first_on: Any = day("First day", "Enter the first day")
    last_on: Any = day("Last day", hint="Leave it empty for a single day; for a regular day, the end of term")
    days: Any = one_of("Which days?", DAYS, "Choose which days", default=str(Days.EVERY_DAY))
    part: Any = one_of("Which part of the day?", PARTS, "Choose which part", default=str(PartOfDay.ALL_DAY))
    note: Any = text("A word for the coordinator", max=100, hint="For example, Teaching. Coordinators read it")

    def validate(self, extra_validators: Any = None) -> bool:
        typed_well: bool = super().validate(extra_validators)
        return _read_period(self, LONGEST_PERIOD, "A period") and typed_well and self._has_that_day()

    def _has_that_day(self) -> bool:
        first, last = self.period
        wanted = list(Days).index(Days(self.days.data))
        held = {(first + timedelta(days=number)).isoweekday() for number in range(min(7, (last - first).days + 1))}
        if wanted and wanted not in held:
            self.days.errors = [f"There is no {self.days.data.capitalize()} in this period"]
        return not self.days.errors

    @property
    def period(self) -> tuple[date, date]:
        """The first and the last day, once the form is valid."""
        return self.first_on.data, self.last_on.data or self.first_on.data


class BoroughForm(Form):
    """Something about one of the coordinator's boroughs."""

    borough: Any = one_of("Borough", (), "Choose the borough")


class HolidayForm(BoroughForm):
    """One school holiday."""

    name: Any = text("Name", "Enter a name", max=100, hint="For example, Spring half term")
    first_on: Any = day("First day", "Enter the first day on which schools are closed")
    last_on: Any = day("Last day", hint="Leave it empty for a single day")

    def validate(self, extra_validators: Any = None) -> bool:
        typed_well: bool = super().validate(extra_validators)
        return _read_period(self, LONGEST, "A school holiday") and typed_well


class HolidayFileForm(BoroughForm):
    """A calendar file with term dates."""

    file: Any = a_file("Calendar file (.ics)", "Choose a file")


class FoundPart(Part):
    """One stretch of days of a file, to be taken or left."""

    take: Any = tick("Take it")
    name: Any = text("Name", mark=False, max=200)
    first: Any = hidden(max=10)
    last: Any = hidden(max=10)

    @property
    def period(self) -> tuple[date, date] | None:
        """The days, when they are a usable holiday."""
        try:
            first, last = date.fromisoformat(self.first.data), date.fromisoformat(self.last.data)
        except (TypeError, ValueError):
            return None
        near = local_day(utc_now()) - FURTHEST < first < local_day(utc_now()) + 2 * FURTHEST
        return (first, last) if near and 0 <= (last - first).days < LONGEST else None


class ImportForm(BoroughForm):
    """What to take of a file."""

    rows: Any = several(FoundPart, most=500)

    def validate(self, extra_validators: Any = None) -> bool:
        typed_well: bool = super().validate(extra_validators)
        if not any(row.form.take.data for row in self.rows):
            self.form_errors.append("Tick at least one holiday, or go back")
            return False
        if any(row.form.take.data and row.form.period is None for row in self.rows):
            self.form_errors.append("These are not the days of the file. Choose the file again")
            return False
        return typed_well
