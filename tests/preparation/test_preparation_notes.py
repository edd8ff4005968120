"""Reading notes: private until shared, saved as they are typed, and never overwritten unseen."""

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from peerreview import notes
from peerreview.extensions import db
from peerreview.models import AuditTemplate, Declaration, Note, NoteKind, Review, Standard, TeamMember
from peerreview.workflow import Stage
from tests.builders import a_person, a_review, a_team_member, save
from tests.conftest import SignIn
from tests.inspector import Page


def a_template() -> AuditTemplate:
    scale = {
        "code": "rag",
        "values": [{"value": "red", "text": "Red"}, {"value": "green", "text": "Green"}],
        "not_applicable": {"value": "grey", "text": "Grey: not applicable"},
    }
    made = AuditTemplate(code="test", version=1, name="Test audit", for_schools=True, scale=scale)
    for at, title in enumerate(("A senior lead", "Training")):
        made.standards.append(Standard(position=at, section="Leadership", code=f"T-0{at + 1}", title=title))
    db.session.add(made)
    db.session.flush()
    return made


def reading(at: Stage = Stage.PREPARING) -> tuple[Review, TeamMember, Standard]:
    template = a_template()
    review = a_review(at, audit_template=template)
    member = a_team_member(review, declaration=Declaration.NONE)
    save()
    return review, member, template.standards[0]


def hidden(page: Page) -> dict[str, str]:
    return {i.attrib["name"]: i.attrib.get("value", "") for i in page.all("input") if i.attrib.get("type") == "hidden"}


def note_of(review: Review, member: TeamMember) -> Note:
    db.session.expire_all()
    return db.session.scalars(
        db.select(Note).where(Note.person_id == member.person_id, Note.kind == NoteKind.READING)
    ).one()


def post(browser: FlaskClient, address: str, opened: dict[str, str], json: bool = False, **fields: str) -> TestResponse:
    headers = {"Accept": "application/json"} if json else {}
    return browser.post(address, data=opened | fields, headers=headers)


def test_notes_save_as_they_are_typed(app: Flask, sign_in: SignIn) -> None:
    review, member, standard = reading()
    browser, address = sign_in(member.person), f"/reviews/{review.reference}/reading-notes/{standard.id}"
    page = browser.page(address)
    assert page.h1 == "T-01 A senior lead"
    assert any("data-autosave" in form.attrib for form in page.all("form"))
    opened = hidden(page)
    answer = post(browser, address, opened, json=True, reading="Seen the policy", enquiry="")
    assert answer.status_code == 200 and answer.json is not None
    assert answer.json["fields"] == {"reading_version": "1", "enquiry_version": "0"} and answer.json["saved"]
    answer = post(
        browser, address, opened | answer.json["fields"], json=True, reading="Seen the policy. Good", enquiry="Ask"
    )
    assert answer.json is not None and answer.json["fields"] == {"reading_version": "2", "enquiry_version": "1"}
    assert (note_of(review, member).text, note_of(review, member).shared) == ("Seen the policy. Good", False)
    assert review.events[0].step == "plan"


def test_the_reader_sees_how_far_they_are_and_where_to_go_on(app: Flask, sign_in: SignIn) -> None:
    review, member, standard = reading()
    browser, pack = sign_in(member.person), f"/reviews/{review.reference}/preparation"
    address = f"/reviews/{review.reference}/reading-notes/{standard.id}"
    assert "0 of 2 standards noted" in browser.get(pack).text and "Begin: T-01 A senior lead" in browser.get(pack).text
    post(browser, address, hidden(browser.page(address)), reading="Seen the policy")
    assert "1 of 2 standards noted" in browser.get(pack).text and "Read on: T-02 Training" in browser.get(pack).text
    page = browser.get(address).text
    assert page.count(">Noted<") == 1 and 'aria-current="page">T-01 A senior lead' in page


def test_the_loser_sees_both_texts_and_decides(app: Flask, sign_in: SignIn) -> None:
    review, member, standard = reading()
    browser, address = sign_in(member.person), f"/reviews/{review.reference}/reading-notes/{standard.id}"
    opened = hidden(browser.page(address))
    assert post(browser, address, opened, reading="FIRST TEXT").status_code == 302
    assert post(browser, address, opened, json=True, reading="SECOND TEXT").status_code == 409
    lost = post(browser, address, opened, reading="SECOND TEXT", enquiry="Mine too")
    assert lost.status_code == 409 and "This note was saved in another window" in lost.text
    assert "FIRST TEXT" in lost.text and "SECOND TEXT" in lost.text
    assert note_of(review, member).text == "FIRST TEXT"
    assert post(browser, address, hidden(Page(lost.text)), reading="BOTH TEXTS", enquiry="Mine too").status_code == 302
    assert note_of(review, member).text == "BOTH TEXTS"


def test_of_many_at_once_one_wins(any_app: Flask) -> None:
    review, member, standard = reading()
    first = notes.save(review, member.person, standard, NoteKind.READING, "one", False, 0)
    second = notes.save(review, member.person, standard, NoteKind.READING, "two", False, 0)
    assert (first.won, second.won, second.text, second.version) == (True, False, "one", 1)
    third = notes.save(review, member.person, standard, NoteKind.READING, "three", True, 1)
    same = notes.save(review, member.person, standard, NoteKind.READING, "three", True, 1)
    assert (third.version, same.version, same.won) == (2, 2, True)
    save()


def test_private_until_shared(app: Flask, sign_in: SignIn) -> None:
    review, member, standard = reading()
    other = a_team_member(review, declaration=Declaration.SOFT, declaration_text="Knows them")
    boss = a_person()
    save()
    browser, address = sign_in(member.person), f"/reviews/{review.reference}/reading-notes/{standard.id}"
    opened = hidden(browser.page(address))
    post(browser, address, opened, reading="CANARY reading", enquiry="CANARY enquiry")
    theirs, pack = sign_in(other.person), f"/reviews/{review.reference}/preparation"
    for person, page in ((other.person, address), (other.person, pack), (boss, pack)):
        assert "CANARY" not in sign_in(person).get(page).text
    assert "CANARY enquiry" in browser.get(pack).text
    post(
        browser, address, hidden(browser.page(address)), reading="CANARY reading", enquiry="CANARY enquiry", shared="y"
    )
    assert "CANARY reading" in theirs.get(address).text
    for person in (other.person, boss):
        assert "CANARY enquiry" in sign_in(person).get(pack).text
    assert sign_in(boss).get(address).status_code == 404


def test_notes_on_the_whole_and_strange_standards(app: Flask, sign_in: SignIn) -> None:
    review, member, _standard = reading()
    elsewhere = AuditTemplate(code="other", version=1, name="Other", for_schools=False, scale={"values": []})
    elsewhere.standards.append(Standard(position=0, section="S", code="X", title="X"))
    db.session.add(elsewhere)
    save()
    browser, base = sign_in(member.person), f"/reviews/{review.reference}/reading-notes"
    opened = hidden(browser.page(base))
    assert post(browser, base, opened, reading="Über alles 🦉 \u202e\x00ok").status_code == 302
    assert note_of(review, member).text == "Über alles 🦉 ok"
    assert browser.get(f"{base}/{elsewhere.standards[0].id}").status_code == 404
    assert browser.get(f"{base}/99999").status_code == 404


def test_too_long_and_too_late_give_the_text_back(app: Flask, sign_in: SignIn) -> None:
    review, member, standard = reading()
    browser, address = sign_in(member.person), f"/reviews/{review.reference}/reading-notes/{standard.id}"
    opened = hidden(browser.page(address))
    long = post(browser, address, opened, reading="x" * 20_001)
    assert "use 20,000 characters or fewer" in long.text and "x" * 20_001 in long.text
    assert post(browser, address, opened, json=True, reading="x" * 20_001).status_code == 400
    late, late_member, late_standard = reading_at_the_end(review)
    browser, address = sign_in(late_member.person), f"/reviews/{late.reference}/reading-notes/{late_standard.id}"
    answer = post(browser, address, hidden(browser.page(address)), reading="Too late, but kept on the page")
    assert answer.status_code == 409 and "Too late, but kept on the page" in answer.text
    assert "notes can only be read now" in answer.text


def reading_at_the_end(review: Review) -> tuple[Review, TeamMember, Standard]:
    late = a_review(Stage.RESPONDING, audit_template=review.audit_template)
    member = a_team_member(late, declaration=Declaration.NONE)
    save()
    assert late.audit_template is not None
    return late, member, late.audit_template.standards[0]
