"""What coordinators and reviewers fill in about the team."""

from typing import Any

from wtforms.validators import ValidationError

from peerreview.forms import Form, choice, day, email, long_text, one_of, phone, text, whole_number
from peerreview.models import Declaration, Membership, utc_now
from peerreview.teams.interests import TIE_WORDS
from peerreview.workdays import local_day

MEMBERSHIPS = [(Membership.BOARD_MEMBER.value, "Board member"), (Membership.LAY_MEMBER.value, "Lay member")]
DECLARATIONS = [
    (Declaration.NONE.value, "I have no interest to declare"),
    (Declaration.SOFT.value, "I have a connection that people should know about"),
    (Declaration.HARD.value, "I should not be on this review"),
]
DECLARATION_HINTS = {
    Declaration.SOFT.value: "For example, you used to work there or know a member of staff. You can stay on the team, "
    "but you cannot lead it.",
    Declaration.HARD.value: "You work there, are a governor there, belong to the same trust or federation, or have "
    "family there. You are taken off the review at once.",
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


class TieForm(Form):
    """A standing tie; the other end is one of those found."""

    kind = one_of(
        "What ties them to it",
        [(kind.value, now) for kind, (now, _before) in TIE_WORDS.items()],
        "Choose what ties them to it",
    )
    end = one_of("Which one", (), "Choose which one")


class AssignForm(Form):
    """Who joins the team."""

    reviewer = one_of("Reviewer", (), "Choose a reviewer")


class LeadForm(Form):
    """Who leads."""

    member = choice("Lead", (), "Choose who leads")


class RemovalForm(Form):
    """Why somebody leaves the team."""

    reason = text("Reason", "Enter a reason", max=500, hint="Seen by coordinators only; the reviewer is not told it")


class InterestsForm(Form):
    """A declaration for one review."""

    declaration = one_of("Your interests in this organisation", DECLARATIONS, "Choose what describes you")
    text = long_text(
        "What the connection is",
        max=2_000,
        hint="Only needed if you have one. Leave out the names and details of children and families.",
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """An interest needs its words."""
        usable = super().validate(extra_validators)
        if self.declaration.data in (Declaration.SOFT.value, Declaration.HARD.value) and not self.text.data:
            self.text.errors = ["Say in a few words what the connection is"]
            return False
        return bool(usable)

    @property
    def chosen(self) -> Declaration:
        """The declaration that was chosen; only after the form was found valid."""
        return Declaration(self.declaration.data)
