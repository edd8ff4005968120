"""What holds for every file and every register: the preview and the command agree, undoing gives everything back."""

import io
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peerreview import outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import Base, db
from peerreview.models import Duty, ImportKind, ImportState, Organisation, RegisterImport, utc_now
from peerreview.organisations import importing
from peerreview.organisations.outcome import Outcome
from tests.builders import a_borough
from tests.organisations.register_files import CITY, HACKNEY, HEADER, ISLINGTON, a_file, a_row, the_register

NAMES = ("Oakfield", "St Mary's", "École", "Old Trust", "Trust")
GROUPS = st.sampled_from([("", ""), ("7", "Old Trust"), ("7", "New Trust"), ("8", "Trust"), ("", "Trust"), ("9", "")])
CLOSED = st.sampled_from(["", "31-08-2020", "01/09/2026", "soon"])


@st.composite
def rows(draw: Any) -> list[str]:
    (trust_code, trust), (federation_code, federation) = draw(GROUPS), draw(GROUPS)
    return a_row(
        draw(st.sampled_from(["900101", "900102", "900103", "900104", "0900101", ""])),
        draw(st.sampled_from(NAMES)),
        draw(st.sampled_from([HACKNEY, HACKNEY, CITY, ISLINGTON])),
        type=draw(st.sampled_from(["1", "28", "11", "77", ""])),
        status=draw(st.sampled_from(["1", "2", "3", "4"])),
        closed=draw(CLOSED),
        postcode=draw(st.sampled_from(["E8 1AA", "n1 1aa", ""])),
        trust_code=trust_code, trust=trust, federation_code=federation_code, federation=federation,
    )  # fmt: skip


@st.composite
def files(draw: Any) -> bytes:
    """Up to eight rows; of the columns that an older layout may lack, some are missing."""
    lines = draw(st.lists(rows(), max_size=8))
    missing = draw(st.sets(st.sampled_from(HEADER[4:]), max_size=4))
    kept = [place for place, name in enumerate(HEADER) if name not in missing]
    return a_file(*([line[place] for place in kept] for line in lines), header=[HEADER[place] for place in kept])


def begin_anew() -> None:
    db.session.rollback()
    for table in reversed(Base.metadata.sorted_tables):
        db.session.execute(table.delete())
    db.session.expunge_all()
    a_borough("HAC"), a_borough("COL")
    outbox.commit()


def taken_in(content: bytes) -> Outcome:
    outcome = importing.take_in(io.BytesIO(content), "a.csv", Actor.system(), outbox.commit)
    outbox.commit()
    return outcome


def previewed(content: bytes) -> RegisterImport:
    stream = io.BytesIO(content)
    imported = importing.begun_by_command(ImportKind.EXTRACT, stream, "a.csv", "Ada")
    importing.read_rows(imported, stream, None, outbox.commit)
    outbox.commit()
    return imported


def applied(imported: RegisterImport) -> None:
    imported.state, imported.confirmed_by, imported.confirmed_at = ImportState.APPLYING, "Ada", utc_now()
    importing.apply_rows(imported)
    outbox.commit()


def put_back(imported: RegisterImport) -> None:
    imported.state, imported.undone_by = ImportState.UNDOING, "Ada"
    importing.undo_rows(imported)
    outbox.commit()


def set_a_duty_by_hand() -> None:
    school = db.session.scalars(db.select(Organisation).order_by(Organisation.urn)).first()
    if school is not None:
        school.duty, school.duty_reason = Duty.S11, "By hand"
        outbox.commit()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=files(), content=files(), by_hand=st.booleans())
def test_preview_and_command_agree_and_undoing_gives_back_the_register(
    any_app: Flask, before: bytes, content: bytes, by_hand: bool
) -> None:
    begin_anew()
    taken_in(before)
    if by_hand:
        set_a_duty_by_hand()
    old = the_register()
    imported = previewed(content)
    assert the_register() == old
    applied(imported)
    new = the_register()
    assert imported.counts.get("skipped", 0) == 0
    put_back(imported)
    assert the_register() == old
    assert imported.counts.get("left", 0) == 0
    first = taken_in(content)
    assert the_register() == new
    again = taken_in(content)
    assert the_register() == new
    assert (again.added, again.changed) == (0, 0)
    assert again.unchanged == first.added + first.changed + first.unchanged
    assert again.refused == first.refused


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=files(), second=files(), third=files())
def test_a_pile_of_imports_comes_off_from_the_top(any_app: Flask, first: bytes, second: bytes, third: bytes) -> None:
    begin_anew()
    pile, stood = [], []
    for content in (first, second, third):
        stood.append(the_register())
        imported = previewed(content)
        applied(imported)
        pile.append(imported)
    for imported in reversed(pile):
        put_back(imported)
        assert the_register() == stood.pop()
