"""The review app."""

from __future__ import annotations

import uvicorn

from pipeline.edges.store import Store
from pipeline.web.app import create_app
from pipeline.web.session import WebSettings


def serve(store: Store, settings: WebSettings, host: str, port: int) -> None:
    """Run the app until it is stopped; addresses of pages are not logged."""
    app = create_app(store, settings)
    uvicorn.run(
        app,
        host=host,
        port=port,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
    )


__all__ = ["WebSettings", "create_app", "serve"]
