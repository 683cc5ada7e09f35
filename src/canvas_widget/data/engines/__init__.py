"""Engines other than our own: a seam, an adapter each, the SQL each writes, and the guard of what users write in it."""
