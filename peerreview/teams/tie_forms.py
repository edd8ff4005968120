"""What reviewers and coordinators fill in about standing interests."""

from dataclasses import replace
from typing import Any

from wtforms.validators import ValidationError

from peerreview.forms import Form, day, one_of, text
from peerreview.models import Strength, TieKind
from peerreview.teams.interests import TIE_WORDS
from peerreview.teams.standing import Said

STRENGTHS = [
    (Strength.HARD.value, "They must not review it"),
    (Strength.SOFT.value, "People should know: they can be on the team, and cannot lead it"),
]
OWN_END = {TieKind.TRUST.value: "trust", TieKind.FEDERATION.value: "federation"}


class WhichForm(Form):
    """What the interest is and in whom. It stands before the rest, so that problems are in the order of the page."""

    end = one_of("Which one", (), "Choose which one")
    kind = one_of(
        "What is the interest",
        [(kind.value, now) for kind, (now, _before) in TIE_WORDS.items()],
        "Choose what the interest is",
    )

    def validate_kind(self, field: Any) -> None:
        """A trust has trustees, a federation has a governing body; a school has neither of its own."""
        wanted = OWN_END.get(field.data)
        if wanted and self.end.data and not self.end.data.startswith(f"{wanted}-"):
            raise ValidationError(f"Find the {wanted} itself, and choose it")


class TieChangeForm(Form):
    """From when to when an interest lasts, and what it is about."""

    since = day("Since", hint="Leave empty if you do not know")
    until = day("Last day", hint="Leave empty while it lasts. For example, 31 7 2027")
    text = text("What it is about", max=300, hint="Needed for another interest. Leave out details of children")

    def validate_until(self, field: Any) -> None:
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError("Last day cannot be before the first")

    def needs_its_words(self) -> bool:
        """Another interest says nothing by its kind."""
        if self.text.data:
            return False
        self.text.errors = ["Say in a few words what the interest is"]
        return True

    @property
    def said(self) -> Said:
        """What was typed; a coordinator's form adds how strong it is."""
        strength = self["strength"].data if "strength" in self else None
        return Said(self.since.data, self.until.data, self.text.data or "", Strength(strength) if strength else None)


class TieForm(WhichForm, TieChangeForm):
    """A new interest; its other end is one of those found."""

    def validate(self, extra_validators: Any = None) -> bool:
        """What another interest needs besides."""
        usable = super().validate(extra_validators)
        return not (self.kind.data == TieKind.OTHER.value and self.needs_its_words()) and bool(usable)


class JudgedTieForm(TieForm):
    """A coordinator's: of another kind they say how strong it is."""

    strength = one_of("If it is another interest, what follows from it", STRENGTHS)

    def validate(self, extra_validators: Any = None) -> bool:
        usable = super().validate(extra_validators)
        if self.kind.data == TieKind.OTHER.value and not self.strength.data:
            self.strength.errors = ["Choose what follows from it"]
            return False
        return usable

    @property
    def said(self) -> Said:
        return super().said if self.kind.data == TieKind.OTHER.value else replace(super().said, strength=None)


class JudgedTieChangeForm(TieChangeForm):
    """A coordinator's correction of an interest of another kind."""

    strength = one_of("What follows from it", STRENGTHS, "Choose what follows from it")


class EmployerForm(Form):
    """Whom a reviewer works for."""

    employer = text("Employer", hint="Leave empty if you have none")
