"""The pages about dates at the width of a phone and of a desk: nothing sticks out, and no accessibility violation."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from peerreview import create_app, links, outbox
from peerreview.audit_trail import Actor
from peerreview.dates import actions, closed_days, offers, participants
from peerreview.dates.wall_time import Time, instant
from peerreview.extensions import db
from peerreview.models import (
    AgendaItem,
    AgendaKind,
    Availability,
    Days,
    Declaration,
    Membership,
    NamedStaff,
    Nomination,
    PartOfDay,
    Review,
    SchoolHoliday,
    utc_now,
)
from peerreview.workdays import add_working_days, local_day
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, a_team_member, an_organisation
from tests.conftest import settings_for
from tests.journeys.conftest import PICTURES, _free_port
from tests.journeys.people import AXE

PLACE = "St Mary's Primary School, Church Street, London E8 1AA"
WIDTHS = (320, 1200)


@dataclass
class Scene:
    """A running app, the cookies of its coordinator and a reviewer, and the address of each page by name."""

    address: str
    cookies: dict[str, str]
    pages: dict[str, tuple[str, str]]  # name: (whose cookie, path)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder, port = tmp_path_factory.mktemp("dates"), _free_port()
    app = create_app(settings_for(f"sqlite:///{folder}/p.db", folder, base_url=f"http://localhost:{port}"))
    app.config["TESTING"] = True
    with app.app_context():
        db.create_all()
        people, pages = _play()
        outbox.commit()
        cookies = {who: _cookie(app, uniquifier) for who, uniquifier in people.items()}
        db.session.remove()
    server = make_server("localhost", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Scene(f"http://localhost:{port}", cookies, pages)
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


def _cookie(app, uniquifier: str) -> str:
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["_user_id"], session["_fresh"] = uniquifier, True
    return browser.get_cookie(app.config["SESSION_COOKIE_NAME"]).value


def _a_time(days: int, hour: int = 10) -> Time:
    return Time(instant(add_working_days(local_day(utc_now()), days), time(hour), fold=0), 150, PLACE)


def _ready(name: str) -> Review:
    review = a_review(Stage.ARRANGING, an_organisation(name, street="Church Street"), notice_sent_at=utc_now())
    facts = {"declaration": Declaration.NONE, "declared_at": utc_now()}
    for membership, who, lead in ((Membership.BOARD_MEMBER, "Farida Rahman", True),
                                  (Membership.LAY_MEMBER, "Hannah Osei-Bonsu", False)):  # fmt: skip
        member = a_team_member(review, membership, is_lead=lead, **facts)
        member.person.name = who
    staff = [NamedStaff(name="Dee Lead", role="Designated safeguarding lead", email=f"dsl{review.id}@school.example",
                        cannot="Not on Tuesday mornings: assembly")]  # fmt: skip
    review.nomination = Nomination(sent_at=utc_now(), sent_by="Head", staff=staff)
    db.session.flush()
    return review


def _play() -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    coordinator, today = a_person(Role.COORDINATOR), local_day(utc_now())
    actor = Actor.of(coordinator, Role.COORDINATOR)
    holidays = [
        ("Winter break", date(2026, 12, 21), date(2027, 1, 1)),
        ("Half term", date(2027, 2, 15), date(2027, 2, 19)),
    ]
    for name, first, last in holidays:
        db.session.add(SchoolHoliday(borough=a_borough(), name=name, first_on=first, last_on=last))
    new, asked, stuck, agreed = (_ready(f"St {name}’s Primary School") for name in ("Ann", "Mary", "Peter", "Luke"))
    lead = new.lead.person
    closed_days.keep_time(lead, (today, today + timedelta(days=200)), Days.TUESDAY, PartOfDay.AFTERNOON, "Teaching")
    closed_days.keep_time(
        lead, (today + timedelta(days=44), today + timedelta(days=48)), Days.EVERY_DAY, PartOfDay.ALL_DAY, ""
    )
    for review in (asked, stuck, agreed):
        actions.propose(review, actor, [_a_time(22), _a_time(24, 13), _a_time(36)], today + timedelta(days=7))
    for number, said in enumerate((("yes", "yes", "if_need_be"), ("yes", "no", "yes"), ("if_need_be", "yes", "yes"))):
        _says(asked, number, said, "I must leave by 3pm" if number == 1 else "")
        _says(stuck, number, ("no", "no", "no"), "")
    offers.ask(stuck, actor)
    slot = agreed.poll.slots[0]
    actions.agree(agreed, actor, Time(slot.starts_at, slot.minutes, PLACE))
    agreed.agenda.append(
        AgendaItem(position=0, kind=AgendaKind.INTERVIEW, title="Interview", who="Dee Lead", minutes=25)
    )
    head = next(p for p in participants.current(stuck) if p.role == "Headteacher")
    dsl = next(p for p in participants.current(asked) if p.role.startswith("Designated"))
    guest = next(p for p in participants.current(agreed) if p.role.startswith("Designated"))
    of = {review: f"/reviews/{review.reference}" for review in (new, asked, stuck, agreed)}
    return {"coordinator": coordinator.fs_uniquifier, "lead": lead.fs_uniquifier}, {
        "propose": ("coordinator", f"{of[new]}/dates/proposal"),
        "propose-more": ("coordinator", f"{of[asked]}/dates/proposal"),
        "table": ("coordinator", f"{of[asked]}/dates"),
        "nothing-works": ("coordinator", f"{of[stuck]}/dates"),
        "agree": ("coordinator", f"{of[asked]}/date?slot={asked.poll.slots[0].id}"),
        "visit": ("coordinator", f"{of[agreed]}/visit"),
        "move": ("coordinator", f"{of[agreed]}/visit/time"),
        "place": ("coordinator", f"{of[agreed]}/visit/place"),
        "cancel": ("coordinator", f"{of[agreed]}/visit/cancellation"),
        "add-person": ("coordinator", f"{of[agreed]}/visit/people"),
        "remove-person": ("coordinator", f"{of[agreed]}/visit/people/{guest.id}/removal"),
        "school-holidays": ("coordinator", "/school-holidays"),
        "my-times": ("lead", "/my-times"),
        "answer": ("", f"/my/{links.token(dsl.link)}/dates"),
        "offer": ("", f"/my/{links.token(head.link)}/dates/offer"),
    }


def _says(review: Review, number: int, said: tuple[str, ...], comment: str) -> None:
    participant, poll = participants.current(review)[number], review.poll
    answers = {slot.id: Availability(word) for slot, word in zip(poll.slots, said, strict=True)}
    actions.answer(participant, Actor.behind(participant.link), poll, answers, comment)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_and_has_no_violation(scene: Scene, browser: Browser, width: int) -> None:
    folder: Path = PICTURES / "dates"
    folder.mkdir(parents=True, exist_ok=True)
    for name, (who, path) in scene.pages.items():
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="en-GB")
        if who:
            context.add_cookies([{"name": "peerreview_session", "value": scene.cookies[who], "url": scene.address}])
        page = context.new_page()
        response = page.goto(scene.address + path)
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
        assert response is not None and response.status == 200, f"{name}: {response and response.status}"
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is {wide} px wide at {width}"
        found = AXE.run(page)
        assert found.violations_count == 0, f"{name} at {width}\n{found.generate_report()}"
        context.close()
