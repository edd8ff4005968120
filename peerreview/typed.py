"""What was typed: made clean, and the rules for it with their plain-English refusals."""

import re
import unicodedata
from typing import Any

from email_validator import EmailNotValidError, validate_email
from werkzeug.datastructures import FileStorage
from wtforms import Field
from wtforms.validators import Length, StopValidation

# Marks that turn the direction of everything after them, and characters that no XML (Word, PDF, feeds) may carry.
UNWANTED = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ufff9-\ufffb]")


def clean_text(typed: Any) -> str:
    """Several lines of text: Unix line ends, no control characters but newline and tab, no blanks at its ends.

    A number of the record becomes its digits; a file sent in a text's place is nothing.
    """
    if typed is None or isinstance(typed, FileStorage):
        return ""
    text = unicodedata.normalize("NFC", str(typed)).replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n\n").replace("\x85", "\n")
    text = "".join(c for c in UNWANTED.sub("", text) if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def clean_line(typed: Any) -> str:
    """One line of text: as `clean_text`, with every run of blanks and line ends made one space."""
    return " ".join(clean_text(typed).split())


def shown_name(field: Field) -> str:
    """The label as it is used inside a message: without "(optional)" and the question mark."""
    return str(field.label.text).removesuffix(" (optional)").rstrip("?:. ")


class Given:
    """Something must be typed or chosen. An answer that could not be read keeps its own message instead."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: Any, field: Field) -> None:
        if field.process_errors:
            raise StopValidation()
        if field.data is None or field.data is False or field.data in ("", []):  # 0 is an answer
            field.errors = []
            raise StopValidation(self.message)


class Unless(Given):
    """Nothing need be typed, and then nothing more is checked. (WTForms' own Optional drops unreadable answers.)"""

    def __init__(self) -> None:
        super().__init__("")

    def __call__(self, form: Any, field: Field) -> None:
        if field.process_errors:
            raise StopValidation()
        if field.data is None or field.data in ("", []):
            field.errors = []
            raise StopValidation()


class Longest(Length):
    """At most so many characters, counted after cleaning. The page shows a count beside texts of several lines."""

    def __call__(self, form: Any, field: Field) -> None:
        length = len(field.data or "")
        if length > self.max:
            raise StopValidation(f"{shown_name(field)}: use {self.max:,} characters or fewer. You have {length:,}")


class EmailAddress:
    """An address that mail can be sent to by every server: no quoted or international local part (RFC 5321)."""

    def __call__(self, form: Any, field: Field) -> None:
        try:
            field.data = validate_email(field.data, check_deliverability=False, allow_smtputf8=False).ascii_email
        except EmailNotValidError:
            raise StopValidation("Enter an email address in the correct format, like name@school.org.uk") from None


class PhoneNumber:
    """7 to 15 digits (ITU E.164) with the usual marks between them, and an extension."""

    def __call__(self, form: Any, field: Field) -> None:
        number, _, extension = re.sub(r"(?i)\s*(ext\.?|extension|x|#)\s*(?=[0-9]+$)", "|", field.data).partition("|")
        digits = re.sub(r"[ ()./+-]", "", number)
        if not re.fullmatch("[0-9]{7,15}", digits) or len(extension) > 6:
            raise StopValidation("Enter a phone number, like 020 7946 0123 or +44 20 7946 0123 ext 12")


class Postcode:
    """A United Kingdom postcode as Royal Mail writes them; made upper case with one blank."""

    FORM = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}")

    def __call__(self, form: Any, field: Field) -> None:
        plain = str(field.data).upper().replace(" ", "")
        if not self.FORM.fullmatch(plain):
            raise StopValidation("Enter a full UK postcode, like E8 1EA")
        field.data = f"{plain[:-3]} {plain[-3:]}"


class Website:
    """An address that a browser opens, written with or without its beginning."""

    FORM = re.compile(r"(https?://)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(/[^\s<>\"]*)?")

    def __call__(self, form: Any, field: Field) -> None:
        if not self.FORM.fullmatch(str(field.data)):
            raise StopValidation("Enter a website, like www.school.org.uk")
