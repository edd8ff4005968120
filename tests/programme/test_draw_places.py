"""What comes after a result: plans, places that are lost, reserves in their order, and redraws."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peerreview.extensions import db
from peerreview.models import Draw, DrawEntry, Event, Organisation, ProgrammeYear, Review, Selection
from peerreview.programme import actions, draw_record
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, save
from tests.conftest import SignIn
from tests.programme.draw_walk import DICE, a_year, again, agencies, drawn, freeze, frozen, plan, said, schools


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


def withdraw(browser: FlaskClient, review: Review) -> None:
    page = f"/reviews/{review.reference}/change"
    answer = browser.submit(page, {"reason": "Not this year."}, to=f"/reviews/{review.reference}/withdrawal")
    assert answer.status_code == 302


def reserve(browser: FlaskClient, entry: DrawEntry) -> str:
    return f"/programme/draws/{entry.draw.reference}/reserves/{entry.id}"


def organisations(draw: Draw) -> list[int]:
    return [place.id for place in draw_record.places(draw)]


def test_a_withdrawn_review_gives_its_place_to_the_next_reserve(coordinator: FlaskClient, year: ProgrammeYear) -> None:
    schools(5)
    save()
    draw = drawn(coordinator, year, (2, 2))
    plan(coordinator, draw)
    first, _second = again(draw).entries
    page = f"/programme/draws/{draw.reference}"
    assert f'href="{page}"' in coordinator.get(f"/reviews/{first.review.reference}").text
    assert "Take the next reserve" not in said(coordinator.get(page))
    assert "its review goes on" in said(coordinator.get(reserve(coordinator, first)))
    withdraw(coordinator, first.review)
    assert "A place is open" in said(coordinator.get(f"/programme/years/{year.id}/draws"))
    assert "Withdrawn" in said(coordinator.get(page))
    assert "Take the next reserve instead of" in said(coordinator.get(page))
    assert coordinator.submit(reserve(coordinator, first)).location == page
    assert "A place is open" not in said(coordinator.get(f"/programme/years/{year.id}/draws"))
    taken = again(draw).entries[2]
    assert (taken.organisation_id, taken.is_reserve, taken.instead_of_id) == (organisations(draw)[2], True, first.id)
    assert (taken.settled_by, taken.place, taken.review.selection) == ("Cora Coordinator", 3, Selection.RANDOM)
    event = db.session.query(Event).filter_by(step="take_reserve").one()
    assert (event.review_id, event.restricted, event.facts["draw"]) == (taken.review.id, True, draw.reference)
    assert "Take the next reserve" not in said(coordinator.get(page))
    withdraw(coordinator, taken.review)
    assert coordinator.submit(reserve(coordinator, taken)).status_code == 302
    assert again(draw).entries[3].organisation_id == organisations(draw)[3]
    withdraw(coordinator, again(draw).entries[3].review)
    assert "No reserve is left in this group" in said(coordinator.get(page))
    assert "No reserve is left in this group" in said(coordinator.get(reserve(coordinator, again(draw).entries[3])))


def test_who_cannot_be_planned_any_more_is_shown_and_passed_over(coordinator: FlaskClient, year: ProgrammeYear) -> None:
    schools(6)
    save()
    draw = drawn(coordinator, year, (3, 3))
    places = organisations(again(draw))
    busy, shut, moved, waiting = (db.session.get_one(Organisation, number) for number in (*places[:2], *places[3:5]))
    known = a_review(Stage.REQUESTED, busy)
    a_review(Stage.ARRANGING, waiting)
    shut.is_open, shut.closed_on = False, date(2026, 1, 1)
    moved.borough = a_borough("COL")
    save()
    words = said(coordinator.get(f"/programme/draws/{draw.reference}/planning"))
    assert f"{busy.name} It has an open review already: {known.reference}. It is passed over" in words
    assert f"{shut.name} It has closed. It is passed over" in words
    assert "1 of 3 drawn are planned" in said(
        coordinator.submit(f"/programme/draws/{draw.reference}/planning", follow_redirects=True)
    )
    first, second, third = again(draw).entries
    assert first.passed_over == f"It has an open review already: {known.reference}"
    assert [entry.review is None for entry in (first, second, third)] == [True, True, False]
    assert [entry.passed_over for entry in (second, third)] == ["It has closed", ""]
    words = said(coordinator.get(reserve(coordinator, first)))
    assert f"{moved.name} It is in City of London now. Cannot be planned" in words
    assert coordinator.submit(reserve(coordinator, first)).status_code == 302
    entries = again(draw).entries
    assert [entry.organisation_id for entry in entries[3:]] == places[3:6]
    assert [entry.instead_of_id for entry in entries[3:]] == [first.id, entries[3].id, entries[4].id]
    assert [entry.review is None for entry in entries[3:]] == [True, True, False]
    assert "No reserve is left" in said(coordinator.get(reserve(coordinator, second)))


def test_all_are_planned_or_none(
    coordinator: FlaskClient, year: ProgrammeYear, monkeypatch: pytest.MonkeyPatch
) -> None:
    schools(4)
    save()
    draw = drawn(coordinator, year, (3, 0))
    real, calls = actions.plan, []

    def fails_at_the_third(*args, **more):
        calls.append(1)
        if len(calls) == 3:
            raise actions.Refused("no")
        return real(*args, **more)

    monkeypatch.setattr(actions, "plan", fails_at_the_third)
    with pytest.raises(actions.Refused):
        plan(coordinator, draw)
    db.session.rollback()
    assert (db.session.query(Review).count(), db.session.query(DrawEntry).count()) == (0, 0)


def test_the_second_of_two_who_plan_or_take_is_told(
    coordinator: FlaskClient, year: ProgrammeYear, sign_in: SignIn
) -> None:
    schools(4)
    other = sign_in(a_person(Role.COORDINATOR, year.borough, name="Carl Coordinator"))
    save()
    draw = drawn(coordinator, year, (1, 2))
    page = f"/programme/draws/{draw.reference}/planning"
    token = other.token(page)
    plan(coordinator, draw)
    answer = other.post(page, data={"csrf_token": token})
    assert (answer.status_code, db.session.query(Review).count()) == (409, 1)
    assert "Cora Coordinator was first: they planned the drawn at" in said(answer)
    (entry,) = again(draw).entries
    withdraw(coordinator, entry.review)
    page = reserve(coordinator, entry)
    token = other.token(page)
    coordinator.submit(page)
    answer = other.post(page, data={"csrf_token": token})
    assert (answer.status_code, db.session.query(Review).count()) == (409, 2)
    assert "Cora Coordinator was first: they took the next reserve at" in said(answer)


def test_a_reserve_is_of_the_same_group(coordinator: FlaskClient, year: ProgrammeYear) -> None:
    schools(3)
    agencies(3)
    save()
    draw = drawn(coordinator, year, (1, 1), (1, 1), query="?years=3&rating=any&group=kind")
    plan(coordinator, draw)
    school, agency = again(draw).entries
    assert (school.stratum, agency.stratum) == ("Schools and colleges", "Statutory organisations")
    withdraw(coordinator, agency.review)
    coordinator.submit(reserve(coordinator, agency))
    taken = again(draw).entries[2]
    assert (taken.stratum, taken.organisation.is_school) == ("Statutory organisations", False)
    withdraw(coordinator, taken.review)
    assert "No reserve is left" in said(coordinator.get(reserve(coordinator, taken)))


def test_a_redraw_names_what_it_replaces_and_nothing_is_deleted(coordinator: FlaskClient, year: ProgrammeYear) -> None:
    schools(5)
    save()
    old = drawn(coordinator, year, (1, 1))
    again_page = f"/programme/years/{year.id}/draws/pool?replaces={old.reference}"
    assert f'href="{again_page}"' in coordinator.get(f"/programme/draws/{old.reference}").text
    assert f"A redraw instead of {old.reference}" in said(coordinator.get(again_page))
    assert "Enter why it is drawn again" in said(freeze(coordinator, year, (1, 0), query=f"?replaces={old.reference}"))
    reason = "The list missed two schools that opened in September."
    new = frozen(coordinator, year, (1, 0), query=f"?replaces={old.reference}", reason=reason)
    assert (new.number, new.replaces_id, new.redraw_reason) == (2, old.id, reason)
    words = said(coordinator.get(f"/programme/draws/{old.reference}"))
    assert f"Replaced by {new.reference}" in words and reason in words
    assert f"A redraw instead of {old.reference}. Reason: {reason}" in said(
        coordinator.get(f"/programme/draws/{new.reference}")
    )
    token = coordinator.token("/account")
    answer = coordinator.post(f"/programme/draws/{old.reference}/planning", data={"csrf_token": token})
    assert answer.status_code == 409
    assert f"This draw has been replaced by {new.reference}" in said(answer)
    file = coordinator.get(f"/programme/draws/{new.reference}/draw.json").get_json()
    assert file["replaces"] == {"draw": old.reference, "reason": reason}
    assert (again(old).seed, db.session.query(Draw).count()) == ("dice: 3 1 6 2 5 5 4 1 2 6", 2)
    twice = freeze(coordinator, year, (1, 0), query=f"?replaces={old.reference}", reason=reason)
    assert (twice.status_code, db.session.query(Draw).count()) == (409, 2)


def test_a_replaced_draw_takes_no_seed_and_no_reserve(coordinator: FlaskClient, year: ProgrammeYear) -> None:
    schools(5)
    save()
    planned, bare = drawn(coordinator, year, (1, 1)), frozen(coordinator, year, (1, 0))
    plan(coordinator, planned)
    (entry,) = again(planned).entries
    withdraw(coordinator, entry.review)
    for draw in (planned, bare):
        frozen(coordinator, year, (1, 0), query=f"?replaces={draw.reference}", reason="Drawn again.")
    token = coordinator.token("/account")
    for page in (reserve(coordinator, entry), f"/programme/draws/{bare.reference}/seed"):
        assert coordinator.post(page, data={**DICE, "csrf_token": token}).status_code == 409
    assert (len(again(planned).entries), again(bare).seed) == (1, None)


def test_one_of_two_draws_of_a_year_leaves_out_what_the_other_planned(
    coordinator: FlaskClient, year: ProgrammeYear
) -> None:
    schools(3)
    save()
    first = drawn(coordinator, year, (1, 0))
    plan(coordinator, first)
    (entry,) = again(first).entries
    second = frozen(coordinator, year, (1, 0))
    listed = draw_record.listed(second)
    assert listed is not None
    assert {each.id: each.reasons for each in listed.left_out} == {
        entry.organisation_id: ("A review is planned or under way",)
    }
