"""The texts of a refused request, so that its page can give them back."""

import re
from io import BytesIO
from typing import Any

from flask import Request, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.wsgi import get_input_stream

SECRET = re.compile("pass|csrf|token|code|secret|otp|captcha|cvv", re.IGNORECASE)
LONG = 30  # characters: shorter answers are typed again quickly, and are mostly choices
MOST_READ = 128 * 1024 * 1024  # bytes of a too-large request that are read to find its texts
MOST_TEXT = 4 * 1024 * 1024  # bytes of text kept


def typed_texts() -> list[tuple[str, str]]:
    """(field in words, text) for each long text of this request, in its order. Never passwords, codes or tokens."""
    if request.method not in ("POST", "PUT", "PATCH"):
        return []
    try:
        form: MultiDict[str, str] = request.form
    except RequestEntityTooLarge:
        form = _without_files(request)
    except HTTPException:
        return []
    return [
        (re.sub("[-_ ]+", " ", name).strip().capitalize() or "Text", text)
        for name, text in form.items(multi=True)
        if not SECRET.search(name) and (len(text) >= LONG or "\n" in text.strip())
    ]


def _without_files(refused: Request) -> MultiDict[str, str]:
    """The texts of a request that was refused for its size before it was read; its files go nowhere.

    Reading it also lets the browser finish sending: else it shows "connection reset" in place of the page.
    """
    if not refused.content_length or refused.content_length > MOST_READ:
        return MultiDict()
    parser = FormDataParser(
        stream_factory=lambda *_, **__: _Nowhere(), max_form_memory_size=MOST_TEXT, max_content_length=MOST_READ
    )
    stream = get_input_stream(refused.environ, max_content_length=MOST_READ)
    try:
        return parser.parse(stream, refused.mimetype, refused.content_length, refused.mimetype_params)[1]
    except (HTTPException, OSError, ValueError):
        return MultiDict()


class _Nowhere(BytesIO):
    """Where the files of a refused request are written: they are not kept."""

    def write(self, content: Any) -> int:
        return len(content)
