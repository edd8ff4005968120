"""The chapters of a review in the safety story, told by the real acts of the features."""

import io
from datetime import date, timedelta
from datetime import time as clock

import pytest
from werkzeug.datastructures import FileStorage

from peerreview import links, notes, outbox, storage
from peerreview.audit_trail import Actor
from peerreview.audits import actions as audits
from peerreview.calendars import addresses
from peerreview.dates import actions as dates
from peerreview.dates import changes, wall_time
from peerreview.dates.participants import current
from peerreview.dates.wall_time import Time
from peerreview.extensions import db
from peerreview.intake import actions as intake
from peerreview.meetings import decisions, following
from peerreview.models import (
    AgendaKind,
    Answer,
    Availability,
    Category,
    Decision,
    Declaration,
    Delivery,
    Draft,
    InboundMessage,
    Letter,
    Manner,
    NoteKind,
    Outcome,
    PeerRating,
    PersonalLink,
    PointKind,
    Purpose,
    ReviewRequest,
    SchoolHoliday,
    SectionKind,
    Selection,
    Tested,
    Unavailability,
    Verification,
    utc_now,
)
from peerreview.models import Verdict as MailVerdict
from peerreview.nominations import actions as nominations
from peerreview.nominations import notice
from peerreview.nominations.seat import Seat
from peerreview.preparation import asking, handing_in
from peerreview.preparation.forms import WantedForm
from peerreview.programme import actions as programme
from peerreview.programme import intelligence, selecting, selection_queries
from peerreview.programme.numbers import Decided, set_numbers
from peerreview.reports import (
    commenting,
    deciding,
    history,
    issuing,
    period,
    queries,
    recommending,
    responding,
    words,
    writing,
)
from peerreview.reports.deciding import Verdict
from peerreview.reports.fingerprints import fingerprint
from peerreview.reports.recommending import TypedRecommendation
from peerreview.reports.responding import TypedPoint
from peerreview.teams import actions as teams
from peerreview.teams import answering, leaving
from peerreview.visits import actions as visits
from peerreview.visits.agenda import Item
from peerreview.visits.forms import RecordForm
from peerreview.workdays import local_day
from peerreview.workflow import Role
from tests.builders import an_organisation
from tests.safety import drawing, suggested
from tests.safety.cast import Story

SELECTED = {"own": Selection.INTELLIGENCE, "other": Selection.REQUEST, "elsewhere": Selection.INTELLIGENCE}

ANSWERING = {"Lead": "lead", "Lay": "second", "DSL": "staff", "Governor": "other staff", "Head": "contact"}


def today() -> date:
    return local_day(utc_now())


def pdf_of(text: str) -> bytes:
    """A file that is taken for a PDF, with its text readable in it."""
    return f"%PDF-1.4\n% {text}\n%%EOF\n".encode()


def text_file(name: str, text: str) -> FileStorage:
    return FileStorage(io.BytesIO(text.encode()), f"{name}.txt")


def link_of(story: Story, purpose: Purpose, email: str) -> PersonalLink:
    wanted = (PersonalLink.review_id == story.review.id, PersonalLink.purpose == purpose, PersonalLink.email == email)
    return db.session.scalars(db.select(PersonalLink).where(*wanted)).one()


def plan(story: Story) -> None:
    """Planned, with a restricted reason; and a request as an organisation writes it, so that its pages exist too."""
    year = programme.begin_year(story.borough, today().replace(month=1, day=1), story.coordinator)
    set_numbers(
        year, Decided(3, 4, None, today(), story.w("why these numbers")), story.coordinator, seen=len(year.number_sets)
    )
    reason = story.w("reason of the intelligence")
    story.review = programme.plan(story.organisation, year, SELECTED[story.name], story.coordinator, reason=reason)
    w = story.w
    _approve(story)
    story.review.request = ReviewRequest(
        submission=w("key of the request"), name=f"Asker {w('requester')}", role=w("role of the requester"),
        email=f"{w('address of the requester')}@school.example", phone=w("phone of the requester"),
        why_now=w("why now"), audit=w("audit in the request"), suits=w("what suits"),
        does_not_suit=w("what does not suit"), organisation_details=w("organisation as described"),
    )  # fmt: skip
    asked = story.review.request
    links.give(story.review, Purpose.REQUESTER, asked.name, asked.email, role=asked.role)
    story.review.given_name = w("organisation as called")
    stored = storage.keep(io.BytesIO(pdf_of(w("text of the audit"))), f"Audit {w('name of the audit')}.pdf")
    audits.attach(story.review, stored, story.coordinator)
    draft = Draft(key=w("key of the draft"), purpose="request", answers={"you": {"name": w("draft of a request")}})
    db.session.add(draft)
    if story.name != "other":  # the borough's draws, beside the review
        drawing.draw(story, year, an_organisation(f"Drawn School {story.name}", story.borough))
    suggested.suggest(story)


def _approve(story: Story) -> None:
    """Why it was chosen is corrected once; then a member of the Executive Group approves it, with a comment."""
    review, w = story.review, story.w
    if review.is_chosen_on_intelligence:
        reason = w("reason of the intelligence")
        intelligence.write(review, Category.PARTNER, reason, story.coordinator, seen=1)
    member = Actor(f"Member {w('name of who approved')}", Role.EXECUTIVE)
    selecting.send(review.programme_year, story.coordinator)
    outbox.commit()
    waiting = selection_queries.waiting_round(review.programme_year)
    approved = frozenset(row.id for row in waiting.waiting)
    decided = selecting.Decided(Manner.CORRESPONDENCE, approved, comment=w("comment on the selection"))
    selecting.decide(waiting, decided, member, seen=waiting.version)


def ask(story: Story) -> str:
    """Another organisation of the borough asks for a review; the reference."""
    somebody = {"name": "Bea Asker", "role": "Headteacher", "email": "bea@school.example"}
    organisation = an_organisation(f"Asking School {story.name}", story.borough)
    asked = intake.Asked(organisation=organisation, audit="Section 175", why_now="Growth", **somebody)
    return intake.ask(asked, f"asked-{story.name}").reference


def arrange(story: Story) -> None:
    """Notice, staff, team and dates that are asked about."""
    review, coordinator, w = story.review, story.coordinator, story.w
    notice.send(review, coordinator, review.version)
    outbox.commit()
    _name_staff(story)
    _assemble(story)
    outbox.commit()
    at = wall_time.instant(today() + timedelta(days=42), clock(10))
    place = f"Hall {w('place')}"
    times = [Time(at + timedelta(days=7 * n), 150, place) for n in range(2)]
    dates.propose(review, coordinator, times, today() + timedelta(days=7))
    poll = review.poll
    poll.slots[1].offered_by = story.contact.name
    away = {"first_on": local_day(at), "last_on": local_day(at), "note": w("why lead is away")}
    db.session.add(Unavailability(person_id=story.people["lead"].person_id, **away))
    closed = {"first_on": local_day(at), "last_on": local_day(at), "name": w("name of a holiday")}
    if story.name != "other":
        db.session.add(SchoolHoliday(borough_id=story.borough.id, **closed))
    for participant in current(review):
        said = {slot.id: Availability.IF_NEED_BE for slot in poll.slots}
        whose = next(name for role, name in ANSWERING.items() if participant.role.startswith(role))
        dates.answer(participant, Actor.behind(participant.link), poll, said, w(f"comment of {whose} on the dates"))


def _name_staff(story: Story) -> None:
    review, w = story.review, story.w
    seat = Seat.behind(link_of(story, Purpose.ORGANISATION, story.contact.email))
    nominations.refuse(seat, nominations.hold(review), w("why staff cannot be named"))
    nomination = nominations.hold(review)
    for called, role in {"staff": "DSL", "other staff": "Governor"}.items():
        values = {
            "name": f"Sam {w('name of staff')}", "role": f"{role} {w('role of staff')}",
            "email": f"{w(f'address of {called}')}@school.example", "phone": w(f"phone of {called}"),
            "cannot": w(f"when {called} cannot"), "access_needs": w(f"what {called} need"),
        }  # fmt: skip
        nominations.save_person(seat, nomination, None, values)
    nominations.save_message(seat, nomination, w("what the team should know"))
    nominations.send(seat, nomination, story.contact.name)
    for called in ("colleague", "revoked colleague"):
        email = f"{w(f'address of the {called}')}@school.example"
        given = links.give(
            review, Purpose.ORGANISATION, f"Col {w(f'name of the {called}')}", email, role=w("role of a colleague")
        )
        given.revoked_at = utc_now() if called != "colleague" else None


def _assemble(story: Story) -> None:
    review, coordinator, w = story.review, story.coordinator, story.w
    declined = teams.assign(review, story.people["left"], coordinator)
    answering.decline(review, declined, w("why they declined"), story.actor("left"))
    here = ("lead", "second", "left", "stood-down")
    members = {name: teams.assign(review, story.people[name], coordinator) for name in here}
    teams.name_lead(review, members["lead"], coordinator)
    for name, member in members.items():
        soft = name == "second"
        text = w("declaration of second") if soft else ""
        declared = Declaration.SOFT if soft else Declaration.NONE
        answering.declare(review, member, declared, text, story.actor(name))
    leaving.remove(review, members["left"], w("why they left"), coordinator)
    answering.declare(
        review, members["stood-down"], Declaration.HARD, w("declaration of stood-down"), story.actor("stood-down")
    )


def prepare(story: Story) -> None:
    """A date, documents, notes and an agenda; somebody joins who has not declared yet."""
    review, coordinator, w = story.review, story.coordinator, story.w
    slot = review.poll.slots[0]
    dates.agree(review, coordinator, Time(slot.starts_at, slot.minutes, slot.place), note=w("note on the date"))
    changes.move(review, coordinator, Time(slot.starts_at, 120, slot.place), note=w("note on the move"))
    teams.assign(review, story.people["newcomer"], coordinator)
    outbox.commit()
    rows = [{"id": "", "title": w("document wanted"), "guidance": w("guidance"), "handling": how}
            for how in ("upload", "link", "not_applicable")]  # fmt: skip
    form = WantedForm(formdata=None, data={"rows": rows}, meta={"csrf": False})
    asking.save_list(review, form.lines, today() + timedelta(days=30), coordinator)
    asking.ask(review, coordinator, asking.last_asked(review))
    outbox.commit()
    actor = Actor.behind(link_of(story, Purpose.ORGANISATION, story.contact.email))
    upload, public, unfit = review.document_requests
    handing_in.answer(public, public.handling, f"https://{w('public page')}.example/", "", actor)
    handing_in.answer(unfit, unfit.handling, "", w("why a document does not apply"), actor)
    outbox.commit()
    file = text_file(f"Policy {w('name of a document')}", w("text of a document"))
    handing_in.hand_in(upload, [file], actor)
    _hear(story)
    for name in ("lead", "left", "stood-down"):
        addresses.renew(story.people[name].person, 0, story.actor(name))
    addresses.renew(story.borough, 0, coordinator)
    lead, second = story.people["lead"].person, story.people["second"].person
    standard = review.audit_template.standards[0]
    notes.save(review, lead, None, NoteKind.READING, w("private note of lead"), False, 0)
    notes.save(review, lead, standard, NoteKind.ENQUIRY, w("private enquiry of lead"), False, 0)
    notes.save(review, second, standard, NoteKind.READING, w("shared note"), True, 0)
    notes.save(review, second, None, NoteKind.ENQUIRY, w("shared enquiry"), True, 0)
    items = [Item(AgendaKind.INTERVIEW, w("item of the agenda"), 30, w("whom the item is with"))]
    visits.set_agenda(review, items, story.actor("lead"))


def _hear(story: Story) -> None:
    """Somebody answers an invitation, and a message comes that needs a person."""
    review, w = story.review, story.w
    held = next(each for each in review.visit.invitations if each.participant.role.startswith("DSL"))
    held.answer, held.answer_sequence, held.answer_stamp = Answer.ACCEPTED, held.sequence, utc_now()
    held.answered_at, held.answer_comment = utc_now(), w("comment with an answer")
    message = InboundMessage(
        key=f"message-{story.name}", sender=f"{w('sender of a message')}@school.example", review=review,
        subject=w("subject of a message"), text=w("text of a message"), verdict=MailVerdict.HELD, why=w("why held"),
        invitation_id=held.id, answer=Answer.DECLINED, answer_sequence=held.sequence, answer_stamp=utc_now(),
        answer_comment=w("comment with a held answer"),
    )  # fmt: skip
    db.session.add(message)


def report(story: Story) -> None:
    """The visit is recorded, and its report being written."""
    review, w = story.review, story.w
    lead = story.actor("lead")
    standard = review.audit_template.standards[0]
    value = review.audit_template.scale["values"][0]["value"]
    notes.save(review, story.people["lead"].person, standard, NoteKind.VISIT, w("private visit note of lead"), False, 0)
    notes.save(review, story.people["second"].person, None, NoteKind.VISIT, w("shared visit note"), True, 0)
    rating = {"value": value, "self_value": value, "tested": Tested.SEEN, "reason": w("reason of a rating")}
    db.session.add(PeerRating(review_id=review.id, standard_id=standard.id, rated_by=lead.name, **rating))
    said = {
        "held_on": today(), "minutes": 110, "present": [one.value for one in visits.who_may_have_been_there(review)],
        "others": f"Guest {w('guest at the visit')}, {w('role of the guest')}", "remarks": w("remarks on the visit"),
        "version": str(review.version),
    }  # fmt: skip
    visits.record(review, RecordForm(formdata=None, data=said, meta={"csrf": False}), lead)
    outbox.commit()
    visits.add_files(review, [text_file(f"Seen {w('name of a visit file')}", w("text of a visit file"))], lead)
    outbox.commit()
    draft = writing.open_report(review)
    written = {kind: f"{w(f'{kind} of the report')}\n\n{w(f'{kind} of the report')}" for kind in SectionKind}
    written[SectionKind.STRENGTHS] = f"{w('strengths of the report')}\n\n{w('wording that is replaced')}"
    typed = {kind: (text, fingerprint("")) for kind, text in written.items()}
    assert not writing.save_sections(draft, typed, lead)
    wanted = [(w("recommendation"), w("owner of a recommendation")) for _ in range(2)]
    due = today() + timedelta(days=60)
    recommending.save_recommendations(draft, [TypedRecommendation(None, "", *each, due) for each in wanted], lead)
    history.keep(draft, lead)
    for kind in SectionKind:
        said = commenting.add(queries.section_of(draft, kind), w("comment on a section"), story.actor("second"))
    commenting.resolve(said, lead)


def issue(story: Story) -> None:
    """With the organisation, which drafts its points."""
    review, w = story.review, story.w
    issuing.issue_initial(review, story.actor("lead"), seen=review.version)
    outbox.commit()
    number = f"{words.NUMBERS[SectionKind.STRENGTHS]}.2"
    first = TypedPoint(SectionKind.STRENGTHS, number, PointKind.INACCURACY, w("point"))
    file = text_file(f"Proof {w('name of the evidence')}", w("text of the evidence"))
    stored = storage.keep(file.stream, file.filename)
    responding.add_point(review, first, [stored], story.contact.name)
    responding.add_point(review, TypedPoint(SectionKind.SUMMARY, "", PointKind.COMMENT, w("point")), (), "Ada")
    link = link_of(story, Purpose.ORGANISATION, story.contact.email)
    db.session.add(Draft(key=f"point-{link.id}-new", purpose="response_point", answers={"text": w("draft of a point")}))
    asked = period.ask(review, link, w("why more time"), today() + timedelta(days=28))
    outbox.commit()
    period.refuse(review, asked.id, w("why no more time"), story.coordinator)


def respond(story: Story) -> None:
    """The response is sent, and one of its points decided."""
    review, w = story.review, story.w
    link = link_of(story, Purpose.ORGANISATION, story.contact.email)
    responding.send(review, link, seen=review.version)
    outbox.commit()
    first, second = review.response.sent_points
    verdict = Verdict(Decision.CHANGED, w("reason of a decision"), w("new wording"))
    assert deciding.decide(review, first, verdict, story.coordinator, seen=first.version)
    key = f"decision-{second.id}-{story.coordinator.person_id}"
    db.session.add(Draft(key=key, purpose="decision", answers={"reason": w("draft of a decision")}))


def finish(story: Story) -> None:
    """The final report is approved and presented; what follows from it is partly done."""
    review, w = story.review, story.w
    second = review.response.sent_points[1]
    verdict = Verdict(Decision.NOT_CHANGED, w("reason of a decision"), "")
    deciding.decide(review, second, verdict, story.coordinator, seen=second.version)
    outbox.commit()
    issuing.approve_final(review, story.coordinator, seen=review.version)
    outbox.commit()
    link = link_of(story, Purpose.ORGANISATION, story.contact.email)
    responding.acknowledge(review, link)
    due = today() + timedelta(days=60)
    actions = [decisions.NewAction(each, w("owner of an action"), due) for each in review.final_report.recommendations]
    decided = w("decision of the Executive Group")
    decisions.present(review, Outcome.UPDATE, decided, actions, story.coordinator, seen=review.version)
    db.session.flush()
    first = review.actions[0]
    file = text_file(f"Record {w('name of the proof')}", w("text of the proof"))
    proof = storage.keep(file.stream, file.filename)
    said = following.Typed(w("update on an action"), w("impact of an action"), True, [proof])
    following.ask_for_more(first, w("question about an action"), story.coordinator)
    following.update(first, said, Actor.behind(link))
    following.verify(first, Verification.EVIDENCE, w("note on an action"), story.coordinator)
    failed = db.session.scalars(db.select(Letter).where(Letter.review_id == review.id, Letter.name == "notice")).one()
    failed.delivery, failed.trouble = Delivery.FAILED, w("trouble of a letter")


CHAPTERS = {
    "planned": plan,
    "arranging": arrange,
    "preparing": prepare,
    "reporting": report,
    "responding": issue,
    "finalising": respond,
    "presented": finish,
}


def readable_pdfs(patch: pytest.MonkeyPatch) -> None:
    """Reports are printed so that a test can read them; how they are really printed is tested elsewhere."""
    patch.setattr(issuing.pdf, "render", lambda content: pdf_of(repr(content)))
