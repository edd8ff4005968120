"""`make run`: bring the database up to date, load the sample once, then run the web server and the worker together.

Ctrl-C ends both, and when one of them ends the other is ended too, so that nobody works on half a service.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from peerreview.config import Settings  # noqa: E402

WEB = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "app:app"]
WORKER = [sys.executable, "-m", "flask", "--app", "app", "worker"]
PATIENCE = 30  # seconds for a process to finish what it is doing
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(Exception):
    """Somebody pressed Ctrl-C, closed the terminal, or asked the process to end."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    os.chdir(ROOT)
    os.environ["BIND"] = f"127.0.0.1:{port}"
    settings = Settings.from_environment()
    if settings.is_local:  # the links in pages and letters must come back to this port
        os.environ["BASE_URL"] = f"http://127.0.0.1:{port}"
    if not is_free(port):
        raise SystemExit(f"Port {port} is taken: stop what uses it, or choose another with 'make run PORT={port + 1}'.")
    if ended := subprocess.run([sys.executable, "tools/prepare.py"], check=False).returncode:
        return ended
    return serve(port, settings.sample_mode)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def serve(port: int, sample_mode: bool) -> int:
    """Run both until one ends or somebody ends them; the status is that of whichever ended by itself."""
    for number in ENDING:
        signal.signal(number, end)
    children: list[subprocess.Popen[bytes]] = []
    try:
        # sessions of their own: the terminal's Ctrl-C reaches only this process, which then ends them in order
        children += [subprocess.Popen(command, start_new_session=True) for command in (WEB, WORKER)]
        if answers(port, children):
            print(greeting(port, sample_mode), flush=True)
        while all(child.poll() is None for child in children):
            time.sleep(0.3)
        return next(child.returncode for child in children if child.returncode is not None) or 1
    except Ended:
        return 0
    finally:
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
        stop(children)


def end(_number: int, _frame: FrameType | None) -> None:
    raise Ended


def answers(port: int, children: list[subprocess.Popen[bytes]]) -> bool:
    """Whether the web server answers, waited for while both processes live."""
    while all(child.poll() is None for child in children):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.2)
    return False


def greeting(port: int, sample_mode: bool) -> str:
    address = f"http://127.0.0.1:{port}"
    if not sample_mode:
        return f"\nPeer Review is at {address}/  (Ctrl-C stops it)\n"
    return (
        f"\nPeer Review is at {address}/  (Ctrl-C stops it)\n"
        f"  Sign in:  {address}/sample/sign-in  lists the invented people, one button each\n"
        f"  Letters:  {address}/sample/mailbox  shows what each of them was sent\n"
    )


def stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


if __name__ == "__main__":
    sys.exit(main())
