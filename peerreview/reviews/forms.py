"""Finding reviews, reminding, mending an address, and ending or reviving a review."""

from peerreview.forms import Form, Part, choice, email, hidden, long_text, text, whole_number
from peerreview.wording import STAGES


class Filters(Part):
    """What the list shows. Boroughs and years are handed in; an answer that is not offered shows everything."""

    stage = choice("Stage", [("", "Any stage"), *((stage.value, words) for stage, words in STAGES.items())], mark=False)
    borough = choice("Borough", mark=False)
    year = choice("Year", mark=False)
    text = text("Reference, school or person", mark=False, max=100)
    page = whole_number("Page", least=1, most=100_000, mark=False)

    def wanted(self) -> dict[str, str]:
        """The usable answers."""
        self.validate()
        return {f.name: f.data for f in (self.stage, self.borough, self.year, self.text) if f.data and not f.errors}


class Reminder(Form):
    task = hidden(max=40)
    back = hidden(max=10)  # given when the button was on the chase list


class MendedAddress(Form):
    email = email("Email address", "Enter the email address to send it to")


class Withdrawal(Form):
    reason = long_text(
        "Why is it withdrawn?",
        "Enter why the review is withdrawn",
        max=2000,
        hint="The organisation and the team are told this. No names or details of children or families.",
    )
    version = hidden(max=12)


class Reinstatement(Form):
    version = hidden(max=12)
