"""Following up the actions: the organisation's updates, verifying, asking for more, and the end of the review."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from peerreview import links, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.meetings import following
from peerreview.meetings.following import Typed
from peerreview.models import Action, Letter, Meeting, Purpose, Review, State, Verification, tasks, utc_now
from peerreview.reviews import reminders
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, an_organisation, save
from tests.meetings.test_meeting_pages import COORDINATOR, today, token_of

HEAD = Actor("Ada Okafor", Role.ORGANISATION)
SAID = Typed("We have trained a deputy lead.", "Two concerns were raised in her first week.", True)


def a_presented_review(actions: int = 2, **columns: Any) -> Review:
    columns = {"stage_since": utc_now()} | columns
    review = a_review(Stage.PRESENTED, an_organisation(borough=a_borough()), **columns)
    for number in range(actions):
        text = f"Recommendation {number + 1}."
        db.session.add(Action(review=review, text=text, owner="Head", due_on=today() + timedelta(days=30 + number)))
    links.give(review, Purpose.ORGANISATION, "Ada Okafor", "head@school.example")
    a_person(Role.COORDINATOR, review.borough)
    save()
    return review


def letters_of(review: Review) -> list[tuple[str, str]]:
    rows = db.session.scalars(db.select(Letter).where(Letter.review_id == review.id).order_by(Letter.id))
    return [(row.name, row.recipient_email) for row in rows]


def waits(review: Review) -> dict[str, tuple[State, date | None]]:
    return {t.name: (t.state, t.due) for t in tasks(review) if t.name in ("carry_out", "follow_up")}


def test_an_action_goes_from_the_organisation_to_the_coordinator_and_back(any_app):
    review = a_presented_review()
    first, second = review.actions
    assert waits(review) == {"carry_out": (State.WAITING, first.due_on), "follow_up": (State.LATER, None)}
    following.update(first, SAID, HEAD)
    save()
    assert waits(review) == {"carry_out": (State.WAITING, second.due_on), "follow_up": (State.WAITING, None)}
    assert [name for name, _ in letters_of(review)] == ["action_reported"]
    following.ask_for_more(first, "Who is the deputy?", COORDINATOR)
    save()
    assert first.reported_at is None and waits(review)["carry_out"] == (State.WAITING, first.due_on)
    assert letters_of(review)[-1] == ("action_needs_more", "head@school.example")
    following.update(first, Typed("It is Sam Turner."), HEAD)
    save()
    assert [(u.text, u.says_done) for u in first.updates] == [
        ("We have trained a deputy lead.", True), ("Who is the deputy?", False), ("It is Sam Turner.", False)
    ]  # fmt: skip
    assert first.impact == "Two concerns were raised in her first week."


def test_saying_done_twice_writes_to_the_coordinators_once(app):
    review = a_presented_review()
    for _ in range(2):
        following.update(review.actions[0], SAID, HEAD)
        save()
    assert [name for name, _ in letters_of(review)] == ["action_reported"]


def test_no_letter_quotes_what_was_written(app):
    review = a_presented_review(1)
    following.update(review.actions[0], SAID, HEAD)
    following.ask_for_more(review.actions[0], "Who is the deputy?", COORDINATOR)
    following.verify(review.actions[0], Verification.EVIDENCE, "I have seen it.", COORDINATOR)
    save()
    texts = " ".join(db.session.scalars(db.select(Letter.text)))
    assert not any(said in texts for said in (SAID.text, SAID.impact, "deputy", "I have seen it", "Recommendation 1"))


def test_the_review_closes_with_its_last_action_and_not_before(any_app):
    review = a_presented_review()
    first, second = review.actions
    assert following.verify(first, Verification.EVIDENCE, "", COORDINATOR) is False
    save()
    with pytest.raises(process.NotNow, match="Verify every action first"):
        following.close(review, COORDINATOR)
    assert following.verify(second, Verification.EXECUTIVE, "", COORDINATOR) is True
    save()
    assert review.stage is Stage.CLOSED
    assert letters_of(review)[-1] == ("review_closed", "head@school.example")


def test_nobody_writes_about_an_action_that_is_verified(any_app):
    review = a_presented_review()
    action = review.actions[0]
    following.verify(action, Verification.EVIDENCE, "", COORDINATOR)
    save()
    for act in (
        lambda: following.update(action, SAID, HEAD),
        lambda: following.ask_for_more(action, "Why?", COORDINATOR),
        lambda: following.verify(action, Verification.EVIDENCE, "Again", COORDINATOR),
    ):
        with pytest.raises(following.Done, match="has verified this action as done"):
            act()
    assert action.updates == []


def test_the_database_knows_no_done_action_without_how(app):
    review = a_presented_review(1)
    review.actions[0].done_at = review.created_at
    with pytest.raises(Exception, match="done_is_verified"):
        db.session.flush()


def test_a_later_review_that_has_seen_it_is_named(app, sign_in):
    review = a_presented_review(1)
    browser = sign_in(a_person(Role.COORDINATOR))
    later = a_review(Stage.REPORTING, review.organisation, reference="HAC-2027-001")
    save()
    address = f"/actions/{review.actions[0].id}"
    token = token_of(browser.page(address))
    typed = {"csrf_token": token, "how": "next_review", "later": "", "note": ""}
    assert "Choose the later review" in browser.post(address, data=typed).get_data(as_text=True)
    assert browser.post(address, data=typed | {"later": str(later.id)}).status_code == 302
    db.session.expire_all()
    assert review.actions[0].verified_in is later
    assert "HAC-2027-001" in browser.get(address).get_data(as_text=True)


def test_the_organisation_updates_an_action_with_a_file(app, client):
    review = a_presented_review()
    link = review.links[0]
    with client.session_transaction() as session:
        session[f"code:{link.id}:{link.generation}"] = 2**40
    place = f"/my/{links.token(link)}/actions"
    page = client.get(place).get_data(as_text=True)
    assert "Recommendation 1." in page and "Recommendation 2." in page
    address = f"{place}/{review.actions[0].id}"
    token = token_of(client.page(address))
    typed = {"csrf_token": token, "text": "Trained.", "impact": "Quicker.", "done": ""}
    refused = client.post(address, data=typed).get_data(as_text=True)
    assert "Choose whether it is done" in refused and "Trained." in refused and "Quicker." in refused
    files = [(io.BytesIO(b"a record"), "record.txt"), (io.BytesIO(b"MZ\x90"), "tool.exe")]
    refused = client.post(address, data=typed | {"done": "yes", "files": files}).get_data(as_text=True)
    assert "tool.exe" in refused and review.actions[0].updates == [] and review.documents == []
    files = [(io.BytesIO(b"a record"), "record.txt")]
    assert client.post(address, data=typed | {"done": "yes", "files": files}).location == place
    db.session.expire_all()
    update = review.actions[0].updates[0]
    assert (update.written_by, update.text, update.says_done) == ("Ada Okafor", "Trained.", True)
    file = client.get(f"{place}/{review.actions[0].id}/files/{update.files[0].id}")
    assert file.data == b"a record" and "attachment" in file.headers["Content-Disposition"]
    assert "Said to be done" in client.get(place).get_data(as_text=True)


def test_the_pages_of_one_review_open_no_action_of_another(app, client, sign_in):
    own, other = a_presented_review(), a_presented_review()
    following.update(other.actions[0], SAID, HEAD)
    link, stranger = own.links[0], a_person(Role.COORDINATOR, a_borough("COL"))
    reviewer, executive = a_person(Role.REVIEWER), a_person(Role.EXECUTIVE, own.borough)
    save()
    with client.session_transaction() as session:
        session[f"code:{link.id}:{link.generation}"] = 2**40
    assert client.get(f"/my/{links.token(link)}/actions/{other.actions[0].id}").status_code == 404
    mine = own.actions[0].id
    for path in (f"/actions/{mine}", f"/actions/{mine}/question", f"/actions/{mine}/update", "/actions/99999999999"):
        assert sign_in(stranger).get(path).status_code == 404, path
        assert sign_in(reviewer).get(path).status_code == 404, path
    assert sign_in(executive).get(f"/actions/{mine}").status_code == 200
    member = sign_in(executive)
    token = token_of(member.page(f"/reviews/{own.reference}/closure"))
    for path in (f"/actions/{mine}", f"/actions/{mine}/question", f"/actions/{mine}/update"):
        assert member.post(path, data={"csrf_token": token, "how": "evidence", "text": "Yes."}).status_code == 404, path
    db.session.expire_all()
    assert own.actions[0].done_at is None and own.actions[0].updates == []


def test_a_coordinator_records_what_was_said_by_phone(app, sign_in):
    review = a_presented_review()
    coordinator = a_person(Role.COORDINATOR)
    save()
    browser = sign_in(coordinator)
    address = f"/actions/{review.actions[0].id}/update"
    token = token_of(browser.page(address))
    typed = {"csrf_token": token, "text": "Nearly there.", "impact": "", "done": "no"}
    assert browser.post(address, data=typed).location == f"/actions/{review.actions[0].id}"
    db.session.expire_all()
    update = review.actions[0].updates[0]
    assert (update.written_by, update.by_phone, update.says_done) == (coordinator.name, True, False)
    assert letters_of(review) == []


def test_only_the_executive_group_ends_a_review_with_actions_open(app, sign_in):
    review = a_presented_review()
    meeting = Meeting(borough=review.borough, held_on=today(), papers_due_on=today(), place="")
    later = Meeting(borough=review.borough, held_on=today() + timedelta(days=40), papers_due_on=today(), place="")
    db.session.add_all([meeting, later])
    browser = sign_in(a_person(Role.COORDINATOR))
    save()
    address = f"/reviews/{review.reference}/closure"
    page = browser.page(address)
    typed = {"csrf_token": token_of(page), "version": review.version, "reason": "Merged with another.", "meeting": ""}
    refused = browser.post(address, data=typed).get_data(as_text=True)
    assert "Choose the meeting" in refused and "Merged with another." in refused
    assert "Choose the meeting" in browser.post(address, data=typed | {"meeting": str(later.id)}).get_data(as_text=True)
    assert browser.post(address, data=typed | {"meeting": str(meeting.id)}).status_code == 302
    db.session.expire_all()
    assert (review.stage, review.end_reason) == (Stage.CLOSED, "Merged with another.")
    assert [action.done_at for action in review.actions] == [None, None]
    following.update(review.actions[0], SAID, HEAD)  # it goes on after the end
    assert letters_of(review)[0] == ("review_closed", "head@school.example")


def test_a_member_of_the_executive_ends_it_without_naming_a_meeting(app, sign_in):
    review = a_presented_review()
    browser = sign_in(a_person(Role.EXECUTIVE, review.borough))
    save()
    address = f"/reviews/{review.reference}/closure"
    typed = {"csrf_token": token_of(browser.page(address)), "version": review.version, "reason": "Enough is done."}
    assert browser.post(address, data=typed).status_code == 302
    db.session.expire_all()
    assert [e.actor_role for e in review.events if e.step == "close_early"] == [Role.EXECUTIVE]


def test_the_list_shows_late_ones_and_those_to_verify(app, sign_in):
    review = a_presented_review(3)
    late, reported, _open = review.actions
    late.due_on = today() - timedelta(days=1)
    following.update(reported, SAID, HEAD)
    browser = sign_in(a_person(Role.COORDINATOR))
    save()
    shown = {
        show: [f"Recommendation {n}." in browser.get(f"/actions?show={show}").get_data(as_text=True) for n in (1, 2, 3)]
        for show in ("open", "late", "reported", "all", "anything")
    }
    assert shown == {
        "open": [True, True, True], "late": [True, False, False], "reported": [False, True, False],
        "all": [True, True, True], "anything": [True, True, True],
    }  # fmt: skip


def test_the_list_asks_as_often_for_three_as_for_one(app, sign_in, count_queries):
    browser = sign_in(a_person(Role.COORDINATOR))
    review = a_presented_review(1)
    following.update(review.actions[0], SAID, HEAD)
    save()
    alone = count_queries(lambda: browser.get("/actions"))
    for _ in range(2):
        following.update(a_presented_review(2).actions[0], SAID, HEAD)
    save()
    assert count_queries(lambda: browser.get("/actions")) == alone


@pytest.mark.parametrize(
    ("presented", "moment", "how_many"),
    [
        ("2026-01-30", "2026-04-30 10:00", 1),
        ("2026-01-30", "2026-04-30 06:30", 0),  # 7:30 in London: nobody is reminded at night
        ("2026-01-30", "2026-05-01 10:00", 0),
        ("2026-01-30", "2026-07-30 10:00", 1),
        ("2026-01-30", "2026-11-30 10:00", 1),
        ("2026-01-31", "2026-04-30 10:00", 1),  # April has no 31st
        ("2026-02-06", "2026-12-07 10:00", 1),  # the 6th is a Sunday
        ("2026-02-06", "2026-12-06 10:00", 0),
    ],
)
def test_open_actions_are_asked_after_at_three_six_and_ten_months(app, presented, moment, how_many):
    with time_machine.travel(f"{presented} 12:00 +00:00", tick=False):
        review = a_presented_review()
    with time_machine.travel(f"{moment} +00:00", tick=False):
        for _ in range(2):
            reminders.remind_when_due()
        assert [name for name, _ in letters_of(review)] == ["reminder"] * how_many


def test_who_has_said_everything_is_not_asked(app):
    with time_machine.travel("2026-01-30 12:00 +00:00", tick=False):
        review = a_presented_review(1)
        following.update(review.actions[0], SAID, HEAD)
        save()
    with time_machine.travel("2026-07-30 10:00 +00:00", tick=False):
        reminders.remind_when_due()
        assert "reminder" not in [name for name, _ in letters_of(review)]
