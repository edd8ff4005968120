"""Write `.env` once, for trying the app on this machine: a new random key, sample mode on. An existing one is kept."""

import argparse
import os
import secrets
from pathlib import Path

ENV = Path(__file__).resolve().parent.parent / ".env"
TEXT = """\
# Made by `make run` for trying the app on this machine. What each line means: docs/operations.md
SECRET_KEY={key}
SAMPLE_MODE=1
BASE_URL=http://127.0.0.1:{port}
# MAIL_SERVER=localhost
# MAIL_DEFAULT_SENDER=Peer review <peer-review@board.example>
"""


def write(path: Path, port: int) -> bool:
    """Make the file, readable by its owner only; False when there is one already."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w") as file:
        file.write(TEXT.format(key=secrets.token_urlsafe(48), port=port))
    return True


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    write(ENV, parser.parse_args().port)
