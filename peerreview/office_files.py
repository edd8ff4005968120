"""A bounded look inside DOCX, XLSX, PPTX, ODT and ODS files: is it what it says, has it macros, is it locked, a bomb?

Only the list of parts and one small text part are read; no part is unpacked to disk.
"""

import io
import zipfile
import zlib

KINDS = {
    "docx": "wordprocessingml.document.main+xml",
    "xlsx": "spreadsheetml.sheet.main+xml",
    "pptx": "presentationml.presentation.main+xml",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
MOST_PARTS = 5_000
LARGEST_UNPACKED = 500 * 1024 * 1024
"""Bytes, all parts together, as the file itself declares them."""
BOMB_FROM = 50 * 1024 * 1024
BOMB_RATIO = 100
LARGEST_PART_READ = 2 * 1024 * 1024

_PROGRAMS = (".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".ps1", ".scr", ".docm", ".xlsm", ".pptm", ".jar")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Refused(Exception):
    """A file we do not take. The message is one sentence for the person who chose it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def look_inside(name: str, ending: str, content: bytes) -> None:
    """Return quietly when the office file may come in. Raises Refused."""
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Refused(f"‘{name}’ is locked with a password. Save a copy without the password, and upload that.")
        raise Refused(f"‘{name}’ is in an old format. Save it as .{ending} or as a PDF, and upload that.")
    if not content.startswith(b"PK\x03\x04"):
        raise _not_really(name, ending)
    if content.count(b"PK\x01\x02") > MOST_PARTS:
        raise _too_much(name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _look_at_parts(name, archive, len(content))
            _look_at_kind(name, ending, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as trouble:
        raise Refused(f"‘{name}’ is damaged. Check that it opens, save it again, and upload the new copy.") from trouble


def also_an_archive(content: bytes) -> bool:
    """True when a file that is not an office file would open as a ZIP archive."""
    return zipfile.is_zipfile(io.BytesIO(content))


def _look_at_parts(name: str, archive: zipfile.ZipFile, packed: int) -> None:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    unpacked = sum(part.file_size for part in parts)
    if unpacked > LARGEST_UNPACKED or (unpacked > BOMB_FROM and unpacked > packed * BOMB_RATIO):
        raise _too_much(name)
    if sum(part.compress_size for part in parts) > packed:
        raise _too_much(name)  # parts that overlap: the same bytes unpacked again and again
    if any(part.flag_bits & 0x1 for part in parts):
        raise Refused(f"‘{name}’ is locked with a password. Save a copy without the password, and upload that.")
    if len(set(names)) != len(names) or any(n.startswith(("/", "\\")) or ".." in n.split("/") for n in names):
        raise Refused(f"‘{name}’ is damaged. Check that it opens, save it again, and upload the new copy.")
    if any(_is_macro(n.lower()) for n in names):
        raise _macros(name)


def _is_macro(part: str) -> bool:
    return (
        "vbaproject" in part
        or "/macrosheets/" in part
        or part.startswith(("basic/", "scripts/"))
        or part.endswith(_PROGRAMS)
    )


def _look_at_kind(name: str, ending: str, archive: zipfile.ZipFile) -> None:
    if ending in {"odt", "ods"}:
        if _read(name, archive, "mimetype").strip() != KINDS[ending].encode():
            raise _not_really(name, ending)
        if b"encryption-data" in _read(name, archive, "META-INF/manifest.xml"):
            raise Refused(f"‘{name}’ is locked with a password. Save a copy without the password, and upload that.")
        return
    types = _read(name, archive, "[Content_Types].xml")
    if b"macroEnabled" in types or b"vbaProject" in types:
        raise _macros(name)
    if KINDS[ending].encode() not in types:
        raise _not_really(name, ending)


def _read(name: str, archive: zipfile.ZipFile, part: str) -> bytes:
    try:
        with archive.open(part) as stream:
            text = stream.read(LARGEST_PART_READ + 1)
    except KeyError:
        return b""
    if len(text) > LARGEST_PART_READ:
        raise _too_much(name)
    return text


def _not_really(name: str, ending: str) -> Refused:
    return Refused(
        f"‘{name}’ is not really a .{ending} file. Open it, save it again as .{ending} or PDF, and upload that."
    )


def _macros(name: str) -> Refused:
    return Refused(f"‘{name}’ contains macros or programs. Save a copy without them, or as a PDF, and upload that.")


def _too_much(name: str) -> Refused:
    return Refused(f"‘{name}’ unpacks to far more than a document should. Save it as a PDF, and upload that.")
