"""What coordinators and reviewers fill in about the team."""

from typing import Any

from wtforms.validators import ValidationError

from peerreview.forms import Form, choice, day, email, long_text, one_of, options, phone, text, whole_number
from peerreview.models import Declaration, Membership, utc_now
from peerreview.workdays import local_day

MEMBERSHIPS = [(Membership.BOARD_MEMBER.value, "Board member"), (Membership.LAY_MEMBER.value, "Lay member")]
CANNOT = "cannot"
# One answer: to the invitation, and later about interests. What is known already needs no second telling.
INVITED = {
    Declaration.NONE.value: "Yes, and I have no interest to declare",
    Declaration.SOFT.value: "Yes, and I have a connection that people should know about",
    Declaration.HARD.value: "No, I have an interest and should not be on this review",
    CANNOT: "No, I cannot do it",
}
ACCEPTED = {
    Declaration.NONE.value: "I have no interest to declare",
    Declaration.SOFT.value: "I have a connection that people should know about",
    Declaration.HARD.value: "I should not be on this review",
    CANNOT: "I can no longer be on this team",
}
NOTHING_TO_ADD = ("Yes, and I have nothing to add to what is known", "I have nothing to add to what is known")
ANSWER_HINTS = {
    Declaration.SOFT.value: "For example, you used to work there or know a member of staff. You can stay on the team, "
    "but you cannot lead it.",
    Declaration.HARD.value: "You work there, are a governor there, belong to the same trust or federation, or have "
    "family there. You are taken off the review at once.",
    CANNOT: "For example, you have no time then. Your place goes to somebody else.",
}


def _not_in_the_future(form: Any, field: Any) -> None:
    if field.data and field.data > local_day(utc_now()):
        raise ValidationError(f"{field.label.text.removesuffix(' (optional)')} cannot be in the future")


class NewPersonForm(Form):
    """Who somebody new is. It stands before the record, so that problems are listed in the order of the page."""

    name = text("Full name", "Enter their full name")
    email = email("Email address", "Enter their email address")
    phone = phone("Phone number")


class ReviewerForm(Form):
    """A reviewer's record."""

    membership = one_of("What they are to the board", MEMBERSHIPS, "Choose Board member or lay member")
    employer = text("Employer", hint="Leave empty if they have none")
    trained_on = day("Reviewer training on")
    dbs_seen_on = day("DBS assurance seen on", hint="The day you saw it. Do not keep a copy of the certificate here")
    most_visits_a_year = whole_number(
        "Most visits in a programme year", most=50, hint="Leave empty for what the board’s settings say"
    )
    most_visits_a_month = whole_number(
        "Most visits in a month", most=20, hint="Leave empty for what the board’s settings say"
    )
    notes = text("Notes", max=500, hint="Seen by coordinators only")

    def validate_trained_on(self, field: Any) -> None:
        _not_in_the_future(self, field)

    def validate_dbs_seen_on(self, field: Any) -> None:
        _not_in_the_future(self, field)


class NewReviewerForm(NewPersonForm, ReviewerForm):
    """Somebody who becomes a reviewer; an address that has an account gets the role."""


class AssignForm(Form):
    """Who joins the team."""

    reviewer = one_of("Reviewer", (), "Choose a reviewer")


class LeadForm(Form):
    """Who leads."""

    member = choice("Lead", (), "Choose who leads")


class ReplacementForm(Form):
    """Who comes instead, and why."""

    reviewer = one_of("Who comes instead", (), "Choose who comes instead")
    reason = text("Reason", "Enter a reason", max=500, hint="Seen by coordinators and the Executive Group only")


class RemovalForm(Form):
    """Why somebody leaves the team."""

    reason = text(
        "Reason",
        "Enter a reason",
        max=500,
        hint="Seen by coordinators and the Executive Group only; the reviewer is not told it",
    )


class AnswerForm(Form):
    """The answer for one review: can they be on the team, and have they an interest."""

    answer = one_of("Can you be on this team?", (), "Choose your answer")
    text = long_text(
        "What the connection is, or why you cannot",
        max=2_000,
        hint="The coordinators and the Executive Group read this, nobody else. Leave out the names and details of "
        "children and families.",
    )

    def offer(self, *, has_accepted: bool, is_known: bool, may_decline: bool) -> None:
        """The answers that fit: the first or a later one; with a soft interest that is known already."""
        words = dict(ACCEPTED if has_accepted else INVITED)
        if is_known:
            words[Declaration.NONE.value] = NOTHING_TO_ADD[has_accepted]
        if not may_decline:
            del words[CANNOT]
        self.answer.choices = options(list(words.items()))

    def validate(self, extra_validators: Any = None) -> bool:
        """An interest needs its words, and so does a refusal."""
        usable = super().validate(extra_validators)
        if usable and self.answer.data != Declaration.NONE.value and not self.text.data:
            what = "why you cannot" if self.declines else "what the connection is"
            self.text.errors = [f"Say in a few words {what}"]
            return False
        return bool(usable)

    @property
    def declines(self) -> bool:
        return bool(self.answer.data == CANNOT)

    @property
    def declaration(self) -> Declaration:
        """The declaration that was chosen; only of a valid form that does not decline."""
        return Declaration(self.answer.data)
