"""The team of a review: who may join, who must not, and what they are told."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from peerreview import links
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    Declaration,
    Duty,
    Federation,
    Letter,
    Membership,
    PersonalLink,
    Purpose,
    Review,
    Reviewer,
    TeamMember,
    Tie,
    TieKind,
    Trust,
)
from peerreview.process import NotNow
from peerreview.teams import actions, answering
from peerreview.teams.interests import interests_in
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, a_reviewer, a_team_member, an_organisation, save
from tests.conftest import SignIn
from tests.inspector import Page, text_of

BOARD, LAY = Membership.BOARD_MEMBER, Membership.LAY_MEMBER
COORDINATOR = Actor("Cora", Role.COORDINATOR)


def letters_named(name: str) -> list[str]:
    return list(db.session.scalars(db.select(Letter.recipient_email).where(Letter.name == name).order_by(Letter.id)))


def token_of(page: Page) -> str:
    return next(i.attrib["value"] for i in page.all("input") if i.attrib.get("name") == "csrf_token")


def link_of(member: TeamMember) -> PersonalLink:
    return db.session.scalars(db.select(PersonalLink).where(PersonalLink.member_id == member.id)).one()


# Known interests


def test_interests_follow_from_the_record(app: Flask) -> None:
    trust, federation = Trust(name="Invented Trust"), Federation(name="Invented Federation")
    db.session.add_all([trust, federation])
    school = an_organisation("Invented School", trust=trust, federation=federation)
    in_trust, in_federation = an_organisation("Second", trust=trust), an_organisation("Third", federation=federation)
    stranger = an_organisation("Stranger")
    reviewer = a_reviewer(employer="INVENTED  school.")
    reviewer.ties += [
        Tie(kind=TieKind.GOVERNOR, organisation=school),
        Tie(kind=TieKind.EMPLOYER, organisation=in_trust),
        Tie(kind=TieKind.GOVERNOR, organisation=in_federation),
        Tie(kind=TieKind.TRUST, trust=trust),
        Tie(kind=TieKind.FEDERATION, federation=federation),
        Tie(kind=TieKind.FAMILY, organisation=stranger),
    ]
    save()
    source, registered = "(a tie on the reviewer’s record)", "(a tie on the reviewer’s record, by the register)"
    found = [interest.sentence for interest in interests_in(reviewer, school)]
    assert found == [
        f"Is a governor of Invented School {source}",
        f"Works for Second, of the same trust (Invented Trust), which employs the staff of both {registered}",
        f"Is a governor of Third, of the same federation (Invented Federation) {registered}",
        f"Is a trustee or on the staff of Invented Trust, its trust {registered}",
        f"Is on the governing body of Invented Federation, its federation {registered}",
        "Works for Invented School (employer on the reviewer’s record)",
    ]
    assert interests_in(a_reviewer(employer="Elsewhere"), school) == []
    assert interests_in(a_reviewer(), an_organisation(duty=Duty.S11)) == []


# Assigning


def test_assigning_tells_the_reviewer_and_nobody_else(app: Flask, sign_in: SignIn) -> None:
    review, reviewer, boss = a_review(), a_reviewer(), a_person()
    save()
    browser, address = sign_in(boss), f"/reviews/{review.reference}/team"
    sent = {"csrf_token": token_of(browser.page(address)), "reviewer": str(reviewer.id)}
    assert browser.post(address, data=sent).status_code == 302
    (member,) = review.current_team
    assert (member.person, member.membership, member.has_declared) == (reviewer.person, BOARD, False)
    (letter,) = db.session.scalars(db.select(Letter))
    assert (letter.name, letter.recipient_email) == ("team_invitation", reviewer.person.email)
    assert f"/my/~link-{link_of(member).id}~/interests" in letter.text
    assert review.events[0].step == "assign_reviewer"
    page = browser.page(address)
    assert ", to answer by " in "".join(page.root.itertext())
    # the same button pressed twice: the choice is gone, nothing is doubled
    assert browser.post(address, data=sent).status_code == 302
    assert len(review.current_team) == 1 and len(letters_named("team_invitation")) == 1


def test_two_coordinators_assign_the_same_person(any_app: Flask) -> None:
    review, reviewer = a_review(), a_reviewer()
    save()
    actions.assign(review, reviewer, COORDINATOR)
    save()
    with pytest.raises(NotNow, match="is already on the team"):
        actions.assign(review, reviewer, COORDINATOR)
    assert len(letters_named("team_invitation")) == 1


def test_a_known_interest_blocks_before_anyone_is_told(app: Flask, sign_in: SignIn) -> None:
    review, reviewer = a_review(), a_reviewer()
    reviewer.ties.append(Tie(kind=TieKind.GOVERNOR, organisation=review.organisation))
    save()
    browser, address = sign_in(a_person()), f"/reviews/{review.reference}/team"
    save()
    page = browser.page(address)
    said = f"{reviewer.person.name}: Is a governor of {review.organisation_name} (a tie on the reviewer’s record)"
    assert said in "".join(page.root.itertext())
    answer = browser.post(address, data={"csrf_token": token_of(page), "reviewer": str(reviewer.id)})
    assert answer.status_code == 302 and review.team == [] and letters_named("team_invitation") == []
    with pytest.raises(actions.Unsuitable, match="has an interest in this organisation"):
        actions.assign(review, reviewer, COORDINATOR)


def test_a_team_needs_a_board_member(app: Flask) -> None:
    review = a_review()
    a_team_member(review, LAY)
    with pytest.raises(actions.Unsuitable, match="choose a Board member next"):
        actions.assign(review, a_reviewer(LAY), COORDINATOR)
    actions.assign(review, a_reviewer(BOARD), COORDINATOR)
    actions.assign(review, a_reviewer(LAY), COORDINATOR)
    assert len(review.current_team) == 3


def test_nobody_is_assigned_after_the_visit(app: Flask) -> None:
    review, reviewer = a_review(Stage.REPORTING), a_reviewer()
    save()
    with pytest.raises(NotNow):
        actions.assign(review, reviewer, COORDINATOR)


def test_the_team_is_complete_only_with_declarations_and_a_lead(app: Flask) -> None:
    review = a_review(Stage.ARRANGING)
    one, other = a_team_member(review, BOARD), a_team_member(review, LAY)
    save()
    assert not review.team_is_complete
    for member in (one, other):
        answering.declare(review, member, Declaration.NONE, "", Actor(member.person.name, Role.REVIEWER))
    assert not review.team_is_complete
    actions.name_lead(review, one, COORDINATOR)
    actions.name_lead(review, other, COORDINATOR)
    save()
    assert review.team_is_complete and review.lead is other


# Declaring


def assigned(at: Stage = Stage.ARRANGING, membership: Membership = BOARD) -> tuple[Review, TeamMember]:
    review, reviewer = a_review(at), a_reviewer(membership)
    save()
    member = actions.assign(review, reviewer, COORDINATOR)
    save()
    return review, member


def test_declaring_by_link(app: Flask) -> None:
    review, member = assigned()
    browser, address = app.test_client(), f"/my/{links.token(link_of(member))}/interests"
    token = token_of(browser.page(address))
    empty = browser.post(address, data={"csrf_token": token})
    assert "Choose your answer" in empty.text and member.declaration is None
    no_words = browser.post(address, data={"csrf_token": token, "answer": "soft", "text": " \u202e "})
    assert "Say in a few words what the connection is" in no_words.text and member.declaration is None
    for _ in range(2):
        assert browser.post(address, data={"csrf_token": token, "answer": "none"}).status_code == 302
    assert member.declaration is Declaration.NONE and member.has_declared
    assert [event.step for event in review.events].count("accept_place") == 1


def test_a_hard_interest_stands_down_at_once(app: Flask, sign_in: SignIn) -> None:
    boss, elsewhere = a_person(borough=a_borough()), a_person(borough=a_borough("COL"))
    review, member = assigned()
    actions.name_lead(review, member, COORDINATOR)
    save()
    browser, token = app.test_client(), links.token(link_of(member))
    sent = {"answer": "hard", "text": "CANARY my sister works there"}
    sent["csrf_token"] = token_of(browser.page(f"/my/{token}/interests"))
    answer = browser.post(f"/my/{token}/interests", data=sent)
    assert "Thank you for telling us" in answer.text
    assert review.current_team == [] and review.lead is None
    assert letters_named("interest_alert") == [boss.email] and elsewhere.email not in letters_named("interest_alert")
    (alert,) = db.session.scalars(db.select(Letter).where(Letter.name == "interest_alert"))
    assert "CANARY" not in alert.text + alert.html + alert.subject and "please name another lead" in alert.text
    assert app.test_client().get(f"/my/{token}/interests").status_code == 404
    assert sign_in(member.person).get(f"/reviews/{review.reference}/interests").status_code == 404
    with pytest.raises(actions.Unsuitable):
        actions.restore(review, member, COORDINATOR)
    with pytest.raises(actions.Unsuitable, match="declared an interest"):
        actions.assign(review, db.session.scalars(db.select(Reviewer)).first(), COORDINATOR)


def test_a_soft_interest_stays_but_cannot_lead(app: Flask) -> None:
    review, member = assigned()
    actions.name_lead(review, member, COORDINATOR)
    answering.declare(review, member, Declaration.SOFT, "I trained there", Actor.behind(link_of(member)))
    save()
    assert member.is_active and member.has_declared and review.lead is None
    with pytest.raises(actions.Unsuitable, match="cannot lead"):
        actions.name_lead(review, member, COORDINATOR)


def test_a_later_interest_suspends_until_the_coordinator_has_looked(app: Flask, sign_in: SignIn) -> None:
    boss = a_person()
    review, member = assigned(Stage.PREPARING)
    answering.declare(review, member, Declaration.NONE, "", Actor.behind(link_of(member)))
    save()
    browser, address = sign_in(member.person), f"/reviews/{review.reference}/interests"
    sent = {"csrf_token": token_of(browser.page(address)), "answer": "soft", "text": "A friend has joined"}
    assert "suspended" in browser.post(address, data=sent).text
    assert not member.is_active and letters_named("interest_alert") == [boss.email]
    assert browser.get(address).status_code == 404
    coordinator, team = sign_in(boss), f"/reviews/{review.reference}/team"
    back = f"{team}/{member.id}/return"
    assert coordinator.post(back, data={"csrf_token": token_of(coordinator.page(team))}).status_code == 302
    assert member.is_active and letters_named("back_on_the_team") == [member.person.email]
    assert browser.get(address).status_code == 200


def test_what_was_said_by_phone_is_marked(app: Flask, sign_in: SignIn) -> None:
    boss = a_person()
    review, member = assigned()
    browser, address = sign_in(boss), f"/reviews/{review.reference}/team/{member.id}/interests"
    sent = {"csrf_token": token_of(browser.page(address)), "answer": "soft", "text": "Knows the head"}
    assert browser.post(address, data=sent).status_code == 302
    event = review.events[0]
    assert (event.step, event.by_phone, event.actor_name) == ("accept_place", True, boss.name)
    assert "Knows the head" not in str(event.facts)
    assert letters_named("interest_alert") == []


# Leaving


def test_who_leaves_loses_access_at_once(app: Flask, sign_in: SignIn) -> None:
    review, member = assigned()
    link = link_of(member)
    token = links.token(link)
    boss, address = sign_in(a_person()), f"/reviews/{review.reference}/team/{member.id}/removal"
    save()
    sent = {"csrf_token": token_of(boss.page(address))}
    assert "Enter a reason" in boss.post(address, data=sent).text
    assert boss.post(address, data=sent | {"reason": "Ill"}).status_code == 302
    assert review.current_team == [] and letters_named("off_the_team") == [member.person.email]
    assert app.test_client().get(f"/my/{token}/interests").status_code == 404
    assert sign_in(member.person).get(f"/reviews/{review.reference}/interests").status_code == 404
    again = actions.assign(review, db.session.scalars(db.select(Reviewer)).first(), COORDINATOR)
    save()
    assert links.find(token) is None and links.find(links.token(link_of(again))) is not None


# Reviewers


def test_a_new_reviewer_gets_an_account_and_a_letter(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in(a_person())
    save()
    sent = {
        "csrf_token": token_of(browser.page("/reviewers/add")),
        "name": "Ada \x00Invented",
        "email": "ADA@board.example",
        "membership": "lay_member",
        "trained_on-day": "1",
        "trained_on-month": "2",
        "trained_on-year": "2026",
    }
    assert browser.post("/reviewers/add", data=sent).status_code == 302
    (reviewer,) = db.session.scalars(db.select(Reviewer))
    assert (reviewer.person.name, reviewer.person.email) == ("Ada Invented", "ada@board.example")
    assert reviewer.person.holds(Role.REVIEWER) and letters_named("choose_password") == ["ada@board.example"]
    assert "is a reviewer already" in browser.post("/reviewers/add", data=sent).text
    assert "Ada Invented" in browser.get("/reviewers").text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "Enter their full name"),
        ({"name": "x" * 201}, "use 200 characters or fewer"),
        ({"email": "ada@"}, "Enter an email address in the correct format"),
        ({"membership": "king"}, "Choose one of the answers listed"),
        ({"membership": ""}, "Choose Board member or lay member"),
        (
            {"trained_on-day": "31", "trained_on-month": "2", "trained_on-year": "2026"},
            "31 February 2026 is not a real date",
        ),
        ({"trained_on-day": "1", "trained_on-month": "2", "trained_on-year": "2126"}, "cannot be in the future"),
    ],
)
def test_bad_input_is_refused_at_the_field(app: Flask, sign_in: SignIn, changes: dict[str, str], message: str) -> None:
    browser = sign_in(a_person())
    save()
    good = {"name": "Ada 🦉 اسم", "email": "ada@board.example", "membership": "lay_member"}
    token = token_of(browser.page("/reviewers/add"))
    answer = browser.post("/reviewers/add", data={"csrf_token": token} | good | changes)
    assert message in answer.text and db.session.scalar(db.select(Reviewer)) is None
    assert changes.get("name", "Ada 🦉 اسم") in answer.text


def test_ties_are_found_added_once_and_removed(app: Flask, sign_in: SignIn) -> None:
    reviewer, school = a_reviewer(), an_organisation("Oakfield Invented School")
    browser = sign_in(a_person())
    save()
    address = f"/reviewers/{reviewer.id}"
    page = browser.page(f"{address}?find=invented+oak")
    sent = {
        "csrf_token": token_of(page),
        "find": "invented oak",
        "kind": "governor",
        "end": f"organisation-{school.id}",
    }
    forged = browser.post(f"{address}/ties", data=sent | {"end": "organisation-99999"})
    assert "Choose one of the answers listed" in forged.text
    for _ in range(2):
        assert browser.post(f"{address}/ties", data=sent).status_code == 302
    (tie,) = reviewer.ties
    assert (tie.kind, tie.organisation) == (TieKind.GOVERNOR, school)
    other = a_reviewer()
    save()
    assert browser.post(f"/reviewers/{other.id}/ties/{tie.id}/removal", data=sent).status_code == 404
    assert browser.post(f"{address}/ties/{tie.id}/removal", data=sent).status_code == 302
    assert db.session.scalars(db.select(Tie)).all() == []


# Outsiders


def test_outsiders_find_nothing(app: Flask, sign_in: SignIn) -> None:
    review, member = assigned()
    _elsewhere, other = assigned()
    city = a_person(borough=a_borough("COL"))
    executive = a_person(Role.EXECUTIVE)
    organisation_link = links.give(review, Purpose.ORGANISATION, "Head", "head@school.example")
    save()
    team = f"/reviews/{review.reference}/team"
    pages = [team, f"{team}/{member.id}/removal", f"{team}/{member.id}/interests"]
    for person in (city, executive, member.person, other.person):
        assert {sign_in(person).get(page).status_code for page in pages} == {404}
    for person in (other.person, executive, city):
        assert sign_in(person).get(f"/reviews/{review.reference}/interests").status_code == 404
    for person in (executive, member.person):
        assert sign_in(person).get("/reviewers").status_code == 404
    assert app.test_client().get(f"/my/{links.token(organisation_link)}/interests").status_code == 404
    boss = sign_in(a_person())
    save()
    assert boss.get(f"{team}/{other.id}/removal").status_code == 404


def test_the_list_of_reviewers_asks_the_database_as_often_for_one_as_for_three(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in(a_person())
    counts = []
    for wanted in (1, 3):
        while len(db.session.scalars(db.select(Reviewer)).all()) < wanted:
            reviewer = a_reviewer()
            reviewer.ties.append(Tie(kind=TieKind.EMPLOYER, organisation=an_organisation()))
        save()
        db.session.remove()
        asked: list[str] = []

        def listen(*args: Any, asked: list[str] = asked) -> None:
            asked.append(args[2])

        event.listen(db.engine, "before_cursor_execute", listen)
        assert browser.get("/reviewers").status_code == 200
        event.remove(db.engine, "before_cursor_execute", listen)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_is_missing_of_a_new_reviewer_is_listed_in_the_order_of_the_page(sign_in: SignIn) -> None:
    coordinator = a_person(Role.COORDINATOR)
    save()
    page = Page(sign_in(coordinator).submit("/reviewers/add", {}).text)
    assert [text_of(each) for each in page.with_class("govuk-error-summary__list")[0]] == [
        "Enter their full name", "Enter their email address", "Choose Board member or lay member",
    ]  # fmt: skip


def test_a_declaration_is_told_in_words_and_who_cannot_lead_is_marked(app: Flask, sign_in: SignIn) -> None:
    review, member = assigned()
    coordinator = a_person(Role.COORDINATOR)
    answering.declare(review, member, Declaration.SOFT, "I trained there", Actor.behind(link_of(member)))
    save()
    client = sign_in(coordinator)
    assert "A connection that people should know about" in client.get(f"/reviews/{review.reference}").text
    page = client.get(f"/reviews/{review.reference}/team").text
    assert f"{member.person.name} (declared a connection, cannot lead)" in page
