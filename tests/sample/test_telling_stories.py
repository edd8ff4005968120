"""The year is built by the real acts, the walk goes to the end, and neither touches a board's own data."""

import pytest
from flask import Flask

from peerreview import create_app
from peerreview.extensions import db
from peerreview.models import Delivery, DocumentKind, Letter, PeerRating, Person, Review, tasks, utc_now
from peerreview.sample import chapters, texts, world
from peerreview.sample.people import COORDINATOR, EVERYBODY
from peerreview.workdays import local_day
from peerreview.workflow import Stage
from tests.builders import a_person, save
from tests.conftest import settings_for
from tests.mail_server import mail_server

STAGES = [
    Stage.CLOSED, Stage.PRESENTED, Stage.FINAL, Stage.FINALISING, Stage.RESPONDING, Stage.RESPONDING, Stage.REPORTING,
    Stage.PREPARING, Stage.PREPARING, Stage.ARRANGING, Stage.ARRANGING, Stage.ARRANGING, Stage.WITHDRAWN,
    Stage.DECLINED, *[Stage.PLANNED] * 5, Stage.REQUESTED, Stage.REQUESTED,
]  # fmt: skip


def run(app: Flask, *words: str):
    return app.test_cli_runner().invoke(args=["sample", *words])


def test_the_year_has_every_stage_and_is_loaded_once(sample_app):
    assert run(sample_app, "load").exit_code == 0
    assert run(sample_app, "load").output == "The sample year is loaded already.\n"
    db.session.expire_all()
    reviews = db.session.scalars(db.select(Review).order_by(Review.id)).all()
    assert [review.stage for review in reviews] == STAGES
    people = db.session.scalars(db.select(Person.name).order_by(Person.id)).all()
    assert people == [person.name for person in EVERYBODY]
    letters = db.session.scalars(db.select(Letter)).all()
    assert {letter.delivery for letter in letters} == {Delivery.SENT}
    assert all(letter.sent_at == letter.written_at <= utc_now() for letter in letters)
    today = local_day(utc_now())
    late = {review.organisation_name for review in reviews for task in tasks(review) if task.days_late(today)}
    assert "Tanner's Rents Primary School" in late
    coming = [review.visit.starts_at for review in reviews if review.stage is Stage.PREPARING]
    assert all(starts > utc_now() for starts in coming) and len(coming) == 2
    assert not any(texts.INTELLIGENCE in letter.text for letter in letters)


@pytest.mark.parametrize("stage", [Stage.PREPARING, Stage.CLOSED, Stage.DECLINED])
def test_a_review_walks_to_each_stage(sample_app, stage):
    with sample_app.test_request_context("/", method="POST"):
        world.load()
        assert chapters.a_review(stage).review.stage is stage


def test_the_walk_hands_over_every_letter_itself(database_url, tmp_path):
    with mail_server() as mail:
        app = create_app(settings_for(database_url, tmp_path, mail_port=mail.port))
        walked = run(app, "walk", "--to", "board@partnership.example")
        assert walked.exit_code == 0, walked.output
        with app.app_context():
            review = db.session.scalars(db.select(Review)).one()
            assert review.stage is Stage.PRESENTED
            letters = db.session.scalars(db.select(Letter)).all()
            assert {letter.name for letter in letters if letter.review is None} == {
                "selection_waits",
                "selection_decided",
            }
            assert {letter.delivery for letter in letters} == {Delivery.SENT}
            lines = [line for line in walked.output.splitlines() if line.startswith("  To ")]
            said = {(letter.recipient_email, letter.subject) for letter in letters}
            assert {tuple(line.split("<")[1].split(">: ")) for line in lines} == said
            assert len(lines) == len(letters) == len(mail.arrived)
            assert all(to.startswith("board+") for _, (to,) in mail.envelopes)
            reports = {d.kind for d in review.documents if d.media_type == "application/pdf"}
            assert {DocumentKind.INITIAL_REPORT, DocumentKind.FINAL_REPORT, DocumentKind.AUDIT_COPY} <= reports
            parts = [part for message in mail.arrived for part in message.walk()]
            methods = [part.get_param("method") for part in parts if part.get_content_type() == "text/calendar"]
            moved_and_cancelled, agreed_anew, own_times = (
                ["REQUEST"] * 12 + ["CANCEL"] * 6,
                ["REQUEST"] * 6,
                ["REQUEST"] * 3,
            )
            assert methods == moved_and_cancelled + agreed_anew + own_times  # the agenda gives three staff their times
            assert [visit.cancelled_at is None for visit in review.visits] == [False, True]
            assert len({visit.uid for visit in review.visits}) == 2
            rated = {
                value for row in db.session.scalars(db.select(PeerRating)) for value in (row.self_value, row.value)
            }
            assert review.audit_template is not None
            assert rated and rated <= {entry["value"] for entry in review.audit_template.scale["values"]}
            db.session.remove()
        again = run(app, "walk")
        assert again.exit_code == 0, again.output
        with app.app_context():
            db.engine.dispose()


def test_the_walk_stops_at_a_letter_that_cannot_be_delivered(database_url, tmp_path):
    with mail_server() as mail:
        mail.refuse["farida.rahman@lammasgreen-hospitals.example"] = "550 5.1.1 no such person"
        app = create_app(settings_for(database_url, tmp_path, mail_port=mail.port))
        walked = run(app, "walk")
        assert walked.exit_code == 1
        assert "Not delivered to farida.rahman@lammasgreen-hospitals.example" in walked.output
        assert walked.output.splitlines()[-1] == "Error: 1 letter could not be delivered, so the walk stopped there."
        with app.app_context():
            db.engine.dispose()


def test_the_walk_refuses_a_database_with_real_data(app):
    a_person(name="A real person")
    save()
    refused = run(app, "walk")
    assert refused.exit_code == 1
    assert refused.output == "Error: This database holds real data, so no invented review is walked through it.\n"
    assert db.session.scalars(db.select(Review)).all() == []


def test_the_walk_refuses_a_sample_that_a_board_has_begun_to_use(app):
    world.load()
    a_person(name="A real person")
    save()
    assert run(app, "walk").exit_code == 1
    assert world.person(COORDINATOR).name in {person.name for person in db.session.scalars(db.select(Person))}
