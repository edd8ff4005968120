"""What is typed about a programme year."""

from typing import Any

from peerreview import forms
from peerreview.models import Selection, utc_now
from peerreview.wording import CATEGORIES
from peerreview.workdays import local_day

SELECTIONS = [
    (Selection.REQUEST.value, "It asked for a review"),
    (Selection.RANDOM.value, "It was drawn at random"),
    (Selection.INTELLIGENCE.value, "It was chosen on local intelligence"),
]
BY_HAND = [(value, words) for value, words in SELECTIONS if value != Selection.RANDOM]  # only a draw draws

BY_CORRESPONDENCE = "correspondence"


class NumbersForm(forms.Form):
    """The numbers that the Executive Group has set, and where. The meetings are handed in."""

    statutory = forms.whole_number("Statutory organisations", "Enter how many, 0 if none", most=200)
    schools = forms.whole_number("Schools and colleges", "Enter how many, 0 if none", most=200)
    decided_at = forms.one_of("Where did the Executive Group decide it?", missing="Choose where it was decided")
    corresponded_on = forms.day("If by correspondence: the day on which it was decided", mark=False)
    note = forms.long_text(
        "Why these numbers",
        max=1_000,
        mark=False,
        hint="Needed when the numbers change. Read by coordinators and by the borough’s Executive Group. "
        "No names or details of children or families.",
    )
    seen = forms.hidden()  # the turn of the numbers that stood on the page

    @property
    def turn_seen(self) -> int:
        """The turn of the numbers that the person read; 0 when none were set; -1 for what no page of ours says."""
        typed = self.seen.data or "0"
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else -1

    def validate(self, extra_validators: Any = None) -> bool:
        """By correspondence there is a day, which is not to come; a change has its reason."""
        fine = bool(super().validate(extra_validators))
        if self.turn_seen and not self.note.data and not self.note.errors:
            self.note.errors = ["Say why the numbers change"]
        if self.decided_at.data == BY_CORRESPONDENCE and not self.corresponded_on.errors:
            day = self.corresponded_on.data
            if day is None:
                self.corresponded_on.errors = ["Enter the day on which it was decided"]
            elif day > local_day(utc_now()):
                self.corresponded_on.errors = ["The day on which it was decided cannot be in the future"]
        return fine and not (self.note.errors or self.corresponded_on.errors)


class YearForm(forms.Form):
    """A new programme year of one borough."""

    borough = forms.one_of("Borough", missing="Choose the borough")
    starts_on = forms.day("First day of the year", "Enter the first day of the year", hint="For example, 1 4 2026")


class PlanForm(forms.Form):
    """A review planned directly."""

    year = forms.one_of("Programme year", missing="Choose the programme year")
    selection = forms.one_of("How was it selected?", BY_HAND, "Choose how it was selected")
    category = forms.one_of("If on local intelligence: where does it come from?", list(CATEGORIES.items()), mark=False)
    reason = forms.long_text(
        "If on local intelligence: the reason",
        max=2_000,
        mark=False,
        hint="Read by coordinators and by the borough’s Executive Group only. The organisation and the reviewers never "
        "see it. No names or details of children or families.",
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Local intelligence needs its category and its reason on record."""
        fine = bool(super().validate(extra_validators))
        if self.selection.data != Selection.INTELLIGENCE:
            return fine
        if not self.category.data:
            self.category.errors = ["Choose where the local intelligence comes from"]
            fine = False
        if not self.reason.data:
            self.reason.errors = ["Enter the reason for choosing it"]
            fine = False
        return fine
