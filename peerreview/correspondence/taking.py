"""What one message does: an answer is stored, a letter that came back is marked, everything else waits for a person.

All in the caller's transaction. Nothing that a message says is believed before it has passed every question of
``_answer``; a message that fails one changes nothing, and is listed with the reason.
"""

from sqlalchemy import select

from peerreview import audit_trail, letters, process
from peerreview.audit_trail import Actor
from peerreview.correspondence.answers import Counter, NoReply, Reply
from peerreview.correspondence.reading import Automatic, Inbound, Personal, TooLarge
from peerreview.correspondence.returned import Report
from peerreview.extensions import db
from peerreview.models import (
    Answer,
    Delivery,
    InboundMessage,
    Invitation,
    Letter,
    Person,
    PersonalLink,
    Review,
    Verdict,
    Visit,
    utc_now,
)
from peerreview.wording import ANSWERS
from peerreview.workflow import ENDED, Role


def take(message: Inbound) -> InboundMessage | None:
    """Handle a message, once: None when it, or a copy of it, has been handled before."""
    if db.session.scalar(select(InboundMessage.id).where(InboundMessage.key == message.key)) is not None:
        return None
    row = InboundMessage(
        key=message.key, sender=message.sender or message.shown_sender, subject=message.subject, text=message.text
    )
    row.verdict = _verdict(row, message)
    db.session.add(row)
    db.session.flush()
    return row


def count(row: InboundMessage, actor: Actor) -> None:
    """A coordinator counts a held answer as that of the person invited. Raises process.NotNow when it is too late."""
    held, answer = row.invitation, row.answer
    if held is None or answer is None or row.answer_sequence is None or row.answer_stamp is None:
        raise process.NotNow("There is no answer in this message that can be counted.")
    _lock(held.visit.review)
    if row.dealt_with_at is not None:
        raise process.NotNow(f"{row.dealt_with_by} has dealt with this message already.")
    reply = Reply(
        held.visit.uid, held.participant.email, answer, row.answer_sequence, row.answer_stamp, row.answer_comment
    )
    if why := _why_stale(held, reply):
        raise process.NotNow(why)
    _store(held, reply, actor)
    deal_with(row, actor)


def deal_with(row: InboundMessage, actor: Actor) -> None:
    """A person has seen to it. Its text is let go; the message itself is in the mailbox."""
    if row.dealt_with_at is None:
        row.dealt_with_at, row.dealt_with_by, row.text = utc_now(), actor.name, ""
        if row.review is not None:
            audit_trail.record("deal_with_message", actor, row.review, facts={})


def _verdict(row: InboundMessage, message: Inbound) -> Verdict:
    """What the message is, done in the order of ``reading``."""
    match message.found:
        case Report() as report:
            return _report(row, report)
        case Reply() as reply:
            return _answer(row, message, reply)
        case Counter() as counter:
            row.review = _review_of(counter.uid) or _review_by_thread(message)
            row.text = counter.comment or row.text
            return Verdict.COUNTER
        case NoReply() as odd:
            row.why, row.review = odd.why, _review_of(odd.uid) or _review_by_thread(message)
            return Verdict.FOREIGN if odd.foreign else Verdict.UNCLEAR
        case Automatic():
            return Verdict.AUTOMATIC
        case Personal():
            row.review = _review_by_thread(message) or _review_of_writer(message.sender)
            return Verdict.PERSONAL
        case TooLarge():
            row.review = _review_by_thread(message) or _review_of_writer(message.sender)
            return Verdict.TOO_LARGE
        case _:
            return Verdict.UNREADABLE


def _answer(row: InboundMessage, message: Inbound, reply: Reply) -> Verdict:
    """An answer to an invitation, if all that it says is so."""
    row.text = reply.comment or row.text
    visit = db.session.scalar(select(Visit).where(Visit.uid == reply.uid))
    if visit is None:
        row.why = "It answers an invitation that is not ours."
        return Verdict.FOREIGN
    row.review = visit.review
    _lock(visit.review)
    theirs = [held for held in visit.invitations if held.participant.email.lower() == reply.attendee]
    held = next((held for held in theirs if held.cancelled_at is None), None)
    if held is None:
        row.why = "They are not invited any more." if theirs else "It answers for somebody who was never invited."
        return Verdict.STALE if theirs else Verdict.FOREIGN
    if message.is_forged:
        row.why = f"It says that it is from {message.sender or 'them'}, and their mail provider denies it."
        return Verdict.FORGED
    if message.sender != reply.attendee:
        row.why = f"It answers for {held.participant.name}, and was sent from another address."
        _keep(row, held, reply)
        return Verdict.HELD
    if why := _why_stale(held, reply):
        row.why = why
        return Verdict.STALE
    _store(held, reply, Actor.behind(held.participant.link))
    row.text = ""
    return Verdict.ANSWER


def _why_stale(held: Invitation, reply: Reply) -> str:
    """Why an answer is to something that has passed; empty when it is to the invitation as it stands."""
    review = held.visit.review
    if held.cancelled_at is not None:
        return "They are not invited any more."
    if process.why_not(review, "answer_invitation", Role.COORDINATOR) is not None:
        return "The visit is over."
    if reply.sequence < held.asked_sequence:
        return "It answers an earlier time or place."
    if reply.sequence > held.sequence:
        return "It answers an invitation that was never sent."
    if held.answer_sequence is not None and held.answer_stamp is not None:
        last = (held.answer_sequence, held.answer_stamp)
        if (reply.sequence, reply.stamped_at) <= last:
            return "They have given a later answer already."
    return ""


def _store(held: Invitation, reply: Reply, actor: Actor) -> None:
    """The answer, its place on the timeline, and the alert when somebody who is needed now declines."""
    declines = reply.answer == Answer.DECLINED and held.said is not Answer.DECLINED
    held.answer = Answer(reply.answer)
    held.answer_sequence = reply.sequence
    held.answer_stamp = min(reply.stamped_at, utc_now())  # a clock that is ahead must not void their next answer
    held.answer_comment, held.answered_at = reply.comment, utc_now()
    review, participant = held.visit.review, held.participant
    process.take(
        review,
        "answer_invitation",
        actor,
        letters=_alerts(held, review) if declines and participant.needed else (),
        answer=ANSWERS[reply.answer],
        who=participant.name if actor.name != participant.name else None,  # said once on the timeline
    )


def _alerts(held: Invitation, review: Review) -> list[Letter]:
    """One letter to each coordinator of the borough. What the person wrote with it stays in the app."""
    return [
        letters.draft(
            "declined_alert", to=(one.name, one.email), review=review, visit=held.visit, participant=held.participant
        )
        for one in db.session.scalars(
            select(Person).where(Person.holding(Role.COORDINATOR, review.borough_id)).order_by(Person.id)
        )
    ]


def _keep(row: InboundMessage, held: Invitation, reply: Reply) -> None:
    """What a held answer would say, for a coordinator to count."""
    row.invitation, row.answer = held, Answer(reply.answer)
    row.answer_sequence, row.answer_stamp = reply.sequence, reply.stamped_at
    row.answer_comment = reply.comment


def _report(row: InboundMessage, report: Report) -> Verdict:
    """A letter of ours came back, or is late."""
    found = db.session.scalars(
        select(Letter).where(Letter.message_id.in_(report.letters)).with_for_update(of=Letter)
    ).all()
    letter = min(found, key=lambda each: report.letters.index(each.message_id), default=None)
    row.review = letter.review if letter is not None else None
    if not report.failed:
        return Verdict.DELAYED
    meant = letter is not None and report.sent_to in ("", letter.recipient_email.lower())
    if letter is not None and meant and letter.delivery is Delivery.SENT:
        letter.delivery = Delivery.FAILED
        said = f" The mail server said: {report.said}" if report.said else ""
        letter.trouble = f"It came back: the address does not take it.{said}"[:500]
        if letter.review is not None:
            audit_trail.record("letter_returned", Actor.system(), letter.review, facts={"to": letter.recipient_name})
    return Verdict.RETURNED


def _lock(review: Review) -> None:
    """Let nobody else change this review's dates until the end of the act, and see what they changed before."""
    db.session.execute(select(Review.id).where(Review.id == review.id).with_for_update())
    db.session.expire_all()


def _review_of(uid: str) -> Review | None:
    return db.session.scalar(select(Review).join(Visit).where(Visit.uid == uid)) if uid else None


def _review_by_thread(message: Inbound) -> Review | None:
    """The review of the letter of ours that the message answers; nobody guesses our message ids."""
    return db.session.scalar(
        select(Review).join(Letter, Letter.review_id == Review.id).where(Letter.message_id.in_(message.thread)).limit(1)
    )


def _review_of_writer(sender: str) -> Review | None:
    """The newest open review in which somebody with this address takes part; only to put it on the right list."""
    return db.session.scalar(
        select(Review)
        .join(PersonalLink, PersonalLink.review_id == Review.id)
        .where(PersonalLink.email == sender, PersonalLink.revoked_at.is_(None), Review.stage.not_in(list(ENDED)))
        .order_by(PersonalLink.id.desc())
        .limit(1)
    )
