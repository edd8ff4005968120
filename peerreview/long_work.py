"""Work that takes longer than a request: asking the worker for it, and telling the page that waits how far it is.

What is to be done stands in the database, so that a lost call only waits for the next sweep. How far it is stands
beside the queue: in the database it would wait for the very transaction that it tells of. A progress that is lost does
no harm.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from flask import current_app

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Progress:
    """So many of so many, in whatever the work counts. ``of`` is 0 while that is not known."""

    done: int
    of: int

    @property
    def percent(self) -> int | None:
        """Whole per cent, never 100 before the end; None while it is not known."""
        return min(99, 100 * self.done // self.of) if self.of else None


def ask() -> None:
    """Tell the worker that there is something to do, after the commit that says what."""
    wake: Callable[[], None] | None = current_app.extensions.get("ask_worker")
    if wake is not None:
        wake()


def tell(work: str, done: int, of: int) -> None:
    """Say how far a piece of work is. ``work`` names it: "import 12"."""
    try:
        _beside_the_queue().put_data(f"progress of {work}", json.dumps([done, of]).encode())
    except Exception:
        log.warning("progress not told", work=work, exc_info=True)


def told(work: str) -> Progress | None:
    """How far a piece of work is, when it has begun."""
    try:
        said = _beside_the_queue().peek_data(f"progress of {work}")
    except Exception:
        log.warning("progress not known", work=work, exc_info=True)
        return None
    return Progress(*json.loads(bytes(said))) if isinstance(said, bytes | memoryview) else None


def forget(work: str) -> None:
    """The work is over."""
    try:
        _beside_the_queue().pop_data(f"progress of {work}")
    except Exception:
        log.warning("progress not forgotten", work=work, exc_info=True)


def _beside_the_queue() -> Any:
    return current_app.extensions["jobs"].queue.storage
