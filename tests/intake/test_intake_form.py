"""The public form, page by page: what it takes, what it refuses and gives back, and what it sends."""

import time
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peerreview import links
from peerreview.extensions import db
from peerreview.intake import drafts
from peerreview.models import Draft, Letter, PersonalLink, Purpose, Review, ReviewRequest, Selection, utc_now
from peerreview.workflow import Stage
from tests.builders import a_borough, a_review, an_organisation, save
from tests.inspector import Page
from tests.intake.form_walk import REVIEW, YOU, answered, begin, errors_of, main_of, only_review, post, send


def test_a_whole_request(any_app: Flask) -> None:
    school = an_organisation("Oakfield Primary School", postcode="E99 2BA")
    save()
    client = any_app.test_client()
    form = answered(client, school)
    check = main_of(client.get(f"{form}/check"))
    for said in ("Oakfield Primary School, London, E99 2BA", *YOU.values(), "A fresh eye would help.", "Any Tuesday"):
        assert said in check
    assert "waiting for our answer already" not in check
    answer = send(client, form)
    assert (answer.status_code, answer.location) == (302, f"{form}/sent")
    review = only_review()
    year = review.created_at.year
    assert review.reference == f"HAC-{year}-001"
    assert (review.stage, review.selection, review.organisation) == (Stage.REQUESTED, Selection.REQUEST, school)
    asked = review.request
    assert asked is not None
    assert {name: getattr(asked, name) for name in YOU} == YOU
    assert (asked.why_now, asked.suits, asked.does_not_suit) == (
        "We finished our audit.\nA fresh eye would help.", "Any Tuesday", "The week of 7 December",
    )  # fmt: skip
    assert asked.audit == "Section 175: maintained schools and colleges"
    assert db.session.scalar(db.select(db.func.count()).select_from(Draft)) == 0
    assert review.reference in main_of(client.get(f"{form}/sent"))
    assert client.get(f"{form}/you").location == f"{form}/sent"


def test_going_on_below_the_list_without_choosing_says_so_at_the_list(client: FlaskClient) -> None:
    school = an_organisation("Oakfield Primary School")
    save()
    place = f"{begin(client)}/organisation"
    searched = post(client, place, {"search": "oak"})
    assert searched.location == f"{place}?search=oak"
    answer = post(client, place, {"search": "oak"})
    assert answer.status_code == 400
    assert errors_of(answer) == ["Choose yours from the list, or say that it is not listed"]
    assert "Oakfield Primary School" in main_of(answer)
    assert post(client, place, {"search": "oak", "find": "yes"}).location == f"{place}?search=oak"
    assert post(client, place, {"search": "oak", "organisation": str(school.id)}).location.endswith("/you")


def test_the_letter_leads_to_a_copy_and_quotes_nothing_that_was_typed(app: Flask, client: FlaskClient) -> None:
    school = an_organisation("Oakfield Primary School")
    save()
    send(client, answered(client, school, name="Canary Name", role="Canary Role"))
    letter = db.session.scalars(db.select(Letter)).one()
    review = only_review()
    assert (letter.recipient_name, letter.recipient_email) == ("Canary Name", "ann@oakfield.example")
    assert letter.subject == f"We have your request for a peer review ({review.reference})"
    assert letter.text.startswith("You need do nothing now: we read your request and write to you when it is decided.")
    assert "Oakfield Primary School" in letter.text and "Canary" not in letter.text + letter.html
    assert len(letter.text.split()) < 150
    link = db.session.scalars(db.select(PersonalLink)).one()
    assert link.purpose is Purpose.REQUESTER
    address = f"/my/{links.token(link)}/request"
    assert address in links.fill(letter.text)
    copy = main_of(app.test_client().get(address))
    assert "A fresh eye would help." in copy and "We are reading it." in copy
    assert app.test_client().get(f"/my/{links.token(link)[:-1]}x/request").status_code == 404
    for rest in ("audit", "staff", "report", "final-report", "documents", "visit"):  # it opens nothing else
        assert app.test_client().get(f"/my/{links.token(link)}/{rest}").status_code == 404


def test_another_kind_of_link_does_not_open_the_copy(app: Flask, client: FlaskClient) -> None:
    school = an_organisation()
    save()
    send(client, answered(client, school))
    other = links.give(only_review(), Purpose.ORGANISATION, "Head", "head@school.example")
    save()
    assert client.get(f"/my/{links.token(other)}/request").status_code == 404


def test_an_unlisted_organisation(client: FlaskClient) -> None:
    a_borough("HAC"), a_borough("COL")
    save()
    form = begin(client)
    details = {"given_name": "The Lantern Club", "borough": "COL", "details": "Above the library"}
    assert errors_of(post(client, f"{form}/unlisted", {"details": "Kept"})) == [
        "Enter the name of your school or organisation", "Choose the borough that it is in",
    ]  # fmt: skip
    assert "Kept" in client.get(f"{form}/unlisted").text
    assert errors_of(post(client, f"{form}/unlisted", {**details, "borough": "XXX"})) == [
        "Choose one of the answers listed"
    ]
    assert post(client, f"{form}/unlisted", details).location == f"{form}/you"
    post(client, f"{form}/you", YOU), post(client, f"{form}/review", REVIEW)
    assert "Above the library" in main_of(client.get(f"{form}/check"))
    send(client, form)
    review = only_review()
    assert (review.organisation, review.organisation_name) == (None, "The Lantern Club")
    assert (review.borough.code, review.reference[:4]) == ("COL", "COL-")
    assert review.request and review.request.organisation_details == "Above the library"
    letter = db.session.scalars(db.select(Letter)).one()
    assert "Lantern" not in letter.text + letter.subject


def test_searching_without_the_script(client: FlaskClient) -> None:
    for n in range(25):
        an_organisation(f"St Mary's School {n:02}", postcode=f"E99 1A{n}")
    school = an_organisation("Oakfield Primary School", postcode="E99 2BA")
    an_organisation("Oakfield Closed School", is_open=False)
    save()
    form = begin(client)
    found = post(client, f"{form}/organisation", {"search": "oakf", "find": "yes"})
    assert found.location == f"{form}/organisation?search=oakf"
    page = Page(client.get(found.location).text)
    radios = [box for box in page.all("input") if box.attrib.get("name") == "organisation"]
    assert [radio.attrib["value"] for radio in radios] == [str(school.id)]
    assert "London, E99 2BA" in client.get(found.location).text
    assert post(client, f"{form}/organisation", {"search": "oakfi"}).location == f"{form}/organisation?search=oakfi"
    many = client.get(f"{form}/organisation?search=saint+mary").text
    assert "There are more." in many and many.count('name="organisation"') == 20
    assert "Nothing fits “zebra”" in main_of(client.get(f"{form}/organisation?search=zebra"))
    chosen = post(client, f"{form}/organisation", {"search": "oakf", "organisation": str(school.id)})
    assert chosen.location == f"{form}/you"
    again = client.get(f"{form}/organisation").text
    assert 'value="Oakfield Primary School"' in again and "checked" in again


def test_a_search_wins_over_the_old_choice_and_a_suggestion_over_both(client: FlaskClient) -> None:
    first, second = an_organisation("First School"), an_organisation("Second School")
    save()
    form = begin(client)
    both = {"search": "Second School", "organisation": str(first.id)}
    assert "?search=" in post(client, f"{form}/organisation", {**both, "find": "yes"}).location
    assert post(client, f"{form}/organisation", {**both, "picked": str(second.id), "find": "yes"}).location == (
        f"{form}/you"
    )
    assert db.session.scalars(db.select(Draft)).one().answers["organisation"] == second.id


@pytest.mark.parametrize("forged", ["0", "99999", "-1", "1e3", "9" * 40, "١", "1; drop table", "\x00"])
def test_a_forged_organisation_is_refused_at_the_field(client: FlaskClient, forged: str) -> None:
    form = begin(client)
    answer = post(client, f"{form}/organisation", {"picked": forged})
    assert errors_of(answer) == ["Search for your organisation, then choose it from the list"]
    assert db.session.scalar(db.select(db.func.count()).select_from(Review)) == 0


def test_a_closed_organisation_is_refused_at_the_field_even_when_it_closes_while_typing(client: FlaskClient) -> None:
    closed, closing = an_organisation(is_open=False), an_organisation("Closing School")
    save()
    form = begin(client)
    refused = post(client, f"{form}/organisation", {"organisation": str(closed.id)})
    said = ["This organisation is not open. Search again, or say that yours is not listed"]
    assert errors_of(refused) == said
    form = answered(client, closing)
    page_token = client.get(f"{form}/check")
    closing.is_open = False
    save()
    assert page_token.status_code == 200
    assert client.get(f"{form}/check").location == f"{form}/organisation"
    assert errors_of(client.get(f"{form}/organisation")) == said
    assert "ann@oakfield.example" in client.get(f"{form}/you").text


@pytest.mark.parametrize(
    ("typed", "messages"),
    [
        ({"name": "", "role": "", "email": ""}, ["Enter your name", "Enter your role", "Enter your email address"]),
        ({"name": "\x00\x1b\u202e\u2066"}, ["Enter your name"]),
        ({"name": "A" * 101}, ["Your name: use 100 characters or fewer. You have 101"]),
        ({"name": "Win at www.example.com"}, ["Enter a name without a web or email address"]),
        ({"email": "ann"}, ["Enter an email address in the correct format, like name@school.org.uk"]),
        ({"email": "ann@oakfield.example\r\nBcc: all@example.com"},
         ["Enter an email address in the correct format, like name@school.org.uk"]),
        ({"email": f"{'a' * 250}@b.example"}, ["Your email address: use 254 characters or fewer. You have 260"]),
        ({"phone": "call me"}, ["Enter a phone number, like 020 7946 0123 or +44 20 7946 0123 ext 12"]),
        ({"nickname": "robot"}, ["Leave the last box empty: it is there to catch robots"]),
    ],
)  # fmt: skip
def test_who_you_are_must_be_usable_and_nothing_typed_is_lost(
    client: FlaskClient, typed: dict[str, str], messages: list[str]
) -> None:
    school = an_organisation()
    save()
    form = begin(client)
    post(client, f"{form}/organisation", {"picked": str(school.id)})
    answer = post(client, f"{form}/you", {**YOU, "role": "Kept role", **typed})
    assert (answer.status_code, errors_of(answer)) == (400, messages)
    if "role" not in typed:
        assert 'value="Kept role"' in answer.text
        assert 'value="Kept role"' in client.get(f"{form}/you").text
    assert client.get(f"{form}/check").location == (f"{form}/review" if "nickname" in typed else f"{form}/you")


@pytest.mark.parametrize(
    ("typed", "messages"),
    [
        ({"why_now": " \n\t "}, ["Enter why you are asking now"]),
        ({"audit": ""}, ["Choose which audit you have done"]),
        ({"audit": "s999"}, ["Choose one of the answers listed"]),
        ({"why_now": "é" * 3001}, ["Why are you asking now: use 3,000 characters or fewer. You have 3,001"]),
        ({"suits": "x" * 1001}, ["When would a visit suit you: use 1,000 characters or fewer. You have 1,001"]),
    ],
)
def test_what_you_ask_must_be_usable_and_nothing_typed_is_lost(
    client: FlaskClient, typed: dict[str, str], messages: list[str]
) -> None:
    form = begin(client)
    answer = post(client, f"{form}/review", {**REVIEW, "does_not_suit": "Kept words", **typed})
    assert (answer.status_code, errors_of(answer)) == (400, messages)
    assert "Kept words" in answer.text and "Kept words" in client.get(f"{form}/review").text


def test_emoji_right_to_left_text_and_markup_arrive_as_they_were_meant(client: FlaskClient) -> None:
    school = an_organisation()
    save()
    form = answered(client, school, name="עדה 🌳 O’Neill")
    why = "<script>alert(1)</script> {{ 7 * 7 }} ~link-1~ בגלל \u202eש\u0007 🎒\r\nsecond line"
    post(client, f"{form}/review", {**REVIEW, "why_now": why})
    send(client, form)
    asked = db.session.scalars(db.select(ReviewRequest)).one()
    assert asked.name == "עדה 🌳 O’Neill"
    assert asked.why_now == "<script>alert(1)</script> {{ 7 * 7 }} ~link-1~ בגלל ש 🎒\nsecond line"
    link = db.session.scalars(db.select(PersonalLink)).one()
    copy = client.get(f"/my/{links.token(link)}/request").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 * 7 }} ~link-1~" in copy


def test_pages_can_be_answered_in_any_order_and_check_leads_to_what_is_missing(client: FlaskClient) -> None:
    school = an_organisation()
    save()
    form = begin(client)
    assert client.get(f"{form}/check").location == f"{form}/organisation"
    assert post(client, f"{form}/review", REVIEW).location == f"{form}/organisation"
    assert post(client, f"{form}/organisation", {"picked": str(school.id)}).location == f"{form}/you"
    assert post(client, f"{form}/you", YOU).location == f"{form}/check"
    assert post(client, f"{form}/you", {**YOU, "name": "Changed Name"}).location == f"{form}/check"
    assert "Changed Name" in main_of(client.get(f"{form}/check"))


def test_a_waiting_request_of_the_same_organisation_is_pointed_out_and_nothing_else_is(client: FlaskClient) -> None:
    asked, secret = an_organisation("Asked School"), an_organisation("Secret School")
    a_review(Stage.REQUESTED, asked, reference="HAC-2026-777")
    a_review(Stage.ARRANGING, secret)
    a_review(Stage.DECLINED, secret, stage_before_end=Stage.REQUESTED)
    save()
    form = answered(client, asked)
    check = main_of(client.get(f"{form}/check"))
    assert "A request from this organisation is waiting for our answer already." in check and "777" not in check
    assert send(client, form).location == f"{form}/sent"
    assert "waiting for our answer" not in main_of(client.get(f"{answered(client, secret)}/check"))


def test_a_robot_is_too_quick_and_a_person_loses_nothing(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "QUICKEST", 3600.0)
    school = an_organisation()
    save()
    form = answered(client, school)
    answer = post(client, f"{form}/check", {})
    assert answer.status_code == 400
    assert errors_of(answer) == ["That was quicker than anybody can read. Wait a few seconds, then send it again"]
    draft = db.session.scalars(db.select(Draft)).one()
    draft.answers = {**draft.answers, "started": time.time() - 3601}
    save()
    assert post(client, f"{form}/check", {}).location == f"{form}/sent"


def test_an_old_tab_after_sending_gets_its_text_back_and_changes_nothing(client: FlaskClient) -> None:
    school = an_organisation()
    save()
    form = answered(client, school)
    send(client, form)
    fresh = begin(client)
    late = "Something that I typed in another tab, long after sending"
    answer = post(client, f"{form}/review", {**REVIEW, "why_now": late}, page=f"{fresh}/review")
    assert answer.status_code == 409
    assert f"This request was sent already, as {only_review().reference}." in main_of(answer) and late in answer.text
    assert post(client, f"{form}/check", {}, page=f"{fresh}/review").location == f"{form}/sent"
    assert db.session.scalar(db.select(db.func.count()).select_from(Letter)) == 1


def test_a_lost_session_keeps_the_draft_and_gives_the_text_back(app: Flask, client: FlaskClient) -> None:
    form = begin(client)
    stranger = app.test_client()
    why = "A long answer that was typed while the session went away"
    refused = stranger.post(f"{form}/review", data={"csrf_token": "old", **REVIEW, "why_now": why})
    assert refused.status_code == 400 and why in refused.text
    assert post(stranger, f"{form}/review", {**REVIEW, "why_now": why}).status_code == 302


@pytest.mark.parametrize("page", ["organisation", "unlisted", "you", "review", "check", "sent"])
def test_nobody_finds_a_request_without_its_key(client: FlaskClient, page: str) -> None:
    begin(client)
    for key in ("x", "x" * 500, "%00", "' or 1=1 --"):
        assert client.get(f"/request/{key}/{page}").status_code == 404


@pytest.mark.parametrize("page", ["", "/organisation", "/unlisted", "/you", "/review", "/check", "/sent"])
def test_looking_changes_nothing(client: FlaskClient, page: str) -> None:
    form = begin(client)
    before = db.session.scalars(db.select(Draft.changed_at)).one()
    address = f"{form}{page}" if page else "/request"
    for _ in range(3):
        client.get(address), client.head(address)
    db.session.expire_all()
    assert db.session.scalars(db.select(Draft.changed_at)).one() == before


def test_drafts_that_were_never_sent_are_forgotten_after_a_month(client: FlaskClient) -> None:
    old, young = begin(client), begin(client)
    for form, days in ((old, 31), (young, 29)):
        draft = db.session.get(Draft, form.removeprefix("/request/"))
        assert draft
        draft.changed_at = utc_now() - timedelta(days=days)
    save()
    begin(client)
    assert client.get(f"{old}/you").status_code == 404
    assert client.get(f"{young}/you").status_code == 200
    assert drafts.KEPT.days == 30
