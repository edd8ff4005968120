"""Field kinds of our own: answers are read strictly and refused in plain English."""

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any, NamedTuple

from wtforms import Field, IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.utils import unset_value
from wtforms.validators import ValidationError

from peerreview.typed import clean_line, shown_name

MONTHS = [f"{date(2000, month, 1):%B}" for month in range(1, 13)]
NO_SUCH_CHOICE = "Choose one of the answers listed"


class OneOf(RadioField):
    """One answer of a few, all of them seen."""

    def pre_validate(self, form: Any) -> None:
        _known_choice(super().pre_validate, form)


class Choice(SelectField):
    """One answer from a list that opens."""

    def pre_validate(self, form: Any) -> None:
        _known_choice(super().pre_validate, form)


class AnyOf(SelectMultipleField):
    """Any number of answers, as tick boxes."""

    def pre_validate(self, form: Any) -> None:
        _known_choice(super().pre_validate, form)


def _known_choice(check: Callable[[Any], None], form: Any) -> None:
    try:
        check(form)
    except ValidationError:
        raise ValidationError(NO_SUCH_CHOICE) from None


class WholeNumber(IntegerField):
    """A whole number between two bounds, both allowed."""

    def __init__(self, label: str, validators: list[Any], *, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.least, self.most = least, most

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = clean_line(valuelist[0]) if valuelist else ""
        self.data = None
        if not typed:
            return
        if not re.fullmatch("-?[0-9]{1,12}", typed):
            raise ValueError(f"{shown_name(self)} must be a whole number, like {self.least or 4}")
        if not self.least <= int(typed) <= self.most:
            raise ValueError(f"{shown_name(self)} must be between {self.least:,} and {self.most:,}")
        self.data = int(typed)


class TimeOfDay(Field):
    """A clock time, read as people write it: 10:00, 10am, 2.30 pm, 1430, midday. Its data: a time without zone."""

    def _value(self) -> str:
        if self.raw_data:
            return clean_line(self.raw_data[0])
        return f"{self.data:%H:%M}" if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = clean_line(valuelist[0]).lower() if valuelist else ""
        self.data = read_time(typed) if typed else None


def read_time(typed: str) -> time:
    """The time that was meant. Raises ValueError with a message for the person."""
    named = {"midday": time(12), "noon": time(12), "12 noon": time(12), "midnight": time(0)}
    if typed in named:
        return named[typed]
    found = re.fullmatch(r"([0-9]{1,2})(?:[:.]?([0-9]{2}))?(?::00)? ?(am|pm|a\.m\.|p\.m\.)?", typed)
    if found and (found[2] or found[3]):
        hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "")[:1]
        if minute <= 59 and (1 <= hour <= 12 if half else hour <= 23):
            return time(hour % 12 + (12 if half == "p" else 0) if half else hour, minute)
    raise ValueError("Enter a time, like 10:00am or 14:30")


class Box(NamedTuple):
    """One of the three boxes of a date, as its page needs it."""

    part: str
    id: str
    label: str
    value: str
    wrong: bool


class DateParts(Field):
    """A date in three boxes, day, month and year. Its data is a date, or None when nothing usable was typed."""

    PARTS = ("day", "month", "year")

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        super().process(None, data, extra_filters)
        value = self.data
        self.wrong: tuple[str, ...] = ()
        self.typed: dict[str, str] = {p: str(getattr(value, p)) if isinstance(value, date) else "" for p in self.PARTS}
        if formdata is None:
            return
        self.typed = {p: clean_line(formdata.get(f"{self.name}-{p}"))[:20] for p in self.PARTS}
        self.raw_data = [typed for typed in self.typed.values() if typed]
        self.data = None
        if self.raw_data:
            try:
                self.data = self._read()
            except ValueError as refusal:
                self.process_errors = [str(refusal)]

    def _read(self) -> date:
        if missing := tuple(p for p in self.PARTS if not self.typed[p]):
            raise self._refused(missing, f"{shown_name(self)} must include a {' and '.join(missing)}")
        day, month, year = (self._number(part) for part in self.PARTS)
        try:
            return date(year, month, day)
        except ValueError:
            written = f"{day} {MONTHS[month - 1]} {year}"
            raise self._refused(("day",), f"{written} is not a real date") from None

    def _number(self, part: str) -> int:
        typed = self.typed[part].lower()
        if part == "month" and len(typed) >= 3:
            named = [at for at, month in enumerate(MONTHS, 1) if month.lower().startswith(typed)]
            if named or not typed.isdecimal():
                typed = str(named[0]) if named else "?"
        if part == "year" and not re.fullmatch("[0-9]{4}", typed):
            raise self._refused((part,), f"{shown_name(self)}: the year must have 4 numbers, like 2026")
        number = int(typed) if re.fullmatch("[0-9]{1,4}", typed) else 0
        least, most = {"day": (1, 31), "month": (1, 12), "year": (1900, 2199)}[part]
        if not least <= number <= most:
            raise self._refused((part,), f"{shown_name(self)}: the {part} must be between {least} and {most}")
        return number

    def _refused(self, parts: tuple[str, ...], message: str) -> ValueError:
        self.wrong = parts
        return ValueError(message)

    @property
    def boxes(self) -> list[Box]:
        """The boxes in the order of the page. Without a particular fault, an error belongs to all three."""
        wrong = self.wrong or (self.PARTS if self.errors else ())
        return [Box(p, f"{self.id}-{p}", p.capitalize(), self.typed[p], p in wrong) for p in self.PARTS]

    @property
    def error_id(self) -> str:
        """The box that the error summary leads to: the first wrong one."""
        return next((box.id for box in self.boxes if box.wrong), f"{self.id}-day")
