"""The notice, the page of every personal link, passing on, and the organisation's details."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peerreview import links
from peerreview.extensions import db
from peerreview.models import (
    Contact,
    DatePoll,
    Declaration,
    Document,
    DocumentKind,
    Event,
    Letter,
    NamedStaff,
    Nomination,
    Participant,
    PersonalLink,
    Purpose,
    Review,
    Slot,
    Visit,
    setting,
    utc_now,
)
from peerreview.workdays import add_working_days, local_day
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, a_team_member, an_organisation, approve, save
from tests.conftest import SignIn
from tests.inspector import Page, text_of

TODAY = local_day(utc_now())


def said(answer: Any) -> str:
    return text_of(Page(answer.get_data(as_text=True)).root)


def an_audit_copy(review: Review) -> None:
    n = review.id
    copy = Document(
        review=review, kind=DocumentKind.AUDIT_COPY, key=f"aa/{n:032}", filename="Our audit.pdf", sha256="0" * 64,
        media_type="application/pdf", size=1234, handed_in_by="Cora",
    )  # fmt: skip
    db.session.add(copy)


def a_link(
    review: Review, email: str = "head@school.example", purpose: Purpose = Purpose.ORGANISATION, **more: Any
) -> str:
    link = links.give(review, purpose, "Hetty Head", email, **more)
    save()
    return f"/my/{links.token(link)}"


@pytest.fixture
def planned(app: Flask) -> Review:
    review = a_review(Stage.PLANNED, an_organisation("Invented Wharf Primary"))
    an_audit_copy(review)
    approve(review)
    save()
    return review


@pytest.fixture
def coordinator(planned: Review, sign_in: SignIn) -> FlaskClient:
    person = a_person(Role.COORDINATOR, planned.borough, name="Cora Coordinator")
    save()
    return sign_in(person)


@pytest.fixture
def arranging(app: Flask) -> Review:
    review = a_review(Stage.ARRANGING, notice_sent_at=utc_now(), staff_due_on=TODAY + timedelta(days=14))
    an_audit_copy(review)
    save()
    return review


# The notice


def test_the_letter_on_the_screen_is_the_letter_in_the_mailbox(
    coordinator: FlaskClient, planned: Review, client: FlaskClient
) -> None:
    page = f"/reviews/{planned.reference}/notice"
    preview = text_of(coordinator.page(page).with_class("app-letter")[0])
    assert db.session.query(Letter).count() == db.session.query(PersonalLink).count() == 0
    assert coordinator.submit(page).status_code == 302
    db.session.expire_all()
    letter, link = db.session.query(Letter).one(), db.session.query(PersonalLink).one()
    assert preview == " ".join(f"{letter.subject} {links.mask(letter.text)}".split())
    assert planned.contact is not None
    assert (letter.recipient_email, link.email) == (planned.contact.email, planned.contact.email)
    assert planned.stage is Stage.ARRANGING
    assert planned.notice_sent_at is not None
    assert planned.staff_due_on == add_working_days(TODAY, setting("naming_staff"))
    assert text_of(coordinator.page(page).with_class("app-letter")[0]) == preview
    my = f"/my/{links.token(link)}"
    assert letter.subject in said(client.get(f"{my}/notice"))
    assert f"{my}/staff" in links.fill(letter.text) and f"{my}/audit" in links.fill(letter.text)
    assert f"{my}/staff" in links.fill(letter.html)


def test_the_notice_is_short_and_says_what_to_do_first(coordinator: FlaskClient, planned: Review) -> None:
    coordinator.submit(f"/reviews/{planned.reference}/notice")
    letter = db.session.query(Letter).one()
    due = planned.staff_due_on
    assert due is not None
    day = f"{due:%A} {due.day} {due:%B %Y}"
    assert letter.subject == f"Please name staff for your peer review, by {day} ({planned.reference})"
    first = letter.text.split("\n\n")[0]
    assert (
        first
        == f"Please tell us by {day} (23:59, UK time) whom the peer review team should meet at Invented Wharf Primary."
    )
    assert len(letter.text.split()) < 150


def test_the_button_waits_for_the_audit_and_the_contact(sign_in: SignIn, app: Flask) -> None:
    review = a_review(Stage.PLANNED)
    review.contact = None
    approve(review)
    person = a_person(Role.COORDINATOR)
    save()
    browser, page = sign_in(person), f"/reviews/{review.reference}/notice"
    words = said(browser.get(page))
    assert "Attach the copy of the audit and choose whom to write to first." in words
    assert "Send the notice" not in words
    answer = browser.post(
        page, data={"csrf_token": browser.token(f"/reviews/{review.reference}/contact"), "version": "1"}
    )
    assert answer.status_code == 409
    assert db.session.query(Letter).count() == 0
    review.contact = Contact(
        name="Hana Head", role="Head", email="hana@school.example", organisation=review.organisation
    )
    save()
    words = said(browser.get(page))
    assert "Attach the copy of the audit first. Then you can send the notice." in words and "choose whom" not in words


def test_a_double_click_sends_one_notice_and_says_who_was_first(coordinator: FlaskClient, planned: Review) -> None:
    page = f"/reviews/{planned.reference}/notice"
    data = {"csrf_token": coordinator.token(page), "version": str(planned.version)}
    assert coordinator.post(page, data=data).status_code == 302
    second = coordinator.post(page, data=data)
    assert second.status_code == 409
    assert "Cora Coordinator was first: they sent the notice" in said(second)
    assert db.session.query(Letter).count() == 1
    assert db.session.query(Event).filter_by(step="send_notice").count() == 1


@pytest.mark.parametrize("version", ["", "x", "999", "²"])
def test_a_forged_version_sends_nothing(coordinator: FlaskClient, planned: Review, version: str) -> None:
    page = f"/reviews/{planned.reference}/notice"
    answer = coordinator.post(page, data={"csrf_token": coordinator.token(page), "version": version})
    assert answer.status_code == 409
    assert db.session.query(Letter).count() == 0


def test_somebody_new_gets_the_notice_and_is_on_the_register(coordinator: FlaskClient, planned: Review) -> None:
    page = f"/reviews/{planned.reference}/contact"
    new = {"contact": "new", "name": "Nora New", "role": "Principal", "email": "Nora@School.example", "phone": ""}
    for _ in range(2):
        assert coordinator.submit(page, new).location == f"/reviews/{planned.reference}/notice"
    db.session.expire_all()
    assert planned.contact is not None and planned.contact.email == "nora@school.example"
    assert db.session.query(Contact).filter_by(name="Nora New").count() == 1
    assert "Nora New, Principal" in said(coordinator.get(f"/reviews/{planned.reference}/notice"))
    answer = coordinator.submit(page, {**new, "name": "", "email": "x"})
    assert "Enter the name of the person" in said(answer)
    assert "Enter an email address in the correct format" in said(answer)


def test_a_contact_of_another_organisation_cannot_be_chosen(coordinator: FlaskClient, planned: Review) -> None:
    stranger = an_organisation().contacts[0]
    save()
    answer = coordinator.submit(f"/reviews/{planned.reference}/contact", {"contact": str(stranger.id)})
    assert "Choose one of the answers listed" in said(answer)
    assert planned.contact is not None and planned.contact.id != stranger.id


@pytest.mark.parametrize("path", ["notice", "contact"])
def test_only_the_boroughs_coordinators_give_notice(sign_in: SignIn, planned: Review, path: str) -> None:
    strangers = [
        a_person(Role.COORDINATOR, a_borough("COL")),
        a_person(Role.EXECUTIVE, planned.borough),
        a_team_member(planned).person,
    ]
    save()
    for person in strangers:
        assert sign_in(person).get(f"/reviews/{planned.reference}/{path}").status_code == 404
        assert sign_in(person).post(f"/reviews/{planned.reference}/{path}").status_code in (400, 404)
    assert db.session.query(Letter).count() == 0


# The page of a link


def states(page: Page) -> list[str]:
    return [text_of(item) for item in page.with_class("govuk-task-list__item")]


def test_the_organisation_sees_seven_steps_and_the_next_first(client: FlaskClient, arranging: Review) -> None:
    page = client.page(a_link(arranging))
    assert page.h1 == f"Peer review of {arranging.organisation_name}"
    next_step = text_of(page.with_class("app-next")[0])
    due = arranging.staff_due_on
    assert due is not None
    assert next_step.startswith(f"Your next step: tell us whom we should meet, by {due:%A} {due.day} {due:%B %Y}")
    shown = states(page)
    assert [state[:2].strip() for state in shown] == list("1234567")
    assert shown[0].endswith("Ready to read") and shown[1].endswith("To do") and shown[2].endswith("Later")
    assert "not an inspection" in text_of(page.root)


def test_a_late_answer_is_called_late(client: FlaskClient, arranging: Review) -> None:
    arranging.staff_due_on = TODAY - timedelta(days=1)
    page = client.page(a_link(arranging))
    assert states(page)[1].endswith("Late")
    assert "This is late" in text_of(page.root)


def test_once_staff_are_named_nothing_is_left_until_dates_are_proposed(client: FlaskClient, arranging: Review) -> None:
    staff = [NamedStaff(name="Ann", role="Head", email="a@school.example")]
    arranging.nomination = Nomination(staff=staff, sent_at=utc_now(), sent_by="Hetty")
    my = a_link(arranging)
    page = client.page(my)
    assert "There is nothing for you to do now" in text_of(page.root)
    assert states(page)[1].endswith("Done")
    link = db.session.query(PersonalLink).one()
    poll = DatePoll(review=arranging, closes_at=utc_now() + timedelta(days=5))
    poll.slots.append(Slot(starts_at=utc_now() + timedelta(days=30), minutes=120))
    someone = {"name": "Hetty", "email": link.email, "role": "Headteacher", "of_the_team": False}
    db.session.add_all([poll, Participant(review=arranging, link=link, **someone)])
    save()
    page = client.page(my)
    assert "Your next step: say when you can be there" in text_of(page.with_class("app-next")[0])
    assert states(page)[2].endswith("To do")


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        (Stage.REQUESTED, "We are reading your request"),
        (Stage.PLANNED, "Your review is planned"),
        (Stage.PREPARING, "Your visit is agreed"),
        (Stage.REPORTING, "The team is writing its report"),
        (Stage.FINALISING, "The team is considering your response"),
        (Stage.FINAL, "Your final report goes to the Executive Group"),
        (Stage.PRESENTED, "Your report has been presented"),
        (Stage.CLOSED, "Your review is complete"),
        (Stage.DECLINED, "Your request was declined"),
        (Stage.WITHDRAWN, "Your review was withdrawn"),
    ],
)
def test_at_every_stage_the_page_is_there_and_calm(client: FlaskClient, app: Flask, stage: Stage, words: str) -> None:
    review = a_review(stage, stage_before_end=Stage.PLANNED, notice_sent_at=utc_now())
    page = client.page(a_link(review))
    assert words in text_of(page.root)
    assert len(states(page)) == 7
    for purpose in (Purpose.PARTICIPANT, Purpose.REVIEWER):
        member = a_team_member(review) if purpose is Purpose.REVIEWER else None
        assert client.page(a_link(review, f"{purpose}@x.example", purpose, member=member)).h1.startswith(
            "Peer review of"
        )


def test_the_report_is_the_next_step_while_it_waits_for_a_response(client: FlaskClient, app: Flask) -> None:
    due = datetime(2099, 7, 3, 22, 59, tzinfo=UTC)
    review = a_review(Stage.RESPONDING, notice_sent_at=utc_now(), response_due_at=due)
    page = client.page(a_link(review))
    assert "read the initial report and send your response, by Friday 3 July 2099" in text_of(
        page.with_class("app-next")[0]
    )
    assert "By Friday 3 July 2099 at 11:59pm" in states(page)[5]


def test_a_reviewer_is_asked_for_interests_and_a_member_of_staff_for_nothing_else(
    client: FlaskClient, arranging: Review
) -> None:
    member = a_team_member(arranging)
    my = a_link(arranging, "lay@board.example", Purpose.REVIEWER, member=member)
    page = client.page(my)
    words = text_of(page.root)
    assert "Your next step: say whether you can be on this team" in words and "Once you have said yes, to" in words
    member.declaration, member.declared_at = Declaration.NONE, utc_now()
    save()
    assert states(client.page(my))[0].endswith("Done")
    assert "To read the documents and write, sign in" in text_of(client.page(my).root)
    staff = client.page(a_link(arranging, "teacher@school.example", Purpose.PARTICIPANT))
    assert "There is nothing for you to do now" in text_of(staff.root)
    assert len(states(staff)) == 2
    arranging.visits.append(
        Visit(uid="x@y", starts_at=datetime(2099, 7, 3, 9, 0, tzinfo=UTC), minutes=120, place="Hall")
    )
    save()
    assert "Friday 3 July 2099 at 10:00am" in text_of(client.page(my).root)


def test_a_member_who_left_finds_nothing(client: FlaskClient, arranging: Review) -> None:
    member = a_team_member(arranging)
    my = a_link(arranging, "lay@board.example", Purpose.REVIEWER, member=member)
    member.stood_down_at = utc_now()
    save()
    assert client.get(my).status_code == 404


def test_a_requester_is_led_to_their_request(client: FlaskClient, arranging: Review) -> None:
    my = a_link(arranging, "asked@school.example", Purpose.REQUESTER)
    assert client.get(my).location == f"{my}/request"
    assert client.get(f"{my}/staff").status_code == 404


@pytest.mark.parametrize("path", ["", "/notice", "/staff", "/details", "/colleague"])
def test_twenty_looks_and_a_person(client: FlaskClient, arranging: Review, path: str) -> None:
    my = a_link(arranging)
    db.session.add(Letter(
        review=arranging, name="notice", recipient_name="H", recipient_email="h@x.example", subject="S", text="T",
        html="H", message_id="<1@x>",
    ))  # fmt: skip
    save()
    for _ in range(10):
        assert client.head(my + path).status_code == client.get(my + path).status_code == 200
    assert db.session.query(Event).count() == 1
    assert db.session.query(PersonalLink).one().opened_at is None


# Passing on

COLLEAGUE = {
    "name": "Dora Deputy",
    "role": "Deputy head",
    "email": "Dora@school.example",
    "phone": "",
    "instead": "both",
}


def test_the_task_is_passed_on_with_a_link_of_its_own(client: FlaskClient, arranging: Review) -> None:
    my = a_link(arranging)
    for _ in range(2):
        assert client.submit(f"{my}/colleague", COLLEAGUE).location == my
    letter = db.session.query(Letter).one()
    assert (letter.name, letter.recipient_name, letter.recipient_email) == (
        "passed_on",
        "Dora Deputy",
        "dora@school.example",
    )
    new = db.session.query(PersonalLink).filter_by(email="dora@school.example").one()
    assert f"/my/{links.token(new)}" in links.fill(letter.text)
    assert client.page(f"/my/{links.token(new)}").h1 == client.page(my).h1
    events = [(event.step, event.facts) for event in db.session.query(Event).filter(Event.step != "plan")]
    assert events == [("pass_on", {"to": "Dora Deputy"})]
    assert arranging.contact is not None and arranging.contact.email != "dora@school.example"


def test_passed_on_for_good_the_letters_go_to_the_colleague(client: FlaskClient, arranging: Review) -> None:
    client.submit(f"{a_link(arranging)}/colleague", {**COLLEAGUE, "instead": "instead"})
    db.session.expire_all()
    assert arranging.contact is not None
    assert (arranging.contact.name, arranging.contact.email) == ("Dora Deputy", "dora@school.example")
    assert len(arranging.organisation.contacts if arranging.organisation else []) == 2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "Enter your colleague’s name"),
        ({"email": "HEAD@school.example"}, "This is your own address"),
        ({"email": "x"}, "Enter an email address in the correct format"),
        ({"instead": ""}, "Choose who we should write to"),
        ({"instead": "nobody"}, "Choose one of the answers listed"),
    ],
)
def test_a_colleague_who_cannot_be_written_to(
    client: FlaskClient, arranging: Review, changes: dict[str, str], message: str
) -> None:
    answer = client.submit(f"{a_link(arranging)}/colleague", {**COLLEAGUE, **changes})
    assert message in said(answer)
    assert 'value="Deputy head"' in answer.get_data(as_text=True)
    assert db.session.query(Letter).count() == 0


def test_a_link_that_the_coordinator_ended_is_not_brought_back_by_a_colleague(
    client: FlaskClient, arranging: Review
) -> None:
    my = a_link(arranging)
    a_link(arranging, "dora@school.example")
    links.revoke(db.session.query(PersonalLink).filter_by(email="dora@school.example").one())
    save()
    assert "The coordinator has ended the link" in said(client.submit(f"{my}/colleague", COLLEAGUE))
    assert db.session.query(Letter).count() == 0


def test_a_stolen_link_is_no_way_to_write_to_everybody(client: FlaskClient, arranging: Review) -> None:
    my = a_link(arranging)
    for number in range(8):
        client.submit(f"{my}/colleague", {**COLLEAGUE, "email": f"person{number}@school.example"})
    assert db.session.query(Letter).count() == 7
    assert "Too many people have a link" in said(client.submit(f"{my}/colleague", COLLEAGUE))


def test_the_coordinator_sends_the_link_to_somebody_else(sign_in: SignIn, arranging: Review) -> None:
    person = a_person(Role.COORDINATOR)
    save()
    sign_in(person).submit(f"/reviews/{arranging.reference}/colleague", COLLEAGUE)
    letter = db.session.query(Letter).one()
    assert letter.recipient_email == "dora@school.example"
    assert "Your organisation asked us to send you this link." in letter.text
    assert db.session.query(Event).filter_by(step="pass_on").one().by_phone


# The organisation's details

DETAILS = {"street": "1 Wharf Road", "locality": "", "town": "London", "postcode": "e81ea", "phone": "", "website": "",
           "contact_name": "Hetty Head", "contact_role": "Headteacher"}  # fmt: skip


def test_the_organisation_corrects_its_details_at_once(client: FlaskClient, arranging: Review) -> None:
    my = a_link(arranging, role="Headteacher")
    for _ in range(2):
        assert client.submit(f"{my}/details", DETAILS).location == my
    organisation = arranging.organisation
    assert organisation is not None
    assert (organisation.street, organisation.postcode) == ("1 Wharf Road", "E8 1EA")
    assert "e8 1ea" in organisation.search_text
    event = db.session.query(Event).filter_by(step="correct_details").one()
    assert event.facts == {"changed": ["street", "postcode"]}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"postcode": "London"}, "Enter a full UK postcode"),
        ({"postcode": ""}, "Enter the postcode"),
        ({"website": "javascript:alert(1)"}, "Enter a website"),
        ({"phone": "12"}, "Enter a phone number"),
        ({"contact_name": " \x00 "}, "Enter your name"),
    ],
)
def test_details_that_are_none(client: FlaskClient, arranging: Review, changes: dict[str, str], message: str) -> None:
    answer = client.submit(f"{a_link(arranging)}/details", {**DETAILS, **changes})
    assert message in said(answer)
    assert 'value="1 Wharf Road"' in answer.get_data(as_text=True)
    assert arranging.organisation is not None and arranging.organisation.street == ""


def test_what_another_corrected_meanwhile_is_shown(client: FlaskClient, arranging: Review) -> None:
    my = a_link(arranging)
    token = client.token(f"{my}/details")
    client.submit(f"{my}/details", DETAILS)
    answer = client.post(
        f"{my}/details", data={**DETAILS, "street": "9 Other Road", "seen": "old", "csrf_token": token}
    )
    words = answer.get_data(as_text=True)
    assert "Somebody else changed this while you were typing" in words
    assert "1 Wharf Road" in words and "9 Other Road" in words
    assert arranging.organisation is not None and arranging.organisation.street == "1 Wharf Road"


def test_a_review_of_another_borough_is_never_reached_by_a_link(client: FlaskClient, arranging: Review) -> None:
    other = a_review(Stage.ARRANGING, an_organisation("Far School", a_borough("COL")), notice_sent_at=utc_now())
    page = client.page(a_link(other))
    assert arranging.reference not in text_of(page.root)
    token = links.token(db.session.query(PersonalLink).one())
    number, secret = token.split("-", 1)
    own = a_link(arranging).removeprefix("/my/")
    assert client.get(f"/my/{own.split('-', 1)[0]}-{secret}").status_code == 404
    assert client.get(f"/my/{number}-{own.split('-', 1)[1]}").status_code == 404
    assert client.get(f"/my/{own}").status_code == 200
