"""The base of every form, and the words for its fields.

A form decides only whether what was typed is usable: it never asks the database (choices are handed in). `missing` is
the message when nothing was typed; without it the field is optional and its label says so, unless `mark=False`.
"""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import wtforms
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    PasswordField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are of 3.2

from peerreview.fields import AnyOf, Choice, DateParts, OneOf, TimeOfDay, WholeNumber
from peerreview.typed import (
    EmailAddress,
    Given,
    Longest,
    PhoneNumber,
    Postcode,
    Unless,
    Website,
    clean_line,
    clean_text,
)

LINE, TEXT = 200, 5_000  # characters: the most of a line, and of a text, that says nothing else
Options = Sequence[tuple[str, str]]  # (value, words)
Kind = TypeVar("Kind", bound=Field)


class CleanFields:
    """Every text of a form is cleaned as it is read, and none is without a longest length."""

    def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
        field = super().bind_field(form, unbound_field, options)  # type: ignore[misc]
        if isinstance(field, StringField) and not isinstance(field, PasswordField):
            many = isinstance(field, TextAreaField)
            field.filters = [*field.filters, clean_text if many else clean_line]
            if not any(isinstance(rule, Longest) for rule in field.validators):
                field.validators = [*field.validators, Longest(max=TEXT if many else LINE)]
        return field


class Form(FlaskForm):  # type: ignore[misc]
    """A form of ours: clean text, a token as long-lived as its session, errors in the order of the page."""

    class Meta(CleanFields, FlaskForm.Meta):  # type: ignore[misc]
        pass

    def problems(self) -> list[tuple[str | None, str]]:
        """(id of the box to mend or None, message) for the error summary."""
        return [(None, message) for message in self.form_errors] + list(_problems(self))


class Part(wtforms.Form):
    """One of several alike inside a form (`several(StaffMember)`); the token is the outer form's."""

    class Meta(CleanFields, wtforms.Form.Meta):  # type: ignore[misc]
        pass


def _problems(form: Any) -> Iterator[tuple[str | None, str]]:
    for field in form:
        if isinstance(field, FieldList):
            yield from _problems(field)
        elif isinstance(field, FormField):
            yield from _problems(field.form)
        else:
            target = None if isinstance(field, HiddenField) else getattr(field, "error_id", field.id)
            yield from ((target, message) for message in field.errors)


def _field(kind: type[Kind], label: str, missing: str | None, rules: Sequence[Any], more: dict[str, Any]) -> Kind:
    mark, hint = more.pop("mark", True), more.pop("hint", "")
    words = label if missing or not mark else f"{label} (optional)"
    return kind(words, [Given(missing) if missing else Unless(), *rules], description=hint, **more)


def text(label: str, missing: str | None = None, *, max: int = LINE, **more: Any) -> StringField:
    """One line."""
    return _field(StringField, label, missing, [Longest(max=max)], more)


def long_text(label: str, missing: str | None = None, *, max: int = TEXT, **more: Any) -> TextAreaField:
    """Several lines, with a count of characters beside it."""
    return _field(TextAreaField, label, missing, [Longest(max=max)], more)


def email(label: str, missing: str | None = None, **more: Any) -> EmailField:
    return _field(EmailField, label, missing, [Longest(max=254), EmailAddress()], more)


def phone(label: str, missing: str | None = None, **more: Any) -> TelField:
    return _field(TelField, label, missing, [Longest(max=40), PhoneNumber()], more)


def postcode(label: str, missing: str | None = None, **more: Any) -> StringField:
    return _field(StringField, label, missing, [Longest(max=10), Postcode()], more)


def website(label: str, missing: str | None = None, **more: Any) -> StringField:
    return _field(StringField, label, missing, [Longest(max=LINE), Website()], more)


def whole_number(
    label: str, missing: str | None = None, *, least: int = 0, most: int = 100_000, **more: Any
) -> WholeNumber:
    return _field(WholeNumber, label, missing, [], more | {"least": least, "most": most})


def options(pairs: Options) -> list[SelectChoice]:
    """Choices as WTForms wants them, for `form.reviewer.choices = options([(value, words), ...])`."""
    return [SelectChoice(value, words) for value, words in pairs]


def one_of(label: str, choices: Options = (), missing: str | None = None, **more: Any) -> OneOf:
    """Radio buttons. Choices known only later: `form.field.choices = options(...)`."""
    return _field(OneOf, label, missing, [], more | {"choices": options(choices)})


def choice(label: str, choices: Options = (), missing: str | None = None, **more: Any) -> Choice:
    """A list that opens. Its first option is usually ("", "Choose …"): no answer."""
    return _field(Choice, label, missing, [], more | {"choices": options(choices)})


def any_of(label: str, choices: Options = (), missing: str | None = None, **more: Any) -> AnyOf:
    """Tick boxes; the data is a list of values."""
    return _field(AnyOf, label, missing, [], more | {"choices": options(choices)})


def tick(label: str, missing: str | None = None, **more: Any) -> BooleanField:
    """One tick box; with `missing` it must be ticked."""
    return _field(BooleanField, label, missing, [], {"mark": False} | more)


def day(label: str, missing: str | None = None, *, hint: str = "For example, 27 3 2027", **more: Any) -> DateParts:
    """A date in three boxes: datetime.date or None."""
    return _field(DateParts, label, missing, [], more | {"hint": hint})


def time_of_day(
    label: str, missing: str | None = None, *, hint: str = "For example, 10:00am or 14:30", **more: Any
) -> TimeOfDay:
    """A clock time: datetime.time or None. The zone is the reader's: Europe/London."""
    return _field(TimeOfDay, label, missing, [], more | {"hint": hint})


def a_file(label: str, missing: str | None = None, **more: Any) -> FileField:
    """One file; what is inside it is judged by the document store, not here."""
    return _field(FileField, label, missing, [], more)


def files(label: str, missing: str | None = None, **more: Any) -> MultipleFileField:
    return _field(MultipleFileField, label, missing, [], more)


def several(part: type[Part], *, least: int = 0, most: int = 20) -> "FieldList[FormField[Part]]":
    """`least` to `most` of one Part, in the order typed."""
    return FieldList(FormField(part), min_entries=least, max_entries=most)


def hidden(*, max: int = LINE) -> HiddenField:
    return HiddenField("", [Unless(), Longest(max=max)])
