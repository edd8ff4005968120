"""Files that a view makes itself: always an attachment, never sniffed, kept by nobody on the way."""

from flask import Response


def attachment(content: bytes | str, content_type: str, name: str) -> Response:
    """The answer of a view. ``name``: the file's whole name, of letters, digits, hyphens and a dot."""
    answer = Response(content, content_type=content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
