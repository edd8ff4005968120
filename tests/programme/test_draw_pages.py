"""A draw on screen: pool, freeze, seed, result; who may, who may not, and what a changed record says."""

import hashlib
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event as sql_event
from sqlalchemy.exc import IntegrityError

from peerreview import links
from peerreview.extensions import db
from peerreview.models import (
    Category,
    Draw,
    Duty,
    Event,
    Intelligence,
    Letter,
    Organisation,
    Person,
    ProgrammeYear,
    Purpose,
    Review,
    Selection,
    utc_now,
)
from peerreview.programme import draw_record
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, a_team_member, an_organisation, save
from tests.conftest import SignIn
from tests.inspector import text_of
from tests.programme.draw_walk import DICE, a_year, again, agencies, drawn, freeze, frozen, plan, said, schools, seed
from tests.programme.test_draw import run


@pytest.fixture
def year(app: Flask) -> ProgrammeYear:
    year = a_year()
    save()
    return year


@pytest.fixture
def coordinator(year: ProgrammeYear, sign_in: SignIn) -> FlaskClient:
    person = a_person(Role.COORDINATOR, year.borough, name="Cora Coordinator")
    save()
    return sign_in(person)


@pytest.fixture
def executive(year: ProgrammeYear, sign_in: SignIn) -> FlaskClient:
    person = a_person(Role.EXECUTIVE, year.borough, name="Eve Executive")
    save()
    return sign_in(person)


def pool(year: ProgrammeYear, query: str = "") -> str:
    return f"/programme/years/{year.id}/draws/pool{query}"


def table(browser: FlaskClient, address: str, caption: str) -> list[list[str]]:
    """The cells of a table, row by row."""
    found = [each for each in browser.page(address).all("table") if caption in text_of(each.find("caption"))]
    return [[text_of(cell) for cell in row.iter("td")] for row in found[0].iter("tr") if row.find("td") is not None]


def test_a_draw_from_the_pool_to_planned_reviews(
    coordinator: FlaskClient, executive: FlaskClient, year: ProgrammeYear, tmp_path: Path
) -> None:
    schools(6)
    save()
    assert "Nothing has been drawn for this year" in said(coordinator.get(f"/programme/years/{year.id}/draws"))
    assert len(table(executive, pool(year), "can be drawn")) == 6
    draw = frozen(coordinator, year, (2, 1))
    assert (draw.reference, draw.frozen_by, draw.seed) == (f"HAC-{year.starts_on.year}-D01", "Cora Coordinator", None)
    assert draw.sha256 == hashlib.sha256(draw.frozen.encode()).hexdigest()
    page = executive.page(f"/programme/draws/{draw.reference}/list")
    shown = page.with_class("app-sha256--large")[0]
    assert "".join(shown.itertext()) == draw.sha256
    assert executive.get(f"/programme/draws/{draw.reference}/list.json").data == draw.frozen.encode()
    assert "There is no result yet" in said(executive.get(f"/programme/draws/{draw.reference}/result"))
    assert run(tmp_path, executive.get(f"/programme/draws/{draw.reference}/draw.json").data)[0] == 0

    assert seed(executive, draw).location == f"/programme/draws/{draw.reference}/result"
    draw = again(draw)
    assert (draw.seed, draw.seed_by) == ("dice: 3 1 6 2 5 5 4 1 2 6", "Eve Executive")
    assert draw.seed_typed == {name: DICE[name] for name in ("throws", "thrown_by", "watched_by")}
    rows = table(coordinator, f"/programme/draws/{draw.reference}/result", "Tickets")
    places = draw_record.places(draw)
    assert [row[2] for row in rows] == ["Drawn"] * 2 + ["Reserve"] + ["Not drawn"] * 3
    assert [row[3] for row in rows] == [place.ticket for place in places] == sorted(place.ticket for place in places)

    result, planning = (f"/programme/draws/{draw.reference}/{page}" for page in ("result", "planning"))
    assert planning in coordinator.get(result).text and planning not in executive.get(result).text
    assert plan(coordinator, draw).status_code == 302
    assert planning not in coordinator.get(result).text
    assert f"/programme/years/{year.id}/selection" in coordinator.get(f"/programme/draws/{draw.reference}").text
    reviews = db.session.scalars(db.select(Review).order_by(Review.id)).all()
    assert [review.organisation_id for review in reviews] == [place.id for place in places[:2]]
    for review in reviews:
        assert (review.selection, review.stage, review.programme_year_id) == (
            Selection.RANDOM,
            Stage.PLANNED,
            year.id,
        )
        assert review.drawn.draw_id == draw.id
    assert db.session.query(Letter).count() == 0
    steps = [event.step for event in db.session.scalars(db.select(Event).order_by(Event.id))]
    assert steps == ["freeze_draw", "enter_seed", "plan", "plan", "plan_draw"]
    code, words = run(tmp_path, executive.get(f"/programme/draws/{draw.reference}/draw.json").data)
    assert (code, words.splitlines()[-1]) == (0, "List, seed and result agree.")
    assert draw.sha256 in words


def test_who_is_left_out_is_on_the_page_with_every_reason(coordinator: FlaskClient, year: ProgrammeYear) -> None:
    an_organisation("Able School")
    an_organisation("Shut School", is_open=False, closed_on=date(2020, 1, 1))
    an_organisation("No Duty Nursery", duty=None)
    a_review(Stage.ARRANGING, an_organisation("Busy School"))
    seen = a_review(Stage.CLOSED, an_organisation("Seen School"), stage_before_end=Stage.PRESENTED)
    seen.stage_since = utc_now() - timedelta(days=30)
    an_organisation("Far School", a_borough("COL"))
    save()
    assert [row[0] for row in table(coordinator, pool(year), "can be drawn")] == ["Able School"]
    on = seen.stage_since.date()
    assert {row[0]: row[2] for row in table(coordinator, pool(year), "left out")} == {
        "Shut School": "Closed",
        "No Duty Nursery": "No duty under section 11, 157 or 175",
        "Busy School": "A review is planned or under way",
        "Seen School": f"Reviewed on {on.day} {on:%B %Y}, less than 3 years ago",
    }
    counts = text_of(coordinator.page(pool(year)).with_class("app-counts")[0])
    assert counts == "can be drawn 1 left out 4"
    sooner = pool(year, "?years=0&rating=any&group=none")
    assert "Seen School" in [row[0] for row in table(coordinator, sooner, "can be drawn")]


def test_the_pool_is_narrowed_and_divided_by_its_address(coordinator: FlaskClient, year: ProgrammeYear) -> None:
    schools(3, phase="Primary")
    schools(2, phase="Secondary")
    agencies(2)
    save()
    words = said(coordinator.get(pool(year, "?years=3&rating=any&group=phase&sectors=s175")))
    assert "can be drawn 5 left out 2 Primary 3 Secondary 2" in words
    assert "Not of the sectors chosen" in words
    words = said(coordinator.get(pool(year, "?years=3&rating=any&group=none&phases=Secondary&no_audit=2")))
    assert "can be drawn 2 left out 5" in words
    draw = frozen(coordinator, year, (1, 1), (1, 0), query="?years=3&rating=any&group=kind")
    listed = draw_record.listed(draw)
    assert listed is not None
    assert [(each.name, each.draw, each.reserves) for each in listed.strata] == [
        ("Schools and colleges", 1, 1),
        ("Statutory organisations", 1, 0),
    ]
    assert listed.rules[2] == "Not reviewed in the last 3 years"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?years=&rating=any&group=none", "Enter a number of years"),
        ("?years=x&rating=any&group=none", "must be a whole number"),
        ("?years=21&rating=any&group=none", "must be between 0 and 20"),
        ("?years=3&rating=odd&group=none", "Choose one of the answers listed"),
        ("?years=3&rating=any&group=none&sectors=s99", "Choose one of the answers listed"),
        ("?years=3&rating=any&group=none&no_audit=0", "must be between 1 and 20"),
        ("?years=3&rating=any&group=none&types=Castle", "Choose one of the answers listed"),
    ],
)
def test_what_cannot_be_asked_for_is_said_at_its_field(
    coordinator: FlaskClient, year: ProgrammeYear, query: str, message: str
) -> None:
    schools(1)
    save()
    page = coordinator.page(pool(year, query))
    assert message in text_of(page.with_class("govuk-error-summary")[0])
    assert page.with_class("app-counts") == []
    sent_back = coordinator.get(f"/programme/years/{year.id}/draws/freeze{query}")
    assert sent_back.location.startswith(f"/programme/years/{year.id}/draws/pool?")


@pytest.mark.parametrize(
    ("numbers", "typed", "message"),
    [
        ((0, 0), {}, "Draw at least one"),
        ((3, 1), {}, "Drawn and reserves together can be at most 3"),
        ((1, 0), {"kind": ""}, "Choose where the seed will come from"),
        ((1, 0), {"kind": "number"}, "Enter which number"),
        ((1, 0), {"kind": "number"}, "Enter a day after today"),
        ((1, 0), {"kind": "words", "groups-0-name": "Invented"}, "The groups have changed"),
        ((1, 0), {"seen": "0" * 64}, "The list has changed since you opened this page"),
    ],
)
def test_a_list_is_not_frozen_with_what_does_not_fit(
    coordinator: FlaskClient, year: ProgrammeYear, numbers: tuple[int, int], typed: dict[str, str], message: str
) -> None:
    schools(3)
    save()
    answer = freeze(coordinator, year, numbers, **typed)
    assert message in said(answer)
    assert f'value="{numbers[0]}"' in answer.text
    assert (db.session.query(Draw).count(), db.session.query(Event).count()) == (0, 0)


def test_the_register_changes_between_looking_and_freezing(coordinator: FlaskClient, year: ProgrammeYear) -> None:
    schools(3)
    save()
    page = f"/programme/years/{year.id}/draws/freeze"
    boxes = {box.attrib["name"]: box.attrib.get("value", "") for box in coordinator.page(page).all("input")}
    hidden = {name: boxes[name] for name in ("csrf_token", "seen", "groups-0-name")}
    an_organisation("Late School")
    save()
    typed = {**hidden, "groups-0-draw": "1", "groups-0-reserves": "0", "kind": "dice"}
    answer = coordinator.post(page, data=typed)
    assert "The list has changed since you opened this page" in said(answer) and "Late School" in said(answer)
    assert freeze(coordinator, year, (1, 0)).status_code == 302


def test_a_double_click_freezes_once(coordinator: FlaskClient, year: ProgrammeYear) -> None:
    schools(3)
    save()
    page = f"/programme/years/{year.id}/draws/freeze"
    boxes = {box.attrib["name"]: box.attrib.get("value", "") for box in coordinator.page(page).all("input")}
    typed = {name: boxes[name] for name in ("csrf_token", "seen", "groups-0-name")}
    typed |= {"groups-0-draw": "1", "groups-0-reserves": "0", "kind": "dice"}
    assert coordinator.post(page, data=typed).status_code == 302
    assert "The list has changed" in said(coordinator.post(page, data=typed))
    assert db.session.query(Draw).count() == 1


def test_a_published_number_is_named_before_and_entered_on_its_day(
    coordinator: FlaskClient, year: ProgrammeYear
) -> None:
    schools(3)
    save()
    day = utc_now().date() + timedelta(days=3)
    on = {"on-day": str(day.day), "on-month": str(day.month), "on-year": str(day.year)}
    which = {"kind": "number", "what": "The six main numbers", "where": "The lottery’s own page", **on}
    draw = frozen(coordinator, year, (1, 0), **which)
    listed = draw_record.listed(draw)
    assert listed is not None
    assert listed.seed == f"The six main numbers, published by The lottery’s own page on {day.day} {day:%B %Y}"
    page = f"/programme/draws/{draw.reference}/seed"
    assert "a day that is still to come" in said(coordinator.get(page))
    early = {"number": "4 17 23 31 38 52", "sure": "y", "csrf_token": coordinator.token("/programme/years")}
    assert coordinator.post(page, data=early).status_code == 200
    assert again(draw).seed is None
    with time_machine.travel(utc_now() + timedelta(days=3), tick=True):
        assert coordinator.submit(page, early).status_code == 302
    assert again(draw).seed == "number: 41723313852"
    assert draw_record.faults(draw) == []


def test_two_peoples_words(coordinator: FlaskClient, year: ProgrammeYear) -> None:
    schools(3)
    save()
    draw = frozen(coordinator, year, (1, 0), kind="words")
    page = f"/programme/draws/{draw.reference}/seed"
    words = {
        "first_name": "Ann",
        "first_word": "Harbour",
        "second_name": "Bo",
        "second_word": " Seven  Swans ",
        "sure": "y",
    }
    for change, message in (
        ({"second_name": "ANN"}, "Enter another person’s name"),
        ({"first_word": "a/b/c"}, "Use letters and figures only"),
        ({"second_word": ""}, "Enter the second person’s word"),
        ({"sure": ""}, "Read it back"),
    ):
        answer = coordinator.submit(page, words | change)
        assert message in said(answer)
        assert 'value="Ann"' in answer.text
    assert again(draw).seed is None
    assert coordinator.submit(page, words).status_code == 302
    assert again(draw).seed == "words: harbour / seven swans"
    shown = said(coordinator.get(page))
    assert "Ann Harbour" in shown and "Bo Seven Swans" in shown and "words: harbour / seven swans" in shown


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"throws": ""}, "Enter the throws"),
        ({"throws": "1 2 3"}, "Enter from 10 to 100 throws: these are 3"),
        ({"throws": "1 2 3 4 5 6 7 1 1 1"}, "a number from 1 to 6"),
        ({"watched_by": "thea thrower"}, "Enter somebody else than who threw"),
        ({"thrown_by": ""}, "Enter who threw"),
        ({"sure": ""}, "Read it back"),
    ],
)
def test_throws_that_cannot_be_used(
    coordinator: FlaskClient, year: ProgrammeYear, typed: dict[str, str], message: str
) -> None:
    schools(3)
    save()
    draw = frozen(coordinator, year, (1, 0))
    assert message in said(seed(coordinator, draw, **typed))
    assert again(draw).seed is None


def test_a_seed_is_entered_once(coordinator: FlaskClient, executive: FlaskClient, year: ProgrammeYear) -> None:
    schools(3)
    save()
    draw = frozen(coordinator, year, (1, 0))
    page = f"/programme/draws/{draw.reference}/seed"
    token = executive.token(page)
    seed(coordinator, draw)
    answer = executive.post(page, data={**DICE, "throws": "6" * 12, "csrf_token": token})
    assert answer.status_code == 409
    assert "Cora Coordinator was first: they entered the seed at" in said(answer)
    assert again(draw).seed == "dice: 3 1 6 2 5 5 4 1 2 6"
    assert db.session.query(Event).filter_by(step="enter_seed").count() == 1


def test_the_database_refuses_a_seed_that_is_not_after_the_freeze(
    coordinator: FlaskClient, year: ProgrammeYear
) -> None:
    schools(3)
    save()
    draw = frozen(coordinator, year, (1, 0))
    frozen_at = draw.frozen_at
    for change in (
        {"seed": "dice: 1", "seed_by": "Eve", "seed_at": frozen_at},
        {"seed": "dice: 1", "seed_by": "Eve", "seed_at": None},
        {"seed": "dice: 1", "seed_by": None, "seed_at": frozen_at + timedelta(seconds=1)},
        {"sha256": "abc"},
        {"redraw_reason": "Because"},
    ):
        with pytest.raises(IntegrityError):
            db.session.execute(db.update(Draw).values(**change))
        db.session.rollback()
    organisation = an_organisation()
    for selection, entry in ((Selection.RANDOM, None), (Selection.REQUEST, 1)):
        with pytest.raises(IntegrityError):
            a_review(Stage.PLANNED, organisation, selection=selection, draw_entry_id=entry)
        db.session.rollback()
        organisation = an_organisation()


CHANGES = {
    "a name on the list": lambda draw: {"frozen": draw.frozen.replace("School 01", "School 0l")},
    "a number to draw": lambda draw: {"frozen": draw.frozen.replace('"draw": 1', '"draw": 2')},
    "the list and its SHA-256": lambda draw: {
        "frozen": (text := draw.frozen.replace("School 01", "School 0l")),
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    },
    "the whole list": lambda draw: {"frozen": "gone"},
    "the seed": lambda draw: {"seed": "dice: 3 1 6 2 5 5 4 1 2 5"},
    "the seed and its words": lambda draw: {
        "seed": "dice: 3 1 6 2 5 5 4 1 2 5", "seed_parts": ["3 1 6 2 5 5 4 1 2 5"],
    },
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_what_somebody_changed_in_the_database_shows_everywhere_and_stops_everything(
    coordinator: FlaskClient, year: ProgrammeYear, what: str
) -> None:
    schools(3)
    save()
    draw = drawn(coordinator, year, (1, 1))
    db.session.execute(db.update(Draw).values(**CHANGES[what](draw)))
    save()
    for page in ("", "/list", "/seed", "/result", "/planning"):
        assert "This record has been changed" in said(coordinator.get(f"/programme/draws/{draw.reference}{page}"))
    if "list" in what and "SHA" not in what:
        words = said(coordinator.get(f"/programme/draws/{draw.reference}"))
        assert "The list does not match its SHA-256" in words
    token = coordinator.token("/programme/years")
    answer = coordinator.post(f"/programme/draws/{draw.reference}/planning", data={"csrf_token": token})
    assert answer.status_code == 409
    assert db.session.query(Review).count() == 0


def test_a_changed_list_takes_no_seed(coordinator: FlaskClient, year: ProgrammeYear) -> None:
    schools(3)
    save()
    draw = frozen(coordinator, year, (1, 0))
    db.session.execute(db.update(Draw).values(**CHANGES["a name on the list"](draw)))
    save()
    token = coordinator.token("/programme/years")
    answer = coordinator.post(f"/programme/draws/{draw.reference}/seed", data={**DICE, "csrf_token": token})
    assert (answer.status_code, again(draw).seed) == (409, None)
    assert "The list does not match its SHA-256" in said(answer)


def test_a_whole_record_says_nothing_of_changes(coordinator: FlaskClient, year: ProgrammeYear) -> None:
    schools(3)
    save()
    draw = drawn(coordinator, year, (1, 0))
    for page in ("", "/list", "/seed", "/result", "/planning"):
        assert "This record has been changed" not in said(coordinator.get(f"/programme/draws/{draw.reference}{page}"))


def test_looking_changes_nothing(coordinator: FlaskClient, executive: FlaskClient, year: ProgrammeYear) -> None:
    schools(4)
    save()
    draw = drawn(coordinator, year, (1, 1))
    before = (db.session.query(Event).count(), db.session.query(Draw).count(), again(draw).frozen)
    for name in ("", "/list", "/seed", "/result", "/draw.json", "/list.json", "/tickets.csv"):
        for browser in (coordinator, executive):
            page = f"/programme/draws/{draw.reference}{name}"
            assert browser.get(page).status_code == browser.head(page).status_code == 200, page
    for page in (f"/programme/years/{year.id}/draws", pool(year), f"/programme/years/{year.id}/draws/freeze"):
        assert coordinator.get(page).status_code == executive.head(page).status_code == 200, page
    assert coordinator.get(f"/programme/draws/{draw.reference}/planning").status_code == 200
    assert (db.session.query(Event).count(), db.session.query(Draw).count(), again(draw).frozen) == before
    assert db.session.query(Review).count() == 0


def test_outsiders_find_nothing(
    sign_in: SignIn, coordinator: FlaskClient, executive: FlaskClient, year: ProgrammeYear, client: FlaskClient
) -> None:
    schools(4)
    save()
    draw = drawn(coordinator, year, (1, 1))
    plan(coordinator, draw)
    review = db.session.query(Review).one()
    link = links.give(review, Purpose.ORGANISATION, "Ada Head", "ada@school.example")
    elsewhere = a_borough("COL")
    people: list[Person] = [a_person(role, elsewhere) for role in (Role.COORDINATOR, Role.EXECUTIVE)]
    people += [a_person(Role.ADMINISTRATOR), a_team_member(review).person]
    save()
    entry = again(draw).entries[0].id
    of_draw = (
        "",
        "/list",
        "/seed",
        "/result",
        "/draw.json",
        "/list.json",
        "/tickets.csv",
        "/planning",
        f"/reserves/{entry}",
    )
    addresses = [f"/programme/draws/{draw.reference}{page}" for page in of_draw]
    addresses += [f"/programme/years/{year.id}/draws{page}" for page in ("", "/pool", "/freeze")]
    for person in people:
        browser = sign_in(person)
        assert [browser.get(address).status_code for address in addresses] == [404] * len(addresses)
        token = browser.token("/account")
        for address in addresses:
            if address.endswith(("/seed", "/planning", "/freeze", f"/reserves/{entry}")):
                assert browser.post(address, data={**DICE, "csrf_token": token}).status_code == 404, address
    for address in addresses:
        assert client.get(address).status_code in (302, 401)
        assert client.get(f"/my/{links.token(link)}{address}").status_code == 404
    for only_coordinators in addresses[7:9]:
        assert executive.get(only_coordinators).status_code == 404
        answer = executive.post(only_coordinators, data={"csrf_token": executive.token("/account")})
        assert answer.status_code == 404
    assert coordinator.get("/programme/draws/HAC-2026-D99").status_code == 404
    assert coordinator.get(f"/programme/years/{year.id}/draws/pool?replaces=HAC-2026-D99").status_code == 404


def test_local_intelligence_is_nowhere_in_a_draw(coordinator: FlaskClient, year: ProgrammeYear) -> None:
    schools(4)
    chosen = a_review(Stage.PLANNED, an_organisation("Chosen School"), selection=Selection.INTELLIGENCE)
    db.session.add(
        Intelligence(review_id=chosen.id, category=Category.OTHER, reason="canary-of-intelligence", written_by="Cora")
    )
    save()
    draw = drawn(coordinator, year, (1, 1))
    plan(coordinator, draw)
    pages = ("", "/list", "/seed", "/result", "/draw.json", "/list.json", "/tickets.csv", "/planning")
    for address in [pool(year), *(f"/programme/draws/{draw.reference}{page}" for page in pages)]:
        text = coordinator.get(address).text
        assert "canary-of-intelligence" not in text
        assert "intelligence" not in text.lower() and chosen.reference not in text
    assert "Chosen School" in again(draw).frozen


def test_a_name_that_looks_like_a_formula_is_text_in_the_sheet(coordinator: FlaskClient, year: ProgrammeYear) -> None:
    an_organisation("=HYPERLINK(1)")
    save()
    draw = drawn(coordinator, year, (1, 0))
    sheet = coordinator.get(f"/programme/draws/{draw.reference}/tickets.csv")
    assert sheet.mimetype == "text/csv"
    assert ",'=HYPERLINK(1)," in sheet.get_data().decode("utf-8-sig")
    file = coordinator.get(f"/programme/draws/{draw.reference}/draw.json")
    assert json.loads(file.data)["result"][0]["name"] == "=HYPERLINK(1)"
    assert "attachment" in file.headers["Content-Disposition"]


def test_the_pages_ask_the_database_as_often_for_three_as_for_one(
    coordinator: FlaskClient, year: ProgrammeYear
) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    def ask(address: str) -> int:
        asked.clear()
        sql_event.listen(db.engine, "before_cursor_execute", note)
        coordinator.get(address)
        sql_event.remove(db.engine, "before_cursor_execute", note)
        return len([each for each in asked if each.startswith("SELECT")])

    schools(12)
    save()
    one, of_year = drawn(coordinator, year, (1, 0)), f"/programme/years/{year.id}/draws"
    plan(coordinator, one)
    counts = ask(of_year), ask(f"/programme/draws/{one.reference}")
    three = drawn(coordinator, year, (3, 0))
    plan(coordinator, three)
    drawn(coordinator, year, (1, 0))
    assert (ask(of_year), ask(f"/programme/draws/{three.reference}")) == counts


def test_nobody_says_by_hand_that_a_review_was_drawn(coordinator: FlaskClient, year: ProgrammeYear) -> None:
    school: Organisation = an_organisation(duty=Duty.S175)
    save()
    page = f"/programme/add?organisation={school.id}"
    choices = [box.attrib["value"] for box in coordinator.page(page).all("input") if box.attrib["name"] == "selection"]
    assert choices == ["request", "intelligence"]
    answer = coordinator.submit(page, {"year": str(year.id), "selection": "random"})
    assert "Choose one of the answers listed" in said(answer)
    assert db.session.query(Review).count() == 0
