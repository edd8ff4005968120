"""The response: kept as a draft, sent once, by one person; late within the grace; and nobody else reads it."""

import re
from datetime import timedelta
from io import BytesIO
from threading import Barrier, Thread

import pytest
import time_machine

from peerreview import links, outbox, process
from peerreview.extensions import db
from peerreview.models import (
    Draft,
    Event,
    Letter,
    PersonalLink,
    Purpose,
    ResponsePoint,
    Review,
)
from peerreview.reports import evidence, period, responding
from peerreview.workflow import Stage
from tests.builders import a_person, a_review, save
from tests.inspector import Page, text_of
from tests.reports.conftest import COORDINATOR, issued, make, open_link, send

POINT = {"about": "strengths/2.1", "kind": "inaccuracy", "text": "We have three deputies, not two."}
PDF = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def school(told, app):
    issued(told)
    return open_link(app, told.link)


def add(browser, told, **changes):
    return send(browser, f"{told.my}/response/point", POINT | changes)


def words_of(page: Page) -> str:
    return text_of(page.all("main")[0])


def test_the_report_asks_for_a_code_and_is_read_with_numbers(told, app, client, school):
    assert client.get(f"{told.my}/report").location == f"{told.my}/code?next={told.my}/report"
    page = school.page(f"{told.my}/report")
    assert "2.1 Every member of staff knew both deputies." in words_of(page)
    assert "by Tuesday" in words_of(page) or "response by" in words_of(page)
    assert school.get(f"{told.my}/report/pdf").data.startswith(b"%PDF")
    read = db.session.scalars(db.select(Event).where(Event.step == "read_initial_report")).all()
    assert [(event.actor_name, event.facts) for event in read] == [
        (told.link.name, {}),
        (told.link.name, {"as_pdf": True}),
    ]


def test_before_it_is_issued_there_is_a_calm_page(told, app):
    browser = open_link(app, told.link)
    assert "not ready yet" in words_of(browser.page(f"{told.my}/report"))
    assert "not ready yet" in words_of(browser.page(f"{told.my}/final-report"))
    assert browser.get(f"{told.my}/report/pdf").status_code == 404
    assert browser.get(f"{told.my}/response").status_code == 404


def test_a_point_is_made_from_the_paragraph_that_it_is_about(told, school):
    page = school.page(f"{told.my}/response")
    [address] = [
        link.attrib["href"] for link in page.all("a") if text_of(link).startswith("Make a point about paragraph 2.1")
    ]
    form = school.page(address)
    assert "2.1 Every member of staff knew both deputies." in text_of(form.with_class("govuk-inset-text")[0])
    chosen = [option.attrib["value"] for option in form.all("option") if "selected" in option.attrib]
    assert chosen == ["strengths/2.1"]
    send(school, f"{told.my}/response/point", POINT)
    beside = school.page(f"{told.my}/response").all("div")
    [at] = [each for each in beside if each.attrib.get("id") == "paragraph-2.1"]
    assert POINT["text"] in text_of(at)


def test_points_are_made_changed_and_removed(told, school):
    assert add(school, told).status_code == 302
    add(school, told, about="summary/", kind="comment", text="Thank you.")
    page = school.page(f"{told.my}/response")
    assert "2 points, not sent yet." in words_of(page)
    first = db.session.scalars(db.select(ResponsePoint)).first()
    send(school, f"{told.my}/response/points/{first.id}", POINT | {"text": "Three deputies since September."})
    send(school, f"{told.my}/response/points/{first.id + 1}/removal", {}, page=f"{told.my}/response")
    db.session.expire_all()
    points = [(p.section, p.paragraph, p.kind, p.text) for p in told.review.response.points]
    assert points == [("strengths", "2.1", "inaccuracy", "Three deputies since September.")]


def test_a_double_click_makes_one_point(told, school):
    add(school, told)
    add(school, told)
    assert len(told.review.response.points) == 1


@pytest.mark.parametrize(
    ("changes", "box"),
    [
        ({"text": ""}, "text"),
        ({"text": "w" * 10_001}, "text"),
        ({"kind": ""}, "kind"),
        ({"kind": "insult"}, "kind"),
        ({"about": ""}, "about"),
        ({"about": "strengths/9.9"}, "about"),
        ({"about": "<script>"}, "about"),
    ],
)
def test_what_is_wrong_with_a_point_is_said_at_its_field(told, school, changes, box):
    answer = add(school, told, **changes)
    page = Page(answer.get_data(as_text=True))
    assert page.title.startswith("Error: ")
    errors = page.with_class("govuk-error-summary")[0]
    assert [link.attrib["href"] for link in errors.iter("a")] == [f"#{box}"]
    assert (POINT | changes)["text"] in answer.get_data(as_text=True)
    assert told.review.response.points == []


def test_a_file_is_kept_with_its_point_and_a_bad_one_keeps_the_text(told, school):
    add(school, told, evidence=(BytesIO(b"MZ\x90 not a document"), "staff.exe"))
    assert told.review.response.points == []
    answer = add(school, told, evidence=(BytesIO(b"MZ\x90 not a document"), "staff.exe"))
    assert POINT["text"] in answer.get_data(as_text=True)
    add(school, told, evidence=(BytesIO(PDF), "staff list.pdf"))
    point = told.review.response.points[0]
    [file] = point.files
    assert (file.filename, file.handed_in_by) == ("staff list.pdf", told.link.name)
    assert school.get(f"{told.my}/response/points/{point.id}/files/{file.id}").data == PDF
    assert told.coordinator.get(f"{told.at}/response/points/{point.id}/files/{file.id}").status_code == 404


def a_file(number: int) -> tuple[BytesIO, str]:
    return BytesIO(PDF + b"%%%d" % number), f"proof {number}.pdf"


def test_several_files_go_with_a_point_and_one_is_taken_away(told, school, app):
    add(school, told, evidence=[a_file(1), a_file(2), a_file(2)])
    point = told.review.response.points[0]
    at = f"{told.my}/response/points/{point.id}"
    send(school, at, POINT | {"evidence": [a_file(2), a_file(3)]})
    db.session.expire_all()
    assert [file.filename for file in point.files] == ["proof 1.pdf", "proof 2.pdf", "proof 3.pdf"]
    second = point.files[1]
    assert "proof 2.pdf" in words_of(school.page(at))
    gone = f"{at}/files/{second.id}/removal"
    for _click in range(2):
        assert send(school, gone, {}, page=at).location == at
    db.session.expire_all()
    assert [file.filename for file in point.files] == ["proof 1.pdf", "proof 3.pdf"]
    assert school.get(f"{at}/files/{second.id}").status_code == 404
    assert "proof 2.pdf" not in words_of(school.page(f"{told.my}/response"))
    send(school, f"{told.my}/response", {}, page=f"{told.my}/response/check")
    page = told.coordinator.page(f"{told.at}/decisions")
    [address] = [link.attrib["href"] for link in page.all("a") if text_of(link) == "proof 3.pdf"]
    assert told.coordinator.get(address).data == PDF + b"%3"
    assert told.executive.get(address).status_code == 404
    refused = send(school, f"{at}/files/{point.files[0].id}/removal", {}, page=f"{told.my}/final-report")
    assert refused.status_code == 409  # sent: it stays as it is
    db.session.expire_all()
    assert len(point.files) == 2


def test_too_many_files_keep_the_text(told, school):
    answer = add(school, told, evidence=[a_file(number) for number in range(evidence.MOST_FILES + 1)])
    assert answer.status_code == 409
    assert POINT["text"] in answer.get_data(as_text=True)
    db.session.expire_all()
    assert told.review.response.points == []


def test_what_is_typed_is_kept_on_the_server_and_forgotten_when_saved(told, school):
    kept = send(school, f"{told.my}/response/point", POINT, headers={"Accept": "application/json"})
    assert re.fullmatch(r"[0-9]+:[0-9]{2}[ap]m|mid.+", kept.json["saved"])
    assert POINT["text"] in school.get(f"{told.my}/response/point").get_data(as_text=True)
    assert told.review.response.points == []
    add(school, told)
    assert db.session.scalars(db.select(Draft)).all() == []


def test_a_colleague_who_changed_the_same_point_is_not_overwritten(told, school, app):
    add(school, told)
    point = told.review.response.points[0]
    url = f"{told.my}/response/points/{point.id}"
    html = school.get(url).get_data(as_text=True)
    version = re.search(r'name="version" value="([^"]*)"', html)[1]
    send(open_link(app, told.link), url, POINT | {"text": "A colleague’s text."})
    answer = send(school, url, POINT | {"text": "My text.", "version": version})
    assert answer.status_code == 409
    assert "A colleague’s text." in answer.get_data(as_text=True)
    assert "My text." in answer.get_data(as_text=True)
    db.session.expire_all()
    assert point.text == "A colleague’s text."


def test_the_response_is_checked_sent_once_and_then_read_only(told, school):
    add(school, told)
    check = school.page(f"{told.my}/response/check")
    assert POINT["text"] in words_of(check)
    assert f"You send this as {told.link.name}" in words_of(check)
    assert send(school, f"{told.my}/response", {}, page=f"{told.my}/response/check").status_code == 302
    assert told.stage() is Stage.FINALISING
    response = told.review.response
    assert (response.sent_by, response.sent_by_role) == (told.link.name, told.link.role)
    assert "Your response is sent" in words_of(school.page(f"{told.my}/response"))
    letter = db.session.scalars(db.select(Letter).where(Letter.name == "response_received")).one()
    assert POINT["text"] not in letter.text
    refused = send(school, f"{told.my}/response/point", POINT, page=f"{told.my}/final-report")
    assert (refused.status_code, len(response.points)) == (409, 1)
    assert POINT["text"] in refused.get_data(as_text=True)
    assert [section.text for section in told.review.final_report.sections] == [
        section.text for section in told.review.initial_report.sections
    ]


def test_no_inaccuracies_is_confirmed_first_and_needs_no_decision(told, school):
    page = school.page(f"{told.my}/response/no-inaccuracies")
    assert "afterwards nobody can add a point" in words_of(page)
    assert told.stage() is Stage.RESPONDING  # looking sends nothing
    send(school, f"{told.my}/response/no-inaccuracies", {})
    assert told.stage() is Stage.FINALISING
    assert told.review.response.no_inaccuracies
    assert told.review.final_report_is_ready
    assert "no inaccuracies were found" in words_of(told.coordinator.page(f"{told.at}/decisions"))


def test_no_inaccuracies_is_refused_while_there_are_points(told, school):
    html = school.get(f"{told.my}/response/no-inaccuracies").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', html)[1]
    version = re.search(r'name="version" value="([^"]*)"', html)[1]
    add(school, told)
    assert school.get(f"{told.my}/response/no-inaccuracies").location == f"{told.my}/response"
    answer = school.post(f"{told.my}/response/no-inaccuracies", data={"csrf_token": token, "version": version})
    assert answer.status_code == 409
    assert told.stage() is Stage.RESPONDING


def test_an_empty_response_is_not_sent(told):
    issued(told)
    with pytest.raises(process.NotNow):
        responding.send(told.review, told.link)
    db.session.rollback()
    assert told.stage() is Stage.RESPONDING


def test_late_within_the_grace_is_taken_and_after_it_refused_with_clear_words(told, school):
    add(school, told)
    deadline = told.review.response_due_at
    one_day = deadline + timedelta(hours=12)
    with time_machine.travel(one_day, tick=False):
        assert told.review.response_is_still_accepted
    with time_machine.travel(deadline + timedelta(days=4), tick=False):
        school = open_link_now(told)
        assert "The time for a response has ended" in words_of(school.page(f"{told.my}/response"))
        answer = send(school, f"{told.my}/response/point", POINT, page=f"{told.my}/final-report")
        assert answer.status_code == 409
        assert told.stage() is Stage.RESPONDING
    with time_machine.travel(one_day, tick=False):
        school = open_link_now(told)
        assert send(school, f"{told.my}/response", {}, page=f"{told.my}/response/check").status_code == 302
    assert told.stage() is Stage.FINALISING


def open_link_now(told):
    return open_link(told.lead.application, told.link)


def test_the_deadline_is_extended_logged_and_told(told, school):
    before = told.review.response_due_at
    until = (before + timedelta(days=7)).date()
    date = {"until-day": until.day, "until-month": until.month, "until-year": until.year}
    past = date | {"until-year": until.year - 1}
    assert Page(send(told.coordinator, f"{told.at}/response-deadline", past).get_data(as_text=True)).title.startswith(
        "Error"
    )
    assert send(told.coordinator, f"{told.at}/response-deadline", date).status_code == 302
    db.session.expire_all()
    assert told.review.response_due_at == before + timedelta(days=7)
    assert db.session.scalars(db.select(Event.facts).where(Event.step == "extend_response")).one() == {
        "until": until.isoformat()
    }
    letter = db.session.scalars(db.select(Letter).where(Letter.name == "deadline_extended")).one()
    assert letter.recipient_email == told.review.contact.email
    assert told.lead.get(f"{told.at}/response-deadline").status_code == 404


def test_silence_is_recorded_only_after_the_deadline_and_is_not_agreement(told, school, sign_in):
    add(school, told)
    with pytest.raises(process.NotNow):
        period.end(told.review, COORDINATOR)
    db.session.rollback()
    with time_machine.travel(told.review.response_due_at + timedelta(minutes=1), tick=False):
        late = a_person()
        save()
        assert (
            send(sign_in(late), f"{told.at}/response-end", {}, page=f"{told.at}/response-deadline").status_code == 302
        )
    assert told.stage() is Stage.FINALISING
    assert (told.review.response.none_received, told.review.response.sent_at) == (True, None)
    assert told.review.final_report_is_ready  # a draft that was never sent is no point to decide
    coordinator = a_person()
    save()
    page = words_of(sign_in(coordinator).page(f"{told.at}/decisions"))
    assert "No response was received" in page
    assert POINT["text"] not in page
    assert "not taken as agreement" in words_of(school.page(f"{told.my}/response"))


def test_a_draft_is_the_organisations_own_until_it_is_sent(told, school):
    add(school, told)
    for browser in (told.coordinator, told.lead):
        for page in ("report", "decisions", "report/initial"):
            assert POINT["text"] not in browser.get(f"{told.at}/{page}").get_data(as_text=True)


def test_a_stranger_gets_404_everywhere(told, school, app):
    add(school, told, evidence=a_file(1))
    point = told.review.response.points[0]
    [file] = point.files
    other = a_review(at=Stage.RESPONDING)
    contact = other.contact
    strange = links.give(other, Purpose.ORGANISATION, contact.name, contact.email)
    staff = links.give(told.review, Purpose.PARTICIPANT, "Staff", "staff@school.example")
    save()
    for link in (strange, staff):
        browser = open_link(app, link)
        my = f"/my/{links.token(link)}"
        assert browser.get(f"{my}/response/points/{point.id}").status_code == 404
        assert browser.get(f"{my}/response/points/{point.id}/files/{file.id}").status_code == 404
        removal = f"{my}/response/points/{point.id}/files/{file.id}/removal"
        assert send(browser, removal, {}, page=my).status_code == 404
        assert browser.get(f"{my}/response").status_code == 404
        assert browser.get(f"{my}/report/pdf").status_code == 404
        assert browser.get(told.my + "/report").status_code == 302  # somebody else's code opens nothing
    assert open_link(app, staff).get(f"/my/{links.token(staff)}/report").status_code == 404


def test_looking_changes_nothing(told, school):
    add(school, told)
    point = told.review.response.points[0]
    pages = ["report", "response", "response/check", "response/point", f"response/points/{point.id}", "final-report"]
    before = told.review.version
    for page in pages:
        assert school.head(f"{told.my}/{page}").status_code == 200
        assert school.get(f"{told.my}/{page}").status_code == 200
    assert school.get(f"{told.my}/response/no-inaccuracies").status_code == 302  # there are points
    db.session.expire_all()
    assert (told.review.version, told.review.response.sent_at) == (before, None)


@pytest.mark.parametrize("both", ["points", "no inaccuracies"])
def test_two_who_send_at_once_make_one_response(any_app, both):
    told = make(lambda person: any_app.test_client())
    issued(told)
    if both == "points":
        typed = responding.TypedPoint("strengths", "2.1", "comment", "Thanks.")
        responding.add_point(told.review, typed, (), "A")
    outbox.commit()
    review_id, version, barrier, outcomes = told.review.id, told.review.version, Barrier(2), []
    ids = (told.link.id, told.link.id)  # one person with two windows
    db.session.remove()

    def one(link_id):
        with any_app.app_context():
            review = db.session.get(Review, review_id)
            link = db.session.get(PersonalLink, link_id)
            db.session.rollback()
            barrier.wait()
            try:
                responding.send(review, link, no_inaccuracies=both != "points", seen=version)
                outbox.commit()
                outcomes.append("sent")
            except process.Overtaken:
                outcomes.append("overtaken")
            finally:
                db.session.remove()

    threads = [Thread(target=one, args=(link_id,)) for link_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["overtaken", "sent"]
    review = db.session.get(Review, review_id)
    assert review.stage is Stage.FINALISING
    assert [report.is_final for report in review.reports] == [False, True]
    assert len([event for event in review.events if event.step == "send_response"]) == 1
