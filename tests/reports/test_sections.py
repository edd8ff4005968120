"""Comments of the team on a section, and what the visit found on its way into the text."""

import pytest
from sqlalchemy import event

from peerreview.audits import load_templates
from peerreview.extensions import db
from peerreview.models import AuditTemplate, Note, NoteKind, PeerRating
from peerreview.models import Tested as How
from peerreview.reports import commenting, findings
from peerreview.workflow import Role
from tests.builders import a_person, save
from tests.inspector import text_of
from tests.reports.conftest import issued, send
from tests.reports.test_history import section, versions
from tests.reports.test_writers import is_readonly, press, type_in

SAID = "Is this what the chair meant?"


def at(told, kind="strengths"):
    return f"{told.at}/report/sections/{section(told, kind).id}"


def comments(told):
    return [(row.text, row.written_by, row.resolved_by) for row in section(told, "strengths").comments]


def words_on(browser, address):
    return " ".join("".join(browser.page(address).root.itertext()).split())


@pytest.fixture
def found(told):
    """A shared and a private note, and a rating with its reason."""
    load_templates()
    review = told.review
    review.audit_template = db.session.scalars(db.select(AuditTemplate)).first()
    standard, lead = review.audit_template.standards[1], review.lead.person
    general = {"review_id": review.id, "person_id": lead.id}
    shared = Note(**general, kind=NoteKind.VISIT, text="Staff knew\nboth deputies.", shared=True)
    private = Note(**general, kind=NoteKind.READING, text="Between me and myself.", shared=False)
    facts = {"self_value": "", "value": "2", "tested": How.SEEN, "rated_by": lead.name}
    rating = PeerRating(review_id=review.id, standard_id=standard.id, reason="The log was complete.", **facts)
    db.session.add_all([shared, private, rating])
    save()
    return {"note": f"note-{shared.id}", "private": f"note-{private.id}", "rating": f"rating-{rating.id}"}


def test_the_team_comments_and_says_what_is_done(told):
    assert send(told.lay, at(told), {"text": SAID}).status_code == 302
    lay = next(member.person.name for member in told.review.team if not member.is_lead)
    assert comments(told) == [(SAID, lay, None)]
    assert "1 open" in words_on(told.lead, f"{told.at}/report")
    assert "(1 open)" in words_on(told.lead, f"{told.at}/report/draft")
    number, lead = section(told, "strengths").comments[0].id, told.review.lead.person.name
    for _twice in range(2):
        send(told.lead, f"{at(told)}/comments/{number}", {"done": "1"}, page=at(told))
    send(told.lay, f"{at(told)}/comments/{number}", {"done": "1"}, page=at(told))
    assert comments(told) == [(SAID, lay, lead)]
    assert "open" not in words_on(told.lead, f"{told.at}/report").split("Strengths")[1].split("Areas")[0]
    send(told.lay, f"{at(told)}/comments/{number}", {"done": ""}, page=at(told))
    assert comments(told) == [(SAID, lay, None)]


def test_an_empty_comment_is_refused_at_its_field(told):
    answer = send(told.lay, at(told), {"text": "  "})
    assert answer.status_code == 422
    assert "Write your comment" in answer.get_data(as_text=True)
    assert comments(told) == []


def test_comments_are_for_the_team_only(told, sign_in):
    send(told.lay, at(told), {"text": SAID})
    number, outsider = section(told, "strengths").comments[0].id, sign_in(a_person(Role.REVIEWER))
    save()
    for browser in (told.executive, outsider):
        assert browser.get(at(told)).status_code == 404
        assert send(browser, at(told), {"text": "x"}, page=at(told)).status_code == 404
        assert send(browser, f"{at(told)}/comments/{number}", {"done": "1"}, page=at(told)).status_code == 404
    elsewhere = f"{at(told, 'summary')}/comments/{number}"
    assert send(told.lead, elsewhere, {"done": "1"}, page=at(told)).status_code == 404
    assert SAID not in words_on(told.lead, f"{told.at}/report/preview")
    issued(told)
    save()
    assert SAID in words_on(told.lay, at(told))
    assert send(told.lay, at(told), {"text": "Too late."}).status_code == 409
    assert comments(told)[0][2] is None and len(comments(told)) == 1
    assert commenting.open_ones(told.review.initial_report) == {"strengths": 1}


def test_what_was_shared_is_offered_and_put_into_the_text_once(told, found):
    page = words_on(told.lead, at(told))
    assert "Note from the visit on the whole" in page and "The log was complete." in page
    assert "Between me and myself." not in page
    for _twice in range(2):
        send(told.lead, f"{at(told)}/findings", {"key": found["note"]}, page=at(told))
    send(told.lead, f"{at(told)}/findings", {"key": found["rating"]}, page=at(told))
    assert section(told, "strengths").text == "Staff knew\nboth deputies.\n\nThe log was complete."
    assert [text for _n, _w, text in versions(told, "strengths")] == [
        "Staff knew\nboth deputies.",
        "Staff knew\nboth deputies.\n\nThe log was complete.",
    ]
    tags = [text_of(tag) for tag in told.lead.page(at(told)).with_class("govuk-tag")]
    assert tags.count("In the text") == 2
    assert is_readonly(told.coordinator, told, "strengths")


def test_a_private_note_is_never_put_in_whatever_is_sent(told, found):
    for key in (found["private"], "note-999999", "", "rating-x"):
        assert send(told.lead, f"{at(told)}/findings", {"key": key}, page=at(told)).status_code == 302
    assert section(told, "strengths").text == ""


def test_findings_wait_for_the_writer_and_for_nobody_else(told, found, sign_in):
    outsider = sign_in(a_person(Role.REVIEWER))
    save()
    for browser, status in [(told.lay, 403), (told.executive, 404), (outsider, 404)]:
        assert send(browser, f"{at(told)}/findings", {"key": found["note"]}, page=at(told)).status_code == status
    type_in(told, told.coordinator, strengths="I write.")
    assert send(told.lead, f"{at(told)}/findings", {"key": found["note"]}, page=at(told)).status_code == 409
    press(told, told.coordinator, do="preview")
    issued(told)
    save()
    before = section(told, "strengths").text
    assert send(told.lead, f"{at(told)}/findings", {"key": found["note"]}, page=at(told)).status_code == 409
    assert section(told, "strengths").text == before
    assert [each.key for each in findings.of(told.review)] == [found["note"], found["rating"]]


def test_pages_ask_as_often_for_many_rows_as_for_one(told, found):
    def asked(address):
        told.lead.get(address)
        statements: list[str] = []

        def note(_connection, _cursor, statement, *_more):
            statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        assert told.lead.get(address).status_code == 200
        event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    pages = [at(told), f"{at(told)}/history", f"{told.at}/report/draft", f"{told.at}/report"]
    send(told.lay, at(told), {"text": SAID})
    press(told, told.lead, strengths="One.", do="preview")
    before = [asked(page) for page in pages]
    for text in ("Two.", "Three."):
        send(told.lay, at(told), {"text": text})
        press(told, told.lead, strengths=text, do="preview")
    review = told.review
    for standard in review.audit_template.standards[2:4]:
        facts = {"self_value": "", "value": "2", "tested": How.SEEN, "rated_by": "A", "reason": "Seen."}
        db.session.add(PeerRating(review_id=review.id, standard_id=standard.id, **facts))
    save()
    after = [asked(page) for page in pages]
    assert len(section(told, "strengths").versions) == 3
    assert before == after
