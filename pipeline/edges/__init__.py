"""Edges: every side effect (files, database, encoder, tagger) is behind one of these modules."""
