"""The board's own words for a letter: facts that cannot be lost, brackets that cannot break, versions that stay."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peerreview import letters, links
from peerreview.delivery import changing, examples
from peerreview.delivery.words import LETTERS
from peerreview.extensions import db
from peerreview.letter_text import Words, problems
from peerreview.models import Event, Letter, LetterTemplate, Purpose, Review, utc_now
from peerreview.workdays import local_day
from peerreview.workflow import Role, Stage
from tests.builders import a_person, a_review, an_organisation, save
from tests.conftest import SignIn
from tests.inspector import Page, text_of

TEMPLATES = Path(__file__).parents[2] / "templates/emails"
ADDRESS = "/letter-templates/notice"
SUBJECT = "Whom should we meet, by [deadline]? ([reference])"
BODY = """Please tell us by [deadline] whom we should meet at [organisation].

[Name your people](staff page)

Peers of [board] visit you, not before [earliest day]. Your own audit is where we start.

[Read your audit](audit page)

Ask [whom to ask].
"""


@pytest.fixture
def administrator(app: Flask, sign_in: SignIn) -> FlaskClient:
    person = a_person(Role.ADMINISTRATOR, name="Ines Ward")
    save()
    return sign_in(person)


def typed(browser: Any, act: str = "save", address: str = ADDRESS, **other: str) -> Page:
    """The page after typing words and pressing a button."""
    return Page(browser.submit(address, {"subject": SUBJECT, "body": BODY, "act": act} | other).text)


def a_notice() -> Letter:
    review = db.session.scalar(db.select(Review)) or a_review(
        Stage.PLANNED, an_organisation("Oakfield [deadline] School"), reference="HAC-2026-014"
    )
    link = links.give(review, Purpose.ORGANISATION, "Ada", "ada@school.example")
    today = local_day(utc_now())
    return letters.draft("notice", to=("Ada", link.email), review=review, link=link, due=today, not_before=today)


def errors(page: Page) -> list[str]:
    return [text_of(one) for summary in page.with_class("govuk-error-summary") for one in summary.iter("li")]


def test_every_letter_has_a_title_and_an_example_of_each_fact(app: Flask) -> None:
    assert set(LETTERS) == {path.stem for path in TEMPLATES.glob("*.txt")}
    for name in LETTERS:
        standard, known = letters.standard(name)
        assert list(problems(standard, standard, known)) == []
        shown = changing.preview(name, standard)
        assert len(shown.text.split()) < changing.MOST_WORDS
        assert all(examples.facts_of(name, known).values()) or not letters.board_detail("contact_email")


def test_new_words_are_in_the_next_letter_and_in_no_earlier_one(administrator: FlaskClient) -> None:
    before = a_notice().text
    assert before.startswith("Please tell us by ") and "critical friends" in before
    assert typed(administrator).all("form") == []  # led on
    letter = a_notice()
    assert re.fullmatch(r"Whom should we meet, by \w+day \d+ \w+ \d+\? \(HAC-2026-014\)", letter.subject)
    assert "Name your people:\nhttp://localhost/my/~link-" in letter.text
    assert "whom we should meet at Oakfield [deadline] School." in letter.text  # a name is never read as a fact
    assert "critical friends" not in letter.text and letter.html.count("<a ") == 2
    assert "Your own, since" in text_of(administrator.page("/letter-templates").root)  # type: ignore[attr-defined]


def test_showing_keeps_nothing(administrator: FlaskClient) -> None:
    page = typed(administrator, "show")
    shown = text_of(page.by_id("preview"))  # type: ignore[arg-type]
    assert "Whom should we meet, by Friday 18 December 2026? (HAC-2026-014)" in shown
    assert "at Oakfield Primary School. Name your people" in shown
    assert db.session.scalars(db.select(LetterTemplate)).all() == []


BUTTON = "[Words on the button](staff page)"


@pytest.mark.parametrize(
    ("field", "old", "new", "words"),
    [
        ("subject", " ([reference])", "", "Keep [reference]: the reader needs this fact"),
        ("body", "[earliest day]", "soon", "Keep [earliest day]: the reader needs this fact"),
        ("body", "by [deadline] ", "", "Keep [deadline]: the reader needs this fact"),
        ("body", "[Name your people](staff page)", "", f"Keep the button, in a paragraph of its own: {BUTTON}"),
        ("body", "(staff page)\n\n", "(staff page)\n", "Put a button into a paragraph of its own, with an empty line"),
        ("body", "(staff page)", "(https://evil.example)", "(https://evil.example) is not a page of this letter."),
        (
            "body",
            "(staff page)",
            "(stuff page)",
            "(stuff page) is not a page of this letter. Did you mean “staff page”",
        ),
        ("body", "[board]", "[bord]", "[bord] is not a fact of this letter. Did you mean “board”?"),
        ("body", "[board]", "[staff page]", f"[staff page] is an address: write it as a button, {BUTTON}"),
        ("body", "[board]", "[board", "A square bracket has no partner. Brackets are only for facts"),
        ("body", "Peers of", "word " * 130, "The letter has 1"),
    ],
)
def test_what_would_break_a_letter_is_refused_at_its_field(
    administrator: FlaskClient, field: str, old: str, new: str, words: str
) -> None:
    changed = {"subject": SUBJECT, "body": BODY}
    changed[field] = changed[field].replace(old, new)
    page = typed(administrator, **changed)
    assert any(error.startswith(words) for error in errors(page)), errors(page)
    assert page.by_id(field).text.strip() == changed[field].strip() if field == "body" else True  # type: ignore[union-attr]
    assert db.session.scalars(db.select(LetterTemplate)).all() == []


def test_the_first_paragraph_keeps_what_to_do_and_by_when(administrator: FlaskClient) -> None:
    late = BODY.replace("by [deadline] ", "").replace("Ask [whom", "By [deadline], please. Ask [whom")
    assert errors(typed(administrator, body=late)) == [
        "Keep [deadline] in the first paragraph, which says what to do and by when"
    ]
    button_first = "[Name your people](staff page)\n\n" + BODY.replace("[Name your people](staff page)\n\n", "")
    assert "Begin with a sentence that says what to do and by when" in errors(typed(administrator, body=button_first))


def test_back_to_the_standard_words_and_every_version_stays(administrator: FlaskClient) -> None:
    standard = a_notice().text
    typed(administrator)
    typed(administrator, body=BODY.replace("Peers of", "Two peers of"))
    administrator.submit(ADDRESS, {}, to=f"{ADDRESS}/standard")  # type: ignore[attr-defined]
    assert a_notice().text.split("\n\n")[3:] == standard.split("\n\n")[3:]
    kept = db.session.scalars(db.select(LetterTemplate).order_by(LetterTemplate.version)).all()
    assert [(row.version, row.changed_by, row.source and "Two peers" in row.source) for row in kept] == [
        (1, "Ines Ward", False),
        (2, "Ines Ward", True),
        (3, "Ines Ward", None),
    ]
    said = text_of(administrator.page(ADDRESS).root)  # type: ignore[attr-defined]
    assert "Version 2: Ines Ward" in said and "Version 3, the standard words: Ines Ward" in said
    events = db.session.scalars(db.select(Event).where(Event.step == "letter_changed")).all()
    assert [row.facts["version"] for row in events] == [1, 2, 3]


def test_of_two_who_change_a_letter_the_second_reads_both(administrator: FlaskClient, sign_in: SignIn) -> None:
    other = sign_in(a_person(Role.ADMINISTRATOR, name="Otto Brand"))
    token = other.token(ADDRESS)  # type: ignore[attr-defined]
    typed(administrator)
    mine = {"csrf_token": token, "version": "0", "act": "save", "subject": SUBJECT}
    page = Page(other.post(ADDRESS, data=mine | {"body": BODY.replace("Peers of", "My peers of")}).text)
    (said,) = errors(page)
    assert said.startswith("Ines Ward changed this letter on ") and "Their words are below" in said
    assert "Peers of [board] visit you" in text_of(page.with_class("app-letter")[0])
    assert "My peers of" in page.by_id("body").text  # type: ignore[union-attr,operator]
    (version,) = [box.attrib["value"] for box in page.all("input") if box.attrib.get("name") == "version"][:1]
    again = other.post(ADDRESS, data=mine | {"version": version, "body": BODY.replace("Peers of", "My peers of")})
    assert again.status_code == 302 and "My peers of" in a_notice().text


def test_words_that_no_longer_fit_are_not_sent(app: Flask) -> None:
    source = f"Subject: {SUBJECT}\n\n{BODY}".replace("[board]", "[a fact of long ago]")
    db.session.add(LetterTemplate(name="notice", version=1, source=source, changed_by="Ines Ward"))
    save()
    assert "critical friends" in a_notice().text


def test_there_is_no_such_letter(administrator: FlaskClient) -> None:
    assert administrator.get("/letter-templates/layout").status_code == 404


PIECES = st.sampled_from(
    ["[deadline]", "[organisation]", "[reference]", "[board]", "[nobody]", "[", "]", "(staff page)", "[x](staff page)",
     "\n\n", "\n", "- ", "- [organisation]", "words", "[[deadline]](audit page)", "{{ 1 }}", "{% raw %}", "<b>"]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 400), PIECES, st.integers(0, 12)), max_size=6))
def test_words_without_a_problem_never_break(app: Flask, edits: list[tuple[int, str, int]]) -> None:
    standard, known = letters.standard("notice")
    body = standard.body
    for at, piece, gone in edits:
        body = body[:at] + piece + body[at + gone :]
    words = Words(standard.subject, body)
    if list(problems(words, standard, known)):
        return
    facts = examples.facts_of("notice", known) | {"organisation": "[deadline](staff page) <b> {{ 7 * 7 }}\n- x"}
    blocks = words.blocks_with(facts)
    text, html = letters.as_text(blocks), letters.as_html(words.subject_with(facts), blocks, "Board")
    assert facts["deadline"] in "".join(blocks[0].lines)
    assert {block.address for block in blocks if block.address} == {facts["staff page"], facts["audit page"]}
    assert html.count("<a ") == sum(bool(block.address) for block in blocks)
    assert "<b>" not in html and "{{ 7 * 7 }}" in text
