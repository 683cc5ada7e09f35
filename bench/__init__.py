"""Benchmarks: what the project claims about speed, measured side by side with a peer that does the same work."""
