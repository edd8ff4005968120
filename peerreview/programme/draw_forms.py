"""What is typed before a list is frozen: who may be drawn, how many, and where the seed will come from."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from peerreview import forms
from peerreview.models import Duty, SeedKind
from peerreview.programme import draw_seed
from peerreview.programme.draw import Stratum
from peerreview.programme.draw_pool import GROUPS, RATINGS, SECTORS, Rules

KINDS = {
    SeedKind.DICE: "Dice, thrown before somebody who watches",
    SeedKind.NUMBER: "A number that somebody else publishes on a later day",
    SeedKind.WORDS: "The words of two people, neither of whom knows the other’s",
}
DRAWN_FROM = {
    SeedKind.DICE: f"An ordinary die, thrown at least {draw_seed.THROWS[0]} times before somebody who watches",
    SeedKind.WORDS: "The words of two people, written down before either knows the other’s",
}


class PoolForm(forms.Form):
    """Who may be drawn. It is sent by GET, and nothing of it is kept until the list is frozen."""

    sectors = forms.any_of("Sectors", [(str(duty), words) for duty, words in SECTORS.items()], mark=False)
    years = forms.whole_number(
        "Years since the last review",
        "Enter a number of years, 0 if it does not matter",
        most=20,
        hint="Whoever was reviewed more recently, itself or a predecessor, is left out. 0: it does not matter.",
    )
    never = forms.tick("Only those never reviewed")
    no_audit = forms.whole_number(
        "No copy of its audit received in the last so many years", least=1, most=20, hint="Empty: it does not matter."
    )
    rating = forms.one_of("Self-rating", list(RATINGS.items()), "Choose one")
    types = forms.any_of("Types", mark=False)
    phases = forms.any_of("Phases of education", mark=False)
    group = forms.one_of(
        "Draw from", list(GROUPS.items()), "Choose one", hint="Each group has a draw and reserves of its own."
    )

    @property
    def rules(self) -> Rules:
        """The same as the pool's rules."""
        return Rules(
            years_between=self.years.data or 0,
            sectors=[Duty(each) for each in self.sectors.data or []],
            types=self.types.data or [],
            phases=self.phases.data or [],
            never_reviewed=bool(self.never.data),
            no_audit_for=self.no_audit.data,
            rating=self.rating.data or "any",
        )


class GroupPart(forms.Part):
    """How many of one group."""

    name = forms.hidden()
    draw = forms.whole_number("To draw", "Enter how many to draw, 0 if none", most=500)
    reserves = forms.whole_number("Reserves", "Enter how many reserves, 0 if none", most=500)


class FreezeForm(forms.Form):
    """The numbers, and where the seed will come from."""

    groups = forms.several(GroupPart, most=60)
    kind = forms.one_of("Where will the seed come from?", list(KINDS.items()), "Choose where the seed will come from")
    what = forms.text(
        "If a published number: which one, exactly",
        mark=False,
        hint="For example, the six main numbers of the national lottery, in the order published",
    )
    where = forms.text("Where it is published", mark=False)
    on = forms.day("Day on which it is published", mark=False, hint="A day after today. For example, 27 3 2027")
    reason = forms.long_text("Why is it drawn again?", max=1_000, mark=False)
    seen = forms.hidden()

    def usable(self, sizes: Mapping[str, int], today: date, *, redraw: bool) -> bool:
        """Whether all of it is usable and fits the list; ``sizes``: how many can be drawn in each group."""
        self.validate()
        if sorted(row.name.data or "" for row in self.rows) != sorted(sizes):
            self.form_errors = ["The groups have changed since you opened this page. Look at the list again."]
            return False
        for row in self.rows:
            there = sizes[row.name.data]
            if not row.errors and row.draw.data + row.reserves.data > there:
                row.draw.errors = [f"Drawn and reserves together can be at most {there}"]
        if not any(row.draw.data or row.errors for row in self.rows):
            self.rows[0].draw.errors = ["Draw at least one"]
        if self.kind.data == SeedKind.NUMBER:
            for field, words in ((self.what, "Enter which number"), (self.where, "Enter where it is published")):
                field.errors = field.errors if field.data else [words]
            if not self.on.errors and (self.on.data is None or self.on.data <= today):
                self.on.errors = ["Enter a day after today, so that nobody can know the number yet"]
        if redraw and not self.reason.data:
            self.reason.errors = ["Enter why it is drawn again"]
        return not self.problems()

    @property
    def rows(self) -> list[Any]:
        """The form of each group."""
        return [part.form for part in self.groups]

    @property
    def strata(self) -> tuple[Stratum, ...]:
        """The groups with their numbers."""
        return tuple(Stratum(row.name.data or "", row.draw.data or 0, row.reserves.data or 0) for row in self.rows)

    @property
    def source(self) -> tuple[str, str]:
        """Where the seed will come from, in words, and the day (ISO) of a published number."""
        if self.kind.data == SeedKind.NUMBER and self.on.data:
            day = f"{self.on.data.day} {self.on.data:%B %Y}"
            return f"{self.what.data}, published by {self.where.data} on {day}", self.on.data.isoformat()
        return DRAWN_FROM[SeedKind(self.kind.data)], ""
