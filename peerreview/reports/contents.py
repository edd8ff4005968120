"""What a report says, as plain typed values: the page and the PDF are both made from these, so they cannot differ.

Paragraphs are numbered within their section (2.1, 2.2 …) so that a point of the response can name one. The numbers of
the sections are fixed: an empty section leaves a gap and moves no other number.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

from peerreview.filters import day, when

SUMMARY, STRENGTHS, IMPROVEMENT, RECOMMENDATIONS, GOOD_PRACTICE = range(1, 6)
TITLES = {
    SUMMARY: "Summary",
    STRENGTHS: "Strengths",
    IMPROVEMENT: "Areas for improvement",
    RECOMMENDATIONS: "Recommendations",
    GOOD_PRACTICE: "Good practice",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in the report, with what they are there."""

    name: str
    role: str = ""

    def __str__(self) -> str:
        return f"{self.name}, {self.role}" if self.role else self.name


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; ``number`` as "2.1". Line ends inside the text are kept."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One section: ``number`` is one of the constants above."""

    number: int
    text: str

    @property
    def title(self) -> str:
        """Its heading, without the number."""
        return TITLES[self.number]

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """Its text in numbered paragraphs."""
        return tuple(Paragraph(f"{self.number}.{at}", text) for at, text in enumerate(paragraphs(self.text), 1))


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Something the team recommends, with a suggested owner and day."""

    text: str
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """One standard: the organisation's own rating and the team's, side by side in words, and how it was tested.

    ``answers``: those of the scale, the weakest first; ``own_at`` and ``peer_at``: where the ratings stand among them.
    """

    standard: str
    own: str
    peer: str
    tested: str = ""
    answers: tuple[str, ...] = ()
    own_at: int | None = None
    peer_at: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One point of the response and what was decided on it: "what you said, what we did"."""

    about: str
    kind: str
    said: str
    decision: str
    reason: str
    new_wording: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """One version of one report.

    ``finished_at``: when it was issued (initial) or approved (final); none while it is a draft. ``respond_by``: the
    end of the response period. ``response``: one sentence on what the organisation sent, in the final report only.
    """

    is_final: bool
    board: str
    organisation: str
    reference: str
    visited_on: date | None
    team: tuple[Person, ...]
    present: tuple[Person, ...]
    sections: tuple[Section, ...]
    recommendations: tuple[Recommendation, ...] = ()
    ratings: tuple[Rating, ...] = ()
    version: int = 1
    finished_at: datetime | None = None
    finished_by: str = ""
    respond_by: datetime | None = None
    response: str = ""
    answers: tuple[Answer, ...] = ()

    @property
    def name(self) -> str:
        """Initial report, or final report."""
        return "Final report" if self.is_final else "Initial report"

    @property
    def status(self) -> str:
        """Where this version stands, as one line."""
        if self.finished_at is None:
            return f"{self.name}: draft, not {'approved' if self.is_final else 'issued'}"
        if self.is_final:
            return f"Final report, approved {day(self.finished_at)}"
        until = f" for response by {when(self.respond_by)}" if self.respond_by else ""
        return f"Initial report, issued {day(self.finished_at)}{until}"


def paragraphs(text: str) -> tuple[str, ...]:
    """The text cut at empty lines, without blank paragraphs."""
    blocks = re.split(r"\n[ \t]*(?:\n[ \t]*)+", text.replace("\r\n", "\n"))
    return tuple(block.strip() for block in blocks if block.strip())
