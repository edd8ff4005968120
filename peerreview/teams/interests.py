"""What is known of a reviewer's interests in an organisation: from their record, and what follows from the register.

Procedure, 3.1: the team comes from outside the reviewed organisation. Process rule 4: a hard interest (works there,
governor, same trust or federation, family) blocks; a soft one is written down and cannot lead. So all that lasts is
hard. What has ended is soft for some years (setting ``interest_years``): rule 4 names nothing past, but people should
know of it. Nobody is asked or told for this.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from peerreview.extensions import db
from peerreview.filters import day
from peerreview.models import Organisation, Reviewer, Strength, Tie, TieKind, setting, utc_now
from peerreview.models.organisation import folded
from peerreview.teams.ways import Register, Way, register_for, ways
from peerreview.workdays import local_day

# What is said of a tie that lasts, and of one that has ended.
TIE_WORDS: dict[TieKind, tuple[str, str]] = {
    TieKind.EMPLOYER: ("Works for", "Worked for"),
    TieKind.GOVERNOR: ("Is a governor of", "Was a governor of"),
    TieKind.TRUST: ("Is a trustee or on the staff of", "Was a trustee or on the staff of"),
    TieKind.FEDERATION: ("Is on the governing body of", "Was on the governing body of"),
    TieKind.FAMILY: ("Has family at", "Had family at"),
    TieKind.PAID_WORK: ("Does paid work for", "Did paid work for"),
    TieKind.OTHER: ("Has another interest in", "Had another interest in"),
}
# Somebody with family at one school of a trust is not of that trust: people should know, and that is all.
PERSONAL = frozenset({TieKind.FAMILY, TieKind.OTHER})
ON_RECORD = "on the reviewer’s record"


@dataclass(frozen=True)
class Interest:
    """One interest: how strong, one sentence, and where it comes from."""

    strength: Strength
    said: str
    source: str

    @property
    def is_hard(self) -> bool:
        return self.strength is Strength.HARD

    @property
    def sentence(self) -> str:
        return f"{self.said} ({self.source})"


Interests = dict[tuple[int, int], list[Interest]]


def interests_between(reviewers: Sequence[Reviewer], organisations: Iterable[Organisation]) -> Interests:
    """Of every pair, by (person, organisation): the interests known, hard ones first; an empty list when none is.

    As many queries for one pair as for thousands.
    """
    wanted = {organisation.id for organisation in organisations}
    ties = _ties_of(reviewers)
    register = register_for(wanted, [tie for each in ties.values() for tie in each])
    today, years = local_day(utc_now()), setting("interest_years")
    return {
        (reviewer.person_id, each): known(reviewer.employer, ties[reviewer.id], each, register, today, years)
        for reviewer, each in product(reviewers, wanted)
    }


def interests_in(reviewer: Reviewer, organisation: Organisation | None) -> list[Interest]:
    """Of one reviewer in one organisation; none in one that is not matched to the register yet."""
    return interests_between([reviewer], [organisation])[reviewer.person_id, organisation.id] if organisation else []


def known(
    employer: str, ties: Iterable[Tie], organisation: int, register: Register, today: date, years: int
) -> list[Interest]:
    """Pure: what follows from an employer's name and ties, for one organisation of the register."""
    found = [said for tie in ties if (said := _of_tie(tie, organisation, register, today, years))]
    found += _of_employer(folded(employer), organisation, register)
    return sorted(dict.fromkeys(found), key=lambda each: not each.is_hard)


def strength_of(tie: Tie, today: date, years: int) -> Strength | None:
    """How strong a tie is in its own organisation; None when it ended too long ago to matter.

    Of another kind it is what a coordinator says; until one has looked it is hard, so that nothing goes on meanwhile.
    """
    if tie.until is None or tie.until >= today:
        return (tie.strength or Strength.HARD) if tie.kind is TieKind.OTHER else Strength.HARD
    return Strength.SOFT if tie.until >= _years_before(today, years) else None


def tie_said(tie: Tie, name: str, today: date, way: str = "") -> str:
    """A tie in words, as "Was a governor of Oakfield, of the same trust, until 31 July 2025"."""
    has_ended = tie.until is not None and tie.until < today
    until = f", until {day(tie.until)}" if tie.until else ""
    return f"{TIE_WORDS[tie.kind][has_ended]} {name}{way}{until}" + (f": {tie.text}" if tie.text else "")


def described(tie: Tie, today: date) -> str:
    """A tie as its own sentence, whatever it leads to."""
    return tie_said(tie, tie.end.name if tie.end else "", today)


def _of_tie(tie: Tie, organisation: int, register: Register, today: date, years: int) -> Interest | None:
    strength, way = strength_of(tie, today, years), ways(tie, organisation, register)
    if strength is None or way is None:
        return None
    if not way.is_direct and tie.kind in PERSONAL:
        strength = Strength.SOFT
    both = _employs_both(way) if tie.kind is TieKind.EMPLOYER and strength is Strength.HARD else ""
    said = tie_said(tie, register.name_of(tie), today, way.words + both)
    return Interest(strength, said, f"a tie {ON_RECORD}{way.source}")


def _of_employer(employer: str, organisation: int, register: Register) -> Iterable[Interest]:
    """The employer is a name that people typed: what in the register has that name and leads here."""
    for name, way in register.names_around(organisation).get(employer, []) if employer else []:
        said = f"Works for {name}{way.words}{_employs_both(way)}"
        yield Interest(Strength.HARD, said, f"employer {ON_RECORD}{way.source}")


def _employs_both(way: Way) -> str:
    """A colleague of the people there: in a trust the trust is the employer of the staff of each of its schools."""
    return ", which employs the staff of both" if way.same_trust else ""


def _years_before(today: date, years: int) -> date:
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February
        return today.replace(year=today.year - years, day=28)


def _ties_of(reviewers: Sequence[Reviewer]) -> Mapping[int, list[Tie]]:
    found: dict[int, list[Tie]] = {reviewer.id: [] for reviewer in reviewers}
    for tie in db.session.scalars(db.select(Tie).where(Tie.reviewer_id.in_(found)).order_by(Tie.id)):
        found[tie.reviewer_id].append(tie)
    return found
