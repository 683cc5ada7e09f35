"""Linked brushing: prefix sums over the bins of a brush, so that a moved selection is a subtraction."""
