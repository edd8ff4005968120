"""The worker: sends letters when it is woken, and each minute whatever a lost wake-up or a crash left behind.

Every job may run twice, or beside another, without harm: what is done is written in the database, and the queue only
says that it is worth looking. The queue is made at first use, after the web server has forked.
"""

from collections.abc import Callable
from functools import cached_property

import click
import structlog
from flask import Flask
from huey import SqliteHuey, crontab
from huey.consumer import Consumer
from huey.serializer import SignedSerializer

from peerreview import outbox, storage
from peerreview.correspondence import fetching
from peerreview.organisations import import_work
from peerreview.programme import selection_reminders
from peerreview.reviews import reminders
from peerreview.teams import planning, standing, watch

THREADS = 3  # so that letters go while something long is worked at
LONGEST_STOP = 25  # seconds that a stopping worker waits for the letter in its hands
LONGEST_NAP = 1.0  # seconds between looks at the queue: a sign-in code should not wait longer

# What is done each minute. Each is called inside the app's context and does nothing when nothing is due.
SWEEPS: tuple[Callable[[], object], ...] = (
    watch.watch,
    reminders.remind_when_due,
    standing.ask_once_a_year,
    selection_reminders.remind_executive_when_due,
    storage.sweep,
    fetching.fetch_when_configured,
    import_work.tidy,
)
# What takes longer than a request. Each does everything that waits for it, and asks between two pieces whether to stop.
LONG_WORK: tuple[Callable[[Callable[[], bool]], object], ...] = (planning.work, import_work.work)

log = structlog.get_logger(__name__)


class Jobs:
    """The queue of one app: ``wake`` for the web server, ``work`` for the worker."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.consumer: Consumer | None = None

    @cached_property
    def queue(self) -> SqliteHuey:
        """The queue in the file of JOBS_URL; its entries are signed, so nobody else's are run."""
        queue = SqliteHuey(
            "peerreview",
            filename=self.app.config["JOBS_URL"].removeprefix("sqlite:///"),
            serializer=SignedSerializer(secret=self.app.config["SECRET_KEY"], salt="peerreview jobs"),
            results=False,
        )
        self.deliver = queue.task(name="deliver")(self._deliver)
        self.labour = queue.task(name="labour")(self._labour)
        queue.periodic_task(crontab(), name="sweep")(self._sweep)
        return queue

    def wake(self) -> None:
        """Tell the worker that letters wait. When that fails they wait for the sweep, at most a minute."""
        try:
            self.queue  # noqa: B018  (makes the job)
            self.deliver()
        except Exception:
            log.warning("worker not woken", exc_info=True)

    def ask(self) -> None:
        """Tell the worker that something long waits (see ``long_work``); when that fails it waits for the sweep."""
        try:
            self.queue  # noqa: B018  (makes the job)
            self.labour()
        except Exception:
            log.warning("worker not asked", exc_info=True)

    def work(self) -> None:
        """Run until SIGTERM or Ctrl-C; the letter in hand is finished first."""
        self.consumer = Consumer(
            self.queue,
            workers=THREADS,
            max_delay=LONGEST_NAP,
            graceful_signal="TERM",
            shutdown_timeout=LONGEST_STOP,
        )
        self.wake()
        self.ask()
        self.consumer.run()

    def _stopping(self) -> bool:
        return self.consumer is not None and bool(self.consumer.stop_flag.is_set())

    def _deliver(self) -> None:
        with self.app.app_context():
            outbox.deliver_waiting(self._stopping)

    def _sweep(self) -> None:
        self._deliver()
        for sweep in SWEEPS:
            with self.app.app_context():
                try:
                    sweep()
                except Exception:  # one that fails keeps no other from its minute
                    log.exception("sweep failed", sweep=sweep.__name__)
        self.ask()

    def _labour(self) -> None:
        for work in LONG_WORK:
            with self.app.app_context():
                try:
                    work(self._stopping)
                except Exception:
                    log.exception("long work failed", work=work.__module__)


def init_app(app: Flask) -> None:
    """Bind to the app: letters wake the worker, long work is asked of it, and ``flask worker`` is one."""
    jobs = Jobs(app)
    app.extensions["jobs"] = jobs
    app.extensions["wake_worker"] = jobs.wake
    app.extensions["ask_worker"] = jobs.ask

    @app.cli.command("worker")
    def worker() -> None:
        """Send letters and do what is due each minute. Run exactly one; stop it with SIGTERM or Ctrl-C."""
        click.echo("The worker is running.")
        jobs.work()
        click.echo("The worker has stopped.")
