"""The one document store: a local folder by default, S3 when DOCUMENTS_URL starts with s3://.

Order of writing: the whole file under a passing name, fsync, rename to its own random name; the caller writes the
row afterwards. So a crash can leave a file without a row (swept), never a row without its file.
The store is made at first use in each process, because obstore must not be carried over a fork.
"""

import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import quote, unquote, urlsplit

import obstore
from flask import Response, current_app
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from peerreview import upload_rules
from peerreview.models import Document, DocumentKind, DocumentRequest, Review
from peerreview.office_files import Refused
from peerreview.upload_rules import ANY_DOCUMENT, PDF_OR_WORD

__all__ = [
    "ANY_DOCUMENT", "PDF_OR_WORD", "Away", "Refused", "Sendable", "Stored",
    "check", "keep", "keep_bytes", "keep_large", "read", "remove", "row_of", "send", "sweep",
]  # fmt: skip

LARGEST = 20 * 1024 * 1024
"""Bytes, when MAX_DOCUMENT_BYTES is not set."""
CHUNK = 256 * 1024
_KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")
_stores: dict[tuple[int, str], ObjectStore] = {}


class Away(Exception):
    """The document store cannot be reached, is full, or has lost the file."""


@dataclass(frozen=True)
class Stored:
    """What the caller writes in its row: `key` is our own name, `size` is bytes."""

    key: str
    filename: str
    media_type: str
    size: int
    sha256: str


class Sendable(Protocol):
    """Anything that `send` can offer for download."""

    @property
    def key(self) -> str: ...
    @property
    def filename(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def size(self) -> int: ...


def keep(stream: IO[bytes], filename: str, *, allowed: frozenset[str] = ANY_DOCUMENT) -> Stored:
    """Judge an upload and keep it. Raises Refused with the sentence to show at the field, or Away."""
    name = upload_rules.clean_name(filename)
    limit = int(current_app.config.get("MAX_DOCUMENT_BYTES", LARGEST))
    content = stream.read(limit + 1)
    if len(content) > limit:
        megabytes = f"{limit / 1024 / 1024:g}"
        raise Refused(f"‘{name}’ is too big. The largest file we can take is {megabytes} MB.")
    return keep_bytes(content, name, upload_rules.media_type(name, content, allowed))


def keep_bytes(data: bytes, filename: str, media_type: str) -> Stored:
    """Keep a file that we made ourselves, such as the PDF of a report. Raises Away."""
    name = secrets.token_hex(16)
    key = f"{name[:2]}/{name}"
    _write(key, data)
    return Stored(key, upload_rules.clean_name(filename), media_type, len(data), hashlib.sha256(data).hexdigest())


def keep_large(stream: IO[bytes], filename: str, media_type: str) -> Stored:
    """Keep a file that has been judged already, of any size: it is never whole in memory. Raises Away."""
    name, sums, size = secrets.token_hex(16), hashlib.sha256(), 0

    def pieces() -> Iterator[bytes]:
        nonlocal size
        while piece := stream.read(CHUNK):
            sums.update(piece)
            size += len(piece)
            yield piece

    _write(f"{name[:2]}/{name}", pieces())
    return Stored(f"{name[:2]}/{name}", upload_rules.clean_name(filename), media_type, size, sums.hexdigest())


def row_of(
    stored: Stored, review: Review, kind: DocumentKind, by: str, request: DocumentRequest | None = None
) -> Document:
    """The row of a file that is whole in the store; ``by`` is the name of who brought it."""
    return Document(
        review=review,
        kind=kind,
        key=stored.key,
        filename=stored.filename,
        media_type=stored.media_type,
        size=stored.size,
        sha256=stored.sha256,
        handed_in_by=by,
        request=request,
    )


def read(key: str) -> Iterator[bytes]:
    """The file piece by piece; it is opened at the call, so a lost file raises Away here and not halfway."""
    try:
        found = obstore.get(_store(), _known(key))
    except (BaseError, OSError) as trouble:
        raise Away("The document could not be read.") from trouble
    return (bytes(piece) for piece in found.stream(min_chunk_size=CHUNK))


def remove(key: str) -> None:
    """Take a file away for good; a file that is gone already is no error."""
    try:
        obstore.delete(_store(), _known(key))
    except FileNotFoundError:
        return
    except (BaseError, OSError) as trouble:
        raise Away("The document could not be removed.") from trouble


def check(key: str, sha256: str) -> bool:
    """True when the file is there and is still the one that was kept."""
    try:
        sums = hashlib.sha256()
        for piece in read(key):
            sums.update(piece)
    except (Away, BaseError, OSError):
        return False
    return secrets.compare_digest(sums.hexdigest(), sha256)


def sweep(older_than: float = 86400.0) -> int:
    """Remove what crashed uploads left behind, older than so many seconds. Returns how many."""
    root = _local_root()
    left = [] if root is None else list((root / "incoming").glob("*"))
    old = [path for path in left if path.stat().st_mtime < time.time() - older_than]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def send(document: Sendable) -> Response:
    """The download: always an attachment, never sniffed, never run (RFC 6266 and RFC 5987 for its name)."""
    response = Response(read(document.key), mimetype=document.media_type, direct_passthrough=True)
    plain = document.filename.encode("ascii", "ignore").decode().replace('"', "").strip(" .") or "document"
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(document.filename, safe='')}"
    )
    response.headers["Content-Length"] = str(document.size)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _write(key: str, data: bytes | Iterator[bytes]) -> None:
    root, whole = _local_root(), isinstance(data, bytes)
    try:
        if root is None:
            obstore.put(_store(), key, data, max_concurrency=2)
            return
        passing = f"incoming/{key[3:]}"
        obstore.put(_store(), passing, data, use_multipart=not whole, max_concurrency=2)
        _fsync(root / passing)
        (root / key).parent.mkdir(exist_ok=True)
        obstore.rename(_store(), passing, key, overwrite=False)
        _fsync((root / key).parent)
    except (BaseError, OSError) as trouble:
        raise Away("The document could not be kept.") from trouble


def _fsync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _store() -> ObjectStore:
    url = str(current_app.config["DOCUMENTS_URL"])
    known = _stores.get((os.getpid(), url))
    if known is None:
        root = _local_root()
        known = S3Store.from_url(url) if root is None else LocalStore(root, mkdir=True)
        _stores[(os.getpid(), url)] = known
    return known


def _local_root() -> Path | None:
    parts = urlsplit(str(current_app.config["DOCUMENTS_URL"]))
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def _known(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise Away("That is not the name of a stored document.")
    return key
