"""Agreeing, moving and cancelling a visit, and who comes to it."""

from typing import Any

from peerreview.dates.forms import SeenForm
from peerreview.dates.typed_times import TimeFields
from peerreview.forms import Form, day, email, text, tick, time_of_day, whole_number
from peerreview.models import LONGEST_VISIT


class AgreeForm(SeenForm):
    """The last word on a date: where, and a line for everybody."""

    place: Any = text("Where", "Enter where the visit will be")
    note: Any = text(
        "A line for everybody", max=300, hint="For example, where to report on arrival. It goes into each letter"
    )


class MoveForm(TimeFields, SeenForm):
    """Another time for the visit, at the same or another place."""

    day: Any = day("Date", "Enter the date")
    at: Any = time_of_day("Start", "Enter the time it starts")
    minutes: Any = whole_number("How many minutes?", "Enter how many minutes", least=30, most=LONGEST_VISIT)
    place: Any = text("Where", "Enter where the visit will be")
    note: Any = text("Why, in a line for everybody", max=300)

    def validate(self, extra_validators: Any = None) -> bool:
        typed_well = super().validate(extra_validators)
        return self.read_start() and typed_well


class PlaceForm(SeenForm):
    """Another place at the same time."""

    place: Any = text("Where", "Enter where the visit will be")
    note: Any = text("Why, in a line for everybody", max=300)


class CancelForm(SeenForm):
    """Why the visit is off."""

    note: Any = text("Why, in a line for everybody", max=300)
    sure: Any = tick("Yes, cancel the visit and tell everybody", "Tick the box if the visit is off")


class PersonForm(Form):
    """Somebody else who should be at the visit."""

    name: Any = text("Name", "Enter their name")
    role: Any = text("Role", "Enter their role", hint="For example, Chair of governors")
    email: Any = email("Email", "Enter their email address")
    needed: Any = tick("The visit makes no sense without them")


class RemovalForm(Form):
    """Taking somebody off; nothing to type."""
