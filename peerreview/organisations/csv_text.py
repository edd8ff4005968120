"""The text of a CSV file that somebody brought, whatever its encoding, a piece at a time."""

import codecs
import io
from typing import BinaryIO


def text_of(stream: BinaryIO) -> io.TextIOWrapper:
    """The text from where the stream stands; what cannot be read is U+FFFD. It must be seekable, and stays open."""
    return _LeavesOpen(stream, encoding=_encoding(stream), errors="replace", newline="")


class _LeavesOpen(io.TextIOWrapper):
    """The plain one closes its stream when it is forgotten, halfway through a file too."""

    def close(self) -> None:
        """Leave the stream open."""


def _encoding(stream: BinaryIO) -> str:
    """UTF-8 (with or without its mark) when every byte agrees, otherwise cp1252, as the register is published."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    start = stream.tell()
    try:
        while chunk := stream.read(65536):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    finally:
        stream.seek(start)
    return "utf-8-sig"
