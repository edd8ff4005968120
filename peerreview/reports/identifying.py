"""Words that may name or describe one child or family, found by pattern: plain Python.

A report must name no child and no family. No pattern knows that, so what is found is shown as "may". Left alone are
groups ("pupils aged 4 to 11", "7-year-olds"), and what only looks alike ("the parent I met", "pupil A levels").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

PERSON = r"(?:child|baby|infant|pupil|student|sibling|brother|sister|mother|father|parent|family|boy|girl|young person)"
NOT_INITIALS = r"(?!KS|HR|IT|PE|RE|TA|CP|EH|UK|EU|GP)"
INITIALS = rf"\b{NOT_INITIALS}[A-Z]\.?[ ]?[A-Z]\.?"
UP_TO_18 = r"(?:1[0-8]|[0-9])"
NOT_A_GROUP = r"(?!\d|[ ]?(?:to|and|or|plus|until|upwards)\b|[ ]?[-–—+/])"
DATE = r"\d{1,2}(?:st|nd|rd|th)?[ ./-](?:\d{1,2}|[A-Za-z]{3,9})[ ./-]\d{2,4}"

PATTERNS = tuple(
    (what, re.compile(pattern))
    for what, pattern in (
        ("a child or family by a letter", rf"\b(?i:{PERSON})[ ](?!I\b)[A-Z]\b(?![-’'*]|[ ](?i:levels?)\b)"),
        ("a child by name", rf"\b(?i:{PERSON})[ ,]{{1,2}}(?i:called|named)[ ][A-Z][a-z]+"),
        ("a child by name", r"\b[Bb]aby[ ](?!Room|Unit|Group|Class|Box|Bank)[A-Z][a-z]{2,}"),
        (
            "a family by name",
            r"\b[Tt]he[ ](?!Early|Whole|Think|Extended|Royal)[A-Z][a-z]+(?:[-’'][A-Z]?[a-z]+)?[ ]family\b",
        ),
        ("initials with an age", rf"{INITIALS}[ ]?\((?:aged?[ ])?{UP_TO_18}\)"),
        ("initials with an age", rf"{INITIALS},[ ](?:aged?[ ])?{UP_TO_18},"),
        ("one child’s age", rf"\b[Aa]ged?[ ](?:only[ ])?{UP_TO_18}{NOT_A_GROUP}\b"),
        ("one child’s age", rf"\b{UP_TO_18}[- ](?:years?|months?)[- ]old\b"),
        ("a date of birth", rf"\b(?i:date of birth|d\.?o\.?b\.?|born(?: on)?)[ :]{{1,3}}(?:was |is )?{DATE}"),
    )
)


@dataclass(frozen=True, slots=True)
class Mention:
    """What may be named, and the words that say so, as they stand in the text."""

    what: str
    words: str


def mentions(text: str) -> tuple[Mention, ...]:
    """Every mention, in the order of the text; each place once."""
    found = sorted(_found(text), key=lambda each: (each[0], -each[1]))
    kept: list[Mention] = []
    reached = -1
    for start, end, mention in found:
        if start >= reached:
            kept.append(mention)
            reached = end
    return tuple(kept)


def _found(text: str) -> Iterator[tuple[int, int, Mention]]:
    for what, pattern in PATTERNS:
        for match in pattern.finditer(text):
            yield match.start(), match.end(), Mention(what, match[0])
