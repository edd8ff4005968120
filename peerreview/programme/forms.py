"""What is typed about a programme year."""

from typing import Any

from peerreview import forms
from peerreview.models import Selection

SELECTIONS = [
    (Selection.REQUEST.value, "It asked for a review"),
    (Selection.RANDOM.value, "It was drawn at random"),
    (Selection.INTELLIGENCE.value, "It was chosen on local intelligence"),
]


class NumbersForm(forms.Form):
    """The numbers that the Executive Group has set."""

    statutory = forms.whole_number("Statutory organisations", "Enter how many, 0 if none", most=200)
    schools = forms.whole_number("Schools and colleges", "Enter how many, 0 if none", most=200)
    seen = forms.hidden()


class YearForm(forms.Form):
    """A new programme year of one borough."""

    borough = forms.one_of("Borough", missing="Choose the borough")
    starts_on = forms.day("First day of the year", "Enter the first day of the year", hint="For example, 1 4 2026")


class PlanForm(forms.Form):
    """A review planned directly."""

    year = forms.one_of("Programme year", missing="Choose the programme year")
    selection = forms.one_of("How was it selected?", SELECTIONS, "Choose how it was selected")
    reason = forms.long_text(
        "If on local intelligence: the reason",
        max=2_000,
        mark=False,
        hint="Read by coordinators and by the borough’s Executive Group only. The organisation and the reviewers never "
        "see it. No names or details of children or families.",
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Local intelligence needs its reason on record."""
        fine = bool(super().validate(extra_validators))
        if self.selection.data == Selection.INTELLIGENCE and not self.reason.data:
            self.reason.errors = ["Enter the reason for choosing it"]
            return False
        return fine
