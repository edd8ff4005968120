"""Upgrade an empty database by the migrations and fail when the models then say anything else (`flask db check`)."""

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        environ = {
            **os.environ,
            "SECRET_KEY": secrets.token_urlsafe(48),
            "SAMPLE_MODE": "1",
            "BASE_URL": "http://127.0.0.1:8000",
            "DATABASE_URL": f"sqlite:///{folder}/check.db",
            "DOCUMENTS_URL": f"file://{folder}/documents",
            "JOBS_URL": f"sqlite:///{folder}/jobs.db",
        }
        for command in ("upgrade", "check"):
            step = [sys.executable, "-m", "flask", "--app", "app", "db", command]
            ended = subprocess.run(step, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
            if ended.returncode:
                print(ended.stdout, ended.stderr, sep="\n")
                return ended.returncode
    print("The migrations make exactly the tables that the models describe.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
