"""Writing, previewing, issuing: nothing typed is lost, nobody is overwritten unseen, PDF and page agree."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from peerreview import process, storage
from peerreview.extensions import db
from peerreview.models import Document, DocumentKind, Event, Letter, Response
from peerreview.reports import issuing, pdf, queries, writing
from peerreview.workdays import local_day, working_days_between
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, save
from tests.inspector import Page, text_of
from tests.reports.conftest import COORDINATOR, TEXTS, issued, send, written


def typed(browser, at):
    """Everything that the writing page would send."""
    page = browser.page(f"{at}/report/draft")
    boxes = page.all("input", "textarea")
    return {
        box.attrib["name"]: (box.text or "").removeprefix("\n")
        if box.tag == "textarea"
        else box.attrib.get("value", "")
        for box in boxes
        if "name" in box.attrib
    }


def test_recording_the_visit_begins_the_report(told):
    assert [str(section.kind) for section in told.review.initial_report.sections] == [
        "summary",
        "strengths",
        "improvement",
        "recommendations",
        "good_practice",
    ]
    assert told.lead.page(f"{told.at}/report").h1.endswith("Report")


def test_the_lead_saves_a_draft_without_javascript(told):
    answer = told.lead.post(f"{told.at}/report/draft", data=typed(told.lead, told.at) | TEXTS | {"do": "save"})
    assert answer.status_code == 302
    assert typed(told.lead, told.at)["strengths"] == TEXTS["strengths"]
    section = queries.section_of(told.review.initial_report, "strengths")
    assert (section.version, section.changed_by) == (2, told.review.lead.person.name)


def test_what_is_typed_is_saved_by_the_script_and_the_page_stays_current(told):
    page = typed(told.lead, told.at)
    accept = {"Accept": "application/json"}
    rows = {"rows-0-text": "Keep a record.", "rows-0-owner": "Head teacher"}
    first = told.lead.post(f"{told.at}/report/draft", data=page | TEXTS | rows, headers=accept)
    assert re.fullmatch(r"[0-9]+:[0-9]{2}[ap]m|mid.+", first.json["saved"])
    again = page | TEXTS | rows | first.json["fields"] | {"summary": "Shorter.", "rows-0-text": "Keep a short record."}
    assert told.lead.post(f"{told.at}/report/draft", data=again, headers=accept).status_code == 200
    assert queries.section_of(told.review.initial_report, "summary").text == "Shorter."
    assert [row.text for row in told.review.initial_report.recommendations] == ["Keep a short record."]


def test_the_second_of_two_writers_sees_both_texts_and_decides(told):
    mine = typed(told.lead, told.at)
    other = typed(told.coordinator, told.at) | {"summary": "Theirs.", "good_practice": "A briefing."}
    told.coordinator.post(f"{told.at}/report/draft", data=other | {"do": "preview"})
    answer = told.lead.post(f"{told.at}/report/draft", data=mine | {"summary": "Mine.", "strengths": "More."})
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert (page.by_id("summary").text or "").strip() == "Mine."
    assert "Theirs." in text_of(page.with_class("app-theirs")[0])
    report = told.review.initial_report
    db.session.expire_all()
    texts = {str(section.kind): section.text for section in report.sections}
    assert (texts["summary"], texts["strengths"], texts["good_practice"]) == ("Theirs.", "More.", "A briefing.")
    fields = {box.attrib["name"]: box.attrib["value"] for box in page.all("input") if "value" in box.attrib}
    told.lead.post(
        f"{told.at}/report/draft",
        data=fields | {"summary": "Both.", "strengths": "More.", "good_practice": "A briefing."},
    )
    assert queries.section_of(report, "summary").text == "Both."


def test_a_script_that_would_overwrite_is_refused_with_words(told):
    mine = typed(told.lead, told.at)
    other = typed(told.coordinator, told.at) | {"summary": "Theirs.", "do": "preview"}
    told.coordinator.post(f"{told.at}/report/draft", data=other)
    answer = told.lead.post(
        f"{told.at}/report/draft", data=mine | {"summary": "Mine."}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 409
    assert "changed this text" in answer.json["error"]


def test_recommendations_are_added_moved_and_removed(told):
    report = told.review.initial_report
    for text in ("First.", "Second.", "Third."):
        page = typed(told.lead, told.at)
        last = max(name for name in page if name.endswith("-text"))
        told.lead.post(f"{told.at}/report/draft", data=page | {last: text, "do": "add"})
    ids = {row.text: row.id for row in report.recommendations}
    told.lead.post(f"{told.at}/report/draft", data=typed(told.lead, told.at) | {"do": f"up-{ids['Third.']}"})
    told.lead.post(
        f"{told.at}/report/draft",
        data=typed(told.lead, told.at) | {"rows-0-text": "", "do": f"remove-{ids['First.']}"},
    )
    db.session.expire_all()
    assert [(row.position, row.text) for row in report.recommendations] == [(1, "Third."), (2, "Second.")]


def test_a_date_that_is_none_keeps_every_text_on_the_page(told):
    wrong = {"rows-0-text": "Keep a record.", "rows-0-due_on-day": "31", "rows-0-due_on-month": "2"}
    data = typed(told.lead, told.at) | TEXTS | wrong | {"rows-0-due_on-year": "2027"}
    answer = told.lead.post(f"{told.at}/report/draft", data=data)
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert page.title.startswith("Error: ")
    assert (page.by_id("summary").text or "").strip() == TEXTS["summary"]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{ 7*7 }} %s", "😀 שלום", "a\x00b\x0bc", "w " * 9_000])
def test_any_text_comes_back_as_text(told, text):
    told.lead.post(f"{told.at}/report/draft", data=typed(told.lead, told.at) | {"summary": text})
    told.lead.post(f"{told.at}/report/draft", data=typed(told.lead, told.at) | {"strengths": "x", "improvement": "y"})
    shown = "".join(told.lead.page(f"{told.at}/report/preview").root.itertext())
    assert text.replace("\x00", "").replace("\x0b", "").strip() in shown


def test_a_text_without_end_is_refused_and_given_back(told):
    answer = told.lead.post(f"{told.at}/report/draft", data=typed(told.lead, told.at) | {"summary": "w" * 50_000})
    assert answer.status_code == 422
    assert "w" * 50_000 in answer.get_data(as_text=True)


def test_only_the_lead_and_the_coordinator_write(told, sign_in, client):
    stranger, elsewhere = a_person(Role.REVIEWER), a_person(Role.COORDINATOR, a_borough("COL"))
    save()
    statuses = {
        name: browser.get(f"{told.at}/report/draft").status_code
        for name, browser in {
            "lead": told.lead,
            "coordinator": told.coordinator,
            "lay": told.lay,
            "executive": told.executive,
            "stranger": sign_in(stranger),
            "elsewhere": sign_in(elsewhere),
        }.items()
    }
    assert statuses == {
        "lead": 200,
        "coordinator": 200,
        "lay": 403,
        "executive": 404,
        "stranger": 404,
        "elsewhere": 404,
    }
    assert client.get(f"{told.at}/report/draft").status_code in (302, 401)
    assert told.lay.get(f"{told.at}/report/preview").status_code == 200


def test_the_initial_report_is_issued_printed_and_told(told):
    written(told.review)
    save()
    answer = send(told.lead, f"{told.at}/report/initial", {}, page=f"{told.at}/report/preview")
    assert answer.status_code == 302
    db.session.expire_all()
    review, report = told.review, told.review.initial_report
    assert review.stage is Stage.RESPONDING
    assert working_days_between(local_day(report.finished_at), local_day(review.response_due_at)) == 10
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(b"".join(storage.read(report.pdf.key)))).pages)
    assert "Every member of staff knew both deputies." in " ".join(text.split())
    assert (report.pdf.kind, report.pdf.filename) == (
        DocumentKind.INITIAL_REPORT,
        f"{review.reference} initial report.pdf",
    )
    letter = db.session.scalars(db.select(Letter).where(Letter.name == "initial_report_issued")).one()
    assert letter.recipient_email == review.contact.email
    assert "deputies" not in letter.text + letter.subject
    assert f"/my/~link-{told.link.id}~/report" in letter.text
    assert len(letter.text.split()) < 150
    assert told.lead.page(f"{told.at}/report/initial").h1.endswith("Initial report")
    assert told.lead.get(f"{told.at}/report/initial/pdf").mimetype == "application/pdf"


def test_it_is_not_issued_before_it_is_written(told):
    page = told.lead.page(f"{told.at}/report/preview")
    assert not page.all("form") or "report/initial" not in str([form.attrib for form in page.all("form")])
    with pytest.raises(process.NotNow):
        issuing.issue_initial(told.review, COORDINATOR)
    assert told.stage() is Stage.REPORTING


def test_a_text_that_changes_while_it_is_printed_is_not_issued(told, monkeypatch):
    report = written(told.review)
    save()
    real = pdf.render

    def slow(content):
        writing.save_sections(report, {"summary": ("Other.", writing.fingerprint(TEXTS["summary"]))}, COORDINATOR)
        save()
        return real(content)

    monkeypatch.setattr(pdf, "render", slow)
    with pytest.raises(process.Overtaken):
        issuing.issue_initial(told.review, COORDINATOR)
    assert told.stage() is Stage.REPORTING
    assert db.session.scalars(db.select(Letter)).all() == []
    assert db.session.scalars(db.select(Document)).all() == []


def test_an_old_tab_does_not_issue_and_a_second_click_changes_nothing(told):
    issued(told)
    with pytest.raises(process.NotNow):
        issuing.issue_initial(told.review, COORDINATOR)
    db.session.rollback()
    assert len(db.session.scalars(db.select(Letter)).all()) == 1
    assert len(db.session.scalars(db.select(Response)).all()) == 1


def test_an_issued_report_cannot_be_changed(told):
    page = typed(told.lead, told.at)
    issued(told)
    answer = told.lead.post(
        f"{told.at}/report/draft", data=page | {"summary": "A text that came too late, but is kept."}
    )
    assert answer.status_code == 409
    assert "A text that came too late, but is kept." in answer.get_data(as_text=True)
    assert told.lead.get(f"{told.at}/report/draft").status_code == 404


def test_reading_is_noted_and_executives_read_only_the_final_report(told):
    issued(told)
    told.coordinator.page(f"{told.at}/report/initial")
    assert db.session.scalars(db.select(Event.step).where(Event.step.startswith("read_"))).all() == [
        "read_initial_report"
    ]
    assert told.executive.get(f"{told.at}/report/initial").status_code == 404
    assert told.executive.get(f"{told.at}/report/initial/pdf").status_code == 404
    assert "not ready" in text_of(told.executive.page(f"{told.at}/report").all("main")[0])


def test_the_preview_reads_like_the_report(told):
    written(told.review)
    save()
    shown = [text_of(one) for one in told.lead.page(f"{told.at}/report/preview").with_class("app-report__text")]
    issuing.issue_initial(told.review, COORDINATOR)
    save()
    assert [text_of(one) for one in told.lead.page(f"{told.at}/report/initial").with_class("app-report__text")] == shown
    assert re.match("A confident team", shown[0])


def test_printing_holds_no_transaction(told, monkeypatch):
    written(told.review)
    save()
    seen = []
    real = pdf.render
    monkeypatch.setattr(pdf, "render", lambda content: (seen.append(db.session().in_transaction()), real(content))[1])
    issuing.issue_initial(told.review, COORDINATOR)
    assert seen == [False]
