"""The organisation names its staff by its link, a coordinator records what it said by phone, and nothing is lost."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peerreview import links
from peerreview.extensions import db
from peerreview.models import (
    Declaration,
    Event,
    Letter,
    NamedStaff,
    Nomination,
    PersonalLink,
    Purpose,
    Review,
    utc_now,
)
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, a_team_member, an_organisation, save
from tests.conftest import SignIn
from tests.inspector import Page, text_of

ANN = {
    "name": "Ann Ample",
    "role": "Designated safeguarding lead",
    "email": "ann@school.example",
    "phone": "020 7946 0123",
    "cannot": "Wednesdays",
    "access_needs": "A hearing loop",
}
BOB = {"name": "Bob Baker", "role": "other", "other_role": "Site manager", "email": "bob@school.example"}


@pytest.fixture
def review(app: Flask) -> Review:
    review = a_review(Stage.ARRANGING, notice_sent_at=utc_now(), staff_due_on=utc_now().date())
    save()
    return review


def a_link(review: Review, email: str = "head@school.example", purpose: Purpose = Purpose.ORGANISATION) -> str:
    link = links.give(review, purpose, "Hetty Head", email, role="Headteacher")
    save()
    return f"/my/{links.token(link)}"


@pytest.fixture
def my(review: Review) -> str:
    return a_link(review)


@pytest.fixture
def coordinator(review: Review, sign_in: SignIn) -> FlaskClient:
    person = a_person(Role.COORDINATOR, review.borough, name="Cora Coordinator")
    save()
    return sign_in(person)


def said(answer: Any) -> str:
    return text_of(Page(answer.get_data(as_text=True)).root)


def steps(review: Review) -> list[str]:
    return [event.step for event in db.session.query(Event).filter_by(review_id=review.id).order_by(Event.id)]


def named() -> list[tuple[str, str]]:
    return [(each.name, each.role) for each in db.session.query(NamedStaff).order_by(NamedStaff.id)]


def test_the_contact_names_staff_saves_and_comes_back_checks_and_sends(
    client: FlaskClient, my: str, review: Review
) -> None:
    assert "Have to hand" in said(client.get(f"{my}/staff"))
    assert client.submit(f"{my}/staff/person", {**ANN, "another": "yes"}).location == f"{my}/staff/person"
    assert client.submit(f"{my}/staff/person", BOB).location == f"{my}/staff"
    assert steps(review) == ["plan"]
    assert not db.session.query(Nomination).one().is_answered
    later = client.application.test_client()
    assert "Ann Ample" in said(later.get(f"{my}/staff"))
    assert (
        later.submit(f"{my}/staff/message", {"to_have_to_hand": "Ring at the gate."}).location == f"{my}/staff/answers"
    )
    check = said(later.get(f"{my}/staff/answers"))
    for words in ("Ann Ample", "Wednesdays", "A hearing loop", "Site manager", "Ring at the gate."):
        assert words in check
    assert later.submit(f"{my}/staff/answers").location == f"{my}/staff"
    db.session.expire_all()
    assert review.staff_are_named
    assert review.nomination is not None
    assert (review.nomination.sent_by, review.nomination.by_phone) == ("Hetty Head", False)
    assert named() == [("Ann Ample", "Designated safeguarding lead"), ("Bob Baker", "Site manager")]
    event = db.session.query(Event).filter_by(step="name_staff").one()
    assert (event.actor_name, event.actor_role, event.facts) == ("Hetty Head", Role.ORGANISATION, {"staff": 2})
    letter = db.session.query(Letter).one()
    assert (letter.name, letter.recipient_email) == ("staff_named", "head@school.example")
    assert db.session.query(PersonalLink).one().opened_at is not None


def test_a_double_click_names_once_and_sends_once(client: FlaskClient, my: str, review: Review) -> None:
    token = client.token(f"{my}/staff/person")
    for _ in range(2):
        assert client.post(f"{my}/staff/person", data={**ANN, "csrf_token": token}).status_code == 302
    assert named() == [("Ann Ample", ANN["role"])]
    version = str(db.session.query(Nomination).one().version)
    for _ in range(2):
        answer = client.post(f"{my}/staff/answers", data={"csrf_token": token, "seen": version})
        assert answer.location == f"{my}/staff"
    assert steps(review) == ["plan", "name_staff"]
    assert db.session.query(Letter).count() == 1


def test_the_check_page_of_an_old_tab_sends_nothing(client: FlaskClient, my: str, review: Review) -> None:
    client.submit(f"{my}/staff/person", ANN)
    token, old = client.token(f"{my}/staff/answers"), str(db.session.query(Nomination).one().version)
    client.submit(f"{my}/staff/person", BOB)
    answer = client.post(f"{my}/staff/answers", data={"csrf_token": token, "seen": old})
    assert answer.status_code == 200
    assert "The list has changed since you opened this page" in said(answer)
    assert steps(review) == ["plan"]


def test_two_people_change_the_same_person_and_the_second_sees_both_texts(client: FlaskClient, my: str) -> None:
    client.submit(f"{my}/staff/person", ANN)
    page = f"{my}/staff/{db.session.query(NamedStaff).one().id}"
    seen = next(box.attrib["value"] for box in client.page(page).all("input") if box.attrib.get("name") == "seen")
    client.submit(page, {**ANN, "cannot": "Thursdays"})
    answer = client.post(page, data={**ANN, "cannot": "Fridays", "seen": seen, "csrf_token": client.token(page)})
    words = said(answer)
    assert "Somebody else changed this while you were typing" in words
    assert "Thursdays" in words and "Fridays" in words
    assert db.session.query(NamedStaff).one().cannot == "Thursdays"
    again = Page(answer.get_data(as_text=True))
    now = next(box.attrib["value"] for box in again.all("input") if box.attrib.get("name") == "seen")
    client.post(page, data={**ANN, "cannot": "Fridays", "seen": now, "csrf_token": client.token(page)})
    assert db.session.query(NamedStaff).one().cannot == "Fridays"


def test_the_message_of_another_is_not_overwritten_unseen(client: FlaskClient, my: str) -> None:
    token = client.token(f"{my}/staff/message")
    client.submit(f"{my}/staff/message", {"to_have_to_hand": "First words"})
    answer = client.post(
        f"{my}/staff/message", data={"to_have_to_hand": "Second words", "seen": "", "csrf_token": token}
    )
    assert "First words" in said(answer) and "Second words" in said(answer)
    assert db.session.query(Nomination).one().to_have_to_hand == "First words"


HOSTILE = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "Enter the person’s name"),
        ({"name": "\x00\x07 \u202e"}, "Enter the person’s name"),
        ({"name": "x" * 201}, "Full name: use 200 characters or fewer. You have 201"),
        ({"role": ""}, "Choose the person’s role"),
        ({"role": "King"}, "Choose one of the answers listed"),
        ({"role": "other", "other_role": ""}, "Enter the person’s role"),
        ({"email": ""}, "Enter the person’s email address"),
        ({"email": "not-an-address"}, "Enter an email address in the correct format"),
        ({"email": "ann@school.example\nBcc: all@school.example"}, "Enter an email address in the correct format"),
        ({"phone": "ring me"}, "Enter a phone number"),
        ({"cannot": "x" * 501}, "use 500 characters or fewer"),
    ],
)
def test_bad_input_is_said_at_the_field_and_nothing_typed_is_lost(
    client: FlaskClient, my: str, changes: dict[str, str], message: str
) -> None:
    typed = {**ANN, "access_needs": "Step-free, and مرحبا 🙂 " + HOSTILE, **changes}
    answer = client.submit(f"{my}/staff/person", typed)
    assert answer.status_code == 200
    page = Page(answer.get_data(as_text=True))
    assert message in text_of(page.root)
    box = page.by_id("access_needs")
    assert box is not None and text_of(box) == typed["access_needs"].strip()
    assert named() == []


def test_emoji_and_right_to_left_names_are_kept_as_typed(client: FlaskClient, my: str) -> None:
    client.submit(f"{my}/staff/person", {**ANN, "name": "עדה 🙂 O’Neill-Ångström"})
    assert named()[0][0] == "עדה 🙂 O’Neill-Ångström"


def test_each_person_needs_an_address_of_their_own(client: FlaskClient, my: str) -> None:
    client.submit(f"{my}/staff/person", ANN)
    answer = client.submit(f"{my}/staff/person", {**BOB, "email": "ANN@school.example"})
    assert "Ann Ample is named with this address" in said(answer)
    assert len(named()) == 1


def test_more_people_than_a_visit_has_time_for_are_refused(client: FlaskClient, my: str) -> None:
    for number in range(12):
        client.submit(f"{my}/staff/person", {**ANN, "name": f"Person {number}", "email": f"p{number}@school.example"})
    answer = client.submit(f"{my}/staff/person", BOB)
    assert "You have named 12 people" in said(answer)
    assert len(named()) == 12


def test_an_agency_is_offered_its_own_roles(client: FlaskClient, app: Flask) -> None:
    review = a_review(Stage.ARRANGING, an_organisation("Invented Housing", duty=None), notice_sent_at=utc_now())
    words = said(client.get(f"{a_link(review)}/staff/person"))
    assert "Section 11 or safeguarding lead" in words
    assert "Headteacher" not in words


def test_nobody_is_sent_without_a_name(client: FlaskClient, my: str, review: Review) -> None:
    token = client.token(f"{my}/staff/person")
    answer = client.post(f"{my}/staff/answers", data={"csrf_token": token, "seen": "1"})
    assert answer.location == f"{my}/staff"
    assert steps(review) == ["plan"]


def test_a_person_is_taken_off_by_a_second_click_only(client: FlaskClient, my: str) -> None:
    client.submit(f"{my}/staff/person", ANN)
    page = f"{my}/staff/{db.session.query(NamedStaff).one().id}/removal"
    assert "Take Ann Ample off the list?" in said(client.get(page))
    assert len(named()) == 1
    assert client.submit(page).location == f"{my}/staff"
    assert named() == []
    token = client.token(f"{my}/staff/person")
    assert client.post(page, data={"csrf_token": token}).location == f"{my}/staff"
    assert client.get(page).status_code == 404


@pytest.fixture
def sent(client: FlaskClient, my: str, review: Review) -> Review:
    client.submit(f"{my}/staff/person", ANN)
    client.submit(f"{my}/staff/answers")
    return review


def test_a_change_after_sending_is_an_act_at_once(client: FlaskClient, my: str, sent: Review) -> None:
    client.submit(f"{my}/staff/person", BOB)
    bob = db.session.query(NamedStaff).filter_by(name="Bob Baker").one().id
    client.submit(f"{my}/staff/{bob}", {**BOB, "name": "Bob Baker-Bell"})
    client.submit(f"{my}/staff/message", {"to_have_to_hand": "Ring."})
    client.submit(f"{my}/staff/{bob}/removal")
    facts = [event.facts for event in db.session.query(Event).filter_by(step="name_staff").order_by(Event.id)]
    assert facts == [
        {"staff": 1},
        {"added": "Site manager"},
        {"changed": "Site manager"},
        {"changed": "what the team should know"},
        {"removed": "Site manager"},
    ]
    assert sent.staff_are_named


def test_the_last_person_of_a_sent_answer_stays(client: FlaskClient, my: str, sent: Review) -> None:
    answer = client.submit(f"{my}/staff/{db.session.query(NamedStaff).one().id}/removal")
    assert answer.status_code == 409
    assert "Name somebody else first" in said(answer)
    assert len(named()) == 1


def test_it_cannot_be_done_and_why(client: FlaskClient, my: str, review: Review, coordinator: FlaskClient) -> None:
    elsewhere = a_person(Role.COORDINATOR, a_borough("COL"))
    save()
    reason = "An inspection in the same weeks."
    for _ in range(2):
        assert client.submit(f"{my}/staff/refusal", {"reason": reason}).location == f"{my}/staff"
    assert steps(review) == ["plan", "cannot_name_staff"]
    letter = db.session.query(Letter).one()
    assert (letter.name, letter.recipient_name) == ("staff_cannot_be_named", "Cora Coordinator")
    assert reason not in letter.text and elsewhere.email != letter.recipient_email
    assert reason in said(client.get(f"{my}/staff"))
    assert reason in said(coordinator.get(f"/reviews/{review.reference}/staff"))
    client.submit(f"{my}/staff/person", ANN)
    client.submit(f"{my}/staff/answers")
    db.session.expire_all()
    assert review.staff_are_named


def test_a_reason_is_asked_for_and_kept_when_too_long(client: FlaskClient, my: str) -> None:
    assert "Tell us why staff cannot be named" in said(client.submit(f"{my}/staff/refusal", {"reason": " "}))


def test_once_it_cannot_be_done_the_coordinator_is_waited_for_until_staff_are_named(
    client: FlaskClient, my: str, review: Review, coordinator: FlaskClient
) -> None:
    client.submit(f"{my}/staff/refusal", {"reason": "An inspection in the same weeks"})
    overview = text_of(Page(coordinator.get(f"/reviews/{review.reference}").text).all("main")[0])
    assert "Next: read why staff cannot be named" in overview
    assert "Remind" not in overview
    assert "The coordinator will be in touch. If things change" in client.get(f"{my}/staff").text
    client.submit(f"{my}/staff/person", ANN)
    assert "Saved, not sent yet." in client.get(f"{my}/staff").text
    client.submit(f"{my}/staff/answers", {})
    overview = text_of(Page(coordinator.get(f"/reviews/{review.reference}").text).all("main")[0])
    assert "Next: assemble the team" in overview and "Staff named Done" in overview


def test_a_colleague_to_whom_it_is_passed_on_after_that_is_asked_to_name_staff(
    client: FlaskClient, my: str, review: Review, coordinator: FlaskClient
) -> None:
    client.submit(f"{my}/staff/refusal", {"reason": "I am away until March"})
    assert "There is nothing for you to do now" in client.get(my).text
    nia = {"name": "Nia New", "role": "Manager", "email": "nia@school.example", "instead": "instead"}
    assert client.submit(f"{my}/colleague", nia).status_code == 302
    assert "tell us whom we should meet" in client.get(my).text
    assert "You told us on" not in client.get(f"{my}/staff").text
    overview = text_of(Page(coordinator.get(f"/reviews/{review.reference}").text).all("main")[0])
    assert "Waiting for Nia New: staff named" in overview


def test_what_is_saved_and_not_sent_says_so_on_the_first_page(client: FlaskClient, my: str) -> None:
    client.submit(f"{my}/staff/person", ANN)
    assert "1 person is saved, and not sent to us yet" in client.get(my).text
    client.submit(f"{my}/staff/person", BOB)
    assert "2 people are saved, and not sent to us yet" in client.get(my).text
    answer = client.submit(f"{my}/staff/refusal", {"reason": "y" * 2001})
    assert "use 2,000 characters or fewer" in said(answer)
    assert "y" * 2001 in said(answer)


def test_the_coordinator_records_an_answer_given_by_phone(
    coordinator: FlaskClient, review: Review, client: FlaskClient
) -> None:
    page = f"/reviews/{review.reference}/staff"
    coordinator.submit(f"{page}/person", ANN)
    assert "Enter the name of the person who told you" in said(coordinator.submit(f"{page}/answers"))
    assert coordinator.submit(f"{page}/answers", {"told_by": "Hetty Head"}).location == page
    db.session.expire_all()
    assert review.nomination is not None
    assert (review.nomination.sent_by, review.nomination.by_phone) == ("Hetty Head", True)
    event = db.session.query(Event).filter_by(step="name_staff").one()
    assert (event.actor_name, event.by_phone) == ("Cora Coordinator", True)
    assert "by phone, and recorded by the coordinator" in said(coordinator.get(page))
    letter = db.session.query(Letter).one()
    assert review.contact is not None
    assert letter.recipient_email == review.contact.email
    assert "We recorded what we were told by phone" in letter.text
    coordinator.submit(f"{page}/{db.session.query(NamedStaff).one().id}", {**ANN, "name": "Ann Other"})
    assert named() == [("Ann Other", ANN["role"])]


def test_the_team_reads_the_names_without_addresses_and_changes_nothing(
    client: FlaskClient, sent: Review, sign_in: SignIn
) -> None:
    member = a_team_member(sent, declaration=Declaration.NONE)
    save()
    reviewer = sign_in(member.person)
    words = said(reviewer.get(f"/reviews/{sent.reference}/staff"))
    assert "Ann Ample" in words and "A hearing loop" in words
    assert ANN["email"] not in words and ANN["phone"] not in words
    assert "Change" not in words
    for page in ("person", "message", "answers", "refusal"):
        assert reviewer.get(f"/reviews/{sent.reference}/staff/{page}").status_code == 404


def test_the_team_does_not_read_a_draft(client: FlaskClient, my: str, review: Review, sign_in: SignIn) -> None:
    client.submit(f"{my}/staff/person", ANN)
    member = a_team_member(review, declaration=Declaration.NONE)
    save()
    assert "Ann Ample" not in said(sign_in(member.person).get(f"/reviews/{review.reference}/staff"))


PAGES = ["staff", "staff/person", "staff/message", "staff/answers", "staff/refusal", "staff/1", "staff/1/removal"]


@pytest.mark.parametrize("path", PAGES)
def test_looking_changes_nothing(client: FlaskClient, my: str, review: Review, path: str) -> None:
    client.submit(f"{my}/staff/person", ANN)
    before = (named(), steps(review), db.session.query(Nomination).one().version)
    for _ in range(3):
        assert client.get(f"{my}/{path}").status_code == 200
        assert client.head(f"{my}/{path}").status_code == 200
    assert (named(), steps(review), db.session.query(Nomination).one().version) == before


@pytest.mark.parametrize("path", [*PAGES, "colleague"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_outsiders_find_nothing(app: Flask, review: Review, my: str, sign_in: SignIn, path: str, method: str) -> None:
    other = a_review(Stage.ARRANGING, an_organisation(borough=a_borough("COL")), notice_sent_at=utc_now())
    review.nomination = Nomination(staff=[NamedStaff(name="Ann", role="Head", email="a@school.example")])
    save()
    revoked = a_link(review, "gone@school.example")
    links.revoke(db.session.query(PersonalLink).filter_by(email="gone@school.example").one())
    teacher = a_link(review, "teacher@school.example", Purpose.PARTICIPANT)
    app.config["WTF_CSRF_ENABLED"] = False
    anybody = app.test_client()
    for wrong in (revoked, teacher, my[:-1], f"{my}x", "/my/1", "/my/0-aaaaaaaaaaaaaaaaaaaaaaaa"):
        assert getattr(anybody, method)(f"{wrong}/{path}").status_code in (404, 405), wrong
    if path == "staff/1":
        assert getattr(anybody, method)(f"{a_link(other)}/{path}").status_code == 404
    for person in (a_person(Role.COORDINATOR, other.borough), a_person(Role.EXECUTIVE), a_team_member(other).person):
        answer = getattr(sign_in(person), method)(f"/reviews/{review.reference}/{path}")
        assert answer.status_code in (404, 405), person.name
    assert named() == [("Ann", "Head")]


def test_a_link_of_another_review_sees_and_changes_only_its_own(client: FlaskClient, sent: Review) -> None:
    other = a_link(a_review(Stage.ARRANGING, notice_sent_at=utc_now(), staff_due_on=utc_now().date()))
    assert "Ann Ample" not in said(client.get(f"{other}/staff"))
    ann = db.session.query(NamedStaff).one().id
    token = client.token(f"{other}/staff/person")
    assert client.post(f"{other}/staff/{ann}", data={**BOB, "csrf_token": token}).status_code == 404
    client.post(f"{other}/staff/{ann}/removal", data={"csrf_token": token})
    assert named() == [("Ann Ample", ANN["role"])]


@pytest.mark.parametrize("stage", [Stage.REPORTING, Stage.PRESENTED, Stage.CLOSED, Stage.WITHDRAWN])
def test_after_the_visit_it_is_read_only_and_calm(client: FlaskClient, sent: Review, my: str, stage: Stage) -> None:
    token = client.token(f"{my}/staff/person")
    db.session.execute(db.update(Review).where(Review.id == sent.id).values(stage=stage))
    save()
    assert "Ann Ample" in said(client.get(f"{my}/staff"))
    assert client.get(f"{my}/staff/person").location == f"{my}/staff"
    answer = client.post(
        f"{my}/staff/person", data={**BOB, "cannot": "A long text that was typed for nothing", "csrf_token": token}
    )
    assert answer.status_code == 409
    assert "A long text that was typed for nothing" in said(answer)
    assert len(named()) == 1
