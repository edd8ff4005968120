"""Being asked to be on a team: yes with one's interests, no with a reason, or somebody else instead."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import event

from peerreview import leases, letters, links
from peerreview.audit_trail import Actor
from peerreview.calendars.queries import own_visits
from peerreview.dates import actions as dates
from peerreview.dates import participants
from peerreview.dates.wall_time import Time
from peerreview.extensions import db
from peerreview.models import (
    Appointment,
    Declaration,
    Delivery,
    Letter,
    Membership,
    NamedStaff,
    Nomination,
    PersonalLink,
    Review,
    Reviewer,
    TeamMember,
    Tie,
    TieKind,
    utc_now,
)
from peerreview.process import NotNow
from peerreview.teams import actions, answering, leaving
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, a_reviewer, a_team_member, save
from tests.conftest import SignIn
from tests.inspector import text_of

COORDINATOR = Actor("Kim Coordinator", Role.COORDINATOR)
BOARD, LAY = Membership.BOARD_MEMBER, Membership.LAY_MEMBER


def link_of(member: TeamMember) -> PersonalLink:
    return db.session.scalars(db.select(PersonalLink).where(PersonalLink.member_id == member.id)).one()


def invited(at: Stage = Stage.ARRANGING, membership: Membership = BOARD) -> tuple[Review, TeamMember]:
    """A review with one reviewer who has been asked and has not answered."""
    review, reviewer = a_review(at), a_reviewer(membership)
    save()
    if at in (Stage.PLANNED, Stage.ARRANGING, Stage.PREPARING):
        member = actions.assign(review, reviewer, COORDINATOR)
    else:
        member, _letter = actions.invite(review, reviewer)
    save()
    return review, member


def behind(member: TeamMember) -> Actor:
    return Actor.of(member.person, Role.REVIEWER)


def waiting_letters(member: TeamMember) -> list[str]:
    mine = (Letter.recipient_email == member.person.email, Letter.delivery == Delivery.WAITING)
    return list(db.session.scalars(db.select(Letter.name).where(*mine).order_by(Letter.id)))


def to(email: str, name: str) -> list[Letter]:
    mine = (Letter.recipient_email == email, Letter.name == name)
    return list(db.session.scalars(db.select(Letter).where(*mine)))


# Asked


def test_the_page_asks_one_thing_and_the_answer_is_acceptance(app: Flask, sign_in: SignIn) -> None:
    review, member = invited()
    reader, address = sign_in(member.person), f"/reviews/{review.reference}/interests"
    assert text_of(reader.page("/my-reviews").with_class("app-next__title")[0]) == "Can you be on this team?"
    assert reader.get(f"/reviews/{review.reference}").headers["Location"] == address
    page = reader.page(address)
    assert page.h1 == "Can you be on this team?"
    assert [text_of(each) for each in page.with_class("govuk-radios__label")] == [
        "Yes, and I have no interest to declare",
        "Yes, and I have a connection that people should know about",
        "No, I have an interest and should not be on this review",
        "No, I cannot do it",
    ]
    assert reader.submit(address, {"answer": "none"}).headers["Location"] == f"/reviews/{review.reference}/preparation"
    assert member.accepted_at is not None and member.has_declared
    assert review.events[0].step == "accept_place" and not review.events[0].restricted
    assert reader.page(address).h1 == "Declare your interests"
    coordinator = sign_in(a_person())
    save()
    said = coordinator.get(f"/reviews/{review.reference}/team").text
    assert "Accepted</strong>" in said and "No interest declared." in said


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("", "Choose your answer"),
        ("perhaps", "Choose one of the answers listed"),
        ("soft", "Say in a few words what the connection is"),
        ("hard", "Say in a few words what the connection is"),
        ("cannot", "Say in a few words why you cannot"),
    ],
)
def test_an_answer_without_its_words_is_asked_again(app: Flask, answer: str, message: str) -> None:
    _review, member = invited()
    said = app.test_client().submit(f"/my/{links.token(link_of(member))}/interests", {"answer": answer}).text
    assert message in said and member.declaration is None and member.is_active


def test_declining_frees_the_place_and_tells_the_coordinators_but_not_why(app: Flask, sign_in: SignIn) -> None:
    boss, elsewhere = a_person(borough=a_borough()), a_person(borough=a_borough("COL"))
    review, member = invited()
    token = links.token(link_of(member))
    sent = {"answer": "cannot", "text": "CANARY I am away then"}
    assert "You are not on this team" in app.test_client().submit(f"/my/{token}/interests", sent).text
    assert member.declined_at == member.removed_at is not None and review.current_team == []
    (told,) = to(boss.email, "place_declined")
    assert to(elsewhere.email, "place_declined") == []
    assert "CANARY" not in told.text + told.html + told.subject
    assert app.test_client().get(f"/my/{token}/interests").status_code == 404
    assert sign_in(member.person).get(f"/reviews/{review.reference}/interests").status_code == 404
    assert waiting_letters(member) == []  # not even the invitation
    page = sign_in(boss).get(f"/reviews/{review.reference}/team").text
    assert "Declined</strong>" in page and "Why: CANARY I am away then" in page
    assert (review.events[0].step, review.events[0].restricted) == ("decline_place", True)
    again = actions.assign(review, db.session.scalars(db.select(Reviewer)).one(), COORDINATOR)
    save()
    assert again.is_active and links.find(token) is None


def test_somebody_who_accepted_can_still_say_that_they_cannot(app: Flask, sign_in: SignIn) -> None:
    review, member = invited()
    answering.declare(review, member, Declaration.NONE, "", behind(member))
    save()
    reader, address = sign_in(member.person), f"/reviews/{review.reference}/interests"
    answer = reader.submit(address, {"answer": "cannot", "text": "I am ill"})
    assert "an email takes it out" in answer.text and not member.is_active


def test_a_coordinator_writes_down_a_refusal_made_by_phone(app: Flask, sign_in: SignIn) -> None:
    boss, other = a_person(), a_person()
    review, member = invited()
    address = f"/reviews/{review.reference}/team/{member.id}/interests"
    assert sign_in(boss).submit(address, {"answer": "cannot", "text": "No time"}).status_code == 302
    assert (review.events[0].step, review.events[0].by_phone) == ("decline_place", True)
    assert to(boss.email, "place_declined") == [] and len(to(other.email, "place_declined")) == 1


def test_what_is_known_already_is_shown_and_written_down_with_the_answer(app: Flask, sign_in: SignIn) -> None:
    review, member = invited()
    record = db.session.scalars(db.select(Reviewer)).one()
    ended = (utc_now() - timedelta(days=300)).date()
    record.ties.append(Tie(kind=TieKind.PAID_WORK, organisation=review.organisation, until=ended))
    save()
    reader, address = sign_in(member.person), f"/reviews/{review.reference}/interests"
    page = reader.page(address)
    assert "Did paid work for" in "".join(page.root.itertext())
    assert text_of(page.with_class("govuk-radios__label")[0]) == "Yes, and I have nothing to add to what is known"
    reader.submit(address, {"answer": "none"})
    assert member.declaration is Declaration.SOFT and member.is_active
    assert member.declaration_text.startswith(f"Did paid work for {review.organisation_name}, until ")
    with pytest.raises(actions.Unsuitable, match="cannot lead"):
        actions.name_lead(review, member, COORDINATOR)
    answering.declare(review, member, Declaration.NONE, "", behind(member))  # the same once more is nothing new
    assert member.is_active and [each.step for each in review.events].count("declare_interests") == 0


def test_a_known_soft_interest_keeps_from_leading_before_any_answer(app: Flask) -> None:
    review, member = invited()
    record = db.session.scalars(db.select(Reviewer)).one()
    record.ties.append(
        Tie(kind=TieKind.GOVERNOR, organisation=review.organisation, until=utc_now().date() - timedelta(1))
    )
    save()
    with pytest.raises(actions.Unsuitable, match="cannot lead: Was a governor of"):
        actions.name_lead(review, member, COORDINATOR)


def test_a_team_is_complete_when_everybody_has_accepted(app: Flask) -> None:
    review, first = invited()
    second = actions.assign(review, a_reviewer(LAY), COORDINATOR)
    actions.name_lead(review, first, COORDINATOR)
    answering.declare(review, first, Declaration.NONE, "", behind(first))
    assert not review.team_is_complete
    answering.declare(review, second, Declaration.NONE, "", behind(second))
    assert review.team_is_complete
    answering.decline(review, second, "No time", behind(second))
    save()
    assert not review.team_is_complete


def test_nobody_is_reminded_of_an_invitation_they_declined(app: Flask, sign_in: SignIn) -> None:
    boss = a_person()
    review, member = invited()
    browser, team = sign_in(boss), f"/reviews/{review.reference}/team"
    remind = f"/reviews/{review.reference}/reminders"
    assert browser.submit(team, {}, to=remind).status_code == 302
    (reminder,) = to(member.person.email, "reminder")
    assert reminder.subject.startswith("Reminder: please say whether you can be on the team")
    answering.decline(review, member, "No time", behind(member))
    save()
    assert waiting_letters(member) == [] and f'action="{remind}"' not in browser.get(team).text


# Replaced


def agreed_visit() -> tuple[Review, list[TeamMember]]:
    """A review whose visit is agreed, with a complete team that has it in the calendar."""
    review = a_review(Stage.ARRANGING, notice_sent_at=utc_now())
    facts = {"declaration": Declaration.NONE, "declared_at": utc_now(), "accepted_at": utc_now()}
    members = [a_team_member(review, BOARD, is_lead=True, **facts), a_team_member(review, LAY, **facts)]
    save()
    participants.bring_up_to_date(review)
    staff = NamedStaff(name="Dee Lead", role="Designated safeguarding lead", email=f"dsl{review.id}@school.example")
    review.nomination = Nomination(sent_at=utc_now(), sent_by="Head", staff=[staff])
    save()
    at = (utc_now() + timedelta(days=60)).replace(hour=10, minute=0, second=0, microsecond=0)
    while at.weekday() > 4:
        at += timedelta(days=1)
    dates.agree(review, COORDINATOR, Time(at, 120, "The hall"))
    save()
    return review, members


def delivered() -> None:
    db.session.execute(db.update(Letter).values(delivery=Delivery.SENT))
    save()


def test_replacing_is_one_act_with_its_preview(app: Flask, sign_in: SignIn) -> None:
    review, (lead, lay) = agreed_visit()
    delivered()
    newcomer, boss = a_reviewer(), a_person()
    save()
    browser, at = sign_in(boss), f"/reviews/{review.reference}/team/{lead.id}/replacement"
    choosing = browser.page(at)
    assert choosing.h1 == f"Replace {lead.person.name}"
    preview = browser.page(f"{at}?reviewer={newcomer.id}")
    assert [text_of(each) for each in preview.with_class("govuk-list--bullet")[0]] == [
        f"{lead.person.name}: that they are no longer on the team. Their link and their access end at once.",
        f"{lead.person.name}: that the visit is cancelled for them, so that it leaves their calendar.",
        f"{newcomer.person.name}: an invitation to the team, to accept or decline, with their interests.",
        f"{newcomer.person.name}: the visit for their calendar, once they have accepted.",
    ]
    assert review.current_team == [lead, lay] and waiting_letters(lead) == []
    token = links.token(link_of(lead))
    refused = browser.submit(f"{at}?reviewer={newcomer.id}", {}, to=at)
    assert "Enter a reason" in refused.text and lead.is_active
    assert browser.submit(f"{at}?reviewer={newcomer.id}", {"reason": "Ill"}, to=at).status_code == 302
    assert [member.person_id for member in review.current_team] == [lay.person_id, newcomer.person_id]
    assert sorted(waiting_letters(lead)) == ["off_the_team", "visit_cancelled"]
    joined = review.current_team[1]
    assert waiting_letters(joined) == ["team_invitation"] and waiting_letters(lay) == []
    assert links.find(token) is None and own_visits(lead.person) == []
    assert sign_in(lead.person).get(f"/reviews/{review.reference}").status_code == 404
    assert own_visits(newcomer.person) == []
    answering.declare(review, joined, Declaration.NONE, "", behind(joined))
    save()
    assert waiting_letters(joined) == ["team_invitation", "date_agreed"] and len(own_visits(newcomer.person)) == 1
    page = browser.get(f"/reviews/{review.reference}/team").text
    assert f"{newcomer.person.name} was invited instead." in page and "Why: Ill" in page
    assert browser.get(at).status_code == 404


def test_letters_that_wait_are_not_sent_to_whoever_is_replaced(app: Flask) -> None:
    review, (lead, _lay) = agreed_visit()
    other_review = a_review()
    person = lead.person
    for about in (review, other_review):
        for name in ("off_the_team", "pack_ready"):
            facts = {"address": "http://localhost/"} if name == "pack_ready" else {}
            letters.write(name, to=(person.name, person.email), review=about, **facts)
    save()
    leaving.replace(review, lead, a_reviewer(), "Ill", COORDINATOR)
    save()
    found = db.session.scalars(db.select(Letter).where(Letter.recipient_email == person.email).order_by(Letter.id))
    states = [(letter.review_id == review.id, letter.name, letter.delivery) for letter in found]
    called, waits = Delivery.CALLED_BACK, Delivery.WAITING
    assert [state for state in states if state[2] is called] == [
        (True, "off_the_team", called),
        (True, "pack_ready", called),
    ]
    assert (False, "pack_ready", waits) in states and (True, "off_the_team", waits) in states
    assert (True, "visit_cancelled", waits) in states


def test_a_letter_in_the_worker_s_hands_goes_or_is_never_tried_again(app: Flask) -> None:
    review, member = invited()
    (sent,) = leases.take(1)
    save()
    answering.decline(review, member, "No time", behind(member))
    save()
    leases.put_off(sent, "busy")
    save()
    (letter,) = to(member.person.email, "team_invitation")
    assert letter.delivery is Delivery.CALLED_BACK
    assert letter.id not in [each.id for each in leases.take(20)]


def test_who_coordinates_too_keeps_the_letters_for_that(app: Flask) -> None:
    review, member = invited()
    member.person.appointments.append(Appointment(role=Role.COORDINATOR))
    letters.write(
        "staff_cannot_be_named", to=(member.person.name, member.person.email), review=review, address="http://x/"
    )
    save()
    leaving.remove(review, member, "Conflict of duties", COORDINATOR)
    save()
    assert waiting_letters(member) == ["staff_cannot_be_named", "off_the_team"]
    (invitation,) = to(member.person.email, "team_invitation")
    assert invitation.delivery is Delivery.CALLED_BACK


@pytest.mark.parametrize("stage", [Stage.REPORTING, Stage.RESPONDING, Stage.FINALISING])
def test_also_after_the_visit_somebody_can_come_instead(app: Flask, sign_in: SignIn, stage: Stage) -> None:
    review, member = invited(stage)
    newcomer = a_reviewer()
    save()
    joined = leaving.replace(review, member, newcomer, "Has moved away", COORDINATOR)
    save()
    reader = sign_in(newcomer.person)
    assert text_of(reader.page("/my-reviews").with_class("app-next__title")[0]) == "Can you be on this team?"
    answering.declare(review, joined, Declaration.NONE, "", behind(joined))
    save()
    assert joined.has_declared and review.current_team == [joined]


def test_nobody_comes_instead_when_the_report_is_final(app: Flask) -> None:
    review, member = invited(Stage.FINAL)
    with pytest.raises(NotNow):
        leaving.replace(review, member, a_reviewer(), "Ill", COORDINATOR)


def test_who_must_not_review_it_cannot_come_instead(app: Flask, sign_in: SignIn) -> None:
    review, member = invited()
    tied = a_reviewer(ties=[Tie(kind=TieKind.FAMILY, organisation=review.organisation)])
    boss = a_person()
    save()
    browser, at = sign_in(boss), f"/reviews/{review.reference}/team/{member.id}/replacement"
    page = browser.page(f"{at}?reviewer={tied.id}")
    assert page.h1 == f"Replace {member.person.name}" and "Has family at" in "".join(page.root.itertext())
    token = browser.token(f"/reviews/{review.reference}/team")
    answer = browser.post(at, data={"csrf_token": token, "reviewer": str(tied.id), "reason": "x"})
    assert answer.headers["Location"] == at and member.is_active
    with pytest.raises(actions.Unsuitable):
        leaving.replace(review, member, tied, "x", COORDINATOR)
    lay = a_reviewer(LAY)
    leaving.replace(review, member, lay, "x", COORDINATOR)  # alone on the team: the board member can come next
    with pytest.raises(actions.Unsuitable, match="needs a member of the board"):
        actions.assign(review, a_reviewer(LAY), COORDINATOR)


def test_outsiders_cannot_replace_or_answer(app: Flask, sign_in: SignIn) -> None:
    review, member = invited()
    _other, stranger = invited()
    city, executive = a_person(borough=a_borough("COL")), a_person(Role.EXECUTIVE)
    save()
    at = f"/reviews/{review.reference}/team/{member.id}/replacement"
    for person in (city, executive, member.person, stranger.person):
        assert sign_in(person).get(at).status_code == 404
    boss = a_person()
    save()
    assert sign_in(boss).get(at.replace(f"/{member.id}/", f"/{stranger.id}/")).status_code == 404


# The tab that was open


def test_every_page_of_a_tab_that_was_open_is_gone_at_once(app: Flask, sign_in: SignIn) -> None:
    review, (lead, lay) = agreed_visit()
    reader = sign_in(lay.person)
    at = f"/reviews/{review.reference}"
    open_tabs = [
        at,
        f"{at}/interests",
        f"{at}/preparation",
        f"{at}/visit",
        f"{at}/visit.ics",
        f"{at}/agenda",
        f"{at}/report",
    ]
    assert [reader.get(tab).status_code for tab in open_tabs] == [200] * len(open_tabs)
    token = reader.token(f"{at}/interests")
    assert len(own_visits(lay.person)) == 1
    later = {"csrf_token": token, "answer": "soft", "text": "My son has applied for a place"}
    assert "suspended" in reader.post(f"{at}/interests", data=later).text
    assert [reader.get(tab).status_code for tab in open_tabs] == [404] * len(open_tabs)
    assert reader.post(f"{at}/interests", data=later).status_code == 404
    assert own_visits(lay.person) == [] and links.find(links.token(link_of(lay))) is None
    assert lay.person.email not in review.visit.invited
    assert "visit_cancelled" in waiting_letters(lay)
    assert lead.is_active


# At once


class InTurn:
    """Two acts by two people, each in a session of its own; the first has acted and not saved as the second comes."""

    def __init__(self, app: Flask) -> None:
        self.app, self.acted, self.may_save = app, Event(), Event()

    def do(self, first: Callable[[], None], second: Callable[[], None]) -> tuple[str, str, bool]:
        """What came of each, and whether the second waited for the first."""
        with ThreadPoolExecutor(2) as pool:
            one = pool.submit(self._act, first, True)
            assert self.acted.wait(20)
            other = pool.submit(self._act, second, False)
            waited = not wait([other], timeout=1).done
            self.may_save.set()
            return one.result(30), other.result(30), waited

    def _act(self, act: Callable[[], None], is_first: bool) -> str:
        with self.app.app_context(), self.app.test_request_context(method="POST"):
            try:
                act()
                db.session.flush()
                if is_first:
                    self.acted.set()
                    self.may_save.wait(20)
                save()
            except NotNow as refusal:
                db.session.rollback()
                return str(refusal)
            finally:
                db.session.remove()
            return "done"


Ids = tuple[int, int, int]


def asked_with_somebody_else() -> Ids:
    review, member = invited()
    newcomer = a_reviewer()
    save()
    ids = (review.id, member.id, newcomer.id)
    db.session.remove()
    return ids


def rows(ids: Ids) -> tuple[Review, TeamMember, Reviewer]:
    return tuple(map(db.session.get, (Review, TeamMember, Reviewer), ids))  # type: ignore[return-value, arg-type]


def accepts(ids: Ids) -> None:
    review, member, _newcomer = rows(ids)
    answering.declare(review, member, Declaration.NONE, "", behind(member))


def replaces(ids: Ids) -> None:
    review, member, newcomer = rows(ids)
    leaving.replace(review, member, newcomer, "Slow", COORDINATOR)


def test_who_accepts_while_being_replaced_is_too_late(any_app: Flask) -> None:
    ids = asked_with_somebody_else()
    first, second, waited = InTurn(any_app).do(lambda: replaces(ids), lambda: accepts(ids))
    review, member, newcomer = rows(ids)
    assert (first, waited) == ("done", True)
    assert second.startswith("Kim Coordinator was first: they replaced a reviewer on ")
    assert member.accepted_at is None and member.declaration is None
    assert [each.person_id for each in review.current_team] == [newcomer.person_id]


def test_who_is_replaced_while_accepting_is_replaced_all_the_same(any_app: Flask) -> None:
    ids = asked_with_somebody_else()
    first, second, waited = InTurn(any_app).do(lambda: accepts(ids), lambda: replaces(ids))
    review, member, newcomer = rows(ids)
    assert (first, second, waited) == ("done", "done", True)
    assert member.accepted_at is not None and member.removed_at is not None
    assert [each.person_id for each in review.current_team] == [newcomer.person_id]


def test_of_two_who_replace_the_same_reviewer_one_is_told_who_was_first(any_app: Flask) -> None:
    ids = asked_with_somebody_else()
    first, second, waited = InTurn(any_app).do(lambda: replaces(ids), lambda: replaces(ids))
    review, member, newcomer = rows(ids)
    assert (first, waited) == ("done", True)
    assert "was first: they replaced a reviewer" in second
    assert len(to(newcomer.person.email, "team_invitation")) == len(to(member.person.email, "off_the_team")) == 1
    assert [each.person_id for each in review.current_team] == [newcomer.person_id]


def test_the_team_page_asks_the_database_as_often_for_one_as_for_three(app: Flask, sign_in: SignIn) -> None:
    review, boss = a_review(Stage.ARRANGING), a_person()
    save()
    browser, counts = sign_in(boss), []
    for wanted in (1, 3):
        while len(review.current_team) < wanted:
            member = actions.assign(review, a_reviewer(), COORDINATOR)
            a_reviewer(ties=[Tie(kind=TieKind.GOVERNOR, organisation=review.organisation)])
            answering.declare(review, member, Declaration.NONE, "", behind(member))
            gone = actions.assign(review, a_reviewer(), COORDINATOR)
            answering.decline(review, gone, "No time", behind(gone))
            save()
        db.session.remove()
        review = db.session.get(Review, review.id)  # type: ignore[assignment]
        asked: list[str] = []

        def listen(*args: object, asked: list[str] = asked) -> None:
            asked.append(str(args[2]))

        event.listen(db.engine, "before_cursor_execute", listen)
        assert browser.get(f"/reviews/{review.reference}/team").status_code == 200
        event.remove(db.engine, "before_cursor_execute", listen)
        counts.append(len(asked))
    assert counts[0] == counts[1]
