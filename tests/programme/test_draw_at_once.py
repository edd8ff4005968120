"""Several people at the same instant, with real threads, on both databases: one wins, the others are told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from peerreview import outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Draw, DrawEntry, Event, ProgrammeYear, Review, SeedKind
from peerreview.process import NotNow
from peerreview.programme import draw_candidates, draw_places, draw_record, draws
from peerreview.programme.draw import FrozenList, Stratum
from peerreview.programme.draw_pool import Rules, divide
from peerreview.programme.draws import Redraw, Seed
from peerreview.workflow import Role
from tests.builders import save
from tests.programme.draw_walk import a_year, schools

CORA, EVE = Actor("Cora", Role.COORDINATOR), Actor("Eve", Role.EXECUTIVE)
CARL = Actor("Carl", Role.COORDINATOR)


def listed(year: ProgrammeYear, drawn: int = 2, reserves: int = 3) -> FrozenList:
    candidates = draw_candidates.candidates(year.borough)
    eligible, left_out = divide(candidates, Rules(3), "none", draw_candidates.today())
    strata = (Stratum("All", drawn, reserves),)
    return FrozenList(
        draws.next_number(year)[1], year.borough.name, year.label, (), "Dice", "", strata, eligible, left_out
    )


def at_once(app: Flask, *acts: Callable[[], object]) -> list[str]:
    """What came of each act, all begun at the same instant: empty, or the sentence that its person reads."""
    db.session.remove()
    gate = Barrier(len(acts))

    def one(act: Callable[[], object]) -> str:
        with app.app_context():
            gate.wait()
            try:
                act()
                outbox.commit()
            except NotNow as refusal:
                db.session.rollback()
                return str(refusal)
            finally:
                db.session.remove()
        return ""

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(one, acts))


@pytest.fixture
def year_id(any_app: Flask) -> int:
    year = a_year()
    schools(6)
    save()
    number = year.id
    db.session.remove()
    return number


@pytest.fixture
def draw_id(any_app: Flask, year_id: int) -> int:
    year = db.session.get_one(ProgrammeYear, year_id)
    draw = draws.freeze(year, listed(year), SeedKind.DICE, CORA)
    save()
    number = draw.id
    db.session.remove()
    return number


def the(draw_id: int) -> Draw:
    return db.session.get_one(Draw, draw_id)


def test_of_eight_seeds_one_is_entered(any_app: Flask, draw_id: int) -> None:
    def enter(number: int, actor: Actor) -> Callable[[], None]:
        throws = " ".join(str((number + at) % 6 + 1) for at in range(10))
        return lambda: draws.enter_seed(the(draw_id), Seed(SeedKind.DICE, [throws]), actor)

    came = at_once(any_app, *(enter(number, (CORA, EVE)[number % 2]) for number in range(8)))
    draw = the(draw_id)
    assert came.count("") == 1
    winner = came.index("")
    assert draw.seed_by == ("Cora", "Eve")[winner % 2]
    assert draw.seed == "dice: " + " ".join(str((winner + at) % 6 + 1) for at in range(10))
    assert all(words.startswith(f"{draw.seed_by} was first: they entered the seed at") for words in came if words)
    assert db.session.query(Event).filter_by(step="enter_seed").count() == 1
    assert draw_record.faults(draw) == []


def test_of_several_freezes_each_is_a_draw_of_its_own_or_told(any_app: Flask, year_id: int) -> None:
    def freeze() -> None:
        year = db.session.get_one(ProgrammeYear, year_id)
        draws.freeze(year, listed(year), SeedKind.DICE, CORA)

    came = at_once(any_app, *[freeze] * 4)
    known = db.session.scalars(db.select(Draw).order_by(Draw.number)).all()
    assert [draw.number for draw in known] == list(range(1, came.count("") + 1))
    assert all("Somebody froze a list for this year in the meantime" in words for words in came if words)
    assert [draw_record.faults(draw) for draw in known] == [[]] * len(known)


def test_the_drawn_are_planned_once(any_app: Flask, draw_id: int) -> None:
    draws.enter_seed(the(draw_id), Seed(SeedKind.DICE, ["1 2 3 4 5 6 1 2 3 4"]), EVE)
    save()
    came = at_once(any_app, *[lambda: draw_places.plan_drawn(the(draw_id), CORA)] * 4)
    assert came.count("") == 1
    assert all(words.startswith("Cora was first: they planned the drawn at") for words in came if words)
    assert (db.session.query(Review).count(), db.session.query(DrawEntry).count()) == (2, 2)


def test_a_lost_place_is_taken_by_one_reserve(any_app: Flask, draw_id: int) -> None:
    draws.enter_seed(the(draw_id), Seed(SeedKind.DICE, ["1 2 3 4 5 6 1 2 3 4"]), EVE)
    first, _second = draw_places.plan_drawn(the(draw_id), CORA)
    save()
    db.session.execute(db.update(Review).where(Review.id == first.review.id).values(stage="withdrawn"))
    save()
    lost_id = first.id

    def take(actor: Actor) -> Callable[[], object]:
        return lambda: draw_places.take_reserve(the(draw_id), db.session.get_one(DrawEntry, lost_id), actor)

    came = at_once(any_app, take(CORA), take(CARL), take(CORA), take(CARL))
    assert came.count("") == 1
    assert all("was first: they took the next reserve at" in words for words in came if words)
    entries = the(draw_id).entries
    assert [(entry.place, entry.instead_of_id) for entry in entries] == [(1, None), (2, None), (3, lost_id)]


def test_a_draw_is_replaced_once(any_app: Flask, year_id: int, draw_id: int) -> None:
    def redraw() -> None:
        year = db.session.get_one(ProgrammeYear, year_id)
        draws.freeze(year, listed(year), SeedKind.DICE, CORA, Redraw(the(draw_id), "Again."))

    came = at_once(any_app, *[redraw] * 4)
    assert came.count("") == 1
    assert db.session.query(Draw).filter(Draw.replaces_id == draw_id).count() == 1
