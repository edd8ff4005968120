"""More time: asked for by the organisation, granted or refused by the coordinator, and everybody told."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from sqlalchemy.exc import IntegrityError

from peerreview import links, outbox, process
from peerreview.extensions import db
from peerreview.models import Event, Letter, MoreTime, Person, Purpose, Review, SchoolHoliday, waiting
from peerreview.reports import period
from peerreview.workdays import add_working_days, local_day
from peerreview.workflow import Role, Stage
from tests.builders import a_review, save
from tests.inspector import Page, text_of
from tests.reports.conftest import COORDINATOR, issued, make, open_link, send

WHY = "Our designated lead is away this week, and knows best what the report says about induction."
SEEN = ("standing", "asked")  # what the coordinator's page showed
NO = "The Executive Group meets before that, and the report has to be on its agenda."


@pytest.fixture
def school(told, app):
    issued(told)
    return open_link(app, told.link)


@pytest.fixture
def wished(told, school):
    """Five working days after the deadline."""
    return add_working_days(local_day(told.review.response_due_at), 5)


def three(name: str, day: date) -> dict:
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def ask(browser, told, day, reason=WHY):
    return send(browser, f"{told.my}/response/more-time", {"reason": reason, **three("wished_for", day)})


def asked_by(told, day) -> MoreTime:
    asked = period.ask(told.review, told.link, WHY, day)
    outbox.commit()
    return asked


def grant(told, day, **kwargs):
    page = told.coordinator.page(f"{told.at}/response-deadline")
    shown = {box.attrib["name"]: box.attrib["value"] for box in page.all("input") if box.attrib["name"] in SEEN}
    return send(told.coordinator, f"{told.at}/response-deadline", shown | three("until", day), **kwargs)


def refuse(told, asked, reason=NO):
    at = f"{told.at}/response-deadline"
    return send(told.coordinator, f"{at}/refusal", {"reason": reason, "asked": asked.id}, page=at)


def words_of(page: Page) -> str:
    return text_of(page.all("main")[0])


def letters(name: str) -> list[Letter]:
    return list(db.session.scalars(db.select(Letter).where(Letter.name == name).order_by(Letter.id)))


def test_the_organisation_asks_and_the_coordinators_are_told(told, school, wished):
    assert ask(school, told, wished).location == f"{told.my}/response"
    page = words_of(school.page(f"{told.my}/response"))
    assert "The coordinator has not decided yet." in page
    assert "Ask for more time" not in page
    coordinators = db.session.scalars(db.select(Person).where(Person.holding(Role.COORDINATOR, told.review.borough_id)))
    written = letters("more_time_wanted")
    assert [letter.recipient_email for letter in written] == [person.email for person in coordinators]
    assert WHY not in written[0].text + written[0].html
    event = db.session.scalars(db.select(Event).where(Event.step == "ask_for_more_time")).one()
    assert (event.actor_name, event.facts) == (told.link.name, {"wished_for": wished.isoformat()})
    first = next(task for task in waiting(told.review) if task.who is Role.COORDINATOR)
    assert (first.name, first.due) == ("decide_more_time", local_day(told.review.response_due_at))
    assert "Decide on more time" in words_of(told.coordinator.page(told.at))
    assert WHY in words_of(told.coordinator.page(f"{told.at}/response-deadline"))
    assert WHY not in told.lead.get(f"{told.at}/report").get_data(as_text=True)


@pytest.mark.parametrize("granted", ["as wished", "another day"])
def test_granted_moves_the_deadline_and_everybody_is_told(told, school, wished, granted):
    day = wished if granted == "as wished" else add_working_days(wished, -2)
    colleague = links.give(told.review, Purpose.ORGANISATION, "Colleague", "colleague@school.example")
    save()
    asked = period.ask(told.review, colleague, WHY, wished)
    outbox.commit()
    assert grant(told, day).status_code == 302
    db.session.expire_all()
    assert local_day(told.review.response_due_at) == day
    assert (asked.until, asked.refusal, told.review.more_time_waits) == (day, "", False)
    assert sorted(each.recipient_email for each in letters("deadline_extended")) == sorted(
        [told.link.email, colleague.email]
    )
    page = words_of(school.page(f"{told.my}/response"))
    assert f"You got time until {day:%A} {day.day} {day:%B %Y}." in page
    assert [task.name for task in waiting(told.review)] == ["respond"]


def test_refused_with_a_reason_that_only_the_page_says(told, school, wished):
    asked, before = asked_by(told, wished), told.review.response_due_at
    assert refuse(told, asked).status_code == 302
    db.session.expire_all()
    assert (asked.refusal, asked.until, told.review.response_due_at) == (NO, None, before)
    assert NO in words_of(school.page(f"{told.my}/response"))
    [letter] = letters("more_time_refused")
    assert letter.recipient_email == told.link.email
    assert NO not in letter.text + letter.html
    assert WHY not in letter.text + letter.html
    assert "There was no more time." in words_of(school.page(f"{told.my}/report"))
    assert ask(school, told, wished, reason=WHY + " Please.").status_code == 302  # it may ask again


def test_a_refusal_needs_its_reason(told, school, wished):
    asked = asked_by(told, wished)
    page = Page(refuse(told, asked, reason="").get_data(as_text=True))
    assert page.title.startswith("Error: ")
    assert "Give the reason" in words_of(page)
    db.session.expire_all()
    assert asked.is_open


def a_saturday(after: date) -> date:
    return after + timedelta(days=(5 - after.weekday()) % 7 or 7)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (a_saturday, "is a day of the weekend. Choose a working day: the next one is Monday"),
        (lambda after: after, "must be later than the deadline"),
        (lambda after: after - timedelta(days=30), "must be later than the deadline"),
        (lambda after: after + timedelta(days=400), "within half a year"),
    ],
)
def test_a_day_that_cannot_be_is_said_at_its_box(told, school, day, said):
    wrong = day(local_day(told.review.response_due_at))
    for answer in (ask(school, told, wrong), grant(told, wrong)):
        page = Page(answer.get_data(as_text=True))
        assert page.title.startswith("Error: ")
        assert said in words_of(page)
    assert told.review.more_time == []


def test_a_bank_holiday_or_school_holiday_is_no_last_day(told, app):
    with time_machine.travel("2026-12-08T10:00:00Z", tick=False):
        closed = SchoolHoliday(
            borough=told.review.borough, name="Christmas", first_on=date(2026, 12, 29), last_on=date(2026, 12, 31)
        )
        issued(told)
        db.session.add(closed)
        save()
        school = open_link(app, told.link)
        for wrong, said in ((date(2026, 12, 25), "is Christmas Day"), (date(2026, 12, 30), "is a school holiday")):
            page = words_of(Page(ask(school, told, wrong).get_data(as_text=True)))
            assert said in page
            assert "the next one is Monday 4 January 2027" in page


def test_nothing_typed_is_lost(told, school, wished):
    saturday = a_saturday(wished)
    assert WHY in ask(school, told, saturday).get_data(as_text=True)
    kept = send(school, f"{told.my}/response/more-time", {"reason": WHY}, headers={"Accept": "application/json"})
    assert kept.status_code == 200
    assert WHY in school.get(f"{told.my}/response/more-time").get_data(as_text=True)
    asked_by(told, wished)
    late = send(school, f"{told.my}/response/more-time", {"reason": WHY + " Again.", **three("wished_for", wished)})
    assert late.status_code == 409
    assert WHY + " Again." in late.get_data(as_text=True)


def test_one_ask_waits_at_a_time_and_a_double_click_is_one(told, school, wished):
    ask(school, told, wished)
    ask(school, told, wished)
    assert (len(told.review.more_time), len(letters("more_time_wanted"))) == (1, 1)
    other = MoreTime(review=told.review, link=told.link, reason="Again", wished_for=wished)
    db.session.add(other)
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_it_is_asked_for_only_while_there_is_something_to_answer(told, app, school, wished):
    deadline = told.review.response_due_at
    with time_machine.travel(deadline + timedelta(days=8), tick=False):
        browser = open_link(app, told.link)
        assert "The time for a response has ended" in words_of(browser.page(f"{told.my}/response/more-time"))
        with pytest.raises(process.NotNow):
            period.ask(told.review, told.link, WHY, wished + timedelta(days=28))
        db.session.rollback()
    assert told.review.more_time == []


def test_the_period_does_not_end_over_an_open_ask(told, school, wished):
    asked_by(told, wished)
    with time_machine.travel(told.review.response_due_at + timedelta(hours=1), tick=False):
        with pytest.raises(process.NotNow, match="has to be answered first"):
            period.end(told.review, COORDINATOR)
        db.session.rollback()
    assert told.stage() is Stage.RESPONDING


def test_a_stranger_gets_404(told, school, wished, app):
    asked = asked_by(told, wished)
    staff = links.give(told.review, Purpose.PARTICIPANT, "Staff", "staff@school.example")
    save()
    assert open_link(app, staff).get(f"/my/{links.token(staff)}/response/more-time").status_code == 404
    at = f"{told.at}/response-deadline/refusal"
    for browser in (told.lead, told.executive):
        assert send(browser, at, {"reason": NO, "asked": asked.id}, page="/reviews").status_code == 404
    elsewhere = a_review(at=Stage.RESPONDING)
    save()
    answer = send(
        told.coordinator,
        f"/reviews/{elsewhere.reference}/response-deadline/refusal",
        {"reason": NO, "asked": asked.id},
        page="/reviews",
    )
    assert answer.status_code == 409  # its own review has no such ask
    db.session.expire_all()
    assert asked.is_open


def at_once(app, acts) -> list[str]:
    """What came of several acts at the same instant, each with the review loaded before."""
    barrier, outcomes = Barrier(len(acts)), []

    def one(act):
        with app.app_context():
            db.session.rollback()
            barrier.wait()
            try:
                act()
                outbox.commit()
                outcomes.append("done")
            except process.NotNow:
                outcomes.append("refused")
            finally:
                db.session.remove()

    threads = [Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_one_grants_while_another_refuses_and_two_ask_at_once(any_app):
    told = issued_in(any_app)
    review_id, link_id = told.review.id, told.link.id
    wished = add_working_days(local_day(told.review.response_due_at), 5)
    db.session.remove()

    def review() -> Review:
        return db.session.get(Review, review_id)

    def asks(why):
        return lambda: period.ask(review(), db.session.get(type(told.link), link_id), why, wished)

    assert at_once(any_app, [asks("One"), asks("Two")]) == ["done", "refused"]
    asked_id = review().asked_for_more_time.id
    db.session.remove()
    seen = period.standing(review())
    db.session.remove()
    grants, refuses = (
        lambda: period.extend(review(), wished, COORDINATOR, seen=seen),
        lambda: period.refuse(review(), asked_id, NO, COORDINATOR),
    )
    assert at_once(any_app, [grants, refuses]) == ["done", "refused"]
    [asked] = review().more_time
    assert (asked.until is None) != (asked.refusal == "")
    assert len(letters("more_time_refused")) + len(letters("deadline_extended")) == 1


def issued_in(app):
    told = make(lambda person: app.test_client())
    issued(told)
    return told
