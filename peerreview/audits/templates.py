"""The self-assessment templates as data: read, checked and given as plain typed values.

A template is a versioned list of standards with one scale. Returns pin the version they answered, so a published
version is never edited: a change is a new version. The shipped ones paraphrase public sources (Working Together to
Safeguard Children for section 11; published school audit tools for sections 175 and 157); a board loads its own.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from typing import Literal

from peerreview.audits.reading import Problems, Row, TemplateError

__all__ = [
    "COLOURS",
    "DUTIES",
    "Scale",
    "Section",
    "Standard",
    "Template",
    "TemplateError",
    "Value",
    "for_duty",
    "read",
]

DUTIES = frozenset({"s11", "s157", "s175"})
COLOURS = frozenset({"red", "orange", "yellow", "green", "blue", "purple", "grey"})


@dataclass(frozen=True, slots=True)
class Value:
    """One answer of a scale. The colour is never shown without the text."""

    value: str
    text: str
    meaning: str
    colour: str


@dataclass(frozen=True, slots=True)
class Scale:
    """The answers in the order in which the template prints them; `best` says which end is good."""

    code: str
    title: str
    best: Literal["first", "last"]
    values: tuple[Value, ...]
    not_applicable: Value | None

    @property
    def answers(self) -> tuple[Value, ...]:
        """Every answer that may be given, "not applicable" last."""
        return (*self.values, self.not_applicable) if self.not_applicable else self.values

    def rank(self, value: str) -> int | None:
        """How good `value` is: 0 for the weakest, rising; None for "not applicable". KeyError if it is no answer."""
        order = [each.value for each in self.values]
        if value in order:
            return order.index(value) if self.best == "last" else len(order) - 1 - order.index(value)
        if self.not_applicable and value == self.not_applicable.value:
            return None
        raise KeyError(value)


@dataclass(frozen=True, slots=True)
class Standard:
    """One thing to rate, with a line that says what good looks like."""

    code: str
    title: str
    descriptor: str


@dataclass(frozen=True, slots=True)
class Section:
    """Standards under one heading."""

    title: str
    standards: tuple[Standard, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """One version of one audit. `duties` are the duties that it answers: s11, s157, s175."""

    code: str
    version: int
    title: str
    law: str
    duties: frozenset[str]
    introduction: str
    scale: Scale
    sections: tuple[Section, ...]

    @property
    def standards(self) -> tuple[Standard, ...]:
        """All standards, in the order of the template."""
        return tuple(standard for section in self.sections for standard in section.standards)


def read(text: str | None = None) -> tuple[Template, ...]:
    """The templates in `text` (JSON), or the shipped ones. TemplateError names everything wrong, at its place."""
    if text is None:
        text = resources.files(__package__).joinpath("templates.json").read_text(encoding="utf-8")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TemplateError([f"the file is not JSON: {error}"]) from None
    problems = Problems()
    root = Row(content, "the file", problems, {"scales", "templates"})
    scales = {scale.code: scale for scale in root.each("scales", _scale, unique="code")}
    found = root.each("templates", lambda row: _template(row, scales))
    problems.repeated(((each.code, each.version) for each in found), "the file: template and version")
    problems.stop_if_any()
    return tuple(found)


def for_duty(templates: Iterable[Template], duty: str) -> Template | None:
    """The newest version of the template that answers `duty`, or None when no template does."""
    return max((each for each in templates if duty in each.duties), key=lambda each: each.version, default=None)


def _value(row: Row) -> Value:
    row.only({"value", "text", "meaning", "colour"})
    return Value(row.text("value", 20), row.text("text", 60), row.text("meaning", 300), row.choice("colour", COLOURS))


def _scale(row: Row) -> Scale:
    row.only({"code", "title", "best", "values", "not_applicable"})
    aside = row.optional("not_applicable", _value)
    values = tuple(row.each("values", _value, unique="value", least=2))
    if aside and aside.value in {each.value for each in values}:
        row.wrong("not_applicable", "is one of the values too")
    best: Literal["first", "last"] = "first" if row.choice("best", {"first", "last"}) == "first" else "last"
    return Scale(row.text("code", 40), row.text("title", 100), best, values, aside)


def _standard(row: Row) -> Standard:
    row.only({"code", "title", "descriptor"})
    return Standard(row.text("code", 20), row.text("title", 200), row.text("descriptor", 500))


def _section(row: Row) -> Section:
    row.only({"title", "standards"})
    return Section(row.text("title", 200), tuple(row.each("standards", _standard)))


def _template(row: Row, scales: dict[str, Scale]) -> Template:
    row.only({"code", "version", "title", "law", "duties", "introduction", "scale", "sections"})
    template = Template(
        code=row.text("code", 40),
        version=row.number("version"),
        title=row.text("title", 200),
        law=row.text("law", 200),
        duties=frozenset(row.choices("duties", DUTIES)),
        introduction=row.text("introduction", 1000),
        scale=scales.get(row.choice("scale", scales.keys()), Scale("", "", "last", (), None)),
        sections=tuple(row.each("sections", _section)),
    )
    row.problems.repeated((each.code for each in template.standards), f"{row.where}: standard")
    return template
