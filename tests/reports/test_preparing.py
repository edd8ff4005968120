"""Several colleagues prepare the response: each with a link of their own; one of them, who is named, sends it."""

import pytest

from peerreview import links, outbox, process
from peerreview.extensions import db
from peerreview.models import Event, Letter, PersonalLink, Purpose, waiting
from peerreview.reports import period, preparing, responding
from peerreview.reviews import reminders
from peerreview.workflow import Stage
from tests.builders import a_review, save
from tests.inspector import Page, text_of
from tests.reports.conftest import COORDINATOR, issued, make, open_link, send
from tests.reports.test_more_time import at_once

POINT = {"about": "strengths/2.1", "kind": "inaccuracy", "text": "We have three deputies, not two."}
DEE = {"name": "Dee Deputy", "role": "Deputy head", "email": "Dee@school.example"}


@pytest.fixture
def school(told, app):
    issued(told)
    return open_link(app, told.link)


@pytest.fixture
def dee(told, school) -> PersonalLink:
    """A colleague to whom the report was passed on."""
    link = preparing.share(told.review, told.link, **DEE)
    outbox.commit()
    return link


def my(link: PersonalLink) -> str:
    return f"/my/{links.token(link)}"


def words_of(page: Page) -> str:
    return text_of(page.all("main")[0])


def letters(name: str) -> list[Letter]:
    return list(db.session.scalars(db.select(Letter).where(Letter.name == name).order_by(Letter.id)))


def name_sender(browser, at: str, sender: PersonalLink, seen: PersonalLink):
    data = {"sender": str(sender.id), "seen": str(seen.id)}
    return send(browser, f"{at}/response/sender", data, page=f"{at}/response/colleagues")


def test_the_report_is_passed_on_and_the_colleague_gives_a_code_first(told, school, app, client):
    at = f"{told.my}/response/colleagues"
    assert send(school, at, DEE).location == at
    assert send(school, at, DEE).status_code == 302  # a double click
    [letter] = letters("report_shared")
    assert (letter.recipient_name, letter.recipient_email) == ("Dee Deputy", "dee@school.example")
    link = db.session.scalars(db.select(PersonalLink).where(PersonalLink.email == "dee@school.example")).one()
    assert client.get(f"{my(link)}/report").location == f"{my(link)}/code?next={my(link)}/report"
    assert "2.1 Every member of staff" in words_of(open_link(app, link).page(f"{my(link)}/report"))
    event = db.session.scalars(db.select(Event).where(Event.step == "share_report")).one()
    assert (event.actor_name, event.facts) == (told.link.name, {"to": "Dee Deputy"})


@pytest.mark.parametrize(
    ("changes", "box"), [({"name": ""}, "name"), ({"email": "dee"}, "email"), ({"role": ""}, "role")]
)
def test_what_is_wrong_is_said_at_its_field(told, school, changes, box):
    page = Page(send(school, f"{told.my}/response/colleagues", DEE | changes).get_data(as_text=True))
    assert page.title.startswith("Error: ")
    summary = page.with_class("govuk-error-summary")[0]
    assert [link.attrib["href"] for link in summary.iter("a")] == [f"#{box}"]
    assert letters("report_shared") == []


def test_a_link_that_was_ended_is_not_given_again_and_there_are_not_too_many(told, school, dee):
    links.revoke(dee)
    save()
    assert send(school, f"{told.my}/response/colleagues", DEE).status_code == 409
    for number in range(preparing.MOST_LINKS - 2):
        preparing.share(told.review, told.link, "Colleague", "Teacher", f"c{number}@school.example")
    outbox.commit()
    with pytest.raises(process.NotNow, match="Too many people"):
        preparing.share(told.review, told.link, "One more", "Teacher", "more@school.example")
    db.session.rollback()


def test_everybody_sees_who_wrote_which_point_and_who_is_writing(told, school, dee, app):
    hers = open_link(app, dee)
    send(hers, f"{my(dee)}/response/point", POINT)
    assert "Dee Deputy" in words_of(school.page(f"{told.my}/response"))
    [point] = told.review.response.points
    send(school, f"{told.my}/response/points/{point.id}", POINT | {"text": "Three deputies since September."})
    db.session.expire_all()
    assert (point.written_by, point.changed_by) == ("Dee Deputy", told.link.name)
    assert f"Dee Deputy, changed by {told.link.name}" in words_of(hers.page(f"{my(dee)}/response"))
    typing = {"headers": {"Accept": "application/json"}}
    send(hers, f"{my(dee)}/response/point", POINT, **typing)
    send(hers, f"{my(dee)}/response/points/{point.id}", POINT, **typing)
    page = words_of(school.page(f"{told.my}/response"))
    assert "Dee Deputy is writing a point now." in page
    assert "Dee Deputy is changing this point now" in page
    assert "writing a point now" not in words_of(hers.page(f"{my(dee)}/response"))
    assert preparing.writing_now(told.review, told.link) == {None: ["Dee Deputy"], point.id: ["Dee Deputy"]}


def test_only_the_named_person_sends_and_the_others_read_who_will(told, school, dee, app):
    hers = open_link(app, dee)
    send(hers, f"{my(dee)}/response/point", POINT)
    page = words_of(hers.page(f"{my(dee)}/response"))
    assert f"{told.link.name} will send it" in page
    assert "Check and send" not in page
    assert hers.get(f"{my(dee)}/response/check").location == f"{my(dee)}/response"
    assert hers.get(f"{my(dee)}/response/no-inaccuracies").location == f"{my(dee)}/response"
    refused = send(hers, f"{my(dee)}/response", {"version": told.review.version}, page=f"{my(dee)}/response/colleagues")
    assert refused.status_code == 409
    assert f"{told.link.name} is named to send the response." in refused.get_data(as_text=True)
    assert told.stage() is Stage.RESPONDING
    assert name_sender(hers, my(dee), dee, told.link).status_code == 302
    assert letters("you_send") == []  # she named herself
    assert "Dee Deputy will send it" in words_of(school.page(f"{told.my}/response"))
    assert send(hers, f"{my(dee)}/response", {}, page=f"{my(dee)}/response/check").status_code == 302
    assert told.stage() is Stage.FINALISING
    assert (told.review.response.sent_by, told.review.response.link) == ("Dee Deputy", dee)
    assert "Dee Deputy (Deputy head) sent the response" in words_of(school.page(f"{told.my}/response"))
    assert sorted(letter.recipient_email for letter in letters("response_received")) == sorted(
        [told.link.email, dee.email]
    )


def test_who_is_named_gets_a_letter_and_the_reminders(told, school, dee):
    assert name_sender(school, told.my, dee, told.link).status_code == 302
    [letter] = letters("you_send")
    assert letter.recipient_email == dee.email
    event = db.session.scalars(db.select(Event).where(Event.step == "name_sender")).one()
    assert event.facts == {"sender": "Dee Deputy"}
    assert [task.name for task in waiting(told.review)] == ["respond"]
    assert reminders.remind(told.review, "respond", COORDINATOR) == ["Dee Deputy"]
    outbox.commit()
    late = name_sender(school, told.my, told.link, told.link)  # a page from before
    assert late.status_code == 409
    db.session.expire_all()
    assert told.review.response.link is dee


def test_when_the_senders_link_is_ended_anybody_there_can_send(told, school, dee):
    preparing.name_sender(told.review, dee, told.link, seen=told.link.id)
    responding.add_point(told.review, responding.TypedPoint("strengths", "2.1", "comment", "Thanks."), (), "A")
    links.revoke(dee)
    save()
    assert send(school, f"{told.my}/response", {}, page=f"{told.my}/response/check").status_code == 302
    assert told.stage() is Stage.FINALISING


def test_afterwards_nobody_can_be_named_or_given_the_report(told, school, dee):
    responding.send(told.review, told.link, no_inaccuracies=True)
    outbox.commit()
    page = words_of(school.page(f"{told.my}/response/colleagues"))
    assert "Sent the response" in page
    assert "Pass the report on" not in page
    for act in (
        lambda: preparing.share(told.review, told.link, "Eve", "Teacher", "eve@school.example"),
        lambda: preparing.name_sender(told.review, dee, told.link, seen=told.link.id),
    ):
        with pytest.raises(process.NotNow):
            act()
        db.session.rollback()


def test_a_stranger_gets_404_and_names_nobody_from_elsewhere(told, school, dee, app):
    other = a_review(at=Stage.RESPONDING)
    strange = links.give(other, Purpose.ORGANISATION, "Strange", "strange@school.example")
    staff = links.give(told.review, Purpose.PARTICIPANT, "Staff", "staff@school.example")
    save()
    for link in (strange, staff):
        assert open_link(app, link).get(f"{my(link)}/response/colleagues").status_code == 404
    for wrong in (strange, staff):
        page = Page(name_sender(school, told.my, wrong, told.link).get_data(as_text=True))
        assert page.title.startswith("Error: ")
    db.session.expire_all()
    assert told.review.response.link is told.link


def test_one_sends_while_the_other_is_named_or_two_name_at_once(any_app):
    told = make(lambda person: any_app.test_client())
    issued(told)
    dee = preparing.share(told.review, told.link, **DEE)
    eve = preparing.share(told.review, told.link, "Eve", "Teacher", "eve@school.example")
    outbox.commit()
    review_id, version, ids = told.review.id, told.review.version, [told.link.id, dee.id, eve.id]
    db.session.remove()

    def review():
        return db.session.get(type(told.review), review_id)

    def link(number):
        return db.session.get(PersonalLink, ids[number])

    def names(number):
        return lambda: preparing.name_sender(review(), link(number), link(0), seen=ids[0])

    assert at_once(any_app, [names(1), names(2)]) == ["done", "refused"]
    named = ids.index(review().response.link_id)
    db.session.remove()

    def sends():
        responding.send(review(), link(named), no_inaccuracies=True, seen=version)

    def takes():
        preparing.name_sender(review(), link(0), link(0), seen=ids[named])

    assert at_once(any_app, [sends, takes]) == ["done", "refused"]
    response = review().response
    assert (response.sent_at is None) == (response.link_id == ids[0])
    assert response.sent_at is None or response.link_id == ids[named]
    assert period.standing(review()).asked_id == 0
