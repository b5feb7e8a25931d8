"""What runs after what. Prefect lives here and nowhere else."""

from __future__ import annotations

from pipeline.edges.private_server import configure_server
from pipeline.settings import Settings

configure_server(Settings())
