"""Reads conditions on rows: numbers, cells, letters, dates, negations, and how they go together."""
