"""Suggested teams on their pages: nothing is assigned until a person says so, and what has changed since is said."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from peerreview import long_work
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    Days,
    Letter,
    LikelyMonth,
    Manner,
    Membership,
    PartOfDay,
    PlanState,
    ProgrammeYear,
    Review,
    Reviewer,
    SelectedReview,
    SelectionRound,
    Setting,
    SuggestedTeam,
    TeamMember,
    TeamPlan,
    Tie,
    TieKind,
    Unavailability,
    Visit,
    utc_now,
)
from peerreview.process import NotNow
from peerreview.teams import actions, confirming, planning
from peerreview.teams.gathering import problem_of
from peerreview.teams.staffing import ALL_FREE, Case, Member, Problem, Rule
from peerreview.workdays import local_day
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, a_reviewer, a_team_member, save
from tests.conftest import SignIn
from tests.inspector import Page

BOARD, LAY = Membership.BOARD_MEMBER, Membership.LAY_MEMBER
COORDINATOR = Actor("Cora", Role.COORDINATOR)
NEXT_MONTH = (local_day(utc_now()).replace(day=1) + timedelta(days=40)).replace(day=1)


def a_year(code: str = "HAC") -> ProgrammeYear:
    starts_on = local_day(utc_now()).replace(day=1)
    year = ProgrammeYear(borough=a_borough(code), starts_on=starts_on, label="2026 to 2027")
    db.session.add(year)
    db.session.flush()
    return year


def trained(membership: Membership = BOARD, **columns: Any) -> Reviewer:
    return a_reviewer(membership, trained_on=date(2026, 1, 5), **columns)


def token_of(page: Page) -> str:
    return next(i.attrib["value"] for i in page.all("input") if i.attrib.get("name") == "csrf_token")


def text_of(page: Page) -> str:
    return " ".join("".join(page.root.itertext()).split())


def team_of(review: Review) -> set[int]:
    db.session.expire_all()
    return {member.person_id for member in review.current_team}


def letters_named(name: str) -> int:
    return db.session.scalar(db.select(db.func.count()).select_from(Letter).where(Letter.name == name)) or 0


# One review


def test_one_review_gets_a_team_that_a_person_confirms(app: Flask, sign_in: SignIn) -> None:
    review, board, lay = a_review(), trained(), a_reviewer(LAY)
    boss = a_person()
    save()
    browser, address = sign_in(boss), f"/reviews/{review.reference}/team/suggestion"
    page = browser.page(address)
    assert f"{board.person.name} Lead Board member; trained to lead; no other visits" in text_of(page)
    assert "Nobody has been asked yet." in text_of(page)
    assert review.team == [] and letters_named("team_invitation") == 0
    fields = [
        (i.attrib["name"], i.attrib["value"]) for i in page.all("input") if i.attrib.get("name") in ("people", "lead")
    ]
    sent = {
        "csrf_token": token_of(page),
        "people": [v for n, v in fields if n == "people"],
        "lead": dict(fields)["lead"],
    }
    assert browser.post(address, data=sent).status_code == 302
    assert team_of(review) == {board.person_id, lay.person_id}
    assert review.lead is not None and review.lead.person_id == board.person_id
    assert letters_named("team_invitation") == 2
    # the same button again: they are on the team already, and get no second letter
    again = browser.post(address, data=sent, follow_redirects=True)
    assert f"{board.person.name} is on the team already." in again.text
    assert letters_named("team_invitation") == 2


def test_without_one_the_next_is_suggested_or_the_rule_named(app: Flask, sign_in: SignIn) -> None:
    review, first, second, _lay = a_review(), trained(), trained(), a_reviewer(LAY)
    save()
    browser, address = sign_in(a_person()), f"/reviews/{review.reference}/team/suggestion"
    save()
    page = text_of(browser.page(f"{address}?without={first.person_id}"))
    assert f"{second.person.name} Lead" in page and f"Left aside: {first.person.name}." in page
    nobody = text_of(browser.page(f"{address}?without={first.person_id}&without={second.person_id}&without=x"))
    assert "No team can be suggested. Nobody else in the borough is a Board member." in nobody


def test_a_suggestion_that_breaks_a_rule_by_now_invites_nobody(app: Flask, sign_in: SignIn) -> None:
    review, board, lay = a_review(), trained(), a_reviewer(LAY)
    boss = a_person()
    save()
    browser, address = sign_in(boss), f"/reviews/{review.reference}/team/suggestion"
    token = token_of(browser.page(address))
    board.ties.append(Tie(kind=TieKind.GOVERNOR, organisation=review.organisation))
    save()
    people = [str(board.person_id), str(lay.person_id)]
    answer = browser.post(
        address, data={"csrf_token": token, "people": people, "lead": people[0]}, follow_redirects=True
    )
    assert f"Nobody was invited: {board.person.name} has an interest: Is a governor of" in answer.text
    assert team_of(review) == set() and letters_named("team_invitation") == 0


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.EXECUTIVE, Role.ADMINISTRATOR])
def test_others_find_nothing(app: Flask, sign_in: SignIn, role: Role) -> None:
    year = a_year()
    review = a_review(programme_year=year)
    outsiders = [a_person(role, a_borough()), a_person(Role.COORDINATOR, a_borough("COL"))]
    save()
    for outsider in outsiders:
        browser = sign_in(outsider)
        for address in (
            f"/reviews/{review.reference}/team/suggestion",
            f"/programme/years/{year.id}/teams",
            f"/programme/years/{year.id}/teams/progress",
            f"/programme/years/{year.id}/teams/{review.reference}",
        ):
            assert browser.get(address).status_code == 404


# The year


def a_year_to_staff(reviews: int = 3) -> tuple[ProgrammeYear, list[Review]]:
    """Reviews of one year with enough free people."""
    year = a_year()
    made = [a_review(programme_year=year) for _ in range(reviews)]
    for _ in range(reviews):
        trained()
        a_reviewer(LAY)
    save()
    return year, made


def searched(year: ProgrammeYear) -> list[SuggestedTeam]:
    planning.ask(year, COORDINATOR)
    save()
    planning.work()
    return list(db.session.scalars(db.select(SuggestedTeam).order_by(SuggestedTeam.id)))


def confirmed(browser: FlaskClient, year: ProgrammeYear, reviews: list[Review], seen: str = "") -> Any:
    address = f"/programme/years/{year.id}/teams"
    plan = planning.newest(year)
    assert plan is not None
    sent = {"csrf_token": token_of(browser.page(address)), "reviews": [str(review.id) for review in reviews]}
    return browser.post(address, data=sent | {"seen": seen or plan.fingerprint}, follow_redirects=True)


def test_a_year_is_asked_for_sought_and_confirmed(app: Flask, sign_in: SignIn) -> None:
    year, reviews = a_year_to_staff()
    boss = a_person()
    save()
    browser, address = sign_in(boss), f"/programme/years/{year.id}/teams"
    page = browser.page(address)
    sent = {"csrf_token": token_of(page), f"month_{reviews[0].id}": NEXT_MONTH.isoformat()}
    assert browser.post(f"{address}/search", data=sent).status_code == 302
    plan = planning.newest(year)
    assert plan is not None and (plan.state, plan.asked_by) == (PlanState.WAITING, boss.name)
    assert db.session.get_one(LikelyMonth, reviews[0].id).month == NEXT_MONTH
    long_work.tell(planning.name(plan.id), 40, 100)
    waiting = browser.page(address)
    assert [bar.attrib["value"] for bar in waiting.all("progress")] == ["40"]
    assert "Teams are being sought for 3 reviews." in text_of(waiting)
    assert browser.get(f"{address}/progress").json == {"stage": "waiting", "at_work": True, "percent": 40}
    again = browser.post(f"{address}/search", data=sent, follow_redirects=True)
    assert "Teams are being sought already." in again.text

    planning.work()
    assert browser.get(f"{address}/progress").json == {"stage": "ready", "at_work": False, "percent": None}
    found = browser.page(address)
    assert "3 of 3 reviews can be staffed. Nobody is invited until you say so." in text_of(found)
    assert len([box for box in found.all("input") if "checked" in box.attrib]) == 3
    assert [review.team for review in reviews] == [[], [], []] and letters_named("team_invitation") == 0

    answer = confirmed(browser, year, reviews[:2])
    assert "The people of 2 reviews have been invited." in answer.text
    assert [len(team_of(review)) for review in reviews] == [2, 2, 0]
    assert all(review.lead for review in reviews[:2]) and letters_named("team_invitation") == 4
    assert "Suggestions 1" in text_of(browser.page(address)) and "Invited 2" in text_of(browser.page(address))


def test_a_team_made_up_in_another_way_is_not_offered_again(app: Flask, sign_in: SignIn) -> None:
    year, (review,) = a_year_to_staff(1)
    (team,) = searched(year)
    boss = a_person()
    people = {one.person_id for one in team.people}
    lead = next(one.person_id for one in team.people if one.leads)
    confirming.invite(review, people, lead, COORDINATOR)
    save()
    page = text_of(sign_in(boss).page(f"/programme/years/{year.id}/teams"))
    assert "Settled in another way since 1" in page and "Invite the people" not in page
    assert "Every review of this year has the people that it needs." in page


def test_what_the_executive_group_sent_back_is_not_ticked(app: Flask, sign_in: SignIn) -> None:
    year, reviews = a_year_to_staff()
    today = local_day(utc_now())
    decided = {"decided_at": utc_now(), "decided_by": "Eve", "manner": Manner.CORRESPONDENCE}
    rows = [SelectedReview(review=review, approved=fine) for review, fine in zip(reviews, (True, False), strict=False)]
    db.session.add(SelectionRound(year=year, sent_by="Cora", due_on=today, selected=rows, **decided))
    for review in reviews:
        review.stage = Stage.PLANNED
    save()
    searched(year)
    page = sign_in(a_person()).page(f"/programme/years/{year.id}/teams")
    boxes = [box for box in page.all("input") if box.attrib.get("name") == "reviews"]
    assert ["checked" in box.attrib for box in boxes] == [True, False, True]
    assert [
        text_of(page).count(f"The Executive Group {said}.") for said in ("sent it back", "has not approved it yet")
    ] == [1, 1]


def test_nothing_ticked_is_asked_about(app: Flask, sign_in: SignIn) -> None:
    year, reviews = a_year_to_staff(1)
    searched(year)
    boss = a_person()
    save()
    answer = confirmed(sign_in(boss), year, [])
    assert "Tick the reviews whose people are to be invited" in answer.text
    assert team_of(reviews[0]) == set()


def test_who_was_taken_meanwhile_holds_up_nobody_else(app: Flask, sign_in: SignIn) -> None:
    year, reviews = a_year_to_staff()
    teams = searched(year)
    boss = a_person()
    taken = next(one.person for one in teams[1].people if one.leads)
    other = a_review()
    reviewer = db.session.scalars(db.select(Reviewer).where(Reviewer.person_id == taken.id)).one()
    reviewer.most_visits_a_year = 1
    other.programme_year = year
    actions.assign(other, reviewer, COORDINATOR)
    save()
    answer = confirmed(sign_in(boss), year, reviews)
    assert "The people of 2 reviews have been invited." in answer.text
    assert "For 1 review nobody was invited" in answer.text
    assert f"Not invited: {taken.name} makes as many visits this year as they may." in " ".join(answer.text.split())
    assert [len(team_of(review)) for review in reviews] == [2, 0, 2]


def test_two_coordinators_confirm_the_same(app: Flask, sign_in: SignIn) -> None:
    year, reviews = a_year_to_staff(1)
    searched(year)
    one, other = a_person(), a_person()
    save()
    first, second = sign_in(one), sign_in(other)
    assert "The people of 1 review have been invited." in confirmed(first, year, reviews).text
    assert "had been invited already; they got no second email" in confirmed(second, year, reviews).text
    assert letters_named("team_invitation") == 2 and len(team_of(reviews[0])) == 2


def test_an_old_tab_confirms_nothing_of_a_newer_search(app: Flask, sign_in: SignIn) -> None:
    year, reviews = a_year_to_staff(1)
    searched(year)
    old = planning.newest(year)
    assert old is not None
    seen = old.fingerprint
    searched(year)
    boss = a_person()
    save()
    answer = confirmed(sign_in(boss), year, reviews, seen=seen)
    assert "Teams have been sought again since you opened the page." in answer.text
    assert team_of(reviews[0]) == set()
    assert db.session.scalar(db.select(db.func.count()).select_from(TeamPlan)) == 1


def test_a_single_suggestion_is_changed(app: Flask, sign_in: SignIn) -> None:
    year, (review,) = a_year_to_staff(1)
    better, tied = trained(), trained()
    tied.ties.append(Tie(kind=TieKind.GOVERNOR, organisation=review.organisation))
    (team,) = searched(year)
    boss = a_person()
    save()
    browser, address = sign_in(boss), f"/programme/years/{year.id}/teams/{review.reference}"
    page = browser.page(address)
    assert f"{tied.person.name} has an interest: Is a governor of" in text_of(page)
    lay = next(one.person_id for one in team.people if one.person_id != better.person_id)
    token = token_of(page)
    alone = browser.post(address, data={"csrf_token": token, "people": [better.person_id], "lead": better.person_id})
    assert "A team needs at least two people." in alone.text
    untrained = browser.post(
        address, data={"csrf_token": token, "people": [better.person_id, lay], "lead": tied.person_id}
    )
    assert "Choose one of the answers listed" in untrained.text
    good = {"csrf_token": token, "people": [better.person_id, lay], "lead": better.person_id}
    assert browser.post(address, data=good).status_code == 302
    db.session.expire_all()
    assert {one.person_id: one.leads for one in team.people} == {better.person_id: True, lay: False}
    assert team.changed_by == boss.name and team_of(review) == set()
    confirmed(browser, year, [review])
    assert team_of(review) == {better.person_id, lay}
    gone = browser.get(address, follow_redirects=True)  # to be changed on the team's page from now on
    assert "Nobody is suggested for it now" in gone.text


def test_a_review_that_has_moved_on_is_not_changed_any_more(app: Flask, sign_in: SignIn) -> None:
    year, (review,) = a_year_to_staff(1)
    searched(year)
    boss = a_person()
    elsewhere = a_review()
    db.session.execute(db.update(Review).where(Review.id == review.id).values(stage=Stage.REPORTING))
    save()
    browser, address = sign_in(boss), f"/programme/years/{year.id}/teams"
    gone = browser.get(f"{address}/{review.reference}", follow_redirects=True)
    assert "Nobody is suggested for it now" in gone.text
    assert "For 1 review nobody was invited" in confirmed(browser, year, [review]).text
    assert letters_named("team_invitation") == 0
    assert browser.get(f"{address}/{elsewhere.reference}").status_code == 404  # a review of another year


def test_what_cannot_be_staffed_is_listed_with_its_rule(app: Flask, sign_in: SignIn) -> None:
    year = a_year()
    a_review(programme_year=year)
    a_reviewer(), a_reviewer(LAY)
    searched(year)
    boss = a_person()
    save()
    page = text_of(sign_in(boss).page(f"/programme/years/{year.id}/teams"))
    assert "0 of 1 review can be staffed." in page
    assert "Nobody else in the borough is trained to lead." in page


def queries_of(browser: FlaskClient, address: str) -> int:
    seen: list[str] = []

    def count(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    browser.get(address)
    event.remove(db.engine, "before_cursor_execute", count)
    return len(seen)


def test_the_page_asks_as_often_for_one_row_as_for_three(app: Flask, sign_in: SignIn) -> None:
    counted = []
    boss = a_person()
    year = a_year()
    for _ in range(2):
        a_review(programme_year=year), trained(), a_reviewer(LAY)
        save()
        searched(year)
        browser = sign_in(boss)
        address = f"/programme/years/{year.id}/teams"
        browser.get(address)
        db.session.remove()
        counted.append(queries_of(browser, address))
        db.session.remove()
        year = db.session.scalars(db.select(ProgrammeYear)).one()
        boss = db.session.merge(boss)
    assert counted[0] == counted[1]


# The worker


def test_a_search_that_a_crash_broke_off_is_taken_up_again(app: Flask) -> None:
    year, _reviews = a_year_to_staff(1)
    plan = planning.ask(year, COORDINATOR)
    save()
    lease = planning._take()
    assert lease and planning._take() is None  # in other hands
    planning.work()
    db.session.refresh(plan)
    assert plan.state is PlanState.WAITING
    plan.leased_until = utc_now() - timedelta(seconds=1)
    save()
    planning.work()
    db.session.refresh(plan)
    assert (plan.state, len(plan.teams), plan.tries) == (PlanState.READY, 1, 2)


def test_a_search_that_goes_wrong_again_and_again_is_given_up(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    year, _reviews = a_year_to_staff(1)
    plan = planning.ask(year, COORDINATOR)
    boss = a_person()
    save()

    def broken(*_: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr(planning, "suggest", broken)
    for _ in range(planning.MOST_TRIES):
        planning.work()
        db.session.refresh(plan)
        if plan.leased_until:
            plan.leased_until = utc_now() - timedelta(seconds=1)
            save()
    assert plan.state is PlanState.FAILED
    assert "Teams could not be sought." in text_of(sign_in(boss).page(f"/programme/years/{year.id}/teams"))
    planning.ask(year, COORDINATOR)


def test_one_search_at_a_time_for_a_borough(any_app: Flask) -> None:
    year, elsewhere = a_year(), a_year("COL")
    save()
    planning.ask(year, COORDINATOR)
    save()
    with pytest.raises(NotNow, match="being sought already"):
        planning.ask(year, COORDINATOR)
    planning.ask(elsewhere, COORDINATOR)
    save()


def test_confirming_on_each_database(any_app: Flask) -> None:
    year, reviews = a_year_to_staff(2)
    teams = searched(year)
    assert [confirming.confirm(team, COORDINATOR) for team in teams] == [confirming.Became.INVITED] * 2
    assert confirming.confirm(teams[0], COORDINATOR) is confirming.Became.INVITED_BEFORE
    assert [len(team_of(review)) for review in reviews] == [2, 2]


# What is known


def known_of(review: Review) -> tuple[Problem, Case]:
    save()
    problem = problem_of([review], review.programme_year, review.borough_id)
    return problem, problem.cases[0]


def test_members_stay_and_those_who_left_are_not_asked_again(app: Flask) -> None:
    review = a_review(programme_year=a_year())
    stays = a_team_member(review, LAY)
    gone = a_team_member(review, BOARD, removed_at=utc_now())
    soft = trained(BOARD)
    soft.ties.append(
        Tie(kind=TieKind.EMPLOYER, organisation=review.organisation, until=local_day(utc_now()) - timedelta(days=30))
    )
    problem, case = known_of(review)
    assert case.members == (Member(stays.person_id, stays.person.name, is_board=False, can_lead=False),)
    assert case.barred[gone.person_id].rule is Rule.LEFT
    assert list(case.connected) == [soft.person_id]
    assert {one.key: one.elsewhere for one in problem.candidates} == {
        stays.person_id: 1, gone.person_id: 0, soft.person_id: 0
    }  # fmt: skip


def test_only_active_reviewers_of_the_borough_are_asked(app: Flask) -> None:
    review, here = a_review(programme_year=a_year()), a_reviewer()
    a_reviewer().person.active = False
    elsewhere = a_reviewer()
    elsewhere.person.appointments[0].borough = a_borough("COL")
    problem, _case = known_of(review)
    assert [one.key for one in problem.candidates] == [here.person_id]


def test_visits_for_the_neighbours_count_and_settings_give_the_limits(app: Flask) -> None:
    review, here, there = a_review(programme_year=a_year()), a_reviewer(), a_year("COL")
    own = a_reviewer(most_visits_a_year=1, most_visits_a_month=0)
    other = a_review(Stage.REPORTING, programme_year=there)
    db.session.add(TeamMember(review=other, person=here.person, membership=BOARD))
    db.session.add(TeamMember(review=other, person=own.person, membership=BOARD))
    db.session.add(Setting(name="visits_a_year", value=9, changed_by="Keith"))
    problem, _case = known_of(review)
    first, second = problem.candidates
    assert (first.elsewhere, first.most_a_year, first.most_a_month) == (1, 9, 2)
    assert (second.elsewhere, second.most_a_year, second.most_a_month) == (1, 1, 0)
    assert problem.together == {(here.person_id, own.person_id): 1}


def test_when_people_cannot_is_taken_from_the_likely_month(app: Flask) -> None:
    review, reviewer = a_review(programme_year=a_year()), a_reviewer()
    db.session.add(LikelyMonth(review_id=review.id, month=date(2027, 6, 1), written_by="Cora"))
    for days, part, first, last in (
        (Days.EVERY_DAY, PartOfDay.ALL_DAY, date(2027, 6, 10), date(2027, 8, 1)),
        (Days.TUESDAY, PartOfDay.MORNING, date(2027, 1, 1), date(2027, 12, 31)),
    ):
        db.session.add(Unavailability(person_id=reviewer.person_id, first_on=first, last_on=last, days=days, part=part))
    problem, case = known_of(review)
    free = problem.candidates[0].free[date(2027, 6, 1)]
    assert case.month == date(2027, 6, 1)
    assert halves(free & case.halves) == [
        "1 pm", "2 am", "2 pm", "3 am", "3 pm", "4 am", "4 pm", "7 am", "7 pm", "8 pm", "9 am", "9 pm",
    ]  # fmt: skip


def test_an_agreed_time_is_the_only_one_that_counts(app: Flask) -> None:
    review, reviewer, other = (
        a_review(Stage.PREPARING, programme_year=a_year()),
        a_reviewer(),
        a_review(Stage.PREPARING),
    )
    for at, which in ((datetime(2027, 6, 8, 8, 30, tzinfo=UTC), review), (datetime(2027, 6, 8, 12, tzinfo=UTC), other)):
        db.session.add(Visit(review=which, uid=str(which.id), starts_at=at, minutes=180, place="Hall"))
    db.session.add(TeamMember(review=other, person=reviewer.person, membership=BOARD))
    problem, case = known_of(review)
    assert case.agreed and halves(case.halves) == ["8 am"]
    assert halves(ALL_FREE & ~problem.candidates[0].free[date(2027, 6, 1)]) == ["8 pm"]


def halves(bits: int) -> list[str]:
    """Half days in words: the day of the month, am or pm."""
    return [f"{n // 2 + 1} {'pm' if n % 2 else 'am'}" for n in range(62) if bits >> n & 1]


def test_a_reviewer_s_own_limits_are_kept(app: Flask, sign_in: SignIn) -> None:
    reviewer, boss = a_reviewer(), a_person()
    save()
    browser, address = sign_in(boss), f"/reviewers/{reviewer.id}/record"
    sent = {"csrf_token": token_of(browser.page(address)), "membership": "lay_member", "most_visits_a_year": "0"}
    wrong = browser.post(address, data=sent | {"most_visits_a_month": "21"})
    assert "Most visits in a month must be between 0 and 20" in wrong.text
    assert browser.post(address, data=sent).status_code == 302
    db.session.expire_all()
    assert (reviewer.most_visits_a_year, reviewer.most_visits_a_month) == (0, None)
    page = text_of(browser.page(f"/reviewers/{reviewer.id}"))
    assert "Most visits in a year 0 Most visits in a month As the board’s settings say" in page
