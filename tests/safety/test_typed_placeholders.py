"""A letter is filled with real tokens at hand-over: nothing that somebody typed may ask for one."""

import re

import pytest
from flask import Flask

from peerreview import letters, links
from peerreview.extensions import db
from peerreview.models import Letter, Purpose
from tests.builders import a_person, a_review, save

TOKEN = re.compile(r"[0-9]+-[A-Za-z0-9_-]{24}")


@pytest.mark.parametrize("around", ["{}", "~{}~", "~~{}~~"])
def test_a_name_cannot_bring_its_writer_a_token_of_somebody_else(app: Flask, around: str) -> None:
    person, review = a_person(), a_review()
    other = links.give(review, Purpose.ORGANISATION, "Ada Head", "ada@school.example")
    code = links.new_code(other)
    wanted = " ".join(
        around.format(f"~{what}~") for what in (f"password-{person.id}", f"link-{other.id}", f"code-{code.id}")
    )
    mine = links.give(review, Purpose.ORGANISATION, f"Eve {wanted}", "eve@school.example")
    own_code = links.new_code(mine)
    letter = letters.write("code", to=(mine.name, mine.email), review=review, link=mine, code=own_code)
    save()
    digits = {row.id: links.fill(f"~code-{row.id}~") for row in (code, own_code)}
    for sent in (links.fill(letter.text), links.fill(letter.html)):
        assert digits[own_code.id] in sent
        assert digits[code.id] not in sent
        assert TOKEN.findall(sent) == []
        assert f"-password-{person.id}-" in sent


def test_a_page_puts_the_same_name_into_no_letter_either(app: Flask) -> None:
    person, review = a_person(), a_review()
    link = links.give(review, Purpose.ORGANISATION, "Ada Head", "ada@school.example")
    save()
    browser, page = app.test_client(), f"/my/{links.token(link)}"
    review.stage = "arranging"
    save()
    answer = browser.submit(f"{page}/details", {"contact_name": f"~password-{person.id}~", "contact_role": "Head"})
    assert answer.status_code == 302
    browser.post(f"{page}/codes", data={"csrf_token": browser.token(f"{page}/code")})
    letter = db.session.scalars(db.select(Letter).where(Letter.name == "code")).one()
    assert f"the personal link of -password-{person.id}-." in links.fill(letter.text)
