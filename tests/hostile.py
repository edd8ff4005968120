"""Files made on the spot: honest ones of each type that we take, and hostile ones that we refuse."""

import io
import struct
import zipfile
import zlib

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
WORD_MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"


def archive(parts: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP file of these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return made.getvalue()


def office(main: str = WORD, **more: bytes) -> bytes:
    """An office file of Microsoft's kind with further parts by name (double underscore for a slash)."""
    parts = {"[Content_Types].xml": f'<Types><Override ContentType="{main}"/></Types>'.encode()}
    parts |= {name.replace("__", "/"): content for name, content in more.items()}
    return archive(parts)


def open_document(kind: str = "text", manifest: bytes = b"<manifest/>", **more: bytes) -> bytes:
    """An OpenDocument file."""
    parts = {"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(), "META-INF/manifest.xml": manifest}
    return archive(parts | {name.replace("__", "/"): content for name, content in more.items()})


def png() -> bytes:
    """The smallest real PNG picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"


def locked_parts() -> bytes:
    """A ZIP whose parts say that they are encrypted."""
    made = bytearray(office())
    at = made.find(b"PK\x01\x02")
    made[at + 8] |= 1
    return bytes(made)


def bomb() -> bytes:
    """A small file that unpacks to 60 MB of nothing."""
    return office(word__document=b"\0" * 60 * 1024 * 1024)


def overlapping() -> bytes:
    """Many parts in the list that share the same packed bytes."""
    made = office(word__document=bytes(range(256)) * 200)
    at, end = made.find(b"PK\x01\x02"), made.find(b"PK\x05\x06")
    listed = made[at:end]
    copies = b"".join(listed.replace(b"word/document", f"word/docu{n:04}".encode()) for n in range(40))
    tail = bytearray(made[end:])
    count = 2 * 40
    struct.pack_into("<HH", tail, 8, count, count)
    struct.pack_into("<I", tail, 12, len(copies))
    return made[:at] + copies + bytes(tail)
