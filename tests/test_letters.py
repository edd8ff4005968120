"""Letters: one source for text and HTML, one person each, part of the act."""

from pathlib import Path

import pytest
from flask import Flask
from jinja2 import DictLoader
from sqlalchemy import func, select

from peerreview import letters, outbox
from peerreview.extensions import db
from peerreview.models import Letter
from tests.builders import a_review, save

SOURCE = """{% set organisation = review.organisation_name %}
{% set deadline = day %}
{% set free_text = typed %}
{% set names %}one
{{ typed }}
{% endset %}
{% set staff_page = "https://review.example/x?a=1&b=2" %}
Subject: Please name staff for [organisation]

Please name the staff by [deadline].
Thank you.

[Name staff](staff page)

- [names]

[free text]
"""


@pytest.fixture
def templates(app: Flask) -> None:
    app.jinja_env.loader = DictLoader({"emails/test.txt": SOURCE, "emails/layout.html": layout()})


def layout() -> str:
    return (Path(__file__).parents[1] / "templates/emails/layout.html").read_text(encoding="utf-8")


def a_letter(typed: str = "plain") -> Letter:
    return letters.draft("test", to=("Ada Head", "ada@school.example"), review=a_review(), day="Tuesday", typed=typed)


@pytest.mark.usefixtures("templates")
def test_text_and_html_say_the_same() -> None:
    letter = a_letter()
    assert letter.subject.startswith("Please name staff for Invented Primary School")
    assert letter.text == (
        "Please name the staff by Tuesday.\nThank you.\n\nName staff:\nhttps://review.example/x?a=1&b=2\n\n"
        "- one\n- plain\n\nplain\n"
    )
    for part in (
        "Please name the staff by Tuesday.<br>Thank you.",
        'href="https://review.example/x?a=1&amp;b=2"',
        ">Name staff</a>",
        '<li style="margin:4px 0;">plain</li>',
    ):
        assert part in letter.html


@pytest.mark.usefixtures("templates")
@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "**bold**",
        "[click](javascript:alert(1))",
        "[Pay here](https://evil.example/)",
        "[deadline]",
        '& < > "',
    ],
)
def test_what_people_typed_stays_text(typed: str) -> None:
    letter = a_letter(typed)
    assert f"\n- {typed}\n\n{typed}\n" in letter.text
    assert "<script" not in letter.html
    assert 'href="javascript' not in letter.html
    assert letter.html.count("<a ") == 1


@pytest.mark.usefixtures("templates")
def test_a_line_break_cannot_enter_the_subject_or_the_name() -> None:
    review = a_review()
    assert review.organisation is not None
    review.organisation.name = "School\r\nBcc: everybody@school.example"
    letter = letters.draft("test", to=("Ada\r\nBcc: x", "ada@school.example"), review=review, day="", typed="")
    assert "\n" not in letter.subject + letter.recipient_name
    assert "\r" not in letter.subject + letter.recipient_name


@pytest.mark.usefixtures("templates")
def test_a_failed_act_writes_no_letter_and_a_kept_one_wakes_the_worker(app: Flask) -> None:
    woken: list[str] = []
    app.extensions["wake_worker"] = lambda: woken.append("woken")
    db.session.add(a_letter())
    db.session.flush()
    db.session.rollback()
    assert db.session.scalar(select(func.count(Letter.id))) == 0
    db.session.add(a_letter())
    outbox.commit()
    assert db.session.scalar(select(func.count(Letter.id))) == 1
    assert woken == ["woken"]


def test_a_get_cannot_commit(app: Flask) -> None:
    for method in ("GET", "HEAD", "OPTIONS"):
        with app.test_request_context("/", method=method), pytest.raises(RuntimeError, match="must not change"):
            outbox.commit()
    with app.test_request_context("/", method="POST"):
        save()
