"""Reads what each named column is for: measure, group, colour, order, limit, rate, small multiples."""
