"""The pages about reviews: who sees what, the next action first, and as many queries for one row as for fifty."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from peerreview import audit_trail, letters, links
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    Availability,
    Category,
    DatePoll,
    Declaration,
    Delivery,
    Intelligence,
    Letter,
    Membership,
    NamedStaff,
    Nomination,
    Participant,
    Person,
    Purpose,
    Review,
    Selection,
    Slot,
    SlotAnswer,
    Visit,
    utc_now,
)
from peerreview.reviews.next_steps import Wait
from peerreview.workdays import local_day
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, a_team_member, an_organisation, save
from tests.inspector import text_of

SignIn = Callable[[Person], FlaskClient]
CANARY = "canary-intelligence-reason"


def an_arranged_review(**columns: object) -> Review:
    """Arranging, with a team of two, staff named, and a contact who has a link."""
    today = local_day(utc_now())
    values = {"notice_sent_at": utc_now() - timedelta(days=20), "staff_due_on": today - timedelta(days=3), **columns}
    review = a_review(Stage.ARRANGING, **values)
    a_team_member(review, declaration=Declaration.NONE, is_lead=True)
    a_team_member(review, Membership.LAY_MEMBER)
    links.give(review, Purpose.ORGANISATION, review.contact.name, review.contact.email)  # type: ignore[union-attr]
    return review


def name_staff(review: Review) -> None:
    review.nomination = Nomination(
        sent_at=utc_now(), staff=[NamedStaff(name="Jo Park", role="Headteacher", email="jo@school.example")]
    )


def agree(review: Review, in_days: float = 2) -> None:
    review.visits.append(
        Visit(uid=f"visit-{review.id}", starts_at=utc_now() + timedelta(days=in_days), minutes=150, place="School hall")
    )


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def coordinator() -> Person:
    person = a_person(Role.COORDINATOR, a_borough())
    save()
    return person


def heading(page: object) -> str:
    return text_of(page.with_class("app-next__title")[0])  # type: ignore[attr-defined]


def test_the_start_page_is_for_everybody_and_home_leads_on(
    client: FlaskClient, sign_in: SignIn, coordinator: Person
) -> None:
    assert client.page("/").h1 == "Peer review of your safeguarding audit"  # type: ignore[attr-defined]
    homes = {Role.REVIEWER: "/my-reviews", Role.EXECUTIVE: "/executive"}
    people = {role: a_person(role) for role in homes}
    save()
    assert sign_in(coordinator).get("/").headers["Location"] == "/today"
    for role, address in homes.items():
        assert sign_in(people[role]).get("/").headers["Location"] == address


@pytest.mark.parametrize("address", ["/accessibility", "/privacy", "/cookies", "/contact"])
def test_what_is_true_for_everybody(client: FlaskClient, address: str) -> None:
    page = client.page(address)  # type: ignore[attr-defined]
    assert [link.attrib["href"] for link in page.with_class("app-footer")[0].iter("a")] == [
        "/accessibility", "/privacy", "/cookies", "/contact",
    ]  # fmt: skip


def test_today_says_who_waits_what_is_late_and_what_came_back(sign_in: SignIn, coordinator: Person) -> None:
    asked = a_review(Stage.REQUESTED)
    late = an_arranged_review()
    soon = a_review(Stage.PREPARING)
    a_team_member(soon, is_lead=True)
    agree(soon)
    lost = letters.write("withdrawn", to=("Old Head", "head@oldaddress.example"), review=asked, reason="x")
    lost.delivery = Delivery.FAILED
    elsewhere = a_review(Stage.REQUESTED, an_organisation("Elsewhere School", a_borough("COL")))
    save()
    page = sign_in(coordinator).page("/today")  # type: ignore[attr-defined]
    sections = {text_of(s.find(".//h2")): text_of(s) for s in page.with_class("app-section")}
    assert list(sections) == [
        "You are waited for", "Late", "Coming up this week", "Could not be delivered", "Messages", "The year",
    ]  # fmt: skip
    assert asked.reference in sections["You are waited for"]
    assert "Staff named" in sections["Late"]
    assert "3 days late" in sections["Late"]
    assert late.reference in sections["Late"]
    assert soon.reference in sections["Coming up this week"]
    assert "head@oldaddress.example" in sections["Could not be delivered"]
    assert elsewhere.reference not in " ".join(sections.values())


def test_an_empty_day_says_what_would_be_there(sign_in: SignIn, coordinator: Person) -> None:
    page = sign_in(coordinator).page("/today")  # type: ignore[attr-defined]
    assert len(page.with_class("app-nothing")) == 6


@pytest.mark.parametrize("address", ["/today", "/chase", "/reviews", "/executive", "/my-reviews"])
def test_as_many_queries_for_one_row_as_for_fifty(sign_in: SignIn, address: str) -> None:
    person = a_person(Role.COORDINATOR)
    for role in (Role.EXECUTIVE, Role.REVIEWER):
        person.appointments.append(type(person.appointments[0])(role=role))

    def one_more() -> None:
        for stage in (Stage.REQUESTED, Stage.ARRANGING, Stage.PREPARING):
            review = an_arranged_review() if stage is Stage.ARRANGING else a_review(stage)
            a_team_member(review).person = person
            name_staff(review)
            agree(review) if stage is Stage.PREPARING else None
            letters.write("withdrawn", to=("A", "a@b.example"), review=review, reason="x").delivery = Delivery.FAILED

    def queries() -> int:
        save()
        browser = sign_in(person)
        db.session.expunge_all()
        with counted() as statements:
            assert browser.get(address).status_code == 200
        return len(statements)

    one_more()
    first = queries()
    person = db.session.get(Person, person.id) or person
    for _ in range(2):
        one_more()
    third = queries()
    person = db.session.get(Person, person.id) or person
    for _ in range(14):
        one_more()
    assert (first, queries()) == (third, third)


def test_the_list_is_found_by_stage_borough_year_and_words(sign_in: SignIn) -> None:
    person = a_person(Role.COORDINATOR)
    hackney = a_review(Stage.PLANNED, an_organisation("Oakfield School"))
    city = a_review(Stage.ARRANGING, an_organisation("City Academy", a_borough("COL")))
    a_team_member(city).person.name = "Ann Lee"
    save()
    browser = sign_in(person)

    def found(query: str) -> list[str]:
        page = browser.page(f"/reviews{query}")  # type: ignore[attr-defined]
        rows = [cell for cell in page.all("td") if cell.attrib.get("data-label") == "Review"]
        return [text_of(next(iter(row.iter("a")))) for row in rows]

    assert found("") == ["City Academy", "Oakfield School"]
    assert found("?stage=arranging") == ["City Academy"]
    assert found("?borough=HAC") == ["Oakfield School"]
    assert found("?text=oak+field") == ["Oakfield School"]
    assert found("?text=ann") == ["City Academy"]
    assert found(f"?text={hackney.reference}") == ["Oakfield School"]
    assert found("?text=100%25") == []
    assert found("?stage=nonsense&borough=%00&page=999&year=x") == ["City Academy", "Oakfield School"]


def test_one_page_says_where_it_stands_and_what_is_next(sign_in: SignIn, coordinator: Person) -> None:
    review = an_arranged_review()
    letters.write(
        "reminder", to=("Head", "head@school.example"), review=review, ask="x", button="y", address="z", due=None
    )
    save()
    page = sign_in(coordinator).page(f"/reviews/{review.reference}")  # type: ignore[attr-defined]
    assert page.h1 == f"{review.reference} {review.organisation_name}"
    assert text_of(page.with_class("app-masthead__line")[0]).startswith("Waiting for Head")
    assert heading(page) == "Nothing for you to do now"
    tasks = [text_of(item) for item in page.with_class("govuk-task-list__item")]
    assert len(tasks) == 15
    assert tasks[:2] == ["Selection approved Done", "Send the notice Done"]
    assert tasks[2].startswith("Staff named The school, by ")
    assert tasks[2].endswith("Late")
    assert "Date agreed Needs: staff named Later" in tasks
    assert "Reminder: please x" in text_of(page.with_class("app-timeline")[0])


def test_the_next_action_changes_with_the_review(sign_in: SignIn, coordinator: Person) -> None:
    review = a_review(Stage.REQUESTED)
    save()
    browser = sign_in(coordinator)
    assert heading(browser.page(f"/reviews/{review.reference}")) == "Next: decide on the request"  # type: ignore[attr-defined]


def test_a_reviewer_who_was_asked_for_dates_is_told_so_first(sign_in: SignIn) -> None:
    review = an_arranged_review()
    lead = review.team[0].person
    link = links.give(review, Purpose.REVIEWER, lead.name, lead.email, member=review.team[0])
    poll = DatePoll(closes_at=utc_now() + timedelta(days=3))
    poll.slots.append(Slot(starts_at=utc_now() + timedelta(days=30), minutes=150))
    review.polls.append(poll)
    asked = {"name": lead.name, "email": lead.email, "role": "Lead reviewer", "of_the_team": True}
    review.participants.append(Participant(link=link, **asked))
    save()
    assert "Next: say when you can be at the visit" in sign_in(lead).get("/my-reviews").text
    answer = SlotAnswer(slot=poll.slots[0], participant=review.participants[0], answer=Availability.YES)
    db.session.add(answer)
    save()
    assert "Next: say when you can" not in sign_in(lead).get("/my-reviews").text


def test_a_reviewer_sees_their_reviews_and_nothing_restricted(sign_in: SignIn) -> None:
    review = an_arranged_review(selection=Selection.INTELLIGENCE)
    other = an_arranged_review()
    written = {"category": Category.PARTNER, "reason": CANARY, "written_by": "A coordinator"}
    db.session.add(Intelligence(review=review, **written))
    audit_trail.record(
        "plan", Actor("A coordinator", Role.COORDINATOR), review, restricted=True, facts={"draw": "canary-draw"}
    )
    audit_trail.record("read_audit_copy", Actor("A coordinator", Role.COORDINATOR), review, facts={})
    letters.write("withdrawn", to=("Secret Recipient", "secret@school.example"), review=review, reason="x")
    reviewer, executive = review.team[1].person, a_person(Role.EXECUTIVE, a_borough())
    save()
    browser = sign_in(reviewer)
    to_answer = browser.get(f"/reviews/{review.reference}").headers["Location"]
    assert to_answer == f"/reviews/{review.reference}/interests"  # until they have accepted
    review.team[1].declaration = Declaration.NONE
    save()
    assert other.reference not in browser.get("/my-reviews").text
    page = browser.page(f"/reviews/{review.reference}")  # type: ignore[attr-defined]
    html = browser.get(f"/reviews/{review.reference}").text
    assert review.reference in browser.get("/my-reviews").text
    for secret in (
        CANARY,
        "canary-draw",
        "Secret Recipient",
        "read the audit copy",
        "local intelligence",
        "/change",
        "/letters/",
    ):
        assert secret not in html
    assert page.h1.startswith(review.reference)
    seen = sign_in(executive).get(f"/reviews/{review.reference}").text
    assert "canary-draw" in seen and CANARY not in seen  # it is on a page of its own, where reading is recorded
    assert "Chosen on local intelligence" in seen and f"/reviews/{review.reference}/intelligence" in seen
    assert "Secret Recipient" not in seen


ADDRESSES = ["/reviews/{}", "/reviews/{}/change", "/reviews/{}/letters/{}"]
POSTS = ["/reviews/{}/reminders", "/reviews/{}/withdrawal", "/reviews/{}/reinstatement", "/reviews/{}/letters/{}"]


def test_an_outsider_gets_the_answer_of_what_does_not_exist(client: FlaskClient, sign_in: SignIn) -> None:
    review = an_arranged_review()
    letter = letters.write("withdrawn", to=("A", "a@b.example"), review=review, reason="x")
    outsiders = [
        *(a_person(role, a_borough("COL")) for role in (Role.COORDINATOR, Role.EXECUTIVE)),
        *(a_person(role) for role in (Role.REVIEWER, Role.ADMINISTRATOR)),
    ]
    other = a_review(Stage.PLANNED)
    save()
    assert client.get("/today").status_code == 302
    for person in outsiders:
        browser = sign_in(person)
        token = {"csrf_token": browser.token("/contact")}  # type: ignore[attr-defined]
        for address in ADDRESSES:
            assert browser.get(address.format(review.reference, letter.id)).status_code == 404
            assert browser.get(address.format("HAC-2026-999", letter.id)).status_code == 404
        for address in POSTS:
            assert browser.post(address.format(review.reference, letter.id), data=token).status_code == 404
    coordinator = sign_in(a_person(Role.COORDINATOR, a_borough()))
    assert coordinator.get(f"/reviews/{other.reference}/letters/{letter.id}").status_code == 404
    assert db.session.get(Letter, letter.id).delivery is Delivery.WAITING  # type: ignore[union-attr]


def test_a_team_member_may_not_do_what_is_the_coordinators(sign_in: SignIn) -> None:
    review = an_arranged_review()
    save()
    browser = sign_in(review.team[0].person)
    assert browser.get(f"/reviews/{review.reference}").status_code == 200
    assert browser.get(f"/reviews/{review.reference}/change").status_code == 404
    assert browser.get("/chase").status_code == 404


@pytest.mark.parametrize(("days_late", "can_be"), [(0, False), (1, True)])
def test_nobody_is_reminded_of_a_visit_before_its_day_is_over(days_late: int, can_be: bool) -> None:
    wait = Wait(Review(), "hold_visit", "Visit held", "Lea Lead", None, None, days_late)
    assert wait.can_remind is can_be
