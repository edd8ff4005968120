"""Deciding the points, revising, approving, and what the organisation gets."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy.exc import IntegrityError

from peerreview import outbox, process, storage
from peerreview.extensions import db
from peerreview.models import Letter, Report, ResponsePoint, SectionKind
from peerreview.reports import issuing, queries, responding
from peerreview.reports.responding import TypedPoint
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, save
from tests.inspector import Page, text_of
from tests.reports.conftest import COORDINATOR, issued, open_link, send

POINTS = [
    TypedPoint("strengths", "2.1", "inaccuracy", "We have three deputies."),
    TypedPoint("recommendations", "R2", "omission", "Pupils are asked already."),
    TypedPoint("summary", "", "comment", "A fair visit."),
]


@pytest.fixture
def points(told):
    issued(told)
    made = [responding.add_point(told.review, point, (), "A") for point in POINTS]
    responding.send(told.review, told.link)
    outbox.commit()
    return made


def decide(browser, told, point, **typed):
    return send(browser, f"{told.at}/decisions/{point.id}", {"reason": "The list confirms it.", **typed})


def words_of(page: Page) -> str:
    return text_of(page.all("main")[0])


def decide_all(told, points):
    decide(
        told.coordinator, told, points[0], decision="changed", new_wording="Every member of staff knew three deputies."
    )
    decide(told.coordinator, told, points[1], decision="partly_changed", new_wording="Ask pupils once more.")
    decide(told.coordinator, told, points[2], decision="not_changed", reason="Thank you.")
    db.session.expire_all()


def test_the_counter_the_difference_and_the_new_wording_in_its_place(told, points):
    assert "0 of 3 decided" in words_of(told.coordinator.page(f"{told.at}/decisions"))
    decide_all(told, points)
    page = told.coordinator.page(f"{told.at}/decisions")
    assert "3 of 3 decided" in words_of(page)
    assert [text_of(mark) for mark in page.all("ins")] == [
        "added: three (end of addition)",
        "added: once more (end of addition)",
    ]
    final = told.review.final_report
    assert queries.section_of(final, "strengths").text == (
        "Every member of staff knew three deputies.\n\nGovernors ask good questions."
    )
    assert [row.text for row in final.recommendations] == ["Keep a short record.", "Ask pupils once more."]
    assert "both deputies" in queries.section_of(told.review.initial_report, "strengths").text


def test_points_are_read_in_the_order_of_the_report(told, points):
    page = told.coordinator.page(f"{told.at}/decisions")
    first = page.all("a")
    assert any(link.attrib["href"].endswith(f"/decisions/{points[2].id}") and "next" in text_of(link) for link in first)
    decide_all(told, points)
    answers = queries.content_of(told.review.final_report).answers
    assert [answer.about for answer in answers] == ["Summary", "Paragraph 2.1 (Strengths)", "Recommendation R2"]
    order = [TypedPoint("strengths", number, "comment", number) for number in ("", "2.10", "2.9")]
    rows = [ResponsePoint(id=at, section=SectionKind(p.section), paragraph=p.paragraph) for at, p in enumerate(order)]
    assert [row.paragraph for row in queries.in_order(rows)] == ["2.9", "2.10", ""]


def test_deciding_again_takes_the_wording_back(told, points):
    decide_all(told, points)
    decide(told.coordinator, told, points[0], decision="not_changed", new_wording="Left over in the box.")
    db.session.expire_all()
    assert points[0].new_wording == ""
    assert "both deputies" in queries.section_of(told.review.final_report, "strengths").text


@pytest.mark.parametrize(
    ("typed", "box"),
    [
        ({"decision": "changed", "reason": "", "new_wording": "New."}, "reason"),
        ({"decision": "", "new_wording": "New."}, "decision"),
        ({"decision": "maybe", "new_wording": "New."}, "decision"),
        ({"decision": "changed", "new_wording": "Every member of staff knew both deputies."}, "new_wording"),
        ({"decision": "changed", "new_wording": ""}, "new_wording"),
    ],
)
def test_a_decision_needs_a_reason_and_a_change_its_wording(told, points, typed, box):
    page = Page(decide(told.coordinator, told, points[0], **typed).get_data(as_text=True))
    assert page.title.startswith("Error: ")
    assert page.with_class("govuk-error-summary")[0].find(".//a").attrib["href"] == f"#{box}"
    db.session.expire_all()
    assert points[0].decision is None


def test_the_difference_is_shown_before_saving(told, points):
    answer = decide(
        told.coordinator, told, points[0], decision="changed", new_wording="Every member knew.", do="compare"
    )
    assert Page(answer.get_data(as_text=True)).all("del")
    db.session.expire_all()
    assert points[0].decision is None


def test_the_second_decider_sees_the_first_decision(told, points):
    url = f"{told.at}/decisions/{points[0].id}"
    version = re.search(r'name="version" value="([^"]*)"', told.lead.get(url).get_data(as_text=True))[1]
    decide(told.coordinator, told, points[0], decision="not_changed", reason="It was as we wrote.")
    answer = decide(told.lead, told, points[0], decision="changed", new_wording="Mine.", version=version)
    assert answer.status_code == 409
    assert "It was as we wrote." in answer.get_data(as_text=True)
    assert "Mine." in answer.get_data(as_text=True)
    db.session.expire_all()
    assert points[0].decision == "not_changed"


def test_somebody_from_the_visit_is_told_that_another_should_decide(told, points):
    assert "You were on the visit" in words_of(told.lead.page(f"{told.at}/decisions/{points[0].id}"))
    assert "You were on the visit" not in words_of(told.coordinator.page(f"{told.at}/decisions/{points[0].id}"))


def test_what_a_decider_types_is_kept(told, points):
    url = f"{told.at}/decisions/{points[0].id}"
    send(told.lead, url, {"reason": "Half a thought", "decision": "changed"}, headers={"Accept": "application/json"})
    assert "Half a thought" in told.lead.get(url).get_data(as_text=True)
    assert "Half a thought" not in told.coordinator.get(url).get_data(as_text=True)


def test_the_final_report_needs_every_point_decided(told, points):
    decide(told.coordinator, told, points[0], decision="not_changed")
    page = words_of(told.coordinator.page(f"{told.at}/report/preview"))
    assert "Decide every point" in page
    with pytest.raises(process.NotNow):
        issuing.approve_final(told.review, COORDINATOR)
    assert told.stage() is Stage.FINALISING


def test_approving_prints_tells_and_shows_what_was_done(told, points, app):
    decide_all(told, points)
    answer = send(told.coordinator, f"{told.at}/report/final", {}, page=f"{told.at}/report/preview")
    assert answer.status_code == 302
    assert told.stage() is Stage.FINAL
    report = told.review.final_report
    printed = PdfReader(BytesIO(b"".join(storage.read(report.pdf.key))))
    text = " ".join(" ".join(page.extract_text() for page in printed.pages).split())
    assert "Annex: what you said, what we did" in text
    assert "knew three deputies" in text
    letter = db.session.scalars(db.select(Letter).where(Letter.name == "final_report")).one()
    assert "deputies" not in letter.text
    school = open_link(app, told.link)
    words = words_of(school.page(f"{told.my}/final-report"))
    for part in (
        "You said: We have three deputies.",
        "We decided: Partly changed",
        "Why: Thank you.",
        "It does not say that you agree",
    ):
        assert part in words
    assert school.get(f"{told.my}/final-report/pdf").data.startswith(b"%PDF")
    assert told.executive.page(f"{told.at}/report/final").h1 == "Final report"
    assert told.executive.get(f"{told.at}/report/final/pdf").status_code == 200


def test_the_organisation_acknowledges_once(told, points, app):
    decide_all(told, points)
    issuing.approve_final(told.review, COORDINATOR)
    outbox.commit()
    school = open_link(app, told.link)
    for _ in range(2):
        send(
            school,
            f"{told.my}/final-report/acknowledgement",
            {},
            page=f"{told.my}/report" if _ else f"{told.my}/final-report",
        )
    db.session.expire_all()
    assert told.review.response.acknowledged_by == told.link.name
    assert len([event for event in told.review.events if event.step == "acknowledge_report"]) == 1


def test_approving_is_the_coordinators_and_twice_is_refused(told, points):
    decide_all(told, points)
    assert "Approve the final report" not in words_of(told.lead.page(f"{told.at}/report/preview"))
    issuing.approve_final(told.review, COORDINATOR)
    outbox.commit()
    with pytest.raises(process.NotNow):
        issuing.approve_final(told.review, COORDINATOR)
    db.session.rollback()
    assert len(db.session.scalars(db.select(Letter).where(Letter.name == "final_report")).all()) == 1


def test_the_database_refuses_two_final_reports(told, points):
    db.session.add(Report(review=told.review, is_final=True, version=2))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_outsiders_get_404(told, points, sign_in):
    stranger, elsewhere = a_person(Role.REVIEWER), a_person(Role.COORDINATOR, a_borough("COL"))
    save()
    for browser in (sign_in(stranger), sign_in(elsewhere), told.executive):
        for page in ("decisions", f"decisions/{points[0].id}", "report/initial", "report/draft", "report/preview"):
            assert browser.get(f"{told.at}/{page}").status_code == 404
    assert sign_in(elsewhere).get(f"{told.at}/report").status_code == 404


def test_a_member_who_has_not_declared_is_asked_first(told, points):
    told.review.lead.declaration = None
    save()
    assert told.lead.get(f"{told.at}/decisions").location.endswith("/interests")
