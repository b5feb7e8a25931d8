"""The store: runs, opinions and their versions, suggestions, and what people decided."""

from pipeline.edges.store.store import LEASE, Pulse, Store

__all__ = ["LEASE", "Pulse", "Store"]
