"""What the team fills in about the visit."""

from datetime import date
from typing import Any, cast

from peerreview.forms import (
    Form,
    Part,
    any_of,
    choice,
    day,
    files,
    hidden,
    long_text,
    one_of,
    several,
    text,
    tick,
    whole_number,
)
from peerreview.models import LONGEST_VISIT, Tested, utc_now
from peerreview.visits.agenda import KIND_NAMES, SHORTEST_ITEM
from peerreview.workdays import local_day

KINDS = [(kind.value, words) for kind, words in KIND_NAMES.items()]
TESTED = [
    (Tested.SEEN.value, "Seen: in documents or round the site"),
    (Tested.HEARD.value, "Heard: from the people interviewed"),
    (Tested.BOTH.value, "Both seen and heard"),
    (Tested.NOT_TESTED.value, "Not tested on this visit"),
]
LONGEST_NOTE = 20_000  # characters
MOST_ITEMS = 20


class AgendaPart(Part):
    """One item; an item without minutes and title is left out."""

    kind = choice("What", KINDS, mark=False)
    title = text("Title", mark=False)
    who = text("With whom", mark=False)
    minutes = whole_number("Minutes", least=SHORTEST_ITEM, most=LONGEST_VISIT, mark=False)

    @property
    def is_empty(self) -> bool:
        return not (self.title.data or self.minutes.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """An item has a title and a length."""
        usable = bool(super().validate(extra_validators))
        if self.is_empty or not usable:
            return usable
        if not self.title.data:
            self.title.errors = ["Enter a title for this item"]
        if not self.minutes.data:
            self.minutes.errors = ["Enter how many minutes it takes"]
        return not (self.title.errors or self.minutes.errors)


class AgendaForm(Form):
    """The agenda in its order."""

    rows = several(AgendaPart, most=MOST_ITEMS)
    seen = hidden(max=20)

    @property
    def filled(self) -> list[AgendaPart]:
        """The rows that are not empty."""
        parts = [cast(AgendaPart, row.form) for row in self.rows]
        return [part for part in parts if not part.is_empty]


class RecordForm(Form):
    """That the visit took place."""

    held_on = day("Day of the visit", "Enter the day of the visit")
    minutes = whole_number("How many minutes it took", "Enter how many minutes it took", least=10, most=LONGEST_VISIT)
    present = any_of("Who was there", (), "Choose who was there")
    others = long_text("Anybody else", max=1_000, hint="One person a line: name, role")
    remarks = long_text(
        "Remarks", hint="For example, what changed on the day. No names or details of children or families"
    )
    early = tick("Yes, it took place earlier than agreed")
    version = hidden(max=10)

    def validate(self, extra_validators: Any = None) -> bool:
        """A visit is not recorded before it was held."""
        usable = bool(super().validate(extra_validators))
        held_on: date | None = self.held_on.data
        if held_on and held_on > local_day(utc_now()):
            self.held_on.errors = ["The day of the visit cannot be in the future"]
            return False
        present = [] if self.present.errors else self.present.data or []
        if present and not any(value.startswith("team-") for value in present):
            self.present.errors = ["Choose at least one member of the team"]
            return False
        if present and all(value.startswith("team-") for value in present) and not self.others.data:
            self.present.errors = ["Choose at least one person of the organisation, or name somebody below"]
            return False
        return usable


class VisitNoteForm(Form):
    """A reviewer's own note from the visit."""

    note = long_text("My note from the visit", max=LONGEST_NOTE, mark=False)
    shared = tick("Share this note with the team")
    note_version = hidden(max=10)


class RatingForm(Form):
    """The team's rating of one standard, beside the organisation's own."""

    self_value = choice("Self rating, as in the audit", (), mark=False)
    value = choice("Peer rating", (), mark=False)
    tested = one_of("How it was tested", TESTED, "Choose how it was tested")
    reason = long_text("Why", max=2_000, mark=False, hint="What shows it. No names or details of children or families")
    rating_version = hidden(max=10)

    def validate(self, extra_validators: Any = None) -> bool:
        """What was tested has a rating; what was not tested has none."""
        usable = bool(super().validate(extra_validators))
        tested = self.tested.data != Tested.NOT_TESTED.value
        if usable and tested and not self.value.data:
            self.value.errors = ["Choose a peer rating, or say that it was not tested"]
            return False
        if usable and not tested and self.value.data:
            self.value.errors = ["Leave the peer rating empty when it was not tested"]
            return False
        return usable


class FilesForm(Form):
    """Files that the team brings back."""

    files = files(
        "Add files", "Choose at least one file", hint="PDF, Word, Excel, PowerPoint, picture or text, up to 20 MB each"
    )
