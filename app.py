"""Create the app; nothing else."""

from peerreview import create_app

app = create_app()
