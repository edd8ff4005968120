"""The copy of the organisation's own audit: who attaches it, who reads it, and what is refused."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peerreview import links
from peerreview.audits import load_templates, templates
from peerreview.audits.loading import ChangedVersion
from peerreview.extensions import db
from peerreview.models import (
    AuditTemplate,
    Declaration,
    Document,
    Duty,
    Event,
    PersonalLink,
    Purpose,
    Review,
    Standard,
    utc_now,
)
from peerreview.workflow import Role, Stage
from tests import hostile
from tests.builders import a_borough, a_person, a_review, a_team_member, an_organisation, save
from tests.conftest import SignIn


@pytest.fixture
def review(app: Flask) -> Review:
    review = a_review(Stage.PLANNED)
    save()
    return review


@pytest.fixture
def coordinator(review: Review, sign_in: SignIn) -> FlaskClient:
    person = a_person(Role.COORDINATOR, review.borough)
    save()
    return sign_in(person)


def attach(browser: FlaskClient, review: Review, content: bytes = hostile.PDF, name: str = "Our audit.pdf") -> Any:
    url = f"/reviews/{review.reference}/audit"
    return browser.submit(url, {"copy": (io.BytesIO(content), name)})


def a_link(review: Review, email: str = "head@school.example") -> str:
    link = links.give(review, Purpose.ORGANISATION, "Head", email)
    save()
    return links.token(link)


def test_the_coordinator_attaches_the_copy_and_goes_on_to_the_notice(coordinator: FlaskClient, review: Review) -> None:
    answer = attach(coordinator, review)
    assert (answer.status_code, answer.location) == (302, f"/reviews/{review.reference}/notice")
    db.session.expire_all()
    assert review.audit_copy is not None
    assert (review.audit_copy.filename, review.audit_copy.size) == ("Our audit.pdf", len(hostile.PDF))
    assert review.audit_template is not None
    assert (review.audit_template.code, len(review.audit_template.standards)) == ("schools-175-157", 10)
    assert [event.step for event in review.events] == ["attach_audit", "plan"]
    download = coordinator.get(f"/reviews/{review.reference}/audit/file")
    assert download.data == hostile.PDF
    assert download.headers["Content-Disposition"].startswith("attachment")


def test_an_agency_gets_the_template_of_section_11(sign_in: SignIn, app: Flask) -> None:
    review = a_review(Stage.PLANNED, an_organisation("Invented Housing", duty=Duty.S11))
    person = a_person(Role.COORDINATOR)
    save()
    attach(sign_in(person), review)
    db.session.expire_all()
    assert review.audit_template is not None
    assert review.audit_template.code == "section-11"


def test_a_new_copy_replaces_the_old_one_which_stays_on_record(coordinator: FlaskClient, review: Review) -> None:
    attach(coordinator, review, name="old.pdf")
    attach(coordinator, review, hostile.office(), "new.docx")
    db.session.expire_all()
    assert review.audit_copy is not None and review.audit_copy.filename == "new.docx"
    assert [(each.filename, each.removed_at is None) for each in review.documents] == [
        ("old.pdf", False),
        ("new.docx", True),
    ]


def test_a_double_click_is_one_copy(coordinator: FlaskClient, review: Review) -> None:
    attach(coordinator, review)
    attach(coordinator, review)
    assert db.session.query(Document).count() == 1
    assert db.session.query(Event).filter_by(step="attach_audit").count() == 1


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (hostile.png(), "audit.png", "PDF or Word"),
        (hostile.PDF, "audit.docx", "audit.docx"),
        (b"", "audit.pdf", "audit.pdf"),
        (hostile.OLE, "audit.doc", "audit.doc"),
        (hostile.office(hostile.WORD_MACRO), "audit.docm", "audit.docm"),
    ],
)
def test_other_files_are_refused_at_the_field(
    coordinator: FlaskClient, review: Review, content: bytes, name: str, said: str
) -> None:
    answer = attach(coordinator, review, content, name)
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert "There is a problem" in page
    assert said in page
    assert db.session.query(Document).count() == 0


def test_nothing_chosen_is_asked_for(coordinator: FlaskClient, review: Review) -> None:
    answer = coordinator.submit(f"/reviews/{review.reference}/audit", {})
    assert "Choose the file with the organisation’s audit" in answer.get_data(as_text=True)


def test_nobody_attaches_a_copy_once_the_visit_was_held(sign_in: SignIn, app: Flask) -> None:
    review, person = a_review(Stage.REPORTING), a_person(Role.COORDINATOR)
    save()
    browser = sign_in(person)
    assert not browser.page(f"/reviews/{review.reference}/audit").all("textarea", "select")
    answer = browser.post(
        f"/reviews/{review.reference}/audit",
        data={
            "csrf_token": browser.token(f"/reviews/{review.reference}/audit"),
            "copy": (io.BytesIO(hostile.PDF), "a.pdf"),
        },
    )
    assert answer.status_code == 409
    assert db.session.query(Document).count() == 0


def test_the_team_reads_it_and_cannot_change_it(coordinator: FlaskClient, review: Review, sign_in: SignIn) -> None:
    attach(coordinator, review)
    member = a_team_member(review)
    save()
    reviewer = sign_in(member.person)
    for page in ("audit", "audit/file"):
        asked = reviewer.get(f"/reviews/{review.reference}/{page}")
        assert (asked.status_code, asked.location) == (302, f"/reviews/{review.reference}/interests")
    member.declaration = Declaration.NONE
    save()
    assert reviewer.get(f"/reviews/{review.reference}/audit/file").data == hostile.PDF
    page = reviewer.page(f"/reviews/{review.reference}/audit")
    assert [box for box in page.all("input") if box.attrib.get("type") == "file"] == []
    event = db.session.query(Event).filter_by(step="read_audit_copy").one()
    assert (event.actor_name, event.actor_role) == (member.person.name, Role.REVIEWER)


def test_the_organisation_reads_it_by_its_link_once_the_notice_is_sent(
    coordinator: FlaskClient, client: FlaskClient, review: Review
) -> None:
    attach(coordinator, review)
    token = a_link(review)
    assert client.get(f"/my/{token}/audit").status_code == 404
    assert client.get(f"/my/{token}/audit/file").status_code == 404
    review.notice_sent_at = utc_now()
    save()
    assert client.page(f"/my/{token}/audit").h1.endswith("Your own audit")
    assert client.get(f"/my/{token}/audit/file").data == hostile.PDF
    assert [event.actor_name for event in db.session.query(Event).filter_by(step="read_audit_copy")] == ["Head"]


@pytest.mark.parametrize("path", ["audit", "audit/file"])
def test_outsiders_find_nothing(
    app: Flask, review: Review, coordinator: FlaskClient, sign_in: SignIn, path: str
) -> None:
    attach(coordinator, review)
    review.notice_sent_at = utc_now()
    other = a_review(Stage.PLANNED, an_organisation(borough=a_borough("COL")))
    strangers = [
        a_person(Role.COORDINATOR, other.borough),
        a_person(Role.EXECUTIVE, review.borough),
        a_person(Role.ADMINISTRATOR),
        a_team_member(other).person,
        a_team_member(review, removed_at=utc_now()).person,
    ]
    save()
    for person in strangers:
        assert sign_in(person).get(f"/reviews/{review.reference}/{path}").status_code == 404, person.name
    assert app.test_client().get(f"/reviews/{review.reference}/{path}").status_code in (302, 401)
    own, others = a_link(review), a_link(other)
    anybody = app.test_client()
    assert anybody.get(f"/my/{own}/{path}").status_code == 200
    for wrong in (
        others,
        own[:-1],
        own + "x",
        own.replace("-", "_", 1),
        "1",
        f"{own.split('-')[0]}-{others.split('-', 1)[1]}",
    ):
        assert anybody.get(f"/my/{wrong}/{path}").status_code == 404, wrong
    links.revoke(db.session.get_one(PersonalLink, int(own.split("-")[0])))
    save()
    assert anybody.get(f"/my/{own}/{path}").status_code == 404


def test_a_named_member_of_staff_does_not_get_the_audit(
    client: FlaskClient, coordinator: FlaskClient, review: Review
) -> None:
    attach(coordinator, review)
    review.notice_sent_at = utc_now()
    link = links.give(review, Purpose.PARTICIPANT, "Teacher", "teacher@school.example")
    save()
    assert client.get(f"/my/{links.token(link)}/audit").status_code == 404


def test_templates_are_loaded_once(app: Flask) -> None:
    assert [each.code for each in load_templates()] == ["section-11", "schools-175-157"]
    save()
    assert load_templates() == []
    assert db.session.query(Standard).count() == 20
    first = db.session.query(AuditTemplate).filter_by(code="section-11").one().standards[0]
    assert (first.code, first.section) == ("S11-01", "Leadership and accountability")


def test_a_loaded_version_is_never_rewritten(app: Flask) -> None:
    load_templates()
    save()
    db.session.query(Standard).filter_by(code="E1").one().title = "Other words"
    save()
    with pytest.raises(ChangedVersion, match="schools-175-157 version 1"):
        load_templates(templates.read())
    assert db.session.query(AuditTemplate).count() == 2


def test_the_command_says_what_it_did(app: Flask) -> None:
    run = app.test_cli_runner()
    first = run.invoke(args=["audits", "load-templates"])
    assert first.output.splitlines()[0] == "Added Section 11 self-assessment, version 1: 10 standards"
    assert run.invoke(args=["audits", "load-templates"]).output == "Nothing to add: every template is loaded already\n"


def test_the_command_names_what_is_wrong_with_a_file(app: Flask, tmp_path: Any) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"scales": [], "templates": []}')
    result = app.test_cli_runner().invoke(args=["audits", "load-templates", str(wrong)])
    assert result.exit_code == 1
    assert "scales is not a list of at least 1" in result.output
