"""One writer in a section at a time: shown to the others, who can take over; the text of both stays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Report, Review, SectionKind
from peerreview.models.base import as_of, utc_now
from peerreview.reports import queries, writers, writing
from peerreview.workflow import Role
from tests.builders import a_person, save
from tests.inspector import Page, text_of
from tests.reports.conftest import make, send
from tests.reports.test_history import ACCEPT, section, versions
from tests.reports.test_report_writing import typed


def press(told, browser, page=None, headers=None, **texts):
    return browser.post(f"{told.at}/report/draft", data=(page or typed(browser, told.at)) | texts, headers=headers)


def type_in(told, browser, page=None, **texts):
    return press(told, browser, page, ACCEPT, **texts)


def place(browser, told, kind):
    return text_of(browser.page(f"{told.at}/report/draft").by_id(f"place-{kind}"))


def is_readonly(browser, told, kind):
    return "readonly" in browser.page(f"{told.at}/report/draft").by_id(kind).attrib


def test_who_types_is_shown_to_the_others_and_their_box_is_for_reading(told):
    type_in(told, told.lead, strengths="We saw.")
    name = told.review.lead.person.name
    assert f"{name} is writing here since" in place(told.coordinator, told, "strengths")
    assert is_readonly(told.coordinator, told, "strengths") and not is_readonly(told.coordinator, told, "summary")
    assert "You are writing here" in place(told.lead, told, "strengths")
    assert not is_readonly(told.lead, told, "strengths")
    assert "is writing here since" in told.lay.get(f"{told.at}/report/preview").get_data(as_text=True)


def test_without_a_script_one_says_so_and_leaves_by_the_preview(told):
    press(told, told.lead, do="take-summary")
    assert is_readonly(told.coordinator, told, "summary")
    press(told, told.lead, do="preview")
    assert not is_readonly(told.coordinator, told, "summary")


def test_who_falls_silent_has_left(told):
    now = utc_now()
    type_in(told, told.lead, summary="A")
    with as_of(now + timedelta(minutes=9)):
        assert is_readonly(told.coordinator, told, "summary")
        type_in(told, told.lead, summary="A b")
    with as_of(now + timedelta(minutes=18)):
        assert is_readonly(told.coordinator, told, "summary")
    with as_of(now + timedelta(minutes=20)):
        assert not is_readonly(told.coordinator, told, "summary")
        assert type_in(told, told.coordinator, summary="B").status_code == 200


def test_what_is_typed_where_somebody_writes_is_set_aside_and_told(told):
    old = typed(told.coordinator, told.at)
    type_in(told, told.lead, summary="Theirs.")
    assert type_in(told, told.coordinator, old, summary="Mine.", strengths="Free.").status_code == 409
    answer = press(told, told.coordinator, old, summary="Mine, longer.", strengths="Free.")
    html = answer.get_data(as_text=True)
    page = Page(html)
    assert answer.status_code == 409
    assert "is writing here since" in html and (page.by_id("summary").text or "").strip() == "Mine, longer."
    assert "readonly" not in page.by_id("summary").attrib
    assert (section(told).text, section(told, "strengths").text) == ("Theirs.", "Free.")
    assert [
        (text, row.is_aside) for (_n, _w, text), row in zip(versions(told), section(told).versions, strict=True)
    ] == [
        ("Theirs.", False),
        ("Mine, longer.", True),
    ]


def test_taking_over_keeps_the_text_of_both(told):
    before = typed(told.lead, told.at)
    type_in(told, told.lead, before, summary="Lead, saved.")
    press(told, told.coordinator, do="take-summary")
    assert section(told).text == "Lead, saved."
    type_in(told, told.coordinator, summary="Coordinator.")
    late = before | {"seen_summary": writing.fingerprint("Lead, saved.")}
    assert type_in(told, told.lead, late, summary="Lead, saved. And typed on.").status_code == 409
    assert section(told).text == "Coordinator."
    assert [text for _number, _who, text in versions(told)] == [
        "Lead, saved.",
        "Coordinator.",
        "Lead, saved. And typed on.",
    ]
    answer = press(told, told.lead, late, summary="Lead, saved. And typed on.")
    page = Page(answer.get_data(as_text=True))
    fields = {box.attrib["name"]: box.attrib["value"] for box in page.all("input") if "value" in box.attrib}
    assert press(told, told.lead, fields, summary="One of both.", do="take-summary").status_code == 302
    assert section(told).text == "One of both."
    assert is_readonly(told.coordinator, told, "summary")


def test_recommendations_have_one_writer_with_their_section(told):
    old = typed(told.coordinator, told.at)
    type_in(told, told.lead, **{"rows-0-text": "Keep a record."})
    answer = press(told, told.coordinator, old, **{"rows-0-text": "Ask pupils."})
    assert answer.status_code == 409
    assert "Ask pupils." in answer.get_data(as_text=True)
    rows = [row.text for row in section(told, "recommendations").report.recommendations]
    aside = section(told, "recommendations").versions[-1]
    assert (rows, aside.is_aside, aside.recommendations) == (["Keep a record."], True, [("Ask pupils.", "", None)])
    page = told.coordinator.page(f"{told.at}/report/draft")
    assert "Keep a record." in "".join(page.root.itertext()) and page.by_id("rows-0-text") is None
    number = section(told, "recommendations").report.recommendations[0].id
    assert press(told, told.coordinator, do=f"remove-{number}").status_code == 409
    assert len(section(told, "recommendations").report.recommendations) == 1


def test_nobody_else_becomes_a_writer(told, sign_in):
    page = typed(told.lead, told.at)
    save()
    outsider = sign_in(a_person(Role.REVIEWER))
    save()
    for browser, status in [(told.lay, 403), (told.executive, 404), (outsider, 404)]:
        taking = {**page, "do": "take-summary"}
        del taking["csrf_token"]
        answer = send(browser, f"{told.at}/report/draft", taking)
        assert answer.status_code == status
    db.session.expire_all()
    assert writers.writer_of(section(told)) is None


def test_of_several_at_once_one_is_the_writer(any_app):
    told = make(lambda _person: any_app.test_client())
    people = [a_person() for _number in range(6)]
    save()
    actors, review_id = [Actor.of(person, Role.COORDINATOR) for person in people], told.review.id
    db.session.rollback()

    def begin(actor):
        with any_app.test_request_context(method="POST"):
            report = writing.open_report(db.session.get(Review, review_id))
            typed_text = {SectionKind.SUMMARY: (f"By {actor.person_id}.", writing.fingerprint(""))}
            conflicts = writing.save_sections(report, typed_text, actor)
            db.session.commit()
            return actor.person_id, bool(conflicts)

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(begin, actors))
    (winner,) = [person for person, refused in results if not refused]
    db.session.rollback()
    report = db.session.scalar(db.select(Report).where(Report.review_id == review_id))
    db.session.refresh(report)
    part = queries.section_of(report, SectionKind.SUMMARY)
    assert (part.writer_id, part.text) == (winner, f"By {winner}.")
    assert {row.text for row in part.versions if row.is_aside} == {
        f"By {person}." for person, refused in results if refused
    }
