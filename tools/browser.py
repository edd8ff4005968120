"""Make sure that there is a Chromium for the browser journeys: the system's, else Debian's, else Playwright's own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def system_chromium() -> str | None:
    """The path of a Chromium or Chrome that is installed on this machine, or None."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    return found or (str(MAC) if MAC.exists() else None)


def ensure() -> bool:
    """Whether a browser is there now, installed if need be."""
    if system_chromium():
        return True
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        wanted = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core"]
        if subprocess.run(wanted, env=quiet, check=False).returncode == 0 and system_chromium():
            return True
    install = [sys.executable, "-m", "playwright", "install", "chromium"]
    return subprocess.run(install, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(0 if ensure() else "No Chromium for the browser journeys: install one and run 'make test' again.")
