"""Forms of the register."""

from typing import Any

from wtforms.validators import ValidationError

from peerreview.forms import (
    Form,
    choice,
    day,
    email,
    hidden,
    long_text,
    one_of,
    phone,
    postcode,
    text,
    tick,
    website,
)

DUTIES = [
    ("s11", "Section 11: key persons and bodies (Children Act 2004)"),
    ("s175", "Section 175: maintained schools and colleges (Education Act 2002)"),
    ("s157", "Section 157: independent schools, academies and free schools (Education Act 2002)"),
    ("none", "None of these"),
]


class DetailsForm(Form):
    """What the register says about an organisation."""

    name = text("Name", "Enter the name of the organisation")
    type_name = text("Type", hint="For example, community school, health trust or housing association.")
    street = text("Street")
    locality = text("District")
    town = text("Town")
    postcode = postcode("Postcode")
    phone = phone("Phone")
    website = website("Website")
    trust = text("Academy trust", hint="Reviewers of the same trust have an interest in it.")
    federation = text("Federation", hint="Reviewers from a federated school have an interest in it.")


class AddForm(DetailsForm):
    """A new organisation."""

    duty = one_of("Which duty has it to assess itself?", DUTIES, "Choose the duty")
    borough = choice("Borough", (), "Choose the borough")
    urn = text("URN", max=10, hint="Six digits; schools and colleges have one.")
    review = hidden(max=20)  # the reference of a request that waits for it

    def validate_urn(self, field: Any) -> None:
        """Six digits, as in the national register."""
        if not (field.data.isascii() and field.data.isdecimal() and len(field.data) == 6):
            raise ValidationError("URN must be six digits, like 100221")


class EditForm(DetailsForm):
    """A change by hand, with its reason."""

    is_open = one_of("Is it open?", [("yes", "Yes"), ("no", "No, closed or not open yet")], "Choose whether it is open")
    closed_on = day("Closed on")
    keep_name = tick("If the name is another now: keep the former one, so that a search still finds it", default=True)
    reason = long_text("Why do you change this?", "Enter why you change this", max=500)
    seen = hidden()

    def validate_closed_on(self, field: Any) -> None:
        """What is open has no closing date."""
        if field.data and self.is_open.data == "yes":
            raise ValidationError("An organisation that is open has no closing date")


class ContactForm(Form):
    """Somebody to write to."""

    name = text("Name", "Enter the name")
    role = text("Role", "Enter the role", hint="For example, headteacher or designated safeguarding lead.")
    email = email("Email", "Enter the email address")
    phone = phone("Phone")
    seen = hidden()


class DutyForm(Form):
    """The duty of its type, or another with a reason."""

    duty = one_of("Which duty has it to assess itself?", missing="Choose the duty")
    reason = long_text("Why?", "Enter why", max=500)
    seen = hidden()


class NoteForm(Form):
    """Something to remember about an organisation."""

    text = long_text(
        "Note", "Enter the note", max=2_000,
        hint="Coordinators of the borough read it. No names or details of children or families.",
    )  # fmt: skip


class ReasonForm(Form):
    """Why something is taken away."""

    reason = long_text("Why?", "Enter why", max=500)
