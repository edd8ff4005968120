"""The house is told once for all workers of a run; each works on a copy of its own."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from peerreview.extensions import db
from tests.safety.house import House, build

PATIENCE = 300  # seconds for another worker to tell the story


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the story; the first worker that comes tells it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "safety-story"
    try:
        folder.mkdir()
    except FileExistsError:
        ends = time.monotonic() + PATIENCE
        while not (folder / "done").exists():
            assert time.monotonic() < ends, "another worker did not finish the story"
            time.sleep(0.1)
        return folder
    build(folder)
    (folder / "done").touch()
    return folder


@pytest.fixture(scope="session")
def house(told: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(told, tmp_path_factory.mktemp("house"))
    yield house
    with house.app.app_context():
        db.engine.dispose()
