"""Personal links and codes: derived, revocable, for one person."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from peerreview import links
from peerreview.extensions import db
from peerreview.models import LinkCode, PersonalLink, Purpose, utc_now
from tests.builders import a_review, a_team_member, save


@pytest.fixture
def link(app: Flask) -> PersonalLink:
    link = links.give(a_review(), Purpose.ORGANISATION, "Ada Head", "Ada@School.example")
    save()
    return link


def code_of(link: PersonalLink) -> tuple[LinkCode, str]:
    code = links.new_code(link)
    save()
    return code, links.fill(f"~code-{code.id}~")


def test_a_link_opens_for_its_token_alone(link: PersonalLink) -> None:
    token = links.token(link)
    assert links.find(token) is link
    for wrong in (
        "",
        token[:-1],
        token + "a",
        token.swapcase(),
        token.replace("-", "_", 1),
        f"{link.id}",
        "1-" + "a" * 24,
    ):
        assert links.find(wrong) is None


def test_asking_again_gives_the_same_link_and_token(link: PersonalLink) -> None:
    again = links.give(link.review, Purpose.ORGANISATION, "Ada Head", "ada@school.example ")
    assert (again, links.token(again)) == (link, links.token(link))


def test_a_revoked_link_opens_nothing_and_comes_back_with_another_token(link: PersonalLink) -> None:
    old = links.token(link)
    links.revoke(link)
    assert links.find(old) is None
    links.give(link.review, Purpose.ORGANISATION, "Ada Head", "ada@school.example")
    assert links.find(old) is None
    assert links.find(links.token(link)) is link


def test_nothing_usable_is_in_the_database(link: PersonalLink) -> None:
    _code, digits = code_of(link)
    rows = [db.session.execute(text(f"SELECT * FROM {name}")).all() for name in ("personal_link", "link_code")]
    assert links.token(link).split("-", 1)[1] not in str(rows)
    assert digits not in str(rows)


def test_a_reviewers_link_ends_when_they_leave_the_team(app: Flask) -> None:
    member = a_team_member(a_review())
    link = links.give(member.review, Purpose.REVIEWER, "Rev", "rev@board.example", member=member)
    assert links.find(links.token(link)) is link
    member.stood_down_at = utc_now()
    assert links.find(links.token(link)) is None


def test_a_code_works_once(link: PersonalLink) -> None:
    _code, digits = code_of(link)
    assert links.use_code(link, f" {digits[:3]} {digits[3:]} ") is True
    assert links.use_code(link, digits) is False


def test_a_code_ends_after_five_wrong_tries(link: PersonalLink) -> None:
    _code, digits = code_of(link)
    wrong = f"{(int(digits) + 1) % 1_000_000:06}"
    assert [links.use_code(link, wrong) for _ in range(5)] == [False] * 5
    assert links.use_code(link, digits) is False


def test_a_code_ends_after_fifteen_minutes_and_when_another_is_sent(link: PersonalLink) -> None:
    _first, digits = code_of(link)
    with time_machine.travel(utc_now() + timedelta(minutes=15, seconds=1), tick=False):
        assert links.use_code(link, digits) is False
    _second, newer = code_of(link)
    assert links.use_code(link, digits) is (digits == newer)
    assert links.use_code(link, newer) is True


def test_a_code_of_another_link_opens_nothing(link: PersonalLink) -> None:
    other = links.give(link.review, Purpose.ORGANISATION, "Other", "other@school.example")
    code_of(other)
    _code, digits = code_of(link)
    assert links.use_code(other, digits) is False


def test_letters_hold_a_place_for_the_token_until_hand_over(link: PersonalLink) -> None:
    written = links.page(link, "/staff")
    assert written == f"http://localhost/my/~link-{link.id}~/staff"
    assert links.fill(written) == f"http://localhost/my/{links.token(link)}/staff"
    assert links.mask(written) == "http://localhost/my/(personal link)/staff"


def test_an_address_for_a_letter_is_the_same_in_a_request_and_in_the_worker(app: Flask) -> None:
    written = "http://localhost/reviews/HAC-2026-001/team"
    assert links.account_page("teams.show", reference="HAC-2026-001") == written
    with app.test_request_context("/", base_url="http://127.0.0.1:8000"):
        assert links.account_page("teams.show", reference="HAC-2026-001") == written
