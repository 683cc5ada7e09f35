"""The text that comes back: what was made, how it was read, what was asked and not understood."""
