"""Signing in as somebody invented, and the mailbox; none of it outside sample mode."""

from peerreview import links, outbox
from peerreview.extensions import db
from peerreview.models import Delivery, Letter, Person, Purpose
from peerreview.sample import world
from peerreview.sample.people import EVERYBODY
from peerreview.sample.reading import Block, blocks
from peerreview.workflow import Stage
from tests.builders import a_review, save
from tests.inspector import text_of

PAGES = ("/sample", "/sample/sign-in", "/sample/mailbox", "/sample/mailbox/1", "/sample/mailbox/1/invite.ics")


def test_nothing_of_it_is_there_outside_sample_mode(client):
    for address in PAGES:
        assert client.get(address).status_code == 404, address
    assert client.post("/sample/sign-in/1").status_code in (400, 404)


def test_the_sample_is_not_loaded_among_other_data(sample_app):
    a_review(Stage.PLANNED)
    save()
    refused = sample_app.test_cli_runner().invoke(args=["sample", "load"])
    assert refused.exit_code == 1
    assert refused.output == "Error: This database holds other data, so the sample is not loaded into it.\n"
    assert db.session.scalars(db.select(Person)).all() == []


def test_the_sample_is_not_loaded_outside_sample_mode(app):
    refused = app.test_cli_runner().invoke(args=["sample", "load"])
    assert (refused.exit_code, world.mark()) == (1, None)


def test_one_button_signs_in_as_a_sample_person(sample_app):
    world.load()
    save()
    browser = sample_app.test_client()
    page = browser.page("/sample/sign-in")
    names = [text_of(strong) for strong in page.all("strong")]
    assert names == [person.name for person in EVERYBODY]
    form = next(f for f in page.all("form") if f.attrib["action"].startswith("/sample/sign-in/"))
    token = next(i.attrib["value"] for i in form.iter("input") if i.attrib["name"] == "csrf_token")
    answer = browser.post(form.attrib["action"], data={"csrf_token": token})
    assert answer.location == "/"
    with browser.session_transaction() as session:
        person = db.session.scalars(db.select(Person).where(Person.name == names[0])).one()
        assert session["_user_id"] == person.fs_uniquifier


def test_a_letter_is_read_with_its_real_link(sample_app):
    ics = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    review = a_review(Stage.PRESENTED)
    link = links.give(review, Purpose.ORGANISATION, "Odette Farquhar", "head@lanthornyard.example")
    text = f"Name staff by Friday.\n\nName your staff:\n{links.page(link, '/staff')}\n\n- one\n- two\n"
    letter = Letter(
        name="notice",
        review=review,
        recipient_name=link.name,
        recipient_email=link.email,
        subject="Please name staff",
        text=text,
        html="<p>x</p>",
        message_id="<1@board.example>",
        calendar=ics,
        calendar_method="REQUEST",
    )
    db.session.add(letter)
    save()
    assert outbox.deliver_waiting() == 1
    browser = sample_app.test_client()
    assert "Please name staff" in browser.get("/sample/mailbox?person=odette").get_data(as_text=True)
    assert "No letters to “somebody”" in browser.get("/sample/mailbox?person=somebody").get_data(as_text=True)
    page = browser.page(f"/sample/mailbox/{letter.id}")
    button = next(a for a in page.with_class("govuk-button") if a.tag == "a")
    assert button.attrib["href"] == f"http://localhost/my/{links.token(link)}/staff"
    assert [text_of(item) for item in page.all("li") if text_of(item) in ("one", "two")] == ["one", "two"]
    invite = browser.get(f"/sample/mailbox/{letter.id}/invite.ics")
    assert (invite.data, invite.mimetype) == (ics, "text/calendar")
    assert db.session.get(Letter, letter.id).delivery is Delivery.SENT


def test_the_parts_of_a_letter():
    assert blocks("First.\n\nOpen it:\nhttps://x.example/my/1\n\n- a\n- b\n\nTwo\nlines\n") == [
        Block(("First.",)),
        Block(("Open it",), address="https://x.example/my/1"),
        Block(("a", "b"), is_list=True),
        Block(("Two", "lines")),
    ]
