"""Walks of a draw for its tests: a year with schools, and each step by the page a person would use."""

from datetime import date
from typing import Any

from flask.testing import FlaskClient

from peerreview.extensions import db
from peerreview.models import Draw, Duty, Organisation, ProgrammeYear, utc_now
from peerreview.programme.actions import label_of
from tests.builders import a_borough, an_organisation, save
from tests.inspector import Page, text_of

DICE = {"throws": "3 1 6 2 5 5 4 1 2 6", "thrown_by": "Thea Thrower", "watched_by": "Walt Watcher", "sure": "y"}


def a_year(code: str = "HAC") -> ProgrammeYear:
    starts_on = date(utc_now().year, 1, 1)
    year = ProgrammeYear(borough=a_borough(code), starts_on=starts_on, label=label_of(starts_on))
    db.session.add(year)
    db.session.flush()
    return year


def schools(number: int, code: str = "HAC", **columns: Any) -> list[Organisation]:
    return [an_organisation(f"Invented School {n:02}", a_borough(code), **columns) for n in range(number)]


def agencies(number: int, code: str = "HAC") -> list[Organisation]:
    return [an_organisation(f"Agency {n:02}", a_borough(code), duty=Duty.S11, urn=None) for n in range(number)]


def said(answer: Any) -> str:
    return text_of(Page(answer.get_data(as_text=True)).root)


def freeze(browser: FlaskClient, year: ProgrammeYear, *numbers: tuple[int, int], query: str = "", **typed: Any) -> Any:
    """Fill in the freeze page: (to draw, reserves) for each group in the order of the page."""
    data = {"kind": "dice", **typed}
    for at, (draw, reserves) in enumerate(numbers):
        data |= {f"groups-{at}-draw": str(draw), f"groups-{at}-reserves": str(reserves)}
    return browser.submit(f"/programme/years/{year.id}/draws/freeze{query}", data)


def frozen(browser: FlaskClient, year: ProgrammeYear, *numbers: tuple[int, int], query: str = "", **typed: Any) -> Draw:
    answer = freeze(browser, year, *numbers, query=query, **typed)
    assert answer.status_code == 302, said(answer)
    return db.session.scalars(db.select(Draw).where(Draw.reference == answer.location.rpartition("/")[2])).one()


def seed(browser: FlaskClient, draw: Draw, **typed: str) -> Any:
    return browser.submit(f"/programme/draws/{draw.reference}/seed", DICE | typed)


def drawn(browser: FlaskClient, year: ProgrammeYear, *numbers: tuple[int, int], query: str = "") -> Draw:
    """A draw with its result."""
    draw = frozen(browser, year, *numbers, query=query)
    answer = seed(browser, draw)
    assert answer.status_code == 302, said(answer)
    return draw


def plan(browser: FlaskClient, draw: Draw) -> Any:
    return browser.submit(f"/programme/draws/{draw.reference}/planning")


def again(draw: Draw) -> Draw:
    """The draw as it is in the database now."""
    save()
    db.session.expire_all()
    return db.session.get_one(Draw, draw.id)
