"""The pages of what is selected: one list, one decision, why on a page of its own, and nothing for outsiders."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from peerreview import audit_trail
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    Category,
    Document,
    DocumentKind,
    Event,
    Intelligence,
    Letter,
    Meeting,
    Person,
    ProgrammeYear,
    Review,
    Selection,
    SelectionRound,
)
from peerreview.programme import selecting
from peerreview.wording import CATEGORIES
from peerreview.workdays import add_working_days, local_day
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, a_team_member, a_year, an_organisation, save
from tests.conftest import SignIn
from tests.inspector import Page, text_of

CORA = Actor("Cora Coordinator", Role.COORDINATOR)
REASON = "Three referrals came late in spring"


@pytest.fixture
def year(app: Flask) -> ProgrammeYear:
    year = a_year()
    save()
    return year


@pytest.fixture
def cora(year: ProgrammeYear) -> Person:
    return saved(a_person(Role.COORDINATOR, year.borough, name="Cora Coordinator"))


@pytest.fixture
def eve(year: ProgrammeYear) -> Person:
    return saved(a_person(Role.EXECUTIVE, year.borough, name="Eve Executive"))


@pytest.fixture
def chosen(year: ProgrammeYear) -> Review:
    """Chosen on local intelligence, and planned."""
    review = a_review(
        organisation=an_organisation("Wharf School"), programme_year=year, selection=Selection.INTELLIGENCE
    )
    written = {"category": Category.PARTNER, "reason": REASON, "written_by": "Cora Coordinator"}
    db.session.add(Intelligence(review=review, **written))
    save()
    return review


@pytest.fixture
def asked(year: ProgrammeYear) -> Review:
    """Accepted after a request, and planned."""
    review = a_review(organisation=an_organisation("Mill School"), programme_year=year)
    save()
    return review


def attach(review: Review) -> None:
    """The copy of the audit, so that nothing but the approval is missing."""
    facts = {"filename": "a.pdf", "size": 1, "media_type": "application/pdf", "sha256": "0" * 64, "handed_in_by": "C"}
    db.session.add(Document(review=review, kind=DocumentKind.AUDIT_COPY, key=f"k{review.id}", **facts))
    save()


def saved(person: Person) -> Person:
    save()
    return person


def main_of(page: Page) -> str:
    return text_of(page.all("main")[0])


def said(answer: object) -> str:
    return text_of(Page(answer.get_data(as_text=True)).root)  # type: ignore[attr-defined]


def approval(year: ProgrammeYear) -> str:
    return f"/programme/years/{year.id}/approval"


def selection(year: ProgrammeYear) -> str:
    return f"/programme/years/{year.id}/selection"


def ids(*reviews: Review) -> list[str]:
    return [str(review.selected_in[-1].id) for review in reviews]


def test_the_list_has_requests_with_their_age_and_what_is_selected(
    sign_in: SignIn, cora: Person, year: ProgrammeYear, chosen: Review, asked: Review
) -> None:
    request = a_review(Stage.REQUESTED, an_organisation("Asking School"))
    request.created_at = datetime.now(UTC) - timedelta(days=14)
    later = ProgrammeYear(borough=year.borough, starts_on=year.starts_on.replace(year=year.starts_on.year + 1))
    later.label = "Next year"
    far = a_review(Stage.REQUESTED, an_organisation("Far School", a_borough("COL")))
    db.session.add(later)
    save()
    browser = sign_in(cora)
    words = main_of(browser.page(selection(year)))
    assert "Asking School" in words and far.organisation_name not in words
    assert "Waiting 10 working days, since" in words or "Waiting 9 working days, since" in words  # a bank holiday
    assert "2 selected" in words and "1 more asks" in words
    assert "Wharf School" in words and "Chosen on local intelligence" in words and "Not sent yet" in words
    assert "2 planned reviews are not with the Hackney Executive Group yet" in words
    assert REASON not in words
    answer = browser.post(
        f"/reviews/{request.reference}/request/acceptance",
        data={"csrf_token": browser.token(selection(year)), "version": request.version, "year": later.id},
    )
    assert answer.status_code == 302 or "Asking School" not in said(answer)


def test_a_request_is_taken_in_from_the_list(sign_in: SignIn, cora: Person, year: ProgrammeYear) -> None:
    sample = a_review(Stage.REQUESTED, an_organisation("Asking School"))
    save()
    page = sign_in(cora).page(selection(year))
    action = f"/reviews/{sample.reference}/request/acceptance"
    forms = [form for form in page.all("form") if form.attrib.get("action") == action]
    assert [text_of(form) for form in forms] == [f"Take into {year.label} Asking School"]
    hidden = {box.attrib["name"]: box.attrib["value"] for box in forms[0].iter("input")}
    assert (hidden["year"], hidden["version"]) == (str(year.id), "1")


def test_the_coordinator_sends_and_reminds(
    sign_in: SignIn, cora: Person, eve: Person, year: ProgrammeYear, chosen: Review, asked: Review
) -> None:
    browser = sign_in(cora)
    assert "2 planned reviews are not with the Hackney Executive Group" in main_of(browser.page("/today"))
    assert browser.submit(selection(year), to=selection(year)).location == selection(year)
    assert "2 reviews are with the Hackney Executive Group" in said(browser.get(selection(year)))
    letter = db.session.query(Letter).one()
    assert (letter.name, letter.recipient_email) == ("selection_waits", eve.email)
    assert "Nothing was sent" in said(
        browser.post(
            f"{selection(year)}/reminders", data={"csrf_token": browser.token(selection(year))}, follow_redirects=True
        )
    )
    letter.written_at -= timedelta(hours=1)
    save()
    browser.post(f"{selection(year)}/reminders", data={"csrf_token": browser.token(selection(year))})
    assert [each.name for each in db.session.query(Letter)] == ["selection_waits", "selection_reminder"]
    words = main_of(browser.page("/reviews"))
    assert words.count("the Executive GroupSelection approved · by") == 2
    assert "2 reviews wait for the Hackney Executive Group" in main_of(browser.page("/chase"))
    assert "has everything that is planned already" in said(
        browser.post(selection(year), data={"csrf_token": browser.token(selection(year))}, follow_redirects=True)
    )


def test_a_member_approves_by_one_answer_and_one_button(
    sign_in: SignIn, cora: Person, eve: Person, year: ProgrammeYear, chosen: Review, asked: Review
) -> None:
    selecting.send(year, CORA)
    save()
    browser = sign_in(eve)
    home = browser.page("/executive")
    assert "2 reviews wait for the Hackney Executive Group" in main_of(home)
    assert approval(year) in [link.attrib.get("href") for link in home.all("a")]
    page = browser.page(approval(year))
    ticked = [box for box in page.all("input") if box.attrib.get("type") == "checkbox"]
    assert len(ticked) == 2 and all("checked" in box.attrib for box in ticked)
    assert REASON not in main_of(page)
    answer = browser.submit(approval(year), {"approved": ids(chosen, asked), "how": "correspondence"})
    assert (answer.status_code, answer.location) == (302, approval(year))
    words = said(browser.get(approval(year)))
    assert "2 approved by correspondence" in words and "Eve Executive" in words
    assert "Nothing waits for a decision" in words
    assert chosen.selection_is_approved and asked.selection_is_approved
    listed = sign_in(cora).page(selection(year))
    assert main_of(listed).count("Prepare the notice for") == 2
    assert f"/reviews/{asked.reference}/notice" in [link.attrib.get("href") for link in listed.all("a")]
    assert "Nothing waits for you" in main_of(browser.page("/executive"))


def test_at_which_meeting_of_ones_own_borough(sign_in: SignIn, eve: Person, year: ProgrammeYear, asked: Review) -> None:
    today = local_day(datetime.now(UTC))
    days = {"own": -7, "long ago": -300, "to come": 7}
    found = {name: Meeting(borough=year.borough, held_on=today + timedelta(days=n)) for name, n in days.items()}
    found["elsewhere"] = Meeting(borough=a_borough("COL"), held_on=today)
    for meeting in found.values():
        meeting.papers_due_on = meeting.held_on
    db.session.add_all(found.values())
    a_person(Role.COORDINATOR, year.borough)
    selecting.send(year, CORA)
    save()
    browser = sign_in(eve)
    radios = [box for box in browser.page(approval(year)).all("input") if box.attrib.get("type") == "radio"]
    own = f"meeting-{found['own'].id}"
    assert [box.attrib["value"] for box in radios] == [own, "correspondence", "back"]
    forged = browser.submit(approval(year), {"approved": ids(asked), "how": f"meeting-{found['elsewhere'].id}"})
    assert (forged.status_code, asked.selection_is_approved) == (400, False)
    browser.submit(approval(year), {"approved": ids(asked), "how": own})
    assert db.session.query(SelectionRound).one().meeting is found["own"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"approved": "all"}, "Choose what it has decided"),
        ({"approved": "all", "how": "back"}, "Enter why it is sent back"),
        ({"approved": "one", "how": "correspondence"}, "Enter why it is sent back"),
        ({"approved": "none", "how": "correspondence", "comment": "No."}, "Tick what is approved"),
        ({"approved": "all", "how": "correspondence", "comment": "z" * 2001}, "2,000"),
        ({"approved": "all", "how": "meeting-999999"}, "Choose one of the answers listed"),
    ],
)
def test_half_an_answer_is_refused_and_kept(
    sign_in: SignIn, eve: Person, year: ProgrammeYear, chosen: Review, asked: Review, typed: dict, message: str
) -> None:
    selecting.send(year, CORA)
    save()
    given = {"all": ids(chosen, asked), "one": ids(asked), "none": []}[typed["approved"]]
    answer = sign_in(eve).submit(approval(year), {**typed, "approved": given})
    assert answer.status_code == 400
    assert message.replace(",", "") in said(answer).replace(",", "")
    assert typed.get("comment", "") in said(answer)
    ticked = [box for box in Page(answer.text).all("input") if box.attrib.get("type") == "checkbox"]
    assert [box.attrib["value"] for box in ticked if "checked" in box.attrib] == given
    assert db.session.query(SelectionRound).one().decided_at is None


def test_the_second_of_two_members_sees_who_was_first_and_keeps_the_comment(
    sign_in: SignIn, eve: Person, year: ProgrammeYear, asked: Review
) -> None:
    max_ = saved(a_person(Role.EXECUTIVE, year.borough, name="Max Member"))
    a_person(Role.COORDINATOR, year.borough)
    selecting.send(year, CORA)
    save()
    first, second = sign_in(eve), sign_in(max_)
    token = second.token(approval(year))
    first.submit(approval(year), {"approved": ids(asked), "how": "correspondence"})
    late = {"how": "back", "comment": "Not this year, they move in spring.", "seen": "1", "csrf_token": token}
    answer = second.post(approval(year), data=late)
    assert answer.status_code == 409
    assert "Not this year, they move in spring." in said(answer)
    assert "Eve Executive" in said(answer)
    assert asked.selection_is_approved


def test_what_joined_meanwhile_is_shown_before_it_can_be_approved(
    sign_in: SignIn, eve: Person, year: ProgrammeYear, asked: Review
) -> None:
    selecting.send(year, CORA)
    save()
    browser = sign_in(eve)
    token = browser.token(approval(year))
    late = a_review(organisation=an_organisation("Late School"), programme_year=year)
    save()
    selecting.send(year, CORA)
    save()
    old = {"approved": ids(asked), "how": "correspondence", "comment": "Fine.", "seen": "1", "csrf_token": token}
    answer = browser.post(approval(year), data=old)
    assert answer.status_code == 409
    assert "has changed while you were reading" in said(answer) and "Late School" in said(answer)
    assert "Fine." in said(answer)
    assert not late.selection_is_approved and not asked.selection_is_approved


def test_one_that_dropped_out_does_not_stop_the_answer(
    sign_in: SignIn, eve: Person, year: ProgrammeYear, chosen: Review, asked: Review
) -> None:
    a_person(Role.COORDINATOR, year.borough)
    selecting.send(year, CORA)
    save()
    browser, ticked = sign_in(eve), ids(chosen, asked)
    data = {"approved": ticked, "how": "correspondence", "seen": "1", "csrf_token": browser.token(approval(year))}
    asked.stage = Stage.WITHDRAWN
    save()
    assert browser.post(approval(year), data=data).status_code == 302
    assert chosen.selection_is_approved and not asked.selection_is_approved


def test_a_member_who_coordinates_as_well_acts_as_a_member(sign_in: SignIn, year: ProgrammeYear, asked: Review) -> None:
    both = a_person(Role.EXECUTIVE, year.borough, name="Bo Both")
    both.appointments.append(type(both.appointments[0])(role=Role.COORDINATOR, borough=year.borough))
    save()
    browser = sign_in(both)
    browser.submit(selection(year), to=selection(year))
    browser.submit(approval(year), {"approved": ids(asked), "how": "correspondence"})
    acts = db.session.query(Event.step, Event.actor_role).order_by(Event.id).all()[-2:]
    assert [tuple(act) for act in acts] == [
        ("send_selection", Role.COORDINATOR), ("approve_selection", Role.EXECUTIVE),
    ]  # fmt: skip


def test_the_notice_waits_and_says_for_whom(
    sign_in: SignIn, cora: Person, eve: Person, year: ProgrammeYear, asked: Review
) -> None:
    browser, page = sign_in(cora), f"/reviews/{asked.reference}"
    words = main_of(browser.page(page))
    assert "Next: send the selection to the Executive Group" in words and "Decide on the request" not in words
    assert "Waiting for the coordinator: selection sent to the Executive Group" in words
    selecting.send(year, CORA)
    save()
    words = main_of(browser.page(page))
    assert "Waiting for the Executive Group: selection approved, since" in words
    assert "Nothing for you to do now" in words
    assert "Approval Waiting for the Executive Group" in main_of(browser.page(f"{page}/notice"))
    attach(asked)
    assert "The Executive Group has to approve the selection first" in main_of(browser.page(f"{page}/notice"))
    assert "Send the notice" not in main_of(browser.page(f"{page}/notice"))
    answer = browser.post(
        f"{page}/notice", data={"csrf_token": browser.token(selection(year)), "version": asked.version}
    )
    assert (answer.status_code, asked.stage) == (409, Stage.PLANNED)
    assert "Next: decide on the selection" in main_of(sign_in(eve).page(page))


# Why: local intelligence


def test_why_is_read_on_its_own_page_and_who_read_it_is_shown(
    sign_in: SignIn, cora: Person, eve: Person, chosen: Review
) -> None:
    page = f"/reviews/{chosen.reference}/intelligence"
    assert REASON not in said(sign_in(eve).get(f"/reviews/{chosen.reference}"))
    links = {text_of(a): a.attrib.get("href") for a in sign_in(eve).page(f"/reviews/{chosen.reference}").all("a")}
    assert links["Why it was chosen (reading is recorded)"] == page
    first = main_of(sign_in(eve).page(page))
    assert REASON in first and "Concern raised by a partner" in first and "Nobody before you" in first
    assert sign_in(cora).head(page).status_code == 200
    second = main_of(sign_in(cora).page(page))
    assert "Eve Executive" in second and "Who has read it1" in second.replace(" 1", "1")
    readings = db.session.query(Event).filter_by(step="read_intelligence").order_by(Event.id).all()
    assert [(each.actor_name, each.actor_role, each.restricted) for each in readings] == [
        ("Eve Executive", Role.EXECUTIVE, True), ("Cora Coordinator", Role.COORDINATOR, True),
    ]  # fmt: skip


def test_versions_are_kept_and_the_second_of_two_keeps_the_text(
    sign_in: SignIn, cora: Person, eve: Person, chosen: Review
) -> None:
    page = f"/reviews/{chosen.reference}/intelligence"
    browser, other = sign_in(cora), sign_in(eve)
    token = other.token(page)
    assert browser.submit(page, {"category": "inspection", "reason": "The inspectors came."}).location == page
    late = {"category": "leadership", "reason": "A new head since March.", "seen": "1", "csrf_token": token}
    answer = other.post(page, data=late)
    assert answer.status_code == 409
    assert "Cora Coordinator wrote version 2 while you were typing" in said(answer)
    assert "A new head since March." in said(answer)
    assert "The inspectors came." not in said(answer)  # that is read on the page, which records it
    assert other.submit(page, {"category": "leadership", "reason": "A new head since March."}).status_code == 302
    kept = db.session.query(Intelligence).order_by(Intelligence.version).all()
    assert [(each.version, each.category, each.written_by) for each in kept] == [
        (1, Category.PARTNER, "Cora Coordinator"), (2, Category.INSPECTION, "Cora Coordinator"),
        (3, Category.LEADERSHIP, "Eve Executive"),
    ]  # fmt: skip
    words = main_of(other.page(page))
    assert "Show the 2 versions before" in words and REASON in words
    written = db.session.query(Event).filter_by(step="write_intelligence").all()
    assert [(each.restricted, each.facts) for each in written] == [(True, {"version": 2}), (True, {"version": 3})]


def test_a_double_click_is_one_version_and_nothing_is_refused(sign_in: SignIn, cora: Person, chosen: Review) -> None:
    page, browser = f"/reviews/{chosen.reference}/intelligence", sign_in(cora)
    token = browser.token(page)
    for _ in range(2):
        data = {"category": "other", "reason": "More.", "seen": "1", "csrf_token": token}
        assert browser.post(page, data=data).status_code == 302
    assert db.session.query(Intelligence).count() == 2
    for data, message in (
        ({"category": "", "reason": "Why"}, "Choose where it comes from"),
        ({"category": "nonsense", "reason": "Why"}, "Choose one of the answers listed"),
        ({"category": "other", "reason": " "}, "Enter the reason"),
        ({"category": "other", "reason": "z" * 2001}, "characters"),
    ):
        answer = browser.post(page, data={**data, "seen": "2", "csrf_token": token})
        assert answer.status_code == 400 and message in said(answer)
        assert data["reason"].strip() in said(answer)
        assert "More." not in said(answer).replace("Show more.", "")
    assert db.session.query(Intelligence).count() == 2
    assert db.session.query(Event).filter_by(step="read_intelligence").count() == 1


def test_outsiders_find_nothing(
    sign_in: SignIn, client: FlaskClient, year: ProgrammeYear, chosen: Review, eve: Person, cora: Person
) -> None:
    member, far = a_team_member(chosen).person, a_borough("COL")
    plain = a_review(organisation=an_organisation("Plain School"), programme_year=year)
    outsiders = [a_person(role, far) for role in (Role.COORDINATOR, Role.EXECUTIVE, Role.REVIEWER)]
    outsiders += [member, a_person(Role.ADMINISTRATOR)]
    selecting.send(year, CORA)
    save()
    why, remind = f"/reviews/{chosen.reference}/intelligence", f"{selection(year)}/reminders"
    for person in outsiders:
        browser = sign_in(person)
        token = {"csrf_token": browser.token("/contact")}
        for page in (selection(year), approval(year), why):
            assert browser.get(page).status_code == 404, (person.name, page)
        for page in (selection(year), approval(year), why, remind):
            assert browser.post(page, data=token).status_code == 404, (person.name, page)
    for page in (selection(year), approval(year), why):
        assert client.get(page).status_code in (302, 401)
    assert sign_in(cora).get(approval(year)).status_code == 404  # a coordinator does not approve
    token = {"csrf_token": sign_in(eve).token("/contact")}
    assert sign_in(eve).post(selection(year), data=token).status_code in (400, 404)
    assert sign_in(eve).get(f"/reviews/{plain.reference}/intelligence").status_code == 404
    assert sign_in(eve).get("/programme/years/999999/approval").status_code == 404
    assert not chosen.selection_is_approved
    assert db.session.query(Event).filter_by(step="read_intelligence").count() == 0


def test_a_reviewer_cannot_tell_how_a_review_was_chosen(sign_in: SignIn, year: ProgrammeYear) -> None:
    """One that was drawn and one that was chosen look the same to the team: pages, timeline, and what waits."""
    faces = []
    for how in (Selection.INTELLIGENCE, Selection.REQUEST):
        review = a_review(organisation=an_organisation("Same School"), programme_year=year, selection=how)
        review.organisation.contacts[0].name = "Hetty Head"
        review.events.clear()
        audit_trail.record("plan", CORA, review, restricted=True, facts={"year": year.label, "draw": str(how)})
        a_person(Role.EXECUTIVE, year.borough)
        a_person(Role.COORDINATOR, year.borough)
        selecting.send(year, CORA)
        member = a_team_member(review).person
        save()
        member.name = "Mary Member"
        save()
        text = said(sign_in(member).get(f"/reviews/{review.reference}")).replace(review.reference, "REFERENCE")
        assert "planned the review" not in text and "Executive Group approved" not in text
        for words in (*list(CATEGORIES.values())[:4], "intelligence", "chosen", "drawn"):
            assert words not in text, words
        faces.append(text)
        review.stage = Stage.WITHDRAWN
        save()
    assert faces[0] == faces[1]


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("which", ["selection", "approval", "executive", "chase", "today"])
def test_as_many_queries_for_one_review_as_for_three(
    sign_in: SignIn, cora: Person, eve: Person, year: ProgrammeYear, which: str
) -> None:
    def add() -> None:
        a_review(organisation=an_organisation(), programme_year=year)
        a_review(Stage.REQUESTED)
        save()
        selecting.send(year, CORA)
        save()

    def asked() -> int:
        path = {"selection": selection(year), "approval": approval(year)}.get(which, f"/{which}")
        browser = sign_in(cora if which in ("chase", "today", "selection") else eve)
        db.session.expire_all()
        with counted() as statements:
            assert browser.get(path).status_code == 200
        return len([each for each in statements if each.startswith("SELECT")])

    add()
    one = asked()
    for _ in range(2):
        add()
    assert asked() == one


def test_the_due_day_is_the_setting(year: ProgrammeYear, eve: Person, asked: Review) -> None:
    selecting.send(year, CORA)
    save()
    due = db.session.query(SelectionRound).one().due_on
    assert due == add_working_days(local_day(datetime.now(UTC)), 10)
