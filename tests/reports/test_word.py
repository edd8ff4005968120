"""The report as a Word document: headings, tables, the picture of the ratings, and typed text as text."""

from dataclasses import replace
from io import BytesIO

import docx
import pytest
from docx.document import Document

from peerreview.extensions import db
from peerreview.models import Event
from peerreview.reports import pdf, word
from peerreview.reports.contents import Answer, Person, Rating, Recommendation, Report, Section
from peerreview.workflow import Role
from tests.builders import a_borough, a_person, save
from tests.meetings.test_meeting_pages import CANARY, a_final_report
from tests.reports.test_pdf import FINAL, INITIAL

SCALE = ("Red", "Amber", "Green")


def read(report: Report) -> Document:
    return docx.Document(BytesIO(word.render(report)))


def test_it_has_real_headings_in_the_order_of_the_report():
    made = read(FINAL)
    headings = [(each.style.name, each.text) for each in made.paragraphs if each.style.name.startswith("Heading")]
    assert headings == [
        ("Heading 1", "1. Summary"), ("Heading 1", "2. Strengths"), ("Heading 1", "3. Areas for improvement"),
        ("Heading 1", "4. Recommendations"), ("Heading 1", "Standards"),
        ("Heading 1", "Annex: what you said, what we did"), ("Heading 2", "1. Paragraph 2.1: omission"),
    ]  # fmt: skip
    assert made.core_properties.language == "en-GB"
    assert made.core_properties.title == "Final report: peer review of safeguarding at St Mary’s Primary School"


def test_its_tables_say_what_the_report_says():
    facts, recommended, ratings = read(INITIAL).tables
    assert [cell.text for cell in facts.rows[1].cells] == ["Reference", "HAC-2026-014"]
    assert [cell.text for cell in recommended.rows[1].cells] == [
        "R1", "Keep a short record.", "Head teacher", "Friday 29 January 2027",
    ]  # fmt: skip
    assert [cell.text for cell in ratings.rows[1].cells] == ["2.4 Supervision", "Green", "Amber", "Heard"]


def test_two_ratings_on_a_scale_are_a_picture_with_words():
    rated = replace(INITIAL, ratings=(Rating("2.4 Supervision", "Green", "Amber", "Heard", SCALE, 2, 1),))
    [picture] = read(rated).inline_shapes
    assert "Own rating and team’s rating" in picture._inline.docPr.get("descr")
    assert pdf.dots_of(rated) == [{"standard": "2.4 Supervision", "steps": 3, "own": 1.0, "peer": 0.5}]
    assert len(read(INITIAL).inline_shapes) == 0


def test_a_draft_says_so_on_every_page():
    header = read(replace(INITIAL, finished_at=None)).sections[0].header.paragraphs[0].text
    assert header == "DRAFT. Initial report: draft, not issued"
    assert read(INITIAL).sections[0].header.paragraphs[0].text == ""


@pytest.mark.parametrize(
    "typed", ["<w:p>&amp; {x}", "=1+1", "\x00\x0b\ud800 odd", "[link](http://evil.example)", "🎉 ﷽"]
)
def test_what_was_typed_stays_text(typed):
    said = Answer(typed, typed, typed, typed, typed, typed)
    made = read(
        replace(
            FINAL, organisation=typed, board=typed, team=(Person(typed, typed),), sections=(Section(1, typed),),
            recommendations=(Recommendation(typed, typed),), ratings=(Rating(typed, typed, typed, typed),),
            answers=(said,),
        )
    )  # fmt: skip
    kept = "".join(each for each in typed if each.isprintable() and each not in "\ud800").strip()
    assert any(kept in each.text for each in made.paragraphs)
    assert not made.part.element.xpath("//w:hyperlink")


def test_only_who_may_read_the_report_gets_it_and_reading_is_recorded(app, sign_in):
    review = a_final_report()
    member, stranger = a_person(Role.EXECUTIVE, review.borough), a_person(Role.EXECUTIVE, a_borough("COL"))
    save()
    address = f"/reviews/{review.reference}/report/final/word"
    made = docx.Document(BytesIO(sign_in(member).get(address).data))
    assert any(CANARY in each.text for each in made.paragraphs)
    for path in (address, address.replace("final", "initial")):
        assert sign_in(stranger).get(path).status_code == 404
    assert sign_in(member).get(address.replace("final", "initial")).status_code == 404
    steps = db.session.scalars(db.select(Event.step).where(Event.person_id == member.id)).all()
    assert steps == ["read_final_report"]
