"""What is typed as the seed of a draw."""

from collections.abc import Callable
from typing import Any

from peerreview import forms
from peerreview.models import SeedKind
from peerreview.programme import draw_seed
from peerreview.programme.draws import Seed

READ_BACK = "It has been read back. Nobody can change it afterwards"
NOT_READ_BACK = "Read it back, then tick the box"


class SeedForm(forms.Form):
    """What every seed needs: that it was read back."""

    kind: SeedKind

    def parts(self) -> list[str]:
        """What of it makes the seed, after it was found usable."""
        raise NotImplementedError

    def seed(self) -> Seed:
        """The seed, with what was typed."""
        kept = {field.name: field.data for field in self if field.name not in ("csrf_token", "sure")}
        return Seed(self.kind, self.parts(), kept)

    def usable(self, field: Any, read: Callable[[str], Any]) -> None:
        """Show under a field why what was typed cannot be used."""
        try:
            if field.data and not field.errors:
                read(field.data)
        except ValueError as refusal:
            field.errors = [str(refusal)]


class DiceForm(SeedForm):
    """Throws of a die."""

    kind = SeedKind.DICE
    throws = forms.text(
        "Throws, in their order", "Enter the throws", max=400, hint="At least 10. For example, 3 1 6 2 5 5 4 1 2 6"
    )
    thrown_by = forms.text("Who threw", "Enter who threw")
    watched_by = forms.text("Who watched", "Enter who watched")
    sure = forms.tick(READ_BACK, NOT_READ_BACK)

    def validate(self, extra_validators: Any = None) -> bool:
        """Throws of an ordinary die, before somebody else."""
        super().validate(extra_validators)
        self.usable(self.throws, draw_seed.from_dice)
        if self.watched_by.data and same(self.thrown_by.data, self.watched_by.data):
            self.watched_by.errors = ["Enter somebody else than who threw"]
        return not self.problems()

    def parts(self) -> list[str]:
        return draw_seed.from_dice(self.throws.data or "")


class NumberForm(SeedForm):
    """The number that was named when the list was frozen."""

    kind = SeedKind.NUMBER
    number = forms.text("The number, as it was published", "Enter the number", hint="For example, 4 17 23 31 38 52")
    sure = forms.tick(READ_BACK, NOT_READ_BACK)

    def validate(self, extra_validators: Any = None) -> bool:
        """A number in figures."""
        super().validate(extra_validators)
        self.usable(self.number, draw_seed.from_number)
        return not self.problems()

    def parts(self) -> list[str]:
        return draw_seed.from_number(self.number.data or "")


class WordsForm(SeedForm):
    """Two people's words."""

    kind = SeedKind.WORDS
    first_name = forms.text("First person: name", "Enter the first person’s name")
    first_word = forms.text("First person: word or words", "Enter the first person’s word")
    second_name = forms.text("Second person: name", "Enter the second person’s name")
    second_word = forms.text("Second person: word or words", "Enter the second person’s word")
    sure = forms.tick(READ_BACK, NOT_READ_BACK)

    def validate(self, extra_validators: Any = None) -> bool:
        """Words of letters and figures, of two different people."""
        super().validate(extra_validators)
        for field in (self.first_word, self.second_word):
            self.usable(field, draw_seed.word)
        if self.second_name.data and same(self.first_name.data, self.second_name.data):
            self.second_name.errors = ["Enter another person’s name"]
        return not self.problems()

    def parts(self) -> list[str]:
        return [draw_seed.word(field.data or "") for field in (self.first_word, self.second_word)]


SEED_FORMS: dict[SeedKind, type[SeedForm]] = {form.kind: form for form in (DiceForm, NumberForm, WordsForm)}


def same(one: str | None, other: str | None) -> bool:
    """Whether two names are one person's."""
    return (one or "").casefold() == (other or "").casefold()
