"""How values are shown on pages and in letters: UK local time with weekdays, sizes, paragraphs, lasting addresses."""

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from markupsafe import Markup, escape

from peerreview.workdays import local


def init_app(app: Flask) -> None:
    """Give the templates macros, filters, `exists(endpoint)`, and lasting static addresses."""
    macros = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([loader for loader in (app.jinja_loader, macros) if loader])
    for shown in (day, short_day, when, time_of_day, ago, filesize, paragraphs, local):
        app.add_template_filter(shown)
    app.add_template_global(lambda endpoint: endpoint in app.view_functions, "exists")

    @app.url_defaults
    def lasting(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and app.static_folder and "filename" in values:
            values.setdefault("v", _content_hash(Path(app.static_folder) / values["filename"]))


def _content_hash(file: Path) -> str | None:
    try:
        return _hash_of(file, file.stat().st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=256)
def _hash_of(file: Path, _changed: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _local_day(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def day(value: date | datetime | None) -> str:
    """Tuesday 17 November 2026."""
    return f"{(on := _local_day(value)):%A} {on.day} {on:%B %Y}" if value else ""


def short_day(value: date | datetime | None) -> str:
    """Tue 17 Nov."""
    return f"{(on := _local_day(value)):%a} {on.day} {on:%b}" if value else ""


def time_of_day(value: datetime | time | None) -> str:
    """10:00am, 2:30pm, midday; an aware datetime is shown on London's clocks."""
    if value is None:
        return ""
    at = local(value).time() if isinstance(value, datetime) else value
    if (at.hour, at.minute) in ((0, 0), (12, 0)):
        return "midday" if at.hour else "midnight"
    return f"{at.hour % 12 or 12}:{at:%M}{'am' if at.hour < 12 else 'pm'}"


def when(value: datetime | None) -> str:
    """Tuesday 17 November 2026 at 10:00am."""
    return f"{day(value)} at {time_of_day(value)}" if value else ""


def ago(value: date | datetime | None, now: datetime | None = None) -> str:
    """How long since, in the largest whole unit: just now, 5 minutes ago, yesterday, 3 days ago, in 2 days."""
    if value is None:
        return ""
    now = now or datetime.now(UTC)
    days = (_local_day(now) - _local_day(value)).days
    if isinstance(value, datetime) and timedelta(0) <= (passed := now - value.astimezone(UTC)) < timedelta(hours=12):
        minutes = int(passed.total_seconds() // 60)
        return (
            "just now" if minutes < 1 else _count(minutes, "minute") if minutes < 60 else _count(minutes // 60, "hour")
        )
    named = {0: "today", 1: "yesterday", -1: "tomorrow"}
    return named.get(days) or (_count(days, "day") if days > 0 else f"in {-days} days")


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'} ago"


def filesize(size: int | None) -> str:
    """412 KB, 1.2 MB (a kilobyte is 1,000 bytes, as people's own computers mostly show)."""
    if size is None:
        return ""
    if size < 1_000:
        return f"{size} bytes"
    return f"{round(size / 1_000)} KB" if size < 999_500 else f"{size / 1_000_000:.1f} MB"


def paragraphs(text: str | None) -> Markup:
    """Typed text as it was meant: an empty line parts paragraphs, a line end is kept, everything is escaped."""
    blocks = [block.strip("\n") for block in (text or "").replace("\r\n", "\n").split("\n\n") if block.strip()]
    lines = (Markup("<br>").join(escape(line) for line in block.split("\n")) for block in blocks)
    return Markup("\n").join(Markup('<p class="govuk-body">{}</p>').format(line) for line in lines)
