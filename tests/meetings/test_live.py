"""A meeting as it is held: what is decided on each report, what is put off or sent back, and the files with it."""

import io
from datetime import date, time, timedelta
from typing import Any

import docx
import icalendar
import pypdf
import pytest

from peerreview import process
from peerreview.extensions import db
from peerreview.meetings import actions, decisions
from peerreview.meetings.deadlines import series
from peerreview.models import Event, Letter, Meeting, Outcome, Review, SentOn
from peerreview.reports import issuing, pack, queries
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_team_member, save
from tests.meetings.test_meeting_pages import COORDINATOR, a_final_report, a_meeting, today, token_of


def on_the_agenda(*, held: int = 0) -> tuple[Review, Meeting]:
    review, meeting = a_final_report(), a_meeting(held=held)
    actions.put_on_agenda(review, meeting, COORDINATOR)
    a_team_member(review, is_lead=True)
    save()
    return review, meeting


def typed(page: Any, review: Review, **answers: str) -> dict[str, Any]:
    due, said = today() + timedelta(days=40), {"outcome": "accepted", "to_meeting": "", "text": "Agreed by all."}
    for n in range(2):
        said |= {f"actions-{n}-owner": "Head", f"actions-{n}-due_on-day": due.day}
        said |= {f"actions-{n}-due_on-month": due.month, f"actions-{n}-due_on-year": due.year}
    return said | {"csrf_token": token_of(page), "version": review.version} | answers


def letters_of(review: Review) -> list[str]:
    return list(db.session.scalars(db.select(Letter.name).where(Letter.review_id == review.id).order_by(Letter.id)))


@pytest.mark.parametrize(("decision", "outcome"), [("present", Outcome.FOLLOW_UP), ("note", Outcome.NOTED)])
def test_a_report_is_accepted_or_noted_in_the_meeting(app, sign_in, decision, outcome):
    review, meeting = on_the_agenda()
    other, _ = a_final_report(), save()
    actions.put_on_agenda(other, meeting, COORDINATOR)
    browser = sign_in(a_person(Role.COORDINATOR))
    save()
    page = browser.page(f"/meetings/{meeting.id}/live")
    assert page.title.startswith(f"Decide on {review.organisation_name}")
    address = f"/meetings/{meeting.id}/live?paper={review.reference}"
    said = typed(page, review, decision=decision, outcome="follow_up")
    assert browser.post(address, data=said).location == f"/meetings/{meeting.id}/live"
    db.session.expire_all()
    assert (review.stage, review.paper.outcome, review.paper.decision) == (Stage.PRESENTED, outcome, "Agreed by all.")
    assert [action.owner for action in review.actions] == ["Head", "Head"]
    assert browser.page(f"/meetings/{meeting.id}/live").title.startswith(f"Decide on {other.organisation_name}")
    assert browser.get(address).status_code == 404  # it has its decision


def test_a_report_is_put_off_to_a_later_meeting_with_a_reason(app, sign_in):
    review, meeting = on_the_agenda()
    later = a_meeting(held=50)
    browser = sign_in(a_person(Role.COORDINATOR))
    save()
    address = f"/meetings/{meeting.id}/live?paper={review.reference}"
    said = typed(browser.page(address), review, decision="defer", text="No time was left.", **{"actions-0-owner": ""})
    refused = browser.post(address, data=said).get_data(as_text=True)
    assert "Choose the meeting to which it is put off" in refused and "No time was left." in refused
    assert browser.post(address, data=said | {"to_meeting": str(later.id)}).status_code == 302
    db.session.expire_all()
    assert (review.stage, review.paper.meeting, review.paper.outcome) == (Stage.FINAL, later, None)
    row = db.session.scalars(db.select(SentOn)).one()
    assert (row.meeting, row.to_meeting, row.reason) == (meeting, later, "No time was left.")
    page = browser.get(f"/meetings/{meeting.id}").get_data(as_text=True)
    assert "No time was left." in page and "put off to" in page
    assert letters_of(review) == []


def test_nothing_is_put_off_to_an_earlier_or_a_foreign_meeting(app):
    review, _meeting = on_the_agenda()
    earlier, foreign = a_meeting(held=-20), a_meeting("COL", held=50)
    save()
    for to in (earlier, foreign, review.paper.meeting):
        with pytest.raises(process.NotNow, match="Choose a later meeting"):
            decisions.defer(review, to, "Why.", COORDINATOR)


def test_a_report_that_is_sent_back_is_revised_and_what_was_approved_stays(any_app):
    review, meeting = on_the_agenda()
    approved = review.final_report
    texts = [section.text for section in approved.sections]
    decisions.ask_for_changes(review, "Say who does what.", COORDINATOR, seen=review.version)
    save()
    assert (review.stage, review.paper) == (Stage.FINALISING, None)
    assert approved.superseded_at is not None and approved.finished_at is not None
    again = review.final_report
    assert again is not approved and again.finished_at is None and again.version == 3
    assert [section.text for section in again.sections] == texts
    assert [row.text for row in again.recommendations] == [row.text for row in approved.recommendations]
    assert queries.changes_wanted(review).reason == "Say who does what."
    again.sections[0].text = "Another summary."
    save()
    issuing.approve_final(review, COORDINATOR, seen=review.version)
    save()
    assert queries.changes_wanted(review) is None
    assert review.stage is Stage.FINAL and approved.sections[0].text == texts[0]
    assert queries.content_of(again).version == 3
    assert letters_of(review) == ["changes_wanted", "report_sent_back", "final_report"]
    assert [each.reason for each in meeting.sent_on] == ["Say who does what."]


def test_no_letter_says_why_a_report_was_sent_back(app):
    review, _meeting = on_the_agenda()
    decisions.ask_for_changes(review, "Say who does what.", COORDINATOR)
    save()
    assert "Say who does what" not in " ".join(db.session.scalars(db.select(Letter.text)))


def test_two_who_decide_at_once_have_one_winner(app, sign_in):
    review, meeting = on_the_agenda()
    browser = sign_in(a_person(Role.COORDINATOR))
    save()
    address = f"/meetings/{meeting.id}/live?paper={review.reference}"
    said = typed(browser.page(address), review, decision="changes", text="Please say who does what, and by when.")
    decisions.present(review, Outcome.NOTED, "Noted.", [], COORDINATOR, seen=review.version)
    save()
    answer = browser.post(address, data=said)
    assert answer.status_code in (404, 409)
    assert said["text"] in answer.get_data(as_text=True)
    db.session.expire_all()
    assert review.stage is Stage.PRESENTED and db.session.scalars(db.select(SentOn)).all() == []


def test_nothing_is_decided_before_the_meeting(app, sign_in):
    review, meeting = on_the_agenda(held=3)
    browser = sign_in(a_person(Role.COORDINATOR))
    save()
    page = browser.get(f"/meetings/{meeting.id}/live").get_data(as_text=True)
    assert "Record what it decides on that day or afterwards" in page and "Record and go on" not in page
    for act in (decisions.ask_for_changes, lambda *given: decisions.defer(review, meeting, *given[1:])):
        with pytest.raises(process.NotNow):
            act(review, "Why.", COORDINATOR)


def test_strangers_open_nothing_of_a_meeting(app, sign_in):
    _review, meeting = on_the_agenda()
    strangers = [
        a_person(Role.EXECUTIVE, a_borough("COL")),
        a_person(Role.REVIEWER),
        a_person(Role.COORDINATOR, a_borough("COL")),
    ]
    member = a_person(Role.EXECUTIVE, meeting.borough)
    save()
    files = [f"/meetings/{meeting.id}/{name}" for name in ("papers.pdf", "meeting.ics", "minutes.docx", "live")]
    for stranger in strangers:
        assert [sign_in(stranger).get(address).status_code for address in files] == [404] * 4
    assert [sign_in(member).get(address).status_code for address in files] == [200, 200, 404, 404]
    assert sign_in(member).get("/meetings/99999999999/papers.pdf").status_code == 404


def test_the_pack_holds_every_report_and_counts_as_reading(app, sign_in):
    review, meeting = on_the_agenda()
    second = a_final_report()
    actions.put_on_agenda(second, meeting, COORDINATOR)
    member = a_person(Role.EXECUTIVE, meeting.borough)
    save()
    answer = sign_in(member).get(f"/meetings/{meeting.id}/papers.pdf")
    made = pypdf.PdfReader(io.BytesIO(answer.data))
    titles = [each["/Title"] for each in made.outline if not isinstance(each, list)]
    assert titles == [f"1. {review.organisation_name}", f"2. {second.organisation_name}"]
    said = " ".join(page.extract_text() for page in made.pages)
    assert said.count("Supervision is regular and valued, summary.") == 2
    assert f"Page {len(made.pages)} of {len(made.pages)}" in said
    assert made.trailer["/Root"]["/Lang"] == "en-GB" and "/StructTreeRoot" in made.trailer["/Root"]
    page = sign_in(member).get(f"/meetings/{meeting.id}").get_data(as_text=True)
    assert f"Read by {member.name}" in page
    steps = db.session.scalars(db.select(Event.step).where(Event.person_id == member.id)).all()
    assert steps == ["read_final_report"] * 2


def test_a_report_that_was_sent_back_is_in_no_pack(app):
    review, meeting = on_the_agenda()
    decisions.ask_for_changes(review, "Why.", COORDINATOR)
    save()
    assert pack.data_of(meeting)["reports"] == []


def test_the_entry_for_a_calendar_moves_with_the_meeting(app, sign_in):
    _review, meeting = on_the_agenda()
    browser = sign_in(a_person(Role.EXECUTIVE, meeting.borough))
    save()

    def event() -> Any:
        data = browser.get(f"/meetings/{meeting.id}/meeting.ics").data
        return icalendar.Calendar.from_ical(data).walk("VEVENT")[0]

    before = event()
    assert before["dtstart"].dt == meeting.held_on and before["sequence"] == 0 and "attendee" not in before
    when = actions.When(date(2027, 7, 1), date(2027, 6, 24), "Room; 5", time(14, 30), 90)
    actions.change_meeting(meeting, when, COORDINATOR)
    save()
    after = event()
    assert (after["uid"], after["sequence"], str(after["location"])) == (before["uid"], 1, "Room; 5")
    assert after["dtstart"].dt.isoformat() == "2027-07-01T13:30:00+00:00"  # half past two in British Summer Time
    assert after["dtend"].dt - after["dtstart"].dt == timedelta(minutes=90)


def test_the_minutes_say_what_was_decided_put_off_and_who_does_what(app, sign_in):
    review, meeting = on_the_agenda()
    put_off = a_final_report()
    actions.put_on_agenda(put_off, meeting, COORDINATOR)
    later = a_meeting(held=50)
    member = a_person(Role.EXECUTIVE, meeting.borough)
    browser = sign_in(a_person(Role.COORDINATOR))
    save()
    row = review.final_report.recommendations[0]
    decisions.present(
        review, Outcome.UPDATE, "We welcome it.\n\nWell done.", [decisions.NewAction(row, "Head", today())], COORDINATOR
    )
    decisions.defer(put_off, later, "No time was left.", COORDINATOR)
    save()
    word = docx.Document(io.BytesIO(browser.get(f"/meetings/{meeting.id}/minutes.docx").data))
    said = [each.text for each in word.paragraphs]
    assert member.name in said and "We welcome it." in said and "Well done." in said
    assert any("Put off to" in line and "No time was left." in line for line in said)
    assert [cell.text for cell in word.tables[0].rows[1].cells][:2] == [row.text, "Head"]


def test_a_series_keeps_its_weekday_of_the_month():
    found = series(date(2026, 12, 8), 1, 5)  # a second Tuesday
    assert found == [date(2026, 12, 8), date(2027, 1, 12), date(2027, 2, 9), date(2027, 3, 9), date(2027, 4, 13)]
    assert series(date(2026, 3, 31), 1, 2) == [date(2026, 3, 31), date(2026, 4, 28)]  # April 2026 has four Tuesdays
    assert series(date(2027, 4, 5), 1, 2)[1] == date(2027, 5, 10)  # the first Monday of May is a bank holiday


def test_a_series_is_planned_after_its_days_were_seen(app, sign_in):
    known = a_meeting(held=0)
    browser = sign_in(a_person(Role.COORDINATOR))
    save()
    said = {"csrf_token": token_of(browser.page("/meetings/series")), "borough": "HAC", "every": "1", "how_many": "3"}
    said |= {
        "first_on-day": known.held_on.day,
        "first_on-month": known.held_on.month,
        "minutes": "120",
        "place": "Hall",
    }
    said |= {"first_on-year": known.held_on.year, "begins_at": "10am"}
    shown = browser.post("/meetings/series", data=said).get_data(as_text=True)
    assert "Check the days" in shown and db.session.scalar(db.select(db.func.count(Meeting.id))) == 1
    assert browser.post("/meetings/series", data=said | {"sure": "yes"}).location == "/meetings"
    meetings = db.session.scalars(db.select(Meeting).order_by(Meeting.held_on)).all()
    assert [m.place for m in meetings] == ["Room 4", "Hall", "Hall"]
    assert meetings[1].begins_at == time(10) and meetings[1].papers_due_on == meetings[1].held_on - timedelta(days=7)
    again = browser.post("/meetings/series", data=said | {"sure": "yes"})
    assert again.status_code == 302 and db.session.scalar(db.select(db.func.count(Meeting.id))) == 3


def test_the_meeting_asks_as_often_for_three_reports_as_for_one(app, sign_in, count_queries):
    _review, meeting = on_the_agenda()
    browser = sign_in(a_person(Role.COORDINATOR))
    save()
    before = count_queries(lambda: browser.get(f"/meetings/{meeting.id}"))
    for _ in range(2):
        actions.put_on_agenda(a_final_report(), meeting, COORDINATOR)
    save()
    assert count_queries(lambda: browser.get(f"/meetings/{meeting.id}")) == before
