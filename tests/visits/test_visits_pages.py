"""The visit: an agenda that fits, the record, notes with peer ratings, and files."""

import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from peerreview.extensions import db
from peerreview.models import (
    AgendaItem,
    AuditTemplate,
    Declaration,
    NamedStaff,
    Nomination,
    PeerRating,
    Review,
    Standard,
    TeamMember,
    Tested,
    Visit,
    VisitRecord,
    utc_now,
)
from peerreview.workdays import LOCAL_ZONE, add_working_days, local_day
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, a_team_member, save
from tests.conftest import SignIn
from tests.hostile import png
from tests.inspector import Page


def visiting(days: int = 7, minutes: int = 120, at: Stage = Stage.PREPARING) -> tuple[Review, TeamMember]:
    review = a_review(at)
    starts = datetime.combine(local_day(utc_now()) + timedelta(days=days), datetime.min.time(), LOCAL_ZONE)
    visit = Visit(
        review=review, uid=f"visit-{review.id}", starts_at=starts.replace(hour=10), minutes=minutes, place="Hall"
    )
    nomination = Nomination(review=review, sent_at=utc_now(), sent_by="Head")
    nomination.staff.append(
        NamedStaff(name="Dee Example", role="Designated safeguarding lead", email="dee@school.example")
    )
    db.session.add_all([visit, nomination])
    member = a_team_member(review, declaration=Declaration.NONE, is_lead=True)
    save()
    return review, member


def a_template(review: Review) -> Standard:
    scale = {
        "values": [{"value": "red", "text": "Red"}, {"value": "green", "text": "Green"}],
        "not_applicable": {"value": "grey", "text": "Grey: not applicable"},
    }
    made = AuditTemplate(code="test", version=1, name="Test audit", for_schools=True, scale=scale)
    made.standards.append(Standard(position=0, section="Leadership", code="T-01", title="A senior lead"))
    db.session.add(made)
    review.audit_template = made
    save()
    return made.standards[0]


def hidden(page: Page) -> dict[str, str]:
    return {i.attrib["name"]: i.attrib.get("value", "") for i in page.all("input") if i.attrib.get("type") == "hidden"}


def rows(*items: tuple[str, str, str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for at, (kind, title, minutes) in enumerate(items):
        fields |= {
            f"rows-{at}-kind": kind,
            f"rows-{at}-title": title,
            f"rows-{at}-minutes": minutes,
            f"rows-{at}-who": "",
        }
    return fields


# Agenda


def test_an_agenda_is_suggested_saved_and_timed(app: Flask, sign_in: SignIn) -> None:
    review, member = visiting()
    browser, address = sign_in(member.person), f"/reviews/{review.reference}/agenda"
    page = browser.page(address)
    values = [i.attrib.get("value") for i in page.all("input") if i.attrib["name"].endswith("-who")]
    assert "Dee Example, Designated safeguarding lead" in values and review.agenda == []
    items = rows(("interview", "Interview", "60"), ("documents", "Document review", "60"), ("tour", "", ""))
    assert browser.post(address, data=hidden(page) | items).status_code == 302
    assert [(i.title, i.minutes) for i in review.agenda] == [("Interview", 60), ("Document review", 60)]
    said = " ".join("".join(browser.page(address).root.itertext()).split())
    assert "10:00am to 11:00am" in said and "11:00am to midday" in said
    assert "The agenda takes all 120 minutes of the visit." in said
    assert review.events[0].step == "set_agenda"


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ((("interview", "A", "100"), ("tour", "B", "25")), "The agenda is 5 minutes too long"),
        ((("interview", "A", "181"),), "Minutes must be between 5 and 180"),
        ((("interview", "A", "ten"),), "Minutes must be a whole number"),
        ((("interview", "", "30"),), "Enter a title for this item"),
        ((("interview", "A", ""),), "Enter how many minutes it takes"),
        ((("party", "A", "30"),), "Choose one of the answers listed"),
        ((("interview", "x" * 201, "30"),), "use 200 characters or fewer"),
    ],
)
def test_an_agenda_that_cannot_be_is_refused(app: Flask, sign_in: SignIn, items: Any, message: str) -> None:
    review, member = visiting()
    browser, address = sign_in(member.person), f"/reviews/{review.reference}/agenda"
    answer = browser.post(address, data=hidden(browser.page(address)) | rows(*items))
    assert message in answer.text and review.agenda == []
    assert items[0][1] in answer.text


def test_the_second_of_two_agendas_sees_the_first(app: Flask, sign_in: SignIn) -> None:
    review, member = visiting()
    browser, address = sign_in(member.person), f"/reviews/{review.reference}/agenda"
    opened = hidden(browser.page(address))
    browser.post(address, data=opened | rows(("tour", "FIRST", "20")))
    answer = browser.post(address, data=opened | rows(("tour", "SECOND", "20")))
    assert answer.status_code == 409 and "was changed while you were working" in answer.text
    assert "FIRST" in answer.text and "SECOND" in answer.text
    assert [i.title for i in db.session.scalars(db.select(AgendaItem))] == ["FIRST"]
    assert browser.post(address, data=hidden(Page(answer.text)) | rows(("tour", "SECOND", "20"))).status_code == 302


def test_without_a_date_there_is_no_agenda(app: Flask, sign_in: SignIn) -> None:
    review = a_review(Stage.ARRANGING)
    member = a_team_member(review, declaration=Declaration.NONE)
    save()
    assert "No date is agreed yet" in sign_in(member.person).get(f"/reviews/{review.reference}/agenda").text


# The record


def record_fields(review: Review, member: TeamMember, on: date, **changes: Any) -> dict[str, Any]:
    assert review.nomination is not None
    return {
        "held_on-day": str(on.day), "held_on-month": str(on.month), "held_on-year": str(on.year), "minutes": "115",
        "present": [f"team-{member.id}", f"staff-{review.nomination.staff[0].id}"], "others": "", "remarks": "",
        **changes,
    }  # fmt: skip


def test_the_visit_is_recorded_once(app: Flask, sign_in: SignIn) -> None:
    review, member = visiting(days=0)
    review.visit.starts_at = utc_now() - timedelta(hours=3)  # type: ignore[union-attr]
    save()
    browser, address, today = sign_in(member.person), f"/reviews/{review.reference}/visit-record", local_day(utc_now())
    opened = hidden(browser.page(address))
    sent = opened | record_fields(review, member, today, others="Cy Example, Chair of governors\n\nNo Role")
    assert browser.post(address, data=sent).status_code == 302
    db.session.expire_all()
    record = db.session.scalars(db.select(VisitRecord)).one()
    assert [(a.name, a.role, a.of_the_team) for a in record.attendance] == [
        (member.person.name, "Lead reviewer", True),
        ("Dee Example", "Designated safeguarding lead", False),
        ("Cy Example", "Chair of governors", False),
        ("No Role", "", False),
    ]
    assert review.stage is Stage.REPORTING and review.initial_report_due_on == add_working_days(today, 10)
    again = browser.post(address, data=sent)
    assert again.status_code == 409 and member.person.name in again.text
    assert "Cy Example" in browser.get(address).text


def test_a_visit_before_its_date_needs_a_word(app: Flask, sign_in: SignIn) -> None:
    review, member = visiting(days=7)
    browser, address, today = sign_in(member.person), f"/reviews/{review.reference}/visit-record", local_day(utc_now())
    opened = hidden(browser.page(address))
    answer = browser.post(address, data=opened | record_fields(review, member, today))
    assert "The agreed date has not come yet. Did it take place earlier?" in answer.text
    assert review.stage is Stage.PREPARING
    assert browser.post(address, data=opened | record_fields(review, member, today, early="y")).status_code == 302
    db.session.expire_all()
    assert review.stage is Stage.REPORTING


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"held_on-year": "2199"}, "The day of the visit cannot be in the future"),
        ({"held_on-day": "", "held_on-month": "", "held_on-year": ""}, "Enter the day of the visit"),
        ({"minutes": "181"}, "must be between 10 and 180"),
        ({"present": []}, "Choose who was there"),
        ({"present": ["staff-1"]}, "Choose at least one member of the team"),
        ({"present": ["team-1"]}, "Choose at least one person of the organisation"),
        ({"present": ["team-999"]}, "Choose one of the answers listed"),
        ({"remarks": "x" * 5001}, "use 5,000 characters or fewer"),
    ],
)
def test_a_bad_record_is_refused(app: Flask, sign_in: SignIn, changes: dict[str, Any], message: str) -> None:
    review, member = visiting(days=-1)
    browser, address = sign_in(member.person), f"/reviews/{review.reference}/visit-record"
    sent = hidden(browser.page(address)) | record_fields(review, member, local_day(utc_now()), **changes)
    answer = browser.post(address, data=sent)
    assert message in answer.text and db.session.scalar(db.select(VisitRecord)) is None


# Notes and ratings


def test_ratings_stand_beside_the_self_rating(app: Flask, sign_in: SignIn) -> None:
    review, member = visiting()
    standard = a_template(review)
    browser, base = sign_in(member.person), f"/reviews/{review.reference}"
    page = browser.page(f"{base}/notes/{standard.id}")
    fields = {"self_value": "green", "value": "", "tested": "heard", "reason": "Two of three knew"}
    rating = f"{base}/ratings/{standard.id}"
    assert "Choose a peer rating" in browser.post(rating, data=hidden(page) | fields).text
    wrong = browser.post(rating, data=hidden(page) | fields | {"value": "red", "tested": "not_tested"})
    assert "Leave the peer rating empty" in wrong.text
    assert (
        "Choose one of the answers listed" in browser.post(rating, data=hidden(page) | fields | {"value": "blue"}).text
    )
    assert browser.post(rating, data=hidden(page) | fields | {"value": "red"}).status_code == 302
    saved = db.session.scalars(db.select(PeerRating)).one()
    assert (saved.self_value, saved.value, saved.tested, saved.rated_by) == (
        "green",
        "red",
        Tested.HEARD,
        member.person.name,
    )
    assert "Self: Green. Peers: Red, heard." in " ".join(browser.get(f"{base}/notes").text.split())
    late = browser.post(rating, data=hidden(page) | fields | {"value": "green", "reason": "MINE"})
    assert late.status_code == 409 and f"{member.person.name} has rated this in the meantime" in late.text
    assert "Two of three knew" in late.text and "MINE" in late.text
    newest = hidden(Page(late.text))
    assert browser.post(rating, data=newest | fields | {"value": "green"}).status_code == 302
    db.session.expire_all()
    assert (saved.value, saved.version) == ("green", 2)


def test_notes_from_the_visit_are_private_until_shared(app: Flask, sign_in: SignIn) -> None:
    review, member = visiting()
    standard = a_template(review)
    other = a_team_member(review, declaration=Declaration.NONE)
    save()
    browser, address = sign_in(member.person), f"/reviews/{review.reference}/notes/{standard.id}"
    opened = hidden(browser.page(address))
    answer = browser.post(address, data=opened | {"note": "CANARY"}, headers={"Accept": "application/json"})
    assert answer.json is not None and answer.json["fields"] == {"note_version": "1"}
    assert "CANARY" not in sign_in(other.person).get(address).text
    lost = browser.post(address, data=opened | {"note": "LATER"})
    assert lost.status_code == 409 and "CANARY" in lost.text and "LATER" in lost.text
    assert browser.post(address, data=hidden(Page(lost.text)) | {"note": "CANARY", "shared": "y"}).status_code == 302
    assert "CANARY" in sign_in(other.person).get(address).text
    whole = f"/reviews/{review.reference}/notes/whole"
    assert browser.post(whole, data=hidden(browser.page(whole)) | {"note": "All in all"}).status_code == 302


# Files


def test_the_team_keeps_files(app: Flask, sign_in: SignIn) -> None:
    review, member = visiting()
    browser, base = sign_in(member.person), f"/reviews/{review.reference}"
    token = hidden(browser.page(f"{base}/notes"))
    empty = browser.post(f"{base}/visit-files", data=token)
    assert "Choose at least one file" in empty.text
    files = [(io.BytesIO(png()), "Display.png"), (io.BytesIO(b"<html>"), "page.html")]
    answer = browser.post(f"{base}/visit-files", data=token | {"files": files})
    assert "‘page.html’ is not a type of file we can take" in answer.text
    (kept,) = review.documents
    assert kept.filename == "Display.png" and browser.get(f"{base}/documents/{kept.id}").data == png()
    other = a_team_member(a_review(Stage.PREPARING), declaration=Declaration.NONE)
    save()
    stranger = sign_in(other.person)
    assert stranger.get(f"{base}/documents/{kept.id}").status_code == 404
    theirs = hidden(stranger.page(f"/reviews/{other.review.reference}/notes"))
    forged = f"/reviews/{other.review.reference}/visit-files/{kept.id}/removal"
    assert stranger.post(forged, data=theirs).status_code == 404
    assert browser.post(f"{base}/visit-files/{kept.id}/removal", data=token).status_code == 302
    assert browser.get(f"{base}/documents/{kept.id}").status_code == 404


# Outsiders


def test_outsiders_find_nothing(app: Flask, sign_in: SignIn) -> None:
    review, _member = visiting()
    standard = a_template(review)
    stood_down = a_team_member(review, declaration=Declaration.HARD, stood_down_at=utc_now())
    other = a_team_member(a_review(Stage.PREPARING), declaration=Declaration.NONE)
    city, executive = a_person(borough=a_borough("COL")), a_person(Role.EXECUTIVE)
    undeclared = a_team_member(review)
    save()
    pages = ("agenda", "visit-record", "notes", f"notes/{standard.id}", "notes/whole")
    for person in (stood_down.person, other.person, city, executive):
        for page in pages:
            assert sign_in(person).get(f"/reviews/{review.reference}/{page}").status_code == 404
    for page in pages:
        answer = sign_in(undeclared.person).get(f"/reviews/{review.reference}/{page}")
        assert answer.location == f"/reviews/{review.reference}/interests"
    for page in pages[3:]:
        assert sign_in(a_boss()).get(f"/reviews/{review.reference}/{page}").status_code == 404
    assert sign_in(a_boss()).get(f"/reviews/{review.reference}/notes").status_code == 200
    assert app.test_client().get(f"/reviews/{review.reference}/notes").status_code == 302


def a_boss() -> Any:
    boss = a_person()
    save()
    return boss
