"""What is filled in about documents and while reading."""

import re
from typing import Any, cast
from urllib.parse import urlsplit

from peerreview.forms import (
    Form,
    Part,
    choice,
    day,
    files,
    hidden,
    long_text,
    several,
    text,
    tick,
)
from peerreview.models import Handling, utc_now
from peerreview.preparation.wanted import must_be_shown
from peerreview.workdays import local_day

HANDLINGS = [
    (Handling.UPLOAD.value, "Upload"),
    (Handling.SHOW.value, "Show on the day"),
    (Handling.LINK.value, "Public link"),
    (Handling.NOT_APPLICABLE.value, "Not applicable"),
]
ANSWERS = frozenset({Handling.UPLOAD.value, Handling.LINK.value, Handling.NOT_APPLICABLE.value})
SHOWN_ANSWERS = frozenset({Handling.SHOW.value, Handling.NOT_APPLICABLE.value})
LONGEST_NOTE = 20_000  # characters


class WantedPart(Part):
    """One line of the list; a line whose name is empty is left out, or taken off the list."""

    id = hidden(max=20)
    title = text("Document", mark=False)
    guidance = text("What it should show", max=500, mark=False)
    handling = choice("How", HANDLINGS, mark=False)

    def validate(self, extra_validators: Any = None) -> bool:
        """What must never be uploaded cannot be asked for as an upload."""
        usable = super().validate(extra_validators)
        if self.title.data and self.handling.data != Handling.SHOW.value and must_be_shown(self.title.data):
            self.handling.errors = ["This is shown on the day, never uploaded: choose Show on the day"]
            return False
        return bool(usable)


class WantedForm(Form):
    """The list of documents wanted."""

    rows = several(WantedPart, most=40)
    due = day("Wanted by", mark=False)
    seen = hidden(max=20)
    act = text("", max=10, mark=False)  # the button that was pressed

    @property
    def lines(self) -> list[WantedPart]:
        """The lines in their order."""
        return [cast(WantedPart, row.form) for row in self.rows]

    def validate(self, extra_validators: Any = None) -> bool:
        """A list that is sent needs a day that has not passed, and something on it."""
        usable = bool(super().validate(extra_validators))
        if self.act.data == "send" and not self.due.errors:
            if self.due.data is None:
                self.due.errors = ["Enter the day by which you want the documents"]
            elif self.due.data < local_day(utc_now()):
                self.due.errors = ["Wanted by must be today or later"]
        if self.act.data == "send" and not any(line.title.data for line in self.lines):
            self.form_errors.append("Put at least one document on the list before you ask for it")
        return usable and not self.due.errors and not self.form_errors


class AnswerForm(Form):
    """What the organisation does about one document: each answer has a button of its own, which says which it is."""

    answers = ANSWERS
    answer = text("Answer", mark=False)
    files = files(
        "Files", mark=False, hint="PDF, Word, Excel, PowerPoint, OpenDocument, picture or text, up to 20 MB each"
    )
    public_link = text(
        "Address of the page", max=500, mark=False, hint="For example, https://www.school.org.uk/policies"
    )
    reason = long_text("Why it does not apply", max=1_000, mark=False)

    def validate(self, extra_validators: Any = None) -> bool:
        """The box of the answer that was chosen must be filled."""
        usable = bool(super().validate(extra_validators))
        if self.answer.data not in self.answers:
            self.answer.errors = []
            self.form_errors.append("Use one of the buttons on this page")
            return False
        if self.answer.data == Handling.LINK.value and not is_web_address(self.public_link.data or ""):
            self.public_link.errors = ["Enter the whole address of the page, like https://www.school.org.uk/policies"]
            return False
        if self.answer.data == Handling.NOT_APPLICABLE.value and not self.reason.data:
            self.reason.errors = ["Say in a few words why it does not apply"]
            return False
        if self.answer.data == Handling.UPLOAD.value and not self.files.data:
            self.files.errors = ["Choose at least one file"]
            return False
        return usable


class FinishForm(Form):
    """That is everything."""


class NotesForm(Form):
    """A reviewer's notes on one standard, each with the version that was on the page."""

    reading = long_text("My reading notes", max=LONGEST_NOTE, mark=False)
    enquiry = long_text("What I want to ask or see on the visit", max=LONGEST_NOTE, mark=False)
    shared = tick("Share these two notes with the team")
    reading_version = hidden(max=10)
    enquiry_version = hidden(max=10)


def is_web_address(address: str) -> bool:
    """A whole public address, without a name or password in it."""
    if not re.fullmatch(r"https?://[^\s<>\"]+", address, re.IGNORECASE):
        return False
    try:
        parts = urlsplit(address)
        return "." in (parts.hostname or "") and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return False
