"""The review app: parse, call, render."""
