"""Which files may come in. Judged by content *and* ending, because either alone can lie.

Plain Python: bytes in, a media type out, or `Refused` with one sentence the uploader can act on.
Nothing is unpacked, drawn or run; office files are looked into by `office_files`, within bounds.
"""

import re
import unicodedata

import filetype

from peerreview import office_files
from peerreview.office_files import Refused

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "txt": "text/plain",
    "csv": "text/csv",
}
ANY_DOCUMENT = frozenset(MEDIA_TYPES)
PDF_OR_WORD = frozenset({"pdf", "docx"})

LONGEST_NAME = 120
_ILLEGAL = re.compile(r'[<>:"|?*]')
_WEB_PAGE = re.compile(rb"<\s*(?:script|html|iframe|!doctype\s+html)[\s>/]", re.IGNORECASE)
_STARTS_A_PROGRAM = re.compile(rb"(?:^|[,;\t\n\r\"])\s*[=+\-@][^,\n]*\|[^,\n]*!", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")

_MACROS = {"docm", "dotm", "xlsm", "xltm", "xlam", "xlsb", "pptm", "potm", "ppsm", "ppam"}
_OLD_OFFICE = {"doc": "docx", "dot": "docx", "rtf": "docx", "xls": "xlsx", "ppt": "pptx", "pps": "pptx"}
_ARCHIVES = {"zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "cab", "iso", "jar"}


def clean_name(name: str) -> str:
    """The name shown and offered on download: no path, control or direction-changing characters, at most 120 long."""
    text = unicodedata.normalize("NFC", name).replace("\\", "/")
    text = "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
    text = _ILLEGAL.sub("-", text.rsplit("/", 1)[-1])
    stem, dot, ending = " ".join(text.split()).rstrip(". ").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    if dot and len(ending) > 10:
        stem, dot, ending = f"{stem}.{ending}", "", ""
    return f"{stem.strip('. ')[: LONGEST_NAME - 12].rstrip('. ') or 'document'}{dot}{ending}"


def ending_of(name: str) -> str:
    """The lower-case ending without its dot; empty when there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def media_type(name: str, content: bytes, allowed: frozenset[str] = ANY_DOCUMENT) -> str:
    """The media type of a file that may come in. `name` is already clean. Raises Refused."""
    ending = ending_of(name)
    _allow_ending(name, ending, allowed)
    if not content:
        raise Refused(f"‘{name}’ is empty. Check the file opens on your computer, then choose it again.")
    if ending == "pdf":
        _look_at_pdf(name, content)
    elif ending in office_files.KINDS:
        office_files.look_inside(name, ending, content)
    elif ending in {"txt", "csv"}:
        _look_at_text(name, content)
    else:
        _look_at_picture(name, ending, content)
    return MEDIA_TYPES[ending]


def said(allowed: frozenset[str]) -> str:
    """The allowed types as words for a sentence: ‘PDF, DOCX or XLSX’."""
    names = [n.upper() for n in MEDIA_TYPES if n in allowed and n != "jpeg"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _allow_ending(name: str, ending: str, allowed: frozenset[str]) -> None:
    if ending in allowed:
        return
    if ending in _MACROS:
        raise Refused(f"‘{name}’ can contain macros. Save a copy without macros, or as a PDF, and upload that.")
    if ending in _ARCHIVES:
        raise Refused(f"‘{name}’ is a folder of compressed files. Upload the documents in it one by one.")
    if _OLD_OFFICE.get(ending) in allowed:
        raise Refused(f"‘{name}’ is in an old format. Save it as .{_OLD_OFFICE[ending]} or as a PDF, and upload that.")
    raise Refused(f"‘{name}’ is not a type of file we can take. It must be {said(allowed)}.")


def _look_at_pdf(name: str, content: bytes) -> None:
    if not content.startswith(b"%PDF-"):
        raise Refused(f"‘{name}’ is not really a PDF. Open it, save or print it as a PDF, and upload that.")
    if b"%%EOF" not in content[-2048:]:
        raise Refused(f"‘{name}’ is damaged or only part of a PDF. Save it again and upload the new copy.")
    _refuse_two_things_at_once(name, content)
    if re.search(rb"/Encrypt[\s<\d/]", content):
        raise Refused(
            f"‘{name}’ is locked with a password or protected. Save a copy without protection, and upload that."
        )


def _look_at_picture(name: str, ending: str, content: bytes) -> None:
    found = filetype.guess(content[:8192])
    if found is None or found.mime != MEDIA_TYPES[ending]:
        raise Refused(
            f"‘{name}’ is not really a {ending.upper()} picture. Save it again as PNG or JPEG, and upload that."
        )
    _refuse_two_things_at_once(name, content)


def _look_at_text(name: str, content: bytes) -> None:
    text = _as_text(content)
    disguised = content.lstrip().startswith((b"{\\rtf", b"%!PS")) or b"%PDF-" in content[:1024]
    if text is None or disguised or _CONTROL.search(text):
        raise Refused(f"‘{name}’ is not plain text. If it is a document, save it as a PDF and upload that.")
    _refuse_two_things_at_once(name, text.encode())
    if ending_of(name) == "csv" and _STARTS_A_PROGRAM.search(text.encode()):
        raise Refused(f"‘{name}’ has a formula that starts a program. Save the values only, and upload that.")


def _as_text(content: bytes) -> str | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _refuse_two_things_at_once(name: str, content: bytes) -> None:
    """A file that is also a web page or an archive can act as one in a careless reader."""
    if _WEB_PAGE.search(content):
        raise Refused(f"‘{name}’ also contains a web page. Print it to a new PDF, and upload that.")
    if office_files.also_an_archive(content):
        raise Refused(f"‘{name}’ also contains an archive of files. Print it to a new PDF, and upload that.")
