"""What is typed about meetings, decisions and actions."""

from typing import Any

from wtforms.validators import ValidationError

from peerreview.forms import (
    Form,
    Part,
    choice,
    day,
    files,
    hidden,
    long_text,
    one_of,
    several,
    text,
    time_of_day,
    whole_number,
)
from peerreview.meetings.words import OUTCOMES, VERIFICATIONS
from peerreview.models import Outcome, Verification

MOST_FILES = 5  # with one update
NO_DETAILS = "No names or details of children or families."


class MeetingForm(Form):
    """A meeting's day, time, place and paper deadline; the deadline may be left to the setting."""

    held_on = day("Date of the meeting", "Enter the date of the meeting")
    begins_at = time_of_day("Begins at")
    minutes = whole_number("How long, in minutes", "Enter how long it is, in minutes", least=15, most=480)
    papers_due_on = day("Last day for papers", hint="Leave empty for the usual number of days before the meeting")
    place = text("Place")

    def validate_papers_due_on(self, field: Any) -> None:
        if field.data and self.held_on.data and field.data > self.held_on.data:
            raise ValidationError("The last day for papers must be on or before the day of the meeting")


class NewMeetingForm(MeetingForm):
    """The same for a new meeting, of one of the boroughs that are handed in."""

    borough = choice("Executive Group", missing="Choose the Executive Group")


class SeriesForm(Form):
    """Several meetings at once; the boroughs are handed in. ``sure`` is sent from the page that lists the days."""

    borough = choice("Executive Group", missing="Choose the Executive Group")
    first_on = day("First meeting", "Enter the date of the first meeting")
    every = one_of(
        "How often?",
        [("1", "Every month"), ("2", "Every two months"), ("3", "Every three months"), ("6", "Every six months")],
        "Choose how often",
    )
    how_many = whole_number("How many meetings", "Enter how many meetings", least=2, most=24)
    begins_at = time_of_day("Begins at")
    minutes = whole_number("How long, in minutes", "Enter how long each is, in minutes", least=15, most=480)
    place = text("Place")
    sure = hidden()


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


class LiveForm(Form):
    """What the group decides on one report, while it meets; the later meetings are handed in."""

    version = hidden()
    decision = one_of(
        "What does the Executive Group decide?",
        [
            ("present", "1. Accept it"),
            ("note", "2. Note it"),
            ("defer", "3. Put it off to a later meeting"),
            ("changes", "4. Ask for changes"),
        ],
        "Choose what the Executive Group decides",
    )
    outcome = choice(
        "If it is accepted: with what?",
        [(str(outcome), OUTCOMES[outcome]) for outcome in OUTCOMES if outcome is not Outcome.NOTED],
        mark=False,
    )
    to_meeting = choice("If it is put off: to which meeting?", mark=False)
    text = long_text(
        "In the group’s own words", "Enter the decision, or the reason, in the group’s own words",
        hint=f"The organisation reads what is decided when the report is accepted or noted. {NO_DETAILS}", max=2_000,
    )  # fmt: skip
    actions = several(ActionPart, most=40)

    def validate(self, extra_validators: Any = None) -> bool:
        """Owners and days are needed only when the report is accepted or noted; a meeting, when it is put off."""
        fine = bool(super().validate(extra_validators))
        if self.decision.data in ("defer", "changes"):
            fine = not (self.decision.errors or self.text.errors or self.version.errors)
            for field in (field for part in self.actions for field in part.form):
                field.errors = []
        if self.decision.data == "defer" and not self.to_meeting.data:
            self.to_meeting.errors = ["Choose the meeting to which it is put off"]
            return False
        return fine


class UpdateForm(Form):
    """How an action is going, by the organisation."""

    text = long_text("What has been done so far?", "Enter what has been done so far", max=2_000, hint=NO_DETAILS)
    impact = long_text(
        "What has changed because of it?", max=2_000,
        hint=f"For children, families or staff: what is better now, and how do you know? {NO_DETAILS}",
    )  # fmt: skip
    done = one_of("Is the action done?", [("yes", "Yes, it is done"), ("no", "Not yet")], "Choose whether it is done")
    files = files(
        "Files that show it",
        hint="Up to 5: for example a policy, a training record or minutes. PDF, Word, Excel, PowerPoint, OpenDocument, "
        "image or text.",
    )

    def validate_files(self, field: Any) -> None:
        if len(field.data or []) > MOST_FILES:
            raise ValidationError(f"Choose no more than {MOST_FILES} files")


class QuestionForm(Form):
    """What is still missing before an action is done."""

    text = long_text(
        "What is still missing?", "Enter what is still missing", max=2_000,
        hint=f"The organisation reads this on its page of the action. {NO_DETAILS}",
    )  # fmt: skip


class VerifyForm(Form):
    """That an action is done, and how that is known; the later reviews are handed in."""

    how = one_of(
        "How do you know that it is done?",
        [(str(how), words) for how, words in VERIFICATIONS.items()],
        "Choose how you know that it is done",
    )
    later = choice("If a later review has seen it: which one?", mark=False)
    note = long_text("Note", hint=f"The organisation and the Executive Group read this. {NO_DETAILS}", max=1_000)

    def validate(self, extra_validators: Any = None) -> bool:
        """A later review is named when it is how one knows."""
        fine = bool(super().validate(extra_validators))
        if self.how.data == str(Verification.NEXT_REVIEW) and not self.later.data:
            self.later.errors = ["Choose the later review"]
            return False
        return fine


class CloseForm(Form):
    """That a review is complete."""

    version = hidden()


class CloseEarlyForm(CloseForm):
    """That the Executive Group ends a review with actions open; its meetings are handed in for a coordinator."""

    reason = long_text("Why", "Enter why the review ends with actions open", max=1_000, hint=NO_DETAILS)
    meeting = choice("At which meeting did the Executive Group decide this?", missing="Choose the meeting")
