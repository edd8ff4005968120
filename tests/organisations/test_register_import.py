"""Importing an extract: what it reports, that it can be repeated, and that it never does half."""

import io
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from peerreview import outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Borough, Duty, Event, Federation, Organisation, Trust
from peerreview.organisations import importing
from peerreview.organisations.outcome import Outcome, in_words
from tests.builders import a_borough, an_organisation, save
from tests.conftest import REAL_DATA

INVENTED = Path(__file__).with_name("invented_register.csv")
HEADER = "URN,LA (code),LA (name),EstablishmentName"


@pytest.fixture
def board(any_app: Flask) -> Flask:
    a_borough("HAC"), a_borough("COL")
    save()
    return any_app


def take_in(content: bytes) -> Outcome:
    outcome = importing.take_in(io.BytesIO(content), "extract.csv", Actor.system())
    outbox.commit()
    return outcome


def the(urn: int) -> Organisation:
    return db.session.scalars(db.select(Organisation).where(Organisation.urn == str(urn))).one()


def test_the_invented_register_comes_in_whole_and_again_changes_nothing(board: Flask) -> None:
    first = take_in(INVENTED.read_bytes())
    assert (first.added, first.changed, first.unchanged, first.refused) == (32, 0, 0, {})
    school = the(900107)
    assert (school.name, school.borough.name, school.duty) == ("Heron Park Academy", "Hackney", Duty.S157)
    assert (school.trust and school.trust.code, school.trust and school.trust.name) == (
        "9001",
        "Lantern Learning Trust",
    )
    assert school.search_text == " heron park academy e99 3cb e993cb 900107"
    closed = the(900121)
    assert (closed.is_open, closed.closed_on) == (False, date(2012, 8, 31))
    assert (the(900123).is_open, the(900123).closed_on) == (False, None)
    assert {the(urn).federation_id for urn in (900102, 900104, 900105)} == {db.session.scalar(db.select(Federation.id))}
    assert db.session.scalar(db.select(db.func.count()).select_from(Trust)) == 2
    assert the(900124).duty is None
    second = take_in(INVENTED.read_bytes())
    assert (second.added, second.changed, second.unchanged, second.refused) == (0, 0, 32, {})


@pytest.mark.parametrize(
    ("name", "added"),
    [("edubase_2017-07_la201_la204_sample.csv", 30), ("gias_layout_la201_la204_sample_cp1252.csv", 31)],
)
def test_the_real_files(board: Flask, name: str, added: int) -> None:
    if not (REAL_DATA / name).exists():
        pytest.skip(f"the real file {name} is not here")
    first, second = (take_in((REAL_DATA / name).read_bytes()) for _ in range(2))
    assert (first.added, first.changed, first.unchanged, first.refused) == (added, 0, 0, {})
    assert (second.added, second.changed, second.unchanged, second.refused) == (0, 0, added, {})


def test_an_older_layout_does_not_empty_what_it_does_not_have(board: Flask) -> None:
    take_in(INVENTED.read_bytes())
    outcome = take_in(f"{HEADER},Town\n900107,204,Hackney,Heron Park Academy,Hackney Wick\n".encode())
    assert (outcome.changed, outcome.unchanged) == (1, 0)
    school = the(900107)
    assert (school.town, school.postcode, school.duty, school.is_open) == ("Hackney Wick", "E99 3CB", Duty.S157, True)
    assert school.trust is not None


def test_a_changed_row_is_changed_and_its_search_text_with_it(board: Flask) -> None:
    take_in(f"{HEADER}\n900101,204,Hackney,Old Name\n".encode())
    outcome = take_in(f"{HEADER}\n900101,201,City of London,New Name\n".encode())
    assert (outcome.added, outcome.changed) == (0, 1)
    assert (the(900101).name, the(900101).borough.code) == ("New Name", "COL")
    assert the(900101).search_text.strip() == "new name   900101".strip()


def test_a_duty_set_by_hand_stays(board: Flask) -> None:
    header = f"{HEADER},TypeOfEstablishment (code)"
    take_in(f"{header}\n900101,204,Hackney,A,1\n900102,204,Hackney,B,1\n".encode())
    the(900101).duty, the(900101).duty_reason = Duty.S11, "Its governors asked"
    save()
    take_in(f"{header}\n900101,204,Hackney,A,28\n900102,204,Hackney,B,28\n".encode())
    assert (the(900101).duty, the(900102).duty) == (Duty.S11, Duty.S157)
    assert the(900101).type_name == "Academy sponsor led"


def test_a_school_that_opens_again_loses_its_closing_date(board: Flask) -> None:
    header = f"{HEADER},EstablishmentStatus (name),CloseDate"
    take_in(f"{header}\n900101,204,Hackney,A,Closed,31-08-2020\n".encode())
    take_in(f"{HEADER},EstablishmentStatus (name)\n900101,204,Hackney,A,Open\n".encode())
    assert (the(900101).is_open, the(900101).closed_on) == (True, None)


def test_refused_rows_are_reported_with_their_reasons(board: Flask) -> None:
    take_in(f"{HEADER}\n900101,204,Hackney,A\n".encode())
    outcome = take_in(
        (
            f"{HEADER}\n900101,206,Islington,A\n900102,206,Islington,B\n,204,Hackney,C\n900103,204,Hackney,D\n"
            "900103,204,Hackney,E\n900104,204,Hackney,\n"
        ).encode()
    )
    assert list(in_words(outcome)) == [
        "1 added, 0 changed, 0 unchanged, 5 refused.",
        "1 row: Islington (206) is not one of the board's boroughs.",
        "Row 2: Islington (206) is outside the board: it stays as it is here.",
        "Row 4: It has no URN.",
        "Row 6: URN 900103 is already in row 5 of this file.",
        "Row 7: It has no name.",
    ]
    assert the(900101).borough.code == "HAC"
    noted = db.session.scalars(db.select(Event).order_by(Event.id.desc())).first()
    assert noted is not None and noted.facts == {
        "file": "extract.csv", "import": noted.facts["import"], "added": 1, "applied": 1, "elsewhere": 1, "refused": 4,
    }  # fmt: skip


class Breaks(io.BytesIO):
    """A file on a disk that fails while its second part is read the second time."""

    passes = 0

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self.passes += 1
        return super().seek(offset, whence)

    def readinto(self, buffer: bytearray, /) -> int:  # type: ignore[override]
        if self.passes and self.tell() > 60_000:
            raise OSError("the disk has gone")
        return super().readinto(buffer)

    def read1(self, size: int | None = -1, /) -> bytes:
        if self.passes and self.tell() > 60_000:
            raise OSError("the disk has gone")
        return super().read1(size)


def test_a_file_that_breaks_off_leaves_nothing_behind(board: Flask) -> None:
    rows = "".join(f"{900000 + n},204,Hackney,School number {n}\n" for n in range(5_000))
    with pytest.raises(OSError, match="the disk has gone"):
        importing.take_in(Breaks(f"{HEADER}\n{rows}".encode()), "broken.csv", Actor.system())
    db.session.rollback()
    assert db.session.scalar(db.select(db.func.count()).select_from(Organisation)) == 0


def test_queries_are_by_batch_not_by_row(board: Flask) -> None:
    rows = [f"{900000 + n},204,Hackney,School number {n}" for n in range(2_000)]
    take_in("\n".join([HEADER, *rows]).encode())
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *facts: asked.append(facts[2]))
    counts = []
    for some in (rows[:3], rows):
        asked.clear()
        assert take_in("\n".join([HEADER, *some]).encode()).unchanged == len(some)
        counts.append(len([each for each in asked if each.startswith("SELECT")]))
    assert counts[1] - counts[0] == 3  # 2,000 rows are four batches, three more than one


def test_the_command(board: Flask, tmp_path: Path) -> None:
    file = tmp_path / "extract.csv"
    file.write_bytes(INVENTED.read_bytes())
    command = board.test_cli_runner()
    done = command.invoke(args=["organisations", "import", str(file)])
    assert (done.exit_code, done.output) == (0, "32 added, 0 changed, 0 unchanged, 0 refused.\n")
    file.write_text("a,b\n1,2\n")
    refused = command.invoke(args=["organisations", "import", str(file)])
    assert refused.exit_code == 1
    assert refused.output == (
        "Error: Nothing was imported. The file has no column URN, EstablishmentName, LA (code): "
        "it is not an extract of the register.\n"
    )
    assert command.invoke(args=["organisations", "import", str(tmp_path / "none.csv")]).exit_code == 2


def test_an_organisation_that_was_added_by_hand_with_its_urn_is_met_again(board: Flask) -> None:
    an_organisation("By Hand", urn="900101", postcode="")
    save()
    outcome = take_in(f"{HEADER},Postcode\n900101,204,Hackney,By Hand,E8 1AA\n".encode())
    assert (outcome.added, outcome.changed) == (0, 1)


def test_a_board_begins_with_its_boroughs(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    added = run(args=["organisations", "add-borough", "hac", "Hackney", "204"])
    assert added.exit_code == 0, added.output
    assert "its references begin with HAC-, its Executive is the Hackney Executive Group" in added.output
    assert take_in(f"{HEADER}\n900101,204,Hackney,A\n".encode()).added == 1
    again = run(args=["organisations", "add-borough", "HCK", "Hackney", "204"])
    assert again.exit_code == 1 and "Hackney (HAC, 204) is there already." in again.output
    for wrong in (["HA", "Haringey", "309"], ["HAR", "Haringey", "E09"]):
        assert run(args=["organisations", "add-borough", *wrong]).exit_code == 2
    assert db.session.scalars(db.select(Borough.code)).all() == ["HAC"]
