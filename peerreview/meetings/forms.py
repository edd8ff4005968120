"""What is typed about meetings, decisions and actions."""

from typing import Any

from wtforms.validators import ValidationError

from peerreview.forms import Form, Part, choice, day, hidden, long_text, one_of, several, text
from peerreview.meetings.words import OUTCOMES

NO_DETAILS = "No names or details of children or families."


class MeetingForm(Form):
    """A meeting's day, place and paper deadline; the deadline may be left to the setting."""

    held_on = day("Date of the meeting", "Enter the date of the meeting")
    papers_due_on = day("Last day for papers", hint="Leave empty for the usual number of days before the meeting")
    place = text("Place")

    def validate_papers_due_on(self, field: Any) -> None:
        if field.data and self.held_on.data and field.data > self.held_on.data:
            raise ValidationError("The last day for papers must be on or before the day of the meeting")


class NewMeetingForm(MeetingForm):
    """The same for a new meeting, of one of the boroughs that are handed in."""

    borough = choice("Executive Group", missing="Choose the Executive Group")


class AgendaForm(Form):
    """Which meeting a report goes to; the meetings are handed in."""

    meeting = one_of("Which meeting does the report go to?", missing="Choose a meeting")


class ActionPart(Part):
    """Who answers for one recommendation, and by when."""

    owner = text("Who answers for it", "Enter who answers for it")
    due_on = day("By when", "Enter the day by which it is done")


class PresentForm(Form):
    """What the Executive Group decided, and an owner and a day for each recommendation."""

    version = hidden()
    outcome = one_of(
        "What did the Executive Group decide?",
        [(str(outcome), words) for outcome, words in OUTCOMES.items()],
        "Choose what the Executive Group decided",
    )
    decision = long_text(
        "The decision in its own words", "Enter the decision in the Executive Group’s own words",
        hint=f"The organisation reads this. {NO_DETAILS}", max=2_000,
    )  # fmt: skip
    actions = several(ActionPart, most=40)


class DoneForm(Form):
    """That an action is done."""

    note = long_text("What was done", hint=NO_DETAILS, max=1_000)


class CloseForm(Form):
    """That a review is complete."""

    version = hidden()
