"""Checks before issue: what is found, what is left alone, and that they only warn."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerreview.audits import load_templates
from peerreview.extensions import db
from peerreview.models import AuditTemplate, PeerRating
from peerreview.models import Tested as How
from peerreview.reports import checks, contents, identifying
from peerreview.reports.checks import Limits, Rated, count_words, reading_age
from peerreview.reports.contents import Recommendation, Section
from tests.builders import save
from tests.inspector import text_of
from tests.reports.conftest import send, written
from tests.reports.test_writers import press

LETTER, NAME, FAMILY = "a child or family by a letter", "a child by name", "a family by name"
INITIALS, AGE, BIRTH = "initials with an age", "one child’s age", "a date of birth"
NONE = Limits({}, 99)

NAMED = [
    ("We read the file of child A with the lead.", LETTER, "child A"),
    ("Baby X was discussed at length.", LETTER, "Baby X"),
    ("Family B, who moved here, was known.", LETTER, "Family B"),
    ("The young person C told staff.", LETTER, "young person C"),
    ("A pupil called Jamie said so.", NAME, "pupil called Jamie"),
    ("As in the case of Baby Peter we saw.", NAME, "Baby Peter"),
    ("Work with the Smith-Jones family was good.", FAMILY, "the Smith-Jones family"),
    ("JS (7) had a plan.", INITIALS, "JS (7)"),
    ("The plan of J.S., aged 7, was seen.", INITIALS, "J.S., aged 7,"),
    ("A girl aged 14 spoke to us.", AGE, "aged 14"),
    ("The 7-year-old had no plan.", AGE, "7-year-old"),
    ("Her date of birth: 3/4/2015 was in the file.", BIRTH, "date of birth: 3/4/2015"),
    ("He was born on 3 April 2015.", BIRTH, "born on 3 April 2015"),
]
HARMLESS = [
    "Child protection files are kept in order. Family Hubs and the early help family worker are known.",
    "Pupils aged 4 to 11 were asked. Children aged 3-5 have their own door; staff aged 18 and over are checked.",
    "The 7-year-olds could say whom to tell. The parent I met agreed. Pupil A levels were not looked at.",
    "KS (2) and DSL (3) are shorthand here. HR (2) too. The Baby Room is bright. Section 11 applies.",
    "Dates of birth are checked against passports. A child is told why. The school was born of a merger in 2012.",
    "The designated lead is 47, and was appointed in 2019. Ofsted came on 3 April 2025.",
    "The extended family is invited. The Early Help family offer is known. Parents and a family support worker came.",
]


@pytest.mark.parametrize(("text", "what", "found"), NAMED)
def test_what_may_name_a_child_is_found(text, what, found):
    assert [(each.what, each.words) for each in identifying.mentions(text)] == [(what, found)]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_alike_is_left_alone(text):
    assert identifying.mentions(text) == ()


def a_report(texts=None, rows=(), **more):
    texts = {1: "Good.", 2: "Good.", 3: "Good.", 5: "Good."} if texts is None else texts
    sections = tuple(Section(number, texts.get(number, "")) for number in contents.TITLES)
    facts = {"is_final": False, "board": "B", "organisation": "O", "reference": "R", "visited_on": None}
    return contents.Report(**facts, team=(), present=(), sections=sections, recommendations=tuple(rows), **more)


GOOD_ROW = Recommendation("Keep a record.", "Head teacher", date(2027, 1, 29))
LONG = "Notwithstanding considerable organisational complexities, safeguarding arrangements demonstrably incorporate "


@pytest.mark.parametrize(
    ("report", "rated", "limits", "expected"),
    [
        (a_report(rows=[GOOD_ROW]), [Rated("1.1 Policy", True, True)], NONE, []),
        (
            a_report({1: "Good.", 2: " "}, rows=[GOOD_ROW]),
            [],
            NONE,
            [
                ("2", "Strengths: nothing is written here."),
                ("3", "Areas for improvement: nothing is written here."),
                ("5", "Good practice: nothing is written here."),
            ],
        ),
        (a_report(), [], NONE, [("4", "Recommendations: nothing is written here.")]),
        (
            a_report(rows=[Recommendation("Ask."), Recommendation("Ask child A.", "Head", date(2027, 1, 1))]),
            [],
            NONE,
            [
                ("R1", "Recommendation R1 has no suggested owner and no suggested date."),
                ("R2", "Recommendation R2 may show a child or family by a letter: “child A”."),
            ],
        ),
        (
            a_report({1: "One two three four.", 2: "A", 3: "B", 5: "C"}, rows=[GOOD_ROW]),
            [],
            Limits({1: 3, 2: 0}, 99),
            [("1", "Summary has 4 words, 1 more than the 3 that it should.")],
        ),
        (
            a_report({1: "Fine.\n\nBaby X.", 2: "A", 3: "B", 5: "C"}, rows=[GOOD_ROW]),
            [Rated("1.1 Policy", False, True), Rated("1.2 Training", True, False)],
            NONE,
            [
                ("1", "Paragraph 1.2 may show a child or family by a letter: “Baby X”."),
                ("ratings", "1.1 Policy is rated, but no reason is given."),
                ("ratings", "1.2 Training is rated, but it was not tested on the visit."),
            ],
        ),
        (
            a_report({1: LONG * 10, 2: "A", 3: "B", 5: "C"}, rows=[GOOD_ROW]),
            [],
            Limits({}, 17),
            [
                (
                    "1",
                    "Summary may be hard to read: it suits readers aged 22 or older. "
                    "Shorter sentences and words would help.",
                )
            ],
        ),
    ],
)
def test_what_is_worth_a_look(report, rated, limits, expected):
    assert [(each.place, each.words) for each in checks.doubts(report, rated, limits)] == expected


def test_reading_age_is_that_of_the_published_formula():
    text = "The cat sat on the mat. " * 20
    assert reading_age(text) == 5  # far below a first reader: never less than five
    fifteen = " ".join(["write"] * 15)
    assert reading_age(f"{fifteen}. " * 6) == 10 + 5  # 4.71 × 5 + 0.5 × 15 − 21.43 = 9.62, in the tenth year
    assert reading_age(f"{fifteen} " * 6) == checks.OLDEST
    assert reading_age("Too short to say.") is None


@given(st.text() | st.lists(st.sampled_from([text for text, *_rest in NAMED] + HARMLESS)).map("\n\n".join))
def test_no_text_breaks_them_and_the_same_text_says_the_same(text):
    report = a_report({1: text, 2: text}, rows=[Recommendation(text)])
    limits = Limits({1: 5, 2: 5}, 12)
    first = checks.doubts(report, [], limits)
    assert first == checks.doubts(report, [], limits)
    assert all(each.words in text for each in identifying.mentions(text))
    age = reading_age(text)
    assert age is None or 5 <= age <= checks.OLDEST
    assert count_words(text + " " + text) == 2 * count_words(text)


def test_the_preview_shows_them_with_the_way_there_and_refuses_nothing(told):
    written(told.review)
    save()
    press(told, told.lead, summary="Child A was seen.", do="preview")
    page = told.lead.page(f"{told.at}/report/preview")
    said = [text_of(row) for row in page.with_class("app-checks")[0]]
    assert any("“Child A”" in row for row in said)
    ways = [link.attrib["href"] for link in page.all("a") if "#" in link.attrib.get("href", "")]
    assert {f"{told.at}/report/draft#summary", f"{told.at}/report/draft#recommendation-2"} <= set(ways)
    assert not [link for link in told.lay.page(f"{told.at}/report/preview").all("a") if "#summary" in str(link.attrib)]
    assert send(told.lead, f"{told.at}/report/initial", {}, page=f"{told.at}/report/preview").status_code == 302


def test_a_rating_without_a_reason_is_named(told):
    written(told.review)
    load_templates()
    told.review.audit_template = db.session.scalars(db.select(AuditTemplate)).first()
    standard = told.review.audit_template.standards[0]
    facts = {"self_value": "", "value": "2", "tested": How.SEEN, "reason": " ", "rated_by": "A"}
    db.session.add(PeerRating(review_id=told.review.id, standard_id=standard.id, **facts))
    save()
    page = told.lead.page(f"{told.at}/report/preview")
    assert f"{standard.code} {standard.title} is rated, but no reason is given." in "".join(page.root.itertext())


def test_the_length_of_each_section_is_shown_when_it_is_saved(told):
    press(told, told.lead, summary="Seven words " * 200, do="save")
    page = told.lead.page(f"{told.at}/report/draft")
    assert "400 words: 100 too many" in text_of(page.by_id("place-summary"))
    assert "0 of at most 1500 words" in text_of(page.by_id("place-strengths"))
