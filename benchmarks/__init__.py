"""Benchmarks: how good, how fast, how large; each prints the figures docs/ reports."""
