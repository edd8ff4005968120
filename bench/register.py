"""`make bench`: rows per second of an import of 50,000 rows, against the bare CSV reader over the same file.

The file is invented: the columns of an extract of every school in England, of which some are in the board's borough.
Reading is what the worker does until the preview is ready; applying is the one transaction after it. The bare side goes
through the same file with csv.reader and keeps nothing. Rounds take turns, so that a slow moment hits both alike.
"""

import contextlib
import csv
import io
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from peerreview import create_app, outbox  # noqa: E402
from peerreview.config import Settings  # noqa: E402
from peerreview.extensions import Base, db  # noqa: E402
from peerreview.models import Borough, ImportKind, ImportState, RegisterImport, utc_now  # noqa: E402
from peerreview.organisations import importing  # noqa: E402

ROUNDS, ROWS, COLUMNS = 3, 50_000, 135
SHARES = ((0.004, "a whole country, 200 of the board's"), (1.0, "all of the board's"))
KNOWN = {
    "URN": "{n}", "LA (code)": "{la}", "LA (name)": "Authority {la}", "EstablishmentName": "Invented School {n}",
    "TypeOfEstablishment (code)": "1", "EstablishmentStatus (code)": "1", "OpenDate": "01-09-1999", "CloseDate": "",
    "PhaseOfEducation (name)": "Primary", "Street": "{n} High Street", "Town": "London", "Postcode": "E8 1AA",
    "TelephoneNum": "02079460123", "SchoolWebsite": "www.school{n}.example",
}  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("w") as log:
        with contextlib.redirect_stdout(log), contextlib.redirect_stderr(log):
            app = an_app(folder)
        with app.app_context():
            print(
                f"{'import of 50,000 rows':<40}{'read/s':>9}{'bare/s':>10}{'ratio':>7}{'applying':>11}{'undoing':>10}"
            )
            for share, words in SHARES:
                file = a_file(Path(folder), share)
                rounds = [(*ours(file), bare(file)) for _ in range(ROUNDS)]
                read, applied, undone, reader = (statistics.median(column) for column in zip(*rounds, strict=True))
                rate, theirs = ROWS / read, ROWS / reader
                print(f"{words:<40}{rate:>9,.0f}{theirs:>10,.0f}{rate / theirs:>7.2f}{applied:>9.2f} s{undone:>8.2f} s")


def an_app(folder: str) -> Flask:
    """The app on an empty SQLite file, as it runs for a board."""
    environ = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "SAMPLE_MODE": "1",
        "BASE_URL": "http://localhost",
        "DATABASE_URL": f"sqlite:///{folder}/bench.db",
        "DOCUMENTS_URL": f"file://{folder}/documents",
        "JOBS_URL": f"sqlite:///{folder}/jobs.db",
    }
    app = create_app(Settings.from_environment(environ))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        db.session.add(Borough(code="HAC", name="Hackney", authority_code="204", executive_group="Executive"))
        outbox.commit()
    return app


def a_file(folder: Path, share: float) -> Path:
    """An extract with so many rows of the board's borough, about as long as the real one."""
    names = [*KNOWN, *(f"Column {n}" for n in range(COLUMNS - len(KNOWN)))]
    path = folder / f"extract-{share}.csv"
    with path.open("w", newline="", encoding="cp1252") as file:
        lines = csv.writer(file)
        lines.writerow(names)
        for n in range(ROWS):
            la = 204 if n < ROWS * share else 300 + n % 150
            known = [form.format(n=500_000 + n, la=la) for form in KNOWN.values()]
            lines.writerow([*known, *["filler txt"] * (COLUMNS - len(KNOWN))])
    return path


def ours(file: Path) -> tuple[float, float, float]:
    """Seconds of reading, applying and undoing; the register is empty before and after."""
    with file.open("rb") as stream:
        imported = importing.begun_by_command(ImportKind.EXTRACT, stream, file.name, "Bench")
        started = time.perf_counter()
        importing.read_rows(imported, stream, None, outbox.commit)
        outbox.commit()
    read = time.perf_counter() - started
    imported.state, imported.confirmed_by, imported.confirmed_at = ImportState.APPLYING, "Bench", utc_now()
    applied = timed(importing.apply_rows, imported)
    imported.state, imported.undone_by = ImportState.UNDOING, "Bench"
    return read, applied, timed(importing.undo_rows, imported)


def timed(act: Callable[[RegisterImport], None], imported: RegisterImport) -> float:
    """Seconds of one transaction."""
    started = time.perf_counter()
    act(imported)
    outbox.commit()
    return time.perf_counter() - started


def bare(file: Path) -> float:
    """Seconds of csv.reader alone, in the same encoding."""
    started = time.perf_counter()
    with file.open("rb") as stream, io.TextIOWrapper(stream, encoding="cp1252", newline="") as text:
        for _row in csv.reader(text):
            pass
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
