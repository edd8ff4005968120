"""A file that somebody brings: judged at once as far as its first line, and kept on the disk for the worker."""

from typing import BinaryIO, cast

from flask import current_app, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from peerreview import storage, upload_rules
from peerreview.config import LARGEST_IMPORT
from peerreview.extensions import db
from peerreview.models import ImportKind, Person, RegisterImport
from peerreview.organisations import import_acts, importing
from peerreview.organisations.file_kinds import FILE_KINDS

CSV = frozenset({"csv"})
FIRST = 256 * 1024  # bytes that are judged by their content before the file is kept
ROOM = 64 * 1024  # bytes of a request around its file


def bring(upload: FileStorage, kind: ImportKind, person: Person) -> RegisterImport:
    """Begin an import. Raises storage.Refused, NotAnExtract, Busy, with the sentence for the page, or storage.Away.

    Nothing of the file but its first part and one piece at a time is in memory: the web server has put it on the disk.
    """
    name, stream = upload_rules.clean_name(upload.filename or ""), cast(BinaryIO, upload.stream)
    first = stream.read(FIRST)
    whole_lines = first[: first.rfind(b"\n") + 1] or first  # a letter of several bytes is not cut in two
    media_type = upload_rules.media_type(name, whole_lines, CSV)
    _look_at_header(stream, kind)
    db.session.rollback()  # no transaction is open while the file is written
    stored = storage.keep_large(stream, name, media_type)
    try:
        return import_acts.begin(kind, stored, db.session.merge(person))
    except importing.Busy:
        storage.remove(stored.key)
        raise


def make_room() -> None:
    """Let a larger request in than anywhere else. Raises RequestEntityTooLarge, which says how large."""
    limit = int(current_app.config.get("MAX_IMPORT_BYTES", LARGEST_IMPORT))
    if (request.content_length or 0) > limit + ROOM:
        raise RequestEntityTooLarge(
            f"The largest file that can be imported is {limit / 1024 / 1024:g} MB; an extract of every school in "
            "England has about 65 MB. Nothing was imported."
        )
    request.max_content_length = limit + ROOM


def _look_at_header(stream: BinaryIO, kind: ImportKind) -> None:
    stream.seek(0)
    FILE_KINDS[kind].read(stream)
    stream.seek(0)
