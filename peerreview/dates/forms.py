"""Proposing, offering and answering dates: what was ticked and typed."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from peerreview.dates.suggestions import Suggestion
from peerreview.dates.typed_times import ROWS, TimePart, TimesForm, why_not
from peerreview.dates.wall_time import Time
from peerreview.filters import when
from peerreview.forms import Form, any_of, day, hidden, long_text, one_of, options, several, text, whole_number
from peerreview.models import LONGEST_VISIT, Availability, Slot, utc_now
from peerreview.workdays import local_day

TICKED = 3  # suggestions that are ticked at first
USUAL_LENGTH = 150  # minutes
ANSWERS = [(str(Availability.YES), "Yes"), (str(Availability.IF_NEED_BE), "If need be"), (str(Availability.NO), "No")]


class ProposalForm(TimesForm):
    """Times to ask about, where, and until when people can answer."""

    suggested: Any = any_of("Suggested dates", mark=False, hint="Best first. Untick what you do not want to ask about")
    minutes: Any = whole_number(
        "How many minutes?", "Enter how many minutes", least=30, most=LONGEST_VISIT, hint=f"At most {LONGEST_VISIT}"
    )
    place: Any = text("Where", "Enter where the visit will be", hint="The same for every date; it can be changed later")
    closes: Any = day(
        "When does the asking close?", "Enter the day on which the asking closes",
        hint="Everybody should have answered by the end of this day. For example, 27 3 2027",
    )  # fmt: skip

    def offer(self, suggestions: Iterable[Suggestion]) -> None:
        """Fill in the tick boxes. What was ticked before stays a choice, also when it is not suggested any more."""
        starts = [each.starts_at for each in suggestions]
        if not self.is_submitted():
            self.suggested.data = [as_value(at) for at in starts[:TICKED]]
        ticked = [at for value in self.suggested.data or [] if (at := read_value(value)) and at not in starts]
        self.suggested.choices = options([(as_value(at), when(at)) for at in [*starts, *ticked]])

    @property
    def ticked(self) -> list[datetime]:
        return [at for value in self.suggested.data or [] if (at := read_value(value))]

    def times_to_ask(self) -> list[Time]:
        """What was ticked and typed, once the form is valid."""
        starts = dict.fromkeys([*self.ticked, *self.typed])
        return [Time(at, self.minutes.data, self.place.data) for at in starts]

    def validate(self, extra_validators: Any = None) -> bool:
        typed_well = super().validate(extra_validators)
        if refusal := next((words for at in self.ticked if (words := why_not(at))), None):
            self.suggested.errors = [refusal]
            typed_well = False
        if not self.ticked and not self.has_typed and not self.suggested.errors:
            self.times[0].form.day.errors = [self.nothing_given]
            return False
        return _closes_well(self.closes, [*self.ticked, *self.typed]) and typed_well


class OfferForm(TimesForm):
    """Times that the organisation offers itself."""

    times: Any = several(TimePart, least=ROWS, most=ROWS)

    def validate(self, extra_validators: Any = None) -> bool:
        typed_well = super().validate(extra_validators)
        if not self.has_typed:
            self.times[0].form.day.errors = [self.nothing_given]
        return typed_well and self.has_typed


def as_value(at: datetime) -> str:
    """A start as the value of a tick box."""
    return f"{at:%Y-%m-%dT%H:%MZ}"


def read_value(value: str) -> datetime | None:
    """The start of a tick box; nothing for what is none."""
    try:
        return datetime.fromisoformat(value) if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ", value, re.ASCII) else None
    except ValueError:
        return None


def _closes_well(field: Any, starts: Collection[datetime]) -> bool:
    """The day on which the asking closes is not past, and before the first of the times."""
    closes: date | None = field.data
    if closes is None:
        return False
    if closes < local_day(utc_now()):
        field.errors = ["The asking must close today or later"]
    elif starts and closes >= local_day(min(starts)):
        field.errors = ["The asking must close before the first of the dates"]
    return not field.errors


class SeenForm(Form):
    """A form that remembers which state of the review its page showed."""

    version: Any = hidden()

    @property
    def seen(self) -> int:
        """The review's version on the page; 0, which no review has, when it is not a number."""
        typed = self.version.data or ""
        return int(typed) if re.fullmatch("[0-9]{1,9}", typed) else 0


def answer_form(slots: Sequence[Slot], given: dict[int, Availability], comment: str) -> Any:
    """The form for one person: a question for each slot, filled with what they answered before."""
    fields: dict[str, Any] = {
        f"slot_{slot.id}": one_of(
            f"{when(slot.starts_at)} ({slot.minutes} minutes)",
            ANSWERS,
            f"Choose yes, if need be or no for {when(slot.starts_at)}",
            default=str(given[slot.id]) if slot.id in given else None,
        )
        for slot in slots
    }
    comment_field = long_text(
        "Anything we should know about these dates?", max=1000, default=comment,
        hint="For example, that you must leave by 3pm. No names or details of children or families",
    )  # fmt: skip
    return type("AnswerForm", (Form,), {**fields, "comment": comment_field})()


def answers_of(form: Any, slots: Sequence[Slot]) -> dict[int, Availability]:
    """Slot id to answer, from a form that is complete."""
    return {slot.id: Availability(form[f"slot_{slot.id}"].data) for slot in slots}
