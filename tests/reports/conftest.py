"""A review whose visit was held, its people, and browsers for each of them."""

import re
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from peerreview import access, links, outbox, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Attendance, Declaration, Membership, PersonalLink, Purpose, Report, Review, VisitRecord
from peerreview.reports import issuing, queries, recommending
from peerreview.workflow import Role, Stage
from tests.builders import a_person, a_review, a_team_member, save

COORDINATOR = Actor("Cora Lane", Role.COORDINATOR)
TEXTS = {
    "summary": "A confident team.\n\nThe work now is to write it down.",
    "strengths": "Every member of staff knew both deputies.\n\nGovernors ask good questions.",
    "improvement": "Induction depends on one person.",
}

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Told:
    """One review with its people; ``as_lead`` and so on are browsers in which each has signed in."""

    review: Review
    lead: FlaskClient
    lay: FlaskClient
    coordinator: FlaskClient
    executive: FlaskClient
    link: PersonalLink

    @property
    def at(self) -> str:
        return f"/reviews/{self.review.reference}"

    @property
    def my(self) -> str:
        return f"/my/{links.token(self.link)}"

    def stage(self) -> Stage:
        db.session.rollback()
        return self.review.stage


def send(browser: FlaskClient, url: str, data: dict, page: str | None = None, **kwargs) -> TestResponse:
    """Fill the form of a page in and send it, with the page's token and version; a page without one, as an old tab."""
    html = browser.get(page or url).get_data(as_text=True)
    version = re.search(r'name="version" value="([^"]*)"', html)
    token = TOKEN.search(html) or TOKEN.search(browser.get("/sign-in").get_data(as_text=True))
    assert token, html
    filled = {"csrf_token": token[1], **({"version": version[1]} if version else {}), **data}
    return browser.post(url, data=filled, **kwargs)


def open_link(app: Flask, link: PersonalLink) -> FlaskClient:
    """A browser in which the code of the link was given."""
    browser = app.test_client()
    with browser.session_transaction() as session:
        session[access._code_key(link)] = time.time()
    return browser


def written(review: Review) -> Report:
    """The initial report with text in every section that must have it, and two recommendations."""
    report = review.initial_report
    for kind, text in TEXTS.items():
        queries.section_of(report, kind).text = text
    recommending.save_recommendations(
        report,
        [
            recommending.TypedRecommendation(None, "", "Keep a short record.", "Head teacher", date(2027, 1, 29)),
            recommending.TypedRecommendation(None, "", "Ask pupils.", "", None),
        ],
        COORDINATOR,
    )
    return report


def issued(told: Told) -> Review:
    """The same, with the organisation for response."""
    written(told.review)
    save()
    issuing.issue_initial(told.review, COORDINATOR)
    outbox.commit()
    return told.review


@pytest.fixture
def told(app: Flask, sign_in) -> Told:
    return make(sign_in)


def make(sign_in) -> Told:
    review = a_review(at=Stage.PREPARING)
    none = {"declaration": Declaration.NONE, "declared_at": datetime.now(UTC)}
    lead = a_team_member(review, is_lead=True, **none)
    lay = a_team_member(review, Membership.LAY_MEMBER, **none)
    review.visit_record = VisitRecord(held_on=date(2026, 11, 17), minutes=150, recorded_by=lead.person.name)
    review.visit_record.attendance.append(Attendance(name="Grace Oyelaran", role="DSL", of_the_team=False))
    process.take(review, "record_visit", COORDINATOR)
    coordinator, executive = a_person(), a_person(Role.EXECUTIVE, review.borough)
    contact = review.contact
    link = links.give(review, Purpose.ORGANISATION, contact.name, contact.email, role=contact.role)
    save()
    return Told(review, sign_in(lead.person), sign_in(lay.person), sign_in(coordinator), sign_in(executive), link)
