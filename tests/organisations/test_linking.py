"""Taking the links file in: what it reports, that it can be repeated, and that a person's word stands."""

import io
import random
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peerreview import outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    Alias,
    AliasKind,
    Borough,
    ImportKind,
    ImportRow,
    Organisation,
    Person,
    RegisterImport,
    RowFate,
    RowKind,
    Succession,
    lines_of,
    successors_of,
    utc_now,
)
from peerreview.organisations import importing, lines, links_file
from peerreview.organisations.outcome import Outcome
from peerreview.workflow import Role
from tests.builders import a_borough, a_person, an_organisation, save
from tests.organisations.test_links_file import REAL

HEADER = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate"
RUTH = Actor("Ruth Adeyemi", Role.COORDINATOR)


def take_in(*rows: str) -> Outcome:
    return take_in_file("\n".join((HEADER, *rows)).encode(), "links.csv")


def take_in_file(content: bytes, name: str) -> Outcome:
    if db.session.scalar(db.select(Borough.id).limit(1)) is None:
        a_borough()
    outcome = importing.take_in(io.BytesIO(content), name, Actor.system(), kind=ImportKind.LINKS)
    outbox.commit()
    return outcome


def counts(outcome: Outcome) -> tuple[int, int, int, int]:
    return outcome.added, outcome.changed, outcome.unchanged, outcome.refused_rows


def schools(*urns: int) -> list[Organisation]:
    found = [an_organisation(f"School {urn}", urn=str(urn)) for urn in urns]
    save()
    return found


def links() -> set[tuple[str | None, str | None, date | None, str]]:
    rows = db.session.scalars(db.select(Succession))
    return {(row.predecessor.urn, row.successor.urn, row.happened_on, row.link_type) for row in rows}


def test_both_ends_of_a_link_make_one_and_again_change_nothing(any_app: Flask) -> None:
    schools(900001, 900002)
    rows = ("900001,900002,New,Successor - merged,31-08-2024", "900002,900001,Old,Predecessor,01-09-2024")
    assert counts(take_in(*rows)) == (1, 0, 0, 0)
    assert links() == {("900001", "900002", date(2024, 9, 1), "merged")}
    assert counts(take_in(*reversed(rows))) == (0, 0, 1, 0)
    assert db.session.scalar(db.select(Succession.written_by)) == "Peer Review, from links.csv"


def test_a_day_that_the_register_learns_later_is_taken_and_never_lost(any_app: Flask) -> None:
    schools(900001, 900002)
    take_in("900001,900002,New,Successor,")
    assert counts(take_in("900001,900002,New,Successor,31-08-2024")) == (0, 1, 0, 0)
    assert counts(take_in("900001,900002,New,Successor,")) == (0, 0, 1, 0)
    assert links() == {("900001", "900002", date(2024, 8, 31), "")}


def test_ends_that_the_register_lacks_are_reported(any_app: Flask) -> None:
    schools(900001, 900002)
    outcome = take_in(
        "900001,900009,Gone School,Predecessor,", "900009,900001,School 900001,Successor,",
        "900008,900009,Gone School,Predecessor,", "900001,900002,X,Sixth Form Centre Link,",
    )  # fmt: skip
    assert outcome.added == 0
    assert outcome.unknown == 1
    assert outcome.refused == {
        "URN 900009 (Gone School) is not in the register.": [2],
        "URN 900009 is not in the register.": [3],
        "“Sixth Form Centre Link” is not a link to a predecessor or successor.": [5],
    }


def test_a_former_urn_finds_its_organisation(any_app: Flask) -> None:
    first, second = schools(900001, 900002)
    former = {"kind": AliasKind.URN, "until_on": date(2020, 1, 1), "written_by": "Ruth"}
    db.session.add_all((Alias(organisation=first, value="900011", **former),))
    save()
    outcome = take_in("900011,900002,B,Successor,", "900011,900001,A,Successor,")
    assert counts(outcome) == (1, 0, 0, 1)
    assert outcome.refused == {"Both numbers are of one organisation of the register.": [3]}
    assert lines_of([second.id])[second.id] == {first.id, second.id}


def test_a_circle_is_refused_whole_and_what_leads_to_it_is_taken(any_app: Flask) -> None:
    schools(900001, 900002, 900003)
    outcome = take_in("900001,900002,B,Successor,", "900002,900001,A,Successor,", "900003,900001,A,Successor,")
    assert outcome.refused == {"Together with other links it would go round in a circle.": [2, 3]}
    assert links() == {("900003", "900001", None, "")}
    assert counts(take_in("900001,900003,C,Successor,")) == (0, 0, 0, 1)  # with what is there it would be one


def test_what_a_person_wrote_or_took_back_stays(any_app: Flask) -> None:
    first, second, third = schools(900001, 900002, 900003)
    lines.link(first, second, date(2019, 9, 1), "The governors' minutes", RUTH)
    lines.take_back(lines.link(second, third, None, "A mistake", RUTH), "They are neighbours", RUTH)
    save()
    outcome = take_in("900001,900002,B,Successor,31-08-2024", "900002,900003,C,Successor,31-08-2024")
    assert counts(outcome) == (0, 0, 2, 0)
    assert lines_of([third.id])[third.id] == {third.id}
    assert lines_of([second.id])[second.id] == {first.id, second.id}
    assert successors_of([first.id])[first.id] == {first.id, second.id}
    assert ("900001", "900002", date(2019, 9, 1), "") in links()


def test_the_real_file_among_real_numbers(any_app: Flask) -> None:
    if not REAL.exists():
        pytest.skip(f"the real file {REAL.name} is not here")
    content = REAL.read_bytes()
    found = [row for row in links_file.read(io.BytesIO(content)) if isinstance(row, links_file.Link)]
    urns = sorted({urn for row in found for urn in (row.predecessor, row.successor)})
    owners = {urn: an_organisation(urn, urn=urn) for urn in urns if urn != "100820"}  # Alma is in another borough
    save()
    first = take_in_file(content, REAL.name)
    assert counts(first) == (44, 0, 0, 9)
    assert counts(take_in_file(content, REAL.name)) == (0, 0, 44, 9)
    northwold = owners["141576"].id
    assert lines_of([northwold])[northwold] == {
        owners[urn].id for urn in ("141576", "100233", "126600", "126601")
    }  # fmt: skip
    days = {(p, s): on for p, s, on, _ in links()}
    assert days["100215", "136218"] == date(2010, 9, 1)  # the day it opened, not the day before
    assert days["138241", "145730"] == date(2018, 4, 1)
    assert "URN 100820 (Alma Primary School) is not in the register." in first.refused


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5), st.booleans()), max_size=8), st.randoms())
def test_the_order_of_the_rows_does_not_matter(
    app: Flask, said: list[tuple[int, int, bool]], chance: random.Random
) -> None:
    db.session.execute(db.delete(Succession))
    if db.session.scalar(db.select(db.func.count(Organisation.id))) == 0:
        schools(*(900000 + n for n in range(1, 6)))
    rows = [
        f"90000{one},90000{other},X,{'Successor' if forward else 'Predecessor'},0{one}-0{other}-2020"
        for one, other, forward in said
    ]
    found = []
    for _ in range(2):
        outcome = take_in(*rows)
        found.append((links(), outcome.added, set(outcome.refused)))
        assert counts(take_in(*rows))[:3] == (0, 0, outcome.added)
        db.session.execute(db.delete(Succession))
        chance.shuffle(rows)
    assert found[0] == found[1]
    save()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=9, unique=True))
def test_lines_end_even_in_a_circle(app: Flask, pairs: list[tuple[int, int]]) -> None:
    lines_are_right(pairs)


@pytest.mark.parametrize("pairs", [[(0, 1), (1, 2), (2, 0)], [(0, 1), (1, 0)], [(0, 2), (1, 2), (2, 3)]])
def test_lines_end_on_each_database(any_app: Flask, pairs: list[tuple[int, int]]) -> None:
    lines_are_right(pairs)


def lines_are_right(pairs: list[tuple[int, int]]) -> None:
    """Walk every line by hand, and compare."""
    db.session.execute(db.delete(Succession))
    own = db.session.scalars(db.select(Organisation).order_by(Organisation.id)).all() or schools(
        *(900000 + n for n in range(5))
    )
    ids = [each.id for each in own]
    straight = [(before, after) for before, after in pairs if before != after]
    for before, after in straight:
        db.session.add(Succession(predecessor_id=ids[before], successor_id=ids[after], written_by="A file"))
    db.session.flush()
    walked = {n: {n} for n in range(5)}
    for _ in range(5):
        for before, after in straight:
            walked[after] |= walked[before]
    assert lines_of(ids) == {ids[n]: frozenset(ids[m] for m in walked[n]) for n in range(5)}
    forward = {ids[n]: frozenset(ids[m] for m in range(5) if n in walked[m]) for n in range(5)}
    assert successors_of(db.select(Organisation.id)) == forward
    save()


def test_undoing_takes_back_what_was_linked_and_leaves_what_was_touched_since(any_app: Flask) -> None:
    _, _, third, fourth = schools(900001, 900002, 900003, 900004)
    take_in("900001,900002,B,Successor,31-08-2020")
    take_in(
        "900001,900002,B,Successor,01-09-2020", "900002,900003,C,Successor,", "900003,900004,D,Successor - merged,"
    )  # fmt: skip
    touched = db.session.scalars(db.select(Succession).where(Succession.successor_id == fourth.id)).one()
    lines.link(third, fourth, None, "The minutes say so too", RUTH)
    imported = db.session.scalars(db.select(RegisterImport).order_by(RegisterImport.id.desc()).limit(1)).one()
    importing.undo_rows(imported)
    save()
    assert links() == {("900001", "900002", date(2020, 8, 31), ""), ("900003", "900004", None, "merged")}
    assert touched.reason == "The minutes say so too"
    own = db.session.scalars(db.select(ImportRow).where(ImportRow.import_id == imported.id))
    fates = {row.key: (row.kind, row.fate) for row in own}
    assert fates == {
        "900001 900002": (RowKind.CHANGED, RowFate.PUT_BACK),
        "900002 900003": (RowKind.LINKED, RowFate.PUT_BACK),
        "900003 900004": (RowKind.LINKED, RowFate.LEFT),
    }


def test_what_changed_since_the_preview_is_skipped(any_app: Flask) -> None:
    a_borough()
    first, second, third = schools(900001, 900002, 900003)
    take_in("900001,900002,B,Successor,31-08-2020")
    rows = ("900001,900002,B,Successor,01-09-2020", "900002,900003,C,Successor,", "900001,900003,C,Successor,")
    content = "\n".join((HEADER, *rows))
    imported = preview(content.encode())
    (known,) = db.session.scalars(db.select(Succession))
    lines.take_back(known, "Neighbours", RUTH)
    lines.link(third, second, None, "The other way round", RUTH)
    lines.link(first, third, None, "By hand", RUTH)
    importing.apply_rows(imported)
    save()
    rows = db.session.scalars(db.select(ImportRow).where(ImportRow.import_id == imported.id).order_by(ImportRow.id))
    assert [(row.fate, row.why_left) for row in rows] == [
        (RowFate.SKIPPED, "The link was changed or taken back since."),
        (RowFate.SKIPPED, "With a link that was added since it would go round in a circle."),
        (RowFate.SKIPPED, "The two are linked already."),
    ]


def preview(content: bytes, person: Person | None = None) -> RegisterImport:
    imported = RegisterImport(kind=ImportKind.LINKS, filename="links.csv", size=1, sha256="0", begun_by="Ruth")
    imported.confirmed_by, imported.confirmed_at = "Ruth", utc_now()
    db.session.add(imported)
    db.session.flush()
    importing.read_rows(imported, io.BytesIO(content), person, lambda: None)
    db.session.flush()
    return imported


def test_a_coordinator_links_what_has_an_end_in_an_own_borough(app: Flask) -> None:
    _here, there = schools(900001, 900002)
    there.borough = a_borough("COL")
    other = an_organisation("Other", a_borough("COL"), urn="900003")
    person = a_person(Role.COORDINATOR, a_borough("HAC"))
    save()
    content = f"{HEADER}\n900001,900002,B,Successor,\n900002,{other.urn},C,Successor,\n"
    imported = preview(content.encode(), person)
    rows = db.session.scalars(db.select(ImportRow).where(ImportRow.import_id == imported.id)).all()
    assert [(row.name, row.kind) for row in rows] == [("School 900001 went on as School 900002", RowKind.LINKED)]
    assert (imported.counts["elsewhere"], imported.counts[RowKind.LINKED]) == (1, 1)


def test_the_command(any_app: Flask, tmp_path: Path) -> None:
    schools(900001, 900002)
    file = tmp_path / "links.csv"
    file.write_text(f"{HEADER}\n900001,900002,B,Successor,\n900001,900003,C,Successor,\n900008,900009,D,Successor,\n")
    run = any_app.test_cli_runner().invoke
    done = run(args=["organisations", "import-links", str(file)])
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == [
        "1 added, 0 changed, 0 unchanged, 1 refused.",
        "1 row: neither school is in the register.",
        "Row 3: URN 900003 (C) is not in the register.",
    ]
    file.write_text("a,b\n1,2\n")
    refused = run(args=["organisations", "import-links", str(file)])
    assert refused.exit_code == 1 and "Nothing was imported. The file has no column URN" in refused.output
