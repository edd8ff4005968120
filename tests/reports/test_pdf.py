"""The PDF is read back: what it says, and that it is an accessible document in British English."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from peerreview.reports import contents, pdf
from peerreview.reports.contents import Answer, Person, Rating, Recommendation, Report, Section

INITIAL = Report(
    is_final=False,
    board="City & Hackney Safeguarding Children Board",
    organisation="St Mary’s Primary School",
    reference="HAC-2026-014",
    visited_on=date(2026, 11, 17),
    team=(Person("Helen Marsh", "lead"), Person("Tunde Okafor", "lay member")),
    present=(Person("Grace Oyelaran", "Designated safeguarding lead"),),
    sections=(
        Section(contents.SUMMARY, "A confident team.\n\nThe work now is to write it down."),
        Section(contents.STRENGTHS, "Everybody knows whom to tell."),
        Section(contents.IMPROVEMENT, "No record of supervision is kept."),
        Section(contents.RECOMMENDATIONS, ""),
        Section(contents.GOOD_PRACTICE, ""),
    ),
    recommendations=(
        Recommendation("Keep a short record.", "Head teacher", date(2027, 1, 29)),
        Recommendation("Ask pupils."),
    ),
    ratings=(Rating("2.4 Supervision", "Green", "Amber", "Heard"),),
    finished_at=datetime(2026, 11, 24, 10, tzinfo=UTC),
    respond_by=datetime(2026, 12, 8, 23, 59, tzinfo=UTC),
)
FINAL = replace(
    INITIAL,
    is_final=True,
    version=2,
    respond_by=None,
    response="Grace Oyelaran sent the response.",
    answers=(Answer("Paragraph 2.1", "Omission", "We train drivers.", "Changed", "Seen since.", "And drivers too."),),
)


def read(report: Report) -> PdfReader:
    return PdfReader(BytesIO(pdf.render(report)))


def words_of(report: Report) -> str:
    """Its text in one line, in the order of reading, without the marks that let long words break."""
    text = " ".join(page.extract_text() for page in read(report).pages)
    return " ".join(re.sub("[\u200b\u202a-\u202e\f]", "", text).split())


def test_it_is_an_accessible_document_in_british_english_with_a_title():
    document = read(INITIAL)
    assert document.trailer["/Root"]["/Lang"] == "en-GB"
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert document.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]
    assert document.metadata.title == "Initial report: peer review of safeguarding at St Mary’s Primary School"
    assert b"pdfuaid:part>1<" in document.trailer["/Root"]["/Metadata"].get_data()


def test_the_initial_report_says_everything_once():
    words = words_of(INITIAL)
    for part in (
        "Initial report, issued Tuesday 24 November 2026 for response by Tuesday 8 December 2026 at 11:59pm",
        "Peer review of safeguarding at St Mary’s Primary School",
        "Date of the visit Tuesday 17 November 2026",
        "Helen Marsh, lead Tunde Okafor, lay member",
        "Grace Oyelaran, Designated safeguarding lead",
        "1. Summary 1.1 A confident team. 1.2 The work now is to write it down. 2. Strengths 2.1 Everybody",
        "4. Recommendations No. We recommend Suggested owner Suggested date R1 Keep a short record. Head teacher",
        "2.4 Supervision Green Amber Heard",
    ):
        assert part in words
    assert "5. Good practice" not in words
    assert "what we did" not in words


def test_the_final_report_has_what_you_said_what_we_did():
    words = words_of(FINAL)
    assert "Final report, approved Tuesday 24 November 2026" in words
    assert "Version 2 (final report)" in words
    assert words.partition("Annex: what you said, what we did")[2].startswith(
        " Grace Oyelaran sent the response. 1. Paragraph 2.1: omission You said: We train drivers. "
        "We decided: Changed Why: Seen since. New wording: And drivers too."
    )


def test_a_draft_says_so():
    assert "Initial report: draft, not issued" in words_of(replace(INITIAL, finished_at=None))
    assert "Final report: draft, not approved" in words_of(replace(FINAL, finished_at=None))


@pytest.mark.parametrize(
    "typed",
    [
        '#import "x"',
        "*bold* _it_ $x^2$ `raw` @ref <label> // not a comment /* nor this */",
        '#sys.inputs #read("/etc/passwd") \\u{41} ~ --- \'quoted\' "twice"',
        "= not a heading",
        "- not a list",
        "https://example.org/#x?a=1&b=2",
        "שלום עולם",
        "Ελλάδα Привет Zażółć ğışŞ",
    ],
)
def test_what_was_typed_is_text_everywhere(typed):
    report = replace(
        FINAL,
        organisation=typed,
        team=(Person(typed, typed),),
        sections=(Section(contents.SUMMARY, typed), Section(contents.RECOMMENDATIONS, typed)),
        recommendations=(Recommendation(typed, typed),),
        ratings=(Rating(typed, typed, typed, typed),),
        answers=(Answer(typed, typed, typed, typed, typed, typed),),
        response=typed,
    )
    everything = words_of(report)
    if typed.startswith("https"):
        everything = everything.replace(" ", "")
    for word in typed.split():
        assert everything.count(word) >= 10, word


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Well done \U0001fa90", ("Well done \U0001fa90", "Well done [ringed planet]")),
        ("\U0001f469\U0001f3fd\u200d\U0001f692 ok", ("\U0001f692 ok", "[fire engine] ok")),
        ("a বাংলা ভাষা b", ("বাংলা ভাষা b", "a [text in Bengali letters] b")),
        ("中文 b", ("中文 b", "[text in Chinese letters] b")),
    ],
)
def test_a_character_that_no_font_has_is_written_in_words(typed, shown):
    """Which of the two depends on the fonts of the machine; neither loses the report."""
    words = words_of(replace(INITIAL, sections=(Section(contents.SUMMARY, typed),), recommendations=()))
    assert any(one in words for one in shown), words


def test_characters_of_every_kind_at_once_still_make_a_document():
    every = "".join(chr(code) for code in range(1, 0x20000, 61) if not 0xD800 <= code <= 0xDFFF)
    assert pdf.render(replace(INITIAL, sections=(Section(contents.SUMMARY, every),))).startswith(b"%PDF")


def test_lone_surrogates_and_control_characters_are_left_out():
    assert "1.1 ab" in words_of(replace(INITIAL, sections=(Section(contents.SUMMARY, "a\x07\ud800b"),)))


def test_three_thousand_words_and_a_word_without_end():
    long = " ".join(f"word{at}" for at in range(3_000)) + "\n\n" + "W" * 2_000
    words = words_of(replace(INITIAL, sections=(Section(contents.IMPROVEMENT, long),), recommendations=()))
    assert " word2999 " in words
    assert words.count("W") >= 2_000


def test_it_can_be_made_by_several_threads_at_once():
    with ThreadPoolExecutor(4) as threads:
        assert len({len(document) for document in threads.map(pdf.render, [FINAL] * 8)}) == 1


def test_paragraphs_are_cut_at_empty_lines_only():
    assert contents.paragraphs("a\nb\n \n\n c \r\n\r\nd\n") == ("a\nb", "c", "d")
    assert contents.paragraphs(" \n\n ") == ()
