"""Meetings, agendas, decisions and actions, with strangers trying each page."""

from datetime import time, timedelta
from typing import Any

import pytest

from peerreview import links, process, storage
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.meetings import actions, decisions
from peerreview.models import (
    Action,
    Decision,
    Document,
    DocumentKind,
    Letter,
    Meeting,
    Outcome,
    PointKind,
    Purpose,
    Recommendation,
    Report,
    ReportSection,
    Response,
    ResponsePoint,
    Review,
    SectionKind,
    Verification,
    utc_now,
)
from peerreview.workdays import local_day
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, an_organisation, save

COORDINATOR = Actor("Ruth Adeyemi-Clarke", Role.COORDINATOR)
CANARY = "Supervision is regular and valued"


def today() -> Any:
    return local_day(utc_now())


def a_final_report(at: Stage = Stage.FINAL, borough: str = "HAC", **columns: Any) -> Review:
    review = a_review(at, an_organisation(borough=a_borough(borough)), **columns)
    initial = Report(review=review, is_final=False, version=1, finished_at=utc_now(), finished_by="A")
    final = Report(review=review, is_final=True, version=2, finished_at=utc_now(), finished_by="A")
    kept = storage.keep_bytes(b"%PDF-1.7 invented", "final.pdf", "application/pdf")
    final.pdf = Document(
        review=review,
        kind=DocumentKind.FINAL_REPORT,
        key=kept.key,
        filename=kept.filename,
        media_type=kept.media_type,
        size=kept.size,
        sha256=kept.sha256,
        handed_in_by="A",
    )
    for position, kind in enumerate(SectionKind):
        final.sections.append(ReportSection(kind=kind, position=position, text=f"{CANARY}, {kind}."))
    final.recommendations.append(Recommendation(position=0, text="Keep a written record.", owner="Headteacher"))
    final.recommendations.append(Recommendation(position=1, text="Train a deputy lead."))
    response = Response(review=review, report=initial, sent_at=utc_now(), sent_by="Head", sent_by_role="Head")
    response.points.append(
        ResponsePoint(
            section=SectionKind.STRENGTHS,
            kind=PointKind.INACCURACY,
            text="We have three deputies.",
            decision=Decision.CHANGED,
            decision_reason="The list confirms it.",
            decided_by="A",
        )
    )
    db.session.add_all([initial, final, response])
    links.give(review, Purpose.ORGANISATION, "Head", "head@school.example")
    db.session.flush()
    return review


def a_meeting(borough: str = "HAC", held: int = 0, papers: int = 0) -> Meeting:
    """A meeting so many days from today."""
    day = today() + timedelta(days=held)
    return actions.plan_meeting(
        a_borough(borough), actions.When(day, day - timedelta(days=papers), "Room 4"), COORDINATOR
    )


def token_of(page: Any) -> str:
    return next(i.attrib["value"] for i in page.all("input") if i.attrib.get("name") == "csrf_token")


def test_a_meeting_is_planned_with_the_usual_deadline(app, sign_in):
    coordinator = a_person(Role.COORDINATOR, a_borough())
    save()
    browser = sign_in(coordinator)
    on = today() + timedelta(days=30)
    typed = {"borough": "HAC", "held_on-day": on.day, "held_on-month": on.month, "held_on-year": on.year}
    typed |= {"begins_at": "2pm", "minutes": "90"}
    typed |= {"papers_due_on-day": "", "papers_due_on-month": "", "papers_due_on-year": "", "place": "Town Hall"}
    token = token_of(browser.page("/meetings/new"))
    answer = browser.post("/meetings/new", data={"csrf_token": token, **typed})
    meeting = db.session.scalars(db.select(Meeting)).one()
    assert answer.location == f"/meetings/{meeting.id}"
    assert (meeting.held_on, meeting.papers_due_on, meeting.place) == (on, on - timedelta(days=7), "Town Hall")
    assert (meeting.begins_at, meeting.minutes) == (time(14), 90)
    again = browser.post("/meetings/new", data={"csrf_token": token, **typed})
    assert "This Executive Group meets on that day already" in again.get_data(as_text=True)
    foreign = browser.post("/meetings/new", data={"csrf_token": token, **typed, "borough": "COL"})
    assert foreign.status_code == 200 and "There is a problem" in foreign.get_data(as_text=True)


def test_an_approved_report_goes_to_the_next_meeting_in_time(any_app):
    a_meeting(held=3, papers=7)
    in_time, later = a_meeting(held=20, papers=7), a_meeting(held=60, papers=7)
    review = a_final_report(Stage.FINALISING)
    save()
    process.take(review, "approve_final_report", COORDINATOR)
    save()
    assert review.paper.meeting is in_time and review.paper.meeting is not later
    assert [event.step for event in review.events][:2] == ["put_on_agenda", "approve_final_report"]


def test_a_report_without_a_meeting_joins_the_one_that_is_planned(app):
    review, elsewhere = a_final_report(), a_final_report(borough="COL")
    meeting = a_meeting(held=20, papers=7)
    save()
    assert [paper.review for paper in meeting.papers] == [review]
    assert elsewhere.paper is None


def test_presenting_makes_actions_and_tells_the_organisation(any_app):
    review = a_final_report()
    meeting = a_meeting()
    first, second = review.final_report.recommendations
    due = today() + timedelta(days=90)
    new = [decisions.NewAction(first, "Headteacher", due), decisions.NewAction(second, "Chair of governors", due)]
    decisions.present(review, Outcome.UPDATE, "We welcome it.", new, COORDINATOR, seen=review.version)
    save()
    assert review.stage is Stage.PRESENTED
    assert (review.paper.outcome, review.paper.decision, review.paper.presented_by) == (
        Outcome.UPDATE,
        "We welcome it.",
        "Ruth Adeyemi-Clarke",
    )
    assert [(a.text, a.owner, a.due_on) for a in review.actions] == [
        ("Keep a written record.", "Headteacher", due),
        ("Train a deputy lead.", "Chair of governors", due),
    ]
    letter = db.session.scalars(db.select(Letter)).one()
    assert letter.recipient_email == "head@school.example"
    assert letter.subject == f"What the Executive Group decided on your peer review ({review.reference})"
    assert "We welcome it." not in letter.text and CANARY not in letter.text
    assert "asked for an update on the actions" in letter.text
    assert len(letter.text.split()) < 150
    assert meeting.papers == [review.paper]


@pytest.mark.parametrize("meetings", [[], [5]])
def test_nothing_is_presented_before_its_meeting(app, meetings):
    review = a_final_report()
    for held in meetings:
        a_meeting(held=held)
    save()
    with pytest.raises(process.NotNow):
        decisions.present(review, Outcome.ACCEPTED, "Yes.", [], COORDINATOR)
    assert review.stage is Stage.FINAL


def test_the_decision_is_typed_with_an_owner_for_each_recommendation(app, sign_in):
    review = a_final_report()
    a_meeting()
    browser = sign_in(a_person(Role.COORDINATOR))
    save()
    address = f"/reviews/{review.reference}/presentation"
    token = token_of(browser.page(address))
    typed = {"csrf_token": token, "version": review.version, "outcome": "accepted", "decision": "Agreed."}
    refused = browser.post(address, data=typed).get_data(as_text=True)
    assert "Enter who answers for it" in refused and "Agreed." in refused
    due = today() + timedelta(days=40)
    for n, owner in enumerate(["Headteacher", "Governor"]):
        typed |= {
            f"actions-{n}-owner": owner,
            f"actions-{n}-due_on-day": due.day,
            f"actions-{n}-due_on-month": due.month,
            f"actions-{n}-due_on-year": due.year,
        }
    answer = browser.post(address, data=typed)
    assert answer.location == f"/meetings/{review.paper.meeting_id}"
    db.session.expire_all()
    assert review.stage is Stage.PRESENTED
    assert [(a.owner, a.due_on) for a in review.actions] == [("Headteacher", due), ("Governor", due)]


def test_an_action_is_done_once_and_the_review_closed(app, sign_in):
    review = a_final_report(Stage.PRESENTED)
    action = Action(review=review, text="Train a deputy lead.", owner="Head", due_on=today())
    db.session.add(action)
    browser = sign_in(a_person(Role.COORDINATOR))
    save()
    assert "Train a deputy lead." in browser.get("/actions").get_data(as_text=True)
    token = token_of(browser.page(f"/actions/{action.id}"))
    later = "A colleague writes a sentence of her own about the same action, a moment later."
    for note, status in (("Trained in May.", 302), ("Trained in May.", 302), (later, 409)):
        typed = {"csrf_token": token, "how": "evidence", "later": "", "note": note}
        answer = browser.post(f"/actions/{action.id}", data=typed)
        assert answer.status_code == status
    assert later in answer.get_data(as_text=True)
    db.session.expire_all()
    assert (action.done_note, action.verified_how) == ("Trained in May.", Verification.EVIDENCE)
    assert [event.step for event in review.events][:2] == ["close", "complete_action"]
    assert review.stage is Stage.CLOSED
    stale = browser.post(f"/reviews/{review.reference}/closure", data={"csrf_token": token, "version": 1})
    assert stale.status_code == 409


def test_an_executive_reads_the_reports_of_their_own_borough_only(app, sign_in):
    review = a_final_report()
    meeting = a_meeting()
    mine, other = a_person(Role.EXECUTIVE, a_borough()), a_person(Role.EXECUTIVE, a_borough("COL"))
    reviewer = a_person(Role.REVIEWER)
    save()
    report = f"/reviews/{review.reference}/report/final"
    assert report in sign_in(mine).get(f"/meetings/{meeting.id}").get_data(as_text=True)
    assert CANARY in sign_in(mine).get(report).get_data(as_text=True)
    assert sign_in(mine).get(f"{report}/pdf").data == b"%PDF-1.7 invented"
    assert [e.step for e in review.events if e.step.startswith("read_")] != []
    for stranger in (other, reviewer):
        for address in (f"/meetings/{meeting.id}", report, f"{report}/pdf", f"/meetings/{meeting.id}/dates"):
            assert sign_in(stranger).get(address).status_code == 404, address
    assert CANARY not in sign_in(other).get("/meetings").get_data(as_text=True)
    assert review.reference not in sign_in(other).get("/actions").get_data(as_text=True)
    acts = [f"/reviews/{review.reference}/{noun}" for noun in ("presentation", "meeting")]
    for address in [*acts, f"/meetings/{meeting.id}/dates", "/meetings/new"]:
        assert sign_in(mine).get(address).status_code == 404, address
        assert app.test_client().get(address).status_code in (302, 401), address


def test_a_review_is_closed_from_its_actions(app, sign_in):
    review, other = a_final_report(Stage.PRESENTED), a_review(Stage.PRESENTED)
    db.session.add(Action(review=review, text="Train a deputy lead.", owner="Head", due_on=today()))
    db.session.add(Action(review=other, text="Write it down.", owner="Head", due_on=today()))
    coordinator, executive = a_person(Role.COORDINATOR), a_person(Role.EXECUTIVE, review.borough)
    save()
    assert f"/actions?review={review.reference}" in sign_in(coordinator).get(f"/reviews/{review.reference}").text
    listed = sign_in(coordinator).get(f"/actions?review={review.reference}").text
    assert "Train a deputy lead." in listed and "Write it down." not in listed
    assert f"/reviews/{review.reference}/closure" in listed
    assert f"/reviews/{review.reference}/closure" in sign_in(executive).get(f"/actions?review={review.reference}").text
    everything = sign_in(coordinator).get("/actions").text
    assert "Write it down." in everything and "/closure" not in everything


def test_a_coordinator_of_another_borough_completes_nothing(app, sign_in):
    review = a_final_report(Stage.PRESENTED)
    action = Action(review=review, text="Train a deputy lead.", owner="Head", due_on=today())
    db.session.add(action)
    outsider = a_person(Role.COORDINATOR, a_borough("COL"))
    save()
    assert sign_in(outsider).get(f"/actions/{action.id}").status_code == 404
    assert sign_in(outsider).get(f"/reviews/{review.reference}/closure").status_code == 404


def test_the_list_of_meetings_asks_as_often_for_three_as_for_one(app, sign_in, count_queries):
    browser = sign_in(a_person(Role.COORDINATOR))
    a_meeting(held=10)
    a_final_report()
    save()
    one = count_queries(lambda: browser.get("/meetings"))
    a_meeting(held=20), a_meeting("COL", held=5), a_final_report(borough="COL")
    save()
    assert count_queries(lambda: browser.get("/meetings")) == one
