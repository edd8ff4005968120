"""Documents wanted and handed in: the list, the letter, each refusal, and who may read."""

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peerreview import links, storage
from peerreview.extensions import db
from peerreview.models import (
    Declaration,
    Document,
    DocumentRequest,
    Duty,
    Event,
    Handling,
    Letter,
    PersonalLink,
    Purpose,
    Review,
    TeamMember,
    utc_now,
)
from peerreview.preparation.wanted import must_be_shown, usual_list
from peerreview.workdays import local_day
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, a_team_member, an_organisation, save
from tests.conftest import SignIn
from tests.hostile import PDF, bomb, office
from tests.inspector import Page


def token_of(page: Page) -> str:
    return next(i.attrib["value"] for i in page.all("input") if i.attrib.get("name") == "csrf_token")


def a_link(review: Review, name: str = "Head") -> str:
    link = links.give(review, Purpose.ORGANISATION, name, f"{name.lower()}-{review.id}@school.example")
    save()
    return f"/my/{links.token(link)}"


def wanted(
    review: Review, title: str = "Child protection policy", handling: Handling = Handling.UPLOAD
) -> DocumentRequest:
    request = DocumentRequest(review=review, title=title, handling=handling, show_only=handling is Handling.SHOW)
    db.session.add(request)
    save()
    return request


def send(browser: FlaskClient, address: str, *files: tuple[bytes, str], **fields: str) -> Any:
    token = token_of(browser.page(address))
    data: dict[str, Any] = {"csrf_token": token, "answer": "upload", **fields}
    data["files"] = [(io.BytesIO(content), name) for content, name in files]
    return browser.post(address, data=data)


def letters_named(name: str) -> list[Letter]:
    return list(db.session.scalars(db.select(Letter).where(Letter.name == name).order_by(Letter.id)))


# What is wanted


def test_records_are_known_by_their_names() -> None:
    for name in (
        "Single Central Record 2026.xlsx",
        "our_SCR.pdf",
        "Child-protection files.pdf",
        "CPOMS export.csv",
        "allegation_log.docx",
        "Low-level concerns record",
        "Case files Y6.pdf",
        "safeguarding log.xlsx",
    ):
        assert must_be_shown(name), name
    for name in (
        "Child protection policy.pdf",
        "Managing allegations procedure.docx",
        "Scratch.txt",
        "Records policy.pdf",
    ):
        assert not must_be_shown(name), name


def test_the_usual_list_never_uploads_records() -> None:
    for is_school in (True, False):
        usual = usual_list(is_school)
        assert len(usual) >= 9
        assert [u.title for u in usual if u.handling is not Handling.SHOW and must_be_shown(u.title)] == []


def list_fields(rows: list[tuple[str, str, str]], act: str, due: Any = None, seen: str = "0") -> dict[str, str]:
    fields = {"act": act, "seen": seen}
    for at, (known, title, handling) in enumerate(rows):
        fields |= {
            f"rows-{at}-id": known,
            f"rows-{at}-title": title,
            f"rows-{at}-guidance": "",
            f"rows-{at}-handling": handling,
        }
    if due:
        fields |= {"due-day": str(due.day), "due-month": str(due.month), "due-year": str(due.year)}
    return fields


def test_the_coordinator_asks_once(app: Flask, sign_in: SignIn) -> None:
    review = a_review(Stage.ARRANGING, an_organisation(duty=Duty.S11))
    browser, address = sign_in(a_person()), f"/reviews/{review.reference}/documents-wanted"
    save()
    page = browser.page(address)
    titles = [
        i.attrib["value"] for i in page.all("input") if i.attrib["name"].endswith("-title") and i.attrib.get("value")
    ]
    assert titles == [usual.title for usual in usual_list(False)] and review.document_requests == []
    due = local_day(utc_now()) + timedelta(days=9)
    token = {"csrf_token": token_of(page)}
    rows = [("", "Supervision policy", "upload"), ("", "Case files", "show"), ("", "", "upload")]
    assert "Enter the day by which" in browser.post(address, data=token | list_fields(rows, "send")).text
    assert browser.post(address, data=token | list_fields(rows, "send", due)).status_code == 302
    assert [(w.title, w.handling, w.show_only) for w in review.document_requests] == [
        ("Supervision policy", Handling.UPLOAD, False),
        ("Case files", Handling.SHOW, True),
    ]
    (letter,) = letters_named("documents_wanted")
    assert letter.recipient_email == review.contact.email and review.documents_due_on == due
    assert "/documents" in letter.text and "Never upload" in letter.text
    again = browser.post(address, data=token | list_fields([], "send", due))
    assert "Put at least one document on the list" in again.text
    known = [(str(w.id), w.title, w.handling.value) for w in review.document_requests]
    stale = browser.post(address, data=token | list_fields(known, "send", due))
    assert stale.status_code == 409 and len(letters_named("documents_wanted")) == 1


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("", "Single central record", "upload"), "This is shown on the day, never uploaded"),
        (("", "x" * 201, "upload"), "use 200 characters or fewer"),
        (("", "Policy", "burn"), "Choose one of the answers listed"),
    ],
)
def test_bad_lines_are_refused(app: Flask, sign_in: SignIn, row: tuple[str, str, str], message: str) -> None:
    review = a_review(Stage.ARRANGING)
    browser, address = sign_in(a_person()), f"/reviews/{review.reference}/documents-wanted"
    save()
    token = token_of(browser.page(address))
    answer = browser.post(address, data={"csrf_token": token} | list_fields([row], "save"))
    assert message in answer.text and review.document_requests == []


def test_lines_are_changed_and_taken_off_but_not_by_an_old_tab(app: Flask, sign_in: SignIn) -> None:
    review = a_review(Stage.ARRANGING)
    one, other, new = wanted(review, "One"), wanted(review, "Other"), wanted(review, "New in another tab")
    browser, address = sign_in(a_person()), f"/reviews/{review.reference}/documents-wanted"
    save()
    token = {"csrf_token": token_of(browser.page(address))}
    rows = [(str(one.id), "One, renamed", "show"), (str(other.id), "", "upload")]
    assert browser.post(address, data=token | list_fields(rows, "save")).status_code == 302
    db.session.expire_all()
    assert {w.title: w.show_only for w in review.document_requests} == {
        "One, renamed": True,
        "New in another tab": False,
    }
    elsewhere = wanted(a_review(Stage.ARRANGING), "Of another review")
    rows = [(str(elsewhere.id), "Stolen", "upload")]
    browser.post(address, data=token | list_fields(rows, "save"))
    assert elsewhere.title == "Of another review" and new in review.document_requests


# Handing in


def test_the_organisation_hands_in_files_and_says_that_is_everything(app: Flask) -> None:
    review = a_review(Stage.PREPARING, documents_due_on=local_day(utc_now()))
    member = a_team_member(review, declaration=Declaration.NONE)
    policy, register = wanted(review), wanted(review, "Single central record", Handling.SHOW)
    code = wanted(review, "Staff code of conduct")
    browser, home = app.test_client(), a_link(review)
    sent = send(
        browser, f"{home}/documents/{policy.id}", (PDF, "Policy.pdf"), (office(), "Annex.docx"), (PDF, "Same.pdf")
    )
    assert sent.status_code == 302
    assert [f.filename for f in policy.files] == ["Policy.pdf", "Annex.docx"]
    assert all(storage.check(f.key, f.sha256) for f in policy.files)
    assert send(browser, f"{home}/documents/{policy.id}", (PDF, "Policy.pdf")).status_code == 302
    assert len(policy.files) == 2
    token = token_of(browser.page(f"{home}/documents"))
    early = browser.post(f"{home}/documents", data={"csrf_token": token})
    assert "Some documents have no answer yet" in early.text and policy.done_at is None
    address = f"{home}/documents/{code.id}"
    assert "Say in a few words why" in send(browser, address, answer="not_applicable").text
    assert send(browser, address, answer="not_applicable", reason="We use the borough’s").status_code == 302
    assert (code.handling, code.reason) == (Handling.NOT_APPLICABLE, "We use the borough’s")
    for _ in range(2):
        assert browser.post(f"{home}/documents", data={"csrf_token": token}).status_code == 302
    assert all(w.done_at for w in (policy, register, code))
    (letter,) = letters_named("pack_ready")
    assert letter.recipient_email == member.person.email
    assert f"http://localhost/reviews/{review.reference}/preparation" in letter.text
    assert "You have told us that this is everything" in browser.get(f"{home}/documents").text


def test_each_refused_file_has_its_sentence_and_the_others_are_kept(app: Flask) -> None:
    review = a_review(Stage.PREPARING)
    policy, home = wanted(review), a_link(review)
    answer = send(
        app.test_client(),
        f"{home}/documents/{policy.id}",
        (PDF, "../Good\u202e.pdf"),
        (bomb(), "bomb.docx"),
        (b"", "empty.pdf"),
        (PDF, "SCR 2026.pdf"),
        (b"MZ", "run.exe"),
    )
    assert [f.filename for f in policy.files] == ["Good.pdf"]
    said = " ".join(Page(answer.text).root.itertext())
    for words in (
        "‘bomb.docx’ unpacks to far more",
        "‘empty.pdf’ is empty",
        "‘SCR 2026.pdf’ looks like a record that is shown",
        "‘run.exe’ is not a type of file we can take",
    ):
        assert words in said
    kept = {file.name for file in (storage._local_root() or io).rglob("*") if file.is_file()}  # type: ignore[union-attr]
    assert kept == {policy.files[0].key[3:]}


def test_a_public_link_must_be_an_address(app: Flask) -> None:
    review = a_review(Stage.ARRANGING)
    policy, home = wanted(review, handling=Handling.LINK), a_link(review)
    browser, address = app.test_client(), f"{home}/documents/{policy.id}"
    for bad in (
        "",
        "policies",
        "javascript:alert(1)",
        "http://nodots/x",
        "https://user:pw@school.example/",
        "https://a b.example",
    ):
        assert "Enter the whole address of the page" in send(browser, address, answer="link", public_link=bad).text
    assert send(browser, address, answer="link", public_link="https://school.example/policies").status_code == 302
    assert policy.is_answered and policy.public_link == "https://school.example/policies"


def test_what_is_shown_on_the_day_cannot_be_uploaded(app: Flask) -> None:
    review = a_review(Stage.PREPARING)
    register, home = wanted(review, "Single central record", Handling.SHOW), a_link(review)
    browser, address = app.test_client(), f"{home}/documents/{register.id}"
    answer = send(browser, address, (PDF, "a.pdf"))
    assert "Use one of the buttons on this page" in answer.text
    assert register.files == [] and register.handling is Handling.SHOW
    assert send(browser, address, answer="not_applicable", reason="New school").status_code == 302
    assert "We will show it on the day after all" in browser.get(address).text
    assert send(browser, address, answer="show").status_code == 302 and register.handling is Handling.SHOW


def test_a_file_can_be_taken_back(app: Flask) -> None:
    review = a_review(Stage.PREPARING)
    policy, home = wanted(review), a_link(review)
    browser, address = app.test_client(), f"{home}/documents/{policy.id}"
    send(browser, address, (PDF, "Wrong.pdf"))
    (file,) = policy.files
    removal = {"csrf_token": token_of(browser.page(address))}
    assert browser.post(f"{address}/files/{file.id}/removal", data=removal).status_code == 302
    assert policy.files == [] and not storage.check(file.key, file.sha256)
    assert browser.post(f"{address}/files/{file.id}/removal", data=removal).status_code == 404
    assert review.events[0].step == "take_back_document"


def test_nothing_comes_in_after_the_visit(app: Flask) -> None:
    review = a_review(Stage.REPORTING)
    policy, home = wanted(review), a_link(review)
    browser = app.test_client()
    page = browser.page(f"{home}/documents")
    assert "cannot be handed in now" in "".join(page.root.itertext())
    answer = browser.get(f"{home}/documents/{policy.id}")
    assert "Documents cannot be handed in now" in answer.text and policy.files == []


def test_the_coordinator_records_for_the_organisation(app: Flask, sign_in: SignIn) -> None:
    review = a_review(Stage.PREPARING)
    a_team_member(review, declaration=Declaration.NONE)
    policy, boss = wanted(review), a_person()
    save()
    browser, base = sign_in(boss), f"/reviews/{review.reference}/documents-wanted"
    assert send(browser, f"{base}/{policy.id}", (PDF, "By email.pdf")).status_code == 302
    assert (review.events[0].by_phone, policy.files[0].handed_in_by) == (True, boss.name)
    token = token_of(browser.page(f"/reviews/{review.reference}/preparation"))
    assert browser.post(f"{base}/completion", data={"csrf_token": token}).status_code == 302
    assert policy.done_at and len(letters_named("pack_ready")) == 1


# Reading


def a_pack(app: Flask) -> tuple[Review, TeamMember, Document]:
    review = a_review(Stage.PREPARING)
    member = a_team_member(review, declaration=Declaration.NONE)
    policy = wanted(review)
    send(app.test_client(), f"{a_link(review)}/documents/{policy.id}", (PDF, "CANARY policy.pdf"))
    return review, member, policy.files[0]


def test_the_team_reads_and_reading_is_an_event(app: Flask, sign_in: SignIn) -> None:
    review, member, document = a_pack(app)
    browser = sign_in(member.person)
    address = f"/reviews/{review.reference}/documents/{document.id}"
    assert f'href="{address}"' in browser.get(f"/reviews/{review.reference}/preparation").text
    answer = browser.get(address)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="CANARY policy.pdf"')
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    browser.head(address)
    (event,) = db.session.scalars(db.select(Event).where(Event.step == "read_document"))
    assert (event.person_id, event.facts) == (member.person_id, {"document": "CANARY policy.pdf"})


def test_nobody_reads_before_declaring(app: Flask, sign_in: SignIn) -> None:
    review, _member, document = a_pack(app)
    new = a_team_member(review)
    save()
    browser = sign_in(new.person)
    for page in ("preparation", f"documents/{document.id}", "reading-notes"):
        answer = browser.get(f"/reviews/{review.reference}/{page}")
        assert (answer.status_code, answer.location) == (302, f"/reviews/{review.reference}/interests")


def test_outsiders_read_nothing(app: Flask, sign_in: SignIn) -> None:
    review, member, document = a_pack(app)
    other = a_team_member(a_review(Stage.PREPARING), declaration=Declaration.NONE)
    removed = a_team_member(review, declaration=Declaration.NONE, removed_at=utc_now())
    stood_down = a_team_member(review, declaration=Declaration.HARD, stood_down_at=utc_now())
    city, executive = a_person(borough=a_borough("COL")), a_person(Role.EXECUTIVE)
    save()
    pages = (
        "preparation",
        f"documents/{document.id}",
        "documents-wanted",
        f"documents-wanted/{document.request_id}",
        "reading-notes",
    )
    for person in (other.person, removed.person, stood_down.person, city, executive):
        for page in pages:
            answer = sign_in(person).get(f"/reviews/{review.reference}/{page}")
            assert answer.status_code == 404, (person.name, page)
            assert "CANARY" not in answer.text
    mine = sign_in(member.person)
    for page in ("documents-wanted", f"documents-wanted/{document.request_id}"):
        assert mine.get(f"/reviews/{review.reference}/{page}").status_code == 404
    elsewhere = f"/reviews/{other.review.reference}/documents/{document.id}"
    assert sign_in(other.person).get(elsewhere).status_code == 404
    document.removed_at = utc_now()
    save()
    assert mine.get(f"/reviews/{review.reference}/documents/{document.id}").status_code == 404


def test_another_schools_link_and_a_reviewers_link_open_nothing(app: Flask) -> None:
    review, member, document = a_pack(app)
    theirs = a_link(a_review(Stage.PREPARING), "Other")
    reviewer = links.give(review, Purpose.REVIEWER, member.person.name, member.person.email, member=member)
    save()
    browser = app.test_client()
    for home in (theirs, f"/my/{links.token(reviewer)}"):
        assert browser.get(f"{home}/documents/{document.request_id}").status_code == 404
    assert browser.get(f"/my/{links.token(reviewer)}/documents").status_code == 404
    link = db.session.scalars(db.select(PersonalLink).where(PersonalLink.review_id == review.id)).first()
    assert link is not None
    links.revoke(link)
    save()
    assert browser.get(f"/my/{links.token(link)}/documents").status_code == 404
