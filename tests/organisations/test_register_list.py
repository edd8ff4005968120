"""The list of the register: searching, narrowing, order, pages, and the same as a file."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert

from peerreview.extensions import db
from peerreview.models import (
    Contact,
    Duty,
    Event,
    Federation,
    Organisation,
    Person,
    ProgrammeYear,
    Selection,
    Succession,
    Trust,
    Visit,
    utc_now,
)
from peerreview.models.organisation import search_text_of
from peerreview.organisations import listing
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, a_review, an_organisation, save
from tests.conftest import SignIn
from tests.inspector import Page, text_of
from tests.read_sheets import parts_of, read_csv, read_xlsx

LIST = "/organisations"


@pytest.fixture
def sign_in(any_app: Flask) -> SignIn:
    """As everywhere, but on each database in turn."""

    def signed_in(person: Person) -> FlaskClient:
        browser = any_app.test_client()
        with browser.session_transaction() as session:
            session["_user_id"], session["_fresh"] = person.fs_uniquifier, True
        return browser

    return signed_in


@pytest.fixture
def coordinator(sign_in: SignIn) -> FlaskClient:
    """Of Hackney."""
    person = a_person(Role.COORDINATOR, a_borough("HAC"), name="Miriam Achebe")
    save()
    return sign_in(person)


def names_on(client: FlaskClient, query: str = "") -> list[str]:
    page = client.get(f"{LIST}?{query}")
    assert page.status_code == 200
    return [row.replace("&#39;", "'") for row in re.findall(r'href="/organisations/[0-9]+">([^<]+)</a>', page.text)]


def said_on(client: FlaskClient, query: str = "") -> str:
    """The sentence above the list."""
    said = Page(client.get(f"{LIST}?{query}").text).by_id("count")
    assert said is not None
    return text_of(said)


def rows_of(client: FlaskClient, query: str = "") -> list[list[str]]:
    return read_csv(client.get(f"{LIST}/list.csv?{query}").data)


def visited(organisation: Organisation, days_ago: int, **columns: Any) -> Any:
    """A review of it that is closed, with a visit so many days ago."""
    review = a_review(Stage.CLOSED, organisation, **columns)
    starts = utc_now() - timedelta(days=days_ago)
    db.session.add(Visit(review=review, starts_at=starts, minutes=120, place="Here", uid=f"{review.reference}@visit"))
    db.session.flush()
    return review


def follows(before: Organisation, after: Organisation, **columns: Any) -> None:
    db.session.add(Succession(predecessor=before, successor=after, written_by="The register", **columns))
    db.session.flush()


def queries_for(client: FlaskClient, address: str) -> int:
    asked: list[str] = []
    count = lambda *facts: asked.append(facts[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", count)
    assert client.get(address).status_code == 200
    event.remove(db.engine, "before_cursor_execute", count)
    return len(asked)


def thousands(number: int) -> None:
    """So many schools and two contacts, quickly."""
    borough = a_borough("HAC").id
    rows = [
        {"name": f"School {n:05}", "search_text": search_text_of(f"School {n:05}", "E8 1AA", str(n)), "urn": str(n),
         "borough_id": borough, "duty": Duty.S175, "postcode": "E8 1AA", "type_name": "Community school"}
        for n in range(number)
    ]  # fmt: skip
    db.session.execute(insert(Organisation), rows)
    save()


def test_the_list_is_searched_by_name_postcode_and_urn(coordinator: FlaskClient) -> None:
    an_organisation("St Mary's Primary School", urn="900101", postcode="E99 1AA")
    an_organisation("École Lumière", urn="900110", postcode="N99 1AA")
    an_organisation("Oakfield", urn="900103", postcode="E99 2BA", is_open=False)
    save()
    both = ["École Lumière", "St Mary's Primary School"]
    for typed, found in {
        "": both, "mary": both[1:], "saint marys": both[1:], "E99 1AA": both[1:], "e991aa": both[1:],
        "900110": both[:1], "ecole": both[:1], "LUMIÈRE": both[:1], "school lumiere": [], "%": [], "_": [],
        "oakfield": [], "\x00": both,
    }.items():  # fmt: skip
        assert names_on(coordinator, f"search={typed.replace('%', '%25')}") == found, typed
    assert names_on(coordinator, "search=oakfield&status=any") == ["Oakfield"]


@pytest.mark.parametrize(
    "odd",
    ["page=0", "page=-1", "page=99999999999999999999", "page=x", "borough=x", "borough=99", "duty=s999", "kind=x",
     "phase=x", "reviewed=within-99999", "sort=password", "sort=-", "contact=x", "status=x", "search=%20", "nothing=1"],
)  # fmt: skip
def test_odd_addresses_give_the_list(coordinator: FlaskClient, odd: str) -> None:
    an_organisation("Oakfield")
    save()
    assert names_on(coordinator, odd) == ["Oakfield"]
    assert said_on(coordinator, odd) == "1 open organisation."


def test_each_way_to_narrow_the_list_and_how_it_is_said(coordinator: FlaskClient) -> None:
    an_organisation(
        "Alder", duty=Duty.S157, type_name="Free school", phase="Primary", trust=Trust(name="Lantern Trust")
    )
    bare = an_organisation("Birch", duty=None, type_name="Health trust", federation=Federation(name="The 100% Few"))
    bare.contacts[0].ended_at = utc_now()
    closed = an_organisation("Cedar", is_open=False, phase="Secondary", duty=Duty.S11)
    db.session.delete(closed.contacts[0])
    save()
    borough = a_borough().id
    for query, names, said in (
        ("", ["Alder", "Birch"], "2 open organisations."),
        ("status=closed", ["Cedar"], "1 organisation that is closed or not open yet."),
        ("status=any", ["Alder", "Birch", "Cedar"], "3 organisations, open or closed."),
        (f"borough={borough}", ["Alder", "Birch"], "2 open organisations, in Hackney."),
        ("duty=s157", ["Alder"], "1 open organisation, under section 157."),
        ("duty=none", ["Birch"], "1 open organisation, under none of the three duties."),
        ("kind=Health+trust", ["Birch"], "1 open organisation, of the type “Health trust”."),
        ("phase=Primary", ["Alder"], "1 open organisation, of the phase “Primary”."),
        ("group=LANTERN", ["Alder"], "1 open organisation, in a trust or federation called “LANTERN”."),
        ("group=100%25", ["Birch"], "1 open organisation, in a trust or federation called “100%”."),
        ("contact=none&status=any", ["Birch", "Cedar"], "2 organisations, open or closed, with nobody to write to."),
        ("contact=some", ["Alder"], "1 open organisation, with somebody to write to."),
        ("search=alder&duty=s11", [], "0 open organisations for “alder”, under section 11."),
    ):
        assert names_on(coordinator, query) == names, query
        cleared = " Clear search and filters" if query else ""
        assert said_on(coordinator, query) == said + cleared, query


def test_a_review_counts_for_those_that_came_after(coordinator: FlaskClient) -> None:
    """Process rule 2: "reviewed in the last N years" counts predecessors, however many there were."""
    first, second, third = (an_organisation(name, is_open=name == "Third") for name in ("First", "Second", "Third"))
    lately, long_ago, never = an_organisation("Lately"), an_organisation("Long ago"), an_organisation("Never")
    planned, withdrawn = an_organisation("Planned"), an_organisation("Withdrawn")
    follows(first, second)
    follows(second, third)
    follows(third, first)  # a circle in the data
    follows(lately, never, taken_back_at=utc_now(), taken_back_by="Miriam Achebe")
    visited(first, 2 * 365 + 10)
    visited(lately, 100)
    visited(long_ago, 6 * 365)
    today = utc_now().date()
    year = ProgrammeYear(borough=a_borough(), starts_on=today - timedelta(days=100), label="This year")
    past = ProgrammeYear(borough=a_borough(), starts_on=today - timedelta(days=500), label="Last year")
    a_review(Stage.PLANNED, planned, programme_year=year)
    a_review(Stage.WITHDRAWN, withdrawn, programme_year=year, stage_before_end=Stage.PLANNED)
    a_review(Stage.PLANNED, never, programme_year=past)
    save()
    for query, names, said in (
        ("never", ["Never", "Planned", "Withdrawn"], "never reviewed"),
        ("ever", ["Lately", "Long ago", "Third"], "reviewed before, however long ago"),
        ("within-1", ["Lately"], "reviewed in the last year"),
        ("within-3", ["Lately", "Third"], "reviewed in the last 3 years"),
        ("not-1", ["Long ago", "Never", "Planned", "Third", "Withdrawn"], "not reviewed in the last year"),
        ("not-5", ["Long ago", "Never", "Planned", "Withdrawn"], "not reviewed in the last 5 years"),
        ("this-year", ["Planned"], "in this year's programme"),
    ):
        assert names_on(coordinator, f"reviewed={query}") == names, query
        assert said_on(coordinator, f"reviewed={query}").endswith(f", {said}. Clear search and filters")
    assert names_on(coordinator, "sort=reviewed&reviewed=ever") == ["Long ago", "Third", "Lately"]
    assert names_on(coordinator, "sort=reviewed")[:3] == ["Never", "Planned", "Withdrawn"]
    assert names_on(coordinator, "sort=-reviewed")[:4] == ["Lately", "Third", "Long ago", "Never"]
    shown = f"{visited(never, 0) and utc_now():%a %-d %b %Y}"
    save()
    assert shown in text_of(coordinator.page(f"{LIST}?search=never").all("table")[0])


def test_columns_are_put_in_order_and_say_so(coordinator: FlaskClient) -> None:
    an_organisation("Beta", type_name="A", duty=Duty.S175, postcode="E1 1AA")
    an_organisation("alpha", type_name="B", duty=None, postcode="E3 1AA")
    an_organisation("Ámbar", type_name="A", duty=Duty.S11, postcode="E2 1AA")
    save()
    for sort, names in {
        "name": ["alpha", "Ámbar", "Beta"], "-name": ["Beta", "Ámbar", "alpha"],
        "type": ["Ámbar", "Beta", "alpha"], "-type": ["alpha", "Ámbar", "Beta"],
        "duty": ["Ámbar", "Beta", "alpha"], "-duty": ["Beta", "Ámbar", "alpha"],
        "postcode": ["Beta", "Ámbar", "alpha"], "borough": ["alpha", "Ámbar", "Beta"],
    }.items():  # fmt: skip
        assert names_on(coordinator, f"sort={sort}") == names, sort
    for query, sorted_by, way, href in (
        ("", "Name ↑", "ascending", f"{LIST}?sort=-name"),
        ("sort=-duty&search=a", "Duty ↓", "descending", f"{LIST}?search=a&sort=duty"),
    ):
        heads = coordinator.page(f"{LIST}?{query}").all("th")
        told = [
            (text_of(head[0]), head.get("aria-sort"), head[0].get("href")) for head in heads if head.get("aria-sort")
        ]
        assert told == [(sorted_by, way, href)]
    heads = coordinator.page(f"{LIST}?search=a").all("th")  # the best match first is no column's order
    assert [head.get("aria-sort") for head in heads] == [None] * 6


def test_state_is_kept_in_every_address(coordinator: FlaskClient) -> None:
    for n in range(listing.PAGE_SIZE + 1):
        an_organisation(f"Oak {n}", type_name="A & B")
    save()
    page = coordinator.get(f"{LIST}?search=oak&kind=A+%26+B&sort=-postcode&unknown=1&page=2").text
    kept = "search=oak&amp;kind=A+%26+B&amp;sort=-postcode"
    assert f'href="{LIST}?page=1&amp;{kept}"' in page
    assert f'href="{LIST}/list.csv?{kept}"' in page and f'href="{LIST}/list.xlsx?{kept}"' in page
    assert "unknown" not in page


def test_a_list_of_thousands_is_paged_in_the_same_number_of_queries(coordinator: FlaskClient) -> None:
    one = an_organisation("Aaa School")
    visited(one, 10)
    save()
    addresses = [f"{LIST}?search=school&reviewed=ever", f"{LIST}?sort=reviewed&contact=some", f"{LIST}/list.csv"]
    before = [queries_for(coordinator, address) for address in addresses]
    for name in ("Aab School", "Aac School"):
        visited(an_organisation(name), 10)
    save()
    assert [queries_for(coordinator, address) for address in addresses] == before
    thousands(3_000)
    assert [queries_for(coordinator, address) for address in addresses] == before
    assert "3,003 open organisations for “school”." in said_on(coordinator, "search=school&page=60")
    assert len(names_on(coordinator, "search=school&page=60")) == listing.PAGE_SIZE
    assert names_on(coordinator, "search=school&sort=-name&page=61") == ["Aac School", "Aab School", "Aaa School"]
    everything = [name for number in range(1, 62) for name in names_on(coordinator, f"sort=postcode&page={number}")]
    assert len(everything) == len(set(everything)) == 3_003


def test_a_file_has_all_pages_of_exactly_what_is_listed(coordinator: FlaskClient) -> None:
    oak = an_organisation("=Oak", urn="900101", type_name="Academy", duty=Duty.S157, phase="Primary",
                          street="1 High St", locality="Dalston", town="London", postcode="E8 1AA",
                          phone="+44 20 7946 0123", website="www.oak.example", opened_on=date(1899, 9, 1),
                          trust=Trust(name="Lantern Trust"), federation=Federation(name="Few"))  # fmt: skip
    db.session.add(Contact(organisation=oak, name="Canary Name", role="DSL", email="canary@oak.example"))
    review = visited(oak, 30, selection=Selection.INTELLIGENCE)
    an_organisation("Elm")
    save()
    listing_row = [
        "'=Oak", "900101", "Academy", "Primary", "Section 157", "Hackney", "Lantern Trust", "Few", "1 High St",
        "Dalston", "London", "E8 1AA", "'+44 20 7946 0123", "www.oak.example", "Yes", "1899-09-01", "", "2",
        f"{review.visit.starts_at:%Y-%m-%d}",
    ]  # fmt: skip
    assert rows_of(coordinator, "search=oak") == [list(listing.HEADINGS), listing_row]
    thousands(listing.PAGE_SIZE * 2)
    assert [row[0] for row in rows_of(coordinator, "sort=-name")[1:]][-2:] == ["'=Oak", "Elm"]
    answer = coordinator.get(f"{LIST}/list.xlsx?reviewed=ever")
    [_, row] = read_xlsx(answer.data)
    assert row[:2] == ["=Oak", "900101"] and row[-2:] == [2, review.visit.starts_at.date()]
    assert re.fullmatch(r'attachment; filename="register-20[0-9-]{8}\.xlsx"', answer.headers["Content-Disposition"])
    title = "Register: open organisations, reviewed before, however long ago"
    assert f"<dc:title>{title}</dc:title>" in parts_of(answer.data, "docProps/core.xml")
    assert "Canary" not in repr(rows_of(coordinator)) and "canary" not in repr(rows_of(coordinator))


def test_who_took_what_is_kept(coordinator: FlaskClient) -> None:
    an_organisation("Oak")
    save()
    coordinator.head(f"{LIST}/list.csv?search=oak")
    assert db.session.scalars(db.select(Event)).all() == []
    coordinator.get(f"{LIST}/list.csv?search=oak&sort=-name")
    taken = db.session.scalars(db.select(Event)).one()
    assert (taken.step, taken.actor_name, taken.review_id) == ("read_register", "Miriam Achebe", None)
    assert taken.facts == {
        "kind": "csv",
        "rows": 1,
        "listed": "open organisations for “oak”",
        "filter": {"search": "oak", "sort": "-name"},
    }


def test_a_file_holds_the_persons_boroughs_only_and_other_people_get_none(
    any_app: Flask, coordinator: FlaskClient, sign_in: SignIn
) -> None:
    an_organisation("Oak")
    an_organisation("Canary", a_borough("COL"))
    others = [a_person(Role.REVIEWER), a_person(Role.EXECUTIVE, a_borough("HAC")), a_person(Role.ADMINISTRATOR)]
    elsewhere = a_person(Role.COORDINATOR, a_borough("COL"))
    save()
    assert [row[0] for row in rows_of(coordinator)[1:]] == ["Oak"]
    assert [row[0] for row in rows_of(coordinator, f"borough={a_borough('COL').id}")[1:]] == ["Oak"]
    assert [row[0] for row in rows_of(sign_in(elsewhere))[1:]] == ["Canary"]
    for kind in ("csv", "xlsx"):
        address = f"{LIST}/list.{kind}"
        assert [sign_in(person).get(address).status_code for person in others] == [404] * 3
        assert any_app.test_client().get(address).status_code in (302, 401)
    assert coordinator.get(f"{LIST}/list.pdf").status_code == 404
    assert [each.actor_name for each in db.session.scalars(db.select(Event).order_by(Event.id))] == [
        "Miriam Achebe", "Miriam Achebe", elsewhere.name,
    ]  # fmt: skip
