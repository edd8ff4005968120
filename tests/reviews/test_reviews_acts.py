"""Reminding, reading letters, mending addresses, withdrawing and taking up again."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from peerreview import letters, links
from peerreview.extensions import db
from peerreview.models import Delivery, Event, Letter, Participant, Person, Purpose, Review, utc_now
from peerreview.models.scheduling import DatePoll, Slot
from peerreview.reviews import reminders
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, a_team_member, save
from tests.inspector import Page, text_of
from tests.reviews.test_reviews_pages import an_arranged_review, name_staff

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def visitor(sign_in: SignIn) -> FlaskClient:
    person = a_person(Role.COORDINATOR, a_borough(), name="Miriam Achebe")
    save()
    return sign_in(person)


def written(review: Review, name: str) -> list[Letter]:
    return list(
        db.session.scalars(
            db.select(Letter).where(Letter.review_id == review.id, Letter.name == name).order_by(Letter.id)
        )
    )


def test_one_click_reminds_with_the_persons_own_link(visitor: FlaskClient) -> None:
    review = an_arranged_review()
    save()
    link = review.links[0]
    answer = visitor.submit("/chase", {}, to=f"/reviews/{review.reference}/reminders")  # type: ignore[attr-defined]
    assert answer.headers["Location"] == "/chase"
    letter = written(review, "reminder")[0]
    assert (letter.recipient_email, letter.subject) == (
        link.email,
        f"Reminder: please name the staff for the team to meet ({review.reference})",
    )
    assert f"/my/~link-{link.id}~/staff" in letter.text
    assert "This was due on" in letter.text
    assert len(letter.text.split()) < 150
    entry = db.session.scalars(db.select(Event).where(Event.step == "remind")).one()
    assert (entry.actor_name, entry.facts) == (
        "Miriam Achebe",
        {"of": "name the staff for the team to meet", "to": link.name},
    )
    assert "last reminded just now" in visitor.get("/chase").text


def test_a_double_click_reminds_once(visitor: FlaskClient) -> None:
    review = an_arranged_review()
    save()
    for _ in range(2):
        answer = visitor.submit("/chase", {}, to=f"/reviews/{review.reference}/reminders", follow_redirects=True)  # type: ignore[attr-defined]
    assert "Nothing was sent again." in answer.text
    assert len(written(review, "reminder")) == 1


def test_interests_are_asked_of_those_who_have_not_declared(visitor: FlaskClient) -> None:
    review = an_arranged_review()
    save()
    silent = review.team[1].person
    address = f"/reviews/{review.reference}"
    visitor.post(f"{address}/reminders", data={"csrf_token": visitor.token(address), "task": "declare_interests"})  # type: ignore[attr-defined]
    assert [(letter.recipient_email, "/interests" in letter.text) for letter in written(review, "reminder")] == [
        (silent.email, True)
    ]


def test_dates_are_asked_of_those_who_have_not_answered(visitor: FlaskClient) -> None:
    review = an_arranged_review()
    link = links.give(review, Purpose.PARTICIPANT, "Jo Park", "jo@school.example")
    review.polls.append(
        DatePoll(
            closes_at=utc_now() + timedelta(days=3), slots=[Slot(starts_at=utc_now() + timedelta(days=20), minutes=150)]
        )
    )
    review.participants.append(
        Participant(link=link, name="Jo Park", email="jo@school.example", role="Headteacher", of_the_team=False)
    )
    save()
    assert "Dates answered · Jo Park" in visitor.get("/chase").text
    visitor.post(
        f"/reviews/{review.reference}/reminders", data={"csrf_token": visitor.token("/chase"), "task": "answer_dates"}
    )  # type: ignore[attr-defined]
    assert [letter.recipient_email for letter in written(review, "reminder")] == ["jo@school.example"]


def test_the_lead_is_reminded_at_their_account(visitor: FlaskClient) -> None:
    review = a_review(Stage.REPORTING)
    lead = a_team_member(review, is_lead=True).person
    save()
    address = f"/reviews/{review.reference}"
    visitor.post(f"{address}/reminders", data={"csrf_token": visitor.token(address), "task": "write_report"})  # type: ignore[attr-defined]
    letter = written(review, "reminder")[0]
    assert letter.recipient_email == lead.email
    assert f"http://localhost/reviews/{review.reference}/report" in letter.text


@pytest.mark.parametrize("task", ["respond", "send_notice", "nonsense", ""])
def test_what_is_not_waited_for_cannot_be_reminded(visitor: FlaskClient, task: str) -> None:
    review = an_arranged_review()
    save()
    answer = visitor.post(
        f"/reviews/{review.reference}/reminders", data={"csrf_token": visitor.token("/chase"), "task": task}
    )  # type: ignore[attr-defined]
    assert (answer.status_code, Page(answer.text).h1) == (409, "This cannot be done now")
    assert written(review, "reminder") == []


def test_a_letter_is_read_as_it_was_sent_with_its_link_masked(visitor: FlaskClient) -> None:
    review = an_arranged_review()
    save()
    visitor.submit("/chase", {}, to=f"/reviews/{review.reference}/reminders")  # type: ignore[attr-defined]
    letter = written(review, "reminder")[0]
    page = visitor.page(f"/reviews/{review.reference}/letters/{letter.id}")  # type: ignore[attr-defined]
    body = text_of(page.with_class("app-letter")[0])
    assert "Please name the staff for the team to meet, for the peer review of" in body
    assert "(personal link)" in body
    assert links.token(review.links[0]) not in visitor.get(f"/reviews/{review.reference}/letters/{letter.id}").text
    assert "Send it again" not in visitor.get(f"/reviews/{review.reference}/letters/{letter.id}").text


def test_a_lost_letter_goes_to_the_mended_address(visitor: FlaskClient) -> None:
    review = an_arranged_review()
    link, contact = review.links[0], review.contact
    letter = letters.write("reinstated", to=(link.name, link.email), review=review)
    letter.delivery, letter.tries, letter.trouble = Delivery.FAILED, 3, "The mail server refused this address."
    save()
    address = f"/reviews/{review.reference}/letters/{letter.id}"
    refused = visitor.submit(address, {"email": "nonsense"})  # type: ignore[attr-defined]
    assert Page(refused.text).title.startswith("Error: ")
    assert visitor.submit(address, {"email": "new@school.example"}).headers["Location"] == address  # type: ignore[attr-defined]
    assert (letter.delivery, letter.tries, letter.recipient_email) == (Delivery.WAITING, 0, "new@school.example")
    assert contact is not None
    assert (contact.email, link.email) == ("new@school.example", "new@school.example")


def test_withdrawing_shows_who_will_be_told_and_tells_them(visitor: FlaskClient) -> None:
    review = an_arranged_review()
    save()
    told = [review.links[0].email, *(member.person.email for member in review.team)]
    address = f"/reviews/{review.reference}/change"
    page = visitor.page(address)  # type: ignore[attr-defined]
    assert [text_of(item).split(", ")[-1] for item in page.with_class("govuk-list--bullet")[0].iter("li")] == told
    answer = visitor.submit(address, {"reason": "The school has closed."}, to=f"/reviews/{review.reference}/withdrawal")  # type: ignore[attr-defined]
    assert answer.headers["Location"] == f"/reviews/{review.reference}"
    assert (review.stage, review.stage_before_end, review.end_reason) == (
        Stage.WITHDRAWN,
        Stage.ARRANGING,
        "The school has closed.",
    )
    assert [letter.recipient_email for letter in written(review, "withdrawn")] == told
    assert "The school has closed." in written(review, "withdrawn")[0].text


def test_a_missing_reason_changes_nothing(visitor: FlaskClient) -> None:
    review = an_arranged_review()
    save()
    answer = visitor.submit(
        f"/reviews/{review.reference}/change", {"reason": " "}, to=f"/reviews/{review.reference}/withdrawal"
    )  # type: ignore[attr-defined]
    assert "Enter why the review is withdrawn" in answer.text
    assert review.stage is Stage.ARRANGING


def test_an_old_tab_does_not_win_and_gets_its_text_back(visitor: FlaskClient) -> None:
    review = an_arranged_review()
    save()
    data = {"csrf_token": visitor.token("/chase"), "version": "99", "reason": "The school has closed for good."}  # type: ignore[attr-defined]
    answer = visitor.post(f"/reviews/{review.reference}/withdrawal", data=data)
    assert answer.status_code == 409
    assert [(box.text or "").strip() for box in Page(answer.text).with_class("app-typed")] == [
        "The school has closed for good."
    ]
    db.session.refresh(review)
    assert (review.stage, written(review, "withdrawn")) == (Stage.ARRANGING, [])


def test_a_withdrawn_review_is_taken_up_where_it_was(visitor: FlaskClient) -> None:
    review = an_arranged_review()
    save()
    address = f"/reviews/{review.reference}/change"
    visitor.submit(address, {"reason": "A mistake."}, to=f"/reviews/{review.reference}/withdrawal")  # type: ignore[attr-defined]
    visitor.submit(address, to=f"/reviews/{review.reference}/reinstatement")  # type: ignore[attr-defined]
    assert (review.stage, review.end_reason) == (Stage.ARRANGING, "")
    assert len(written(review, "reinstated")) == 3


def test_a_reinstated_review_without_its_visit_asks_for_a_new_date(visitor: FlaskClient) -> None:
    review = a_review(Stage.PREPARING)
    save()
    page = visitor.get(f"/reviews/{review.reference}").text
    assert f'href="/reviews/{review.reference}/visit"' in page
    assert f"/reviews/{review.reference}/visit/time" in visitor.get(f"/reviews/{review.reference}/visit").text


def test_nothing_is_withdrawn_after_the_final_report(visitor: FlaskClient) -> None:
    review = a_review(Stage.FINAL)
    save()
    assert "cannot be withdrawn any more" in visitor.get(f"/reviews/{review.reference}/change").text
    data = {"csrf_token": visitor.token("/chase"), "version": "1", "reason": "Too late."}  # type: ignore[attr-defined]
    assert visitor.post(f"/reviews/{review.reference}/withdrawal", data=data).status_code == 409


@pytest.mark.parametrize(
    ("moment", "how_many"),
    [
        ("2026-11-11 10:00", 1),  # three working days before Monday 16 November
        ("2026-11-11 07:59", 0),
        ("2026-11-12 10:00", 0),
        ("2026-11-16 10:00", 1),
        ("2026-11-17 10:00", 0),
        ("2026-11-19 10:00", 1),  # three working days after
        ("2026-11-20 10:00", 0),
    ],
)
def test_reminders_go_out_by_themselves_around_a_deadline(app: Flask, moment: str, how_many: int) -> None:
    with time_machine.travel(f"{moment} +00:00", tick=False):
        review = an_arranged_review(staff_due_on=date(2026, 11, 16))
        save()
        for _ in range(3):
            reminders.remind_when_due()
        assert len(written(review, "reminder")) == how_many


def test_a_task_that_is_done_is_not_reminded_of(app: Flask) -> None:
    with time_machine.travel("2026-11-16 10:00 +00:00", tick=False):
        review = an_arranged_review(staff_due_on=date(2026, 11, 16))
        name_staff(review)
        save()
        reminders.remind_when_due()
        assert written(review, "reminder") == []


def test_the_lead_is_reminded_by_the_worker_too(app: Flask) -> None:
    with time_machine.travel("2026-11-16 10:00 +00:00", tick=False):
        review = a_review(Stage.REPORTING, initial_report_due_on=date(2026, 11, 16))
        a_team_member(review, is_lead=True)
        save()
        reminders.remind_when_due()
        assert f"\nhttp://localhost/reviews/{review.reference}/report" in written(review, "reminder")[0].text
