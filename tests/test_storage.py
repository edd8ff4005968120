"""The document store: what it takes, what it refuses and with which words, and that a kept file is whole."""

import hashlib
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from peerreview import storage, upload_rules
from tests import hostile
from tests.hostile import PDF


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Path]:
    app = Flask(__name__)
    app.config["DOCUMENTS_URL"] = (tmp_path / "kept here").as_uri()
    app.config["MAX_DOCUMENT_BYTES"] = 3 * 1024 * 1024
    with app.test_request_context():
        yield tmp_path / "kept here"


def keep(content: bytes, name: str) -> storage.Stored:
    return storage.keep(io.BytesIO(content), name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("policy.pdf", PDF),
        ("policy.DOCX", hostile.office()),
        ("staff.xlsx", hostile.office(hostile.SHEET)),
        ("slides.pptx", hostile.office(hostile.SLIDES)),
        ("policy.odt", hostile.open_document()),
        ("staff.ods", hostile.open_document("spreadsheet")),
        ("plan.png", hostile.png()),
        ("plan.jpg", hostile.JPEG),
        ("plan.jpeg", hostile.JPEG),
        ("notes.txt", "Café – naïve\r\n\tindented".encode()),
        ("notes.txt", "Café".encode("cp1252")),
        ("training.csv", "BMI,Name\r\n1,-2\r\n".encode("utf-8-sig")),
        ("training.csv", "Name,Date\n".encode("utf-16")),
    ],
)
def test_honest_files_are_kept_whole(store: Path, name: str, content: bytes) -> None:
    stored = keep(content, name)
    assert b"".join(storage.read(stored.key)) == content
    assert (stored.filename, stored.size, stored.sha256) == (name, len(content), hashlib.sha256(content).hexdigest())
    assert stored.media_type == upload_rules.MEDIA_TYPES[name.rpartition(".")[2].lower()]
    assert storage.check(stored.key, stored.sha256)
    assert (store / stored.key).read_bytes() == content
    assert list((store / "incoming").iterdir()) == []


REFUSED = [
    ("a.pdf", b"", "‘a.pdf’ is empty."),
    ("a.pdf", PDF * 40_000, "‘a.pdf’ is too big. The largest file we can take is 3 MB."),
    ("a.pdf", b"<html><script>alert(1)</script>", "‘a.pdf’ is not really a PDF."),
    ("a.pdf", b"\n" + PDF, "‘a.pdf’ is not really a PDF."),
    ("a.pdf", PDF[:60], "‘a.pdf’ is damaged or only part of a PDF."),
    ("a.pdf", PDF.replace(b"1 0 obj", b"%<HTML ><script>x</script>\n1 0 obj"), "‘a.pdf’ also contains a web page."),
    ("a.pdf", PDF + b"<!DOCTYPE  html><p>", "‘a.pdf’ also contains a web page."),
    ("a.pdf", PDF + hostile.archive({"a.txt": b"a"}) + b"%%EOF", "‘a.pdf’ also contains an archive"),
    ("a.pdf", PDF.replace(b"/Root", b"/Encrypt 5 0 R/Root"), "‘a.pdf’ is locked with a password or protected."),
    ("a.docm", hostile.office(hostile.WORD_MACRO), "‘a.docm’ can contain macros."),
    ("a.docx", hostile.office(hostile.WORD_MACRO), "‘a.docx’ contains macros or programs."),
    ("a.docx", hostile.office(word__vbaProject=b"x"), "‘a.docx’ contains macros or programs."),
    ("a.xlsx", hostile.office(hostile.SHEET, xl__macrosheets__sheet1=b"x"), "‘a.xlsx’ contains macros or programs."),
    ("a.odt", hostile.open_document(Basic__Standard__m=b"x"), "‘a.odt’ contains macros or programs."),
    ("a.docx", hostile.archive({"word/run.exe": b"MZ"}), "‘a.docx’ contains macros or programs."),
    ("a.docx", hostile.OLE + "EncryptedPackage".encode("utf-16-le"), "‘a.docx’ is locked with a password."),
    ("a.docx", hostile.OLE, "‘a.docx’ is in an old format."),
    ("a.docx", hostile.locked_parts(), "‘a.docx’ is locked with a password."),
    ("a.odt", hostile.open_document(manifest=b"<encryption-data/>"), "‘a.odt’ is locked with a password."),
    ("a.docx", hostile.archive({"a.txt": b"a"}), "‘a.docx’ is not really a .docx file."),
    ("a.docx", hostile.office(hostile.SHEET), "‘a.docx’ is not really a .docx file."),
    ("a.ods", hostile.open_document("text"), "‘a.ods’ is not really a .ods file."),
    ("a.docx", PDF, "‘a.docx’ is not really a .docx file."),
    ("a.docx", hostile.office()[:-30], "‘a.docx’ is damaged."),
    ("a.docx", hostile.archive({"../../etc/passwd": b"a"}), "‘a.docx’ is damaged."),
    ("a.docx", hostile.bomb(), "‘a.docx’ unpacks to far more than a document should."),
    ("a.docx", hostile.overlapping(), "‘a.docx’ unpacks to far more"),
    ("a.docx", hostile.archive({f"p{n}": b"" for n in range(5001)}), "‘a.docx’ unpacks to far more"),
    ("a.docx", hostile.archive({"[Content_Types].xml": b" " * 2_200_000}), "‘a.docx’ unpacks to far more"),
    ("a.png", PDF, "‘a.png’ is not really a PNG picture."),
    ("a.jpg", hostile.png(), "‘a.jpg’ is not really a JPG picture."),
    ("a.png", hostile.png() + b"<script>x</script>", "‘a.png’ also contains a web page."),
    ("a.txt", b"MZ\x90\x00\x03\x00", "‘a.txt’ is not plain text."),
    ("a.txt", PDF, "‘a.txt’ is not plain text."),
    ("a.txt", b"{\\rtf1 hello}", "‘a.txt’ is not plain text."),
    ("a.csv", "<html><script >x".encode("utf-16"), "‘a.csv’ also contains a web page."),
    ("a.csv", b"Name\n=cmd|'/C calc'!A0\n", "‘a.csv’ has a formula that starts a program."),
    ("a.zip", hostile.archive({"a.txt": b"a"}), "‘a.zip’ is a folder of compressed files."),
    ("a.doc", hostile.OLE, "‘a.doc’ is in an old format. Save it as .docx or as a PDF"),
    ("a.pdf.exe", PDF, "‘a.pdf.exe’ is not a type of file we can take. It must be PDF, DOCX, XLSX"),
    ("a", PDF, "‘a’ is not a type of file we can take."),
    ("a.svg", b"<svg/>", "‘a.svg’ is not a type of file we can take."),
    ("a.html", b"<p>", "‘a.html’ is not a type of file we can take."),
]


@pytest.mark.parametrize(("name", "content", "words"), REFUSED, ids=[f"{n}-{w[:40]}" for n, _, w in REFUSED])
def test_hostile_files_are_refused_in_plain_words(store: Path, name: str, content: bytes, words: str) -> None:
    with pytest.raises(storage.Refused) as refused:
        keep(content, name)
    assert refused.value.message.startswith(words)
    assert refused.value.message.endswith(".")
    assert not store.exists()


def test_only_the_types_asked_for(store: Path) -> None:
    with pytest.raises(storage.Refused) as refused:
        storage.keep(io.BytesIO(hostile.png()), "plan.png", allowed=storage.PDF_OR_WORD)
    assert refused.value.message == "‘plan.png’ is not a type of file we can take. It must be PDF or DOCX."


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("policy.pdf", "policy.pdf"),
        (r"C:\Users\head\policy.pdf", "policy.pdf"),
        ("../../etc/policy.pdf", "policy.pdf"),
        ("po\r\nli\x00cy\u202e.pdf", "policy.pdf"),
        ("  .hidden .pdf ", "hidden.pdf"),
        ('a<b>:"c|?*.pdf', "a-b---c---.pdf"),
        ("Règles   de l’école 👩‍🏫.pdf", "Règles de l’école 👩🏫.pdf"),
        ("", "document"),
        ("...", "document"),
        (".pdf", "document.pdf"),
        ("x" * 500 + ".pdf", "x" * 108 + ".pdf"),
        ("a." + "b" * 500, "a." + "b" * 106),
    ],
)
def test_names_are_cleaned(given: str, cleaned: str) -> None:
    assert upload_rules.clean_name(given) == cleaned
    assert upload_rules.clean_name(cleaned) == cleaned


def test_a_download_is_an_attachment_that_runs_nowhere(store: Path) -> None:
    stored = keep(PDF, "Règles “1”.pdf")
    answer = storage.send(stored)
    answer.direct_passthrough = False
    assert answer.get_data() == PDF
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"Rgles 1.pdf\"; filename*=UTF-8''R%C3%A8gles%20%E2%80%9C1%E2%80%9D.pdf"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["Content-Length"] == str(len(PDF))


def test_a_changed_or_lost_file_is_noticed(store: Path) -> None:
    stored = keep(PDF, "a.pdf")
    (store / stored.key).write_bytes(PDF + b" ")
    assert not storage.check(stored.key, stored.sha256)
    storage.remove(stored.key)
    storage.remove(stored.key)
    assert not storage.check(stored.key, stored.sha256)
    with pytest.raises(storage.Away):
        storage.read(stored.key)


@pytest.mark.parametrize("key", ["../secret", "/etc/passwd", "ab/cd", "incoming/x", "", "ab/" + "g" * 32])
def test_no_other_file_can_be_read(store: Path, key: str) -> None:
    with pytest.raises(storage.Away):
        storage.read(key)


def test_our_own_files_are_kept_as_they_are(store: Path) -> None:
    stored = storage.keep_bytes(b"made by us", "Initial report.pdf", "application/pdf")
    assert b"".join(storage.read(stored.key)) == b"made by us"


def test_a_full_or_missing_store_says_so(tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("in the way")
    app = Flask(__name__)
    app.config["DOCUMENTS_URL"] = (tmp_path / "a file" / "below").as_uri()
    with app.app_context(), pytest.raises(storage.Away):
        keep(PDF, "a.pdf")


WRITER = """
import io, sys
from flask import Flask
from peerreview import storage
from tests.hostile import PDF
app = Flask("kill")
app.config["DOCUMENTS_URL"] = sys.argv[1]
content = PDF[:9] + b"%" + b"x" * 2_000_000 + PDF[8:]
with app.app_context(), open(sys.argv[2], "a") as rows:
    print("ready", flush=True)
    while True:
        stored = storage.keep(io.BytesIO(content), "a.pdf")
        rows.write(f"{stored.key} {stored.sha256}\\n")
        rows.flush()
"""


def test_killed_during_uploads_every_row_has_its_whole_file(store: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows"
    for wait in (0.02, 0.05, 0.11, 0.23, 0.31):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, store.as_uri(), str(rows)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[1],
        )
        assert writer.stdout and writer.stdout.readline() == b"ready\n"
        time.sleep(wait)
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
    written = [line.split() for line in rows.read_text().splitlines() if line.count(" ") == 1]
    assert written
    assert [key for key, sha256 in written if not storage.check(key, sha256)] == []
    storage.sweep(older_than=-1)
    assert list((store / "incoming").iterdir()) == []
