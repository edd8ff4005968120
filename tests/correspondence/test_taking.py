"""What a message does: an answer counts only when all that it says is so; the rest changes nothing and is listed."""

from datetime import timedelta

import pytest

from peerreview import process
from peerreview.audit_trail import Actor
from peerreview.correspondence import taking
from peerreview.dates import actions, changes, participants
from peerreview.extensions import db
from peerreview.models import Answer, Delivery, Event, InboundMessage, Invitation, Letter, Verdict, utc_now
from peerreview.workflow import Role
from tests.builders import a_borough, a_person, save
from tests.correspondence.conftest import (
    SERVER,
    an_agreed_review,
    come_in,
    dee,
    hand_over,
    held_by,
    letters_named,
    said_by,
)
from tests.correspondence.shapes import SHAPES, bounce, dmarc, exchange, gmail, person, stamp
from tests.dates.conftest import a_time


def state():
    """Everything that an answer could change: invitations, letters, events."""
    invitations = [
        (held.id, held.answer, held.answer_sequence, held.answer_stamp, held.answer_comment)
        for held in db.session.scalars(db.select(Invitation).order_by(Invitation.id))
    ]
    letters = [(row.id, row.delivery) for row in db.session.scalars(db.select(Letter).order_by(Letter.id))]
    return invitations, letters, db.session.scalar(db.select(db.func.count(Event.id)))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("answer", list(Answer))
def test_an_answer_is_stored_and_told_on_the_timeline(shape, answer, app, agreed):
    who = dee(agreed)
    row = come_in(SHAPES[shape](said_by(agreed, who, answer=answer.upper(), comment="By train")), app)
    held = held_by(agreed, who)
    assert (row.verdict, row.review_id, row.why, row.text) == (Verdict.ANSWER, agreed.id, "", "")
    assert (held.said, held.answer_sequence, held.answer_comment) == (answer, 0, "By train")
    event = db.session.scalar(db.select(Event).order_by(Event.id.desc()))
    assert (event.step, event.actor_name, event.actor_role, event.facts) == (
        "answer_invitation", "Dee Lead", Role.ORGANISATION, {"who": None, "answer": answer.title()},
    )  # fmt: skip
    assert [h.said for h in agreed.visit.invitations if h is not held] == [None] * (len(agreed.visit.invitations) - 1)


def test_an_answer_is_handled_once(app, agreed):
    raw = gmail(said_by(agreed, dee(agreed)))
    assert come_in(raw, app) is not None
    before = state()
    assert come_in(b"Received: from the other copy\r\n" + raw, app) is None
    assert state() == before


def test_a_needed_person_s_decline_alerts_the_coordinators_of_the_borough_once(app, agreed, coordinator):
    elsewhere = a_person(Role.COORDINATOR, borough=a_borough("COL"))
    here = a_person(Role.COORDINATOR, borough=agreed.borough)
    a_person(Role.COORDINATOR, borough=agreed.borough, active=False)
    save()
    who = dee(agreed)
    come_in(exchange(said_by(agreed, who, answer="DECLINED", comment="Secret reasons")), app)
    assert letters_named("declined_alert") == [coordinator.email, here.email] and elsewhere.email != here.email
    (alert, _) = db.session.scalars(db.select(Letter).where(Letter.name == "declined_alert"))
    assert alert.subject == f"Dee Lead cannot come to the visit ({agreed.reference})"
    assert "Secret" not in alert.text and f"/reviews/{agreed.reference}/visit" in alert.text
    again = said_by(agreed, who, answer="DECLINED", stamp=stamp(utc_now() + timedelta(seconds=5)))
    assert come_in(exchange(again), app).verdict is Verdict.ANSWER
    assert len(letters_named("declined_alert")) == 2


@pytest.mark.parametrize(("needed", "answer"), [(False, "DECLINED"), (True, "TENTATIVE"), (True, "ACCEPTED")])
def test_nobody_is_alerted_for_less(needed, answer, app, agreed):
    dee(agreed).needed = needed
    save()
    come_in(gmail(said_by(agreed, dee(agreed), answer=answer)), app)
    assert letters_named("declined_alert") == []


def test_a_reviewer_answers_as_a_reviewer(app, agreed):
    who = next(p for p in participants.current(agreed) if p.of_the_team)
    assert come_in(gmail(said_by(agreed, who)), app).verdict is Verdict.ANSWER
    assert db.session.scalar(db.select(Event).order_by(Event.id.desc())).actor_role is Role.REVIEWER


def test_a_later_answer_replaces_and_an_earlier_one_that_comes_late_does_not(app, agreed):
    who, now = dee(agreed), utc_now()
    first, second = stamp(now - timedelta(minutes=9)), stamp(now - timedelta(minutes=5))
    come_in(gmail(said_by(agreed, who, answer="DECLINED", stamp=second)), app)
    late = come_in(gmail(said_by(agreed, who, stamp=first)), app)
    same = come_in(gmail(said_by(agreed, who, stamp=second)), app)
    assert [(row.verdict, row.why) for row in (late, same)] == [
        (Verdict.STALE, "They have given a later answer already.")
    ] * 2
    assert held_by(agreed, who).said is Answer.DECLINED
    assert come_in(gmail(said_by(agreed, who, stamp=stamp(now))), app).verdict is Verdict.ANSWER
    assert held_by(agreed, who).said is Answer.ACCEPTED


def test_a_clock_that_is_years_ahead_does_not_void_the_next_answer(app, agreed):
    who = dee(agreed)
    come_in(gmail(said_by(agreed, who, stamp="20991231T000000Z", answer="DECLINED")), app)
    assert come_in(gmail(said_by(agreed, who, stamp="20991231T000100Z")), app).verdict is Verdict.ANSWER
    assert held_by(agreed, who).said is Answer.ACCEPTED


def test_a_new_time_asks_everybody_anew(app, agreed, actor):
    who = dee(agreed)
    old = said_by(agreed, who)
    come_in(gmail(old), app)
    changes.move(agreed, actor, a_time(50))
    save()
    hand_over()
    assert held_by(agreed, who).said is None
    row = come_in(gmail(old.but(stamp=stamp(), message_id="<late@school.example>")), app)
    assert (row.verdict, row.why) == (Verdict.STALE, "It answers an earlier time or place.")
    assert held_by(agreed, who).said is None
    assert come_in(gmail(said_by(agreed, who)), app).verdict is Verdict.ANSWER
    assert held_by(agreed, who).said is Answer.ACCEPTED


def test_who_joins_or_leaves_voids_nobody_else_s_answer(app, agreed, actor):
    who = dee(agreed)
    come_in(gmail(said_by(agreed, who)), app)
    guest = changes.add_person(agreed, actor, participants.guest("Gus", "gus@school.example", "Governor", needed=False))
    save()
    changes.remove_person(agreed, actor, guest)
    save()
    assert agreed.visit.sequence > 0 and held_by(agreed, who).said is Answer.ACCEPTED
    soon = stamp(utc_now() + timedelta(seconds=2))
    assert come_in(gmail(said_by(agreed, who, answer="DECLINED", stamp=soon)), app).verdict is Verdict.ANSWER


def forged(agreed):
    return said_by(agreed, dee(agreed), top=dmarc("fail"))


def too_high(agreed):
    return said_by(agreed, dee(agreed), sequence=7)


def from_another(agreed):
    return said_by(agreed, dee(agreed), sender="deputy@school.example")


def uninvited(agreed):
    return said_by(agreed, dee(agreed), who="stranger@elsewhere.example")


def unknown(agreed):
    return said_by(agreed, dee(agreed), uid="somebody-else@board.example")


def another_organiser(agreed):
    return said_by(agreed, dee(agreed), organizer="head@other.example")


def delegated(agreed):
    return said_by(agreed, dee(agreed), answer="DELEGATED")


def counter(agreed):
    return said_by(agreed, dee(agreed), method="COUNTER", comment="Thursday?")


LISTED = [
    (forged, Verdict.FORGED, "It says that it is from {email}, and their mail provider denies it.", True),
    (too_high, Verdict.STALE, "It answers an invitation that was never sent.", True),
    (from_another, Verdict.HELD, "It answers for Dee Lead, and was sent from another address.", True),
    (uninvited, Verdict.FOREIGN, "It answers for somebody who was never invited.", True),
    (unknown, Verdict.FOREIGN, "It answers an invitation that is not ours.", False),
    (another_organiser, Verdict.FOREIGN, "It answers somebody else's invitation.", True),
    (delegated, Verdict.UNCLEAR, "It says neither yes, nor maybe, nor no.", True),
    (counter, Verdict.COUNTER, "", True),
]


@pytest.mark.parametrize(("message", "verdict", "why", "of_the_review"), LISTED)
def test_what_cannot_be_believed_changes_nothing_and_is_listed(message, verdict, why, of_the_review, app, agreed):
    before = state()
    row = come_in(gmail(message(agreed)), app)
    assert state() == before
    assert (row.verdict, row.why) == (verdict, why.format(email=dee(agreed).email))
    assert row.review_id == (agreed.id if of_the_review else None)
    assert db.session.scalars(db.select(InboundMessage).where(InboundMessage.needs_a_person())).all() == [row]


def test_another_server_s_finding_is_not_believed(app, agreed):
    row = come_in(gmail(said_by(agreed, dee(agreed), top=dmarc("fail", "elsewhere.example"))), app)
    assert row.verdict is Verdict.ANSWER and SERVER != "elsewhere.example"


def test_an_answer_of_somebody_who_left_or_to_a_visit_that_was_cancelled_or_held_is_stale(app, agreed, actor):
    who = dee(agreed)
    answer = said_by(agreed, who)
    first_visit = agreed.visit
    changes.remove_person(agreed, actor, who)
    save()
    row = come_in(gmail(answer), app)
    assert (row.verdict, row.why) == (Verdict.STALE, "They are not invited any more.")
    lead = participants.current(agreed)[0]
    second = said_by(agreed, lead)
    changes.cancel(agreed, actor)
    save()
    assert come_in(gmail(second), app).verdict is Verdict.STALE
    actions.agree(agreed, actor, a_time(60))
    save()
    assert come_in(gmail(second.but(message_id="<again@school.example>")), app).verdict is Verdict.STALE
    assert agreed.visit.uid != first_visit.uid and held_by(agreed, participants.current(agreed)[0]).said is None
    process.take(agreed, "record_visit", actor)
    save()
    over = come_in(gmail(said_by(agreed, participants.current(agreed)[0])), app)
    assert (over.verdict, over.why) == (Verdict.STALE, "The visit is over.")


def test_who_comes_back_is_asked_anew(app, agreed, actor):
    lead = dee(agreed)
    old = said_by(agreed, lead)
    guest = changes.add_person(agreed, actor, participants.guest("Gus", "gus@school.example", "Governor", needed=False))
    save()
    first = said_by(agreed, guest)
    changes.remove_person(agreed, actor, guest)
    save()
    back = changes.add_person(agreed, actor, participants.guest("Gus", "gus@school.example", "Governor", needed=False))
    save()
    assert come_in(gmail(first), app).why == "It answers an earlier time or place."
    assert come_in(gmail(said_by(agreed, back)), app).verdict is Verdict.ANSWER
    assert come_in(gmail(old), app).verdict is Verdict.ANSWER


def test_a_held_answer_is_counted_by_a_coordinator(app, agreed, actor):
    row = come_in(gmail(said_by(agreed, dee(agreed), sender="deputy@school.example", answer="DECLINED")), app)
    taking.count(row, actor)
    save()
    held = held_by(agreed, dee(agreed))
    assert (held.said, row.dealt_with_by, row.text) == (Answer.DECLINED, actor.name, "")
    assert len(letters_named("declined_alert")) == 1
    with pytest.raises(process.NotNow, match="has dealt with this message already"):
        taking.count(row, actor)


def test_a_held_answer_that_was_overtaken_is_not_counted(app, agreed, actor):
    row = come_in(gmail(said_by(agreed, dee(agreed), sender="deputy@school.example")), app)
    changes.move(agreed, actor, a_time(50))
    save()
    with pytest.raises(process.NotNow, match="It answers an earlier time or place"):
        taking.count(row, actor)
    forgery = come_in(gmail(said_by(agreed, dee(agreed), top=dmarc("fail"))), app)
    with pytest.raises(process.NotNow, match="no answer in this message"):
        taking.count(forgery, actor)


def invitation_of(review, participant):
    held = held_by(review, participant)
    return db.session.scalar(db.select(Letter).where(Letter.invitation_id == held.id).order_by(Letter.id.desc()))


def test_a_letter_that_came_back_is_marked_with_the_server_s_words(app, agreed):
    letter = invitation_of(agreed, dee(agreed))
    row = come_in(bounce(letter.message_id, letter.recipient_email), app)
    assert (row.verdict, row.review_id, letter.delivery) == (Verdict.RETURNED, agreed.id, Delivery.FAILED)
    assert letter.trouble == (
        f"It came back: the address does not take it. The mail server said: 550 5.1.1 <{letter.recipient_email}>: "
        "Recipient address rejected: User unknown in virtual mailbox table"
    )
    assert db.session.scalar(db.select(Event).order_by(Event.id.desc())).step == "letter_returned"


def test_a_delay_an_unknown_letter_and_one_to_the_old_address_mark_nothing(app, agreed):
    letter = invitation_of(agreed, dee(agreed))
    before = state()
    assert come_in(bounce(letter.message_id, letter.recipient_email, "delayed"), app).verdict is Verdict.DELAYED
    assert come_in(bounce("<unknown@board.example>"), app).verdict is Verdict.RETURNED
    assert come_in(bounce(letter.message_id, "before-mending@school.example"), app).verdict is Verdict.RETURNED
    assert state() == before


def test_a_letter_that_still_waits_is_not_given_up(app, agreed):
    letter = invitation_of(agreed, dee(agreed))
    letter.delivery = Delivery.WAITING
    save()
    come_in(bounce(letter.message_id, letter.recipient_email), app)
    assert letter.delivery is Delivery.WAITING


def test_a_person_s_mail_is_put_with_the_review_that_it_answers(app, agreed, actor):
    letter = invitation_of(agreed, dee(agreed))
    other = an_agreed_review(actor)
    threaded = come_in(
        person(sender=dee(other).email, top=f"In-Reply-To: <x@y.example>\nReferences: {letter.message_id}\n"), app
    )
    by_address = come_in(person(sender=dee(other).email, message_id="<p2@school.example>"), app)
    stranger = come_in(person(sender="new@elsewhere.example", message_id="<p3@school.example>"), app)
    assert [row.review for row in (threaded, by_address, stranger)] == [agreed, other, None]
    assert {row.verdict for row in (threaded, by_address, stranger)} == {Verdict.PERSONAL}
    assert stranger.text == "Can we park at the school?"


def test_an_absence_note_is_ignored(app, agreed):
    row = come_in(person(top="Auto-Submitted: auto-replied\n"), app)
    assert (row.verdict, row.text) == (Verdict.AUTOMATIC, "")
    assert db.session.scalars(db.select(InboundMessage).where(InboundMessage.needs_a_person())).all() == []


def test_the_same_on_postgresql(any_app):
    coordinator = a_person(Role.COORDINATOR)
    save()
    review = an_agreed_review(Actor.of(coordinator, Role.COORDINATOR))
    assert come_in(exchange(said_by(review, dee(review), answer="DECLINED")), any_app).verdict is Verdict.ANSWER
    letter = invitation_of(review, dee(review))
    come_in(bounce(letter.message_id, letter.recipient_email), any_app)
    assert letter.delivery is Delivery.FAILED and letters_named("declined_alert") == [coordinator.email]
