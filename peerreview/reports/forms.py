"""What is typed into reports, points of a response and decisions."""

from typing import Any

from peerreview.forms import Form, Part, choice, day, email, files, hidden, long_text, one_of, options, several
from peerreview.forms import text as line
from peerreview.models import Decision, PointKind, SectionKind
from peerreview.reports import words

LONG = 40_000  # characters: more than a report of 6,000 words
MOST_ROWS = 60  # recommendations of one report


class RecommendationPart(Part):
    """One recommendation. An empty one at the end waits for the next."""

    id = hidden()
    seen = hidden()
    text = long_text("What you recommend", mark=False, max=2_000)
    owner = line("Suggested owner", hint="A role rather than a name, for example designated safeguarding lead")
    due_on = day("Suggested date")

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        if not self.text.data and (self.id.data or self.owner.data or self.due_on.data):
            self.text.errors = ["Say what you recommend, or remove this recommendation"]
            return False
        return bool(good)

    @property
    def number(self) -> int | None:
        """The row's id; none for a new one."""
        typed = self.id.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 12 else None


class ReportForm(Form):
    """The whole report on one page; each text carries the fingerprint of what the page was filled with."""

    summary = long_text(
        words.SECTIONS[SectionKind.SUMMARY], mark=False, max=LONG, hint="What a busy reader must know, in a few lines."
    )
    strengths = long_text(
        words.SECTIONS[SectionKind.STRENGTHS], mark=False, max=LONG, hint="What works, and how you know."
    )
    improvement = long_text(
        words.SECTIONS[SectionKind.IMPROVEMENT],
        mark=False,
        max=LONG,
        hint="What is not there yet, and what shows it. As a critical friend would say it.",
    )
    recommendations = long_text(
        "A line before the recommendations", max=LONG, hint="For example, how they hang together."
    )
    good_practice = long_text(words.SECTIONS[SectionKind.GOOD_PRACTICE], max=LONG, hint="What others could take up.")
    seen_summary = hidden()
    seen_strengths = hidden()
    seen_improvement = hidden()
    seen_recommendations = hidden()
    seen_good_practice = hidden()
    rows = several(RecommendationPart, least=0, most=MOST_ROWS)


class VersionForm(Form):
    """An act on something as the page showed it."""

    version = hidden()

    @property
    def seen(self) -> int:
        """The version on that page; without one, a version that never was, so that the act is refused."""
        typed = self.version.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 10 else -1


class ColleagueForm(Form):
    """A colleague at the organisation to whom the report is passed on."""

    name = line("Your colleague’s name", "Enter your colleague’s name")
    role = line("Their role", "Enter your colleague’s role", max=100)
    email = email("Their email address", "Enter your colleague’s email address")


class SenderForm(Form):
    """Who of those at the organisation sends the response; they are handed in."""

    sender = one_of("Who sends the response?", missing="Choose who sends the response")
    seen = hidden()

    @property
    def seen_id(self) -> int:
        """The link of whom the page named; 0 for nobody."""
        typed = self.seen.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 12 else 0


class PointForm(VersionForm):
    """One point of the response; what it can be about is handed in."""

    about = choice("What is it about?", missing="Choose what it is about")
    kind = one_of("What kind of point is it?", list(words.KINDS.items()), missing="Choose what kind of point it is")
    text = long_text(
        "What would you like to say?",
        "Write what you would like to say",
        max=10_000,
        hint="Say what is wrong or missing, what it should be, and what shows it. " + words.NO_DETAILS,
    )
    evidence = files(
        "Files that show it", hint="PDF, Word, pictures or sheets, each at most 20 MB. " + words.NO_DETAILS
    )

    @property
    def point_kind(self) -> PointKind:
        """The kind that was chosen."""
        return PointKind(self.kind.data)


class DecisionForm(VersionForm):
    """What is decided on one point; the paragraph as issued is handed in, and fills the box for the new wording."""

    decision = one_of("What do you decide?", list(words.DECISIONS.items()), missing="Choose what you decide")
    reason = long_text(
        "Why?",
        "Give the reason: the organisation will read it",
        hint="In a sentence or two that the organisation can follow.",
    )
    new_wording = long_text("New wording", mark=False, max=LONG)

    def __init__(self, *args: Any, original: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.original = original

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        changes = self.decision.data in (Decision.CHANGED, Decision.PARTLY_CHANGED)
        if changes and self.original and self.new_wording.data in ("", None, self.original):
            self.new_wording.errors = ["Write the paragraph as it should now read"]
            return False
        return bool(good)

    @property
    def wording(self) -> str:
        """The new wording, where something changes."""
        return "" if self.decision.data == Decision.NOT_CHANGED else str(self.new_wording.data or "")


def about_options(paragraphs: list[tuple[SectionKind, str, str]]) -> list[Any]:
    """The choices of what a point is about: (section, number, first words); a whole section has no number."""
    return options([("", "Choose")] + [(f"{section}/{number}", shown) for section, number, shown in paragraphs])
