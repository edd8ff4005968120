"""Standing interests: seen and corrected by the reviewer, judged by a coordinator; what a later one does at once."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from peerreview import jobs
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    Declaration,
    Delivery,
    Event,
    Letter,
    Membership,
    Review,
    Reviewer,
    Strength,
    Succession,
    TeamMember,
    Tie,
    TieKind,
    Trust,
    utc_now,
)
from peerreview.teams import actions, answering, standing, watch
from peerreview.workdays import local_day
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, a_reviewer, an_organisation, save
from tests.conftest import SignIn
from tests.inspector import Page, text_of

COORDINATOR = Actor("Kim Coordinator", Role.COORDINATOR)
YESTERDAY = local_day(utc_now()) - timedelta(days=1)


def accepted(at: Stage = Stage.PREPARING, **columns: Any) -> tuple[Review, TeamMember, Reviewer]:
    """A reviewer who leads a review and has nothing to declare."""
    review, reviewer = a_review(Stage.PREPARING), a_reviewer(**columns)
    save()
    member = actions.assign(review, reviewer, COORDINATOR)
    actions.name_lead(review, member, COORDINATOR)
    answering.declare(review, member, Declaration.NONE, "", Actor.of(member.person, Role.REVIEWER))
    review.stage = at
    db.session.execute(db.update(Letter).values(delivery=Delivery.SENT))
    save()
    return review, member, reviewer


def letters_to(email: str) -> list[str]:
    mine = (Letter.recipient_email == email, Letter.delivery == Delivery.WAITING)
    return list(db.session.scalars(db.select(Letter.name).where(*mine).order_by(Letter.id)))


def three_boxes(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def sent(review: Review, **more: str) -> dict[str, str]:
    return {"end": f"organisation-{review.organisation_id}", "kind": "governor"} | more


def found(review: Review) -> str:
    return f"?find={review.organisation_name.replace(' ', '+')}"


# A coordinator writes it down


def test_somebody_without_access_can_be_replaced_and_taken_off(app: Flask, sign_in: SignIn) -> None:
    boss, newcomer = a_person(), a_reviewer()
    for path in ("replacement", "removal"):
        review, member, reviewer = accepted()
        standing.tie(reviewer, TieKind.FAMILY, f"organisation-{review.organisation_id}", standing.Said(), COORDINATOR)
        save()
        at = f"/reviews/{review.reference}/team/{member.id}/{path}"
        page = at + (f"?reviewer={newcomer.id}" if path == "replacement" else "")
        assert sign_in(boss).submit(page, {"reason": "An interest"}, to=at if path == "replacement" else None)
        assert member.removed_at is not None and "off_the_team" in letters_to(member.person.email)
        assert "access_suspended" not in letters_to(member.person.email)  # it had not left, and says less


@pytest.mark.parametrize("at", [Stage.ARRANGING, Stage.PREPARING, Stage.REPORTING, Stage.FINAL, Stage.PRESENTED])
def test_a_hard_one_suspends_in_the_same_act(app: Flask, sign_in: SignIn, at: Stage) -> None:
    review, member, reviewer = accepted(at)
    boss, other = a_person(), a_person()
    save()
    browser, page = sign_in(boss), f"/reviewers/{reviewer.id}"
    assert browser.submit(page + found(review), sent(review), to=f"{page}/ties").status_code == 302
    assert not member.is_active and not member.is_lead
    assert f"the team of {review.reference} and has no access to it any more" in browser.get(page).text
    assert (review.events[0].step, review.events[0].restricted) == ("note_interest", True)
    assert letters_to(member.person.email) == ["access_suspended"]
    assert (letters_to(other.email), letters_to(boss.email)) == (["interest_alert"], [])
    assert sign_in(member.person).get(f"/reviews/{review.reference}").status_code == 404
    team = f"/reviews/{review.reference}/team"
    said = browser.get(team).text
    assert "Must not review it" in said and "Put back on the team" not in said
    with pytest.raises(actions.Unsuitable, match="Is a governor of"):
        actions.restore(review, member, COORDINATOR)
    (tie,) = reviewer.ties
    back = f"{page}/ties/{tie.id}"
    assert browser.submit(page, {}, to=f"{back}/removal").status_code == 302
    assert browser.submit(team, {}, to=f"{team}/{member.id}/return").status_code == 302
    assert member.is_active


def test_a_soft_one_costs_the_lead_and_nothing_else(app: Flask, sign_in: SignIn) -> None:
    review, member, reviewer = accepted()
    boss, other = a_person(), a_person()
    save()
    browser, page = sign_in(boss), f"/reviewers/{reviewer.id}"
    data = sent(review, kind="paid_work") | three_boxes("until", YESTERDAY)
    assert browser.submit(page + found(review), data, to=f"{page}/ties").status_code == 302
    assert member.is_active and review.lead is None
    assert f"the team of {review.reference} and can lead it no longer" in browser.get(page).text
    (alert,) = db.session.scalars(db.select(Letter).where(Letter.recipient_email == other.email))
    assert "has, by our records, an interest" in alert.text and "They were leading" in alert.text
    assert letters_to(member.person.email) == []
    assert "Cannot lead" in browser.get(f"/reviews/{review.reference}/team").text


def test_another_employer_on_the_record_is_looked_at_too(app: Flask, sign_in: SignIn) -> None:
    review, member, reviewer = accepted(employer="Somebody else")
    boss = a_person()
    save()
    browser, page = sign_in(boss), f"/reviewers/{reviewer.id}/record"
    same = {"membership": "board_member", "employer": "Somebody else", "notes": "Likes mornings"}
    assert browser.submit(page, same).status_code == 302 and member.is_active
    assert browser.submit(page, same | {"employer": review.organisation_name.upper()}).status_code == 302
    assert not member.is_active


def test_what_has_no_bearing_on_the_review_does_nothing(app: Flask) -> None:
    review, member, reviewer = accepted()
    elsewhere = an_organisation("Elsewhere")
    lost = standing.tie(reviewer, TieKind.GOVERNOR, f"organisation-{elsewhere.id}", standing.Said(), COORDINATOR)
    save()
    assert lost == [] and member.is_active and review.lead is member


def test_a_review_that_has_ended_is_left_alone(app: Flask) -> None:
    review, member, reviewer = accepted(Stage.CLOSED)
    lost = standing.tie(
        reviewer, TieKind.FAMILY, f"organisation-{review.organisation_id}", standing.Said(), COORDINATOR
    )
    save()
    assert lost == [] and member.stood_down_at is None


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"kind": ""}, "Choose what the interest is"),
        ({"end": "organisation-99999"}, "Choose one of the answers listed"),
        ({"kind": "trust"}, "Find the trust itself, and choose it"),
        ({"kind": "federation"}, "Find the federation itself, and choose it"),
        ({"kind": "other", "strength": "soft"}, "Say in a few words what the interest is"),
        ({"kind": "other", "text": "Sings with the head"}, "Choose what follows from it"),
        (
            three_boxes("since", YESTERDAY) | three_boxes("until", date(2020, 1, 1)),
            "Last day cannot be before the first",
        ),
        (three_boxes("until", date(2020, 1, 1)) | {"until-month": "13"}, "the month must be between 1 and 12"),
    ],
)
def test_what_cannot_be_used_is_refused_at_its_field(
    app: Flask, sign_in: SignIn, typed: dict[str, str], message: str
) -> None:
    review, _member, reviewer = accepted()
    boss = a_person()
    save()
    page = f"/reviewers/{reviewer.id}"
    answer = sign_in(boss).submit(page + found(review), sent(review) | typed, to=f"{page}/ties")
    assert message in answer.text and reviewer.ties == []


def test_another_interest_is_judged_by_the_coordinator(app: Flask, sign_in: SignIn) -> None:
    review, member, reviewer = accepted()
    boss = a_person()
    save()
    browser, page = sign_in(boss), f"/reviewers/{reviewer.id}"
    data = sent(review, kind="other", text="Sings with the head", strength="soft")
    browser.submit(page + found(review), data, to=f"{page}/ties")
    (tie,) = reviewer.ties
    assert tie.strength is Strength.SOFT and tie.written_by == boss.name and member.is_active
    change = f"{page}/ties/{tie.id}"
    assert browser.submit(change, {"text": "Married to the head", "strength": "hard"}).status_code == 302
    assert (tie.text, tie.strength, member.is_active) == ("Married to the head", Strength.HARD, False)
    # of a kind that speaks for itself nobody chooses how strong it is
    governor = sent(review, strength="soft")
    browser.submit(page + found(review), governor, to=f"{page}/ties")
    assert reviewer.ties[-1].kind is TieKind.GOVERNOR and reviewer.ties[-1].strength is None


# The reviewer's own page


def test_a_reviewer_sees_corrects_and_confirms_their_own(app: Flask, sign_in: SignIn) -> None:
    reviewer, school = a_reviewer(employer="Old Employer"), an_organisation("Oakfield")
    reviewer.ties.append(Tie(kind=TieKind.GOVERNOR, organisation=school, written_by="Kim Coordinator"))
    save()
    reader = sign_in(reviewer.person)
    page = reader.page("/my-interests")
    assert page.h1 == "My interests" and "Is a governor of Oakfield" in "".join(page.root.itertext())
    (tie,) = reviewer.ties
    assert reader.submit(f"/my-interests/ties/{tie.id}", three_boxes("until", YESTERDAY)).status_code == 302
    assert (tie.until, tie.written_by) == (YESTERDAY, reviewer.person.name)
    assert "Was a governor of Oakfield, until" in reader.get("/my-interests").text
    assert reader.submit("/my-interests", {"employer": "New Employer"}, to="/my-interests/employer").status_code == 302
    assert reviewer.employer == "New Employer"
    assert reader.submit("/my-interests", {}, to="/my-interests/confirmation").status_code == 302
    assert reviewer.interests_confirmed_at is not None and "You said so on" in reader.get("/my-interests").text
    steps = db.session.scalars(db.select(Event.step).order_by(Event.id)).all()
    assert list(steps) == ["change_tie", "change_employer", "confirm_interests"]
    boss = a_person()
    save()
    assert "They confirmed it on" in sign_in(boss).get(f"/reviewers/{reviewer.id}").text


def test_one_that_a_reviewer_adds_later_suspends_until_a_coordinator_has_looked(app: Flask, sign_in: SignIn) -> None:
    review, member, reviewer = accepted()
    boss = a_person()
    save()
    reader = sign_in(member.person)
    data = sent(review, kind="paid_work") | three_boxes("until", YESTERDAY)
    answer = reader.submit("/my-interests" + found(review), data, to="/my-interests/ties", follow_redirects=True)
    assert f"Your access to {review.reference} is suspended" in answer.text
    assert not member.is_active and letters_to(boss.email) == ["interest_alert"]
    assert reader.get(f"/reviews/{review.reference}").status_code == 404
    actions.restore(review, member, COORDINATOR)  # it is only soft
    save()
    watch.watch()
    assert member.is_active and reader.get(f"/reviews/{review.reference}").status_code == 200
    # saying when it ended, or the same once more, is nothing new
    (tie,) = reviewer.ties
    reader.submit(f"/my-interests/ties/{tie.id}", three_boxes("until", YESTERDAY - timedelta(days=9)))
    assert tie.until == YESTERDAY - timedelta(days=9) and member.is_active


def test_another_interest_of_their_own_is_hard_until_it_is_judged(app: Flask, sign_in: SignIn) -> None:
    review, _member, reviewer = accepted()
    reader = sign_in(reviewer.person)
    data = sent(review, kind="other", text="Neighbour", strength="soft")
    reader.submit("/my-interests" + found(review), data, to="/my-interests/ties")
    (tie,) = reviewer.ties
    assert tie.strength is None
    assert "Must not review it, until a coordinator has looked" in reader.get("/my-interests").text
    tie.strength = Strength.SOFT
    save()
    address = f"/my-interests/ties/{tie.id}"
    reader.submit(address, {"text": "Neighbour"} | three_boxes("since", date(2020, 1, 1)))
    assert (tie.since, tie.strength) == (date(2020, 1, 1), Strength.SOFT)
    assert "Say in a few words" in reader.submit(address, {"text": ""}).text
    reader.submit(address, {"text": "Neighbour and godparent"})
    assert tie.strength is None


def test_nobody_reaches_the_interests_of_somebody_else(app: Flask, sign_in: SignIn) -> None:
    mine, other = a_reviewer(), a_reviewer()
    school = an_organisation("Oakfield")
    other.ties.append(Tie(kind=TieKind.FAMILY, organisation=school))
    boss, executive = a_person(), a_person(Role.EXECUTIVE)
    save()
    tie = other.ties[0].id
    reader = sign_in(mine.person)
    assert reader.get(f"/my-interests/ties/{tie}").status_code == 404
    token = reader.token("/my-interests")
    data = {"csrf_token": token} | three_boxes("until", YESTERDAY)
    assert reader.post(f"/my-interests/ties/{tie}", data=data).status_code == 404
    assert other.ties[0].until is None
    for person in (boss, executive):
        assert sign_in(person).get("/my-interests").status_code == 404
    assert reader.get(f"/reviewers/{other.id}/ties/{tie}").status_code == 404
    assert sign_in(boss).get(f"/reviewers/{mine.id}/ties/{tie}").status_code == 404
    assert "Location" in app.test_client().get("/my-interests").headers


# What the register changes


def test_a_school_that_joins_a_trust_suspends_its_people_within_a_minute(any_app: Flask) -> None:
    assert watch.watch in jobs.SWEEPS
    review, member, _reviewer = accepted(employer="Larkspur Trust")
    boss = a_person()
    save()
    watch.watch()
    assert member.is_active and letters_to(boss.email) == []
    review.organisation.trust = Trust(name="Larkspur Trust")
    save()
    watch.watch()
    watch.watch()
    assert not member.is_active and letters_to(boss.email) == ["interest_alert"]
    assert letters_to(member.person.email) == ["access_suspended"]
    assert [event.actor_role for event in review.events if event.step == "note_interest"] == [Role.SYSTEM]


def test_a_successor_brings_its_interests_with_it(app: Flask) -> None:
    review, member, reviewer = accepted()
    old = an_organisation("Old Oakfield")
    reviewer.ties.append(Tie(kind=TieKind.GOVERNOR, organisation=old))
    save()
    watch.watch()
    assert member.is_active
    db.session.add(Succession(predecessor=old, successor=review.organisation, written_by="A file"))
    save()
    watch.watch()
    assert not member.is_active


def test_the_team_page_shows_what_the_register_changed(app: Flask, sign_in: SignIn) -> None:
    review, _member, reviewer = accepted()
    reviewer.ties.append(Tie(kind=TieKind.FAMILY, organisation=review.organisation))
    boss = a_person()
    save()
    page = sign_in(boss).page(f"/reviews/{review.reference}/team")
    assert "Must not review it" in [text_of(each) for each in page.with_class("govuk-tag")]


# Once a year


def test_everybody_is_asked_once_a_year(app: Flask) -> None:
    assert standing.ask_once_a_year in jobs.SWEEPS
    now = utc_now()
    long_ago, lately = now - timedelta(days=400), now - timedelta(days=300)
    new, quiet, fresh, asked, gone = (a_reviewer() for _ in range(5))
    for each in (quiet, fresh, asked, gone):
        each.person.created_at = long_ago
    fresh.interests_confirmed_at, asked.interests_asked_at, gone.person.active = lately, lately, False
    save()
    assert [standing.is_due(each) for each in (new, quiet, fresh, asked)] == [False, True, False, True]
    for _ in range(2):
        standing.ask_once_a_year()
    written = db.session.scalars(db.select(Letter.recipient_email).where(Letter.name == "confirm_interests")).all()
    assert list(written) == [quiet.person.email]
    standing.confirm(quiet, Actor.of(quiet.person, Role.REVIEWER))
    save()
    assert not standing.is_due(quiet)


def test_who_should_look_again_is_told_so_on_the_page(app: Flask, sign_in: SignIn) -> None:
    reviewer = a_reviewer(Membership.LAY_MEMBER)
    reviewer.person.created_at = utc_now() - timedelta(days=400)
    save()
    page: Page = sign_in(reviewer.person).page("/my-interests")
    assert "It is time to look again." in "".join(page.root.itertext())


def test_outsiders_of_another_borough_still_see_no_team(app: Flask, sign_in: SignIn) -> None:
    review, member, _reviewer = accepted()
    city = a_person(borough=a_borough("COL"))
    save()
    for path in ("team", f"team/{member.id}/interests", f"team/{member.id}/replacement"):
        assert sign_in(city).get(f"/reviews/{review.reference}/{path}").status_code == 404
