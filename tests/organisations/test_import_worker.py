"""The worker's part: what a crash, a restart, a second worker or a fault leaves; the memory that a large file takes."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peerreview import long_work, outbox, storage
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import ImportRow, ImportState, Organisation, RegisterImport, utc_now
from peerreview.models.base import as_of
from peerreview.organisations import applying_organisations, import_work, importing
from peerreview.workflow import Role
from tests.builders import a_borough, a_person, save
from tests.organisations.register_files import a_file, a_row, bring, brought, confirmed, the_import, the_register

ROWS = [a_row(900000 + n, f"School {n}") for n in range(1_200)]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def coordinator(any_app: Flask) -> FlaskClient:
    a_borough("HAC"), a_borough("COL")
    person = a_person(Role.COORDINATOR, name="Miriam Achebe")
    save()
    browser = any_app.test_client()
    with browser.session_transaction() as session:
        session["_user_id"], session["_fresh"] = person.fs_uniquifier, True
    return browser


def count(what: Any) -> int:
    db.session.rollback()
    return int(db.session.scalar(db.select(db.func.count()).select_from(what)) or 0)


class PowerCut(BaseException):
    """Nothing catches it: as if the process were gone."""


def cut_at(monkeypatch: pytest.MonkeyPatch, where: Any, name: str, call: int) -> None:
    """The power goes at the so-manieth call."""
    real, calls = getattr(where, name), iter(range(1, 1_000))

    def once(*given: Any, **named: Any) -> Any:
        if next(calls) == call:
            raise PowerCut
        return real(*given, **named)

    monkeypatch.setattr(where, name, once)


def test_a_reading_that_broke_off_begins_anew(coordinator: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = str(bring(coordinator, a_file(*ROWS)).location)
    cut_at(monkeypatch, importing, "_write", 3)
    with pytest.raises(PowerCut):
        import_work.work()
    monkeypatch.undo()
    assert count(ImportRow) == 1_000
    import_work.work()
    assert the_import(address).state is ImportState.READING  # in the hands of whoever died
    with as_of(utc_now() + timedelta(minutes=3)):
        import_work.work()
    assert the_import(address).state is ImportState.READY
    assert (count(ImportRow), the_import(address).counts) == (1_200, {"added": 1_200})


def test_an_applying_that_broke_off_leaves_nothing_and_is_done_again(
    coordinator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = brought(coordinator, a_file(*ROWS))
    before = the_register()
    cut_at(monkeypatch, applying_organisations, "_add", 3)
    with pytest.raises(PowerCut):
        confirmed(coordinator, address)
    monkeypatch.undo()
    db.session.rollback()
    assert the_register() == before
    assert the_import(address).state is ImportState.APPLYING
    with as_of(utc_now() + timedelta(minutes=3)):
        import_work.work()
    assert the_import(address).counts == {"added": 1_200, "applied": 1_200}
    assert count(Organisation) == 1_200


def test_a_worker_that_is_told_to_stop_gives_the_file_back(coordinator: FlaskClient) -> None:
    address = str(bring(coordinator, a_file(*ROWS)).location)
    asked = iter([False, False, True, True])
    import_work.work(lambda: next(asked))
    imported = the_import(address)
    assert (imported.state, imported.lease, imported.tries) == (ImportState.READING, None, 0)
    import_work.work()
    assert the_import(address).counts == {"added": 1_200}


def test_a_fault_is_tried_again_and_then_told(coordinator: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = str(bring(coordinator, a_file(*ROWS)).location)

    def away(_key: str) -> Iterator[bytes]:
        raise storage.Away("The document could not be read.")

    monkeypatch.setattr(storage, "read", away)
    for tries in (1, 2, 3):
        assert the_import(address).state is ImportState.READING
        with as_of(utc_now() + timedelta(minutes=5 * tries)):
            import_work.work()
    assert the_import(address).state is ImportState.FAILED
    page = coordinator.get(address).text
    assert "Something went wrong here, and nothing in the register was changed. Try it again." in page
    monkeypatch.undo()
    assert bring(coordinator, a_file(*ROWS)).status_code == 302


def test_an_undoing_that_fails_leaves_everything_applied(
    coordinator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = brought(coordinator, a_file(*ROWS))
    confirmed(coordinator, address)
    ended_at = the_import(address).ended_at
    coordinator.submit(f"{address}/undoing")

    def broken(*_: Any) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(applying_organisations.Organisations, "undo", broken)
    for minutes in (0, 5, 10):
        with as_of(utc_now() + timedelta(minutes=minutes)):
            import_work.work()
    monkeypatch.undo()
    imported = the_import(address)
    assert (imported.state, imported.ended_at, count(Organisation)) == (ImportState.DONE, ended_at, 1_200)
    assert "It could not be undone." in coordinator.get(address).text
    coordinator.submit(f"{address}/undoing")
    import_work.work()
    assert (the_import(address).state, count(Organisation)) == (ImportState.UNDONE, 0)


def test_two_workers_do_it_once(coordinator: FlaskClient) -> None:
    address = str(bring(coordinator, a_file(*ROWS)).location)
    first, second = import_work._take(), import_work._take()
    assert first is not None and second is None
    import_work._give_back(first, timedelta(0), tried=False)
    import_work.work()
    assert the_import(address).state is ImportState.READY


def test_one_who_lost_the_lease_writes_no_more(coordinator: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = str(bring(coordinator, a_file(*ROWS)).location)
    mine = import_work._mine

    def stolen(lease: str) -> None:
        the_import(address).lease = "of another worker"
        outbox.commit()
        mine(lease)

    monkeypatch.setattr(import_work, "_mine", stolen)
    import_work.work(iter([False, True]).__next__)
    imported = the_import(address)
    assert (imported.state, imported.lease, imported.counts) == (ImportState.READING, "of another worker", {})


def test_a_command_that_was_stopped_is_told(coordinator: FlaskClient, tmp_path: Path) -> None:
    file = tmp_path / "extract.csv"
    file.write_bytes(a_file(*ROWS))

    def stop() -> None:
        outbox.commit()
        raise PowerCut

    with file.open("rb") as stream, pytest.raises(PowerCut):
        importing.take_in(stream, file.name, Actor.system(), stop)
    db.session.rollback()
    import_work.work()
    assert the_import(f"/{_last()}").state is ImportState.READING
    with as_of(utc_now() + timedelta(minutes=3)):
        import_work.work()
    assert the_import(f"/{_last()}").trouble == import_work.STOPPED
    assert count(Organisation) == 0


def _last() -> int:
    return int(db.session.scalar(db.select(db.func.max(RegisterImport.id))) or 0)


def test_progress_is_told_while_nothing_is_committed(coordinator: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = brought(coordinator, a_file(*ROWS))
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(long_work, "tell", lambda _work, done, of: told.append((done, of)))
    confirmed(coordinator, address)
    assert told == [(500, 1_200), (1_000, 1_200), (1_200, 1_200)]


MEASURED = """
import sys, tracemalloc
from pathlib import Path
from peerreview import create_app, outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Borough
from peerreview.organisations import importing
from tests.conftest import settings_for
from tests.organisations.register_files import HACKNEY, HEADER, ISLINGTON, a_file, a_row

folder, number = Path(sys.argv[1]), int(sys.argv[2])
places = (HACKNEY, HACKNEY, ISLINGTON, ISLINGTON)
rows = (a_row(500000 + n, f"School {n}" + " filling" * 10, places[n % 4]) for n in range(number))
(folder / "a.csv").write_bytes(a_file(*rows))
app = create_app(settings_for(f"sqlite:///{folder}/a.db", folder))
with app.app_context():
    db.create_all()
    db.session.add(Borough(code="HAC", name="Hackney", authority_code="204", executive_group="Executive"))
    outbox.commit()
    tracemalloc.start()
    with (folder / "a.csv").open("rb") as stream:
        outcome = importing.take_in(stream, "a.csv", Actor.system(), outbox.commit)
    outbox.commit()
    assert outcome.added == number // 2, outcome.added
    print(tracemalloc.get_traced_memory()[1])
"""


def measured(folder: Path, number: int) -> int:
    """Bytes: the most that reading and applying so many rows had in Python's hands at once."""
    folder.mkdir()
    command = [sys.executable, "-c", MEASURED, str(folder), str(number)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.splitlines()[-1])


def test_a_file_of_50_000_rows_takes_little_memory(tmp_path: Path) -> None:
    small, large = measured(tmp_path / "small", 5_000), measured(tmp_path / "large", 50_000)
    assert large < 40 * 1024 * 1024
    assert large - small < 15 * 1024 * 1024  # what is kept of every row is its number alone
