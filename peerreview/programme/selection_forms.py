"""What is typed about a selection: why a review was chosen, and what the Executive Group decided."""

from typing import Any

from peerreview import forms
from peerreview.wording import CATEGORIES

NO_NAMES = "No names or details of children or families."


class IntelligenceForm(forms.Form):
    """Why a review was chosen on local intelligence: added to, or corrected."""

    category = forms.one_of("Where does it come from?", list(CATEGORIES.items()), "Choose where it comes from")
    reason = forms.long_text("The reason", "Enter the reason", max=2_000, hint=NO_NAMES)
    seen = forms.hidden(max=10)


class ApprovalForm(forms.Form):
    """One list, one answer, one button. The choices of ``how`` and ``approved`` are handed in."""

    CORRESPONDENCE, BACK, MEETING = "correspondence", "back", "meeting-"

    approved = forms.any_of("What is selected", mark=False)
    how = forms.one_of("What has the Executive Group decided?", missing="Choose what it has decided")
    comment = forms.long_text(
        "Comment for the coordinators",
        max=2_000,
        mark=False,
        hint=f"Needed when something is sent back. Only coordinators and the Executive Group read it. {NO_NAMES}",
    )
    seen = forms.hidden(max=10)

    def validate(self, extra_validators: Any = None) -> bool:
        """What goes back needs a comment; an approval approves something."""
        fine = bool(super().validate(extra_validators))
        if not self.how.errors and self.how.data != self.BACK and not self.approved.data:
            self.approved.errors = ["Tick what is approved, or choose to send all of it back"]
            fine = False
        if not self.comment.errors and self.sends_back and not self.comment.data:
            self.comment.errors = ["Enter why it is sent back"]
            fine = False
        return fine

    @property
    def sends_back(self) -> bool:
        """Whether anything is not approved."""
        return self.how.data == self.BACK or len(self.approved.data or []) < len(self.approved.choices or [])

    @property
    def meeting_id(self) -> int | None:
        """Of the meeting that was chosen."""
        number = str(self.how.data or "").removeprefix(self.MEETING)
        return int(number) if number.isdecimal() else None
