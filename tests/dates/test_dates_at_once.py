"""Two people at the same instant, with real threads, on both databases: one wins, the other is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask

from peerreview import outbox, process
from peerreview.audit_trail import Actor
from peerreview.dates import actions, changes, closed_days, offers, participants
from peerreview.dates.wall_time import Time
from peerreview.extensions import db
from peerreview.models import (
    Availability,
    Borough,
    DatePoll,
    Days,
    Letter,
    Participant,
    PartOfDay,
    Person,
    PollReply,
    Review,
    SchoolHoliday,
    Slot,
    SlotAnswer,
    Unavailability,
    Visit,
    utc_now,
)
from peerreview.workdays import local_day
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, save
from tests.dates.conftest import a_ready_review, a_time

CORA, CARL = Actor("Cora", Role.COORDINATOR), Actor("Carl", Role.COORDINATOR)


@pytest.fixture
def asked_id(any_app: Flask) -> int:
    """A review with two dates asked about."""
    review = a_ready_review()
    actions.propose(review, CORA, [a_time(40), a_time(42)], local_day(utc_now()) + timedelta(days=7))
    save()
    number = review.id
    db.session.remove()
    return number


def at_once(app: Flask, *acts: Callable[[], object]) -> list[str]:
    """What came of each act, all begun at the same instant: empty, or the sentence that its person reads."""
    db.session.remove()  # an open transaction of the test itself would keep everybody waiting
    gate = Barrier(len(acts))

    def one(act: Callable[[], object]) -> str:
        with app.app_context():
            gate.wait()
            try:
                act()
                outbox.commit()
            except process.NotNow as refusal:
                db.session.rollback()
                return str(refusal)
            finally:
                db.session.remove()
        return ""

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(one, acts))


def letters(name: str) -> int:
    return db.session.scalar(db.select(db.func.count(Letter.id)).where(Letter.name == name)) or 0


def test_two_coordinators_agree_on_two_dates_and_one_is_agreed(any_app: Flask, asked_id: int) -> None:
    def agree(actor: Actor, number: int) -> None:
        review = db.session.get_one(Review, asked_id)
        slot = db.session.scalars(db.select(Slot).order_by(Slot.starts_at)).all()[number]
        actions.agree(review, actor, Time(slot.starts_at, slot.minutes, slot.place), seen=1)

    came = at_once(any_app, lambda: agree(CORA, 0), lambda: agree(CARL, 1))
    won, lost = sorted(came)
    review = db.session.get_one(Review, asked_id)
    first = review.events[0].actor_name
    assert (won, lost.startswith(f"{first} was first: they agreed the date at ")) == ("", True)
    assert (review.stage, review.version, db.session.query(Visit).count()) == (Stage.PREPARING, 2, 1)
    assert letters("date_agreed") == len(participants.current(review)) == 4
    assert review.visit.starts_at == a_time(40 if came[0] == "" else 42).starts_at


def test_a_date_is_agreed_while_somebody_answers_and_either_order_is_whole(any_app: Flask, asked_id: int) -> None:
    def agree() -> None:
        actions.agree(db.session.get_one(Review, asked_id), CORA, a_time(40), seen=1)

    def answer() -> None:
        review = db.session.get_one(Review, asked_id)
        lead = participants.current(review)[0]
        poll = db.session.scalars(db.select(DatePoll)).one()
        said = {slot.id: Availability.NO for slot in poll.slots}
        actions.answer(lead, Actor.behind(lead.link), poll, said, "")

    agreed, answered = at_once(any_app, agree, answer)
    assert agreed == ""
    rows = db.session.query(SlotAnswer).count(), db.session.query(PollReply).count()
    assert rows == ((2, 1) if answered == "" else (0, 0))
    assert answered in ("", "The dates are no longer being asked about. Nothing of yours was saved.")


def test_a_double_click_answers_once(any_app: Flask, asked_id: int) -> None:
    def answer() -> None:
        review = db.session.get_one(Review, asked_id)
        lead = participants.current(review)[0]
        said = {slot.id: Availability.YES for slot in review.poll.slots}
        actions.answer(lead, Actor.behind(lead.link), review.poll, said, "")

    assert at_once(any_app, *[answer] * 4) == [""] * 4
    assert (db.session.query(SlotAnswer).count(), db.session.query(PollReply).count()) == (2, 1)


def test_the_same_more_dates_are_asked_about_once(any_app: Flask, asked_id: int) -> None:
    before = letters("say_when")

    def more() -> None:
        review = db.session.get_one(Review, asked_id)
        actions.propose(review, CORA, [a_time(50)], local_day(utc_now()) + timedelta(days=7))

    came = at_once(any_app, *[more] * 3)
    assert sorted(came) == ["", *["These dates are asked about already. Nobody was written to again."] * 2]
    assert (db.session.query(Slot).count(), letters("say_when") - before) == (3, 4)


def test_two_colleagues_offer_dates_and_one_offer_counts(any_app: Flask, asked_id: int) -> None:
    offers.ask(db.session.get_one(Review, asked_id), CORA)
    save()

    def offer(days: int) -> None:
        review = db.session.get_one(Review, asked_id)
        (head,) = participants.who_offers(review)
        offers.offer(review, Actor.behind(head.link), head, [a_time(days)])

    came = at_once(any_app, lambda: offer(50), lambda: offer(52))
    assert sorted(came) == ["", "You have offered your dates already, or are not asked for any now."]
    assert db.session.query(Slot).filter(Slot.offered_by != "").count() == 1


def test_a_visit_is_moved_and_cancelled_and_nobody_keeps_it(any_app: Flask, asked_id: int) -> None:
    actions.agree(db.session.get_one(Review, asked_id), CORA, a_time(40))
    save()

    def move() -> None:
        changes.move(db.session.get_one(Review, asked_id), CORA, a_time(60), seen=2)

    def cancel() -> None:
        changes.cancel(db.session.get_one(Review, asked_id), CARL, seen=2)

    moved, cancelled = at_once(any_app, move, cancel)
    assert sorted([bool(moved), bool(cancelled)]) == [False, True]
    review = db.session.get_one(Review, asked_id)
    assert review.stage is (Stage.PREPARING if cancelled else Stage.ARRANGING)
    assert (letters("date_moved"), letters("visit_cancelled")) == ((4, 0) if cancelled else (0, 4))


def test_one_person_joins_once(any_app: Flask, asked_id: int) -> None:
    actions.agree(db.session.get_one(Review, asked_id), CORA, a_time(40))
    save()

    def join() -> None:
        guest = participants.guest("Gail", "gail@school.example", "Governor", needed=False)
        changes.add_person(db.session.get_one(Review, asked_id), CORA, guest)

    came = at_once(any_app, *[join] * 3)
    assert sorted(came) == ["", *["gail@school.example is invited already."] * 2]
    assert db.session.query(Participant).filter_by(email="gail@school.example").count() == 1


def test_times_and_holidays_are_there_once(any_app: Flask) -> None:
    day = local_day(utc_now())
    review = a_ready_review()
    ids = review.lead.person_id, a_borough().id
    save()

    def keep() -> None:
        person = db.session.get_one(Person, ids[0])
        closed_days.keep_time(person, (day, day), Days.EVERY_DAY, PartOfDay.ALL_DAY, "")

    def enter() -> None:
        closed_days.add_holidays(db.session.get_one(Borough, ids[1]), [("Half term", day, day)], CORA)

    assert at_once(any_app, keep, keep, keep, enter, enter, enter) == [""] * 6
    assert (db.session.query(Unavailability).count(), db.session.query(SchoolHoliday).count()) == (1, 1)
