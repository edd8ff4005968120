"""The pages of a request, and the coordinator's decision."""

import re
from typing import Any

from wtforms import StringField
from wtforms.validators import ValidationError

from peerreview.forms import Form, email, hidden, long_text, one_of, phone, text, tick

CHOOSE_IT = "Choose the organisation"
AUDITS = [
    ("s175", "Section 175: maintained schools and colleges"),
    ("s157", "Section 157: independent schools, academies and free schools"),
    ("s11", "Section 11: other organisations"),
    ("unsure", "I am not sure"),
]


def _no_addresses(_form: Any, field: Any) -> None:
    """A name with an address of the web in it is an advertisement: it would stand at the head of a letter."""
    if re.search(r"https?:|www\.|[<>@]", field.data or "", re.IGNORECASE):
        raise ValidationError("Enter a name without a web or email address")


class OrganisationForm(Form):
    """Search and choose. With the script, `picked` is the id of the suggestion that was taken."""

    search = text(
        "Name, postcode or URN of your school or organisation", mark=False, max=100,
        hint="Type at least the beginning of a word, then choose Search.",
    )  # fmt: skip
    organisation = one_of("Which one is yours?", mark=False)
    picked = hidden(max=20)

    @property
    def chosen(self) -> str:
        """The id that was chosen, of a suggestion or of the list."""
        return str(self.picked.data or self.organisation.data or "")


class UnlistedForm(Form):
    """An organisation that the register does not have."""

    given_name = text("Name of your school or organisation", "Enter the name of your school or organisation")
    borough = one_of("Which borough is it in?", (), "Choose the borough that it is in")
    details = long_text(
        "What should we know to find it?", max=500, hint="For example its address, or the name that it had before."
    )


class YouForm(Form):
    """Who asks. `nickname` is for robots: people do not see it."""

    name = text("Your name", "Enter your name", max=100)
    role = text(
        "Your role", "Enter your role", max=100, hint="For example, headteacher or designated safeguarding lead."
    )
    email = email("Your email address", "Enter your email address", hint="We write to you here about this request.")
    phone = phone("Your phone number")
    nickname = StringField("Leave this box empty")
    validate_name = validate_role = _no_addresses

    def validate_nickname(self, field: Any) -> None:
        """A robot fills every box. Should a browser have done it, the person sees the box and can mend it."""
        if field.data:
            raise ValidationError("Leave the last box empty: it is there to catch robots")


class ReviewForm(Form):
    """Why and when."""

    audit = one_of("Which self-assessment audit have you done?", AUDITS, "Choose which audit you have done")
    why_now = long_text(
        "Why are you asking now?", "Enter why you are asking now", max=3000,
        hint="For example, a new headteacher, or a rating on which you would like a second opinion.",
    )  # fmt: skip
    suits = long_text("When would a visit suit you?", max=1000, hint="For example, any Tuesday in the spring term.")
    does_not_suit = long_text(
        "When would it not suit you?", max=1000, hint="For example, examinations, holy days or an inspection."
    )


class SendForm(Form):
    """Check your answers, then send."""


class MatchForm(Form):
    """Which organisation of the register a request is about."""

    organisation = one_of("Which organisation is it?", (), CHOOSE_IT)


class AcceptForm(Form):
    """Into a programme year."""

    version = hidden(max=10)
    year = one_of("Which programme year?", (), "Choose the programme year")
    is_contact = tick("Write to this person about the review")


class DeclineForm(Form):
    """With a reason, which the requester reads."""

    version = hidden(max=10)
    reason = long_text("Why do you decline it?", "Enter the reason", max=2000, hint="The person who asked reads this.")
