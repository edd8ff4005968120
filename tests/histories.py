"""Random histories of a visit, told by the real acts and carried by the real outbox: one model for all.

A history is a list of steps: acts (agree, move, another place, people who join and leave, an agenda, cancelling)
and sweeps of the post, in which letters are sent, put off, sent twice, held for a while, or refused and sent again.
What arrived, in the order in which it arrived, is then read by calendars that know nothing of the app.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from email import message_from_bytes
from email.policy import default as parsing
from itertools import cycle

from hypothesis import strategies as st

from peerreview import leases, outbox, process
from peerreview.audit_trail import Actor
from peerreview.dates import actions, changes, participants
from peerreview.dates.wall_time import Time, instant
from peerreview.extensions import db
from peerreview.leases import Leased
from peerreview.message import compose
from peerreview.models import AgendaKind, Declaration, Delivery, Invitation, Letter, NamedStaff, Participant, utc_now
from peerreview.models.base import as_of
from peerreview.teams import actions as teams
from peerreview.teams import answering
from peerreview.visits.actions import set_agenda
from peerreview.visits.agenda import Item
from peerreview.workdays import LOCAL_ZONE, local_day
from peerreview.workflow import Role, Stage
from tests.dates.conftest import a_ready_review

SENDER = "Peer Review <peer-review@board.example>"
PLACES = (
    'St Mary\'s, Church Street; the "old" hall, by the back door',
    "Église Saint-Étienne, 🏫 salle n° 2",
    "学校 " * 30 + "hall",
    "Room 1",
)
NAMES = ('Zoë "Zed" O’Hara, MBE', "Łukasz Żółć; 🎓 DSL", "Ann Lee", "Björk Guðmundsdóttir " * 6)
ACTS = (
    "move", "place", "cancel", "agree", "add", "add again", "remove", "staff", "agenda", "interest", "restore",
    "withdraw",
)  # fmt: skip
OUTCOMES = ("sent", "put off", "stored, then put off", "sent, then died", "died", "held", "refused", "given back")


@dataclass(frozen=True)
class Step:
    """One step; `number` chooses among times, places and people, `outcomes` say what becomes of a sweep's letters."""

    what: str
    number: int = 0
    minutes_later: int = 1
    outcomes: tuple[str, ...] = ("sent",)


_LATER = st.sampled_from([1, 20, 300])
ACT_STEPS = st.builds(Step, st.sampled_from(ACTS), st.integers(0, 11), _LATER)
SWEEPS = st.builds(
    Step,
    st.just("post"),
    st.integers(1, 4),
    _LATER,
    st.lists(st.sampled_from(OUTCOMES), min_size=1, max_size=4).map(tuple),
)
ACTS_ALONE = st.lists(ACT_STEPS, min_size=1, max_size=12)
HISTORIES = st.lists(ACT_STEPS | SWEEPS, min_size=2, max_size=14)


def clock_changes(after: datetime) -> list[datetime]:
    """Midnight in London before each of the next two changes of the clocks, forward and back in either order."""
    day, found = local_day(after), []
    while len(found) < 2:
        midnight, next_one = (datetime.combine(day + timedelta(days=n), time(0), LOCAL_ZONE) for n in (0, 1))
        if midnight.utcoffset() != next_one.utcoffset():
            found.append(midnight)
        day += timedelta(days=1)
    return found


def times(start: datetime) -> list[Time]:
    """Times for a visit after a start: around both clock changes, in the hour that exists twice, and on plain days."""
    found = [
        Time(instant(local_day(start) + timedelta(days=days), time(hour, 30)), minutes, PLACES[days % len(PLACES)])
        for days, hour, minutes in ((40, 9, 150), (41, 13, 30), (60, 9, 180), (90, 9, 90))
    ]
    for midnight in clock_changes(start + timedelta(days=30)):
        day = midnight.date()
        hours = [(0, 0, 180), (3, 0, 60), (9, 0, 120)]
        hours += [(1, 0, 45), (1, 1, 45)] if _goes_back(midnight) else []
        found += [
            Time(instant(day, time(hour, 30), fold=fold), minutes, PLACES[hour % len(PLACES)])
            for hour, fold, minutes in hours
        ]
    return found


def _goes_back(midnight: datetime) -> bool:
    return midnight.utcoffset() == timedelta(hours=1)


@dataclass(frozen=True)
class Arrival:
    """A letter with a calendar as it arrived at one person's: the method of the header, and the bytes of the part."""

    address: str
    method: str
    calendar: bytes
    at: datetime


@dataclass
class Post:
    """The worker and the mail servers: everything that may become of letters between the app and a calendar."""

    arrived: list[Arrival] = field(default_factory=list)
    held: list[Leased] = field(default_factory=list)

    def sweep(self, size: int, outcomes: tuple[str, ...]) -> None:
        """One worker takes some letters; each has the next outcome."""
        batch = leases.take(size)
        outbox.commit()
        for letter, outcome in zip(batch, cycle(outcomes), strict=False):
            self._carry(letter, outcome)
        outbox.commit()

    def _carry(self, letter: Leased, outcome: str) -> None:
        if outcome in ("sent", "stored, then put off", "sent, then died"):
            self._arrive(letter)
        if outcome == "sent":
            leases.sent(letter)
        elif outcome.endswith("put off"):
            leases.put_off(letter, "421 later")
        elif outcome == "refused":
            leases.failed(letter, "550 no such person")
        elif outcome == "given back":
            leases.give_back([letter], "no mail server")
        elif outcome == "held":
            self.held.append(letter)

    def let_go(self) -> None:
        """What slow workers hold is sent now, before their lease ends."""
        for letter in self.held:
            self._carry(letter, "sent")
        self.held.clear()
        outbox.commit()

    def _arrive(self, letter: Leased) -> None:
        if letter.calendar is None:
            return
        message = message_from_bytes(bytes(compose(letter, SENDER)), policy=parsing)
        kinds = ("text/calendar", "application/ics")
        shown, attached = (part for part in message.walk() if part.get_content_type() in kinds)
        data = shown.get_payload(decode=True)
        assert isinstance(data, bytes) and data == attached.get_payload(decode=True)
        assert message["To"].addresses[0].addr_spec == letter.recipient_email
        self.arrived.append(Arrival(letter.recipient_email, str(shown.get_param("method")), data, utc_now()))


@dataclass
class Story:
    """One review and its history so far."""

    start: datetime = field(default_factory=utc_now)
    elapsed: timedelta = timedelta(0)
    post: Post = field(default_factory=Post)

    def __post_init__(self) -> None:
        for letter in db.session.scalars(db.select(Letter).where(Letter.delivery == Delivery.WAITING)):
            letter.delivery = Delivery.SENT  # of another example
        self.actor = Actor("Coordinator", Role.COORDINATOR)
        self.times = times(self.start)
        self.review = a_ready_review()
        self.review.organisation.name = NAMES[self.review.id % len(NAMES)] + " School"
        actions.propose(self.review, self.actor, [self.times[0]], local_day(self.start) + timedelta(days=7))
        actions.agree(self.review, self.actor, self.times[0])
        outbox.commit()

    def tell(self, steps: list[Step]) -> "Story":
        """Take every step, then let the post come to rest: nothing waits, is held or refused any more."""
        for step in steps:
            with self._later(step.minutes_later):
                if step.what == "post":
                    self.post.sweep(step.number, step.outcomes)
                else:
                    perform(self.review, self.actor, step, self.times)
                    outbox.commit()
        for _ in range(8):
            with self._later(300):
                for letter in db.session.scalars(db.select(Letter).where(Letter.delivery == Delivery.FAILED)):
                    outbox.send_again(letter)
                outbox.commit()
                self.post.sweep(100, ("sent",))
        assert not db.session.scalars(db.select(Letter).where(Letter.delivery.in_(["waiting", "failed"]))).all()
        return self

    @contextmanager
    def _later(self, minutes: int) -> Iterator[None]:
        if minutes > 10:
            with as_of(self.start + self.elapsed):
                self.post.let_go()
        self.elapsed += timedelta(minutes=minutes)
        with as_of(self.start + self.elapsed):
            yield

    def believed(self) -> dict[str, list[Invitation]]:
        """Everybody who was ever on the list, by address, with what the app believes to be in their calendar."""
        db.session.expire_all()
        visit = self.review.visit
        here = {} if visit is None else visit.invited
        return {person.email: [here[person.email]] if person.email in here else [] for person in self._people()}

    def _people(self) -> list[Participant]:
        return list(self.review.participants)


def perform(review, actor, step, choices):  # type: ignore[no-untyped-def]
    """One act, if it is possible now; an impossible one changes nothing."""
    number, chosen = step.number, choices[step.number % len(choices)]
    guests = [p for p in participants.current(review) if not p.of_the_team]
    lay = next(member for member in review.team if not member.is_lead)
    try:
        if step.what == "move":
            changes.move(review, actor, chosen)
        elif step.what == "place" and review.visit is not None:
            now = review.visit
            place = PLACES[number % len(PLACES)]
            changes.move(review, actor, Time(now.starts_at, now.minutes, place))
        elif step.what == "cancel":
            changes.cancel(review, actor)
        elif step.what == "agree":
            if review.stage is Stage.WITHDRAWN:
                process.take(review, "reinstate", actor)
            act = changes.move if review.stage is Stage.PREPARING else actions.agree
            act(review, actor, chosen)
        elif step.what.startswith("add"):
            email = f"guest{number if step.what == 'add' else 0}-{review.id}@school.example"
            name = NAMES[number % len(NAMES)]
            changes.add_person(review, actor, participants.guest(name, email, "Governor", needed=False))
        elif step.what == "remove" and guests:
            changes.remove_person(review, actor, guests[number % len(guests)])
        elif step.what == "staff":
            email = f"s{number % 3}-{review.id}@school.example"
            review.nomination.staff = [NamedStaff(name=NAMES[number % 3], role="DSL", email=email)]
            process.take(review, "name_staff", actor)
        elif step.what == "agenda":
            who = [guest.name for guest in guests[: 1 + number % 3]]
            items = [Item(AgendaKind.INTERVIEW, "Talk", 15, name) for name in who]
            set_agenda(review, [Item(AgendaKind.WELCOME, "Welcome", 5 + number), *items], actor)
        elif step.what == "interest" and lay.is_active:
            actor = Actor.of(lay.person, Role.REVIEWER)
            answering.declare(review, lay, Declaration.SOFT, "A friend works there.", actor)
        elif step.what == "restore" and not lay.is_active:
            teams.restore(review, lay, actor)
        elif step.what == "withdraw":
            process.take(review, "withdraw", actor)
    except process.NotNow:
        db.session.rollback()
