"""The house of the safety tests: one app on a copy of the story, put back in a moment, and browsers for everybody."""

import json
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from peerreview import create_app, links, outbox
from peerreview.audits.loading import load_templates
from peerreview.calendars import addresses
from peerreview.extensions import Base, db, limiter
from peerreview.meetings import actions as meetings
from peerreview.models import DocumentKind, InboundMessage, Person, Purpose, Succession, Tie, TieKind
from peerreview.workflow import Role
from tests.conftest import settings_for
from tests.safety import cast, drawing, imports, story
from tests.safety.cast import Story, Words

CSRF = "0" * 40  # what the session holds; its signed form is what a page holds
HOME = "http://localhost"
FEEDS = ("lead", "left", "stood-down", "borough")


@dataclass
class Browser:
    """Somebody on the network. Each request is a new one with the cookies that the person came with."""

    app: Flask
    cookie: str | None
    csrf: str

    def send(self, method: str, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        client = self.app.test_client()
        if self.cookie is not None:
            client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], self.cookie)
        if method == "POST":
            data = {"csrf_token": self.csrf, **(data or {})}
        return client.open(path, method=method, data=data, buffered=True, **more)


class House:
    """``folder`` has a database for each moment, the documents, and ``cast.json``."""

    def __init__(self, folder: Path, own: Path) -> None:
        self.folder, self.own = folder, own
        facts = json.loads((folder / "cast.json").read_text())
        self.words: dict[str, tuple[str, str]] = {word: tuple(what) for word, what in facts["words"].items()}
        self.people: dict[str, dict[str, Any]] = facts["people"]
        self.arguments: dict[str, dict[str, dict[str, Any]]] = facts["arguments"]
        self.asked: str = facts["asked"]  # the reference of a request that waits for a decision
        self.app = an_app(own)

    @cached_property
    def _signer(self) -> Any:
        return SecureCookieSessionInterface().get_signing_serializer(self.app)

    def stand(self, moment: str) -> None:
        """Everything as it was at that moment, and nobody has tried anything too often."""
        limiter.reset()
        with self.app.app_context():
            db.engine.dispose()
        for left in self.own.glob("work.db*"):
            left.unlink()
        shutil.copyfile(self.folder / f"{moment}.db", self.own / "work.db")
        shutil.copytree(self.folder / "documents", self.own / "documents", dirs_exist_ok=True)

    def browser(self, person: str) -> Browser:
        """The browser of a person of ``people``; of anybody else, a stranger's."""
        facts = self.people.get(person, {})
        session: dict[str, Any] = {"csrf_token": CSRF}
        if "uniquifier" in facts:
            session |= {"_user_id": facts["uniquifier"], "_fresh": True}
        if facts.get("code"):
            session[f"code:{facts['link']}:1"] = time.time()
        csrf = URLSafeTimedSerializer(self.app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(CSRF)
        return Browser(self.app, self._signer.dumps(session), str(csrf))

    def ask(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """Straight from the database."""
        with closing(sqlite3.connect(self.own / "work.db")) as connection:
            return connection.execute(question, values).fetchall()

    def readings(self) -> int:
        """How many lines say that somebody read something."""
        return int(self.ask("SELECT count(*) FROM event WHERE step LIKE 'read\\_%' ESCAPE '\\'")[0][0])

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, but for the lines that say who read what."""
        rows = {}
        with closing(sqlite3.connect(self.own / "work.db")) as connection:
            for table in Base.metadata.sorted_tables:
                where = " WHERE step NOT LIKE 'read\\_%' ESCAPE '\\'" if table.name == "event" else ""
                rows[table.name] = sorted(
                    connection.execute(f'SELECT * FROM "{table.name}"{where}').fetchall(), key=repr
                )
        return rows


def an_app(folder: Path) -> Flask:
    """The app on ``work.db`` of a folder."""
    app = create_app(settings_for(f"sqlite:///{folder}/work.db", folder))
    app.config["TESTING"] = True
    return app


def build(folder: Path) -> None:
    """Tell the three stories side by side, and keep the database as it stands after each chapter."""
    words = Words()
    app = an_app(folder)
    kept: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch, app.app_context():
        story.readable_pdfs(patch)
        db.create_all()
        load_templates()
        stories = {name: cast.begin(name, words) for name in cast.BOROUGHS}
        board = cast.others(words)
        _meetings(stories, words)
        imports.bring(stories["own"]), imports.bring(stories["elsewhere"])
        asked = story.ask(stories["own"])
        outbox.commit()
        for moment, chapter in story.CHAPTERS.items():
            for told in stories.values():
                chapter(told)
                outbox.commit()
            kept[moment] = {name: arguments(told) for name, told in stories.items()}
            outbox.commit()
            _copy(folder / "work.db", folder / f"{moment}.db")
        people = everybody(stories, board)
        db.session.remove()
        db.engine.dispose()
    facts = {"asked": asked, "words": words.known, "arguments": kept, "people": people}
    (folder / "cast.json").write_text(json.dumps(facts))


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _meetings(stories: dict[str, Story], words: Words) -> None:
    for name in ("own", "elsewhere"):
        told, place = stories[name], words.new(name, "place of the meeting")
        meetings.plan_meeting(told.borough, meetings.When(story.today(), story.today(), place), told.coordinator)


def arguments(told: Story) -> dict[str, Any]:
    """What stands in the addresses of one review at a moment; 0 for what is not there."""
    review, staff = told.review, told.review.nomination.staff if told.review.nomination else []
    kinds = {kind: [row.id for row in review.documents if row.kind is kind] for kind in DocumentKind}
    team = {member.person_id: member.id for member in review.team}
    tie = db.session.scalar(db.select(Tie).where(Tie.reviewer_id == told.people["lead"].id))
    if tie is None:
        tie = Tie(reviewer=told.people["lead"], kind=TieKind.EMPLOYER, organisation=_another(told))
        tie.text, tie.written_by = told.w("what an interest is about"), told.w("who wrote an interest")
        db.session.add(tie)
        db.session.flush()

    def first(rows: Any, default: int = 0) -> int:
        return next((row.id for row in rows), default)

    lead = told.people["lead"].person
    return {
        "code": told.borough.code, "review": review.id, "reference": review.reference,
        "organisation_id": told.organisation.id, "import_id": imports.number(told),
        "alias_id": first(told.organisation.aliases),
        "succession_id": first(db.session.scalars(db.select(Succession).where(*_counting(told)))),
        "trust_id": told.organisation.trust_id, "federation_id": told.organisation.federation_id,
        "contact_id": told.contact.id, "year_id": review.programme_year_id, "reviewer_id": told.people["lead"].id,
        "tie_id": tie.id, "newcomer": told.people["newcomer"].id,
        "staff": first(staff), "person_id": lead.id, "appointment_id": lead.appointments[0].id,
        "member_id": team.get(lead.id, 0), "suspended": team.get(told.people["stood-down"].person_id, 0),
        "participant_id": first(p for p in review.participants if not p.of_the_team and p.left_at is None),
        "document_id": first_of(kinds[DocumentKind.SUPPORTING]), "visit file": first_of(kinds[DocumentKind.VISIT_FILE]),
        "evidence": first_of(kinds[DocumentKind.EVIDENCE]),
        "proof": first_of(kinds[DocumentKind.ACTION_EVIDENCE]),
        "request_id": first(review.document_requests),
        "point_id": first(review.response.points if review.response else []),
        "section_id": first(review.initial_report.sections if review.initial_report else []),
        "comment_id": first(review.initial_report.sections[0].comments if review.initial_report else []),
        "message_id": first(db.session.scalars(db.select(InboundMessage).where(InboundMessage.review == review))),
        "letter_id": first(reversed(review.letters)), "action_id": first(review.actions),
        "standard_id": first(review.audit_template.standards if review.audit_template else []),
        "meeting_id": db.session.execute(
            db.text("SELECT id FROM meeting WHERE borough_id = :id"), {"id": told.borough.id}
        ).scalar_one(),
        "slot": first(review.poll.slots if review.poll else []), "key": _key(told), **drawing.in_addresses(told),
    }  # fmt: skip


def _counting(told: Story) -> tuple[Any, ...]:
    """The link of its predecessor, and not the one that was taken back."""
    return Succession.successor_id == told.organisation.id, Succession.taken_back_at.is_(None)


def first_of(ids: list[int]) -> int:
    return ids[0] if ids else 0


def _key(told: Story) -> str:
    return next(word for word, what in told.words.known.items() if what == (told.name, "key of the draft"))


def _another(told: Story) -> Any:
    return cast.an_organisation("Employer of the lead", told.borough)


def everybody(stories: dict[str, Story], board: dict[str, Person]) -> dict[str, dict[str, Any]]:
    """Every kind of person: how they come in, their address, and what they are to which review."""
    people: dict[str, dict[str, Any]] = {name: _account(person) for name, person in board.items()}
    for name, told in stories.items():
        suffix = "" if name == "own" else f" of {name}"
        people[f"coordinator{suffix}"] = _account(db.session.get(Person, told.coordinator.person_id))
        for each, reviewer in told.people.items():
            people[each + suffix] = _account(reviewer.person)
        people |= {each + suffix: facts for each, facts in _links(told).items()}
        people |= {f"feed of {each}{suffix}": {"feed": _feed(told, each)} for each in FEEDS}
    own = people["contact"]["token"]
    people["forged"] = {"token": own[:-1] + ("A" if own[-1] != "A" else "B")}
    people["truncated"] = {"token": own[:-3]}
    return people


def _feed(told: Story, name: str) -> str:
    """The address of a calendar feed: of a reviewer, or of the borough."""
    owner = told.borough if name == "borough" else told.people[name].person
    return str(addresses.address(addresses.of(owner))).removeprefix(HOME)


def _account(person: Person) -> dict[str, Any]:
    boroughs = {
        role: [a.borough.code if a.borough else None for a in person.appointments if a.role is role] for role in Role
    }
    held = {str(role): codes for role, codes in boroughs.items() if codes}
    return {"uniquifier": person.fs_uniquifier, "email": person.email, "roles": held, "id": person.id}


def _links(told: Story) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    names = {told.people[each].person.email: each for each in told.people}
    for link in told.review.links:
        facts = {"token": links.token(link), "link": link.id, "email": link.email, "purpose": str(link.purpose)}
        if link.purpose is Purpose.ORGANISATION:
            called = (
                "contact" if link.email == told.contact.email else "colleague" if not link.revoked_at else "revoked"
            )
            found[called] = facts | {"code": True}
            found |= {"contact without code": facts} if called == "contact" else {}
        elif link.purpose is Purpose.REVIEWER:
            found[f"link of {names[link.email]}"] = facts
        elif link.purpose is Purpose.REQUESTER:
            found["requester"] = facts
        else:
            found.setdefault("staff", facts)
    return found
