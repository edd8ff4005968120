"""Six clicks at the same instant name one person and plan one review, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from flask import Flask

from peerreview import links, outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    NamedStaff,
    Nomination,
    Organisation,
    PersonalLink,
    ProgrammeYear,
    Purpose,
    Review,
    Selection,
    utc_now,
)
from peerreview.nominations import actions
from peerreview.nominations.seat import Seat
from peerreview.programme.actions import begin_year, plan
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_review, an_organisation, save

CORA = Actor("Cora Coordinator", Role.COORDINATOR)
ANN = {"name": "Ann", "role": "Teacher", "email": "ann@school.example", "phone": "", "cannot": "", "access_needs": ""}


def six_times(app: Flask, act: Callable[[], object]) -> None:
    def once(_number: int) -> None:
        with app.app_context():
            act()
            outbox.commit()
            db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(6) as clicks:
        list(clicks.map(once, range(6)))


def test_one_person_is_named(any_app: Flask) -> None:
    review = a_review(Stage.ARRANGING, notice_sent_at=utc_now())
    link_id = links.give(review, Purpose.ORGANISATION, "Hetty", "hetty@school.example").id
    save()

    def name_ann() -> None:
        seat = Seat.behind(db.session.get_one(PersonalLink, link_id))
        actions.save_person(seat, actions.hold(seat.review), None, ANN)

    six_times(any_app, name_ann)
    assert (db.session.query(Nomination).count(), db.session.query(NamedStaff).count()) == (1, 1)


def test_one_review_is_planned(any_app: Flask) -> None:
    organisation = an_organisation()
    year = begin_year(a_borough(), date(utc_now().year, 1, 1), CORA)
    save()
    ids = (organisation.id, year.id)

    def plan_it() -> None:
        found = db.session.get_one(Organisation, ids[0]), db.session.get_one(ProgrammeYear, ids[1])
        plan(*found, Selection.REQUEST, CORA)

    six_times(any_app, plan_it)
    assert db.session.query(Review).count() == 1
