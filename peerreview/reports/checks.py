"""What is worth a second look before a report goes out: warnings, never a refusal. Plain Python.

Reading age: the Automated Readability Index (Smith and Senter 1967), 4.71 × letters in a word + 0.5 × words in a
sentence − 21.43: a school year in the United States; five more is the age. It needs no guess at syllables.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from peerreview.reports.contents import RECOMMENDATIONS, TITLES, Recommendation, Report, Section
from peerreview.reports.identifying import mentions

WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
SENTENCE_ENDS = re.compile(r"[.!?…]+(?=\s|$)|\n\s*\n")
FEWEST_WORDS = 60  # below it, a reading age says nothing
OLDEST = 22  # "or older": the formula means nothing beyond


@dataclass(frozen=True, slots=True)
class Limits:
    """The most words of a section by its number (0 or absent: any), and the highest reading age in years."""

    words: Mapping[int, int]
    reading_age: int


@dataclass(frozen=True, slots=True)
class Rated:
    """A standard that the team rated: whether it says why, and whether it was tested on the visit."""

    standard: str
    has_reason: bool
    was_tested: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing to look at. ``place``: a section's number as "2", a recommendation as "R1", or "ratings"."""

    place: str
    words: str


def doubts(report: Report, rated: Sequence[Rated], limits: Limits) -> tuple[Doubt, ...]:
    """Everything worth a look, in the order of the report."""
    found: list[Doubt] = []
    for section in report.sections:
        found += _of_section(section, report, limits)
        if section.number == RECOMMENDATIONS:
            for at, each in enumerate(report.recommendations, 1):
                found += _of_recommendation(f"R{at}", each)
    return (*found, *map(_of_rating, (each for each in rated if not (each.has_reason and each.was_tested))))


def count_words(text: str) -> int:
    """How many words a text has."""
    return len(WORD.findall(text))


def words_of(section: Section, recommendations: Sequence[Recommendation]) -> int:
    """How many words a section has; the recommendations count to theirs."""
    rows = recommendations if section.number == RECOMMENDATIONS else ()
    return count_words(section.text) + sum(count_words(row.text) for row in rows)


def reading_age(text: str) -> int | None:
    """The age in years at which a reader follows the text; none when it is too short to say."""
    words = WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        return None
    sentences = len([each for each in SENTENCE_ENDS.split(text) if WORD.search(each)])
    index = 4.71 * sum(map(len, words)) / len(words) + 0.5 * len(words) / sentences - 21.43
    return min(OLDEST, max(5, math.ceil(index) + 5))


def _of_section(section: Section, report: Report, limits: Limits) -> Iterator[Doubt]:
    place, rows = str(section.number), report.recommendations if section.number == RECOMMENDATIONS else ()
    if not section.text.strip() and not rows:
        yield Doubt(place, f"{TITLES[section.number]}: nothing is written here.")
    written, most = words_of(section, rows), limits.words.get(section.number, 0)
    if most and written > most:
        yield Doubt(
            place, f"{section.title} has {written} words, {written - most} more than the {most} that it should."
        )
    age = reading_age(section.text)
    if age is not None and age > limits.reading_age:
        shown = f"{age} or older" if age == OLDEST else str(age)
        advice = "Shorter sentences and words would help."
        yield Doubt(place, f"{section.title} may be hard to read: it suits readers aged {shown}. {advice}")
    for paragraph in section.paragraphs:
        for each in mentions(paragraph.text):
            yield Doubt(place, f"Paragraph {paragraph.number} may show {each.what}: “{each.words}”.")


def _of_recommendation(place: str, each: Recommendation) -> Iterator[Doubt]:
    missing = " and ".join(
        ([] if each.owner else ["no suggested owner"]) + ([] if each.due_on else ["no suggested date"])
    )
    if missing:
        yield Doubt(place, f"Recommendation {place} has {missing}.")
    for mention in mentions(each.text):
        yield Doubt(place, f"Recommendation {place} may show {mention.what}: “{mention.words}”.")


def _of_rating(each: Rated) -> Doubt:
    why = "no reason is given" if not each.has_reason else "it was not tested on the visit"
    return Doubt("ratings", f"{each.standard} is rated, but {why}.")
