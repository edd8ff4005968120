"""Forms of the references and names of an organisation, and of its predecessors and successors."""

import re
from typing import Any

from wtforms.validators import ValidationError

from peerreview.forms import Form, choice, day, hidden, long_text, one_of, text

KINDS = {
    "former_name": "Former name",
    "other_name": "Other name in use",
    "urn": "Former URN",
    "ukprn": "UKPRN",
    "laestab": "DfE number (LAESTAB)",
    "local": "Local authority reference",
}
NUMBERS = {  # how each is written, and how it is said
    "urn": (re.compile(r"[1-9][0-9]{5}"), "URN must be six digits, like 100221"),
    "ukprn": (re.compile(r"1[0-9]{7}"), "UKPRN must be eight digits that begin with 1, like 10079319"),
    "laestab": (re.compile(r"[0-9]{3}/[0-9]{4}"), "DfE number must be three and four digits, like 204/3614"),
}


class HeldForm(Form):
    """A reference or name and its days; the kind is known."""

    value = text("Reference or name", "Enter the reference or name")
    from_on = day("First day", hint="Leave empty if it is not known.")
    until_on = day("Last day", hint="Leave empty if it is in use or if the day is not known.")
    reason = long_text("Why?", "Enter why", max=500, hint="For example, where you know it from.")
    seen = hidden()

    known_kind = ""

    def validate_value(self, field: Any) -> None:
        """As numbers of its kind are written; kept in one way of writing."""
        kind = self._kind
        if kind == "laestab" and re.fullmatch(r"[0-9]{7}", field.data):
            field.data = f"{field.data[:3]}/{field.data[3:]}"
        if kind in NUMBERS and not NUMBERS[kind][0].fullmatch(field.data):
            raise ValidationError(NUMBERS[kind][1])
        if kind == "local":
            field.data = field.data.upper()

    def validate_until_on(self, field: Any) -> None:
        """Not before the first day; and a former URN has ended."""
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError("The last day must be on or after the first day")

    def validate(self, extra_validators: Any = None) -> bool:
        """Also: a former URN has a last day."""
        fine = bool(super().validate(extra_validators))
        if self._kind == "urn" and not self.until_on.data and not self.until_on.errors:
            self.until_on.errors = ["Enter the last day of the former URN"]
            return False
        return fine

    @property
    def _kind(self) -> str:
        return self.known_kind


class AliasForm(HeldForm):
    """A new one, of any kind."""

    kind = choice("What is it?", [("", "Choose one"), *KINDS.items()], "Choose what it is")

    @property
    def _kind(self) -> str:
        return self.kind.data or ""


class UrnForm(Form):
    """A new URN for the same organisation."""

    urn = text("New URN", max=10, hint="Six digits. Leave empty if it has none any more.")
    from_on = day("From which day?", "Enter the first day of the new URN")
    reason = long_text("Why?", "Enter why", max=500)
    seen = hidden()

    def validate_urn(self, field: Any) -> None:
        """Six digits, as in the national register."""
        if not NUMBERS["urn"][0].fullmatch(field.data):
            raise ValidationError(NUMBERS["urn"][1])


class LinkForm(Form):
    """How another organisation is linked with this one; the words of the choices are handed in."""

    other = hidden(max=9)
    direction = one_of("How are they linked?", missing="Choose how they are linked")
    happened_on = day("When?", hint="The first day of the newer one in the older one’s place, if it is known.")
    reason = long_text("Why?", "Enter why", max=500, hint="For example, where you know it from.")
