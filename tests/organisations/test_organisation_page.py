"""The page of one organisation: all that happened there and at what it came from, and nothing of other boroughs."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    Action,
    Contact,
    Document,
    DocumentKind,
    Duty,
    Federation,
    Letter,
    NamedStaff,
    Nomination,
    Organisation,
    OrganisationNote,
    Review,
    Succession,
    Trust,
)
from peerreview.organisations import duty, lines
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, an_organisation, save
from tests.conftest import SignIn
from tests.inspector import Page, text_of

RUTH = Actor("Ruth Adeyemi", Role.COORDINATOR)


@pytest.fixture
def coordinator(app: Flask, sign_in: SignIn) -> FlaskClient:
    person = a_person(Role.COORDINATOR, a_borough("HAC"), name="Miriam Achebe")
    save()
    return sign_in(person)


def main_of(browser: FlaskClient, organisation: Organisation) -> str:
    return text_of(browser.page(f"/organisations/{organisation.id}").all("main")[0])


def errors_on(answer: Any) -> list[str]:
    (summary,) = Page(answer.text).with_class("govuk-error-summary__list")
    return [text_of(item) for item in summary]


def reviewed(organisation: Organisation, word: str) -> Review:
    """A review with an audit, an action, a letter, and staff who were named."""
    review = a_review(Stage.PRESENTED, organisation)
    named = Nomination(review=review, sent_at=datetime(2026, 5, 1, tzinfo=UTC), sent_by="Head")
    named.staff.append(NamedStaff(name=f"Sam {word}", role="Governor", email=f"{word}@school.example"))
    kept = {"key": word, "media_type": "application/pdf", "size": 9, "sha256": word, "handed_in_by": "Ruth"}
    told = {"recipient_name": "Head", "recipient_email": "head@school.example", "text": "", "html": ""}
    db.session.add_all((
        named,
        Document(review=review, kind=DocumentKind.AUDIT_COPY, filename=f"Audit {word}.pdf", **kept),
        Action(review=review, text=f"Action {word}", owner="Head", due_on=date(2020, 1, 1)),
        Letter(review_id=review.id, name="notice", subject=f"Letter {word}", message_id=word, **told),
    ))  # fmt: skip
    return review


def merged() -> tuple[Organisation, Organisation, Organisation]:
    """Two schools of which one went on as the other, and that as an academy."""
    oldest = an_organisation("Marsh Infants", is_open=False, closed_on=date(2015, 8, 31))
    older = an_organisation("Marsh Primary", is_open=False, closed_on=date(2024, 8, 31))
    newest = an_organisation("Marsh Academy")
    lines.link(oldest, older, date(2015, 9, 1), "They merged", RUTH)
    lines.link(older, newest, date(2024, 9, 1), "It converted", RUTH)
    return oldest, older, newest


def test_a_new_school_shows_the_history_of_all_that_it_came_from(coordinator: FlaskClient) -> None:
    oldest, older, newest = merged()
    words = {"oldest": reviewed(oldest, "oldest"), "older": reviewed(older, "older"), "newest": reviewed(newest, "new")}
    oldest.contacts[0].name = "Ida Infant"
    save()
    main = main_of(coordinator, newest)
    for review, of in ((words["oldest"], " · from Marsh Infants"), (words["older"], " · from Marsh Primary")):
        assert f"{review.reference}{of} since" in main
    assert f"{words['newest'].reference} since" in main
    assert "Action oldest Head · " in main and f"{words['oldest'].reference}, every action · from Marsh Infants" in main
    assert "Audit older.pdf" in main and f"Ruth · {words['older'].reference} · from Marsh Primary" in main
    assert "Letter oldest" in main and "Sam older, Governor" in main
    assert "Ida Infant, Headteacher contact of Marsh Infants" in main
    assert "Marsh Infants went on as Marsh Primary" in main
    before = main_of(coordinator, older)
    assert words["oldest"].reference in before and words["newest"].reference not in before
    assert "Marsh Primary went on as Marsh Academy on Sunday 1 September 2024" in before
    assert words["older"].reference not in main_of(coordinator, oldest)


def test_the_picture_of_the_line_says_in_words_what_it_shows(coordinator: FlaskClient) -> None:
    oldest, older, _newest = merged()
    save()
    page = coordinator.page(f"/organisations/{older.id}")
    (picture,) = page.with_class("app-line")
    assert tuple(text_of(each) for each in picture if each.attrib.get("id")) == (
        "The line of Marsh Primary",
        "Oldest first. Marsh Infants went on as Marsh Primary on Tuesday 1 September 2015. "
        "Marsh Primary went on as Marsh Academy on Sunday 1 September 2024.",
    )
    assert [text_of(each) for each in picture.iter() if each.tag.endswith("}text")] == [
        "Marsh Infants", "closed Monday 31 August 2015", "Marsh Primary", "closed Saturday 31 August 2024",
        "Marsh Academy",
    ]  # fmt: skip
    assert [each.attrib["href"] for each in page.all("a") if text_of(each) == "Marsh Infants"] == [
        f"/organisations/{oldest.id}"
    ] * 2


def test_as_many_queries_for_three_of_everything_as_for_one(coordinator: FlaskClient) -> None:
    _oldest, older, newest = merged()
    reviewed(newest, "first")
    db.session.add(OrganisationNote(organisation=newest, text="One", written_by="Ruth"))
    newest.trust = Trust(name="Lantern")
    save()
    counts = []
    for number in range(2):
        asked: list[str] = []
        count = lambda *facts, asked=asked: asked.append(facts[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", count)
        coordinator.get(f"/organisations/{newest.id}")
        event.remove(db.engine, "before_cursor_execute", count)
        counts.append(len(asked))
        if number == 0:
            for n in range(3):
                reviewed(older, f"more{n}")
                reviewed(newest, f"again{n}")
                lines.link(an_organisation(f"Older {n}"), older, None, "Merged", RUTH)
                db.session.add(OrganisationNote(organisation=newest, text=f"Note {n}", written_by="Ruth"))
                newest.contacts.append(Contact(name=f"C {n}", role="Head", email=f"c{n}@school.example"))
            save()
    assert counts[0] == counts[1] <= 24, counts


def test_nothing_of_another_borough_comes_with_the_line(coordinator: FlaskClient, sign_in: SignIn) -> None:
    there = an_organisation("Canary School", a_borough("COL"))
    here = an_organisation("Here")
    lines.link(there, here, None, "It moved", RUTH)
    theirs = reviewed(there, "canaryword")
    there.contacts[0].name = "Canary Contact"
    ours = reviewed(here, "ours")
    moved = a_review(Stage.PLANNED, here)
    moved.borough = a_borough("COL")  # reviewed while it was in the other borough
    both = a_person(Role.COORDINATOR, None)
    save()
    main = main_of(coordinator, here)
    assert ours.reference in main and "Canary School went on as Here" in main
    for hidden in (theirs.reference, moved.reference, "canaryword", "Canary Contact"):
        assert hidden not in main
    hrefs = [link.attrib.get("href") for link in coordinator.page(f"/organisations/{here.id}").all("a")]
    assert f"/organisations/{there.id}" not in hrefs
    assert coordinator.get(f"/organisations/{there.id}").status_code == 404
    assert "canaryword" in main_of(sign_in(both), here)


def test_a_link_by_hand_and_taking_it_back(coordinator: FlaskClient) -> None:
    old = an_organisation("Marsh Infants", is_open=False, urn="900555")
    new = an_organisation("Marsh Academy")
    save()
    start = f"/organisations/{new.id}/links"
    found = coordinator.page(f"{start}/search?search=900555")
    assert [each.attrib["href"] for each in found.all("a") if text_of(each).startswith("Choose")] == [
        f"{start}/new?other={old.id}"
    ]
    assert "Nothing fits" in coordinator.get(f"{start}/search?search=nowhere").text
    form = f"{start}/new?other={old.id}"
    wrong = coordinator.submit(form, {"direction": "", "reason": ""}, to=f"{start}/new")
    assert errors_on(wrong) == ["Choose how they are linked", "Enter why"]
    right = {"direction": "predecessor", "reason": "The governors’ minutes", "happened_on-day": "1",
             "happened_on-month": "9", "happened_on-year": "2024"}  # fmt: skip
    assert coordinator.submit(form, right, to=f"{start}/new").location == f"/organisations/{new.id}#line"
    row = db.session.scalars(db.select(Succession)).one()
    assert (row.predecessor_id, row.successor_id, row.happened_on) == (old.id, new.id, date(2024, 9, 1))
    assert (row.reason, row.written_by) == ("The governors’ minutes", "Miriam Achebe")
    assert "Miriam Achebe linked Marsh Infants and Marsh Academy" in main_of(coordinator, old)
    round_about = coordinator.submit(form, {"direction": "successor", "reason": "Why not"}, to=f"{start}/new")
    assert errors_on(round_about) == ["Marsh Infants already comes before Marsh Academy. Take that link back first"]
    removal = f"{start}/{row.id}/removal"
    assert coordinator.submit(removal, {"reason": "They are neighbours"}).status_code == 302
    db.session.expire_all()
    assert (row.taken_back_by, row.taken_back_reason) == ("Miriam Achebe", "They are neighbours")
    assert "No predecessor or successor is known" in main_of(coordinator, new)
    assert coordinator.get(removal).status_code == 404
    coordinator.submit(form, right, to=f"{start}/new")  # the same pair again
    db.session.expire_all()
    assert db.session.scalars(db.select(Succession)).one().taken_back_at is None


@pytest.mark.parametrize("other", ["", "0", "999999999", "99999999999", "x", "²"])
def test_a_link_with_nothing_leads_back_to_the_search(coordinator: FlaskClient, other: str) -> None:
    school = an_organisation()
    save()
    answer = coordinator.get(f"/organisations/{school.id}/links/new?other={other}")
    assert answer.location == f"/organisations/{school.id}/links/search"
    itself = coordinator.get(f"/organisations/{school.id}/links/new?other={school.id}")
    assert itself.status_code == 302


def test_the_duty_by_hand_with_who_and_why_and_back_to_that_of_the_type(coordinator: FlaskClient) -> None:
    school = an_organisation("Oakfield", type_code="1", type_name="Community school")
    save()
    page = f"/organisations/{school.id}/duty"
    assert "As its type has it: Section 175" in coordinator.get(page).text
    assert errors_on(coordinator.submit(page, {"duty": "s157", "reason": ""})) == ["Enter why"]
    assert coordinator.submit(page, {"duty": "s157", "reason": "It became independent"}).status_code == 302
    db.session.expire_all()
    assert (school.duty, school.duty_set_by) == (Duty.S157, "Miriam Achebe") and school.duty_set_at
    main = main_of(coordinator, school)
    assert "Section 157 of the Education Act 2002 Set by hand by Miriam Achebe, " in main
    assert ": It became independent" in main
    assert "Miriam Achebe set the duty: Section 157 of the Education Act 2002 Before: Section 175" in main
    old = coordinator.submit(page, {"duty": "s11", "reason": "Mine", "seen": "of an old tab"})
    assert (
        old.status_code == 409
        and "Section 157 of the Education Act 2002" in old.text
        and ">Mine</textarea>" in old.text
    )
    assert coordinator.submit(page, {"duty": "by_type", "reason": "It did not"}).status_code == 302
    db.session.expire_all()
    assert (school.duty, school.duty_reason, school.duty_set_by, school.duty_set_at) == (Duty.S175, "", None, None)
    assert "As its type has it" in main_of(coordinator, school)
    coordinator.submit(page, {"duty": "none", "reason": "A hospital"})
    db.session.expire_all()
    assert (school.duty, school.duty_reason) == (None, "A hospital")


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [("1", "", Duty.S175), ("", "Academy converter", Duty.S157), ("", "Health trust", None), ("29", "", None)],
)
def test_the_duty_of_a_type(code: str, name: str, expected: Duty | None) -> None:
    assert duty.of_its_type(Organisation(type_code=code, type_name=name)) is expected


def test_notes_are_added_and_never_written_over(coordinator: FlaskClient, sign_in: SignIn) -> None:
    school = an_organisation("Oakfield")
    second = sign_in(a_person(Role.COORDINATOR, a_borough("HAC"), name="Second Person"))
    save()
    page = f"/organisations/{school.id}/notes"
    token = second.token(page)  # an old tab
    assert errors_on(coordinator.submit(page, {"text": " "})) == ["Enter the note"]
    for _ in range(2):  # a double click
        assert coordinator.submit(page, {"text": "Write to the office first"}).status_code == 302
    assert second.post(page, data={"csrf_token": token, "text": "A second\n\n<b>note</b>"}).status_code == 302
    notes = db.session.scalars(db.select(OrganisationNote).order_by(OrganisationNote.id))
    assert [(note.text, note.written_by) for note in notes] == [
        ("Write to the office first", "Miriam Achebe"), ("A second\n\n<b>note</b>", "Second Person"),
    ]  # fmt: skip
    main = main_of(coordinator, school)
    assert main.index("A second <b>note</b> Second Person, ") < main.index("Write to the office first Miriam Achebe, ")


def test_ended_contacts_are_folded_away_and_taken_up_again(coordinator: FlaskClient) -> None:
    school = an_organisation("Oakfield")
    contact = school.contacts[0]
    contact.name = "Ann Lee"
    save()
    page, one = f"/organisations/{school.id}", f"/organisations/{school.id}/contacts/{contact.id}"
    coordinator.submit(page, to=f"{one}/end")
    shown = coordinator.page(page)
    assert "Nobody any more." in text_of(shown.all("main")[0])
    folded = next(each for each in shown.all("details") if "Ann Lee" in text_of(each))
    assert text_of(folded).startswith("Show 1 from before Ann Lee, Headteacher")
    for _ in range(2):
        answer = coordinator.post(f"{one}/reopening", data={"csrf_token": coordinator.token(page)})
        assert answer.status_code == 302
    db.session.expire_all()
    assert contact.ended_at is None
    assert "Miriam Achebe took up again the contact Ann Lee" in main_of(coordinator, school)


def test_the_second_of_two_who_change_a_contact_sees_both(coordinator: FlaskClient) -> None:
    school = an_organisation("Oakfield")
    save()
    one = f"/organisations/{school.id}/contacts/{school.contacts[0].id}"
    ann = {"name": "Ann Lee", "role": "Head", "email": "ann@oakfield.example"}
    assert coordinator.submit(one, ann).status_code == 302
    answer = coordinator.submit(one, {**ann, "name": "Bea Fox", "seen": "of an old tab"})
    assert answer.status_code == 409 and "<li>Ann Lee</li>" in answer.text and 'value="Bea Fox"' in answer.text
    db.session.expire_all()
    assert school.contacts[0].name == "Ann Lee"


def test_trusts_and_federations_show_the_schools_of_ones_own_boroughs(
    coordinator: FlaskClient, sign_in: SignIn
) -> None:
    trust, federation = Trust(name="Lantern Learning Trust", code="9001"), Federation(name="Two Rivers")
    here = an_organisation("Here", trust=trust, federation=federation)
    an_organisation("Gone", trust=trust, is_open=False, closed_on=date(2020, 1, 1))
    there = an_organisation("Canary There", a_borough("COL"), trust=trust)
    elsewhere = Trust(name="Canary Trust")
    an_organisation("Canary Other", a_borough("COL"), trust=elsewhere)
    others = [a_person(Role.REVIEWER), a_person(Role.EXECUTIVE), a_person(Role.ADMINISTRATOR)]
    save()
    page = coordinator.page(f"/trusts/{trust.id}")
    main = text_of(page.all("main")[0])
    assert main.startswith("Lantern Learning Trust Academy trust · 9001")
    assert "Its 2 schools in your boroughs" in main and there.name not in main
    assert main.index("Here") < main.index("Gone Closed")
    links = {text_of(each): each.attrib["href"] for each in coordinator.page(f"/organisations/{here.id}").all("a")}
    assert links["Lantern Learning Trust"] == f"/trusts/{trust.id}"
    assert links["Two Rivers"] == f"/federations/{federation.id}"
    assert "Its school in your boroughs" in coordinator.get(f"/federations/{federation.id}").text
    for number in (elsewhere.id, 0, 99999999999999):
        assert coordinator.get(f"/trusts/{number}").status_code == 404
        assert coordinator.get(f"/federations/{number or 99}").status_code == 404
    for person in others:
        assert sign_in(person).get(f"/trusts/{trust.id}").status_code == 404


def test_nobody_else_reaches_what_is_written_about_it(app: Flask, sign_in: SignIn) -> None:
    school, other = an_organisation("Canary School"), an_organisation("Of another borough", a_borough("COL"))
    row = lines.link(an_organisation("Before"), school, None, "Minutes", RUTH)
    contact = school.contacts[0]
    city = a_person(Role.COORDINATOR, a_borough("COL"))
    people = [city, a_person(Role.REVIEWER), a_person(Role.EXECUTIVE, a_borough("HAC"))]
    save()
    one = f"/organisations/{school.id}"
    for person in people:
        browser = sign_in(person)
        rests = ("", "/duty", "/notes", "/links/search", "/links/new", f"/links/{row.id}/removal")
        assert {browser.get(f"{one}{rest}").status_code for rest in rests} == {404}
    browser = sign_in(city)
    token = browser.token(f"/organisations/{other.id}/notes")
    for rest in ("/duty", "/notes", f"/links/{row.id}/removal", f"/contacts/{contact.id}/reopening"):
        given = {"csrf_token": token, "text": "Hello", "reason": "Hello", "duty": "s11"}
        assert browser.post(f"{one}{rest}", data=given).status_code == 404, rest
    assert browser.get(f"/organisations/{other.id}/links/{row.id}/removal").status_code == 404
