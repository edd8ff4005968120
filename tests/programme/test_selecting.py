"""The Executive Group approves what is selected: who decides what, what follows, and one winner of two."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy.exc import IntegrityError

from peerreview import outbox, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    Event,
    Letter,
    Manner,
    Meeting,
    Person,
    ProgrammeYear,
    Review,
    SelectedReview,
    Selection,
    SelectionRound,
    State,
    tasks,
)
from peerreview.programme import selecting, selection_queries
from peerreview.programme.selecting import Decided
from peerreview.programme.selection_reminders import remind_executive_when_due
from peerreview.reviews import actions as reviews
from peerreview.workdays import LOCAL_ZONE, add_working_days, local_day
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, a_year, an_organisation, save

CORA = Actor("Cora Coordinator", Role.COORDINATOR)
EVE = Actor("Eve Executive", Role.EXECUTIVE)


@pytest.fixture
def year(any_app: Flask) -> ProgrammeYear:
    """Hackney's year with two members of its Executive Group, a coordinator, and three planned reviews."""
    year = a_year()
    a_person(Role.EXECUTIVE, year.borough, name="Eve Executive", email="eve@board.example")
    a_person(Role.EXECUTIVE, None, name="Max Everywhere", email="max@board.example")
    a_person(Role.COORDINATOR, year.borough, name="Cora Coordinator", email="cora@board.example")
    for person in (a_person(Role.EXECUTIVE, a_borough("COL")), a_person(Role.EXECUTIVE, year.borough, active=False)):
        person.email = f"not-{person.id}@board.example"
    for name in ("Alpha", "Beta", "Gamma"):
        a_review(organisation=an_organisation(f"{name} School"), programme_year=year)
    save()
    return year


def planned(year: ProgrammeYear) -> list[Review]:
    return list(db.session.scalars(db.select(Review).where(Review.programme_year_id == year.id).order_by(Review.id)))


def sent(year: ProgrammeYear) -> SelectionRound:
    selecting.send(year, CORA)
    save()
    return db.session.scalars(db.select(SelectionRound)).one()


def all_of(waiting: SelectionRound) -> frozenset[int]:
    return frozenset(row.id for row in waiting.waiting)


def letters(name: str) -> list[str]:
    return list(db.session.scalars(db.select(Letter.recipient_email).where(Letter.name == name).order_by(Letter.id)))


def steps(review: Review) -> list[str]:
    return [event.step for event in reversed(review.events)]


def test_what_is_sent_waits_and_each_member_gets_one_letter(year: ProgrammeYear) -> None:
    assert selecting.send(year, CORA) == 3
    save()
    waiting = selection_queries.waiting_round(year)
    assert waiting is not None
    assert [row.review.organisation_name for row in waiting.waiting] == ["Alpha School", "Beta School", "Gamma School"]
    assert waiting.due_on == add_working_days(local_day(datetime.now(UTC)), 10)
    assert letters("selection_waits") == ["eve@board.example", "max@board.example"]
    for review in planned(year):
        assert (review.selection_waits, review.selection_is_approved) == (True, False)
        assert steps(review)[-1] == "send_selection"
        assert review.events[0].restricted
        first = next(task for task in tasks(review) if task.state is State.WAITING)
        assert (first.name, first.who, first.due) == ("approve_selection", Role.EXECUTIVE, waiting.due_on)
    assert selecting.send(year, CORA) == 0  # a second click


def test_no_letter_names_an_organisation(year: ProgrammeYear) -> None:
    waiting = sent(year)
    selecting.remind(waiting, CORA, since=datetime.now(UTC) + timedelta(minutes=1))
    comment = "Beta School moves in spring"
    selecting.decide(waiting, Decided(Manner.CORRESPONDENCE, all_of(waiting), None, comment), EVE, seen=1)
    save()
    written = db.session.scalars(db.select(Letter).where(Letter.name.startswith("selection_"))).all()
    assert {letter.name for letter in written} == {"selection_waits", "selection_reminder", "selection_decided"}
    for letter in written:
        for secret in ("Alpha", "Beta", "Gamma", "moves in spring", *(review.reference for review in planned(year))):
            assert secret not in letter.subject + letter.text + letter.html
        assert letter.review_id is None


def test_only_after_approval_can_a_notice_go(year: ProgrammeYear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Review, "is_ready_for_notice", property(lambda review: True))
    review = planned(year)[0]
    words = "The Executive Group has to approve the selection first; until then no notice can go."
    assert process.why_not(review, "send_notice", Role.COORDINATOR) == words
    waiting = sent(year)
    assert process.why_not(review, "send_notice", Role.COORDINATOR) == words
    assert [task.state for task in tasks(review) if task.name == "send_notice"] == [State.LATER]
    selecting.decide(waiting, Decided(Manner.CORRESPONDENCE, all_of(waiting)), EVE, seen=1)
    save()
    assert process.may(review, "send_notice", Role.COORDINATOR)
    task = next(task for task in tasks(review) if task.name == "send_notice")
    assert (task.state, task.since) == (State.WAITING, review.selected_in[0].round.decided_at)


def test_a_request_that_was_accepted_needs_approval_too(year: ProgrammeYear) -> None:
    asked = a_review(Stage.REQUESTED, programme_year=year, selection=Selection.REQUEST)
    process.take(asked, "accept", CORA)
    save()
    assert not asked.selection_is_approved
    assert process.why_not(asked, "send_notice", Role.COORDINATOR) is not None


def test_approved_at_a_meeting_with_one_left_out(year: ProgrammeYear) -> None:
    waiting, today = sent(year), local_day(datetime.now(UTC))
    meeting = Meeting(borough=year.borough, held_on=today, papers_due_on=today)
    db.session.add(meeting)
    first, second, third = waiting.waiting
    decided = Decided(Manner.MEETING, frozenset({first.id, third.id}), meeting, "Beta moves in spring.")
    assert selecting.decide(waiting, decided, EVE, seen=1) == (2, 1)
    save()
    assert [row.approved for row in (first, second, third)] == [True, False, True]
    assert (waiting.decided_by, waiting.manner, waiting.meeting, waiting.comment) == (
        "Eve Executive", Manner.MEETING, meeting, "Beta moves in spring.",
    )  # fmt: skip
    said = {review.organisation_name: (steps(review)[-1], review.events[0].facts) for review in planned(year)}
    approved = ("approve_selection", {"meeting": today.isoformat()})
    assert said == {
        "Alpha School": approved, "Beta School": ("send_back_selection", {}), "Gamma School": approved,
    }  # fmt: skip
    assert {event.actor_role for event in db.session.query(Event).filter(Event.step == "approve_selection")} == {
        Role.EXECUTIVE
    }
    assert letters("selection_decided") == ["cora@board.example"]
    letter = db.session.scalars(db.select(Letter).where(Letter.name == "selection_decided")).one()
    assert letter.text.startswith(
        "Please send the notices for what is approved (2), and look again at what was sent back (1)."
    )
    left = next(task for task in tasks(second.review) if task.state is State.WAITING)
    assert (left.name, left.who) == ("reconsider_selection", Role.COORDINATOR)
    assert selecting.send(year, CORA) == 1  # only what was left out
    save()
    assert second.review.selection_waits


def test_all_of_it_is_sent_back(year: ProgrammeYear) -> None:
    waiting = sent(year)
    assert selecting.decide(waiting, Decided(None, comment="Too many from one trust."), EVE, seen=1) == (0, 3)
    save()
    assert not any(review.selection_is_approved or review.selection_waits for review in planned(year))
    assert selecting.send(year, CORA) == 3
    save()
    assert len(letters("selection_waits")) == 4


def test_what_is_selected_meanwhile_joins_and_nobody_approves_it_unread(year: ProgrammeYear) -> None:
    waiting = sent(year)
    seen, ticked = waiting.version, all_of(waiting)
    late = a_review(organisation=an_organisation("Late School"), programme_year=year)
    save()
    assert selecting.send(year, CORA) == 1
    save()
    assert db.session.query(SelectionRound).count() == 1
    with pytest.raises(process.Overtaken, match="has changed while you were reading"):
        selecting.decide(waiting, Decided(Manner.CORRESPONDENCE, ticked), EVE, seen=seen)
    assert late.selection_waits and not late.selection_is_approved
    assert letters("selection_decided") == []


def test_a_review_that_is_withdrawn_drops_out_and_comes_back_undecided(year: ProgrammeYear) -> None:
    waiting, review = sent(year), planned(year)[1]
    reviews.withdraw(review, CORA, "It closes.", review.version)
    save()
    assert [row.review.organisation_name for row in waiting.waiting] == ["Alpha School", "Gamma School"]
    selecting.decide(waiting, Decided(Manner.CORRESPONDENCE, all_of(waiting)), EVE, seen=1)
    save()
    assert review.selected_in[0].approved is None
    reviews.reinstate(review, CORA, review.version)
    save()
    assert review.selection_can_be_sent
    assert selecting.send(year, CORA) == 1


def test_when_all_have_dropped_out_the_next_ones_join_the_round(year: ProgrammeYear) -> None:
    waiting = sent(year)
    for review in planned(year):
        reviews.withdraw(review, CORA, "It closes.", review.version)
    save()
    assert waiting.waiting == []
    with pytest.raises(process.NotNow, match="not waited for any more"):
        selecting.remind(waiting, CORA)
    a_review(organisation=an_organisation("Next School"), programme_year=year)
    save()
    assert selecting.send(year, CORA) == 1
    save()
    assert [row.review.organisation_name for row in waiting.waiting] == ["Next School"]


def test_without_a_member_nothing_is_sent(year: ProgrammeYear) -> None:
    for person in db.session.scalars(db.select(Person).where(Person.holding(Role.EXECUTIVE, year.borough_id))):
        person.active = False
    save()
    with pytest.raises(process.NotNow, match="Nobody of the Hackney Executive Group has an account yet"):
        selecting.send(year, CORA)
    db.session.rollback()
    assert db.session.query(SelectionRound).count() == 0


def test_the_second_member_is_told_who_was_first(year: ProgrammeYear) -> None:
    waiting = sent(year)
    ticked = all_of(waiting)
    selecting.decide(waiting, Decided(Manner.CORRESPONDENCE, ticked), EVE, seen=1)
    save()
    with pytest.raises(process.Overtaken, match="Eve Executive was first: they approved the selection at"):
        selecting.decide(waiting, Decided(None, comment="No"), Actor("Max", Role.EXECUTIVE), seen=1)
    assert all(review.selection_is_approved for review in planned(year))


def at_once(app: Flask, act: Callable[[int], object], people: int = 6) -> list[object]:
    def once(number: int) -> object:
        with app.app_context():
            try:
                found = act(number)
                outbox.commit()
                return found
            except process.Overtaken:
                return None
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(people) as clicks:
        return list(clicks.map(once, range(people)))


def test_of_six_members_at_once_one_decides(any_app: Flask, year: ProgrammeYear) -> None:
    year_id, ticked = year.id, all_of(sent(year))

    def decide(number: int) -> object:
        waiting = selection_queries.waiting_round(db.session.get_one(ProgrammeYear, year_id))
        if waiting is None:
            return None
        decided = Decided(Manner.CORRESPONDENCE, ticked) if number % 2 else Decided(None, comment=f"No {number}")
        return selecting.decide(waiting, decided, Actor(f"Member {number}", Role.EXECUTIVE), seen=1)

    assert len([each for each in at_once(any_app, decide) if each]) == 1
    assert len(letters("selection_decided")) == 1
    done = ("approve_selection", "send_back_selection")
    assert db.session.query(Event).filter(Event.step.in_(done)).count() == 3


def test_of_six_coordinators_at_once_each_review_is_sent_once(any_app: Flask, year: ProgrammeYear) -> None:
    year_id = year.id
    found = at_once(any_app, lambda number: selecting.send(db.session.get_one(ProgrammeYear, year_id), CORA))
    assert sorted(str(each) for each in found) == ["0", "0", "0", "0", "0", "3"]
    assert (db.session.query(SelectionRound).count(), db.session.query(SelectedReview).count()) == (1, 3)
    assert len(letters("selection_waits")) == 2


def test_members_are_reminded_around_the_day_and_not_when_it_is_decided(year: ProgrammeYear) -> None:
    waiting = sent(year)
    for days, hour, written in ((-4, 9, 0), (-3, 7, 0), (-3, 9, 2), (-3, 15, 2), (0, 9, 4), (1, 9, 4), (3, 9, 6)):
        on = add_working_days(waiting.due_on, days) if days else waiting.due_on
        with time_machine.travel(datetime(on.year, on.month, on.day, hour, tzinfo=LOCAL_ZONE), tick=False):
            remind_executive_when_due()
            assert len(letters("selection_reminder")) == written, (days, hour)
    late = db.session.scalars(db.select(Letter).order_by(Letter.id.desc())).first()
    assert late is not None and "please do it as soon as you can" in late.text
    with time_machine.travel(datetime.combine(waiting.due_on, datetime.min.time(), UTC).replace(hour=9)):
        db.session.query(Letter).delete()
        selecting.decide(waiting, Decided(Manner.CORRESPONDENCE, all_of(waiting)), EVE, seen=1)
        save()
        remind_executive_when_due()
        assert letters("selection_reminder") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"decided_at": datetime.now(UTC)},
        {"decided_at": datetime.now(UTC), "decided_by": "Eve"},
        {"manner": Manner.CORRESPONDENCE},
        {"decided_at": datetime.now(UTC), "decided_by": "Eve", "manner": Manner.MEETING},
    ],
    ids=["nobody decided", "sent back without a comment", "a manner without a decision", "at no meeting"],
)
def test_the_database_refuses_half_a_decision(year: ProgrammeYear, wrong: dict[str, object]) -> None:
    due = local_day(datetime.now(UTC))
    db.session.add(SelectionRound(year=year, sent_by="Cora", due_on=due, **wrong))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_the_database_takes_one_waiting_round_a_year_and_one_approval_a_review(year: ProgrammeYear) -> None:
    waiting = sent(year)
    year_id, due = year.id, waiting.due_on
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(SelectionRound(programme_year_id=year_id, sent_by="Cora", due_on=due))
    selecting.decide(waiting, Decided(Manner.CORRESPONDENCE, all_of(waiting)), EVE, seen=1)
    again = SelectionRound(programme_year_id=year_id, sent_by="Cora", due_on=due)
    db.session.add(again)
    db.session.flush()
    db.session.add(SelectedReview(round=again, review=planned(year)[0], approved=True))
    with pytest.raises(IntegrityError):
        db.session.flush()
