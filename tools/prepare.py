"""Before serving: bring the database up to date and, in sample mode, load the sample year once. One process does it."""

import sys
from pathlib import Path

from flask.cli import ScriptInfo
from flask_migrate import upgrade

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from peerreview import create_app

if __name__ == "__main__":
    app = create_app()
    with app.app_context():
        upgrade()
    if app.config["SAMPLE_MODE"]:
        app.cli.main(args=["sample", "load"], prog_name="flask", obj=ScriptInfo(create_app=lambda: app))
