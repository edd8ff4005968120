"""Who may be drawn, who is left out and why, and in which group each stands. Plain Python: the day is passed in."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from peerreview.models import Duty
from peerreview.programme.draw import Eligible, LeftOut

SECTORS: dict[Duty, str] = {
    Duty.S11: "Statutory organisations (section 11)",
    Duty.S175: "Maintained schools and colleges (section 175)",
    Duty.S157: "Independent schools and academies (section 157)",
}
GROUPS: dict[str, str] = {
    "none": "One group",
    "kind": "Statutory organisations, and schools",
    "sector": "By sector: sections 11, 175 and 157",
    "phase": "By phase of education",
    "type": "By type of organisation",
}
RATINGS: dict[str, str] = {
    "any": "Any, or none recorded",
    "low": "At its last review it rated itself in the lower half of the scale on at least one standard",
    "none": "No self-rating is recorded",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organisation with what its whole line of predecessors is known for.

    ``reviewed_on``: the last visit. ``audit_on``: when the last copy of its audit came. ``rated_low``: whether some
    self-rating of its last review is in the lower half of the scale; none when none is recorded.
    """

    id: int
    name: str
    urn: str
    duty: Duty | None
    type: str
    phase: str
    is_open: bool
    under_way: bool = False
    reviewed_on: date | None = None
    audit_on: date | None = None
    rated_low: bool | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What is asked of an organisation before it can be drawn. An empty collection asks nothing."""

    years_between: int
    sectors: Collection[Duty] = ()
    types: Collection[str] = ()
    phases: Collection[str] = ()
    never_reviewed: bool = False
    no_audit_for: int | None = None  # years
    rating: str = "any"

    def in_words(self) -> tuple[str, ...]:
        """One sentence each, as they are frozen with the list."""
        words = ["Open, and with a duty under section 11, 157 or 175", "Without a review planned or under way"]
        if self.never_reviewed:
            words.append("Never reviewed")
        elif self.years_between:
            words.append(f"Not reviewed in the last {years(self.years_between)}")
        words += [f"Of these {name}: {', '.join(sorted(chosen))}" for name, chosen in self._chosen() if chosen]
        if self.no_audit_for is not None:
            words.append(f"No copy of its audit received in the last {years(self.no_audit_for)}")
        if self.rating != "any":
            words.append(RATINGS[self.rating])
        return tuple(words)

    def _chosen(self) -> list[tuple[str, list[str]]]:
        sectors = [SECTORS[Duty(each)] for each in self.sectors]
        return [("sectors", sectors), ("types", list(self.types)), ("phases", list(self.phases))]


def why_left_out(candidate: Candidate, rules: Rules, today: date) -> tuple[str, ...]:
    """Every reason why it cannot be drawn; none when it can."""
    reasons = []
    if not candidate.is_open:
        reasons.append("Closed")
    if candidate.duty is None:
        reasons.append("No duty under section 11, 157 or 175")
    if candidate.under_way:
        reasons.append("A review is planned or under way")
    if reviewed := _why_too_soon(candidate, rules, today):
        reasons.append(reviewed)
    return (*reasons, *_why_filtered(candidate, rules, today))


def _why_too_soon(candidate: Candidate, rules: Rules, today: date) -> str:
    if candidate.reviewed_on is None:
        return ""
    said = f"Reviewed on {candidate.reviewed_on.day} {candidate.reviewed_on:%B %Y}"
    if rules.never_reviewed:
        return said
    too_soon = rules.years_between and candidate.reviewed_on > years_before(today, rules.years_between)
    return f"{said}, less than {years(rules.years_between)} ago" if too_soon else ""


def _why_filtered(candidate: Candidate, rules: Rules, today: date) -> Iterable[str]:
    if candidate.duty is not None and rules.sectors and candidate.duty not in rules.sectors:
        yield "Not of the sectors chosen"
    if rules.types and candidate.type not in rules.types:
        yield "Not of the types chosen"
    if rules.phases and candidate.phase not in rules.phases:
        yield "Not of the phases chosen"
    if (
        rules.no_audit_for is not None
        and candidate.audit_on
        and candidate.audit_on > years_before(today, rules.no_audit_for)
    ):
        yield f"Audit received on {candidate.audit_on.day} {candidate.audit_on:%B %Y}"
    if rules.rating == "low" and not candidate.rated_low:
        yield "No self-rating is recorded" if candidate.rated_low is None else "No low self-rating"
    if rules.rating == "none" and candidate.rated_low is not None:
        yield "A self-rating is recorded"


def group_of(candidate: Candidate, by: str) -> str:
    """The stratum in which it is drawn; ``by`` is a key of ``GROUPS``."""
    if by == "kind":
        return "Schools and colleges" if candidate.duty and candidate.duty.is_school else "Statutory organisations"
    if by == "sector" and candidate.duty:
        return SECTORS[candidate.duty]
    if by in ("phase", "type"):
        return (candidate.phase if by == "phase" else candidate.type) or "Not recorded"
    return "All"


def divide(
    candidates: Sequence[Candidate], rules: Rules, by: str, today: date
) -> tuple[tuple[Eligible, ...], tuple[LeftOut, ...]]:
    """Those who can be drawn, each in its group, and those who cannot, each with its reasons."""
    eligible, left_out = [], []
    for each in candidates:
        if reasons := why_left_out(each, rules, today):
            left_out.append(LeftOut(each.id, each.name, each.urn, reasons))
        else:
            eligible.append(Eligible(each.id, each.name, each.urn, group_of(each, by)))
    return tuple(eligible), tuple(left_out)


def years_before(day: date, number: int) -> date:
    """The same day so many years earlier; 28 February for a 29th that was not."""
    try:
        return day.replace(year=day.year - number)
    except ValueError:
        return date(day.year - number, 2, 28)


def years(number: int) -> str:
    """1 year, 3 years."""
    return f"{number} year" if number == 1 else f"{number} years"
