"""The web server: `gunicorn --config gunicorn.conf.py app:app`. BIND says where it listens."""

import os

from peerreview.config import Settings

Settings.from_environment()  # a setting that cannot work ends the master here, with its one sentence

bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = 2
threads = 4
timeout = 60
graceful_timeout = 25
preload_app = False  # the document store is not fork-safe
control_socket_disable = True
secure_scheme_headers: dict[str, str] = {}  # whom to believe about the scheme is TRUSTED_PROXIES's business alone
accesslog = None  # an address can hold a personal link, and those are in no log
errorlog = "-"
loglevel = "warning"
proc_name = "peerreview"
