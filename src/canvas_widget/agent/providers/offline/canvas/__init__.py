"""The canvas in words: which container is meant, commands, follow-ups, places, and the calls that make things."""
