"""What an organisation types when it answers the notice, and what a coordinator types for it."""

from typing import Any

from peerreview import forms
from peerreview.nominations.roles import OTHER
from peerreview.typed import Given

NO_CHILDREN = "Please give no names or details of children or families."


class PersonForm(forms.Form):
    """One member of staff to meet. The role's choices depend on the kind of organisation."""

    name = forms.text("Full name", "Enter the person’s name")
    role = forms.choice("Role", missing="Choose the person’s role")
    other_role = forms.text("What is their role, if it is not in the list?", max=100)
    email = forms.email(
        "Email address", "Enter the person’s email address", hint="Their invitation goes to it, so one of their own"
    )
    phone = forms.phone("Phone number")
    cannot = forms.long_text(
        "When can they not be there?", max=500, hint="Days or times in the coming weeks, for example Wednesday mornings"
    )
    access_needs = forms.long_text(
        "Is there anything they need to take part?", max=500, hint="For example a hearing loop or step-free access"
    )
    seen = forms.hidden()

    def validate(self, extra_validators: Any = None) -> bool:
        """The role in words is needed for another role only."""
        fine = bool(super().validate(extra_validators))
        if self.role.data == OTHER and not self.other_role.data:
            self.other_role.errors = ["Enter the person’s role"]
            return False
        return fine

    @property
    def chosen_role(self) -> str:
        """The role in words."""
        return str(self.other_role.data if self.role.data == OTHER else self.role.data)


class MessageForm(forms.Form):
    """What the team should know before it comes."""

    to_have_to_hand = forms.long_text(
        "What should the team know or bring?",
        max=2_000,
        hint=f"For example identification at the gate, parking, or the best order to meet people in. {NO_CHILDREN}",
    )
    seen = forms.hidden()


class AnswersForm(forms.Form):
    """Check and send. A coordinator who heard the answer on the phone says from whom."""

    told_by = forms.text("Who gave you this answer?", "Enter the name of the person who told you")
    seen = forms.hidden()


class RefusalForm(forms.Form):
    """It cannot be done, and why."""

    reason = forms.long_text(
        "Why can staff not be named?",
        "Tell us why staff cannot be named",
        max=2_000,
        hint=f"For example an inspection in the same weeks, or that the review should come later. {NO_CHILDREN}",
    )


class ColleagueForm(forms.Form):
    """Pass the task to a colleague."""

    name = forms.text("Your colleague’s name", "Enter your colleague’s name")
    role = forms.text("Their role", "Enter your colleague’s role", max=100)
    email = forms.email(
        "Their email address", "Enter your colleague’s email address", hint="We send them a link of their own"
    )
    phone = forms.phone("Their phone number")
    instead = forms.one_of(
        "Who should we write to from now on?",
        [("both", "Both of us: the two links work side by side"), ("instead", "My colleague, in my place")],
        "Choose who we should write to from now on",
    )


class ContactForm(forms.Form):
    """Whom the notice goes to: somebody on the register, or somebody new."""

    NEW = "new"

    contact = forms.one_of("Who should the notice go to?", missing="Choose who the notice goes to")
    name = forms.text("Name")
    role = forms.text("Role", max=100)
    email = forms.email("Email address")
    phone = forms.phone("Phone number")

    def validate(self, extra_validators: Any = None) -> bool:
        """Somebody new needs a name, a role and an address."""
        if self.contact.data != self.NEW:
            for field in (self.name, self.role, self.email, self.phone):
                field.validators = []
            return bool(super().validate(extra_validators))
        for field in (self.name, self.role, self.email):
            words = str(field.label.text).removesuffix(" (optional)").lower()
            field.validators = [Given(f"Enter the {words} of the person"), *field.validators[1:]]
        return bool(super().validate(extra_validators))


class DetailsForm(forms.Form):
    """The organisation's own details, and how to reach its contact."""

    street = forms.text("Street")
    locality = forms.text("Area")
    town = forms.text("Town or city", "Enter the town or city")
    postcode = forms.postcode("Postcode", "Enter the postcode")
    phone = forms.phone("Phone number of the organisation")
    website = forms.website("Website")
    contact_name = forms.text("Your name", "Enter your name")
    contact_role = forms.text("Your role", "Enter your role", max=100)
    contact_phone = forms.phone("Your phone number")
    seen = forms.hidden()
