"""The date table: who answered what, which date is best, and what each choice would cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy.orm import joinedload, selectinload

from peerreview.dates.known import known
from peerreview.dates.participants import current
from peerreview.dates.suggestions import Known
from peerreview.extensions import db
from peerreview.models import (
    Availability,
    DatePoll,
    Participant,
    PersonalLink,
    PollReply,
    Review,
    Slot,
    utc_now,
)
from peerreview.workdays import is_working_day, local_day


@dataclass(frozen=True)
class Row:
    """One person's answers, in the order of the slots; None where there is none yet."""

    participant: Participant
    answers: tuple[Availability | None, ...]
    reply: PollReply | None

    @property
    def has_answered(self) -> bool:
        return None not in self.answers


@dataclass(frozen=True)
class Choice:
    """One slot and what it would cost. Names are of people who are needed unless they say otherwise."""

    slot: Slot
    answers: tuple[Availability | None, ...]
    cannot: tuple[str, ...]
    unanswered: tuple[str, ...]
    if_need_be: tuple[str, ...]
    optional_cannot: tuple[str, ...]
    clashes: tuple[str, ...]  # what is known from elsewhere: "Bea Board has another visit at 10:00am"
    team_fails: bool
    short_notice: bool
    day_off: bool
    school_holiday: str
    has_passed: bool

    @property
    def cost(self) -> tuple[int, ...]:
        """Lower is better: needed people first, then the team rule, those who have not said, then everything else."""
        return (
            self.has_passed,
            len(self.cannot),
            self.team_fails,
            len(self.unanswered),
            len(self.clashes),
            len(self.if_need_be),
            len(self.optional_cannot),
            self.day_off or bool(self.school_holiday),
            self.short_notice,
        )

    @property
    def fails(self) -> bool:
        """Whether it cannot be agreed without doing without somebody needed or breaking the team rule."""
        return bool(self.cannot) or self.team_fails or self.has_passed

    @property
    def everyone_needed_can(self) -> bool:
        return not (self.fails or self.unanswered)


@dataclass(frozen=True)
class Table:
    """The answers of everybody to every slot."""

    rows: list[Row] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    known: Known | None = None

    @property
    def ranked(self) -> list[Choice]:
        """The choices, the cheapest first; the earliest of equals."""
        return sorted(self.choices, key=lambda choice: (choice.cost, choice.slot.starts_at))

    @property
    def ranks(self) -> dict[int, int]:
        """Slot to its place among the choices, from 1."""
        return {choice.slot.id: place for place, choice in enumerate(self.ranked, 1)}

    @property
    def best(self) -> Choice | None:
        """The cheapest choice at which everybody who is needed can come."""
        return next((choice for choice in self.ranked if choice.everyone_needed_can), None)

    @property
    def nothing_works(self) -> bool:
        """Whether dates are asked about and none of them can be agreed."""
        return bool(self.choices) and all(choice.fails for choice in self.choices)

    @property
    def unanswered(self) -> list[Participant]:
        """Who has not answered every slot."""
        return [row.participant for row in self.rows if not row.has_answered]


def table(review: Review) -> Table:
    """The date table of the dates now asked about; empty when none are. The same few queries for any number."""
    poll = db.session.scalar(
        db.select(DatePoll)
        .where(DatePoll.review_id == review.id, DatePoll.closed_at.is_(None))
        .options(selectinload(DatePoll.slots).selectinload(Slot.answers), selectinload(DatePoll.replies))
    )
    if poll is None:
        return Table()
    people, facts, holidays = people_of(review), known(review), holidays_of(review)
    given = {(held.slot_id, held.participant_id): held.answer for slot in poll.slots for held in slot.answers}
    replies = {reply.participant_id: reply for reply in poll.replies}
    rows = [
        Row(person, tuple(given.get((slot.id, person.id)) for slot in poll.slots), replies.get(person.id))
        for person in people
    ]
    choices = [
        _choice(slot, [(row.participant, row.answers[number]) for row in rows], facts, holidays)
        for number, slot in enumerate(poll.slots)
    ]
    return Table(rows, choices, facts)


def people_of(review: Review) -> list[Participant]:
    """Those who are asked or invited now, with their links and places on the team."""
    loaded = db.session.scalars(
        db.select(Participant)
        .where(Participant.review_id == review.id)
        .options(joinedload(Participant.link).joinedload(PersonalLink.member))
    ).all()
    here = current(review)  # while they are held: the session forgets what nobody holds
    return [participant for participant in here if participant in loaded]


def holidays_of(review: Review) -> dict[date, str]:
    """The names of the borough's school holidays by day."""
    return {day: holiday.name for holiday in review.borough.school_holidays for day in holiday.each_day}


def _choice(
    slot: Slot, said: Sequence[tuple[Participant, Availability | None]], facts: Known, holidays: Mapping[date, str]
) -> Choice:
    def named(answer: Availability | None, needed: bool = True) -> tuple[str, ...]:
        return tuple(f"{p.name}" for p, given in said if given is answer and p.needed is needed)

    day, ends_at = local_day(slot.starts_at), slot.starts_at + timedelta(minutes=slot.minutes)
    return Choice(
        slot=slot,
        answers=tuple(answer for _, answer in said),
        cannot=named(Availability.NO),
        unanswered=named(None),
        if_need_be=named(Availability.IF_NEED_BE),
        optional_cannot=named(Availability.NO, needed=False),
        clashes=tuple(f"{busy.who} {busy.what}" for busy in facts.clashes(slot.starts_at, ends_at)),
        team_fails=_team_fails([p for p, given in said if p.of_the_team and given is not Availability.NO]),
        short_notice=day < facts.first_day,
        day_off=not is_working_day(day),
        school_holiday=holidays.get(day, ""),
        has_passed=slot.starts_at <= utc_now(),
    )


def _team_fails(coming: Sequence[Participant]) -> bool:
    """Fewer than two, or no member of the board (procedure, 3.1)."""
    members = [participant.link.member for participant in coming if participant.link.member is not None]
    return len(members) < 2 or not any(member.is_board_member for member in members)
