"""Issuing: who gets the letter, what is frozen, who has opened it; and nobody there sees what was not issued."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from peerreview import links, outbox
from peerreview.extensions import db
from peerreview.models import Letter, Purpose, SectionKind
from peerreview.reports import issuing, queries, readings, responding
from peerreview.workflow import Stage
from tests.builders import a_review, save
from tests.inspector import Page, text_of
from tests.reports.conftest import issued, open_link, send, written

SECRET = "Nobody at the school may read this sentence yet."


@pytest.fixture
def draft(told):
    """The initial report, written and not issued."""
    written(told.review)
    save()
    return told.review


def words_of(page: Page) -> str:
    return text_of(page.all("main")[0])


def issue(told, **chosen):
    return send(told.lead, f"{told.at}/report/initial", chosen, page=f"{told.at}/report/preview")


def recipients() -> list[str]:
    written_to = db.select(Letter.recipient_email).where(Letter.name == "initial_report_issued").order_by(Letter.id)
    return list(db.session.scalars(written_to))


def test_the_contact_and_those_who_are_chosen_get_the_letter(told, draft):
    give = lambda name, **kwargs: links.give(draft, Purpose.ORGANISATION, name, f"{name}@school.example", **kwargs)  # noqa: E731
    dee, gone = give("dee", role="Deputy head"), give("gone")
    give("eve")
    staff = links.give(draft, Purpose.PARTICIPANT, "staff", "staff@school.example")
    elsewhere = links.give(a_review(at=Stage.REPORTING), Purpose.ORGANISATION, "far", "far@school.example")
    links.revoke(gone)
    save()
    page = told.lead.page(f"{told.at}/report/preview")
    boxes = [box.attrib["value"] for box in page.all("input") if box.attrib.get("type") == "checkbox"]
    assert len(boxes) == 2
    assert "dee, Deputy head" in words_of(page)
    assert "in 10 working days" in words_of(page)
    assert issue(told, also=[str(each.id) for each in (dee, gone, staff, elsewhere)]).status_code == 302
    assert recipients() == [told.link.email, dee.email]
    db.session.expire_all()
    assert draft.response.link is told.link


def test_with_nobody_else_there_is_no_choice(told, draft):
    page = told.lead.page(f"{told.at}/report/preview")
    assert "Who else gets the letter?" not in words_of(page)
    assert issue(told).status_code == 302
    assert recipients() == [told.link.email]


def test_the_sha256_that_both_see_is_that_of_the_pdf_that_both_get(told, app):
    issued(told)
    school = open_link(app, told.link)
    pdf = school.get(f"{told.my}/report/pdf").data
    digest = hashlib.sha256(pdf).hexdigest()
    assert told.coordinator.get(f"{told.at}/report/initial/pdf").data == pdf
    assert digest in words_of(school.page(f"{told.my}/report"))
    assert digest in words_of(told.lead.page(f"{told.at}/report"))
    assert digest not in words_of(told.executive.page(f"{told.at}/report"))


def test_the_team_sees_who_opened_it_first_and_when(told, app):
    issued(told)
    dee = links.give(told.review, Purpose.ORGANISATION, "Dee Deputy", "dee@school.example")
    save()
    school, hers = open_link(app, told.link), open_link(app, dee)
    assert "Not by anybody at the organisation yet" in words_of(told.lead.page(f"{told.at}/report"))
    school.head(f"{told.my}/report")  # a scanner looks ahead
    assert readings.first_openings(told.review) == []
    first = datetime.now(UTC)
    school.get(f"{told.my}/report")
    with time_machine.travel(first + timedelta(minutes=30), tick=False):
        hers.get(f"/my/{links.token(dee)}/response")
        school.get(f"{told.my}/report")
    db.session.rollback()
    opened = readings.first_openings(told.review)
    assert [each.name for each in opened] == [told.link.name, "Dee Deputy"]
    assert opened[0].at - first < timedelta(minutes=5)
    page = words_of(told.lead.page(f"{told.at}/report"))
    assert f"{told.link.name}, " in page
    assert "Dee Deputy, " in page
    assert "Dee Deputy" not in words_of(told.executive.page(f"{told.at}/report"))


def everything_there(app, told) -> str:
    school = open_link(app, told.link)
    pages = (
        "",
        "/report",
        "/response",
        "/response/point",
        "/response/colleagues",
        "/final-report",
        "/final-report/pdf",
    )
    return "".join(school.get(f"{told.my}{page}").get_data().decode(errors="replace") for page in pages)


def test_nobody_at_the_organisation_sees_a_draft(told, draft, app):
    queries.section_of(draft.initial_report, SectionKind.SUMMARY).text = SECRET
    save()
    assert "Initial report: draft, not issued" in words_of(told.lead.page(f"{told.at}/report/preview"))
    assert SECRET not in everything_there(app, told)
    assert issue(told).status_code == 302
    assert SECRET in everything_there(app, told)


def test_the_issued_version_stays_while_the_final_one_is_revised(told, app):
    issued(told)
    responding.send(told.review, told.link, no_inaccuracies=True)
    outbox.commit()
    before = open_link(app, told.link).get(f"{told.my}/report/pdf").data
    queries.section_of(told.review.final_report, SectionKind.SUMMARY).text = SECRET
    save()
    assert "Final report: draft, not approved" in words_of(told.coordinator.page(f"{told.at}/report/preview"))
    assert SECRET not in everything_there(app, told)
    school = open_link(app, told.link)
    assert "A confident team." in words_of(school.page(f"{told.my}/report"))
    assert school.get(f"{told.my}/report/pdf").data == before
    assert issuing.who_else(told.review) == []
