"""What waits for a person, who sees which of it, and the answers beside each name."""

import pytest
from sqlalchemy import event

from peerreview.correspondence import taking
from peerreview.extensions import db
from peerreview.links import token
from peerreview.models import Answer, InboundMessage, Verdict, utc_now
from peerreview.workflow import Role
from tests.builders import a_borough, a_person, a_review, an_organisation, save
from tests.correspondence.conftest import come_in, dee, held_by, said_by
from tests.correspondence.shapes import dmarc, exchange, gmail, person
from tests.inspector import text_of

PAGE = "/correspondence"


@pytest.fixture
def desk(coordinator, sign_in):
    return sign_in(coordinator)


def rows(browser):
    """The words of each message on the page."""
    return [text_of(row) for row in browser.page(PAGE).with_class("app-rows__row")]


def test_an_empty_page_says_what_would_be_there(desk):
    assert "Nothing waits." in desk.get(PAGE).get_data(as_text=True)


def test_a_person_s_mail_is_read_and_dealt_with_once(app, agreed, desk, coordinator):
    message = come_in(person("Where may we park?\n<script>alert(1)</script>", sender=dee(agreed).email), app)
    (shown,) = rows(desk)
    for words in ("From a person", agreed.reference, "Re: The visit is agreed", "Where may we park?"):
        assert words in shown
    act = f"{PAGE}/{message.id}/dealt-with"
    assert desk.submit(PAGE, {}, to=act).location == PAGE
    assert desk.post(act, data={"csrf_token": desk.token(PAGE)}).location == PAGE
    assert (message.dealt_with_by, message.text) == (coordinator.name, "")
    assert "Where may we park?" not in desk.get(PAGE).get_data(as_text=True)
    assert f"Dealt with by {coordinator.name}" in rows(desk)[0]


def test_a_held_answer_can_be_counted_and_a_forged_one_cannot(app, agreed, desk):
    held = come_in(gmail(said_by(agreed, dee(agreed), sender="deputy@school.example", answer="TENTATIVE")), app)
    forged = come_in(gmail(said_by(agreed, dee(agreed), top=dmarc("fail"))), app)
    first, second = rows(desk)
    assert "It says for Dee Lead: Tentative." in first and "Count it as their answer" in first
    assert "Forged" in second and "Count it" not in second
    desk.submit(PAGE, {}, to=f"{PAGE}/{held.id}/answer")
    assert held_by(agreed, dee(agreed)).said is Answer.TENTATIVE
    assert len(rows(desk)) == 2 and "Dealt with by" in rows(desk)[1]
    assert desk.post(f"{PAGE}/{forged.id}/answer", data={"csrf_token": desk.token(PAGE)}).status_code == 409


@pytest.fixture
def three(app, agreed):
    """A message of the agreed review, one of another borough's, and one of no review."""
    other = an_organisation(borough=a_borough("COL"))
    mine = come_in(person("Mine", sender=dee(agreed).email, message_id="<1@x.example>"), app)
    theirs = come_in(person("Theirs", sender="x@elsewhere.example", message_id="<2@x.example>"), app)
    nobody = come_in(person("Nobody’s", sender="y@elsewhere.example", message_id="<3@x.example>"), app)
    theirs.review = a_review(organisation=other)
    save()
    return mine, theirs, nobody


SEES = [
    (Role.COORDINATOR, None, {"Mine", "Theirs", "Nobody’s"}, 3),
    (Role.COORDINATOR, "HAC", {"Mine"}, 1),
    (Role.COORDINATOR, "COL", {"Theirs"}, 1),
    (Role.ADMINISTRATOR, None, {"Nobody’s"}, 3),
]


@pytest.mark.parametrize(("role", "borough", "read", "listed"), SEES)
def test_everybody_reads_only_their_own(role, borough, read, listed, three, sign_in):
    somebody = a_person(role, borough=a_borough(borough) if borough else None)
    save()
    browser = sign_in(somebody)
    shown = rows(browser)
    assert {words for words in ("Mine", "Theirs", "Nobody’s") if any(words in row for row in shown)} == read
    assert len(shown) == listed
    if role is Role.ADMINISTRATOR:
        assert dee_s_address(three) not in " ".join(shown) and "Its coordinator reads it." in shown[0]
    for message in three:
        may = message.text in read
        answer = browser.post(f"{PAGE}/{message.id}/dealt-with", data={"csrf_token": browser.token(PAGE)})
        assert answer.status_code == (302 if may else 404)
        assert (message.dealt_with_at is not None) is may


def dee_s_address(three):
    return three[0].sender


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.EXECUTIVE])
def test_an_outsider_finds_nothing(role, three, sign_in):
    somebody = a_person(role)
    save()
    browser = sign_in(somebody)
    assert browser.get(PAGE).status_code == 404
    for act in ("dealt-with", "answer"):
        assert browser.post(f"{PAGE}/{three[0].id}/{act}", data={"csrf_token": "x"}).status_code in (400, 404)
    assert three[0].dealt_with_at is None


def test_who_is_not_signed_in_is_asked_to(client, three):
    assert client.get(PAGE).status_code == 302


def test_what_was_settled_by_itself_is_on_no_page_and_cannot_be_settled_again(app, agreed, desk):
    message = come_in(gmail(said_by(agreed, dee(agreed))), app)
    come_in(person("Else", message_id="<1@x.example>"), app)
    assert message.verdict is Verdict.ANSWER and len(rows(desk)) == 1
    data = {"csrf_token": desk.token(PAGE)}
    assert desk.post(f"{PAGE}/{message.id}/dealt-with", data=data).status_code == 404
    assert desk.post(f"{PAGE}/0/dealt-with", data=data).status_code == 404


def test_one_and_three_messages_take_the_same_queries(app, agreed, desk):
    counts = []

    def answer(number):
        said = said_by(agreed, dee(agreed), sender="deputy@school.example", message_id=f"<{number}@x.example>")
        come_in(gmail(said), app)

    for numbers in ((1,), (2, 3)):
        for number in numbers:
            answer(number)
        ran = []
        db.session.expire_all()
        event.listen(db.engine, "before_cursor_execute", listener := lambda *_, ran=ran: ran.append(1))
        assert len(rows(desk)) == numbers[-1]
        event.remove(db.engine, "before_cursor_execute", listener)
        counts.append(len(ran))
    assert counts[0] == counts[1]


def test_answers_stand_beside_the_names_and_comments_are_for_the_coordinator(app, agreed, desk, sign_in):
    come_in(exchange(said_by(agreed, dee(agreed), answer="TENTATIVE", comment="Until noon only")), app)
    visit, dates = (
        desk.get(f"/reviews/{agreed.reference}/{page}").get_data(as_text=True) for page in ("visit", "dates")
    )
    for page in (visit, dates):
        assert page.count("Tentative") == 1 and "Until noon only" in page and page.count("No answer yet") == 3
    review = desk.get(f"/reviews/{agreed.reference}").get_data(as_text=True)
    assert "to meet. Tentative" in review and review.count("No answer to the invitation yet") == 3
    reviewer = sign_in(agreed.current_team[0].person)
    theirs = reviewer.get(f"/reviews/{agreed.reference}/visit").get_data(as_text=True)
    assert "Tentative" in theirs and "Until noon only" not in theirs
    link = dee(agreed).link
    by_link = app.test_client().get(f"/my/{token(link)}/visit").get_data(as_text=True)
    assert "Dee Lead" in by_link and "Tentative" not in by_link and "No answer yet" not in by_link


def test_today_says_how_many_wait(app, agreed, desk, sign_in):
    come_in(person(sender=dee(agreed).email), app)
    assert "1 message came back to us by mail and needs a person." in desk.get("/today").get_data(as_text=True)
    elsewhere = a_person(Role.COORDINATOR, borough=a_borough("COL"))
    save()
    assert "No message waits." in sign_in(elsewhere).get("/today").get_data(as_text=True)


def test_the_bar_leads_coordinators_and_administrators_there(desk, sign_in, app):
    administrator = a_person(Role.ADMINISTRATOR)
    save()
    for browser in (desk, sign_in(administrator)):
        assert f'href="{PAGE}"' in browser.get(PAGE).get_data(as_text=True)


def test_a_message_that_a_coordinator_dealt_with_is_on_the_timeline(app, agreed, actor):
    message = come_in(person(sender=dee(agreed).email), app)
    taking.deal_with(message, actor)
    save()
    assert agreed.events[0].step == "deal_with_message"
    assert db.session.scalar(db.select(InboundMessage.dealt_with_at)) <= utc_now()
